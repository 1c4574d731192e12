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
), start AS (
  SELECT
    visible_people.user_no AS user_no,
    visible_people.registered_at AS began_at,
    visible_people.registered_on AS began_on
  FROM visible_people
  WHERE
    visible_people.registered_on IS NOT NULL
), member AS (
  SELECT
    start.user_no AS user_no,
    start.began_at AS began_at,
    start.began_on AS began_on
  FROM start
  WHERE
    start.began_on >= '2024-02-01'
    AND start.began_on < '2024-03-01'
    AND (
      start.began_at + CAST(30 AS INT) * INTERVAL '1 DAY'
    ) <= '2024-03-01 12:00:00'
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
), money_move AS (
  SELECT
    visible_sales.user_no AS user_no,
    visible_sales.paid_at AS moved_at,
    (
      (
        visible_sales.gmv - visible_sales.discounts
      ) + visible_sales.shipping
    ) * rates.rate AS net_revenue,
    (
      (
        visible_sales.gmv - visible_sales.discounts
      ) - visible_sales.cost
    ) * rates.rate AS gross_margin,
    visible_sales.gmv * rates.rate AS gmv,
    visible_sales.gmv_without_cost * rates.rate AS gmv_without_cost,
    CASE WHEN (
      rates.rate IS NULL
    ) THEN 1 ELSE 0 END AS unrated
  FROM visible_sales
  LEFT OUTER JOIN rates
    ON rates.day = visible_sales.day AND rates.currency = visible_sales.currency
  WHERE
    visible_sales.user_no IS NOT NULL
  UNION ALL
  SELECT
    visible_linked_refunds.user_no AS user_no,
    visible_linked_refunds.sold_at AS sold_at,
    visible_linked_refunds.amount * rates.rate * -1 AS anon_1,
    visible_linked_refunds.amount * rates.rate * -1 AS anon__1,
    0 AS anon_2,
    0 AS anon_3,
    CASE WHEN (
      rates.rate IS NULL
    ) THEN 1 ELSE 0 END AS unrated
  FROM visible_linked_refunds
  LEFT OUTER JOIN rates
    ON rates.day = visible_linked_refunds.sold_on
    AND rates.currency = visible_linked_refunds.currency
  WHERE
    visible_linked_refunds.user_no IS NOT NULL
  UNION ALL
  SELECT
    visible_loose_refunds.user_no AS user_no,
    visible_loose_refunds.refunded_at AS refunded_at,
    visible_loose_refunds.amount * rates.rate * -1 AS anon_4,
    visible_loose_refunds.amount * rates.rate * -1 AS anon__2,
    0 AS anon_5,
    0 AS anon_6,
    CASE WHEN (
      rates.rate IS NULL
    ) THEN 1 ELSE 0 END AS unrated
  FROM visible_loose_refunds
  LEFT OUTER JOIN rates
    ON rates.day = visible_loose_refunds.day
    AND rates.currency = visible_loose_refunds.currency
  WHERE
    visible_loose_refunds.user_no IS NOT NULL
), behind_measure AS (
  SELECT
    member.user_no AS person_no,
    member.began_on AS began_on,
    CASE
      WHEN (
        COALESCE(SUM(money_move.unrated), 0) = 0
      )
      THEN COALESCE(SUM(money_move.net_revenue), 0)
    END AS net_revenue_in
  FROM member
  LEFT OUTER JOIN money_move
    ON money_move.user_no = member.user_no
    AND money_move.moved_at >= member.began_at
    AND money_move.moved_at < (
      member.began_at + CAST(30 AS INT) * INTERVAL '1 DAY'
    )
  GROUP BY
    member.user_no,
    member.began_on
)
SELECT
  behind_measure.person_no,
  behind_measure.began_on,
  behind_measure.net_revenue_in
FROM behind_measure
