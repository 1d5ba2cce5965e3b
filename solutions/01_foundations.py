# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown] title="Foundations: from data to estimates, and gradients through chance" reading=19 machine=1 figures="mle_10_rms_error map_10_rms_error mle_1000_rms_error map_1000_rms_error sine_score_variance sine_reparameterised_variance laplace_3_variance_ratio laplace_300_variance_ratio"
# # Foundations: from data to estimates, and gradients through chance
#
# ![Two curves over a frequency: the variance of one gradient estimator rises above that of the other](expected/crossing.png)
#
# Two recipes estimate the same gradient from random numbers. For a slow wave the blue one is quieter; for a fast wave
# it is the louder one, although textbooks recommend it. You will derive both recipes, measure this picture, and know
# when to use which.
#
# **The question of this notebook:** a generative model is a probability distribution with parameters. How do we get
# from data to parameters, how sure may we be of them, and how do we differentiate an *average over random numbers*?
# Everything later rests on these tools: likelihoods (02), gradients through samples (03, 04, 09), Jacobians
# (05, 06).
#
# **What to know first.**
# *Normal distribution*: $\mathcal N(x; \mu, \sigma^2) = \exp(-(x-\mu)^2 / 2\sigma^2) / \sqrt{2\pi\sigma^2}$. Its second
# argument is a **variance** here, always.
# *Bayes' rule*: $p(\mu \mid x) \propto p(x \mid \mu)\, p(\mu)$; the proportionality hides a factor without $\mu$.
# *Expectation*: $\mathbb E_q[f(z)] = \int q(z) f(z)\, dz$, the average of $f$ over draws from $q$.
# *Autograd*: `torch.autograd.grad(y.sum(), x)` returns a tuple with the gradient of the sum of `y` for the tensor `x`
# ([`grad`](https://docs.pytorch.org/docs/stable/generated/torch.autograd.grad.html)).
# *SymPy*: formulas as Python objects; `sympy.exp(x)`, `sympy.log(x)`, `sympy.sqrt(x)` and `+ - * / **` build them
# ([tutorial](https://docs.sympy.org/latest/tutorials/intro-tutorial/intro.html)).
#
# Nothing from an earlier notebook is needed. The papers: Williams, *Simple Statistical Gradient-Following Algorithms
# for Connectionist Reinforcement Learning* (1992); Kingma and Welling, *Auto-Encoding Variational Bayes* (2014);
# Jang, Gu and Poole, *Categorical Reparameterization with Gumbel-Softmax* (2017); Maddison, Mnih and Teh, *The Concrete
# Distribution* (2017); Mohamed, Rosca, Figurnov and Mnih, *Monte Carlo Gradient Estimation in Machine Learning* (2020).

# %% [markdown]
# | symbol | in code | meaning |
# |---|---|---|
# | $x_1 \dots x_N$ | `x` | observations; $N$ of them, in the last dimension |
# | $\mu$, $\sigma^2$ | `mu`, `variance` | mean and variance of a normal distribution; $\sigma$ is `sigma` |
# | $\nu$, $\beta^2$ | `nu`, `prior_variance` | mean and variance of the prior of $\mu$ |
# | $A$, $\lambda_k$, $v_k$ | `A`, `values`, `vectors[:, k]` | a matrix, its eigenvalues and its eigenvectors |
# | $z \sim q$ | `z` | a random number that we draw ourselves; $\varepsilon$ (`eps`) is standard normal noise behind it |
# | $f$ | `f` | what is averaged over the draws |
# | $K$ | | number of draws, or of categories |
# | $\ell_k$, $g_k$ | `logits`, `g` | unnormalised log-probabilities of categories, and Gumbel noise |
# | $\tau$ | `temperature` | how soft a relaxed choice is |
# | $z^*$ | `mode` | where a density is highest |
#
# All logarithms are natural. All randomness comes in as an argument, so that results repeat.

# %% [markdown] tags=["notes"]
# **My sources.** Name here whoever helped you, and every text, program or assistant that you used, with what you took
# from it. Whether working together is allowed is for your instructor to say; naming it always is.

# %% tags=["parameters"]
PRESET = "laptop"  # "smoke", "laptop" or "full": how often the experiments are repeated
SEED = 0

# %% tags=["setup"]
import math
import time

import sympy
import torch
import torch.nn.functional as F
from torch import Tensor

from helpers import checks, plots, presets, references, widgets

run = presets.start(PRESET, None, SEED, name="01_foundations")  # no data set: every number is drawn here


# %% tags=["setup"]
def normal_noise(*shape: int, seed: int = 0) -> Tensor:
    """Standard normal numbers; another `seed` gives others."""
    generator = torch.Generator().manual_seed(run.seed + 1000 * seed)
    return torch.randn(*shape, generator=generator, dtype=torch.float64)


def uniform_noise(*shape: int, seed: int = 0) -> Tensor:
    """Uniform numbers strictly between 0 and 1."""
    generator = torch.Generator().manual_seed(run.seed + 1000 * seed)
    return torch.rand(*shape, generator=generator, dtype=torch.float64).clamp(min=1e-12)


def mean_with_error(values: Tensor) -> tuple[float, float]:
    """The mean of independent values and its standard error: about two of them on either side hold the truth, 95 times in 100."""
    return float(values.mean()), float(values.std() / len(values) ** 0.5)


# %% [markdown]
# ## 1. One number from data
#
# Somebody hands you $N$ measurements of the same quantity, each with independent normal noise of known variance
# $\sigma^2$:
#
# $$p(x_1 \dots x_N \mid \mu) = \prod_{n=1}^N \mathcal N(x_n; \mu, \sigma^2), \qquad
# \log p(x \mid \mu) = -\frac{1}{2\sigma^2} \sum_{n=1}^N (x_n - \mu)^2 + \text{const}.$$
#
# The **maximum likelihood estimate** (MLE) is the $\mu$ under which the data are most probable. Set the derivative
# for $\mu$ to zero.
#
# **How to enter a derivation.** An exercise like the next one gets *symbols* and returns the formula that you derived
# on paper. Any equivalent form is right. Here $S = \sum_n x_n$ is the symbol `total`.


# %% exercise="mle_mean" points=2 minutes=2 lines=1
def mle_mean(total, n, sigma):
    r"""Give the $\mu$ that maximises $\log p(x_1 \dots x_N \mid \mu)$ for known $\sigma$.

    Args:
        total: The sum S of the observations, a symbol.
        n: Their number N, a symbol.
        sigma: Standard deviation of one observation, a symbol.

    Returns:
        A sympy expression in (some of) these symbols.
    """
    ### BEGIN SOLUTION
    return total / n
    ### END SOLUTION


# %% [markdown] hints="mle_mean"
# - The derivative of $(x_n - \mu)^2$ for $\mu$ is $-2(x_n - \mu)$. What must the sum of all $x_n - \mu$ be?
# - The sum of the $x_n$ is $S$, and $\mu$ is added up $N$ times.
# - Solve $S - N\mu = 0$. Does $\sigma$ survive?

# %% check="mle_mean"
checks.foundations.mle_mean(mle_mean)

# %% [markdown]
# Now suppose that you knew something before you measured: $\mu \sim \mathcal N(\nu, \beta^2)$, the **prior**. By
# Bayes' rule the logarithm of the posterior is, up to a constant,
#
# $$\log p(\mu \mid x) = -\frac{1}{2\sigma^2} \sum_{n=1}^N (x_n - \mu)^2 - \frac{1}{2\beta^2} (\mu - \nu)^2 + \text{const}.$$
#
# Its maximum is the **maximum a posteriori estimate** (MAP). Mind that the data term is a sum over $N$ observations,
# and the prior counts once.
#
# **By hand.** Observations 4 and 6, $\sigma^2 = 2$, prior $\mathcal N(0, 1)$. The MLE is 5. The MAP is 2.5: two
# observations of variance 2 weigh as much as one prior of variance 1, so the answer lies in the middle. Your formula
# should give just that.


# %% exercise="map_mean" points=3 minutes=4 lines=1
def map_mean(total, n, sigma, nu, beta):
    r"""Give the $\mu$ that maximises $\log p(\mu \mid x)$ under the prior $\mu \sim \mathcal N(\nu, \beta^2)$.

    Args:
        total: The sum S of the observations, a symbol.
        n: Their number N, a symbol.
        sigma: Standard deviation of one observation, a symbol.
        nu: Mean of the prior, a symbol.
        beta: Standard deviation of the prior, a symbol.

    Returns:
        A sympy expression in these symbols.
    """
    ### BEGIN SOLUTION
    return (sigma**2 * nu + beta**2 * total) / (n * beta**2 + sigma**2)
    ### END SOLUTION


# %% [markdown] hints="map_mean"
# - Differentiate both terms for $\mu$ and set their sum to zero. It is a linear equation in $\mu$.
# - $(S - N\mu)/\sigma^2 - (\mu - \nu)/\beta^2 = 0$. Collect what multiplies $\mu$ on one side.
# - Multiply by $\sigma^2\beta^2$: one side holds $\mu$ times ($N\beta^2$ plus something), the other $\beta^2 S$ plus
#   something with $\nu$.

# %% check="map_mean"
checks.foundations.map_mean(map_mean)

# %% [markdown]
# **What just happened.** Divide numerator and denominator by $\sigma^2\beta^2$: the MAP is a weighted mean of the
# sample mean and of $\nu$. The weights are **precisions**, that is inverse variances: $N/\sigma^2$ for the data,
# $1/\beta^2$ for the prior. Data add precision with every observation. The prior's never grows.
#
# ### Now with numbers
#
# To draw from $\mathcal N(\mu, \sigma^2)$, stretch standard normal noise and move it. We write $\mathcal N(2, 5)$ for
# a *variance* of 5; a spread of 5 would be another experiment.


