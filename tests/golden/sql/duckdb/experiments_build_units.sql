WITH met AS (
  SELECT
    exposures.experiment_id AS experiment_id,
    COALESCE(people.user_no, visitors.person_no) AS person_no,
    MIN({'at': exposures.exposed_at, 'text': exposures.arm}).text AS arm,
    COALESCE(
      NULLIF(
        COUNT(
          DISTINCT CASE
            WHEN (
              experiments.ended_at IS NULL OR exposures.exposed_at <= experiments.ended_at
            )
            THEN exposures.arm
          END
        ),
        0
      ),
      COUNT(DISTINCT exposures.arm)
    ) AS arms,
    MIN(exposures.exposed_at) AS exposed_at,
    CAST((
      MAX(exposures.exposed_at) + CAST(0 AS INT) * INTERVAL '1' SECOND
    ) AS DATE) AS last_on,
    BOOL_OR(CAST(NOT people.user_no IS NULL AS BOOLEAN)) AS by_name
  FROM exposures
  LEFT OUTER JOIN people
    ON people.user_id = exposures.unit_id
  LEFT OUTER JOIN visitors
    ON visitors.visitor_id = exposures.unit_id AND people.user_no IS NULL
  LEFT OUTER JOIN experiments
    ON experiments.experiment_id = exposures.experiment_id
  WHERE
    NOT COALESCE(people.user_no, visitors.person_no) IS NULL
    AND (
      experiments.unit IS NULL OR experiments.unit IN ('user', 'visitor')
    )
    AND exposures.experiment_id IN ('checkout')
  GROUP BY
    exposures.experiment_id,
    COALESCE(people.user_no, visitors.person_no)
), tier_then AS (
  SELECT
    met.experiment_id AS experiment_id,
    met.person_no AS person_no,
    MIN(
      {'at': (
        (
          EPOCH_US(met.exposed_at) - EPOCH_US(memberships.valid_from)
        ) / 1000000.0
      ), 'text': memberships.tier}
    ).text AS tier
  FROM met
  JOIN people
    ON people.user_no = met.person_no
  JOIN memberships
    ON memberships.user_id = people.user_id
    AND memberships.valid_from <= met.exposed_at
    AND (
      memberships.valid_to IS NULL OR memberships.valid_to > met.exposed_at
    )
  GROUP BY
    met.experiment_id,
    met.person_no
), past AS (
  SELECT
    met.experiment_id AS experiment_id,
    met.person_no AS person_no,
    COUNT(*) AS orders
  FROM met
  JOIN sales
    ON sales.user_no = met.person_no AND sales.paid_at < met.exposed_at
  GROUP BY
    met.experiment_id,
    met.person_no
)
SELECT
  met.experiment_id,
  met.person_no,
  persons.market,
  persons.channel,
  persons.platform,
  met.arm,
  CAST(met.arms AS SMALLINT) AS arms,
  met.exposed_at,
  CAST((
    met.exposed_at + CAST(0 AS INT) * INTERVAL '1' SECOND
  ) AS DATE) AS exposed_on,
  met.last_on,
  COALESCE(NULLIF(tier_then.tier, ''), 'unknown') AS tier,
  CASE
    WHEN (
      people.user_no IS NULL
      OR met.by_name IS FALSE
      AND NOT (
        NOT people.registered_at IS NULL AND people.registered_at <= met.exposed_at
      )
    )
    THEN 'visitor'
    WHEN (
      NOT people.registered_at IS NULL
      AND people.registered_at > (
        met.exposed_at + CAST(-1 AS INT) * INTERVAL '1' DAY
      )
    )
    THEN 'new'
    ELSE 'known'
  END AS tenure,
  CASE
    WHEN (
      COALESCE(past.orders, 0) = 0
    )
    THEN 'none'
    WHEN (
      COALESCE(past.orders, 0) = 1
    )
    THEN 'one'
    ELSE 'more'
  END AS past_orders,
  (
    experiments.started_at IS NULL OR experiments.started_at <= met.exposed_at
  )
  AND (
    experiments.ended_at IS NULL OR experiments.ended_at >= met.exposed_at
  ) AS in_time
FROM met
JOIN persons
  ON persons.person_no = met.person_no
LEFT OUTER JOIN people
  ON people.user_no = met.person_no
LEFT OUTER JOIN experiments
  ON experiments.experiment_id = met.experiment_id
LEFT OUTER JOIN tier_then
  ON tier_then.experiment_id = met.experiment_id
  AND tier_then.person_no = met.person_no
LEFT OUTER JOIN past
  ON past.experiment_id = met.experiment_id AND past.person_no = met.person_no
