"""What chance does: placebos of an edit, and how rarely they do as much."""
