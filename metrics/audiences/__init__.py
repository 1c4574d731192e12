"""Lists of people as definitions: written when somebody keeps one, read when it is asked again."""
