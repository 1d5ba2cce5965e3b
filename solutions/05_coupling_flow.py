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

# %% [markdown] title="Coupling flows: a network that can be run backwards" reading=22 machine=8 figures="test_bits_per_dim multi_scale_test_bits_per_dim sampling_over_scoring"
# # Coupling flows: a network that can be run backwards
#
# ![Sixteen small images drawn by the flow of this notebook](expected/samples.png)
#
# Each of these pictures began as pure noise, as many random numbers as it has pixels, and came out of a network in one
# pass. Run backwards, the same network turns any picture into noise again, without losing anything. On the way it
# keeps account of how much it stretches space, and that account is all it takes to say how probable the picture is.
#
# **The question of this notebook:** how can a deep network be invertible, and how does a probability travel through
# it?
#
# **What to know first.**
# *Determinant*: $|\det A|$ is the factor by which the matrix $A$ changes volumes; of a triangular matrix it is the
# product of the diagonal.
# *Jacobian*: the matrix of all derivatives $\partial z_i / \partial x_j$; near a point, every smooth map is this
# matrix.
# *Density*: $p(x)$ is probability per volume. Where a map stretches space, the same probability fills more of it, so
# the density falls.
# *Broadcasting and modules in PyTorch*: a mask of shape `(1, H, W)` multiplies a batch `(B, C, H, W)`
# ([broadcasting](https://docs.pytorch.org/docs/stable/notes/broadcasting.html)); layers kept in a list need an
# [`nn.ModuleList`](https://docs.pytorch.org/docs/stable/generated/torch.nn.ModuleList.html).
#
# Nothing from an earlier notebook is needed. The papers: Dinh, Krueger, Bengio, *NICE* (2015), and Dinh,
# Sohl-Dickstein, Bengio, *Density estimation using Real NVP* (2017).

# %% [markdown]
# | symbol | in code | meaning |
# |---|---|---|
# | $x$ | `x` | what is modelled: points of the plane `(B, 2)`, or images, levels $0 \dots K-1$, `(B, C, H, W)` |
# | $z$ | `z` | the same number of values after the flow, hoped to be independent and standard normal |
# | $\log\lvert\det \partial z/\partial x\rvert$ | `log_det` | how much the flow stretches space at each $x$, shape `(B,)` |
# | $b$ | `mask` | zeros and ones: 1 where a value stays as it is, 0 where it is changed |
# | $s$, $t$ | `s`, `t` | log-scales and shifts that a coupling layer applies, the shape of $x$ |
# | $v$ | `v` | pixels as real numbers in $[0, 1)$ |
# | $u$ | `u` | uniform noise in $[0, 1)$, one number per value, that fills the gaps between levels |
# | $K$ | `levels` | number of levels of a pixel: 17 or 256 here |
# | $D$ | `dims` | number of values of an image, $C \cdot H \cdot W$ |
# | $\alpha$ | `alpha` | how far pixels are kept away from 0 and 1 |
#
# Log-likelihoods are in **nats** (natural logarithm) per image or point unless we say **bits per dimension**: nats
# divided by $D \log 2$, with the sign changed.
#
# **Direction.** In all code here and in notebook 06, a flow maps $x \to z$, from data to noise, and returns
# `(z, log_det)`. Only the first derivation is written the other way, $z \to x$, as papers do.

# %% [markdown] tags=["notes"]
# **My sources.** Name here whoever helped you, and every text, program or assistant that you used, with what you took
# from it. Whether working together is allowed is for your instructor to say; naming it always is.

# %% tags=["parameters"]
PRESET = "laptop"  # "smoke" (seconds), "laptop" (minutes) or "full" (a GPU)
DATASET = "mnist"  # what data.load takes; where it is missing the embedded digits are used
SEED = 0

# %% tags=["setup"]
import copy
import math
import time

import sympy
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from helpers import checks, data, early_stopping, plots, presets, references, training, widgets

run = presets.start(PRESET, DATASET, SEED, name="05_coupling_flow")

# %% [markdown]
# ## 1. A density through a map
#
# Take a random number $z_0$ whose density $\pi_0$ you know, and send it through invertible smooth maps, one after the
# other: $z_i = f_i(z_{i-1})$. The last one, $z_n$, is called $x$. **This derivation goes from noise to data, $z \to
# x$.** What is the density of $x$?
#
# Probability is neither made nor lost: the little probability around $z_{i-1}$ is found again around $z_i$. In one
# dimension, $p_i(z_i)\,|dz_i| = p_{i-1}(z_{i-1})\,|dz_{i-1}|$. In many dimensions the ratio of the two little volumes
# is $|\det df_i/dz_{i-1}|$, so
#
# $$\log p_i(z_i) = \log p_{i-1}(z_{i-1}) - \log\left|\det \frac{df_i}{dz_{i-1}}\right|
# \qquad\text{(the change of variables; Dinh et al. 2017, Eq. 2 and 3)}$$
#
# **By hand.** $z_0$ is uniform on $[0, 1]$, so $\pi_0 = 1$. Stretch it, $z_1 = 4 z_0$: the density is $1/4$ on $[0,
# 4]$. Then squeeze it, $z_2 = z_1 / 2$: the density is $1/2$ on $[0, 2]$. In logarithms: $0 - \log 4 - \log
# \tfrac12 = -\log 2$.
#
# The next exercise is a **formula**: your function gets symbols and returns an expression made of them. Any
# equivalent form is right.


# %% exercise="log_density_of_flow" points=2 minutes=3 lines=1
def log_density_of_flow(log_pi_0: sympy.Symbol, d_1: sympy.Symbol, d_2: sympy.Symbol, d_3: sympy.Symbol) -> sympy.Expr:
    r"""Express $\log p(x)$ of $x = f_3(f_2(f_1(z_0)))$: apply the formula above three times.

    Args:
        log_pi_0: $\log \pi_0(z_0)$, the log-density of the noise that x came from.
        d_1: $\log |\det df_1/dz_0|$, at this point.
        d_2: $\log |\det df_2/dz_1|$.
        d_3: $\log |\det df_3/dz_2|$.

    Returns:
        The log-density of x.
    """
    ### BEGIN SOLUTION
    return log_pi_0 - (d_1 + d_2 + d_3)
    ### END SOLUTION


# %% [markdown] hints="log_density_of_flow"
# - Write the formula for $i = 3$. Which term of it do you not know yet?
# - Put the formula for $i = 2$ into the one for $i = 3$, then the one for $i = 1$ into both.
# - Every map takes its own log-determinant away from what was there before it.

# %% check="log_density_of_flow"
checks.coupling_flow.log_density_of_flow(log_density_of_flow)

# %% [markdown] answer="change_of_variables" points=4 minutes=6
# **The change of variables, proved.** (a) Derive $\log p_i(z_i) = \log p_{i-1}(z_{i-1}) - \log|\det
# df_i/dz_{i-1}|$. You may use the substitution rule for integrals. (b) Derive from it $\log p(x) = \log \pi_0(z_0) -
# \sum_i \log|\det df_i/dz_{i-1}|$. (c) Turn it around: with $g = f^{-1}$, which maps $x \to z$, show $\log p(x) =
# \log \pi_0(g(x)) + \log|\det dg/dx|$. Why has the sign changed? (At most 200 words. The cell after the next
# exercise compares the formula with a histogram.)
#
# ### BEGIN SOLUTION
# **Model answer.** (a) For any region $A$, $z_i \in f_i(A)$ exactly if $z_{i-1} \in A$, so both have the same
# probability: $\int_{f_i(A)} p_i(z_i)\,dz_i = \int_A p_{i-1}(z_{i-1})\,dz_{i-1}$. Substituting $z_i = f_i(z_{i-1})$
# on the left gives $\int_A p_i(f_i(z_{i-1}))\,|\det df_i/dz_{i-1}|\,dz_{i-1}$. Both integrals agree for every $A$, so
# the integrands do: $p_i(z_i)\,|\det df_i/dz_{i-1}| = p_{i-1}(z_{i-1})$. Take logarithms. (b) Put the formula for
# $i - 1$ into the one for $i$, down to $i = 1$: the sum telescopes (induction on $n$). Each determinant is taken at
# its own $z_{i-1}$. (c) $g(f(z)) = z$, so by the chain rule $\frac{dg}{dx}\frac{df}{dz} = I$ and $\det dg/dx = 1/\det
# df/dz$. The logarithm of the reciprocal has the other sign.
#
# **Rubric (4 points).** (1) Equal probability of a region and of its image. (1) Substitution with the absolute value
# of the determinant, for every region. (1) Repeats or inducts over $i$, each determinant at its own point. (1) The
# inverse's Jacobian is the inverse matrix, so the sign changes. Half a point for (a) if it only says "volume changes
# by the determinant".
# ### END SOLUTION

