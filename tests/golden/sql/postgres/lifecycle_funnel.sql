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
), visible_acquired AS (
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
), visible_first_events AS (
  SELECT
    first_events.population AS population,
    first_events.person_no AS person_no,
    first_events.market AS market,
    first_events.event_no AS event_no,
    first_events.first_at AS first_at
  FROM first_events
  WHERE
    first_events.market IN ('CN', 'O''Brien')
), activation AS (
  SELECT
    visible_first_events.person_no AS person_no,
    visible_first_events.first_at AS first_at
  FROM visible_first_events
  WHERE
    visible_first_events.population = 'registered'
    AND visible_first_events.event_no = 1
), followed AS (
  SELECT
    window_day.window_no AS window_no,
    visible_acquired.person_no AS person_no,
    visible_acquired.market AS market,
    visible_acquired.channel AS channel,
    visible_acquired.platform AS platform,
    visible_acquired.campaign AS campaign,
    visible_acquired.acquired_at AS acquired_at,
    CASE
      WHEN (
        activation.first_at >= visible_acquired.acquired_at
        AND activation.first_at < (
          visible_acquired.acquired_at + CAST(7 AS INT) * INTERVAL '1 DAY'
        )
      )
      THEN activation.first_at
    END AS activate_at,
    visible_acquired.acquired_at <= '2024-02-23 00:00:00' AS activate_over,
    CAST(CAST(EXTRACT(EPOCH FROM CASE
      WHEN (
        activation.first_at >= visible_acquired.acquired_at
        AND activation.first_at < (
          visible_acquired.acquired_at + CAST(7 AS INT) * INTERVAL '1 DAY'
        )
      )
      THEN activation.first_at
    END - visible_acquired.acquired_at) AS DOUBLE PRECISION) / CAST(3600.0 AS DOUBLE PRECISION) AS DOUBLE PRECISION) AS activate_hours,
    TRUE AS activate_begun,
    CASE
      WHEN (
        visible_acquired.retained_on <= (
          visible_acquired.acquired_on + CAST(30 AS INT)
        )
      )
      THEN visible_acquired.retained_on
    END AS retain_at,
    visible_acquired.acquired_on < '2024-01-31' AS retain_over,
    CAST(CAST(CASE
      WHEN (
        visible_acquired.retained_on <= (
          visible_acquired.acquired_on + CAST(30 AS INT)
        )
      )
      THEN visible_acquired.retained_on
    END - visible_acquired.acquired_on AS INT) * 24 AS DOUBLE PRECISION) AS retain_hours,
    visible_acquired.acquired_on <= '2024-02-22' AS retain_begun,
    CASE
      WHEN (
        visible_acquired.converted_at >= visible_acquired.acquired_at
        AND visible_acquired.converted_at < (
          visible_acquired.acquired_at + CAST(30 AS INT) * INTERVAL '1 DAY'
        )
      )
      THEN visible_acquired.converted_at
    END AS convert_at,
    visible_acquired.acquired_at <= '2024-01-31 00:00:00' AS convert_over,
    CAST(CAST(EXTRACT(EPOCH FROM CASE
      WHEN (
        visible_acquired.converted_at >= visible_acquired.acquired_at
        AND visible_acquired.converted_at < (
          visible_acquired.acquired_at + CAST(30 AS INT) * INTERVAL '1 DAY'
        )
      )
      THEN visible_acquired.converted_at
    END - visible_acquired.acquired_at) AS DOUBLE PRECISION) / CAST(3600.0 AS DOUBLE PRECISION) AS DOUBLE PRECISION) AS convert_hours,
    TRUE AS convert_begun,
    CASE
      WHEN (
        visible_acquired.referred_at >= visible_acquired.acquired_at
        AND visible_acquired.referred_at < (
          visible_acquired.acquired_at + CAST(60 AS INT) * INTERVAL '1 DAY'
        )
      )
      THEN visible_acquired.referred_at
    END AS refer_at,
    visible_acquired.acquired_at <= '2024-01-01 00:00:00' AS refer_over,
    CAST(CAST(EXTRACT(EPOCH FROM CASE
      WHEN (
        visible_acquired.referred_at >= visible_acquired.acquired_at
        AND visible_acquired.referred_at < (
          visible_acquired.acquired_at + CAST(60 AS INT) * INTERVAL '1 DAY'
        )
      )
      THEN visible_acquired.referred_at
    END - visible_acquired.acquired_at) AS DOUBLE PRECISION) / CAST(3600.0 AS DOUBLE PRECISION) AS DOUBLE PRECISION) AS refer_hours,
    TRUE AS refer_begun
  FROM window_day
  JOIN visible_acquired
    ON visible_acquired.acquired_on = window_day.day
  LEFT OUTER JOIN activation
    ON activation.person_no = visible_acquired.person_no
  WHERE
    visible_acquired.population = 'registered'
)
SELECT
  followed.window_no,
  COUNT(*) AS acquired,
  SUM(CASE WHEN followed.activate_over THEN 1 ELSE 0 END) AS activate_sequential_mature,
  SUM(
    CASE
      WHEN (
        followed.activate_over AND followed.activate_at IS NOT NULL
      )
      THEN 1
      ELSE 0
    END
  ) AS activate_sequential_reached,
  SUM(CASE WHEN followed.activate_begun THEN 1 ELSE 0 END) AS activate_sequential_begun,
  SUM(CASE WHEN (
    followed.activate_at IS NOT NULL
  ) THEN 1 ELSE 0 END) AS activate_sequential_so_far,
  PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY
    CASE
      WHEN (
        followed.activate_over AND followed.activate_at IS NOT NULL
      )
      THEN followed.activate_hours
    END) AS activate_sequential_median,
  SUM(CASE WHEN followed.activate_over THEN 1 ELSE 0 END) AS activate_of_acquired_mature,
  SUM(
    CASE
      WHEN (
        followed.activate_over AND followed.activate_at IS NOT NULL
      )
      THEN 1
      ELSE 0
    END
  ) AS activate_of_acquired_reached,
  SUM(CASE WHEN followed.activate_begun THEN 1 ELSE 0 END) AS activate_of_acquired_begun,
  SUM(CASE WHEN (
    followed.activate_at IS NOT NULL
  ) THEN 1 ELSE 0 END) AS activate_of_acquired_so_far,
  PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY
    CASE
      WHEN (
        followed.activate_over AND followed.activate_at IS NOT NULL
      )
      THEN followed.activate_hours
    END) AS activate_of_acquired_median,
  SUM(
    CASE WHEN (
      followed.activate_over AND followed.retain_over
    ) THEN 1 ELSE 0 END
  ) AS retain_sequential_mature,
  SUM(
    CASE
      WHEN (
        followed.activate_over
        AND followed.retain_over
        AND followed.activate_at IS NOT NULL
        AND followed.retain_at IS NOT NULL
      )
      THEN 1
      ELSE 0
    END
  ) AS retain_sequential_reached,
  SUM(
    CASE WHEN (
      followed.activate_begun AND followed.retain_begun
    ) THEN 1 ELSE 0 END
  ) AS retain_sequential_begun,
  SUM(
    CASE
      WHEN (
        followed.activate_at IS NOT NULL AND followed.retain_at IS NOT NULL
      )
      THEN 1
      ELSE 0
    END
  ) AS retain_sequential_so_far,
  PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY
    CASE
      WHEN (
        followed.activate_over
        AND followed.retain_over
        AND followed.activate_at IS NOT NULL
        AND followed.retain_at IS NOT NULL
      )
      THEN followed.retain_hours
    END) AS retain_sequential_median,
  SUM(CASE WHEN followed.retain_over THEN 1 ELSE 0 END) AS retain_of_acquired_mature,
  SUM(
    CASE
      WHEN (
        followed.retain_over AND followed.retain_at IS NOT NULL
      )
      THEN 1
      ELSE 0
    END
  ) AS retain_of_acquired_reached,
  SUM(CASE WHEN followed.retain_begun THEN 1 ELSE 0 END) AS retain_of_acquired_begun,
  SUM(CASE WHEN (
    followed.retain_at IS NOT NULL
  ) THEN 1 ELSE 0 END) AS retain_of_acquired_so_far,
  PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY
    CASE
      WHEN (
        followed.retain_over AND followed.retain_at IS NOT NULL
      )
      THEN followed.retain_hours
    END) AS retain_of_acquired_median,
  SUM(
    CASE
      WHEN (
        followed.activate_over AND followed.retain_over AND followed.convert_over
      )
      THEN 1
      ELSE 0
    END
  ) AS convert_sequential_mature,
  SUM(
    CASE
      WHEN (
        followed.activate_over
        AND followed.retain_over
        AND followed.convert_over
        AND followed.activate_at IS NOT NULL
        AND followed.retain_at IS NOT NULL
        AND followed.convert_at IS NOT NULL
      )
      THEN 1
      ELSE 0
    END
  ) AS convert_sequential_reached,
  SUM(
    CASE
      WHEN (
        followed.activate_begun AND followed.retain_begun AND followed.convert_begun
      )
      THEN 1
      ELSE 0
    END
  ) AS convert_sequential_begun,
  SUM(
    CASE
      WHEN (
        followed.activate_at IS NOT NULL
        AND followed.retain_at IS NOT NULL
        AND followed.convert_at IS NOT NULL
      )
      THEN 1
      ELSE 0
    END
  ) AS convert_sequential_so_far,
  PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY
    CASE
      WHEN (
        followed.activate_over
        AND followed.retain_over
        AND followed.convert_over
        AND followed.activate_at IS NOT NULL
        AND followed.retain_at IS NOT NULL
        AND followed.convert_at IS NOT NULL
      )
      THEN followed.convert_hours
    END) AS convert_sequential_median,
  SUM(CASE WHEN followed.convert_over THEN 1 ELSE 0 END) AS convert_of_acquired_mature,
  SUM(
    CASE
      WHEN (
        followed.convert_over AND followed.convert_at IS NOT NULL
      )
      THEN 1
      ELSE 0
    END
  ) AS convert_of_acquired_reached,
  SUM(CASE WHEN followed.convert_begun THEN 1 ELSE 0 END) AS convert_of_acquired_begun,
  SUM(CASE WHEN (
    followed.convert_at IS NOT NULL
  ) THEN 1 ELSE 0 END) AS convert_of_acquired_so_far,
  PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY
    CASE
      WHEN (
        followed.convert_over AND followed.convert_at IS NOT NULL
      )
      THEN followed.convert_hours
    END) AS convert_of_acquired_median,
  SUM(
    CASE
      WHEN (
        followed.activate_over
        AND followed.retain_over
        AND followed.convert_over
        AND followed.refer_over
      )
      THEN 1
      ELSE 0
    END
  ) AS refer_sequential_mature,
  SUM(
    CASE
      WHEN (
        followed.activate_over
        AND followed.retain_over
        AND followed.convert_over
        AND followed.refer_over
        AND followed.activate_at IS NOT NULL
        AND followed.retain_at IS NOT NULL
        AND followed.convert_at IS NOT NULL
        AND followed.refer_at IS NOT NULL
      )
      THEN 1
      ELSE 0
    END
  ) AS refer_sequential_reached,
  SUM(
    CASE
      WHEN (
        followed.activate_begun
        AND followed.retain_begun
        AND followed.convert_begun
        AND followed.refer_begun
      )
      THEN 1
      ELSE 0
    END
  ) AS refer_sequential_begun,
  SUM(
    CASE
      WHEN (
        followed.activate_at IS NOT NULL
        AND followed.retain_at IS NOT NULL
        AND followed.convert_at IS NOT NULL
        AND followed.refer_at IS NOT NULL
      )
      THEN 1
      ELSE 0
    END
  ) AS refer_sequential_so_far,
  PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY
    CASE
      WHEN (
        followed.activate_over
        AND followed.retain_over
        AND followed.convert_over
        AND followed.refer_over
        AND followed.activate_at IS NOT NULL
        AND followed.retain_at IS NOT NULL
        AND followed.convert_at IS NOT NULL
        AND followed.refer_at IS NOT NULL
      )
      THEN followed.refer_hours
    END) AS refer_sequential_median,
  SUM(CASE WHEN followed.refer_over THEN 1 ELSE 0 END) AS refer_of_acquired_mature,
  SUM(
    CASE
      WHEN (
        followed.refer_over AND followed.refer_at IS NOT NULL
      )
      THEN 1
      ELSE 0
    END
  ) AS refer_of_acquired_reached,
  SUM(CASE WHEN followed.refer_begun THEN 1 ELSE 0 END) AS refer_of_acquired_begun,
  SUM(CASE WHEN (
    followed.refer_at IS NOT NULL
  ) THEN 1 ELSE 0 END) AS refer_of_acquired_so_far,
  PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY
    CASE
      WHEN (
        followed.refer_over AND followed.refer_at IS NOT NULL
      )
      THEN followed.refer_hours
    END) AS refer_of_acquired_median
FROM followed
GROUP BY
  followed.window_no
ORDER BY
  followed.window_no
