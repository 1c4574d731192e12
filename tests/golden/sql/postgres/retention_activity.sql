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
    visible_acquired.population = 'registered'
), member AS (
  SELECT
    begun.person_no AS person_no,
    begun.began_at AS began_at,
    begun.began_on AS began_on,
    CAST(DATE_TRUNC('WEEK', begun.began_on) AS DATE) AS cohort_on,
    begun.channel AS segment
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
), visible_person_day AS (
  SELECT
    person_day.day AS day,
    person_day.person_no AS person_no,
    person_day.market AS market,
    person_day.channel AS channel,
    person_day.platform AS platform,
    person_day.as_user AS as_user,
    person_day.bought AS bought,
    person_day.events AS events,
    person_day.registered_on AS registered_on,
    person_day.previous_day AS previous_day,
    person_day.previous_user_day AS previous_user_day
  FROM person_day
  WHERE
    person_day.market IN ('CN', 'O''Brien') AND person_day.channel IN ('kol')
), returned_by_day AS (
  SELECT
    visible_person_day.registered_on AS began_on,
    visible_person_day.day AS day,
    visible_person_day.channel AS segment,
    COUNT(*) AS people
  FROM visible_person_day
  WHERE
    visible_person_day.as_user
    AND visible_person_day.registered_on >= '2024-01-01'
    AND visible_person_day.registered_on < '2024-02-01'
    AND (
      visible_person_day.previous_user_day IS NULL
      OR visible_person_day.previous_user_day < CAST(DATE_TRUNC('WEEK', visible_person_day.day) AS DATE)
    )
  GROUP BY
    visible_person_day.registered_on,
    visible_person_day.day,
    visible_person_day.channel
), counted_by_day AS (
  SELECT
    CAST(DATE_TRUNC('WEEK', returned_by_day.began_on) AS DATE) AS cohort_on,
    returned_by_day.segment AS segment,
    CAST(FLOOR(
      CAST(returned_by_day.day - CAST(DATE_TRUNC('WEEK', returned_by_day.began_on) AS DATE) AS INT) / CAST(7.0 AS DOUBLE PRECISION)
    ) AS INT) AS column_no,
    returned_by_day.people AS people
  FROM returned_by_day
  WHERE
    returned_by_day.day >= CAST(DATE_TRUNC('WEEK', returned_by_day.began_on) AS DATE)
    AND CAST(FLOOR(
      CAST(returned_by_day.day - CAST(DATE_TRUNC('WEEK', returned_by_day.began_on) AS DATE) AS INT) / CAST(7.0 AS DOUBLE PRECISION)
    ) AS INT) <= 8
), counted AS (
  SELECT
    cohort_size.cohort_on AS cohort_on,
    cohort_size.segment AS segment,
    -1 AS column_no,
    cohort_size.people AS people
  FROM cohort_size
  UNION ALL
  SELECT
    counted_by_day.cohort_on AS cohort_on,
    counted_by_day.segment AS segment,
    counted_by_day.column_no AS column_no,
    counted_by_day.people AS people
  FROM counted_by_day
), largest_segment AS (
  SELECT
    cohort_size.segment AS segment
  FROM cohort_size
  GROUP BY
    cohort_size.segment
  ORDER BY
    SUM(cohort_size.people) DESC,
    cohort_size.segment
  LIMIT 8
)
SELECT
  counted.cohort_on,
  largest_segment.segment AS segment,
  counted.column_no,
  SUM(counted.people) AS people
FROM counted
LEFT OUTER JOIN largest_segment
  ON largest_segment.segment = counted.segment
GROUP BY
  counted.cohort_on,
  largest_segment.segment,
  counted.column_no
ORDER BY
  counted.cohort_on,
  largest_segment.segment,
  counted.column_no
