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
    CAST(cohort_asked.end_on AS DATE) AS end_on
  FROM (VALUES
    (0, '2024-01-01', '2024-02-01')) AS cohort_asked(cohort_no, start_on, end_on)
), every_day AS (
  SELECT
    days.day AS day
  FROM days
), cohort_day AS (
  SELECT
    cohort.cohort_no AS cohort_no,
    every_day.day AS day,
    LEAST(CAST(CAST('2024-03-01' AS DATE) - every_day.day AS INT) - 1, 730) AS days
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
), new_customer AS (
  SELECT
    cohort_day.cohort_no AS cohort_no,
    cohort_day.days AS days,
    CASE WHEN (
      visible_sales.market IN ('CN')
    ) THEN visible_sales.market END AS value,
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
    visible_sales.order_no = 1
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
), of_first_day AS (
  SELECT
    moved.cohort_no AS cohort_no,
    moved.value AS value,
    moved.days AS days,
    moved.age AS age,
    0 AS people,
    0 AS discounts,
    COALESCE(SUM(moved.gross_margin), 0) AS gross_margin,
    COALESCE(SUM(moved.net_revenue), 0) AS net_revenue,
    COALESCE(SUM(moved.gmv), 0) AS gmv,
    COALESCE(SUM(moved.gmv_without_cost), 0) AS gmv_without_cost,
    COALESCE(SUM(moved.unrated), 0) AS unrated
  FROM (
    SELECT
      cohort_day.cohort_no AS cohort_no,
      CASE WHEN (
        visible_sales.market IN ('CN')
      ) THEN visible_sales.market END AS value,
      cohort_day.days AS days,
      CAST(FLOOR(
        (
          (
            EPOCH_US(visible_sales.paid_at) - EPOCH_US(visible_sales.first_at)
          ) / 1000000.0
        ) / 86400.0
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
        visible_sales.first_at + CAST(cohort_day.days AS INT) * INTERVAL '1' DAY
      )
    UNION ALL
    SELECT
      new_customer.cohort_no AS cohort_no,
      new_customer.value AS value,
      new_customer.days AS days,
      CAST(FLOOR(
        (
          (
            EPOCH_US(visible_linked_refunds.refunded_at) - EPOCH_US(new_customer.paid_at)
          ) / 1000000.0
        ) / 86400.0
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
        new_customer.paid_at + CAST(new_customer.days AS INT) * INTERVAL '1' DAY
      )
    UNION ALL
    SELECT
      new_customer.cohort_no AS cohort_no,
      new_customer.value AS value,
      new_customer.days AS days,
      CAST(FLOOR(
        (
          (
            EPOCH_US(visible_loose_refunds.refunded_at) - EPOCH_US(new_customer.paid_at)
          ) / 1000000.0
        ) / 86400.0
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
        new_customer.paid_at + CAST(new_customer.days AS INT) * INTERVAL '1' DAY
      )
  ) AS moved
  GROUP BY
    moved.cohort_no,
    moved.value,
    moved.days,
    moved.age
  UNION ALL
  SELECT
    new_customer.cohort_no AS cohort_no,
    new_customer.value AS value,
    new_customer.days AS days,
    0 AS anon_1,
    CAST(COUNT(*) AS INT) AS count_1,
    COALESCE(SUM(new_customer.discounts), 0) AS coalesce_1,
    0 AS anon__1,
    0 AS anon__2,
    0 AS anon__3,
    0 AS anon__4,
    0 AS anon__5
  FROM new_customer
  GROUP BY
    new_customer.cohort_no,
    new_customer.value,
    new_customer.days
), came_and_left AS (
  SELECT
    of_first_day.cohort_no AS cohort_no,
    of_first_day.value AS value,
    of_first_day.age AS age,
    of_first_day.people AS people,
    of_first_day.gross_margin AS gross_margin,
    of_first_day.net_revenue AS net_revenue,
    of_first_day.discounts AS discounts,
    of_first_day.unrated AS unrated,
    of_first_day.gmv AS gmv,
    of_first_day.gmv_without_cost AS gmv_without_cost
  FROM of_first_day
  UNION ALL
  SELECT
    of_first_day.cohort_no AS cohort_no,
    of_first_day.value AS value,
    of_first_day.days AS days,
    of_first_day.people * -1 AS anon_2,
    of_first_day.gross_margin * -1 AS anon_3,
    of_first_day.net_revenue * -1 AS anon_4,
    of_first_day.discounts * -1 AS anon_5,
    of_first_day.unrated * -1 AS anon_6,
    0 AS anon_7,
    0 AS anon__6
  FROM of_first_day
)
SELECT
  came_and_left.cohort_no,
  came_and_left.value,
  came_and_left.age,
  SUM(came_and_left.people) AS people,
  SUM(came_and_left.gross_margin) AS gross_margin,
  SUM(came_and_left.net_revenue) AS net_revenue,
  SUM(came_and_left.discounts) AS discounts,
  SUM(came_and_left.unrated) AS unrated,
  SUM(came_and_left.gmv) AS gmv,
  SUM(came_and_left.gmv_without_cost) AS gmv_without_cost
FROM came_and_left
GROUP BY
  came_and_left.cohort_no,
  came_and_left.value,
  came_and_left.age
ORDER BY
  came_and_left.cohort_no,
  came_and_left.value,
  came_and_left.age
