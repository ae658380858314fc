"""The parts of the region panel: tools, list, changes, regions made of cells, and what a region holds."""
