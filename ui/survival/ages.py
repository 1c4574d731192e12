"""Days at which the curves are told in numbers and in lists."""

AGES = (30, 90, 180, 365)
