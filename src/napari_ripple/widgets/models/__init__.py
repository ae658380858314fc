"""The model picker and its parts."""
