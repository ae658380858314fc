"""Reading a result: strongest genes, distance, type, and what the tissue shows."""

from __future__ import annotations

import anndata as ad
import numpy as np
import pandas as pd
import pytest

from ripple_core.errors import DataError
from ripple_core.perturb.reading import response


@pytest.fixture
def result() -> ad.AnnData:
    """Four regenerated cells at 5, 15, 25, 35 µm and one ROI cell; gene A falls off, B is edited, C is not in the model."""
    a = np.array([9.0, 4.0, 3.0, 2.0, 1.0])
    made = np.stack([a, -a / 10, np.full(5, np.nan)], axis=1)
    obs = pd.DataFrame(
        {
            "ripple_role": ["roi"] + ["regenerated"] * 4,
            "ripple_distance_um": [-5.0, 5, 15, 25, 35],
            "cell_type": list("xxyxy"),
        }
    )
    var = pd.DataFrame(
        {"ripple_in_model": [True, True, False], "ripple_edited": [False, True, False]}, index=list("ABC")
    )
    adata = ad.AnnData(np.zeros((5, 3)), obs=obs.set_axis([f"c{i}" for i in range(5)]), var=var)
    adata.layers.update(response=made, control=np.ones((5, 3)), perturbed=1 + made, observed=np.full((5, 3), 0.5))
    return adata


def test_gene_table_is_over_regenerated_cells_strongest_first(result) -> None:
    table = response.gene_table(result)
    assert list(table["gene"]) == ["A", "B"]
    assert table["response"].tolist() == pytest.approx([2.5, -0.25])
    assert table["edited"].tolist() == [False, True]


def test_by_distance_gives_each_ring_its_mean(result) -> None:
    curve = response.by_distance(result, ["A"], bins=4)
    assert curve["response"].tolist() == pytest.approx([4, 3, 2, 1])
    assert curve["cells"].tolist() == [1, 1, 1, 1]


def test_by_type_averages_within_types(result) -> None:
    table = response.by_type(result, "cell_type", ["A"])
    assert table["A"].to_dict() == pytest.approx({"x": 3.0, "y": 2.0})


@pytest.mark.parametrize(
    "read", [response.by_distance, lambda result, genes: response.by_type(result, "cell_type", genes)]
)
@pytest.mark.parametrize("gene", ["Nobody", "C"], ids=["not in the section", "not in the model"])
def test_a_gene_without_values_is_refused_not_read_from_another_column(result, read, gene) -> None:
    with pytest.raises(DataError, match=f"genes of the model, found {gene}. There are: A, B"):
        read(result, ["A", gene])


def test_where_every_gene_was_edited_the_mean_is_over_all_of_them(result) -> None:
    result.var["ripple_edited"] = True
    assert response.by_distance(result, bins=4)["response"].tolist() == pytest.approx([2.2, 1.65, 1.1, 0.55])
    assert response.cell_table(_placed(result))["mean_abs_response_simulated"].iloc[1] == pytest.approx(2.2)


def _placed(result: ad.AnnData) -> ad.AnnData:
    result.obsm["spatial"] = np.zeros((result.n_obs, 2))
    result.obs["ripple_order"] = -1
    return result


def test_anything_else_than_a_result_is_refused() -> None:
    with pytest.raises(DataError, match="result"):
        response.gene_table(ad.AnnData(np.zeros((2, 2))))


def test_rings_say_between_what_their_cells_lie(result) -> None:
    ring = response.by_distance(result, ["A"], bins=1).iloc[0]
    assert (ring["low"], ring["high"]) == pytest.approx(tuple(np.percentile([4, 3, 2, 1], [25, 75])))
    assert ring["cells"] == 4


def test_types_share_the_rings_of_all_cells(result) -> None:
    table = response.by_distance_and_type(result, "cell_type", ["A"], bins=4)
    x = table[table["type"] == "x"]
    assert x["cells"].tolist() == [1, 0, 1, 0]
    assert x["response"].tolist() == pytest.approx([4, np.nan, 2, np.nan], nan_ok=True)
    assert table.groupby("type")["cells"].sum().to_dict() == {"x": 2, "y": 2}
    one = response.by_distance_and_type(result, "cell_type", ["A"], bins=4, types=1)
    assert one["type"].nunique() == 1


def test_types_are_counted_the_strongest_first(result) -> None:
    result.obs["ripple_q"] = [np.nan, 0.01, 0.2, 0.03, 0.5]
    table = response.types(result, "cell_type")
    assert table["type"].tolist() == ["x", "y"]
    assert table["response"].tolist() == pytest.approx([3.0, 2.0])
    assert table["significant"].tolist() == [2, 0]
    with pytest.raises(DataError, match="cell_type"):
        response.types(result, "niche")
