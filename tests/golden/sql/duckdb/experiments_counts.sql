WITH visible_experiment_cells AS (
  SELECT
    experiment_cells.experiment_id AS experiment_id,
    experiment_cells.days AS days,
    experiment_cells.exposed_on AS exposed_on,
    experiment_cells.market AS market,
    experiment_cells.arm AS arm,
    experiment_cells.segmentation AS segmentation,
    experiment_cells.segment AS segment,
    experiment_cells.n AS n,
    experiment_cells.unrated AS unrated,
    experiment_cells.bought AS bought,
    experiment_cells.first_order AS first_order,
    experiment_cells.orders AS orders,
    experiment_cells.gmv AS gmv,
    experiment_cells.net_revenue AS net_revenue,
    experiment_cells.margin AS margin,
    experiment_cells.refunds AS refunds,
    experiment_cells.active_days AS active_days,
    experiment_cells.returned AS returned,
    experiment_cells.prior_orders AS prior_orders,
    experiment_cells.prior_gmv AS prior_gmv,
    experiment_cells.prior_net_revenue AS prior_net_revenue,
    experiment_cells.prior_margin AS prior_margin,
    experiment_cells.prior_active_days AS prior_active_days,
    experiment_cells.bought_x_bought AS bought_x_bought,
    experiment_cells.first_order_x_first_order AS first_order_x_first_order,
    experiment_cells.orders_x_orders AS orders_x_orders,
    experiment_cells.orders_x_gmv AS orders_x_gmv,
    experiment_cells.orders_x_active_days AS orders_x_active_days,
    experiment_cells.orders_x_prior_orders AS orders_x_prior_orders,
    experiment_cells.orders_x_prior_gmv AS orders_x_prior_gmv,
    experiment_cells.orders_x_prior_active_days AS orders_x_prior_active_days,
    experiment_cells.gmv_x_gmv AS gmv_x_gmv,
    experiment_cells.gmv_x_refunds AS gmv_x_refunds,
    experiment_cells.gmv_x_prior_orders AS gmv_x_prior_orders,
    experiment_cells.gmv_x_prior_gmv AS gmv_x_prior_gmv,
    experiment_cells.net_revenue_x_net_revenue AS net_revenue_x_net_revenue,
    experiment_cells.net_revenue_x_prior_net_revenue AS net_revenue_x_prior_net_revenue,
    experiment_cells.margin_x_margin AS margin_x_margin,
    experiment_cells.margin_x_prior_margin AS margin_x_prior_margin,
    experiment_cells.refunds_x_refunds AS refunds_x_refunds,
    experiment_cells.active_days_x_active_days AS active_days_x_active_days,
    experiment_cells.active_days_x_prior_orders AS active_days_x_prior_orders,
    experiment_cells.active_days_x_prior_active_days AS active_days_x_prior_active_days,
    experiment_cells.returned_x_returned AS returned_x_returned,
    experiment_cells.prior_orders_x_prior_orders AS prior_orders_x_prior_orders,
    experiment_cells.prior_orders_x_prior_gmv AS prior_orders_x_prior_gmv,
    experiment_cells.prior_orders_x_prior_active_days AS prior_orders_x_prior_active_days,
    experiment_cells.prior_gmv_x_prior_gmv AS prior_gmv_x_prior_gmv,
    experiment_cells.prior_net_revenue_x_prior_net_revenue AS prior_net_revenue_x_prior_net_revenue,
    experiment_cells.prior_margin_x_prior_margin AS prior_margin_x_prior_margin,
    experiment_cells.prior_active_days_x_prior_active_days AS prior_active_days_x_prior_active_days
  FROM experiment_cells
  WHERE
    experiment_cells.market IN ('CN', 'O''Brien')
    AND experiment_cells.market IN ('CN')
)
SELECT
  visible_experiment_cells.experiment_id,
  visible_experiment_cells.segmentation,
  visible_experiment_cells.segment,
  CASE
    WHEN (
      visible_experiment_cells.segmentation = 'all'
    )
    THEN visible_experiment_cells.exposed_on
  END AS exposed_on,
  visible_experiment_cells.arm,
  SUM(visible_experiment_cells.n) AS n
FROM visible_experiment_cells
WHERE
  visible_experiment_cells.experiment_id IN ('O''Brien''s button', 'checkout')
  AND visible_experiment_cells.days = 0
GROUP BY
  visible_experiment_cells.experiment_id,
  visible_experiment_cells.segmentation,
  visible_experiment_cells.segment,
  CASE
    WHEN (
      visible_experiment_cells.segmentation = 'all'
    )
    THEN visible_experiment_cells.exposed_on
  END,
  visible_experiment_cells.arm
