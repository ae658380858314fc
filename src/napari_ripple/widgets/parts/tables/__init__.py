"""What lists rows: the table, and what all tables have in common."""
