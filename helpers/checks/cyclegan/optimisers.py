"""Checks of the three optimisers: by what each of them moves, and how far."""

from __future__ import annotations

import torch
from torch import Tensor

from helpers.checks import translators
from helpers.checks.compare import Verdict, close
from helpers.checks.core import Properties, check, essential
from helpers.checks.inputs import Draw
from helpers.checks.subject import Part

NETS = ("to_b", "to_a", "judge_b", "judge_a")
THEIRS = {"generators": ("to_b", "to_a"), "judge_b": ("judge_b",), "judge_a": ("judge_a",)}
EPS = 1e-8  # Adam's
START = 3.0  # where each parameter begins: not at 0, where weights cannot decay


def path_of(slopes: list[float], rate: float, first: float = 0.5, second: float = 0.999, decay: float = 0.0) -> float:
    """How far Adam moves a parameter (Kingma and Ba 2015, Algorithm 1)."""
    place, mean, square = START, 0.0, 0.0
    for time, slope in enumerate(slopes, 1):
        slope = slope + decay * place
        mean, square = first * mean + (1 - first) * slope, second * square + (1 - second) * slope**2
        place -= rate * (mean / (1 - first**time)) / ((square / (1 - second**time)) ** 0.5 + EPS)
    return place - START


@check
def make_optimizers(student: Part, draw: Draw) -> Properties:
    """Each optimiser moves its own networks and no other, along the path that Adam with these betas takes."""

    def moved(name: str, slopes: list[float], **rate: float) -> dict[str, float]:
        nets = {each: student.beside(translators.Shift, START) for each in NETS}
        optimizers = student(nets, **rate)
        ends = student.beside(translators.stepped, optimizers[name], list(nets.values()), slopes)
        return {each: float(end) - START for each, end in zip(NETS, ends, strict=True)}

    made = student({each: student.beside(translators.Shift, START) for each in NETS})
    named = isinstance(made, dict) and all(isinstance(made.get(name), Part) for name in THEIRS)
    yield essential(
        "three optimisers by their names",
        Verdict(named, f"It returned {sorted(map(str, made)) if isinstance(made, dict) else 'no dict'}."),
        'It should return a dict with optimisers under "generators", "judge_b" and "judge_a".',
    )
    if not named:
        return
    for name, theirs in THEIRS.items():

        def owned(name: str = name, theirs: tuple[str, ...] = theirs) -> Verdict:
            ends = moved(name, [1.0])
            still = [each for each in theirs if ends[each] == 0]
            others = [each for each in NETS if each not in theirs and ends[each] != 0]
            words = [f"{each} stays where it is" for each in still] + [f"{each} moves, too" for each in others]
            return Verdict(not words, f"{', '.join(words)}.".capitalize() if words else "")

        yield essential(
            f"{name} moves {' and '.join(theirs)}, and nothing else",
            owned,
            "Each optimiser should hold the parameters of its own networks: both generators together, each discriminator alone."
            " One optimiser over all would let the discriminators help to be fooled.",
        )
    wavy = [1.0, -3.0, 0.5, 2.0]

    def adam(**numbers: float) -> float:
        return path_of(wavy, **{"rate": 2e-4, **numbers})

    def betas() -> Verdict:
        for name, theirs in THEIRS.items():
            for each in theirs:
                end = moved(name, wavy)[each]
                if abs(end / adam() - 1) > 1e-4:
                    known = {
                        "beta1 is 0.9, PyTorch's default; it should be 0.5.": adam(first=0.9),
                        "beta2 is 0.9; it should be 0.999.": adam(second=0.9),
                        "Both betas are 0.5.": adam(second=0.5),
                        "The rate is 1e-3, PyTorch's default.": path_of(wavy, 1e-3),
                        "This is plain gradient descent.": -2e-4 * sum(wavy),
                        "Weights decay on the way.": adam(decay=0.01),
                    }
                    advice = next((words for words, value in known.items() if abs(end / value - 1) < 1e-3), "")
                    return Verdict(False, f"Under {name!r}, {each} moves elsewhere.", advice)
        return Verdict(True)

    yield (
        "Adam with betas 0.5 and 0.999",
        betas,
        "After a few steps along changing gradients, parameters should be where Adam with these betas and rate 2e-4 takes them.",
    )

    def rated() -> Verdict:
        for name, theirs in THEIRS.items():
            ends = moved(name, [1.0], rate=0.01)
            if any(abs(ends[each] + 0.01) > 1e-6 for each in theirs):
                return Verdict(False, f"Under {name!r} a first step is {abs(ends[theirs[0]]):.3g} long.")
        return Verdict(True)

    yield (
        "the rate is the caller's",
        rated,
        "With rate = 0.01, Adam's first step is 0.01 long in each of the three.",
    )

    def apart() -> Verdict:
        """What one of them has seen must not count in another."""
        nets = {each: student.beside(translators.Shift, START) for each in NETS}
        optimizers = student(nets)
        order = [nets[each] for each in NETS]
        student.beside(translators.stepped, optimizers["judge_b"], order, [5.0, 5.0])
        ends: list[Tensor] = student.beside(translators.stepped, optimizers["judge_a"], order, [1.0])
        return Verdict(close(ends[3], torch.tensor(START - 2e-4, dtype=torch.float64), relative=1e-7))

    yield (
        "they know nothing of each other",
        apart,
        "Steps of one discriminator's optimiser should not count in the other's: are they three, or one under three names?",
    )
