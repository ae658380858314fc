"""The result panel: what the tissue shows, what the result says, and how to keep it."""
