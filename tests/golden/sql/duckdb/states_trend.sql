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
), position AS (
  SELECT
    looked_at.on_day AS on_day,
    CASE
      WHEN (
        CAST(looked_at.on_day - visible_spells.entered_on AS INT) <= 30
      )
      THEN 'new'
      WHEN (
        visible_spells.began_on > visible_spells.entered_on
        AND CAST(looked_at.on_day - visible_spells.began_on AS INT) <= 30
        AND CAST(looked_at.on_day - visible_spells.ended_on AS INT) <= 30
      )
      THEN 'resurrected'
      WHEN (
        CAST(looked_at.on_day - visible_spells.ended_on AS INT) <= 30
      )
      THEN 'active'
      WHEN (
        CAST(looked_at.on_day - visible_spells.ended_on AS INT) <= 90
      )
      THEN 'dormant'
      ELSE 'churned'
    END AS state
  FROM looked_at
  JOIN visible_spells
    ON visible_spells.began_on <= looked_at.on_day
    AND (
      visible_spells.next_on IS NULL OR visible_spells.next_on > looked_at.on_day
    )
)
SELECT
  position.on_day,
  '' AS value,
  position.state,
  COUNT(*) AS users
FROM position
GROUP BY
  position.on_day,
  position.state
ORDER BY
  position.on_day,
  value,
  position.state
