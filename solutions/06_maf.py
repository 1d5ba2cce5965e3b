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

# %% [markdown] title="Masked autoregressive flows: densities that notice what is unusual" reading=20 machine=8 figures="test_auroc test_average_precision prevalence digits_test_bits_per_dim mean_class_auroc failure_auroc parallel_over_step"
# # Masked autoregressive flows: densities that notice what is unusual
#
# ![Histograms of the scores of normal and of other images, which overlap only in part](expected/scores.png)
#
# The model behind this picture has only ever seen chest X-rays of healthy children. Nobody told it what pneumonia
# looks like. It was asked one thing: how probable is this image? Images of ill lungs came out less probable than most
# images of healthy ones, and that alone separates the two groups better than chance by far.
#
# **The question of this notebook:** how does one build a density of images that is exact and flexible, what does it
# cost to sample from it, and how far can one trust "improbable" to mean "abnormal"?
#
# **What to know first.**
# *Change of variables*: if $z = f(x)$ with an invertible $f$, then $\log p(x) = \log p_z(f(x)) + \log|\det \partial z
# / \partial x|$. Where $f$ stretches space, the density is high.
# *Determinants*: the determinant of a triangular matrix is the product of its diagonal.
# *Chain rule of probability*: $p(x) = \prod_i p(x_i \mid x_{<i})$.
# *In PyTorch*: a module's
# [buffers](https://docs.pytorch.org/docs/stable/generated/torch.nn.Module.html#torch.nn.Module.register_buffer) move
# and are saved with it and are not trained.
#
# Nothing from an earlier notebook is needed. The papers: Germain, Gregor, Murray, Larochelle, *MADE: Masked
# Autoencoder for Distribution Estimation* (2015), and Papamakarios, Pavlakou, Murray, *Masked Autoregressive Flow for
# Density Estimation* (2017).

# %% [markdown]
# | symbol | in code | meaning |
# |---|---|---|
# | $x$ | `x` | a batch of vectors, one per image, shape `(B, D)` |
# | $x_{<i}$ | `x[:, :i]` | the values before $x_i$ |
# | $D$ | `dims` | number of values of an image |
# | $z$ | `z` | what the flow makes of $x$; standard normal if the flow is perfect, shape `(B, D)` |
# | $t_i,\ \log s_i$ | `t`, `log_s` | shift and log-scale of value $i$, functions of $x_{<i}$, shape `(B, D)` each |
# | $\log\lvert\det \partial z / \partial x\rvert$ | `log_det` | how much the flow stretches space at $x$, shape `(B,)` |
# | $K$ | `levels` | number of grey levels |
# | $u$ | `u` | uniform numbers in $[0, 1)$ that fill the gaps between levels |
# | $m,\ v$ | `mean`, `var` | mean and variance that batch norm divides out, shape `(D,)` |
#
# In this notebook and in 05, **a flow maps $x \to z$ and returns `(z, log_det)`**, and $\log p(x) = \log
# \mathcal N(z; 0, I) + $ `log_det`. Log-likelihoods are in nats unless we say bits per dimension: nats divided by $D
# \log 2$.

# %% [markdown] tags=["notes"]
# **My sources.** Name here whoever helped you, and every text, program or assistant that you used, with what you took
# from it. Whether working together is allowed is for your instructor to say; naming it always is.

# %% tags=["parameters"]
PRESET = "laptop"  # "smoke" (seconds), "laptop" (minutes) or "full" (a GPU)
DATASET = "pneumonia"  # what data.load takes; where it is missing the embedded digits are used
SEED = 0

# %% tags=["setup"]
import copy
import dataclasses
import math
import time

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from helpers import checks, data, early_stopping, plots, presets, references, training, widgets

run = presets.start(PRESET, DATASET, SEED, name="06_maf")
run = dataclasses.replace(run, precision="32-true")  # half precision is too coarse for shifts, scales and densities

# %% [markdown]
# The flow is built and timed on the embedded digits (8 x 8 pixels, 17 grey levels), which train in seconds. The data
# set of the parameters cell is for the second half, the search for anomalies.

# %% tags=["setup"]
digits = data.load("digits", device=run.device)
dataset = data.load(run.dataset, device=run.device)
run.record(data=dataset.name, checksum=dataset.checksum)
if dataset.note:
    print(dataset.note)
print(f"{dataset.name}: {len(dataset.train):,} training images, classes: {', '.join(dataset.classes)}")

# %% [markdown]
# ## 1. A flow that goes through an image value by value
#
# The chain rule makes a model of $D$ values out of $D$ models of one value. Let each of them be a normal distribution
# whose mean and width may depend on everything before it. Written as a map from data to noise:
#
# $$z_i = x_i \exp\big(\log s_i(x_{<i})\big) + t_i(x_{<i}), \qquad i = 1, \dots, D$$
#
# (Papamakarios et al. 2017, Eq. 3 and 4, write the same map with $\alpha_i = -\log s_i$ and $\mu_i = -t_i / s_i$.)
# Whatever functions $t_i$ and $\log s_i$ are, this map has two gifts:
#
# * $z_i$ depends on $x_1, \dots, x_i$ only, so its Jacobian is **triangular**, with $s_i$ on the diagonal. Hence
#   $\log|\det \partial z / \partial x| = \sum_i \log s_i$: no determinant has to be computed.
# * It is **invertible**, since $s_i > 0$: from $z_1$ you get $x_1$, from $z_2$ and $x_1$ you get $x_2$, and so on.
#
# **By hand.** $D = 2$, $x = (2, 1)$. Let $\log s_1 = 0$ and $t_1 = -1$ (they depend on nothing), $\log s_2 = \log 3$
# and $t_2 = x_1$. Then $z_1 = 2 \cdot 1 - 1 = 1$, $z_2 = 1 \cdot 3 + 2 = 5$, and `log_det` is $0 + \log 3 = 1.099$.


# %% exercise="maf_forward" points=3 minutes=4 lines=2
def maf_forward(net, x: Tensor) -> tuple[Tensor, Tensor]:
    r"""Map data to noise, $z_i = x_i \exp(\log s_i(x_{<i})) + t_i(x_{<i})$, with the log-determinant.

    Args:
        net: `net(x)` returns t and log_s, each of shape (B, D), whose column i depends on x_<i only.
        x: Data, shape (B, D).

    Returns:
        z, shape (B, D), and log |det dz/dx|, shape (B,).
    """
    ### BEGIN SOLUTION
    t, log_s = net(x)
    return x * log_s.exp() + t, log_s.sum(1)
    ### END SOLUTION


# %% [markdown] hints="maf_forward"
# - Ask the network once; both results follow from its two outputs.
# - The formula is elementwise. The log of a product of scales is a sum of log-scales, one sum for each row.
# - `log_s.exp()` are the scales, and `.sum(1)` adds up within a row.

# %% check="maf_forward"
checks.maf.maf_forward(maf_forward)

# %% [markdown]
# If the flow is good, $z$ looks like standard normal noise, and
#
# $$\log p(x) = \sum_{i=1}^D \log \mathcal N(z_i; 0, 1) + \log\left|\det \frac{\partial z}{\partial x}\right|,
# \qquad \log \mathcal N(z_i; 0, 1) = -\tfrac12 z_i^2 - \tfrac12 \log 2\pi$$
#
# In the example above, $\log p(x) = -\tfrac12(1 + 25) - \log 2\pi + 1.099 = -13.74$.


# %% exercise="log_prob" points=3 minutes=3 lines=2
def log_prob(z: Tensor, log_det: Tensor) -> Tensor:
    r"""Compute $\log p(x)$ in nats from what a flow returns.

    Args:
        z: Noise, shape (B, D).
        log_det: Log-determinants of dz/dx, shape (B,).

    Returns:
        Log-likelihoods, shape (B,).
    """
    ### BEGIN SOLUTION
    log_base = -0.5 * z**2 - 0.5 * math.log(2 * math.pi)
    return log_base.sum(1) + log_det
    ### END SOLUTION


# %% [markdown] hints="log_prob"
# - The values of z are independent, so their log-densities add up. The log-determinant is added once.
# - Every one of the D values brings its own $\tfrac12 \log 2\pi$.
# - `0.5 * z**2` and `0.5 * math.log(2 * math.pi)` belong to each value; sum both over dimension 1, and mind all signs.

# %% check="log_prob"
checks.maf.log_prob(log_prob)

# %% [markdown]
# Training is maximum likelihood: the loss is the average of $-\log p(x)$ over a batch.


# %% exercise="nll" points=2 minutes=2 lines=2
def nll(flow, x: Tensor, log_prob=log_prob) -> Tensor:
    r"""Compute the loss of a batch, the mean of $-\log p(x)$, in nats per image.

    Args:
        flow: `flow(x)` returns z (B, D) and log_det (B,).
        x: Data, shape (B, D).
        log_prob: `log_prob(z, log_det)` returns log-likelihoods (B,).

    Returns:
        The loss, a scalar tensor.
    """
    ### BEGIN SOLUTION
    z, log_det = flow(x)
    return -log_prob(z, log_det).mean()
    ### END SOLUTION


# %% [markdown] hints="nll"
# - Three steps: the flow, the log-likelihood, the average with the sign that makes likely images cheap.
# - `flow(x)` gives exactly the two things that `log_prob` asks for.
# - Minus the mean of `log_prob(z, log_det)`.

# %% check="nll"
checks.maf.nll(nll)

