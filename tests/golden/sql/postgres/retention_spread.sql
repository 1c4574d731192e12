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
), money_row AS (
  SELECT
    visible_sales.user_no AS person_no,
    CAST(DATE_TRUNC('MONTH', visible_sales.first_day) AS DATE) AS cohort_on,
    '' AS segment,
    0 AS period_no,
    visible_sales.day AS rated_on,
    visible_sales.currency AS currency,
    1 AS orders,
    visible_sales.gmv AS gmv,
    visible_sales.discounts AS discounts,
    visible_sales.shipping AS shipping,
    visible_sales.cost AS cost,
    visible_sales.gmv_without_cost AS gmv_without_cost,
    0 AS refunds
  FROM visible_sales
  WHERE
    visible_sales.first_day >= '2024-01-01'
    AND visible_sales.first_day < '2024-02-01'
  UNION ALL
  SELECT
    member.person_no AS person_no,
    member.cohort_on AS cohort_on,
    member.segment AS segment,
    0 AS period_no,
    visible_linked_refunds.sold_on AS rated_on,
    visible_linked_refunds.currency AS currency,
    0 AS orders,
    0 AS gmv,
    0 AS discounts,
    0 AS shipping,
    0 AS cost,
    0 AS gmv_without_cost,
    visible_linked_refunds.amount AS refunds
  FROM visible_linked_refunds
  JOIN member
    ON member.person_no = visible_linked_refunds.user_no
  WHERE
    visible_linked_refunds.sold_on >= member.cohort_on
  UNION ALL
  SELECT
    member.person_no AS person_no,
    member.cohort_on AS cohort_on,
    member.segment AS segment,
    0 AS period_no,
    visible_loose_refunds.day AS rated_on,
    visible_loose_refunds.currency AS currency,
    0 AS orders,
    0 AS gmv,
    0 AS discounts,
    0 AS shipping,
    0 AS cost,
    0 AS gmv_without_cost,
    visible_loose_refunds.amount AS refunds
  FROM visible_loose_refunds
  JOIN member
    ON member.person_no = visible_loose_refunds.user_no
  WHERE
    visible_loose_refunds.day >= member.cohort_on
), rates AS (
  SELECT
    fx_cross.day AS day,
    fx_cross.currency AS currency,
    fx_cross.rate AS rate
  FROM fx_cross
  WHERE
    fx_cross.target = 'CNY'
), spent_by_person AS (
  SELECT
    money_row.person_no AS person_no,
    money_row.cohort_on AS cohort_on,
    money_row.segment AS segment,
    CAST((
      (
        EXTRACT(YEAR FROM money_row.rated_on) - EXTRACT(YEAR FROM money_row.cohort_on)
      ) * 12 + EXTRACT(MONTH FROM money_row.rated_on)
    ) - EXTRACT(MONTH FROM money_row.cohort_on) AS INT) AS column_no,
    SUM(
      CAST((
        (
          money_row.gmv - money_row.discounts
        ) - money_row.refunds
      ) + money_row.shipping AS DOUBLE PRECISION) * CAST(rates.rate AS DOUBLE PRECISION)
    ) AS amount
  FROM money_row
  JOIN rates
    ON rates.day = money_row.rated_on AND rates.currency = money_row.currency
  WHERE
    CAST((
      (
        EXTRACT(YEAR FROM money_row.rated_on) - EXTRACT(YEAR FROM money_row.cohort_on)
      ) * 12 + EXTRACT(MONTH FROM money_row.rated_on)
    ) - EXTRACT(MONTH FROM money_row.cohort_on) AS INT) <= 3
  GROUP BY
    money_row.person_no,
    money_row.cohort_on,
    money_row.segment,
    CAST((
      (
        EXTRACT(YEAR FROM money_row.rated_on) - EXTRACT(YEAR FROM money_row.cohort_on)
      ) * 12 + EXTRACT(MONTH FROM money_row.rated_on)
    ) - EXTRACT(MONTH FROM money_row.cohort_on) AS INT)
), person_and_column AS (
  SELECT
    spent_by_person.person_no AS person_no,
    spent_by_person.cohort_on AS cohort_on,
    spent_by_person.segment AS segment,
    spent_by_person.column_no AS column_no,
    spent_by_person.amount AS amount,
    SUM(spent_by_person.amount) OVER (
      PARTITION BY spent_by_person.person_no
      ORDER BY spent_by_person.column_no
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS amount_before
  FROM spent_by_person
), spread AS (
  SELECT
    person_and_column.cohort_on AS cohort_on,
    person_and_column.segment AS segment,
    person_and_column.column_no AS column_no,
    SUM(
      person_and_column.amount * person_and_column.amount + 2 * person_and_column.amount * COALESCE(person_and_column.amount_before, 0)
    ) AS squares
  FROM person_and_column
  GROUP BY
    person_and_column.cohort_on,
    person_and_column.segment,
    person_and_column.column_no
)
SELECT
  spread.cohort_on,
  spread.segment AS segment,
  spread.column_no,
  SUM(spread.squares) AS squares
FROM spread
GROUP BY
  spread.cohort_on,
  spread.segment,
  spread.column_no
ORDER BY
  spread.cohort_on,
  spread.segment,
  spread.column_no
