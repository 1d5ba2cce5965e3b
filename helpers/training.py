"""Training loops on Lightning Fabric: one loss and one optimiser (`fit`), or any step of any number of them (`train`).

Both move what they train to the run's device, use its precision, show progress, keep checkpoints and take them up
again, stop cleanly at Ctrl-C and at a loss that is no number, and run on several devices under torchrun.

    history = training.fit(model, loss, batches, optimizer=training.adam(model, lr=1e-3), run=run, epochs=5, name="vae")

A step never waits for the device: losses stay there and are read together about twice a second.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from helpers import checkpoints, presets, previews
from helpers.errors import WorkbookError
from helpers.history import History
from helpers.progress import Progress
from helpers.trainer import Batches, Step, Trainer, on_device, steps_per_epoch


def fit(
    model: nn.Module,
    loss: Callable[..., Tensor | tuple[Tensor, dict[str, Tensor]]],
    batches: Batches,
    *,
    optimizer: Optimizer,
    epochs: int,
    name: str,
    run: presets.Run | None = None,
    scheduler: Any = None,
    clip: float | None = None,
    **options: Any,
) -> History:
    """Minimise one loss.

    Args:
        model: What is trained. Mixed precision covers its `forward`, which then returns float32; its other methods run
            in float32.
        loss: Called as `loss(model, *batch)`; returns the mean loss over the batch, shape (), or that and a dict of
            further figures to follow, each of shape ().
        batches: One epoch; each batch is a tensor or a tuple of tensors.
        optimizer: Holds the model's parameters, such as `adam(model, lr=1e-3)`.
        epochs: How often to go through the batches.
        name: Name of the training, also of its checkpoint in the run's folder.
        run: Device, precision, seed and folder; None trains on the CPU in float32 and keeps no checkpoint.
        scheduler: Stepped after every step: a scheduler, or a function of the optimiser and the number of steps that
            makes one, such as `warmup_cosine`.
        clip: Largest norm of the gradient over all parameters; None leaves it.
        **options: As for `train`: validate, on_epoch, preview, fresh, seconds, compile, config.

    Raises:
        Diverged: The loss stopped being finite; the model is back where it last was.
        WorkbookError: Something does not fit together; the sentence says what to do.
    """
    held = {id(parameter) for group in optimizer.param_groups for parameter in group["params"]}
    if not any(id(parameter) in held for parameter in model.parameters()):
        raise WorkbookError("The optimizer holds none of the model's parameters; make it after the model, from it.")
    if isinstance(scheduler, Callable) and not hasattr(scheduler, "step"):
        scheduler = scheduler(optimizer, epochs * steps_per_epoch(batches))

    def step(nets: dict[str, nn.Module], optimizers: dict[str, Optimizer], *batch: Tensor) -> dict[str, Tensor]:
        value = loss(nets["model"], *batch)
        value, figures = value if isinstance(value, tuple) else (value, {})
        if not isinstance(value, Tensor) or value.numel() != 1 or not value.requires_grad:
            raise WorkbookError(f"The loss has to be one number with a gradient, but it is {_kind(value)}.")
        optimizers["model"].zero_grad(set_to_none=True)
        value.backward()
        if clip is not None:
            nn.utils.clip_grad_norm_(model.parameters(), clip)
        optimizers["model"].step()
        return {"loss": value, **figures}

    return train(
        step,
        batches,
        modules={"model": model},
        optimizers={"model": optimizer},
        schedulers=() if scheduler is None else (scheduler,),
        epochs=epochs,
        name=name,
        run=run,
        watch=("loss",),
        code=(loss, clip),
        **options,
    )


def train(
    step: Step,
    batches: Batches,
    *,
    modules: dict[str, nn.Module],
    optimizers: dict[str, Optimizer],
    epochs: int,
    name: str,
    run: presets.Run | None = None,
    schedulers: Sequence[Any] = (),
    keep: Mapping[str, Any] | None = None,
    validate: Callable[[], Any] | None = None,
    on_epoch: Callable[[int, History], None] | None = None,
    preview: Callable[[], Tensor] | None = None,
    fresh: bool = False,
    seconds: float | None = None,
    compile: bool = False,
    config: Mapping[str, Any] | None = None,
    watch: Sequence[str] = (),
    code: Sequence[Any] = (),
) -> History:
    """Run `step` on every batch of every epoch, whatever it optimises: a GAN's two losses, a critic's five steps.

    Args:
        step: Called as `step(modules, optimizers, *batch)` with both as dicts of the names given here; calls backward
            and the optimisers itself; returns figures of shape () by name, which are followed and must stay finite.
        batches: One epoch; each batch is a tensor or a tuple of tensors.
        modules: What is trained, by name.
        optimizers: By name.
        epochs: How often to go through the batches.
        name: Name of the training, also of its checkpoint in the run's folder.
        run: Device, precision, seed and folder; None trains on the CPU in float32 and keeps no checkpoint.
        schedulers: Each is stepped after every step.
        keep: By name what else belongs to the state of the training, with `state_dict` and `load_state_dict`: a buffer
            of earlier samples.
        validate: Called at the end of each epoch, with the modules in evaluation mode and without gradients; returns a
            number, or a dict of them, for the epoch's row.
        on_epoch: Called after that with the epoch (from 1) and the history, such as to show samples.
        preview: Called every so often where somebody watches, with the modules in evaluation mode and without
            gradients; returns images to show beside the curves, fractions of one, shape (B, C, H, W).
        fresh: Whether to ignore an earlier checkpoint and train the modules as they are.
        seconds: Budget of training time after which the training counts as finished.
        compile: Whether to compile the modules' forward; where that fails, they run as they are.
        config: Further plain values that the result depends on, such as the data's checksum; a change trains anew.
        watch: The figures that must stay finite; all where empty.
        code: What stands for `step` in the checkpoint's fingerprint; `step` itself where empty.

    Returns:
        The course of the training. The modules are left in evaluation mode, and the random generators where the
        training ended. Neither `validate`, `on_epoch` nor `preview` can disturb the training's random numbers.
    """
    if len(batches) == 0:
        raise WorkbookError("There are no batches to train on; choose a batch size no larger than the data set.")
    from helpers.devices import fabric_for  # here, since Fabric is slow to import and a graded notebook never trains

    fabric = fabric_for(run)
    fingerprint = {
        "the shapes of the network": checkpoints.shapes(modules),
        "the code": checkpoints.code(*(code or (step,)), *modules.values()),
        "the optimizer": str({key: checkpoints.settings(optimizer) for key, optimizer in optimizers.items()}),
        "the scheduler": str([checkpoints.settings(scheduler) for scheduler in schedulers]),
        "the number of epochs": f"{epochs} {seconds}",
        "the data": checkpoints.data(batches),
        "the run": f"{run.preset} {run.dataset} {run.seed}" if run else "",
        "config": str(sorted((config or {}).items())),
    }
    progress = Progress(name, live=not (run.headless if run else presets.headless()), silent=fabric.global_rank > 0)
    training = Trainer(
        step=step,
        batches=batches,
        modules=modules,
        optimizers=optimizers,
        schedulers=schedulers,
        keep=keep or {},
        epochs=epochs,
        seed=run.seed if run else 0,
        budget=seconds or math.inf,
        validate=validate,
        on_epoch=on_epoch,
        watch=watch,
        fabric=fabric,
        nets={},
        preview=previews.Preview(preview, progress) if preview and progress.live and fabric.world_size == 1 else None,
        progress=progress,
        checkpoint=checkpoints.Checkpoint(run.folder / f"{name}.pt", fingerprint) if run else None,
        history=History(name),
    )
    training.set_up(compile)
    if not training.take_up(fresh):
        training.go()
    for module in modules.values():
        module.eval()
    return training.history


def evaluate(
    model: nn.Module, measure: Callable[..., Tensor], batches: Iterable[Any], device: torch.device | str = "cpu"
) -> float:
    """The mean of a measure over a data set, in float32, weighted by the sizes of the batches.

    Args:
        model: Put into evaluation mode meanwhile.
        measure: Called as `measure(model, *batch)`; returns the mean over the batch, shape ().
        batches: The data set once through.
        device: Where the model is.
    """
    was_training = model.training
    model.eval()
    total, images = torch.zeros((), device=device), 0
    with torch.no_grad():
        for batch in batches:
            batch = on_device(batch, torch.device(device))
            total += measure(model, *batch) * len(batch[0])
            images += len(batch[0])
    model.train(was_training)
    return total.item() / images


def adam(model: nn.Module | Iterable[Tensor], lr: float, **options: Any) -> torch.optim.Adam:
    """Adam in one fused kernel for a model or for parameters; options are torch's (betas, eps, weight_decay)."""
    parameters = model.parameters() if isinstance(model, nn.Module) else model
    return torch.optim.Adam(parameters, lr=lr, **{"fused": True, **options})


def warmup_cosine(optimizer: Optimizer, steps: int, warmup: int = 0) -> torch.optim.lr_scheduler.LambdaLR:
    """Raise the learning rate linearly over `warmup` steps, then lower it to zero along half a cosine until `steps`."""

    def factor(step: int) -> float:
        if step < warmup:
            return (step + 1) / warmup
        return 0.5 * (1 + math.cos(math.pi * min(1.0, (step - warmup) / max(1, steps - warmup))))

    return torch.optim.lr_scheduler.LambdaLR(optimizer, factor)


def _kind(value: Any) -> str:
    if not isinstance(value, Tensor):
        return f"a {type(value).__name__}"
    return f"a tensor of shape {tuple(value.shape)}" + ("" if value.requires_grad else " without a gradient")