# %% [markdown]
# ## 2. MADE: all conditionals in one network
#
# $D$ networks, one for each $i$, would be slow. MADE is *one* network with $D$ inputs whose outputs for $i$ see
# $x_{<i}$ only. The trick is a number for every unit, its **degree**:
#
# * input $i$ has degree $i$ (they count from 1);
# * a hidden unit of degree $m$ may know the inputs $1, \dots, m$ and no other;
# * the outputs for value $i$ have degree $i$, and may know the inputs $1, \dots, i - 1$.
#
# So a connection from a unit of degree $m$ to one of degree $m'$ is allowed when nothing forbidden can flow along it:
#
# $$\text{into a hidden unit: } m' \ge m, \qquad \text{into an output: } m' > m
# \qquad\text{(Germain et al. 2015, Eq. 8 and 9)}$$
#
# All other weights are multiplied by zero. For inputs of degrees 1, 2, 3 and hidden units of degrees 1, 2 the two
# masks are (rows: the layer's outputs, columns: its inputs)
#
# $$\text{hidden: } \begin{pmatrix} 1 & 0 & 0 \\ 1 & 1 & 0 \end{pmatrix} \qquad
# \text{output: } \begin{pmatrix} 0 & 0 \\ 1 & 0 \\ 1 & 1 \end{pmatrix}$$
#
# The first output sees nothing at all, as it should: $p(x_1)$ depends on nothing.


# %% exercise="degree_mask" points=3 minutes=4 lines=2
def degree_mask(in_degrees: Tensor, out_degrees: Tensor, strict: bool) -> Tensor:
    """Make the mask of a layer by the degree rule.

    Args:
        in_degrees: Degrees of the layer's inputs, integers, shape (I,).
        out_degrees: Degrees of its outputs, integers, shape (O,).
        strict: True for the last layer, whose outputs must not see their own degree.

    Returns:
        1 where a connection is allowed and 0 elsewhere, floating point, shape (O, I) as weights of `nn.Linear` have it.
    """
    ### BEGIN SOLUTION
    column, row = out_degrees[:, None], in_degrees[None, :]
    return (column > row if strict else column >= row).float()
    ### END SOLUTION


# %% [markdown] hints="degree_mask"
# - Every pair of an output and an input is one comparison of two degrees.
# - Make a column of output degrees and a row of input degrees; comparing them broadcasts to a table.
# - `out_degrees[:, None]` is the column, `in_degrees[None, :]` the row; `strict` chooses between `>` and `>=`.

# %% check="degree_mask"
checks.maf.degree_mask(degree_mask)

# %% [markdown]
# A linear layer that obeys a mask. **Predict first:** would it be enough to set the forbidden weights to zero once,
# when the layer is made? (Think of what an optimiser does to them.) The check tries it.


# %% exercise="MaskedLinear" points=3 minutes=3 lines=3
class MaskedLinear(nn.Linear):
    """A linear layer with a bias, whose weights count only where the mask is 1.

    Args:
        mask: Zeros and ones, shape (out_features, in_features).
    """

    def __init__(self, mask: Tensor):
        """Make a linear layer of the mask's size and remember the mask."""
        out_features, in_features = mask.shape
        ### BEGIN SOLUTION
        super().__init__(in_features, out_features)
        self.register_buffer("mask", mask.to(self.weight.dtype))
        ### END SOLUTION

    def forward(self, x: Tensor) -> Tensor:
        """Map (B, in_features) to (B, out_features)."""
        ### BEGIN SOLUTION
        return F.linear(x, self.weight * self.mask, self.bias)
        ### END SOLUTION


# %% [markdown] hints="MaskedLinear"
# - `nn.Linear` does everything but the mask: which two methods must know about it?
# - Keep the mask as a buffer, so that it moves to the GPU with the layer; multiply it in at every call.
# - `F.linear(x, ..., self.bias)` takes any weight you hand it: which one?

# %% check="MaskedLinear"
checks.maf.MaskedLinear(MaskedLinear)


# %% tags=["setup"]
def masked_linear(in_degrees: Tensor, out_degrees: Tensor, strict: bool) -> nn.Module:
    """Make a linear layer that obeys the degree rule."""
    return MaskedLinear(degree_mask(in_degrees, out_degrees, strict))


# %% [markdown]
# Now the network. Hidden units get the degrees $1, 2, \dots, D-1, 1, 2, \dots$ in turn. (A hidden unit of degree $D$
# would see all inputs, so that no output could listen to it: wasted.) The last layer has $2D$ outputs: first the $D$
# shifts, then the $D$ log-scales, each with degrees $1, \dots, D$.
#
# A scale of $e^{20}$ in the first minutes of training ruins everything after it, so the **log-scales are clamped to
# $[-5, 5]$**. Shifts are not.


# %% exercise="MADE" points=6 minutes=9 lines=10
class MADE(nn.Module):
    """Shifts t_i and log-scales log s_i that depend on x_<i only.

    Args:
        dims: Number of values D, at least 2.
        width: Units of each hidden layer.
        depth: Number of hidden layers, at least 1; a ReLU follows each of them.
        linear: Makes a layer: `linear(in_degrees, out_degrees, strict)`.
    """

    def __init__(self, dims: int, width: int, depth: int = 1, linear=masked_linear):
        """Make the layers; hidden unit k (from 0) has degree k mod (D - 1) + 1."""
        super().__init__()
        ### BEGIN SOLUTION
        values, hidden = torch.arange(dims) + 1, torch.arange(width) % (dims - 1) + 1
        layers, degrees = [], values
        for _ in range(depth):
            layers += [linear(degrees, hidden, False), nn.ReLU()]
            degrees = hidden
        layers.append(linear(degrees, torch.cat([values, values]), True))
        self.net = nn.Sequential(*layers)
        ### END SOLUTION

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Map x (B, D) to t and log_s, each (B, D), with log_s clamped to [-5, 5]."""
        ### BEGIN SOLUTION
        t, log_s = self.net(x).chunk(2, dim=1)
        return t, log_s.clamp(-5, 5)
        ### END SOLUTION


# %% [markdown] hints="MADE"
# - Three kinds of layers: from the values to the hidden units, between hidden units, and to the outputs. Which of them
#   is strict?
# - Keep "the degrees of the layer before" in a variable while you loop over the depth. The output degrees are the
#   values' degrees twice, one after the other.
# - `torch.arange(dims) + 1` and `torch.arange(width) % (dims - 1) + 1` are the degrees; `.chunk(2, dim=1)` cuts the
#   outputs into shifts and log-scales.

# %% check="MADE"
checks.maf.MADE(MADE)

# %% [markdown]
# What depends on what, in a MADE of six values. The picture is a Jacobian: rows are outputs, columns inputs.

# %% tags=["plot"] expected="dependence"
torch.manual_seed(0)
made = MADE(6, width=60, depth=2)
points = torch.randn(50, 6)


def influence(output: int) -> Tensor:
    """Mean size of the derivatives of one output of the MADE (0: shifts, 1: log-scales), shape (6, 6)."""
    rows = torch.autograd.functional.jacobian(lambda x: made(x)[output].sum(0), points)
    return rows.abs().mean(1)


plots.fields(
    {"shifts t": influence(0), "log-scales log s": influence(1)},
    title="Which value (row) listens to which (column); white: exactly zero",
    alt="Two 6 x 6 maps, coloured strictly below the diagonal, white on and above it",
)

# %% [markdown]
# ## 3. A stack of them
#
# One layer models each $x_i$ as normal given the values before it; $x_1$ comes out exactly normal, whatever the data.
# Stacking layers helps only if **the order is reversed** in between: then the first value of one layer, which saw
# nothing, is the last of the next and sees everything. Reversing is a permutation: its log-determinant is zero.
#
# Between the layers, **batch norm** keeps the values in a healthy range. As a flow layer it must be invertible and
# report its log-determinant:
#
# $$z = \frac{x - m}{\sqrt{v + \epsilon}} \odot \exp(\gamma) + \beta, \qquad
# \log\left|\det\frac{\partial z}{\partial x}\right| = \sum_{i=1}^D \left(\gamma_i - \tfrac12 \log(v_i +
# \epsilon)\right)$$
#
# (Papamakarios et al. 2017, Appendix B.) **In training**, $m$ and $v$ are the batch's own mean and
# variance (the mean of squared deviations, dividing by $B$), and running averages of both are kept. **At test time**
# the running averages take their place: otherwise $\log p(x)$ of an image would depend on which other images happen
# to be in its batch. The inverse is only ever used at test time, so it uses the running averages.
#
# **By hand.** One value, $m = 2$, $v = 4$, $\epsilon \approx 0$, $\gamma = \log 3$, $\beta = 1$. Then $x = 6$ becomes
# $z = (6 - 2) / 2 \cdot 3 + 1 = 7$, and the log-determinant is $\log 3 - \tfrac12 \log 4 = \log 1.5$.


# %% exercise="BatchNorm" points=6 minutes=9 lines=10
class BatchNorm(nn.Module):
    """Batch norm as a layer of a flow.

    Args:
        dims: Number of values D.
        momentum: Share of a batch in the running averages: new = (1 - momentum) * old + momentum * of the batch.
        eps: Added to the variance.
    """

    def __init__(self, dims: int, momentum: float = 0.1, eps: float = 1e-5):
        """Make gamma and beta (learned), and the running mean and variance (buffers)."""
        super().__init__()
        self.momentum, self.eps = momentum, eps
        self.gamma = nn.Parameter(torch.zeros(dims))
        self.beta = nn.Parameter(torch.zeros(dims))
        self.register_buffer("mean", torch.zeros(dims))
        self.register_buffer("var", torch.ones(dims))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Map x (B, D) to z (B, D) and log |det dz/dx| (B,); in training mode also update the running averages."""
        ### BEGIN SOLUTION
        if self.training:
            mean, var = x.mean(0), x.var(0, unbiased=False)
            self.mean.lerp_(mean.detach(), self.momentum)
            self.var.lerp_(var.detach(), self.momentum)
        else:
            mean, var = self.mean, self.var
        z = (x - mean) / (var + self.eps).sqrt() * self.gamma.exp() + self.beta
        log_det = (self.gamma - 0.5 * (var + self.eps).log()).sum()
        return z, log_det.expand(len(x))
        ### END SOLUTION

    def inverse(self, z: Tensor) -> Tensor:
        """Map z (B, D) back to x (B, D), with the running averages."""
        ### BEGIN SOLUTION
        x = (z - self.beta) * (-self.gamma).exp()
        return x * (self.var + self.eps).sqrt() + self.mean
        ### END SOLUTION


