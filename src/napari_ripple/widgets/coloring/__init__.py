"""What cells are coloured by, and what the colours mean: gene, set or label, colour bar, legend."""
