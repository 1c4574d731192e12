WITH visible_spend_day AS (
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
    spend_day.market IN ('CN', 'O''Brien') AND spend_day.market IN ('CN')
), spend_by_currency AS (
  SELECT
    visible_spend_day.day AS day,
    visible_spend_day.market AS market,
    visible_spend_day.channel AS channel,
    visible_spend_day.currency AS currency,
    SUM(
      CASE
        WHEN (
          visible_spend_day.kind IN ('ads', 'promotion', 'other')
        )
        THEN visible_spend_day.spend
        ELSE 0
      END
    ) AS media,
    SUM(
      CASE
        WHEN (
          visible_spend_day.kind IN ('materials')
        )
        THEN visible_spend_day.spend
        ELSE 0
      END
    ) AS materials,
    SUM(
      CASE
        WHEN (
          visible_spend_day.kind IN ('commission', 'rewards')
        )
        THEN visible_spend_day.spend
        ELSE 0
      END
    ) AS result,
    SUM(
      CASE
        WHEN (
          visible_spend_day.kind IN ('ads', 'promotion', 'other', 'materials')
          AND visible_spend_day.spend < 0
        )
        THEN visible_spend_day.spend
        ELSE 0
      END
    ) AS credits
  FROM visible_spend_day
  WHERE
    visible_spend_day.day >= '2024-01-01' AND visible_spend_day.day < '2024-03-01'
  GROUP BY
    visible_spend_day.day,
    visible_spend_day.market,
    visible_spend_day.channel,
    visible_spend_day.currency
), time_window AS (
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
), rates AS (
  SELECT
    fx_cross.day AS day,
    fx_cross.currency AS currency,
    fx_cross.rate AS rate
  FROM fx_cross
  WHERE
    fx_cross.target = 'CNY'
)
SELECT
  window_day.window_no,
  spend_by_currency.market,
  spend_by_currency.channel,
  COALESCE(SUM(CAST(spend_by_currency.media AS DECIMAL(24, 4)) * rates.rate), 0) AS media,
  COALESCE(SUM(CAST(spend_by_currency.materials AS DECIMAL(24, 4)) * rates.rate), 0) AS materials,
  COALESCE(SUM(CAST(spend_by_currency.result AS DECIMAL(24, 4)) * rates.rate), 0) AS result,
  COALESCE(SUM(CAST(spend_by_currency.credits AS DECIMAL(24, 4)) * rates.rate), 0) AS credits,
  SUM(
    CASE
      WHEN (
        rates.rate IS NULL
        AND (
          spend_by_currency.media <> 0
          OR spend_by_currency.materials <> 0
          OR spend_by_currency.result <> 0
        )
      )
      THEN 1
      ELSE 0
    END
  ) AS unrated
FROM spend_by_currency
JOIN window_day
  ON window_day.day = spend_by_currency.day
LEFT OUTER JOIN rates
  ON rates.day = spend_by_currency.day AND rates.currency = spend_by_currency.currency
GROUP BY
  window_day.window_no,
  spend_by_currency.market,
  spend_by_currency.channel
ORDER BY
  window_day.window_no,
  spend_by_currency.channel,
  spend_by_currency.market
