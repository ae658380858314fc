"""Results kept on a list, compared, and made many at a time."""
