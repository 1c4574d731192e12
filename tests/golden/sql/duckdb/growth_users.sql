WITH visible_growth_flows AS (
  SELECT
    growth_flows.grain AS grain,
    growth_flows.starts_on AS starts_on,
    growth_flows.criterion AS criterion,
    growth_flows.market AS market,
    growth_flows.channel AS channel,
    growth_flows.platform AS platform,
    growth_flows."new" AS "new",
    growth_flows.retained AS retained,
    growth_flows.back_30 AS back_30,
    growth_flows.back_60 AS back_60,
    growth_flows.back_90 AS back_90,
    growth_flows.back_180 AS back_180,
    growth_flows.back_later AS back_later
  FROM growth_flows
  WHERE
    growth_flows.market IN ('CN', 'O''Brien') AND growth_flows.channel IN ('kol')
)
SELECT
  visible_growth_flows.starts_on,
  visible_growth_flows.channel AS value,
  CAST(SUM(visible_growth_flows."new") AS INT) AS "new",
  CAST(SUM(visible_growth_flows.retained) AS INT) AS retained,
  CAST(SUM(visible_growth_flows.back_30) AS INT) AS back_30,
  CAST(SUM(visible_growth_flows.back_60) AS INT) AS back_60,
  CAST(SUM(visible_growth_flows.back_90) AS INT) AS back_90,
  CAST(SUM(visible_growth_flows.back_180) AS INT) AS back_180,
  CAST(SUM(visible_growth_flows.back_later) AS INT) AS back_later
FROM visible_growth_flows
WHERE
  visible_growth_flows.grain = 'month'
  AND visible_growth_flows.criterion = 'active'
  AND visible_growth_flows.starts_on >= '2024-01-01'
  AND visible_growth_flows.starts_on < '2024-03-01'
GROUP BY
  visible_growth_flows.starts_on,
  visible_growth_flows.channel
ORDER BY
  visible_growth_flows.starts_on,
  value
