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

# %% [markdown] title="GAN: learning to draw by being judged" reading=19 machine=6 figures="recognised judge_accuracy gan_modes wgan_gp_modes dead_relu_units dead_leaky_units"
# # GAN: learning to draw by being judged
#
# ![Handwritten digits drawn on demand, one column per class](expected/samples.png)
#
# A network drew these digits, each column on demand: "draw a three". It has never been shown how far its drawings were from
# a real three. It was only told, by a second network, how easily they were told apart from real ones, and the second
# network was learning too.
#
# **The question of this notebook:** what does such a contest of two networks minimise, why does it so often fail, and
# what do we gain by changing the distance that it measures?
#
# **What to know first.**
# *Expectation*: $\mathbb E_{p}[f(x)]$ is the average of $f$ over draws from $p$; for finitely many values it is
# $\sum_x p(x) f(x)$.
# *Sigmoid and logit*: $\sigma(\ell) = 1 / (1 + e^{-\ell})$ turns any number $\ell$, the logit, into a probability, and
# $1 - \sigma(\ell) = \sigma(-\ell)$.
# *Gradients in PyTorch*: `loss.backward()` *adds* to `.grad` of every parameter that the loss depends on; `detach()` cuts a
# tensor off from what it was computed from
# ([autograd](https://docs.pytorch.org/docs/stable/notes/autograd.html)).
#
# Nothing from an earlier notebook is needed. The papers: Goodfellow et al., *Generative Adversarial Nets* (2014); Mirza and
# Osindero, *Conditional Generative Adversarial Nets* (2014); Radford, Metz, Chintala, *Unsupervised Representation Learning
# with Deep Convolutional GANs* (2016); Arjovsky, Chintala, Bottou, *Wasserstein GAN* (2017); Gulrajani et al., *Improved
# Training of Wasserstein GANs* (2017).

# %% [markdown]
# | symbol | in code | meaning |
# |---|---|---|
# | $x$ | `x` | a batch of images with values in $[-1, 1]$, shape `(B, C, H, W)` |
# | $z$ | `z` | noise, standard normal, shape `(B, latent)` |
# | $y$ | `y` | labels as weights of the classes, one-hot, shape `(B, K)`; with $K = 0$ there are none |
# | $G(z, y)$ | `generator` | draws an image |
# | $D(x, y)$ | `discriminator` | judges an image; in code it returns the **logit** $\ell$, and $D = \sigma(\ell)$ |
# | $p$, $q$ | `p`, `q` | two distributions: of the data, and of what $G$ draws ($p_\text{data}$ and $p_\theta$ in the papers) |
# | $\theta$ | `theta` | a parameter of $q$: the weights of $G$, or a single number in section 1 |
# | $V$ | `game_value` | the value of the game: what $D$ makes large and $G$ makes small |
#
# Divergences are in **nats** (natural logarithm).

# %% [markdown] tags=["notes"]
# **My sources.** Name here whoever helped you, and every text, program or assistant that you used, with what you took
# from it. Whether working together is allowed is for your instructor to say; naming it always is.

# %% tags=["parameters"]
PRESET = "laptop"  # "smoke" (seconds), "laptop" (minutes) or "full" (a GPU)
DATASET = "mnist"  # what data.load takes; where it is missing the embedded digits are used
SEED = 0

# %% tags=["setup"]
import math

import sympy
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from helpers import checks, classifier, data, plots, presets, references, training, widgets

run = presets.start(PRESET, DATASET, SEED, name="07_gan")

# %% tags=["setup"]
dataset = data.load(run.dataset, device=run.device)
levels, shape = dataset.levels, dataset.shape
C, H, W = shape
K = len(dataset.classes)
run.record(data=dataset.name, checksum=dataset.checksum)
if dataset.note:
    print(dataset.note)
print(f"{dataset.name}: {len(dataset.train):,} training images of {C} x {H} x {W} values, {K} classes")

# %% [markdown]
# ## 1. How far apart are two distributions?
#
# A generator that is trained has to be told how far its distribution $q$ is from the data's $p$. Three answers that this
# notebook needs. For distributions over finitely many values:
#
# $$\mathrm{KL}(p \,\|\, q) = \sum_x p(x) \log \frac{p(x)}{q(x)}, \qquad
# \mathrm{JSD}(p, q) = \tfrac12 \mathrm{KL}(p \,\|\, m) + \tfrac12 \mathrm{KL}(q \,\|\, m), \quad m = \tfrac12 (p + q)$$
#
# Two rules go with the KL divergence: a value with $p(x) = 0$ adds nothing, and one with $p(x) > 0$ and $q(x) = 0$ makes
# it infinite: $q$ holds for impossible what does happen. In the JSD the mixture $m$ is never 0 where $p$ or $q$ is not,
# so it is always finite, at most $\log 2$.
#
# **By hand.** $p = (\tfrac12, \tfrac12, 0)$ and $q = (\tfrac14, \tfrac14, \tfrac12)$:
# $\mathrm{KL}(p \,\|\, q) = \tfrac12 \log 2 + \tfrac12 \log 2 + 0 = 0.693$, and $\mathrm{KL}(q \,\|\, p) = \infty$ because
# of the third value.


# %% exercise="kl_divergence" points=3 minutes=4 lines=2
def kl_divergence(p: Tensor, q: Tensor) -> Tensor:
    r"""Compute $\mathrm{KL}(p \,\|\, q) = \sum_x p(x) \log (p(x) / q(x))$ in nats.

    Args:
        p: Probabilities, shape (..., N); zeros are allowed.
        q: Probabilities, the same shape; zeros are allowed.

    Returns:
        Divergences, shape (...); `inf` where q is 0 at a value that p is not.
    """
    ### BEGIN SOLUTION
    terms = p * (p / q).log()
    return torch.where(p > 0, terms, 0.0).sum(-1)
    ### END SOLUTION


# %% [markdown] hints="kl_divergence"
# - What does floating-point arithmetic make of 0 times minus infinity, and of 0 divided by 0?
# - Compute all terms, then put 0 where `p` is 0; dividing a positive number by 0 gives `inf` by itself.
# - `torch.where(p > 0, terms, 0.0)`, then a sum over the last dimension.

# %% check="kl_divergence"
checks.gan.kl_divergence(kl_divergence)


# %% exercise="js_divergence" points=2 minutes=3 lines=2
def js_divergence(p: Tensor, q: Tensor, kl=kl_divergence) -> Tensor:
    r"""Compute the Jensen-Shannon divergence of p and q in nats.

    Args:
        p: Probabilities, shape (..., N).
        q: Probabilities, the same shape.
        kl: `kl(p, q)` returns KL divergences, shape (...).

    Returns:
        Divergences, shape (...).
    """
    ### BEGIN SOLUTION
    m = (p + q) / 2
    return (kl(p, m) + kl(q, m)) / 2
    ### END SOLUTION


# %% [markdown] hints="js_divergence"
# - Both distributions are compared with a third one that lies halfway.
# - The order matters: the mixture stands on the right of both KL divergences.
# - With `m` the mixture, the mean of `kl(p, m)` and its mirror image in p and q.

# %% check="js_divergence"
checks.gan.js_divergence(js_divergence)

# %% [markdown]
# The third answer looks at *where* the values lie. Think of $p$ as a heap of earth that is to be moved until it looks like
# $q$. The **Wasserstein-1** (earth mover's) distance is the least total of mass times distance. On a line there is a short
# formula with the cumulative distributions $F_p$ and $F_q$: between two neighbouring places, what has to cross is the
# difference of what lies to the left,
#
# $$W_1(p, q) = \int |F_p(t) - F_q(t)|\,dt = \sum_{i=1}^{N-1} |F_p(x_i) - F_q(x_i)| \,(x_{i+1} - x_i)$$
#
# **By hand.** Places $0, 1, 3$; $p = (1, 0, 0)$, $q = (0, \tfrac12, \tfrac12)$. Half the mass moves by 1, the other half by
# 3: $W_1 = 2$. By the formula: $|1 - 0| \cdot 1 + |1 - \tfrac12| \cdot 2 = 2$.


# %% exercise="wasserstein_1" points=3 minutes=5 lines=2
def wasserstein_1(p: Tensor, q: Tensor, x: Tensor) -> Tensor:
    """Compute the Wasserstein-1 distance of two distributions on the same places of a line.

    Args:
        p: Probabilities, shape (..., N).
        q: Probabilities, the same shape.
        x: The places in rising order, not necessarily evenly spaced, shape (N,).

    Returns:
        Distances, shape (...).
    """
    ### BEGIN SOLUTION
    crossing = (p - q).cumsum(-1).abs()
    return (crossing[..., :-1] * x.diff()).sum(-1)
    ### END SOLUTION


# %% [markdown] hints="wasserstein_1"
# - How much mass has to cross the gap between two neighbouring places?
# - A cumulative sum gives what lies to the left of each gap; there are N places and N - 1 gaps.
# - `x.diff()` holds the widths of the gaps; leave out the last entry of the cumulative sums.

# %% check="wasserstein_1"
checks.gan.wasserstein_1(wasserstein_1)

# %% [markdown]
# ### Two lines in the plane
#
# The example that started the Wasserstein GAN (Arjovsky et al. 2017, Example 1). Let $U$ be uniform on $[0, 1]$.
# $P$ is the distribution of the point $(0, U)$, a vertical line segment; $Q_\theta$ that of $(\theta, U)$, the same segment
# moved sideways by $\theta$, a real number of either sign. Derive all four as functions of $\theta$:
#
# $$\mathrm{KL}(P \,\|\, Q_\theta), \qquad \mathrm{KL}(Q_\theta \,\|\, P), \qquad \mathrm{JSD}(P, Q_\theta), \qquad W_1(P, Q_\theta)$$
#
# The answers are **formulas** in sympy: a function of a symbol that returns expressions; any equivalent form passes. Two
# things are needed here: `sympy.oo` is infinity, and
# `sympy.Piecewise((a, sympy.Eq(theta, 0)), (b, True))` is $a$ where $\theta = 0$ and $b$ elsewhere. A Python `if` does not
# work, because `theta` is a symbol and has no value yet.


