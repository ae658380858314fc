"""The small world and models of tests/core/trained.py as fixtures of the perturbation tests."""

from core.trained import gest, knn, section, sections, world

__all__ = ["gest", "knn", "section", "sections", "world"]
