"""The small world and models of tests/core/trained.py as fixtures of the model tests."""

from core.trained import gest, gest_plus, knn, section, sections, world

__all__ = ["gest", "gest_plus", "knn", "section", "sections", "world"]
