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
), behind_measure AS (
  SELECT
    visible_person_day.person_no AS person_no,
    COUNT(*) AS active_days,
    MAX(visible_person_day.day) AS last_on
  FROM visible_person_day
  WHERE
    visible_person_day.day >= '2024-02-01'
    AND visible_person_day.day < '2024-03-01'
    AND visible_person_day.as_user
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
), behind_campaign AS (
  SELECT
    behind_measure.person_no AS person_no,
    behind_measure.active_days AS active_days,
    behind_measure.last_on AS last_on
  FROM behind_measure
  LEFT OUTER JOIN visible_people
    ON visible_people.user_no = behind_measure.person_no
  WHERE
    COALESCE(visible_people.campaign, 'unknown') = 'spring'
)
SELECT
  behind_campaign.person_no,
  behind_campaign.active_days,
  behind_campaign.last_on
FROM behind_campaign
