"""Experiments: plans and what is read of them."""
