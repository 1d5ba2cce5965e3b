"""Checks of the bound from many codes: exact for a toy, the stable average, and the weights of a model."""

from __future__ import annotations

import itertools
import math

import torch
from torch import Tensor
from torch.distributions import Bernoulli, Normal

from helpers.checks import importance
from helpers.checks.compare import Verdict, close, gives_shape, gradients, same, tensor
from helpers.checks.core import Properties, check, essential
from helpers.checks.inputs import Draw
from helpers.checks.subject import Part


def _mean_of(values: Tensor, probabilities: Tensor, m: int, function) -> Tensor:
    """Expectation of a function of m independent values, by a grid with one axis per draw."""
    grids = torch.cartesian_prod(*[torch.arange(len(values))] * m).reshape(-1, m)
    return (probabilities[grids].prod(1) * function(values[grids])).sum()


@check
def exact_bound(student: Part, draw: Draw) -> Properties:
    """L_m = E[log of the mean of m independent weights] for a weight that takes finitely many values."""
    values = 0.2 + 4 * draw.uniform(3) * torch.tensor([0.2, 1.0, 5.0]).double()
    chances = 0.2 + draw.uniform(3)
    chances = chances / chances.sum()
    truth = (values * chances).sum().log()

    def due(m: int) -> Tensor:
        return _mean_of(values, chances, m, lambda w: w.mean(1).log())

    def slips(m: int) -> dict[str, Tensor]:
        subsets = [list(places) for places in itertools.combinations(range(3), m)] if m <= 3 else []
        total = sum(chances[places].prod() for places in subsets) or torch.ones(())
        return {
            "This is log p(x), the logarithm of the expectation. The bound is the expectation of a logarithm.": truth,
            "This is the bound from one draw, whatever m says: the average comes before the logarithm.": due(1),
            "All values count alike: where are the probabilities?": _mean_of(
                values, torch.ones(3).double() / 3, m, lambda w: w.mean(1).log()
            ),
            "The weights are summed, not averaged.": due(m) + math.log(m),
            "This is the expectation of the average itself: where is the logarithm?": (values * chances).sum(),
            "Draws are independent: the same value may be drawn twice.": sum(
                (chances[places].prod() * values[places].mean().log() for places in subsets), torch.zeros(()).double()
            ),
            "Draws are independent: the same value may be drawn twice. ": sum(
                (chances[places].prod() * values[places].mean().log() for places in subsets), torch.zeros(()).double()
            )
            / total,
            "The average is weighted by the probabilities a second time.": _mean_of(
                values, torch.ones(3).double() / 3, m, lambda w: w.mean(1).log()
            )
            * 3**m,
            "Each outcome's probability is the product of those of its draws.": torch.stack(
                [
                    chances[list(places)].sum() * values[list(places)].mean().log()
                    for places in itertools.product(range(3), repeat=m)
                ]
            ).sum(),
            "The logarithm is not the natural one.": due(m) / math.log(2),
        }

    yield essential(
        "one number",
        lambda: gives_shape(student, (), values, chances, 2),
        "Return one number, the expectation over all outcomes.",
    )
    yield essential(
        "larger weights, a larger bound",
        lambda: bool(tensor(student(3 * values, chances, 2)) > tensor(student(values, chances, 2))),
        "Where all weights are three times as large, the bound should be larger.",
    )
    yield (
        "one draw",
        lambda: same(student(values, chances, 1), due(1), {a: v for a, v in slips(1).items() if not close(v, due(1))}),
        "With a single draw the bound is the average of the logarithms of the values, weighted by their probabilities.",
    )
    yield (
        "two draws",
        lambda: same(student(values, chances, 2), due(2), slips(2)),
        "With two draws there are K * K outcomes, each with a probability and an average. Try 1 and 3 with probability one half"
        " each.",
    )
    yield (
        "four draws",
        lambda: same(student(values, chances, 4), due(4), slips(4)),
        "Any number of draws: go through all outcomes, in order and with repetition.",
    )
    yield (
        "a certain weight",
        lambda: same(student(values[:1], torch.ones(1).double(), 3), values[0].log()),
        "A weight that does not vary makes the bound equal to its logarithm, for every m.",
    )


