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
), cohort AS (
  SELECT
    CAST(cohort_asked.cohort_no AS INT) AS cohort_no,
    CAST(cohort_asked.start_on AS DATE) AS start_on,
    CAST(cohort_asked.end_on AS DATE) AS end_on,
    CAST(cohort_asked.days AS INT) AS days
  FROM (VALUES
    (0, '2024-01-01', '2024-02-01', 30),
    (1, '2024-02-01', '2024-03-01', 90)) AS cohort_asked(cohort_no, start_on, end_on, days)
), every_day AS (
  SELECT
    days.day AS day
  FROM days
), cohort_day AS (
  SELECT
    cohort.cohort_no AS cohort_no,
    cohort.days AS days,
    every_day.day AS day
  FROM cohort
  JOIN every_day
    ON every_day.day >= cohort.start_on AND every_day.day < cohort.end_on
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
    cohort_day.cohort_no AS cohort_no,
    cohort_day.days AS days,
    CASE WHEN (
      visible_sales.campaign IN ('live')
    ) THEN visible_sales.campaign END AS value,
    visible_sales.user_no AS user_no,
    visible_sales.day AS day,
    visible_sales.paid_at AS paid_at,
    visible_sales.discounts * rates.rate AS discounts
  FROM visible_sales
  JOIN cohort_day
    ON cohort_day.day = visible_sales.day
  LEFT OUTER JOIN rates
    ON rates.day = visible_sales.day AND rates.currency = visible_sales.currency
  WHERE
    visible_sales.order_no = 1 AND visible_sales.channel = 'kol'
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
), cohort_part AS (
  SELECT
    head.cohort_no AS cohort_no,
    head.value AS value,
    head.age AS age,
    CAST(COUNT(*) AS INT) AS people,
    0 AS retained,
    0 AS again,
    0 AS gross_margin,
    0 AS net_revenue,
    0 AS gmv,
    0 AS gmv_without_cost,
    COALESCE(SUM(head.discounts), 0) AS discounts,
    0 AS unrated
  FROM (
    SELECT
      new_customer.cohort_no AS cohort_no,
      new_customer.value AS value,
      0 AS age,
      new_customer.discounts AS discounts
    FROM new_customer
  ) AS head
  GROUP BY
    head.cohort_no,
    head.value,
    head.age
  UNION ALL
  SELECT
    there.cohort_no AS cohort_no,
    there.value AS value,
    there.age AS age,
    0 AS people,
    CAST(COUNT(*) AS INT) AS retained,
    0 AS again,
    0 AS gross_margin,
    0 AS net_revenue,
    0 AS gmv,
    0 AS gmv_without_cost,
    0 AS discounts,
    0 AS unrated
  FROM (
    SELECT
      new_customer.cohort_no AS cohort_no,
      new_customer.value AS value,
      0 AS age
    FROM new_customer
    JOIN visible_person_day
      ON visible_person_day.person_no = new_customer.user_no
    WHERE
      new_customer.cohort_no = 0
      AND visible_person_day.day >= '2024-01-31'
      AND visible_person_day.day < '2024-03-02'
      AND visible_person_day.day = (
        new_customer.day + CAST(30 AS INT)
      )
      AND visible_person_day.as_user
  ) AS there
  GROUP BY
    there.cohort_no,
    there.value,
    there.age
  UNION ALL
  SELECT
    second_order.cohort_no AS cohort_no,
    second_order.value AS value,
    second_order.age AS age,
    0 AS people,
    0 AS retained,
    CAST(COUNT(*) AS INT) AS again,
    0 AS gross_margin,
    0 AS net_revenue,
    0 AS gmv,
    0 AS gmv_without_cost,
    0 AS discounts,
    0 AS unrated
  FROM (
    SELECT
      cohort_day.cohort_no AS cohort_no,
      CASE WHEN (
        visible_sales.campaign IN ('live')
      ) THEN visible_sales.campaign END AS value,
      0 AS age
    FROM visible_sales
    JOIN cohort_day
      ON cohort_day.day = visible_sales.first_day
    WHERE
      cohort_day.cohort_no = 1
      AND visible_sales.order_no = 2
      AND visible_sales.paid_at < (
        visible_sales.first_at + CAST(90 AS INT) * INTERVAL '1 DAY'
      )
      AND visible_sales.channel = 'kol'
  ) AS second_order
  GROUP BY
    second_order.cohort_no,
    second_order.value,
    second_order.age
  UNION ALL
  SELECT
    anon_1.cohort_no AS cohort_no,
    anon_1.value AS value,
    anon_1.age AS age,
    0 AS anon_2,
    0 AS anon__1,
    0 AS anon__2,
    COALESCE(SUM(anon_1.gross_margin), 0) AS coalesce_1,
    COALESCE(SUM(anon_1.net_revenue), 0) AS coalesce_2,
    COALESCE(SUM(anon_1.gmv), 0) AS coalesce_3,
    COALESCE(SUM(anon_1.gmv_without_cost), 0) AS coalesce_4,
    0 AS anon__3,
    SUM(anon_1.unrated) AS sum_1
  FROM (
    SELECT
      cohort_day.cohort_no AS cohort_no,
      CASE WHEN (
        visible_sales.campaign IN ('live')
      ) THEN visible_sales.campaign END AS value,
      cohort_day.days AS days,
      CAST(FLOOR(
        CAST(EXTRACT(EPOCH FROM visible_sales.paid_at - visible_sales.first_at) AS DOUBLE PRECISION) / CAST(86400.0 AS DOUBLE PRECISION)
      ) AS INT) AS age,
      CAST((
        visible_sales.gmv - visible_sales.discounts
      ) - visible_sales.cost AS DECIMAL(24, 4)) * rates.rate AS gross_margin,
      CAST((
        visible_sales.gmv - visible_sales.discounts
      ) + visible_sales.shipping AS DECIMAL(24, 4)) * rates.rate AS net_revenue,
      CAST(visible_sales.gmv AS DECIMAL(24, 4)) * rates.rate AS gmv,
      CAST(visible_sales.gmv_without_cost AS DECIMAL(24, 4)) * rates.rate AS gmv_without_cost,
      CASE WHEN (
        rates.rate IS NULL
      ) THEN 1 ELSE 0 END AS unrated
    FROM visible_sales
    JOIN cohort_day
      ON cohort_day.day = visible_sales.first_day
    LEFT OUTER JOIN rates
      ON rates.day = visible_sales.day AND rates.currency = visible_sales.currency
    WHERE
      visible_sales.paid_at < (
        visible_sales.first_at + CAST(cohort_day.days AS INT) * INTERVAL '1 DAY'
      )
      AND visible_sales.channel = 'kol'
  ) AS anon_1
  GROUP BY
    anon_1.cohort_no,
    anon_1.value,
    anon_1.age
  UNION ALL
  SELECT
    anon_3.cohort_no AS cohort_no,
    anon_3.value AS value,
    anon_3.age AS age,
    0 AS anon_4,
    0 AS anon__4,
    0 AS anon__5,
    COALESCE(SUM(anon_3.gross_margin), 0) AS coalesce_5,
    COALESCE(SUM(anon_3.net_revenue), 0) AS coalesce_6,
    COALESCE(SUM(anon_3.gmv), 0) AS coalesce_7,
    COALESCE(SUM(anon_3.gmv_without_cost), 0) AS coalesce_8,
    0 AS anon__6,
    SUM(anon_3.unrated) AS sum_2
  FROM (
    SELECT
      new_customer.cohort_no AS cohort_no,
      new_customer.value AS value,
      new_customer.days AS days,
      CAST(FLOOR(
        CAST(EXTRACT(EPOCH FROM visible_linked_refunds.refunded_at - new_customer.paid_at) AS DOUBLE PRECISION) / CAST(86400.0 AS DOUBLE PRECISION)
      ) AS INT) AS age,
      CAST(visible_linked_refunds.amount * -1 AS DECIMAL(24, 4)) * rates.rate AS gross_margin,
      CAST(visible_linked_refunds.amount * -1 AS DECIMAL(24, 4)) * rates.rate AS net_revenue,
      0 AS gmv,
      0 AS gmv_without_cost,
      CASE WHEN (
        rates.rate IS NULL
      ) THEN 1 ELSE 0 END AS unrated
    FROM visible_linked_refunds
    JOIN new_customer
      ON new_customer.user_no = visible_linked_refunds.user_no
    LEFT OUTER JOIN rates
      ON rates.day = visible_linked_refunds.day
      AND rates.currency = visible_linked_refunds.currency
    WHERE
      visible_linked_refunds.refunded_at >= new_customer.paid_at
      AND visible_linked_refunds.refunded_at < (
        new_customer.paid_at + CAST(new_customer.days AS INT) * INTERVAL '1 DAY'
      )
  ) AS anon_3
  GROUP BY
    anon_3.cohort_no,
    anon_3.value,
    anon_3.age
  UNION ALL
  SELECT
    anon_5.cohort_no AS cohort_no,
    anon_5.value AS value,
    anon_5.age AS age,
    0 AS anon_6,
    0 AS anon__7,
    0 AS anon__8,
    COALESCE(SUM(anon_5.gross_margin), 0) AS coalesce_9,
    COALESCE(SUM(anon_5.net_revenue), 0) AS coalesce_10,
    COALESCE(SUM(anon_5.gmv), 0) AS coalesce_11,
    COALESCE(SUM(anon_5.gmv_without_cost), 0) AS coalesce_12,
    0 AS anon__9,
    SUM(anon_5.unrated) AS sum_3
  FROM (
    SELECT
      new_customer.cohort_no AS cohort_no,
      new_customer.value AS value,
      new_customer.days AS days,
      CAST(FLOOR(
        CAST(EXTRACT(EPOCH FROM visible_loose_refunds.refunded_at - new_customer.paid_at) AS DOUBLE PRECISION) / CAST(86400.0 AS DOUBLE PRECISION)
      ) AS INT) AS age,
      CAST(visible_loose_refunds.amount * -1 AS DECIMAL(24, 4)) * rates.rate AS gross_margin,
      CAST(visible_loose_refunds.amount * -1 AS DECIMAL(24, 4)) * rates.rate AS net_revenue,
      0 AS gmv,
      0 AS gmv_without_cost,
      CASE WHEN (
        rates.rate IS NULL
      ) THEN 1 ELSE 0 END AS unrated
    FROM visible_loose_refunds
    JOIN new_customer
      ON new_customer.user_no = visible_loose_refunds.user_no
    LEFT OUTER JOIN rates
      ON rates.day = visible_loose_refunds.day
      AND rates.currency = visible_loose_refunds.currency
    WHERE
      visible_loose_refunds.refunded_at >= new_customer.paid_at
      AND visible_loose_refunds.refunded_at < (
        new_customer.paid_at + CAST(new_customer.days AS INT) * INTERVAL '1 DAY'
      )
  ) AS anon_5
  GROUP BY
    anon_5.cohort_no,
    anon_5.value,
    anon_5.age
)
SELECT
  cohort_part.cohort_no,
  cohort_part.value,
  cohort_part.age,
  SUM(cohort_part.people) AS people,
  SUM(cohort_part.retained) AS retained,
  SUM(cohort_part.again) AS again,
  SUM(cohort_part.gross_margin) AS gross_margin,
  SUM(cohort_part.net_revenue) AS net_revenue,
  SUM(cohort_part.gmv) AS gmv,
  SUM(cohort_part.gmv_without_cost) AS gmv_without_cost,
  SUM(cohort_part.discounts) AS discounts,
  SUM(cohort_part.unrated) AS unrated
FROM cohort_part
GROUP BY
  cohort_part.cohort_no,
  cohort_part.value,
  cohort_part.age
ORDER BY
  cohort_part.cohort_no,
  cohort_part.value,
  cohort_part.age
