"""The Spend import page: bring in what marketing cost, and say which channel is meant."""
