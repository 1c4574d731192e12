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
    beginning.session_id AS session_id,
    beginning.moment AS begun,
    beginning.instant AS step_1
  FROM (
    SELECT
      visible_event.person_no AS person_no,
      visible_event.session_id AS session_id,
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
      (
        visible_event.event_no = 1
        OR visible_event.event_no = 2
        OR visible_event.event_no = 3
      )
      AND NOT visible_event.session_id IS NULL
      AND visible_event.occurred_at >= '2023-12-31 16:00:00'
      AND visible_event.occurred_at < '2024-01-31 16:00:00'
  ) AS beginning
), any_entry AS (
  SELECT
    entry.person_no AS person_no,
    entry.session_id AS session_id,
    entry.begun AS begun,
    entry.step_1 AS began_at
  FROM entry
), found_1 AS (
  SELECT
    any_entry.person_no AS person_no,
    any_entry.session_id AS session_id,
    any_entry.begun AS begun,
    any_entry.began_at AS began_at,
    CASE
      WHEN (
        event_1.instant <= (
          any_entry.began_at + CAST(604800 AS INT) * INTERVAL '1' SECOND
        )
      )
      THEN event_1.instant
      ELSE NULL
    END AS step_1
  FROM any_entry
  ASOF LEFT JOIN (
    SELECT
      visible_event.person_no AS person_no,
      visible_event.session_id AS session_id,
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
      AND NOT visible_event.session_id IS NULL
      AND visible_event.occurred_at >= '2023-12-31 16:00:00'
      AND visible_event.occurred_at <= '2024-02-07 15:59:59.999999'
  ) AS event_1
    ON event_1.person_no = any_entry.person_no
    AND event_1.session_id = any_entry.session_id
    AND event_1.moment >= any_entry.began_at
), found_2 AS (
  SELECT
    found_1.person_no AS person_no,
    found_1.session_id AS session_id,
    found_1.begun AS begun,
    found_1.began_at AS began_at,
    found_1.step_1 AS step_1,
    CASE
      WHEN (
        event_2.instant <= (
          found_1.began_at + CAST(604800 AS INT) * INTERVAL '1' SECOND
        )
      )
      THEN event_2.instant
      ELSE NULL
    END AS step_2
  FROM found_1
  ASOF LEFT JOIN (
    SELECT
      visible_event.person_no AS person_no,
      visible_event.session_id AS session_id,
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
      AND NOT visible_event.session_id IS NULL
      AND visible_event.occurred_at >= '2023-12-31 16:00:00'
      AND visible_event.occurred_at <= '2024-02-07 15:59:59.999999'
  ) AS event_2
    ON event_2.person_no = found_1.person_no
    AND event_2.session_id = found_1.session_id
    AND event_2.moment >= found_1.began_at
), found_3 AS (
  SELECT
    found_2.person_no AS person_no,
    found_2.session_id AS session_id,
    found_2.begun AS begun,
    found_2.began_at AS began_at,
    found_2.step_1 AS step_1,
    found_2.step_2 AS step_2,
    CASE
      WHEN (
        event_3.instant <= (
          found_2.began_at + CAST(604800 AS INT) * INTERVAL '1' SECOND
        )
      )
      THEN event_3.instant
      ELSE NULL
    END AS step_3
  FROM found_2
  ASOF LEFT JOIN (
    SELECT
      visible_event.person_no AS person_no,
      visible_event.session_id AS session_id,
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
      visible_event.event_no = 3
      AND NOT visible_event.session_id IS NULL
      AND visible_event.occurred_at >= '2023-12-31 16:00:00'
      AND visible_event.occurred_at <= '2024-02-07 15:59:59.999999'
  ) AS event_3
    ON event_3.person_no = found_2.person_no
    AND event_3.session_id = found_2.session_id
    AND event_3.moment >= found_2.began_at
), any_order AS (
  SELECT
    found_3.person_no AS person_no,
    found_3.session_id AS session_id,
    found_3.begun AS begun,
    found_3.began_at AS began_at,
    CASE WHEN (
      NOT found_3.step_1 IS NULL
    ) THEN found_3.step_1 ELSE NULL END AS step_1,
    CASE
      WHEN (
        NOT found_3.step_1 IS NULL AND NOT found_3.step_2 IS NULL
      )
      THEN found_3.step_2
      ELSE NULL
    END AS step_2,
    CASE
      WHEN (
        NOT found_3.step_1 IS NULL
        AND NOT found_3.step_2 IS NULL
        AND NOT found_3.step_3 IS NULL
      )
      THEN found_3.step_3
      ELSE NULL
    END AS step_3
  FROM found_3
  WHERE
    NOT found_3.step_1 IS NULL
), attempt AS (
  SELECT
    any_order.person_no AS person_no,
    any_order.session_id AS session_id,
    any_order.begun AS begun,
    any_order.step_1 AS step_1,
    any_order.step_2 AS step_2,
    any_order.step_3 AS step_3,
    1 + CASE WHEN (
      NOT any_order.step_2 IS NULL
    ) THEN 1 ELSE 0 END + CASE WHEN (
      NOT any_order.step_3 IS NULL
    ) THEN 1 ELSE 0 END AS level,
    (
      any_order.began_at + CAST(604800 AS INT) * INTERVAL '1' SECOND
    ) >= '2024-03-01 00:00:00'
    AND (
      COALESCE(any_order.step_3, any_order.step_2, any_order.step_1) + CAST(1800 AS INT) * INTERVAL '1' SECOND
    ) >= '2024-03-01 00:00:00' AS open,
    FALSE AS left_out
  FROM any_order
), ranked_attempt AS (
  SELECT
    attempt.person_no AS person_no,
    attempt.session_id AS session_id,
    attempt.begun AS begun,
    attempt.step_1 AS step_1,
    attempt.step_2 AS step_2,
    attempt.step_3 AS step_3,
    attempt.level AS level,
    attempt.left_out AS left_out,
    BOOL_OR(CAST(attempt.open AS BOOLEAN)) OVER (PARTITION BY attempt.person_no, attempt.session_id) AS open,
    ROW_NUMBER() OVER (
      PARTITION BY attempt.person_no, attempt.session_id
      ORDER BY attempt.level DESC, attempt.begun
    ) AS nth
  FROM attempt
), unit AS (
  SELECT
    ranked_attempt.person_no AS person_no,
    ranked_attempt.session_id AS session_id,
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
), unit_value AS (
  SELECT
    unit.person_no AS person_no,
    unit.session_id AS session_id,
    unit.begun AS begun,
    unit.step_1 AS step_1,
    unit.step_2 AS step_2,
    unit.step_3 AS step_3,
    unit.level AS level,
    unit.left_out AS left_out,
    unit.open AS open,
    CAST(NULL AS TEXT) AS value
  FROM unit
)
SELECT
  unit_value.value AS value,
  MIN(1) AS place,
  MAX(0) AS known,
  unit_value.level,
  unit_value.open,
  unit_value.left_out,
  COUNT(*) AS n
FROM unit_value
GROUP BY
  unit_value.value,
  unit_value.level,
  unit_value.open,
  unit_value.left_out
