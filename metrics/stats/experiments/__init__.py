"""Comparing the arms of an experiment, from sums: nothing here knows a database or a page.

`Sums` are what a warehouse sends for one arm (they add up over days and segments); every comparison
takes the sums of control and treatment and answers with one `Effect`. What cannot be computed has a
status with its reason, never a p-value of 1 or 0.

- two rates: `proportions`; means, ratios of sums, CUPED: `means`; quantiles: `quantiles`
- looks before the end: `group_sequential` (a planned end), `always_valid` (none)
- `modes` reads one comparison as a fixed, a group-sequential or an always-valid test
- `srm`, `multiplicity`, `segments`, `non_inferiority`, `bayes`, `power`
"""
