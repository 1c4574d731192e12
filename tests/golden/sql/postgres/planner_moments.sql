WITH visible_people AS (
  SELECT
    people.user_no AS user_no,
    people.user_id AS user_id,
    people.market AS market,
    people.channel AS channel,
    people.platform AS platform,
    people.campaign AS campaign,
    people.registered_at AS registered_at,
    people.registered_on AS registered_on,
    people.is_test AS is_test
  FROM people
  WHERE
    people.market IN ('CN', 'O''Brien')
    AND people.is_test IS FALSE
    AND people.channel IN ('kol')
), planned_unit AS (
  SELECT
    visible_people.user_no AS person_no,
    visible_people.registered_at AS exposed_at,
    visible_people.registered_on AS exposed_on
  FROM visible_people
  WHERE
    visible_people.registered_on >= CAST('2024-01-01' AS DATE)
    AND visible_people.registered_on < CAST('2024-02-16' AS DATE)
    AND visible_people.user_no % 3 = 0
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
    AND visible_sales.user_no % 3 = 0
), rates AS (
  SELECT
    fx_cross.day AS day,
    fx_cross.currency AS currency,
    fx_cross.rate AS rate
  FROM fx_cross
  WHERE
    fx_cross.target = 'CNY'
), sold_to_unit AS (
  SELECT
    planned_unit.person_no AS person_no,
    SUM(
      CASE WHEN (
        near_sale.paid_at >= planned_unit.exposed_at
      ) THEN 1.0 ELSE 0.0 END
    ) AS orders,
    SUM(
      CASE
        WHEN (
          near_sale.paid_at >= planned_unit.exposed_at
        )
        THEN CAST(near_sale.gmv AS DOUBLE PRECISION) * CAST(rates.rate AS DOUBLE PRECISION)
        ELSE 0.0
      END
    ) AS gmv,
    SUM(
      CASE
        WHEN (
          near_sale.paid_at >= planned_unit.exposed_at
        )
        THEN CAST(near_sale.gmv - near_sale.discounts AS DOUBLE PRECISION) * CAST(rates.rate AS DOUBLE PRECISION)
        ELSE 0.0
      END
    ) AS goods,
    SUM(
      CASE
        WHEN (
          near_sale.paid_at >= planned_unit.exposed_at
        )
        THEN CAST(near_sale.shipping AS DOUBLE PRECISION) * CAST(rates.rate AS DOUBLE PRECISION)
        ELSE 0.0
      END
    ) AS shipping,
    SUM(
      CASE
        WHEN (
          near_sale.paid_at >= planned_unit.exposed_at
        )
        THEN CAST(near_sale.cost AS DOUBLE PRECISION) * CAST(rates.rate AS DOUBLE PRECISION)
        ELSE 0.0
      END
    ) AS cost,
    SUM(
      CASE WHEN (
        near_sale.paid_at < planned_unit.exposed_at
      ) THEN 1.0 ELSE 0.0 END
    ) AS prior_orders,
    SUM(
      CASE
        WHEN (
          near_sale.paid_at < planned_unit.exposed_at
        )
        THEN CAST(near_sale.gmv AS DOUBLE PRECISION) * CAST(rates.rate AS DOUBLE PRECISION)
        ELSE 0.0
      END
    ) AS prior_gmv,
    SUM(
      CASE
        WHEN (
          near_sale.paid_at < planned_unit.exposed_at
        )
        THEN CAST((
          near_sale.gmv - near_sale.discounts
        ) + near_sale.shipping AS DOUBLE PRECISION) * CAST(rates.rate AS DOUBLE PRECISION)
        ELSE 0.0
      END
    ) AS prior_net_revenue,
    SUM(
      CASE
        WHEN (
          near_sale.paid_at < planned_unit.exposed_at
        )
        THEN CAST((
          near_sale.gmv - near_sale.discounts
        ) - near_sale.cost AS DOUBLE PRECISION) * CAST(rates.rate AS DOUBLE PRECISION)
        ELSE 0.0
      END
    ) AS prior_margin,
    SUM(CASE WHEN (
      rates.rate IS NULL
    ) THEN 1 ELSE 0 END) AS unrated,
    MAX(
      CASE WHEN (
        near_sale.paid_at >= planned_unit.exposed_at
      ) THEN 1.0 ELSE 0.0 END
    ) AS bought,
    MAX(
      CASE
        WHEN (
          near_sale.paid_at >= planned_unit.exposed_at AND near_sale.order_no = 1
        )
        THEN 1.0
        ELSE 0.0
      END
    ) AS first_order
  FROM planned_unit
  JOIN near_sale
    ON near_sale.user_no = planned_unit.person_no
    AND near_sale.paid_at >= (
      planned_unit.exposed_at + CAST(-28 AS INT) * INTERVAL '1 DAY'
    )
    AND near_sale.paid_at < (
      planned_unit.exposed_at + CAST(14 AS INT) * INTERVAL '1 DAY'
    )
  LEFT OUTER JOIN rates
    ON rates.day = near_sale.day AND rates.currency = near_sale.currency
  GROUP BY
    planned_unit.person_no
), unit_value AS (
  SELECT
    planned_unit.person_no AS person_no,
    planned_unit.exposed_at AS exposed_at,
    planned_unit.exposed_on AS exposed_on,
    COALESCE(sold_to_unit.orders, 0.0) AS orders,
    COALESCE(sold_to_unit.gmv, 0.0) AS gmv,
    COALESCE(sold_to_unit.prior_orders, 0.0) AS prior_orders,
    COALESCE(sold_to_unit.prior_gmv, 0.0) AS prior_gmv,
    COALESCE(sold_to_unit.unrated, 0) AS unrated
  FROM planned_unit
  LEFT OUTER JOIN sold_to_unit
    ON sold_to_unit.person_no = planned_unit.person_no
)
SELECT
  unit_value.exposed_on,
  COUNT(*) AS n,
  SUM(unit_value.unrated) AS unrated,
  AVG(unit_value.orders) AS orders,
  AVG(unit_value.gmv) AS gmv,
  AVG(unit_value.prior_orders) AS prior_orders,
  AVG(unit_value.prior_gmv) AS prior_gmv,
  VAR_POP(unit_value.orders) * COUNT(*) AS orders_x_orders,
  COVAR_POP(unit_value.orders, unit_value.gmv) * COUNT(*) AS orders_x_gmv,
  COVAR_POP(unit_value.orders, unit_value.prior_orders) * COUNT(*) AS orders_x_prior_orders,
  COVAR_POP(unit_value.orders, unit_value.prior_gmv) * COUNT(*) AS orders_x_prior_gmv,
  VAR_POP(unit_value.gmv) * COUNT(*) AS gmv_x_gmv,
  COVAR_POP(unit_value.gmv, unit_value.prior_orders) * COUNT(*) AS gmv_x_prior_orders,
  COVAR_POP(unit_value.gmv, unit_value.prior_gmv) * COUNT(*) AS gmv_x_prior_gmv,
  VAR_POP(unit_value.prior_orders) * COUNT(*) AS prior_orders_x_prior_orders,
  COVAR_POP(unit_value.prior_orders, unit_value.prior_gmv) * COUNT(*) AS prior_orders_x_prior_gmv,
  VAR_POP(unit_value.prior_gmv) * COUNT(*) AS prior_gmv_x_prior_gmv
FROM unit_value
GROUP BY
  unit_value.exposed_on
