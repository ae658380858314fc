"""Training: windows of cells, one loop, and the sequence from sections to a checkpoint."""
