WITH time_window AS (
  SELECT
    CAST(asked.window_no AS INT) AS window_no,
    CAST(asked.start_on AS DATE) AS start_on,
    CAST(asked.end_on AS DATE) AS end_on,
    CAST(asked.as_of AS DATE) AS as_of,
    CAST(asked.before_on AS DATE) AS before_on
  FROM (VALUES
    (0, '2024-01-01', '2024-02-01', '2024-01-31', '2023-12-01'),
    (1, '2024-02-01', '2024-03-01', '2024-02-29', '2024-01-03')) AS asked(window_no, start_on, end_on, as_of, before_on)
), visible_trailing_change AS (
  SELECT
    trailing_change.day AS day,
    trailing_change.kind AS kind,
    trailing_change.span_days AS span_days,
    trailing_change.market AS market,
    trailing_change.channel AS channel,
    trailing_change.platform AS platform,
    trailing_change.change AS change
  FROM trailing_change
  WHERE
    trailing_change.market IN ('CN', 'O''Brien')
    AND trailing_change.channel IN ('kol')
), daily_change AS (
  SELECT
    visible_trailing_change.day AS day,
    visible_trailing_change.kind AS kind,
    visible_trailing_change.span_days AS span_days,
    SUM(visible_trailing_change.change) AS change
  FROM visible_trailing_change
  GROUP BY
    visible_trailing_change.day,
    visible_trailing_change.kind,
    visible_trailing_change.span_days
)
SELECT
  time_window.window_no,
  COALESCE(
    SUM(
      CASE
        WHEN (
          daily_change.kind = 'active' AND daily_change.span_days = 7
        )
        THEN daily_change.change * 1
        ELSE 0
      END
    ),
    0
  ) AS wau,
  COALESCE(
    SUM(
      CASE
        WHEN (
          daily_change.kind = 'active' AND daily_change.span_days = 30
        )
        THEN daily_change.change * 1
        ELSE 0
      END
    ),
    0
  ) AS mau,
  COALESCE(
    SUM(
      CASE
        WHEN (
          daily_change.kind = 'buyer' AND daily_change.span_days = 30
        )
        THEN daily_change.change * 1
        ELSE 0
      END
    ),
    0
  ) AS mapu,
  COALESCE(
    SUM(
      CASE
        WHEN (
          daily_change.kind = 'active' AND daily_change.span_days = 30
        )
        THEN daily_change.change * CASE
          WHEN (
            time_window.as_of >= time_window.start_on
          )
          THEN CAST((
            time_window.as_of + CAST(1 AS INT)
          ) - CASE
            WHEN (
              daily_change.day > time_window.start_on
            )
            THEN daily_change.day
            ELSE time_window.start_on
          END AS INT)
          ELSE 0
        END
        ELSE 0
      END
    ),
    0
  ) AS mau_days
FROM time_window
LEFT OUTER JOIN daily_change
  ON daily_change.day <= time_window.as_of
GROUP BY
  time_window.window_no
ORDER BY
  time_window.window_no
