"""The budget page: what the next customer costs, curves, plans, experiments."""
