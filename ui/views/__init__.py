"""Saved views: a page as somebody had it, kept under a name."""
