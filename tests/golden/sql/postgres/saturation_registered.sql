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
    acquired.market IN ('CN', 'O''Brien') AND acquired.market IN ('CN')
), customer_day AS (
  SELECT
    visible_acquired.acquired_on AS day,
    visible_acquired.market AS market,
    visible_acquired.channel AS channel,
    COUNT(*) AS customers
  FROM visible_acquired
  WHERE
    visible_acquired.population = 'registered'
    AND visible_acquired.converted_at < (
      visible_acquired.acquired_at + CAST(30 AS INT) * INTERVAL '1 DAY'
    )
  GROUP BY
    visible_acquired.acquired_on,
    visible_acquired.market,
    visible_acquired.channel
)
SELECT
  window_day.window_no,
  customer_day.market,
  customer_day.channel,
  SUM(customer_day.customers) AS customers
FROM window_day
JOIN customer_day
  ON customer_day.day = window_day.day
GROUP BY
  window_day.window_no,
  customer_day.market,
  customer_day.channel
ORDER BY
  window_day.window_no,
  customer_day.channel,
  customer_day.market
