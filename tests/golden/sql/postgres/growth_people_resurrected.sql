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
), behind_flow AS (
  SELECT
    visible_person_day.person_no AS person_no,
    visible_person_day.day AS first_on,
    visible_person_day.previous_user_day AS last_on,
    CAST(visible_person_day.day - visible_person_day.previous_user_day AS INT) AS away_days
  FROM visible_person_day
  WHERE
    visible_person_day.as_user
    AND visible_person_day.day >= '2024-02-01'
    AND visible_person_day.day < '2024-03-01'
    AND (
      visible_person_day.previous_user_day IS NULL
      OR visible_person_day.previous_user_day < '2024-02-01'
    )
    AND visible_person_day.previous_user_day < '2024-01-01'
    AND (
      NOT visible_person_day.platform IN ('ios')
    )
    AND CAST(visible_person_day.day - visible_person_day.previous_user_day AS INT) > 30
    AND CAST(visible_person_day.day - visible_person_day.previous_user_day AS INT) <= 60
)
SELECT
  behind_flow.person_no,
  behind_flow.first_on,
  behind_flow.last_on,
  behind_flow.away_days
FROM behind_flow
