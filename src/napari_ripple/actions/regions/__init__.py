"""Draw regions, and make them from others, from strokes and from labels."""
