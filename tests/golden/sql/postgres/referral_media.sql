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
), visible_invites AS (
  SELECT
    invites.user_no AS user_no,
    invites.market AS market,
    invites.channel AS channel,
    invites.platform AS platform,
    invites.registered_at AS registered_at,
    invites.registered_on AS registered_on,
    invites.invitation_id AS invitation_id,
    invites.invited_at AS invited_at,
    invites.medium AS medium,
    invites.accepted_at AS accepted_at,
    invites.counts AS counts,
    invites.invitee_id AS invitee_id,
    invites.invitee_registered_at AS invitee_registered_at,
    invites.invitee_invited_at AS invitee_invited_at,
    invites.invitee_paid_at AS invitee_paid_at,
    invites.reward AS reward,
    invites.reward_on AS reward_on
  FROM invites
  WHERE
    invites.market IN ('CN', 'O''Brien') AND invites.channel IN ('kol')
), invited AS (
  SELECT
    window_day.window_no AS window_no,
    (
      visible_invites.registered_at + CAST(30 AS INT) * INTERVAL '1 DAY'
    ) <= '2024-03-01 00:00:00' AS is_member,
    visible_invites.user_no AS user_no,
    visible_invites.medium AS medium,
    visible_invites.reward AS reward,
    visible_invites.reward_on AS reward_on,
    COALESCE(
      (
        visible_invites.invited_at + CAST(30 AS INT) * INTERVAL '1 DAY'
      ) <= '2024-03-01 00:00:00',
      FALSE
    ) AS is_settled,
    COALESCE(
      (
        visible_invites.invited_at + CAST(30 AS INT) * INTERVAL '1 DAY'
      ) <= '2024-03-01 00:00:00'
      AND visible_invites.counts
      AND visible_invites.accepted_at < (
        visible_invites.invited_at + CAST(30 AS INT) * INTERVAL '1 DAY'
      ),
      FALSE
    ) AS is_accepted,
    COALESCE(
      (
        visible_invites.invited_at + CAST(30 AS INT) * INTERVAL '1 DAY'
      ) <= '2024-03-01 00:00:00'
      AND visible_invites.counts
      AND visible_invites.accepted_at < (
        visible_invites.invited_at + CAST(30 AS INT) * INTERVAL '1 DAY'
      )
      AND visible_invites.invitee_paid_at >= visible_invites.invited_at
      AND visible_invites.invitee_paid_at < '2024-03-01 00:00:00',
      FALSE
    ) AS is_customer,
    COALESCE(
      (
        visible_invites.invited_at + CAST(30 AS INT) * INTERVAL '1 DAY'
      ) <= '2024-03-01 00:00:00'
      AND visible_invites.accepted_at >= (
        visible_invites.invited_at + CAST(30 AS INT) * INTERVAL '1 DAY'
      ),
      FALSE
    ) AS is_late,
    COALESCE(
      (
        visible_invites.invited_at + CAST(30 AS INT) * INTERVAL '1 DAY'
      ) <= '2024-03-01 00:00:00'
      AND visible_invites.counts
      AND visible_invites.accepted_at < (
        visible_invites.invited_at + CAST(30 AS INT) * INTERVAL '1 DAY'
      )
      AND visible_invites.invitee_registered_at < visible_invites.invited_at,
      FALSE
    ) AS is_known_before,
    CASE
      WHEN (
        (
          visible_invites.invited_at + CAST(30 AS INT) * INTERVAL '1 DAY'
        ) <= '2024-03-01 00:00:00'
        AND visible_invites.counts
        AND visible_invites.accepted_at < (
          visible_invites.invited_at + CAST(30 AS INT) * INTERVAL '1 DAY'
        )
        AND visible_invites.invitee_invited_at >= visible_invites.invited_at
        AND visible_invites.invitee_invited_at < '2024-03-01 00:00:00'
      )
      THEN CAST(EXTRACT(EPOCH FROM visible_invites.invitee_invited_at - visible_invites.invited_at) AS DOUBLE PRECISION) / CAST(3600.0 AS DOUBLE PRECISION)
    END AS hours
  FROM window_day
  JOIN visible_invites
    ON visible_invites.registered_on = window_day.day
  WHERE
    visible_invites.invited_at >= visible_invites.registered_at
    AND visible_invites.invited_at < (
      visible_invites.registered_at + CAST(30 AS INT) * INTERVAL '1 DAY'
    )
    AND visible_invites.invited_at < '2024-03-01 00:00:00'
), inviter AS (
  SELECT
    invited.medium AS medium,
    invited.user_no AS user_no,
    invited.is_member AS is_member,
    COALESCE(SUM(CASE WHEN invited.is_member THEN 1 ELSE 0 END), 0) AS sent,
    COALESCE(SUM(CASE WHEN invited.is_settled THEN 1 ELSE 0 END), 0) AS settled,
    COALESCE(SUM(CASE WHEN invited.is_accepted THEN 1 ELSE 0 END), 0) AS accepted
  FROM invited
  GROUP BY
    invited.medium,
    invited.user_no,
    invited.is_member
), inviter_sum AS (
  SELECT
    inviter.medium AS medium,
    COALESCE(SUM(CASE WHEN (
      inviter.sent > 0
    ) THEN 1 ELSE 0 END), 0) AS inviters,
    SUM(inviter.sent) AS sent,
    SUM(inviter.settled) AS settled,
    SUM(inviter.accepted) AS accepted,
    SUM(inviter.sent * inviter.sent) AS sent_sent,
    SUM(inviter.sent * inviter.settled) AS sent_settled,
    SUM(inviter.sent * inviter.accepted) AS sent_accepted,
    SUM(inviter.settled * inviter.settled) AS settled_settled,
    SUM(inviter.settled * inviter.accepted) AS settled_accepted,
    SUM(inviter.accepted * inviter.accepted) AS accepted_accepted,
    SUM(CASE WHEN inviter.is_member THEN 1 ELSE 0 END * inviter.settled) AS members_settled,
    SUM(CASE WHEN inviter.is_member THEN 1 ELSE 0 END * inviter.accepted) AS members_accepted
  FROM inviter
  GROUP BY
    inviter.medium
), rates AS (
  SELECT
    fx_cross.day AS day,
    fx_cross.currency AS currency,
    fx_cross.rate AS rate
  FROM fx_cross
  WHERE
    fx_cross.target = 'CNY'
), outcome AS (
  SELECT
    invited.medium AS medium,
    COALESCE(SUM(CASE WHEN invited.is_customer THEN 1 ELSE 0 END), 0) AS customers,
    COALESCE(SUM(CASE WHEN NOT invited.is_settled THEN 1 ELSE 0 END), 0) AS open,
    COALESCE(SUM(CASE WHEN invited.is_late THEN 1 ELSE 0 END), 0) AS late,
    COALESCE(SUM(CASE WHEN invited.is_known_before THEN 1 ELSE 0 END), 0) AS known_before,
    COUNT(invited.hours) AS cycles,
    PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY
      invited.hours) AS cycle_hours,
    COALESCE(
      SUM(
        CASE
          WHEN (
            invited.is_settled AND NOT invited.is_late AND invited.reward <> 0
          )
          THEN CAST(invited.reward AS DECIMAL(24, 4)) * rates.rate
        END
      ),
      0
    ) AS rewards,
    COALESCE(
      SUM(
        CASE
          WHEN (
            invited.is_settled
            AND NOT invited.is_late
            AND invited.reward <> 0
            AND rates.rate IS NULL
          )
          THEN 1
          ELSE 0
        END
      ),
      0
    ) AS unrated
  FROM invited
  LEFT OUTER JOIN rates
    ON rates.day = invited.reward_on AND rates.currency = 'USD'
  GROUP BY
    invited.medium
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
      visible_people.registered_at + CAST(30 AS INT) * INTERVAL '1 DAY'
    ) <= '2024-03-01 00:00:00' AS is_member
  FROM window_day
  JOIN visible_people
    ON visible_people.registered_on = window_day.day
), cohort AS (
  SELECT
    COALESCE(acquired.window_no, -1) AS window_no,
    COUNT(*) AS acquired,
    COALESCE(SUM(CASE WHEN acquired.is_member THEN 1 ELSE 0 END), 0) AS members
  FROM acquired
  GROUP BY
    ROLLUP (
      acquired.window_no
    )
)
SELECT
  inviter_sum.medium,
  COALESCE(cohort.acquired, 0) AS acquired,
  COALESCE(cohort.members, 0) AS members,
  COALESCE(inviter_sum.inviters, 0) AS inviters,
  COALESCE(inviter_sum.sent, 0) AS sent,
  COALESCE(inviter_sum.settled, 0) AS settled,
  COALESCE(inviter_sum.accepted, 0) AS accepted,
  COALESCE(outcome.customers, 0) AS customers,
  COALESCE(outcome.open, 0) AS open,
  COALESCE(outcome.late, 0) AS late,
  COALESCE(outcome.known_before, 0) AS known_before,
  COALESCE(outcome.cycles, 0) AS cycles,
  COALESCE(outcome.unrated, 0) AS unrated,
  COALESCE(inviter_sum.sent_sent, 0) AS sent_sent,
  COALESCE(inviter_sum.sent_settled, 0) AS sent_settled,
  COALESCE(inviter_sum.sent_accepted, 0) AS sent_accepted,
  COALESCE(inviter_sum.settled_settled, 0) AS settled_settled,
  COALESCE(inviter_sum.settled_accepted, 0) AS settled_accepted,
  COALESCE(inviter_sum.accepted_accepted, 0) AS accepted_accepted,
  COALESCE(inviter_sum.members_settled, 0) AS members_settled,
  COALESCE(inviter_sum.members_accepted, 0) AS members_accepted,
  COALESCE(outcome.rewards, 0) AS rewards,
  outcome.cycle_hours
FROM inviter_sum
JOIN outcome
  ON outcome.medium = inviter_sum.medium
JOIN cohort
  ON cohort.window_no = -1
