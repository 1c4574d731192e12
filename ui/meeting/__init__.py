"""The page of targets, decisions and annotations."""
