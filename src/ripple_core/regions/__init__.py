"""New regions from old ones, from strokes of a brush, and from cells: plain functions on geometry in µm."""