@check
def log_mean_exp(student: Part, draw: Draw) -> Properties:
    """log of the mean over dimension 0 of exp(log_w), for weights of any size."""
    log_w = draw.normal(5, 3)
    due = log_w.exp().mean(0).log()
    a = float(draw.uniform(1))
    pair = torch.tensor([[a], [a + math.log(3)]]).double()  # weights w and 3 w, whose mean is 2 w

    def number(value: float) -> Tensor:
        return torch.tensor([value]).double()

    yield essential(
        "one number per image",
        lambda: gives_shape(student, (3,), log_w),
        "Average over the codes, dimension 0, and keep the images.",
    )
    yield essential(
        "larger weights, a larger mean",
        lambda: bool((tensor(student(log_w + 1)) > tensor(student(log_w))).all()),
        "Where all weights of an image are larger, the result should be larger.",
    )
    yield (
        "two weights, one three times the other",
        lambda: same(
            student(pair),
            number(a + math.log(2)),
            {
                "This is the mean of the logarithms: it equals the ELBO for every m. What comes first, mean or log?": number(
                    a + math.log(3) / 2
                ),
                "This is the logarithm of the sum: what turns a sum into a mean?": number(a + math.log(4)),
                "log m is added, and should be taken away: a mean is smaller than the sum.": number(a + math.log(8)),
                "m itself is taken away, and not its logarithm.": number(a + math.log(4) - 2),
                "This is the mean of the weights: where is the logarithm?": number(2 * math.exp(a)),
                "This is the largest weight only.": number(a + math.log(3)),
                "The largest logarithm was taken out and not put back.": number(math.log(2 / 3)),
                "The sign: this is a bound on -log p(x).": number(-a - math.log(2)),
            },
        ),
        "Weights w and 3 w have the mean 2 w.",
    )
    yield (
        "identical weights",
        lambda: same(
            student(torch.full((7, 3), -2.5).double()),
            torch.full((3,), -2.5),
            {"log m is missing: the mean of seven equal weights is that weight.": torch.full((3,), -2.5 + math.log(7))},
        ),
        "The mean of equal weights is that weight, however many there are.",
    )
    yield (
        "any number of codes and images",
        lambda: same(
            student(log_w),
            due,
            {
                "It is divided by the number of images, and should be by the number of codes.": due
                + math.log(5)
                - math.log(3),
                "All images got the same number: average over the codes only.": log_w.exp().mean().log().expand(3),
                "Each image shows the mean of logarithms.": log_w.mean(0),
            },
        ),
        "log_w has the codes in dimension 0 and the images in dimension 1.",
    )
    yield (
        "tiny and huge weights",
        lambda: same(
            student(torch.cat([log_w - 2000, log_w + 2000], dim=1)),
            torch.cat([due - 2000, due + 2000]),
            relative=1e-6,
        ),
        "Weights of images are about exp(-90), and of larger images exp(-2000), which is 0 in floating point. Take out the largest of"
        " each image's own weights before the exponential.",
    )
    apart = torch.tensor([[-900.0, 0.0], [0.0, -900.0], [-1800.0, -900.0]]).double()
    yield (
        "weights far apart",
        lambda: same(student(apart), torch.full((2,), -math.log(3))),
        "Where one weight is larger than all others by a factor of exp(900), the mean is a third of it, wherever it stands.",
    )
    one = torch.tensor([[0.5], [-math.inf]]).double()
    yield (
        "a weight of zero",
        lambda: same(student(one), number(0.5 - math.log(2))),
        "A code that cannot have made the image has the weight 0, whose logarithm is minus infinity; it counts in the mean.",
    )

    def slope() -> Verdict:
        leaf = log_w.clone().requires_grad_()
        return same(gradients(tensor(student(leaf)), leaf)[0], log_w.softmax(0))

    yield (
        "a gradient reaches the weights",
        slope,
        "The bound can be trained: its gradient with respect to log_w is the share of each weight. Is something detached?",
    )