# %% exercise="draw_gaussian" points=1 minutes=1 lines=1
def draw_gaussian(mean: float, variance: float, eps: Tensor) -> Tensor:
    r"""Turn standard normal noise into draws from $\mathcal N(\text{mean}, \text{variance})$.

    Args:
        mean: Mean of the draws.
        variance: Their variance.
        eps: Standard normal noise, any shape.

    Returns:
        Draws, in the shape of `eps`.
    """
    ### BEGIN SOLUTION
    return mean + math.sqrt(variance) * eps
    ### END SOLUTION


# %% [markdown] hints="draw_gaussian"
# - Multiplying by $c$ multiplies the variance by which power of $c$?
# - The factor is the standard deviation.
# - `math.sqrt(variance)` is the factor; the mean is added.

# %% check="draw_gaussian"
checks.foundations.draw_gaussian(draw_gaussian)

# %% [markdown]
# With the mean unknown *and* the variance unknown, maximum likelihood gives two estimates. The second one is
# $\hat\sigma^2 = \frac1N \sum_n (x_n - \hat\mu)^2$, with $N$ below the line and not $N-1$: it maximises the
# likelihood, and it is too small on average, because $\hat\mu$ was fitted to the same numbers. For the observations 4
# and 6 it is 1.


# %% exercise="gaussian_mle" points=2 minutes=2 lines=1
def gaussian_mle(x: Tensor) -> tuple[Tensor, Tensor]:
    r"""Estimate mean and variance by maximum likelihood, once per row.

    Args:
        x: Observations, shape (R, N): R repetitions of an experiment with N observations.

    Returns:
        The estimated means and the estimated variances, shapes (R,) and (R,).
    """
    ### BEGIN SOLUTION
    return x.mean(-1), x.var(-1, correction=0)
    ### END SOLUTION


# %% [markdown] hints="gaussian_mle"
# - Both are means over the last dimension.
# - `Tensor.var` divides by $N - 1$ unless it is told otherwise.
# - `x.var(-1, correction=...)`: which correction leaves N below the line?

# %% check="gaussian_mle"
checks.foundations.gaussian_mle(gaussian_mle)


# %% exercise="gaussian_map" points=2 minutes=2 lines=2
def gaussian_map(x: Tensor, variance: float, prior_mean: float, prior_variance: float) -> Tensor:
    r"""Estimate the mean by its posterior mode, once per row.

    Args:
        x: Observations, shape (R, N).
        variance: Known variance sigma^2 of one observation.
        prior_mean: Mean nu of the prior.
        prior_variance: Variance beta^2 of the prior.

    Returns:
        Estimates, shape (R,).
    """
    ### BEGIN SOLUTION
    data_precision, prior_precision = x.shape[-1] / variance, 1 / prior_variance
    return (data_precision * x.mean(-1) + prior_precision * prior_mean) / (data_precision + prior_precision)
    ### END SOLUTION


# %% [markdown] hints="gaussian_map"
# - It is the formula of `map_mean`, with `x.sum(-1)` for $S$ and `x.shape[-1]` for $N$.
# - The arguments are variances already; square nothing.
# - Or weigh `x.mean(-1)` by `x.shape[-1] / variance`, the prior's mean by its own precision, and divide by the sum of
#   the weights.

# %% check="gaussian_map"
checks.foundations.gaussian_map(gaussian_map)

# %% [markdown]
# ### The study
#
# The truth is $x \sim \mathcal N(2, 5)$; the prior says $\mathcal N(1, 2)$, so its mean is wrong by 1. We repeat the
# experiment thousands of times with $N = 10$, 100 and 1000 observations, and look at how the estimates spread.
#
# **Predict first.** Which estimate is closer to 2 on average over many experiments with $N = 10$: the MLE, which is
# right on average, or the MAP, which is pulled to the wrong side? And with $N = 1000$?

# %% [markdown] tags=["notes"]
# *My prediction:*

# %% tags=["plot"] expected="estimates"
TRUTH, VARIANCE, PRIOR_MEAN, PRIOR_VARIANCE = 2.0, 5.0, 1.0, 2.0
repetitions = run.choose(smoke=400, laptop=4000, full=20_000)
spread, errors = {"MLE": ([], [], []), "MAP": ([], [], [])}, []
for place, n in enumerate((10, 100, 1000)):
    x = draw_gaussian(TRUTH, VARIANCE, normal_noise(repetitions, n, seed=n))
    estimates = {"MLE": gaussian_mle(x)[0], "MAP": gaussian_map(x, VARIANCE, PRIOR_MEAN, PRIOR_VARIANCE)}
    for side, (name, values) in enumerate(estimates.items()):
        reach = (values - values.mean()).abs().quantile(0.9)
        for column, entry in zip(
            spread[name], (3 * place + 1.3 * side, float(values.mean()), float(reach)), strict=True
        ):
            column.append(entry)
        square, error = mean_with_error((values - TRUTH) ** 2)
        errors.append((n, name, float(values.mean()), square**0.5, error / square**0.5))  # twice the error of a root
        run.record(**{f"{name.lower()}_{n}_rms_error": square**0.5})
plots.intervals(
    spread,
    x_label="number N of observations",
    y_label="estimate of the mean",
    levels={"truth": TRUTH, "mean of the prior": PRIOR_MEAN},
    ticks=[f"{name}\n{n}" for n in (10, 100, 1000) for name in ("MLE", "MAP")],
    title=f"Where 90 of 100 estimates lie ({repetitions} repetitions)",
    alt="Intervals of MLE and MAP around the truth 2: wide for N = 10, where MAP's is narrower and lower, and alike for N = 1000",
)
for n, name, centre, rms, error in errors:
    print(f"N = {n:4d}  {name}: mean {centre:.3f}, root mean square error {rms:.4f} +- {error:.4f}")

# %% [markdown]
# The interval after +- is two standard errors of that figure: with other seeds it moves by about so much.
#
# **Turn the knobs.** One experiment at a time: the likelihood of $\mu$, the prior, and their product, the posterior.


# %% tags=["plot"] expected="posterior"
def show_posterior(n: int, prior_mean: float, prior_variance: float) -> None:
    """Draw likelihood, prior and posterior of the mean for one experiment."""
    x = draw_gaussian(TRUTH, VARIANCE, normal_noise(1, 1000, seed=12))[:, :n]
    (mle,), (map_estimate,) = gaussian_mle(x)[0], gaussian_map(x, VARIANCE, prior_mean, prior_variance)
    grid = torch.linspace(-3, 6, 400, dtype=torch.float64)
    posterior_variance = 1 / (n / VARIANCE + 1 / prior_variance)
    lines = {"likelihood": (mle, VARIANCE / n), "prior": (prior_mean, prior_variance)}
    lines["posterior"] = (map_estimate, posterior_variance)
    plots.curves(
        {
            name: (grid, torch.distributions.Normal(mean, variance**0.5).log_prob(grid).exp())
            for name, (mean, variance) in lines.items()
        },
        x_label="mean",
        y_label="density (the likelihood is scaled to area 1)",
        title=f"N = {n}: MLE {mle:.2f}, MAP {map_estimate:.2f}, truth {TRUTH:g}",
        alt="Three bells over the mean: the posterior lies between likelihood and prior and is narrower than both",
    )


widgets.explore(show_posterior, n=(1, 200, 5), prior_mean=(-2.0, 5.0, 1.0), prior_variance=(0.05, 8.0, 2.0))

# %% [markdown] answer="when_the_prior_helps" points=4 minutes=4
# **When does the prior help?** Use your own figures. (a) The prior's mean is off by 1, and still MAP has the smaller
# error for $N = 10$. Explain this by bias and variance. (b) Why do both estimates meet as $N$ grows? (c) Describe a
# prior with which MAP would be *worse* than MLE for $N = 10$. (At most 150 words.)
#
# ### BEGIN SOLUTION
# **Model answer.** (a) The mean squared error is bias squared plus variance. MAP gives the data
# the weight $w = N\beta^2/(N\beta^2 + \sigma^2) = 0.8$ and the prior's mean the other 0.2: its bias is $-0.2$, but its
# standard deviation falls from 0.707 to 0.566, so its error is $\sqrt{0.04 + 0.32} = 0.6$ against 0.707. (b) The precision of the data,
# $N/\sigma^2$, grows without bound and the prior's $1/\beta^2$ stays, so $w \to 1$: for $N = 1000$ the bias is
# $-0.0025$ and the errors agree to a thousandth. (c) One that is sure and wrong: $\beta^2$ small and $\nu$ far off.
# MAP wins exactly if $(\nu - \mu)^2 < 2\beta^2 + \sigma^2/N$; for example $\mathcal N(-2, 0.5)$ has $16 > 1.5$ and
# loses.
#
# **Rubric (4 points).** (1) Names bias and variance of MAP and that the second falls more. (1) Own figures, with
# their spread or error. (1) The data's precision grows with N, the prior's does not. (1) A prior that is confident *and*
# wrong; "a wrong prior" alone is half, since the prior here is wrong too and helps.
# ### END SOLUTION

# %% [markdown]
# ## 2. Matrices: what makes a Jacobian cheap
#
# Flows (05, 06) need the determinant of a Jacobian with thousands of rows, at every training step. Four facts decide
# how such models are built. Let $A v = \lambda v$ with $v \neq 0$.
#
# 1. $A^{-1}$ has the same eigenvectors, with eigenvalues $1/\lambda$.
# 2. The eigenvalues of a triangular matrix are its diagonal entries.
# 3. The product of all eigenvalues is $\det A$.
# 4. Their sum is the trace of $A$, the sum of its diagonal.
#
# **By hand.** $A = \begin{pmatrix} 2 & 1 \\ 0 & 4 \end{pmatrix}$ has eigenvalues 2 and 4 by fact 2; $\det A = 8 = 2
# \cdot 4$, the trace is $6 = 2 + 4$, and $A^{-1} = \begin{pmatrix} 1/2 & -1/8 \\ 0 & 1/4 \end{pmatrix}$ has the
# eigenvalues $1/2$ and $1/4$.
#
# Write a function that *measures* how far claimed eigenvalues and eigenvectors are from obeying the four facts. A test
# that cannot fail tests nothing, so yours must also find false claims; and fact 2 should come out false for a matrix
# that is not triangular.


