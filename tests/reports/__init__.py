"""Tests of the files that a review becomes."""
