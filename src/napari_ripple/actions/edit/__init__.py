"""What is changed in the region: genes by hand or by a table, and whole cells."""
