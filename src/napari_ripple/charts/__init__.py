"""Interactive charts of plain tables, in the colours of a theme or of paper; they know no session."""
