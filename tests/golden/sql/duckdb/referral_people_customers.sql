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
), visible_users AS (
  SELECT
    users.user_id AS user_id,
    users.registered_at AS registered_at,
    users.first_seen_at AS first_seen_at,
    users.country AS country,
    users.language AS language,
    users.platform AS platform,
    users.channel AS channel,
    users.campaign AS campaign,
    users.referrer_id AS referrer_id,
    users.is_test AS is_test
  FROM users
  WHERE
    CASE
      WHEN (
        NOT users.user_id IS NULL
      )
      THEN users.user_id IN (
        SELECT
          people.user_id
        FROM people
        WHERE
          people.market IN ('CN', 'O''Brien')
      )
      WHEN TRUE
      THEN COALESCE(NULLIF(users.country, ''), 'unknown') IN ('CN', 'O''Brien')
      ELSE FALSE
    END
)
SELECT
  visible_users.user_id AS invitee_id,
  visible_people.user_id AS inviter_id,
  invited.medium,
  invited.invited_at,
  invited.accepted_at,
  CASE WHEN invited.is_customer THEN invited.invitee_paid_at END AS first_paid_at
FROM invited
JOIN visible_people
  ON visible_people.user_no = invited.user_no
LEFT OUTER JOIN visible_users
  ON visible_users.user_id = invited.invitee_id
WHERE
  invited.medium = 'link' AND invited.is_customer
ORDER BY
  invited.accepted_at,
  visible_people.user_no,
  invited.invited_at,
  invited.invitation_id
