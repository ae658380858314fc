"""Files in: which reader opens which file, and what was found in it."""
