"""What a meeting remembers: targets and how they are kept, decisions, annotations."""
