"""What each channel's customers cost, and what they brought."""
