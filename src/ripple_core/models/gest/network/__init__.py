"""The network and the plain ways from known cells to a new one that stand beside it."""
