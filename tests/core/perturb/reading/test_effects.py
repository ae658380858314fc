"""Spill-over apart from response, chance, range: numbers by hand, and sentences that say which."""

from __future__ import annotations

import numpy as np

from ripple_core.perturb.chance.calibration import NullStatistics
from ripple_core.perturb.reading import effects

EDITED = np.array([True, False, False])
RESPONSE = np.array([[4.0, 0.0, 0.0], [2.0, 0.0, 0.0], [0.3, 0.1, -0.1], [0.3, -0.1, -0.1]])


def test_spill_over_is_counted_apart_from_the_response_of_other_genes() -> None:
    found = effects.measured(RESPONSE, 2, EDITED, None)
    assert found["spill_over"]["genes"] == 1
    np.testing.assert_allclose(found["spill_over"]["mean_response"], 0.3)
    np.testing.assert_allclose(found["spill_over"]["share_of_edit"], 0.1)
    np.testing.assert_allclose(found["unedited_response"]["mean_response"], 0.05)
    np.testing.assert_allclose(found["unedited_response"]["mean_by_cell"], 0.1)
    assert "null" not in found


def test_significant_genes_and_cells_are_counted_and_said() -> None:
    q = np.array([np.nan, 0.01, 0.2])
    found = effects.measured(RESPONSE, 2, EDITED, NullStatistics(q, q, q[1:], q[1:], 20))
    assert found["null"] == {
        "placebos": 20, "genes_tested": 2, "genes_significant": 1, "genes_strong": 0, "cells_tested": 2, "cells_significant": 1,
    }  # fmt: skip
    record = {
        **found,
        "out_of_range": 0.2,
        "out_of_range_before": 0.01,
        "recipe": {"settings": {"null_kind": "regions"}},
    }
    lines = effects.sentences(record)
    assert lines[0].startswith(
        "20% of the edited cells look unlike any cell of the training (1% before the edit): the model has"
    )
    assert (
        lines[1]
        == "spill-over of the 1 edited gene: mean change 0.300 around the region, 10% of the change inside the region"
    )
    assert lines[2] == "response of the 2 other genes: mean change 0.0500 around the region"
    assert "1 of 2 genes not edited (0 at least a tenth as strong as the strongest), 1 of 2 cells" in lines[3]
    assert "20 random places" in lines[3]


def test_before_the_first_cell_nothing_responds() -> None:
    found = effects.measured(RESPONSE[:2], 2, EDITED, None)
    assert found["spill_over"]["mean_response"] == 0.0
    assert found["unedited_response"]["mean_response"] == 0.0


def test_an_older_record_and_a_model_without_tokens_say_less() -> None:
    assert effects.sentences({"out_of_range": None}) == []
    assert effects.sentences({"out_of_range": 0.6}) == [
        "60% of the edited cells look unlike any cell of the training: the edit leaves what the model has seen. "
        "Try whether the response holds at a lower dose."
    ]
    assert effects.range_sentence({"out_of_range": 0.01}).endswith("stays within what the model has seen.")


def test_too_few_placebos_are_said_to_be_too_few() -> None:
    nothing = np.full(3, np.nan)
    found = effects.measured(RESPONSE, 2, EDITED, NullStatistics(nothing, nothing, nothing[1:], nothing[1:], 2))
    assert "too few" in effects.null_sentence(found["null"], "genes")


def test_waves_say_how_near_they_are_to_the_exact_order() -> None:
    said = effects.waves_sentence({"apart_um": 45.0, "pearson": 0.9987, "cells": 300})
    assert "45 µm apart" in said
    assert "0.9987" in said
    assert "too small" in effects.waves_sentence({"apart_um": 0.0, "pearson": 1.0, "cells": 0})
    assert "too little" in effects.waves_sentence({"apart_um": 0.0, "pearson": 0.8, "cells": 300})
