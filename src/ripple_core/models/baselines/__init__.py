"""Plain rules that every model is held against; models like any other."""
