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
), every_day AS (
  SELECT
    days.day AS day
  FROM days
), window_day AS (
  SELECT
    time_window.window_no AS window_no,
    time_window.start_on AS start_on,
    time_window.end_on AS end_on,
    time_window.as_of AS as_of,
    time_window.before_on AS before_on,
    every_day.day AS day
  FROM time_window
  JOIN every_day
    ON every_day.day >= time_window.start_on AND every_day.day < time_window.end_on
), visible_acquired AS (
  SELECT
    acquired.population AS population,
    acquired.person_no AS person_no,
    acquired.market AS market,
    acquired.channel AS channel,
    acquired.platform AS platform,
    acquired.campaign AS campaign,
    acquired.acquired_at AS acquired_at,
    acquired.acquired_on AS acquired_on,
    acquired.retained_on AS retained_on,
    acquired.converted_at AS converted_at,
    acquired.referred_at AS referred_at
  FROM acquired
  WHERE
    acquired.market IN ('CN', 'O''Brien') AND acquired.channel IN ('kol')
), visible_first_events AS (
  SELECT
    first_events.population AS population,
    first_events.person_no AS person_no,
    first_events.market AS market,
    first_events.event_no AS event_no,
    first_events.first_at AS first_at
  FROM first_events
  WHERE
    first_events.market IN ('CN', 'O''Brien')
), activation AS (
  SELECT
    visible_first_events.person_no AS person_no,
    visible_first_events.first_at AS first_at
  FROM visible_first_events
  WHERE
    visible_first_events.population = 'registered'
    AND visible_first_events.event_no = 1
), followed AS (
  SELECT
    window_day.window_no AS window_no,
    visible_acquired.person_no AS person_no,
    visible_acquired.market AS market,
    visible_acquired.channel AS channel,
    visible_acquired.platform AS platform,
    visible_acquired.campaign AS campaign,
    visible_acquired.acquired_at AS acquired_at,
    CASE
      WHEN (
        activation.first_at >= visible_acquired.acquired_at
        AND activation.first_at < (
          visible_acquired.acquired_at + CAST(7 AS INT) * INTERVAL '1' DAY
        )
      )
      THEN activation.first_at
    END AS activate_at,
    visible_acquired.acquired_at <= '2024-02-23 00:00:00' AS activate_over,
    CAST((
      (
        EPOCH_US(
          CASE
            WHEN (
              activation.first_at >= visible_acquired.acquired_at
              AND activation.first_at < (
                visible_acquired.acquired_at + CAST(7 AS INT) * INTERVAL '1' DAY
              )
            )
            THEN activation.first_at
          END
        ) - EPOCH_US(visible_acquired.acquired_at)
      ) / 1000000.0
    ) / 3600.0 AS DOUBLE) AS activate_hours,
    TRUE AS activate_begun,
    CASE
      WHEN (
        visible_acquired.retained_on <= (
          visible_acquired.acquired_on + CAST(30 AS INT)
        )
      )
      THEN visible_acquired.retained_on
    END AS retain_at,
    visible_acquired.acquired_on < '2024-01-31' AS retain_over,
    CAST(CAST(CASE
      WHEN (
        visible_acquired.retained_on <= (
          visible_acquired.acquired_on + CAST(30 AS INT)
        )
      )
      THEN visible_acquired.retained_on
    END - visible_acquired.acquired_on AS INT) * 24 AS DOUBLE) AS retain_hours,
    visible_acquired.acquired_on <= '2024-02-22' AS retain_begun,
    CASE
      WHEN (
        visible_acquired.converted_at >= visible_acquired.acquired_at
        AND visible_acquired.converted_at < (
          visible_acquired.acquired_at + CAST(30 AS INT) * INTERVAL '1' DAY
        )
      )
      THEN visible_acquired.converted_at
    END AS convert_at,
    visible_acquired.acquired_at <= '2024-01-31 00:00:00' AS convert_over,
    CAST((
      (
        EPOCH_US(
          CASE
            WHEN (
              visible_acquired.converted_at >= visible_acquired.acquired_at
              AND visible_acquired.converted_at < (
                visible_acquired.acquired_at + CAST(30 AS INT) * INTERVAL '1' DAY
              )
            )
            THEN visible_acquired.converted_at
          END
        ) - EPOCH_US(visible_acquired.acquired_at)
      ) / 1000000.0
    ) / 3600.0 AS DOUBLE) AS convert_hours,
    TRUE AS convert_begun,
    CASE
      WHEN (
        visible_acquired.referred_at >= visible_acquired.acquired_at
        AND visible_acquired.referred_at < (
          visible_acquired.acquired_at + CAST(60 AS INT) * INTERVAL '1' DAY
        )
      )
      THEN visible_acquired.referred_at
    END AS refer_at,
    visible_acquired.acquired_at <= '2024-01-01 00:00:00' AS refer_over,
    CAST((
      (
        EPOCH_US(
          CASE
            WHEN (
              visible_acquired.referred_at >= visible_acquired.acquired_at
              AND visible_acquired.referred_at < (
                visible_acquired.acquired_at + CAST(60 AS INT) * INTERVAL '1' DAY
              )
            )
            THEN visible_acquired.referred_at
          END
        ) - EPOCH_US(visible_acquired.acquired_at)
      ) / 1000000.0
    ) / 3600.0 AS DOUBLE) AS refer_hours,
    TRUE AS refer_begun
  FROM window_day
  JOIN visible_acquired
    ON visible_acquired.acquired_on = window_day.day
  LEFT OUTER JOIN activation
    ON activation.person_no = visible_acquired.person_no
  WHERE
    visible_acquired.population = 'registered'
)
SELECT
  followed.person_no,
  followed.acquired_at,
  followed.convert_at AS stage_at
FROM followed
WHERE
  followed.window_no = 0 AND followed.convert_over AND followed.convert_at IS NULL
ORDER BY
  followed.person_no
