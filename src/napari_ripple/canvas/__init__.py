"""What one viewer draws: layers of cells and regions, kept as the Session says."""
