WITH looked_at AS (
  SELECT
    CAST(asked.on_day AS DATE) AS on_day
  FROM (VALUES
    ('2024-01-31'),
    ('2024-02-29')) AS asked(on_day)
), visible_spells AS (
  SELECT
    spells.user_no AS user_no,
    spells.market AS market,
    spells.channel AS channel,
    spells.platform AS platform,
    spells.entered_on AS entered_on,
    spells.began_on AS began_on,
    spells.ended_on AS ended_on,
    spells.next_on AS next_on
  FROM spells
  WHERE
    spells.market IN ('CN', 'O''Brien') AND spells.channel IN ('kol')
), turn AS (
  SELECT
    visible_spells.began_on AS turn_0,
    LEAST(
      GREATEST(visible_spells.began_on, (
        visible_spells.entered_on + CAST(31 AS INT)
      )),
      visible_spells.next_on
    ) AS turn_1,
    LEAST(
      GREATEST(
        visible_spells.began_on,
        (
          visible_spells.entered_on + CAST(31 AS INT)
        ),
        CASE
          WHEN (
            visible_spells.began_on > visible_spells.entered_on
          )
          THEN LEAST(
            (
              visible_spells.began_on + CAST(31 AS INT)
            ),
            (
              visible_spells.ended_on + CAST(31 AS INT)
            )
          )
          ELSE visible_spells.began_on
        END
      ),
      visible_spells.next_on
    ) AS turn_2,
    LEAST(
      GREATEST(
        visible_spells.began_on,
        (
          visible_spells.entered_on + CAST(31 AS INT)
        ),
        CASE
          WHEN (
            visible_spells.began_on > visible_spells.entered_on
          )
          THEN LEAST(
            (
              visible_spells.began_on + CAST(31 AS INT)
            ),
            (
              visible_spells.ended_on + CAST(31 AS INT)
            )
          )
          ELSE visible_spells.began_on
        END,
        (
          visible_spells.ended_on + CAST(31 AS INT)
        )
      ),
      visible_spells.next_on
    ) AS turn_3,
    LEAST(
      GREATEST(
        visible_spells.began_on,
        (
          visible_spells.entered_on + CAST(31 AS INT)
        ),
        CASE
          WHEN (
            visible_spells.began_on > visible_spells.entered_on
          )
          THEN LEAST(
            (
              visible_spells.began_on + CAST(31 AS INT)
            ),
            (
              visible_spells.ended_on + CAST(31 AS INT)
            )
          )
          ELSE visible_spells.began_on
        END,
        (
          visible_spells.ended_on + CAST(31 AS INT)
        ),
        (
          visible_spells.ended_on + CAST(91 AS INT)
        )
      ),
      visible_spells.next_on
    ) AS turn_4,
    visible_spells.next_on AS turn_5
  FROM visible_spells
  WHERE
    visible_spells.began_on <= '2024-02-29'
), turn_count AS (
  SELECT
    turn.turn_0 AS turn_0,
    turn.turn_1 AS turn_1,
    turn.turn_2 AS turn_2,
    turn.turn_3 AS turn_3,
    turn.turn_4 AS turn_4,
    turn.turn_5 AS turn_5,
    COUNT(*) AS users
  FROM turn
  GROUP BY
    GROUPING SETS (
      turn.turn_0,
      turn.turn_1,
      turn.turn_2,
      turn.turn_3,
      turn.turn_4,
      turn.turn_5
    )
), turns_of_day AS (
  SELECT
    '' AS value,
    CASE
      WHEN (
        turn_count.turn_0 IS NOT NULL
      )
      THEN 0
      WHEN (
        turn_count.turn_1 IS NOT NULL
      )
      THEN 1
      WHEN (
        turn_count.turn_2 IS NOT NULL
      )
      THEN 2
      WHEN (
        turn_count.turn_3 IS NOT NULL
      )
      THEN 3
      WHEN (
        turn_count.turn_4 IS NOT NULL
      )
      THEN 4
      WHEN (
        turn_count.turn_5 IS NOT NULL
      )
      THEN 5
    END AS turn_no,
    COALESCE(
      turn_count.turn_0,
      turn_count.turn_1,
      turn_count.turn_2,
      turn_count.turn_3,
      turn_count.turn_4,
      turn_count.turn_5
    ) AS turn_on,
    turn_count.users AS users
  FROM turn_count
)
SELECT
  looked_at.on_day,
  turns_of_day.value,
  CAST(COALESCE(
    SUM(
      CASE
        WHEN (
          turns_of_day.turn_no = 0
        )
        THEN turns_of_day.users
        WHEN (
          turns_of_day.turn_no = 1
        )
        THEN turns_of_day.users * -1
        ELSE 0
      END
    ),
    0
  ) AS INT) AS "new",
  CAST(COALESCE(
    SUM(
      CASE
        WHEN (
          turns_of_day.turn_no = 1
        )
        THEN turns_of_day.users
        WHEN (
          turns_of_day.turn_no = 2
        )
        THEN turns_of_day.users * -1
        ELSE 0
      END
    ),
    0
  ) AS INT) AS resurrected,
  CAST(COALESCE(
    SUM(
      CASE
        WHEN (
          turns_of_day.turn_no = 2
        )
        THEN turns_of_day.users
        WHEN (
          turns_of_day.turn_no = 3
        )
        THEN turns_of_day.users * -1
        ELSE 0
      END
    ),
    0
  ) AS INT) AS active,
  CAST(COALESCE(
    SUM(
      CASE
        WHEN (
          turns_of_day.turn_no = 3
        )
        THEN turns_of_day.users
        WHEN (
          turns_of_day.turn_no = 4
        )
        THEN turns_of_day.users * -1
        ELSE 0
      END
    ),
    0
  ) AS INT) AS dormant,
  CAST(COALESCE(
    SUM(
      CASE
        WHEN (
          turns_of_day.turn_no = 4
        )
        THEN turns_of_day.users
        WHEN (
          turns_of_day.turn_no = 5
        )
        THEN turns_of_day.users * -1
        ELSE 0
      END
    ),
    0
  ) AS INT) AS churned
FROM looked_at
JOIN turns_of_day
  ON turns_of_day.turn_on <= looked_at.on_day
GROUP BY
  looked_at.on_day,
  turns_of_day.value
ORDER BY
  looked_at.on_day,
  turns_of_day.value
