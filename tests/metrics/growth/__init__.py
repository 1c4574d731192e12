"""Growth accounting against what can be worked out by hand."""
