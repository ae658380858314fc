"""Where training runs: one process or several, on which devices, in which precision, through Lightning Fabric.

``ripple train`` alone is one process. Started by ``torchrun`` or ``fabric run`` it is several: each computes its share of the windows
of a step, gradients are averaged, and the first process alone writes files and speaks. Fabric is imported when training starts: it
takes longer than torch's smallest trainings.
"""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING, Any

from ripple_core.errors import DeviceError, sentence
from ripple_core.training.config import TrainSettings

if TYPE_CHECKING:
    from lightning_fabric import Fabric

LAUNCHED = "TORCHELASTIC_RUN_ID"
ALIKE = "ddp"


def rank() -> int:
    """The number of this process among those that torchrun started together; 0 for one alone."""
    return int(os.environ["RANK"]) if LAUNCHED in os.environ else 0


def is_first() -> bool:
    """Whether this process is the one that writes files and speaks to the user."""
    return rank() == 0


def processes_here() -> int:
    """How many processes of this training share this computer."""
    return int(os.environ["LOCAL_WORLD_SIZE"]) if LAUNCHED in os.environ else 1


def start(settings: TrainSettings) -> Fabric:
    """Fabric on the device and in the precision of the settings, joined with the other processes where there are any.

    DeviceError where the device is absent, or cannot be shared among processes.
    """
    import lightning_fabric
    from lightning_fabric import Fabric
    from lightning_fabric.plugins.environments import LightningEnvironment, TorchElasticEnvironment

    from ripple_core.training.device import choose_device, low_precision

    device = choose_device(settings.device)
    processes = int(os.environ["WORLD_SIZE"]) if LAUNCHED in os.environ else 1
    environment = TorchElasticEnvironment() if LAUNCHED in os.environ else LightningEnvironment()
    precision = "bf16-mixed" if low_precision(device, settings.precision) else "32-true"
    where: dict[str, Any] = {"accelerator": device.type, "devices": 1, "precision": precision}
    if processes > 1:
        where |= _together(device.type, processes)
    elif device.type == "cuda":
        where["devices"] = [device.index or 0]
    logging.getLogger(lightning_fabric.__name__).setLevel(logging.WARNING)
    try:
        fabric = Fabric(plugins=[environment], **where)
    except ValueError as error:
        found = str(error).splitlines()[0].rstrip(".")
        raise DeviceError(
            sentence("options of fabric run that agree with the settings", found, "Leave them out")
        ) from None
    if os.environ.get("LT_CLI_USED", "0") == "0":  # fabric run has launched it
        fabric.launch()
    return fabric


def _together(kind: str, processes: int) -> dict[str, Any]:
    """What Fabric must know of several processes: how many here, on how many computers, and that weights are kept alike."""
    if kind not in ("cpu", "cuda"):
        found = f"{processes} processes on {kind}"
        raise DeviceError(sentence("cpu or cuda for several processes", found, "Start one process, or choose cpu"))
    asked = os.environ.get("LT_STRATEGY", ALIKE)
    if asked != ALIKE:
        raise DeviceError(
            sentence(f"the strategy {ALIKE}, which keeps the same weights everywhere", asked, "Leave it out")
        )
    here = processes_here()
    return {"devices": here, "num_nodes": processes // here, "strategy": ALIKE}