# %% [markdown]
# **A map that we shall need.** Send a standard normal $z$ through the logistic function, $x = \sigma(z) =
# 1/(1 + e^{-z})$: the result lies between 0 and 1, like a pixel. Its inverse is the **logit**, $z = \log x -
# \log(1 - x)$, with derivative $\frac{dz}{dx} = \frac1x + \frac1{1-x} = \frac{1}{x (1 - x)}$.


# %% exercise="logit_normal" points=3 minutes=4 lines=2
def logit_normal(x: sympy.Symbol) -> sympy.Expr:
    r"""Express the log-density of $x = \sigma(z)$, where z is standard normal.

    Args:
        x: A number between 0 and 1.

    Returns:
        $\log p(x)$; `sympy.log` and `sympy.pi` are at hand.
    """
    ### BEGIN SOLUTION
    z = sympy.log(x) - sympy.log(1 - x)
    return -(z**2) / 2 - sympy.log(2 * sympy.pi) / 2 - sympy.log(x) - sympy.log(1 - x)
    ### END SOLUTION


# %% [markdown] hints="logit_normal"
# - From which $z$ did this $x$ come, and how dense is the normal distribution there?
# - Add two logarithms: of the normal density at the logit of x, and of the derivative of the logit (you know it from
#   above).
# - The normal's log-density is $-\tfrac12 z^2 - \tfrac12 \log 2\pi$, and $\log\frac{1}{x(1-x)} = -\log x - \log(1 - x)$.

# %% check="logit_normal"
checks.coupling_flow.logit_normal(logit_normal)

# %% [markdown]
# **See it.** Your formula beside a histogram of a million draws of $\sigma(z)$. A slip in the determinant would show:
# the curve would not even enclose an area of 1.

# %% tags=["plot"] expected="logit_normal"
symbol = sympy.Symbol("x", positive=True)
density = sympy.lambdify(symbol, sympy.exp(logit_normal(symbol)), "math")
middles = [(i + 0.5) / 100 for i in range(100)]
draws = torch.randn(1_000_000, generator=torch.Generator().manual_seed(run.seed)).sigmoid()
counts = torch.histc(draws, bins=100, min=0, max=1) / len(draws) * 100
plots.curves(
    {"histogram of draws": (middles, counts.tolist()), "your formula": (middles, [density(x) for x in middles])},
    x_label="x",
    y_label="density",
    title="A standard normal number, sent through the logistic function",
    alt="A histogram and a curve that lie on each other: a broad hump between 0 and 1",
)

# %% [markdown]
# ### From here on: data to noise
#
# We train on data, so we need $\log p(x)$ for a *given* $x$. In code, a flow is therefore the map $x \to z$, and what
# it returns is the pair `(z, log_det)`, where `log_det` is $\log|\det \partial z/\partial x|$, one number per row of
# the batch. You showed in (c) above that then
#
# $$\log p(x) = \log \pi_0(z) + \log\left|\det\frac{\partial z}{\partial x}\right|,
# \qquad \log \pi_0(z) = \sum_{j=1}^{D} \left(-\tfrac12 z_j^2 - \tfrac12 \log 2\pi\right)$$
#
# with $\pi_0$ the standard normal density of $D$ independent values. For example, with $z = 2x$ in one dimension and
# $x = 0$: $\log p = -0.919 + \log 2 = -0.226$.


# %% exercise="log_prob" points=3 minutes=4 lines=3
def log_prob(flow: nn.Module, x: Tensor) -> Tensor:
    r"""Compute $\log p(x)$ in nats under a flow with a standard normal base.

    Args:
        flow: `flow(x)` returns z and log_det, shapes (B, ...) and (B,).
        x: A batch of points or images, shape (B, ...).

    Returns:
        Log-densities, shape (B,).
    """
    ### BEGIN SOLUTION
    z, log_det = flow(x)
    log_base = -0.5 * z**2 - 0.5 * math.log(2 * math.pi)
    return log_base.flatten(1).sum(1) + log_det
    ### END SOLUTION


# %% [markdown] hints="log_prob"
# - Two terms: how likely the noise is, and how much space was stretched.
# - Call the flow once. Compute the normal log-density of every value of z, add up all but the batch, add log_det.
# - `.flatten(1).sum(1)` adds up whatever shape an item has; the normalising constant belongs to *each* value.

# %% check="log_prob"
checks.coupling_flow.log_prob(log_prob)

# %% [markdown]
# ## 2. A layer that is easy to invert
#
# A general network has no inverse, and the determinant of a $784 \times 784$ Jacobian costs a third power: far too
# much for every image and step. The **coupling layer** avoids both. Cut the values into two parts. The first part
# stays as it is; the second is scaled and shifted by amounts that a network computes *from the first part*:
#
# $$y_{1:d} = x_{1:d}, \qquad y_{d+1:D} = x_{d+1:D} \odot \exp(s(x_{1:d})) + t(x_{1:d})
# \qquad\text{(Dinh et al. 2017, Eq. 4 and 5)}$$
#
# **By hand.** $D = 2$, $d = 1$, $x = (1, 3)$, and a network that says $s = \log 2$ and $t = -1$ when it sees 1. Then
# $y = (1, 3 \cdot 2 - 1) = (1, 5)$. To go back, we know $y_1 = 1 = x_1$, so we can ask the network again and hear the
# same $s$ and $t$: $(5 + 1) / 2 = 3$. The network itself was never inverted.


# %% exercise="inverse_of_coupling" points=2 minutes=2 lines=1
def inverse_of_coupling(y: sympy.Symbol, s: sympy.Symbol, t: sympy.Symbol) -> sympy.Expr:
    """Express a value x of the second part by what the coupling made of it.

    Args:
        y: The value after the coupling.
        s: Its log-scale, computed from the first part.
        t: Its shift, computed from the first part.

    Returns:
        x; `sympy.exp` is at hand.
    """
    ### BEGIN SOLUTION
    return (y - t) * sympy.exp(-s)
    ### END SOLUTION


# %% [markdown] hints="inverse_of_coupling"
# - Solve the equation for x.
# - What was done last is undone first.
# - First the shift is taken away, then the scale is divided out.

# %% check="inverse_of_coupling"
checks.coupling_flow.inverse_of_coupling(inverse_of_coupling)

# %% [markdown]
# Its Jacobian for $D = 4$, $d = 2$, with $n_{ij}$ for whatever the network's derivatives are:
#
# $$\frac{\partial y}{\partial x} = \begin{pmatrix} 1 & 0 & 0 & 0 \\ 0 & 1 & 0 & 0 \\ n_{31} & n_{32} & e^{s_3} & 0
# \\ n_{41} & n_{42} & 0 & e^{s_4} \end{pmatrix} \qquad\text{(Dinh et al. 2017, Eq. 6)}$$


# %% exercise="log_det_of_coupling" points=2 minutes=2 lines=1
def log_det_of_coupling(
    s_3: sympy.Symbol, s_4: sympy.Symbol, t_3: sympy.Symbol, t_4: sympy.Symbol, n_31: sympy.Symbol
) -> sympy.Expr:
    r"""Express $\log|\det \partial y/\partial x|$ of the matrix above; not every symbol need occur.

    Args:
        s_3: Log-scale of the third value.
        s_4: Log-scale of the fourth value.
        t_3: Shift of the third value.
        t_4: Shift of the fourth value.
        n_31: A derivative of the network, as in the matrix.

    Returns:
        The log-determinant.
    """
    ### BEGIN SOLUTION
    return s_3 + s_4
    ### END SOLUTION


# %% [markdown] hints="log_det_of_coupling"
# - Above the diagonal there are only zeros.
# - The determinant of a triangular matrix is the product of its diagonal; then take the logarithm.
# - The diagonal is $1, 1, e^{s_3}, e^{s_4}$, and the logarithm undoes the exponential.

# %% check="log_det_of_coupling"
checks.coupling_flow.log_det_of_coupling(log_det_of_coupling)

