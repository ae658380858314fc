"""The tissue panel: a section opened, described and coloured."""
