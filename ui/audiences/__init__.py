"""Audiences: lists of people that the team keeps as definitions and asks again."""
