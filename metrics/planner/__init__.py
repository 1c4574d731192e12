"""Before an experiment: how many units, how many days, how small an effect, from own history."""
