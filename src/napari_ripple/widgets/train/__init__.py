"""The train panel and its parts."""
