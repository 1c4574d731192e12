WITH visible_experiment_units AS (
  SELECT
    experiment_units.experiment_id AS experiment_id,
    experiment_units.person_no AS person_no,
    experiment_units.market AS market,
    experiment_units.channel AS channel,
    experiment_units.platform AS platform,
    experiment_units.arm AS arm,
    experiment_units.arms AS arms,
    experiment_units.exposed_at AS exposed_at,
    experiment_units.exposed_on AS exposed_on,
    experiment_units.last_on AS last_on,
    experiment_units.tier AS tier,
    experiment_units.tenure AS tenure,
    experiment_units.past_orders AS past_orders,
    experiment_units.in_time AS in_time
  FROM experiment_units
  WHERE
    experiment_units.market IN ('CN', 'O''Brien')
    AND experiment_units.channel IN ('kol')
), experiment_unit AS (
  SELECT
    visible_experiment_units.experiment_id AS experiment_id,
    visible_experiment_units.person_no AS person_no,
    visible_experiment_units.market AS market,
    visible_experiment_units.channel AS channel,
    visible_experiment_units.platform AS platform,
    visible_experiment_units.arm AS arm,
    visible_experiment_units.arms AS arms,
    visible_experiment_units.exposed_at AS exposed_at,
    visible_experiment_units.exposed_on AS exposed_on,
    visible_experiment_units.last_on AS last_on,
    visible_experiment_units.tier AS tier,
    visible_experiment_units.tenure AS tenure,
    visible_experiment_units.past_orders AS past_orders,
    visible_experiment_units.in_time AS in_time
  FROM visible_experiment_units
  WHERE
    visible_experiment_units.experiment_id = 'checkout'
    AND visible_experiment_units.arms = 1
    AND visible_experiment_units.in_time
), mature_unit AS (
  SELECT
    experiment_unit.experiment_id AS experiment_id,
    experiment_unit.person_no AS person_no,
    experiment_unit.market AS market,
    experiment_unit.channel AS channel,
    experiment_unit.platform AS platform,
    experiment_unit.arm AS arm,
    experiment_unit.arms AS arms,
    experiment_unit.exposed_at AS exposed_at,
    experiment_unit.exposed_on AS exposed_on,
    experiment_unit.last_on AS last_on,
    experiment_unit.tier AS tier,
    experiment_unit.tenure AS tenure,
    experiment_unit.past_orders AS past_orders,
    experiment_unit.in_time AS in_time
  FROM experiment_unit
  WHERE
    (
      experiment_unit.exposed_on + CAST(15 AS INT)
    ) <= CAST('2024-03-01' AS DATE)
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
    sales.market IN ('CN', 'O''Brien') AND sales.channel IN ('kol')
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
    mature_unit.person_no AS person_no,
    SUM(
      CASE
        WHEN (
          visible_sales.paid_at >= mature_unit.exposed_at
        )
        THEN 1.0
        ELSE 0.0
      END
    ) AS orders,
    SUM(
      CASE
        WHEN (
          visible_sales.paid_at >= mature_unit.exposed_at
        )
        THEN CAST(visible_sales.gmv AS DOUBLE PRECISION) * CAST(rates.rate AS DOUBLE PRECISION)
        ELSE 0.0
      END
    ) AS gmv,
    SUM(
      CASE
        WHEN (
          visible_sales.paid_at >= mature_unit.exposed_at
        )
        THEN CAST(visible_sales.gmv - visible_sales.discounts AS DOUBLE PRECISION) * CAST(rates.rate AS DOUBLE PRECISION)
        ELSE 0.0
      END
    ) AS goods,
    SUM(
      CASE
        WHEN (
          visible_sales.paid_at >= mature_unit.exposed_at
        )
        THEN CAST(visible_sales.shipping AS DOUBLE PRECISION) * CAST(rates.rate AS DOUBLE PRECISION)
        ELSE 0.0
      END
    ) AS shipping,
    SUM(
      CASE
        WHEN (
          visible_sales.paid_at >= mature_unit.exposed_at
        )
        THEN CAST(visible_sales.cost AS DOUBLE PRECISION) * CAST(rates.rate AS DOUBLE PRECISION)
        ELSE 0.0
      END
    ) AS cost,
    SUM(
      CASE WHEN (
        visible_sales.paid_at < mature_unit.exposed_at
      ) THEN 1.0 ELSE 0.0 END
    ) AS prior_orders,
    SUM(
      CASE
        WHEN (
          visible_sales.paid_at < mature_unit.exposed_at
        )
        THEN CAST(visible_sales.gmv AS DOUBLE PRECISION) * CAST(rates.rate AS DOUBLE PRECISION)
        ELSE 0.0
      END
    ) AS prior_gmv,
    SUM(
      CASE
        WHEN (
          visible_sales.paid_at < mature_unit.exposed_at
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
          visible_sales.paid_at < mature_unit.exposed_at
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
          visible_sales.paid_at >= mature_unit.exposed_at
        )
        THEN 1.0
        ELSE 0.0
      END
    ) AS bought,
    MAX(
      CASE
        WHEN (
          visible_sales.paid_at >= mature_unit.exposed_at AND visible_sales.order_no = 1
        )
        THEN 1.0
        ELSE 0.0
      END
    ) AS first_order
  FROM mature_unit
  JOIN visible_sales
    ON visible_sales.user_no = mature_unit.person_no
    AND visible_sales.paid_at >= (
      mature_unit.exposed_at + CAST(-28 AS INT) * INTERVAL '1 DAY'
    )
    AND visible_sales.paid_at < (
      mature_unit.exposed_at + CAST(14 AS INT) * INTERVAL '1 DAY'
    )
  LEFT OUTER JOIN rates
    ON rates.day = visible_sales.day AND rates.currency = visible_sales.currency
  GROUP BY
    mature_unit.person_no
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
    linked_refunds.market IN ('CN', 'O''Brien') AND linked_refunds.channel IN ('kol')
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
    loose_refunds.market IN ('CN', 'O''Brien') AND loose_refunds.channel IN ('kol')
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
    mature_unit.person_no AS person_no,
    SUM(
      CASE
        WHEN (
          refund_row.refunded_at >= mature_unit.exposed_at
        )
        THEN CAST(refund_row.amount AS DOUBLE PRECISION) * CAST(rates.rate AS DOUBLE PRECISION)
        ELSE 0.0
      END
    ) AS refunds,
    SUM(
      CASE
        WHEN (
          refund_row.refunded_at >= mature_unit.exposed_at
        )
        THEN 0.0
        ELSE CAST(refund_row.amount AS DOUBLE PRECISION) * CAST(rates.rate AS DOUBLE PRECISION)
      END
    ) AS prior_refunds,
    SUM(CASE WHEN (
      rates.rate IS NULL
    ) THEN 1 ELSE 0 END) AS unrated
  FROM mature_unit
  JOIN refund_row
    ON refund_row.user_no = mature_unit.person_no
    AND refund_row.refunded_at >= (
      mature_unit.exposed_at + CAST(-28 AS INT) * INTERVAL '1 DAY'
    )
    AND refund_row.refunded_at < (
      mature_unit.exposed_at + CAST(14 AS INT) * INTERVAL '1 DAY'
    )
  LEFT OUTER JOIN rates
    ON rates.day = refund_row.day AND rates.currency = refund_row.currency
  GROUP BY
    mature_unit.person_no
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
    mature_unit.person_no AS person_no,
    SUM(
      CASE
        WHEN (
          visible_person_day.day > mature_unit.exposed_on
        )
        THEN 1.0
        ELSE 0.0
      END
    ) AS active_days,
    MAX(
      CASE
        WHEN (
          visible_person_day.day > (
            mature_unit.exposed_on + CAST(7 AS INT)
          )
        )
        THEN 1.0
        ELSE 0.0
      END
    ) AS returned,
    SUM(
      CASE
        WHEN (
          visible_person_day.day < mature_unit.exposed_on
        )
        THEN 1.0
        ELSE 0.0
      END
    ) AS prior_active_days
  FROM mature_unit
  JOIN visible_person_day
    ON visible_person_day.person_no = mature_unit.person_no
    AND visible_person_day.day >= (
      mature_unit.exposed_on + CAST(-28 AS INT)
    )
    AND visible_person_day.day <= (
      mature_unit.exposed_on + CAST(14 AS INT)
    )
    AND (
      visible_person_day.as_user OR visible_person_day.bought IS FALSE
    )
  GROUP BY
    mature_unit.person_no
), unit_value AS (
  SELECT
    mature_unit.experiment_id AS experiment_id,
    mature_unit.person_no AS person_no,
    mature_unit.market AS market,
    mature_unit.channel AS channel,
    mature_unit.platform AS platform,
    mature_unit.arm AS arm,
    mature_unit.arms AS arms,
    mature_unit.exposed_at AS exposed_at,
    mature_unit.exposed_on AS exposed_on,
    mature_unit.last_on AS last_on,
    mature_unit.tier AS tier,
    mature_unit.tenure AS tenure,
    mature_unit.past_orders AS past_orders,
    mature_unit.in_time AS in_time,
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
  FROM mature_unit
  LEFT OUTER JOIN sold_to_unit
    ON sold_to_unit.person_no = mature_unit.person_no
  LEFT OUTER JOIN refunded_to_unit
    ON refunded_to_unit.person_no = mature_unit.person_no
  LEFT OUTER JOIN active_unit
    ON active_unit.person_no = mature_unit.person_no
)
SELECT
  cell.segmentation,
  cell.segment,
  cell.exposed_on,
  cell.arm,
  cell.n,
  cell.unrated,
  cell.orders,
  cell.gmv,
  cell.returned,
  cell.prior_orders,
  cell.prior_gmv,
  cell.orders_x_orders,
  cell.orders_x_gmv,
  cell.orders_x_prior_orders,
  cell.orders_x_prior_gmv,
  cell.gmv_x_gmv,
  cell.gmv_x_prior_orders,
  cell.gmv_x_prior_gmv,
  cell.returned_x_returned,
  cell.prior_orders_x_prior_orders,
  cell.prior_orders_x_prior_gmv,
  cell.prior_gmv_x_prior_gmv
