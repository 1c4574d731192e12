"""The payback page."""
