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
), rates AS (
  SELECT
    fx_cross.day AS day,
    fx_cross.currency AS currency,
    fx_cross.rate AS rate
  FROM fx_cross
  WHERE
    fx_cross.target = 'CNY'
)
SELECT
  window_day.window_no,
  SUM(
    CASE
      WHEN (
        visible_sales.previous_day IS NULL
        OR visible_sales.previous_day < window_day.start_on
      )
      THEN 1
      ELSE 0
    END
  ) AS buyers,
  COUNT(
    DISTINCT CASE
      WHEN (
        visible_sales.previous_day >= window_day.start_on
      )
      THEN visible_sales.user_no
    END
  ) AS repeat_buyers,
  SUM(
    CASE
      WHEN (
        (
          visible_sales.previous_day IS NULL
          OR visible_sales.previous_day < window_day.start_on
        )
        AND visible_sales.first_day >= window_day.start_on
      )
      THEN 1
      ELSE 0
    END
  ) AS buyers_new,
  SUM(
    CASE
      WHEN (
        (
          visible_sales.previous_day IS NULL
          OR visible_sales.previous_day < window_day.start_on
        )
        AND visible_sales.first_day < window_day.start_on
      )
      THEN 1
      ELSE 0
    END
  ) AS buyers_returning,
  SUM(
    CASE
      WHEN (
        (
          visible_sales.previous_day IS NULL
          OR visible_sales.previous_day < window_day.start_on
        )
        AND visible_sales.first_day < window_day.start_on
        AND visible_sales.previous_day >= window_day.before_on
      )
      THEN 1
      ELSE 0
    END
  ) AS buyers_retained,
  SUM(
    CASE
      WHEN (
        (
          visible_sales.previous_day IS NULL
          OR visible_sales.previous_day < window_day.start_on
        )
        AND visible_sales.first_day < window_day.start_on
        AND visible_sales.previous_day < window_day.before_on
      )
      THEN 1
      ELSE 0
    END
  ) AS buyers_resurrected,
  COALESCE(
    SUM(
      CASE
        WHEN (
          visible_sales.first_day >= window_day.start_on
        )
        THEN visible_sales.gmv * rates.rate
        ELSE 0
      END
    ),
    0
  ) AS gmv_new,
  COALESCE(
    SUM(
      CASE
        WHEN (
          visible_sales.first_day < window_day.start_on
        )
        THEN visible_sales.gmv * rates.rate
        ELSE 0
      END
    ),
    0
  ) AS gmv_returning
FROM window_day
JOIN visible_sales
  ON visible_sales.day = window_day.day
LEFT OUTER JOIN rates
  ON rates.day = visible_sales.day AND rates.currency = visible_sales.currency
WHERE
  NOT visible_sales.user_no IS NULL
GROUP BY
  window_day.window_no
ORDER BY
  window_day.window_no
