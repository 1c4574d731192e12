"""Costs and value of channels."""
