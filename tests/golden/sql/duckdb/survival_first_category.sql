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
    visible_sales.day AS day
  FROM visible_sales
  WHERE
    visible_sales.order_no = 2 AND visible_sales.day <= '2024-02-29'
), life AS (
  SELECT
    first_order.user_no AS person_no,
    first_order.day AS began_on,
    second_order.day AS ended_on,
    CAST('2024-02-29' AS DATE) AS watched_to
  FROM first_order
  LEFT OUTER JOIN second_order
    ON second_order.user_no = first_order.user_no
), first_sale AS (
  SELECT
    visible_sales.user_no AS user_no,
    visible_sales.order_id AS order_id
  FROM visible_sales
  WHERE
    visible_sales.order_no = 1
), visible_order_items AS (
  SELECT
    order_items.order_id AS order_id,
    order_items.item_id AS item_id,
    order_items.quantity AS quantity,
    order_items.unit_price AS unit_price,
    order_items.category AS category,
    order_items.brand AS brand,
    order_items.discount_amount AS discount_amount,
    order_items.cost_amount AS cost_amount
  FROM order_items
  WHERE
    CASE
      WHEN (
        order_items.order_id IN (
          SELECT
            orders.order_id
          FROM orders
        )
      )
      THEN order_items.order_id IN (
        SELECT
          orders.order_id
        FROM orders
        WHERE
          CASE
            WHEN (
              NOT orders.user_id IS NULL
            )
            THEN orders.user_id IN (
              SELECT
                people.user_id
              FROM people
              WHERE
                people.market IN ('CN', 'O''Brien')
            )
            WHEN TRUE
            THEN COALESCE(NULLIF(orders.country, ''), 'unknown') IN ('CN', 'O''Brien')
            ELSE FALSE
          END
      )
      ELSE FALSE
    END
), ranked_category AS (
  SELECT
    first_sale.user_no AS user_no,
    COALESCE(NULLIF(visible_order_items.category, ''), 'unknown') AS value,
    ROW_NUMBER() OVER (
      PARTITION BY first_sale.user_no
      ORDER BY SUM(visible_order_items.quantity * visible_order_items.unit_price) DESC, COALESCE(NULLIF(visible_order_items.category, ''), 'unknown')
    ) AS place
  FROM first_sale
  JOIN visible_order_items
    ON visible_order_items.order_id = first_sale.order_id
  GROUP BY
    first_sale.user_no,
    COALESCE(NULLIF(visible_order_items.category, ''), 'unknown')
), top_category AS (
  SELECT
    ranked_category.user_no AS user_no,
    ranked_category.value AS value
  FROM ranked_category
  WHERE
    ranked_category.place = 1
), first_category AS (
  SELECT
    first_sale.user_no AS user_no,
    COALESCE(top_category.value, 'unknown') AS value
  FROM first_sale
  LEFT OUTER JOIN top_category
    ON top_category.user_no = first_sale.user_no
), followed AS (
  SELECT
    life.person_no AS person_no,
    COALESCE(first_category.value, 'no_order') AS value,
    life.began_on AS began_on,
    CASE
      WHEN (
        life.began_on <= life.watched_to
      )
      THEN CAST(COALESCE(life.ended_on, life.watched_to) - life.began_on AS INT)
      ELSE -1
    END AS age,
    NOT life.ended_on IS NULL AS ended
  FROM life
  LEFT OUTER JOIN first_category
    ON first_category.user_no = life.person_no
), largest AS (
  SELECT
    followed.value AS value
  FROM followed
  WHERE
    followed.age <> -1
  GROUP BY
    followed.value
  ORDER BY
    COUNT(*) DESC,
    followed.value
  LIMIT 5
)
SELECT
  largest.value,
  followed.age,
  SUM(CASE WHEN followed.ended THEN 1 ELSE 0 END) AS ended,
  SUM(CASE WHEN followed.ended THEN 0 ELSE 1 END) AS watched
FROM followed
LEFT OUTER JOIN largest
  ON largest.value = followed.value
GROUP BY
  largest.value,
  followed.age
ORDER BY
  largest.value,
  followed.age
