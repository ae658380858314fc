"""The regenerate panel: how far, how sure, and the button."""
