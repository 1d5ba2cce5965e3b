"""Checks of estimating one number: derivations of MLE and MAP, draws of a given variance, and both estimates in code."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from helpers.checks.compare import Verdict, gives_shape, same, tensor
from helpers.checks.core import Properties, check, essential
from helpers.checks.derivation import formula
from helpers.checks.inputs import Draw
from helpers.checks.subject import Broken, Part

OBSERVED = {"total": (-30.0, 30.0), "n": (2.0, 20.0), "sigma": (0.4, 3.0)}
PRIOR = OBSERVED | {"nu": (-4.0, 4.0), "beta": (0.3, 2.5)}


@check
def mle_mean(student: Part, draw: Draw) -> Properties:
    """The mean that maximises a normal likelihood of known variance."""
    yield (
        "the most probable mean",
        lambda: formula(
            student,
            draw,
            lambda total, n, sigma: total / n,
            OBSERVED,
            {
                "N - 1 belongs to an unbiased estimate of a variance; no mean is divided by it.": lambda total, n, sigma: (
                    total / (n - 1)
                ),
                "The variance divides every term of the derivative alike. What happens to it when the derivative is zero?": lambda total, n, sigma: (
                    total / (n * sigma**2)
                ),
                "The standard deviation divides every term of the derivative alike. What happens to it at zero?": lambda total, n, sigma: (
                    total / (n * sigma)
                ),
                "This is the sum. How often does mu stand in the derivative?": lambda total, n, sigma: total,
                "The sign: for observations that are all 3, the most probable mean is 3.": lambda total, n, sigma: (
                    -total / n
                ),
                "This is half of it. Is there a factor 2 that the derivative brings down?": lambda total, n, sigma: (
                    total / (2 * n)
                ),
                "This is the standard error of the mean, or its square. Which mu makes the data most probable?": lambda total, n, sigma: (
                    sigma**2 / n
                ),
                "It is upside down.": lambda total, n, sigma: n / total,
            },
        ),
        "Differentiate the log-likelihood for mu, set it to zero, solve. Try N = 1: which mu makes a single observation most"
        " probable?",
    )


@check
def map_mean(student: Part, draw: Draw) -> Properties:
    """The mode of the mean's posterior under a normal prior: a mean weighted by precisions."""

    def weighted(data: float, prior: float, total: float, n: float, nu: float) -> float:
        return (data * total / n + prior * nu) / (data + prior)

    slips = {
        "The two variances are exchanged: a prior of small variance should pull hard.": lambda total, n, sigma, nu, beta: (
            weighted(n * sigma**2, beta**2, total, n, nu)
        ),
        "Each variance stands as a weight where its inverse, the precision, belongs.": lambda total, n, sigma, nu, beta: (
            weighted(sigma**2 / n, beta**2, total, n, nu)
        ),
        "The prior is counted once per observation. It is one term of the log-posterior, whatever N is.": lambda total, n, sigma, nu, beta: (
            weighted(n * beta**2, n * sigma**2, total, n, nu)
        ),
        "Standard deviations stand where variances belong.": lambda total, n, sigma, nu, beta: weighted(
            n * beta, sigma, total, n, nu
        ),
        "The data count as a single observation: the log-likelihood is a sum of N terms.": lambda total, n, sigma, nu, beta: (
            weighted(beta**2, sigma**2, total, n, nu)
        ),
        "The mean of the data stands where their sum belongs.": lambda total, n, sigma, nu, beta: (
            (sigma**2 * nu + beta**2 * total / n) / (n * beta**2 + sigma**2)
        ),
        "The prior is missing: this is the MLE.": lambda total, n, sigma, nu, beta: total / n,
        "The prior's mean is missing: the pull is towards 0.": lambda total, n, sigma, nu, beta: (
            beta**2 * total / (n * beta**2 + sigma**2)
        ),
        "The prior pushes away from its mean: look at the sign of its derivative.": lambda total, n, sigma, nu, beta: (
            (beta**2 * total - sigma**2 * nu) / (n * beta**2 + sigma**2)
        ),
        "N is missing below the line.": lambda total, n, sigma, nu, beta: (
            (sigma**2 * nu + beta**2 * total) / (beta**2 + sigma**2)
        ),
        "This is the plain middle between data and prior. How sure is each of them?": lambda total, n, sigma, nu, beta: (
            (total / n + nu) / 2
        ),
        "It is not divided by the sum of the weights.": lambda total, n, sigma, nu, beta: (
            sigma**2 * nu + beta**2 * total
        ),
    }
    yield (
        "the mode of the posterior",
        lambda: formula(
            student,
            draw,
            lambda total, n, sigma, nu, beta: weighted(n / sigma**2, 1 / beta**2, total, n, nu),
            PRIOR,
            slips,
        ),
        "Set the derivative of the log-posterior to zero. Try the example that was computed by hand: it should give 2.5.",
    )


