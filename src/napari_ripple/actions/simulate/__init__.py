"""The model, how it is asked, and the run: first cells, regeneration, and the badge."""
