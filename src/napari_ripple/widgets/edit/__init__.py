"""The edit panel: what is changed in the region's cells."""
