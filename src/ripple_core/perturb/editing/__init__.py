"""What an edit is, where it comes from, and what it does to a section before anything is regenerated."""
