"""Which device computes, said clearly when the one asked for is absent."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from ripple_core.errors import DeviceError, sentence


def choose_device(name: str = "auto") -> torch.device:
    """The torch device of ``auto`` (the fastest there is), ``cpu``, ``cuda`` or ``mps``; DeviceError when it is not there."""
    if name == "auto":
        return torch.device(
            "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
        )
    there = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    kind = name.split(":")[0]
    if kind not in there:
        raise DeviceError(sentence("device auto, cpu, cuda or mps", repr(name), "Choose one of these"))
    if not there[kind]:
        raise DeviceError(sentence(f"a {kind} device on this computer", "none", "Choose auto or cpu"))
    return torch.device(name)


def onto(values: np.ndarray, device: torch.device, dtype: torch.dtype | None = None) -> Tensor:
    """An array on a device; on its way to a CUDA device through pinned memory, so that computing need not wait for the copy."""
    tensor = torch.as_tensor(values, dtype=dtype)
    return tensor.pin_memory().to(device, non_blocking=True) if device.type == "cuda" else tensor.to(device)


def low_precision(device: torch.device, precision: str) -> bool:
    """Whether to multiply matrices in bf16: as asked, or with ``auto`` where the hardware has instructions for it."""
    if precision != "auto":
        return precision == "bf16"
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported()
    has_instructions = getattr(torch.cpu, "_is_avx512_bf16_supported", None)
    return device.type == "cpu" and has_instructions is not None and bool(has_instructions())
