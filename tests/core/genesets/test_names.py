"""Names that do not meet, and what was probably meant."""

from ripple_core.genesets.names import advice, are_ids, near

KNOWN = ["Gfap", "Aqp4", "Aqp9", "Cd3e", "Cd3d", "Ms4a1"]


def test_likely_names():
    assert near("Gfpa", KNOWN) == ["Gfap"]
    assert near("aqp", KNOWN) == ["Aqp4", "Aqp9"]
    assert near("Zzz", KNOWN) == []


def test_ids_against_symbols_are_said():
    ids = ["ENSG00000131095", "ENSMUSG00000020932.14", "x"]
    assert are_ids(ids)
    assert not are_ids(KNOWN)
    assert not are_ids([])
    assert advice(ids, KNOWN).startswith("The edit names genes by Ensembl ids, the model by symbols")
    assert advice(KNOWN, ids).startswith("The edit names genes by symbols, the model by Ensembl ids")


def test_a_slip_is_put_right_and_a_stranger_told_what_is_known():
    assert advice(["GFPA", "Cd3"], KNOWN) == "Did you mean Gfap for GFPA; Cd3e, Cd3d for Cd3"
    assert advice(["Qqq"], KNOWN).startswith("The model knows Gfap, Aqp4")
