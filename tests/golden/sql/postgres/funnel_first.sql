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
    numbered_entry.person_no AS person_no,
    numbered_entry.begun AS begun,
    numbered_entry.step_1 AS step_1
  FROM (
    SELECT
      beginning.person_no AS person_no,
      beginning.moment AS begun,
      beginning.instant AS step_1,
      ROW_NUMBER() OVER (PARTITION BY beginning.person_no ORDER BY beginning.moment, beginning.person_no) AS nth
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
    ) AS beginning
  ) AS numbered_entry
  WHERE
    numbered_entry.nth = 1
), reached_2 AS (
  SELECT
    entry.person_no AS person_no,
    entry.begun AS begun,
    entry.step_1 AS step_1,
    CASE
      WHEN (
        event_2.instant <= (
          entry.step_1 + CAST(604800 AS INT) * INTERVAL '1 SECOND'
        )
      )
      THEN event_2.instant
      ELSE NULL
    END AS step_2
  FROM entry
  LEFT JOIN LATERAL (
    SELECT
      event_2.*
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
    WHERE
      event_2.person_no = entry.person_no AND event_2.moment >= entry.begun
    ORDER BY
      event_2.moment
    LIMIT 1
  ) AS event_2
    ON TRUE
), reached_3 AS (
  SELECT
    reached_2.person_no AS person_no,
    reached_2.begun AS begun,
    reached_2.step_1 AS step_1,
    reached_2.step_2 AS step_2,
    CASE
      WHEN (
        event_3.instant <= (
          reached_2.step_1 + CAST(604800 AS INT) * INTERVAL '1 SECOND'
        )
      )
      THEN event_3.instant
      ELSE NULL
    END AS step_3
  FROM reached_2
  LEFT JOIN LATERAL (
    SELECT
      event_3.*
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
    WHERE
      event_3.person_no = reached_2.person_no AND event_3.moment >= reached_2.step_2
    ORDER BY
      event_3.moment
    LIMIT 1
  ) AS event_3
    ON TRUE
), attempt AS (
  SELECT
    reached_3.person_no AS person_no,
    reached_3.begun AS begun,
    reached_3.step_1 AS step_1,
    reached_3.step_2 AS step_2,
    reached_3.step_3 AS step_3,
    1 + CASE WHEN (
      reached_3.step_2 IS NOT NULL
    ) THEN 1 ELSE 0 END + CASE WHEN (
      reached_3.step_3 IS NOT NULL
    ) THEN 1 ELSE 0 END AS level,
    (
      reached_3.step_1 + CAST(604800 AS INT) * INTERVAL '1 SECOND'
    ) >= '2024-03-01 00:00:00' AS open,
    FALSE AS left_out
  FROM reached_3
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
        users.user_id IS NOT NULL
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
    attempt.person_no AS person_no,
    attempt.begun AS begun,
    attempt.step_1 AS step_1,
    attempt.step_2 AS step_2,
    attempt.step_3 AS step_3,
    attempt.level AS level,
    attempt.open AS open,
    attempt.left_out AS left_out,
    COALESCE(NULLIF(CAST(visible_users.campaign AS VARCHAR), ''), 'unknown') AS value
  FROM attempt
  LEFT OUTER JOIN visible_people
    ON visible_people.user_no = attempt.person_no
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