@check
def log_weights(student: Part, draw: Draw) -> Properties:
    """log w = log p(x | z) + log p(z) - log q(z | x) of every code, from the functions that are handed over."""
    m, batch, pixels, size = 2, 4, 6, 3
    x = draw.integers(0, 2, batch, pixels).double()
    logits, z = draw.normal(m, batch, pixels), draw.normal(m, batch, size)
    mu, log_var = draw.normal(batch, size), draw.normal(batch, size)
    collaborators = {"log_normal": importance.odd_density, "log_likelihood": importance.odd_likelihood}
    zero = torch.zeros_like(mu)

    def run(*values: Tensor) -> Tensor:
        return tensor(student(*values, **collaborators), (m, batch))

    def written_out(z: Tensor, mu: Tensor, log_var: Tensor) -> Tensor:
        """The density of an answer that does not call log_normal: right too, since nobody hands over another one."""
        return Normal(mu, (log_var / 2).exp()).log_prob(z).sum(-1)

    def bernoulli(x: Tensor, logits: Tensor) -> Tensor:
        """The likelihood of an answer that does not call log_likelihood."""
        return Bernoulli(logits=logits).log_prob(x.expand_as(logits)).sum(-1)

    densities = list(itertools.product((importance.odd_density, written_out), repeat=2))

    def terms(likelihood, x: Tensor, logits: Tensor, z: Tensor, mu: Tensor, log_var: Tensor) -> list[Tensor]:
        """The weights by each way to write prior and q."""
        zero = torch.zeros_like(mu)
        return [likelihood(x, logits) + prior(z, zero, zero) - q(z, mu, log_var) for prior, q in densities]

    likelihood = importance.odd_likelihood(x, logits)
    prior, q = importance.odd_density(z, zero, zero), importance.odd_density(z, mu, log_var)
    variance = log_var.exp()
    kl = (mu**2 + variance - 1 - log_var).sum(1) / 2

    def values() -> Verdict:
        found = run(x, logits, z, mu, log_var)
        if any(close(found, due) for due in terms(importance.odd_likelihood, x, logits, z, mu, log_var)):
            return Verdict(True)
        if any(close(found, slip) for slip in terms(bernoulli, x, logits, z, mu, log_var)):
            return Verdict(
                False,
                advice="The likelihood of black-and-white pixels is written out. Call the one that is handed over: a later section"
                " hands over another.",
            )
        return same(
            found,
            likelihood + prior - q,
            {
                "The closed form of the KL stands in place of log p(z) - log q(z | x): each code needs its own two densities.": likelihood
                - kl,
                "log p(z) is missing.": likelihood - q,
                "log q(z | x) is missing.": likelihood + prior,
                "log p(x | z) is missing.": prior - q,
                "log q(z | x) is added: it belongs below the fraction bar.": likelihood + prior + q,
                "log p(z) is taken away: it belongs above the fraction bar.": likelihood - prior - q,
                "log p(x | z) is taken away: it is a log-likelihood, no cost.": prior - q - likelihood,
                "log p(z) and log q(z | x) have changed places.": likelihood - prior + q,
                "This is minus the logarithm of the weight.": -(likelihood + prior - q),
                "The prior has variance 1, so its log-variance is not 1.": likelihood
                + importance.odd_density(z, zero, zero + 1)
                - q,
                "The prior has mean 0 and variance 1.": likelihood + importance.odd_density(z, zero + 1, zero + 1) - q,
                "The prior has mean 0.": likelihood + importance.odd_density(z, zero + 1, zero) - q,
                "The prior is evaluated at mu: all terms take the code that was drawn.": likelihood
                + importance.odd_density(mu, zero, zero)
                - q,
                "log q is evaluated at mu: all terms take the code that was drawn.": likelihood
                + prior
                - importance.odd_density(mu, mu, log_var),
                "mu and log_var have changed places.": likelihood + prior - importance.odd_density(z, log_var, mu),
                "log q is that of a Gaussian of variance 1.": likelihood + prior - importance.odd_density(z, mu, zero),
                "log_normal wants log-variances, and got variances.": likelihood
                + prior
                - importance.odd_density(z, mu, variance),
                "log_normal wants log-variances, and got standard deviations.": likelihood
                + prior
                - importance.odd_density(z, mu, (log_var / 2).exp()),
            },
        )

    yield essential(
        "one weight per code and image",
        lambda: Verdict(run(x, logits, z, mu, log_var).shape == (m, batch)),
        "Return the logarithm of every single weight, shape (m, B): nothing is averaged yet.",
    )
    yield essential(
        "it depends on the image and on the code",
        lambda: (
            not (
                close(run(1 - x, logits, z, mu, log_var), run(x, logits, z, mu, log_var))
                or close(run(x, logits + 1, z, mu, log_var), run(x, logits, z, mu, log_var))
            )
        ),
        "The likelihood of the image under the logits is part of every weight.",
    )
    yield (
        "the three terms",
        values,
        "Likelihood and prior stand above the fraction bar, the encoder's density below; all three at the code that was drawn.",
    )

    def slopes() -> Verdict:
        leaves = [v.clone().requires_grad_() for v in (logits, z, mu, log_var)]
        found = gradients(run(x, *leaves), leaves)
        for handed_over in (importance.odd_likelihood, bernoulli):
            own = [v.clone().requires_grad_() for v in (logits, z, mu, log_var)]
            for due in terms(handed_over, x, *own):
                if all(map(close, found, gradients(due, own))):
                    return Verdict(True)
        return Verdict(False)

    yield (
        "a gradient reaches all terms",
        slopes,
        "When the bound is trained, a gradient has to pass through logits, z, mu and log_var. Is something detached?",
    )
