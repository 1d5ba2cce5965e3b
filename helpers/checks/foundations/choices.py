"""Checks of random choices: Gumbel noise, the winner, its relaxation, and the gradient that goes straight through."""

from __future__ import annotations

import torch
from torch import Tensor

from helpers.checks import integrands
from helpers.checks.compare import Verdict, gives_shape, gradients, same, tensor
from helpers.checks.core import Properties, check, essential
from helpers.checks.inputs import Draw
from helpers.checks.subject import Part


@check
def gumbel(student: Part, draw: Draw) -> Properties:
    """The inverse of the distribution function exp(-exp(-g))."""
    u = 0.02 + 0.96 * draw.uniform(4, 5)
    yield essential(
        "one number per uniform number",
        lambda: gives_shape(student, (4, 5), u),
        "The result has the shape of u.",
    )
    single = -u.log()
    yield essential(
        "its distribution function gives back u",
        lambda: _inverse(tensor(student(u), (4, 5)), u, single),
        "Put your result g into exp(-exp(-g)): it should give u back. u = 1/2 gives g = 0.367.",
    )
    yield (
        "numbers near 0 and 1 are not cut",
        lambda: same(student(torch.tensor([1e-6, 1 - 1e-4]).double()), torch.tensor([-2.6258, 9.2103]), relative=1e-3),
        "u = 0.000001 gives about -2.6, and u = 0.9999 about 9.2: do not cut, round or shift u.",
    )


def _inverse(g: Tensor, u: Tensor, single: Tensor) -> Verdict:
    """Whether exp(-exp(-g)) is u."""
    slips = {
        "The sign of the outer logarithm: large u should give large noise.": single.log(),
        "One logarithm is missing: this is exponential noise.": single,
        "This is minus exponential noise: one logarithm is missing.": -single,
        "u is mirrored: this solves for 1 - u.": -(-(1 - u).log()).log(),
        "The uniform numbers came back unchanged.": u,
        "This is the distribution function itself; its inverse is asked for.": (-(-u).exp()).exp(),
        "This is the distribution function of the noise with signs turned.": 1 - (-u.exp()).exp(),
        "This is logistic noise.": u.log() - (1 - u).log(),
        "Both signs are lost.": (u.log().abs()).log(),
        "The logarithm is in base 2.": -(-u.log2()).log2(),
    }
    for advice, slip in slips.items():
        if torch.allclose(g.detach().double(), slip, rtol=1e-4, atol=1e-6):
            return Verdict(False, "", advice)
    return same((-(-g).exp()).exp(), u)


@check
def gumbel_max(student: Part, draw: Draw) -> Properties:
    """The place of the largest sum of logit and noise."""
    logits, g = 2 * draw.normal(40, 4), -(-(0.01 + 0.98 * draw.uniform(40, 4)).log()).log()
    hand = torch.tensor([[0.0, 1.0], [0.0, 1.0]]).double(), torch.tensor([[0.9, -0.2], [0.3, -0.2]]).double()
    yield essential(
        "one category per row",
        lambda: gives_shape(student, (40,), logits, g),
        "Return the place of the winner of each row, not its value.",
    )

    def whole(value: object, rows: int) -> Tensor:
        return tensor(value, (rows,))

    yield essential(
        "by hand",
        lambda: same(whole(student(*hand), 2), torch.tensor([0, 1])),
        "Logits (0, 1) with noise (0.9, -0.2) give category 0, and with noise (0.3, -0.2) category 1.",
    )
    yield essential(
        "the winner of the sum",
        lambda: same(
            whole(student(logits, g), 40),
            (logits + g).argmax(-1),
            {
                "The noise plays no part: this is always the most probable category.": logits.argmax(-1),
                "The logits play no part.": g.argmax(-1),
                "The noise is subtracted, which gives another distribution.": (logits - g).argmax(-1),
                "The smallest sum wins here.": (logits + g).argmin(-1),
                "The noise is added to probabilities. It belongs to their logarithms.": (logits.softmax(-1) + g).argmax(
                    -1
                ),
                "Logits and noise are multiplied.": (logits * g).argmax(-1),
                "Probabilities are multiplied with the noise.": (logits.softmax(-1) * g).argmax(-1),
            },
        ),
        "The category with the largest sum of logit and noise should win.",
    )
    yield (
        "a whole number",
        lambda: Verdict(not whole(student(logits, g), 40).is_floating_point()),
        "Categories are used as indices: return integers.",
    )
    shift, lifted = 10 * draw.normal(40, 1), 2 * draw.normal(40, 4)  # logits that nobody was asked about before
    yield (
        "a constant added to the logits changes nothing",
        lambda: same(whole(student(lifted + shift, g), 40), (lifted + g).argmax(-1)),
        "Logits are only known up to a constant per row.",
    )


