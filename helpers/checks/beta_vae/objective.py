"""Checks of the loss, and of what it leaves of each code variable."""

from __future__ import annotations

import torch
from torch import Tensor

from helpers.checks.compare import gives_shape, gradients, same, tensor, varies
from helpers.checks.core import Properties, check, essential
from helpers.checks.inputs import Draw
from helpers.checks.subject import Part


def cost(mu: Tensor, log_var: Tensor) -> Tensor:
    """The divergence of each image and code variable from the prior, by its density and not by a formula of its own."""
    scale = torch.exp(log_var / 2)
    own, prior = torch.distributions.Normal(mu, scale), torch.distributions.Normal(torch.zeros_like(mu), 1.0)
    return torch.distributions.kl_divergence(own, prior)


@check
def beta_vae_loss(student: Part, draw: Draw) -> Properties:
    """The mean over images of rec plus beta times all divergences."""
    rec, mu, log_var = 10 + 5 * draw.uniform(6), draw.normal(6, 4), draw.normal(6, 4)
    kl = cost(mu, log_var)
    zero, one = torch.zeros(6, 4).double(), torch.ones(6, 1).double()

    def slips(beta: float) -> dict[str, Tensor]:
        per_image = kl.sum(1)
        other = (mu**2 + log_var**2 - 1 - 2 * log_var.abs().log()) / 2
        return {
            "The weight is on the reconstruction.": (beta * rec + per_image).mean(),
            "The weight is on both parts.": beta * (rec + per_image).mean(),
            "The weight is missing.": (rec + per_image).mean(),
            "The divergences are averaged over the code variables; they add up.": (rec + beta * kl.mean(1)).mean(),
            "The divergences of all images are added to each of them.": (rec + beta * kl.sum()).mean(),
            "The losses are added over the batch; their mean is asked for.": (rec + beta * per_image).sum(),
            "The divergence is subtracted: it is a cost.": (rec - beta * per_image).mean(),
            "The reconstruction is subtracted: rec is a loss.": (beta * per_image - rec).mean(),
            "The half of the divergence is missing.": (rec + 2 * beta * per_image).mean(),
            "log_var is taken for the variance.": (
                rec + beta * (mu**2 + log_var - 1 - log_var.abs().log()).sum(1) / 2
            ).mean(),
            "log_var is taken for the standard deviation.": (rec + beta * other.sum(1)).mean(),
            "exp(log_var) is taken for the standard deviation.": (rec + beta * cost(mu, 2 * log_var).sum(1)).mean(),
            "log_var is taken for log sigma, or the exponential has a half too many.": (
                rec + beta * ((mu**2 + (log_var / 2).exp() - 1 - log_var) / 2).sum(1)
            ).mean(),
            "The weight is divided by: a larger beta should cost more.": (rec + per_image / beta).mean(),
            "The weight is squared.": (rec + beta**2 * per_image).mean(),
        }

    yield essential(
        "returns a scalar",
        lambda: gives_shape(student, (), rec, mu, log_var, 4.0),
        "One number for the batch: a tensor of shape ().",
    )
    yield essential(
        "answers to rec and to the code",
        lambda: (
            varies(lambda r: student(r, mu, log_var, 2.0), (rec,), (2 * rec,))
            and varies(lambda m: student(rec, m, log_var, 2.0), (mu,), (2 * mu,))
        ),
        "Other reconstructions and other codes should cost something else.",
    )
    yield (
        "with beta = 1 the loss of a VAE",
        lambda: same(student(rec, mu, log_var, 1.0), (rec + kl.sum(1)).mean(), slips(1.0)),
        "With beta = 1 it should be the mean of rec plus the sum of all divergences. Try mu = 1, log_var = 0: half a nat each.",
    )
    yield (
        "beta weighs the divergence alone",
        lambda: same(student(rec, mu, log_var, 4.0), (rec + 4 * kl.sum(1)).mean(), slips(4.0)),
        "From beta = 1 to beta = 4 the loss should grow by three times the mean divergence, and by nothing else.",
    )
    yield (
        "with beta = 0 the reconstruction alone",
        lambda: same(student(rec, mu, log_var, 0.0), rec.mean()),
        "Without a weight on the divergence only rec is left.",
    )
    yield (
        "codes like the prior cost nothing",
        lambda: same(student(rec, zero, zero, 7.0), rec.mean()),
        "mu = 0 and log_var = 0 is the prior itself: its divergence is 0.",
    )
    yield (
        "the variance is exp(log_var)",
        lambda: same(
            student(0 * rec[:, None].sum(1), zero[:, :1], 1.5 * one, 2.0), 2 * cost(zero[:, :1], 1.5 * one).mean()
        ),
        "With mu = 0 the divergence depends on sigma^2 alone: which function of log_var is it, and which its logarithm?",
    )

    def slopes() -> bool:
        inputs = [t.clone().requires_grad_() for t in (rec, mu, log_var)]
        found = gradients(tensor(student(*inputs, 3.0)), inputs)
        due = gradients((inputs[0] + 3 * cost(*inputs[1:]).sum(1)).mean(), inputs)
        return all(bool(same(f, d)) for f, d in zip(found, due, strict=True))

    yield (
        "its gradient reaches rec, mu and log_var",
        slopes,
        "Training follows the gradient of this number: did a part of it lose it on the way (`detach`, `item`)?",
    )