# %% exercise="eigen_gaps" points=3 minutes=4 lines=5
def eigen_gaps(A: Tensor, values: Tensor, vectors: Tensor) -> Tensor:
    r"""Measure how far claimed eigenpairs are from the four facts.

    Args:
        A: An invertible matrix, shape (D, D).
        values: Claimed eigenvalues lambda_k in any order, shape (D,), none of them 0.
        vectors: Claimed eigenvectors, v_k in column k, shape (D, D).

    Returns:
        Four numbers, shape (4,), fact by fact: the largest |entry| of A^-1 v_k - v_k / lambda_k over all k and all
        entries; the largest |difference| between the sorted values and the sorted diagonal of A; |product of the
        values - det A|; |sum of the values - trace A|.
    """
    ### BEGIN SOLUTION
    inverse_gap = (torch.linalg.inv(A) @ vectors - vectors / values).abs().max()
    diagonal_gap = (values.sort().values - A.diagonal().sort().values).abs().max()
    determinant_gap = (values.prod() - torch.linalg.det(A)).abs()
    trace_gap = (values.sum() - A.trace()).abs()
    return torch.stack([inverse_gap, diagonal_gap, determinant_gap, trace_gap])
    ### END SOLUTION


# %% [markdown] hints="eigen_gaps"
# - `torch.linalg.inv(A) @ vectors` treats all columns at once. What must each column be divided by?
# - Dividing a matrix by a vector of shape (D,) divides column k by entry k: that is what is wanted here. `x.sort()`
#   returns a pair, whose first part, `.values`, is sorted.
# - `A.diagonal()`, `torch.linalg.det(A)` and `A.trace()` do the rest; `torch.stack` makes one tensor of four numbers.

# %% check="eigen_gaps"
checks.foundations.eigen_gaps(eigen_gaps)

# %% tags=["plot"]
A = normal_noise(6, 6, seed=1)
A = A + A.T  # symmetric, so that eigenvalues are real
U = normal_noise(6, 6, seed=2).triu()
claims = {
    "a symmetric matrix": (A, *torch.linalg.eigh(A)),
    "a triangular one": (U, *(part.real for part in torch.linalg.eig(U))),
    "the first one, false claims": (A, torch.ones(6).double(), torch.eye(6).double()),
}
print(f"{'gaps of the four facts':30s}  1: inverse   2: diagonal   3: product   4: sum")
for name, claim in claims.items():
    print(f"{name:30s}", *(f"{gap:12.1e}" for gap in eigen_gaps(*claim)))

# %% [markdown] answer="eigen_proofs" points=4 minutes=6
# **Four short proofs.** Prove the four facts of this section. You may use that $\det(A - \lambda I)$ is a polynomial
# in $\lambda$ whose zeros are the eigenvalues, that it factors as $\prod_k (\lambda_k - \lambda)$, and that the
# determinant of a triangular matrix is the product of its diagonal. The cell above is the numerical check beside your
# proofs. (At most 150 words.)
#
# ### BEGIN SOLUTION
# **Model answer.** (1) Multiply $Av = \lambda v$ by $A^{-1}$ from the left: $v = \lambda A^{-1}v$, and $\lambda \neq
# 0$ because $A$ is invertible, so $A^{-1}v = v/\lambda$. (2) If $A$ is triangular, so is $A - \lambda I$; its
# determinant $\prod_k (A_{kk} - \lambda)$ vanishes exactly at the diagonal entries. (3) Set $\lambda = 0$ in $\det(A -
# \lambda I) = \prod_k (\lambda_k - \lambda)$. (4) Compare the coefficients of $(-\lambda)^{D-1}$. On the right it is
# $\sum_k \lambda_k$. On the left only the product of the diagonal entries $A_{kk} - \lambda$ contributes: any other
# term of the determinant misses at least two diagonal entries, so its degree is at most $D - 2$. It gives $\sum_k
# A_{kk}$.
#
# **Rubric (4 points).** One point per fact. (1) Needs why $\lambda \neq 0$. (4) Needs why only the diagonal product
# counts, or the trace's invariance under a change of basis together with a triangular form; a 2 x 2 example is half a
# point.
# ### END SOLUTION

# %% [markdown]
# **What makes it cheap.** A general determinant costs about $D^3$ operations. By facts 2 and 3 a triangular matrix needs
# $D$: this is why flows are designed so that $\partial z_i / \partial x_j = 0$ for all $j > i$.
#
# ### Derivatives by vectors
#
# The derivative of a number by a vector $x$ is a **row** vector. Three rules cover most of what you will meet, those for
# $a^\top x$, $x^\top A x$ and $(x^\top a)^2$. Derive them by writing out the sums. The second holds for every square $A$,
# symmetric or not. (The check wants formulas: autograd is the judge, and not the author.)
#
# **By hand.** $x^\top A x$ with $A = \begin{pmatrix} 0 & 1 \\ 0 & 0 \end{pmatrix}$ is $x_1 x_2$, whose derivative is
# $(x_2, x_1)$. Does your rule say so?


