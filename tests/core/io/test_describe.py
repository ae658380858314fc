"""What is said of a file."""

import json

import numpy as np
import pytest

from ripple_core.errors import DataError
from ripple_core.io.describe import describe
from ripple_core.io.read import read


def test_what_was_found(section, write):
    section.obs["section"] = ["left"] * 60 + ["right"] * 40
    section.uns["spatial_unit"] = "micrometre"
    report = describe(read(write(section)))
    assert (report.name, report.cells, report.genes, report.space) == ("section", 100, 12, "counts")
    assert report.sections == {"left": 60, "right": 40}
    assert report.labels == {"cell_type": {"B": 66, "A": 34}}
    assert report.unit == "µm, as the file says"
    assert 5 < report.nearest_um < 12
    assert report.notes == ()


def test_the_lines_say_the_same(section):
    lines = describe(section).lines()
    assert lines[0] == "section: 100 cells × 12 genes"
    assert lines[1] == "sections: 1: section (100 cells)"
    assert "taken as µm; the file does not say" in lines[2]
    assert lines[4] == "labels in cell_type: 2: B 66, A 34"


def test_a_lone_cell_has_no_neighbour(section):
    lines = describe(section[:1].copy()).lines()
    assert lines[2].endswith("; no cell has a neighbour")


def test_plain_values_for_json(section):
    assert json.loads(json.dumps(describe(section).as_dict()))["cells"] == 100


def test_an_unknown_unit_is_said(section):
    section.obsm["spatial"] = section.obsm["spatial"] * 1000
    report = describe(section)
    assert report.unit == "scaled to µm from an unknown unit"
    assert len(report.notes) == 1


def test_names_of_everything_are_no_labels(section):
    section.obs["barcode"] = [f"b{i}" for i in range(100)]
    section.obs["size"] = np.arange(100.0)
    section.obs["batch"] = "one"
    assert set(describe(section).labels) == {"cell_type"}


def test_overlapping_sections_are_measured_apart(section):
    section.obs["section"] = ["left"] * 50 + ["right"] * 50
    section.obsm["spatial"][50:] = section.obsm["spatial"][:50] + 0.1
    assert describe(section).nearest_um > 5


def test_another_section_column(section):
    assert describe(section, "cell_type").sections == {"A": 34, "B": 66}
    with pytest.raises(DataError, match="donor"):
        describe(section, "donor")


def test_real_files(real_data):
    report = describe(read(real_data / "moffitt_merfish_poa.h5ad"))
    assert (report.cells, report.genes, len(report.sections)) == (17659, 135, 3)
    assert report.unit == "µm, as the file says"
    assert report.labels["cell_type"]["Astrocyte"] > 1000