@check
def average_posterior_std(student: Part, draw: Draw) -> Properties:
    """For each code variable the average over images of its standard deviation."""
    log_var = 2 * draw.normal(7, 3) - 1
    std = log_var.exp().sqrt()
    yield essential(
        "one number per code variable",
        lambda: gives_shape(student, (3,), log_var),
        "The images are dimension 0: of (7, 3) remain 3 numbers.",
    )
    yield essential(
        "answers to log_var", lambda: varies(student, (log_var,), (log_var + 1,)), "Other variances, other averages."
    )
    yield (
        "of the prior it is 1",
        lambda: same(
            student(torch.zeros(4, 3).double()),
            torch.ones(3).double(),
            {
                "log_var = 0 is a standard deviation of 1.": torch.zeros(3).double(),
                "This is the sum over the images.": 4 * torch.ones(3).double(),
            },
        ),
        "log_var = 0 for every image is a standard deviation of 1.",
    )
    alike = log_var[:1].expand(5, 3).clone()
    yield (
        "the standard deviation is the root of the variance",
        lambda: same(
            student(alike),
            std[0],
            {
                "This is the variance: the half in the exponent is missing.": log_var[0].exp(),
                "This is the inverse of the standard deviation.": 1 / std[0],
                "This is half of the variance: the half belongs into the exponential.": log_var[0].exp() / 2,
                "These are logarithms.": log_var[0] / 2,
                "These are log-variances.": log_var[0],
                "exp(log_var) is squared.": (2 * log_var[0]).exp(),
            },
        ),
        "With the same log_var for all images, the average is that image's own standard deviation.",
    )
    yield (
        "averages standard deviations",
        lambda: same(
            student(log_var),
            std.mean(0),
            {
                "The logarithms are averaged, and the exponential comes afterwards.": (log_var.mean(0) / 2).exp(),
                "The variances are averaged, and the root comes afterwards.": log_var.exp().mean(0).sqrt(),
                "These are averages of variances.": log_var.exp().mean(0),
                "This is the median.": std.median(0).values,
                "This is how the standard deviation varies over the images.": std.std(0),
                "This is the sum over the images.": std.sum(0),
            },
        ),
        "First the standard deviation of every image, then the plain average over images.",
    )
    yield (
        "each variable by itself",
        lambda: same(student(log_var[:, [2, 0, 1]]), std.mean(0)[[2, 0, 1]]),
        "The columns are the code variables: in another order they have their averages in that order.",
    )
