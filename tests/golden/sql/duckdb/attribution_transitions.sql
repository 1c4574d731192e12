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
), conversion AS (
  SELECT
    visible_sales.user_no AS user_no,
    visible_sales.order_no AS order_no,
    visible_sales.paid_at AS paid_at
  FROM visible_sales
  WHERE
    visible_sales.paid_at >= '2024-01-01 00:00:00'
    AND visible_sales.paid_at < '2024-03-02 00:00:00'
), visible_persons AS (
  SELECT
    persons.person_no AS person_no,
    persons.market AS market,
    persons.channel AS channel,
    persons.platform AS platform
  FROM persons
  WHERE
    persons.market IN ('CN', 'O''Brien') AND persons.channel IN ('kol')
), touch_of_path AS (
  SELECT
    conversion.user_no AS user_no,
    conversion.order_no AS order_no,
    conversion.paid_at AS paid_at,
    visible_touch.touched_at AS touched_at,
    visible_touch.tie_no AS tie_no,
    visible_touch.channel AS channel,
    visible_touch.campaign AS campaign,
    LEAD(visible_touch.channel) OVER (
      PARTITION BY conversion.user_no, conversion.order_no
      ORDER BY visible_touch.touched_at, visible_touch.tie_no
    ) AS next_channel,
    ROW_NUMBER() OVER (
      PARTITION BY conversion.user_no, conversion.order_no
      ORDER BY visible_touch.touched_at, visible_touch.tie_no
    ) AS place
  FROM conversion
  JOIN (
    SELECT
      touches.person_no AS person_no,
      touches.touched_at AS touched_at,
      touches.tie_no AS tie_no,
      touches.day AS day,
      touches.channel AS channel,
      touches.campaign AS campaign,
      touches.kind AS kind
    FROM touches
    WHERE
      touches.person_no IN (
        SELECT
          visible_persons.person_no
        FROM visible_persons
      )
  ) AS visible_touch
    ON visible_touch.person_no = conversion.user_no
    AND visible_touch.touched_at <= conversion.paid_at
    AND visible_touch.touched_at >= (
      conversion.paid_at + CAST(-30 AS INT) * INTERVAL '1' DAY
    )
  WHERE
    visible_touch.touched_at >= '2023-12-02 00:00:00'
    AND visible_touch.touched_at < '2024-03-02 00:00:00'
), bought_before_end AS (
  SELECT
    visible_sales.user_no AS user_no,
    MAX(visible_sales.paid_at) AS paid_at
  FROM visible_sales
  WHERE
    visible_sales.paid_at < '2024-03-02 00:00:00'
    AND NOT visible_sales.user_no IS NULL
  GROUP BY
    visible_sales.user_no
), last_touch AS (
  SELECT
    visible_touch.person_no AS person_no,
    MAX(visible_touch.touched_at) AS last_at,
    MIN(bought_before_end.paid_at) AS paid_at
  FROM (
    SELECT
      touches.person_no AS person_no,
      touches.touched_at AS touched_at,
      touches.tie_no AS tie_no,
      touches.day AS day,
      touches.channel AS channel,
      touches.campaign AS campaign,
      touches.kind AS kind
    FROM touches
    WHERE
      touches.person_no IN (
        SELECT
          visible_persons.person_no
        FROM visible_persons
      )
  ) AS visible_touch
  LEFT OUTER JOIN bought_before_end
    ON bought_before_end.user_no = visible_touch.person_no
  WHERE
    visible_touch.touched_at >= '2024-01-01 00:00:00'
    AND visible_touch.touched_at < '2024-03-02 00:00:00'
    AND (
      bought_before_end.user_no IS NULL
      OR visible_touch.touched_at > bought_before_end.paid_at
    )
  GROUP BY
    visible_touch.person_no
), touch_to_nowhere AS (
  SELECT
    visible_touch.channel AS channel,
    LEAD(visible_touch.channel) OVER (
      PARTITION BY visible_touch.person_no
      ORDER BY visible_touch.touched_at, visible_touch.tie_no
    ) AS next_channel,
    ROW_NUMBER() OVER (
      PARTITION BY visible_touch.person_no
      ORDER BY visible_touch.touched_at, visible_touch.tie_no
    ) AS place
  FROM (
    SELECT
      touches.person_no AS person_no,
      touches.touched_at AS touched_at,
      touches.tie_no AS tie_no,
      touches.day AS day,
      touches.channel AS channel,
      touches.campaign AS campaign,
      touches.kind AS kind
    FROM touches
    WHERE
      touches.person_no IN (
        SELECT
          visible_persons.person_no
        FROM visible_persons
      )
  ) AS visible_touch
  JOIN last_touch
    ON last_touch.person_no = visible_touch.person_no
  WHERE
    visible_touch.touched_at >= '2024-01-01 00:00:00'
    AND visible_touch.touched_at < '2024-03-02 00:00:00'
    AND visible_touch.touched_at >= (
      last_touch.last_at + CAST(-30 AS INT) * INTERVAL '1' DAY
    )
    AND (
      last_touch.paid_at IS NULL OR visible_touch.touched_at > last_touch.paid_at
    )
), move AS (
  SELECT
    touch_of_path.channel AS channel,
    touch_of_path.next_channel AS next_channel,
    touch_of_path.place = 1 AS is_first,
    1 AS converts
  FROM touch_of_path
  UNION ALL
  SELECT
    touch_to_nowhere.channel AS channel,
    touch_to_nowhere.next_channel AS next_channel,
    touch_to_nowhere.place = 1 AS is_first,
    0 AS anon_1
  FROM touch_to_nowhere
)
SELECT
  move.channel,
  move.next_channel,
  move.is_first,
  move.converts,
  COUNT(*) AS n
FROM move
WHERE
  move.is_first OR move.next_channel IS DISTINCT FROM move.channel
GROUP BY
  move.channel,
  move.next_channel,
  move.is_first,
  move.converts