@check
def gumbel_softmax(student: Part, draw: Draw) -> Properties:
    """A softmax of the perturbed logits, sharpened by the temperature."""
    logits, g = draw.normal(5, 4), -(-(0.01 + 0.98 * draw.uniform(5, 4)).log()).log()
    temperature = 0.3 + 0.3 * float(draw.uniform(1))
    total = logits + g

    def softened(scores: Tensor) -> Tensor:
        weights = (scores - scores.amax(-1, keepdim=True)).exp()
        return weights / weights.sum(-1, keepdim=True)

    yield essential(
        "one weight per category",
        lambda: gives_shape(student, (5, 4), logits, g, temperature),
        "The result has the shape of the logits.",
    )
    yield essential(
        "by hand",
        lambda: same(
            student(torch.tensor([[0.0, 1.0]]).double(), torch.tensor([[0.9, -0.2]]).double(), 0.1),
            torch.tensor([[0.7310586, 0.2689414]]),
        ),
        "Sums 0.9 and 0.8 at temperature 0.1 differ by 1 after the division, so the weights are 0.73 and 0.27.",
    )
    yield essential(
        "the relaxed winner",
        lambda: same(
            student(logits, g, temperature),
            softened(total / temperature),
            {
                "The temperature multiplies where it should divide: a low one should sharpen.": softened(
                    total * temperature
                ),
                "The temperature plays no part.": softened(total),
                "Only the logits are divided by the temperature.": softened(logits / temperature + g),
                "Only the noise is divided by the temperature.": softened(logits + g / temperature),
                "The noise plays no part.": softened(logits / temperature),
                "The logits play no part.": softened(g / temperature),
                "The noise has the wrong sign.": softened((logits - g) / temperature),
                "The softmax runs over the batch.": (total / temperature).softmax(0),
                "These are logarithms of the weights.": (total / temperature).log_softmax(-1),
                "The weights are divided by the temperature: it belongs inside the exponential.": softened(total)
                / temperature,
                "The temperature is squared.": softened(total / temperature**2),
                "The noise is added to probabilities. It belongs to logits.": softened(
                    (logits.softmax(-1) + g) / temperature
                ),
                "The largest weight is chosen already: this exercise wants the soft vector.": torch.nn.functional.one_hot(
                    total.argmax(-1), 4
                ),
            },
        ),
        "Divide the sum of logits and noise by the temperature, then normalise each row.",
    )
    yield (
        "a low temperature gives the winner",
        lambda: same(student(logits, g, 1e-4), torch.nn.functional.one_hot(total.argmax(-1), 4), absolute=1e-4),
        "At temperature 0.0001 the largest weight should be 1, with nothing overflowing.",
    )
    yield (
        "a high temperature forgets the logits",
        lambda: same(student(logits, g, 1e7), torch.full((5, 4), 0.25)),
        "At a very high temperature all weights should be equal.",
    )

    def slope() -> Verdict:
        leaf = logits.clone().requires_grad_()
        weights = softened(total / temperature)
        due = weights[:, 0, None] * (torch.tensor([1.0, 0, 0, 0]) - weights) / temperature
        return same(gradients(tensor(student(leaf, g, temperature))[:, 0], leaf)[0], due)

    yield (
        "a gradient reaches the logits",
        slope,
        "The relaxation exists for its gradient: is something detached, rounded or chosen?",
    )


@check
def straight_through(student: Part, draw: Draw) -> Properties:
    """A one-hot vector in value, the relaxed vector in gradient."""
    logits, g = draw.normal(6, 4), -(-(0.01 + 0.98 * draw.uniform(6, 4)).log()).log()
    temperature = 0.5 + float(draw.uniform(1))
    soft = integrands.crooked(logits, g, temperature)
    hard = torch.nn.functional.one_hot(soft.argmax(-1), 4).double()
    own = torch.softmax((logits + g) / temperature, dim=-1)

    def value(logits: Tensor) -> Tensor:
        return tensor(student(logits, g, temperature, integrands.crooked), (6, 4))

    yield essential(
        "one vector per row",
        lambda: gives_shape(student, (6, 4), logits, g, temperature, integrands.crooked),
        "The result has the shape of the logits.",
    )
    yield essential(
        "a one-hot vector",
        lambda: same(
            value(logits),
            hard,
            {
                "This is the soft vector: in value it should be the winner alone.": soft,
                "Hard and soft vectors are added up: what is added must be zero in value.": hard + soft,
                "Soft twice and hard once: what is added must be zero in value.": hard - soft,
                "Half of the sum.": (hard + soft) / 2,
                "The smallest weight won.": torch.nn.functional.one_hot(soft.argmin(-1), 4).double(),
                "The relaxation that is given as an argument is not used.": torch.nn.functional.one_hot(
                    own.argmax(-1), 4
                ).double(),
                "The winner is sought among the logits.": torch.nn.functional.one_hot(logits.argmax(-1), 4).double(),
                "The winner keeps its soft weight.": hard * soft,
                "The winner is sought over the batch.": torch.nn.functional.one_hot(soft.argmax(0), 6).T.double(),
            },
        ),
        "In value, each row should be 1 at the largest of the weights that `relax` returns, and 0 elsewhere.",
    )
    direction = draw.normal(6, 4)

    def slope() -> Verdict:
        leaf, other = logits.clone().requires_grad_(), logits.clone().requires_grad_()
        due = gradients(integrands.crooked(other, g, temperature) * direction, other)[0]
        return same(
            gradients(value(leaf) * direction, leaf)[0],
            due,
            {
                "No gradient arrives: a one-hot vector has none of its own.": torch.zeros_like(due),
                "The gradient has its sign turned.": -due,
                "The gradient arrives twice.": 2 * due,
                "The gradient arrives at the winner's place only: pretend that the value had been the whole soft vector.": gradients(
                    integrands.crooked(other, g, temperature) * direction * hard, other
                )[0],
            },
        )

    yield (
        "the gradient of the relaxed vector",
        slope,
        "Backwards, the result should behave as if it had been the soft vector. Add to the hard vector something that is zero in"
        " value and not in gradient.",
    )
    yield (
        "a floating-point vector",
        lambda: Verdict(value(logits).dtype == torch.float64, f"Its dtype is {value(logits).dtype}."),
        "The result should have the dtype of the weights, so that networks can go on with it.",
    )
