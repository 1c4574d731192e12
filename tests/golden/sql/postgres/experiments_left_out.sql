WITH visible_experiment_units AS (
  SELECT
    experiment_units.experiment_id AS experiment_id,
    experiment_units.person_no AS person_no,
    experiment_units.market AS market,
    experiment_units.channel AS channel,
    experiment_units.platform AS platform,
    experiment_units.arm AS arm,
    experiment_units.arms AS arms,
    experiment_units.exposed_at AS exposed_at,
    experiment_units.exposed_on AS exposed_on,
    experiment_units.last_on AS last_on,
    experiment_units.tier AS tier,
    experiment_units.tenure AS tenure,
    experiment_units.past_orders AS past_orders,
    experiment_units.in_time AS in_time
  FROM experiment_units
  WHERE
    experiment_units.market IN ('CN', 'O''Brien')
    AND experiment_units.market IN ('CN')
)
SELECT
  visible_experiment_units.experiment_id,
  CASE WHEN (
    visible_experiment_units.arms > 1
  ) THEN 1 ELSE 0 END AS crossed,
  CASE
    WHEN (
      visible_experiment_units.arms = 1 AND NOT visible_experiment_units.in_time
    )
    THEN visible_experiment_units.exposed_on
    ELSE CAST(NULL AS DATE)
  END AS exposed_on,
  COUNT(*) AS n
FROM visible_experiment_units
WHERE
  visible_experiment_units.experiment_id IN ('O''Brien''s button', 'checkout')
GROUP BY
  visible_experiment_units.experiment_id,
  CASE WHEN (
    visible_experiment_units.arms > 1
  ) THEN 1 ELSE 0 END,
  CASE
    WHEN (
      visible_experiment_units.arms = 1 AND NOT visible_experiment_units.in_time
    )
    THEN visible_experiment_units.exposed_on
    ELSE CAST(NULL AS DATE)
  END
