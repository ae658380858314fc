"""Edit a region, regenerate its surroundings beside a control, and read the response."""
