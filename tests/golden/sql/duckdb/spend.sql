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
), visible_spend_day AS (
  SELECT
    spend_day.day AS day,
    spend_day.market AS market,
    spend_day.channel AS channel,
    spend_day.platform AS platform,
    spend_day.campaign AS campaign,
    spend_day.source AS source,
    spend_day.kind AS kind,
    spend_day.currency AS currency,
    spend_day.spend AS spend,
    spend_day.impressions AS impressions,
    spend_day.clicks AS clicks,
    spend_day.claimed_conversions AS claimed_conversions,
    spend_day.claimed_value AS claimed_value
  FROM spend_day
  WHERE
    spend_day.market IN ('CN', 'O''Brien') AND spend_day.channel IN ('kol')
), spent AS (
  SELECT
    visible_spend_day.day AS day,
    visible_spend_day.currency AS currency,
    SUM(visible_spend_day.spend) AS spend
  FROM visible_spend_day
  GROUP BY
    visible_spend_day.day,
    visible_spend_day.currency
), rates AS (
  SELECT
    fx_cross.day AS day,
    fx_cross.currency AS currency,
    fx_cross.rate AS rate
  FROM fx_cross
  WHERE
    fx_cross.target = 'CNY'
), spent_day AS (
  SELECT
    spent.day AS day,
    SUM(CAST(spent.spend AS DECIMAL(24, 4)) * rates.rate) AS spend,
    SUM(CASE WHEN (
      rates.rate IS NULL AND spent.spend <> 0
    ) THEN 1 ELSE 0 END) AS unrated
  FROM spent
  LEFT OUTER JOIN rates
    ON rates.day = spent.day AND rates.currency = spent.currency
  GROUP BY
    spent.day
)
SELECT
  window_day.window_no,
  COALESCE(SUM(spent_day.spend), 0) AS spend,
  COALESCE(SUM(spent_day.unrated), 0) AS spend_unrated
FROM window_day
LEFT OUTER JOIN spent_day
  ON spent_day.day = window_day.day
GROUP BY
  window_day.window_no
ORDER BY
  window_day.window_no
