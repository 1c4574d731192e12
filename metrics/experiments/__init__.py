"""Experiments: who met which arm, what they did afterwards, and what may be concluded from it."""
