WITH visible_spells AS (
  SELECT
    spells.user_no AS user_no,
    spells.market AS market,
    spells.channel AS channel,
    spells.platform AS platform,
    spells.entered_on AS entered_on,
    spells.began_on AS began_on,
    spells.ended_on AS ended_on,
    spells.next_on AS next_on
  FROM spells
  WHERE
    spells.market IN ('CN', 'O''Brien') AND spells.channel IN ('kol')
), position AS (
  SELECT
    visible_spells.user_no AS user_no,
    visible_spells.market AS market,
    visible_spells.channel AS channel,
    visible_spells.platform AS platform,
    visible_spells.entered_on AS entered_on,
    visible_spells.began_on AS began_on,
    visible_spells.ended_on AS ended_on,
    CASE
      WHEN (
        CAST('2024-02-29' - visible_spells.entered_on AS INT) <= 30
      )
      THEN 'new'
      WHEN (
        visible_spells.began_on > visible_spells.entered_on
        AND CAST('2024-02-29' - visible_spells.began_on AS INT) <= 30
        AND CAST('2024-02-29' - visible_spells.ended_on AS INT) <= 30
      )
      THEN 'resurrected'
      WHEN (
        CAST('2024-02-29' - visible_spells.ended_on AS INT) <= 30
      )
      THEN 'active'
      WHEN (
        CAST('2024-02-29' - visible_spells.ended_on AS INT) <= 90
      )
      THEN 'dormant'
      ELSE 'churned'
    END AS state
  FROM visible_spells
  WHERE
    visible_spells.began_on <= '2024-02-29'
    AND (
      visible_spells.next_on IS NULL OR visible_spells.next_on > '2024-02-29'
    )
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
    NOT visible_sales.user_no IS NULL
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
    NOT visible_linked_refunds.user_no IS NULL
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
    NOT visible_loose_refunds.user_no IS NULL
), user_value AS (
  SELECT
    money_move.user_no AS user_no,
    SUM(money_move.net_revenue) AS ever,
    SUM(
      CASE
        WHEN (
          money_move.moved_at >= '2023-03-01 16:00:00'
        )
        THEN money_move.net_revenue
        ELSE 0
      END
    ) AS lately,
    SUM(money_move.unrated) AS unrated
  FROM money_move
  WHERE
    money_move.moved_at < '2024-02-29 16:00:00'
  GROUP BY
    money_move.user_no
)
SELECT
  position.state,
  COUNT(*) AS customers,
  COALESCE(SUM(user_value.lately), 0) AS net_revenue_365,
  COALESCE(SUM(user_value.ever), 0) AS net_revenue_ever,
  CAST(SUM(user_value.unrated) AS INT) AS unrated
FROM position
JOIN user_value
  ON user_value.user_no = position.user_no
GROUP BY
  position.state
ORDER BY
  position.state
