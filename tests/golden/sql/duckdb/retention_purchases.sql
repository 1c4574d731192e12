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
    visible_sales.user_no AS person_no,
    visible_sales.paid_at AS began_at,
    visible_sales.day AS began_on,
    visible_sales.market AS market,
    visible_sales.channel AS channel,
    visible_sales.platform AS platform
  FROM visible_sales
  WHERE
    visible_sales.order_no = 1
), member AS (
  SELECT
    first_order.person_no AS person_no,
    first_order.began_at AS began_at,
    first_order.began_on AS began_on,
    CAST(DATE_TRUNC('MONTH', first_order.began_on) AS DATE) AS cohort_on,
    '' AS segment
  FROM first_order
  WHERE
    first_order.began_on >= '2024-01-01' AND first_order.began_on < '2024-02-01'
), cohort_size AS (
  SELECT
    member.cohort_on AS cohort_on,
    member.segment AS segment,
    COUNT(*) AS people
  FROM member
  GROUP BY
    member.cohort_on,
    member.segment
), returned_by_day AS (
  SELECT
    visible_sales.first_day AS began_on,
    visible_sales.day AS day,
    '' AS segment,
    COUNT(*) AS people
  FROM visible_sales
  WHERE
    NOT visible_sales.user_no IS NULL
    AND visible_sales.first_day >= '2024-01-01'
    AND visible_sales.first_day < '2024-02-01'
    AND (
      visible_sales.previous_day IS NULL
      OR visible_sales.previous_day < CAST(DATE_TRUNC('MONTH', visible_sales.day) AS DATE)
    )
  GROUP BY
    visible_sales.first_day,
    visible_sales.day
), counted_by_day AS (
  SELECT
    CAST(DATE_TRUNC('MONTH', returned_by_day.began_on) AS DATE) AS cohort_on,
    returned_by_day.segment AS segment,
    CAST((
      (
        EXTRACT(YEAR FROM returned_by_day.day) - EXTRACT(YEAR FROM CAST(DATE_TRUNC('MONTH', returned_by_day.began_on) AS DATE))
      ) * 12 + EXTRACT(MONTH FROM returned_by_day.day)
    ) - EXTRACT(MONTH FROM CAST(DATE_TRUNC('MONTH', returned_by_day.began_on) AS DATE)) AS INT) AS column_no,
    returned_by_day.people AS people
  FROM returned_by_day
  WHERE
    returned_by_day.day >= CAST(DATE_TRUNC('MONTH', returned_by_day.began_on) AS DATE)
    AND CAST((
      (
        EXTRACT(YEAR FROM returned_by_day.day) - EXTRACT(YEAR FROM CAST(DATE_TRUNC('MONTH', returned_by_day.began_on) AS DATE))
      ) * 12 + EXTRACT(MONTH FROM returned_by_day.day)
    ) - EXTRACT(MONTH FROM CAST(DATE_TRUNC('MONTH', returned_by_day.began_on) AS DATE)) AS INT) <= 3
), counted AS (
  SELECT
    cohort_size.cohort_on AS cohort_on,
    cohort_size.segment AS segment,
    -1 AS column_no,
    cohort_size.people AS people
  FROM cohort_size
  UNION ALL
  SELECT
    counted_by_day.cohort_on AS cohort_on,
    counted_by_day.segment AS segment,
    counted_by_day.column_no AS column_no,
    counted_by_day.people AS people
  FROM counted_by_day
)
SELECT
  counted.cohort_on,
  counted.segment AS segment,
  counted.column_no,
  SUM(counted.people) AS people
FROM counted
GROUP BY
  counted.cohort_on,
  counted.segment,
  counted.column_no
ORDER BY
  counted.cohort_on,
  counted.segment,
  counted.column_no
