"""The state of an interrupted training on disk: weights, best weights, the optimiser's memory, and how far it was."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load_file, save
from torch import Tensor, nn, optim

from ripple_core.errors import CheckpointError, sentence
from ripple_core.files import replacing_folder

TENSORS, RECORD = "state.safetensors", "state.json"


@dataclass(frozen=True)
class State:
    """What a training needs to go on.

    Parameters
    ----------
    network, best
        Weights by name: the present ones, and those with the best held-out loss.
    optimizer
        The optimiser's tensors, by "number of the weight.name".
    record
        Step, seconds, planned steps, settings, history.
    """

    network: dict[str, Tensor]
    best: dict[str, Tensor]
    optimizer: dict[str, Tensor]
    record: dict[str, Any]

    @classmethod
    def of(
        cls, network: nn.Module, best: dict[str, Tensor], optimizer: optim.Optimizer, record: dict[str, Any]
    ) -> State:
        """The state as it is, copied."""
        memory = optimizer.state_dict()["state"]
        tensors = {f"{i}.{name}": value.clone() for i, state in memory.items() for name, value in state.items()}
        return cls(weights(network), best, tensors, record)

    def save(self, folder: Path) -> None:
        """Write the whole state, or leave the old one."""
        parts = {"network": self.network, "best": self.best, "optimizer": self.optimizer}
        tensors = {f"{part}.{k}": v.contiguous() for part, values in parts.items() for k, v in values.items()}
        with replacing_folder(folder) as temporary:
            (temporary / TENSORS).write_bytes(save(tensors))
            (temporary / RECORD).write_text(json.dumps(self.record), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> State | None:
        """The state kept in a folder; None when there is none; CheckpointError when it is damaged."""
        if not (folder / RECORD).exists():
            return None
        try:
            record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
            tensors = load_file(folder / TENSORS)
        except (OSError, ValueError, SafetensorError) as error:
            raise _does_not_fit(error) from None
        network, best, optimizer = (_under(tensors, f"{part}.") for part in ("network", "best", "optimizer"))
        return cls(network, best, optimizer, record)

    def restore(self, network: nn.Module, optimizer: optim.Optimizer) -> None:
        """Put the weights and the optimiser's memory back; CheckpointError where they are of another model."""
        memory: dict[int, dict[str, Tensor]] = {}
        for name, tensor in self.optimizer.items():
            index, key = name.split(".")
            memory.setdefault(int(index), {})[key] = tensor
        try:
            network.load_state_dict(self.network)
            optimizer.load_state_dict({**optimizer.state_dict(), "state": memory})
        except (ValueError, RuntimeError) as error:
            raise _does_not_fit(error) from None


def weights(network: nn.Module) -> dict[str, Tensor]:
    """A copy of all weights by name, on the CPU."""
    return {name: value.detach().to("cpu", copy=True).contiguous() for name, value in network.state_dict().items()}


def _under(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name[len(prefix) :]: value for name, value in tensors.items() if name.startswith(prefix)}


def _does_not_fit(error: Exception) -> CheckpointError:
    found = f"one that does not fit ({str(error).splitlines()[0]})"
    return CheckpointError(
        sentence("the state of an interrupted training of this model", found, "Train without --resume")
    )
