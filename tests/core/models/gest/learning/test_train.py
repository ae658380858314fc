"""Training from expression that is never whole in memory: the same model, weight by weight."""

from __future__ import annotations

import numpy as np
import pytest
from core.trained import SMALL_GEST

from ripple_core import mapped
from ripple_core.encoded import EncodedAnew
from ripple_core.section import Section
from ripple_core.trainer import train


def test_expression_that_does_not_fit_is_encoded_window_by_window(
    gest_plus, sections: list[Section], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    encode = EncodedAnew.__getitem__

    def counted(self: EncodedAnew, rows: np.ndarray) -> np.ndarray:
        found = encode(self, rows)
        asked.append(len(found))
        return found

    monkeypatch.setattr(mapped, "MOST_OF_FREE", 0.0)
    monkeypatch.setattr(EncodedAnew, "__getitem__", counted)
    again = train(sections, "gest-plus", config=SMALL_GEST, steps=30, batch=4, evaluate_every=10, device="cpu")
    assert asked.count(SMALL_GEST["max_cells"]) >= 30 * 4
    for name, value in gest_plus.network.state_dict().items():
        np.testing.assert_allclose(again.network.state_dict()[name], value, rtol=1e-5, atol=1e-6, err_msg=name)
