"""Checks of the linear-Gaussian model, where everything is known: its evidence, its posterior, the gap of a guess."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.distributions import MultivariateNormal

from helpers.checks.compare import Verdict, close, gives_shape, same, tensor
from helpers.checks.core import Properties, check, essential
from helpers.checks.derivation import formula
from helpers.checks.inputs import Draw
from helpers.checks.iwae.densities import log_density
from helpers.checks.subject import Broken, Part, kind


@check
def log_evidence(student: Part, draw: Draw) -> Properties:
    """log p(x) of z ~ N(0, 1), x | z ~ N(w z, s^2), as an expression."""
    where = {"x": (-3.0, 3.0), "w": (-2.0, 2.0), "s": (0.4, 2.0)}

    def due(x: float, w: float, s: float) -> float:
        return log_density(x, 0.0, math.hypot(w, s))

    slips = {
        "This is log p(x | z) at z = 0: the spread of the code is missing.": lambda x, w, s: log_density(x, 0.0, s),
        "Standard deviations do not add; variances do.": lambda x, w, s: log_density(x, 0.0, abs(w + s) or 1.0),
        "The factor w acts on a standard deviation: what is the variance of w z?": lambda x, w, s: (
            log_density(x, 0.0, math.sqrt(w + s**2)) if w + s**2 > 0 else 0.0
        ),
        "w^2 + s^2 is the variance, and is taken for the standard deviation.": lambda x, w, s: log_density(
            x, 0.0, w**2 + s**2
        ),
        "s is a standard deviation, so the variance of the noise is its square.": lambda x, w, s: log_density(
            x, 0.0, math.sqrt(w**2 + s)
        ),
        "The prior's variance is 1: where is w?": lambda x, w, s: log_density(x, 0.0, math.sqrt(1 + s**2)),
        "This is log p(x | z) with z = 1: z has to be averaged out.": lambda x, w, s: log_density(x, w, s),
        "The mean of x is that of w z, which is 0.": lambda x, w, s: log_density(x, w, math.hypot(w, s)),
        "This is the density itself. Its logarithm is asked for.": lambda *p: math.exp(due(*p)),
        "The sign: this is a cost.": lambda *p: -due(*p),
        "The half before the squared distance is missing.": lambda x, w, s: due(x, w, s) - x**2 / (w**2 + s**2) / 2,
        "The half before the logarithm of the variance is missing.": lambda x, w, s: (
            due(x, w, s) - math.log(w**2 + s**2) / 2
        ),
        "The constant with 2 pi is missing.": lambda *p: due(*p) + math.log(2 * math.pi) / 2,
        "The logarithm of the variance is missing.": lambda x, w, s: due(x, w, s) + math.log(w**2 + s**2) / 2,
        "This is the ELBO of the prior as a guess: it is below log p(x).": lambda x, w, s: (
            log_density(x, 0.0, s) - w**2 / (2 * s**2)
        ),
    }
    yield essential(
        "the formula",
        lambda: formula(student, draw, due, where, slips),
        "x is a sum of independent Gaussians, so it is Gaussian: find its mean and its variance. For w = 0 it is N(0, s^2).",
    )


@check
def elbo_gap(student: Part, draw: Draw) -> Properties:
    """KL(N(mu, tau^2) || N(nu, rho^2)) as an expression."""
    where = {"mu": (-2.0, 2.0), "tau": (0.3, 2.5), "nu": (-2.0, 2.0), "rho": (0.3, 2.5)}

    def due(mu: float, tau: float, nu: float, rho: float) -> float:
        return math.log(rho / tau) + (tau**2 + (mu - nu) ** 2) / (2 * rho**2) - 0.5

    def ratio(mu: float, tau: float, nu: float, rho: float) -> float:
        return math.log(rho / tau)

    def far(mu: float, tau: float, nu: float, rho: float) -> float:
        return (mu - nu) ** 2 / rho**2 / 2

    def wide(mu: float, tau: float, nu: float, rho: float) -> float:
        return tau**2 / rho**2 / 2

    slips = {
        "This is the divergence the other way round: the average is taken over the guess, not over the posterior.": lambda mu, tau, nu, rho: (
            due(nu, rho, mu, tau)
        ),
        "The sign: a divergence is never negative.": lambda *p: -due(*p),
        "The logarithm of the ratio of the widths has the wrong sign.": lambda *p: due(*p) - 2 * ratio(*p),
        "The logarithm of the widths is missing.": lambda *p: due(*p) - ratio(*p),
        "The constant is missing: when guess and posterior agree, the gap is 0.": lambda *p: due(*p) + 0.5,
        "The constant is not right: when guess and posterior agree, the gap is 0.": lambda *p: due(*p) - 0.5,
        "The half before the ratio of variances or before the distance is missing.": lambda *p: (
            due(*p) + far(*p) + wide(*p)
        ),
        "The half before the distance is missing.": lambda *p: due(*p) + far(*p),
        "The distance of the means is missing.": lambda *p: due(*p) - far(*p),
        "The width of the guess is missing from the average of (z - nu)^2.": lambda *p: due(*p) - wide(*p),
        "The logarithm is that of the variances' ratio, and the half before it is missing.": lambda *p: (
            due(*p) + ratio(*p)
        ),
        "The half is before the logarithm of the ratio of standard deviations.": lambda *p: due(*p) - ratio(*p) / 2,
        "The distance is not squared.": lambda mu, tau, nu, rho: (
            due(mu, tau, nu, rho) - far(mu, tau, nu, rho) + (mu - nu) / (2 * rho**2)
        ),
        "tau and rho are standard deviations; they are taken for variances.": lambda mu, tau, nu, rho: (
            math.log(rho / tau) / 2 + (tau + (mu - nu) ** 2) / (2 * rho) - 0.5
        ),
        "The distance is measured in widths of the guess, and should be in those of the posterior.": lambda mu, tau, nu, rho: (
            math.log(rho / tau) + tau**2 / (2 * rho**2) + (mu - nu) ** 2 / (2 * tau**2) - 0.5
        ),
        "This is the divergence from the prior N(0, 1): where are nu and rho?": lambda mu, tau, nu, rho: due(
            mu, tau, 0.0, 1.0
        ),
        "Everything is twice too large.": lambda *p: 2 * due(*p),
    }
    yield essential(
        "the formula",
        lambda: formula(student, draw, due, where, slips),
        "The gap is 0 when both Gaussians agree, half a nat when the guess is off by one standard deviation of the posterior, and"
        " positive else.",
    )


def _model(draw: Draw, batch: int, pixels: int, size: int, s: float) -> tuple[Tensor, Tensor, Tensor, float]:
    """Data and parameters of a linear-Gaussian model."""
    return draw.normal(batch, pixels), draw.normal(pixels, size), draw.normal(pixels), s


def _log_prob(x: Tensor, W: Tensor, b: Tensor, variance: float, eye: float = 1.0) -> Tensor:
    """log N(x; b, eye W W^T + variance I)."""
    covariance = eye * W @ W.T + variance * torch.eye(len(b), dtype=W.dtype)
    return MultivariateNormal(b, covariance).log_prob(x)


@check
def linear_gaussian_log_prob(student: Part, draw: Draw) -> Properties:
    """log N(x; b, W W^T + s^2 I) in nats, one number per row."""
    s = 0.3 + 0.3 * float(draw.uniform(1))
    x, W, b, s = _model(draw, 5, 4, 2, s)
    covariance = W @ W.T + s**2 * torch.eye(4).double()
    due = _log_prob(x, W, b, s**2)
    square = ((x - b) @ covariance.inverse() * (x - b)).sum(1)
    log_det, constant = torch.logdet(covariance), 4 * math.log(2 * math.pi)
    yield essential(
        "one number per row",
        lambda: gives_shape(student, (5,), x, W, b, s),
        "Return one log-density per row of x: rows do not mix.",
    )
    yield essential(
        "it falls with the distance from b",
        lambda: bool((tensor(student(b + 0 * x, W, b, s)) > tensor(student(b + 1 + 0 * x, W, b, s))).all()),
        "The density is highest at x = b.",
    )
    yield (
        "without a code, plain noise",
        lambda: same(
            student(x, 0 * W, b, s),
            _log_prob(x, 0 * W, b, s**2),
            {
                "s is a standard deviation; it is taken for a variance.": _log_prob(x, 0 * W, b, s),
                "The offset b is missing.": _log_prob(x + b, 0 * W, b, s**2),
                "This is minus the log-density, a cost.": -_log_prob(x, 0 * W, b, s**2),
            },
        ),
        "With W = 0 every pixel is N(b, s^2) on its own.",
    )
    yield (
        "the formula",
        lambda: same(
            student(x, W, b, s),
            due,
            {
                "The half before the squared distance is missing.": due - square / 2,
                "The half before the log-determinant is missing.": due - log_det / 2,
                "The log-determinant is missing.": due + log_det / 2,
                "The log-determinant has the wrong sign: a wide density is low.": due + log_det,
                "The constant with 2 pi is missing.": due + constant / 2,
                "Each pixel brings its own 2 pi.": due + constant / 2 - math.log(2 * math.pi) / 2,
                "The half before the constant is missing.": due - constant / 2,
                "s is a standard deviation; it is taken for a variance.": _log_prob(x, W, b, s),
                "The offset b is missing.": _log_prob(x + b, W, b, s**2),
                "The spread of the code, W W^T, is missing.": _log_prob(x, 0 * W, b, s**2),
                "This is minus the log-density, a cost.": -due,
                "The covariance is used where its inverse belongs.": -(
                    constant + log_det + ((x - b) @ covariance * (x - b)).sum(1)
                )
                / 2,
                "This is the density. Its logarithm is asked for.": due.exp(),
                "All rows got the same number.": due.sum().expand(5),
                "Only the variances of the pixels are used: pixels that share a code vary together.": -(
                    constant + covariance.diagonal().log().sum() + ((x - b) ** 2 / covariance.diagonal()).sum(1)
                )
                / 2,
            },
        ),
        "Compare with your formula for one pixel and one code; with several, pixels that share a code vary together.",
    )
    yield (
        "one row",
        lambda: same(student(x[:1], W, b, s), due[:1]),
        "A single row of x is a batch of one, and its result has the shape (1,).",
    )
    turn = torch.linalg.qr(draw.normal(2, 2)).Q
    yield (
        "more codes than pixels",
        lambda: (
            same(student(x[:, :1], W.T[:1].repeat(1, 1), b[:1], s), _log_prob(x[:, :1], W.T[:1], b[:1], s**2))
            and same(student(x, W @ turn, b, s), due)
        ),
        "W has one row per pixel and one column per number of the code, and there may be more of either. Turning the code changes"
        " nothing.",
    )
    large = _model(draw, 2, 300, 3, 0.02)
    yield (
        "many pixels",
        lambda: same(student(*large), _log_prob(*large[:3], large[3] ** 2), relative=1e-6),
        "With 300 pixels the determinant is 0 in floating point, its logarithm is not: ask for the log-determinant itself.",
    )


@check
def linear_gaussian_posterior(student: Part, draw: Draw) -> Properties:
    """Mean (B, D) and covariance (D, D) of p(z | x) in the linear-Gaussian model."""
    s = 0.4 + 0.3 * float(draw.uniform(1))
    x, W, b, s = _model(draw, 5, 4, 2, s)
    eye = torch.eye(2).double()
    precision = eye + W.T @ W / s**2
    covariance = precision.inverse()
    mean = (x - b) @ W @ covariance / s**2

    def run(*values: object) -> tuple[Tensor, Tensor]:
        found = student(*values)
        if not isinstance(found, (tuple, list)) or len(found) != 2:
            what = f"{len(found)} values" if isinstance(found, (tuple, list)) else kind(found)
            raise Broken(f"It should return means and a covariance, and returned {what}.")
        size = values[1].shape[1]
        return tensor(found[0], (len(values[0]), size)), tensor(found[1], (size, size))

    yield essential(
        "means and a covariance",
        lambda: Verdict(len(run(x, W, b, s)) == 2),
        "Return the means, one row per row of x, and one covariance (D, D).",
    )
    yield essential(
        "it depends on the data and on the model",
        lambda: (
            not (close(run(x + 1, W, b, s)[0], run(x, W, b, s)[0]) or close(run(x, 2 * W, b, s)[1], run(x, W, b, s)[1]))
        ),
        "Other data move the mean, and larger loadings narrow the covariance.",
    )
    one = torch.tensor([[5.0]]).double()
    by_hand = (one, torch.tensor([[2.0]]).double(), torch.zeros(1).double(), 1.0)
    yield (
        "the worked example",
        lambda: same(torch.cat([v.flatten() for v in run(*by_hand)]), torch.tensor([2.0, 0.2])),
        "With W = 2, s = 1, b = 0 and x = 5 the mean is 2 and the variance 1/5.",
    )
    yield (
        "nothing to learn from",
        lambda: same(torch.cat(run(x, 0 * W, b, s)), torch.cat([torch.zeros(5, 2), torch.eye(2)]).double()),
        "With W = 0 the data say nothing about the code, and the posterior is the prior: mean 0, covariance I.",
    )
    yield (
        "covariance",
        lambda: same(
            run(x, W, b, s)[1],
            covariance,
            {
                "This is the precision, the inverse of the covariance.": precision,
                "The prior's precision is missing: it adds to that of the data.": (W.T @ W / s**2).inverse(),
                "s is a standard deviation; it is taken for a variance.": (eye + W.T @ W / s).inverse(),
                "The noise is missing from the precision of the data.": (eye + W.T @ W).inverse(),
                "The precision of the data is divided by the variance, not multiplied.": (
                    eye + W.T @ W * s**2
                ).inverse(),
                "Only the diagonal is kept: numbers of the code that share pixels vary together.": covariance * eye,
                "This is the covariance times the variance of the noise.": covariance * s**2,
                "Inverting every entry inverts no matrix.": 1 / precision,
            },
        ),
        "Precisions add: that of the prior, and that of the data.",
    )
    yield (
        "mean",
        lambda: same(
            run(x, W, b, s)[0],
            mean,
            {
                "The offset b is missing.": x @ W @ covariance / s**2,
                "The variance of the noise is missing from the mean.": mean * s**2,
                "s is a standard deviation; it is taken for a variance.": mean * s,
                "The prior pulls towards 0: this is the best fit without it.": (x - b) @ W @ (W.T @ W).inverse(),
                "The covariance is missing from the mean.": (x - b) @ W / s**2,
                "The precision is used where the covariance belongs.": (x - b) @ W @ precision / s**2,
                "The sign: a code explains the distance of x from b.": -mean,
                "s is taken for a variance everywhere.": (x - b) @ W @ (eye + W.T @ W / s).inverse() / s,
            },
        ),
        "The mean weighs what the data say by how precise they are; see the worked example.",
    )
    wide = _model(draw, 3, 2, 4, s)
    yield (
        "more codes than pixels",
        lambda: same(
            run(*wide)[0],
            (wide[0] - wide[2]) @ (wide[1] @ wide[1].T + s**2 * torch.eye(2).double()).inverse() @ wide[1],
        ),
        "W has one row per pixel and one column per number of the code, and there may be more of either.",
    )
