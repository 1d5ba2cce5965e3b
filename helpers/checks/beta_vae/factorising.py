"""Checks of what FactorVAE's discriminator sees and says: shuffled codes, the estimate, and its loss."""

from __future__ import annotations

import itertools
from math import log

import torch
from torch import Tensor

from helpers.checks.compare import Verdict, close, gives_shape, gradients, same, tensor, varies
from helpers.checks.core import Properties, check, essential
from helpers.checks.inputs import Draw
from helpers.checks.subject import Part


@check
def permute_dims(student: Part, draw: Draw) -> Properties:
    """Each code variable is shuffled over the batch by itself."""
    z, noise = draw.normal(8, 3), draw.uniform(8, 3)
    yield essential(
        "keeps the shape",
        lambda: gives_shape(student, (8, 3), z, noise),
        "Codes of shape (B, d) are shuffled into codes of shape (B, d).",
    )
    yield essential(
        "answers to the noise and to the codes",
        lambda: (
            varies(lambda n: student(z, n), (noise,), (noise.flip(0),))
            and varies(lambda c: student(c, noise), (z,), (2 * z + 1,))
        ),
        "Other noise is another order, and other codes are other values.",
    )
    yield (
        "every variable keeps its values",
        lambda: same(
            tensor(student(z, noise), (8, 3)).sort(0).values,
            z.sort(0).values,
            {
                "Only the rows' own values are kept: each row is shuffled, not each column.": z.sort(1)
                .values.sort(0)
                .values
            },
        ),
        "Sorted, each column should hold what it held before: no value is lost, doubled, or moved to another variable.",
    )
    yield (
        "the noise alone decides",
        lambda: same(student(z, noise), tensor(student(z, noise)).detach()),
        "Twice the same noise should give twice the same order: what else is drawn?",
    )
    twin = torch.arange(2000.0).double()[:, None].expand(2000, 2)  # both variables are the same number

    def apart() -> Verdict:
        value = tensor(student(twin, draw.uniform(2000, 2)), (2000, 2)).double()
        together = torch.corrcoef(value.T)[0, 1].abs()
        return Verdict(
            float(together) < 0.12, f"Two equal variables still have a correlation of {float(together):.2f}."
        )

    yield (
        "variables that were the same become independent",
        apart,
        "All variables move in one order, so what belonged together still does. Each needs an order of its own.",
    )

    def own_noise() -> Verdict:
        other = noise.clone()
        other[:, 1] = noise[:, 1].flip(0)
        before, after = tensor(student(z, noise), (8, 3)), tensor(student(z, other), (8, 3))
        same_rest = close(before[:, [0, 2]], after[:, [0, 2]])
        return Verdict(same_rest and not close(before[:, 1], after[:, 1]))

    yield (
        "column j of the noise decides about column j",
        own_noise,
        "With other noise in the second column, the second code variable should have another order, and no other one.",
    )

    def every_order() -> Verdict:
        columns = 1200
        codes = torch.arange(3.0).double()[:, None].expand(3, columns)
        value = tensor(student(codes, draw.uniform(3, columns)), (3, columns)).double()
        seen = [int((value == torch.tensor(order)[:, None]).all(0).sum()) for order in itertools.permutations(range(3))]
        return Verdict(
            min(seen) > columns / 6 * 0.7, f"Of {columns} shuffles of three codes, one order came {min(seen)} times."
        )

    yield (
        "every order is as likely as any other",
        every_order,
        "Three codes have six orders, all of which should come equally often: shifting round, or a swap, is not enough.",
    )


@check
def total_correlation(student: Part, draw: Draw) -> Properties:
    """The mean of log D - log(1 - D) from two logits."""
    logits = 2 * draw.normal(7, 2) + torch.tensor([0.5, -0.3])
    chances = logits.softmax(1)
    first, second = logits.T
    yield essential(
        "returns a scalar",
        lambda: gives_shape(student, (), logits),
        "One number for the batch: a tensor of shape ().",
    )
    yield essential(
        "answers to the logits",
        lambda: varies(student, (logits,), (logits.flip(1) * 2,)),
        "Other logits, another estimate.",
    )
    yield (
        "the mean logarithm of the ratio",
        lambda: same(
            student(logits),
            (chances[:, 0] / chances[:, 1]).log().mean(),
            {
                "The sign, or the columns: column 0 stands for q(z), the numerator.": (second - first).mean(),
                "This is the sum over the batch; its mean is asked for.": (first - second).sum(),
                "Logits are no probabilities: the difference of the probabilities is no logarithm of their ratio.": (
                    chances[:, 0] - chances[:, 1]
                ).mean(),
                "This is the mean logarithm of D alone.": chances[:, 0].log().mean(),
                "This is minus the mean logarithm of 1 - D alone.": -chances[:, 1].log().mean(),
                "The mean is taken inside of the logarithm.": (chances[:, 0] / chances[:, 1]).mean().log(),
                "This is the mean of the ratios; their logarithm is asked for.": (chances[:, 0] / chances[:, 1]).mean(),
                "Only column 0 is used.": first.mean(),
                "The average runs over both columns: half of it.": (first - second).mean() / 2,
                "The logarithm is taken twice: what goes into it are logits already.": torch.nan_to_num(
                    (first / second).log()
                ).mean(),
                "A negative estimate is allowed: nothing is to be cut off or turned positive.": (first - second)
                .abs()
                .mean(),
            },
        ),
        "With two logits the logarithm of the ratio of both probabilities has a simple form. For (2, 1) and (0, 3) the mean is -1.",
    )
    yield (
        "a negative estimate stays negative",
        lambda: same(student(logits - torch.tensor([5.0, 0.0])), (first - second).mean() - 5),
        "The estimate is negative where the discriminator takes codes for shuffled ones; nothing is to be cut off.",
    )
    yield (
        "a constant added to both logits changes nothing",
        lambda: same(student(logits + 3 * draw.normal(7, 1)), (first - second).mean()),
        "A softmax does not see a constant that both logits share.",
    )
    yield (
        "large logits are harmless",
        lambda: same(student(torch.tensor([[900.0, -900.0], [-800.0, 900.0]]).double()), 50.0),
        "A probability of 0 or 1 in floating point has no finite logarithm: work with the logits themselves.",
    )

    def slopes() -> Verdict:
        ends = logits.clone().requires_grad_()
        return same(gradients(tensor(student(ends)), ends)[0], torch.tensor([1.0, -1.0]).expand(7, 2) / 7)

    yield (
        "its gradient reaches the logits",
        slopes,
        "The VAE follows the gradient of this estimate: did it get lost on the way (`detach`, `item`, numpy)?",
    )