# %% exercise="line_divergences" points=6 minutes=7 lines=5
def line_divergences(theta):
    r"""Write down how far $P = (0, U)$ and $Q_\theta = (\theta, U)$ are apart, in nats where nats make sense.

    Args:
        theta: A real sympy symbol, of either sign or 0.

    Returns:
        Four expressions: KL(P || Q), KL(Q || P), JSD(P, Q), and the Wasserstein-1 distance.
    """
    ### BEGIN SOLUTION
    same = sympy.Eq(theta, 0)
    kl = sympy.Piecewise((0, same), (sympy.oo, True))
    jsd = sympy.Piecewise((0, same), (sympy.log(2), True))
    return kl, kl, jsd, sympy.Abs(theta)
    ### END SOLUTION


# %% [markdown] hints="line_divergences"
# - How much probability does each distribution give to the line that the other one lives on? Is it different when the two
#   lines are the same?
# - If $\theta \ne 0$, the two never meet: the mixture has exactly half of the density of $P$ on one line and of $Q$ on the
#   other. For the transport, each point can move straight sideways.
# - Three of the four are `Piecewise`, with 0 at `sympy.Eq(theta, 0)`; the fourth is `sympy.Abs` of something.

# %% check="line_divergences"
checks.gan.line_divergences(line_divergences)

# %% [markdown]
# ### Optional: another pair
#
# In the example the JSD jumps, which may look like a trick of infinitely thin lines. It does not need a jump to hurt.
# Build a pair whose JSD is **continuous but has no derivative** at $\theta = 0$: two distributions over finitely many values,
# $p_\theta$ and $q_\theta$, one of which (or both) moves with $\theta$ between $-\tfrac12$ and $\tfrac12$.
#
# *Something to try on paper:* what happens to the JSD when $q$ puts a small mass on a value that $p$ never takes?


# %% exercise="kinked_pair" points=4 minutes=7 lines=3 optional=true
def kinked_pair(theta: float) -> tuple[Tensor, Tensor]:
    """Build two distributions whose Jensen-Shannon divergence is continuous at 0 and has no derivative there.

    Args:
        theta: A number in [-0.5, 0.5].

    Returns:
        Two tensors of probabilities, each of the same shape (N,), of type float64; N is your choice.
    """
    ### BEGIN SOLUTION
    p = torch.tensor([1.0, 0.0], dtype=torch.float64)
    q = torch.tensor([1 - abs(theta), abs(theta)], dtype=torch.float64)
    return p, q
    ### END SOLUTION


# %% [markdown] hints="kinked_pair"
# - The divergence can have a kink where it is 0: it must then rise in a straight line on both sides, not like a parabola.
# - If two distributions share all their values, the JSD grows like $\theta^2$. If some mass leaves for a place where the
#   other has none, it grows like $|\theta|$.
# - Let `p` put all its mass on one value, and let `q` move the mass `abs(theta)` to a second one.

# %% check="kinked_pair"
checks.gan.kinked_pair(kinked_pair)

# %% [markdown]
# **Optional.** The same in continuous form: $P$ uniform on the interval $[0, 1]$ and $Q_\theta$ uniform on $[\theta, 1 + \theta]$. For
# small $\theta$ they overlap; once $|\theta| \ge 1$ they do not. Cover both cases in one expression (`sympy.Min`,
# `sympy.Abs`).


# %% exercise="shifted_jsd" points=3 minutes=4 lines=1 optional=true
def shifted_jsd(theta):
    r"""Write down the JSD of the uniform distributions on $[0, 1]$ and on $[\theta, 1 + \theta]$, in nats.

    Args:
        theta: A real sympy symbol, of either sign.

    Returns:
        A sympy expression.
    """
    ### BEGIN SOLUTION
    return sympy.Min(sympy.Abs(theta), 1) * sympy.log(2)
    ### END SOLUTION


# %% [markdown] hints="shifted_jsd"
# - Cut the line into three parts: where only $P$ lives, where both do, where only $Q$ does.
# - Where both live, the mixture equals either, and nothing is added. Where one lives alone, its density is twice that of
#   the mixture.
# - The part where one lives alone has the length `sympy.Min(sympy.Abs(theta), 1)`.

# %% check="shifted_jsd"
checks.gan.shifted_jsd(shifted_jsd)

# %% [markdown]
# **Predict first.** A generator has one parameter $\theta$, starts at $\theta = 0.8$, and follows the negative gradient of a
# distance to the data at $\theta = 0$. Which of the distances above will lead it home?

# %% [markdown] tags=["notes"]
# *My prediction:*


# %% tags=["setup"]
def on_a_grid(theta: float, cells: int = 401) -> tuple[Tensor, Tensor, Tensor]:
    """The lines P and Q_theta by their first coordinate alone (the second is the same in both): p, q and the places."""
    places = torch.linspace(-2, 2, cells, dtype=torch.float64)
    mass = torch.eye(cells, dtype=torch.float64)
    return mass[(places - 0).abs().argmin()], mass[(places - theta).abs().argmin()], places


def blocks_on_a_grid(theta: float, cells: int = 4000) -> tuple[Tensor, Tensor, Tensor]:
    """Uniform on [0, 1] and on [theta, 1 + theta]: p, q and the places, midpoints of small cells."""
    places = (torch.arange(cells, dtype=torch.float64) + 0.5) / cells * 4 - 1.5
    p = ((places > 0) & (places < 1)).double()
    q = ((places > theta) & (places < 1 + theta)).double()
    return p / p.sum(), q / q.sum(), places


# %% tags=["plot"] expected="divergences"
thetas = torch.linspace(-1.4, 1.4, 57, dtype=torch.float64)
lines_apart = [on_a_grid(float(theta)) for theta in thetas]
blocks_apart = [blocks_on_a_grid(float(theta)) for theta in thetas]
plots.curves(
    {
        "Wasserstein-1, lines and blocks": (thetas, [float(wasserstein_1(*pqx)) for pqx in lines_apart]),
        "JSD of the lines": (thetas, [float(js_divergence(p, q)) for p, q, _ in lines_apart]),
        "JSD of the blocks": (thetas, [float(js_divergence(p, q)) for p, q, _ in blocks_apart]),
    },
    x_label="theta",
    y_label="nats; W1 in units of theta",
    levels={"log 2": math.log(2)},
    title="Four distances to the data at theta = 0 (both KL are infinite elsewhere)",
    alt="Wasserstein is a V with its tip at 0; the JSD of the lines is log 2 everywhere but at 0, where it drops to 0; that of"
    " the blocks is a V that becomes flat at log 2 beyond theta = 1",
)
for theta in (0.0, 0.1, 0.8):
    p, q, places = on_a_grid(theta)
    print(
        f"lines, theta = {theta}: KL(P||Q) {float(kl_divergence(p, q)):.3f}, KL(Q||P) {float(kl_divergence(q, p)):.3f},"
        f" JSD {float(js_divergence(p, q)):.3f}, W1 {float(wasserstein_1(p, q, places)):.3f}"
    )
gap = max(abs(float(wasserstein_1(*a) - wasserstein_1(*b))) for a, b in zip(lines_apart, blocks_apart, strict=True))
print(f"W1 of the lines and of the blocks differ by at most {gap:.4f} on these grids")

# %% tags=["plot"]
small_thetas = torch.linspace(-0.5, 0.5, 41, dtype=torch.float64)
try:
    pairs = [kinked_pair(float(theta)) for theta in small_thetas]
except NotImplementedError:
    print("`kinked_pair` is left out, and with it the curve of its JSD.")
else:
    plots.curves(
        {"JSD of your pair": (small_thetas, [float(js_divergence(*pair)) for pair in pairs])},
        x_label="theta",
        y_label="nats",
        title="Continuous, and without a derivative at 0",
        alt="The Jensen-Shannon divergence of your pair, with a kink at theta = 0",
    )

# %% [markdown] answer="which_distance" points=5 minutes=6
# **What is wrong with the JSD, and why Wasserstein is better.** Use the plot above. (a) For the two lines, what does the
# gradient of each distance tell a generator at $\theta = 0.8$? (b) Real images lie near a set of low dimension inside a
# space of hundreds of dimensions, and so do generated ones. Why does that make the lines a typical case and not an odd one?
# (c) In what sense is $W_1$ weaker than the JSD, and why is weaker better here? (d) Is $W_1$ differentiable everywhere, and
# does that hurt? (At most 250 words.)
#
# ### BEGIN SOLUTION
# **Model answer.** (a) The JSD is $\log 2$ for every $\theta \ne 0$: its gradient is 0 and tells nothing, neither how far
# nor which way. Both KL are infinite and have no gradient at all. $W_1 = |\theta|$ has slope 1 everywhere but at 0, and the
# slope points home. (b) Two sets of low dimension in a space of high dimension almost surely do not overlap, or only in a
# set of measure zero, like two lines in the plane. Then the distributions are (almost) perfectly separable, the JSD is at
# its maximum of $\log 2$, and a perfect discriminator exists, whose gradient vanishes. (c) Every sequence that converges
# in KL or in JSD converges in $W_1$, but not the other way round: as $\theta \to 0$ the lines converge in $W_1$ and not in
# JSD. A weaker distance lets more sequences converge, so it is more often continuous in the parameters of the generator,
# and a continuous loss with useful slopes is what gradient descent needs. (d) No: $|\theta|$ has a kink at 0, that is at
# the solution only. It is continuous, and differentiable almost everywhere; a locally Lipschitz generator is enough for
# that in general.
#
# **Rubric (5 points).** (1) JSD constant, so no gradient; KL infinite. (1) $W_1$ has slope 1 towards the data. (1) Low-
# dimensional supports do not overlap. (1) Weaker topology: converges in JSD implies converges in $W_1$, not conversely;
# continuity in the parameters. (1) The kink at 0, and why it is harmless. Half: "Wasserstein is smoother" without the
# example or the argument.
# ### END SOLUTION