# %% [markdown] answer="triangular" points=4 minutes=5
# **Why a coupling is a flow.** For any $d < D$ and *any* functions $s$ and $t$: (a) prove that the coupling is
# invertible; (b) prove $\log|\det \partial y/\partial x| = \sum_j s_j$; (c) say what the derivatives of the network
# have to do with it, and what would go wrong in (a) and in (b) if the network saw *all* of $x$. (At most 150 words.
# Section 2 ends with a picture of a real Jacobian, to compare with.)
#
# ### BEGIN SOLUTION
# **Model answer.** (a) Given $y$, the first part of $x$ is $y_{1:d}$. So $s(x_{1:d})$ and $t(x_{1:d})$ are known, and
# $x_{d+1:D} = (y_{d+1:D} - t) \odot \exp(-s)$ is the one solution, since $\exp(s) > 0$. (b) The Jacobian in blocks is
# $\begin{pmatrix} I & 0 \\ \ast & \mathrm{diag}(\exp s) \end{pmatrix}$: the first part does not depend on the second,
# and each value of the second part depends on itself and on the first part only. It is lower triangular, so its
# determinant is the product of the diagonal, $\prod_j \exp(s_j) > 0$; the logarithm is $\sum_j s_j$. (c) The
# derivatives of $s$ and $t$ stand in the block $\ast$ only and never enter the determinant; so the network may be
# anything. If it saw all of $x$, the inverse would need $s$ at the unknown $x$, and the lower right block would be a
# full matrix.
#
# **Rubric (4 points).** (1) The explicit inverse, because $s$, $t$ depend on the unchanged part. (1) The block form of
# the Jacobian with the reason for the zero and for the diagonal. (1) Product of the diagonal, logarithm. (1) The
# network's derivatives do not matter; with the whole $x$ the inverse and the triangle are lost. Half: "it is
# triangular" without saying why.
# ### END SOLUTION

# %% [markdown]
# ### Masks
#
# Which values stay? A **mask** $b$ of zeros and ones says it: 1 stays, 0 is changed. With it, one formula serves all
# ways to cut:
#
# $$z = b \odot x + (1 - b) \odot \big(x \odot \exp(s(b \odot x)) + t(b \odot x)\big)
# \qquad\text{(Dinh et al. 2017, Eq. 9)}$$
#
# Images are cut like a **checkerboard**, so that every pixel that changes has neighbours that do not and can tell the
# network what to expect. 1 stands where row + column is even. For 2 x 3 pixels: $\begin{pmatrix} 1 & 0 & 1 \\ 0 & 1 &
# 0 \end{pmatrix}$.


# %% exercise="checkerboard" points=2 minutes=2 lines=2
def checkerboard(height: int, width: int) -> Tensor:
    """Make a checkerboard mask for images of any number of channels.

    Args:
        height: Rows H.
        width: Columns W.

    Returns:
        1 where row + column is even and 0 elsewhere, floating point, shape (1, H, W).
    """
    ### BEGIN SOLUTION
    places = torch.arange(height)[:, None] + torch.arange(width)[None, :]
    return (places % 2 == 0).float()[None]
    ### END SOLUTION


# %% [markdown] hints="checkerboard"
# - Stripes are the usual slip: a pixel's row *and* its column decide.
# - Make a column of row numbers and a row of column numbers with `torch.arange`; their sum broadcasts to a table.
# - Ask whether the table is even, turn the truth values into floats, and put a dimension in front with `[None]`.

# %% check="checkerboard"
checks.coupling_flow.checkerboard(checkerboard)

# %% [markdown]
# Where an image has several channels, one can also cut between them: the first half of the **channels** stays, the
# others change. With a single channel there would be nothing to look at, or nothing to change.


