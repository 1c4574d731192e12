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
)
SELECT DISTINCT
  visible_spend_day.channel,
  visible_spend_day.day
FROM visible_spend_day
WHERE
  visible_spend_day.day >= '2024-01-01'
  AND visible_spend_day.day < '2024-03-01'
  AND visible_spend_day.kind IN ('ads', 'promotion', 'other', 'materials')
ORDER BY
  visible_spend_day.channel,
  visible_spend_day.day