# %% exercise="vector_slopes" points=3 minutes=3 lines=1
def vector_slopes(a: Tensor, A: Tensor, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    r"""Give the derivatives for $x$ of $a^\top x$, $x^\top A x$ and $(x^\top a)^2$, as formulas and without autograd.

    Args:
        a: Shape (D,).
        A: Shape (D, D), not symmetric in general.
        x: Shape (D,).

    Returns:
        Three row vectors, shape (D,) each.
    """
    ### BEGIN SOLUTION
    return a, x @ (A + A.T), 2 * (x @ a) * a
    ### END SOLUTION


# %% [markdown] hints="vector_slopes"
# - $x^\top A x = \sum_{ij} x_i A_{ij} x_j$, and $x_k$ occurs twice in it: as $x_i$ and as $x_j$.
# - $\sum_j A_{kj} x_j + \sum_i x_i A_{ik}$ is entry k. For the third one, use the chain rule: outer derivative times
#   inner.
# - A row vector times a matrix is `x @ M`. Which two matrices does M add up? The third result is a number times `a`.

# %% check="vector_slopes"
checks.foundations.vector_slopes(vector_slopes)

# %% tags=["plot"]
a, A, x = normal_noise(4, seed=4), normal_noise(4, 4, seed=5), normal_noise(4, seed=6).requires_grad_()
for name, number, slope in zip(
    ("a^T x", "x^T A x", "(x^T a)^2"), (a @ x, x @ A @ x, (x @ a) ** 2), vector_slopes(a, A, x.detach()), strict=True
):
    print(f"{name}: largest gap to autograd {(torch.autograd.grad(number, x)[0] - slope).abs().max():.1e}")

# %% [markdown]
# ### Optional: the cheap determinant, measured
#
# Since a product of thousands of factors under- or overflows, flows work with its logarithm. For a triangular matrix it is
# $\log|\det L| = \sum_i \log |L_{ii}|$. For $L = \begin{pmatrix} -2 & 0 \\ 7 & 3 \end{pmatrix}$ that is $\log 2 + \log 3 =
# \log 6$.


# %% exercise="triangular_log_det" points=2 minutes=2 lines=1 optional=true
def triangular_log_det(L: Tensor) -> Tensor:
    r"""Compute $\log|\det L|$ of triangular matrices in a number of operations proportional to D.

    Args:
        L: Lower or upper triangular matrices with a diagonal of any sign, shape (B, D, D).

    Returns:
        One number per matrix, shape (B,).
    """
    ### BEGIN SOLUTION
    return L.diagonal(dim1=-2, dim2=-1).abs().log().sum(-1)
    ### END SOLUTION


# %% [markdown] hints="triangular_log_det"
# - Only the diagonal is needed, as absolute values.
# - `L.diagonal(dim1=-2, dim2=-1)` has shape (B, D). Take the logarithm before you add up.
# - Absolute value, logarithm, and a sum over the last dimension.

# %% check="triangular_log_det"
checks.foundations.triangular_log_det(triangular_log_det)

# %% tags=["plot"] expected="determinants"
ways = {"any matrix (slogdet)": torch.linalg.slogdet}
try:
    triangular_log_det(torch.eye(2, dtype=torch.float64)[None])
    ways["triangular"] = triangular_log_det
except NotImplementedError:
    print("`triangular_log_det` is left out, and with it the second curve; expected/determinants.png shows both.")
sizes, seconds = (64, 128, 256, 512, 1024), {name: [] for name in ways}
for size in sizes:
    L = (normal_noise(1, size, size, seed=3).tril(-1) / size + torch.eye(size)).double()
    for name, function in ways.items():
        times = []
        for _ in range(15):
            start = time.perf_counter()
            function(L)
            times.append(time.perf_counter() - start)
        seconds[name].append(math.log10(min(times) * 1e6))
plots.curves(
    {name: ([math.log2(size) for size in sizes], logs) for name, logs in seconds.items()},
    x_label="log2 of the number of rows",
    y_label="log10 of microseconds",
    title="The logarithm of a determinant, measured on this machine",
    alt="The curve for any matrix rises steeply with the size; the one for triangular matrices stays far below it",
)

# %% [markdown]
# ## 3. The gradient of an average
#
# Training a generative model means to improve an average over *random* numbers, $F(\mu) = \mathbb E_{z \sim
# q_\mu}[f(z)]$, where the distribution $q_\mu$ itself depends on the parameter. We cannot differentiate a sample that
# has been drawn: the number 0.73 does not know $\mu$. There are two ways out.
#
# **The score function** (Williams 1992; Mohamed et al. 2020, Sec. 4). Because $\nabla q = q\, \nabla \log q$,
#
# $$\nabla_\mu\, \mathbb E_{q_\mu}[f(z, \mu)] = \mathbb E_{q_\mu}\big[f(z, \mu)\, \nabla_\mu \log q_\mu(z)\big] + \mathbb E_{q_\mu}\big[\nabla_\mu f(z, \mu)\big],$$
#
# where $\nabla_\mu f$ holds $z$ fixed and is zero if $f$ does not mention $\mu$. The factor $\nabla_\mu \log
# q_\mu(z)$ is called the **score**.
#
# For $q = \mathcal N(\mu, \sigma^2)$: what is the score?


# %% exercise="normal_score" points=2 minutes=2 lines=1
def normal_score(z, mu, sigma):
    r"""Give $\partial \log \mathcal N(z; \mu, \sigma^2) / \partial \mu$.

    Args:
        z: A draw, a symbol.
        mu: Mean, a symbol.
        sigma: Standard deviation, a symbol.

    Returns:
        A sympy expression.
    """
    ### BEGIN SOLUTION
    return (z - mu) / sigma**2
    ### END SOLUTION


# %% [markdown] hints="normal_score"
# - Write down $\log \mathcal N(z; \mu, \sigma^2)$. Only one term holds $\mu$.
# - The derivative of $-(z-\mu)^2 / 2\sigma^2$: mind the inner derivative $-1$ and the half.
# - Two minus signs cancel, and so does the 2. What stays above the line, what below?

# %% check="normal_score"
checks.foundations.normal_score(normal_score)

# %% [markdown] answer="score_proof" points=3 minutes=4
# **Proof.** Derive the score-function identity above from $\mathbb E_q[f] = \int q_\mu(z) f(z, \mu)\, dz$. Then show
# that $\mathbb E_q[\nabla_\mu \log q_\mu(z)] = 0$. Where do you exchange derivative and integral, and for which $q$
# would that be forbidden? The cell below, which differentiates an integral numerically, is the check beside your
# proof. (At most 120 words.)
#
# ### BEGIN SOLUTION
# **Model answer.** $\nabla \int q f\, dz = \int \nabla(q f)\, dz = \int f\, \nabla q\, dz + \int q\, \nabla f\, dz$
# by the product rule. With $\nabla q = q\, \nabla \log q$ the first integral is $\mathbb E_q[f\, \nabla \log q]$ and
# the second is $\mathbb E_q[\nabla f]$. With $f = 1$ the left side is $\nabla 1 = 0$, so $\mathbb E_q[\nabla \log q] =
# 0$. The first step exchanges derivative and integral. It is allowed where $q f$ is differentiable with a derivative
# that is bounded by an integrable function; it fails for a $q$ whose support moves with the parameter, such as the
# uniform distribution on $[0, \mu]$.
#
# **Rubric (3 points).** (1) Product rule, both terms. (1) $\nabla q = q \nabla \log q$, and the expectation of the
# score is zero. (1) The exchange is named, with a case where the support moves. Half: "exchange is allowed" without a
# condition.
# ### END SOLUTION

# %% tags=["plot"]
z = torch.linspace(-12, 12, 24_001, dtype=torch.float64)


def expectation(mu: float) -> float:
    """E[mu z^2] under N(mu, 1), as a sum over a fine grid."""
    density = torch.exp(-((z - mu) ** 2) / 2) / math.sqrt(2 * math.pi)
    return float((mu * z**2 * density).sum() * (z[1] - z[0]))


density = torch.exp(-((z - 0.7) ** 2) / 2) / math.sqrt(2 * math.pi) * (z[1] - z[0])
print(f"the derivative of the integral     : {(expectation(0.701) - expectation(0.699)) / 0.002:.5f}")
print(f"E[f score] alone                   : {float((0.7 * z**2 * (z - 0.7) * density).sum()):.5f}")
print(f"E[f score] + E[derivative of f]    : {float(((0.7 * z**2 * (z - 0.7) + z**2) * density).sum()):.5f}")

# %% [markdown]
# ### As code
#
# In practice nobody writes scores by hand. One builds a **surrogate**, a number whose *gradient* is the estimate, and
# lets autograd work:
#
# $$\text{surrogate} = \underbrace{f(z, \mu)}_{\text{held fixed}} \cdot \log q_\mu(z) + f(z, \mu), \qquad z \text{ held fixed throughout}.$$
#
# **By hand.** $f(z) = z^2$, $\mu = 1$, $\sigma = 1$, so $F = \mu^2 + 1$ and the true gradient is 2. One draw
# $\varepsilon = 0.5$ gives $z = 1.5$ and the estimate $2.25 \cdot (1.5 - 1) = 1.125$. Single estimates are far off;
# only their mean is right.
#
# Return *one estimate per draw*, so that we can look at their spread. The first line, which is given, makes a copy of
# $\mu$ per draw: the gradient then comes apart by draw.


# %% exercise="score_gradient" points=4 minutes=5 lines=4
def score_gradient(f, mu: float, sigma: float, eps: Tensor) -> Tensor:
    r"""Estimate $\nabla_\mu \mathbb E[f(z, \mu)]$, $z \sim \mathcal N(\mu, \sigma^2)$, by the score function, once per draw.

    Args:
        f: `f(z, mu)` works number by number on tensors of shape (K,); it need be neither smooth in z nor depend on mu.
        mu: Mean.
        sigma: Standard deviation.
        eps: Standard normal noise; the draws are mu + sigma eps. Shape (K,).

    Returns:
        Estimates, shape (K,), without a graph.
    """
    mu = torch.full_like(eps, mu).requires_grad_()  # a copy per draw
    ### BEGIN SOLUTION
    z = (mu + sigma * eps).detach()
    log_q = -(((z - mu) / sigma) ** 2) / 2
    surrogate = f(z, mu).detach() * log_q + f(z, mu)
    return torch.autograd.grad(surrogate.sum(), mu)[0]
    ### END SOLUTION


# %% [markdown] hints="score_gradient"
# - Four steps: draw, log q, surrogate, gradient. Which of them must know mu, and which must not?
# - `.detach()` holds a tensor fixed. The draws are fixed everywhere, f is fixed where it multiplies log q. Constants
#   of log q have no gradient and may be left out.
# - Ask `torch.autograd.grad` for the gradient of the surrogate's sum with respect to `mu`: it has one entry per draw,
#   because each draw has its own mu. It comes in a tuple.

# %% check="score_gradient"
checks.foundations.score_gradient(score_gradient)

# %% [markdown]
# **Reparameterisation** (Kingma and Welling 2014, Sec. 2.4). Write the draw as a function of $\mu$ and of noise that
# does not depend on $\mu$: $z = \mu + \sigma\varepsilon$. Then the gradient may go through the draw,
#
# $$\nabla_\mu\, \mathbb E_{q_\mu}[f(z, \mu)] = \mathbb E_{\varepsilon \sim \mathcal N(0,1)}\big[\nabla_\mu\, f(\mu + \sigma\varepsilon, \mu)\big].$$
#
# By hand, as above: $z = 1.5$, and $\nabla_\mu (\mu + \varepsilon)^2 = 2z = 3$.


# %% exercise="reparameterised_gradient" points=3 minutes=2 lines=2
def reparameterised_gradient(f, mu: float, sigma: float, eps: Tensor) -> Tensor:
    r"""Estimate $\nabla_\mu \mathbb E[f(z, \mu)]$, $z \sim \mathcal N(\mu, \sigma^2)$, through the draws, once per draw.

    Args:
        f: `f(z, mu)` works number by number on tensors of shape (K,) and is differentiable.
        mu: Mean.
        sigma: Standard deviation.
        eps: Standard normal noise, shape (K,).

    Returns:
        Estimates, shape (K,), without a graph.
    """
    mu = torch.full_like(eps, mu).requires_grad_()  # a copy per draw
    ### BEGIN SOLUTION
    z = mu + sigma * eps
    return torch.autograd.grad(f(z, mu).sum(), mu)[0]
    ### END SOLUTION


# %% [markdown] hints="reparameterised_gradient"
# - Here the draw is not held fixed, and there is no log q.
# - Compute z from mu, sigma and eps; ask autograd for the gradient of the sum of f for mu.
# - The last line is like that of `score_gradient`, with `f(z, mu)` in place of the surrogate.

# %% check="reparameterised_gradient"
checks.foundations.reparameterised_gradient(reparameterised_gradient)

# %% [markdown]
# **Predict first.** $f(z) = z^2$ at $\mu = 1$, $\sigma = 1$. Both estimators are right on average. Whose single
# estimates vary more, and by what factor?

# %% [markdown] tags=["notes"]
# *My prediction:*

# %% tags=["plot"] expected="variances"
draws = run.choose(smoke=20_000, laptop=1_000_000, full=4_000_000)
eps = normal_noise(draws, seed=7)
estimators = {"score function": score_gradient, "reparameterised": reparameterised_gradient}
square = {name: estimate(lambda z, mu: z**2, 1.0, 1.0, eps) for name, estimate in estimators.items()}
for name, values in square.items():
    mean, error = mean_with_error(values)
    print(f"{name}: mean {mean:.3f} +- {2 * error:.3f} (true gradient 2), variance {values.var():.3g}")
run.record(**{f"square_{name.split()[0]}_variance": float(values.var()) for name, values in square.items()})
plots.bars(
    {name: float(values.var()) for name, values in square.items()},
    y_label="variance of one estimate",
    title="Gradient of E[z^2] at mu = 1",
    alt="Two bars: the score function's variance is about 30, the reparameterised one's about 4",
)

# %% [markdown]
# To bring 30 down to 4 by averaging, the score function needs more than seven draws where the other needs one. The
# gap widens with the number of parameters: each draw of the score function offers *one* number $f(z)$ and spreads it
# over all parameters, while the reparameterised gradient knows the *slope* of $f$ in each direction.
#
# ### Where it loses
#
# Is reparameterisation always quieter? Take a wave, $f(z) = \sin(\omega z)$, with $z \sim \mathcal N(\mu, 1)$, and
# the gradient for $\mu$ at $\mu = 0$. One reparameterised estimate is $\omega \cos(\omega z)$; one estimate of the
# score function is $z \sin(\omega z)$. The first grows with the slope, the second only with the height of $f$. Below, both
# are measured.
#
# **Optional: as a formula.** What is the variance of the first one exactly? Two facts help:
#
# $$\mathbb E[\cos(t z)] = e^{-t^2/2}, \qquad \cos^2 a = \tfrac12 (1 + \cos 2a), \qquad z \sim \mathcal N(0, 1).$$


# %% exercise="reparameterised_variance" points=3 minutes=3 lines=1 optional=true
def reparameterised_variance(omega):
    r"""Give the variance of $\omega \cos(\omega z)$ for $z \sim \mathcal N(0, 1)$.

    Args:
        omega: Frequency, a positive symbol.

    Returns:
        A sympy expression.
    """
    ### BEGIN SOLUTION
    second_moment = omega**2 * (1 + sympy.exp(-2 * omega**2)) / 2
    return second_moment - omega**2 * sympy.exp(-(omega**2))
    ### END SOLUTION


# %% [markdown] hints="reparameterised_variance"
# - A variance is the mean of the square minus the square of the mean.
# - The mean is $\omega e^{-\omega^2/2}$. For the mean of the square, $\cos^2$ becomes a cosine of twice the
#   frequency.
# - With $t = 2\omega$ the expectation of $\cos(tz)$ is $e^{-2\omega^2}$. Do not forget that $\omega$ is squared as
#   well.

# %% check="reparameterised_variance"
checks.foundations.reparameterised_variance(reparameterised_variance)

# %% [markdown]
# The score function's variance follows likewise from $\mathbb E[z^2 \cos(tz)] = (1 - t^2) e^{-t^2/2}$:
# $\tfrac12\big(1 - (1 - 4\omega^2) e^{-2\omega^2}\big) - \omega^2 e^{-\omega^2}$. For large $\omega$ it tends to
# $\tfrac12$, and the reparameterised one's to $\omega^2/2$.

# %% tags=["plot"] expected="crossing"
omegas = torch.linspace(0.1, 3.0, 59, dtype=torch.float64)
score_variance = (1 - (1 - 4 * omegas**2) * (-2 * omegas**2).exp()) / 2 - omegas**2 * (-(omegas**2)).exp()
frequencies = (0.5, 1.0, 1.5, 2.0, 2.5, 3.0)
measured = {name: [] for name in estimators}
for frequency in frequencies:
    for name, estimate in estimators.items():
        values = estimate(lambda z, mu, w=frequency: (w * z).sin(), 0.0, 1.0, eps)
        measured[name].append(float(values.var()))
        if frequency == 2.0:
            mean, error = mean_with_error(values)
            run.record(**{f"sine_{name.split()[0]}_variance": float(values.var())})
            print(
                f"sin 2z, {name}: mean {mean:.4f} +- {2 * error:.4f} (true {2 * math.exp(-2):.4f}), variance {values.var():.3f}"
            )
omega = sympy.Symbol("omega", positive=True)
try:
    formula = sympy.lambdify(omega, reparameterised_variance(omega), "math")
    curve = (omegas, [formula(w) for w in omegas.tolist()])
except NotImplementedError:
    print("`reparameterised_variance` is left out; its measurements are joined by straight lines.")
    curve = (frequencies, measured["reparameterised"])
plots.curves(
    {"reparameterised": curve, "score function": (omegas, score_variance)},
    points={name: (frequencies, measured[name]) for name in ("reparameterised", "score function")},
    x_label="frequency of the wave",
    y_label="variance of one estimate",
    title="Gradient of E[sin(omega z)]: formulas and measurements",
    alt="Both variances over the frequency: reparameterised is lower for slow waves and far higher for fast ones; they cross near 1.1",
)
references.beside(
    run,
    sine_score_variance=measured["score function"][3],  # frequency 2
    sine_reparameterised_variance=measured["reparameterised"][3],
)

# %% [markdown] answer="which_estimator" points=4 minutes=4
# **Which estimator, when?** (a) Why does reparameterisation usually have the smaller variance? (b) Name two
# situations in which it cannot be used at all. (c) Why does it lose for $\sin 2z$? Use your measured variances. (At most
# 150 words.)
#
# ### BEGIN SOLUTION
# **Model answer.** (a) It uses the slope of $f$ at the draw, a direction; the score function only sees the height
# $f(z)$ and must find the direction from the correlation with the score, so even a constant added to $f$ adds
# variance, and the noise grows with the number of parameters. (b) Discrete draws (no derivative through a choice),
# $f$ that is not differentiable or a black box (a reward, a simulator), distributions without a differentiable map
# from noise. (c) The reparameterised estimate $2\cos 2z$ is as large as the slope, $\pm 2$, and changes sign quickly
# over the width of $q$, so single slopes say little about the slope of the *average*: variance 1.93. The height stays
# within $\pm 1$, and $z \sin 2z$ has 0.43.
#
# **Rubric (4 points).** (1) Slope against height. (1) Two situations, one of them discrete. (2) Steep or
# fast-changing against bounded, with both figures (1 without).
# ### END SOLUTION

# %% [markdown]
# ### Optional: a baseline
#
# Since the score has mean zero, subtracting a constant $b$ from $f$ changes nothing on average: $\mathbb E[(f - b)\,
# \nabla \log q] = \mathbb E[f\, \nabla \log q]$. It changes the variance, often enormously. But $b$ must not depend
# on the draw that it is used for. The mean of *all* $K$ values contains the draw's own value, and makes the estimate
# too small by the factor $1 - 1/K$. The mean of the *other* values is harmless. With values 1, 2, 6 the baselines of
# the three draws are 4, 3.5 and 1.5.


# %% exercise="leave_one_out" points=2 minutes=3 lines=1 optional=true
def leave_one_out(values: Tensor) -> Tensor:
    """Give each draw the mean of the other draws' values.

    Args:
        values: f of each draw, shape (K,) with K > 1.

    Returns:
        Baselines, shape (K,).
    """
    ### BEGIN SOLUTION
    return (values.sum() - values) / (len(values) - 1)
    ### END SOLUTION


# %% [markdown] hints="leave_one_out"
# - The sum of the others is the sum of all without one.
# - Subtract the tensor itself from its sum: that treats all draws at once.
# - How many others are there? Divide by that.

# %% check="leave_one_out"
checks.foundations.leave_one_out(leave_one_out)

# %% tags=["plot"] expected="baselines"
K, groups = 4, draws // 4
noise = normal_noise(groups, K, seed=8)
height = (1 + noise) ** 2 + 10  # f(z) = z^2 + 10 at mu = 1: the gradient is 2, as before
baselines = {
    "none": torch.zeros_like(height),
    "mean of all 4": height.mean(-1, keepdim=True).expand_as(height),
}
try:
    baselines["mean of the other 3"] = torch.func.vmap(leave_one_out)(height)
except NotImplementedError:
    print("`leave_one_out` is left out, and with it the third interval; expected/baselines.png shows it.")
results = {name: ((height - baseline) * noise).mean(-1) for name, baseline in baselines.items()}
for name, values in results.items():
    mean, error = mean_with_error(values)
    run.record(**{f"baseline_{name.replace(' ', '_')}": mean})
    print(
        f"baseline {name}: mean {mean:.3f} +- {2 * error:.3f} (true 2), variance of an average over 4 draws {values.var():.3g}"
    )
plots.intervals(
    {
        "mean and standard deviation": (
            range(len(results)),
            [float(values.mean()) for values in results.values()],
            [float(values.std()) for values in results.values()],
        )
    },
    x_label="baseline",
    y_label="estimate from 4 draws",
    levels={"true gradient": 2.0},
    ticks=list(results),
    title="What a baseline does to the score function",
    alt="Three intervals: very wide without a baseline; narrow with the mean of all, but centred below the truth; narrow and centred with the mean of the others",
)

# %% [markdown] answer="biased_baseline" points=1 minutes=2 optional=true
# **Which baseline is wrong?** Which of the three baselines in the last picture biases the gradient, by how much, and why do
# the others not? (At most 60 words.)
#
# ### BEGIN SOLUTION
# **Model answer.** The mean of all four: it depends on the draw's own value; $\mathbb E[f_k s_k]/K$ is subtracted, so the
# mean is $2(1 - 1/4) = 1.5$. Zero and the mean of the others do not depend on the draw; $\mathbb E[b\, s] = \mathbb
# E[b]\,\mathbb E[s] = 0$.
#
# **Rubric (1 point).** Names the biased baseline and that it depends on its own draw; half without the reason.
# ### END SOLUTION

# %% [markdown]
# ## 4. Choosing at random, softly
#
# A category $k$ is to be drawn with probability $\pi_k = \mathrm{softmax}(\ell)_k$. Discrete draws have no slope, but
# there is a way to write them as a function of noise that does not depend on $\ell$. **Gumbel noise** has the
# distribution function $P(g \le t) = \exp(-e^{-t})$. To make it from a uniform number $u$, invert: which $g$ has
# $\exp(-e^{-g}) = u$? For $u = \frac12$ it is $-\log \log 2 = 0.367$.


# %% exercise="gumbel" points=1 minutes=1 lines=1
def gumbel(u: Tensor) -> Tensor:
    r"""Turn uniform numbers into Gumbel noise: solve $\exp(-e^{-g}) = u$ for $g$.

    Args:
        u: Numbers strictly between 0 and 1, any shape.

    Returns:
        Gumbel noise, in the shape of `u`.
    """
    ### BEGIN SOLUTION
    return -(-u.log()).log()
    ### END SOLUTION


# %% [markdown] hints="gumbel"
# - Undo the two exponentials one after the other.
# - First $e^{-g} = -\log u$. Then take the logarithm once more.
# - Two logarithms and two minus signs, one in front of each.

# %% check="gumbel"
checks.foundations.gumbel(gumbel)

# %% [markdown]
# **Gumbel-max.** Add independent Gumbel noise to the logits and take the largest: the winner is $k$ with probability *exactly*
# $\pi_k$ (Maddison et al. 2017). With logits $(0, 1)$ and noise $(0.9, -0.2)$ the sums are $0.9$ and $0.8$:
# category 0 wins, though it is the less probable one.


# %% exercise="gumbel_max" points=1 minutes=1 lines=1
def gumbel_max(logits: Tensor, g: Tensor) -> Tensor:
    """Draw a category per row.

    Args:
        logits: Unnormalised log-probabilities, shape (B, K).
        g: Gumbel noise, shape (B, K).

    Returns:
        Categories 0..K-1, integers, shape (B,).
    """
    ### BEGIN SOLUTION
    return (logits + g).argmax(-1)
    ### END SOLUTION


# %% [markdown] hints="gumbel_max"
# - The noise is added to logits, not to probabilities.
# - `argmax` over the last dimension.
# - It is the place of the largest sum that is asked for, not its value.

# %% check="gumbel_max"
checks.foundations.gumbel_max(gumbel_max)

# %% [markdown]
# **Gumbel-softmax** (Jang et al. 2017, Eq. 2) replaces the hard winner by a soft one,
#
# $$y_k = \frac{\exp\big((\ell_k + g_k) / \tau\big)}{\sum_j \exp\big((\ell_j + g_j) / \tau\big)},$$
#
# a vector of positive weights that add up to 1. As the **temperature** $\tau \to 0$ it becomes the one-hot winner; as
# $\tau \to \infty$ it becomes uniform and forgets the logits. It is differentiable in $\ell$. But it is another
# distribution than the discrete one, so gradients through it are biased for every $\tau > 0$. Sums $0.9$ and $0.8$ at
# $\tau = 0.1$ differ by 1 after division, so $y = (0.73, 0.27)$.


# %% exercise="gumbel_softmax" points=2 minutes=2 lines=1
def gumbel_softmax(logits: Tensor, g: Tensor, temperature: float) -> Tensor:
    """Draw a relaxed one-hot vector per row.

    Args:
        logits: Unnormalised log-probabilities, shape (B, K).
        g: Gumbel noise, shape (B, K).
        temperature: Positive; small ones are nearly hard.

    Returns:
        Weights that add up to 1 in each row, shape (B, K).
    """
    ### BEGIN SOLUTION
    return ((logits + g) / temperature).softmax(-1)
    ### END SOLUTION


# %% [markdown] hints="gumbel_softmax"
# - It is a softmax of what `gumbel_max` compares.
# - Divide the whole sum by the temperature before the softmax.
# - `.softmax(-1)` normalises each row.

# %% check="gumbel_softmax"
checks.foundations.gumbel_softmax(gumbel_softmax)

# %% tags=["plot"] expected="temperature"
logits = torch.tensor([[0.0, 1.0, 2.0]], dtype=torch.float64)
g = gumbel(uniform_noise(run.choose(smoke=4_000, laptop=200_000, full=1_000_000), 3, seed=9))
winners = torch.bincount(gumbel_max(logits.expand_as(g), g), minlength=3).double() / len(g)
for name, shares in {"softmax of the logits": logits.softmax(-1)[0], "share of Gumbel-max winners": winners}.items():
    print(name, [f"{share:.4f}" for share in shares.tolist()])
edges = torch.linspace(0, 1, 41, dtype=torch.float64)
plots.curves(
    {
        f"temperature {t:g}": (
            (edges[1:] + edges[:-1]) / 2,
            torch.histogram(gumbel_softmax(logits, g, t)[:, 2], edges).hist * 40 / len(g),
        )
        for t in (0.2, 0.5, 1.0, 5.0)
    },
    x_label="weight of the most probable category",
    y_label="density",
    title="What a relaxed choice looks like",
    alt="At temperature 0.2 the weight is almost always near 0 or 1; at 5 it gathers near 0.4",
)

# %% [markdown]
# **Optional: straight-through.** Some networks need a real choice. The straight-through estimator hands on the one-hot winner
# in the forward pass, and pretends in the backward pass that it had been the soft vector. The trick is one line: add
# to the hard vector something that is zero in value and not in gradient.


# %% exercise="straight_through" points=3 minutes=3 lines=3 optional=true
def straight_through(logits: Tensor, g: Tensor, temperature: float, relax=gumbel_softmax) -> Tensor:
    """Draw a one-hot vector per row, with the gradient of the relaxed one.

    Args:
        logits: Unnormalised log-probabilities, shape (B, K).
        g: Gumbel noise, shape (B, K).
        temperature: Positive.
        relax: `relax(logits, g, temperature)` returns the relaxed vectors, shape (B, K).

    Returns:
        A 1 at the largest weight of each row, 0 elsewhere, in the dtype of the weights, shape (B, K).
    """
    ### BEGIN SOLUTION
    soft = relax(logits, g, temperature)
    hard = F.one_hot(soft.argmax(-1), soft.shape[-1]).to(soft.dtype)
    return hard + soft - soft.detach()
    ### END SOLUTION


# %% [markdown] hints="straight_through"
# - What is `soft - soft.detach()` as a number, and what is its gradient?
# - Call `relax` once; make its winner one-hot with `F.one_hot`, which needs the number of categories and returns
#   integers.
# - `hard` has no gradient of its own; add the zero from the first hint to it.

# %% check="straight_through"
checks.foundations.straight_through(straight_through)

# %% [markdown]
# **Predict first.** The loss of a choice is $f(y) = (c^\top y - \frac12)^2$ for fixed $c$; we want the gradient of
# its mean for the first logit. What will a higher temperature do to the *bias* of the relaxed gradient, and what to
# its *variance*?

# %% [markdown] tags=["notes"]
# *My prediction:*

# %% tags=["plot"] expected="bias"
costs = torch.tensor([1.0, 0.2, -0.5], dtype=torch.float64)
height = (costs - 0.5) ** 2  # of the three hard choices
chances = logits.softmax(-1)[0]
exact = float(chances[0] * (height[0] - chances @ height))
temperatures = (0.1, 0.2, 0.35, 0.5, 0.75, 1.0, 1.5, 2.0)
ways = {"relaxed": gumbel_softmax}
try:
    straight_through(logits, g[:1], 1.0)
    ways["straight-through"] = straight_through
except NotImplementedError:
    print("`straight_through` is left out; expected/bias.png shows its curves as well.")
bias, deviation = {name: [] for name in ways}, {name: [] for name in ways}
for t in temperatures:
    for name, choose in ways.items():
        leaf = logits.expand_as(g).clone().requires_grad_()
        loss = (choose(leaf, g, t) @ costs - 0.5) ** 2
        slopes = torch.autograd.grad(loss.sum(), leaf)[0][:, 0]
        bias[name].append(abs(float(slopes.mean()) - exact))
        deviation[name].append(float(slopes.std()))
        if t in (0.1, 1.0):
            mean, error = mean_with_error(slopes)
            run.record(**{f"{name.replace('-', '_')}_bias_at_{str(t).replace('.', '_')}": mean - exact})
            print(
                f"temperature {t:g}, {name}: bias {mean - exact:+.4f} +- {2 * error:.4f}, standard deviation {slopes.std():.3f}"
            )
plots.curves(
    {f"|bias|, {name}": (temperatures, values) for name, values in bias.items()}
    | {f"standard deviation, {name}": (temperatures, values) for name, values in deviation.items()},
    x_label="temperature",
    y_label="of one gradient estimate",
    title=f"Gradient for the first logit; the exact one is {exact:.3f}",
    alt="Both biases rise from near 0 up to a temperature of 1 while both standard deviations fall; straight-through lies above relaxed",
)

# %% [markdown]
# A low temperature gives estimates that are nearly right on average and wild one by one; a high one gives quiet and
# wrong ones: at $\tau = 1$ the relaxed gradient is more than twice the exact one. So in practice one starts warm and cools
# down, or keeps $\tau$ between 0.5 and 1 and accepts the bias. The score function needs no relaxation and has no bias: for
# few categories, and with a good baseline (the optional end of section 3), it is a serious rival. (At very high temperatures
# the relaxed gradient itself vanishes, so that the bias ends at the size of the exact gradient.)
#
# ## 5. Change of variables
#
# Push a random number $z$ with density $p_z$ through an invertible map $x = h(z)$. Probability is conserved,
# $p_x(x)\, |dx| = p_z(z)\, |dz|$, so
#
# $$p_x(x) = p_z(z)\, \Big|\frac{dz}{dx}\Big| \qquad \text{at } z = h^{-1}(x).$$
#
# Where the map stretches, the density gets thin. And the **support**, the set of values that $x$ can take, moves
# along: outside of it the density is 0.
#
# **By hand.** $z$ uniform on $[0, 1]$ and $x = z^2$: $z = \sqrt x$, $dz/dx = 1/(2\sqrt x)$, so $p(x) = 1/(2\sqrt x)$
# on $(0, 1]$. As a formula with its support: `sympy.Piecewise((1 / (2 * sympy.sqrt(x)), (x > 0) & (x <= 1)), (0,
# True))`, that is pairs of a value and a condition. Now three others.


# %% exercise="densities" points=4 minutes=4 lines=3
def densities(x):
    r"""Give the densities of three random numbers at any real x, zero outside of their supports.

    Args:
        x: A real symbol.

    Returns:
        Three sympy expressions: the densities of 2 z + 1 with z uniform on [0, 1], of exp(z) with z uniform on
        [0, 2], and of 1.5 z + 3 with z standard normal.
    """
    ### BEGIN SOLUTION
    stretched = sympy.Piecewise((sympy.Rational(1, 2), (x >= 1) & (x <= 3)), (0, True))
    grown = sympy.Piecewise((1 / (2 * x), (x >= 1) & (x <= sympy.exp(2))), (0, True))
    return stretched, grown, sympy.exp(-(((x - 3) / 1.5) ** 2) / 2) / (1.5 * sympy.sqrt(2 * sympy.pi))
    ### END SOLUTION


# %% [markdown] hints="densities"
# - For each map: solve for z, put that into the density of z, multiply by |dz/dx|. Between which values does x lie?
# - A uniform density on an interval of length 2 is 1/2, before anything is stretched. The inverse of exp is log,
#   whose derivative you know.
# - In the third, z is (x - 3) / 1.5 and dz/dx is 1 / 1.5; a normal density needs no condition. Join conditions by
#   `&`, each in brackets.

# %% check="densities"
checks.foundations.densities(densities)

# %% tags=["plot"] expected="densities"
z_uniform, z_normal = uniform_noise(200_000, seed=10), normal_noise(200_000, seed=11)
samples = {"2 z + 1": 2 * z_uniform + 1, "exp(z)": (2 * z_uniform).exp(), "1.5 z + 3": 1.5 * z_normal + 3}
symbol = sympy.Symbol("x", real=True)
places = torch.linspace(-2, 9, 500).tolist()
plots.histograms(
    samples,
    {
        name: (places, [float(density.subs(symbol, place)) for place in places])
        for name, density in zip(samples, map(sympy.sympify, densities(symbol)), strict=True)
    },
    x_label="x",
    title="Samples through the maps, and your densities",
    alt="Three histograms, each with its density as a line on top: a box from 1 to 3, a falling curve from 1 to 7.4, a bell around 3",
)

# %% [markdown]
# ### Two dimensions at a time
#
# In more dimensions $|dz/dx|$ becomes the determinant of a **Jacobian**, the matrix with $\partial y_i / \partial
# x_j$ in row $i$ and column $j$. Two maps that leave $x_1$ alone are the seeds of the flows in 05:
#
# $$(x_1, x_2) \mapsto (x_1,\; x_2 + m(x_1)), \qquad (x_1, x_2) \mapsto (x_1,\; s(x_1)\, x_2 + t(x_1)).$$
#
# $m$, $s$ and $t$ may be networks. Write $m'$, $s'$ and $t'$ for their derivatives at $x_1$. For example $(x_1, x_1
# x_2)$ has $s = x_1$, $s' = 1$, and the Jacobian $\begin{pmatrix} 1 & 0 \\ x_2 & x_1 \end{pmatrix}$.


# %% exercise="coupling_jacobians" points=3 minutes=3 lines=3
def coupling_jacobians(x2, s, dm, ds, dt):
    r"""Give the Jacobians of $(x_1, x_2 + m(x_1))$ and of $(x_1, s(x_1) x_2 + t(x_1))$.

    Args:
        x2: The second coordinate, a symbol.
        s: The value s(x1), a symbol.
        dm: The derivative m'(x1), a symbol.
        ds: The derivative s'(x1), a symbol.
        dt: The derivative t'(x1), a symbol.

    Returns:
        Two matrices, `sympy.Matrix([[..., ...], [..., ...]])` each; outputs count the rows, inputs the columns.
    """
    ### BEGIN SOLUTION
    additive = sympy.Matrix([[1, 0], [dm, 1]])
    affine = sympy.Matrix([[1, 0], [ds * x2 + dt, s]])
    return additive, affine
    ### END SOLUTION


# %% [markdown] hints="coupling_jacobians"
# - The first output is $x_1$ in both maps: that settles the first rows.
# - In the second row, differentiate for $x_1$ first (it hides inside of m, s and t), then for $x_2$.
# - The product $s(x_1)\, x_2$ gives $s'(x_1)\, x_2$ in the first column; which further term has an $x_1$ in it?

# %% check="coupling_jacobians"
checks.foundations.coupling_jacobians(coupling_jacobians)

# %% [markdown]
# **What just happened.** Both are triangular, so their determinants are 1 and $s(x_1)$: neither $m'$, nor $s'$, nor
# $t'$ is needed, and the networks never have to be differentiated or inverted to know the volume. A map of
# determinant 1 only shears the plane and keeps areas; the second stretches, so that it can change densities.
#
# ## 6. A posterior that is a bell, and one that is not
#
# The mode says where a posterior is highest, not how sure we may be. **Laplace's approximation** puts a normal
# distribution there. Expand $\log p$ at its mode $z^*$, where the slope vanishes:
#
# $$\log p(z) \approx \log p(z^*) - \frac{(z - z^*)^2}{2 v}, \qquad \frac1v = -\frac{d^2}{dz^2} \log p(z) \Big|_{z = z^*}.$$
#
# A sharp peak has a large negative second derivative, so a small variance $v$. Multiplying $p$ by a constant changes
# neither $z^*$ nor $v$: the normalising constant of Bayes' rule is not needed.
#
# **A case where it is exact.** $z \sim \mathcal N(0, 1)$, and two instruments measure it, $x_i \mid z \sim \mathcal
# N(z, \sigma_i^2)$. Then $\log p(z \mid x_1, x_2)$ is a parabola, so the approximation is the posterior itself.


# %% exercise="posterior" points=3 minutes=3 lines=2
def posterior(x1, x2, sigma1, sigma2):
    r"""Give mode and variance of $p(z \mid x_1, x_2)$ for $z \sim \mathcal N(0, 1)$ and $x_i \mid z \sim \mathcal N(z, \sigma_i^2)$.

    Args:
        x1: First measurement, a symbol.
        x2: Second measurement, a symbol.
        sigma1: Standard deviation of the first, a symbol.
        sigma2: Standard deviation of the second, a symbol.

    Returns:
        Two sympy expressions, the mode and the variance.
    """
    ### BEGIN SOLUTION
    precision = 1 + 1 / sigma1**2 + 1 / sigma2**2
    return (x1 / sigma1**2 + x2 / sigma2**2) / precision, 1 / precision
    ### END SOLUTION


# %% [markdown] hints="posterior"
# - Add up three log-densities: the prior's and those of the two measurements. Keep what holds z.
# - The second derivative of the sum is minus the sum of three precisions. Where is the first derivative zero?
# - The prior pulls to 0 with precision 1, each measurement to $x_i$ with precision $1/\sigma_i^2$.

# %% check="posterior"
checks.foundations.posterior(posterior)

# %% [markdown]
# **A case where it is not.** Now the observations are answers yes or no. A student of ability $z \sim \mathcal N(0,
# 1)$ meets questions; question $n$ is solved ($y_n = 1$) with probability $\sigma(w_n z)$, where $\sigma(a) = 1/(1 +
# e^{-a})$ is the logistic function and $w_n$ says how well the question tells abilities apart. The joint density of
# ability and answers is
#
# $$p(z, y) = \mathcal N(z; 0, 1) \prod_{n=1}^N \sigma(w_n z)^{y_n} \big(1 - \sigma(w_n z)\big)^{1 - y_n}.$$
#
# At $z = 0$ every question is a coin: with two questions $\log p(0, y) = -\frac12 \log 2\pi - 2 \log 2 = -2.305$.


# %% exercise="log_joint" points=3 minutes=2 lines=3
def log_joint(z: Tensor, w: Tensor, y: Tensor) -> Tensor:
    r"""Compute $\log p(z, y)$ at several abilities, in nats, with all constants.

    Args:
        z: Abilities, shape (B,); thousands in absolute value must not overflow.
        w: How well each question tells abilities apart, shape (N,).
        y: Answers, 0.0 or 1.0, shape (N,).

    Returns:
        Log-densities, shape (B,).
    """
    ### BEGIN SOLUTION
    sign = 2 * y - 1
    log_likelihood = F.logsigmoid(sign * w * z[:, None]).sum(-1)
    return log_likelihood - z**2 / 2 - math.log(2 * math.pi) / 2
    ### END SOLUTION


# %% [markdown] hints="log_joint"
# - Log of the prior plus a sum over the questions. `z[:, None] * w` has shape (B, N).
# - $1 - \sigma(a) = \sigma(-a)$: the answer only decides the sign of $a$. `F.logsigmoid` does not overflow.
# - `2 * y - 1` turns 0 and 1 into -1 and 1. The prior's constant is half the logarithm of $2\pi$.

# %% check="log_joint"
checks.foundations.log_joint(log_joint)

# %% [markdown]
# No formula gives the mode. **Newton's method** finds it: approximate $\log p$ by a parabola where you stand, jump to
# its top, repeat,
#
# $$z \leftarrow z - \frac{(\log p)'(z)}{(\log p)''(z)}.$$
#
# On a parabola one jump suffices. Both derivatives come from autograd: the gradient of a gradient needs
# `create_graph=True` when the first one is computed, or there is nothing to differentiate again.


# %% exercise="slope_and_curvature" points=3 minutes=3 lines=4
def slope_and_curvature(log_density, z: Tensor) -> tuple[Tensor, Tensor]:
    """Compute first and second derivative of a function that works number by number.

    Args:
        log_density: Maps (B,) to (B,); entry b of the result depends on entry b of its argument only.
        z: Where, shape (B,).

    Returns:
        Both derivatives at z, shape (B,) each, without a graph.
    """
    ### BEGIN SOLUTION
    z = z.detach().requires_grad_()
    (slope,) = torch.autograd.grad(log_density(z).sum(), z, create_graph=True)
    (curvature,) = torch.autograd.grad(slope.sum(), z)
    return slope.detach(), curvature
    ### END SOLUTION


# %% [markdown] hints="slope_and_curvature"
# - Differentiate the sum over the batch; then differentiate the sum of what you got.
# - `z` must require a gradient before `log_density` sees it. `torch.autograd.grad` returns a tuple.
# - The first call needs `create_graph=True`; what you return is detached.

# %% check="slope_and_curvature"
checks.foundations.slope_and_curvature(slope_and_curvature)


# %% exercise="newton_mode" points=2 minutes=2 lines=4
def newton_mode(log_density, z: Tensor, steps: int = 20, derivatives=slope_and_curvature) -> Tensor:
    """Look for the mode of a density by Newton's method.

    Args:
        log_density: Maps (B,) to (B,).
        z: Where to begin, shape (B,).
        steps: How many jumps to make.
        derivatives: `derivatives(log_density, z)` returns the first and the second derivative at z.

    Returns:
        Where the last jump leads, shape (B,).
    """
    ### BEGIN SOLUTION
    for _ in range(steps):
        slope, curvature = derivatives(log_density, z)
        z = z - slope / curvature
    return z
    ### END SOLUTION


# %% [markdown] hints="newton_mode"
# - A loop over the formula above.
# - In each step ask `derivatives` at the *current* z.
# - New z is old z minus first derivative over second.

# %% check="newton_mode"
checks.foundations.newton_mode(newton_mode)


# %% exercise="laplace" points=2 minutes=2 lines=3
def laplace(log_density, z: Tensor, find_mode=newton_mode, derivatives=slope_and_curvature) -> tuple[Tensor, Tensor]:
    """Approximate a density by a normal distribution at its mode.

    Args:
        log_density: Maps (B,) to (B,), up to a constant.
        z: Where to begin the search, shape (B,).
        find_mode: `find_mode(log_density, z)` returns the mode, shape (B,).
        derivatives: `derivatives(log_density, z)` returns the first and the second derivative at z.

    Returns:
        Mean and variance of the normal distribution, shape (B,) each.
    """
    ### BEGIN SOLUTION
    mode = find_mode(log_density, z)
    _, curvature = derivatives(log_density, mode)
    return mode, -1 / curvature
    ### END SOLUTION


# %% [markdown] hints="laplace"
# - First the mode, then the curvature there.
# - At a maximum the second derivative is negative; a variance is positive.
# - Minus one, divided by the curvature *at the mode*.

# %% check="laplace"
checks.foundations.laplace(laplace)

# %% [markdown]
# **The judge.** In one dimension we can know the truth: lay a fine grid over all abilities that matter and turn
# integrals into sums (**quadrature**). With $p_j = p(z_j, y)$ on an evenly spaced grid of step $h$, the evidence is
# $p(y) \approx h \sum_j p_j$, and the posterior gives each grid point the weight $p_j / \sum_i p_i$. Work with
# logarithms as long as possible, since the $p_j$ may underflow: `torch.logsumexp` adds up numbers whose logarithms it
# is given.


# %% exercise="quadrature" points=3 minutes=3 lines=4
def quadrature(log_density, grid: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Compute mean, variance and normalising constant of a density in one dimension.

    Args:
        log_density: Maps (G,) to (G,), up to a constant, which may be large.
        grid: Evenly spaced places that cover the density, ascending, shape (G,).

    Returns:
        Mean, variance, and the logarithm of the density's integral, three scalar tensors.
    """
    ### BEGIN SOLUTION
    log_values = log_density(grid)
    weights = log_values.softmax(0)
    mean = (weights * grid).sum()
    return mean, (weights * (grid - mean) ** 2).sum(), log_values.logsumexp(0) + (grid[1] - grid[0]).log()
    ### END SOLUTION


# %% [markdown] hints="quadrature"
# - Weights that add up to 1, from logarithms that are known up to a constant: you have met this function in every
#   classifier.
# - `softmax` gives the weights; the mean is a weighted sum, and so is the variance around it.
# - The logarithm of $h \sum_j p_j$ is a `logsumexp` plus the logarithm of the step.

# %% check="quadrature"
checks.foundations.quadrature(quadrature)

# %% [markdown]
# **Predict first.** The same student, first with 3 questions, all solved, then with 30 questions, 22 solved. Where
# will Laplace's bell fit better, and on which side will it be wrong in the first case?

# %% [markdown] tags=["notes"]
# *My prediction:*


# %% tags=["plot"] expected="laplace"
def show_laplace(questions: int, solved: int, steepness: float) -> None:
    """Draw the true posterior of the ability and Laplace's approximation."""
    y = (torch.arange(questions) < solved).double()
    w = torch.full((questions,), float(steepness), dtype=torch.float64)
    grid = torch.linspace(-6, 8, 2801, dtype=torch.float64)

    def log_density(z: Tensor) -> Tensor:
        return log_joint(z, w, y)

    mean, variance, log_evidence = quadrature(log_density, grid)
    mode, laplace_variance = (float(value) for value in laplace(log_density, torch.zeros(1, dtype=torch.float64)))
    bell = torch.distributions.Normal(mode, laplace_variance**0.5)
    plots.curves(
        {
            "true posterior": (grid, (log_density(grid) - log_evidence).exp()),
            "Laplace": (grid, bell.log_prob(grid).exp()),
        },
        x_label="ability",
        y_label="density",
        title=f"{min(solved, questions)} of {questions} solved: true mean {mean:.3f}, variance {variance:.3f}; Laplace {mode:.3f}, {laplace_variance:.3f}",
        alt=f"Two bells over the ability: the true posterior, of mean {mean:.2f} and variance {variance:.2f}, and Laplace's,"
        f" of mean {mode:.2f} and variance {laplace_variance:.2f}",
    )


widgets.explore(show_laplace, questions=(1, 60, 3), solved=(0, 60, 3), steepness=(0.5, 5.0, 3.0))

# %% tags=["plot"]
for questions, solved in ((3, 3), (30, 22), (300, 220)):
    w, y = torch.full((questions,), 3.0, dtype=torch.float64), (torch.arange(questions) < solved).double()
    mode, variance = laplace(lambda z, w=w, y=y: log_joint(z, w, y), torch.zeros(1, dtype=torch.float64))
    mean, true_variance, _ = quadrature(lambda z, w=w, y=y: log_joint(z, w, y), torch.linspace(-8, 8, 20_001).double())
    gap = float(mode - mean) / float(true_variance) ** 0.5
    run.record(
        **{f"laplace_{questions}_mean_gap": gap, f"laplace_{questions}_variance_ratio": float(variance / true_variance)}
    )
    print(
        f"{questions} questions: mean off by {gap:+.3f} true standard deviations, variance {float(variance / true_variance):.3f} of the true one"
    )

# %% [markdown]
# **What just happened.** With few answers that all agree, the posterior leans: the data rule out low abilities
# sharply and high ones hardly at all. A bell cannot lean, so Laplace puts its centre too far left and is too sure on
# the right. With many answers the data dominate, the log-posterior is nearly a parabola wherever it matters, and the
# bell fits: for large $N$ that is a theorem.
#
# ## 7. Your derivations, and what they are for

# %% [markdown] answer="show_your_work" points=6 minutes=5
# **Show your work.** Give the steps, not only the results, of three derivations: (a) the MAP estimate of section 1;
# (b) the derivative of $x^\top A x$; (c) the density of $\exp(z)$ with $z$ uniform on $[0, 2]$, its support included.
# Formulas may be typed as in $\LaTeX$ or in plain text. (At most 200 words.)
#
# ### BEGIN SOLUTION
# **Model answer.** (a) $\log p(\mu \mid x) = -\sum_n (x_n - \mu)^2 / 2\sigma^2 - (\mu - \nu)^2 / 2\beta^2 + c$. The
# derivative $\sum_n (x_n - \mu)/\sigma^2 - (\mu - \nu)/\beta^2$ is zero where $\beta^2 (S - N\mu) = \sigma^2 (\mu -
# \nu)$, so $\mu = (\sigma^2 \nu + \beta^2 S)/(N\beta^2 + \sigma^2)$. The second derivative is negative, so this is
# the maximum. (b) $x^\top A x = \sum_{ij} x_i A_{ij} x_j$. Since $\partial x_i / \partial x_k$ is 1 for $i = k$ and
# else 0, the derivative for $x_k$ is $\sum_j A_{kj} x_j + \sum_i x_i A_{ik}$, which is entry $k$ of the row vector
# $x^\top (A^\top + A)$. (c) $x = e^z$ increases from 1 to $e^2$, so the support is $[1, e^2]$. $z = \log x$, $dz/dx =
# 1/x > 0$, $p_z = \frac12$ on $[0, 2]$. So $p(x) = \frac{1}{2x}$ there and 0 elsewhere; its integral is $\frac12 \log
# e^2 = 1$.
#
# **Rubric (6 points).** Two points each. (a) The log-posterior with its two terms (1), derivative and solution (1).
# (b) Writes out the sums or uses the product rule (1), both terms with the transpose (1). (c) Inverse and its
# derivative (1), support (1). A result without steps earns nothing here.
# ### END SOLUTION

# %% [markdown]
# | tool of this notebook | where it comes back |
# |---|---|
# | maximum likelihood | every model with a likelihood: PixelCNN (02), flows (05, 06) |
# | a prior, MAP | weight decay is a Gaussian prior on weights; the prior of a latent code (03, 04, 09) |
# | triangular Jacobians | coupling layers (05), masked autoregressive flows (06) |
# | score function | whatever is discrete or a black box; reinforcement learning |
# | reparameterisation | variational autoencoders (03, 04, 09) |
# | Gumbel-softmax, straight-through | discrete latent codes, learned quantisation |
# | Laplace | cheap uncertainty around a trained network; compare the variational posterior of 03 |
# | quadrature | the exact judge, in one or two dimensions only: with $D$ dimensions a grid needs $G^D$ points |
#
# **What to take with you.** An estimate is a random number: it has a bias and a variance, and one may buy the one
# with the other. The same bargain decides between MLE and MAP, between two gradient estimators, and for the
# temperature of a soft choice.
#
# **Going further.** (1) Of all constants that one may subtract from $f$ (a baseline, the optional end of section 3), $b =
# \mathbb E[f s^2] / \mathbb E[s^2]$ with $s$ the score is the best: derive it, then measure, for $f(z) = z^2 + 10$. (2)
# Reparameterise a Gamma distribution. (3) Use Newton's method where it fails: which $\log p$ and which start send it away?