# %% [markdown] hints="BatchNorm"
# - `self.training` says which mean and variance to use. Everything after that choice is the same formula.
# - Compute the statistics over dimension 0 without Bessel's correction; update the buffers in place with the detached
#   ones; the log-determinant is one number, the same for every row of the batch.
# - `x.var(0, unbiased=False)` is the variance; `average.lerp_(new.detach(), share)` moves an average;
#   `.expand(len(x))` repeats a number for each row. Undo the four steps of z in reverse order.

# %% check="BatchNorm"
checks.maf.BatchNorm(BatchNorm)

# %% [markdown]
# The whole flow: $n$ times a layer, its batch norm, and the reversal of the order. To go back, undo the *last* thing
# first.


# %% exercise="MAF" points=5 minutes=7 lines=13
class MAF(nn.Module):
    """A stack of autoregressive layers; after each of them a norm, then the order of the values is reversed.

    Args:
        dims: Number of values D.
        count: Number of layers.
        make_layer: `make_layer(dims)` makes a layer with `forward`, x -> (z, log_det), and `inverse`, z -> x.
        make_norm: `make_norm(dims)` makes such a layer, too.
    """

    def __init__(self, dims: int, count: int, make_layer, make_norm=BatchNorm):
        """Make the layers and the norms, each with weights of its own."""
        super().__init__()
        ### BEGIN SOLUTION
        self.layers = nn.ModuleList(make_layer(dims) for _ in range(count))
        self.norms = nn.ModuleList(make_norm(dims) for _ in range(count))
        ### END SOLUTION

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Map x (B, D) to z (B, D) and the log-determinant of the whole map (B,)."""
        ### BEGIN SOLUTION
        total = x.new_zeros(len(x))
        for layer, norm in zip(self.layers, self.norms, strict=True):
            x, log_det = layer(x)
            total = total + log_det
            x, log_det = norm(x)
            total = total + log_det
            x = x.flip(1)
        return x, total
        ### END SOLUTION

    def inverse(self, z: Tensor) -> Tensor:
        """Map z (B, D) back to x (B, D)."""
        ### BEGIN SOLUTION
        for layer, norm in zip(reversed(self.layers), reversed(self.norms), strict=True):
            z = layer.inverse(norm.inverse(z.flip(1)))
        return z
        ### END SOLUTION


# %% [markdown] hints="MAF"
# - Shoes and socks: what was put on last comes off first.
# - Keep layers and norms in `nn.ModuleList`s, or their weights are not found. Log-determinants of maps in a row add
#   up.
# - Start a total with one zero per row (`new_zeros`); `flip` along dimension 1 reverses the order, and undoes
#   itself; `reversed` walks through a ModuleList backwards.

# %% check="MAF"
checks.maf.MAF(MAF)

# %% [markdown]
# ## 4. Training on digits
#
# A density is for real numbers; grey levels are integers. A model that put a sharp spike on each level would have an
# unbounded likelihood and no use. So the gaps are filled with uniform noise, and the unit interval is then opened up
# by the logit, because a flow to Gaussian noise has a hard time with walls at 0 and 1:
#
# $$p = \alpha + (1 - 2\alpha)\,\frac{x + u}{K}, \qquad y = \log p - \log(1 - p), \qquad u \sim \mathcal U[0, 1)$$
#
# (Papamakarios et al. 2017, Appendix; $x$ are levels $0, \dots, K - 1$.) The small $\alpha$ keeps $p$ away from 0 and
# 1. This map stretches space as well, so its log-determinant belongs to the likelihood of the image:
#
# $$\frac{dy_i}{dx_i} = \frac{1 - 2\alpha}{K}\left(\frac1{p_i} + \frac1{1 - p_i}\right) = \frac{1 - 2\alpha}{K\,p_i (1 -
# p_i)}$$
#
# **By hand.** $K = 2$, $\alpha = 0$, $x = 1$, $u = \tfrac12$: $p = \tfrac34$, $y = \log 3$, and $dy/dx = \tfrac12 /
# (\tfrac34 \cdot \tfrac14) = 2.67$.


# %% exercise="to_logits" points=4 minutes=5 lines=4
def to_logits(x: Tensor, u: Tensor, levels: int, alpha: float) -> tuple[Tensor, Tensor]:
    r"""Fill the gaps between grey levels and map the result to the whole line.

    Args:
        x: Levels 0..levels-1 of any numeric type, shape (B, D).
        u: Uniform noise in [0, 1), shape (B, D).
        levels: Number of levels K.
        alpha: Distance that is kept from 0 and 1.

    Returns:
        y, shape (B, D), and log |det dy/dx|, shape (B,).
    """
    ### BEGIN SOLUTION
    p = alpha + (1 - 2 * alpha) * (x + u) / levels
    log_det = math.log((1 - 2 * alpha) / levels) - p.log() - (1 - p).log()
    return p.log() - (1 - p).log(), log_det.sum(1)
    ### END SOLUTION


# %% [markdown] hints="to_logits"
# - Two maps in a row: an affine one into $(0, 1)$, then the logit. Their log-derivatives add up.
# - The noise is added to the *level*, before the division: a level and its noise fill an interval of length 1 out of K.
# - The log-derivative of one value is `math.log((1 - 2 * alpha) / levels)` minus two logarithms; sum over dimension 1.

# %% check="to_logits"
checks.maf.to_logits(to_logits)

# %% [markdown]
# The rest is given: the layer that joins your functions, and bits per dimension, which must count the logit's
# log-determinant. (Where there is no flow yet and the pixels are uniform, a model that knew this would pay exactly
# $\log_2 K$ bits for each.)


# %% tags=["setup"]
FAR = 5.0


class Autoregressive(nn.Module):
    """One layer of the flow: your `maf_forward`, and an inverse of which there will be two.

    The network sees a value beyond `FAR` as `FAR`. Few data get there, so it would make up shifts and scales for them;
    on the way from noise to data such a value sends those after it further off, and in the end numbers overflow. In
    both directions alike, and still of earlier values only: it is a flow, and the inverse stays exact.
    """

    def __init__(self, dims: int, width: int, depth: int = 1, linear=masked_linear):
        """Make the MADE, with small weights at the end: the layer starts close to the identity."""
        super().__init__()
        layers = []

        def remembered(*degrees) -> nn.Module:
            layers.append(linear(*degrees))
            return layers[-1]

        self.net = MADE(dims, width, depth, remembered)
        with torch.no_grad():
            for parameter in layers[-1].parameters():
                if parameter.ndim > 1:  # weights, and no biases
                    parameter.mul_(0.1)
        self.solve = None  # becomes maf_inverse, or parallel_inverse

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Map x (B, D) to z and log_det."""
        return maf_forward(self.near, x)

    def inverse(self, z: Tensor) -> Tensor:
        """Map z (B, D) to x."""
        return self.solve(self.near, z)

    def near(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Shifts and log-scales, from values within [-FAR, FAR]."""
        return self.net(x.clamp(-FAR, FAR))


def make_flow(dims: int, width: int, depth: int = 1, count: int = 5, linear=masked_linear) -> MAF:
    """A MAF of `count` layers on the run's device."""
    return MAF(dims, count, lambda dims: Autoregressive(dims, width, depth, linear)).to(run.device)


ALPHA = 0.01


def noisy_logits(images: Tensor, levels: int, generator: torch.Generator | None = None) -> tuple[Tensor, Tensor]:
    """Levels (B, C, H, W) as logits (B, D) with fresh noise, and their log-determinant (B,)."""
    x = images.flatten(1).float()
    u = torch.rand(x.shape, generator=generator, device=x.device if generator is None else generator.device)
    return to_logits(x, u.to(x.device), levels, ALPHA)


@torch.no_grad()
def bits_per_image(flow: nn.Module, split: data.Split) -> Tensor:
    """Bits per dimension of every image of a split, shape (N,), with one draw of the noise for everybody."""
    flow.eval()
    generator = torch.Generator().manual_seed(0)
    parts = []
    for images in split.images.split(500):
        y, opened = noisy_logits(images, split.levels, generator)
        nats = -(log_prob(*flow(y)) + opened)
        parts.append(nats / (y.shape[1] * math.log(2)))
    return torch.cat(parts)


def logits_loss(flow: nn.Module, images: Tensor, labels: Tensor) -> Tensor:
    """The loss on images of the digits, without the logit's log-determinant, which no weight can change."""
    return nll(flow, noisy_logits(images, digits.levels)[0])


# %% [markdown]
# **Predict first.** 1,266 images are few, and the flow has hundreds of thousands of weights. How will the loss on
# images that it is *not* trained on go on while the training loss falls?

# %% [markdown] tags=["notes"]
# *My prediction:*

# %% tags=["train"]
torch.manual_seed(run.seed)
flow = make_flow(digits.train.images[0].numel(), width=256)
best = early_stopping.Best(flow, run, "digits", patience=8)
history = training.fit(
    flow,
    logits_loss,
    data.Batches(digits.train, batch_size=64, seed=run.seed, drop_last=True),
    optimizer=training.adam(flow, lr=1e-3, weight_decay=1e-4),
    clip=5.0,
    epochs=60,
    name="digits",
    run=run,
    validate=lambda: {"validation": bits_per_image(flow, digits.validation).mean().item()},
    on_epoch=best,
)
epoch = best.restore(history)

# %% tags=["plot"] expected="digits"
digits_bits = bits_per_image(flow, digits.test).mean().item()
train_bits = bits_per_image(flow, digits.train).mean().item()
run.record(digits_test_bits_per_dim=digits_bits, digits_train_bits_per_dim=train_bits, digits_seconds=history.seconds)
plots.curves(
    {"validation": history.epoch_curve("validation")},
    x_label="step",
    y_label="bits per dimension",
    levels={"test, best epoch": digits_bits},
    title=f"MAF on digits: {digits_bits:.3f} bits per dimension on the test digits",
    alt="The validation curve falls steeply, flattens, and rises a little at the end; the test figure is a dashed line below it",
)
print(f"best epoch {epoch} of {len(history.epochs)}; training digits {train_bits:.3f}, test digits {digits_bits:.3f}")
print(f"uniform pixels would cost {math.log2(digits.levels):.3f} bits per dimension")
references.beside(run, dataset.name, digits_test_bits_per_dim=digits_bits)

# %% [markdown]
# The curve flattens and begins to turn upwards, while the training images go on getting cheaper: from there on the flow
# learns them by heart. **Early stopping** keeps the weights of the lowest point, chosen on the *validation* images, and
# the test images are looked at once, at the end.
#
# ## 5. Sampling, and why it is slow
#
# To draw an image, draw $z \sim \mathcal N(0, I)$ and invert the flow. In one layer,
#
# $$x_i = \big(z_i - t_i(x_{<i})\big) \exp\big(-\log s_i(x_{<i})\big)$$
#
# and here is the catch: $t_i$ needs $x_{<i}$, which must be computed *first*.


# %% exercise="maf_inverse" points=4 minutes=5 lines=5
@torch.no_grad()
def maf_inverse(net, z: Tensor) -> Tensor:
    r"""Map noise to data, value by value: $x_i = (z_i - t_i(x_{<i})) \exp(-\log s_i(x_{<i}))$.

    Args:
        net: `net(x)` returns t and log_s, each of shape (B, D), whose column i depends on x_<i only.
        z: Noise, shape (B, D); it is not changed.

    Returns:
        x, shape (B, D), with `maf_forward(net, x)[0]` equal to z.
    """
    ### BEGIN SOLUTION
    x = torch.zeros_like(z)
    for i in range(z.shape[1]):
        t, log_s = net(x)
        x[:, i] = (z[:, i] - t[:, i]) * (-log_s[:, i]).exp()
    return x
    ### END SOLUTION


# %% [markdown] hints="maf_inverse"
# - Begin with zeros. Which value can be computed at once, since its shift and scale depend on nothing?
# - Loop over the values from the first to the last; run the network on x as it is; fill in one column.
# - `net(x)` always gives all columns of `t` and `log_s`; use column `i` only, and write into `x[:, i]`.

# %% check="maf_inverse"
checks.maf.maf_inverse(maf_inverse)

# %% [markdown]
# **Predict first.** A training step on 128 digits runs the network forwards and backwards once. Drawing 64 digits: how
# many times longer will it take? The course whose problems this notebook follows measured 854 on its images.

# %% [markdown] tags=["notes"]
# *My prediction:*


# %% tags=["setup"]
def seconds_of(work, repeats: int = 3) -> float:
    """The median time of a function without arguments, after one call to warm up."""
    times = []
    for _ in range(repeats + 1):
        start = time.perf_counter()
        work()
        if run.device.type == "cuda":
            torch.cuda.synchronize()
        times.append(time.perf_counter() - start)
    return sorted(times[1:])[repeats // 2]


def step_seconds(flow: nn.Module, x: Tensor) -> float:
    """Time of a training step of the flow on a batch x (B, D); what the steps change is put back."""
    kept = copy.deepcopy(flow.state_dict())
    optimizer = training.adam(flow.train(), lr=1e-4)

    def step() -> None:
        optimizer.zero_grad()
        nll(flow, x).backward()
        optimizer.step()

    seconds = seconds_of(step, repeats=9)
    flow.load_state_dict(kept)
    return seconds


@torch.no_grad()
def draw(flow: MAF, z: Tensor, solve) -> Tensor:
    """Invert a flow with one of the two ways to solve a layer."""
    flow.eval()
    for layer in flow.layers:
        layer.solve = solve
    return flow.inverse(z)


def to_levels(y: Tensor, split: data.Split) -> Tensor:
    """Logits (B, D) back to grey levels (B, C, H, W)."""
    levels = (y.sigmoid() - ALPHA) / (1 - 2 * ALPHA) * split.levels
    return levels.floor().clamp(0, split.levels - 1).reshape(len(y), *split.images.shape[1:])


# %% tags=["plot"] expected="samples"
noise = torch.randn(64, digits.train.images[0].numel(), generator=torch.Generator().manual_seed(run.seed))
noise = noise.to(run.device)
training_step = step_seconds(flow, noisy_logits(digits.train.images[:128], digits.levels)[0])
start = time.perf_counter()
samples = draw(flow, noise, maf_inverse)
sampling = time.perf_counter() - start
run.record(step_seconds=training_step, sampling_seconds=sampling, sampling_over_step=sampling / training_step)
plots.image_grid(
    to_levels(samples[:32], digits.train),
    digits.levels,
    columns=8,
    title="Digits drawn from your flow",
    alt="Thirty-two small images drawn by the flow; some look like digits, others have the strokes of one without its form",
)
print(
    f"a training step of 128: {training_step * 1e3:.1f} ms; drawing 64: {sampling:.2f} s, {sampling / training_step:.0f} x"
)

# %% [markdown] answer="sequential" points=3 minutes=4
# **Why sampling is sequential.** (a) Why does drawing take so much longer than a training step, though both use the
# same network? What is the number of network passes of each, for a flow of $n$ layers and $D$ values? (b) How do you
# expect the ratio to change from 8 x 8 to 28 x 28 pixels? (c) Would the coupling layers of notebook 05 have the same
# problem? (At most 150 words.)
#
# ### BEGIN SOLUTION
# **Model answer.** (a) In training all of $x$ is known, so all $t_i$ and $\log s_i$ come out of one pass through
# each layer: $n$ passes forwards, and about twice that work backwards. In drawing, $t_i$ needs $x_{<i}$, which is only
# known when the $i - 1$ values before it are, so each layer needs $D$ passes one after the other, $n D$ in all. (b)
# The number of passes grows with $D$, from 64 to 784, so about twelve times; the exact ratio depends on how well the
# machine is filled by one pass (course: 854). (c) No: in a coupling layer half of the values stay as they are and
# determine the shift and scale of the other half, so its inverse is one pass too.
#
# **Rubric (3 points).** (1) One pass per layer against $D$, because $t_i$ needs earlier $x$. (1) The ratio grows with
# $D$, with a number. (1) Coupling layers invert in one pass, with the reason. Half: "sampling is a loop in Python".
# ### END SOLUTION

# %% [markdown]
# ### Closing the gap: solve all equations at once
#
# The inverse is the solution of a system of equations, $x = g(x)$ with $g(x)_i = (z_i - t_i(x_{<i})) \exp(-\log
# s_i(x_{<i}))$. Start anywhere, say at the noise itself, and apply $g$ again and again, **to all values in parallel**:
#
# * After one pass $x_1$ is exact, since it depends on nothing. After two, $x_2$ is exact as well. After $D$ passes all
#   are: never worse than the sequential way.
# * In practice most values hardly depend on most others, and the iteration settles much earlier. So stop as soon as no
#   value moved by more than a tolerance.
#
# (Song, Meng, Ermon, *Accelerating Feedforward Computation via Parallel Nonlinear Equation Solving* (2021); in
# numerics it is the Jacobi method.)


# %% exercise="parallel_inverse" points=5 minutes=6 lines=7
@torch.no_grad()
def parallel_inverse(net, z: Tensor, tolerance: float = 1e-4) -> Tensor:
    """Map noise to data by fixed-point iteration on all values at once.

    Stop when no value of the batch moved by more than `tolerance` in the last pass, and after D passes at the latest.

    Args:
        net: `net(x)` returns t and log_s, each of shape (B, D), whose column i depends on x_<i only.
        z: Noise, shape (B, D); it is not changed.
        tolerance: Largest move of a value that counts as none.

    Returns:
        x, shape (B, D).
    """
    ### BEGIN SOLUTION
    x = z
    for _ in range(z.shape[1]):
        t, log_s = net(x)
        before, x = x, (z - t) * (-log_s).exp()
        if (x - before).abs().max() <= tolerance:
            break
    return x
    ### END SOLUTION


# %% [markdown] hints="parallel_inverse"
# - One pass: run the network on the current guess, then recompute *all* values by the formula of the inverse.
# - Loop at most D times; keep the guess before the pass, to measure the largest move.
# - `(x - before).abs().max() <= tolerance` is the condition for `break`: the largest move, not the average one.

# %% check="parallel_inverse"
checks.maf.parallel_inverse(parallel_inverse)

# %% tags=["plot"] expected="sampling_times"
quick = draw(flow, noise, parallel_inverse)
quick_seconds = seconds_of(lambda: draw(flow, noise, parallel_inverse))
gap = (quick - samples).abs().max().item()
run.record(parallel_over_step=quick_seconds / training_step, parallel_speedup=sampling / quick_seconds)
plots.bars(
    {"training step, 128": training_step, "parallel, 64": quick_seconds, "one by one, 64": sampling},
    y_label="seconds",
    title="Time on digits, D = 64",
    alt="Three bars on a logarithmic scale; the parallel sampler is close to a training step, the sequential one far above",
    logarithmic=True,
)
print(f"parallel against one by one: {sampling / quick_seconds:.0f} x faster, samples differ by at most {gap:.1e}")
many = torch.randn(1000, noise.shape[1], generator=torch.Generator().manual_seed(run.seed + 1)).to(run.device)
drawn = to_levels(draw(flow, many, parallel_inverse), digits.train)
run.keep_samples(drawn, levels=digits.levels, dataset=digits, model="MAF")  # for 10_evaluation

# %% [markdown]
# ### Optional: the mirror image
#
# Exchange the roles: let shift and scale depend on the *noise* before $i$,
#
# $$x_i = z_i \exp\big(\log s_i(z_{<i})\big) + t_i(z_{<i})$$
#
# (Kingma et al., *Improving Variational Inference with Inverse Autoregressive Flow*, 2016). Now drawing takes one pass,
# and the density of a sample *that was just drawn* comes for free: $\log p(x) = \log \mathcal N(z; 0, I) - \sum_i \log
# s_i$.


# %% exercise="iaf_sample" points=3 minutes=4 lines=3 optional=true
def iaf_sample(net, z: Tensor) -> tuple[Tensor, Tensor]:
    r"""Draw from an inverse autoregressive flow in one pass, with the log-density of what was drawn.

    Args:
        net: `net(z)` returns t and log_s, each of shape (B, D), whose column i depends on z_<i only.
        z: Standard normal noise, shape (B, D).

    Returns:
        x, shape (B, D), and log p(x) in nats, shape (B,).
    """
    ### BEGIN SOLUTION
    t, log_s = net(z)
    log_base = -0.5 * z**2 - 0.5 * math.log(2 * math.pi)
    return z * log_s.exp() + t, (log_base - log_s).sum(1)
    ### END SOLUTION


# %% [markdown] hints="iaf_sample"
# - The same affine map as before, applied to noise. Which way round is the determinant now?
# - $\log p(x)$ is the log-density of the noise, minus the log-determinant of $\partial x / \partial z$.
# - x is `z` times `log_s.exp()`, moved by `t`; three terms per value are summed over dimension 1: the square, the
#   constant, and the log-scale.

# %% check="iaf_sample"
checks.maf.iaf_sample(iaf_sample)

# %% [markdown] answer="iaf" points=3 minutes=4 optional=true
# **Who is fast at what?** Fill in, for MAF and for IAF: passes per layer to draw a sample; passes to score a sample of
# its own; passes to score a *given* image. Then: which of the two would you train by maximum likelihood on a data set,
# and which would you use as a flexible posterior $q(z \mid x)$ in a VAE, and why? (At most 150 words.)
#
# ### BEGIN SOLUTION
# **Model answer.** MAF: draw $D$, score its own sample $1$ (pass it forwards), score a given image $1$. IAF: draw $1$,
# score its own sample $0$ more (the terms are known from drawing), score a given image $D$, since the noise has to be
# recovered value by value. Maximum likelihood scores given images in every step: MAF. A VAE's encoder draws $z$ and
# needs $\log q$ of this very $z$, never of a given one: IAF. (Parallel WaveNet trains a fast IAF student from a slow
# autoregressive teacher, for the same reason.)
#
# **Rubric (3 points).** (1) MAF's passes. (1) IAF's, with the difference between own and given samples. (1) The two
# uses, with reasons. Half: "MAF is slow, IAF is fast" without saying at what.
# ### END SOLUTION

# %% [markdown]
# ### Optional: half of the products are with zeros
#
# The other half of the ratio, the training step, has slack as well. A masked layer multiplies *every* weight, and at
# the places where the mask is 0 it multiplies by zero. In a MADE the open places form a triangle, so that is nearly
# half of the work. Multiplying single numbers where the mask is 1 would be far slower, as processors are built for
# large blocks. So cut the triangle into a few **stripes**, each a small dense layer:
#
# ```text
# mask                 products of one layer     of four stripes
# 1 . . . . . . .      # # # # # # # #           # #
# 1 1 . . . . . .      # # # # # # # #           # #
# 1 1 1 . . . . .      # # # # # # # #           # # # #
# 1 1 1 1 . . . .      # # # # # # # #           # # # #
# 1 1 1 1 1 . . .      # # # # # # # #           # # # # # #
# 1 1 1 1 1 1 . .      # # # # # # # #           # # # # # #
# 1 1 1 1 1 1 1 .      # # # # # # # #           # # # # # # # #
# 1 1 1 1 1 1 1 1      # # # # # # # #           # # # # # # # #
# ```
#
# **By hand.** The mask has 36 open places; one layer computes 64 products per image, the stripes 2 · 2 + 2 · 4 + 2 · 6 +
# 2 · 8 = 40.


# %% exercise="StripedLinear" points=4 minutes=9 lines=9 optional=true
class StripedLinear(nn.Module):
    """A masked linear layer in stripes, which get only the inputs that they see.

    An output whose last open place is input k (counted from 1) of I belongs to quarter ceil(4 k / I); one that sees
    nothing belongs to the first. Neighbouring outputs of the same quarter form a stripe. A stripe is a layer of its
    own, `linear(mask)`, from the inputs up to the last one that any of its outputs sees; at least one input.

    Args:
        mask: Zeros and ones, shape (O, I).
        linear: Makes a masked layer: `linear(mask)`.
    """

    def __init__(self, mask: Tensor, linear=MaskedLinear):
        """Make a layer for each stripe, from top to bottom."""
        super().__init__()
        ### BEGIN SOLUTION
        inputs = mask.shape[1]
        last = (mask * torch.arange(1, inputs + 1)).amax(1).clamp(min=1)
        heights = torch.unique_consecutive((4 * last / inputs).ceil(), return_counts=True)[1].tolist()
        self.widths = [int(ends.max()) for ends in last.split(heights)]
        rows = zip(mask.split(heights), self.widths, strict=True)
        self.stripes = nn.ModuleList(linear(part[:, :width]) for part, width in rows)
        ### END SOLUTION

    def forward(self, x: Tensor) -> Tensor:
        """Map (B, I) to (B, O)."""
        ### BEGIN SOLUTION
        parts = zip(self.stripes, self.widths, strict=True)
        return torch.cat([stripe(x[:, :width]) for stripe, width in parts], dim=1)
        ### END SOLUTION


# %% [markdown] hints="StripedLinear"
# - Three steps: where is each output's last open place; which neighbours belong together; a layer for each group, with
#   the mask's rows of that group and its first few columns.
# - Multiply the mask by the numbers of its columns: the largest entry of a row is its last open place. Walk down the
#   rows and begin a new stripe whenever the quarter changes. The layers go into an `nn.ModuleList`.
# - `torch.unique_consecutive(quarters, return_counts=True)` gives the heights, `.split(heights)` cuts by them; the
#   outputs are put together by `torch.cat(..., dim=1)`, each stripe having got `x[:, :width]`.

# %% check="StripedLinear"
checks.maf.StripedLinear(StripedLinear)

# %% [markdown]
# **Predict first.** On images of 28 x 28 with two hidden layers of 512 units: the products fall to about two thirds. To
# what part will the time of a training step fall, on your machine?

# %% [markdown] tags=["notes"]
# *My prediction:*


# %% tags=["setup"]
def striped_linear(in_degrees: Tensor, out_degrees: Tensor, strict: bool) -> nn.Module:
    """Make a linear layer that obeys the degree rule, in stripes."""
    return StripedLinear(degree_mask(in_degrees, out_degrees, strict))


# %% tags=["plot"]
pictures = torch.randn(128, 784, device=run.device)
steps = {"one layer": step_seconds(make_flow(784, width=512, depth=2), pictures)}
try:
    steps["stripes"] = step_seconds(make_flow(784, width=512, depth=2, linear=striped_linear), pictures)
except NotImplementedError:
    print(f"`StripedLinear` is left out; a step with whole layers takes {steps['one layer']:.3f} s.")
else:
    run.record(striped_step_speedup=steps["one layer"] / steps["stripes"])
    plots.bars(
        steps,
        y_label="seconds",
        title="A training step of 128 images of 28 x 28",
        alt="Two bars: the training step with whole layers and with layers in stripes",
    )

# %% [markdown]
# The step has other parts, the optimiser for one, and smaller blocks are multiplied less efficiently: so the time falls
# by less than the number of products. A GPU may even be slower with stripes: it has more multipliers than these layers
# can keep busy, and the stripes run one after the other.

# %% [markdown]
# ## 6. Noticing what is unusual
#
# A density can be used as a detector: **train it on normal images only, and call an image anomalous if it is
# improbable.** No example of an anomaly is needed, which is just as well, since one does not know them all.
#
# Two rules keep this honest. Nothing may be learned from anomalies or from the images that are judged: not the
# weights, and not the mean and width by which images are standardised either. And the decision what to use
# (preprocessing, number of epochs) is made on validation images, never on test images.


# %% exercise="one_class" points=4 minutes=5 lines=6
def one_class(
    train: Tensor, train_labels: Tensor, other: Tensor, other_labels: Tensor, normal: int
) -> tuple[Tensor, Tensor, Tensor]:
    """Prepare the search for anomalies: standardise everything by the normal training images.

    Subtract from each value its mean over the normal training images, and divide all values by one number: the root of
    the mean square of what is left of the normal training images.

    Args:
        train: Training images, floating point, shape (N, D).
        train_labels: Their classes, shape (N,).
        other: Images to be judged, shape (M, D).
        other_labels: Their classes, shape (M,).
        normal: The class that counts as normal.

    Returns:
        The normal training images, standardised, shape (n, D), in their order; the images to be judged, standardised,
        shape (M, D); and their new labels, int64, shape (M,): 1 for an anomaly, 0 for a normal image.
    """
    ### BEGIN SOLUTION
    train = train[train_labels == normal]
    mean = train.mean(0)
    width = (train - mean).square().mean().sqrt()
    return (train - mean) / width, (other - mean) / width, (other_labels != normal).long()
    ### END SOLUTION


# %% [markdown] hints="one_class"
# - Select first, then compute statistics: of which images?
# - The mean is one number per value, over the images; the width is a single number for all values.
# - `.square().mean().sqrt()` of what is left is the width; a comparison of labels, as integers, gives the marks.

# %% check="one_class"
checks.maf.one_class(one_class)

# %% [markdown]
# The score of an image is its **negative log-likelihood**, $-\log p(x)$: the higher, the more unusual.


# %% exercise="anomaly_scores" points=3 minutes=2 lines=3
@torch.no_grad()
def anomaly_scores(flow: nn.Module, x: Tensor, log_prob=log_prob) -> Tensor:
    r"""Score images by $-\log p(x)$, each for itself.

    Args:
        flow: `flow(x)` returns z and log_det; in training mode it contains batch norm with the batch's own statistics.
        x: Images, shape (N, D).
        log_prob: `log_prob(z, log_det)` returns log-likelihoods (N,).

    Returns:
        Scores, shape (N,).
    """
    ### BEGIN SOLUTION
    flow.eval()
    return -log_prob(*flow(x))
    ### END SOLUTION


# %% [markdown] hints="anomaly_scores"
# - One number per image, not their mean. And which mode should the flow be in, so that an image's score does not
#   depend on the images beside it?
# - Switch the flow to evaluation, run it, take minus the log-likelihood.
# - `eval()` is the mode; `log_prob(*flow(x))` is the log-likelihood.

# %% check="anomaly_scores"
checks.maf.anomaly_scores(anomaly_scores)

# %% [markdown]
# ### How good is a score?
#
# A threshold turns scores into decisions: anomalous if the score is *at least* the threshold. As the threshold falls,
# more anomalies are caught (the true positive rate rises), and more normal images are accused (so does the false
# positive rate):
#
# $$\mathrm{TPR} = \frac{\text{anomalies at or above it}}{\text{all anomalies}}, \qquad
# \mathrm{FPR} = \frac{\text{normal images at or above it}}{\text{all normal images}}$$
#
# The **ROC curve** is TPR over FPR for all thresholds. Images with equal scores cannot be separated by any threshold:
# they enter together, so a curve has one point for each *different* score.
#
# **By hand.** Scores 3, 2, 2, 1 with labels 1, 1, 0, 0. No threshold reached: $(0, 0)$. Threshold 3: $(0, \tfrac12)$.
# Threshold 2 takes two images at once: $(\tfrac12, 1)$. Threshold 1: $(1, 1)$.


# %% exercise="roc_curve" points=5 minutes=7 lines=7
def roc_curve(scores: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """Compute the ROC curve, one point per different score, from (0, 0) to (1, 1).

    Args:
        scores: Higher is more anomalous, shape (N,).
        labels: 1 for anomalies, 0 for normal images, shape (N,); both occur.

    Returns:
        False positive rates and true positive rates, float64, each of shape (number of different scores + 1,), rising.
    """
    ### BEGIN SOLUTION
    order = scores.argsort(descending=True)
    scores, positive = scores[order], labels[order].double()
    last = F.pad(scores.diff() != 0, (0, 1), value=True)
    true, false = positive.cumsum(0)[last], (1 - positive).cumsum(0)[last]
    start = true.new_zeros(1)
    return torch.cat([start, false / false[-1]]), torch.cat([start, true / true[-1]])
    ### END SOLUTION


# %% [markdown] hints="roc_curve"
# - Sort by falling score and count as you go: how many anomalies so far, how many normal images so far?
# - `cumsum` counts. Of a run of equal scores keep only the counts at its end. Divide by the totals, and put a 0 in
#   front.
# - With sorted scores, a run ends where `diff()` is not 0; the last one always ends. `F.pad` can append a value.

# %% check="roc_curve"
checks.maf.roc_curve(roc_curve)

# %% [markdown]
# The **AUROC** is the area under that curve, and has a meaning without any curve: *the probability that a random
# anomaly scores higher than a random normal image*, ties counting one half. A score that knows nothing gets ½,
# however many anomalies there are. In the example: of the four pairs, $(3, 2)$, $(3, 1)$ and $(2, 1)$ are right and
# $(2, 2)$ is a tie, so AUROC is $3.5 / 4 = .875$.
#
# A score that is no number must not be dropped in silence (a model that fails on the hardest images would look
# better), so it raises an error.


# %% exercise="auroc" points=4 minutes=4 lines=5
def auroc(scores: Tensor, labels: Tensor) -> float:
    """Compute the probability that an anomaly scores higher than a normal image, ties counting one half.

    Args:
        scores: Higher is more anomalous, shape (N,).
        labels: 1 for anomalies, 0 for normal images, shape (N,); both occur.

    Returns:
        A float between 0 and 1, computed in float64.

    Raises:
        ValueError: A score is NaN.
    """
    ### BEGIN SOLUTION
    if scores.isnan().any():
        raise ValueError("a score is NaN")
    anomalies, normal = scores[labels == 1, None], scores[None, labels == 0]
    wins = (anomalies > normal) + 0.5 * (anomalies == normal)
    return wins.double().mean().item()
    ### END SOLUTION


# %% [markdown] hints="auroc"
# - Compare every anomaly with every normal image.
# - A column of anomalies' scores and a row of normal scores: `>` and `==` broadcast to a table of all pairs.
# - Average `(column > row) + 0.5 * (column == row)`; in float64 (`.double()`), and `.item()` makes a float.

# %% check="auroc"
checks.maf.auroc(auroc)

# %% [markdown]
# **Precision** asks the accused: which part of those at or above the threshold are anomalies? **Recall** is another
# name for TPR. **Average precision** (the usual AUPRC) averages precision over the recall gained at each threshold:
#
# $$\mathrm{AP} = \sum_k (R_k - R_{k-1})\,P_k, \qquad \text{thresholds } k = 1, 2, \dots \text{ falling},\quad R_0 = 0$$
#
# In the example: recall and precision are $(\tfrac12, 1)$, $(1, \tfrac23)$, $(1, \tfrac12)$, so AP $= \tfrac12 \cdot 1 +
# \tfrac12 \cdot \tfrac23 + 0 = .833$.
#
# A score that knows nothing has, at every threshold, about the same precision: the share of anomalies in the set, the
# **prevalence**. So AP means nothing without it: .94 is poor where 94 % are anomalies. The course whose problems this
# notebook follows reports AUROC .7782 and AP .9422 on its own set; the two together imply a prevalence of roughly .84,
# so only its AUROC compares with yours.


# %% exercise="average_precision" points=4 minutes=5 lines=8
def average_precision(scores: Tensor, labels: Tensor) -> float:
    r"""Compute the average precision $\sum_k (R_k - R_{k-1}) P_k$ over all different scores, from the highest down.

    Args:
        scores: Higher is more anomalous, shape (N,).
        labels: 1 for anomalies, 0 for normal images, shape (N,); both occur.

    Returns:
        A float between 0 and 1, computed in float64.

    Raises:
        ValueError: A score is NaN.
    """
    ### BEGIN SOLUTION
    if scores.isnan().any():
        raise ValueError("a score is NaN")
    order = scores.argsort(descending=True)
    scores, positive = scores[order], labels[order].double()
    last = F.pad(scores.diff() != 0, (0, 1), value=True)
    true, accused = positive.cumsum(0)[last], torch.ones_like(positive).cumsum(0)[last]
    gained = torch.diff(true, prepend=true.new_zeros(1)) / true[-1]
    return (gained * true / accused).sum().item()
    ### END SOLUTION


# %% [markdown] hints="average_precision"
# - It begins as the ROC curve does: sort by falling score, count, keep the end of each run of equal scores.
# - Precision is anomalies so far over images so far; recall is anomalies so far over all anomalies. The sum weighs
#   precision by the *gain* of recall.
# - `torch.diff(recall, prepend=recall.new_zeros(1))` are the gains.

# %% check="average_precision"
checks.maf.average_precision(average_precision)

# %% [markdown] answer="not_accuracy" points=3 minutes=3
# **Why not accuracy?** Of the test images of chest X-rays, 62.5 % show pneumonia. (a) What accuracy does a detector
# reach that calls every image ill? What are its AUROC and its average precision? (b) What does accuracy need that a
# score does not give, and why is that a problem when only normal images were seen in training? (c) Why should average
# precision always be reported with the prevalence, and AUROC need not? (At most 150 words.)
#
# ### BEGIN SOLUTION
# **Model answer.** (a) Accuracy .625, with no knowledge at all; all scores are equal, so AUROC is .5 and average
# precision .625, the prevalence. (b) Accuracy needs a threshold. From normal images alone one can choose a false
# positive rate, but not the threshold that maximises accuracy, since nothing is known of the anomalies' scores or of
# how many there will be; it also treats both kinds of error as equally bad, which they are not in medicine. AUROC and
# AP judge the ranking over all thresholds. (c) Precision mixes both classes: with more anomalies in the set, the same
# detector gets a higher precision, and a random one gets the prevalence. TPR and FPR are each computed within one
# class, so the ROC curve does not change with the mixture.
#
# **Rubric (3 points).** (1) .625, .5, .625. (1) The threshold, and why it cannot be chosen well here; or unequal
# costs. (1) AP depends on the mixture, AUROC not, with the reason. Half: "the classes are unbalanced" alone.
# ### END SOLUTION

# %% [markdown]
# ### The experiment
#
# Likelihoods of raw pixels notice above all what is *common to all values*, such as brightness and contrast, which in
# X-rays depend on the machine. So there is a choice: raw grey levels, or each image standardised by its own mean and
# width; and 28 x 28 pixels, or averages over blocks of them. **The choice is made on the validation images.**
# (On digits, where the images are small, one size is tried, and the digit 8 is the normal class.)


# %% tags=["setup"]
NORMAL = 0 if dataset.name != "digits" else 8
SIDES = [8] if dataset.name == "digits" else run.choose(smoke=[7], laptop=[7, 14, 28], full=[7, 14, 28])


def features(images: Tensor, own_scale: bool, side: int) -> Tensor:
    """Levels (N, 1, H, W) as vectors (N, side * side): standardised image by image or not, averaged over blocks."""
    x = images.float()
    if own_scale:
        x = (x - x.mean((2, 3), keepdim=True)) / (x.std((2, 3), keepdim=True) + 1e-6)
    return F.avg_pool2d(x, x.shape[-1] // side).flatten(1)


def prepared(dataset: data.DataSet, split: data.Split, normal: int, own_scale: bool, side: int) -> tuple:
    """The normal training vectors, the vectors of a split, and which of those are anomalies."""
    train, other = (features(part.images, own_scale, side) for part in (dataset.train, split))
    return one_class(train, dataset.train.labels, other, split.labels, normal)


class Rows:
    """Batches of the rows of a matrix, in another order in every epoch, with a little noise against learning by heart."""

    def __init__(self, x: Tensor, batch_size: int, noise: float):
        """Keep the rows; a batch norm wants no tiny batch, so what is left over waits for the next epoch."""
        self.x, self.batch_size, self.noise = x, min(batch_size, len(x)), noise

    def __len__(self) -> int:
        """Batches in an epoch."""
        return len(self.x) // self.batch_size

    def __iter__(self):
        """One epoch."""
        order = torch.randperm(len(self.x), device=self.x.device)
        for rows in order[: len(self) * self.batch_size].split(self.batch_size):
            yield self.x[rows] + self.noise * torch.randn_like(self.x[rows])


def detector(dataset: data.DataSet, normal: int, own_scale: bool, side: int, epochs: int, name: str) -> tuple:
    """Train a flow on normal images; the epoch with the best AUROC on the validation images is kept.

    Returns:
        The flow, and the history, whose figure "validation" is 1 - AUROC.
    """
    train, judged, anomalous = prepared(dataset, dataset.validation, normal, own_scale, side)
    torch.manual_seed(run.seed)
    flow = make_flow(side * side, width=max(128, 16 * side), depth=1, count=5)
    best = early_stopping.Best(flow, run, name)

    def validate() -> dict[str, float]:
        scores = anomaly_scores(flow, judged)
        return {"validation": 1 - auroc(scores, anomalous), "precision": average_precision(scores, anomalous)}

    history = training.fit(
        flow,
        nll,
        Rows(train, batch_size=64, noise=0.02),
        optimizer=training.adam(flow, lr=1e-3, weight_decay=1e-4),
        clip=5.0,
        epochs=epochs,
        name=name,
        run=run,
        validate=validate,
        on_epoch=best,
        config={"data": dataset.checksum, "normal": normal, "scale": own_scale},
    )
    best.restore(history)
    return flow, history


# %% tags=["train"]
candidates = {}
for own_scale in (False, True):
    for side in SIDES:
        label = f"{'own scale' if own_scale else 'grey levels'}\n{side} x {side}"
        epochs = run.choose(smoke=15, laptop={8: 30, 7: 30, 14: 20, 28: 10}[side], full=60)
        name = f"detector-{'own' if own_scale else 'raw'}-{side}"
        flow_, history_ = detector(dataset, NORMAL, own_scale, side, epochs, name)
        candidates[label] = (flow_, history_, own_scale, side)

# %% tags=["plot"] expected="choice"
chances = {label: 1 - min(row["validation"] for row in entry[1].epochs) for label, entry in candidates.items()}
plots.bars(
    chances,
    y_label="AUROC on validation images",
    title=f"{dataset.name}: what should the flow see?",
    alt="One bar per way to prepare the images, with its AUROC on the validation images",
)
chosen = max(chances, key=chances.get)
flow, history, own_scale, side = candidates[chosen]
epoch = early_stopping.best_epoch(history)
chosen = chosen.replace("\n", ", ")
print(f"chosen on the validation images: {chosen}, epoch {epoch}, AUROC {max(chances.values()):.3f}")
run.record(choice=chosen, epoch=epoch, validation_auroc=max(chances.values()))

# %% [markdown]
# **Predict first.** Now the test images, once. Will their AUROC be higher or lower than the one that the choice was
# made by? Why?

# %% [markdown] tags=["notes"]
# *My prediction:*

# %% tags=["plot"] expected="scores"
_, judged, anomalous = prepared(dataset, dataset.test, NORMAL, own_scale, side)
scores = anomaly_scores(flow, judged)
prevalence = anomalous.double().mean().item()
test_auroc, test_precision = auroc(scores, anomalous), average_precision(scores, anomalous)
run.record(test_auroc=test_auroc, test_average_precision=test_precision, prevalence=prevalence)
words = ("normal", "pneumonia") if dataset.name == "pneumonia" else (f"normal: {dataset.classes[NORMAL]}", "others")
per_value = scores / judged.shape[1]
plots.overlaid(
    {words[0]: per_value[anomalous == 0], words[1]: per_value[anomalous == 1]},
    x_label="score: -log p(x) in nats per value",
    title=f"{dataset.name}, test images: AUROC {test_auroc:.3f}",
    alt="Two histograms on one axis: the anomalies' scores lie further to the right, with a large overlap",
)
print(f"AUROC {test_auroc:.3f}, average precision {test_precision:.3f} at a prevalence of {prevalence:.3f}")
references.beside(run, dataset.name, test_auroc=test_auroc, test_average_precision=test_precision)

# %% tags=["plot"] expected="roc"
false, true = roc_curve(scores.cpu(), anomalous.cpu())
plots.curves(
    {"your flow": (false.tolist(), true.tolist()), "chance": ([0, 1], [0, 1])},
    x_label="false positive rate",
    y_label="true positive rate",
    title="ROC curve on the test images",
    alt="A curve from the lower left to the upper right, well above the diagonal",
)


# %% tags=["plot"] expected="threshold"
def explain_threshold(percent: int) -> None:
    """Show what a threshold does that lets `percent` of the normal test images pass."""
    threshold = scores[anomalous == 0].quantile(percent / 100)
    accused = scores >= threshold
    rates = {
        "anomalies caught": accused[anomalous == 1].double().mean().item(),
        "normal accused": accused[anomalous == 0].double().mean().item(),
        "precision": anomalous[accused].double().mean().item() if bool(accused.any()) else 0.0,
        "accuracy": (accused == (anomalous == 1)).double().mean().item(),
    }
    plots.bars(
        rates,
        y_label="share",
        title=f"A threshold that lets {percent} % of the normal images pass",
        alt="Bars: anomalies caught, normal images accused, precision, accuracy",
    )


widgets.explore(explain_threshold, percent=(1, 99, 90))

# %% [markdown]
# The validation figure is usually the better one: of several candidates and epochs the luckiest was taken. On chest
# X-rays there is a second reason. The validation images were cut at random from the same part of the source as the
# training images; the official test images are another part of it (its own validation set), and differ a little. A
# detector does worse where images differ from those that it was built on. The test figure is the one to report.

# %% [markdown] answer="score" points=4 minutes=4
# **What the score is.** (a) A colleague reads a score of 40 nats as "the probability that this child is ill is
# $1 - e^{-40}$". What is $e^{-40}$ here, and of what? Can a density be larger than 1, and a score negative? (b) The
# same images, measured in other units (all values divided by 10): what happens to $\log p$, and to the AUROC? (c)
# What, then, may the score be used for? (At most 150 words.)
#
# ### BEGIN SOLUTION
# **Model answer.** (a) $e^{-40}$ is a probability *density* of the image's values under the distribution of normal
# images: probability per unit of volume in $D$ dimensions. It is no probability of anything, least of all of illness:
# the model knows nothing of pneumonia, and by Bayes' rule one would need $p(x \mid \text{ill})$ and the prevalence as
# well. Densities can be larger than 1, so scores can be negative. (b) All log-densities rise by $D \log 10$; scores
# shift by the same number for every image, so their order, and AUROC, stay. (A nonlinear change of variables adds a
# term that differs from image to image, and can change the order.) (c) To rank images by how unusual they are for the
# model, and to choose a threshold from a wanted false positive rate on normal images.
#
# **Rubric (4 points).** (1) Density, not probability, and not of illness. (1) May exceed 1; score may be negative. (1)
# A constant shift; AUROC unchanged. (1) Ranking, threshold by quantile. Half: "it is a likelihood" alone.
# ### END SOLUTION

# %% [markdown] answer="reconstruction" points=4 minutes=4
# **Is the flow a reconstruction model?** Many detectors score an image by how badly an autoencoder reproduces it. (a)
# What does your flow give if you map an image to $z$ and back, for a normal image and for an anomaly? What follows for
# a reconstruction error as score? (b) Name three differences between the flow and a VAE: the likelihood, the size of
# the latent code, and what each would use as a score. (At most 200 words.)
#
# ### BEGIN SOLUTION
# **Model answer.** (a) The very image, up to rounding, for *every* input, anomalies included: the map is a bijection.
# So there is no reconstruction error to use, and the flow is no reconstruction model; what differs is where the image
# lands ($\log \mathcal N(z)$) and how space is stretched there (`log_det`). (b) *Likelihood*: the flow's is exact, the
# VAE has a lower bound (or an estimate by many samples). *Latent code*: the flow's $z$ has exactly as many values as
# the image, and is a deterministic function of it; the VAE's code is usually much smaller and drawn from $q(z \mid
# x)$, so information is lost, which is what makes reconstruction informative. *Score*: the flow uses $-\log p(x)$; a
# VAE uses the negative ELBO, or its reconstruction term, which punishes what the code cannot hold. A flow needs an
# invertible architecture with a cheap determinant; a VAE may use any networks.
#
# **Rubric (4 points).** (1) Perfect reconstruction of everything. (1) Hence no use as a score; the density is. (1)
# Exact against bound. (1) Same size and deterministic against smaller and random, with its score. Half: "a flow has no
# decoder".
# ### END SOLUTION

# %% [markdown]
# ### One class after the other
#
# Which class is easy to guard depends on the class. Here each of several classes in turn is the normal one (Fashion-MNIST
# where it is on this machine, else the digits), always with the same small flow and no choice at all.

# %% tags=["train"]
clothes = data.load("fashion-mnist" if run.preset != "smoke" else "digits", device=run.device)
if clothes.note:
    print(clothes.note)
class_side = 8 if clothes.name == "digits" else 7
by_class = {}
for normal in range(run.choose(smoke=3, laptop=10, full=10)):
    train, judged_, anomalous_ = prepared(clothes, clothes.test, normal, False, class_side)
    torch.manual_seed(run.seed)
    small = make_flow(class_side**2, width=128, count=3)
    training.fit(
        small,
        nll,
        Rows(train, batch_size=64, noise=0.02),
        optimizer=training.adam(small, lr=2e-3, weight_decay=1e-4),
        clip=5.0,
        epochs=run.choose(smoke=8, laptop=3 if clothes.name != "digits" else 15, full=20),
        name=f"class-{normal}",
        run=run,
        config={"data": clothes.checksum, "normal": normal},
    )
    scores_ = anomaly_scores(small, judged_)
    by_class[clothes.classes[normal]] = (auroc(scores_, anomalous_), average_precision(scores_, anomalous_))

# %% tags=["plot"] expected="classes"
plots.bars(
    {name: pair[0] for name, pair in by_class.items()},
    y_label="AUROC on test images",
    title=f"{clothes.name}: one class is normal, all others are anomalies",
    alt="One bar per class with its AUROC; some classes are guarded almost perfectly, others hardly better than chance",
)
for name, (area, precision) in by_class.items():
    share = 1 - (clothes.test.labels == clothes.classes.index(name)).double().mean().item()
    print(f"{name}: AUROC {area:.3f}, average precision {precision:.3f} at a prevalence of {share:.3f}")
run.record(mean_class_auroc=sum(pair[0] for pair in by_class.values()) / len(by_class))

# %% [markdown]
# ## 7. Where it fails
#
# **Predict first.** A flow is trained on pictures of clothes. Which pictures will it find more probable: other
# pictures of clothes, or handwritten digits, which it has never seen?

# %% [markdown] tags=["notes"]
# *My prediction:*

# %% [markdown]
# Without Fashion-MNIST and MNIST on this machine, the experiment is done in small: the flow is trained on all digits
# but the ones and the sevens, and then shown the ones. There the effect is weaker, but ask yourself the same question.


# %% tags=["train"]
def only(split: data.Split, classes: list[int]) -> data.Split:
    """The images of some classes."""
    chosen = torch.isin(split.labels, torch.tensor(classes, device=split.labels.device))
    return data.Split(split.images[chosen], split.labels[chosen], split.levels)


strange = data.load("mnist" if clothes.name == "fashion-mnist" else "digits", device=run.device)
if strange.name == "mnist":
    known = {part: getattr(clothes, part) for part in ("train", "validation", "test")}
    stranger, known_name, stranger_name = strange.test, "clothes", "handwritten digits"
else:
    known = {part: only(getattr(digits, part), [0, 2, 3, 4, 5, 6, 8, 9]) for part in ("train", "validation", "test")}
    stranger, known_name, stranger_name = only(digits.test, [1]), "digits but 1 and 7", "ones"


def naive_loss(flow: nn.Module, images: Tensor, labels: Tensor) -> Tensor:
    """The loss on images, without the logit's log-determinant, which no weight can change."""
    return nll(flow, noisy_logits(images, known["train"].levels)[0])


torch.manual_seed(run.seed)
naive = make_flow(stranger.images[0].numel(), width=run.choose(smoke=128, laptop=512, full=1024), depth=1)
batches = data.Batches(known["train"], batch_size=128, seed=run.seed, drop_last=True)
steps = run.choose(smoke=120, laptop=430, full=20_000)
best = early_stopping.Best(naive, run, "naive", patience=10)
naive_history = training.fit(
    naive,
    naive_loss,
    batches,
    optimizer=training.adam(naive, lr=run.choose(smoke=2e-3, laptop=1e-3, full=1e-3), weight_decay=1e-5),
    clip=5.0,
    epochs=max(1, round(steps / len(batches))),
    name="naive",
    run=run,
    validate=lambda: {"validation": bits_per_image(naive, known["validation"].first(1000)).mean().item()},
    on_epoch=best,
    config={"data": clothes.checksum, "known": known_name},
)
best.restore(naive_history)

# %% tags=["plot"] expected="failure"
known_bits = bits_per_image(naive, known["test"].first(2000))
strange_bits = bits_per_image(naive, stranger.first(2000))
both = torch.cat([known_bits, strange_bits])
is_strange = torch.cat([torch.zeros(len(known_bits)), torch.ones(len(strange_bits))]).to(both.device)
failure_auroc = auroc(both, is_strange)
run.record(naive_test_bits_per_dim=known_bits.mean().item(), stranger_bits_per_dim=strange_bits.mean().item())
run.record(failure_auroc=failure_auroc)
plots.overlaid(
    {f"{known_name}, test images": known_bits, f"{stranger_name}, never seen": strange_bits},
    x_label="bits per dimension (lower: more probable)",
    title=f"Trained on {known_name}: AUROC {failure_auroc:.3f} for {stranger_name}",
    alt="Two histograms: the images that the flow has never seen lie further to the left, at higher likelihood",
)
print(f"{known_name}: {known_bits.mean():.3f} bits per dimension; {stranger_name}: {strange_bits.mean():.3f}")

# %% [markdown] answer="failure" points=4 minutes=5
# **A blind detector.** (Without Fashion-MNIST on your machine, answer for the expected picture.) (a) Describe what the
# histogram shows, and what the AUROC says. Is the flow broken, or badly trained? (b) A set of high density need not be
# where samples fall: in $D$ dimensions, where is the density of a standard normal highest, and how far from there do
# its samples lie? What has that to do with smooth, dark images? (c) Why did the score work better on the X-rays above,
# and what would you do before trusting such a detector? (At most 200 words.)
#
# ### BEGIN SOLUTION
# **Model answer.** (a) The unseen images get *fewer* bits, so the score ranks them as more normal than real test
# images; the AUROC is below ½. The flow is not broken: on held-out images of its own kind it has a good likelihood, and
# published flows (Glow, PixelCNN) do the same (Nalisnick et al. 2019). (b) The density of $\mathcal N(0, I)$ is highest
# at 0, while nearly all samples have length about $\sqrt D$. Likewise smooth images with large, even regions, such as
# digits on black, are easy to predict pixel by pixel: each pixel's conditional is narrow, and the density there is
# high, though the training set holds none of them. The likelihood is dominated by such local predictability, not by
# meaning. (c) The X-rays all show the same kind of object, were standardised image by image, and were averaged over
# blocks, so what is left differs in what matters; and the choice was validated on real anomalies. Before trusting: test
# on all kinds of anomalies that can occur, compare with simple scores, use typicality or likelihood ratios.
#
# **Rubric (4 points).** (1) Reads the figure: higher likelihood for unseen images. (1) Not a bug, known result. (1)
# Density against typical set, or local smoothness. (1) A reason or remedy for the X-rays. Half: "it was trained too
# little".
# ### END SOLUTION

# %% [markdown]
# ### The timing again, in 784 dimensions
#
# The flow that was trained last is as large as those of the papers, if the clothes are there. What do the three times
# look like now? (One by one, this takes some seconds: a pass for each value in each of the five layers.)

# %% tags=["plot"]
big_noise = torch.randn(64, stranger.images[0].numel(), generator=torch.Generator().manual_seed(1)).to(run.device)
big_step = step_seconds(naive, noisy_logits(known["train"].images[:128], stranger.levels)[0])
big_quick = seconds_of(lambda: draw(naive, big_noise, parallel_inverse))
start = time.perf_counter()
one_by_one = draw(naive, big_noise, maf_inverse)
big_slow = time.perf_counter() - start
gap = (one_by_one - draw(naive, big_noise, parallel_inverse)).abs().max().item()
run.record(large_parallel_over_step=big_quick / big_step, large_sampling_over_step=big_slow / big_step)
print(f"D = {big_noise.shape[1]}: step {big_step * 1e3:.0f} ms; 64 in parallel {big_quick * 1e3:.0f} ms; ", end="")
print(f"64 one by one {big_slow:.1f} s; ratios to the step {big_quick / big_step:.1f} and {big_slow / big_step:.0f}")
print(f"largest difference between the two ways: {gap:.1e}")

# %% [markdown]
# ## 8. Among its relatives
#
# | model | exact likelihood | scoring | sampling | today |
# |---|---|---|---|---|
# | PixelCNN (02) | yes | one pass | one pass per value | the same idea, on words, is every large language model |
# | VAE (03, 04) | a lower bound | one pass, many for a tight bound | one pass | codes for other models |
# | coupling flow (05) | yes | one pass | one pass | physics, fast samplers |
# | **MAF** | yes | one pass | one pass per value, or a few by fixed-point iteration | densities of tables, simulation-based inference, anomaly scores |
# | IAF | yes | one pass for own samples, one per value for others | one pass | flexible posteriors |
# | GAN (07, 08) | none | none | one pass | fast synthesis, image translation |
#
# **What to take with you.** A triangular Jacobian makes a determinant a sum. Order decides what is parallel: MAF scores
# in one pass and samples in many, IAF the other way round, and a fixed-point iteration can blur that line. A likelihood
# answers the question that it was asked, "how dense is the model here", and that is not always the question you had.
#
# **Going further.** (1) Correct the failing score by subtracting the log-likelihood under a flow trained on all kinds
# of images (Ren et al. 2019). (2) Replace the normal base by a mixture, as Papamakarios et al. do (MAF MoG). (3) Take
# another class of the digits as normal, and look at the anomalies with the lowest scores: what do they share?
