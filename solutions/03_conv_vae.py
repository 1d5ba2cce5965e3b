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

# %% [markdown] title="A convolutional VAE: pictures from a handful of numbers" reading=25 machine=4 figures="bce_plus_kl binarised_nelbo dense_binarised_nelbo knn_accuracy active_units"
# # A convolutional VAE: pictures from a handful of numbers
#
# ![A grid of garments, each melting into its neighbours](expected/manifold.png)
#
# Every picture here was made from two numbers: how far to the right, how far up. Between the shoe and the trousers
# there is no gap, only garments that nobody ever made. A network drew this map without having seen a single label.
#
# **The question of this notebook:** how can one learn to compress pictures into a few numbers such that *any* few
# numbers, drawn from a plain Gaussian, give a picture again? And what goes wrong when the model finds a way around it?
#
# **What to know first.**
# *Expectation*: $\mathbb E_q[f(z)] = \int q(z) f(z)\,dz$, the average of $f$ over draws from $q$.
# *Kullback-Leibler divergence*: $\mathrm{KL}(q \,\|\, p) = \mathbb E_q[\log q(z) - \log p(z)]$, never negative, and 0 only
# if $q = p$.
# *Bayes' rule*: $p(z \mid x) = p(x \mid z)\,p(z) / p(x)$.
# *Convolutions with stride 2* halve an image, and
# [transposed ones](https://docs.pytorch.org/docs/stable/generated/torch.nn.ConvTranspose2d.html) double it.
#
# Nothing from an earlier notebook is needed. The papers: Kingma and Welling, *Auto-Encoding Variational Bayes* (2014);
# Rezende, Mohamed, Wierstra, *Stochastic Backpropagation* (2014); Bowman et al., *Generating Sentences from a
# Continuous Space* (2016) for annealing; Kingma et al., *Improved Variational Inference with Inverse Autoregressive
# Flow* (2016) for free bits; Burda, Grosse, Salakhutdinov, *Importance Weighted Autoencoders* (2016) for active units.

# %% [markdown]
# | symbol | in code | meaning |
# |---|---|---|
# | $x$ | `x` | a batch of images, values in $[0, 1]$, shape `(B, C, H, W)` |
# | $D$ | `dims` | number of values of an image, $C \cdot H \cdot W$ |
# | $z$ | `z` | codes (latent variables), shape `(B, d)`; $d$ is `latent` |
# | $p(z)$ | | the prior, $\mathcal N(0, I)$ |
# | $p(x \mid z)$ | `decode` | the decoder: a distribution of images for each code |
# | $q(z \mid x)$ | `encode` | the encoder: a Gaussian of codes for each image, mean $\mu$ and variance $\sigma^2$ per code variable |
# | $\mu$, $\log \sigma^2$ | `mu`, `log_var` | what the encoder returns, each of shape `(B, d)` |
# | $\epsilon$ | `eps` | standard normal noise, shape `(B, d)`: all the randomness of a code |
# | $\mathcal F$ | `-nelbo` | the evidence lower bound (ELBO) on $\log p(x)$; its negative is the loss |
# | | `rec`, `kl` | the two parts of the loss: $-\log p(x \mid z)$ per image, and the KL per image and code variable |
#
# Everything is in **nats** (natural logarithm), *summed* over the values of an image and averaged over images.

# %% [markdown] tags=["notes"]
# **My sources.** Name here whoever helped you, and every text, program or assistant that you used, with what you took
# from it. Whether working together is allowed is for your instructor to say; naming it always is.

# %% tags=["parameters"]
PRESET = "laptop"  # "smoke" (seconds), "laptop" (minutes) or "full" (a GPU)
DATASET = "fashion-mnist"  # what data.load takes; where it is missing the embedded digits are used
SEED = 0

# %% tags=["setup"]
import itertools
import math

import numpy as np
import sympy
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from helpers import checks, data, plots, presets, references, training, widgets

run = presets.start(PRESET, DATASET, SEED, name="03_conv_vae")

# %% tags=["setup"]
dataset = data.load(run.dataset, device=run.device)
levels, shape = dataset.levels, dataset.shape
C, H, W = shape
D = C * H * W
run.record(data=dataset.name, checksum=dataset.checksum)
if dataset.note:
    print(dataset.note)
print(f"{dataset.name}: {len(dataset.train):,} training images of {C} x {H} x {W} values with {levels} levels")

# %% tags=["plot"]
plots.image_grid(
    dataset.test.images[:16], levels, columns=8, title="Sixteen images that the model will not be trained on"
)

# %% [markdown]
# ## 1. A bound, seen in a model with two codes
#
# A latent variable model says: first draw a code $z$ from $p(z)$, then an image from $p(x \mid z)$. The probability of an
# image adds up all the ways it can come about, $p(x) = \int p(z)\,p(x \mid z)\,dz$. For a network as decoder nobody can do
# this integral. The way out is a second distribution, $q(z)$, our *guess* which codes may have made this image, and
#
# $$\mathcal F(q) = \mathbb E_{q}[\log p(x \mid z)] - \mathrm{KL}\big(q(z) \,\|\, p(z)\big)
# \qquad\text{(Kingma and Welling 2014, Eq. 3)}$$
#
# Two things are asked of the guess: codes drawn from it should explain the image well (first term), and it should not
# be far from the prior (second term). $\mathcal F$ needs no integral over all codes, only draws from $q$.
#
# Before any network, a model small enough for a pencil: **$z$ is 0 or 1**. The prior gives $z = 1$ the probability
# $\pi$. The image in question has probability $a$ if $z = 0$, and $b$ if $z = 1$. Our guess gives $z = 1$ the
# probability $q$.
#
# **By hand.** $\pi = \tfrac12$, $a = .1$, $b = .3$: then $p(x) = .05 + .15 = .2$ and $\log p(x) = -1.609$. With the guess
# $q = \tfrac12$ the KL is 0, and $\mathcal F = \tfrac12 \log .1 + \tfrac12 \log .3 = -1.753$: below, but not far.
#
# The exercises in this style ask for a **formula**: a function of sympy symbols that returns an expression. Any
# equivalent form passes. Write `sympy.log` for the logarithm.


# %% exercise="elbo" points=3 minutes=4 lines=3
def elbo(q, prior, a, b):
    r"""Write down $\mathcal F(q)$ of the model with two codes, in nats.

    Args:
        q: The guess's probability of z = 1.
        prior: The prior's probability of z = 1.
        a: p(x | z = 0).
        b: p(x | z = 1).

    Returns:
        A sympy expression in the four symbols.
    """
    ### BEGIN SOLUTION
    reconstruction = q * sympy.log(b) + (1 - q) * sympy.log(a)
    divergence = q * sympy.log(q / prior) + (1 - q) * sympy.log((1 - q) / (1 - prior))
    return reconstruction - divergence
    ### END SOLUTION


# %% [markdown] hints="elbo"
# - An expectation under the guess is a sum of two terms: one for $z = 1$, weighted by $q$, and one for $z = 0$.
# - Both parts of $\mathcal F$ are such sums: once over $\log p(x \mid z)$, once over the guess's log-probability minus
#   the prior's.
# - The term of $z = 1$ in the KL is `q * sympy.log(q / prior)`; the one of $z = 0$ has the complements of both.

# %% check="elbo"
checks.conv_vae.elbo(elbo)

# %% [markdown]
# How far is $\mathcal F(q)$ below $\log p(x)$? In the example the exact posterior is $p(z{=}1 \mid x) = .15 / .2 = .75$ by
# Bayes' rule, and our guess said $.5$.


# %% exercise="gap" points=3 minutes=5 lines=3 optional=true
def gap(q, prior, a, b):
    r"""Write down $\mathrm{KL}(q \,\|\, p(z \mid x))$ of the model with two codes: from the guess to the exact posterior.

    Args:
        q: The guess's probability of z = 1.
        prior: The prior's probability of z = 1.
        a: p(x | z = 0).
        b: p(x | z = 1).

    Returns:
        A sympy expression in the four symbols.
    """
    ### BEGIN SOLUTION
    evidence = prior * b + (1 - prior) * a
    posterior = prior * b / evidence
    return q * sympy.log(q / posterior) + (1 - q) * sympy.log((1 - q) / (1 - posterior))
    ### END SOLUTION


# %% [markdown] hints="gap"
# - First the probability of the image, then the posterior by Bayes' rule, then a KL between two coins.
# - The posterior probability of $z = 1$ is $\pi b$ divided by the sum of $\pi b$ and $(1 - \pi) a$.
# - The KL has the shape it had in `elbo`, with the posterior where the prior stood.

# %% check="gap"
checks.conv_vae.gap(gap)

# %% [markdown]
# **See both meet.** Your two formulas over all guesses, with the numbers of the example. Their sum does not move.

# %% tags=["plot"] expected="bound"
q_symbol, prior_symbol, a_symbol, b_symbol = sympy.symbols("q prior a b", positive=True)
numbers = {prior_symbol: 0.5, a_symbol: 0.1, b_symbol: 0.3}
guesses = np.linspace(0.01, 0.99, 99)
bound = sympy.lambdify(q_symbol, elbo(q_symbol, prior_symbol, a_symbol, b_symbol).subs(numbers))(guesses)
curves = {"F(q)": (guesses, bound)}
try:
    missing = sympy.lambdify(q_symbol, gap(q_symbol, prior_symbol, a_symbol, b_symbol).subs(numbers))(guesses)
except NotImplementedError:
    print("`gap` is left out, and with it the second curve; expected/bound.png shows both.")
else:
    curves["F(q) + KL(q || p(z|x))"] = (guesses, bound + missing)
    print(f"largest distance of the sum from log p(x): {np.abs(bound + missing - math.log(0.2)).max():.1e} nats")
