"""Growth accounting: active or buying users, and money, as flows from one period to the next."""
