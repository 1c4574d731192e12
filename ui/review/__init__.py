"""The parts of the weekly review."""
