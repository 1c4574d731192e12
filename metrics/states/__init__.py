"""Lifecycle states: how many users are new, active, dormant, churned, resurrected on a date."""
