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
    visible_sales.market AS value,
    visible_sales.day AS day,
    visible_sales.currency AS currency,
    visible_sales.gmv AS gmv,
    visible_sales.first_day >= period_day.start_on AS is_new,
    visible_sales.previous_day >= period_day.before_on
    AND visible_sales.previous_day < period_day.start_on AS is_kept
  FROM period_day
  JOIN visible_sales
    ON visible_sales.day = period_day.day
), day_sum AS (
  SELECT
    line.period_no AS period_no,
    line.value AS value,
    line.day AS day,
    line.currency AS currency,
    line.user_no IS NULL AS is_guest,
    COALESCE(line.is_new, FALSE) AS is_new,
    SUM(line.gmv) AS gmv
  FROM line
  GROUP BY
    line.period_no,
    line.value,
    line.day,
    line.currency,
    line.user_no IS NULL,
    COALESCE(line.is_new, FALSE)
), rates AS (
  SELECT
    fx_cross.day AS day,
    fx_cross.currency AS currency,
    fx_cross.rate AS rate
  FROM fx_cross
  WHERE
    fx_cross.target = 'CNY'
), period_sum AS (
  SELECT
    day_sum.period_no AS period_no,
    day_sum.value AS value,
    SUM(CAST(day_sum.gmv AS DECIMAL(24, 4)) * rates.rate) AS total,
    SUM(
      CASE
        WHEN day_sum.is_guest
        THEN CAST(day_sum.gmv AS DECIMAL(24, 4)) * rates.rate
        ELSE 0
      END
    ) AS guests,
    SUM(
      CASE
        WHEN day_sum.is_new
        THEN CAST(day_sum.gmv AS DECIMAL(24, 4)) * rates.rate
        ELSE 0
      END
    ) AS "new",
    SUM(
      CASE
        WHEN (
          CAST(day_sum.gmv AS DECIMAL(24, 4)) * rates.rate IS NULL
        )
        THEN 1
        ELSE 0
      END
    ) AS unrated
  FROM day_sum
  LEFT OUTER JOIN rates
    ON rates.day = day_sum.day AND rates.currency = day_sum.currency
  GROUP BY
    day_sum.period_no,
    day_sum.value
), value_of AS (
  SELECT DISTINCT
    period_sum.value AS value
  FROM period_sum
), visible_retained_sales AS (
  SELECT
    retained_sales.grain AS grain,
    retained_sales.starts_on AS starts_on,
    retained_sales.user_no AS user_no,
    retained_sales.customer AS customer,
    retained_sales.market AS market,
    retained_sales.channel AS channel,
    retained_sales.platform AS platform,
    retained_sales.is_now AS is_now,
    retained_sales.day AS day,
    retained_sales.currency AS currency,
    retained_sales.gmv AS gmv
  FROM retained_sales
  WHERE
    retained_sales.market IN ('CN', 'O''Brien')
    AND retained_sales.channel IN ('kol')
    AND retained_sales.customer IN ('identified')
), line_of_retained AS (
  SELECT
    period.period_no AS period_no,
    visible_retained_sales.user_no AS user_no,
    visible_retained_sales.market AS value,
    visible_retained_sales.is_now AS is_now,
    visible_retained_sales.day AS day,
    visible_retained_sales.currency AS currency,
    visible_retained_sales.gmv AS gmv
  FROM period
  JOIN visible_retained_sales
    ON visible_retained_sales.starts_on = period.start_on
  WHERE
    visible_retained_sales.grain = 'month' AND period.period_no > 0
), pair AS (
  SELECT
    line_of_retained.period_no AS period_no,
    line_of_retained.value AS value,
    line_of_retained.user_no AS user_no,
    SUM(
      CASE
        WHEN line_of_retained.is_now
        THEN CAST(line_of_retained.gmv AS DECIMAL(24, 4)) * rates.rate
        ELSE 0
      END
    ) AS amount,
    SUM(
      CASE
        WHEN line_of_retained.is_now
        THEN 0
        ELSE CAST(line_of_retained.gmv AS DECIMAL(24, 4)) * rates.rate
      END
    ) AS before
  FROM line_of_retained
  LEFT OUTER JOIN rates
    ON rates.day = line_of_retained.day AND rates.currency = line_of_retained.currency
  GROUP BY
    line_of_retained.period_no,
    line_of_retained.value,
    line_of_retained.user_no
), kept_sum AS (
  SELECT
    pair.period_no AS period_no,
    pair.value AS value,
    SUM(pair.amount) AS retained,
    SUM(pair.before) AS before_retained,
    SUM(
      CASE
        WHEN (
          pair.amount - pair.before > 0
        )
        THEN pair.amount - pair.before
        ELSE 0
      END
    ) AS expansion,
    SUM(
      CASE
        WHEN (
          pair.amount - pair.before < 0
        )
        THEN (
          pair.amount - pair.before
        ) * -1
        ELSE 0
      END
    ) AS contraction
  FROM pair
  GROUP BY
    pair.period_no,
    pair.value
)
SELECT
  period.period_no,
  value_of.value,
  COALESCE(now.total, 0) AS total,
  COALESCE("then".total, 0) AS before_total,
  COALESCE(now.guests, 0) AS guests,
  COALESCE("then".guests, 0) AS before_guests,
  COALESCE(now."new", 0) AS "new",
  (
    (
      COALESCE(now.total, 0) - COALESCE(now.guests, 0)
    ) - COALESCE(now."new", 0)
  ) - COALESCE(kept_sum.retained, 0) AS resurrected,
  COALESCE(kept_sum.retained, 0) AS retained,
  COALESCE(kept_sum.before_retained, 0) AS before_retained,
  COALESCE(kept_sum.expansion, 0) AS expansion,
  COALESCE(kept_sum.contraction, 0) AS contraction,
  (
    COALESCE("then".total, 0) - COALESCE("then".guests, 0)
  ) - COALESCE(kept_sum.before_retained, 0) AS churned,
  COALESCE(now.unrated, 0) + COALESCE("then".unrated, 0) AS unrated
FROM period
JOIN value_of
  ON period.period_no > 0
LEFT OUTER JOIN period_sum AS now
  ON now.period_no = period.period_no AND now.value = value_of.value
LEFT OUTER JOIN period_sum AS "then"
  ON "then".period_no = period.period_no - 1 AND "then".value = value_of.value
LEFT OUTER JOIN kept_sum
  ON kept_sum.period_no = period.period_no AND kept_sum.value = value_of.value
ORDER BY
  period.period_no,
  value_of.value
