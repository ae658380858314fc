"""How regions are drawn: their layer and shapes, the pen and the brush."""
