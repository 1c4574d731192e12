WITH visible_acquired AS (
  SELECT
    acquired.population AS population,
    acquired.person_no AS person_no,
    acquired.market AS market,
    acquired.channel AS channel,
    acquired.platform AS platform,
    acquired.campaign AS campaign,
    acquired.acquired_at AS acquired_at,
    acquired.acquired_on AS acquired_on,
    acquired.retained_on AS retained_on,
    acquired.converted_at AS converted_at,
    acquired.referred_at AS referred_at
  FROM acquired
  WHERE
    acquired.market IN ('CN', 'O''Brien') AND acquired.channel IN ('kol')
), begun AS (
  SELECT
    visible_acquired.person_no AS person_no,
    visible_acquired.acquired_at AS began_at,
    visible_acquired.acquired_on AS began_on,
    visible_acquired.market AS market,
    visible_acquired.channel AS channel,
    visible_acquired.platform AS platform
  FROM visible_acquired
  WHERE
    visible_acquired.population = 'visited'
), member AS (
  SELECT
    begun.person_no AS person_no,
    begun.began_at AS began_at,
    begun.began_on AS began_on,
    CAST(begun.began_on AS DATE) AS cohort_on,
    '' AS segment
  FROM begun
  WHERE
    begun.began_on >= '2024-01-01' AND begun.began_on < '2024-02-01'
), cohort_size AS (
  SELECT
    member.cohort_on AS cohort_on,
    member.segment AS segment,
    COUNT(*) AS people
  FROM member
  GROUP BY
    member.cohort_on,
    member.segment
), visible_persons AS (
  SELECT
    persons.person_no AS person_no,
    persons.market AS market,
    persons.channel AS channel,
    persons.platform AS platform
  FROM persons
  WHERE
    persons.market IN ('CN', 'O''Brien') AND persons.channel IN ('kol')
), act AS (
  SELECT
    visible_event.person_no AS person_no,
    visible_event.occurred_at AS acted_at,
    visible_event.day AS day
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
    visible_event.event_no IN (1, 2)
), returned AS (
  SELECT DISTINCT
    member.person_no AS person_no,
    member.cohort_on AS cohort_on,
    member.segment AS segment,
    CAST(FLOOR(
      CAST(EXTRACT(EPOCH FROM act.acted_at - member.began_at) AS DOUBLE PRECISION) / CAST(86400.0 AS DOUBLE PRECISION)
    ) AS INT) AS period_no
  FROM member
  JOIN act
    ON act.person_no = member.person_no AND act.acted_at >= member.began_at
), person_and_column AS (
  SELECT
    returned.person_no AS person_no,
    returned.cohort_on AS cohort_on,
    returned.segment AS segment,
    LEAST(MAX(returned.period_no), 8) AS column_no
  FROM returned
  GROUP BY
    returned.person_no,
    returned.cohort_on,
    returned.segment
), counted AS (
  SELECT
    cohort_size.cohort_on AS cohort_on,
    cohort_size.segment AS segment,
    -1 AS column_no,
    cohort_size.people AS people
  FROM cohort_size
  UNION ALL
  SELECT
    person_and_column.cohort_on AS cohort_on,
    person_and_column.segment AS segment,
    person_and_column.column_no AS column_no,
    COUNT(*) AS people
  FROM person_and_column
  GROUP BY
    person_and_column.cohort_on,
    person_and_column.segment,
    person_and_column.column_no
)
SELECT
  counted.cohort_on,
  counted.segment AS segment,
  counted.column_no,
  SUM(counted.people) AS people
FROM counted
GROUP BY
  counted.cohort_on,
  counted.segment,
  counted.column_no
ORDER BY
  counted.cohort_on,
  counted.segment,
  counted.column_no
