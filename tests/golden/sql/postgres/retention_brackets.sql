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
), invitee AS (
  SELECT
    invites.invitee_id AS user_id
  FROM invites
  WHERE
    invites.counts AND invites.invitee_id IS NOT NULL
), brought AS (
  SELECT
    visible_users.user_id AS user_id
  FROM visible_users
  WHERE
    (
      NOT COALESCE(visible_users.referrer_id, '') IN ('', visible_users.user_id)
    )
  UNION
  SELECT
    invitee.user_id AS user_id
  FROM invitee
), referred AS (
  SELECT
    visible_people.user_no AS person_no,
    'yes' AS segment
  FROM visible_people
  JOIN brought
    ON brought.user_id = visible_people.user_id
), member AS (
  SELECT
    begun.person_no AS person_no,
    begun.began_at AS began_at,
    begun.began_on AS began_on,
    CAST(DATE_TRUNC('WEEK', begun.began_on) AS DATE) AS cohort_on,
    COALESCE(referred.segment, 'no') AS segment
  FROM begun
  LEFT OUTER JOIN referred
    ON referred.person_no = begun.person_no
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
), visible_linked_refunds AS (
  SELECT
    linked_refunds.refund_id AS refund_id,
    linked_refunds.order_id AS order_id,
    linked_refunds.user_no AS user_no,
    linked_refunds.customer AS customer,
    linked_refunds.market AS market,
    linked_refunds.channel AS channel,
    linked_refunds.platform AS platform,
    linked_refunds.campaign AS campaign,
    linked_refunds.sold_at AS sold_at,
    linked_refunds.sold_on AS sold_on,
    linked_refunds.refunded_at AS refunded_at,
    linked_refunds.day AS day,
    linked_refunds.currency AS currency,
    linked_refunds.amount AS amount
  FROM linked_refunds
  WHERE
    linked_refunds.market IN ('CN', 'O''Brien')
    AND linked_refunds.channel IN ('kol')
    AND linked_refunds.customer IN ('identified')
), visible_loose_refunds AS (
  SELECT
    loose_refunds.refund_id AS refund_id,
    loose_refunds.order_id AS order_id,
    loose_refunds.user_no AS user_no,
    loose_refunds.customer AS customer,
    loose_refunds.market AS market,
    loose_refunds.channel AS channel,
    loose_refunds.platform AS platform,
    loose_refunds.campaign AS campaign,
    loose_refunds.refunded_at AS refunded_at,
    loose_refunds.day AS day,
    loose_refunds.currency AS currency,
    loose_refunds.amount AS amount
  FROM loose_refunds
  WHERE
    loose_refunds.market IN ('CN', 'O''Brien')
    AND loose_refunds.channel IN ('kol')
    AND loose_refunds.customer IN ('identified')
), act AS (
  SELECT
    visible_person_day.person_no AS person_no,
    CAST(NULL AS TIMESTAMP) AS acted_at,
    visible_person_day.day AS day
  FROM visible_person_day
  WHERE
    visible_person_day.as_user
  UNION ALL
  SELECT
    anon_1.person_no AS person_no,
    anon_1.acted_at AS acted_at,
    anon_1.day AS day
  FROM (
    SELECT
      visible_linked_refunds.user_no AS person_no,
      visible_linked_refunds.refunded_at AS acted_at,
      visible_linked_refunds.day AS day,
      visible_linked_refunds.market AS market,
      visible_linked_refunds.channel AS channel,
      visible_linked_refunds.platform AS platform
    FROM visible_linked_refunds
    WHERE
      visible_linked_refunds.user_no IS NOT NULL
  ) AS anon_1
  UNION ALL
  SELECT
    anon_2.person_no AS person_no,
    anon_2.acted_at AS acted_at,
    anon_2.day AS day
  FROM (
    SELECT
      visible_loose_refunds.user_no AS person_no,
      visible_loose_refunds.refunded_at AS acted_at,
      visible_loose_refunds.day AS day,
      visible_loose_refunds.market AS market,
      visible_loose_refunds.channel AS channel,
      visible_loose_refunds.platform AS platform
    FROM visible_loose_refunds
    WHERE
      visible_loose_refunds.user_no IS NOT NULL
  ) AS anon_2
), returned AS (
  SELECT DISTINCT
    member.person_no AS person_no,
    member.cohort_on AS cohort_on,
    member.segment AS segment,
    CAST(FLOOR(CAST(act.day - member.cohort_on AS INT) / CAST(7.0 AS DOUBLE PRECISION)) AS INT) AS period_no
  FROM member
  JOIN act
    ON act.person_no = member.person_no AND act.day >= member.cohort_on
), person_and_column AS (
  SELECT DISTINCT
    returned.person_no AS person_no,
    returned.cohort_on AS cohort_on,
    returned.segment AS segment,
    CASE
      WHEN (
        returned.period_no BETWEEN 1 AND 3
      )
      THEN 0
      WHEN (
        returned.period_no BETWEEN 4 AND 7
      )
      THEN 1
      ELSE CAST(NULL AS INT)
    END AS column_no
  FROM returned
  WHERE
    CASE
      WHEN (
        returned.period_no BETWEEN 1 AND 3
      )
      THEN 0
      WHEN (
        returned.period_no BETWEEN 4 AND 7
      )
      THEN 1
      ELSE CAST(NULL AS INT)
    END IS NOT NULL
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
