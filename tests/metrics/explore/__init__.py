"""Ad-hoc questions and the people behind them."""
