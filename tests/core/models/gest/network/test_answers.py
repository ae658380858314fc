"""Answers learned from a made tissue are the world's own: the right genes, the right signs, the right cells."""

import numpy as np
import pytest
import torch
from scipy import sparse

from ripple_core.expression import ExpressionSpace
from ripple_core.models import catalog
from ripple_core.models.gest.meta_cells.vocabulary import Vocabulary
from ripple_core.models.gest.network.answers import Answers, identities, learn_answers, told
from ripple_core.models.gest.network.signals import neighborhood_means
from ripple_core.section import Section
from ripple_core.synthetic import World, WorldSettings
from ripple_core.training.windows import Tissue

LENGTHS = np.array([18.0, 36.0, 72.0, 144.0])


class Lesson:
    """Three sections of a small world, as what answers are learned from."""

    def __init__(self) -> None:
        self.world = World(3, WorldSettings(genes=60, types=4, programs=1))
        sections = [Section.from_anndata(self.world.section(seed, 1500)) for seed in range(3)]
        self.space = ExpressionSpace.fit(sparse.vstack([s.counts for s in sections]).tocsr(), sections[0].genes)
        expression = [self.space.encode(section)[0] for section in sections]
        self.vocabulary = Vocabulary.fit(
            np.concatenate(expression), scale=self.space.std, tokens=128, components=None, levels=(8, 4), seed=0
        )
        self.tissues = [
            Tissue.of(s.xy_um, e, self.vocabulary.tokens(e)) for s, e in zip(sections, expression, strict=True)
        ]

    def learn(self, held_out: int = 1) -> Answers:
        cut = len(self.tissues) - held_out
        parts = self.tissues[:cut], self.tissues[cut:]
        return learn_answers(*parts, self.vocabulary, self.space.mean, self.space.std, LENGTHS, seed=0)


@pytest.fixture(scope="module")
def lesson() -> Lesson:
    return Lesson()


@pytest.fixture(scope="module")
def answers(lesson) -> Answers:
    return lesson.learn()


def response(lesson: Lesson, answers: Answers, extra: float) -> tuple[np.ndarray, np.ndarray]:
    """Mean answer (genes,) in spreads of all cells when every ligand around rises, and by identity's share of receivers."""
    tissue = lesson.tissues[2]
    scaled = ((tissue.expression - lesson.space.mean) / lesson.space.std).astype(np.float32)
    louder = scaled.copy()
    louder[:, lesson.world.programs[0].ligands] += extra
    group = torch.as_tensor(identities(lesson.vocabulary)[tissue.token])
    with torch.no_grad():
        heard = [
            answers(answers.signals(torch.as_tensor(neighborhood_means(tissue.xy_um, tissue.xy_um, x, LENGTHS))), group)
            for x in (scaled, louder)
        ]
    found = ((heard[1] - heard[0]) @ answers.directions.T).numpy()
    return found.mean(axis=0), np.linalg.norm(found, axis=1)


def test_the_genes_that_answer_are_the_worlds(lesson, answers) -> None:
    program = lesson.world.programs[0]
    true = np.zeros(60)
    true[program.responders] = program.response_effect
    found, _ = response(lesson, answers, extra=1.0)
    others = np.setdiff1d(np.arange(60), program.ligands)
    assert np.corrcoef(found[others], true[others])[0, 1] > 0.8
    assert (np.sign(found[program.responders]) == np.sign(program.response_effect)).all()


def test_receivers_answer_more_than_others(lesson, answers) -> None:
    _, strength = response(lesson, answers, extra=1.0)
    kind = lesson.world.tissue(2, 1500).type
    receives = np.isin(kind, lesson.world.programs[0].receivers)
    assert strength[receives].mean() > 2 * strength[~receives].mean()


def test_the_card_names_the_answering_genes(lesson, answers) -> None:
    genes = [str(gene) for gene in lesson.space.genes]
    responders = {genes[gene] for gene in lesson.world.programs[0].responders}
    first = told(answers, genes)[0]
    assert len(responders & {name[1:] for name in first["answered by"]}) >= 5
    assert {name[0] for name in first["answered by"]} == {"+", "−"}


def test_same_seed_same_answers(lesson, answers) -> None:
    again = lesson.learn().state_dict()
    assert all(torch.equal(value, again[name]) for name, value in answers.state_dict().items())


def test_without_a_held_out_section_some_cells_choose(lesson) -> None:
    assert torch.isfinite(lesson.learn(held_out=0).sources).all()


def test_answers_live_in_the_checkpoint(gest_plus, tmp_path) -> None:
    gest_plus.save(tmp_path / "model")
    again = catalog.load(tmp_path / "model").network.answers.state_dict()
    own = gest_plus.network.answers.state_dict()
    assert own.keys() == again.keys()
    assert all(torch.equal(value, again[name]) for name, value in own.items())
    assert gest_plus.record["answer_shares"] == pytest.approx(own["shares"].tolist(), abs=1e-3)


def test_the_papers_network_has_no_answers(gest) -> None:
    assert gest.network.answers is None
