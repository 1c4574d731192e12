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
), new_customer AS (
  SELECT
    visible_sales.user_no AS user_no,
    visible_sales.day AS day,
    visible_sales.paid_at AS paid_at,
    CAST(visible_sales.gmv AS DECIMAL(24, 4)) * rates.rate AS first_gmv
  FROM visible_sales
  LEFT OUTER JOIN rates
    ON rates.day = visible_sales.day AND rates.currency = visible_sales.currency
  WHERE
    visible_sales.order_no = 1
    AND (
      visible_sales.day >= '2024-01-01'
      AND visible_sales.day < '2024-01-31'
      OR visible_sales.day >= '2024-02-01'
      AND visible_sales.day < '2024-01-31'
    )
    AND (
      NOT visible_sales.channel IN ('kol')
    )
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
), money_move AS (
  SELECT
    visible_sales.user_no AS user_no,
    visible_sales.paid_at AS moved_at,
    (
      (
        visible_sales.gmv - visible_sales.discounts
      ) + visible_sales.shipping
    ) * rates.rate AS net_revenue,
    (
      (
        visible_sales.gmv - visible_sales.discounts
      ) - visible_sales.cost
    ) * rates.rate AS gross_margin,
    visible_sales.gmv * rates.rate AS gmv,
    visible_sales.gmv_without_cost * rates.rate AS gmv_without_cost,
    CASE WHEN (
      rates.rate IS NULL
    ) THEN 1 ELSE 0 END AS unrated
  FROM visible_sales
  LEFT OUTER JOIN rates
    ON rates.day = visible_sales.day AND rates.currency = visible_sales.currency
  WHERE
    visible_sales.user_no IS NOT NULL
  UNION ALL
  SELECT
    visible_linked_refunds.user_no AS user_no,
    visible_linked_refunds.sold_at AS sold_at,
    visible_linked_refunds.amount * rates.rate * -1 AS anon_1,
    visible_linked_refunds.amount * rates.rate * -1 AS anon__1,
    0 AS anon_2,
    0 AS anon_3,
    CASE WHEN (
      rates.rate IS NULL
    ) THEN 1 ELSE 0 END AS unrated
  FROM visible_linked_refunds
  LEFT OUTER JOIN rates
    ON rates.day = visible_linked_refunds.sold_on
    AND rates.currency = visible_linked_refunds.currency
  WHERE
    visible_linked_refunds.user_no IS NOT NULL
  UNION ALL
  SELECT
    visible_loose_refunds.user_no AS user_no,
    visible_loose_refunds.refunded_at AS refunded_at,
    visible_loose_refunds.amount * rates.rate * -1 AS anon_4,
    visible_loose_refunds.amount * rates.rate * -1 AS anon__2,
    0 AS anon_5,
    0 AS anon_6,
    CASE WHEN (
      rates.rate IS NULL
    ) THEN 1 ELSE 0 END AS unrated
  FROM visible_loose_refunds
  LEFT OUTER JOIN rates
    ON rates.day = visible_loose_refunds.day
    AND rates.currency = visible_loose_refunds.currency
  WHERE
    visible_loose_refunds.user_no IS NOT NULL
), brought AS (
  SELECT
    new_customer.user_no AS user_no,
    CASE WHEN (
      SUM(money_move.unrated) = 0
    ) THEN SUM(money_move.net_revenue) END AS net_revenue
  FROM new_customer
  JOIN money_move
    ON money_move.user_no = new_customer.user_no
  WHERE
    money_move.moved_at >= new_customer.paid_at
    AND money_move.moved_at < (
      new_customer.paid_at + CAST(30 AS INT) * INTERVAL '1 DAY'
    )
  GROUP BY
    new_customer.user_no
), behind_payback AS (
  SELECT
    new_customer.user_no AS person_no,
    new_customer.day AS first_on,
    new_customer.first_gmv AS first_gmv,
    brought.net_revenue AS net_revenue
  FROM new_customer
  LEFT OUTER JOIN brought
    ON brought.user_no = new_customer.user_no
)
SELECT
  behind_payback.person_no,
  behind_payback.first_on,
  behind_payback.first_gmv,
  behind_payback.net_revenue
FROM behind_payback
