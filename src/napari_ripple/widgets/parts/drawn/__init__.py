"""What panels draw: charts, and bars beside names."""