# %% exercise="channel_mask" points=2 minutes=3 lines=4
def channel_mask(channels: int) -> Tensor:
    """Make a mask that keeps the first half of the channels; of an odd number the smaller half.

    Args:
        channels: Number of channels C.

    Returns:
        1 for the channels that stay and 0 for those that change, floating point, shape (C, 1, 1).

    Raises:
        ValueError: There are fewer than two channels, so that one part would be empty.
    """
    ### BEGIN SOLUTION
    if channels < 2:
        raise ValueError("a channel mask needs two channels or more")
    mask = torch.zeros(channels, 1, 1)
    mask[: channels // 2] = 1
    return mask
    ### END SOLUTION


# %% [markdown] hints="channel_mask"
# - Zeros in the right shape, then ones in the first half.
# - `//` rounds down, which gives the smaller half of an odd number.
# - Check the number first: `if channels < 2: raise ValueError(...)`.

# %% check="channel_mask"
checks.coupling_flow.channel_mask(channel_mask)

# %% tags=["plot"]
plots.fields(
    {"checkerboard, 5 x 5": checkerboard(5, 5)[0], "the opposite": 1 - checkerboard(5, 5)[0]},
    annotate=True,
    alt="Two 5 x 5 checkerboards, one with ones where the other has zeros",
)

# %% [markdown]
# ### Scale and shift
#
# The network returns twice as many channels as it gets: first all raw log-scales, then all shifts. An exponential of a
# raw number is dangerous: one large output, and the training has ended in infinities. So the log-scale is **bounded**,
# by a tanh times a learned factor $c$,
#
# $$s = (1 - b) \odot c \tanh(h_s), \qquad t = (1 - b) \odot h_t
# \qquad\text{(the scale of Dinh et al. 2017, Sec. 4.1)}$$
#
# where $h_s$ is the first half of the channels of the network's output $h$ and $h_t$ the second. Both vanish where
# the mask is 1, so that $z = x \odot \exp(s) + t$ leaves those values alone, by itself. For example, $h = (0.5, 2)$
# at a free value and $c = 2$: $s = 2 \tanh 0.5 = 0.924$ and $t = 2$.


# %% exercise="scale_and_shift" points=3 minutes=4 lines=4
def scale_and_shift(h: Tensor, mask: Tensor, factor: Tensor) -> tuple[Tensor, Tensor]:
    """Turn a network's output into bounded log-scales and shifts that vanish where the mask is 1.

    Args:
        h: Raw log-scales and shifts, one after the other in dimension 1, shape (B, 2 C, ...).
        mask: 1 where values stay and 0 where they change; it broadcasts against (B, C, ...).
        factor: The learned factor c, one number, shape ().

    Returns:
        s and t, each of shape (B, C, ...).
    """
    ### BEGIN SOLUTION
    raw_scale, shift = h.chunk(2, dim=1)
    s = (1 - mask) * factor * raw_scale.tanh()
    t = (1 - mask) * shift
    return s, t
    ### END SOLUTION


# %% [markdown] hints="scale_and_shift"
# - Cut the channels in the middle; then two formulas.
# - `h.chunk(2, dim=1)` returns both halves; `1 - mask` is 1 where values change.
# - The factor stands outside the tanh, so that it sets how large a log-scale can become.

# %% check="scale_and_shift"
checks.coupling_flow.scale_and_shift(scale_and_shift)

# %% [markdown]
# Now the layer. Its network sees $b \odot x$, never more. `forward` goes from x to z with its log-determinant;
# `inverse` goes back, and *asks the network the same question*: $b \odot z = b \odot x$.


# %% exercise="Coupling" points=6 minutes=8 lines=5
class Coupling(nn.Module):
    """An affine coupling layer (Dinh et al. 2017, Sec. 3.2 to 3.4).

    Args:
        net: Maps (B, C, ...) to (B, 2 C, ...).
        mask: 1 where values stay and 0 where they change; it broadcasts against (B, C, ...).
        split: Turns the network's output into log-scales and shifts that vanish where the mask is 1:
            `split(h, mask, factor)` returns s and t.
    """

    def __init__(self, net: nn.Module, mask: Tensor, split=scale_and_shift):
        """Keep the network and the mask, and start the factor at 1."""
        super().__init__()
        self.net, self.split = net, split
        self.register_buffer("mask", mask)
        self.factor = nn.Parameter(torch.ones(()))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Map x (B, C, ...) to z of the same shape and log_det (B,)."""
        ### BEGIN SOLUTION
        s, t = self.split(self.net(self.mask * x), self.mask, self.factor)
        z = x * s.exp() + t
        return z, s.flatten(1).sum(1)
        ### END SOLUTION

    def inverse(self, z: Tensor) -> Tensor:
        """Map z (B, C, ...) back to x."""
        ### BEGIN SOLUTION
        s, t = self.split(self.net(self.mask * z), self.mask, self.factor)
        return (z - t) * (-s).exp()
        ### END SOLUTION


# %% [markdown] hints="Coupling"
# - Both methods begin alike: hide what changes, ask the network, split its answer.
# - `self.net(self.mask * x)`, then `self.split(..., self.mask, self.factor)`. Where the mask is 1, s and t are 0
#   already. You derived the inverse and the log-determinant above.
# - The log-determinant adds up all of s but the batch: `s.flatten(1).sum(1)`. In the inverse the shift goes first.

# %% check="Coupling"
checks.coupling_flow.Coupling(Coupling)


# %% [markdown]
# **See the triangle.** The Jacobian of your layer on 2 x 3 pixels, the values that stay put first. On the left as
# they stand in the image, checkerboard and all; on the right sorted as in the proof.

# %% tags=["plot"] expected="jacobian"
torch.manual_seed(0)
tiny = Coupling(nn.Conv2d(1, 2, 3, padding=1), checkerboard(2, 3)).double()
with torch.no_grad():
    point = torch.randn(1, 1, 2, 3, dtype=torch.float64)
matrix = torch.autograd.functional.jacobian(lambda x: tiny(x)[0], point).reshape(6, 6)
order = torch.cat([tiny.mask.flatten().nonzero(), (1 - tiny.mask.flatten()).nonzero()]).flatten()
sorted_matrix = matrix[order][:, order]
plots.fields(
    {"size of dz/dx, pixel by pixel": matrix.abs(), "sorted: what stays comes first": sorted_matrix.abs()},
    alt="Two 6 x 6 matrices; the sorted one has zeros above the diagonal, ones and then scales on it",
)
print(f"log_det of the layer {tiny(point)[1].item():.6f}, of the matrix {torch.linalg.slogdet(matrix)[1].item():.6f}")

# %% [markdown]
# ## 3. Stacking
#
# One layer changes half of the values. Maps are composed, and log-determinants add up (you derived that first):
#
# $$x \xrightarrow{f_1} h_1 \xrightarrow{f_2} \cdots \xrightarrow{f_n} z, \qquad
# \log\left|\det\frac{\partial z}{\partial x}\right| = \sum_{i=1}^n \log\left|\det \frac{\partial h_i}{\partial
# h_{i-1}}\right|$$
#
# To go back, undo the *last* layer first, as with shoes and socks.


# %% exercise="Flow" points=4 minutes=5 lines=9
class Flow(nn.Module):
    """Flows one after another: a flow as well.

    Args:
        layers: Modules with `forward`, which maps x to (z, log_det), and `inverse`, which maps z to x; any number of
            them, even none.
    """

    def __init__(self, layers: list[nn.Module]):
        """Keep the layers so that their parameters are known."""
        super().__init__()
        ### BEGIN SOLUTION
        self.layers = nn.ModuleList(layers)
        ### END SOLUTION

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Map x (B, ...) through all layers to z and the whole log_det (B,)."""
        ### BEGIN SOLUTION
        total = x.new_zeros(len(x))
        for layer in self.layers:
            x, log_det = layer(x)
            total = total + log_det
        return x, total
        ### END SOLUTION

    def inverse(self, z: Tensor) -> Tensor:
        """Map z back to x."""
        ### BEGIN SOLUTION
        for layer in reversed(self.layers):
            z = layer.inverse(z)
        return z
        ### END SOLUTION


# %% [markdown] hints="Flow"
# - Which container makes layers known to `parameters()`? Where does the sum of log-determinants start?
# - Begin with one zero per row of x (`x.new_zeros` makes some of the same kind); in the loop, let x be what the layer
#   returns, and add its log_det.
# - `reversed(self.layers)` runs through them from the last to the first; let z be what each one's `inverse` returns.

# %% check="Flow"
checks.coupling_flow.Flow(Flow)

# %% [markdown]
# If all layers had the same mask, the values that stay in the first layer would stay in all of them. So the mask
# **alternates**: $b$, then $1 - b$, then $b$ again.


# %% exercise="alternating" points=3 minutes=3 lines=1
def alternating(make, mask: Tensor, count: int) -> list[nn.Module]:
    """Make coupling layers, each with a network of its own, whose masks alternate: mask, 1 - mask, mask, ...

    Args:
        make: `make(mask)` makes a new coupling layer with this mask.
        mask: The first layer's mask, zeros and ones.
        count: Number of layers.

    Returns:
        The layers, in their order.
    """
    ### BEGIN SOLUTION
    return [make(mask if i % 2 == 0 else 1 - mask) for i in range(count)]
    ### END SOLUTION


# %% [markdown] hints="alternating"
# - Whether a layer's number is even decides.
# - Call `make` once per layer, in a loop or a list comprehension.
# - `mask if i % 2 == 0 else 1 - mask` is the mask of layer i, counted from 0.

# %% check="alternating"
checks.coupling_flow.alternating(alternating)

# %% [markdown]
# ## 4. Training, first in the plane
#
# Maximum likelihood again: make the mean of $-\log p(x)$ small. The flow then pushes the data towards the middle of
# the normal distribution (the first term likes small z) without collapsing it to a point (the second term,
# `log_det`, forbids that).
#
# Once in each family of models you write the training loop yourself. Flows with their exact likelihood overfit
# quickly and visibly on small data, so yours gets what every practical loop has: **early stopping**. After each epoch
# it measures the loss on validation data; it remembers the weights of the best epoch; it ends when the best epoch is
# `patience` epochs ago; and it hands back the best weights, not the last ones. With patience 2 and validation losses
# 3, 1, 2, 2, it ends after the fourth epoch with the weights of the second.


# %% exercise="fit" points=5 minutes=7 lines=13
def fit(
    model: nn.Module, loss, optimizer: torch.optim.Optimizer, batches: list, validate, epochs: int, patience: int
) -> list[float]:
    """Train with one step per batch and stop early; the model ends with the weights of its best epoch.

    Args:
        model: The network to train.
        loss: `loss(model, x, y)` returns the loss of a batch, a scalar tensor.
        optimizer: Holds the network's parameters.
        batches: Pairs (x, y); one epoch goes through all of them once, in their order.
        validate: `validate(model)` returns the validation loss, a float; call it once after each epoch.
        epochs: The most epochs to train for, at least 1.
        patience: End after this many epochs in a row without a new lowest validation loss; an equal one is no new one.

    Returns:
        The validation losses, one per epoch.
    """
    ### BEGIN SOLUTION
    losses = []
    for epoch in range(epochs):
        for x, y in batches:
            optimizer.zero_grad()
            loss(model, x, y).backward()
            optimizer.step()
        losses.append(validate(model))
        best = losses.index(min(losses))
        if best == epoch:
            weights = copy.deepcopy(model.state_dict())
        if epoch - best >= patience:
            break
    model.load_state_dict(weights)
    return losses
    ### END SOLUTION


# %% [markdown] hints="fit"
# - An outer loop over epochs, an inner one over batches; behind the inner loop comes what early stopping needs.
# - Remember two things: the number of the best epoch, and its weights. `model.state_dict()` gives the weights
#   themselves, which go on changing: what you keep must be a copy.
# - `copy.deepcopy(model.state_dict())` copies, `model.load_state_dict(weights)` at the end brings them back; `break`
#   when `epoch - best >= patience`.

# %% check="fit"
checks.coupling_flow.fit(fit)

# %% [markdown]
# **Two moons.** 2-D points whose density is anything but normal. Each coupling layer here keeps one coordinate and
# changes the other, with a small network of ordinary linear layers.


# %% tags=["setup"]
def two_moons(count: int, seed: int) -> tuple[Tensor, Tensor]:
    """Points (count, 2) on two interlocked half circles with noise, around the origin, and the number of their moon."""
    generator = torch.Generator().manual_seed(seed)
    moon = torch.randint(2, (count,), generator=generator)
    angle = math.pi * torch.rand(count, generator=generator)
    upper = torch.stack([angle.cos() - 0.5, angle.sin() - 0.25], dim=1)
    points = torch.where(moon[:, None] == 0, upper, -upper)
    return 1.4 * (points + 0.08 * torch.randn(count, 2, generator=generator)), moon


def plane_coupling(mask: Tensor) -> Coupling:
    """A coupling layer for points of the plane."""
    net = nn.Sequential(nn.Linear(2, 32), nn.SiLU(), nn.Linear(32, 32), nn.SiLU(), nn.Linear(32, 4))
    nn.init.zeros_(net[-1].weight)  # the layer starts as the identity: a gentle beginning
    nn.init.zeros_(net[-1].bias)
    return Coupling(net, mask)


def nll(model: nn.Module, x: Tensor, y: Tensor) -> Tensor:
    """Mean of -log p(x) over a batch of points, in nats."""
    return -log_prob(model, x).mean()


# %% tags=["train"]
torch.manual_seed(run.seed)
moons, moon_labels = two_moons(2048, seed=1)
held_out, held_out_labels = two_moons(2048, seed=2)
layers = run.choose(smoke=8, laptop=8, full=12)
plane_layers = alternating(plane_coupling, torch.tensor([1.0, 0.0]), layers)
plane_flow = Flow(plane_layers)
moon_batches = list(zip(moons.split(128), moon_labels.split(128), strict=True))


def moon_loss(model: nn.Module) -> float:
    """Mean of -log p(x) over the held-out points."""
    with torch.no_grad():
        return nll(model, held_out, held_out_labels).item()


moon_losses = fit(
    plane_flow,
    nll,
    torch.optim.Adam(plane_flow.parameters(), lr=2e-3),
    moon_batches,
    moon_loss,
    epochs=run.choose(smoke=20, laptop=100, full=200),
    patience=20,
)
run.record(moons_nats=min(moon_losses))
print(f"{len(moon_losses)} epochs; best: {min(moon_losses):.3f} nats per held-out point, in epoch", end=" ")
print(1 + moon_losses.index(min(moon_losses)))

# %% [markdown]
# **Does it add up?** A density must enclose a volume of 1, whatever the weights. Add it up over a fine grid.

# %% tags=["plot"] expected="moons"
side = torch.linspace(-3, 3, 241)
grid = torch.cartesian_prod(side, side)
with torch.no_grad():
    moon_density = log_prob(plane_flow, grid).exp().reshape(241, 241)
    drawn = plane_flow.inverse(torch.randn(1024, 2, generator=torch.Generator().manual_seed(run.seed)))
print(f"the density of your flow adds up to {moon_density.sum() * (side[1] - side[0]) ** 2:.4f}")
plots.planes(
    {"held-out data": held_out[:1024], "drawn by your flow": drawn},
    density=moon_density,
    extent=(-3, 3),
    title="Data, samples, and the density that the flow has learned",
    alt="Three squares: points on two moons, similar points drawn by the flow, and a density that glows along both moons",
)

# %% [markdown]
# **Predict first.** We now follow the data through the layers, from x (two moons) to z (one round cloud). Layer 1
# keeps the first coordinate and moves points only up and down. What will the sheet of straight grid lines look like
# after one layer? And at the end: what becomes of the empty gap between the moons?

# %% [markdown] tags=["notes"]
# *My prediction:*

# %% tags=["plot"] expected="warped"
straight = torch.linspace(-2, 2, 9)
fine = torch.linspace(-2, 2, 81)
sheet = [torch.stack([fine, torch.full((81,), float(c))], 1) for c in straight]
sheet += [torch.stack([torch.full((81,), float(c)), fine], 1) for c in straight]


def after(count: int, points: Tensor) -> Tensor:
    """Points after the first `count` layers of the flow."""
    with torch.no_grad():
        return Flow(list(plane_layers[:count]))(points)[0]


def show_layers(*counts: int) -> None:
    """Draw held-out points and a sheet of grid lines after so many layers."""
    names = {count: "data x" if count == 0 else f"after layer {count}" for count in counts}
    plots.planes(
        {name: after(count, held_out[:1024]) for count, name in names.items()},
        labels=held_out_labels[:1024],
        lines=[[after(count, line) for line in sheet] for count in counts],
        extent=(-4, 4),
        alt="Points and grid lines after some layers: the moons are bent, layer by layer, into one round cloud",
    )


show_layers(0, 1, 2, layers // 2, layers)

# %% [markdown]
# Move the slider to go through the layers one by one.

# %% tags=["plot"]
widgets.explore(lambda layer: show_layers(layer), layer=(0, layers, layers))

# %% [markdown] answer="warped" points=4 minutes=6
# **Reading the layers.** Refer to your own pictures. (a) What can a single layer do to the sheet, and what not? How
# does that follow from the formula of the coupling? (b) What happens in the next layer, and why is that enough?
# (c) Look at the gap between the moons at the end. Is it gone? Explain what an invertible smooth map can never do,
# and where that shows in the learned density. (d) What would `log_prob` reward if the term `log_det` were left out?
# (At most 200 words.)
#
# ### BEGIN SOLUTION
# **Model answer.** (a) Vertical grid lines stay vertical and in place, because the first coordinate is kept; along
# each of them points are stretched or squeezed and moved, by amounts that depend on the first coordinate. Points of
# one vertical line keep their order, since $\exp(s) > 0$. (b) The mask alternates, so the next layer moves points
# sideways depending on their height, and now every value has changed; alternating many simple moves bends the moons
# as far as needed. (c) The gap is squeezed to a thin seam but never closed: a continuous map with a continuous
# inverse does not tear or glue space, so two separate moons stay separate and a connected cloud must come from a
# connected region. In the density this shows as a thin bridge (a filament) of low but not vanishing density between
# or around the moons. (d) Only small z would be rewarded: the best flow would shrink everything to the origin, and
# the density would no longer add up to 1.
#
# **Rubric (4 points).** (1) One coordinate kept, scale and shift along the other, seen in the picture. (1) Alternation
# makes all values change. (1) No tearing, with the seam or the filament seen. (1) Collapse without the
# log-determinant. Half: "the layers make it Gaussian" without the mechanism.
# ### END SOLUTION

# %% [markdown]
# ## 5. From pixels to real numbers
#
# Pixels are levels $0, 1, \dots, K - 1$, and a flow needs a density. A density that is trained on whole numbers can
# grow without bound: it puts an ever narrower spike on each level, and learns nothing about images. The cure is to
# fill the gaps with noise: **dequantisation**,
#
# $$v = \frac{x + u}{K}, \qquad u \text{ uniform on } [0, 1)
# \qquad\text{(Theis et al. 2016, Sec. 3.1)}$$
#
# Level $x$ becomes a random point of its own interval $[x/K, (x+1)/K)$. For example, $K = 4$, $x = 3$, $u = 0.5$:
# $v = 0.875$. The map $x + u \to v$ shrinks each of the $D$ values by $K$, so its log-determinant is $-D \log K$.


# %% exercise="dequantise" points=3 minutes=3 lines=3
def dequantise(x: Tensor, u: Tensor, levels: int) -> tuple[Tensor, Tensor]:
    """Spread levels over [0, 1) by uniform noise.

    Args:
        x: Levels 0..levels-1, of any integer type such as uint8, shape (B, C, H, W).
        u: Uniform numbers in [0, 1), floating point, shape (B, C, H, W).
        levels: Number of levels K.

    Returns:
        v in [0, 1), of the shape and the type of u, and log_det of the map from x + u to v, shape (B,).
    """
    ### BEGIN SOLUTION
    v = (x + u) / levels
    log_det = torch.full((len(x),), -math.log(levels) * x[0].numel()).to(u)
    return v, log_det
    ### END SOLUTION


# %% [markdown] hints="dequantise"
# - A formula, and a number that is the same for every image.
# - How many values does an image have, and by what factor does each shrink? Shrinking has a negative logarithm.
# - `x[0].numel()` counts the values of one image; `torch.full((len(x),), number)` repeats a number for each image.

# %% check="dequantise"
checks.coupling_flow.dequantise(dequantise)

# %% [markdown] answer="dequantisation" points=4 minutes=6
# **What the noise costs.** Let $p(w)$ be the flow's density of $w = x + u$, and define the probability of an image
# $x$ by $P(x) = \int_{[0,1)^D} p(x + u)\,du$. (a) Why is $P$ a probability distribution over images? (b) Show
# $\mathbb E_u[\log p(x + u)] \le \log P(x)$. So what can you say about the number of bits that we report? (c) What
# does a flow that is trained *without* noise do, and why is its likelihood worthless? (d) Name a way to make the gap
# in (b) smaller. (At most 200 words.)
#
# ### BEGIN SOLUTION
# **Model answer.** (a) The unit cubes $x + [0, 1)^D$ are disjoint. If the flow only gives density to $[0, K)^D$, they
# cover all of it, so the $P(x) \ge 0$ add up to $\int p = 1$. (Ours does: the logit maps exactly this cube, up to
# $\alpha$. Were some density outside, the sum would be below 1, and reported bits still not too low.) (b) $u$ is
# uniform on the unit cube, so $P(x) = \mathbb E_u[p(x + u)]$, and by Jensen's inequality (the logarithm is concave)
# $\log \mathbb E_u[p] \ge \mathbb E_u[\log p]$. What we report, the average of $-\log p(x + u)$, is an upper bound of
# the true cost of the images: the model is at least as good as reported. (c) Real images then lie on a grid of
# isolated points; the flow puts spikes there whose height is limited by rounding only, so the likelihood tends to
# infinity for any $x$ on the grid and says nothing about images. (d) Learn the noise: variational dequantisation
# (another flow draws $u$ given $x$), or average several draws inside the logarithm as in notebook 04.
#
# **Rubric (4 points).** (1) Disjoint cubes that cover. (1) Jensen with $P$ as an expectation, in the right direction,
# and that the reported bits are an upper bound. (1) Spikes on whole numbers, unbounded density. (1) Variational
# dequantisation or importance weighting. Half for (b) without saying what it means for the reported number.
# ### END SOLUTION

# %% [markdown]
# ### The logit
#
# $v$ is trapped in $[0, 1)$ while normal noise lives on the whole line. The logit leads out (you derived its density
# in section 1). Exactly at 0 and 1 it is infinite, so pixels are first pulled inwards a little:
#
# $$y = \alpha + (1 - 2 \alpha)\, v, \qquad z = \log y - \log(1 - y),
# \qquad \log\frac{dz}{dv} = \log(1 - 2\alpha) - \log y - \log(1 - y)$$
#
# (after Dinh et al. 2017, Sec. 4.1, who pull at one end only). For example, $\alpha = 0.1$ and $v = 0$: $y = 0.1$, $z = \log\frac{0.1}{0.9} =
# -2.197$, and the log-derivative is $\log 0.8 - \log 0.1 - \log 0.9 = 2.185$.


# %% exercise="Logit" points=4 minutes=5 lines=6
class Logit(nn.Module):
    """The flow from pixels v in [0, 1] to the real line.

    Args:
        alpha: How far pixels are kept from 0 and 1, 0 < alpha < 1/2.
    """

    def __init__(self, alpha: float):
        """Keep alpha."""
        super().__init__()
        self.alpha = alpha

    def forward(self, v: Tensor) -> tuple[Tensor, Tensor]:
        """Map v (B, C, H, W) to z of the same shape and log_det (B,)."""
        ### BEGIN SOLUTION
        y = self.alpha + (1 - 2 * self.alpha) * v
        slope = math.log(1 - 2 * self.alpha) - y.log() - (1 - y).log()
        return y.log() - (1 - y).log(), slope.flatten(1).sum(1)
        ### END SOLUTION

    def inverse(self, z: Tensor) -> Tensor:
        """Map z (B, C, H, W) back to v, which for large z lies a little outside of [0, 1]."""
        ### BEGIN SOLUTION
        return (z.sigmoid() - self.alpha) / (1 - 2 * self.alpha)
        ### END SOLUTION


# %% [markdown] hints="Logit"
# - Three formulas stand above; the log-derivative of every value is added up over the image.
# - Compute y once and use it twice. The inverse undoes the two steps in reverse: first the logit, then the pull.
# - The logistic function `z.sigmoid()` undoes the logit.

# %% check="Logit"
checks.coupling_flow.Logit(Logit)

# %% [markdown]
# ### Bits per dimension of an image
#
# All the pieces of one image's cost: draw noise, dequantise, ask the model for $\log p(v)$, add the log-determinant
# of the dequantisation, and convert nats to bits:
#
# $$\text{bits/dim} = -\frac{\log p(v) - D \log K}{D \log 2}$$
#
# Forgetting the term $-D \log K$ is the most common mistake in published code; it makes 8-bit images look 8 bits/dim
# cheaper, down to "negative bits".


# %% exercise="bits_per_dim" points=3 minutes=4 lines=3
def bits_per_dim(x: Tensor, u: Tensor, levels: int, log_prob, dequantise=dequantise) -> Tensor:
    """Compute the cost of each image in bits per dimension.

    Args:
        x: Levels 0..levels-1, an integer tensor of shape (B, C, H, W).
        u: Uniform noise in [0, 1), shape (B, C, H, W).
        levels: Number of levels K.
        log_prob: `log_prob(v)` returns the model's log-densities in nats, shape (B,).
        dequantise: `dequantise(x, u, levels)` returns v and its log_det.

    Returns:
        Bits per dimension, shape (B,).
    """
    ### BEGIN SOLUTION
    v, log_det = dequantise(x, u, levels)
    nats = log_prob(v) + log_det
    return -nats / (x[0].numel() * math.log(2))
    ### END SOLUTION


# %% [markdown] hints="bits_per_dim"
# - The log-determinants of all steps add up, that of the dequantisation too.
# - Two calls give two numbers per image, in nats; likely images should cost few bits.
# - Change the sign, divide by the number of values of an image and by `math.log(2)`.

# %% check="bits_per_dim"
checks.coupling_flow.bits_per_dim(bits_per_dim)

# %% [markdown]
# **Three numbers that you can foresee.** Pixels that are pure noise, all levels equally likely, cannot be predicted:
# they cost $\log_2 K$ bits each, 8 for $K = 256$. Ask your own functions, for three models that know nothing:
# (1) $v$ is uniform; (2) the logit of $v$ follows the logistic distribution, which is what the logit makes of uniform
# $v$ but for the pull by $\alpha$; (3) the logit of $v$ is standard normal, where a trained flow starts.

# %% tags=["plot"]
ALPHA = 0.01
every_level = torch.arange(256).repeat_interleave(64).reshape(-1, 1, 1, 1)
even_noise = ((torch.arange(64) + 0.5) / 64).double().repeat(256).reshape(-1, 1, 1, 1)


def logistic_log_prob(v: Tensor) -> Tensor:
    """Log-density of pixels whose logit is logistic."""
    z, log_det = Logit(ALPHA)(v)
    return (F.logsigmoid(z) + F.logsigmoid(-z)).flatten(1).sum(1) + log_det


for model, density_of_v in {
    "uniform": lambda v: torch.zeros(len(v)),
    "logit, logistic": logistic_log_prob,
    "logit, normal": lambda v: log_prob(Logit(ALPHA), v),
    "alpha 1e-6, normal": lambda v: log_prob(Logit(1e-6), v),
}.items():
    mean_cost = bits_per_dim(every_level, even_noise, 256, density_of_v).mean()
    print(f"{model:>18}: {mean_cost:.4f} bits per dimension")
print(f"the pull alone costs -log2(1 - 2 alpha) = {-math.log2(1 - 2 * ALPHA):.4f} bits")

# %% [markdown]
# The first is exactly 8. The second is more by exactly what the pull costs: some density lies outside of $[0, 1)$,
# where no pixel is. The third knows nothing and pays for a wrong shape; without any pull it would cost $8 + (\pi^2/6 +
# \tfrac12 \log 2\pi - 2) / \log 2 = 8.8135$ bits, and the last line comes close to that. A flow must get below these
# numbers by what it *learns*.
#
# ## 6. A flow for images
#
# Checkerboards work on single pixels. To let channels work together, first make some: **squeeze** every 2 x 2 block
# of pixels into 4 channels of one pixel, so that $(C, H, W)$ becomes $(4C, H/2, W/2)$ (Dinh et al. 2017, Sec. 3.6).
# Nothing is computed, values only move, so the volume stays and `log_det` is 0. In any order within a block: the next
# layers learn to live with it.


# %% exercise="Squeeze" points=3 minutes=3 lines=2
class Squeeze(nn.Module):
    """The flow that turns each block of 2 x 2 pixels into 4 channels of one pixel."""

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Map (B, C, H, W), H and W even, to (B, 4 C, H / 2, W / 2) and a log_det of zeros (B,)."""
        ### BEGIN SOLUTION
        return F.pixel_unshuffle(x, 2), x.new_zeros(len(x))
        ### END SOLUTION

    def inverse(self, z: Tensor) -> Tensor:
        """Map (B, 4 C, H / 2, W / 2) back to (B, C, H, W)."""
        ### BEGIN SOLUTION
        return F.pixel_shuffle(z, 2)
        ### END SOLUTION


# %% [markdown] hints="Squeeze"
# - Number the pixels of a 4 x 4 image and write down what the four 2 x 2 blocks are. A plain `reshape` to the new
#   shape would not take blocks, but rows.
# - PyTorch has a pair of functions for this: look for `pixel_unshuffle`. Or reshape to (B, C, H/2, 2, W/2, 2), permute,
#   and reshape again.
# - `F.pixel_unshuffle` goes there, `F.pixel_shuffle` back, both with a factor of 2; `x.new_zeros` makes zeros of the
#   kind that x is.

# %% check="Squeeze"
checks.coupling_flow.Squeeze(Squeeze)

# %% [markdown]
# **The network inside a coupling** may be anything. Ours is small and convolutional: a first layer, residual blocks,
# and a last layer that starts at zero, so that the untrained flow is the identity. Below it, the whole image flow:
#
# logit → checkerboard couplings → squeeze → channel couplings and checkerboard couplings → un-squeeze.


# %% tags=["setup"]
class Conditioner(nn.Module):
    """A convolutional network from (B, C, H, W) to (B, 2 C, H, W) that starts as zero."""

    def __init__(self, channels: int, width: int, blocks: int):
        """Make the first layer, the residual blocks (3 x 3, then 1 x 1) and the last layer."""
        super().__init__()
        self.first = nn.Conv2d(channels, width, 3, padding=1)
        self.blocks = nn.ModuleList(
            nn.Sequential(nn.ReLU(), nn.Conv2d(width, width, 3, padding=1), nn.ReLU(), nn.Conv2d(width, width, 1))
            for _ in range(blocks)
        )
        self.last = nn.Conv2d(width, 2 * channels, 3, padding=1)
        nn.init.zeros_(self.last.weight)
        nn.init.zeros_(self.last.bias)

    def forward(self, x: Tensor) -> Tensor:
        """Raw scales and shifts, in the precision of x whatever the layers computed in."""
        h = self.first(x)
        for block in self.blocks:
            h = h + block(h)
        return self.last(F.relu(h)).to(x.dtype)


class Unsqueeze(nn.Module):
    """The inverse of `Squeeze` as a flow."""

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Map (B, 4 C, H, W) to (B, C, 2 H, 2 W) and a log_det of zeros."""
        return Squeeze().inverse(x), torch.zeros(len(x)).to(x)

    def inverse(self, z: Tensor) -> Tensor:
        """Map (B, C, 2 H, 2 W) back to (B, 4 C, H, W)."""
        return Squeeze()(z)[0]


# %% tags=["setup"]
dataset = data.load(run.dataset, device=run.device)
K, (C, H, W) = dataset.levels, dataset.shape
run.record(data=dataset.name, checksum=dataset.checksum)
if dataset.note:
    print(dataset.note)
print(f"{dataset.name}: {len(dataset.train):,} training images of {C} x {H} x {W} values with {K} levels")
small = H < 16  # the digits: fewer pixels, smaller networks
WIDTH = run.choose(smoke=24, laptop=32, full=96)
BLOCKS = run.choose(smoke=1, laptop=1, full=3)


def couplings(channels: int, width: int, mask: Tensor, count: int) -> list[nn.Module]:
    """Coupling layers with convolutional networks and alternating masks."""
    return alternating(lambda mask: Coupling(Conditioner(channels, width, BLOCKS), mask), mask, count)


def image_flow() -> Flow:
    """The flow from pixels v (B, C, H, W) to z of the same shape."""
    return Flow(
        [
            Logit(ALPHA),
            *couplings(C, WIDTH // 2, checkerboard(H, W), run.choose(smoke=2, laptop=2, full=4)),
            Squeeze(),
            *couplings(4 * C, WIDTH, channel_mask(4 * C), run.choose(smoke=4, laptop=6, full=8)),
            *couplings(4 * C, WIDTH, checkerboard(H // 2, W // 2), run.choose(smoke=2, laptop=4, full=4)),
            Unsqueeze(),
        ]
    ).to(run.device, memory_format=torch.channels_last)  # the order of values in memory that convolutions like best


# %% tags=["plot"]
plots.image_grid(
    dataset.test.images[:16], dataset.levels, columns=8, title="Sixteen images that the model will not be trained on"
)


# %% [markdown]
# **Training** minimises bits per dimension with fresh noise for every batch. Validation and test get *one* fixed draw
# of noise, so that numbers can be compared. `training.fit` is the workbook's loop: it shows progress and survives an
# interruption (the square button; run the cell again to go on). `early_stopping.Best` does beside it what your `fit`
# does: it keeps the best epoch's weights. On MNIST the laptop preset goes through the images twice, where 32 times is
# usual in courses and the full preset goes through them over a hundred times: expect the cost still to fall when it ends.


# %% tags=["setup"]
def cost(model: nn.Module, x: Tensor, u: Tensor) -> Tensor:
    """Bits per dimension of each image, shape (B,)."""
    return bits_per_dim(x, u, K, lambda v: log_prob(model, v))


def fresh_cost(model: nn.Module, x: Tensor, y: Tensor) -> Tensor:
    """Mean bits per dimension of a batch with fresh noise."""
    return cost(model, x, torch.rand(x.shape, device=x.device)).mean()


@torch.no_grad()
def cost_on(model: nn.Module, split: data.Split, seed: int) -> float:
    """Mean bits per dimension over a part of the data, with one draw of noise, in float32."""
    generator = torch.Generator().manual_seed(seed)
    noise = torch.rand(split.images.shape, generator=generator)
    parts = zip(split.images.split(250), noise.split(250), strict=True)
    return torch.cat([cost(model, x, u.to(x.device)) for x, u in parts]).mean().item()


def train(model: nn.Module, name: str, steps: int) -> training.History:
    """Train in whole epochs that come nearest to the steps, and end with the best epoch's weights."""
    batch_size = run.choose(smoke=32, laptop=32, full=128)
    batches = data.Batches(dataset.train, batch_size=batch_size, seed=run.seed, drop_last=True)
    validation = dataset.validation.first(run.choose(smoke=1_000, laptop=1_000, full=5_000))
    best = early_stopping.Best(model, run, name, patience=run.choose(smoke=20, laptop=20, full=30))
    history = training.fit(
        model,
        fresh_cost,
        batches,
        optimizer=training.adam(model, lr=run.choose(smoke=1e-2, laptop=4e-3, full=1e-3)),
        scheduler=training.warmup_cosine,
        clip=100.0,
        epochs=max(1, round(steps / len(batches))),
        validate=lambda: cost_on(model, validation, seed=1),
        on_epoch=best,
        name=name,
        run=run,
        config={"data": dataset.checksum},
    )
    best.restore(history)
    return history


# %% tags=["train"]
torch.manual_seed(run.seed)
flow = image_flow()
flow_steps = run.choose(smoke=600, laptop=1_200 if small else 3_400, full=3_000 if small else 60_000)
flow_history = train(flow, "flow", flow_steps)

# %% tags=["plot"] expected="loss"
flow_bits = cost_on(flow, dataset.test, seed=0)
run.record(test_bits_per_dim=flow_bits, train_seconds=flow_history.seconds)
plots.curves(
    {"training": flow_history.curve(), "validation": flow_history.epoch_curve("validation")},
    x_label="step",
    y_label="bits per dimension",
    levels={"test, best epoch": flow_bits},
    settled=True,
    title=f"Coupling flow on {dataset.name}: {flow_bits:.3f} bits per dimension on the test set",
    alt="The training and validation cost fall steeply and then slowly; the test cost is a dashed line near their end",
)
print(
    f"pure noise: {math.log2(K):.3f} bits per dimension; your flow on all {len(dataset.test):,} test images:", end=" "
)
print(f"{flow_bits:.3f}")
references.beside(run, dataset.name, test_bits_per_dim=flow_bits)

# %% [markdown]
# ### Sampling: one pass backwards
#
# Draw $z$, run the flow backwards to $v$, and read off the level in whose interval $v$ lies: level $k$ for $v \in
# [k/K, (k+1)/K)$. The pull by $\alpha$ lets $v$ stick out of $[0, 1)$ a little; such values take the nearest level.


# %% exercise="sample" points=3 minutes=4 lines=2
@torch.no_grad()
def sample(flow: nn.Module, z: Tensor, levels: int) -> Tensor:
    """Turn noise into images.

    Args:
        flow: `flow.inverse(z)` returns v, nearly in [0, 1).
        z: Noise, shape (B, C, H, W).
        levels: Number of levels K.

    Returns:
        Levels 0..levels-1, an int64 tensor of the shape of v.
    """
    ### BEGIN SOLUTION
    v = flow.inverse(z)
    return (v * levels).long().clamp(0, levels - 1)
    ### END SOLUTION


# %% [markdown] hints="sample"
# - It is the dequantisation undone: which level's interval holds v?
# - Multiply by the number of levels, round *down*, and clamp.
# - `.long()` cuts off the fraction of a number, and `.clamp` takes the lowest and the highest level that are allowed.

# %% check="sample"
checks.coupling_flow.sample(sample)

# %% [markdown]
# **Predict first.** The likelihood of a PixelCNN (notebook 02) is of the same kind. How do the times of scoring and of
# drawing 16 images compare here?

# %% [markdown] tags=["notes"]
# *My prediction:*

# %% tags=["plot"] expected="samples"
noise = torch.randn(16, C, H, W, generator=torch.Generator().manual_seed(run.seed)).to(run.device)


def fastest(work) -> float:
    """Seconds of the fastest of five runs, as the first one also warms up."""
    times = []
    for _ in range(5):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


samples = sample(flow, noise, K)
u = torch.rand(samples.shape, device=samples.device)
sampling_seconds = fastest(lambda: sample(flow, noise, K).sum().item())
with torch.no_grad():
    scoring_seconds = fastest(lambda: cost(flow, samples, u).sum().item())
run.record(sampling_seconds=sampling_seconds, sampling_over_scoring=sampling_seconds / scoring_seconds)
plots.image_grid(samples, K, columns=8, title="Samples of your flow", alt="Sixteen images drawn by the flow")
print(f"scoring 16 images: {scoring_seconds:.3f} s; drawing them: {sampling_seconds:.3f} s")
many = torch.randn(1000, C, H, W, generator=torch.Generator().manual_seed(run.seed + 1)).to(run.device)
drawn = torch.cat([sample(flow, part, K) for part in many.split(100)])
run.keep_samples(drawn, levels=K, dataset=dataset, model="coupling flow")  # for 10_evaluation

# %% [markdown]
# **There and back.** Every image has its own z, and z gives the image back, exactly up to rounding. Straight lines
# between two codes, run backwards, pass through images that nobody drew.

# %% tags=["plot"] expected="between"
with torch.no_grad():
    ends = dataset.test.images[:4]
    middle = torch.full(ends.shape, 0.5, device=ends.device)
    codes = flow(dequantise(ends, middle, K)[0])[0]
    there_and_back = (sample(flow, codes, K) == ends).float().mean().item()
    steps = torch.linspace(0, 1, 8, device=ends.device).reshape(-1, 1, 1, 1)
    between = [(1 - steps) * codes[i] + steps * codes[i + 1] for i in (0, 2)]
run.record(round_trip=there_and_back)
plots.image_grid(
    sample(flow, torch.cat(between), K),
    K,
    columns=8,
    title="From one test image to another, on straight lines in z",
    alt="Two rows of eight images; each begins and ends with a test image",
)
print(f"{there_and_back:.2%} of the pixels of four test images come back exactly")

# %% [markdown] answer="flow_study" points=4 minutes=6
# **What a flow gives and what it costs, from your own run.** (a) Compare the times of scoring and drawing, and explain
# them by the structure of a coupling layer. (b) How many values has z, how many has x, and why must it be so? Name one
# advantage and one price. (c) Your flow's cost and the cost of pure noise: how many times smaller is the best file
# that a compressor built from your flow could write? Is the reported number too high or too low? (d) What do the
# samples get right and what not, and why may that be? (At most 200 words.)
#
# ### BEGIN SOLUTION
# **Model answer.** (a) Both take one pass through the same networks, so the times are about equal (the ratio was near
# 1): forward and inverse of a coupling both call the network once, on the part that stays. Nothing is sequential, as
# it is in a PixelCNN. (b) The same number, $D$, since an invertible smooth map keeps the dimension. Advantage: no
# information is lost, so the likelihood is exact and every image has its own code. Price: no compression to few latent
# variables, and all layers must carry $D$ values. (c) The ratio is (bits/dim of noise) / (bits/dim of the flow), for
# instance 8 / 1.47 or about 5.4. Reported bits are an upper bound because of the dequantisation (and vary slightly with
# the one draw of noise). (d) Strokes and their thickness are right; whole digits are often broken: each layer only
# sees a small window, the training was short, and the likelihood is dominated by local detail such as background
# pixels, which the noise alone makes expensive.
#
# **Rubric (4 points).** (1) One pass each way, with the measured ratio, and why. (1) Same dimension, with an advantage
# and a price. (1) The ratio from their own numbers, upper bound. (1) Local against global quality with a reason. Half:
# "samples are bad because it trained too little" alone.
# ### END SOLUTION

# %% [markdown]
# ## 7. Optional: several scales
#
# All layers so far carry all values, to the end. A **multi-scale** flow sets half of the channels aside after some
# layers: they are declared finished and go straight to z, and the remaining layers work on the other half alone (Dinh
# et al. 2017, Sec. 3.6). That halves the work of every later layer, so that a third scale can be afforded, and lets
# coarse and fine structure go to different places.
#
# What is set aside is still part of $z$. Its prior term $\log \pi_0$ belongs to $\log p(x)$; forget it, and the flow
# hides there whatever is difficult, for free. The safe way is never to take it out of $z$: a flow that acts on the
# first half of the channels and leaves the others alone *is* a flow, with z in the shape of x.


# %% exercise="FactorOut" points=4 minutes=6 lines=6 optional=true
class FactorOut(nn.Module):
    """The flow that sets the second half of the channels aside and sends the first half through another flow.

    Args:
        flow: A flow on (B, C / 2, H, W) that keeps the shape: `flow(x)` returns (z, log_det), `flow.inverse(z)` x.
    """

    def __init__(self, flow: nn.Module):
        """Keep the flow."""
        super().__init__()
        self.flow = flow

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Map (B, C, H, W), C even, to z of the same shape, channels in their order, and log_det (B,)."""
        ### BEGIN SOLUTION
        onward, aside = x.chunk(2, dim=1)
        z, log_det = self.flow(onward)
        return torch.cat([z, aside], dim=1), log_det
        ### END SOLUTION

    def inverse(self, z: Tensor) -> Tensor:
        """Map z (B, C, H, W) back to x."""
        ### BEGIN SOLUTION
        onward, aside = z.chunk(2, dim=1)
        return torch.cat([self.flow.inverse(onward), aside], dim=1)
        ### END SOLUTION


# %% [markdown] hints="FactorOut"
# - Cut the channels, change one half, put both together again.
# - `x.chunk(2, dim=1)` and `torch.cat([...], dim=1)`. What does a map that leaves values alone add to log_det?
# - log_det is the inner flow's; in `inverse` only the first half goes through `self.flow.inverse`.

# %% check="FactorOut"
checks.coupling_flow.FactorOut(FactorOut)


# %% tags=["setup"]
def multi_scale_flow() -> Flow:
    """As `image_flow`, but half of the channels leave after the channel couplings, and a third scale follows."""
    wide = run.choose(smoke=24, laptop=48, full=128)
    inner = Flow(
        [
            *couplings(2 * C, WIDTH, checkerboard(H // 2, W // 2), run.choose(smoke=2, laptop=4, full=4)),
            Squeeze(),
            *couplings(8 * C, wide, channel_mask(8 * C), run.choose(smoke=2, laptop=4, full=8)),
            Unsqueeze(),
        ]
    )
    return Flow(
        [
            Logit(ALPHA),
            *couplings(C, WIDTH // 2, checkerboard(H, W), run.choose(smoke=2, laptop=2, full=4)),
            Squeeze(),
            *couplings(4 * C, WIDTH, channel_mask(4 * C), run.choose(smoke=2, laptop=4, full=8)),
            FactorOut(inner),
            Unsqueeze(),
        ]
    ).to(run.device, memory_format=torch.channels_last)


# %% tags=["train"]
torch.manual_seed(run.seed)
try:
    multi_scale = multi_scale_flow()
    multi_scale_history = train(multi_scale, "multi_scale", flow_steps)
except NotImplementedError:
    multi_scale = multi_scale_history = None  # its exercise is optional
    print("`FactorOut` is left out; expected/multi_scale.png shows the workbook's own.")

# %% tags=["plot"] expected="multi_scale"
if multi_scale is not None:
    multi_scale_bits = cost_on(multi_scale, dataset.test, seed=0)
    run.record(multi_scale_test_bits_per_dim=multi_scale_bits, multi_scale_seconds=multi_scale_history.seconds)
    plots.curves(
        {"one scale": flow_history.curve(), "several scales": multi_scale_history.curve()},
        x_label="step",
        y_label="bits per dimension",
        settled=True,
        title="Training cost of both flows",
        alt="Two falling curves",
    )
    print(f"test bits per dimension: one scale {flow_bits:.3f} ({flow_history.seconds:.0f} s of training),", end=" ")
    print(f"several scales {multi_scale_bits:.3f} ({multi_scale_history.seconds:.0f} s)")
    plots.image_grid(
        sample(multi_scale, noise, K), K, columns=8, title="Samples of the multi-scale flow, from the same noise"
    )
    references.beside(run, dataset.name, test_bits_per_dim=flow_bits, multi_scale_test_bits_per_dim=multi_scale_bits)

# %% [markdown]
# **What was seen.** In the reference run of the laptop preset on MNIST both flows ended about level, near 1.47 bits per
# dimension, after two passes through the images: a third scale pays only when training is long enough to use it. For
# comparison, tutorial 11 of the UvA Deep Learning course reports 1.078 for a coupling flow, 1.043 with variational
# dequantisation and 1.020 with several scales too, all after much longer training on a GPU.

# %% [markdown]
# ## 8. Among its relatives
#
# | model | exact likelihood | scoring | sampling | today |
# |---|---|---|---|---|
# | PixelCNN (02) | yes | one pass | one step per value | the same idea, on words, is every large language model |
# | VAE (03, 04) | a lower bound | one pass, many for a tight bound | one pass | codes for other models |
# | **coupling flow** | yes, of the dequantised image | one pass | one pass | physics (lattice fields, molecules), variational inference, sound |
# | masked autoregressive flow (06) | yes | one pass | one pass per value, fewer with tricks | density estimation, anomaly scores |
# | GAN (07, 08) | none | none | one pass | fast synthesis, image translation |
#
# **What to take with you.** To be invertible, let a network decide *how* to change one part of the data by looking at
# the other part only. To have a density, keep account of the volume. Everything else is stacking.
#
# **Going further.** (1) Variational dequantisation: let another flow draw $u$ given $x$ (Ho et al. 2019, Flow++).
# (2) Replace the fixed split of channels by a learned, invertible 1 x 1 convolution (Kingma and Dhariwal 2018, Glow):
# what is its log-determinant? (3) Draw with less noise, $z$ times 0.7: what do samples gain and lose?
