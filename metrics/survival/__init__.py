"""Survival: how long until the second purchase, and until the last sign of life."""
