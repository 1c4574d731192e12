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
), behind_measure AS (
  SELECT
    visible_sales.user_no AS person_no,
    COUNT(*) AS orders_in,
    SUM(CAST(visible_sales.gmv AS DECIMAL(24, 4)) * rates.rate) AS gmv_in
  FROM visible_sales
  LEFT OUTER JOIN rates
    ON rates.day = visible_sales.day AND rates.currency = visible_sales.currency
  WHERE
    NOT visible_sales.user_no IS NULL
    AND visible_sales.day >= '2024-01-31'
    AND visible_sales.day < '2024-03-01'
  GROUP BY
    visible_sales.user_no
)
SELECT
  behind_measure.person_no,
  behind_measure.orders_in,
  behind_measure.gmv_in
FROM behind_measure
