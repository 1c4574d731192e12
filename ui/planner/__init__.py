"""The planner page: how large a test must be, and the form that writes its plan down."""
