"""The small menu of every number: explain, open in Explore, people, why, copy link, annotate."""
