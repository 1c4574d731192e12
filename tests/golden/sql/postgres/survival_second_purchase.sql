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
    visible_sales.day AS day
  FROM visible_sales
  WHERE
    visible_sales.order_no = 2 AND visible_sales.day <= '2024-02-29'
), life AS (
  SELECT
    first_order.user_no AS person_no,
    first_order.day AS began_on,
    second_order.day AS ended_on,
    CAST('2024-02-29' AS DATE) AS watched_to,
    first_order.market AS market,
    first_order.channel AS channel,
    first_order.platform AS platform
  FROM first_order
  LEFT OUTER JOIN second_order
    ON second_order.user_no = first_order.user_no
), followed AS (
  SELECT
    life.person_no AS person_no,
    CAST(NULL AS VARCHAR) AS value,
    life.began_on AS began_on,
    CASE
      WHEN (
        life.began_on <= life.watched_to
      )
      THEN CAST(COALESCE(life.ended_on, life.watched_to) - life.began_on AS INT)
      ELSE -1
    END AS age,
    life.ended_on IS NOT NULL AS ended
  FROM life
  WHERE
    life.began_on >= '2024-01-01' AND life.began_on < '2024-02-01'
)
SELECT
  followed.value,
  followed.age,
  SUM(CASE WHEN followed.ended THEN 1 ELSE 0 END) AS ended,
  SUM(CASE WHEN followed.ended THEN 0 ELSE 1 END) AS watched
FROM followed
GROUP BY
  followed.value,
  followed.age
ORDER BY
  followed.age
