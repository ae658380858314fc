"""Read, show and keep what has been simulated, and hold it against real cells."""
