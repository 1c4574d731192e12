WITH visible_persons AS (
  SELECT
    persons.person_no AS person_no,
    persons.market AS market,
    persons.channel AS channel,
    persons.platform AS platform
  FROM persons
  WHERE
    persons.market IN ('CN', 'O''Brien') AND persons.channel IN ('kol')
), in_one_order AS (
  SELECT
    funnel_event.person_no AS person_no,
    funnel_event.instant AS instant,
    funnel_event.serves_0 AS serves_0,
    funnel_event.serves_1 AS serves_1,
    funnel_event.serves_2 AS serves_2,
    (
      funnel_event.instant + CAST(ROW_NUMBER() OVER (
        PARTITION BY funnel_event.person_no, funnel_event.instant
        ORDER BY CASE
          WHEN funnel_event.serves_0
          THEN 0
          WHEN funnel_event.serves_1
          THEN 1
          WHEN funnel_event.serves_2
          THEN 2
          ELSE 2
        END, CASE
          WHEN funnel_event.serves_2
          THEN 2
          WHEN funnel_event.serves_1
          THEN 1
          WHEN funnel_event.serves_0
          THEN 0
          ELSE 0
        END
      ) - 1 AS INT) * INTERVAL '1' MICROSECOND
    ) AS moment
  FROM (
    SELECT
      visible_event.person_no AS person_no,
      visible_event.occurred_at AS instant,
      visible_event.event_no = 1 AS serves_0,
      visible_event.event_no = 1 AS serves_1,
      visible_event.event_no = 3 AS serves_2
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
        visible_event.event_no = 1 OR visible_event.event_no = 3
      )
      AND visible_event.occurred_at >= '2023-12-31 16:00:00'
      AND visible_event.occurred_at <= '2024-02-07 15:59:59.999999'
  ) AS funnel_event
), entry AS (
  SELECT
    beginning.person_no AS person_no,
    beginning.moment AS begun,
    beginning.instant AS step_1
  FROM (
    SELECT
      in_one_order.person_no AS person_no,
      in_one_order.moment AS moment,
      in_one_order.instant AS instant
    FROM in_one_order
    WHERE
      in_one_order.serves_0
      AND in_one_order.instant >= '2023-12-31 16:00:00'
      AND in_one_order.instant < '2024-01-31 16:00:00'
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
    END AS step_2,
    CASE
      WHEN (
        event_2.instant <= (
          entry.step_1 + CAST(604800 AS INT) * INTERVAL '1' SECOND
        )
      )
      THEN event_2.moment
      ELSE NULL
    END AS moment_2
  FROM entry
  ASOF LEFT JOIN (
    SELECT
      in_one_order.person_no AS person_no,
      in_one_order.moment AS moment,
      in_one_order.instant AS instant
    FROM in_one_order
    WHERE
      in_one_order.serves_1
      AND in_one_order.instant >= '2023-12-31 16:00:00'
      AND in_one_order.instant <= '2024-02-07 15:59:59.999999'
  ) AS event_2
    ON event_2.person_no = entry.person_no AND event_2.moment > entry.begun
), reached_3 AS (
  SELECT
    reached_2.person_no AS person_no,
    reached_2.begun AS begun,
    reached_2.step_1 AS step_1,
    reached_2.step_2 AS step_2,
    reached_2.moment_2 AS moment_2,
    CASE
      WHEN (
        event_3.instant <= (
          reached_2.step_1 + CAST(604800 AS INT) * INTERVAL '1' SECOND
        )
      )
      THEN event_3.instant
      ELSE NULL
    END AS step_3,
    CASE
      WHEN (
        event_3.instant <= (
          reached_2.step_1 + CAST(604800 AS INT) * INTERVAL '1' SECOND
        )
      )
      THEN event_3.moment
      ELSE NULL
    END AS moment_3
  FROM reached_2
  ASOF LEFT JOIN (
    SELECT
      in_one_order.person_no AS person_no,
      in_one_order.moment AS moment,
      in_one_order.instant AS instant
    FROM in_one_order
    WHERE
      in_one_order.serves_2
      AND in_one_order.instant >= '2023-12-31 16:00:00'
      AND in_one_order.instant <= '2024-02-07 15:59:59.999999'
  ) AS event_3
    ON event_3.person_no = reached_2.person_no AND event_3.moment > reached_2.moment_2
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
