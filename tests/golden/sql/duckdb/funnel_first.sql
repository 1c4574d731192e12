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
    MIN(event_1.moment) AS moment,
    MIN(event_1.moment) AS entered
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
  GROUP BY
    event_1.person_no
), reached_2 AS (
  SELECT
    reached_1.person_no AS person_no,
    MIN(event_2.moment) AS moment,
    MIN(reached_1.entered) AS entered
  FROM reached_1
  JOIN (
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
    ON event_2.person_no = reached_1.person_no
  WHERE
    event_2.moment >= reached_1.moment
    AND event_2.moment <= (
      reached_1.entered + CAST(604800 AS INT) * INTERVAL '1' SECOND
    )
  GROUP BY
    reached_1.person_no
), reached_3 AS (
  SELECT
    reached_2.person_no AS person_no,
    MIN(event_3.moment) AS moment,
    MIN(reached_2.entered) AS entered
  FROM reached_2
  JOIN (
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
    ON event_3.person_no = reached_2.person_no
  WHERE
    event_3.moment >= reached_2.moment
    AND event_3.moment <= (
      reached_2.entered + CAST(604800 AS INT) * INTERVAL '1' SECOND
    )
  GROUP BY
    reached_2.person_no
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
), visible_people AS (
  SELECT
    people.user_no AS user_no,
    people.user_id AS user_id,
    people.market AS market,
    people.channel AS channel,
    people.platform AS platform,
    people.campaign AS campaign,
    people.registered_at AS registered_at,
    people.registered_on AS registered_on,
    people.is_test AS is_test
  FROM people
  WHERE
    people.market IN ('CN', 'O''Brien')
    AND people.is_test IS FALSE
    AND people.channel IN ('kol')
), visible_users AS (
  SELECT
    users.user_id AS user_id,
    users.registered_at AS registered_at,
    users.first_seen_at AS first_seen_at,
    users.country AS country,
    users.language AS language,
    users.platform AS platform,
    users.channel AS channel,
    users.campaign AS campaign,
    users.referrer_id AS referrer_id,
    users.is_test AS is_test
  FROM users
  WHERE
    CASE
      WHEN (
        NOT users.user_id IS NULL
      )
      THEN users.user_id IN (
        SELECT
          people.user_id
        FROM people
        WHERE
          people.market IN ('CN', 'O''Brien')
      )
      WHEN TRUE
      THEN COALESCE(NULLIF(users.country, ''), 'unknown') IN ('CN', 'O''Brien')
      ELSE FALSE
    END
), unit_value AS (
  SELECT
    unit.person_no AS person_no,
    unit.level AS level,
    unit.open AS open,
    unit.left_out AS left_out,
    COALESCE(NULLIF(CAST(visible_users.campaign AS TEXT), ''), 'unknown') AS value
  FROM unit
  LEFT OUTER JOIN visible_people
    ON visible_people.user_no = unit.person_no
  LEFT OUTER JOIN visible_users
    ON visible_users.user_id = visible_people.user_id
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