@check
def draw_gaussian(student: Part, draw: Draw) -> Properties:
    """Draws with a given mean and a given variance, a linear function of the noise."""
    eps = draw.normal(4, 3)
    mean, variance = 3 * float(draw.normal(1)), 2 + 4 * float(draw.uniform(1))
    yield essential(
        "one draw per number of noise",
        lambda: gives_shape(student, (4, 3), mean, variance, eps),
        "The result has the shape of eps.",
    )
    yield essential(
        "the spread belongs to the variance",
        lambda: same(
            tensor(student(mean, variance, eps)) - tensor(student(mean, variance, torch.zeros_like(eps))),
            math.sqrt(variance) * eps,
            {
                "The noise is multiplied by the variance itself: that gives a standard deviation of 5 where a variance of 5 is meant.": variance
                * eps,
                "The noise is squared or has lost its sign.": math.sqrt(variance) * eps.abs(),
                "The noise is not stretched at all.": eps,
                "The noise is squeezed where it should be stretched.": eps / math.sqrt(variance),
                "The noise is multiplied by the square of the variance.": variance**2 * eps,
                "Half of a variance is not its root.": variance / 2 * eps,
                "The noise has its sign turned: draws should increase with eps.": -math.sqrt(variance) * eps,
            },
        ),
        "Multiplying noise by c multiplies its variance by a power of c: which one, and which c gives `variance`?",
    )
    yield (
        "without noise, the mean",
        lambda: same(student(mean, variance, torch.zeros_like(eps)), torch.full_like(eps, mean)),
        "Where eps is 0 the draw should be the mean.",
    )
    yield (
        "all randomness is in eps",
        lambda: same(*tensor(student(mean, variance, torch.cat([eps, eps]))).chunk(2), relative=0, absolute=1e-12),
        "The same noise should give the same draws: do you draw numbers of your own?",
    )


@check
def gaussian_mle(student: Part, draw: Draw) -> Properties:
    """Mean and variance of each row, both divided by N."""
    n = draw.integer(4, 8)
    x = draw.normal(3, n) * torch.tensor([[1.0], [2.0], [0.5]]).double() + draw.normal(3, 1) * 4
    centre = x.sum(-1) / n
    square = ((x - centre[:, None]) ** 2).sum(-1)
    hand = torch.tensor([[4.0, 6.0], [1.0, 1.0]]).double()

    def result(place: int, rows: Tensor) -> Tensor:
        value = student(rows)
        if not isinstance(value, (tuple, list)) or len(value) != 2:
            raise Broken("It should return two tensors, the means and the variances.")
        return tensor(value[place], (len(rows),))

    yield essential(
        "two numbers per row",
        lambda: Verdict(all(result(place, x).shape == (3,) for place in (0, 1))),
        "Return the means and the variances, one of each per row: each row is an experiment of its own.",
    )
    yield essential(
        "the mean of each row",
        lambda: same(
            result(0, x),
            centre,
            {
                "Mean and variance are exchanged.": square / n,
                "This is the sum.": x.sum(-1),
                "This is the median.": x.median(-1).values,
            },
        ),
        "The first result is the mean over the last dimension.",
    )
    yield essential(
        "the variance of each row, as maximum likelihood has it",
        lambda: same(
            result(1, x),
            square / n,
            {
                "It is divided by N - 1: that is the unbiased estimate. Which one maximises the likelihood?": square
                / (n - 1),
                "This is the standard deviation: a variance is its square.": (square / n).sqrt(),
                "This is the standard deviation with N - 1.": (square / (n - 1)).sqrt(),
                "This is the mean of the squares: the mean has to be subtracted first.": (x**2).sum(-1) / n,
                "This is the sum of the squared deviations; the likelihood asks for their mean.": square,
                "This is the inverse, a precision.": n / square,
                "The spread is measured around the mean of all rows. Each row is an experiment of its own.": (
                    (x - x.mean()) ** 2
                ).sum(-1)
                / n,
                "It is divided by N + 1.": square / (n + 1),
                "These are mean absolute deviations.": (x - centre[:, None]).abs().sum(-1) / n,
            },
        ),
        "The second result is the mean squared deviation from the row's own mean.",
    )
    yield (
        "by hand: 4 and 6 have variance 1, equal numbers 0",
        lambda: same(result(1, hand), torch.tensor([1.0, 0.0])),
        "Two observations, 4 and 6, lie 1 to either side of their mean.",
    )


