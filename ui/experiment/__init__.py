"""The page of one experiment: verdict, trust, every metric, its course, its segments."""
