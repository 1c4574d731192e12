"""Tests of the pure maths."""
