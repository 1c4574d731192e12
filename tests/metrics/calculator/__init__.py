"""Tests of own numbers compared."""
