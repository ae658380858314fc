"""The small world and models of tests/core/trained.py as fixtures of the benchmark tests."""

from core.trained import gest, knn, section, sections, world

__all__ = ["gest", "knn", "section", "sections", "world"]
