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
), acquired AS (
  SELECT
    window_day.window_no AS window_no,
    visible_people.user_no AS user_no,
    (
      visible_people.registered_at + CAST(30 AS INT) * INTERVAL '1' DAY
    ) <= '2024-03-01 00:00:00' AS is_member
  FROM window_day
  JOIN visible_people
    ON visible_people.registered_on = window_day.day
), behind_number AS (
  SELECT
    acquired.user_no AS person_no,
    visible_people.registered_at AS registered_at
  FROM acquired
  JOIN visible_people
    ON visible_people.user_no = acquired.user_no
  WHERE
    acquired.is_member
)
SELECT
  behind_number.person_no,
  behind_number.registered_at
FROM behind_number
