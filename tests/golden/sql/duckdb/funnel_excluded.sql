WITH visible_persons AS (
  SELECT
    persons.person_no AS person_no,
    persons.market AS market,
    persons.channel AS channel,
    persons.platform AS platform
  FROM persons
  WHERE
    persons.market IN ('CN', 'O''Brien') AND persons.channel IN ('kol')
), entry AS (
  SELECT
    beginning.person_no AS person_no,
    beginning.item_id AS item_id,
    beginning.moment AS begun,
    beginning.instant AS step_1
  FROM (
    SELECT
      visible_event.person_no AS person_no,
      visible_event.item_id AS item_id,
      visible_event.occurred_at AS moment,
      visible_event.occurred_at AS instant
    FROM (
      SELECT
        event_log.person_no AS person_no,
        event_log.occurred_at AS occurred_at,
        event_log.day AS day,
        event_log.event_no AS event_no,
        event_log.session_id AS session_id,
        event_log.item_id AS item_id,
        event_log.channel AS channel,
        event_log.campaign AS campaign,
        event_log.platform AS platform,
        event_log.country AS country,
        event_log.category AS category,
        event_log.order_id AS order_id,
        event_log.value AS value,
        event_log.currency AS currency,
        event_log.properties AS properties
      FROM event_log
      WHERE
        event_log.person_no IN (
          SELECT
            visible_persons.person_no
          FROM visible_persons
        )
    ) AS visible_event
    WHERE
      visible_event.event_no = 1
      AND NOT visible_event.item_id IS NULL
      AND visible_event.occurred_at >= '2023-12-31 16:00:00'
      AND visible_event.occurred_at < '2024-01-31 16:00:00'
  ) AS beginning
), with_excluded_0 AS (
  SELECT
    entry.person_no AS person_no,
    entry.item_id AS item_id,
    entry.begun AS begun,
    entry.step_1 AS step_1,
    excluded_event_0.instant AS excluded_0
  FROM entry
  ASOF LEFT JOIN (
    SELECT
      visible_event.person_no AS person_no,
      visible_event.item_id AS item_id,
      visible_event.occurred_at AS moment,
      visible_event.occurred_at AS instant
    FROM (
      SELECT
        event_log.person_no AS person_no,
        event_log.occurred_at AS occurred_at,
        event_log.day AS day,
        event_log.event_no AS event_no,
        event_log.session_id AS session_id,
        event_log.item_id AS item_id,
        event_log.channel AS channel,
        event_log.campaign AS campaign,
        event_log.platform AS platform,
        event_log.country AS country,
        event_log.category AS category,
        event_log.order_id AS order_id,
        event_log.value AS value,
        event_log.currency AS currency,
        event_log.properties AS properties
      FROM event_log
      WHERE
        event_log.person_no IN (
          SELECT
            visible_persons.person_no
          FROM visible_persons
        )
    ) AS visible_event
    WHERE
      visible_event.event_no = 4
      AND NOT visible_event.item_id IS NULL
      AND visible_event.occurred_at >= '2023-12-31 16:00:00'
      AND visible_event.occurred_at <= '2024-02-07 15:59:59.999999'
  ) AS excluded_event_0
    ON excluded_event_0.person_no = entry.person_no
    AND excluded_event_0.item_id = entry.item_id
    AND excluded_event_0.moment > entry.step_1
), reached_2 AS (
  SELECT
    with_excluded_0.person_no AS person_no,
    with_excluded_0.item_id AS item_id,
    with_excluded_0.begun AS begun,
    with_excluded_0.step_1 AS step_1,
    with_excluded_0.excluded_0 AS excluded_0,
    CASE
      WHEN (
        event_2.instant <= (
          with_excluded_0.step_1 + CAST(604800 AS INT) * INTERVAL '1' SECOND
        )
        AND (
          with_excluded_0.excluded_0 IS NULL
          OR with_excluded_0.excluded_0 >= event_2.instant
        )
      )
      THEN event_2.instant
      ELSE NULL
    END AS step_2
  FROM with_excluded_0
  ASOF LEFT JOIN (
    SELECT
      visible_event.person_no AS person_no,
      visible_event.item_id AS item_id,
      visible_event.occurred_at AS moment,
      visible_event.occurred_at AS instant
    FROM (
      SELECT
        event_log.person_no AS person_no,
        event_log.occurred_at AS occurred_at,
        event_log.day AS day,
        event_log.event_no AS event_no,
        event_log.session_id AS session_id,
        event_log.item_id AS item_id,
        event_log.channel AS channel,
        event_log.campaign AS campaign,
        event_log.platform AS platform,
        event_log.country AS country,
        event_log.category AS category,
        event_log.order_id AS order_id,
        event_log.value AS value,
        event_log.currency AS currency,
        event_log.properties AS properties
      FROM event_log
      WHERE
        event_log.person_no IN (
          SELECT
            visible_persons.person_no
          FROM visible_persons
        )
    ) AS visible_event
    WHERE
      visible_event.event_no = 2
      AND NOT visible_event.item_id IS NULL
      AND visible_event.occurred_at >= '2023-12-31 16:00:00'
      AND visible_event.occurred_at <= '2024-02-07 15:59:59.999999'
  ) AS event_2
    ON event_2.person_no = with_excluded_0.person_no
    AND event_2.item_id = with_excluded_0.item_id
    AND event_2.moment >= with_excluded_0.begun
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
), reached_3 AS (
  SELECT
    reached_2.person_no AS person_no,
    reached_2.item_id AS item_id,
    reached_2.begun AS begun,
    reached_2.step_1 AS step_1,
    reached_2.excluded_0 AS excluded_0,
    reached_2.step_2 AS step_2,
    CASE
      WHEN (
        event_3.instant <= (
          reached_2.step_1 + CAST(604800 AS INT) * INTERVAL '1' SECOND
        )
      )
      THEN event_3.instant
      ELSE NULL
    END AS step_3
  FROM reached_2
  ASOF LEFT JOIN (
    SELECT
      visible_event.person_no AS person_no,
      bought_item.item_id AS item_id,
      visible_event.occurred_at AS moment,
      visible_event.occurred_at AS instant
    FROM (
      SELECT
        event_log.person_no AS person_no,
        event_log.occurred_at AS occurred_at,
        event_log.day AS day,
        event_log.event_no AS event_no,
        event_log.session_id AS session_id,
        event_log.item_id AS item_id,
        event_log.channel AS channel,
        event_log.campaign AS campaign,
        event_log.platform AS platform,
        event_log.country AS country,
        event_log.category AS category,
        event_log.order_id AS order_id,
        event_log.value AS value,
        event_log.currency AS currency,
        event_log.properties AS properties
      FROM event_log
      WHERE
        event_log.person_no IN (
          SELECT
            visible_persons.person_no
          FROM visible_persons
        )
    ) AS visible_event
    JOIN (
      SELECT DISTINCT
        visible_order_items.order_id AS order_id,
        visible_order_items.item_id AS item_id
      FROM visible_order_items
    ) AS bought_item
      ON bought_item.order_id = visible_event.order_id
    WHERE
      visible_event.event_no = 3
      AND NOT bought_item.item_id IS NULL
      AND visible_event.occurred_at >= '2023-12-31 16:00:00'
      AND visible_event.occurred_at <= '2024-02-07 15:59:59.999999'
  ) AS event_3
    ON event_3.person_no = reached_2.person_no
    AND event_3.item_id = reached_2.item_id
    AND event_3.moment >= reached_2.step_2
), attempt AS (
  SELECT
    reached_3.person_no AS person_no,
    reached_3.item_id AS item_id,
    reached_3.begun AS begun,
    reached_3.step_1 AS step_1,
    reached_3.step_2 AS step_2,
    reached_3.step_3 AS step_3,
    1 + CASE WHEN (
      NOT reached_3.step_2 IS NULL
    ) THEN 1 ELSE 0 END + CASE WHEN (
      NOT reached_3.step_3 IS NULL
    ) THEN 1 ELSE 0 END AS level,
    (
      reached_3.step_1 + CAST(604800 AS INT) * INTERVAL '1' SECOND
    ) >= '2024-03-01 00:00:00' AS open,
    FALSE AS left_out
  FROM reached_3
), ranked_attempt AS (
  SELECT
    attempt.person_no AS person_no,
    attempt.item_id AS item_id,
    attempt.begun AS begun,
    attempt.step_1 AS step_1,
    attempt.step_2 AS step_2,
    attempt.step_3 AS step_3,
    attempt.level AS level,
    attempt.left_out AS left_out,
    BOOL_OR(CAST(attempt.open AS BOOLEAN)) OVER (PARTITION BY attempt.person_no) AS open,
    ROW_NUMBER() OVER (
      PARTITION BY attempt.person_no
      ORDER BY attempt.level DESC, attempt.begun, attempt.item_id
    ) AS nth
  FROM attempt
), unit AS (
  SELECT
    ranked_attempt.person_no AS person_no,
    ranked_attempt.item_id AS item_id,
    ranked_attempt.begun AS begun,
    ranked_attempt.step_1 AS step_1,
    ranked_attempt.step_2 AS step_2,
    ranked_attempt.step_3 AS step_3,
    ranked_attempt.level AS level,
    ranked_attempt.left_out AS left_out,
    ranked_attempt.open AS open
  FROM ranked_attempt
  WHERE
    ranked_attempt.nth = 1
), step_value AS (
  SELECT
    step_event.person_no AS person_no,
    step_event.item_id AS item_id,
    step_event.instant AS instant,
    MIN(step_event.value) AS value
  FROM (
    SELECT
      visible_event.person_no AS person_no,
      visible_event.item_id AS item_id,
      visible_event.occurred_at AS instant,
      CAST(visible_event.country AS TEXT) AS value
    FROM (
      SELECT
        event_log.person_no AS person_no,
        event_log.occurred_at AS occurred_at,
        event_log.day AS day,
        event_log.event_no AS event_no,
        event_log.session_id AS session_id,
        event_log.item_id AS item_id,
        event_log.channel AS channel,
        event_log.campaign AS campaign,
        event_log.platform AS platform,
        event_log.country AS country,
        event_log.category AS category,
        event_log.order_id AS order_id,
        event_log.value AS value,
        event_log.currency AS currency,
        event_log.properties AS properties
      FROM event_log
      WHERE
        event_log.person_no IN (
          SELECT
            visible_persons.person_no
          FROM visible_persons
        )
    ) AS visible_event
    WHERE
      visible_event.event_no = 2
      AND NOT visible_event.item_id IS NULL
      AND visible_event.occurred_at >= '2023-12-31 16:00:00'
      AND visible_event.occurred_at <= '2024-02-07 15:59:59.999999'
  ) AS step_event
  GROUP BY
    step_event.person_no,
    step_event.item_id,
    step_event.instant
), unit_value AS (
  SELECT
    unit.person_no AS person_no,
    unit.item_id AS item_id,
    unit.begun AS begun,
    unit.step_1 AS step_1,
    unit.step_2 AS step_2,
    unit.step_3 AS step_3,
    unit.level AS level,
    unit.left_out AS left_out,
    unit.open AS open,
    CASE
      WHEN (
        unit.step_2 IS NULL
      )
      THEN '~not_reached'
      ELSE COALESCE(NULLIF(CAST(step_value.value AS TEXT), ''), 'unknown')
    END AS value
  FROM unit
  LEFT OUTER JOIN step_value
    ON step_value.person_no = unit.person_no
    AND step_value.item_id = unit.item_id
    AND step_value.instant = unit.step_2
), segment_size AS (
  SELECT
    unit_value.value AS value,
    COUNT(*) AS n
  FROM unit_value
  WHERE
    unit_value.left_out IS FALSE
  GROUP BY
    unit_value.value
), segment_place AS (
  SELECT
    segment_size.value AS value,
    CAST(ROW_NUMBER() OVER (ORDER BY segment_size.n DESC, segment_size.value) AS INT) AS place,
    COUNT(*) OVER () AS known
  FROM segment_size
)
SELECT
  CASE WHEN (
    segment_place.place <= 8
  ) THEN segment_place.value ELSE '~other' END AS value,
  MIN(COALESCE(segment_place.place, 1000000000)) AS place,
  MAX(COALESCE(segment_place.known, 0)) AS known,
  unit_value.level,
  unit_value.open,
  unit_value.left_out,
  COUNT(*) AS n
FROM unit_value
LEFT OUTER JOIN segment_place
  ON segment_place.value = unit_value.value
GROUP BY
  CASE WHEN (
    segment_place.place <= 8
  ) THEN segment_place.value ELSE '~other' END,
  unit_value.level,
  unit_value.open,
  unit_value.left_out
