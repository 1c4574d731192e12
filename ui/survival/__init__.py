"""The page of repeat purchase and silence: curves, the churn gap, and what was asked."""
