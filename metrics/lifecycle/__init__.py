"""The lifecycle funnel: of the people acquired in a period, how many came how far, and how soon."""
