WITH visible_person_day AS (
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
), life AS (
  SELECT
    visible_person_day.person_no AS person_no,
    MIN(visible_person_day.day) AS began_on,
    CASE
      WHEN (
        MAX(visible_person_day.day) <= '2024-01-30'
      )
      THEN MAX(visible_person_day.day)
    END AS ended_on,
    CAST('2024-01-30' AS DATE) AS watched_to
  FROM visible_person_day
  WHERE
    visible_person_day.day <= '2024-02-29' AND visible_person_day.as_user
  GROUP BY
    visible_person_day.person_no
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
), invitee AS (
  SELECT
    invites.invitee_id AS user_id
  FROM invites
  WHERE
    invites.counts AND NOT invites.invitee_id IS NULL
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
), followed AS (
  SELECT
    life.person_no AS person_no,
    COALESCE(referred.segment, 'no') AS value,
    life.began_on AS began_on,
    CASE
      WHEN (
        life.began_on <= life.watched_to
      )
      THEN CAST(COALESCE(life.ended_on, life.watched_to) - life.began_on AS INT)
      ELSE -1
    END AS age,
    NOT life.ended_on IS NULL AS ended
  FROM life
  LEFT OUTER JOIN referred
    ON referred.person_no = life.person_no
), largest AS (
  SELECT
    followed.value AS value
  FROM followed
  WHERE
    followed.age <> -1
  GROUP BY
    followed.value
  ORDER BY
    COUNT(*) DESC,
    followed.value
  LIMIT 5
)
SELECT
  largest.value,
  followed.age,
  SUM(CASE WHEN followed.ended THEN 1 ELSE 0 END) AS ended,
  SUM(CASE WHEN followed.ended THEN 0 ELSE 1 END) AS watched
FROM followed
LEFT OUTER JOIN largest
  ON largest.value = followed.value
GROUP BY
  largest.value,
  followed.age
ORDER BY
  largest.value,
  followed.age
