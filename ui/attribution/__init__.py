"""The page of attribution: what each model gives each channel, and where conclusions part."""
