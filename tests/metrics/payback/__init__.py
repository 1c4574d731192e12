"""Payback: cohorts against their cost."""
