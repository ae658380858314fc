"""Races: one way of doing a thing against another in the same run, the same results asked of both."""
