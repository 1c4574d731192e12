"""Survival of people in small shops, against what can be worked out by hand."""
