"""When customers have brought what they cost: cohorts by month, channel or market."""
