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
), behind_flow AS (
  SELECT
    visible_sales.user_no AS person_no,
    CAST(NULL AS DATE) AS first_on,
    MAX(visible_sales.day) AS last_on,
    CAST(NULL AS INT) AS away_days
  FROM visible_sales
  WHERE
    NOT visible_sales.user_no IS NULL
    AND visible_sales.day >= '2024-01-01'
    AND visible_sales.day < '2024-02-01'
    AND (
      NOT visible_sales.user_no IN (
        SELECT
          visible_sales.user_no
        FROM visible_sales
        WHERE
          NOT visible_sales.user_no IS NULL
          AND visible_sales.day >= '2024-02-01'
          AND visible_sales.day < '2024-03-01'
      )
    )
  GROUP BY
    visible_sales.user_no
)
SELECT
  behind_flow.person_no,
  behind_flow.first_on,
  behind_flow.last_on,
  behind_flow.away_days
FROM behind_flow
