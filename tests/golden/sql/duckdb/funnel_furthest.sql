WITH visible_persons AS (
  SELECT
    persons.person_no AS person_no,
    persons.market AS market,
    persons.channel AS channel,
    persons.platform AS platform
  FROM persons
  WHERE
    persons.market IN ('CN', 'O''Brien') AND persons.channel IN ('kol')
), reached_1 AS (
  SELECT
    event_1.person_no AS person_no,
    event_1.moment AS moment,
    event_1.moment AS entered
  FROM (
    SELECT
      visible_event.person_no AS person_no,
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
      AND visible_event.occurred_at >= '2023-12-31 16:00:00'
      AND visible_event.occurred_at < '2024-01-31 16:00:00'
  ) AS event_1
), reached_2 AS (
  SELECT
    event_2.person_no AS person_no,
    event_2.moment AS moment,
    reached_1.entered AS entered
  FROM (
    SELECT
      visible_event.person_no AS person_no,
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
      AND visible_event.occurred_at >= '2023-12-31 16:00:00'
      AND visible_event.occurred_at <= '2024-02-07 15:59:59.999999'
  ) AS event_2
  ASOF JOIN reached_1
    ON event_2.person_no = reached_1.person_no AND event_2.moment >= reached_1.moment
  WHERE
    event_2.moment <= (
      reached_1.entered + CAST(604800 AS INT) * INTERVAL '1' SECOND
    )
), reached_3 AS (
  SELECT
    event_3.person_no AS person_no,
    event_3.moment AS moment,
    reached_2.entered AS entered
  FROM (
    SELECT
      visible_event.person_no AS person_no,
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
      AND visible_event.occurred_at >= '2023-12-31 16:00:00'
      AND visible_event.occurred_at <= '2024-02-07 15:59:59.999999'
  ) AS event_3
  ASOF JOIN reached_2
    ON event_3.person_no = reached_2.person_no AND event_3.moment >= reached_2.moment
  WHERE
    event_3.moment <= (
      reached_2.entered + CAST(604800 AS INT) * INTERVAL '1' SECOND
    )
), leg AS (
  SELECT
    reached_1.person_no AS person_no,
    1 AS level,
    reached_1.entered AS entered
  FROM reached_1
  UNION ALL
  SELECT
    reached_2.person_no AS person_no,
    2 AS level,
    CAST(NULL AS TIMESTAMP) AS entered
  FROM reached_2
  UNION ALL
  SELECT
    reached_3.person_no AS person_no,
    3 AS level,
    CAST(NULL AS TIMESTAMP) AS entered
  FROM reached_3
), unit AS (
  SELECT
    leg.person_no AS person_no,
    MAX(leg.level) AS level,
    (
      MAX(leg.entered) + CAST(604800 AS INT) * INTERVAL '1' SECOND
    ) >= '2024-03-01 00:00:00' AS open,
    FALSE AS left_out
  FROM leg
  GROUP BY
    leg.person_no
), unit_value AS (
  SELECT
    unit.person_no AS person_no,
    unit.level AS level,
    unit.open AS open,
    unit.left_out AS left_out,
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