FROM (
  SELECT
    'all' AS segmentation,
    '' AS segment,
    unit_value.exposed_on AS exposed_on,
    unit_value.arm AS arm,
    COUNT(*) AS n,
    SUM(unit_value.unrated) AS unrated,
    AVG(unit_value.orders) AS orders,
    AVG(unit_value.gmv) AS gmv,
    AVG(unit_value.returned) AS returned,
    AVG(unit_value.prior_orders) AS prior_orders,
    AVG(unit_value.prior_gmv) AS prior_gmv,
    VAR_POP(unit_value.orders) * COUNT(*) AS orders_x_orders,
    COVAR_POP(unit_value.orders, unit_value.gmv) * COUNT(*) AS orders_x_gmv,
    COVAR_POP(unit_value.orders, unit_value.prior_orders) * COUNT(*) AS orders_x_prior_orders,
    COVAR_POP(unit_value.orders, unit_value.prior_gmv) * COUNT(*) AS orders_x_prior_gmv,
    VAR_POP(unit_value.gmv) * COUNT(*) AS gmv_x_gmv,
    COVAR_POP(unit_value.gmv, unit_value.prior_orders) * COUNT(*) AS gmv_x_prior_orders,
    COVAR_POP(unit_value.gmv, unit_value.prior_gmv) * COUNT(*) AS gmv_x_prior_gmv,
    VAR_POP(unit_value.returned) * COUNT(*) AS returned_x_returned,
    VAR_POP(unit_value.prior_orders) * COUNT(*) AS prior_orders_x_prior_orders,
    COVAR_POP(unit_value.prior_orders, unit_value.prior_gmv) * COUNT(*) AS prior_orders_x_prior_gmv,
    VAR_POP(unit_value.prior_gmv) * COUNT(*) AS prior_gmv_x_prior_gmv
  FROM unit_value
  GROUP BY
    unit_value.exposed_on,
    unit_value.arm
  UNION ALL
  SELECT
    'market' AS segmentation,
    unit_value.market AS segment,
    CAST(NULL AS DATE) AS exposed_on,
    unit_value.arm AS arm,
    COUNT(*) AS n,
    SUM(unit_value.unrated) AS unrated,
    AVG(unit_value.orders) AS orders,
    AVG(unit_value.gmv) AS gmv,
    AVG(unit_value.returned) AS returned,
    AVG(unit_value.prior_orders) AS prior_orders,
    AVG(unit_value.prior_gmv) AS prior_gmv,
    VAR_POP(unit_value.orders) * COUNT(*) AS orders_x_orders,
    COVAR_POP(unit_value.orders, unit_value.gmv) * COUNT(*) AS orders_x_gmv,
    COVAR_POP(unit_value.orders, unit_value.prior_orders) * COUNT(*) AS orders_x_prior_orders,
    COVAR_POP(unit_value.orders, unit_value.prior_gmv) * COUNT(*) AS orders_x_prior_gmv,
    VAR_POP(unit_value.gmv) * COUNT(*) AS gmv_x_gmv,
    COVAR_POP(unit_value.gmv, unit_value.prior_orders) * COUNT(*) AS gmv_x_prior_orders,
    COVAR_POP(unit_value.gmv, unit_value.prior_gmv) * COUNT(*) AS gmv_x_prior_gmv,
    VAR_POP(unit_value.returned) * COUNT(*) AS returned_x_returned,
    VAR_POP(unit_value.prior_orders) * COUNT(*) AS prior_orders_x_prior_orders,
    COVAR_POP(unit_value.prior_orders, unit_value.prior_gmv) * COUNT(*) AS prior_orders_x_prior_gmv,
    VAR_POP(unit_value.prior_gmv) * COUNT(*) AS prior_gmv_x_prior_gmv
  FROM unit_value
  GROUP BY
    unit_value.market,
    unit_value.arm
  UNION ALL
  SELECT
    'channel' AS segmentation,
    unit_value.channel AS segment,
    CAST(NULL AS DATE) AS exposed_on,
    unit_value.arm AS arm,
    COUNT(*) AS n,
    SUM(unit_value.unrated) AS unrated,
    AVG(unit_value.orders) AS orders,
    AVG(unit_value.gmv) AS gmv,
    AVG(unit_value.returned) AS returned,
    AVG(unit_value.prior_orders) AS prior_orders,
    AVG(unit_value.prior_gmv) AS prior_gmv,
    VAR_POP(unit_value.orders) * COUNT(*) AS orders_x_orders,
    COVAR_POP(unit_value.orders, unit_value.gmv) * COUNT(*) AS orders_x_gmv,
    COVAR_POP(unit_value.orders, unit_value.prior_orders) * COUNT(*) AS orders_x_prior_orders,
    COVAR_POP(unit_value.orders, unit_value.prior_gmv) * COUNT(*) AS orders_x_prior_gmv,
    VAR_POP(unit_value.gmv) * COUNT(*) AS gmv_x_gmv,
    COVAR_POP(unit_value.gmv, unit_value.prior_orders) * COUNT(*) AS gmv_x_prior_orders,
    COVAR_POP(unit_value.gmv, unit_value.prior_gmv) * COUNT(*) AS gmv_x_prior_gmv,
    VAR_POP(unit_value.returned) * COUNT(*) AS returned_x_returned,
    VAR_POP(unit_value.prior_orders) * COUNT(*) AS prior_orders_x_prior_orders,
    COVAR_POP(unit_value.prior_orders, unit_value.prior_gmv) * COUNT(*) AS prior_orders_x_prior_gmv,
    VAR_POP(unit_value.prior_gmv) * COUNT(*) AS prior_gmv_x_prior_gmv
  FROM unit_value
  GROUP BY
    unit_value.channel,
    unit_value.arm
  UNION ALL
  SELECT
    'platform' AS segmentation,
    unit_value.platform AS segment,
    CAST(NULL AS DATE) AS exposed_on,
    unit_value.arm AS arm,
    COUNT(*) AS n,
    SUM(unit_value.unrated) AS unrated,
    AVG(unit_value.orders) AS orders,
    AVG(unit_value.gmv) AS gmv,
    AVG(unit_value.returned) AS returned,
    AVG(unit_value.prior_orders) AS prior_orders,
    AVG(unit_value.prior_gmv) AS prior_gmv,
    VAR_POP(unit_value.orders) * COUNT(*) AS orders_x_orders,
    COVAR_POP(unit_value.orders, unit_value.gmv) * COUNT(*) AS orders_x_gmv,
    COVAR_POP(unit_value.orders, unit_value.prior_orders) * COUNT(*) AS orders_x_prior_orders,
    COVAR_POP(unit_value.orders, unit_value.prior_gmv) * COUNT(*) AS orders_x_prior_gmv,
    VAR_POP(unit_value.gmv) * COUNT(*) AS gmv_x_gmv,
    COVAR_POP(unit_value.gmv, unit_value.prior_orders) * COUNT(*) AS gmv_x_prior_orders,
    COVAR_POP(unit_value.gmv, unit_value.prior_gmv) * COUNT(*) AS gmv_x_prior_gmv,
    VAR_POP(unit_value.returned) * COUNT(*) AS returned_x_returned,
    VAR_POP(unit_value.prior_orders) * COUNT(*) AS prior_orders_x_prior_orders,
    COVAR_POP(unit_value.prior_orders, unit_value.prior_gmv) * COUNT(*) AS prior_orders_x_prior_gmv,
    VAR_POP(unit_value.prior_gmv) * COUNT(*) AS prior_gmv_x_prior_gmv
  FROM unit_value
  GROUP BY
    unit_value.platform,
    unit_value.arm
  UNION ALL
  SELECT
    'tier' AS segmentation,
    unit_value.tier AS segment,
    CAST(NULL AS DATE) AS exposed_on,
    unit_value.arm AS arm,
    COUNT(*) AS n,
    SUM(unit_value.unrated) AS unrated,
    AVG(unit_value.orders) AS orders,
    AVG(unit_value.gmv) AS gmv,
    AVG(unit_value.returned) AS returned,
    AVG(unit_value.prior_orders) AS prior_orders,
    AVG(unit_value.prior_gmv) AS prior_gmv,
    VAR_POP(unit_value.orders) * COUNT(*) AS orders_x_orders,
    COVAR_POP(unit_value.orders, unit_value.gmv) * COUNT(*) AS orders_x_gmv,
    COVAR_POP(unit_value.orders, unit_value.prior_orders) * COUNT(*) AS orders_x_prior_orders,
    COVAR_POP(unit_value.orders, unit_value.prior_gmv) * COUNT(*) AS orders_x_prior_gmv,
    VAR_POP(unit_value.gmv) * COUNT(*) AS gmv_x_gmv,
    COVAR_POP(unit_value.gmv, unit_value.prior_orders) * COUNT(*) AS gmv_x_prior_orders,
    COVAR_POP(unit_value.gmv, unit_value.prior_gmv) * COUNT(*) AS gmv_x_prior_gmv,
    VAR_POP(unit_value.returned) * COUNT(*) AS returned_x_returned,
    VAR_POP(unit_value.prior_orders) * COUNT(*) AS prior_orders_x_prior_orders,
    COVAR_POP(unit_value.prior_orders, unit_value.prior_gmv) * COUNT(*) AS prior_orders_x_prior_gmv,
    VAR_POP(unit_value.prior_gmv) * COUNT(*) AS prior_gmv_x_prior_gmv
  FROM unit_value
  GROUP BY
    unit_value.tier,
    unit_value.arm
  UNION ALL
  SELECT
    'tenure' AS segmentation,
    unit_value.tenure AS segment,
    CAST(NULL AS DATE) AS exposed_on,
    unit_value.arm AS arm,
    COUNT(*) AS n,
    SUM(unit_value.unrated) AS unrated,
    AVG(unit_value.orders) AS orders,
    AVG(unit_value.gmv) AS gmv,
    AVG(unit_value.returned) AS returned,
    AVG(unit_value.prior_orders) AS prior_orders,
    AVG(unit_value.prior_gmv) AS prior_gmv,
    VAR_POP(unit_value.orders) * COUNT(*) AS orders_x_orders,
    COVAR_POP(unit_value.orders, unit_value.gmv) * COUNT(*) AS orders_x_gmv,
    COVAR_POP(unit_value.orders, unit_value.prior_orders) * COUNT(*) AS orders_x_prior_orders,
    COVAR_POP(unit_value.orders, unit_value.prior_gmv) * COUNT(*) AS orders_x_prior_gmv,
    VAR_POP(unit_value.gmv) * COUNT(*) AS gmv_x_gmv,
    COVAR_POP(unit_value.gmv, unit_value.prior_orders) * COUNT(*) AS gmv_x_prior_orders,
    COVAR_POP(unit_value.gmv, unit_value.prior_gmv) * COUNT(*) AS gmv_x_prior_gmv,
    VAR_POP(unit_value.returned) * COUNT(*) AS returned_x_returned,
    VAR_POP(unit_value.prior_orders) * COUNT(*) AS prior_orders_x_prior_orders,
    COVAR_POP(unit_value.prior_orders, unit_value.prior_gmv) * COUNT(*) AS prior_orders_x_prior_gmv,
    VAR_POP(unit_value.prior_gmv) * COUNT(*) AS prior_gmv_x_prior_gmv
  FROM unit_value
  GROUP BY
    unit_value.tenure,
    unit_value.arm
  UNION ALL
  SELECT
    'past_orders' AS segmentation,
    unit_value.past_orders AS segment,
    CAST(NULL AS DATE) AS exposed_on,
    unit_value.arm AS arm,
    COUNT(*) AS n,
    SUM(unit_value.unrated) AS unrated,
    AVG(unit_value.orders) AS orders,
    AVG(unit_value.gmv) AS gmv,
    AVG(unit_value.returned) AS returned,
    AVG(unit_value.prior_orders) AS prior_orders,
    AVG(unit_value.prior_gmv) AS prior_gmv,
    VAR_POP(unit_value.orders) * COUNT(*) AS orders_x_orders,
    COVAR_POP(unit_value.orders, unit_value.gmv) * COUNT(*) AS orders_x_gmv,
    COVAR_POP(unit_value.orders, unit_value.prior_orders) * COUNT(*) AS orders_x_prior_orders,
    COVAR_POP(unit_value.orders, unit_value.prior_gmv) * COUNT(*) AS orders_x_prior_gmv,
    VAR_POP(unit_value.gmv) * COUNT(*) AS gmv_x_gmv,
    COVAR_POP(unit_value.gmv, unit_value.prior_orders) * COUNT(*) AS gmv_x_prior_orders,
    COVAR_POP(unit_value.gmv, unit_value.prior_gmv) * COUNT(*) AS gmv_x_prior_gmv,
    VAR_POP(unit_value.returned) * COUNT(*) AS returned_x_returned,
    VAR_POP(unit_value.prior_orders) * COUNT(*) AS prior_orders_x_prior_orders,
    COVAR_POP(unit_value.prior_orders, unit_value.prior_gmv) * COUNT(*) AS prior_orders_x_prior_gmv,
    VAR_POP(unit_value.prior_gmv) * COUNT(*) AS prior_gmv_x_prior_gmv
  FROM unit_value
  GROUP BY
    unit_value.past_orders,
    unit_value.arm
) AS cell
