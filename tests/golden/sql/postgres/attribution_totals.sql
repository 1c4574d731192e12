WITH visible_sales AS (
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
), rates AS (
  SELECT
    fx_cross.day AS day,
    fx_cross.currency AS currency,
    fx_cross.rate AS rate
  FROM fx_cross
  WHERE
    fx_cross.target = 'CNY'
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
), refunded_order AS (
  SELECT
    visible_linked_refunds.order_id AS order_id,
    SUM(
      CAST(visible_linked_refunds.amount AS DOUBLE PRECISION) * CAST(rates.rate AS DOUBLE PRECISION)
    ) AS amount,
    SUM(CASE WHEN (
      rates.rate IS NULL
    ) THEN 1 ELSE 0 END) AS unrated
  FROM visible_linked_refunds
  LEFT OUTER JOIN rates
    ON rates.day = visible_linked_refunds.sold_on
    AND rates.currency = visible_linked_refunds.currency
  WHERE
    visible_linked_refunds.sold_at >= '2024-01-01 00:00:00'
    AND visible_linked_refunds.sold_at < '2024-03-02 00:00:00'
  GROUP BY
    visible_linked_refunds.order_id
), conversion AS (
  SELECT
    visible_sales.user_no AS user_no,
    visible_sales.order_no AS order_no,
    visible_sales.paid_at AS paid_at,
    CASE
      WHEN (
        refunded_order.order_id IS NULL OR refunded_order.unrated = 0
      )
      THEN CAST((
        visible_sales.gmv - visible_sales.discounts
      ) + visible_sales.shipping AS DOUBLE PRECISION) * CAST(rates.rate AS DOUBLE PRECISION) - COALESCE(refunded_order.amount, 0)
    END AS revenue
  FROM visible_sales
  LEFT OUTER JOIN rates
    ON rates.day = visible_sales.day AND rates.currency = visible_sales.currency
  LEFT OUTER JOIN refunded_order
    ON refunded_order.order_id = visible_sales.order_id
  WHERE
    visible_sales.paid_at >= '2024-01-01 00:00:00'
    AND visible_sales.paid_at < '2024-03-02 00:00:00'
)
SELECT
  CAST(COUNT(*) AS INT) AS conversions,
  COALESCE(SUM(conversion.revenue), 0) AS revenue,
  CAST(COUNT(*) AS INT) - CAST(COUNT(conversion.revenue) AS INT) AS unrated
FROM conversion
