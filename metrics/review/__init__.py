"""The weekly review: every metric of the deck over weeks, months and the year, with its signals."""
