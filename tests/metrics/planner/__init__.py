"""The planner: sizes by hand, history against an oracle, statements, command."""
