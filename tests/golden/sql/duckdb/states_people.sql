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
), position AS (
  SELECT
    visible_spells.user_no AS user_no,
    visible_spells.market AS market,
    visible_spells.channel AS channel,
    visible_spells.platform AS platform,
    visible_spells.entered_on AS entered_on,
    visible_spells.began_on AS began_on,
    visible_spells.ended_on AS ended_on,
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
        CAST('2024-02-29' - visible_spells.ended_on AS INT) <= 90
      )
      THEN 'dormant'
      ELSE 'churned'
    END AS state
  FROM visible_spells
  WHERE
    visible_spells.began_on <= '2024-02-29'
    AND (
      visible_spells.next_on IS NULL OR visible_spells.next_on > '2024-02-29'
    )
), behind_state AS (
  SELECT
    position.user_no AS person_no,
    position.entered_on AS entered_on,
    CAST(CASE
      WHEN (
        position.began_on > position.entered_on
      )
      THEN position.began_on
      ELSE NULL
    END AS DATE) AS came_back_on,
    CAST(CASE
      WHEN (
        position.state IN ('dormant', 'churned')
      )
      THEN position.ended_on
      ELSE NULL
    END AS DATE) AS last_on
  FROM position
  WHERE
    position.state = 'dormant'
)
SELECT
  behind_state.person_no,
  behind_state.entered_on,
  behind_state.came_back_on,
  behind_state.last_on
FROM behind_state
