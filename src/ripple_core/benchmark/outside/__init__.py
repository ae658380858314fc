"""Methods of other packages, for those who have them installed; what is not here is skipped with a line."""
