"""DEG tables and gene sets: one file format a module."""
