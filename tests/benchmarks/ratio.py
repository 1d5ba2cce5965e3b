"""A claim of speed as a ratio: the slow way and the fast way, timed in turn in one run.

Seconds depend on the machine and on what else it does; a ratio of neighbours in time hardly does. Every repetition
times both, in alternating order, and the ratio is the median of the repetitions' own ratios. A ratio of 1.5 or more
may be asserted; a smaller one is only reported, since a busy machine can undo it.

A benchmark takes pytest-benchmark's fixture, so that the plain test run skips it, and hands it on:

    def test_cached_sampler(benchmark):
        ratio = measure("cached_sampler", slow=plain, fast=cached, note="16 images of 28 x 28", benchmark=benchmark)
        assert ratio.ratio >= 100

Run them with `pytest tests/benchmarks --override-ini addopts= --benchmark-only`.
"""

import json
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import torch

FOLDER = Path(__file__).resolve().parents[2] / "build" / "benchmarks"


@dataclass(frozen=True)
class Ratio:
    """How many times faster `fast` is than `slow`: the median over repetitions, with the smallest and the largest."""

    name: str
    ratio: float
    low: float
    high: float
    slow_seconds: float
    fast_seconds: float
    repeats: int
    note: str

    def __str__(self) -> str:
        return f"{self.name}: {self.ratio:.2f} x ({self.low:.2f} to {self.high:.2f}, {self.repeats} repetitions)"


def measure(
    name: str,
    slow: Callable[[], object],
    fast: Callable[[], object],
    repeats: int = 5,
    note: str = "",
    warm_up: bool = True,
    part: float = 1.0,
    benchmark=None,
) -> Ratio:
    """Time `slow` and `fast` in turn and write the row to `build/benchmarks/<name>.json`.

    Args:
        name: The row's name, also its file's.
        slow: The plain version or the peer, without arguments; it does the same work as `fast`, or a part of it.
        fast: The version that the workbook uses.
        repeats: Repetitions of the pair.
        note: What was measured (sizes, settings), for the table of results.
        warm_up: Whether both run once, untimed, first; False where one call of `slow` is long and nothing is compiled.
        part: The part of the work that `slow` does, where all of it would take too long; its seconds are scaled up.
        benchmark: pytest-benchmark's fixture; it gets the ratio as extra information.

    Returns:
        The ratio of times slow / fast, so above 1 where `fast` is faster.
    """
    if warm_up:
        slow()
        fast()
    pairs = [_pair(slow, fast, slow_first=repetition % 2 == 0) for repetition in range(repeats)]
    pairs = [(slow_seconds / part, fast_seconds) for slow_seconds, fast_seconds in pairs]
    result = keep(name, pairs, note)
    if benchmark is not None:
        benchmark.extra_info.update(asdict(result))
        benchmark.pedantic(fast, rounds=1)
    return result


def keep(name: str, pairs: list[tuple[float, float]], note: str) -> Ratio:
    """Write the row of some timed pairs of slow and fast seconds, where each took too long to be run once more."""
    ratios = [slow_seconds / fast_seconds for slow_seconds, fast_seconds in pairs]
    result = Ratio(
        name=name,
        ratio=statistics.median(ratios),
        low=min(ratios),
        high=max(ratios),
        slow_seconds=statistics.median(slow_seconds for slow_seconds, _ in pairs),
        fast_seconds=statistics.median(fast_seconds for _, fast_seconds in pairs),
        repeats=len(pairs),
        note=note,
    )
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / f"{name}.json").write_text(json.dumps(asdict(result), indent=1) + "\n")
    print(result)
    return result


def _pair(slow: Callable[[], object], fast: Callable[[], object], slow_first: bool) -> tuple[float, float]:
    if slow_first:
        return _seconds(slow), _seconds(fast)
    fast_seconds = _seconds(fast)
    return _seconds(slow), fast_seconds


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return time.perf_counter() - start
