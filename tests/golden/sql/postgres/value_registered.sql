WITH time_window AS (
  SELECT
    CAST(asked.window_no AS INT) AS window_no,
    CAST(asked.start_on AS DATE) AS start_on,
    CAST(asked.end_on AS DATE) AS end_on,
    CAST(asked.as_of AS DATE) AS as_of,
    CAST(asked.before_on AS DATE) AS before_on
  FROM (VALUES
    (0, '2024-01-01', '2024-02-01', '2024-01-31', '2023-12-01'),
    (1, '2024-02-01', '2024-03-01', '2024-02-29', '2024-01-03')) AS asked(window_no, start_on, end_on, as_of, before_on)
), every_day AS (
  SELECT
    days.day AS day
  FROM days
), window_day AS (
  SELECT
    time_window.window_no AS window_no,
    time_window.start_on AS start_on,
    time_window.end_on AS end_on,
    time_window.as_of AS as_of,
    time_window.before_on AS before_on,
    every_day.day AS day
  FROM time_window
  JOIN every_day
    ON every_day.day >= time_window.start_on AND every_day.day < time_window.end_on
), visible_people AS (
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
    window_day.window_no AS window_no,
    start.user_no AS user_no,
    start.began_at AS began_at,
    CASE
      WHEN (
        (
          start.began_at + CAST(365 AS INT) * INTERVAL '1 DAY'
        ) <= '2024-03-01 00:00:00'
      )
      THEN 4
      WHEN (
        (
          start.began_at + CAST(180 AS INT) * INTERVAL '1 DAY'
        ) <= '2024-03-01 00:00:00'
      )
      THEN 3
      WHEN (
        (
          start.began_at + CAST(90 AS INT) * INTERVAL '1 DAY'
        ) <= '2024-03-01 00:00:00'
      )
      THEN 2
      WHEN (
        (
          start.began_at + CAST(30 AS INT) * INTERVAL '1 DAY'
        ) <= '2024-03-01 00:00:00'
      )
      THEN 1
      ELSE 0
    END AS matured
  FROM window_day
  JOIN start
    ON start.began_on = window_day.day
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
), brought AS (
  SELECT
    member.window_no AS window_no,
    member.matured AS matured,
    CASE
      WHEN (
        money_move.moved_at < (
          member.began_at + CAST(30 AS INT) * INTERVAL '1 DAY'
        )
      )
      THEN 1
      WHEN (
        money_move.moved_at < (
          member.began_at + CAST(90 AS INT) * INTERVAL '1 DAY'
        )
      )
      THEN 2
      WHEN (
        money_move.moved_at < (
          member.began_at + CAST(180 AS INT) * INTERVAL '1 DAY'
        )
      )
      THEN 3
      WHEN (
        money_move.moved_at < (
          member.began_at + CAST(365 AS INT) * INTERVAL '1 DAY'
        )
      )
      THEN 4
      ELSE 5
    END AS reached,
    0 AS people,
    money_move.net_revenue AS net_revenue,
    money_move.gross_margin AS gross_margin,
    money_move.gmv AS gmv,
    money_move.gmv_without_cost AS gmv_without_cost,
    money_move.unrated AS unrated
  FROM member
  JOIN money_move
    ON money_move.user_no = member.user_no
  WHERE
    money_move.moved_at >= member.began_at
), part AS (
  SELECT
    brought.window_no AS window_no,
    brought.matured AS matured,
    brought.reached AS reached,
    0 AS people,
    SUM(brought.net_revenue) AS net_revenue,
    SUM(brought.gross_margin) AS gross_margin,
    SUM(brought.gmv) AS gmv,
    SUM(brought.gmv_without_cost) AS gmv_without_cost,
    SUM(brought.unrated) AS unrated
  FROM brought
  GROUP BY
    brought.window_no,
    brought.matured,
    brought.reached
  UNION ALL
  SELECT
    member.window_no AS window_no,
    member.matured AS matured,
    0 AS anon_7,
    COUNT(*) AS count_1,
    0 AS anon_8,
    0 AS anon__3,
    0 AS anon__4,
    0 AS anon__5,
    0 AS anon__6
  FROM member
  GROUP BY
    member.window_no,
    member.matured
)
SELECT
  part.window_no,
  SUM(part.people) AS members,
  SUM(CASE WHEN (
    part.matured >= 1
  ) THEN part.people ELSE 0 END) AS mature_30,
  COALESCE(
    SUM(
      CASE
        WHEN (
          part.matured >= 1 AND part.reached <= 1
        )
        THEN part.net_revenue
        ELSE 0
      END
    ),
    0
  ) AS net_revenue_30,
  COALESCE(
    SUM(
      CASE
        WHEN (
          part.matured >= 1 AND part.reached <= 1
        )
        THEN part.gross_margin
        ELSE 0
      END
    ),
    0
  ) AS gross_margin_30,
  COALESCE(
    SUM(CASE WHEN (
      part.matured >= 1 AND part.reached <= 1
    ) THEN part.gmv ELSE 0 END),
    0
  ) AS gmv_30,
  COALESCE(
    SUM(
      CASE
        WHEN (
          part.matured >= 1 AND part.reached <= 1
        )
        THEN part.gmv_without_cost
        ELSE 0
      END
    ),
    0
  ) AS gmv_without_cost_30,
  COALESCE(
    SUM(
      CASE WHEN (
        part.matured >= 1 AND part.reached <= 1
      ) THEN part.unrated ELSE 0 END
    ),
    0
  ) AS unrated_30,
  SUM(CASE WHEN (
    part.matured >= 2
  ) THEN part.people ELSE 0 END) AS mature_90,
  COALESCE(
    SUM(
      CASE
        WHEN (
          part.matured >= 2 AND part.reached <= 2
        )
        THEN part.net_revenue
        ELSE 0
      END
    ),
    0
  ) AS net_revenue_90,
  COALESCE(
    SUM(
      CASE
        WHEN (
          part.matured >= 2 AND part.reached <= 2
        )
        THEN part.gross_margin
        ELSE 0
      END
    ),
    0
  ) AS gross_margin_90,
  COALESCE(
    SUM(CASE WHEN (
      part.matured >= 2 AND part.reached <= 2
    ) THEN part.gmv ELSE 0 END),
    0
  ) AS gmv_90,
  COALESCE(
    SUM(
      CASE
        WHEN (
          part.matured >= 2 AND part.reached <= 2
        )
        THEN part.gmv_without_cost
        ELSE 0
      END
    ),
    0
  ) AS gmv_without_cost_90,
  COALESCE(
    SUM(
      CASE WHEN (
        part.matured >= 2 AND part.reached <= 2
      ) THEN part.unrated ELSE 0 END
    ),
    0
  ) AS unrated_90,
  SUM(CASE WHEN (
    part.matured >= 3
  ) THEN part.people ELSE 0 END) AS mature_180,
  COALESCE(
    SUM(
      CASE
        WHEN (
          part.matured >= 3 AND part.reached <= 3
        )
        THEN part.net_revenue
        ELSE 0
      END
    ),
    0
  ) AS net_revenue_180,
  COALESCE(
    SUM(
      CASE
        WHEN (
          part.matured >= 3 AND part.reached <= 3
        )
        THEN part.gross_margin
        ELSE 0
      END
    ),
    0
  ) AS gross_margin_180,
  COALESCE(
    SUM(CASE WHEN (
      part.matured >= 3 AND part.reached <= 3
    ) THEN part.gmv ELSE 0 END),
    0
  ) AS gmv_180,
  COALESCE(
    SUM(
      CASE
        WHEN (
          part.matured >= 3 AND part.reached <= 3
        )
        THEN part.gmv_without_cost
        ELSE 0
      END
    ),
    0
  ) AS gmv_without_cost_180,
  COALESCE(
    SUM(
      CASE WHEN (
        part.matured >= 3 AND part.reached <= 3
      ) THEN part.unrated ELSE 0 END
    ),
    0
  ) AS unrated_180,
  SUM(CASE WHEN (
    part.matured >= 4
  ) THEN part.people ELSE 0 END) AS mature_365,
  COALESCE(
    SUM(
      CASE
        WHEN (
          part.matured >= 4 AND part.reached <= 4
        )
        THEN part.net_revenue
        ELSE 0
      END
    ),
    0
  ) AS net_revenue_365,
  COALESCE(
    SUM(
      CASE
        WHEN (
          part.matured >= 4 AND part.reached <= 4
        )
        THEN part.gross_margin
        ELSE 0
      END
    ),
    0
  ) AS gross_margin_365,
  COALESCE(
    SUM(CASE WHEN (
      part.matured >= 4 AND part.reached <= 4
    ) THEN part.gmv ELSE 0 END),
    0
  ) AS gmv_365,
  COALESCE(
    SUM(
      CASE
        WHEN (
          part.matured >= 4 AND part.reached <= 4
        )
        THEN part.gmv_without_cost
        ELSE 0
      END
    ),
    0
  ) AS gmv_without_cost_365,
  COALESCE(
    SUM(
      CASE WHEN (
        part.matured >= 4 AND part.reached <= 4
      ) THEN part.unrated ELSE 0 END
    ),
    0
  ) AS unrated_365
FROM part
GROUP BY
  part.window_no
ORDER BY
  part.window_no
