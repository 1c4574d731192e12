"""The calculator page: two arms of own numbers, typed, pasted or from a file."""
