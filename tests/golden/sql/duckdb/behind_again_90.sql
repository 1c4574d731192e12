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
), first_order AS (
  SELECT
    visible_sales.order_id AS order_id,
    visible_sales.user_no AS user_no,
    visible_sales.customer AS customer,
    visible_sales.market AS market,
    visible_sales.channel AS channel,
    visible_sales.platform AS platform,
    visible_sales.campaign AS campaign,
    visible_sales.paid_at AS paid_at,
    visible_sales.day AS day,
    visible_sales.currency AS currency,
    visible_sales.gmv AS gmv,
    visible_sales.discounts AS discounts,
    visible_sales.shipping AS shipping,
    visible_sales.cost AS cost,
    visible_sales.gmv_without_cost AS gmv_without_cost,
    visible_sales.first_at AS first_at,
    visible_sales.first_day AS first_day,
    visible_sales.previous_day AS previous_day,
    visible_sales.order_no AS order_no
  FROM visible_sales
  WHERE
    visible_sales.order_no = 1
), second_order AS (
  SELECT
    visible_sales.user_no AS user_no,
    visible_sales.paid_at AS paid_at,
    visible_sales.day AS day
  FROM visible_sales
  WHERE
    visible_sales.order_no = 2
), behind_measure AS (
  SELECT
    first_order.user_no AS person_no,
    first_order.day AS first_on,
    second_order.day AS second_on
  FROM first_order
  LEFT OUTER JOIN second_order
    ON second_order.user_no = first_order.user_no
  WHERE
    first_order.day >= '2024-02-01'
    AND first_order.day < '2024-03-01'
    AND (
      first_order.paid_at + CAST(90 AS INT) * INTERVAL '1' DAY
    ) <= '2024-03-01 12:00:00'
    AND second_order.paid_at < (
      first_order.paid_at + CAST(90 AS INT) * INTERVAL '1' DAY
    )
)
SELECT
  behind_measure.person_no,
  behind_measure.first_on,
  behind_measure.second_on
FROM behind_measure
