"""The cohort page's parts: what is asked, how it is chosen, the table of cohorts, the curves."""
