"""Own numbers of two arms, typed, pasted or from a file, judged as an experiment is."""
