"""Checks of FactorVAE's two steps: by both players' parameters after them, with gradients of earlier steps lying about."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
from torch import Tensor, nn

from helpers.checks import doubles, factor_doubles
from helpers.checks.compare import Verdict, close, same, tensor
from helpers.checks.core import Properties, check, essential, remark
from helpers.checks.inputs import Draw
from helpers.checks.subject import Part

SIZE, LATENT = 3, 2
RATE = 0.1
SEEDS = (3, 4)  # of the model, of the discriminator


def flat(parameters: Mapping[str, Tensor]) -> Tensor:
    """All parameters in one row, in the order of their names."""
    return torch.cat([parameters[name].detach().flatten() for name in sorted(parameters)])


class Stage:
    """A model and a discriminator beside the student's step, and the same two here."""

    def __init__(self, student: Part, dirt: float = 0.0):
        """Build both; `dirt` is the gradient that earlier steps have left on every parameter."""
        self.model = student.beside(factor_doubles.CodeModel, SIZE, LATENT, SEEDS[0])
        self.judge = student.beside(factor_doubles.PairJudge, LATENT, SEEDS[1])
        self.optimizers = [student.beside(doubles.sgd, net, RATE) for net in (self.model, self.judge)]
        if dirt:
            for net in (self.model, self.judge):
                student.beside(factor_doubles.soiled, net, dirt)

    def ends(self) -> tuple[Tensor, Tensor]:
        """Both players' parameters now."""
        return flat(self.model.parameters()), flat(self.judge.parameters())

    def free(self) -> Verdict:
        """Whether both players can go on learning."""
        for name, net in (("model", self.model), ("discriminator", self.judge)):
            if not all(p.requires_grad for p in net.parameters().values()):
                return Verdict(False, f"Afterwards the parameters of the {name} ask for no gradient.")
        return Verdict(True)


def here() -> tuple[nn.Module, nn.Module]:
    """Both players, as they begin."""
    return factor_doubles.CodeModel(SIZE, LATENT, SEEDS[0]), factor_doubles.PairJudge(LATENT, SEEDS[1])


def moved(net: nn.Module, loss: Tensor, dirt: float = 0.0) -> Tensor:
    """The parameters of a player after a step down a loss, in one row."""
    slopes = torch.autograd.grad(loss, list(net.parameters()), allow_unused=True)
    after = {
        name: p - RATE * ((0 if slope is None else slope) + dirt)
        for (name, p), slope in zip(net.named_parameters(), slopes, strict=True)
    }
    return flat(after)


@check
def vae_step(student: Part, draw: Draw) -> Properties:
    """One step of the model down rec + KL + gamma TC, with the discriminator at rest."""
    x, eps, gamma = draw.normal(5, SIZE), draw.normal(5, LATENT), 0.7
    start = [flat(dict(net.named_parameters())) for net in here()]

    def loss(variant: str = "", gamma: float = gamma) -> tuple[nn.Module, Tensor]:
        model, judge = here()
        rec, kl, z = model(x, eps)
        tc = factor_doubles.tilted_mean(judge(z.detach() if variant == "cut off" else z))
        kl_part = {"mean": kl.mean(1), "": kl.sum(1), "all": kl.sum() + 0 * rec}.get(variant, kl.sum(1))
        total = (rec + kl_part).mean()
        values = {
            "sum": (rec + kl_part).sum() + gamma * tc,
            "minus": total - gamma * tc,
            "no tc": total + 0 * tc,
            "no kl": rec.mean() + gamma * tc,
            "gamma on all": total + gamma * (total + tc),
            "tc per image": (rec + kl_part).sum() + 5 * gamma * tc,
            "no gamma": total + tc,
            "gamma on kl": (rec + gamma * kl_part).mean() + tc,
        }
        return model, values.get(variant, total + gamma * tc)

    def step(dirt: float = 0.0, gamma: float = gamma) -> tuple[object, Stage]:
        stage = Stage(student, dirt)
        value = student(stage.model, stage.judge, stage.optimizers[0], x, eps, gamma, factor_doubles.tilted_mean)
        return value, stage

    due = moved(*loss())
    yield essential(
        "the model makes one step down the loss",
        lambda: same(
            step()[1].ends()[0],
            due,
            {
                "The model did not move.": start[0],
                "The step went uphill.": 2 * start[0] - due,
                "The gradient of the total correlation does not reach the model: what is detached?": moved(
                    *loss("cut off")
                ),
                "The total correlation is rewarded instead of charged for.": moved(*loss("minus")),
                "The total correlation is missing.": moved(*loss("no tc")),
                "The divergence is missing.": moved(*loss("no kl")),
                "The divergence is averaged over the code variables; it adds up.": moved(*loss("mean")),
                "The divergences of all images are added to each of them.": moved(*loss("all")),
                "The costs are added over the batch; their mean is asked for.": moved(*loss("sum")),
                "All is added over the batch; the mean is asked for.": moved(*loss("tc per image")),
                "gamma is missing.": moved(*loss("no gamma")),
                "gamma weighs more than the total correlation.": moved(*loss("gamma on all")),
                "gamma weighs the divergence; that would be a beta-VAE.": moved(*loss("gamma on kl")),
            },
        ),
        "After one step the model's parameters should have moved along the gradient of mean(rec + sum of kl) + gamma tc, and the"
        " gradient of tc arrives through the discriminator and the codes.",
    )
    yield (
        "the discriminator does not move",
        lambda: same(step()[1].ends()[1], start[1]),
        "In the VAE's step only the VAE's parameters change.",
    )

    def clean() -> Verdict:
        value = step(dirt=0.4)[1].ends()[0]
        return same(
            value,
            due,
            {
                "Gradients of earlier steps are still there: PyTorch adds to `.grad` until it is told to clear it.": moved(
                    *loss(), 0.4
                )
            },
        )

    yield (
        "gradients of earlier steps are gone",
        clean,
        "What lies in `.grad` when the step begins should not count.",
    )
    yield (
        "without gamma an ordinary VAE",
        lambda: same(step(gamma=0.0)[1].ends()[0], moved(*loss(gamma=0.0))),
        "With gamma = 0 the discriminator has no say.",
    )
    yield from _afterwards(step, lambda: loss()[1])


