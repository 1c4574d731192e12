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
), first_order AS (
  SELECT
    visible_sales.order_id AS order_id,
    visible_sales.user_no AS user_no,
    visible_sales.customer AS customer,
    visible_sales.market AS market,
    visible_sales.channel AS channel,
    visible_sales.platform AS platform,
    visible_sales.campaign AS campaign,
    visible_sales.paid_at AS paid_at,
    visible_sales.day AS day,
    visible_sales.currency AS currency,
    visible_sales.gmv AS gmv,
    visible_sales.discounts AS discounts,
    visible_sales.shipping AS shipping,
    visible_sales.cost AS cost,
    visible_sales.gmv_without_cost AS gmv_without_cost,
    visible_sales.first_at AS first_at,
    visible_sales.first_day AS first_day,
    visible_sales.previous_day AS previous_day,
    visible_sales.order_no AS order_no
  FROM visible_sales
  WHERE
    visible_sales.order_no = 1
), second_order AS (
  SELECT
    visible_sales.user_no AS user_no,
    visible_sales.paid_at AS paid_at
  FROM visible_sales
  WHERE
    visible_sales.order_no = 2
)
SELECT
  window_day.window_no,
  COUNT(*) AS first_buyers,
  SUM(
    CASE
      WHEN (
        (
          first_order.paid_at + CAST(30 AS INT) * INTERVAL '1 DAY'
        ) <= '2024-03-01 00:00:00'
      )
      THEN 1
      ELSE 0
    END
  ) AS eligible_30,
  SUM(
    CASE
      WHEN (
        (
          first_order.paid_at + CAST(30 AS INT) * INTERVAL '1 DAY'
        ) <= '2024-03-01 00:00:00'
        AND second_order.paid_at < (
          first_order.paid_at + CAST(30 AS INT) * INTERVAL '1 DAY'
        )
      )
      THEN 1
      ELSE 0
    END
  ) AS again_30,
  SUM(
    CASE
      WHEN (
        (
          first_order.paid_at + CAST(60 AS INT) * INTERVAL '1 DAY'
        ) <= '2024-03-01 00:00:00'
      )
      THEN 1
      ELSE 0
    END
  ) AS eligible_60,
  SUM(
    CASE
      WHEN (
        (
          first_order.paid_at + CAST(60 AS INT) * INTERVAL '1 DAY'
        ) <= '2024-03-01 00:00:00'
        AND second_order.paid_at < (
          first_order.paid_at + CAST(60 AS INT) * INTERVAL '1 DAY'
        )
      )
      THEN 1
      ELSE 0
    END
  ) AS again_60,
  SUM(
    CASE
      WHEN (
        (
          first_order.paid_at + CAST(90 AS INT) * INTERVAL '1 DAY'
        ) <= '2024-03-01 00:00:00'
      )
      THEN 1
      ELSE 0
    END
  ) AS eligible_90,
  SUM(
    CASE
      WHEN (
        (
          first_order.paid_at + CAST(90 AS INT) * INTERVAL '1 DAY'
        ) <= '2024-03-01 00:00:00'
        AND second_order.paid_at < (
          first_order.paid_at + CAST(90 AS INT) * INTERVAL '1 DAY'
        )
      )
      THEN 1
      ELSE 0
    END
  ) AS again_90,
  SUM(
    CASE
      WHEN (
        (
          first_order.paid_at + CAST(180 AS INT) * INTERVAL '1 DAY'
        ) <= '2024-03-01 00:00:00'
      )
      THEN 1
      ELSE 0
    END
  ) AS eligible_180,
  SUM(
    CASE
      WHEN (
        (
          first_order.paid_at + CAST(180 AS INT) * INTERVAL '1 DAY'
        ) <= '2024-03-01 00:00:00'
        AND second_order.paid_at < (
          first_order.paid_at + CAST(180 AS INT) * INTERVAL '1 DAY'
        )
      )
      THEN 1
      ELSE 0
    END
  ) AS again_180,
  SUM(
    CASE
      WHEN (
        (
          first_order.paid_at + CAST(365 AS INT) * INTERVAL '1 DAY'
        ) <= '2024-03-01 00:00:00'
      )
      THEN 1
      ELSE 0
    END
  ) AS eligible_365,
  SUM(
    CASE
      WHEN (
        (
          first_order.paid_at + CAST(365 AS INT) * INTERVAL '1 DAY'
        ) <= '2024-03-01 00:00:00'
        AND second_order.paid_at < (
          first_order.paid_at + CAST(365 AS INT) * INTERVAL '1 DAY'
        )
      )
      THEN 1
      ELSE 0
    END
  ) AS again_365
FROM window_day
JOIN first_order
  ON first_order.day = window_day.day
LEFT OUTER JOIN second_order
  ON second_order.user_no = first_order.user_no
GROUP BY
  window_day.window_no
ORDER BY
  window_day.window_no
