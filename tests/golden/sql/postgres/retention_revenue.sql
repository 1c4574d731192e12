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
), money_part AS (
  SELECT
    anon_7.cohort_on AS cohort_on,
    anon_7.segment AS segment,
    anon_7.period_no AS period_no,
    anon_7.rated_on AS rated_on,
    anon_7.currency AS currency,
    CAST(COUNT(*) AS INT) AS orders,
    SUM(anon_7.gmv) AS gmv,
    SUM(anon_7.discounts) AS discounts,
    SUM(anon_7.shipping) AS shipping,
    SUM(anon_7.cost) AS cost,
    SUM(anon_7.gmv_without_cost) AS gmv_without_cost,
    0 AS refunds
  FROM (
    SELECT
      CAST(DATE_TRUNC('MONTH', visible_sales.first_day) AS DATE) AS cohort_on,
      '' AS segment,
      0 AS period_no,
      visible_sales.day AS rated_on,
      visible_sales.currency AS currency,
      visible_sales.gmv AS gmv,
      visible_sales.discounts AS discounts,
      visible_sales.shipping AS shipping,
      visible_sales.cost AS cost,
      visible_sales.gmv_without_cost AS gmv_without_cost
    FROM visible_sales
    WHERE
      visible_sales.first_day >= '2024-01-01'
      AND visible_sales.first_day < '2024-02-01'
  ) AS anon_7
  GROUP BY
    anon_7.cohort_on,
    anon_7.segment,
    anon_7.period_no,
    anon_7.rated_on,
    anon_7.currency
  UNION ALL
  SELECT
    anon_8.cohort_on AS cohort_on,
    anon_8.segment AS segment,
    anon_8.period_no AS period_no,
    anon_8.rated_on AS rated_on,
    anon_8.currency AS currency,
    0 AS orders,
    0 AS gmv,
    0 AS discounts,
    0 AS shipping,
    0 AS cost,
    0 AS gmv_without_cost,
    SUM(anon_8.refunds) AS refunds
  FROM (
    SELECT
      member.cohort_on AS cohort_on,
      member.segment AS segment,
      0 AS period_no,
      visible_linked_refunds.sold_on AS rated_on,
      visible_linked_refunds.currency AS currency,
      visible_linked_refunds.amount AS refunds
    FROM visible_linked_refunds
    JOIN member
      ON member.person_no = visible_linked_refunds.user_no
    WHERE
      visible_linked_refunds.sold_on >= member.cohort_on
  ) AS anon_8
  GROUP BY
    anon_8.cohort_on,
    anon_8.segment,
    anon_8.period_no,
    anon_8.rated_on,
    anon_8.currency
  UNION ALL
  SELECT
    anon_9.cohort_on AS cohort_on,
    anon_9.segment AS segment,
    anon_9.period_no AS period_no,
    anon_9.rated_on AS rated_on,
    anon_9.currency AS currency,
    0 AS orders,
    0 AS gmv,
    0 AS discounts,
    0 AS shipping,
    0 AS cost,
    0 AS gmv_without_cost,
    SUM(anon_9.refunds) AS refunds
  FROM (
    SELECT
      member.cohort_on AS cohort_on,
      member.segment AS segment,
      0 AS period_no,
      visible_loose_refunds.day AS rated_on,
      visible_loose_refunds.currency AS currency,
      visible_loose_refunds.amount AS refunds
    FROM visible_loose_refunds
    JOIN member
      ON member.person_no = visible_loose_refunds.user_no
    WHERE
      visible_loose_refunds.day >= member.cohort_on
  ) AS anon_9
  GROUP BY
    anon_9.cohort_on,
    anon_9.segment,
    anon_9.period_no,
    anon_9.rated_on,
    anon_9.currency
), money_by_currency AS (
  SELECT
    money_part.cohort_on AS cohort_on,
    money_part.segment AS segment,
    money_part.rated_on AS rated_on,
    money_part.currency AS currency,
    CAST((
      (
        EXTRACT(YEAR FROM money_part.rated_on) - EXTRACT(YEAR FROM money_part.cohort_on)
      ) * 12 + EXTRACT(MONTH FROM money_part.rated_on)
    ) - EXTRACT(MONTH FROM money_part.cohort_on) AS INT) AS column_no,
    SUM(money_part.orders) AS orders,
    SUM(money_part.gmv) AS gmv,
    SUM(money_part.discounts) AS discounts,
    SUM(money_part.shipping) AS shipping,
    SUM(money_part.cost) AS cost,
    SUM(money_part.gmv_without_cost) AS gmv_without_cost,
    SUM(money_part.refunds) AS refunds
  FROM money_part
  WHERE
    CAST((
      (
        EXTRACT(YEAR FROM money_part.rated_on) - EXTRACT(YEAR FROM money_part.cohort_on)
      ) * 12 + EXTRACT(MONTH FROM money_part.rated_on)
    ) - EXTRACT(MONTH FROM money_part.cohort_on) AS INT) <= 3
  GROUP BY
    money_part.cohort_on,
    money_part.segment,
    money_part.rated_on,
    money_part.currency,
    CAST((
      (
        EXTRACT(YEAR FROM money_part.rated_on) - EXTRACT(YEAR FROM money_part.cohort_on)
      ) * 12 + EXTRACT(MONTH FROM money_part.rated_on)
    ) - EXTRACT(MONTH FROM money_part.cohort_on) AS INT)
), rates AS (
  SELECT
    fx_cross.day AS day,
    fx_cross.currency AS currency,
    fx_cross.rate AS rate
  FROM fx_cross
  WHERE
    fx_cross.target = 'CNY'
), spent AS (
  SELECT
    cohort_size.cohort_on AS cohort_on,
    cohort_size.segment AS segment,
    -1 AS column_no,
    cohort_size.people AS people,
    0 AS orders,
    0 AS gmv,
    0 AS net_revenue,
    0 AS gross_margin,
    0 AS gmv_without_cost,
    0 AS unrated
  FROM cohort_size
  UNION ALL
  SELECT
    money_by_currency.cohort_on AS cohort_on,
    money_by_currency.segment AS segment,
    money_by_currency.column_no AS column_no,
    0 AS anon_1,
    money_by_currency.orders AS orders,
    CAST(money_by_currency.gmv AS DECIMAL(24, 4)) * rates.rate AS anon_2,
    CAST((
      (
        money_by_currency.gmv - money_by_currency.discounts
      ) - money_by_currency.refunds
    ) + money_by_currency.shipping AS DECIMAL(24, 4)) * rates.rate AS anon_3,
    CAST((
      (
        money_by_currency.gmv - money_by_currency.discounts
      ) - money_by_currency.refunds
    ) - money_by_currency.cost AS DECIMAL(24, 4)) * rates.rate AS anon_4,
    CAST(money_by_currency.gmv_without_cost AS DECIMAL(24, 4)) * rates.rate AS anon_5,
    CASE WHEN (
      rates.rate IS NULL
    ) THEN 1 ELSE 0 END AS anon_6
  FROM money_by_currency
  LEFT OUTER JOIN rates
    ON rates.day = money_by_currency.rated_on
    AND rates.currency = money_by_currency.currency
)
SELECT
  spent.cohort_on,
  spent.segment AS segment,
  spent.column_no,
  SUM(spent.people) AS people,
  SUM(spent.orders) AS orders,
  SUM(spent.gmv) AS gmv,
  SUM(spent.net_revenue) AS net_revenue,
  SUM(spent.gross_margin) AS gross_margin,
  SUM(spent.gmv_without_cost) AS gmv_without_cost,
  SUM(spent.unrated) AS unrated
FROM spent
GROUP BY
  spent.cohort_on,
  spent.segment,
  spent.column_no
ORDER BY
  spent.cohort_on,
  spent.segment,
  spent.column_no