plots.curves(
    curves,
    x_label="guess q(z = 1)",
    y_label="nats",
    levels={"log p(x)": math.log(0.2)},
    title="The bound touches log p(x) where the guess is the posterior, at .75",
    alt="A curve that touches a horizontal line from below at q = .75; the sum of both formulas lies on the line",
)

# %% [markdown] answer="identity" points=3 minutes=6
# **First proof: an identity.** Show for any model and any $q$ (with $q > 0$ only where $p(z \mid x) > 0$) that
#
# $$\mathcal F(q) = \log p(x) - \mathrm{KL}\big(q(z) \,\|\, p(z \mid x)\big),$$
#
# and conclude that $\mathcal F(q) \le \log p(x)$. When is it equal? What does it mean for training that $\log p(x)$ does not
# depend on $q$? (At most 150 words.)
#
# ### BEGIN SOLUTION
# **Model answer.** Put both terms under one expectation:
# $\mathcal F(q) = \mathbb E_q[\log p(x \mid z) + \log p(z) - \log q(z)] = \mathbb E_q[\log p(x, z) - \log q(z)]$.
# By the product rule, $\log p(x, z) = \log p(x) + \log p(z \mid x)$. The first does not depend on $z$, so its expectation is
# itself: $\mathcal F(q) = \log p(x) + \mathbb E_q[\log p(z \mid x) - \log q(z)] = \log p(x) - \mathrm{KL}(q \,\|\, p(z \mid x))$.
# A KL is never negative, so $\mathcal F \le \log p(x)$, with equality exactly if $q$ is the posterior. Since $\log p(x)$ does
# not depend on $q$, raising $\mathcal F$ by changing $q$ (the encoder) can only shrink the gap; raising it by changing the
# decoder raises $\log p(x)$ or shrinks the gap.
#
# **Rubric (3 points).** (1) One expectation, and the product rule for $p(x, z)$. (1) $\log p(x)$ comes out of the
# expectation; the rest is recognised as a KL with the right sign. (1) KL at least 0 gives the bound, equality at the
# posterior, and what it means for the encoder. Half a point for the bound without the condition of equality.
# ### END SOLUTION

# %% [markdown] answer="jensen" points=3 minutes=5
# **Second proof: Jensen's inequality.** For a concave function such as the logarithm, the logarithm of a mean is at least
# the mean of the logarithms: $\log \mathbb E[w] \ge \mathbb E[\log w]$. Use it once to show $\log p(x) \ge \mathcal F(q)$. Say
# which random number plays $w$, and read off when the inequality is an equality. (At most 120 words. The cell below
# tries the statement on numbers.)
#
# ### BEGIN SOLUTION
# **Model answer.** Let $w = p(x, z) / q(z)$ with $z \sim q$. Then
# $\mathbb E_q[w] = \int q(z)\,\frac{p(x, z)}{q(z)}\,dz = \int p(x, z)\,dz = p(x)$. By Jensen,
# $\log p(x) = \log \mathbb E_q[w] \ge \mathbb E_q[\log w] = \mathbb E_q[\log p(x \mid z) + \log p(z) - \log q(z)] = \mathcal F(q)$.
# The logarithm is strictly concave, so equality holds exactly if $w$ does not vary: $p(x, z) / q(z) = p(x)$ for all $z$ that
# $q$ draws, that is, $q(z) = p(z \mid x)$.
#
# **Rubric (3 points).** (1) The right $w$, and that its mean under $q$ is $p(x)$. (1) Jensen in the right direction, and the
# result recognised as $\mathcal F$. (1) Equality exactly if $w$ is constant, so $q$ the posterior. Half a point if the
# equality is only claimed.
# ### END SOLUTION

# %% tags=["plot"]
generator = torch.Generator().manual_seed(SEED)
for guess in (0.2, 0.5, 0.75):
    z = (torch.rand(100_000, generator=generator) < guess).double()  # draws from the guess
    joint = torch.where(z == 1, 0.5 * 0.3, 0.5 * 0.1)  # p(x, z)
    weight = joint / torch.where(z == 1, guess, 1 - guess)
    print(
        f"q = {guess:.2f}: log of the mean weight {weight.mean().log():.3f}, mean of the log weights "
        f"{weight.log().mean():.3f}, spread of the weights {weight.std():.3f}"
    )

# %% [markdown]
# ## 2. Gaussian codes
#
# Now the real thing: $z$ has $d$ real numbers, the prior is $\mathcal N(0, I)$, and the guess for an image is a Gaussian with
# its own mean $\mu_j$ and variance $\sigma_j^2$ in each of them. The KL is then an integral that *can* be done. For one code
# variable,
#
# $$\mathrm{KL}\big(\mathcal N(\mu, \sigma^2) \,\|\, \mathcal N(0, 1)\big) = \mathbb E_q\Big[\log \tfrac{1}{\sqrt{2\pi}\,\sigma} -
# \tfrac{(z - \mu)^2}{2 \sigma^2} - \log \tfrac{1}{\sqrt{2\pi}} + \tfrac{z^2}{2}\Big].$$
#
# Under $q$ you know $\mathbb E[(z - \mu)^2]$ and $\mathbb E[z^2]$. **Check yours by hand:** $\mu = 1$, $\sigma = 1$ must give
# half a nat, and $\mu = 0$, $\sigma = 1$ nothing.


# %% exercise="kl_formula" points=4 minutes=6 lines=1
def kl_formula(mu, sigma):
    r"""Write down $\mathrm{KL}(\mathcal N(\mu, \sigma^2) \,\|\, \mathcal N(0, 1))$ in nats.

    Args:
        mu: The mean.
        sigma: The standard deviation, positive.

    Returns:
        A sympy expression in both symbols.
    """
    ### BEGIN SOLUTION
    return (mu**2 + sigma**2 - 1) / 2 - sympy.log(sigma)
    ### END SOLUTION


# %% [markdown] hints="kl_formula"
# - Take the expectation term by term; two of the four terms do not depend on $z$.
# - $\mathbb E[(z - \mu)^2] = \sigma^2$, so that term is a plain number; $\mathbb E[z^2] = \mu^2 + \sigma^2$. What is left of
#   the two normalising constants is a logarithm of $\sigma$.
# - Half of ($\mu^2$ plus the variance minus 1), and minus the logarithm of the standard deviation.

# %% check="kl_formula"
checks.conv_vae.kl_formula(kl_formula)

# %% [markdown]
# In code the encoder returns $\log \sigma^2$, called `log_var`: any real number is a valid one, and the formula gets by
# with one exponential. Keep the code variables apart: which of them carry the divergence will tell us a lot.


# %% exercise="gaussian_kl" points=4 minutes=4 lines=1
def gaussian_kl(mu: Tensor, log_var: Tensor) -> Tensor:
    r"""Compute $\mathrm{KL}(\mathcal N(\mu_j, \sigma_j^2) \,\|\, \mathcal N(0, 1))$ in nats for every code variable.

    Args:
        mu: Means, shape (B, d).
        log_var: Log-variances log sigma^2, shape (B, d).

    Returns:
        Divergences, shape (B, d).
    """
    ### BEGIN SOLUTION
    return 0.5 * (mu**2 + log_var.exp() - 1 - log_var)
    ### END SOLUTION


# %% [markdown] hints="gaussian_kl"
# - It is your formula; only $\sigma$ must be written in terms of `log_var`.
# - $\sigma^2$ is the exponential of `log_var`, and $\log \sigma$ is half of it.
# - With `log_var.exp()` for the variance, all four terms share one half.

# %% check="gaussian_kl"
checks.conv_vae.gaussian_kl(gaussian_kl)

# %% [markdown] answer="sum_over_variables" points=2 minutes=4 optional=true
# **Why the terms add up.** $q(z \mid x) = \prod_j \mathcal N(z_j; \mu_j, \sigma_j^2)$ and $p(z) = \prod_j \mathcal N(z_j; 0, 1)$.
# Show that $\mathrm{KL}(q \,\|\, p)$ is the *sum* over $j$ of the divergences that you just coded, and say which property of
# $q$ and which of $p$ you used. (At most 100 words. The cell below compares with PyTorch's divergence of whole vectors.)
#
# ### BEGIN SOLUTION
# **Model answer.** The logarithm of a product is a sum: $\log q(z) - \log p(z) = \sum_j [\log q_j(z_j) - \log p_j(z_j)]$. The
# expectation of a sum is the sum of the expectations, and the $j$-th term depends on $z_j$ only, so the other variables
# integrate to 1: $\mathbb E_q[\log q_j(z_j) - \log p_j(z_j)] = \mathrm{KL}(q_j \,\|\, p_j)$. Used: $q$ factorises (diagonal
# covariance) and $p$ factorises. If $q$ had correlations, a further term would appear (the total correlation).
#
# **Rubric (2 points).** (1) Log of the product, expectation of the sum, other variables integrate to 1. (1) Names that
# both $q$ and $p$ factorise. Half a point for "they are independent" without saying who.
# ### END SOLUTION

# %% tags=["plot"]
generator = torch.Generator().manual_seed(SEED)
mu, log_var = torch.randn(2, 4, 6, generator=generator, dtype=torch.float64)
whole = torch.distributions.kl_divergence(
    torch.distributions.MultivariateNormal(mu, torch.diag_embed(log_var.exp())),
    torch.distributions.MultivariateNormal(torch.zeros(6).double(), torch.eye(6).double()),
)
print("whole vectors:", whole.numpy().round(6), "\nyour sum:     ", gaussian_kl(mu, log_var).sum(1).numpy().round(6))

