"""Niches and labels of the section, and how an edit shifts them."""
