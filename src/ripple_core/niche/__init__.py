"""What kind of place each cell stands in: embedding, clusters of places, and labels learned from annotated sections."""
