"""Lightning Fabric for a run's device, precision and processes: one process, or those that torchrun started.

Importing Fabric takes as long as importing torch, so this module is imported when a training begins and not before.
"""

import atexit
import logging
import os
import warnings
from contextlib import AbstractContextManager
from typing import Any

import torch
from lightning_fabric import Fabric
from lightning_fabric.plugins.environments import LightningEnvironment, TorchElasticEnvironment
from lightning_fabric.plugins.precision import Precision
from lightning_fabric.strategies import DDPStrategy
from lightning_utilities.core.apply_func import apply_to_collection
from torch import Tensor

from helpers import presets


class Bfloat16Forward(Precision):
    """Autocast to bfloat16 inside `forward`, whose inputs stay as they are and whose outputs are float32.

    Fabric's own plugin rounds the inputs too, and wants `fabric.backward` in place of `loss.backward`, which only a
    float16 scaler needs; a step that a student wrote knows no Fabric.
    """

    precision = "bf16-mixed"

    def __init__(self, device_type: str) -> None:
        self.device_type = device_type

    def forward_context(self) -> AbstractContextManager:
        """Autocast."""
        return torch.autocast(self.device_type, dtype=torch.bfloat16)

    def convert_output(self, data: Any) -> Any:
        """The same collection with every bfloat16 tensor as float32."""
        return apply_to_collection(data, Tensor, lambda t: t.float() if t.dtype == torch.bfloat16 else t)


def fabric_for(run: presets.Run | None) -> Fabric:
    """Fabric on the run's device and precision (the CPU in float32 for None), with all processes connected."""
    logging.getLogger("lightning_fabric").setLevel(logging.ERROR)  # it speaks on stderr
    device = run.device if run else torch.device("cpu")
    mixed = run is not None and run.precision == "bf16-mixed"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fabric = Fabric(
            accelerator=device.type,
            **_processes_of(device),
            plugins=[_environment(), Bfloat16Forward(device.type) if mixed else Precision()],
        )
        fabric.launch()
    if presets.process_count() > 1:
        atexit.unregister(_disconnect)
        atexit.register(_disconnect)
    return fabric


def _disconnect() -> None:
    """Leave the process group: its threads, still running when the process ends, would abort it now and then."""
    if torch.distributed.is_initialized():
        torch.distributed.destroy_process_group()


def _processes_of(device: torch.device) -> dict[str, Any]:
    if presets.process_count() == 1:
        return {"devices": [device.index or 0] if device.type == "cuda" else 1}
    local = int(os.environ["LOCAL_WORLD_SIZE"])
    # Buffers are not broadcast: a GAN's critic runs twice before its backward, and must not change in between.
    return {
        "devices": local,
        "num_nodes": presets.process_count() // local,
        "strategy": DDPStrategy(broadcast_buffers=False),
    }


def _environment() -> TorchElasticEnvironment | LightningEnvironment:
    """Named, since Fabric would otherwise take an interactive SLURM job for one whose processes SLURM started."""
    return TorchElasticEnvironment() if presets.process_count() > 1 else LightningEnvironment()
