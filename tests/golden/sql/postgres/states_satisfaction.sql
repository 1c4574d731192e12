WITH visible_feedback AS (
  SELECT
    feedback.user_id AS user_id,
    feedback.given_at AS given_at,
    feedback.kind AS kind,
    feedback.reason AS reason,
    feedback.score AS score,
    feedback.item_id AS item_id
  FROM feedback
  WHERE
    CASE
      WHEN (
        feedback.user_id IS NOT NULL
      )
      THEN feedback.user_id IN (
        SELECT
          people.user_id
        FROM people
        WHERE
          people.market IN ('CN', 'O''Brien')
      )
      ELSE FALSE
    END
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
), said AS (
  SELECT
    position.user_no AS user_no,
    position.state = 'churned' AS churned,
    NULLIF(visible_feedback.reason, '') AS reason,
    visible_feedback.score AS score
  FROM visible_feedback
  JOIN visible_people
    ON visible_people.user_id = visible_feedback.user_id
  JOIN position
    ON position.user_no = visible_people.user_no
  WHERE
    visible_feedback.given_at >= '2023-03-01 16:00:00'
    AND visible_feedback.given_at < '2024-02-29 16:00:00'
    AND position.state IN ('churned', 'active', 'resurrected')
), user_score AS (
  SELECT
    said.user_no AS user_no,
    said.churned AS churned,
    CAST(AVG(CAST(said.score AS DECIMAL(18, 4))) AS DOUBLE PRECISION) AS score
  FROM said
  WHERE
    said.score IS NOT NULL
  GROUP BY
    said.user_no,
    said.churned
)
SELECT
  user_score.churned,
  COUNT(*) AS users,
  SUM(user_score.score) AS total,
  SUM(user_score.score * user_score.score) AS squares,
  CAST(SUM(CASE WHEN (
    user_score.score <= 2
  ) THEN 1 ELSE 0 END) AS INT) AS low
FROM user_score
GROUP BY
  user_score.churned
ORDER BY
  user_score.churned
