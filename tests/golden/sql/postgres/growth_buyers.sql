WITH period AS (
  SELECT
    CAST(asked.period_no AS INT) AS period_no,
    CAST(asked.start_on AS DATE) AS start_on,
    CAST(asked.end_on AS DATE) AS end_on,
    CAST(asked.before_on AS DATE) AS before_on
  FROM (VALUES
    (0, '2024-01-01', '2024-02-01', '2024-01-01'),
    (1, '2024-02-01', '2024-03-01', '2024-01-01')) AS asked(period_no, start_on, end_on, before_on)
), every_day AS (
  SELECT
    days.day AS day
  FROM days
), period_day AS (
  SELECT
    period.period_no AS period_no,
    period.start_on AS start_on,
    period.end_on AS end_on,
    period.before_on AS before_on,
    every_day.day AS day
  FROM period
  JOIN every_day
    ON every_day.day >= period.start_on AND every_day.day < period.end_on
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
), line AS (
  SELECT
    period_day.period_no AS period_no,
    visible_sales.user_no AS user_no,
    visible_sales.platform AS value,
    visible_sales.day AS day,
    visible_sales.currency AS currency,
    visible_sales.gmv AS gmv,
    visible_sales.first_day >= period_day.start_on AS is_new,
    visible_sales.previous_day >= period_day.before_on
    AND visible_sales.previous_day < period_day.start_on AS is_kept
  FROM period_day
  JOIN visible_sales
    ON visible_sales.day = period_day.day
), rates AS (
  SELECT
    fx_cross.day AS day,
    fx_cross.currency AS currency,
    fx_cross.rate AS rate
  FROM fx_cross
  WHERE
    fx_cross.target = 'CNY'
), buyer AS (
  SELECT
    line.user_no AS person_no,
    SUM(
      CASE
        WHEN (
          line.period_no = 0
        )
        THEN CAST(line.gmv AS DECIMAL(24, 4)) * rates.rate
        ELSE 0
      END
    ) AS before,
    SUM(
      CASE
        WHEN (
          line.period_no = 1
        )
        THEN CAST(line.gmv AS DECIMAL(24, 4)) * rates.rate
        ELSE 0
      END
    ) AS amount,
    SUM(
      CASE
        WHEN (
          line.period_no = 1
        )
        THEN CAST(line.gmv AS DECIMAL(24, 4)) * rates.rate
        ELSE 0
      END
    ) - SUM(
      CASE
        WHEN (
          line.period_no = 0
        )
        THEN CAST(line.gmv AS DECIMAL(24, 4)) * rates.rate
        ELSE 0
      END
    ) AS change,
    MAX(line.period_no) AS last_no,
    MAX(CASE WHEN (
      line.period_no = 1 AND line.is_new
    ) THEN 1 ELSE 0 END) AS is_new,
    MAX(CASE WHEN (
      line.period_no = 1 AND line.is_kept
    ) THEN 1 ELSE 0 END) AS is_kept
  FROM line
  LEFT OUTER JOIN rates
    ON rates.day = line.day AND rates.currency = line.currency
  WHERE
    line.user_no IS NOT NULL AND (
      NOT line.value IN ('ios')
    )
  GROUP BY
    line.user_no
), behind_flow AS (
  SELECT
    buyer.person_no AS person_no,
    buyer.before AS before,
    buyer.amount AS amount,
    buyer.change AS change
  FROM buyer
  WHERE
    buyer.last_no = 1 AND buyer.is_kept = 1 AND buyer.change > 0
)
SELECT
  behind_flow.person_no,
  behind_flow.before,
  behind_flow.amount,
  behind_flow.change
FROM behind_flow
