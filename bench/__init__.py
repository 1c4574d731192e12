"""Measurements: what the product promises about speed, printed side by side, never asserted."""
