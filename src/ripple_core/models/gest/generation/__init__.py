"""From a trained GeST to cells: windows over regions of any size, decoded with what was computed kept."""
