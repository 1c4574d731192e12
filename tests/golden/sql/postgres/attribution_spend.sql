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
    spend_day.market IN ('CN', 'O''Brien') AND spend_day.channel IN ('kol')
), cost_by_day AS (
  SELECT
    cost.name AS name,
    cost.day AS day,
    cost.currency AS currency,
    SUM(cost.spend) AS spend,
    SUM(cost.claimed_conversions) AS claimed_conversions,
    SUM(cost.claimed_value) AS claimed_value
  FROM (
    SELECT
      CASE
        WHEN (
          visible_spend_day.campaign IN ('spring')
        )
        THEN visible_spend_day.campaign
        ELSE ''
      END AS name,
      visible_spend_day.day AS day,
      visible_spend_day.currency AS currency,
      visible_spend_day.spend AS spend,
      visible_spend_day.claimed_conversions AS claimed_conversions,
      visible_spend_day.claimed_value AS claimed_value
    FROM visible_spend_day
    WHERE
      visible_spend_day.day >= '2024-01-01'
      AND visible_spend_day.day < '2024-02-01'
      AND visible_spend_day.channel = 'kol'
  ) AS cost
  GROUP BY
    cost.name,
    cost.day,
    cost.currency
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
  cost_by_day.name,
  COALESCE(SUM(CAST(cost_by_day.spend AS DECIMAL(24, 4)) * rates.rate), 0) AS amount,
  CAST(SUM(CASE WHEN (
    rates.rate IS NULL AND cost_by_day.spend <> 0
  ) THEN 1 ELSE 0 END) AS INT) AS unrated,
  SUM(cost_by_day.claimed_conversions) AS claimed_conversions,
  SUM(CAST(cost_by_day.claimed_value AS DECIMAL(24, 4)) * rates.rate) AS claimed_value
FROM cost_by_day
LEFT OUTER JOIN rates
  ON rates.day = cost_by_day.day AND rates.currency = cost_by_day.currency
GROUP BY
  cost_by_day.name
ORDER BY
  cost_by_day.name
