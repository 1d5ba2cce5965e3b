"""How large a run is and where it runs: preset, data set, seed, device and precision in one object.

A preset is a budget: `smoke` takes seconds on any CPU (embedded data, float32, so that two runs are equal), `laptop`
takes minutes, `full` is meant for a GPU. A notebook keeps its own sizes beside their use:

    run = presets.start(PRESET, DATASET, SEED, name="02_pixelcnn")
    channels = run.choose(smoke=16, laptop=32, full=128)
    run.record(test_nats=88.4)

The environment (WORKBOOK_PRESET, WORKBOOK_DATASET, WORKBOOK_SEED) wins over what the notebook says. A problem that
takes no data set, since it draws its numbers itself, starts with `presets.start(PRESET, None, SEED, name=…)`.
"""

import io
import json
import math
import os
import random
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import torch

from helpers.errors import WorkbookError
from helpers.references import SYNTHETIC, as_folder

PRESETS = ("smoke", "laptop", "full")
SAMPLES = "samples"  # the folder of a run that keeps what its models drew
WHITE = 255
LIVE_FRONT_ENDS = ("JPY_SESSION_NAME", "VSCODE_PID", "VSCODE_CWD", "COLAB_RELEASE_TAG")

T = TypeVar("T")


@dataclass(frozen=True)
class Run:
    """One run of one problem.

    Args:
        preset: "smoke", "laptop" or "full".
        dataset: The name that `data.load` takes, or "synthetic" where the problem draws its numbers itself.
        seed: Seed of torch, numpy and random, 0 <= seed < 2**32.
        problem: The problem's name, such as "02_pixelcnn".
        device: Where tensors live.
        precision: Fabric's name, "32-true" or "bf16-mixed".
        folder: Where checkpoints and metrics.json go; it is made when the first of them is written.
        headless: Whether nobody is looking, so that widgets and progress bars fall back to plain pictures and lines.
    """

    preset: str
    dataset: str
    seed: int
    problem: str
    device: torch.device
    precision: str
    folder: Path
    headless: bool

    def choose(self, *, smoke: T, laptop: T, full: T) -> T:
        """The one of three values that belongs to this run's preset."""
        return {"smoke": smoke, "laptop": laptop, "full": full}[self.preset]

    def record(self, **figures: Any) -> None:
        """Keep figures (numbers, strings, truth values, one-element tensors) by their names in `folder`/metrics.json.

        Figures of an earlier run with another preset, data set or seed are dropped; those of this run are kept, and a
        name that is recorded again is replaced.

        Raises:
            WorkbookError: A figure is not finite or not one plain value.
        """
        if process_rank() > 0:
            return
        path = self.folder / "metrics.json"
        about = {"problem": self.problem, "preset": self.preset, "dataset": self.dataset, "seed": self.seed}
        about |= {"device": self.device.type, "precision": self.precision}
        kept = _figures_of(path, about) | {name: _plain(name, value) for name, value in figures.items()}
        write_atomically(path, (json.dumps(about | {"figures": kept}, indent=1) + "\n").encode())

    def keep_samples(self, images: torch.Tensor, *, levels: int, dataset: Any, model: str) -> None:
        """Keep what a model drew in `folder`/samples, so that 10_evaluation can judge it (see `helpers.samples`).

        Args:
            images: Levels 0, ..., levels - 1, whole numbers or not, shape (N, C, H, W); replaces what the model left.
            levels: The number of levels that the model draws: 2 for binarised images, 256 for grey ones; real values
                in [0, 1] are kept as `images * 255` with 256 levels.
            dataset: What the model learned from, as `data.load` gave it.
            model: Its name for the reader; another model of the same run has another.
        """
        if process_rank() > 0:
            return
        white = (images.detach().float().cpu() / (levels - 1) * WHITE).round().clamp(0, WHITE)
        about = {"model": model, "problem": self.problem, "preset": self.preset, "seed": self.seed, "levels": levels}
        about |= {"dataset": dataset.name, "checksum": dataset.checksum}
        content = io.BytesIO()
        np.savez_compressed(content, images=white.to(torch.uint8).numpy(), about=np.array(json.dumps(about)))
        name = re.sub("[^a-z0-9]+", "_", model.lower()).strip("_")
        write_atomically(self.folder / SAMPLES / f"{name}.npz", content.getvalue())


def start(preset: str, dataset: str | None, seed: int, *, name: str, smoke_dataset: str = "digits") -> Run:
    """Settle a run's preset, data set and seed, seed every random generator, choose the device, and say so in one line.

    Args:
        preset: The notebook's PRESET; WORKBOOK_PRESET wins over it.
        dataset: The notebook's DATASET; WORKBOOK_DATASET wins over it. None where the problem draws its numbers itself.
        seed: The notebook's SEED; WORKBOOK_SEED wins over it.
        name: The problem's name, such as "02_pixelcnn".
        smoke_dataset: The embedded or procedural data set that the smoke preset takes instead of the notebook's.

    Raises:
        WorkbookError: A value is unknown; the sentence says where it came from and what is possible.
    """
    preset = _preset(os.environ.get("WORKBOOK_PRESET") or preset)
    seed = _seed(os.environ.get("WORKBOOK_SEED") or seed)
    if dataset is None:
        chosen = dataset = SYNTHETIC
    else:
        chosen = os.environ.get("WORKBOOK_DATASET") or (smoke_dataset if preset == "smoke" else dataset)
    if not isinstance(chosen, str):
        raise WorkbookError(f'DATASET is {chosen!r}; write the name of a data set in quotes, such as "digits".')
    device = torch.device("cpu") if preset == "smoke" else best_device()
    run = Run(
        preset=preset,
        dataset=chosen,
        seed=seed,
        problem=name,
        device=device,
        precision="32-true" if preset == "smoke" else best_precision(device),
        folder=_folder(name, preset, chosen),
        headless=headless(),
    )
    seed_everything(seed)
    if process_rank() == 0:
        instead = f" (the smoke preset's, instead of {dataset})" if chosen != dataset and preset == "smoke" else ""
        print(
            f"{name}: preset {preset}, device {device}, precision {run.precision}, data {chosen}{instead}, seed {seed}"
        )
    return run


def headless() -> bool:
    """Whether no live front end (JupyterLab, VS Code, Colab, Kaggle) shows this kernel's output to a person."""
    if os.environ.get("WORKBOOK_HEADLESS") == "1":
        return True
    live = any(os.environ.get(name) for name in LIVE_FRONT_ENDS)
    return not (live or os.environ.get("KAGGLE_KERNEL_RUN_TYPE") == "Interactive")


def process_rank() -> int:
    """The number of this process under torchrun; 0 without it. Only process 0 prints and writes."""
    return int(os.environ.get("RANK", "0")) if "TORCHELASTIC_RUN_ID" in os.environ else 0


def process_count() -> int:
    """How many processes torchrun started; 1 without it."""
    return int(os.environ.get("WORLD_SIZE", "1")) if "TORCHELASTIC_RUN_ID" in os.environ else 1


def best_device() -> torch.device:
    """The fastest device here: CUDA (under torchrun, this process's own GPU), Apple's MPS, or the CPU."""
    if torch.cuda.is_available():
        return torch.device("cuda", int(os.environ["LOCAL_RANK"]) if process_count() > 1 else 0)
    return torch.device("mps" if torch.backends.mps.is_available() else "cpu")


def best_precision(device: torch.device) -> str:
    """Fabric's precision for a device: "bf16-mixed" where the hardware multiplies bfloat16 itself, else "32-true"."""
    if device.type == "cuda":
        native = torch.cuda.is_bf16_supported(including_emulation=False)
    elif device.type == "cpu":
        flags = getattr(torch.cpu, "get_capabilities", dict)()  # unknown to the oldest supported torch
        native = bool(flags.get("avx512_bf16") or flags.get("amx_bf16"))
    else:
        native = False
    return "bf16-mixed" if native else "32-true"


def seed_everything(seed: int) -> None:
    """Seed torch on every device, numpy's global generator and random."""
    torch.manual_seed(seed)
    np.random.seed(seed)  # noqa: NPY002  students' code and libraries may draw from the global generator
    random.seed(seed)


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file so that a reader, or a machine that loses power, finds the old content or the new, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _preset(value: object) -> str:
    if value not in PRESETS:
        source = "WORKBOOK_PRESET" if os.environ.get("WORKBOOK_PRESET") else "PRESET"
        raise WorkbookError(f'{source} is {value!r}; choose "smoke", "laptop" or "full".')
    return str(value)


def _seed(value: object) -> int:
    try:
        seed = int(value) if isinstance(value, str) else value
    except ValueError:
        seed = None
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < 2**32:
        source = "WORKBOOK_SEED" if os.environ.get("WORKBOOK_SEED") else "SEED"
        raise WorkbookError(f"{source} is {value!r}; choose a whole number from 0 to {2**32 - 1}.")
    return seed


def _folder(problem: str, preset: str, dataset: str) -> Path:
    """Where a run keeps its files: by default in `runs` in the student's folder of the problem in work/.

    WORKBOOK_RUNS, such as a folder of a mounted Drive, holds the runs of all problems; WORKBOOK_RUN_DIR is one run's.
    """
    if chosen := os.environ.get("WORKBOOK_RUN_DIR"):
        return Path(chosen).absolute()
    if chosen := os.environ.get("WORKBOOK_RUNS"):
        return Path(chosen).expanduser().absolute() / problem / f"{preset}-{dataset}"
    here = Path.cwd()
    if here.name == problem and here.parent.name == "work":
        home = here
    else:
        home = (here if here.name == "work" else here / "work") / problem
    return home / "runs" / f"{preset}-{as_folder(dataset)}"


def _figures_of(path: Path, about: dict[str, Any]) -> dict[str, Any]:
    """The figures that the same run recorded before; none where the file is missing, damaged or another run's."""
    try:
        content = json.loads(path.read_text())
        figures = content.pop("figures")
    except (OSError, ValueError, KeyError, AttributeError):
        return {}
    return figures if content == about and isinstance(figures, dict) else {}


def _plain(name: str, value: Any) -> bool | int | float | str:
    if isinstance(value, torch.Tensor | np.ndarray | np.generic):
        value = value.item() if np.prod(value.shape) == 1 else value
    if not isinstance(value, bool | int | float | str):
        raise WorkbookError(f"The figure {name} is a {type(value).__name__}; record one number, string or truth value.")
    if isinstance(value, float) and not math.isfinite(value):
        raise WorkbookError(f"The figure {name} is {value}; record finite numbers only.")
    return value
