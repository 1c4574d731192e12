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
      visible_invites.registered_at + CAST(30 AS INT) * INTERVAL '1' DAY
    ) <= '2024-03-01 00:00:00' AS is_member,
    visible_invites.user_no AS user_no,
    visible_invites.medium AS medium,
    visible_invites.reward AS reward,
    visible_invites.reward_on AS reward_on,
    visible_invites.invitation_id AS invitation_id,
    visible_invites.invited_at AS invited_at,
    visible_invites.accepted_at AS accepted_at,
    visible_invites.invitee_id AS invitee_id,
    visible_invites.invitee_paid_at AS invitee_paid_at,
    COALESCE(
      (
        visible_invites.invited_at + CAST(30 AS INT) * INTERVAL '1' DAY
      ) <= '2024-03-01 00:00:00',
      FALSE
    ) AS is_settled,
    COALESCE(
      (
        visible_invites.invited_at + CAST(30 AS INT) * INTERVAL '1' DAY
      ) <= '2024-03-01 00:00:00'
      AND visible_invites.counts
      AND visible_invites.accepted_at < (
        visible_invites.invited_at + CAST(30 AS INT) * INTERVAL '1' DAY
      ),
      FALSE
    ) AS is_accepted,
    COALESCE(
      (
        visible_invites.invited_at + CAST(30 AS INT) * INTERVAL '1' DAY
      ) <= '2024-03-01 00:00:00'
      AND visible_invites.counts
      AND visible_invites.accepted_at < (
        visible_invites.invited_at + CAST(30 AS INT) * INTERVAL '1' DAY
      )
      AND visible_invites.invitee_paid_at >= visible_invites.invited_at
      AND visible_invites.invitee_paid_at < '2024-03-01 00:00:00',
      FALSE
    ) AS is_customer,
    COALESCE(
      (
        visible_invites.invited_at + CAST(30 AS INT) * INTERVAL '1' DAY
      ) <= '2024-03-01 00:00:00'
      AND visible_invites.accepted_at >= (
        visible_invites.invited_at + CAST(30 AS INT) * INTERVAL '1' DAY
      ),
      FALSE
    ) AS is_late,
    COALESCE(
      (
        visible_invites.invited_at + CAST(30 AS INT) * INTERVAL '1' DAY
      ) <= '2024-03-01 00:00:00'
      AND visible_invites.counts
      AND visible_invites.accepted_at < (
        visible_invites.invited_at + CAST(30 AS INT) * INTERVAL '1' DAY
      )
      AND visible_invites.invitee_registered_at < visible_invites.invited_at,
      FALSE
    ) AS is_known_before,
    CASE
      WHEN (
        (
          visible_invites.invited_at + CAST(30 AS INT) * INTERVAL '1' DAY
        ) <= '2024-03-01 00:00:00'
        AND visible_invites.counts
        AND visible_invites.accepted_at < (
          visible_invites.invited_at + CAST(30 AS INT) * INTERVAL '1' DAY
        )
        AND visible_invites.invitee_invited_at >= visible_invites.invited_at
        AND visible_invites.invitee_invited_at < '2024-03-01 00:00:00'
      )
      THEN (
        (
          EPOCH_US(visible_invites.invitee_invited_at) - EPOCH_US(visible_invites.invited_at)
        ) / 1000000.0
      ) / 3600.0
    END AS hours
  FROM window_day
  JOIN visible_invites
    ON visible_invites.registered_on = window_day.day
  WHERE
    visible_invites.invited_at >= visible_invites.registered_at
    AND visible_invites.invited_at < (
      visible_invites.registered_at + CAST(30 AS INT) * INTERVAL '1' DAY
    )
    AND visible_invites.invited_at < '2024-03-01 00:00:00'
), visible_people AS (
  SELECT
    people.user_no AS user_no,
    people.user_id AS user_id,
    people.market AS market,
    people.channel AS channel,
    people.platform AS platform,
    people.registered_at AS registered_at,
    people.registered_on AS registered_on,
    people.is_test AS is_test
  FROM people
  WHERE
    people.market IN ('CN', 'O''Brien')
    AND people.is_test IS FALSE
    AND people.channel IN ('kol')
)
SELECT
  visible_people.user_id,
  visible_people.registered_at,
  visible_people.market,
  visible_people.channel,
  visible_people.platform,
  COUNT(*) AS invitations
FROM invited
JOIN visible_people
  ON visible_people.user_no = invited.user_no
WHERE
  invited.medium = 'link' AND invited.is_member
GROUP BY
  visible_people.user_no,
  visible_people.user_id,
  visible_people.registered_at,
  visible_people.market,
  visible_people.channel,
  visible_people.platform
ORDER BY
  visible_people.user_no
