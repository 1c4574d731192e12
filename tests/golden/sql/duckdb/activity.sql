WITH time_window AS (
  SELECT
    CAST(asked.window_no AS INT) AS window_no,
    CAST(asked.start_on AS DATE) AS start_on,
    CAST(asked.end_on AS DATE) AS end_on,
    CAST(asked.as_of AS DATE) AS as_of,
    CAST(asked.before_on AS DATE) AS before_on
  FROM (VALUES
    (0, '2024-01-01', '2024-02-01', '2024-01-31', '2023-12-01'),
    (1, '2024-02-01', '2024-03-01', '2024-02-29', '2024-01-03')) AS asked(window_no, start_on, end_on, as_of, before_on)
), every_day AS (
  SELECT
    days.day AS day
  FROM days
), window_day AS (
  SELECT
    time_window.window_no AS window_no,
    time_window.start_on AS start_on,
    time_window.end_on AS end_on,
    time_window.as_of AS as_of,
    time_window.before_on AS before_on,
    every_day.day AS day
  FROM time_window
  JOIN every_day
    ON every_day.day >= time_window.start_on AND every_day.day < time_window.end_on
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
)
SELECT
  window_day.window_no,
  SUM(
    CASE
      WHEN (
        visible_person_day.as_user
        AND (
          visible_person_day.previous_user_day IS NULL
          OR visible_person_day.previous_user_day < window_day.start_on
        )
      )
      THEN 1
      ELSE 0
    END
  ) AS active_users,
  SUM(
    CASE
      WHEN (
        visible_person_day.previous_day IS NULL
        OR visible_person_day.previous_day < window_day.start_on
      )
      THEN 1
      ELSE 0
    END
  ) AS visitors,
  SUM(
    CASE
      WHEN (
        visible_person_day.as_user AND visible_person_day.day <= window_day.as_of
      )
      THEN 1
      ELSE 0
    END
  ) AS user_days
FROM window_day
JOIN visible_person_day
  ON visible_person_day.day = window_day.day
GROUP BY
  window_day.window_no
ORDER BY
  window_day.window_no
