WITH visible_persons AS (
  SELECT
    persons.person_no AS person_no,
    persons.market AS market,
    persons.channel AS channel,
    persons.platform AS platform
  FROM persons
  WHERE
    persons.market IN ('CN', 'O''Brien') AND persons.channel IN ('kol')
), unit AS (
  SELECT
    visible_attempt.person_no AS person_no,
    3 - CAST(FLOOR(MIN(visible_attempt.place) / CAST(100000 AS DECIMAL)) AS INT) AS level,
    MAX(visible_attempt.day_open_until) >= '2024-03-01 00:00:00' AS open,
    FALSE AS left_out
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
    AND visible_attempt.is_furthest
  GROUP BY
    visible_attempt.person_no
), unit_value AS (
  SELECT
    unit.person_no AS person_no,
    unit.level AS level,
    unit.open AS open,
    unit.left_out AS left_out,
    COALESCE(NULLIF(CAST(visible_persons.channel AS VARCHAR), ''), 'unknown') AS value
  FROM unit
  LEFT OUTER JOIN visible_persons
    ON visible_persons.person_no = unit.person_no
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