# %% [markdown]
# ### A draw that lets the gradient through
#
# The first term of $\mathcal F$ is an expectation over draws $z \sim q(z \mid x)$, and training needs its gradient with respect to
# $\mu$ and $\sigma$, *through the draw*. Nobody can differentiate a random number generator. So draw noise $\epsilon \sim
# \mathcal N(0, 1)$ that depends on nothing, and make the code a plain function of it:
#
# $$z = \mu + \sigma\,\epsilon \qquad\text{(Kingma and Welling 2014, Sec. 2.4)}$$
#
# For example, with $\mu = 1$, $\log \sigma^2 = \log 4$ and $\epsilon = -.5$ the code is $1 + 2 \cdot (-.5) = 0$.


# %% exercise="reparameterize" points=3 minutes=3 lines=1
def reparameterize(mu: Tensor, log_var: Tensor, eps: Tensor) -> Tensor:
    r"""Draw $z \sim \mathcal N(\mu, \sigma^2)$ as a differentiable function of its parameters.

    Args:
        mu: Means, shape (B, d).
        log_var: Log-variances log sigma^2, shape (B, d).
        eps: Standard normal noise, shape (B, d): the only source of randomness.

    Returns:
        Codes z, shape (B, d).
    """
    ### BEGIN SOLUTION
    return mu + (0.5 * log_var).exp() * eps
    ### END SOLUTION


# %% [markdown] hints="reparameterize"
# - The noise is stretched, then moved.
# - It is stretched by the standard deviation, and `log_var` is the logarithm of its square.
# - The standard deviation is the exponential of half of `log_var`.

# %% check="reparameterize"
checks.conv_vae.reparameterize(reparameterize)

# %% [markdown]
# ## 3. What the decoder says about an image
#
# The decoder's output only becomes a loss once we say which distribution it describes.
#
# **Black and white pixels.** A Bernoulli distribution gives a pixel the probability $p$ of being 1. The network delivers a
# logit $\ell$, any real number, and $p = \mathrm{sigmoid}(\ell) = 1 / (1 + e^{-\ell})$. Then
# $p(x \mid z) = p^x (1 - p)^{1 - x}$ for each pixel. Derive minus its logarithm, as a function of the logit.


# %% exercise="bernoulli_loss" points=3 minutes=4 lines=1
def bernoulli_loss(x, logit):
    r"""Write down $-\log p(x \mid z)$ of one pixel under a Bernoulli decoder, in nats.

    Args:
        x: The pixel, 0 or 1. Start from the product p^x (1 - p)^(1 - x) as it stands above: we shall put grey values of x
            into the formula, too, so it has to agree with the product in between as well.
        logit: The decoder's output, a real number.

    Returns:
        A sympy expression in both symbols.
    """
    ### BEGIN SOLUTION
    return sympy.log(1 + sympy.exp(logit)) - x * logit
    ### END SOLUTION


# %% [markdown] hints="bernoulli_loss"
# - Take the logarithm of the product, and change the sign. What you get has a name: binary cross-entropy.
# - $-x \log p - (1 - x) \log(1 - p)$ with the sigmoid put in for $p$ is a right answer already.
# - It simplifies, since $\log p - \log(1 - p)$ is the logit: a term with `sympy.exp(logit)` and a product remain.

# %% check="bernoulli_loss"
checks.conv_vae.bernoulli_loss(bernoulli_loss)

# %% [markdown]
# In code, for a whole image. Beware of computing a probability first: $\mathrm{sigmoid}(40)$ is 1 in float32, and
# the logarithm of what is left is $-\infty$. From logits the same number is harmless.


# %% exercise="bernoulli_log_prob" points=4 minutes=4 lines=2
def bernoulli_log_prob(logits: Tensor, x: Tensor) -> Tensor:
    r"""Compute $\log p(x \mid z)$ of each image under a Bernoulli decoder in nats, summed over its pixels.

    Args:
        logits: The decoder's output, shape (B, C, H, W).
        x: Images with values in [0, 1], shape (B, C, H, W).

    Returns:
        Log-likelihoods, shape (B,).
    """
    ### BEGIN SOLUTION
    loss = F.binary_cross_entropy_with_logits(logits, x, reduction="none")
    return -loss.flatten(1).sum(1)
    ### END SOLUTION


# %% [markdown] hints="bernoulli_log_prob"
# - PyTorch has binary cross-entropy for logits. It is a loss, and it averages unless told otherwise.
# - `F.binary_cross_entropy_with_logits` with a `reduction` that keeps every pixel; then a sum over all but the batch.
# - Flatten from dimension 1 on, sum over dimension 1, and mind the sign: here the *log-likelihood* is asked for.

# %% check="bernoulli_log_prob"
checks.conv_vae.bernoulli_log_prob(bernoulli_log_prob)

# %% [markdown]
# **Grey pixels.** Our images are grey, and nearly everyone trains on them with this loss all the same. It is a good loss, but
# it **bounds no likelihood of grey images**: $p^x (1 - p)^{1 - x}$ at $x = .5$ is not part of any distribution that adds up
# to 1. Therefore we will report two numbers: BCE + KL on grey images, and the negative ELBO of *binarised* test images, which
# is a true bound.
#
# **Real-valued pixels (optional).** The other common choice is a Gaussian, $p(x \mid z) = \mathcal N(x; m, s^2)$, whose mean $m$ is the
# decoder's output and whose standard deviation $s$ is fixed. (We write $s$, since $\sigma$ belongs to the encoder.)


# %% exercise="gaussian_loss" points=3 minutes=4 lines=1 optional=true
def gaussian_loss(x, m, s):
    r"""Write down $-\log \mathcal N(x; m, s^2)$ of one pixel, in nats, with all constants.

    Args:
        x: The pixel.
        m: The decoder's output.
        s: The standard deviation, positive.

    Returns:
        A sympy expression in the three symbols.
    """
    ### BEGIN SOLUTION
    return (x - m) ** 2 / (2 * s**2) + sympy.log(s) + sympy.log(2 * sympy.pi) / 2
    ### END SOLUTION


# %% [markdown] hints="gaussian_loss"
# - The density is $\frac{1}{\sqrt{2 \pi}\, s} \exp\big(-\frac{(x - m)^2}{2 s^2}\big)$.
# - The logarithm undoes the exponential, and turns the factor in front into two more terms.
# - The squared distance over twice the variance, the logarithm of `s`, and half the logarithm of `2 * sympy.pi`.

# %% check="gaussian_loss"
checks.conv_vae.gaussian_loss(gaussian_loss)

# %% [markdown]
# So a Gaussian decoder gives the squared error, up to a constant, *divided by $2 s^2$ and summed over pixels*. Much code in the
# world minimises "MSE + KL" instead, where
#
# $$\mathrm{MSE} = \frac1D \sum_{i=1}^{D} (x_i - m_i)^2$$
#
# is the *mean* over the $D$ pixels. Which model is that? Multiply $-\mathcal F$ by a constant so that the MSE stands there
# with factor 1, drop what does not depend on the networks, and read off the factor in front of the KL.


# %% exercise="mse_kl_weight" points=3 minutes=5 lines=1 optional=true
def mse_kl_weight(s, dims):
    r"""Write down the weight w for which MSE + w KL is the negative ELBO, up to a positive factor and a constant.

    Args:
        s: The decoder's standard deviation, positive.
        dims: The number D of pixels that the MSE averages over.

    Returns:
        A sympy expression in both symbols.
    """
    ### BEGIN SOLUTION
    return 2 * s**2 / dims
    ### END SOLUTION


# %% [markdown] hints="mse_kl_weight"
# - Write the negative ELBO with the *sum* of squares, and replace the sum by $D$ times the MSE.
# - It is $\frac{D}{2 s^2}\,\mathrm{MSE} + \mathrm{KL}$ plus a constant. Divide by the factor of the MSE.
# - With $w = 1$ and 784 pixels you would have chosen $s \approx 20$ for pixels between 0 and 1: all noise.

# %% check="mse_kl_weight"
checks.conv_vae.mse_kl_weight(mse_kl_weight)


# %% exercise="gaussian_log_prob" points=3 minutes=4 lines=3 optional=true
def gaussian_log_prob(mean: Tensor, x: Tensor, s: float = 0.1) -> Tensor:
    r"""Compute $\log p(x \mid z)$ of each image under a Gaussian decoder in nats, summed over its pixels.

    Args:
        mean: The decoder's output, shape (B, C, H, W).
        x: Images, shape (B, C, H, W).
        s: Standard deviation of every pixel, positive.

    Returns:
        Log-densities with all constants, shape (B,).
    """
    ### BEGIN SOLUTION
    distance = (x - mean).square() / (2 * s**2)
    constant = math.log(s) + 0.5 * math.log(2 * math.pi)
    return -(distance + constant).flatten(1).sum(1)
    ### END SOLUTION


# %% [markdown] hints="gaussian_log_prob"
# - It is minus your formula, at every pixel, summed over an image.
# - The constants belong to every pixel, so they are added before the sum, or multiplied by the number of pixels after it.
# - `math.log(s)` and half of `math.log(2 * math.pi)` are plain numbers; a tensor of squared distances takes them along.

# %% check="gaussian_log_prob"
checks.conv_vae.gaussian_log_prob(gaussian_log_prob)

# %% [markdown]
# ## 4. The two networks
#
# The **encoder** looks at the image through two convolutions with stride 2, each with a 4 x 4 kernel and padding 1, so that
# height and width are halved twice: 28 x 28 becomes 14 x 14, then 7 x 7 (and 8 x 8 becomes 2 x 2). A ReLU follows each. The
# first has `width` features, the second twice as many. What remains is flattened, and a linear layer makes $\mu$ and
# $\log \sigma^2$ of it. Both can be any real numbers.


