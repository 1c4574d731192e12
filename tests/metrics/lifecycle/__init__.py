"""The lifecycle funnel against what can be worked out by hand."""
