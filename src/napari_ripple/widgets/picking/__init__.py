"""Pick genes from a DEG table: where it comes from, its volcano, its cut-offs and the list of what is chosen."""
