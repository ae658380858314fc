"""The niches panel and its parts."""
