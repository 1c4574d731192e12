"""The weekly review: ranges, numbers, signals, words."""
