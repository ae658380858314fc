"""Keeping, opening and finding one's way: the bar above the panels, its cards, and the windows that it opens."""
