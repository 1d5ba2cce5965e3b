"""Checks of the negative ELBO and its two parts."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.distributions import Normal, kl_divergence

from helpers.checks import gaussians, importance
from helpers.checks.compare import Verdict, close, gradients, same, tensor
from helpers.checks.core import Properties, check, essential
from helpers.checks.inputs import Draw
from helpers.checks.subject import Broken, Part, kind


@check
def kl_to_prior(student: Part, draw: Draw) -> Properties:
    """KL(N(mu, diag(exp(log_var))) || N(0, I)) in nats, one number per image."""
    near, zero = 0.3 * draw.normal(4, 3), torch.zeros(4, 3).double()
    yield essential(
        "it grows with the distance from the prior",
        lambda: bool((tensor(student(near + near.sign(), zero), (4,)) > tensor(student(near, zero), (4,))).all()),
        "One number per image, which is the larger the further the means are from 0.",
    )
    yield from gaussians.kl_to_standard(student, draw, summed=True)
    one = torch.ones(1, 10).double()
    due = torch.tensor([5.0]).double()
    yield (
        "ten dimensions at N(1, 1) cost 5 nats",
        lambda: same(
            student(one, 0 * one),
            due,
            {
                "This is a mean over the numbers of a code: divergences of independent dimensions add up.": due / 10,
                "The half is missing.": 2 * due,
                "The sign: a divergence is never negative.": -due,
            },
        ),
        "Each of the ten costs half a nat, and all ten cost 5.",
    )


def three(value: object, batch: int) -> tuple[Tensor, Tensor, Tensor]:
    """Three tensors of one number per image.

    Raises:
        Broken: They are not.
    """
    if isinstance(value, Tensor) and value.ndim == 2 and len(value) == 3:
        value = tuple(value)
    if not isinstance(value, (tuple, list)) or len(value) != 3:
        what = f"{len(value)} values" if isinstance(value, (tuple, list)) else kind(value)
        raise Broken(f"It should return nelbo, kl and rec, and returned {what}.")
    return tuple(tensor(part, (batch,)) for part in value)


@check
def negative_elbo(student: Part, draw: Draw) -> Properties:
    """nelbo = kl + rec of each image, with kl and rec from the functions that are handed over."""
    x = draw.integers(0, 2, 4, 6).double()
    logits, mu, log_var = draw.normal(4, 6), draw.normal(4, 3), draw.normal(4, 3)
    collaborators = {"kl_to_prior": importance.odd_cost, "log_likelihood": importance.odd_likelihood}

    def run(x: Tensor, logits: Tensor, mu: Tensor, log_var: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        return three(student(x, logits, mu, log_var, **collaborators), len(x))

    # an answer that writes the terms out instead of calling what is handed over is right too
    exact_kl = kl_divergence(Normal(mu, (log_var / 2).exp()), Normal(torch.zeros_like(mu), 1.0)).sum(1)
    exact_rec = F.binary_cross_entropy_with_logits(logits, x, reduction="none").sum(1)
    odd_kl = importance.odd_cost(mu, log_var)
    odd_rec = -importance.odd_likelihood(x, logits)

    def either(value: Tensor, odd: Tensor, exact: Tensor, slips: dict[str, Tensor]) -> Verdict:
        return Verdict(True) if close(value, exact) else same(value, odd, slips)

    yield essential(
        "three numbers per image",
        lambda: Verdict(len(run(x, logits, mu, log_var)) == 3),
        "Return nelbo, kl and rec, one number per image each: means over the batch are taken later.",
    )

    def felt() -> Verdict:
        plain = torch.stack(run(x, logits, mu, log_var))
        others = {"logits": run(x, logits + 1, mu, log_var), "mu": run(x, logits, mu + 1, log_var)}
        idle = [name for name, other in others.items() if close(torch.stack(other), plain)]
        return Verdict(not idle, f"Nothing changes when {idle[0]} changes." if idle else "")

    yield essential(
        "encoder and decoder both count",
        felt,
        "The decoder's logits decide rec, and the encoder's mu and log_var decide kl.",
    )
    yield (
        "kl is the divergence",
        lambda: either(
            run(x, logits, mu, log_var)[1],
            odd_kl,
            exact_kl,
            {
                "kl and rec have changed places: the docstring gives their order.": odd_rec,
                "The sign of kl: a divergence is a cost already.": -odd_kl,
                "kl is averaged over the dimensions of the code.": odd_kl / 3,
                "kl is averaged over the batch.": odd_kl.mean().expand(4),
                "This is the sum, and the docstring wants it first.": odd_kl + odd_rec,
                "mu and log_var have changed places.": importance.odd_cost(log_var, mu),
            },
        ),
        "The second value should be what kl_to_prior gives for mu and log_var.",
    )
    yield (
        "rec is a cost",
        lambda: either(
            run(x, logits, mu, log_var)[2],
            odd_rec,
            exact_rec,
            {
                "rec is the log-likelihood itself. It should be a cost: smaller is better.": -odd_rec,
                "kl and rec have changed places: the docstring gives their order.": odd_kl,
                "rec is a mean over the pixels, while kl is a sum: both have to be nats per image.": odd_rec / 6,
                "This is the sum, and the docstring wants it first.": odd_kl + odd_rec,
                "rec is averaged over the batch.": odd_rec.mean().expand(4),
            },
        ),
        "The third value should be minus the log-likelihood of the image under its logits.",
    )

    def sum_of_parts() -> Verdict:
        nelbo, kl, rec = run(x, logits, mu, log_var)
        return same(
            nelbo,
            kl + rec,
            {
                "The parts are subtracted: both are costs.": kl - rec,
                "The parts are subtracted: both are costs. ": rec - kl,
                "The sign of the whole: the *negative* ELBO is a cost.": -(kl + rec),
                "kl is left out of the sum.": rec,
                "rec is left out of the sum.": kl,
                "kl counts half.": kl / 2 + rec,
                "The sum is averaged over the batch.": (kl + rec).mean().expand(4),
            },
        )

    yield (
        "nelbo is kl + rec",
        sum_of_parts,
        "The first value should be the sum of the two others, image by image.",
    )

    def slopes() -> Verdict:
        leaves = [v.clone().requires_grad_() for v in (logits, mu, log_var)]
        own = [v.clone().requires_grad_() for v in (logits, mu, log_var)]
        pull = draw.normal(len(x))
        found = gradients(run(x, *leaves)[0] * pull, leaves)
        odd = gradients((importance.odd_cost(own[1], own[2]) - importance.odd_likelihood(x, own[0])) * pull, own)
        exact = [pull[:, None] * slope for slope in (logits.sigmoid() - x, mu, (log_var.exp() - 1) / 2)]
        decoder, encoder = slice(0, 1), slice(1, 3)  # each part may be written out or called, as in the items above
        return Verdict(
            all(any(all(map(close, found[part], due[part])) for due in (odd, exact)) for part in (decoder, encoder))
        )

    yield (
        "a gradient reaches logits, mu and log_var",
        slopes,
        "Decoder and encoder learn from this number. Is something detached?",
    )
