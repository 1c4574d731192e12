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
    beginning.moment AS begun,
    beginning.instant AS step_1
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
), reached_2 AS (
  SELECT
    entry.person_no AS person_no,
    entry.begun AS begun,
    entry.step_1 AS step_1,
    CASE
      WHEN (
        event_2.instant <= (
          entry.step_1 + CAST(604800 AS INT) * INTERVAL '1' SECOND
        )
      )
      THEN event_2.instant
      ELSE NULL
    END AS step_2
  FROM entry
  ASOF LEFT JOIN (
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
    ON event_2.person_no = entry.person_no AND event_2.moment >= entry.begun
), reached_3 AS (
  SELECT
    reached_2.person_no AS person_no,
    reached_2.begun AS begun,
    reached_2.step_1 AS step_1,
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
    ON event_3.person_no = reached_2.person_no AND event_3.moment >= reached_2.step_2
), attempt AS (
  SELECT
    reached_3.person_no AS person_no,
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
    attempt.begun AS begun,
    attempt.step_1 AS step_1,
    attempt.step_2 AS step_2,
    attempt.step_3 AS step_3,
    attempt.level AS level,
    attempt.left_out AS left_out,
    BOOL_OR(CAST(attempt.open AS BOOLEAN)) OVER (PARTITION BY attempt.person_no) AS open,
    ROW_NUMBER() OVER (PARTITION BY attempt.person_no ORDER BY attempt.level DESC, attempt.begun) AS nth
  FROM attempt
), unit AS (
  SELECT
    ranked_attempt.person_no AS person_no,
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
    unit.begun AS begun,
    unit.step_1 AS step_1,
    unit.step_2 AS step_2,
    unit.step_3 AS step_3,
    unit.level AS level,
    unit.left_out AS left_out,
    unit.open AS open,
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
), unit_of_segment AS (
  SELECT
    unit_value.person_no AS person_no,
    unit_value.begun AS begun,
    unit_value.step_1 AS step_1,
    unit_value.step_2 AS step_2,
    unit_value.step_3 AS step_3,
    unit_value.level AS level,
    unit_value.left_out AS left_out,
    unit_value.open AS open
  FROM unit_value
  LEFT OUTER JOIN segment_place
    ON segment_place.value = unit_value.value
  WHERE
    CASE WHEN (
      segment_place.place <= 8
    ) THEN segment_place.value ELSE '~other' END = 'spring'
), behind_bar AS (
  SELECT
    unit_of_segment.person_no AS person_no,
    unit_of_segment.begun AS begun,
    unit_of_segment.step_1 AS step_1,
    unit_of_segment.step_2 AS step_2,
    unit_of_segment.step_3 AS step_3,
    unit_of_segment.level AS level,
    unit_of_segment.left_out AS left_out,
    unit_of_segment.open AS open
  FROM unit_of_segment
  WHERE
    unit_of_segment.left_out IS FALSE AND unit_of_segment.level >= 2
), listed_person AS (
  SELECT
    behind_bar.person_no AS person_no,
    behind_bar.begun AS begun,
    behind_bar.step_1 AS step_1,
    behind_bar.step_2 AS step_2,
    behind_bar.step_3 AS step_3,
    behind_bar.level AS level,
    behind_bar.left_out AS left_out,
    behind_bar.open AS open,
    COUNT(*) OVER () AS listed
  FROM behind_bar
  ORDER BY
    behind_bar.begun DESC,
    behind_bar.person_no
  LIMIT 50
  OFFSET 50
), visible_visitors AS (
  SELECT
    visitors.visitor_id AS visitor_id,
    visitors.person_no AS person_no,
    visitors.market AS market,
    visitors.channel AS channel,
    visitors.platform AS platform
  FROM visitors
  WHERE
    visitors.market IN ('CN', 'O''Brien') AND visitors.channel IN ('kol')
), rates AS (
  SELECT
    fx_cross.day AS day,
    fx_cross.currency AS currency,
    fx_cross.rate AS rate
  FROM fx_cross
  WHERE
    fx_cross.target = 'CNY'
), event_name AS (
  SELECT
    event_names.event AS event,
    event_names.event_no AS event_no
  FROM event_names
), bought AS (
  SELECT
    visible_event.person_no AS person_no,
    CAST(COUNT(*) AS INT) AS orders,
    CASE
      WHEN (
        COUNT(*) FILTER(WHERE
          CASE
            WHEN (
              COALESCE(visible_event.currency, 'CNY') = 'CNY'
            )
            THEN 1
            ELSE rates.rate
          END IS NULL) = 0
      )
      THEN SUM(
        CAST(visible_event.value AS DECIMAL(24, 4)) * CASE
          WHEN (
            COALESCE(visible_event.currency, 'CNY') = 'CNY'
          )
          THEN 1
          ELSE rates.rate
        END
      )
    END AS gmv
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
  LEFT OUTER JOIN rates
    ON rates.day = visible_event.day
    AND rates.currency = COALESCE(visible_event.currency, 'CNY')
  WHERE
    visible_event.event_no = (
      SELECT
        event_name.event_no
      FROM event_name
      WHERE
        event_name.event = 'purchase'
    )
    AND visible_event.person_no IN (
      SELECT
        listed_person.person_no
      FROM listed_person
    )
  GROUP BY
    visible_event.person_no
)
SELECT
  listed_person.listed,
  COALESCE(visible_people.user_id, visible_visitors.visitor_id) AS person_id,
  visible_persons.market AS market,
  visible_persons.channel AS channel,
  visible_persons.platform AS platform,
  visible_people.registered_at AS registered_at,
  COALESCE(bought.orders, 0) AS orders,
  CASE WHEN (
    bought.person_no IS NULL
  ) THEN 0 ELSE bought.gmv END AS gmv
FROM listed_person
LEFT OUTER JOIN visible_persons
  ON visible_persons.person_no = listed_person.person_no
LEFT OUTER JOIN visible_people
  ON visible_people.user_no = visible_persons.person_no
LEFT OUTER JOIN visible_visitors
  ON visible_visitors.person_no = visible_persons.person_no
  AND visible_persons.person_no < 0
LEFT OUTER JOIN visible_users
  ON visible_users.user_id = visible_people.user_id
LEFT OUTER JOIN bought
  ON bought.person_no = visible_persons.person_no
ORDER BY
  listed_person.begun DESC,
  listed_person.person_no
