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
      CASE
        WHEN (
          visible_sales.paid_at >= planned_unit.exposed_at
        )
        THEN 1.0
        ELSE 0.0
      END
    ) AS orders,
    SUM(
      CASE
        WHEN (
          visible_sales.paid_at >= planned_unit.exposed_at
        )
        THEN CAST(visible_sales.gmv AS DOUBLE PRECISION) * CAST(rates.rate AS DOUBLE PRECISION)
        ELSE 0.0
      END
    ) AS gmv,
    SUM(
      CASE
        WHEN (
          visible_sales.paid_at >= planned_unit.exposed_at
        )
        THEN CAST(visible_sales.gmv - visible_sales.discounts AS DOUBLE PRECISION) * CAST(rates.rate AS DOUBLE PRECISION)
        ELSE 0.0
      END
    ) AS goods,
    SUM(
      CASE
        WHEN (
          visible_sales.paid_at >= planned_unit.exposed_at
        )
        THEN CAST(visible_sales.shipping AS DOUBLE PRECISION) * CAST(rates.rate AS DOUBLE PRECISION)
        ELSE 0.0
      END
    ) AS shipping,
    SUM(
      CASE
        WHEN (
          visible_sales.paid_at >= planned_unit.exposed_at
        )
        THEN CAST(visible_sales.cost AS DOUBLE PRECISION) * CAST(rates.rate AS DOUBLE PRECISION)
        ELSE 0.0
      END
    ) AS cost,
    SUM(
      CASE
        WHEN (
          visible_sales.paid_at < planned_unit.exposed_at
        )
        THEN 1.0
        ELSE 0.0
      END
    ) AS prior_orders,
    SUM(
      CASE
        WHEN (
          visible_sales.paid_at < planned_unit.exposed_at
        )
        THEN CAST(visible_sales.gmv AS DOUBLE PRECISION) * CAST(rates.rate AS DOUBLE PRECISION)
        ELSE 0.0
      END
    ) AS prior_gmv,
    SUM(
      CASE
        WHEN (
          visible_sales.paid_at < planned_unit.exposed_at
        )
        THEN CAST((
          visible_sales.gmv - visible_sales.discounts
        ) + visible_sales.shipping AS DOUBLE PRECISION) * CAST(rates.rate AS DOUBLE PRECISION)
        ELSE 0.0
      END
    ) AS prior_net_revenue,
    SUM(
      CASE
        WHEN (
          visible_sales.paid_at < planned_unit.exposed_at
        )
        THEN CAST((
          visible_sales.gmv - visible_sales.discounts
        ) - visible_sales.cost AS DOUBLE PRECISION) * CAST(rates.rate AS DOUBLE PRECISION)
        ELSE 0.0
      END
    ) AS prior_margin,
    SUM(CASE WHEN (
      rates.rate IS NULL
    ) THEN 1 ELSE 0 END) AS unrated,
    MAX(
      CASE
        WHEN (
          visible_sales.paid_at >= planned_unit.exposed_at
        )
        THEN 1.0
        ELSE 0.0
      END
    ) AS bought,
    MAX(
      CASE
        WHEN (
          visible_sales.paid_at >= planned_unit.exposed_at AND visible_sales.order_no = 1
        )
        THEN 1.0
        ELSE 0.0
      END
    ) AS first_order
  FROM planned_unit
  JOIN visible_sales
    ON visible_sales.user_no = planned_unit.person_no
    AND visible_sales.paid_at >= (
      planned_unit.exposed_at + CAST(-28 AS INT) * INTERVAL '1 DAY'
    )
    AND visible_sales.paid_at < (
      planned_unit.exposed_at + CAST(14 AS INT) * INTERVAL '1 DAY'
    )
  LEFT OUTER JOIN rates
    ON rates.day = visible_sales.day AND rates.currency = visible_sales.currency
  GROUP BY
    planned_unit.person_no
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
), refund_row AS (
  SELECT
    visible_linked_refunds.user_no AS user_no,
    visible_linked_refunds.refunded_at AS refunded_at,
    visible_linked_refunds.day AS day,
    visible_linked_refunds.currency AS currency,
    visible_linked_refunds.amount AS amount
  FROM visible_linked_refunds
  UNION ALL
  SELECT
    visible_loose_refunds.user_no AS user_no,
    visible_loose_refunds.refunded_at AS refunded_at,
    visible_loose_refunds.day AS day,
    visible_loose_refunds.currency AS currency,
    visible_loose_refunds.amount AS amount
  FROM visible_loose_refunds
), refunded_to_unit AS (
  SELECT
    planned_unit.person_no AS person_no,
    SUM(
      CASE
        WHEN (
          refund_row.refunded_at >= planned_unit.exposed_at
        )
        THEN CAST(refund_row.amount AS DOUBLE PRECISION) * CAST(rates.rate AS DOUBLE PRECISION)
        ELSE 0.0
      END
    ) AS refunds,
    SUM(
      CASE
        WHEN (
          refund_row.refunded_at >= planned_unit.exposed_at
        )
        THEN 0.0
        ELSE CAST(refund_row.amount AS DOUBLE PRECISION) * CAST(rates.rate AS DOUBLE PRECISION)
      END
    ) AS prior_refunds,
    SUM(CASE WHEN (
      rates.rate IS NULL
    ) THEN 1 ELSE 0 END) AS unrated
  FROM planned_unit
  JOIN refund_row
    ON refund_row.user_no = planned_unit.person_no
    AND refund_row.refunded_at >= (
      planned_unit.exposed_at + CAST(-28 AS INT) * INTERVAL '1 DAY'
    )
    AND refund_row.refunded_at < (
      planned_unit.exposed_at + CAST(14 AS INT) * INTERVAL '1 DAY'
    )
  LEFT OUTER JOIN rates
    ON rates.day = refund_row.day AND rates.currency = refund_row.currency
  GROUP BY
    planned_unit.person_no
), visible_person_day AS (
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
), active_unit AS (
  SELECT
    planned_unit.person_no AS person_no,
    SUM(
      CASE
        WHEN (
          visible_person_day.day > planned_unit.exposed_on
        )
        THEN 1.0
        ELSE 0.0
      END
    ) AS active_days,
    MAX(
      CASE
        WHEN (
          visible_person_day.day > (
            planned_unit.exposed_on + CAST(7 AS INT)
          )
        )
        THEN 1.0
        ELSE 0.0
      END
    ) AS returned,
    SUM(
      CASE
        WHEN (
          visible_person_day.day < planned_unit.exposed_on
        )
        THEN 1.0
        ELSE 0.0
      END
    ) AS prior_active_days
  FROM planned_unit
  JOIN visible_person_day
    ON visible_person_day.person_no = planned_unit.person_no
    AND visible_person_day.day >= (
      planned_unit.exposed_on + CAST(-28 AS INT)
    )
    AND visible_person_day.day <= (
      planned_unit.exposed_on + CAST(14 AS INT)
    )
    AND (
      visible_person_day.as_user OR visible_person_day.person_no < 0
    )
  GROUP BY
    planned_unit.person_no
), unit_value AS (
  SELECT
    planned_unit.person_no AS person_no,
    planned_unit.exposed_at AS exposed_at,
    planned_unit.exposed_on AS exposed_on,
    COALESCE(sold_to_unit.bought, 0.0) AS bought,
    COALESCE(sold_to_unit.first_order, 0.0) AS first_order,
    COALESCE(sold_to_unit.orders, 0.0) AS orders,
    COALESCE(sold_to_unit.gmv, 0.0) AS gmv,
    (
      COALESCE(sold_to_unit.goods, 0.0) + COALESCE(sold_to_unit.shipping, 0.0)
    ) - COALESCE(refunded_to_unit.refunds, 0.0) AS net_revenue,
    (
      COALESCE(sold_to_unit.goods, 0.0) - COALESCE(sold_to_unit.cost, 0.0)
    ) - COALESCE(refunded_to_unit.refunds, 0.0) AS margin,
    COALESCE(refunded_to_unit.refunds, 0.0) AS refunds,
    COALESCE(active_unit.active_days, 0.0) AS active_days,
    COALESCE(active_unit.returned, 0.0) AS returned,
    COALESCE(sold_to_unit.prior_orders, 0.0) AS prior_orders,
    COALESCE(sold_to_unit.prior_gmv, 0.0) AS prior_gmv,
    COALESCE(sold_to_unit.prior_net_revenue, 0.0) - COALESCE(refunded_to_unit.prior_refunds, 0.0) AS prior_net_revenue,
    COALESCE(sold_to_unit.prior_margin, 0.0) - COALESCE(refunded_to_unit.prior_refunds, 0.0) AS prior_margin,
    COALESCE(active_unit.prior_active_days, 0.0) AS prior_active_days,
    COALESCE(sold_to_unit.unrated, 0) + COALESCE(refunded_to_unit.unrated, 0) AS unrated
  FROM planned_unit
  LEFT OUTER JOIN sold_to_unit
    ON sold_to_unit.person_no = planned_unit.person_no
  LEFT OUTER JOIN refunded_to_unit
    ON refunded_to_unit.person_no = planned_unit.person_no
  LEFT OUTER JOIN active_unit
    ON active_unit.person_no = planned_unit.person_no
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
