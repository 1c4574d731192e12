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
), counted_unit AS (
  SELECT
    unit.person_no AS person_no,
    unit.begun AS begun,
    unit.step_1 AS step_1,
    unit.step_2 AS step_2,
    unit.step_3 AS step_3,
    unit.level AS level,
    unit.left_out AS left_out,
    unit.open AS open,
    CASE WHEN (
      unit.level = 3
    ) THEN 1 ELSE 0 END AS converted,
    CASE WHEN unit.open THEN 0 ELSE 1 END AS mature
  FROM unit
  WHERE
    unit.left_out IS FALSE
), first_beginning AS (
  SELECT
    any_beginning.person_no AS person_no,
    MIN(any_beginning.instant) AS entered
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
  ) AS any_beginning
  GROUP BY
    any_beginning.person_no
), observed_unit AS (
  SELECT
    ROW_NUMBER() OVER (ORDER BY counted_unit.person_no, counted_unit.begun) AS unit_no,
    counted_unit.person_no AS person_no,
    first_beginning.entered AS entered,
    counted_unit.converted AS converted,
    CASE WHEN (
      counted_unit.converted = 1
    ) THEN counted_unit.step_3 END AS done_at
  FROM counted_unit
  JOIN first_beginning
    ON first_beginning.person_no = counted_unit.person_no
  WHERE
    counted_unit.mature = 1 AND counted_unit.left_out IS FALSE
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
), event_name AS (
  SELECT
    event_names.event AS event,
    event_names.event_no AS event_no
  FROM event_names
), first_paid_order AS (
  SELECT
    visible_event.person_no AS person_no,
    MIN(visible_event.occurred_at) AS first_at
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
    visible_event.event_no = (
      SELECT
        event_name.event_no
      FROM event_name
      WHERE
        event_name.event = 'purchase'
    )
  GROUP BY
    visible_event.person_no
), entry_event AS (
  SELECT
    entry_event_row.person_no AS person_no,
    entry_event_row.instant AS instant,
    MIN(entry_event_row.e_0) AS e_0
  FROM (
    SELECT
      visible_event.person_no AS person_no,
      visible_event.occurred_at AS instant,
      CAST(visible_event.channel AS TEXT) AS e_0
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
      AND visible_event.occurred_at <= '2024-02-07 15:59:59.999999'
  ) AS entry_event_row
  GROUP BY
    entry_event_row.person_no,
    entry_event_row.instant
), unit_with_properties AS (
  SELECT
    observed_unit.converted AS converted,
    CASE
      WHEN (
        visible_users.registered_at <= observed_unit.entered
      )
      THEN 'yes'
      ELSE 'no'
    END AS p_0,
    CASE
      WHEN (
        visible_users.registered_at <= observed_unit.entered
      )
      THEN COALESCE(NULLIF(CAST(visible_people.channel AS TEXT), ''), 'unknown')
      ELSE CAST(NULL AS TEXT)
    END AS p_1,
    CASE
      WHEN (
        first_paid_order.first_at < observed_unit.entered
      )
      THEN 'yes'
      ELSE 'no'
    END AS p_2,
    COALESCE(NULLIF(CAST(entry_event.e_0 AS TEXT), ''), 'unknown') AS p_3
  FROM observed_unit
  LEFT OUTER JOIN visible_people
    ON visible_people.user_no = observed_unit.person_no
  LEFT OUTER JOIN visible_users
    ON visible_users.user_id = visible_people.user_id
  LEFT OUTER JOIN first_paid_order
    ON first_paid_order.person_no = observed_unit.person_no
  LEFT OUTER JOIN entry_event
    ON entry_event.person_no = observed_unit.person_no
    AND entry_event.instant = observed_unit.entered
), counted_value AS (
  SELECT
    CAST(CASE
      WHEN (
        GROUPING(unit_with_properties.p_0) = 0
      )
      THEN 0
      WHEN (
        GROUPING(unit_with_properties.p_1) = 0
      )
      THEN 1
      WHEN (
        GROUPING(unit_with_properties.p_2) = 0
      )
      THEN 2
      WHEN (
        GROUPING(unit_with_properties.p_3) = 0
      )
      THEN 3
    END AS INT) AS place,
    COALESCE(
      unit_with_properties.p_0,
      unit_with_properties.p_1,
      unit_with_properties.p_2,
      unit_with_properties.p_3
    ) AS value,
    COUNT(*) AS n,
    SUM(unit_with_properties.converted) AS k
  FROM unit_with_properties
  GROUP BY
    GROUPING SETS (
      (
        unit_with_properties.p_0
      ),
      (
        unit_with_properties.p_1
      ),
      (
        unit_with_properties.p_2
      ),
      (
        unit_with_properties.p_3
      )
    )
), ranked_value AS (
  SELECT
    counted_value.place AS place,
    counted_value.value AS value,
    counted_value.n AS n,
    counted_value.k AS k,
    ROW_NUMBER() OVER (
      PARTITION BY counted_value.place
      ORDER BY counted_value.n DESC, counted_value.value
    ) AS nth,
    COUNT(*) OVER (PARTITION BY counted_value.place) AS known,
    SUM(counted_value.n) OVER (PARTITION BY counted_value.place) AS all_n,
    SUM(counted_value.k) OVER (PARTITION BY counted_value.place) AS all_k
  FROM counted_value
  WHERE
    NOT counted_value.value IS NULL
)
SELECT
  ranked_value.place,
  ranked_value.value,
  ranked_value.n,
  ranked_value.k,
  ranked_value.nth,
  ranked_value.known,
  ranked_value.all_n,
  ranked_value.all_k
FROM ranked_value
WHERE
  ranked_value.nth <= 20
ORDER BY
  ranked_value.place,
  ranked_value.nth
