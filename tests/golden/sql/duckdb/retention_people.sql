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
), first_order AS (
  SELECT
    visible_sales.user_no AS person_no,
    visible_sales.paid_at AS began_at,
    visible_sales.day AS began_on,
    visible_sales.market AS market,
    visible_sales.channel AS channel,
    visible_sales.platform AS platform
  FROM visible_sales
  WHERE
    visible_sales.order_no = 1
), member AS (
  SELECT
    first_order.person_no AS person_no,
    first_order.began_at AS began_at,
    first_order.began_on AS began_on,
    CAST(DATE_TRUNC('MONTH', first_order.began_on) AS DATE) AS cohort_on,
    '' AS segment
  FROM first_order
  WHERE
    first_order.began_on >= '2024-01-01' AND first_order.began_on < '2024-02-01'
), act AS (
  SELECT
    anon_1.person_no AS person_no,
    anon_1.acted_at AS acted_at,
    anon_1.day AS day
  FROM (
    SELECT
      visible_sales.user_no AS person_no,
      visible_sales.paid_at AS acted_at,
      visible_sales.day AS day,
      visible_sales.market AS market,
      visible_sales.channel AS channel,
      visible_sales.platform AS platform
    FROM visible_sales
    WHERE
      NOT visible_sales.user_no IS NULL
  ) AS anon_1
), came_back AS (
  SELECT
    member.person_no AS person_no,
    MIN(act.day) AS returned_on,
    CAST(COUNT(*) AS INT) AS acts
  FROM member
  JOIN act
    ON act.person_no = member.person_no AND act.day >= member.cohort_on
  WHERE
    CAST((
      (
        EXTRACT(YEAR FROM act.day) - EXTRACT(YEAR FROM member.cohort_on)
      ) * 12 + EXTRACT(MONTH FROM act.day)
    ) - EXTRACT(MONTH FROM member.cohort_on) AS INT) >= 1
    AND CAST((
      (
        EXTRACT(YEAR FROM act.day) - EXTRACT(YEAR FROM member.cohort_on)
      ) * 12 + EXTRACT(MONTH FROM act.day)
    ) - EXTRACT(MONTH FROM member.cohort_on) AS INT) <= 1
  GROUP BY
    member.person_no
), behind_cell AS (
  SELECT
    member.person_no AS person_no,
    member.began_at AS began_at,
    came_back.returned_on AS returned_on,
    COALESCE(came_back.acts, 0) AS acts
  FROM member
  LEFT OUTER JOIN came_back
    ON came_back.person_no = member.person_no
  WHERE
    member.cohort_on IN (CAST('2024-01-01' AS DATE))
    AND NOT came_back.person_no IS NULL
)
SELECT
  behind_cell.person_no,
  behind_cell.began_at,
  behind_cell.returned_on,
  behind_cell.acts
FROM behind_cell
