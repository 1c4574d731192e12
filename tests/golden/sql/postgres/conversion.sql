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
), visible_sessions_day AS (
  SELECT
    sessions_day.day AS day,
    sessions_day.market AS market,
    sessions_day.channel AS channel,
    sessions_day.platform AS platform,
    sessions_day.sessions AS sessions,
    sessions_day.converted AS converted
  FROM sessions_day
  WHERE
    sessions_day.market IN ('CN', 'O''Brien') AND sessions_day.channel IN ('kol')
)
SELECT
  window_day.window_no,
  COALESCE(SUM(visible_sessions_day.sessions), 0) AS sessions,
  COALESCE(SUM(visible_sessions_day.converted), 0) AS sessions_converted
FROM window_day
LEFT OUTER JOIN visible_sessions_day
  ON visible_sessions_day.day = window_day.day
GROUP BY
  window_day.window_no
ORDER BY
  window_day.window_no
