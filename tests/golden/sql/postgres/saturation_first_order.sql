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
    sales.market IN ('CN', 'O''Brien') AND sales.market IN ('CN')
), customer_day AS (
  SELECT
    visible_sales.day AS day,
    visible_sales.market AS market,
    visible_sales.channel AS channel,
    COUNT(*) AS customers
  FROM visible_sales
  WHERE
    visible_sales.order_no = 1
  GROUP BY
    visible_sales.day,
    visible_sales.market,
    visible_sales.channel
)
SELECT
  window_day.window_no,
  customer_day.market,
  customer_day.channel,
  SUM(customer_day.customers) AS customers
FROM window_day
JOIN customer_day
  ON customer_day.day = window_day.day
GROUP BY
  window_day.window_no,
  customer_day.market,
  customer_day.channel
ORDER BY
  window_day.window_no,
  customer_day.channel,
  customer_day.market
