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
), visible_sales AS (
  SELECT
    sales.order_id AS order_id,
    sales.user_no AS user_no,
    sales.customer AS customer,
    sales.market AS market,
    sales.channel AS channel,
    sales.platform AS platform,
    sales.campaign AS campaign,
    sales.paid_at AS paid_at,
    sales.day AS day,
    sales.currency AS currency,
    sales.gmv AS gmv,
    sales.discounts AS discounts,
    sales.shipping AS shipping,
    sales.cost AS cost,
    sales.gmv_without_cost AS gmv_without_cost,
    sales.first_at AS first_at,
    sales.first_day AS first_day,
    sales.previous_day AS previous_day,
    sales.order_no AS order_no
  FROM sales
  WHERE
    sales.market IN ('CN', 'O''Brien')
    AND sales.channel IN ('kol')
    AND sales.customer IN ('identified')
), visible_linked_refunds AS (
  SELECT
    linked_refunds.refund_id AS refund_id,
    linked_refunds.order_id AS order_id,
    linked_refunds.user_no AS user_no,
    linked_refunds.customer AS customer,
    linked_refunds.market AS market,
    linked_refunds.channel AS channel,
    linked_refunds.platform AS platform,
    linked_refunds.campaign AS campaign,
    linked_refunds.sold_at AS sold_at,
    linked_refunds.sold_on AS sold_on,
    linked_refunds.refunded_at AS refunded_at,
    linked_refunds.day AS day,
    linked_refunds.currency AS currency,
    linked_refunds.amount AS amount
  FROM linked_refunds
  WHERE
    linked_refunds.market IN ('CN', 'O''Brien')
    AND linked_refunds.channel IN ('kol')
    AND linked_refunds.customer IN ('identified')
), visible_loose_refunds AS (
  SELECT
    loose_refunds.refund_id AS refund_id,
    loose_refunds.order_id AS order_id,
    loose_refunds.user_no AS user_no,
    loose_refunds.customer AS customer,
    loose_refunds.market AS market,
    loose_refunds.channel AS channel,
    loose_refunds.platform AS platform,
    loose_refunds.campaign AS campaign,
    loose_refunds.refunded_at AS refunded_at,
    loose_refunds.day AS day,
    loose_refunds.currency AS currency,
    loose_refunds.amount AS amount
  FROM loose_refunds
  WHERE
    loose_refunds.market IN ('CN', 'O''Brien')
    AND loose_refunds.channel IN ('kol')
    AND loose_refunds.customer IN ('identified')
), part AS (
  SELECT
    visible_spend_day.day AS day,
    visible_spend_day.campaign AS value,
    visible_spend_day.currency AS currency,
    COALESCE(SUM(visible_spend_day.impressions), 0) AS impressions,
    COALESCE(SUM(visible_spend_day.clicks), 0) AS clicks,
    0 AS registrations,
    0 AS customers,
    COALESCE(SUM(visible_spend_day.claimed_conversions), 0) AS claimed_conversions,
    SUM(
      CASE
        WHEN (
          visible_spend_day.kind = 'ads'
        )
        THEN visible_spend_day.spend
        ELSE 0
      END
    ) AS spend_ads,
    SUM(
      CASE
        WHEN (
          visible_spend_day.kind = 'promotion'
        )
        THEN visible_spend_day.spend
        ELSE 0
      END
    ) AS spend_promotion,
    SUM(
      CASE
        WHEN (
          visible_spend_day.kind = 'commission'
        )
        THEN visible_spend_day.spend
        ELSE 0
      END
    ) AS spend_commission,
    SUM(
      CASE
        WHEN (
          visible_spend_day.kind = 'materials'
        )
        THEN visible_spend_day.spend
        ELSE 0
      END
    ) AS spend_materials,
    SUM(
      CASE
        WHEN (
          visible_spend_day.kind = 'rewards'
        )
        THEN visible_spend_day.spend
        ELSE 0
      END
    ) AS spend_rewards,
    SUM(
      CASE
        WHEN (
          visible_spend_day.kind = 'other'
        )
        THEN visible_spend_day.spend
        ELSE 0
      END
    ) AS spend_other,
    COALESCE(SUM(visible_spend_day.claimed_value), 0) AS claimed_value,
    0 AS discounts,
    0 AS revenue
  FROM visible_spend_day
  WHERE
    visible_spend_day.day >= '2024-01-01'
    AND visible_spend_day.day < '2024-03-01'
    AND visible_spend_day.channel = 'kol'
  GROUP BY
    visible_spend_day.day,
    visible_spend_day.campaign,
    visible_spend_day.currency
  UNION ALL
  SELECT
    anon_1.day AS day,
    anon_1.value AS value,
    anon_1.currency AS currency,
    0 AS impressions,
    0 AS clicks,
    COUNT(*) AS registrations,
    0 AS customers,
    0 AS claimed_conversions,
    0 AS spend_ads,
    0 AS spend_promotion,
    0 AS spend_commission,
    0 AS spend_materials,
    0 AS spend_rewards,
    0 AS spend_other,
    0 AS claimed_value,
    0 AS discounts,
    0 AS revenue
  FROM (
    SELECT
      visible_acquired.acquired_on AS day,
      visible_acquired.campaign AS value,
      '' AS currency
    FROM visible_acquired
    WHERE
      visible_acquired.population = 'registered'
      AND visible_acquired.acquired_on >= '2024-01-01'
      AND visible_acquired.acquired_on < '2024-03-01'
      AND visible_acquired.channel = 'kol'
  ) AS anon_1
  GROUP BY
    anon_1.day,
    anon_1.value,
    anon_1.currency
  UNION ALL
  SELECT
    visible_sales.day AS day,
    visible_sales.campaign AS value,
    visible_sales.currency AS currency,
    0 AS impressions,
    0 AS clicks,
    0 AS registrations,
    SUM(CASE WHEN (
      visible_sales.order_no = 1
    ) THEN 1 ELSE 0 END) AS customers,
    0 AS claimed_conversions,
    0 AS spend_ads,
    0 AS spend_promotion,
    0 AS spend_commission,
    0 AS spend_materials,
    0 AS spend_rewards,
    0 AS spend_other,
    0 AS claimed_value,
    SUM(
      CASE WHEN (
        visible_sales.order_no = 1
      ) THEN visible_sales.discounts ELSE 0 END
    ) AS discounts,
    SUM((
      visible_sales.gmv - visible_sales.discounts
    ) + visible_sales.shipping) AS revenue
  FROM visible_sales
  WHERE
    visible_sales.day >= '2024-01-01'
    AND visible_sales.day < '2024-03-01'
    AND visible_sales.channel = 'kol'
  GROUP BY
    visible_sales.day,
    visible_sales.campaign,
    visible_sales.currency
  UNION ALL
  SELECT
    visible_linked_refunds.sold_on AS day,
    visible_linked_refunds.campaign AS value,
    visible_linked_refunds.currency AS currency,
    0 AS impressions,
    0 AS clicks,
    0 AS registrations,
    0 AS customers,
    0 AS claimed_conversions,
    0 AS spend_ads,
    0 AS spend_promotion,
    0 AS spend_commission,
    0 AS spend_materials,
    0 AS spend_rewards,
    0 AS spend_other,
    0 AS claimed_value,
    0 AS discounts,
    SUM(visible_linked_refunds.amount) * -1 AS revenue
  FROM visible_linked_refunds
  WHERE
    visible_linked_refunds.sold_on >= '2024-01-01'
    AND visible_linked_refunds.sold_on < '2024-03-01'
    AND visible_linked_refunds.channel = 'kol'
  GROUP BY
    visible_linked_refunds.sold_on,
    visible_linked_refunds.campaign,
    visible_linked_refunds.currency
  UNION ALL
  SELECT
    visible_loose_refunds.day AS day,
    visible_loose_refunds.campaign AS value,
    visible_loose_refunds.currency AS currency,
    0 AS impressions,
    0 AS clicks,
    0 AS registrations,
    0 AS customers,
    0 AS claimed_conversions,
    0 AS spend_ads,
    0 AS spend_promotion,
    0 AS spend_commission,
    0 AS spend_materials,
    0 AS spend_rewards,
    0 AS spend_other,
    0 AS claimed_value,
    0 AS discounts,
    SUM(visible_loose_refunds.amount) * -1 AS revenue
  FROM visible_loose_refunds
  WHERE
    visible_loose_refunds.day >= '2024-01-01'
    AND visible_loose_refunds.day < '2024-03-01'
    AND visible_loose_refunds.channel = 'kol'
  GROUP BY
    visible_loose_refunds.day,
    visible_loose_refunds.campaign,
    visible_loose_refunds.currency
), rates AS (
  SELECT
    fx_cross.day AS day,
    fx_cross.currency AS currency,
    fx_cross.rate AS rate
  FROM fx_cross
  WHERE
    fx_cross.target = 'CNY'
), channel_day AS (
  SELECT
    part.day AS day,
    part.value AS value,
    SUM(part.impressions) AS impressions,
    SUM(part.clicks) AS clicks,
    SUM(part.registrations) AS registrations,
    SUM(part.customers) AS customers,
    SUM(part.claimed_conversions) AS claimed_conversions,
    COALESCE(SUM(CAST(part.spend_ads AS DECIMAL(24, 4)) * rates.rate), 0) AS spend_ads,
    COALESCE(SUM(CAST(part.spend_promotion AS DECIMAL(24, 4)) * rates.rate), 0) AS spend_promotion,
    COALESCE(SUM(CAST(part.spend_commission AS DECIMAL(24, 4)) * rates.rate), 0) AS spend_commission,
    COALESCE(SUM(CAST(part.spend_materials AS DECIMAL(24, 4)) * rates.rate), 0) AS spend_materials,
    COALESCE(SUM(CAST(part.spend_rewards AS DECIMAL(24, 4)) * rates.rate), 0) AS spend_rewards,
    COALESCE(SUM(CAST(part.spend_other AS DECIMAL(24, 4)) * rates.rate), 0) AS spend_other,
    COALESCE(SUM(CAST(part.claimed_value AS DECIMAL(24, 4)) * rates.rate), 0) AS claimed_value,
    COALESCE(SUM(CAST(part.discounts AS DECIMAL(24, 4)) * rates.rate), 0) AS discounts,
    COALESCE(SUM(CAST(part.revenue AS DECIMAL(24, 4)) * rates.rate), 0) AS revenue,
    SUM(
      CASE
        WHEN (
          rates.rate IS NULL
          AND part.currency <> ''
          AND (
            part.spend_ads <> 0
            OR part.spend_promotion <> 0
            OR part.spend_commission <> 0
            OR part.spend_materials <> 0
            OR part.spend_rewards <> 0
            OR part.spend_other <> 0
          )
        )
        THEN 1
        ELSE 0
      END
    ) AS spend_unrated,
    SUM(
      CASE
        WHEN (
          rates.rate IS NULL
          AND part.currency <> ''
          AND (
            part.discounts <> 0 OR part.revenue <> 0
          )
        )
        THEN 1
        ELSE 0
      END
    ) AS revenue_unrated
  FROM part
  LEFT OUTER JOIN rates
    ON rates.day = part.day AND rates.currency = part.currency
  GROUP BY
    part.day,
    part.value
), placed AS (
  SELECT
    window_day.window_no AS window_no,
    channel_day.day AS day,
    channel_day.value AS value,
    channel_day.impressions AS impressions,
    channel_day.clicks AS clicks,
    channel_day.registrations AS registrations,
    channel_day.customers AS customers,
    channel_day.claimed_conversions AS claimed_conversions,
    channel_day.spend_ads AS spend_ads,
    channel_day.spend_promotion AS spend_promotion,
    channel_day.spend_commission AS spend_commission,
    channel_day.spend_materials AS spend_materials,
    channel_day.spend_rewards AS spend_rewards,
    channel_day.spend_other AS spend_other,
    channel_day.claimed_value AS claimed_value,
    channel_day.discounts AS discounts,
    channel_day.revenue AS revenue,
    channel_day.spend_unrated AS spend_unrated,
    channel_day.revenue_unrated AS revenue_unrated
  FROM window_day
  JOIN channel_day
    ON channel_day.day = window_day.day
), ranked AS (
  SELECT
    placed.value AS value
  FROM placed
  GROUP BY
    placed.value
  ORDER BY
    SUM(
      CASE
        WHEN (
          placed.window_no = 0
        )
        THEN placed.spend_ads + placed.spend_promotion + placed.spend_commission + placed.spend_materials + placed.spend_rewards + placed.spend_other
        ELSE 0
      END
    ) DESC,
    SUM(CASE WHEN (
      placed.window_no = 0
    ) THEN placed.customers ELSE 0 END) DESC,
    SUM(placed.customers) DESC,
    placed.value
  LIMIT 5
), all_of_day AS (
  SELECT
    placed.window_no AS window_no,
    placed.day AS day,
    SUM(placed.customers) AS customers
  FROM placed
  GROUP BY
    placed.window_no,
    placed.day
), scatter AS (
  SELECT
    all_of_day.window_no AS window_no,
    SUM(CAST(all_of_day.customers AS DECIMAL(18, 0)) * all_of_day.customers) AS squares
  FROM all_of_day
  GROUP BY
    all_of_day.window_no
)
SELECT
  placed.window_no,
  ranked.value,
  SUM(placed.impressions) AS impressions,
  SUM(placed.clicks) AS clicks,
  SUM(placed.registrations) AS registrations,
  SUM(placed.customers) AS customers,
  SUM(placed.claimed_conversions) AS claimed_conversions,
  SUM(placed.spend_ads) AS spend_ads,
  SUM(placed.spend_promotion) AS spend_promotion,
  SUM(placed.spend_commission) AS spend_commission,
  SUM(placed.spend_materials) AS spend_materials,
  SUM(placed.spend_rewards) AS spend_rewards,
  SUM(placed.spend_other) AS spend_other,
  SUM(placed.claimed_value) AS claimed_value,
  SUM(placed.discounts) AS discounts,
  SUM(placed.revenue) AS revenue,
  SUM(placed.spend_unrated) AS spend_unrated,
  SUM(placed.revenue_unrated) AS revenue_unrated,
  SUM(CAST(placed.customers AS DECIMAL(18, 0)) * placed.customers) AS squares,
  MAX(scatter.squares) AS all_squares,
  CAST(COUNT(DISTINCT placed.value) AS INT) AS members
FROM placed
LEFT OUTER JOIN ranked
  ON ranked.value = placed.value
JOIN scatter
  ON scatter.window_no = placed.window_no
GROUP BY
  placed.window_no,
  ranked.value
ORDER BY
  placed.window_no,
  ranked.value
