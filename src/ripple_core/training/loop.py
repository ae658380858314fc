"""The one training loop: takes steps, looks at held-out windows, keeps the best weights, resumes after a kill."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor, nn

from ripple_core.progress import Progress
from ripple_core.training.config import TrainSettings
from ripple_core.training.fabric import processes_here
from ripple_core.training.optimizer import adamw, rate_share
from ripple_core.training.prefetch import ahead, builders_beside
from ripple_core.training.share import Share, shares
from ripple_core.training.state import State, weights
from ripple_core.training.threads import fastest_threads
from ripple_core.training.windows import Batch, WindowSampler

if TYPE_CHECKING:
    from lightning_fabric import Fabric

TIMED_STEPS = 10
EARLY_LOOKS = (10, 30)
"""Steps of looks before the first usual one: on a slow machine that one comes after minutes, and a loss that runs away shows at once."""
KEPT_EVERY_S = 20.0
"""The state is kept at each look at the held-out windows, and between two looks so often: a slow training loses no more by a kill."""

Loss = Callable[[nn.Module, Batch], Tensor]
Noise = Callable[[Batch, np.random.Generator], Batch]


@dataclass(frozen=True)
class LossPoint:
    """One look at the run: step, training loss since the last look, held-out loss, seconds so far."""

    step: int
    train: float
    held_out: float
    seconds: float


class TrainingLoop:
    """Trains a network on windows; iterate over :meth:`run` and stop whenever you like.

    The windows of a step, and the noise they are read through, follow from the seed and the step alone: they are the same ahead of time,
    after a kill, and in every process. Each process computes its share of them.
    Who sends True in place of asking for the next step ends the run there.

    Parameters
    ----------
    fabric
        Devices and processes, from :func:`ripple_core.training.fabric.start`.
    network
        Holds the weights; after :meth:`run` it holds the best ones, by held-out loss.
    loss
        Mean loss over the cells that a network is asked for in a batch.
    noise
        Decides what is read in training (``Batch.seen``), from the rng given.
    sampler, held_out
        Training windows; fixed held-out batches.
    folder
        Where the state is kept for resuming; None keeps none.
    """

    def __init__(
        self,
        fabric: Fabric,
        network: nn.Module,
        loss: Loss,
        noise: Noise,
        sampler: WindowSampler,
        held_out: Sequence[Batch],
        settings: TrainSettings,
        folder: Path | None = None,
    ) -> None:
        self.fabric, self.network, self.loss, self.noise = fabric, network, loss, noise
        self.sampler, self.held_out, self.settings, self.folder = sampler, held_out, settings, folder
        self.optimizer = adamw(network, settings.learning_rate)
        self._module, self._optimizer = fabric.setup(network, self.optimizer)
        self.step, self.seconds, self.waited, self.planned = 0, 0.0, 0.0, settings.steps or 0
        self.history: list[LossPoint] = []
        self.stopped, self.kept_at = False, 0.0
        self.best = weights(network)

    def run(self) -> Generator[Progress, bool | None, None]:
        """Train, yielding a Progress a step; ``partial`` is a LossPoint at each look at the held-out windows.

        When it is closed before its end, the threads that build batches end too.
        """
        if self.settings.steps is None:
            rehearsed = self._build(self.step)[0]
            fastest_threads(lambda: self._rehearse(rehearsed))
        builders = builders_beside(self.fabric.device.type, processes_here())
        with closing(ahead(self._build, self.step, builders=builders)) as batches:
            yield from self._steps(batches)
        self.network.load_state_dict(self.best)

    def _steps(self, batches: Iterator[list[Share]]) -> Generator[Progress, bool | None, None]:
        started, before, recent = time.monotonic(), self.seconds, []
        while not self._finished():
            asked = time.monotonic()
            parts = next(batches)
            self.waited += time.monotonic() - asked
            loss, self.seconds = self._agreed(self._train_step(parts), before + time.monotonic() - started)
            recent.append(loss)
            if self.planned == 0 and self.step >= TIMED_STEPS:
                self.planned = self._plan()
            point = None
            if self._is_looked_at() or self._finished():
                self.planned = self.settings.steps or self._plan()
                point = self._look(float(np.mean(recent)))
                recent.clear()
            elif self.seconds - self.kept_at > KEPT_EVERY_S:
                self._keep()
            said = f"loss {recent[-1]:.3f}" if recent else self._told()
            self.stopped = bool((yield Progress(self.step, self.planned, said, point)))
            if self.stopped:
                if recent:
                    self._look(float(np.mean(recent)))
                return

    def _build(self, step: int) -> list[Share]:
        """This process's share of the windows of a step, in as many parts as gradients are accumulated over."""
        rng = np.random.default_rng([self.settings.seed, step])
        whole = self.noise(self.sampler.draw(rng, self.settings.batch * self.settings.accumulate), rng)
        return shares(whole, self.settings.accumulate, self.fabric.global_rank, self.fabric.world_size)

    def _train_step(self, parts: list[Share]) -> float:
        """One step of the optimiser; this process's share of the loss."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.settings.learning_rate * rate_share(self.step, self.planned)
        self.network.train()
        self._optimizer.zero_grad(set_to_none=True)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self.settings.seed * 1_000_003 + self.step + self.fabric.global_rank * 7_919)
            losses = [self._backward(part, last=part is parts[-1]) for part in parts]
        nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self._optimizer.step()
        self.step += 1
        return float(sum(losses))

    def _backward(self, part: Share, *, last: bool) -> Tensor:
        """Add the gradients of a part; they are averaged over the processes with the last one."""
        with self.fabric.no_backward_sync(self._module, enabled=not last):
            loss = self.loss(self._module, part.batch) * part.of_step
            self.fabric.backward(loss * self.fabric.world_size)
        return loss.detach()

    def _agreed(self, loss: float, seconds: float) -> tuple[float, float]:
        """The loss of all processes together, and the first one's clock: they must all decide alike."""
        if self.fabric.world_size == 1:
            return loss, seconds
        own = torch.tensor([loss, seconds if self.fabric.is_global_zero else 0.0], device=self.fabric.device)
        loss, seconds = self._summed(own)
        return loss, seconds

    def _rehearse(self, part: Share) -> None:
        """The work of a step without its effect, to time it."""
        with torch.random.fork_rng(devices=[]):
            self._backward(part, last=False)
        self._optimizer.zero_grad(set_to_none=True)

    def _plan(self) -> int:
        """Steps that fit into the minutes allowed at the pace so far, a tenth of the time kept for looks and scores."""
        left = 0.9 * self.settings.max_minutes * 60 - self.seconds
        return self.step + max(1, int(left * self.step / max(self.seconds, 1e-6)))

    def _finished(self) -> bool:
        out_of_time = self.seconds >= self.settings.max_minutes * 60
        return (self.planned > 0 and self.step >= self.planned) or out_of_time or self._stale() > self.settings.patience

    def _is_looked_at(self) -> bool:
        every = self.settings.evaluate_every
        return self.step % every == 0 or (self.step in EARLY_LOOKS and self.step < every)

    def _stale(self) -> int:
        """Looks since the held-out loss was last at its best, the early ones not counted."""
        if not self.history:
            return 0
        best = int(np.argmin([point.held_out for point in self.history]))
        return sum(point.step % self.settings.evaluate_every == 0 for point in self.history[best + 1 :])

    def _look(self, train: float) -> LossPoint:
        point = LossPoint(self.step, train, self._held_out_loss() if self.held_out else train, self.seconds)
        if all(point.held_out < seen.held_out for seen in self.history):
            self.best = weights(self.network)
        self.history.append(point)
        self._keep()
        return point

    def _keep(self) -> None:
        """Write down how far the training is, if there is a folder for it."""
        self.kept_at = self.seconds
        if self.folder is not None and self.fabric.is_global_zero:
            self._state().save(self.folder)

    def _held_out_loss(self) -> float:
        """Mean over the held-out batches, which the processes share out among them."""
        self.network.eval()
        losses = torch.zeros(len(self.held_out), device=self.fabric.device)
        with torch.no_grad(), self.fabric.autocast():
            for number in range(self.fabric.global_rank, len(self.held_out), self.fabric.world_size):
                losses[number] = self.loss(self.network, self.held_out[number])
        return float(np.mean(self._summed(losses)))

    def _summed(self, values: Tensor) -> list[float]:
        """Values (n,) summed over the processes."""
        summed = self.fabric.all_reduce(values, reduce_op="sum")
        return torch.as_tensor(summed).tolist()

    def _told(self) -> str:
        point = self.history[-1]
        return f"step {point.step}: loss {point.train:.3f}, held out {point.held_out:.3f}"

    def _state(self) -> State:
        record: dict[str, Any] = {"step": self.step, "seconds": self.seconds, "planned": self.planned}
        record |= {"settings": self.settings.model_dump(), "history": [vars(point) for point in self.history]}
        return State.of(self.network, self.best, self.optimizer, record)

    def resume(self) -> bool:
        """Take up the state kept in the folder, as the first process finds it; False when there is none."""
        found = State.load(self.folder) if self.folder is not None and self.fabric.is_global_zero else None
        state = self.fabric.broadcast(found)
        if state is None:
            return False
        state.restore(self.network, self.optimizer)
        self.best, record = state.best, state.record
        self.step, self.seconds, self.planned = record["step"], record["seconds"], record["planned"]
        self.kept_at = self.seconds
        self.history = [LossPoint(**point) for point in record["history"]]
        return True