# %% [markdown]
# ## 2. The game, and what it minimises
#
# Nobody can compute a distance to the distribution of images, of which there are only samples. The idea of Goodfellow et
# al.: train a second network, the **discriminator** $D(x) \in (0, 1)$, to say with which probability $x$ is real, and let the
# **generator** $G$ work against it:
#
# $$\min_G \max_D V(G, D), \qquad V(G, D) = \mathbb E_{x \sim p}[\log D(x)] + \mathbb E_{x \sim q}[\log (1 - D(x))]
# \qquad\text{(Goodfellow et al. 2014, Eq. 1)}$$
#
# Here $q$ is the distribution of $G(z)$. Suppose that $G$ stays as it is, and $D$ may be any function. At one point $x$ the
# discriminator has to choose one number $D$ so that $p(x) \log D + q(x) \log(1 - D)$ is as large as possible.
#
# **By hand.** Where $p(x) = 3$ and $q(x) = 1$ (densities may exceed 1): try $D = \tfrac12$, it gives
# $3 \cdot (-.693) - .693 = -2.77$; $D = .75$ gives $3 \cdot (-.288) - 1.386 = -2.25$; $D = .9$ gives $-2.62$. The best
# answer is in between: set the derivative to zero.


# %% exercise="optimal_discriminator" points=2 minutes=4 lines=1
def optimal_discriminator(p, q):
    r"""Write down the best $D(x)$ at a point with data density $p$ and generator density $q$.

    Args:
        p: Density of the data at x, a positive symbol.
        q: Density of the generated images at x, a positive symbol.

    Returns:
        A sympy expression.
    """
    ### BEGIN SOLUTION
    return p / (p + q)
    ### END SOLUTION


# %% [markdown] hints="optimal_discriminator"
# - Differentiate $p \log D + q \log (1 - D)$ with respect to $D$.
# - $p / D - q / (1 - D) = 0$; solve for $D$.
# - Multiply out: $p (1 - D) = q D$.

# %% check="optimal_discriminator"
checks.gan.optimal_discriminator(optimal_discriminator)


# %% exercise="game_value" points=2 minutes=3 lines=2 optional=true
def game_value(p: Tensor, q: Tensor, d: Tensor) -> Tensor:
    r"""Compute $V = \sum_x p(x) \log D(x) + \sum_x q(x) \log (1 - D(x))$ for distributions over finitely many values.

    Args:
        p: Probabilities of the data, shape (N,).
        q: Probabilities of the generated values, shape (N,).
        d: What the discriminator says of each value, strictly between 0 and 1, shape (N,).

    Returns:
        The value of the game, shape ().
    """
    ### BEGIN SOLUTION
    return (p * d.log() + q * (1 - d).log()).sum()
    ### END SOLUTION


# %% [markdown] hints="game_value"
# - Two expectations: one over real values, one over generated ones.
# - An expectation over finitely many values is a sum of probability times what is averaged.
# - `p * d.log()` is the first sum's terms; the second has `q` and one minus `d`.

# %% check="game_value"
checks.gan.game_value(game_value)

# %% [markdown]
# **Watch it numerically.** Random pairs of distributions, the best discriminator for each, and what the game is then worth.

# %% tags=["plot"]
draws = torch.Generator().manual_seed(run.seed)
for _ in range(4):
    p, q = torch.rand(2, 6, generator=draws, dtype=torch.float64).pow(3)
    p, q = p / p.sum(), q / q.sum()
    best = torch.tensor([float(optimal_discriminator(a, b)) for a, b in zip(p.tolist(), q.tolist(), strict=True)])
    divergence = js_divergence(p, q)
    try:
        value, other = (game_value(p, q, d) for d in (best.double(), best.double() * 0.9 + 0.05))
    except NotImplementedError:
        print(f"`game_value` is left out; -log 4 + 2 JSD = {float(-math.log(4) + 2 * divergence):.6f}")
        continue
    print(
        f"V(G, D*) = {float(value):.6f}    -log 4 + 2 JSD = {float(-math.log(4) + 2 * divergence):.6f}"
        f"    V of another D: {float(other):.6f}"
    )

# %% [markdown] answer="value_of_the_game" points=4 minutes=6
# **What the generator minimises.** Prove that for the best discriminator $D^*$
#
# $$V(G, D^*) = -\log 4 + 2\,\mathrm{JSD}(p, q) \qquad\text{(Goodfellow et al. 2014, Eq. 6)}$$
#
# and conclude what the best generator is and what the game is then worth. Then say why the cell above is no proof, and why
# training a GAN is in practice not the minimisation of the JSD. (At most 200 words.)
#
# ### BEGIN SOLUTION
# **Model answer.** Put $D^* = p / (p + q)$ into $V$ and write $m = (p + q)/2$:
# $V(G, D^*) = \sum p \log \frac{p}{p + q} + \sum q \log \frac{q}{p + q} = \sum p \log \frac{p}{2m} + \sum q \log \frac{q}{2m}$.
# Each sum contains $\log \frac12$ once, since $p$ and $q$ add up to 1:
# $= -2 \log 2 + \mathrm{KL}(p \,\|\, m) + \mathrm{KL}(q \,\|\, m) = -\log 4 + 2\,\mathrm{JSD}(p, q)$.
# (For densities, integrals stand for sums.) The JSD is never negative and 0 only if $p = q$, so the best generator draws
# exactly from the data, $D^* = \frac12$ everywhere, and the game is worth $-\log 4 \approx -1.386$.
# The cell tries four pairs; a proof covers all. In practice $D$ is a network that is trained for a few steps, not the best
# function for the present $G$, so $V(G, D)$ is only a lower bound of $V(G, D^*)$; the expectations are means over batches;
# and most generators are trained on another loss than $V$.
#
# **Rubric (4 points).** (1) Inserts $D^*$ and brings in $m$ with the factor 2. (1) Collects $-\log 4$ and the two KL.
# (1) $p = q$, $D^* = \frac12$, value $-\log 4$. (1) Examples are no proof, and one reason why training differs ($D$ is not
# optimal, batches, another loss). Half: the identity stated without the step from $p + q$ to $2m$.
# ### END SOLUTION

# %% [markdown]
# ### Why the generator starves
#
# The generator sees only the second term of $V$, so it minimises $\log(1 - D(G(z)))$. Early in training its images are poor,
# the discriminator is sure of itself, and $D(G(z)) \approx 0$. Goodfellow et al. therefore use another loss with the same
# aim: minimise $-\log D(G(z))$. The first one is called **saturating**, the second **non-saturating**.
#
# Everything that the generator learns flows through the logit $\ell$ of its image, where $D = \sigma(\ell)$. So compare the
# slopes with respect to $\ell$. Derive both, and look at their limits for $\ell \to -\infty$.


# %% exercise="generator_slopes" points=4 minutes=6 lines=2
def generator_slopes(logit):
    r"""Write down how both losses of the generator change with the logit $\ell$ of its image.

    Args:
        logit: The logit, a real symbol; $D = \sigma(\ell) = 1 / (1 + e^{-\ell})$.

    Returns:
        Two expressions: the derivatives of $\log(1 - D)$ and of $-\log D$ with respect to $\ell$.
    """
    ### BEGIN SOLUTION
    d = 1 / (1 + sympy.exp(-logit))
    return -d, d - 1
    ### END SOLUTION


# %% [markdown] hints="generator_slopes"
# - Chain rule: the derivative with respect to $D$, times the derivative of the sigmoid.
# - $\sigma'(\ell) = \sigma(\ell)(1 - \sigma(\ell))$, and one of the two factors cancels in each loss.
# - Write D with `sympy.exp` and give it a name; both answers are linear in it. (`sympy.diff` would do it, too.)

# %% check="generator_slopes"
checks.gan.generator_slopes(generator_slopes)

# %% tags=["plot"] expected="slopes"
logit_symbol = sympy.Symbol("logit", real=True)
saturating, non_saturating = (sympy.lambdify(logit_symbol, slope.doit()) for slope in generator_slopes(logit_symbol))
logit_values = torch.linspace(-8, 8, 81).tolist()
plots.curves(
    {
        "log(1 - D), saturating": (logit_values, [float(saturating(value)) for value in logit_values]),
        "-log D, non-saturating": (logit_values, [float(non_saturating(value)) for value in logit_values]),
    },
    x_label="logit of a generated image (left: D is sure that it is fake)",
    y_label="slope of the loss",
    title="What reaches the generator",
    alt="The slope of the saturating loss is 0 on the left and -1 on the right; that of the other one is its mirror image",
)

# %% [markdown]
# Both slopes are negative: raising the logit lowers either loss. But on the left, where a beginner's images are, the
# saturating loss has slope $-\sigma(\ell) \to 0$: the worse the image, the less is learned from it. The non-saturating loss
# has slope $-1$ there. This is the vanishing gradient of section 1, met again: two distributions that hardly overlap, a
# discriminator near perfection, a JSD near its maximum.

