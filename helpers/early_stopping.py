"""Stop a training when a validation figure no longer falls, and put the weights of its lowest value back.

    best = early_stopping.Best(model, run, name="flow", patience=10)
    history = training.fit(model, loss, batches, validate=validate, on_epoch=best, name="flow", run=run, ...)
    best.restore(history)

The validation part decides, never the test part. The best weights lie beside the checkpoint, so that a training which
was interrupted, or had ended before, gives the same model.
"""

from __future__ import annotations

import io
import math
from pathlib import Path

import torch
from torch import Tensor, nn

from helpers import presets
from helpers.history import History


class Best:
    """The weights of a model's best epoch; call it at the end of each epoch, as `on_epoch` does.

    Args:
        model: What is trained.
        run: The run, whose folder keeps the weights; None keeps them in memory only.
        name: The training's name.
        patience: Epochs without a new lowest value after which the training ends; None never ends it.
        figure: Name of the validation figure in the epochs' rows.
    """

    def __init__(
        self,
        model: nn.Module,
        run: presets.Run | None,
        name: str,
        patience: int | None = None,
        figure: str = "validation",
    ):
        self.model, self.patience, self.figure = model, patience, figure
        self.path = None if run is None else run.folder / f"{name}-best.pt"
        self.kept: tuple[int, dict[str, Tensor]] | None = None

    def __call__(self, epoch: int, history: History) -> None:
        """Keep the weights if this epoch is the best so far; end the training if the best one is long ago."""
        best = best_epoch(history, self.figure)
        if best == epoch:
            weights = {name: value.detach().cpu().clone() for name, value in self.model.state_dict().items()}
            self.kept = (epoch, weights)
            if self.path is not None and presets.process_rank() == 0:
                file = io.BytesIO()
                value = history.epochs[epoch - 1][self.figure]
                torch.save({"epoch": epoch, "value": value, "weights": weights}, file)
                presets.write_atomically(self.path, file.getvalue())
        if self.patience is not None and epoch - best >= self.patience:
            history.finished = True

    def restore(self, history: History) -> int:
        """Put the best epoch's weights into the model and return its number; 0 where no epoch has ended.

        Where its weights are lost, the model stays as the training left it, and the last epoch's number is returned.
        """
        if not history.epochs:
            return 0
        best = best_epoch(history, self.figure)
        kept = self.kept if self.kept is not None and self.kept[0] == best else self._read(best, history)
        if kept is None:
            return len(history.epochs)
        self.model.load_state_dict(kept[1])
        return best

    def _read(self, epoch: int, history: History) -> tuple[int, dict[str, Tensor]] | None:
        """The weights of an epoch from the file, if it holds that epoch of this training."""
        if self.path is None or not Path(self.path).is_file():
            return None
        content = torch.load(self.path, map_location="cpu", weights_only=True)
        value = history.epochs[epoch - 1][self.figure]
        if content["epoch"] != epoch or not math.isclose(content["value"], value, rel_tol=1e-6):
            return None
        return epoch, content["weights"]


def best_epoch(history: History, figure: str = "validation") -> int:
    """The first epoch, counted from 1, with the lowest value of a figure; what is no number is never the lowest."""
    values = [row[figure] for row in history.epochs]
    values = [value if math.isfinite(value) else math.inf for value in values]
    return 1 + min(range(len(values)), key=values.__getitem__)
