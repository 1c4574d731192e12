"""The channel page: what customers cost and what they bring, row by row."""
