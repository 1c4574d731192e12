WITH visible_acquired AS (
  SELECT
    acquired.population AS population,
    acquired.person_no AS person_no,
    acquired.market AS market,
    acquired.channel AS channel,
    acquired.platform AS platform,
    acquired.campaign AS campaign,
    acquired.acquired_at AS acquired_at,
    acquired.acquired_on AS acquired_on,
    acquired.retained_on AS retained_on,
    acquired.converted_at AS converted_at,
    acquired.referred_at AS referred_at
  FROM acquired
  WHERE
    acquired.market IN ('CN', 'O''Brien') AND acquired.channel IN ('kol')
), behind_channel AS (
  SELECT
    visible_acquired.person_no AS person_no,
    visible_acquired.acquired_on AS acquired_on,
    visible_acquired.campaign AS campaign
  FROM visible_acquired
  WHERE
    visible_acquired.population = 'registered'
    AND visible_acquired.acquired_on >= '2024-01-01'
    AND visible_acquired.acquired_on < '2024-02-01'
    AND visible_acquired.channel = 'kol'
)
SELECT
  behind_channel.person_no,
  behind_channel.acquired_on,
  behind_channel.campaign
FROM behind_channel
