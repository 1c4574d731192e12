"""The page that lists every experiment, and the programme they make."""