@check
def gaussian_map(student: Part, draw: Draw) -> Properties:
    """The posterior mode of each row's mean, from variances."""
    n = draw.integer(5, 9)  # never the number of rows
    x = draw.normal(4, n) + 3
    variance, prior_mean, prior_variance = (
        3 + float(draw.uniform(1)),
        -2 * float(draw.uniform(1)) - 1,
        0.5 + float(draw.uniform(1)),
    )
    centre = x.sum(-1) / n

    def weighted(data: float, prior: float) -> Tensor:
        return (data * centre + prior * prior_mean) / (data + prior)

    yield essential(
        "one estimate per row",
        lambda: gives_shape(student, (4,), x, variance, prior_mean, prior_variance),
        "Reduce over the last dimension only: each row is an experiment of its own.",
    )
    yield essential(
        "the posterior's mode",
        lambda: same(
            student(x, variance, prior_mean, prior_variance),
            weighted(n / variance, 1 / prior_variance),
            {
                "The arguments are variances; they are squared as if they were standard deviations.": weighted(
                    n / variance**2, 1 / prior_variance**2
                ),
                "The roots of the variances stand where the variances belong.": weighted(
                    n / variance**0.5, 1 / prior_variance**0.5
                ),
                "The prior is counted once per observation.": weighted(1 / variance, 1 / prior_variance),
                "Each variance stands where its inverse, the precision, belongs.": weighted(
                    variance / n, prior_variance
                ),
                "The variances of data and prior are exchanged.": weighted(n / prior_variance, 1 / variance),
                "Precision and variance are exchanged.": weighted(n * variance, prior_variance),
                "The prior plays no part: this is the MLE.": centre,
                "The prior's mean plays no part: the pull is towards 0.": (n / variance)
                * centre
                / (n / variance + 1 / prior_variance),
                "N is taken from the number of rows.": weighted(4 / variance, 1 / prior_variance),
                "All rows got the same estimate: each is an experiment of its own.": weighted(
                    n / variance, 1 / prior_variance
                )
                .mean()
                .expand(4),
            },
        ),
        "Weigh the row's mean and the prior's mean by their precisions. Do the weights add up to 1?",
    )
    yield (
        "by hand: 4 and 6 with variance 2 under N(0, 1)",
        lambda: same(student(torch.tensor([[4.0, 6.0]]).double(), 2.0, 0.0, 1.0), torch.tensor([2.5])),
        "Two observations of variance 2 weigh as much as a prior of variance 1.",
    )
    yield (
        "a vague prior leaves the mean of the data",
        lambda: same(student(x, variance, prior_mean, 1e9), centre),
        "With a prior of huge variance the estimate should be the MLE.",
    )
    yield (
        "a sure prior wins",
        lambda: same(student(x, variance, prior_mean, 1e-9), torch.full_like(centre, prior_mean)),
        "With a prior of tiny variance the estimate should be the prior's mean.",
    )
