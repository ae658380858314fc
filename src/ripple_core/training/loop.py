"""The one training loop: draws batches, steps, looks at held-out windows, keeps the best weights, resumes after a kill."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save
from torch import Tensor, nn

from ripple_core.errors import CheckpointError, sentence
from ripple_core.files import replacing_folder
from ripple_core.progress import Progress
from ripple_core.training.config import TrainSettings
from ripple_core.training.threads import fastest_threads
from ripple_core.training.windows import Batch, WindowSampler

WARM_UP_STEPS = 50
WEIGHT_DECAY = 0.05
TIMED_STEPS = 10
LOWEST_RATE_SHARE = 0.02

Loss = Callable[[Batch, np.random.Generator], Tensor]


@dataclass(frozen=True)
class LossPoint:
    """One look at the run: step, training loss since the last look, held-out loss, seconds so far."""

    step: int
    train: float
    held_out: float
    seconds: float


class TrainingLoop:
    """Trains a network on windows; iterate over :meth:`run` and stop whenever you like.

    Parameters
    ----------
    network
        Holds the weights; after :meth:`run` it holds the best ones, by held-out loss.
    loss
        Loss of a batch in training (with noise, from the rng given).
    held_out_loss
        Loss of a batch as it is.
    sampler, held_out
        Training windows; fixed held-out batches.
    folder
        Where the state is kept for resuming; None keeps none.
    """

    def __init__(
        self,
        network: nn.Module,
        loss: Loss,
        held_out_loss: Callable[[Batch], Tensor],
        sampler: WindowSampler,
        held_out: list[Batch],
        settings: TrainSettings,
        folder: Path | None = None,
    ) -> None:
        self.network, self.loss, self.held_out_loss = network, loss, held_out_loss
        self.sampler, self.held_out, self.settings, self.folder = sampler, held_out, settings, folder
        self.optimizer = torch.optim.AdamW(_decay_groups(network), lr=settings.learning_rate, betas=(0.9, 0.98))
        self.step, self.seconds, self.planned = 0, 0.0, settings.steps or 0
        self.history: list[LossPoint] = []
        self.best: dict[str, Tensor] = _copy(network)

    def run(self) -> Iterator[Progress]:
        """Train, yielding a Progress a step; ``partial`` is a LossPoint at each look at the held-out windows."""
        started, before, recent = time.monotonic(), self.seconds, []
        if self.settings.steps is None:
            fastest_threads(self._rehearse)
        while not self._finished():
            recent.append(self._train_step())
            self.seconds = before + time.monotonic() - started
            if self.planned == 0 and self.step >= TIMED_STEPS:
                self.planned = self._plan()
            point = None
            if self.step % self.settings.evaluate_every == 0 or self._finished():
                self.planned = self.settings.steps or self._plan()
                point = self._look(float(np.mean(recent)))
                recent.clear()
            yield Progress(self.step, self.planned, f"loss {recent[-1]:.3f}" if recent else self._told(), point)
        self.network.load_state_dict(self.best)

    def _train_step(self) -> float:
        for group in self.optimizer.param_groups:
            group["lr"] = self.settings.learning_rate * self._rate_share()
        rng = np.random.default_rng([self.settings.seed, self.step])
        self.network.train()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self.settings.seed * 1_000_003 + self.step)
            loss = self.loss(self.sampler.draw(rng, self.settings.batch), rng)
            self.optimizer.zero_grad(set_to_none=True)
            loss.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self.optimizer.step()
        self.step += 1
        return float(loss.detach())

    def _rehearse(self) -> None:
        """The work of a step without its effect, to time it."""
        with torch.random.fork_rng(devices=[]):
            rng = np.random.default_rng(self.settings.seed)
            self.loss(self.sampler.draw(rng, self.settings.batch), rng).backward()
        self.optimizer.zero_grad(set_to_none=True)

    def _rate_share(self) -> float:
        warm = min(1.0, (self.step + 1) / WARM_UP_STEPS)
        done = min(1.0, self.step / self.planned) if self.planned else 0.0
        return warm * (LOWEST_RATE_SHARE + (1 - LOWEST_RATE_SHARE) * 0.5 * (1 + math.cos(math.pi * done)))

    def _plan(self) -> int:
        """Steps that fit into the minutes allowed at the pace so far, a tenth of the time kept for looks and scores."""
        left = 0.9 * self.settings.max_minutes * 60 - self.seconds
        return self.step + max(1, int(left * self.step / max(self.seconds, 1e-6)))

    def _finished(self) -> bool:
        out_of_time = self.seconds >= self.settings.max_minutes * 60
        return (self.planned > 0 and self.step >= self.planned) or out_of_time or self._stale() > self.settings.patience

    def _stale(self) -> int:
        """Looks since the held-out loss was last at its best."""
        if not self.history:
            return 0
        losses = [point.held_out for point in self.history]
        return len(losses) - 1 - int(np.argmin(losses))

    def _look(self, train: float) -> LossPoint:
        self.network.eval()
        with torch.no_grad():
            held_out = (
                float(np.mean([float(self.held_out_loss(batch)) for batch in self.held_out]))
                if self.held_out
                else train
            )
        point = LossPoint(self.step, train, held_out, self.seconds)
        self.history.append(point)
        if self._stale() == 0:
            self.best = _copy(self.network)
        if self.folder is not None:
            self._save(self.folder)
        return point

    def _told(self) -> str:
        point = self.history[-1]
        return f"step {point.step}: loss {point.train:.3f}, held out {point.held_out:.3f}"

    def _save(self, folder: Path) -> None:
        """Write the whole state, or leave the old one."""
        tensors = {f"network.{k}": v for k, v in _copy(self.network).items()} | {
            f"best.{k}": v for k, v in self.best.items()
        }
        for i, state in self.optimizer.state_dict()["state"].items():
            tensors |= {f"optimizer.{i}.{k}": v.clone() for k, v in state.items()}
        record = {
            "step": self.step,
            "seconds": self.seconds,
            "planned": self.planned,
            "settings": self.settings.model_dump(),
        }
        record["history"] = [vars(point) for point in self.history]
        with replacing_folder(folder) as temporary:
            (temporary / "state.safetensors").write_bytes(save({k: v.contiguous() for k, v in tensors.items()}))
            (temporary / "state.json").write_text(json.dumps(record), encoding="utf-8")

    def resume(self) -> bool:
        """Take up the state kept in the folder; False when there is none."""
        if self.folder is None or not (self.folder / "state.json").exists():
            return False
        try:
            record: dict[str, Any] = json.loads((self.folder / "state.json").read_text(encoding="utf-8"))
            tensors = load_file(self.folder / "state.safetensors")
            self.network.load_state_dict(_under(tensors, "network."))
        except (OSError, ValueError, SafetensorError, RuntimeError) as error:
            found = f"a state in {self.folder} that does not fit ({str(error).splitlines()[0]})"
            raise CheckpointError(
                sentence("the state of an interrupted training of this model", found, "Train without --resume")
            ) from None
        self.best = _under(tensors, "best.")
        state = self.optimizer.state_dict()
        for name, tensor in _under(tensors, "optimizer.").items():
            index, key = name.split(".")
            state["state"].setdefault(int(index), {})[key] = tensor
        self.optimizer.load_state_dict(state)
        self.step, self.seconds, self.planned = record["step"], record["seconds"], record["planned"]
        self.history = [LossPoint(**point) for point in record["history"]]
        return True


def _copy(network: nn.Module) -> dict[str, Tensor]:
    return {name: value.detach().to("cpu", copy=True).contiguous() for name, value in network.state_dict().items()}


def _under(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name[len(prefix) :]: value for name, value in tensors.items() if name.startswith(prefix)}


def _decay_groups(network: nn.Module) -> list[dict[str, Any]]:
    """Decay matrices only, not biases, norms or single vectors."""
    named = [p for p in network.parameters() if p.requires_grad]
    return [
        {"params": [p for p in named if p.ndim >= 2], "weight_decay": WEIGHT_DECAY},
        {"params": [p for p in named if p.ndim < 2], "weight_decay": 0.0},
    ]
