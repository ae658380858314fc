"""What the benchmark measures on: datasets and their splits, real perturbations, made worlds, hidden regions."""
