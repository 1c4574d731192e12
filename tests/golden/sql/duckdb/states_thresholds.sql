WITH visible_spells AS (
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
)
SELECT
  COUNT(*) AS users,
  CAST(COALESCE(
    SUM(
      CASE
        WHEN (
          CASE
            WHEN (
              CAST('2024-02-29' - visible_spells.entered_on AS INT) <= 30
            )
            THEN 'new'
            WHEN (
              visible_spells.began_on > visible_spells.entered_on
              AND CAST('2024-02-29' - visible_spells.began_on AS INT) <= 30
              AND CAST('2024-02-29' - visible_spells.ended_on AS INT) <= 30
            )
            THEN 'resurrected'
            WHEN (
              CAST('2024-02-29' - visible_spells.ended_on AS INT) <= 30
            )
            THEN 'active'
            WHEN (
              CAST('2024-02-29' - visible_spells.ended_on AS INT) <= 120
            )
            THEN 'dormant'
            ELSE 'churned'
          END <> CASE
            WHEN (
              CAST('2024-02-29' - visible_spells.entered_on AS INT) <= 30
            )
            THEN 'new'
            WHEN (
              visible_spells.began_on > visible_spells.entered_on
              AND CAST('2024-02-29' - visible_spells.began_on AS INT) <= 30
              AND CAST('2024-02-29' - visible_spells.ended_on AS INT) <= 30
            )
            THEN 'resurrected'
            WHEN (
              CAST('2024-02-29' - visible_spells.ended_on AS INT) <= 30
            )
            THEN 'active'
            WHEN (
              CAST('2024-02-29' - visible_spells.ended_on AS INT) <= 90
            )
            THEN 'dormant'
            ELSE 'churned'
          END
        )
        THEN 1
        ELSE 0
      END
    ),
    0
  ) AS INT) AS moved_0
FROM visible_spells
WHERE
  visible_spells.began_on <= '2024-02-29'
  AND (
    visible_spells.next_on IS NULL OR visible_spells.next_on > '2024-02-29'
  )
