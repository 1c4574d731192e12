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
), ranked_attempt AS (
  SELECT
    attempt.person_no AS person_no,
    attempt.begun AS begun,
    attempt.step_1 AS step_1,
    attempt.step_2 AS step_2,
    attempt.step_3 AS step_3,
    attempt.level AS level,
    attempt.left_out AS left_out,
    BOOL_OR(attempt.open) OVER (PARTITION BY attempt.person_no) AS open,
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
), followed_unit AS (
  SELECT
    ROW_NUMBER() OVER (ORDER BY unit.person_no, unit.begun) AS unit_no,
    unit.person_no AS person_no,
    unit.step_1 AS since,
    (
      unit.step_1 + CAST(604800 AS INT) * INTERVAL '1 SECOND'
    ) AS until,
    unit.step_2 IS NOT NULL AS arrived,
    unit.step_2 AS there
  FROM unit
  WHERE
    unit.left_out IS FALSE AND unit.level >= 1 AND unit.step_1 IS NOT NULL
), followed_way AS (
  SELECT
    followed_unit.unit_no AS unit_no,
    followed_unit.person_no AS person_no,
    followed_unit.since AS since,
    CASE
      WHEN followed_unit.arrived
      THEN followed_unit.there
      ELSE followed_unit.until
    END AS until,
    followed_unit.arrived AS arrived,
    followed_unit.there AS there
  FROM followed_unit
), step_of_way AS (
  SELECT
    followed_way.unit_no AS unit_no,
    followed_way.arrived AS arrived,
    later_event.occurred_at AS occurred_at,
    later_event.event_no AS event_no,
    LAG(later_event.event_no) OVER (
      PARTITION BY followed_way.unit_no
      ORDER BY later_event.occurred_at, later_event.event_no
    ) AS earlier
  FROM followed_way
  LEFT OUTER JOIN (
    SELECT
      visible_event.person_no AS person_no,
      visible_event.occurred_at AS occurred_at,
      visible_event.day AS day,
      visible_event.event_no AS event_no
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
      visible_event.occurred_at >= '2023-12-31 16:00:00'
      AND visible_event.occurred_at <= '2024-02-07 15:59:59.999999'
  ) AS later_event
    ON later_event.person_no = followed_way.person_no
    AND later_event.occurred_at > followed_way.since
    AND CASE
      WHEN followed_way.arrived
      THEN later_event.occurred_at < followed_way.until
      ELSE followed_way.until IS NULL OR later_event.occurred_at <= followed_way.until
    END
), way_told AS (
  SELECT
    step_of_way.unit_no AS unit_no,
    step_of_way.arrived AS arrived,
    step_of_way.event_no AS event_no,
    ROW_NUMBER() OVER (
      PARTITION BY step_of_way.unit_no
      ORDER BY step_of_way.occurred_at, step_of_way.event_no
    ) AS nth
  FROM step_of_way
  WHERE
    step_of_way.event_no IS NULL
    OR step_of_way.earlier IS NULL
    OR step_of_way.event_no <> step_of_way.earlier
), way AS (
  SELECT
    way_told.unit_no AS unit_no,
    way_told.arrived AS arrived,
    MAX(CASE WHEN (
      way_told.nth = 1
    ) THEN way_told.event_no END) AS event_1,
    MAX(CASE WHEN (
      way_told.nth = 2
    ) THEN way_told.event_no END) AS event_2,
    MAX(CASE WHEN (
      way_told.nth = 3
    ) THEN way_told.event_no END) AS event_3,
    MAX(CASE WHEN (
      way_told.nth = 4
    ) THEN way_told.event_no END) AS event_4,
    MAX(CASE WHEN (
      way_told.nth = 5
    ) THEN way_told.event_no END) AS event_5,
    MAX(CASE WHEN (
      way_told.nth = 6
    ) THEN way_told.event_no END) AS event_6,
    MAX(way_told.nth) > 6 AS more
  FROM way_told
  GROUP BY
    way_told.unit_no,
    way_told.arrived
)
SELECT
  way.event_1,
  way.event_2,
  way.event_3,
  way.event_4,
  way.event_5,
  way.event_6,
  way.more,
  way.arrived,
  COUNT(*) AS n,
  SUM(COUNT(*)) OVER () AS units
FROM way
GROUP BY
  way.event_1,
  way.event_2,
  way.event_3,
  way.event_4,
  way.event_5,
  way.event_6,
  way.more,
  way.arrived
ORDER BY
  COUNT(*) DESC,
  way.arrived DESC,
  COALESCE(way.event_1, 0),
  COALESCE(way.event_2, 0),
  COALESCE(way.event_3, 0),
  COALESCE(way.event_4, 0),
  COALESCE(way.event_5, 0),
  COALESCE(way.event_6, 0),
  way.more
LIMIT 20
