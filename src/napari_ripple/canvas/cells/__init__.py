"""How the cells of a section are drawn: the layer, its shader, and what it shows from far and from near."""
