"""Open a section, and choose what its cells are coloured by."""
