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
), planned_unit AS (
  SELECT
    visible_person_day.person_no AS person_no,
    (
      CAST(visible_person_day.day AS TIMESTAMP) + CAST(CASE
        WHEN (
          visible_person_day.day <= CAST('2024-03-10' AS DATE)
        )
        THEN 18000
        ELSE 14400
      END AS INT) * INTERVAL '1' SECOND
    ) AS exposed_at,
    visible_person_day.day AS exposed_on
  FROM visible_person_day
  WHERE
    visible_person_day.day >= CAST('2024-02-05' AS DATE)
    AND visible_person_day.day < CAST('2024-03-20' AS DATE)
    AND visible_person_day.as_user
    AND (
      visible_person_day.previous_user_day IS NULL
      OR visible_person_day.previous_user_day < CAST('2024-02-05' AS DATE)
    )
)
SELECT
  planned_unit.exposed_on,
  COUNT(*) AS n
FROM planned_unit
GROUP BY
  planned_unit.exposed_on
