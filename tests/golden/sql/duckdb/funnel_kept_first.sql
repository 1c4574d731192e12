WITH visible_persons AS (
  SELECT
    persons.person_no AS person_no,
    persons.market AS market,
    persons.channel AS channel,
    persons.platform AS platform
  FROM persons
  WHERE
    persons.market IN ('CN', 'O''Brien') AND persons.channel IN ('kol')
), kept_attempt AS (
  SELECT
    visible_attempt.person_no AS person_no,
    visible_attempt.begun AS begun,
    visible_attempt.step_1 AS step_1,
    visible_attempt.step_2 AS step_2,
    visible_attempt.step_3 AS step_3,
    CAST(visible_attempt.level AS INT) AS level,
    visible_attempt.open_until >= '2024-03-01 00:00:00' AS open,
    visible_attempt.left_out AS left_out,
    ROW_NUMBER() OVER (PARTITION BY visible_attempt.person_no ORDER BY visible_attempt.day) AS nth
  FROM (
    SELECT
      kept_attempts.funnel_no AS funnel_no,
      kept_attempts.person_no AS person_no,
      kept_attempts.day AS day,
      kept_attempts.is_first AS is_first,
      kept_attempts.is_furthest AS is_furthest,
      kept_attempts.place AS place,
      kept_attempts.level AS level,
      kept_attempts.left_out AS left_out,
      kept_attempts.begun AS begun,
      kept_attempts.open_until AS open_until,
      kept_attempts.day_open_until AS day_open_until,
      kept_attempts.step_1 AS step_1,
      kept_attempts.step_2 AS step_2,
      kept_attempts.step_3 AS step_3,
      kept_attempts.step_4 AS step_4,
      kept_attempts.step_5 AS step_5,
      kept_attempts.step_6 AS step_6,
      kept_attempts.step_7 AS step_7,
      kept_attempts.step_8 AS step_8,
      kept_attempts.step_9 AS step_9,
      kept_attempts.step_10 AS step_10,
      kept_attempts.step_11 AS step_11,
      kept_attempts.step_12 AS step_12,
      kept_attempts.step_13 AS step_13,
      kept_attempts.step_14 AS step_14,
      kept_attempts.step_15 AS step_15,
      kept_attempts.step_16 AS step_16,
      kept_attempts.step_17 AS step_17,
      kept_attempts.step_18 AS step_18,
      kept_attempts.step_19 AS step_19,
      kept_attempts.step_20 AS step_20
    FROM kept_attempts
    WHERE
      kept_attempts.person_no IN (
        SELECT
          visible_persons.person_no
        FROM visible_persons
      )
  ) AS visible_attempt
  WHERE
    visible_attempt.funnel_no = 2
    AND visible_attempt.day >= '2024-01-01'
    AND visible_attempt.day < '2024-02-01'
    AND visible_attempt.is_first
), unit AS (
  SELECT
    kept_attempt.person_no AS person_no,
    kept_attempt.begun AS begun,
    kept_attempt.step_1 AS step_1,
    kept_attempt.step_2 AS step_2,
    kept_attempt.step_3 AS step_3,
    kept_attempt.level AS level,
    kept_attempt.open AS open,
    kept_attempt.left_out AS left_out
  FROM kept_attempt
  WHERE
    kept_attempt.nth = 1
), step_value AS (
  SELECT
    step_event.person_no AS person_no,
    step_event.instant AS instant,
    MIN(step_event.value) AS value
  FROM (
    SELECT
      visible_event.person_no AS person_no,
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
      visible_event.event_no = 1
      AND visible_event.occurred_at >= '2023-12-31 16:00:00'
      AND visible_event.occurred_at <= '2024-02-07 15:59:59.999999'
  ) AS step_event
  GROUP BY
    step_event.person_no,
    step_event.instant
), unit_value AS (
  SELECT
    unit.person_no AS person_no,
    unit.begun AS begun,
    unit.step_1 AS step_1,
    unit.step_2 AS step_2,
    unit.step_3 AS step_3,
    unit.level AS level,
    unit.open AS open,
    unit.left_out AS left_out,
    CASE
      WHEN (
        unit.step_1 IS NULL
      )
      THEN '~not_reached'
      ELSE COALESCE(NULLIF(CAST(step_value.value AS TEXT), ''), 'unknown')
    END AS value
  FROM unit
  LEFT OUTER JOIN step_value
    ON step_value.person_no = unit.person_no AND step_value.instant = unit.step_1
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
