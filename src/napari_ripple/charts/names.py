"""Where the names of points stand: above their points, inside the chart, none over another."""

from __future__ import annotations

from collections.abc import Sequence

Point = tuple[float, float, float]
"""Where a point stands (pixels from the left, pixels from below) and how wide its name is (pixels)."""
Place = tuple[float, float]


def places(points: Sequence[Point], room: float, line: float) -> list[Place]:
    """Left edge and lower edge (pixels) of each point's name, which is ``line`` high, in a chart ``room`` wide.

    A name begins at its point and goes towards the middle. Points near the middle are named first, so that the thread
    from a point to its name does not cross the names of points beside it.

    >>> places([(10, 50, 40), (30, 50, 40), (90, 20, 40)], room=100, line=14)
    [(10, 64), (30, 50), (50, 20)]
    """
    found: dict[int, Place] = {}
    order = sorted(range(len(points)), key=lambda one: (abs(points[one][0] - room / 2), points[one][1]))
    for one in order:
        x, height, width = points[one]
        left = min(max(x if x < room / 2 else x - width, 0), max(room - width, 0))
        taken = sorted(
            low for other, (edge, low) in found.items() if edge < left + width and left < edge + points[other][2]
        )
        for low in taken:
            if low - line < height < low + line:
                height = low + line
        found[one] = (left, height)
    return [found[one] for one in range(len(points))]
