"""The page of lifecycle states: who is active, who sleeps, who has gone, and who moved."""
