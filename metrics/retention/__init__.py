"""Retention: of the people who began in a period, how many came back, how often, and what for."""