# %% [markdown]
# ## 3. Losses that do not overflow
#
# In code the discriminator returns logits, and no sigmoid is ever computed: with $\mathrm{softplus}(a) = \log(1 + e^a)$,
# which PyTorch computes safely for any $a$,
#
# $$-\log \sigma(\ell) = \mathrm{softplus}(-\ell), \qquad -\log(1 - \sigma(\ell)) = \mathrm{softplus}(\ell).$$
#
# **By hand.** Real logits $(2, 0)$, fake ones $(-1, 1)$. The discriminator minimises $-V$, with means for expectations:
# $\tfrac12(.127 + .693) + \tfrac12(.313 + 1.313) = .410 + .813 = 1.223$. If it knew nothing, all logits 0, it would be
# $2 \log 2 = 1.386$: remember this number, it is where a GAN's discriminator ends if the generator wins.


# %% exercise="discriminator_loss" points=3 minutes=4 lines=1
def discriminator_loss(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    r"""Compute $-V$: the mean of $-\log D(x)$ over real images plus the mean of $-\log(1 - D(x))$ over generated ones.

    Args:
        real_logits: Logits of real images, shape (B,), of any size.
        fake_logits: Logits of generated images, shape (B',), B' may differ from B.

    Returns:
        The loss that the discriminator minimises, shape ().
    """
    ### BEGIN SOLUTION
    return F.softplus(-real_logits).mean() + F.softplus(fake_logits).mean()
    ### END SOLUTION


# %% [markdown] hints="discriminator_loss"
# - For which images should the logit be large, and for which small? Each term punishes the opposite.
# - Two means, then their sum; `F.softplus` or `F.logsigmoid` stay finite where `log(sigmoid(...))` does not.
# - `F.softplus(-real_logits).mean()` is the first of the two.

# %% check="discriminator_loss"
checks.gan.discriminator_loss(discriminator_loss)


# %% exercise="generator_loss" points=3 minutes=4 lines=3
def generator_loss(fake_logits: Tensor, saturating: bool = False) -> Tensor:
    r"""Compute the generator's loss: the mean of $-\log D(G(z))$, or of $\log(1 - D(G(z)))$ if `saturating`.

    Args:
        fake_logits: Logits of generated images, shape (B,), of any size.
        saturating: Which of the two.

    Returns:
        The loss that the generator minimises, shape ().
    """
    ### BEGIN SOLUTION
    if saturating:
        return -F.softplus(fake_logits).mean()
    return F.softplus(-fake_logits).mean()
    ### END SOLUTION


# %% [markdown] hints="generator_loss"
# - Both losses fall when the logits rise; check the signs with a logit of 0, where they are $\log 2$ and $-\log 2$.
# - Write both with softplus; the two identities are above the last exercise.
# - The usual loss is the mean of a softplus of minus the logits; the other one is minus the mean of a softplus.

# %% check="generator_loss"
checks.gan.generator_loss(generator_loss)

# %% [markdown]
# ## 4. Two networks
#
# **One scale for both.** The generator ends in a tanh, so it draws values in $[-1, 1]$. Real images must be brought to the
# same scale. If they stay in $[0, 1]$, the discriminator tells them apart by their background alone, and the game is over
# before it begins.


# %% exercise="signed" points=2 minutes=2 lines=1
def signed(images: Tensor, levels: int) -> Tensor:
    r"""Map the levels $0, \dots, L - 1$ of an image to $[-1, 1]$ in equal steps, 0 to -1 and $L - 1$ to 1.

    Args:
        images: Levels, an integer tensor of any shape (uint8, which cannot hold negative numbers).
        levels: Their number L.

    Returns:
        Floating-point values, the same shape.
    """
    ### BEGIN SOLUTION
    return 2 * images.float() / (levels - 1) - 1
    ### END SOLUTION


# %% [markdown] hints="signed"
# - How many steps lie between the lowest and the highest level?
# - First to $[0, 1]$, then twice as wide, then down by 1; and first of all to floating point.
# - With 256 levels, level 255 has to become 1: divide by `levels - 1`.

# %% check="signed"
checks.gan.signed(signed)

# %% [markdown]
# **Asking for a class.** A *conditional* GAN gives the label to both networks (Mirza and Osindero 2014): the generator has
# to draw what was asked for, because the discriminator judges whether image *and label* belong together. We write labels as
# weights of classes, one-hot: of 10 classes, "three" is $(0, 0, 0, 1, 0, \dots, 0)$. To a generator they come as further
# inputs beside the noise. To a convolutional discriminator they come as further channels: $K$ constant planes beside the
# image, of which one is white and the others are black.


# %% exercise="with_label_planes" points=2 minutes=4 lines=2
def with_label_planes(x: Tensor, y: Tensor) -> Tensor:
    """Put one constant plane per class behind an image's channels.

    Args:
        x: Images, shape (B, C, H, W).
        y: Weights of the classes, shape (B, K); K may be 0.

    Returns:
        Images with planes, shape (B, C + K, H, W): plane k of an image holds its weight of class k everywhere.
    """
    ### BEGIN SOLUTION
    planes = y[:, :, None, None].expand(-1, -1, *x.shape[2:])
    return torch.cat([x, planes], dim=1)
    ### END SOLUTION


# %% [markdown] hints="with_label_planes"
# - One number per image and class has to become a plane of H x W equal numbers.
# - Give `y` two more dimensions, expand them to the image's size, and concatenate along the channels.
# - `y[:, :, None, None]` has shape (B, K, 1, 1), and `expand` repeats without copying.

# %% check="with_label_planes"
checks.gan.with_label_planes(with_label_planes)

# %% [markdown]
# **The discriminator** is a small image classifier with one output: two convolutions with kernels of 4 x 4 that halve the
# image (stride 2, padding 1), each followed by a LeakyReLU of slope 0.2, then a linear layer. No batch normalisation, so
# that each image is judged by itself; no sigmoid, since the losses take logits.


# %% exercise="Discriminator" points=4 minutes=6 lines=9
class Discriminator(nn.Module):
    """Logit of an image being real, given its label.

    Args:
        shape: (C, H, W) of an image; H and W are multiples of 4.
        classes: Number of classes K; 0 for a model without labels.
        width: Maps after the first convolution; the second one makes twice as many.
        planes: `planes(x, y)` puts the labels behind the image's channels: (B, C + K, H, W).
    """

    def __init__(self, shape: tuple[int, int, int], classes: int, width: int, planes=with_label_planes):
        """Make the layers."""
        super().__init__()
        self.planes = planes
        channels, height, breadth = shape
        ### BEGIN SOLUTION
        self.body = nn.Sequential(
            nn.Conv2d(channels + classes, width, 4, stride=2, padding=1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(width, 2 * width, 4, stride=2, padding=1),
            nn.LeakyReLU(0.2),
            nn.Flatten(),
            nn.Linear(2 * width * (height // 4) * (breadth // 4), 1),
        )
        ### END SOLUTION

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        """Map images (B, C, H, W) and labels (B, K) to logits (B,)."""
        ### BEGIN SOLUTION
        return self.body(self.planes(x, y)).squeeze(1)
        ### END SOLUTION


# %% [markdown] hints="Discriminator"
# - Follow the sizes: H x W, then half, then a quarter in each direction; how many numbers does the linear layer get?
# - An `nn.Sequential` of convolution, LeakyReLU, convolution, LeakyReLU, flatten, linear; the first convolution sees the
#   planes as well.
# - The linear layer has `2 * width * (height // 4) * (breadth // 4)` inputs and 1 output, and that last dimension of size 1
#   has to go.

# %% check="Discriminator"
checks.gan.Discriminator(Discriminator)

# %% [markdown]
# **The generator** runs the other way: a linear layer makes small maps of a quarter of the image's size, and two transposed
# convolutions (4 x 4, stride 2, padding 1) double them twice. Batch normalisation and then a ReLU stand before each of the two,
# and a tanh at the end (the recipe of Radford et al. 2016, Sec. 3, made small).


# %% exercise="Generator" points=5 minutes=7 lines=12
class Generator(nn.Module):
    """Draws images with values in [-1, 1] from noise, for given labels.

    Args:
        latent: Number of noise values.
        classes: Number of classes K; 0 for a model without labels.
        shape: (C, H, W) of an image; H and W are multiples of 4.
        width: Maps before the last layer; there are twice as many at the start.
    """

    def __init__(self, latent: int, classes: int, shape: tuple[int, int, int], width: int):
        """Make the layers."""
        super().__init__()
        channels, height, breadth = shape
        ### BEGIN SOLUTION
        self.body = nn.Sequential(
            nn.Linear(latent + classes, 2 * width * (height // 4) * (breadth // 4)),
            nn.Unflatten(1, (2 * width, height // 4, breadth // 4)),
            nn.BatchNorm2d(2 * width),
            nn.ReLU(),
            nn.ConvTranspose2d(2 * width, width, 4, stride=2, padding=1),
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.ConvTranspose2d(width, channels, 4, stride=2, padding=1),
            nn.Tanh(),
        )
        ### END SOLUTION

    def forward(self, z: Tensor, y: Tensor) -> Tensor:
        """Map noise (B, latent) and labels (B, K) to images (B, C, H, W)."""
        ### BEGIN SOLUTION
        return self.body(torch.cat([z, y], dim=1))
        ### END SOLUTION


# %% [markdown] hints="Generator"
# - Read the discriminator backwards: where it halves, the generator doubles.
# - Linear, unflatten to maps, then twice (batch norm, ReLU, transposed convolution), then tanh. Noise and label go in side
#   by side.
# - `nn.Unflatten(1, (2 * width, height // 4, breadth // 4))` makes maps of a row of numbers; `torch.cat([z, y], dim=1)` is
#   the input.

# %% check="Generator"
checks.gan.Generator(Generator)

# %% [markdown]
# ## 5. One round of the game
#
# Each round has two steps, with an optimiser for each network:
#
# 1. **Discriminator.** Draw images from the first half of the noise. Lower the discriminator's loss on real and drawn images
#    by one step. The generator is left alone.
# 2. **Generator.** Draw images from the second half of the noise. Lower the generator's loss, as the discriminator *just
#    updated* sees it, by one step. The discriminator is left alone.
#
# Two things go wrong easily. In step 1 nothing may flow back into the generator (`detach`). In step 2 the gradient *must*
# flow through the discriminator into the generator, and what it leaves in the discriminator's `.grad` on the way must not be
# used by the next round.
#
# **Predict first.** In step 2 the images pass through $D$. If you detach them there as well, what will happen to $G$?

# %% [markdown] tags=["notes"]
# *My prediction:*


# %% exercise="gan_step" points=6 minutes=8 lines=10
def gan_step(
    generator: nn.Module,
    discriminator: nn.Module,
    generator_optimizer: torch.optim.Optimizer,
    discriminator_optimizer: torch.optim.Optimizer,
    x: Tensor,
    y: Tensor,
    z: Tensor,
    d_loss=discriminator_loss,
    g_loss=generator_loss,
) -> tuple[Tensor, Tensor]:
    """Play one round: a step of the discriminator, then a step of the generator.

    Args:
        generator: `generator(z, y)` draws images.
        discriminator: `discriminator(x, y)` returns logits (B,).
        generator_optimizer: Holds the generator's parameters.
        discriminator_optimizer: Holds the discriminator's parameters.
        x: Real images, shape (B, ...).
        y: Their labels, shape (B, K); the drawn images get the same labels.
        z: Noise, shape (2, B, latent): `z[0]` for the discriminator's step, `z[1]` for the generator's.
        d_loss: `d_loss(real_logits, fake_logits)` is what the discriminator minimises.
        g_loss: `g_loss(fake_logits)` is what the generator minimises.

    Returns:
        Both losses, as they were before their step, detached: the discriminator's, the generator's.
    """
    ### BEGIN SOLUTION
    fake = generator(z[0], y).detach()
    discriminator_value = d_loss(discriminator(x, y), discriminator(fake, y))
    discriminator_optimizer.zero_grad()
    discriminator_value.backward()
    discriminator_optimizer.step()

    generator_value = g_loss(discriminator(generator(z[1], y), y))
    generator_optimizer.zero_grad()
    generator_value.backward()
    generator_optimizer.step()
    return discriminator_value.detach(), generator_value.detach()
    ### END SOLUTION


# %% [markdown] hints="gan_step"
# - Two halves that look alike: draw, judge, compute the loss, clear gradients, backward, step. Which optimiser belongs where?
# - In the first half the drawn images are detached; in the second they are not, and only the generator's optimiser steps.
# - In the second half, the discriminator judges `generator(z[1], y)` under the labels `y`, and `g_loss` takes its logits. Clear
#   the gradients of the player whose turn it is right before `backward`, so that leftovers do not count.

# %% check="gan_step"
checks.gan.gan_step(gan_step)

# %% [markdown]
# And the loop around it, once by hand. Later we use the workbook's loop, which adds progress and checkpoints.


# %% exercise="train_epoch" points=4 minutes=6 lines=6 optional=true
def train_epoch(step, batches, noise) -> tuple[float, float]:
    """Play one round per batch, each with noise of its own.

    Args:
        step: `step(x, y, z)` plays a round and returns the discriminator's and the generator's loss, each of shape ().
        batches: An iterable of pairs (x, y); the last batch may be smaller.
        noise: `noise(size)` draws fresh noise, shape (2, size, latent), for `size` images.

    Returns:
        The means of both losses over the batches, as floats.
    """
    ### BEGIN SOLUTION
    losses = []
    for x, y in batches:
        z = noise(len(x))
        losses.append(torch.stack(step(x, y, z)))
    discriminator_mean, generator_mean = torch.stack(losses).mean(0).tolist()
    return discriminator_mean, generator_mean
    ### END SOLUTION


# %% [markdown] hints="train_epoch"
# - For each batch: how many images does it hold, and how much noise is needed?
# - Draw the noise inside the loop, play the round, keep both losses; average at the end.
# - `torch.stack(step(x, y, z))` makes one tensor of the pair; a stack of those has shape (batches, 2).

# %% check="train_epoch"
checks.gan.train_epoch(train_epoch)

# %% [markdown]
# ## 6. Eight points on a ring
#
# Before images, a problem where nothing is hidden: points in the plane from eight narrow Gaussians on a ring. A good
# generator covers all eight. **Mode collapse** is when it covers only some of them: each point that it draws looks real, so
# no single judgement of $D$ is wrong, and yet most of the data is missing.
#
# To speak of it we have to count. A mode counts as **covered** when enough of the samples lie close to it; a sample speaks
# for the centre that is nearest to it, if it is within a radius of it, else for none.


# %% exercise="modes_covered" points=3 minutes=5 lines=4
def modes_covered(samples: Tensor, centres: Tensor, radius: float, least: int) -> int:
    """Count the modes that at least `least` samples lie close to.

    Args:
        samples: Points, shape (N, D).
        centres: The modes' centres, shape (M, D).
        radius: A sample is close to the centre nearest to it if it lies at most this far away, in Euclidean distance.
        least: How many close samples a mode needs, at least 1.

    Returns:
        How many of the M modes are covered.
    """
    ### BEGIN SOLUTION
    distance, nearest = torch.cdist(samples, centres).min(dim=1)
    close = nearest[distance <= radius]
    counts = torch.bincount(close, minlength=len(centres))
    return int((counts >= least).sum())
    ### END SOLUTION


# %% [markdown] hints="modes_covered"
# - For each sample: which centre is nearest, and is it near enough? For each centre: how many such samples?
# - `torch.cdist(samples, centres)` holds all distances, and its minimum over the centres comes with the place of the
#   minimum; `torch.bincount` counts places.
# - Keep the places of the nearest centres where the distance is at most `radius`; count them with as many bins as centres
#   (`minlength`); compare with `least`, and add up.

# %% check="modes_covered"
checks.gan.modes_covered(modes_covered)


# %% tags=["setup"]
MODES, SPREAD, LATENT_2D = 8, 0.05, 8
angles = torch.arange(MODES) * 2 * math.pi / MODES
CENTRES = torch.stack([angles.cos(), angles.sin()], dim=1)


class Planar(nn.Module):
    """A network for points in the plane; labels have no say (K = 0).

    Args:
        inputs: Values of a row.
        outputs: 2 for a generator, 1 (a logit) for a discriminator.
        width: Units of each of the two hidden layers.
        activation: Makes the activation of a hidden layer.
    """

    def __init__(self, inputs: int, outputs: int, width: int = 64, activation=nn.ReLU):
        """Make the layers."""
        super().__init__()
        self.first, self.second = nn.Linear(inputs, width), nn.Linear(width, width)
        self.last, self.activation = nn.Linear(width, outputs), activation()

    def before_activations(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """What enters the activations of both hidden layers, each (B, width)."""
        first = self.first(x)
        return first, self.second(self.activation(first))

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        """Map (B, inputs) to (B, outputs), a discriminator's to (B,)."""
        result = self.last(self.activation(self.before_activations(x)[1]))
        return result.squeeze(1) if result.shape[1] == 1 else result


def ring_batches(count: int, size: int, seed: int) -> list[tuple[Tensor, Tensor]]:
    """Batches of points from the ring, with empty labels."""
    draws = torch.Generator().manual_seed(seed)
    places = torch.randint(MODES, (count, size), generator=draws)
    points = CENTRES[places] + SPREAD * torch.randn(count, size, 2, generator=draws)
    return [(x, x.new_zeros(size, 0)) for x in points]


def noise_2d(size: int) -> Tensor:
    """Fresh noise for one round on the ring."""
    return torch.randn(2, size, LATENT_2D)


@torch.no_grad()
def draw_2d(generator: nn.Module, count: int = 2000) -> Tensor:
    """Points that a generator draws, from the same noise each time."""
    z = torch.randn(count, LATENT_2D, generator=torch.Generator().manual_seed(1))
    return generator(z, z.new_zeros(count, 0))


def modes_of(generator: nn.Module) -> int:
    """How many of the eight modes a generator covers: at least 20 of 2000 points within 4 standard deviations."""
    return modes_covered(draw_2d(generator), CENTRES, radius=4 * SPREAD, least=20)


# %% tags=["setup"]
RING_ROUNDS = run.choose(smoke=200, laptop=2000, full=10_000)
SEEDS = range(run.seed, run.seed + run.choose(smoke=1, laptop=3, full=5))


def play_batches(step, batches: list[tuple[Tensor, Tensor]]) -> None:
    """Play your epoch; where you left that exercise out, the same rounds on these batches of 128."""
    try:
        train_epoch(step, batches, noise_2d)
    except NotImplementedError:
        for batch in batches:
            step(*batch, noise_2d(128))


def play_on_the_ring(seed: int, loss=generator_loss) -> tuple[nn.Module, list[tuple[int, int]]]:
    """Train a GAN on the ring; returns its generator, and how many modes were covered after how many rounds."""
    torch.manual_seed(seed)
    generator, discriminator = Planar(LATENT_2D, 2), Planar(2, 1)
    optimizers = [torch.optim.Adam(net.parameters(), lr=1e-3, betas=(0.5, 0.999)) for net in (generator, discriminator)]

    def step(x: Tensor, y: Tensor, z: Tensor) -> tuple[Tensor, Tensor]:
        losses = gan_step(generator, discriminator, *optimizers, x, y, z, g_loss=loss)
        return tuple(map(torch.as_tensor, losses))

    covered = [(0, modes_of(generator))]
    for part in range(10):
        play_batches(step, ring_batches(RING_ROUNDS // 10, 128, seed=100 * seed + part))
        covered.append(((part + 1) * RING_ROUNDS // 10, modes_of(generator)))
    return generator, covered


# %% [markdown]
# **Predict first.** Each point that a collapsed generator draws is judged like any other. What in the loss tells it to go
# and look for the missing modes?

# %% [markdown] tags=["notes"]
# *My prediction:*

# %% tags=["train"]
ring_gans = {seed: play_on_the_ring(seed) for seed in SEEDS}
for seed, (_, covered) in ring_gans.items():
    print(f"seed {seed}: modes covered after every tenth of the training: {[modes for _, modes in covered]}")

# %% [markdown]
# ## 7. Optional: Wasserstein, with a penalty
#
# $W_1$ has a second form (Kantorovich and Rubinstein): the largest difference of means that a function can make between the
# two distributions, if it rises nowhere by more than 1 per unit of distance,
#
# $$W_1(p, q) = \max_{\|f\|_{\mathrm{Lip}} \le 1} \; \mathbb E_{p}[f(x)] - \mathbb E_{q}[f(x)]
# \qquad\text{(Arjovsky et al. 2017, Eq. 2)}$$
#
# So the discriminator becomes a **critic** $f$: it returns a plain score, high for real images, and no sigmoid or logarithm
# follows. The critic *minimises* $\mathbb E_q[f] - \mathbb E_p[f]$; the generator minimises $-\mathbb E_q[f]$.
#
# **By hand.** Scores of real images $(3, 1)$, of drawn ones $(0, 1)$: the critic's loss is $0.5 - 2 = -1.5$, the generator's
# $-0.5$. The critic's loss *with its sign changed* estimates $W_1$, and unlike the losses above it goes down as the images
# get better.


# %% exercise="critic_losses" points=2 minutes=4 lines=1 optional=true
def critic_losses(real_scores: Tensor, fake_scores: Tensor) -> tuple[Tensor, Tensor]:
    """Compute what critic and generator of a Wasserstein GAN minimise, without the penalty.

    Args:
        real_scores: The critic's scores of real images, shape (B,).
        fake_scores: Its scores of generated images, shape (B',).

    Returns:
        The critic's loss and the generator's loss, each of shape ().
    """
    ### BEGIN SOLUTION
    return fake_scores.mean() - real_scores.mean(), -fake_scores.mean()
    ### END SOLUTION


# %% [markdown] hints="critic_losses"
# - Who wants which scores to be high?
# - Both minimise, so what should be high gets a minus sign.
# - The generator's loss is minus one mean; it has no say in the scores of real images.

# %% check="critic_losses"
checks.gan.critic_losses(critic_losses)

# %% [markdown]
# How to keep the slope of $f$ at most 1? A best critic has slope exactly 1 along the straight lines between real and drawn
# points that are coupled, so Gulrajani et al. penalise any other slope on such lines:
#
# $$\hat x = u\,x_\text{real} + (1 - u)\,x_\text{fake}, \quad u \sim \mathrm{U}[0, 1], \qquad
# \mathrm{penalty} = \mathbb E\Big[\big(\|\nabla_{\hat x} f(\hat x)\|_2 - 1\big)^2\Big]$$
#
# (Gulrajani et al. 2017, Eq. 3).
#
# One $u$ per image; the norm is over all values *of one image*; then the mean over the batch. The critic learns from this
# penalty, so the penalty must itself be differentiable with respect to the critic's weights: a gradient of a gradient.
# `torch.autograd.grad(..., create_graph=True)` keeps the first gradient differentiable.
#
# **By hand.** For $f(x) = \|x\|^2 / 2$ the gradient at $\hat x$ is $\hat x$ itself. With $x_\text{real} = (3, 4)$,
# $x_\text{fake} = (0, 0)$, $u = .4$: $\hat x = (1.2, 1.6)$, its norm is 2, the penalty is $(2 - 1)^2 = 1$.


# %% exercise="gradient_penalty" points=5 minutes=9 lines=5 optional=true
def gradient_penalty(critic, real: Tensor, fake: Tensor, u: Tensor) -> Tensor:
    r"""Compute the mean of $(\|\nabla f(\hat x)\| - 1)^2$ over points between real and generated images.

    Args:
        critic: `critic(x)` returns scores (B,); each image is judged by itself.
        real: Real images, shape (B, ...).
        fake: Generated images, the same shape.
        u: How much of the real image goes into each point, in [0, 1], shape (B,).

    Returns:
        The penalty, shape (), differentiable with respect to the critic's parameters.
    """
    ### BEGIN SOLUTION
    u = u.reshape(-1, *[1] * (real.ndim - 1))
    between = (u * real + (1 - u) * fake).detach().requires_grad_()
    (slope,) = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
    norm = slope.flatten(1).norm(dim=1)
    return ((norm - 1) ** 2).mean()
    ### END SOLUTION


# %% [markdown] hints="gradient_penalty"
# - Four things to do: mix, ask for the gradient at the mixture, take one norm per image, average the squared deviations.
# - `u` needs as many dimensions as the images; the mixture must ask for a gradient; the sum of the scores has, at each image,
#   the gradient of that image's own score.
# - `torch.autograd.grad` of the summed scores with `create_graph=True` returns a tuple of one; flatten all but the batch
#   before the norm.

# %% check="gradient_penalty"
checks.gan.gradient_penalty(gradient_penalty)


# %% tags=["setup"]
def play_wasserstein(seed: int, weight: float = 0.1, critic_steps: int = 5) -> tuple[nn.Module, list[tuple[int, int]]]:
    """Train a WGAN with gradient penalty on the ring: several steps of the critic for each of the generator."""
    torch.manual_seed(seed)
    generator, critic = Planar(LATENT_2D, 2), Planar(2, 1)
    of_generator, of_critic = (torch.optim.Adam(n.parameters(), lr=1e-3, betas=(0.0, 0.9)) for n in (generator, critic))
    rounds = 0

    def step(x: Tensor, y: Tensor, z: Tensor) -> tuple[Tensor, Tensor]:
        nonlocal rounds
        rounds += 1
        with torch.no_grad():
            drawn = generator(z[0], y)
        loss = critic_losses(critic(x, y), critic(drawn, y))[0]
        penalty = gradient_penalty(lambda between: critic(between, y), x, drawn, torch.rand(len(x)))
        of_critic.zero_grad()
        (loss + weight * penalty).backward()
        of_critic.step()
        scores = critic(generator(z[1], y), y)
        score = critic_losses(scores, scores)[1]
        if rounds % critic_steps == 0:
            of_generator.zero_grad()
            score.backward()
            of_generator.step()
        return -loss.detach(), score.detach()

    covered = [(0, modes_of(generator))]
    for part in range(10):
        play_batches(step, ring_batches(RING_ROUNDS // 10, 128, seed=100 * seed + part))
        covered.append(((part + 1) * RING_ROUNDS // 10, modes_of(generator)))
    return generator, covered


# %% tags=["train"]
try:
    ring_wgans = {seed: play_wasserstein(seed) for seed in SEEDS}
except NotImplementedError:
    ring_wgans = {}  # its exercises are optional
    print("The WGAN-GP is left out; the expected pictures show the workbook's own.")
for seed, (_, covered) in ring_wgans.items():
    print(f"seed {seed}: modes covered after every tenth of the training: {[modes for _, modes in covered]}")

# %% tags=["plot"] expected="ring"
first_seed = SEEDS[0]
real = ring_batches(1, 500, seed=9)[0][0]
clouds = {"data": real, "GAN": draw_2d(ring_gans[first_seed][0], 500)}
if ring_wgans:
    clouds["WGAN-GP"] = draw_2d(ring_wgans[first_seed][0], 500)
plots.scatter(
    torch.cat([cloud + torch.tensor([3.2 * place, 0.0]) for place, cloud in enumerate(clouds.values())]),
    torch.arange(len(clouds)).repeat_interleave(500),
    list(clouds),
    title=f"Five hundred points each, seed {first_seed}; what was generated is moved to the right",
    equal=True,
    alt="Three rings of eight clouds side by side: the data, the points of the GAN, those of the WGAN-GP",
)

# %% tags=["plot"] expected="modes"
lines, at_the_end = {}, {}
for name, runs in (("GAN", ring_gans), ("WGAN-GP", ring_wgans)):
    if not runs:
        continue
    steps = [rounds for rounds, _ in runs[first_seed][1]]
    mean = torch.tensor([[modes for _, modes in covered] for _, covered in runs.values()]).double().mean(0)
    lines[f"{name}, mean of {len(runs)} seeds"] = (steps, mean.tolist())
    at_the_end[name] = float(mean[-1])
plots.curves(
    lines,
    x_label="round",
    y_label="modes covered",
    levels={"all": float(MODES)},
    title="How many of the eight modes are covered",
    alt="Two curves of the number of covered modes over the rounds, one for the GAN and one for the WGAN-GP",
)
run.record(**{f"{name.lower().replace('-', '_')}_modes": modes for name, modes in at_the_end.items()})
for name, modes in at_the_end.items():
    print(f"modes covered at the end, mean over seeds {list(SEEDS)}: {name} {modes:.2f}")

# %% [markdown]
# **What just happened.** Both networks had the same sizes, data and number of rounds. Collapse is no law: it depends on the
# seed, which is why several are shown. Look at the cloud of the WGAN-GP as well: all modes are covered, yet points lie
# around and between them, where there are no data. Counting covered modes does not see that; 10_evaluation has measures that
# do.

# %% [markdown] answer="mode_collapse" points=4 minutes=6
# **Mode collapse.** (a) Describe what both models did on the ring, seed by seed (the WGAN-GP by the expected pictures, if you
# left it out), and whether the number of modes only ever grows. (b) Explain why the generator's loss does not tell it about missing modes. What does the order of $\min$ and
# $\max$ have to do with it? (c) Name two remedies, one of them from this notebook, and why they help. (d) Why would a
# likelihood-based model not drop modes in this way? (At most 250 words.)
#
# ### BEGIN SOLUTION
# **Model answer.** (a) (From the run with seeds 0, 1, 2:) in two of three seeds the GAN puts nearly all its points on one mode
# and stays or hops there, in the third it finds all eight; on the way modes are lost again. The WGAN-GP covers all modes after
# a third of the training, in every seed, and keeps them; but its points also lie around and between the modes: covered is
# not the same as matched. (b) The loss is an average over *drawn*
# points, each judged by itself. A mode that is never drawn never enters the average, so nothing pulls towards it; moving
# all points to where the present $D$ is most easily fooled is even the best answer to that $D$. In theory $D$ is maximised
# first, for every $G$ anew, and then punishes what is overrepresented; training alternates small steps, which looks as
# much like $\max_D \min_G$, whose solution for the generator is a single point. Then $D$ learns to reject it, and the
# generator hops. (c) WGAN-GP: a critic with bounded slope gives useful directions everywhere, and mass in the wrong place
# costs its distance to where it is missing. Others: letting $D$ see several samples at once (minibatch discrimination,
# PacGAN), unrolled or more steps of $D$, several generators, noise on the inputs. (d) Maximum likelihood averages $\log q$ over
# *data*; a mode with $q \approx 0$ costs nearly infinitely much, so such models rather cover too much than too little.
#
# **Rubric (4 points).** (1) An honest reading of the own curves. (1) The average runs over drawn points, each judged alone
# (and max-min). (1) Two remedies with reasons. (1) Likelihood averages over the data. Half: "the generator finds one image
# that fools D" without why nothing pulls it back.
# ### END SOLUTION

# %% [markdown]
# ## 8. Units that died
#
# The discriminator uses LeakyReLU. Why not ReLU? A ReLU passes $\max(a, 0)$. If its input $a$ is negative for *every* image,
# its output is 0 and so is its slope: the unit no longer tells anything, no gradient passes it, and none reaches its own
# weights, so it stays as it is. It is **dead**. A LeakyReLU passes $0.2\,a$ there.


# %% exercise="dead_units" points=2 minutes=3 lines=1
def dead_units(before: Tensor) -> int:
    """Count the units whose ReLU is shut for every example of a batch.

    Args:
        before: What enters the ReLUs of a layer, shape (B, F). A ReLU is shut where that is at most 0.

    Returns:
        How many of the F units are dead.
    """
    ### BEGIN SOLUTION
    return int((before <= 0).all(dim=0).sum())
    ### END SOLUTION


# %% [markdown] hints="dead_units"
# - A unit is a column. For how many rows must it be shut?
# - Compare with 0, ask "all" along the batch, count.
# - The comparison is a table of truth values; `all` with the right `dim` leaves one per unit, and their sum is the count.

# %% check="dead_units"
checks.gan.dead_units(dead_units)

# %% [markdown]
# **Predict first.** Two discriminators for the ring, alike but for the activation, are trained with far too high a learning
# rate. In which one will units have an input that is negative for all points? And what reaches the generator through each?


# %% [markdown] tags=["notes"]
# *My prediction:*


# %% tags=["plot"] expected="dead_units"
def too_fast(activation, rate: float = 0.3, rounds: int = 60) -> tuple[int, float]:
    """Train a discriminator too fast; returns its dead units, and the mean slope that reaches a generated point."""
    torch.manual_seed(run.seed)
    discriminator = Planar(2, 1, activation=activation)
    optimizer = torch.optim.Adam(discriminator.parameters(), lr=rate)
    fake = 0.3 * torch.randn(128, 2)
    for x, y in ring_batches(rounds, 128, seed=run.seed):
        loss = discriminator_loss(discriminator(x, y), discriminator(fake, y))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    fake = fake.requires_grad_()
    (slopes,) = torch.autograd.grad(discriminator(fake, y).sum(), fake)
    before = discriminator.before_activations(torch.cat([x, fake]))
    return sum(dead_units(layer.detach()) for layer in before), float((slopes.norm(dim=1) == 0).double().mean())


dead_relu, starved_relu = too_fast(nn.ReLU)
dead_leaky, starved_leaky = too_fast(lambda: nn.LeakyReLU(0.2))
run.record(dead_relu_units=dead_relu, dead_leaky_units=dead_leaky)
plots.bars(
    {"ReLU": float(dead_relu), "LeakyReLU": float(dead_leaky)},
    y_label="of 128 hidden units",
    title="Units shut for every point",
    alt="Two bars: the number of hidden units whose input is never positive, with ReLU and with LeakyReLU",
)
print(
    f"ReLU: {dead_relu} of 128 units are shut for every point; {starved_relu:.0%} of the drawn points get no gradient"
)
print(f"LeakyReLU: {dead_leaky} of 128 have no positive input; {starved_leaky:.0%} of the drawn points get no gradient")

# %% [markdown]
# **What just happened.** Units are shut for all points with both activations: steps that are too large push them there. The
# difference is in what passes: behind a ReLU whose units are all shut for a drawn point nothing arrives, and the generator
# learns nothing from that point. Behind a LeakyReLU something always does.

# %% [markdown] answer="dead_relu" points=3 minutes=5
# **Starved by ReLU.** (a) How does a unit die in training, and why does it not come back? (b) Why does a dead unit *in the
# discriminator* hurt the *generator*? (c) What does LeakyReLU change, and what does it not cure? Use your numbers. (At most
# 150 words.)
#
# ### BEGIN SOLUTION
# **Model answer.** (a) A large step moves weights or bias so far that the input is negative for all examples. Then output
# and slope are 0 for each, the gradient of the unit's own weights is a sum of zeros, and (without weight decay) they never
# move again, unless the layer below changes what comes in. (b) The generator learns only through $D$: its gradient is the
# product of slopes along the paths from logit to image. Every dead unit cuts its paths; if a whole layer is dead, or all units
# that respond to a drawn point are, nothing arrives. (c) LeakyReLU has slope 0.2 on the negative side, so a path is weakened, never
# cut: units with no positive input still pass a gradient and can recover. It does not cure the saturation of the loss, nor a
# learning rate that is too high (the numbers show shut units with both, but starved points only with ReLU, if at all).
#
# **Rubric (3 points).** (1) Negative for all inputs, zero gradient, no recovery. (1) The generator's gradient passes through
# the discriminator. (1) Slope on the negative side; a limit of the remedy or a reading of the numbers.
# ### END SOLUTION

# %% [markdown]
# ## 9. Digits on demand
#
# Now images. A round of the game is the one that you wrote; `training.train` calls it, shows the progress, and keeps
# checkpoints. You may interrupt it (the square button); running the cell again goes on from there.
#
# How to tell whether a "three" is one? A **judge**, a small classifier trained on real images, looks at 1000 drawn ones. It is
# trained once (half a minute) and kept. It is no part of the game: the generator never sees its opinion.

# %% [markdown]
# **A sheet of samples.** To see what the noise means and what the label means, vary one at a time: one column per class, one
# row per noise vector.


# %% exercise="sample_sheet" points=3 minutes=4 lines=3 optional=true
@torch.no_grad()
def sample_sheet(generator, z: Tensor, classes: int) -> Tensor:
    """Draw every noise vector in every class.

    Args:
        generator: `generator(z, y)` draws images from noise (B, latent) and one-hot labels (B, classes).
        z: Noise, shape (R, latent): one vector per row of the sheet.
        classes: Number of classes.

    Returns:
        Images row by row, shape (R * classes, C, H, W): image number r * classes + k shows class k, drawn from z[r].
    """
    ### BEGIN SOLUTION
    labels = torch.eye(classes, dtype=z.dtype, device=z.device).repeat(len(z), 1)
    noise = z.repeat_interleave(classes, dim=0)
    return generator(noise, labels)
    ### END SOLUTION


# %% [markdown] hints="sample_sheet"
# - Write down the list of classes and the list of noise vectors that the sheet needs, image by image.
# - The classes go 0, 1, ..., K - 1, 0, 1, ...; each noise vector stays for K images.
# - `repeat` goes through a whole list again and again, `repeat_interleave` repeats each entry; `torch.eye` holds the one-hot
#   labels.

# %% check="sample_sheet"
checks.gan.sample_sheet(sample_sheet)

# %% tags=["setup"]
LATENT = 64
to_one_hot = torch.eye(K, device=run.device)  # row k is the label of class k


@torch.no_grad()
def sheet(generator: nn.Module, z: Tensor) -> Tensor:
    """Your sheet in [0, 1]; where you left that exercise out, one column per class, but each image from noise of its own."""
    try:
        images = sample_sheet(generator, z, K)
    except NotImplementedError:
        count = len(z) * K
        images = generator(judge_noise[:count], to_one_hot[asked[:count]])
    return (images + 1) / 2


def image_round(nets: dict, optimizers: dict, images: Tensor, labels: Tensor) -> dict[str, Tensor]:
    """A round of the game on a batch of the data set, as `training.train` calls it."""
    z = torch.randn(2, len(images), LATENT, device=images.device)
    losses = gan_step(
        nets["generator"],
        nets["discriminator"],
        optimizers["generator"],
        optimizers["discriminator"],
        signed(images, levels),
        to_one_hot[labels],
        z,
    )
    return dict(zip(("discriminator", "generator"), losses, strict=True))


# %% tags=["train"]
judge = classifier.judge(dataset)
run.record(judge_accuracy=judge.accuracy)
print(f"the judge recognises {judge.accuracy:.2%} of the test images")

# %% tags=["train"]
torch.manual_seed(run.seed)
width = run.choose(smoke=16, laptop=32, full=96)
generator = Generator(LATENT, K, shape, width).to(run.device)
discriminator = Discriminator(shape, K, width).to(run.device)
asked = torch.arange(K, device=run.device).repeat(100)
judge_noise = torch.randn(len(asked), LATENT, generator=torch.Generator().manual_seed(1)).to(run.device)


@torch.no_grad()
def recognised() -> float:
    """Share of 100 drawn images per class that the judge takes for what was asked for."""
    was_training = generator.training
    generator.eval()
    images = (generator(judge_noise, to_one_hot[asked]) + 1) / 2
    generator.train(was_training)
    return judge.recognised(images, asked)


batches = data.Batches(
    dataset.train, batch_size=run.choose(smoke=32, laptop=64, full=128), seed=run.seed, drop_last=True
)
rounds = run.choose(smoke=800, laptop=6000, full=40_000)
rate = run.choose(smoke=1e-3, laptop=5e-4, full=2e-4)
history = training.train(
    image_round,
    batches,
    modules={"generator": generator, "discriminator": discriminator},
    optimizers={
        name: training.adam(net, lr=rate, betas=(0.5, 0.999))
        for name, net in (("generator", generator), ("discriminator", discriminator))
    },
    epochs=max(1, round(rounds / len(batches))),
    validate=lambda: {"recognised": recognised()},
    preview=lambda: sheet(generator, judge_noise[:2]),
    name="conditional",
    run=run,
    config={"data": dataset.checksum},
)

# %% tags=["plot"] expected="loss"
share = recognised()
run.record(recognised=share, gan_seconds=history.seconds, rounds=history.steps)
plots.curves(
    {"discriminator": history.curve("discriminator"), "generator": history.curve("generator")},
    x_label="round",
    y_label="loss",
    levels={"log 4: D knows nothing": math.log(4)},
    settled=True,
    title=f"Losses of the conditional GAN on {dataset.name}",
    alt="The two losses over the rounds: neither falls to a minimum; the discriminator's stays below log 4",
)
plots.curves(
    {"recognised": history.epoch_curve("recognised")},
    x_label="round",
    y_label="share of drawn images",
    levels={"test images": judge.accuracy},
    settled=True,
    title="Drawn images that the judge takes for what was asked for",
    alt="The share of recognised images rises over the rounds",
)
print(f"recognised as the class asked for: {share:.1%} (test images: {judge.accuracy:.1%})")
references.beside(run, dataset.name, recognised=share, judge_accuracy=judge.accuracy)

# %% tags=["plot"] expected="samples"
generator.eval()
sheet_noise = torch.randn(6, LATENT, generator=torch.Generator().manual_seed(run.seed)).to(run.device)
plots.mosaic(
    sheet(generator, sheet_noise),
    levels=2,
    columns=K,
    x_label="class asked for",
    y_label="noise vector",
    x_ticks=dataset.classes,
    title="Drawn by your generator: one column per class, one row per noise vector",
    alt="Drawn images, one column per class; images of a row share their noise",
)
with torch.no_grad():  # for 10_evaluation
    drawn = (generator(judge_noise, to_one_hot[asked]) + 1) / 2
    run.keep_samples(drawn * 255, levels=256, dataset=dataset, model="conditional GAN")

# %% [markdown]
# ### Between two drawings
#
# Labels are weights, so nothing stops you from asking for "half a three, half an eight". Noise vectors, too, have points
# between them. (Given code: on a straight line between two normal vectors of many dimensions the middle is unusually short,
# so we turn from one to the other along a circle.)


# %% tags=["plot"] expected="morph"
def turned(a: Tensor, b: Tensor, share: float) -> Tensor:
    """The vector at `share` of the way from a to b, whose squared length lies between theirs if they are orthogonal."""
    angle = share * math.pi / 2
    return math.cos(angle) * a + math.sin(angle) * b


@torch.no_grad()
def morph(first_class: int, second_class: int, share: float, noise: int) -> None:
    """Draw a way through the classes: from the first at the left to the second; the noise turns from row to row."""
    first, second = to_one_hot[first_class], to_one_hot[second_class]
    z = torch.randn(2, LATENT, generator=torch.Generator().manual_seed(noise)).to(run.device)
    ways = torch.linspace(0, 1, 9)
    y = torch.stack([(1 - way) * first + way * second for way in ways]).repeat(3, 1)
    turns = (0.0, share, 1.0)
    images = generator(torch.stack([turned(*z, turn) for turn in turns for _ in ways]), y)
    plots.mosaic(
        (images + 1) / 2,
        levels=2,
        columns=len(ways),
        x_label=f"weight of class {dataset.classes[second_class]}, the rest is {dataset.classes[first_class]}",
        x_ticks=[f"{float(way):.2f}" for way in ways],
        y_ticks=["first noise", f"{share:.0%} of the way", "second noise"],
        title="Between two classes, and between two noise vectors",
        alt=f"Three rows of nine images that change from class {dataset.classes[first_class]} to {dataset.classes[second_class]}",
    )


widgets.explore(
    morph,
    first_class=(0, K - 1, min(3, K - 1)),
    second_class=(0, K - 1, min(8, K - 1)),
    share=(0.0, 1.0, 0.5),
    noise=(0, 50, 0),
)

# %% [markdown] answer="loss_curves" points=3 minutes=5 optional=true
# **Reading the curves.** Look at both losses and at the share of recognised images. (a) Do the losses tell you when the
# images are good, or when to stop? Why not? (b) What would the curves look like if the discriminator had won completely, and
# what if the generator had? Which of the two do yours come closer to? (c) What does the judge's share measure, and name two
# flaws of the samples that it would not see. (At most 200 words.)
#
# ### BEGIN SOLUTION
# **Model answer.** (a) No. Each loss is measured against an opponent that changes; a generator's loss may rise while its
# images get better, because the discriminator gets better too. There is no common scale over time, and no minimum that both
# approach. (b) If $D$ wins: its loss goes to 0, the generator's (non-saturating) loss grows without bound. If $G$ wins:
# all logits are 0, $D$'s loss is $\log 4 = 1.386$ and the generator's $\log 2 = 0.693$. Mine lie in between, nearer to ...
# (as seen: the discriminator's loss is below $\log 4$ and the generator's above $\log 2$, so $D$ stays ahead).
# (c) It measures whether image and label agree, in the eyes of a classifier: not whether images are sharp, and not whether
# they vary. It would not see that all threes are the same (mode collapse within a class), that training images are copied, that
# strokes are frayed as long as the class is clear, or that the proportions of styles are wrong.
#
# **Rubric (3 points).** (1) Losses are relative to a moving opponent. (1) Both extremes with their numbers, and a reading of
# the own curves. (1) What the share measures, and two blind spots.
# ### END SOLUTION

# %% [markdown] answer="gan_or_vae" points=3 minutes=5
# **GAN against VAE.** Samples of a GAN tend to be sharp and those of a plain VAE blurred. (a) Explain both from what each
# model minimises. (b) What does the GAN pay for its sharpness? Name two things that a VAE can do and your GAN cannot. (At
# most 150 words.)
#
# ### BEGIN SOLUTION
# **Model answer.** (a) A VAE maximises a bound on the likelihood with an independent Gaussian or Bernoulli for each pixel: where a code
# leaves several images possible, the best single answer is their average, which is blurred; and likelihood (KL from data
# to model) punishes missing an image far more than drawing an implausible one. A GAN never compares pixel by pixel with a
# given image. An average of two images is no real image, the discriminator notices the blur at once, so the generator must
# commit to one sharp image. (b) It may leave out part of the data (mode collapse), and training is a game that may swing
# or fail. No likelihood or bound on it, so no number to compare models by; no encoder, so no code of a given image,
# hence no reconstruction and no interpolation between real images; no monitoring by one falling loss.
#
# **Rubric (3 points).** (1) VAE: pixelwise likelihood averages, covers all. (1) GAN: any blur is noticed; commits. (1) Two
# costs or missing abilities. Half: "GANs have a better loss".
# ### END SOLUTION

# %% [markdown]
# ## 10. Among its relatives
#
# | model | exact likelihood | scoring | sampling | today |
# |---|---|---|---|---|
# | PixelCNN (02) | yes | one pass | one step per value | the same idea, on words, is every large language model |
# | VAE (03, 04) | a lower bound | one pass, many for a tight bound | one pass | codes for other models |
# | normalizing flow (05, 06) | yes | one pass | one pass, or one per value for MAF | densities, physics, variational inference |
# | **GAN** | none | none | one pass | fast synthesis, super-resolution, image translation (08), a loss term that sharpens other models |
#
# **What to take with you.** A distance between distributions can be learned: a network that tells two of them apart is a
# measure of how far they are apart. What the game minimises depends on what the judge may be: with sigmoid and logarithm it
# is the JSD, which is blind to distance; with a bounded slope it is $W_1$, which is not. And a loss that is an average over
# one's own samples does not notice what is missing.
#
# **Going further.** (1) Train the image GAN with `generator_loss(..., saturating=True)`: when does it start to learn, if it
# does? (2) Turn it into a WGAN-GP (ring code above; the critic's score takes the label, too). (3) Leave out one class in
# training and ask for it. (4) Train on Fashion-MNIST (`DATASET = "fashion-mnist"`): which classes does the judge confuse?
