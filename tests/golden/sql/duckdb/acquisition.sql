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
), visible_signups_day AS (
  SELECT
    signups_day.day AS day,
    signups_day.market AS market,
    signups_day.channel AS channel,
    signups_day.platform AS platform,
    signups_day.users AS users
  FROM signups_day
  WHERE
    signups_day.market IN ('CN', 'O''Brien') AND signups_day.channel IN ('kol')
)
SELECT
  window_day.window_no,
  COALESCE(SUM(visible_signups_day.users), 0) AS new_users
FROM window_day
LEFT OUTER JOIN visible_signups_day
  ON visible_signups_day.day = window_day.day
GROUP BY
  window_day.window_no
ORDER BY
  window_day.window_no