@check
def discriminator_step(student: Part, draw: Draw) -> Properties:
    """One step of the discriminator on codes and shuffled codes; the model is left alone."""
    x, other = draw.normal(5, SIZE), draw.normal(5, SIZE)
    eps, noise = draw.normal(2, 5, LATENT), draw.uniform(5, LATENT)
    start = [flat(dict(net.named_parameters())) for net in here()]

    def loss(variant: str = "") -> tuple[nn.Module, Tensor]:
        model, judge = here()
        with torch.no_grad():
            z = model(x, eps[1 if variant == "eps swapped" else 0])[2]
            again = {"same images": x}.get(variant, other)
            z_other = model(again, eps[0 if variant in ("eps swapped", "one eps") else 1])[2]
            if variant == "the same codes":
                z_other = z
            shuffled = z_other if variant == "no shuffle" else factor_doubles.stretched(z_other, noise)
            if variant == "both shuffled":
                z = factor_doubles.stretched(z, noise)
            if variant == "images swapped":
                z, shuffled = model(other, eps[1])[2], factor_doubles.stretched(model(x, eps[0])[2], noise)
        if variant == "arguments swapped":
            return judge, factor_doubles.uneven_loss(judge(shuffled), judge(z))
        return judge, factor_doubles.uneven_loss(judge(z), judge(shuffled))

    def step(dirt: float = 0.0) -> tuple[object, Stage]:
        stage = Stage(student, dirt)
        value = student(
            stage.model,
            stage.judge,
            stage.optimizers[1],
            x,
            other,
            eps,
            noise,
            factor_doubles.stretched,
            factor_doubles.uneven_loss,
        )
        return value, stage

    due = moved(*loss())
    names: dict[str, str] = {
        "same images": "The shuffled codes should come from the other images.",
        "the same codes": "The codes of x are shuffled; those of the other images should be.",
        "no shuffle": "Nothing is shuffled.",
        "both shuffled": "The codes of x are shuffled, too.",
        "one eps": "Both batches have the same noise: each needs its own.",
        "eps swapped": "The noise of the two batches is exchanged: eps[0] belongs to x.",
        "images swapped": "x and x_other are exchanged.",
        "arguments swapped": "The loss gets the shuffled codes' logits first.",
    }
    yield essential(
        "the discriminator makes one step down its loss",
        lambda: same(
            step()[1].ends()[1],
            due,
            {
                "The discriminator did not move.": start[1],
                "The step went uphill.": 2 * start[1] - due,
                **{advice: moved(*loss(variant)) for variant, advice in names.items()},
            },
        ),
        "After one step the discriminator should have moved along the gradient of `loss`, on codes of x (drawn with eps[0]) and on"
        " shuffled codes of x_other (drawn with eps[1]).",
    )
    yield (
        "the model does not move",
        lambda: same(step()[1].ends()[0], start[0]),
        "In the discriminator's step only its own parameters change.",
    )

    def untouched() -> Verdict:
        stage = step()[1]
        stage.optimizers[0].method("step")  # uses whatever gradients were left on the model
        return same(stage.ends()[0], start[0])

    yield (
        "no gradient is left on the model",
        untouched,
        "The discriminator's loss has reached the encoder: a step of the model's optimiser, made right afterwards, moves the model."
        " Codes that the discriminator trains on need no way back.",
    )
    yield (
        "gradients of earlier steps are gone",
        lambda: same(
            step(dirt=0.4)[1].ends()[1],
            due,
            {
                "Gradients of earlier steps are still there, such as those that the VAE's step leaves on it.": moved(
                    *loss(), 0.4
                )
            },
        ),
        "The VAE's step leaves gradients on the discriminator; what lies in `.grad` when this step begins should not count.",
    )
    yield from _afterwards(step, lambda: loss()[1])


def _afterwards(step: Callable[[], tuple[object, Stage]], loss: Callable[[], Tensor]) -> Properties:
    """What both steps leave behind: networks that can learn, and the loss before the step as a mere number.

    Args:
        step: Makes the student's step; what it returned, and the stage after it.
        loss: The loss before the step.
    """
    yield (
        "both networks can learn afterwards",
        lambda: step()[1].free(),
        "The other step comes next: what was frozen for this one has to be set free again.",
    )

    def returned() -> Verdict:
        value = tensor(step()[0], ())
        return Verdict(close(value, loss().detach()), f"Yours is {float(value):.6g}.")

    yield (
        "returns the loss before the step",
        returned,
        "Return the loss that the step went down, as it was before the step: a scalar.",
    )
    yield remark(
        "no graph hangs on what it returns",
        lambda: Verdict(not tensor(step()[0]).requires_grad),
        "A loss that is kept drags its whole graph along unless it is detached.",
    )
