"""Lifecycle states against what can be worked out by hand."""
