"""What the next customer of a channel costs, and what moving budget between channels would do."""
