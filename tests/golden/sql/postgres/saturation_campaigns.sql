WITH calendar_day AS (
  SELECT
    calendar.day AS day,
    calendar.name AS name,
    calendar.market AS market
  FROM calendar
  WHERE
    calendar.market IS NULL OR calendar.market IN ('CN', 'O''Brien')
)
SELECT DISTINCT
  calendar_day.day
FROM calendar_day
WHERE
  calendar_day.day >= '2024-01-01'
  AND calendar_day.day < '2024-03-01'
  AND (
    calendar_day.market IS NULL OR calendar_day.market IN ('CN')
  )
ORDER BY
  calendar_day.day
