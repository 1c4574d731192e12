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
    SUM(CAST(visible_linked_refunds.amount AS DOUBLE) * CAST(rates.rate AS DOUBLE)) AS amount,
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
      ) + visible_sales.shipping AS DOUBLE) * CAST(rates.rate AS DOUBLE) - COALESCE(refunded_order.amount, 0)
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
    ) AS next_channel
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
      conversion.paid_at + CAST(-30 AS INT) * INTERVAL '1' DAY
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
    ROW_NUMBER() OVER (
      PARTITION BY touch_of_path.user_no
      ORDER BY touch_of_path.touched_at, touch_of_path.tie_no
    ) AS step_no,
    COUNT(*) OVER (PARTITION BY touch_of_path.user_no) AS steps,
    CAST(1 AS DOUBLE) / COUNT(*) OVER (PARTITION BY touch_of_path.user_no, touch_of_path.channel) AS presence
  FROM touch_of_path
  WHERE
    touch_of_path.next_channel IS DISTINCT FROM touch_of_path.channel
), touched_conversion AS (
  SELECT
    touch_of_path.user_no AS user_no,
    touch_of_path.order_no AS order_no
  FROM touch_of_path
  WHERE
    touch_of_path.next_channel IS NULL
), credit AS (
  SELECT
    step.user_no AS user_no,
    step.order_no AS order_no,
    step.paid_at AS paid_at,
    step.revenue AS revenue,
    step.channel AS channel,
    step.campaign AS campaign,
    1 AS is_touched,
    CASE WHEN (
      step.next_channel IS NULL
    ) THEN 1 ELSE 0 END AS ends,
    1 AS counts,
    1 AS first_counts,
    CAST(step.presence AS DOUBLE) AS presence
  FROM step
  UNION ALL
  SELECT
    bare.user_no AS user_no,
    bare.order_no AS order_no,
    bare.paid_at AS paid_at,
    bare.revenue AS revenue,
    'direct' AS anon_1,
    'unknown' AS anon_2,
    0 AS anon_3,
    0 AS anon_4,
    1 AS anon_5,
    1 AS anon__1,
    CAST(0 AS DOUBLE) AS anon_6
  FROM (
    SELECT
      conversion.user_no AS user_no,
      conversion.order_no AS order_no,
      conversion.paid_at AS paid_at,
      conversion.revenue AS revenue
    FROM conversion
    LEFT OUTER JOIN touched_conversion
      ON touched_conversion.user_no = conversion.user_no
      AND touched_conversion.order_no = conversion.order_no
    WHERE
      touched_conversion.user_no IS NULL
  ) AS bare
), credit_of_channel AS (
  SELECT
    credit.user_no AS person_no,
    credit.order_no AS order_no,
    credit.paid_at AS paid_at,
    CASE
      WHEN (
        credit.is_touched = 0
      )
      THEN CAST(credit.counts AS DOUBLE)
      ELSE credit.presence * credit.counts * 0.25
    END AS credit,
    CASE
      WHEN (
        credit.is_touched = 0
      )
      THEN CAST(credit.counts AS DOUBLE)
      ELSE credit.presence * credit.counts * 0.25
    END * credit.revenue AS revenue
  FROM credit
  WHERE
    credit.channel = 'kol' AND NOT credit.user_no IS NULL
), behind_credit AS (
  SELECT
    credit_of_channel.person_no AS person_no,
    SUM(credit_of_channel.credit) AS credit,
    CAST(COUNT(DISTINCT credit_of_channel.order_no) AS INT) AS credited_orders,
    SUM(credit_of_channel.revenue) AS credited_revenue,
    MAX(credit_of_channel.paid_at) AS converted_at
  FROM credit_of_channel
  WHERE
    credit_of_channel.credit > 0
  GROUP BY
    credit_of_channel.person_no
)
SELECT
  behind_credit.person_no,
  behind_credit.credit,
  behind_credit.credited_orders,
  behind_credit.credited_revenue,
  behind_credit.converted_at
FROM behind_credit
