"""The few numbers of a result, against a loop over its cells and genes."""

from __future__ import annotations

import numpy as np
import pytest

from ripple_core.perturb.editing import edits
from ripple_core.perturb.reading.headline import headline
from ripple_core.perturb.run import perturb
from ripple_core.roi import Roi

ROI = Roi.circle((120, 120), 40)


def test_cells_strongest_gene_and_strength_are_those_of_a_loop(gest, section) -> None:
    result = perturb(section, gest, ROI, edits.knockout(list(section.genes[:3])), zone_um=50)
    means, sizes = {}, []
    for gene in result.var_names:
        rows = result.obs["ripple_role"].to_numpy() == "regenerated"
        values = result.layers["response"][rows][:, result.var_names.get_loc(gene)]
        if not result.var.loc[gene, "ripple_edited"]:
            means[gene] = sum(map(float, values)) / len(values)
            sizes += [abs(float(value)) for value in values]
    found = headline(result)
    strongest = max(means, key=lambda gene: abs(means[gene]))
    assert (found.cells, found.gene) == (rows.sum(), strongest)
    assert found.change == pytest.approx(means[strongest], rel=1e-4)
    assert found.strength == pytest.approx(np.mean(sizes), rel=1e-4)


def test_an_edit_of_every_gene_is_told_by_all(knn, section) -> None:
    result = perturb(section, knn, ROI, edits.knockout(list(section.genes)), zone_um=50)
    assert headline(result).gene in set(section.genes)
