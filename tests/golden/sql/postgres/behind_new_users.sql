WITH visible_people AS (
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
), behind_measure AS (
  SELECT
    visible_people.user_no AS person_no,
    visible_people.registered_on AS registered_on
  FROM visible_people
  WHERE
    visible_people.registered_on IS NOT NULL
    AND visible_people.registered_on >= '2024-02-01'
    AND visible_people.registered_on < '2024-03-01'
)
SELECT
  behind_measure.person_no,
  behind_measure.registered_on
FROM behind_measure