@check
def discriminator_loss(student: Part, draw: Draw) -> Properties:
    """Half the cross-entropy of codes as class 0 plus half that of shuffled codes as class 1."""
    real, fake = 2 * draw.normal(6, 2), 2 * draw.normal(6, 2) + 0.5

    def logs(logits: Tensor) -> Tensor:
        return logits - logits.logsumexp(1, keepdim=True)

    def due(first: Tensor, second: Tensor) -> Tensor:
        return -(logs(first)[:, 0].mean() + logs(second)[:, 1].mean()) / 2

    def slips(first: Tensor, second: Tensor) -> dict[str, Tensor]:
        a, b = logs(first), logs(second)
        return {
            "The classes are exchanged: codes are class 0, shuffled codes class 1.": -(a[:, 1].mean() + b[:, 0].mean())
            / 2,
            "Both kinds are taken for codes.": -(a[:, 0].mean() + b[:, 0].mean()) / 2,
            "Both kinds are taken for shuffled codes.": -(a[:, 1].mean() + b[:, 1].mean()) / 2,
            "The half is missing: the mean of both cross-entropies is asked for.": 2 * due(first, second),
            "Only the codes count.": -a[:, 0].mean(),
            "Only the shuffled codes count.": -b[:, 1].mean(),
            "The sign: a cross-entropy is positive.": -due(first, second),
            "The losses are added up over the batch; their mean is asked for.": -(a[:, 0].sum() + b[:, 1].sum()) / 2,
            "The losses are added up over both batches.": -(a[:, 0].sum() + b[:, 1].sum()),
            "The softmax is taken twice: what goes into a cross-entropy are logits.": due(
                first.softmax(1), second.softmax(1)
            ),
            "The two kinds are weighted by how many there are; each counts one half.": -(a[:, 0].sum() + b[:, 1].sum())
            / (len(a) + len(b)),
            "The shuffled codes are subtracted.": -(a[:, 0].mean() - b[:, 1].mean()) / 2,
        }

    yield essential(
        "returns a scalar",
        lambda: gives_shape(student, (), real, fake),
        "One number for both batches: a tensor of shape ().",
    )
    yield essential(
        "answers to both sets of logits",
        lambda: (
            varies(lambda r: student(r, fake), (real,), (real.flip(1),))
            and varies(lambda f: student(real, f), (fake,), (fake.flip(1),))
        ),
        "Other logits of codes, or of shuffled codes, should give another loss.",
    )
    yield (
        "not knowing costs log 2",
        lambda: same(
            student(torch.zeros(4, 2).double(), torch.zeros(4, 2).double()),
            log(2),
            {
                "The half is missing: the mean of both cross-entropies is asked for.": 2 * log(2),
                "This is in bits; nats are asked for.": 1.0,
                "The sign: a cross-entropy is positive.": -log(2),
                "The losses are added up over the batch; their mean is asked for.": 4 * log(2),
                "The losses are added up over both batches.": 8 * log(2),
            },
        ),
        "Logits of 0 give both classes one half.",
    )
    yield (
        "codes are class 0, shuffled codes class 1",
        lambda: same(student(real, fake), due(real, fake), slips(real, fake)),
        "Half of the loss is the mean cross-entropy of codes as class 0, the other half that of shuffled codes as class 1.",
    )
    few = fake[:2]
    yield (
        "each kind counts one half",
        lambda: same(student(real, few), due(real, few), slips(real, few)),
        "With six codes and two shuffled ones each kind still counts one half.",
    )
    far = torch.tensor([[-1000.0, 1000.0]]).double()
    yield (
        "large logits are harmless",
        lambda: same(student(far, far), 1000.0) and same(student(far.flip(1), far), 0.0),
        "A probability that rounds to 0 has no logarithm: stay with logits.",
    )

    def slopes() -> Verdict:
        ends = [real.clone().requires_grad_(), fake.clone().requires_grad_()]
        found = gradients(tensor(student(*ends)), ends)
        classes = torch.eye(2).double()
        dues = [(t.softmax(1) - classes[k]) / (2 * len(t)) for k, t in enumerate((real, fake))]
        first = same(found[0], dues[0])
        return first if not first else same(found[1], dues[1])

    yield (
        "its gradient reaches both sets of logits",
        slopes,
        "The discriminator follows the gradient of this loss, from codes as well as from shuffled codes. Is something detached, or"
        " made a plain number?",
    )
