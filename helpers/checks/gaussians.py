"""Properties of exercises on diagonal Gaussians that variational autoencoders share; a problem's checks name them.

Everywhere `log_var` holds log sigma^2. The due values come from torch.distributions, by calls that no exercise asks for.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.distributions import Normal, kl_divergence

from helpers.checks.compare import Verdict, gives_shape, gradients, same, tensor, varies
from helpers.checks.core import Properties, essential
from helpers.checks.inputs import Draw
from helpers.checks.subject import Part


def sampling(student: Part, draw: Draw) -> Properties:
    """student(mu, log_var, eps) draws from N(mu, exp(log_var)) and passes its gradient to mu and log_var."""
    mu, log_var, eps = (draw.normal(5, 3) for _ in range(3))
    zero, one = torch.zeros_like(mu), torch.ones_like(mu)
    std = (log_var / 2).exp()
    yield essential(
        "one code per image",
        lambda: gives_shape(student, (5, 3), mu, log_var, eps),
        "All three arguments and the result have the same shape.",
    )
    yield essential(
        "answers to its arguments",
        lambda: varies(student, (mu, log_var, eps), (mu + 1, log_var, eps + 1)),
        "Another mean and other noise should give another code.",
    )
    yield (
        "without noise, the mean",
        lambda: same(student(mu, log_var, zero), mu),
        "With eps = 0 nothing is random, and z should be mu.",
    )
    yield (
        "mean 0 and variance 1 give back the noise",
        lambda: same(
            student(zero, zero, eps),
            eps,
            {
                "The noise lost its sign.": eps.abs(),
                "The noise came back with its sign turned. It has the same distribution, but z should increase with eps.": -eps,
                "The noise is squared.": eps**2,
                "The noise plays no part: which argument carries the randomness?": zero,
            },
        ),
        "With mu = 0 and log_var = 0, z should be eps itself. Is the randomness all in the argument eps?",
    )
    yield (
        "the spread is the standard deviation",
        lambda: same(
            student(zero, log_var, one),
            std,
            {
                "The spread is the variance: which power of sigma multiplies the noise?": std**2,
                "The log-variance itself is taken for the spread.": log_var,
                "The log-variance is taken for a variance: it may be negative, and a variance may not.": log_var.abs().sqrt(),
                "The spread grows where the log-variance falls: look at the sign in the exponent.": 1 / std,
                "Half of the variance is not its root: where does the half belong?": std**2 / 2,
                "Everything has the spread 1, whatever log_var says.": one,
            },
        ),
        "The spread of z does not match log_var. Which power of sigma does log_var hold?",
    )
    yield (
        "mean and noise add up",
        lambda: same(student(mu, log_var, eps), mu + std * eps),
        "The scaled noise is added to the mean, number by number.",
    )

    pull = draw.normal(5, 3)  # a gradient that nobody can claim without the way back: the plain sum's would be ones

    def slopes() -> list[Tensor]:
        leaves = [mu.clone().requires_grad_(), log_var.clone().requires_grad_()]
        return gradients(tensor(student(*leaves, eps), mu.shape) * pull, leaves)

    yield (
        "a gradient reaches mu",
        lambda: same(slopes()[0], pull),
        "z should pass its gradient on to mu, unchanged. Is something detached?",
    )
    yield (
        "a gradient reaches log_var",
        lambda: same(slopes()[1], pull * eps * std / 2),
        "z should pass its gradient on to log_var: without it the encoder never learns how sure to be.",
    )


def kl_to_standard(student: Part, draw: Draw, summed: bool = False) -> Properties:
    """student(mu, log_var) is KL(N(mu, exp(log_var)) || N(0, 1)) in nats, per latent variable or summed over them."""
    mu, log_var = draw.normal(5, 3), draw.normal(5, 3)
    zero, one = torch.zeros_like(mu), torch.ones_like(mu)

    def due(mu: Tensor, log_var: Tensor) -> Tensor:
        each = kl_divergence(Normal(mu, (log_var / 2).exp()), Normal(torch.zeros_like(mu), 1.0))
        return each.sum(1) if summed else each

    def judged(mu: Tensor, log_var: Tensor, slips: dict[str, Tensor]) -> Verdict:
        slips = {advice: slip.sum(1) if summed else slip for advice, slip in slips.items()}
        return same(student(mu, log_var), due(mu, log_var), slips)

    yield essential(
        "one number per image" if summed else "one number per image and latent variable",
        lambda: gives_shape(student, (5,) if summed else (5, 3), mu, log_var),
        "Sum over the latent variables, and keep the batch."
        if summed
        else "Sum nothing here: which latent variables carry the divergence is what we shall want to see.",
    )
    yield essential(
        "answers to its arguments",
        lambda: varies(student, (mu, log_var), (2 * mu, log_var - 1)),
        "Another mean and another variance should give another divergence.",
    )
    yield (
        "the prior itself costs nothing",
        lambda: same(student(zero, zero), due(zero, zero)),
        "Where the code's distribution is N(0, 1) the divergence should be exactly 0. Which constant is missing?",
    )
    yield (
        "a shift of the mean",
        lambda: judged(
            mu,
            zero,
            {
                "The half is missing.": mu**2,
                "The mean enters without its square.": mu / 2,
                "The sign: a divergence is never negative.": -(mu**2) / 2,
            },
        ),
        "With variance 1 only the mean differs from the prior's; try mu = 1, which costs half a nat.",
    )
    variance = log_var.exp()
    yield (
        "a change of the variance",
        lambda: judged(
            zero,
            log_var,
            {
                "The half is missing.": variance - 1 - log_var,
                "log_var is taken for the variance itself.": (log_var - 1 - log_var.abs().log()) / 2,
                "log_var is taken for the logarithm of the standard deviation.": (variance**2 - 1 - 2 * log_var) / 2,
                "The variance enters as a standard deviation: log_var holds log sigma^2.": (
                    (log_var / 2).exp() - 1 - log_var
                )
                / 2,
                "The sign of the logarithm: a wide code costs variance and gains entropy.": (variance - 1 + log_var)
                / 2,
                "The sign: a divergence is never negative.": -(variance - 1 - log_var) / 2,
                "This is the divergence the other way round: KL(q || p) integrates under q.": (
                    1 / variance - 1 + log_var
                )
                / 2,
                "The logarithm is missing.": (variance - 1) / 2,
            },
        ),
        "With mu = 0 only the variance differs from the prior's. Which power of sigma does log_var hold? Try variance 4.",
    )
    yield (
        "both together",
        lambda: judged(mu, log_var, {}),
        "Mean and variance contribute one term each, and the terms add up.",
    )
    small = 1e-4 * draw.normal(5, 3)
    yield (
        "tiny variances stay finite",
        lambda: same(student(zero, zero - 60), due(zero, zero - 60)) and same(student(small, zero), due(small, zero)),
        "A log-variance of -60 costs 29.5 nats. The logarithm of the variance is known: never take that of a rounded number.",
    )

    def slope() -> Verdict:
        leaves = [mu.clone().requires_grad_(), log_var.clone().requires_grad_()]
        cost = tensor(student(*leaves))
        pull = draw.normal(*cost.shape)  # the plain sum's gradient for mu would be mu itself
        found = gradients(cost * pull, leaves)
        pull = pull.reshape(5, -1)  # one number per image, or one per latent variable
        return same(torch.stack(found), pull * torch.stack([mu, (variance - one) / 2]))

    yield (
        "a gradient reaches mu and log_var",
        slope,
        "The divergence pulls mean and variance towards the prior's: is something detached?",
    )
