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
    AND visible_linked_refunds.sold_at < '2024-02-01 00:00:00'
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
    AND visible_sales.paid_at < '2024-02-01 00:00:00'
    AND visible_sales.order_no = 1
), visible_persons AS (
  SELECT
    persons.person_no AS person_no,
    persons.market AS market,
    persons.channel AS channel,
    persons.platform AS platform
  FROM persons
  WHERE
    persons.market IN ('CN', 'O''Brien') AND persons.channel IN ('kol')
), touch_of_path AS (
  SELECT
    conversion.user_no AS user_no,
    conversion.order_no AS order_no,
    conversion.paid_at AS paid_at,
    conversion.revenue AS revenue,
    visible_touch.touched_at AS touched_at,
    visible_touch.tie_no AS tie_no,
    visible_touch.channel AS channel,
    visible_touch.campaign AS campaign,
    LEAD(visible_touch.channel) OVER (
      PARTITION BY conversion.user_no
      ORDER BY visible_touch.touched_at, visible_touch.tie_no
    ) AS next_channel,
    MIN(visible_touch.touched_at) OVER (PARTITION BY conversion.user_no) AS first_at
  FROM conversion
  JOIN (
    SELECT
      touches.person_no AS person_no,
      touches.touched_at AS touched_at,
      touches.tie_no AS tie_no,
      touches.day AS day,
      touches.channel AS channel,
      touches.campaign AS campaign,
      touches.kind AS kind
    FROM touches
    WHERE
      touches.person_no IN (
        SELECT
          visible_persons.person_no
        FROM visible_persons
      )
  ) AS visible_touch
    ON visible_touch.person_no = conversion.user_no
    AND visible_touch.touched_at <= conversion.paid_at
    AND visible_touch.touched_at >= (
      conversion.paid_at + CAST(-30 AS INT) * INTERVAL '1 DAY'
    )
  WHERE
    visible_touch.touched_at >= '2023-12-02 00:00:00'
    AND visible_touch.touched_at < '2024-02-01 00:00:00'
    AND visible_touch.kind IN ('click', 'code')
), step AS (
  SELECT
    touch_of_path.user_no AS user_no,
    touch_of_path.order_no AS order_no,
    touch_of_path.paid_at AS paid_at,
    touch_of_path.revenue AS revenue,
    touch_of_path.touched_at AS touched_at,
    touch_of_path.tie_no AS tie_no,
    touch_of_path.channel AS channel,
    touch_of_path.campaign AS campaign,
    touch_of_path.next_channel AS next_channel,
    touch_of_path.first_at AS first_at,
    ROW_NUMBER() OVER (
      PARTITION BY touch_of_path.user_no
      ORDER BY touch_of_path.touched_at, touch_of_path.tie_no
    ) AS step_no,
    COUNT(*) OVER (PARTITION BY touch_of_path.user_no) AS steps
  FROM touch_of_path
  WHERE
    touch_of_path.next_channel IS DISTINCT FROM touch_of_path.channel
), walked_path AS (
  SELECT
    CAST(step.steps AS INT) AS steps,
    CAST(FLOOR(
      CAST(EXTRACT(EPOCH FROM step.paid_at - step.first_at) AS DOUBLE PRECISION) / CAST(86400.0 AS DOUBLE PRECISION)
    ) AS INT) AS days
  FROM step
  WHERE
    step.step_no = 1
)
SELECT
  walked_path.steps,
  walked_path.days,
  CAST(COUNT(*) AS INT) AS conversions
FROM walked_path
GROUP BY
  walked_path.steps,
  walked_path.days
ORDER BY
  walked_path.steps,
  walked_path.days
