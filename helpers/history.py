"""What a training has seen: one row per epoch, and the loss of every step thinned to a curve that stays small."""

from dataclasses import asdict, dataclass, field
from typing import Any

POINTS = 1000  # a curve never holds more; even, since points are merged in pairs


@dataclass
class Curve:
    """A figure over the steps of a training, as means over windows of `stride` steps.

    When the curve is full, neighbouring windows merge and the stride doubles, so a training of any length keeps
    between `POINTS` / 2 and `POINTS` points that do not depend on when the values were read.

    Attributes:
        steps: The last step of each window, counted from 1.
        values: The mean over each window.
        stride: Steps per window.
        waiting: Sum and number of the values of the window that is not full yet.
    """

    steps: list[int] = field(default_factory=list)
    values: list[float] = field(default_factory=list)
    stride: int = 1
    waiting: tuple[float, int] = (0.0, 0)

    def add(self, step: int, value: float) -> None:
        """Take the value of one step."""
        total, count = self.waiting[0] + value, self.waiting[1] + 1
        if count < self.stride:
            self.waiting = (total, count)
            return
        self.waiting = (0.0, 0)
        self.steps.append(step)
        self.values.append(total / count)
        if len(self.values) == POINTS:
            self.steps = self.steps[1::2]
            self.values = [(a + b) / 2 for a, b in zip(self.values[::2], self.values[1::2], strict=True)]
            self.stride *= 2


@dataclass
class History:
    """The course of one training.

    Attributes:
        name: The training's name, also its checkpoint's.
        epochs: One row per finished epoch: `epoch`, `step`, `seconds` (so far), the mean of each loss over the epoch,
            and what `validate` returned.
        curves: Each loss over the steps.
        steps: Optimisation steps so far.
        images: Images seen so far, over all devices.
        seconds: Seconds of training so far, without those before an interruption was resumed.
        finished: Whether all epochs (or the budget of seconds) are done.
    """

    name: str
    epochs: list[dict[str, float]] = field(default_factory=list)
    curves: dict[str, Curve] = field(default_factory=dict)
    steps: int = 0
    images: int = 0
    seconds: float = 0.0
    finished: bool = False

    @property
    def images_per_second(self) -> float:
        """Throughput over the whole training, validation included."""
        return self.images / self.seconds if self.seconds else 0.0

    def curve(self, figure: str = "loss") -> tuple[list[int], list[float]]:
        """Steps and values of a figure, ready for `plots.curves`."""
        return self.curves[figure].steps, self.curves[figure].values

    def epoch_curve(self, figure: str = "loss") -> tuple[list[int], list[float]]:
        """Steps and values of a figure at the ends of epochs, such as what `validate` returned."""
        rows = [row for row in self.epochs if figure in row]
        return [int(row["step"]) for row in rows], [row[figure] for row in rows]

    def last(self, figure: str = "loss") -> float:
        """A figure's value in the latest epoch that has it; a loss's latest point before the first epoch has ended."""
        values = self.epoch_curve(figure)[1] or self.curve(figure)[1]
        return values[-1]

    def to_dict(self) -> dict[str, Any]:
        """Plain values only, for JSON and for checkpoints."""
        return asdict(self)

    @classmethod
    def from_dict(cls, content: dict[str, Any]) -> "History":
        """The history that `to_dict` wrote."""
        curves = {figure: Curve(**curve) for figure, curve in content["curves"].items()}
        return cls(**{**content, "curves": curves})
