"""Reference results: figures that the README and the notebooks may show, each with what it takes to get it again.

`workbook run --record` keeps a run without failures in solutions/reference/<problem>.json, one record per preset and
data set, and the pictures of its plot cells in solutions/expected/<problem>/. `make bench` keeps
the ratios that it measured in solutions/reference/benchmarks.json. `helpers.grading.readme` shows what is kept.
"""

from __future__ import annotations

import base64
import datetime
import importlib.metadata
import io
import json
import os
import platform
import re
import subprocess
from pathlib import Path
from typing import Any

import nbformat

from helpers import data, references
from helpers.errors import WorkbookError
from helpers.grading.build import write_atomically
from helpers.grading.execute import PRESETS, Outcome
from helpers.grading.source import COURSE, Course

PICTURE_BYTES = 150_000
PICTURE_WIDTH = 1400


def record(outcome: Outcome, course: Course = COURSE) -> dict[str, Any]:
    """Keep a run's figures in the problem's reference file, in place of the same preset's on the same data.

    The notebook says which data it really had: `run.record(data=data.name, checksum=data.checksum)`. One that draws
    its numbers itself has nothing to say: the seed does.

    Raises:
        WorkbookError: The run failed, or recorded no figures or no checksum of its data.
    """
    if outcome.failures:
        raise WorkbookError(f"The run of {outcome.problem} is not recorded, since it failed.")
    figures = dict(outcome.metrics["figures"])
    if outcome.metrics.get("dataset") == references.SYNTHETIC:
        figures |= {"data": references.SYNTHETIC, "checksum": ""}
    if not {"data", "checksum"} <= set(figures):
        raise WorkbookError(
            f"The run of {outcome.problem} does not say what data it had; add to its source: "
            "run.record(data=data.name, checksum=data.checksum)."
        )
    fresh = {
        "preset": outcome.metrics["preset"],
        "dataset": figures.pop("data"),
        "checksum": figures.pop("checksum"),
        "seed": outcome.metrics["seed"],
        "device": outcome.metrics["device"],
        "precision": outcome.metrics["precision"],
        "seconds": round(outcome.seconds, 1),
        "figures": figures,
        **provenance(course, outcome.metrics["device"]),
    }
    path = references.places(outcome.problem, course.root)[0]
    key = (fresh["preset"], fresh["dataset"])
    kept = [r for r in references.records(outcome.problem, course.root) if (r["preset"], r["dataset"]) != key]
    write_json(path, sorted([*kept, fresh], key=lambda r: (PRESETS.index(r["preset"]), r["dataset"])))
    return fresh


def provenance(course: Course = COURSE, device: str = "cpu") -> dict[str, Any]:
    """Hardware, versions, commit and date of a measurement made now on this machine."""
    hardware: dict[str, Any] = {"cpu": _cpu(), "cores": os.cpu_count()}
    if device == "cuda":
        import torch

        hardware["gpu"] = torch.cuda.get_device_name()
    versions = {"python": platform.python_version(), "torch": importlib.metadata.version("torch")}
    date = datetime.datetime.now(datetime.UTC).date().isoformat()
    return {"hardware": hardware, "versions": versions, "commit": commit(course.root), "date": date}


