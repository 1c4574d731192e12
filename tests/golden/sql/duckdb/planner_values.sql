WITH visible_person_day AS (
  SELECT
    person_day.day AS day,
    person_day.person_no AS person_no,
    person_day.market AS market,
    person_day.channel AS channel,
    person_day.platform AS platform,
    person_day.as_user AS as_user,
    person_day.bought AS bought,
    person_day.events AS events,
    person_day.registered_on AS registered_on,
    person_day.previous_day AS previous_day,
    person_day.previous_user_day AS previous_user_day
  FROM person_day
  WHERE
    person_day.market IN ('CN', 'O''Brien') AND person_day.channel IN ('kol')
), planned_unit AS (
  SELECT
    visible_person_day.person_no AS person_no,
    (
      CAST(visible_person_day.day AS TIMESTAMP) + CAST(18000 AS INT) * INTERVAL '1' SECOND
    ) AS exposed_at,
    visible_person_day.day AS exposed_on
  FROM visible_person_day
  WHERE
    visible_person_day.day >= CAST('2024-01-01' AS DATE)
    AND visible_person_day.day < CAST('2024-02-16' AS DATE)
    AND visible_person_day.as_user
    AND (
      visible_person_day.previous_user_day IS NULL
      OR visible_person_day.previous_user_day < CAST('2024-01-01' AS DATE)
    )
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
), near_sale AS (
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
    visible_sales.day >= CAST('2023-12-03' AS DATE)
    AND visible_sales.day <= CAST('2024-03-02' AS DATE)
), rates AS (
  SELECT
    fx_cross.day AS day,
    fx_cross.currency AS currency,
    fx_cross.rate AS rate
  FROM fx_cross
  WHERE
    fx_cross.target = 'CNY'
), order_value AS (
  SELECT
    planned_unit.person_no AS person_no,
    CAST(near_sale.gmv AS DOUBLE) * CAST(rates.rate AS DOUBLE) AS value
  FROM planned_unit
  JOIN near_sale
    ON near_sale.user_no = planned_unit.person_no
    AND near_sale.paid_at >= planned_unit.exposed_at
    AND near_sale.paid_at < (
      planned_unit.exposed_at + CAST(14 AS INT) * INTERVAL '1' DAY
    )
  LEFT OUTER JOIN rates
    ON rates.day = near_sale.day AND rates.currency = near_sale.currency
), rated_value AS (
  SELECT
    order_value.person_no AS person_no,
    order_value.value AS value
  FROM order_value
  WHERE
    NOT order_value.value IS NULL
), "at" AS (
  SELECT
    QUANTILE_CONT(rated_value.value, 0.5) AS q_0,
    QUANTILE_CONT(rated_value.value, 0.4) AS q_1,
    QUANTILE_CONT(rated_value.value, 0.6) AS q_2
  FROM rated_value
), each_user AS (
  SELECT
    rated_value.person_no AS person_no,
    SUM(CASE WHEN (
      rated_value.value <= "at".q_0
    ) THEN 1.0 ELSE 0.0 END) AS below,
    CAST(COUNT(*) AS DOUBLE) AS size
  FROM rated_value
  JOIN "at"
    ON TRUE
  GROUP BY
    rated_value.person_no
), people AS (
  SELECT
    COUNT(*) AS units,
    SUM(each_user.size) AS n,
    SUM(each_user.below) AS below,
    SUM(each_user.size * each_user.size) AS size_2,
    SUM(each_user.below * each_user.below) AS below_2,
    SUM(each_user.below * each_user.size) AS below_size
  FROM each_user
), everybody AS (
  SELECT
    COUNT(*) AS met
  FROM planned_unit
)
SELECT
  people.units,
  people.n,
  people.below,
  people.size_2,
  people.below_2,
  people.below_size,
  "at".q_0,
  "at".q_1,
  "at".q_2,
  everybody.met
FROM people
JOIN "at"
  ON TRUE
JOIN everybody
  ON TRUE
