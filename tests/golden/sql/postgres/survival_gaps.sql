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
), seen_or_followed AS (
  SELECT
    visible_sales.day AS day,
    COUNT(*) AS rows
  FROM visible_sales
  WHERE
    visible_sales.day <= '2024-02-29' AND visible_sales.user_no IS NOT NULL
  GROUP BY
    visible_sales.day
  UNION ALL
  SELECT
    visible_sales.previous_day AS previous_day,
    COUNT(*) * -1 AS anon_2
  FROM visible_sales
  WHERE
    visible_sales.day <= '2024-02-29'
    AND visible_sales.user_no IS NOT NULL
    AND visible_sales.previous_day IS NOT NULL
  GROUP BY
    visible_sales.previous_day
), last_seen AS (
  SELECT
    seen_or_followed.day AS day,
    SUM(seen_or_followed.rows) AS people
  FROM seen_or_followed
  GROUP BY
    seen_or_followed.day
), gap AS (
  SELECT
    CAST(visible_sales.day - visible_sales.previous_day AS INT) AS days,
    COUNT(*) AS ended,
    0 AS open
  FROM visible_sales
  WHERE
    visible_sales.day <= '2024-02-29'
    AND visible_sales.user_no IS NOT NULL
    AND visible_sales.previous_day < visible_sales.day
  GROUP BY
    days
  UNION ALL
  SELECT
    CAST(CAST('2024-02-29' AS DATE) - last_seen.day AS INT) AS days_between_1,
    0 AS anon_1,
    last_seen.people AS people
  FROM last_seen
)
SELECT
  gap.days,
  SUM(gap.ended) AS ended,
  SUM(gap.open) AS watched
FROM gap
GROUP BY
  gap.days
HAVING
  SUM(gap.ended) + SUM(gap.open) > 0
ORDER BY
  gap.days