def _cpu() -> str:
    """The processor's name."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    except OSError:
        names = []
    return names[0] if names else platform.processor() or platform.machine()


def commit(root: Path) -> str:
    """The commit that is checked out, with "+dirty" where files differ from it, or "none" outside a repository."""

    def git(*arguments: str) -> str:
        command = ["git", "-C", str(root), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    try:
        return git("rev-parse", "--short=12", "HEAD") + ("+dirty" if git("status", "--porcelain") else "")
    except (OSError, subprocess.CalledProcessError):
        return "none"


def write_json(path: Path, content: Any) -> None:
    """Write JSON as a person reads it."""
    write_atomically(path, (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode())


# Pictures


def keep_pictures(outcome: Outcome, course: Course = COURSE) -> list[Path]:
    """Keep the pictures of the plot cells with `expected="NAME"` as solutions/expected/<problem>/NAME.png.

    They come from the laptop preset on the notebook's own data, which is what students run; those of another preset
    or other data are kept only as long as there is no record that is nearer to it. A run on data of which the licence
    allows no picture to be published leaves none.

    Raises:
        WorkbookError: A cell made no picture.
    """
    dataset = outcome.metrics["figures"].get("data", outcome.metrics["dataset"])
    if not data.may_be_shown(dataset):
        return []
    executed = {cell.get("id"): cell for cell in nbformat.read(outcome.notebook, as_version=4).cells}
    solution = nbformat.read(course.solutions / f"{outcome.problem}.ipynb", as_version=4)
    own = _own_dataset(solution)

    def nearness(preset: str, dataset: str) -> tuple[bool, bool]:
        return preset == "laptop", dataset == own

    kept = [r for r in references.records(outcome.problem, course.root) if data.may_be_shown(r["dataset"])]
    nearest = max((nearness(record["preset"], record["dataset"]) for record in kept), default=(False, False))
    if nearness(outcome.metrics["preset"], dataset) < nearest:
        return []
    written = []
    for cell in solution.cells:
        name = cell.metadata.get("workbook", {}).get("expected")
        if not name:
            continue
        path = course.solutions / "expected" / outcome.problem / f"{name}.png"
        write_atomically(path, small_png(_picture(executed[cell.id], name)))
        written.append(path)
    return written


def _own_dataset(solution: nbformat.NotebookNode) -> str:
    """The data set that a notebook takes where nobody chooses another; "" where it draws its numbers itself."""
    parameters = next(cell.source for cell in solution.cells if "parameters" in cell.metadata.get("tags", []))
    setting = re.search(r"^DATASET = [\"'](.*?)[\"']", parameters, re.MULTILINE)
    return setting[1] if setting else ""


def _picture(cell: nbformat.NotebookNode, name: str) -> bytes:
    for output in cell.outputs:
        if "image/png" in output.get("data", {}):
            return base64.b64decode(output.data["image/png"])
    raise WorkbookError(f'The plot cell with expected="{name}" makes no picture.')


def small_png(content: bytes) -> bytes:
    """The same picture with a palette and at most 1400 pixels wide, in less than 150 kB."""
    from PIL import Image

    picture = Image.open(io.BytesIO(content))
    flat = Image.new("RGB", picture.size, "white")
    flat.paste(picture, mask=picture.getchannel("A") if picture.mode == "RGBA" else None)
    width = PICTURE_WIDTH
    for colours in (256, 64, 32, 16, 16, 16):
        scaled = flat
        if flat.width > width:
            scaled = flat.resize((width, round(flat.height * width / flat.width)), Image.Resampling.LANCZOS)
        packed = io.BytesIO()
        scaled.quantize(colours, dither=Image.Dither.NONE).save(packed, "PNG", optimize=True)
        if packed.tell() < PICTURE_BYTES:
            break
        width = width if colours > 32 else width * 2 // 3
    return packed.getvalue()


# Benchmarks


def record_benchmarks(course: Course = COURSE) -> list[str]:
    """Keep every ratio in build/benchmarks/ with its provenance; the names that were kept.

    Raises:
        WorkbookError: Nothing was measured.
    """
    measured = sorted((course.build / "benchmarks").glob("*.json"))
    if not measured:
        raise WorkbookError("There are no measured ratios in build/benchmarks; measure them with: make bench")
    path = course.solutions / "reference" / "benchmarks.json"
    kept = {ratio["name"]: ratio for ratio in benchmarks(course)}
    for file in measured:
        ratio = json.loads(file.read_text(encoding="utf-8"))
        kept[ratio["name"]] = ratio | provenance(course)
    write_json(path, [kept[name] for name in sorted(kept)])
    return [file.stem for file in measured]


def benchmarks(course: Course = COURSE) -> list[dict[str, Any]]:
    """The ratios that were kept."""
    path = course.solutions / "reference" / "benchmarks.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []
