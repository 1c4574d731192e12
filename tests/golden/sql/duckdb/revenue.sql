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
), visible_sales_day AS (
  SELECT
    sales_day.day AS day,
    sales_day.customer AS customer,
    sales_day.market AS market,
    sales_day.channel AS channel,
    sales_day.platform AS platform,
    sales_day.currency AS currency,
    sales_day.orders AS orders,
    sales_day.gmv AS gmv,
    sales_day.discounts AS discounts,
    sales_day.shipping AS shipping,
    sales_day.refunds_of_orders AS refunds_of_orders,
    sales_day.refunds_on_day AS refunds_on_day,
    sales_day.refunds_unlinked AS refunds_unlinked,
    sales_day.cost AS cost,
    sales_day.gmv_without_cost AS gmv_without_cost
  FROM sales_day
  WHERE
    sales_day.market IN ('CN', 'O''Brien')
    AND sales_day.channel IN ('kol')
    AND sales_day.customer IN ('identified')
), money_by_currency AS (
  SELECT
    visible_sales_day.day AS day,
    visible_sales_day.customer AS customer,
    visible_sales_day.currency AS currency,
    SUM(visible_sales_day.orders) AS orders,
    SUM(visible_sales_day.gmv) AS gmv,
    SUM(visible_sales_day.discounts) AS discounts,
    SUM(visible_sales_day.shipping) AS shipping,
    SUM(visible_sales_day.refunds_of_orders) AS refunds_of_orders,
    SUM(visible_sales_day.refunds_on_day) AS refunds_on_day,
    SUM(visible_sales_day.refunds_unlinked) AS refunds_unlinked,
    SUM(visible_sales_day.cost) AS cost,
    SUM(visible_sales_day.gmv_without_cost) AS gmv_without_cost
  FROM visible_sales_day
  GROUP BY
    visible_sales_day.day,
    visible_sales_day.customer,
    visible_sales_day.currency
), rates AS (
  SELECT
    fx_cross.day AS day,
    fx_cross.currency AS currency,
    fx_cross.rate AS rate
  FROM fx_cross
  WHERE
    fx_cross.target = 'CNY'
), money AS (
  SELECT
    money_by_currency.day AS day,
    money_by_currency.customer AS customer,
    SUM(money_by_currency.orders) AS orders,
    SUM(CAST(money_by_currency.gmv AS DECIMAL(24, 4)) * rates.rate) AS gmv,
    SUM(CAST(money_by_currency.discounts AS DECIMAL(24, 4)) * rates.rate) AS discounts,
    SUM(CAST(money_by_currency.shipping AS DECIMAL(24, 4)) * rates.rate) AS shipping,
    SUM(CAST(money_by_currency.refunds_of_orders AS DECIMAL(24, 4)) * rates.rate) AS refunds_of_orders,
    SUM(CAST(money_by_currency.refunds_on_day AS DECIMAL(24, 4)) * rates.rate) AS refunds_on_day,
    SUM(CAST(money_by_currency.refunds_unlinked AS DECIMAL(24, 4)) * rates.rate) AS refunds_unlinked,
    SUM(CAST(money_by_currency.cost AS DECIMAL(24, 4)) * rates.rate) AS cost,
    SUM(CAST(money_by_currency.gmv_without_cost AS DECIMAL(24, 4)) * rates.rate) AS gmv_without_cost,
    SUM(
      CASE
        WHEN (
          rates.rate IS NULL
          AND (
            money_by_currency.orders > 0
            OR money_by_currency.refunds_of_orders <> 0
            OR money_by_currency.refunds_unlinked <> 0
          )
        )
        THEN 1
        ELSE 0
      END
    ) AS unrated
  FROM money_by_currency
  LEFT OUTER JOIN rates
    ON rates.day = money_by_currency.day AND rates.currency = money_by_currency.currency
  GROUP BY
    money_by_currency.day,
    money_by_currency.customer
)
SELECT
  window_day.window_no,
  COALESCE(SUM(money.orders), 0) AS orders,
  COALESCE(SUM(CASE WHEN (
    money.customer = 'identified'
  ) THEN money.orders ELSE 0 END), 0) AS orders_identified,
  COALESCE(SUM(money.gmv), 0) AS gmv,
  COALESCE(SUM(CASE WHEN (
    money.customer = 'identified'
  ) THEN money.gmv ELSE 0 END), 0) AS gmv_identified,
  COALESCE(SUM(CASE WHEN (
    money.customer <> 'identified'
  ) THEN money.gmv ELSE 0 END), 0) AS gmv_guest,
  COALESCE(SUM(money.discounts), 0) AS discounts,
  COALESCE(SUM(money.shipping), 0) AS shipping,
  COALESCE(SUM(money.refunds_of_orders + money.refunds_unlinked), 0) AS refunds,
  COALESCE(SUM(money.refunds_unlinked), 0) AS refunds_unlinked,
  COALESCE(
    SUM(
      (
        (
          money.gmv - money.discounts
        ) + money.shipping
      ) - (
        money.refunds_of_orders + money.refunds_unlinked
      )
    ),
    0
  ) AS net_revenue,
  COALESCE(
    SUM(
      CASE
        WHEN (
          money.customer = 'identified'
        )
        THEN (
          (
            money.gmv - money.discounts
          ) + money.shipping
        ) - (
          money.refunds_of_orders + money.refunds_unlinked
        )
        ELSE 0
      END
    ),
    0
  ) AS net_revenue_identified,
  COALESCE(SUM(money.cost), 0) AS cost,
  COALESCE(SUM(money.gmv_without_cost), 0) AS gmv_without_cost,
  COALESCE(
    SUM(
      (
        (
          (
            (
              money.gmv - money.discounts
            ) + money.shipping
          ) - (
            money.refunds_of_orders + money.refunds_unlinked
          )
        ) - money.shipping
      ) - money.cost
    ),
    0
  ) AS gross_margin,
  COALESCE(SUM(money.unrated), 0) AS unrated
FROM window_day
LEFT OUTER JOIN money
  ON money.day = window_day.day
GROUP BY
  window_day.window_no
ORDER BY
  window_day.window_no