# %% exercise="Encoder" points=4 minutes=7 lines=10
class Encoder(nn.Module):
    """Mean and log-variance of the code of each image.

    Two convolutions (kernel 4 x 4, stride 2, padding 1; `width`, then 2 `width` features), each followed by a ReLU; then one
    linear layer without a nonlinearity.

    Args:
        shape: (C, H, W) of the images; H and W are multiples of 4.
        latent: Number of code variables d.
        width: Features of the first convolution.
    """

    def __init__(self, shape: tuple[int, int, int], latent: int, width: int = 32):
        """Make the layers."""
        super().__init__()
        channels, height, columns = shape
        ### BEGIN SOLUTION
        self.features = nn.Sequential(
            nn.Conv2d(channels, width, 4, stride=2, padding=1),
            nn.ReLU(),
            nn.Conv2d(width, 2 * width, 4, stride=2, padding=1),
            nn.ReLU(),
            nn.Flatten(),
        )
        self.heads = nn.Linear(2 * width * (height // 4) * (columns // 4), 2 * latent)
        ### END SOLUTION

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Map images (B, C, H, W) to mu and log_var, each (B, latent)."""
        ### BEGIN SOLUTION
        mu, log_var = self.heads(self.features(x)).chunk(2, dim=1)
        return mu, log_var
        ### END SOLUTION


# %% [markdown] hints="Encoder"
# - An `nn.Sequential` for the convolutions, their ReLUs and `nn.Flatten()`; then the linear layer. How many numbers does it
#   receive from an image?
# - After two halvings there are (H / 4) x (W / 4) places with 2 `width` features each. Let one linear layer return
#   2 `latent` numbers and cut them in two, or make two linear layers.
# - `.chunk(2, dim=1)` cuts; nothing is applied to either half, or the code could not be negative.

# %% check="Encoder"
checks.conv_vae.Encoder(Encoder)

# %% [markdown]
# The **decoder** is the encoder's mirror image. A linear layer and a ReLU make 2 `width` features of (H / 4) x (W / 4) places.
# Two transposed convolutions (kernel 4 x 4, stride 2, padding 1) double height and width twice, the first to `width` features
# and followed by a ReLU, the second to the image's channels. What comes out are logits: no sigmoid.


# %% exercise="Decoder" points=4 minutes=7 lines=9
class Decoder(nn.Module):
    """Logits of an image for each code.

    A linear layer to 2 `width` features of (H / 4) x (W / 4) places and a ReLU; then two transposed convolutions (kernel
    4 x 4, stride 2, padding 1; `width` features, then C), with a ReLU between them.

    Args:
        latent: Number of code variables d.
        shape: (C, H, W) of the images; H and W are multiples of 4.
        width: Features between the two transposed convolutions.
    """

    def __init__(self, latent: int, shape: tuple[int, int, int], width: int = 32):
        """Make the layers."""
        super().__init__()
        channels, height, columns = shape
        ### BEGIN SOLUTION
        self.layers = nn.Sequential(
            nn.Linear(latent, 2 * width * (height // 4) * (columns // 4)),
            nn.ReLU(),
            nn.Unflatten(1, (2 * width, height // 4, columns // 4)),
            nn.ConvTranspose2d(2 * width, width, 4, stride=2, padding=1),
            nn.ReLU(),
            nn.ConvTranspose2d(width, channels, 4, stride=2, padding=1),
        )
        ### END SOLUTION

    def forward(self, z: Tensor) -> Tensor:
        """Map codes (B, latent) to logits (B, C, H, W)."""
        ### BEGIN SOLUTION
        return self.layers(z)
        ### END SOLUTION


# %% [markdown] hints="Decoder"
# - Six steps, all of which exist as modules: linear, ReLU, unflatten, transposed convolution, ReLU, transposed convolution.
# - `nn.Unflatten(1, (features, rows, columns))` turns the linear layer's numbers into an image of features.
# - The transposed convolutions take `4, stride=2, padding=1` like the encoder's; their channels go from 2 `width` to `width`
#   and then to `channels`.

# %% check="Decoder"
checks.conv_vae.Decoder(Decoder)

# %% [markdown]
# ### The loss
#
# One draw of $z$ per image is enough, because a batch has many images (Kingma and Welling 2014, Sec. 2.3):
#
# $$-\mathcal F(x) \approx \underbrace{-\log p(x \mid z)}_{\text{rec}} + \sum_j \underbrace{\mathrm{KL}_j}_{\text{kl}}, \qquad
# z = \mu + \sigma \epsilon.$$
#
# The parts come as arguments, so that the same function serves other likelihoods, and the check can put known ones in
# their place. Note the signs: `rec` is a *loss*, `log_prob` is not.


# %% exercise="negative_elbo" points=5 minutes=6 lines=5
def negative_elbo(
    x: Tensor,
    eps: Tensor,
    encode,
    decode,
    log_prob=bernoulli_log_prob,
    sample=reparameterize,
    kl=gaussian_kl,
) -> tuple[Tensor, Tensor, Tensor]:
    r"""Compute $-\mathcal F$ of each image from one draw of its code, and the two parts of it, in nats.

    Args:
        x: Images, shape (B, C, H, W).
        eps: Standard normal noise, shape (B, d).
        encode: `encode(x)` returns mu and log_var, each (B, d).
        decode: `decode(z)` returns what `log_prob` takes, shape (B, C, H, W).
        log_prob: `log_prob(output, x)` returns log p(x|z), shape (B,).
        sample: `sample(mu, log_var, eps)` returns codes (B, d).
        kl: `kl(mu, log_var)` returns the divergence of each code variable, shape (B, d).

    Returns:
        nelbo: -F of each image, shape (B,).
        rec: -log p(x|z) of each image, shape (B,).
        kl: The divergence of each image and code variable, shape (B, d).
    """
    ### BEGIN SOLUTION
    mu, log_var = encode(x)
    z = sample(mu, log_var, eps)
    rec = -log_prob(decode(z), x)
    divergence = kl(mu, log_var)
    return rec + divergence.sum(1), rec, divergence
    ### END SOLUTION


# %% [markdown] hints="negative_elbo"
# - Follow an image: encode, draw, decode, compare with the image. The divergence needs the encoder's results only.
# - `rec` is minus what `log_prob` says of the decoder's output and the image; the loss adds to it the divergences of all
#   code variables of the same image.
# - Sum the divergences over dimension 1, add `rec`, and return the three in the order of the docstring.

# %% check="negative_elbo"
checks.conv_vae.negative_elbo(negative_elbo)

# %% [markdown]
# ## 5. Training
#
# Once in each family of models you write the training loop yourself. What is new compared with a classifier: **each batch gets
# fresh noise**, one vector per image. The same noise every time would teach the decoder a handful of draws by heart.


# %% exercise="train_epoch" points=4 minutes=5 lines=8
def train_epoch(model, loss, optimizer: torch.optim.Optimizer, batches, noise) -> float:
    """Go through the batches once, with one optimiser step and fresh noise per batch.

    Args:
        model: The network to train.
        loss: `loss(model, x, eps)` returns the loss of a batch, a scalar tensor.
        optimizer: Holds the network's parameters.
        batches: An iterable of pairs (x, y); the labels y are not used.
        noise: `noise(count)` returns new noise eps for `count` images.

    Returns:
        The mean of the batches' losses, a float.
    """
    ### BEGIN SOLUTION
    losses = []
    for x, _ in batches:
        batch_loss = loss(model, x, noise(len(x)))
        optimizer.zero_grad()
        batch_loss.backward()
        optimizer.step()
        losses.append(batch_loss.detach())
    return torch.stack(losses).mean().item()
    ### END SOLUTION


# %% [markdown] hints="train_epoch"
# - Four things for each batch: the loss with fresh noise, clear the old gradients, compute new ones, make a step.
# - `noise(len(x))` inside the loop; `optimizer.zero_grad()`, `backward()` on the loss, `optimizer.step()`.
# - Keep `batch_loss.detach()` in a list; `torch.stack` and a mean at the end make one float of them.

# %% check="train_epoch"
checks.conv_vae.train_epoch(train_epoch)


# %% tags=["setup"]
class VAE(nn.Module):
    """An encoder and a decoder with your loss; likelihoods are computed in float32, whatever the networks compute in.

    Args:
        encoder: Images (B, C, H, W) -> mu and log_var, each (B, latent).
        decoder: Codes (B, latent) -> logits or means (B, C, H, W).
        latent: Number of code variables.
        log_prob: The likelihood: `log_prob(output, x)`.
    """

    def __init__(self, encoder: nn.Module, decoder: nn.Module, latent: int, log_prob=bernoulli_log_prob):
        """Remember the parts."""
        super().__init__()
        self.encoder, self.decoder, self.latent, self.log_prob = encoder, decoder, latent, log_prob

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log-variance of the codes."""
        mu, log_var = self.encoder(x)
        return mu.float(), log_var.float()

    def decode(self, z: Tensor) -> Tensor:
        """What the likelihood takes."""
        return self.decoder(z).float()

    def forward(self, x: Tensor, eps: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """-F, rec and kl of images x (B, C, H, W), with noise eps (B, latent)."""
        return negative_elbo(x, eps, self.encode, self.decode, self.log_prob)


def conv_vae(latent: int, width: int, log_prob=bernoulli_log_prob) -> VAE:
    """A VAE of your networks, on the run's device."""
    return VAE(Encoder(shape, latent, width), Decoder(latent, shape, width), latent, log_prob).to(run.device)


def vae_loss(model: VAE, images: Tensor, labels: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
    """Mean of -F over a batch of levels, and both parts of it to follow."""
    x = data.scaled(images, levels)
    nelbo, rec, kl = model(x, torch.randn(len(x), latent_of(model), device=x.device))
    return nelbo.mean(), {"rec": rec.mean(), "kl": kl.sum(1).mean()}


def latent_of(model: nn.Module) -> int:
    """Number of code variables of a VAE, also of one that the training has wrapped."""
    return getattr(model, "module", model).latent


@torch.no_grad()
def on_test_set(model: VAE, images: data.Split) -> tuple[float, float, Tensor]:
    """Mean -F and rec over a whole set, in nats per image, and the mean KL of each code variable, shape (latent,)."""
    generator = torch.Generator().manual_seed(0)
    total = torch.zeros(2 + model.latent, device=run.device)
    for batch, _ in data.Batches(images, batch_size=500, seed=0, shuffle=False):
        x = data.scaled(batch, images.levels)
        eps = torch.randn(len(x), model.latent, generator=generator).to(x.device)
        nelbo, rec, kl = model.eval()(x, eps)
        total += torch.cat([nelbo.sum()[None], rec.sum()[None], kl.sum(0)])
    nelbo, rec, *kl = (total / len(images)).tolist()
    return nelbo, rec, torch.tensor(kl)


# %% [markdown]
# **Your loop first**, on a few hundred images: a few epochs show whether the loss falls.

# %% tags=["train"]
torch.manual_seed(run.seed)
small = conv_vae(latent=4, width=8)
small_images = list(itertools.islice(data.Batches(dataset.train, batch_size=32, seed=run.seed), 16))
small_batches = [(data.scaled(images, levels), labels) for images, labels in small_images]
optimizer = torch.optim.Adam(small.parameters(), lr=3e-3)
for epoch in range(5):
    loss = train_epoch(
        small,
        lambda model, x, eps: model(x, eps)[0].mean(),
        optimizer,
        small_batches,
        lambda count: torch.randn(count, 4, device=run.device),
    )
    print(f"epoch {epoch + 1}: {loss:.1f} nats per image")

# %% [markdown]
# **Now the real one**, with the workbook's loop, which adds progress, checkpoints and mixed precision. You may interrupt it;
# running the cell again goes on from there.
#
# **Predict first.** The loss is the sum of `rec` and `kl`. Both start somewhere. In which direction will each of them move
# during training?

# %% [markdown] tags=["notes"]
# *My prediction:*


# %% tags=["train"]
def train(model: VAE, name: str, steps: int, images: data.Split) -> training.History:
    """Train with Adam and a learning rate that falls to zero, in whole epochs that come nearest to the steps."""
    batches = data.Batches(images, batch_size=64, seed=run.seed, drop_last=True)
    epochs = max(1, round(steps / len(batches)))
    codes = torch.randn(20, model.latent, generator=torch.Generator().manual_seed(run.seed)).to(run.device)
    return training.fit(
        model,
        vae_loss,
        batches,
        optimizer=training.adam(model, lr=run.choose(smoke=5e-3, laptop=2e-3, full=1e-3)),
        scheduler=training.warmup_cosine,
        epochs=epochs,
        preview=lambda: model.decode(codes).sigmoid(),
        name=name,
        run=run,
        config={"data": dataset.checksum},
    )


latent = run.choose(smoke=8, laptop=16, full=16)
width = run.choose(smoke=8, laptop=32, full=64)
train_images = dataset.train.first(run.choose(smoke=1_000, laptop=20_000, full=60_000))
torch.manual_seed(run.seed)
vae = conv_vae(latent, width)
vae_history = train(vae, "vae", run.choose(smoke=1_000, laptop=6_000, full=60_000), train_images)

# %% tags=["plot"] expected="loss"
test_nelbo, test_rec, test_kl = on_test_set(vae, dataset.test)
run.record(
    bce_plus_kl=test_nelbo, test_rec=test_rec, test_kl=test_kl.sum().item(), training_seconds=vae_history.seconds
)
plots.curves(
    {"training": vae_history.curve()},
    x_label="step",
    y_label="BCE + KL, nats per image",
    levels={"test, after training": test_nelbo},
    settled=True,
    title=f"VAE on {dataset.name}: {test_nelbo:.1f} nats per test image",
    alt="The training loss falls steeply at first and then slowly; the test loss at the end is a dashed line near it",
)
print(f"test: BCE {test_rec:.2f} + KL {test_kl.sum():.2f} = {test_nelbo:.2f} nats per grey image")

# %% tags=["plot"] expected="rec_and_kl"
rec_steps, rec_curve = vae_history.curve("rec")
kl_curve = vae_history.curve("kl")[1]
edges = np.unique(np.geomspace(1, len(rec_curve), 60).astype(int))  # means over windows that grow: training slows down
path = [[np.mean(line[a:b]) for a, b in itertools.pairwise([0, *edges])] for line in (kl_curve, rec_curve)]
plots.curves(
    {"training, from the upper left to the lower right": (path[0], path[1])},
    x_label="KL: what the code costs, nats per image",
    y_label="rec: what the image still costs",
    title="Reconstruction against KL during training",
    alt="A line that falls from the upper left to the lower right, with a step back: rec falls while the KL grows",
)
print("step     rec      KL")
for place in np.linspace(0, len(edges) - 1, 10).astype(int):
    print(f"{rec_steps[edges[place] - 1]:5d}  {path[1][place]:6.1f}  {path[0][place]:6.2f}")

# %% [markdown] answer="kl_grows" points=4 minutes=6
# **Read your curve.** (a) The KL is part of a loss that training makes small. Why does it *grow*? (b) What does the slope of the
# curve say, and why does the exchange end where it ends? (c) Part of the first, steep fall of the reconstruction needs no
# code at all. Which part? (d) Which point of the plane would a model reach that ignores $z$?
# (At most 200 words, with numbers from your run.)
#
# ### BEGIN SOLUTION
# **Model answer.** (a) The sum is minimised, not its parts. At the start the code says nothing, so the KL is near 0, its
# minimum; each nat of information that the code carries about the image costs about one nat of KL and saves more than one
# nat of reconstruction, so the sum falls while the KL grows. (b) The slope is how many nats the reconstruction falls for
# each nat of KL: about fifteen in the reference, to the end. That is no price list of one model, for on the way both
# networks learn to say more with the same nats (the KL even falls for a while). The exchange ends where the sum has its
# minimum: there the *trained* model would gain by one more nat of KL just one nat of reconstruction (slope $-1$), and finer
# detail costs more to send than it saves. (c) The mean image: the biases of the decoder learn which pixels are usually
# dark, which takes the loss from $D \log 2$ to that of the best constant image. (d) KL = 0 and the reconstruction of the
# best single distribution for all images (collapse).
#
# **Rubric (4 points).** (1) The sum falls: a nat of KL saves more than a nat of rec. (1) Slope as an exchange rate, steeper
# than $-1$ while the networks learn; at the minimum one more nat saves no more than it costs. (1) The average image without
# any code. (1) KL 0 with the best constant prediction; numbers from the run. Half: "the KL grows because the posterior
# moves away from the prior" without why that pays.
# ### END SOLUTION

# %% [markdown]
# ### What is a bound here, and what is not
#
# On grey pixels the number above bounds no likelihood. On **binarised** images, each pixel drawn once as black or white with
# its grey level as probability (seed 0), the very same model is a proper distribution, and its negative ELBO is a true bound on
# $-\log p(x)$. And does the convolution earn its keep? Compare with a VAE of equal size whose layers are dense.


# %% tags=["setup"]
class DenseEncoder(nn.Module):
    """Mean and log-variance from one hidden layer."""

    def __init__(self, shape: tuple[int, int, int], latent: int, hidden: int):
        """Make the layers."""
        super().__init__()
        layers = [nn.Flatten(), nn.Linear(math.prod(shape), hidden), nn.ReLU(), nn.Linear(hidden, 2 * latent)]
        self.layers = nn.Sequential(*layers)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Map images (B, C, H, W) to mu and log_var, each (B, latent)."""
        halves = self.layers(x).chunk(2, 1)
        return halves[0], halves[1]


def dense_decoder(latent: int, shape: tuple[int, int, int], hidden: int) -> nn.Module:
    """Logits from one hidden layer."""
    return nn.Sequential(
        nn.Linear(latent, hidden), nn.ReLU(), nn.Linear(hidden, math.prod(shape)), nn.Unflatten(1, shape)
    )


def size_of(model: nn.Module) -> int:
    """Number of parameters."""
    return sum(parameter.numel() for parameter in model.parameters())


# %% tags=["train"]
hidden = round((size_of(vae) - 2 * latent - D) / (2 * D + 3 * latent + 2))  # so that both have the same size
torch.manual_seed(run.seed)
dense = VAE(DenseEncoder(shape, latent, hidden), dense_decoder(latent, shape, hidden), latent).to(run.device)
dense_history = train(dense, "dense", run.choose(smoke=1_000, laptop=6_000, full=60_000), train_images)

# %% tags=["plot"]
binary_test = dataset.binarised(seed=0).test
binarised_nelbo = on_test_set(vae, binary_test)[0]
dense_nelbo, dense_binarised_nelbo = on_test_set(dense, dataset.test)[0], on_test_set(dense, binary_test)[0]
run.record(
    binarised_nelbo=binarised_nelbo,
    dense_bce_plus_kl=dense_nelbo,
    dense_binarised_nelbo=dense_binarised_nelbo,
    conv_gain=dense_binarised_nelbo - binarised_nelbo,
)
print(f"parameters:                      convolutional {size_of(vae):,}, dense {size_of(dense):,}")
print(f"BCE + KL, grey test images:      convolutional {test_nelbo:.2f}, dense {dense_nelbo:.2f}")
print(f"negative ELBO, binarised images: convolutional {binarised_nelbo:.2f}, dense {dense_binarised_nelbo:.2f}")
references.beside(run, dataset.name, bce_plus_kl=test_nelbo, binarised_nelbo=binarised_nelbo)

# %% tags=["plot"] expected="reconstructions"
with torch.no_grad():
    originals = data.scaled(dataset.test.images[:10], levels)
    reconstructions = vae.decode(vae.encode(originals)[0]).sigmoid()
    prior_codes = torch.randn(10, latent, generator=torch.Generator().manual_seed(run.seed)).to(run.device)
    samples = vae.decode(prior_codes).sigmoid()
plots.mosaic(
    torch.cat([originals, reconstructions, samples]),
    levels=2,
    columns=10,
    y_ticks=["test image", "reconstruction", "sample"],
    title="What the code keeps, and what codes from the prior give",
    alt="Three rows: test images, their softer reconstructions, and blurry but recognisable samples",
)
with torch.no_grad():  # for 10_evaluation
    many = torch.randn(2000, latent, generator=torch.Generator().manual_seed(run.seed + 1)).to(run.device)
    run.keep_samples(vae.decode(many).sigmoid() * 255, levels=256, dataset=dataset, model="VAE, mean of the decoder")

# %% [markdown]
# The reconstructions are soft: prints and folds are gone. The pictures show the decoder's *mean*; where it is unsure of a pixel,
# the mean is grey. Real draws of the pixels would be noisy rather than sharp, since given $z$ every pixel is drawn by itself.
# This blur is the price of a likelihood that treats pixels as independent, and no bug in your code.
#
# ## 6. What is in the code?
#
# Nobody told the model about shoes and shirts. Do its codes know? Take the encoder's mean $\mu$ as *the* code of an image.


# %% exercise="posterior_means" points=2 minutes=4 lines=5
@torch.no_grad()
def posterior_means(encode, batches) -> tuple[Tensor, Tensor]:
    """Collect the means of all codes of a data set, and the labels.

    Args:
        encode: `encode(x)` returns mu and log_var, each (B, d).
        batches: An iterable of pairs (x, y): images (B, C, H, W) and labels (B,).

    Returns:
        Means, shape (N, d), and labels, shape (N,), in the order of the batches.
    """
    ### BEGIN SOLUTION
    means, labels = [], []
    for x, y in batches:
        means.append(encode(x)[0])
        labels.append(y)
    return torch.cat(means), torch.cat(labels)
    ### END SOLUTION


# %% [markdown] hints="posterior_means"
# - Two lists, one loop, and both lists joined at the end.
# - The encoder returns a pair: which of the two is the mean?
# - `torch.cat` joins a list of tensors along dimension 0, whatever the size of the last batch.

# %% check="posterior_means"
checks.conv_vae.posterior_means(posterior_means)


# %% tags=["setup"]
def codes_of(model: VAE, images: data.Split) -> tuple[Tensor, Tensor]:
    """Means of the codes of a data set, and its labels, in its order."""
    batches = data.Batches(images, batch_size=500, seed=0, shuffle=False)
    return posterior_means(model.encode, ((data.scaled(x, images.levels), y) for x, y in batches))


# %% [markdown]
# **Neighbours.** If near codes mean similar things, an image's label can be guessed from the labels of its nearest neighbours
# among the training codes: let the $k$ nearest vote. The model never saw a label, so the accuracy measures what the *code*
# knows.
#
# **By hand.** Codes 0, 1, 5, 6 with labels A, A, B, B. The query 2 has the three nearest codes 1, 0, 5; two of three vote A.


# %% exercise="knn_accuracy" points=4 minutes=6 lines=3
def knn_accuracy(codes: Tensor, labels: Tensor, queries: Tensor, truth: Tensor, k: int) -> float:
    """Compute how often the vote of the k nearest codes gives the right label.

    Args:
        codes: Known codes, shape (N, d).
        labels: Their labels 0, 1, 2, ..., shape (N,).
        queries: Codes to classify, shape (M, d).
        truth: Their true labels, shape (M,).
        k: Number of neighbours that vote, by Euclidean distance; ties may go either way.

    Returns:
        The share of the queries that are classified rightly, a float in [0, 1].
    """
    ### BEGIN SOLUTION
    nearest = torch.cdist(queries, codes).topk(k, dim=1, largest=False).indices
    votes = labels[nearest].mode(dim=1).values
    return (votes == truth).double().mean().item()
    ### END SOLUTION


# %% [markdown] hints="knn_accuracy"
# - All distances first; then for each query the k smallest; then their labels; then the label that comes most often.
# - `torch.cdist` gives all distances, `topk` can look for the *smallest*, and labels can be indexed by a whole table of places.
# - `.mode(dim=1).values` is the most frequent entry of each row. Compare it with the truth and average.

# %% check="knn_accuracy"
checks.conv_vae.knn_accuracy(knn_accuracy)

# %% tags=["plot"]
train_codes, train_labels = codes_of(vae, train_images)
test_codes, test_labels = codes_of(vae, dataset.test)


def knn_on_test(codes: Tensor, queries: Tensor) -> float:
    """Your accuracy on the whole test set with 10 neighbours, a thousand queries at a time."""
    parts = zip(queries.split(1_000), test_labels.split(1_000), strict=True)
    right = sum(knn_accuracy(codes, train_labels, part, truth, 10) * len(part) for part, truth in parts)
    return right / len(queries)


knn = knn_on_test(train_codes, test_codes)
knn_pixels = knn_on_test(
    data.scaled(train_images.images, levels).flatten(1), data.scaled(dataset.test.images, levels).flatten(1)
)
run.record(knn_accuracy=knn, knn_accuracy_on_pixels=knn_pixels)
print(f"10 nearest neighbours: {knn:.1%} on {latent} code variables, {knn_pixels:.1%} on {D} pixels")
references.beside(run, dataset.name, knn_accuracy=knn)

# %% [markdown]
# ### How many code variables does the model use?
#
# A code variable is **active** if its mean depends on the image, that is if it varies over a data set (Burda et al. 2016, Sec. 5.2):
#
# $$A_j = \mathrm{Var}_x\big(\mu_j(x)\big) > 0.01.$$
#
# A variable whose mean is 3 for *every* image tells the decoder nothing. What counts is the variance over images, not the size.


# %% exercise="active_units" points=3 minutes=3 lines=1
def active_units(mu: Tensor, threshold: float = 0.01) -> Tensor:
    """Say which code variables are active.

    Args:
        mu: Means of the codes of a data set, shape (N, d).
        threshold: The variance over the data set above which a variable is active.

    Returns:
        True where active, a boolean tensor of shape (d,).
    """
    ### BEGIN SOLUTION
    return mu.var(dim=0) > threshold
    ### END SOLUTION


# %% [markdown] hints="active_units"
# - One variance per code variable. Over which dimension do the images run?
# - `var` of a tensor takes a dimension; a comparison gives booleans.
# - The images are dimension 0.

# %% check="active_units"
checks.conv_vae.active_units(active_units)

# %% tags=["plot"]
active = active_units(test_codes)
run.record(active_units=int(active.sum()))
order = test_kl.argsort(descending=True).tolist()
plots.bars(
    {f"z{j}": test_kl[j].item() for j in order[:10]},
    y_label="KL, nats",
    title=f"What the ten busiest code variables carry; {int(active.sum())} of {latent} are active",
    alt="Bars of falling height: the KL of the ten code variables that carry most",
)

# %% [markdown]
# ### Optional: walking through the code
#
# **Interpolation**: from the code of one image to the code of another in equal steps, $z_t = (1 - t)\,z_0 + t\,z_1$, with $t$ from 0
# to 1. With three steps from 0 to 10: 0, 5, 10. **Traversal**: change one code variable and leave the others as they are.


# %% exercise="interpolate" points=2 minutes=3 lines=2 optional=true
def interpolate(start: Tensor, end: Tensor, steps: int) -> Tensor:
    """Walk from one code to another in a straight line with equal steps.

    Args:
        start: The first code, shape (d,).
        end: The last code, shape (d,).
        steps: Number of codes, both ends included, at least 2.

    Returns:
        Codes, shape (steps, d).
    """
    ### BEGIN SOLUTION
    t = torch.linspace(0, 1, steps, dtype=start.dtype, device=start.device)[:, None]
    return (1 - t) * start + t * end
    ### END SOLUTION


# %% [markdown] hints="interpolate"
# - Which numbers $t$ does the formula need? As many as there are steps, both ends among them.
# - `torch.linspace` makes them; with a second dimension, `t[:, None]`, they broadcast against a code.
# - Weight 1 - t for the start, t for the end.

# %% check="interpolate"
checks.conv_vae.interpolate(interpolate)


# %% exercise="traverse" points=2 minutes=3 lines=3 optional=true
def traverse(z: Tensor, variable: int, values: Tensor) -> Tensor:
    """Set one code variable to several values and leave the others, and z itself, as they are.

    Args:
        z: A code, shape (d,).
        variable: Which code variable changes.
        values: The values it takes, shape (n,).

    Returns:
        Codes, shape (n, d).
    """
    ### BEGIN SOLUTION
    codes = z.repeat(len(values), 1)
    codes[:, variable] = values
    return codes
    ### END SOLUTION


# %% [markdown] hints="traverse"
# - As many copies of the code as there are values; then one column is overwritten.
# - `repeat` copies; `expand` does not, so writing into it changes every row at once.
# - Repeat n times along dimension 0 and once along dimension 1; then assign to the column `[:, variable]`.

# %% check="traverse"
checks.conv_vae.traverse(traverse)

# %% tags=["plot"] expected="interpolations"
pairs = [(0, 1), (2, 3), (4, 5), (6, 7)]
try:
    walks = torch.cat([interpolate(test_codes[i], test_codes[j], 10) for i, j in pairs])
except NotImplementedError:
    print("`interpolate` is left out; expected/interpolations.png shows the workbook's own.")
else:
    with torch.no_grad():
        between = vae.decode(walks).sigmoid()
    plots.mosaic(
        between,
        levels=2,
        columns=10,
        x_label="from one test image to another",
        title="Interpolation between codes",
        alt="Four rows; in each an image turns into another in ten steps, through plausible images",
    )

# %% tags=["plot"] expected="traversals"
values = torch.linspace(-3, 3, 9, device=run.device)
try:
    walks = torch.cat([traverse(test_codes[0], j, values) for j in order[:6]])
except NotImplementedError:
    print("`traverse` is left out; expected/traversals.png shows the workbook's own.")
else:
    with torch.no_grad():
        changed = vae.decode(walks).sigmoid()
    plots.mosaic(
        changed,
        levels=2,
        columns=9,
        x_label="value of the code variable",
        x_ticks=[f"{value:.1f}" for value in values.tolist()],
        y_ticks=[f"z{j}" for j in order[:6]],
        title="Traversal of the six busiest code variables, from one test image",
        alt="Six rows; along each row one code variable changes the shape or brightness of the garment",
    )


# %% [markdown]
# **Move it yourself**: choose a test image and one of its code variables, and drag the value.


# %% tags=["plot"]
def show_code(image: int, variable: int, value: float) -> None:
    """The test image, its reconstruction, and the reconstruction with one code variable set to a value."""
    try:
        moved = traverse(test_codes[image], variable, torch.tensor([value]).to(run.device))
    except NotImplementedError:
        print("`traverse` is left out.")
        return
    with torch.no_grad():
        pictures = vae.decode(torch.cat([test_codes[image][None], moved])).sigmoid()
    plots.mosaic(
        torch.cat([data.scaled(dataset.test.images[image][None], levels), pictures]),
        levels=2,
        columns=3,
        x_ticks=["image", "reconstruction", f"z{variable} = {value:.2f}"],
        alt=f"Test image {image}, its reconstruction, and the same with code variable {variable} at {value:.2f}",
    )


widgets.explore(show_code, image=(0, 99, 0), variable=(0, latent - 1, order[0]), value=(-4.0, 4.0, 2.0))

# %% [markdown]
# ### A map: two code variables only
#
# Sixteen numbers do not fit on paper. We train a second model **with two code variables**, so that its map is the code itself and
# not a projection. Its loss will be worse: two numbers cannot say as much as sixteen.

# %% tags=["train"]
torch.manual_seed(run.seed)
planar = conv_vae(2, width)
planar_history = train(planar, "planar", run.choose(smoke=1_000, laptop=3_000, full=30_000), train_images)

# %% tags=["plot"] expected="map"
planar_nelbo = on_test_set(planar, dataset.test)[0]
planar_codes, planar_labels = codes_of(planar, dataset.test)
run.record(planar_bce_plus_kl=planar_nelbo)
plots.scatter(
    planar_codes,
    planar_labels,
    dataset.classes,
    x_label="z0",
    y_label="z1",
    title=f"Codes of {len(planar_codes):,} test images ({planar_nelbo:.1f} nats per image with two code variables)",
    alt="A map of the test set: each class has its region, similar classes overlap, and there are few gaps",
)

# %% [markdown]
# To see what the decoder does *everywhere*, lay a grid over the plane. Equal steps in $z$ would waste most of it on codes that the
# prior hardly ever draws. So take equal steps in *probability*: $n$ values $u_k = (k + \tfrac12) / n$, $k = 0 \dots n - 1$, sent
# through the inverse of the normal cumulative distribution, $z_k = \Phi^{-1}(u_k)$ (Kingma and Welling 2014, Fig. 4).
#
# **By hand.** $n = 3$: $u = \tfrac16, \tfrac12, \tfrac56$, so $z = -.967, 0, .967$.


# %% exercise="latent_grid" points=3 minutes=5 lines=4 optional=true
def latent_grid(n: int) -> Tensor:
    r"""Lay a grid of n x n codes over the plane, in equal steps of the prior's probability.

    Args:
        n: Number of values of each code variable, $\Phi^{-1}((k + 1/2) / n)$.

    Returns:
        Codes, shape (n * n, 2), as a picture is read: row by row from the top, where z1 is largest, and in a row from
        the left, where z0 is smallest.
    """
    ### BEGIN SOLUTION
    u = (torch.arange(n) + 0.5) / n
    z = torch.special.ndtri(u)
    z1, z0 = torch.meshgrid(z.flip(0), z, indexing="ij")
    return torch.stack([z0, z1], dim=-1).reshape(-1, 2)
    ### END SOLUTION


# %% [markdown] hints="latent_grid"
# - First the n values along one axis; then all pairs, in the right order.
# - `torch.special.ndtri` is $\Phi^{-1}$ (so is `icdf` of `torch.distributions.Normal`). For the pairs, `torch.meshgrid` or
#   `torch.cartesian_prod`; the slow variable is z1, and it begins with its largest value.
# - `z.flip(0)` turns the values of z1 round; the columns of the result are z0, z1 in this order.

# %% check="latent_grid"
checks.conv_vae.latent_grid(latent_grid)

# %% tags=["plot"] expected="manifold"
n = run.choose(smoke=8, laptop=16, full=20)
try:
    grid = latent_grid(n).float().to(run.device)
except NotImplementedError:
    print("`latent_grid` is left out; expected/manifold.png shows the workbook's own.")
else:
    with torch.no_grad():
        everywhere = planar.decode(grid).sigmoid()
    plots.mosaic(
        everywhere,
        levels=2,
        columns=n,
        x_label="z0, in equal steps of probability",
        y_label="z1",
        title="What the decoder makes of every code",
        alt="A grid of decoded images that change smoothly from one kind of garment to another",
    )

# %% tags=["plot"]


def show_point(z0: float, z1: float) -> None:
    """The image of one code of the planar model."""
    with torch.no_grad():
        picture = planar.decode(torch.tensor([[z0, z1]], device=run.device)).sigmoid()
    plots.mosaic(picture, levels=2, columns=1, alt=f"What the decoder makes of the code ({z0:.2f}, {z1:.2f})")


widgets.explore(show_point, z0=(-3.0, 3.0, 0.0), z1=(-3.0, 3.0, 0.0))

# %% [markdown] answer="reading_the_map" points=3 minutes=5 optional=true
# **Read the map.** (a) Which classes overlap, and is that a fault? (b) Where on the manifold grid are images that belong to no
# class, and why must there be some? (c) A plain autoencoder (no KL, no noise) would also give a map. What would be
# missing from it, and which part of the loss provides it here? (At most 150 words, about your own pictures.)
#
# ### BEGIN SOLUTION
# **Model answer.** (a) Shirts, coats and pullovers overlap, as do sneakers, sandals and ankle boots: they share most of their
# pixels, and the model was never asked to separate labels, only to save nats; so it is no fault. (b) On the borders, for example
# between trousers and dresses, where the decoder blends. The decoder is continuous in $z$ and the regions touch, so on the way
# from one class to another it passes images in between. (c) Without the KL and the noise, codes may lie anywhere, with holes
# between them whose decodings are arbitrary; there is no distribution to draw from. The noise makes each code stand for a small
# ball of codes, and the KL draws all balls to the prior, so that they fill it without large gaps.
#
# **Rubric (3 points).** (1) Overlapping classes named from the picture, with the reason (similar pixels, no labels). (1)
# Borders, continuity. (1) Holes or no known distribution of codes without KL and noise, with the parts they play. Half: "the VAE
# is smoother" without why.
# ### END SOLUTION

# %% [markdown]
# ## 7. When the code falls silent
#
# Suppose that the decoder did not need the code: a powerful decoder that sees *the pixels already drawn*, as in a PixelCNN,
# predicts the next pixel from its neighbours quite well. Then there are two ways to a low loss: use the code and pay its KL, or
# leave $q(z \mid x)$ at the prior and pay nothing. **Posterior collapse** is the second way: KL 0, and a code that says nothing
# about its image.
#
# The decoder below is such a one: to the logits from your decoder it adds what a small causal convolution makes of the pixels
# above and to the left (its mask hides the pixel itself and all that follow). We train it on the embedded 8 x 8 digits, so that
# each training takes seconds, and binarised, so that all of this is a proper likelihood. A window of 15 x 15 shows it
# everything that came before.


# %% tags=["setup"]
class Neighbours(nn.Module):
    """Logits of each pixel from the pixels above it and to the left of it, within a window of some size."""

    def __init__(self, channels: int, width: int, window: int):
        """Make a masked convolution and three layers per pixel."""
        super().__init__()
        self.look = nn.Conv2d(channels, width, window, padding=window // 2)
        mixed = (nn.ReLU(), nn.Conv2d(width, width, 1), nn.ReLU(), nn.Conv2d(width, width, 1))
        self.think = nn.Sequential(*mixed, nn.ReLU(), nn.Conv2d(width, channels, 1, bias=False))
        before = torch.arange(window**2) < window**2 // 2
        self.register_buffer("mask", before.float().view(window, window))

    def forward(self, x: Tensor) -> Tensor:
        """Map images (B, C, H, W) to logits of the same shape."""
        return self.think(F.conv2d(x, self.look.weight * self.mask, self.look.bias, padding=self.look.padding))


class PeekingVAE(VAE):
    """A VAE whose decoder also sees the pixels before the one that it predicts."""

    def __init__(self, shape: tuple[int, int, int], latent: int, width: int, window: int):
        """Add the neighbours to a convolutional VAE."""
        super().__init__(Encoder(shape, latent, width), Decoder(latent, shape, width), latent)
        self.neighbours = Neighbours(shape[0], 64, window)

    def forward(self, x: Tensor, eps: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """-F, rec and kl of images x (B, C, H, W), with noise eps (B, latent)."""
        return negative_elbo(x, eps, self.encode, lambda z: self.decode(z) + self.neighbours(x), self.log_prob)


# %% [markdown]
# **Two remedies.** *KL annealing* (Bowman et al. 2016, Sec. 3.1) multiplies the KL by a weight that rises from 0 to 1 during the
# first steps: the code may speak for free until the decoder has learned to listen. At the end the weight must be 1, or the loss
# is no bound any more. We let it rise in a straight line: with a warm-up of 200 steps, it is .25 in step 50 and 1 from step 200
# on.


# %% exercise="kl_weight" points=2 minutes=3 lines=1
def kl_weight(step: int, warmup: int) -> float:
    """Compute the weight of the KL: from 0 at step 0 in a straight line to 1 at step `warmup`, and 1 ever after.

    Args:
        step: The number of the step, from 0.
        warmup: The first step with the whole KL, at least 1.

    Returns:
        The weight, in [0, 1].
    """
    ### BEGIN SOLUTION
    return min(1.0, step / warmup)
    ### END SOLUTION


# %% [markdown] hints="kl_weight"
# - Which share of the warm-up is over? And what if all of it is?
# - A quotient, but never more than 1.
# - `min` of 1.0 and the share of the warm-up that is over.

# %% check="kl_weight"
checks.conv_vae.kl_weight(kl_weight)

# %% [markdown]
# *Free bits* (Kingma et al. 2016, App. C.8) give every code variable an allowance of $\lambda$ nats: below it, the KL costs the same
# whether it is used or not, so there is nothing to gain from silence.
#
# $$\sum_{j=1}^{d} \max\Big(\lambda, \frac1B \sum_{b=1}^{B} \mathrm{KL}_{bj}\Big)$$
#
# The mean over the batch stands *inside* the maximum: a variable may be silent for some images if it speaks for others.
# For example, two images, one variable with divergences 0 and 1, $\lambda = .4$: the mean .5 is above the allowance, and the
# result is .5 (with the maximum inside the mean it would be .7).


# %% exercise="free_bits" points=3 minutes=4 lines=1
def free_bits(kl: Tensor, allowance: float) -> Tensor:
    r"""Compute the KL of a batch with an allowance for each code variable, in nats per image.

    Args:
        kl: Divergences of each image and code variable, shape (B, d).
        allowance: Lambda, in nats per code variable.

    Returns:
        $\sum_j \max(\lambda, \mathrm{mean}_b \mathrm{KL}_{bj})$, a scalar tensor.
    """
    ### BEGIN SOLUTION
    return kl.mean(dim=0).clamp(min=allowance).sum()
    ### END SOLUTION


# %% [markdown] hints="free_bits"
# - Three operations, in the order in which the formula nests them, from the inside out.
# - A mean over images, a maximum with a number, a sum over code variables.
# - `clamp` with a `min` is the maximum with a number.

# %% check="free_bits"
checks.conv_vae.free_bits(free_bits)

# %% [markdown]
# A third remedy needs no code: **weaken the decoder**, so that it needs to be told what it cannot see. Here that is a window of
# 3 x 3, four pixels, instead of 15 x 15.
#
# **Predict first.** Four trainings: the model as it is; with annealing over the first half of the steps; with free bits,
# $\lambda = 0.5$ nats in each of 8 code variables; with the small window. What will the KL be at the end of each? Which will have
# the best negative ELBO on the test set?

# %% [markdown] tags=["notes"]
# *My prediction:*


# %% tags=["train"]
digits = data.load("digits", device=run.device).binarised(seed=0)


def train_peeking(weigh, window: int) -> tuple[PeekingVAE, list[float]]:
    """Train with your loop; `weigh(kl, step, steps)` is the loss's KL term, and the mean KL per epoch comes back, too."""
    torch.manual_seed(run.seed)
    model = PeekingVAE(digits.shape, latent=8, width=8, window=window).to(run.device)
    batches = data.Batches(digits.train, batch_size=64, seed=run.seed, drop_last=True)
    epochs = run.choose(smoke=6, laptop=30, full=30)
    step, steps, seen = itertools.count(), epochs * len(batches), []

    def loss(model: PeekingVAE, x: Tensor, eps: Tensor) -> Tensor:
        _, rec, kl = model(x.float(), eps)
        seen.append(kl.detach().sum(1).mean())
        return rec.mean() + weigh(kl, next(step), steps)

    optimizer = training.adam(model, lr=3e-3)
    for _ in range(epochs):
        train_epoch(model, loss, optimizer, batches, lambda count: torch.randn(count, 8, device=run.device))
    return model, torch.stack(seen).unflatten(0, (epochs, -1)).mean(1).tolist()


remedies = {
    "as it is": (lambda kl, step, steps: kl.sum(1).mean(), 15),
    "annealing": (lambda kl, step, steps: kl_weight(step, steps // 2) * kl.sum(1).mean(), 15),
    "free bits": (lambda kl, step, steps: free_bits(kl, 0.5), 15),
    "small window": (lambda kl, step, steps: kl.sum(1).mean(), 3),
}
peeking = {}
for name, remedy in remedies.items():
    peeking[name] = train_peeking(*remedy)
    print(f"{name}: trained")

# %% tags=["plot"] expected="collapse"
plots.curves(
    {name: (range(1, len(seen) + 1), seen) for name, (_, seen) in peeking.items()},
    x_label="epoch",
    y_label="KL, nats per image",
    title="Does the code speak? The KL with and without remedies",
    alt="Four curves of the KL over the epochs: the model as it is, annealing, free bits, and a small window",
)
print("               -ELBO      rec      KL  active code variables")
for name, (model, _) in peeking.items():
    nelbo, rec, kl = on_test_set(model, digits.test)
    used = int(active_units(codes_of(model, digits.test)[0]).sum())
    print(f"{name:12s}  {nelbo:6.2f}  {rec:7.2f}  {kl.sum():6.2f}  {used} of 8")
    key = name.replace(" ", "_")
    run.record(**{f"peeking_{key}_kl": kl.sum().item(), f"peeking_{key}_nelbo": nelbo, f"peeking_{key}_active": used})

# %% [markdown] answer="collapse" points=5 minutes=8
# **Posterior collapse.** (a) What is it, and how do you see it in the figures above? (b) Why does it happen with this decoder, and
# why early in training rather than late? Use $\mathcal F(q) = \log p(x) - \mathrm{KL}(q \,\|\, p(z \mid x))$: if the decoder ignores
# $z$, what is the exact posterior? (c) How do annealing and free bits work against it, and what can go wrong with each?
# (d) Compare the negative ELBOs of your four runs. Is collapse always bad for the likelihood? For the code? (At most 250 words.)
#
# ### BEGIN SOLUTION
# **Model answer.** (a) The encoder's distribution (nearly) equals the prior for every image: a KL near 0 for the whole code (the means may
# still vary a little, just above the threshold of an active variable, and say next to nothing); samples no longer depend on $z$. (b) The decoder predicts pixels from their
# neighbours, so $z$ saves little, and each nat of KL is charged from the first step, when the decoder cannot read the
# code yet. If $p(x \mid z)$ does not depend on $z$, the exact posterior *is* the prior, and $q = p(z)$ makes the gap 0: a (local)
# optimum in which no gradient tells the encoder to speak. Early, because neither side has yet learned to use the other.
# (c) Annealing lets codes be informative for nothing until the decoder uses them; as the weight rises the KL may fall
# again (it does here, to little more than without annealing), and a weight that stays below 1 is no bound. Free bits make the first $\lambda$ nats of each variable free, so silence has no
# advantage; the loss is biased, variables are held at $\lambda$ whether worth it or not, and too large an allowance costs ELBO.
# A decoder that sees less has to be told more, at the price of a weaker model of texture. (d) From the run; the collapsed model's ELBO may be about as good or
# better, since a strong decoder alone models the pixels well. For the likelihood it need not be bad, for the code it is
# worthless.
#
# **Rubric (5 points).** (1) q equals the prior, seen as a KL near 0 for the whole code. (1) Decoder does without z, so silence is
# free and speech is charged. (1) Posterior equals prior if z is ignored; a local optimum reached early. (1) Both remedies with
# one risk each. (1) Likelihood and usefulness of the code told apart, with numbers from the run. Half: "the KL is too strong"
# without the decoder's part.
# ### END SOLUTION

# %% [markdown]
# ## 8. Among its relatives
#
# | model | exact likelihood | scoring | sampling | today |
# |---|---|---|---|---|
# | PixelCNN (02) | yes | one pass | one step per value | language models; image tokens |
# | **VAE**, IWAE (04) | a lower bound, tighter with many draws | one pass, or many | one pass | the codes in which latent diffusion models paint |
# | normalizing flow (05, 06) | yes | one pass | one pass, or one per value for MAF | densities, physics, richer $q(z \mid x)$ |
# | GAN (07, 08) | none | none | one pass | fast synthesis, image translation |
# | beta-VAE (09) | a bound for another trade | one pass | one pass | codes whose variables mean something |
#
# **What to take with you.** A bound turns an integral that nobody can do into two terms that a network can train on, and tells
# exactly what is lost: the divergence from the guess to the posterior. The scale of the likelihood decides how much the code may
# say; `MSE + KL` hides that decision. And a model may find a better use for its parameters than for your code.
#
# **Going further.** (1) Train with `gaussian_log_prob` (`conv_vae(latent, width, gaussian_log_prob)`) for $s$ = .05, .2 and 1. How
# many code variables are active in each? (2) Give the planar model free bits. (3) Problem 04 tightens the bound with many draws:
# evaluate this model with it.
