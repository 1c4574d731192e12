"""The page that takes a change apart."""
