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

# %% [markdown] title="PixelCNN: drawing a picture pixel by pixel" reading=20 machine=8 figures="plain_test_nats plain_test_bits_per_dim conditional_test_nats gated_test_nats sampling_over_scoring"
# # PixelCNN: drawing a picture pixel by pixel
#
# ![Sixteen small images drawn by the model of this notebook](expected/samples.png)
#
# Nobody drew these pictures. A network did, one pixel after the other, from the upper left to the lower right, each
# pixel with a die whose faces it
# weighted by what was already there. The same network can tell you, exactly, how probable any picture is.
#
# **The question of this notebook:** how can an ordinary convolutional network be made to do this, and what does it
# cost?
#
# **What to know first.**
# *Chain rule of probability*: $p(a, b) = p(a)\,p(b \mid a)$, for any number of variables in any order.
# *Cross-entropy*: minus the logarithm of the probability that the model gave to what really happened; in PyTorch
# [`cross_entropy`](https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.cross_entropy.html) takes
# logits, the numbers before the softmax.
# *Convolution*: every output pixel is a weighted sum of a small window of input pixels, with the same weights
# everywhere
# ([`Conv2d`](https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv2d.html)).
#
# Nothing from an earlier notebook is needed. The papers: van den Oord, Kalchbrenner, Kavukcuoglu, *Pixel Recurrent
# Neural Networks* (2016), and van den Oord et al.,
# *Conditional Image Generation with PixelCNN Decoders* (2016).

# %% [markdown]
# | symbol | in code | meaning |
# |---|---|---|
# | $x$ | `x` | a batch of images, levels $0 \dots K-1$, shape `(B, C, H, W)` |
# | $x_i$ | `x[:, c, row, column]` | one value of an image; values count row by row, at a pixel R before G before B |
# | $x_{<i}$ | | all values before $x_i$ |
# | $K$ | `levels` | how many levels a value can take: 2, 17 or 256 here |
# | $D$ | `dims` | number of values of an image, $C \cdot H \cdot W$ |
# | $\ell$ | `logits` | unnormalised log-probabilities, shape `(B, K, C, H, W)` |
# | $u$ | `u` | uniform random numbers in $[0, 1)$, one per value: the noise that decides a sample |
# | $y$ | `y` | class labels, shape `(B,)` |
# | $h$, $v$ | `h`, `v` | feature maps inside the network, shape `(B, F, H, W)` with `F` features, `width` in code |
#
# Likelihoods are in **nats** (natural logarithm) per image unless we say **bits per dimension**: nats divided by $D
# \log 2$.

# %% [markdown] tags=["notes"]
# **My sources.** Name here whoever helped you, and every text, program or assistant that you used, with what you took
# from it. Whether working together is allowed is for your instructor to say; naming it always is.

# %% tags=["parameters"]
PRESET = "laptop"  # "smoke" (seconds), "laptop" (minutes) or "full" (a GPU)
DATASET = "mnist"  # what data.load takes; where it is missing the embedded digits are used
SEED = 0
BINARISE = True  # MNIST and its relatives: black and white pixels, drawn by their grey level

# %% tags=["setup"]
import itertools
import math
import time

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from helpers import checks, data, early_stopping, plots, presets, references, training, widgets

run = presets.start(PRESET, DATASET, SEED, name="02_pixelcnn")

# %% tags=["setup"]
dataset = data.load(run.dataset, device=run.device)
if BINARISE and dataset.levels == 256:
    dataset = dataset.binarised(seed=0)  # one draw of the test set for everybody, so that figures compare
K, (C, H, W) = dataset.levels, dataset.shape
run.record(data=dataset.name, checksum=dataset.checksum)
if dataset.note:
    print(dataset.note)
print(f"{dataset.name}: {len(dataset.train):,} training images of {C} x {H} x {W} values with {K} levels")

# %% tags=["plot"]
plots.image_grid(
    dataset.test.images[:16], dataset.levels, columns=8, title="Sixteen images that the model will not be trained on"
)

# %% [markdown]
# ## 1. A picture is a sequence
#
# Put the values of an image in a row, from left to right and from top to bottom. The chain rule says, without any
# approximation,
#
# $$p(x) = \prod_{i=1}^{D} p(x_i \mid x_{<i}) \qquad\text{(van den Oord et al. 2016a, Eq. 1)}$$
#
# so a model that can predict *the next value from all values before it* is a model of whole images. Each factor is a
# softmax over $K$ levels, and the network's only job is to deliver its logits.
#
# **By hand.** A black-and-white image of 2 x 2 pixels, where the model gave to the four pixels that we see the
# probabilities .5, .8, .3 and .9. Then
# $p(x) = .5 \cdot .8 \cdot .3 \cdot .9 = .108$, that is $\log p(x) = -2.226$ nats, or $2.226 / (4 \log 2) = 0.803$
# bits per dimension. A fair coin per
# pixel would cost exactly 1 bit per dimension, so this model knows something about the image, though not much.
#
# Products of hundreds of probabilities underflow; sums of their logarithms do not. So we compute with $\log p(x)$
# throughout.


# %% exercise="log_likelihood" points=4 minutes=5 lines=2
def log_likelihood(logits: Tensor, x: Tensor) -> Tensor:
    r"""Compute $\log p(x) = \sum_i \log p(x_i \mid x_{<i})$ of each image in nats.

    Args:
        logits: Unnormalised log-probabilities of every value, shape (B, K, C, H, W).
        x: Levels 0..K-1, an integer tensor of shape (B, C, H, W).

    Returns:
        Log-likelihoods, shape (B,).
    """
    ### BEGIN SOLUTION
    log_prob = -F.cross_entropy(logits, x.long(), reduction="none")
    return log_prob.flatten(1).sum(1)
    ### END SOLUTION


# %% [markdown] hints="log_likelihood"
# - For each value, look up one number: the log-probability that the softmax gives to the level that is there. Then
#   add up.
# - `F.cross_entropy` takes logits with the classes in dimension 1 and levels without that dimension, and can return
#   one loss per value instead of their mean.
# - `F.cross_entropy(..., reduction="none")` gives minus the log-probabilities in the shape of `x`; flatten all but
#   the batch, sum, and mind the sign.

# %% check="log_likelihood"
checks.pixelcnn.log_likelihood(log_likelihood)

# %% [markdown]
# Nats grow with the size of the image. To compare models across sizes one divides: **bits per dimension** is the
# number of bits that the best code built from the model
# needs per value. A model that knows nothing about 8-bit images needs 8.


# %% exercise="bits_per_dim" points=2 minutes=2 lines=1
def bits_per_dim(log_prob: Tensor, dims: int) -> Tensor:
    r"""Convert log-likelihoods to bits per dimension, $-\log p(x) / (D \log 2)$.

    Args:
        log_prob: Log-likelihoods in nats, shape (B,).
        dims: Number of values D of an image.

    Returns:
        Bits per dimension, shape (B,).
    """
    ### BEGIN SOLUTION
    return -log_prob / (dims * math.log(2))
    ### END SOLUTION


# %% [markdown] hints="bits_per_dim"
# - One bit is $\log 2 \approx 0.693$ nats, and a likely image costs few bits.
# - Change the sign, divide by the number of values, divide by the length of a bit in nats.
# - `math.log(2)` is the length of a bit in nats.

# %% check="bits_per_dim"
checks.pixelcnn.bits_per_dim(bits_per_dim)

# %% [markdown] answer="normalised" points=3 minutes=5
# **Why no normalising constant is needed.** Many models of images only give $p(x)$ up to an unknown factor. Show that
# here
# $\sum_x p(x) = 1$ over all $K^D$ images, *whatever the network outputs*, as long as the logits at value $i$ depend
# on $x_{<i}$ only.
# Say where your argument uses that condition, and what goes wrong without it. (A proof of a few lines, at most 150
# words.)
#
# ### BEGIN SOLUTION
# **Model answer.** Sum over the last value first. All factors but the last do not contain $x_D$, because the logits
# at $i$ depend on $x_{<i}$ only, so they come out of the sum:
# $\sum_{x_D} p(x) = \prod_{i<D} p(x_i \mid x_{<i}) \cdot \sum_{x_D} p(x_D \mid x_{<D})$, and the last sum is 1
# because it is a softmax. Repeat with
# $x_{D-1}$, and so on down to $x_1$. If some earlier factor depended on $x_D$, it could not be taken out of the sum.
# For instance, a network whose logits at $i$ see $x_i$ can give
# every image probability close to 1; the numbers add up to about $K^D$ and are no probabilities, however good the
# training loss looks.
#
# **Rubric (3 points).** (1) Sums from the last value to the first, or an induction. (2) Uses that each softmax sums
# to 1. (3) Says where causality is used, and that without it the product
# is no distribution. Half a point for "each factor is normalised, so the product is": true only together with (3).
# ### END SOLUTION

# %% [markdown]
# ## 2. A convolution that cannot look ahead
#
# A plain convolution at pixel $i$ sees pixels on all sides, $x_i$ itself included. Trained to predict $x_i$, it would
# simply copy it. The remedy is to
# multiply the kernel by a **mask** of zeros and ones:
#
# * **Type A**, for the first layer: the places *before* the centre in raster order are open; the centre and what
#   follows are shut.
# * **Type B**, for all later layers: the centre is open too. Its features already come from earlier pixels only, so
#   they may be used.
#
# For a 3 x 3 kernel:
#
# $$A = \begin{pmatrix} 1 & 1 & 1 \\ 1 & 0 & 0 \\ 0 & 0 & 0 \end{pmatrix} \qquad B = \begin{pmatrix} 1 & 1 & 1 \\ 1 & 1 & 0 \\ 0 & 0 & 0 \end{pmatrix}
# \qquad\text{(van den Oord et al. 2016a, Fig. 2 and Sec. 3.4)}$$


# %% exercise="causal_mask" points=4 minutes=5 lines=4
def causal_mask(kernel_size: tuple[int, int], mask_type: str) -> Tensor:
    """Make the mask of a causal convolution.

    Args:
        kernel_size: Rows and columns of the kernel, both odd.
        mask_type: "A" (the centre is shut) or "B" (the centre is open).

    Returns:
        1 where the kernel may look and 0 elsewhere, shape `kernel_size`.
    """
    ### BEGIN SOLUTION
    rows, columns = kernel_size
    mask = torch.ones(rows, columns)
    mask[rows // 2, columns // 2 + (mask_type == "B") :] = 0
    mask[rows // 2 + 1 :] = 0
    return mask
    ### END SOLUTION


# %% [markdown] hints="causal_mask"
# - Draw the kernel on paper and number its places row by row. Which numbers come before the centre's?
# - Start from ones. Shut the end of the centre's row, beginning at the centre (A) or just after it (B); then shut all
#   rows below.
# - The centre is at `[rows // 2, columns // 2]`; rows below it are `mask[rows // 2 + 1 :]`.

# %% check="causal_mask"
checks.pixelcnn.causal_mask(causal_mask)

# %% tags=["plot"]
plots.fields(
    {"type A, 5 x 5": causal_mask((5, 5), "A"), "type B, 5 x 5": causal_mask((5, 5), "B")},
    mark=(2, 2),
    annotate=True,
    alt="Two 5 x 5 masks: ones before the centre, zeros after it; the centre is 0 in type A and 1 in type B",
)

# %% [markdown]
# **Predict first.** The mask is multiplied with the weights. Would it be enough to do that once, when the layer is
# made? (Think of what an optimiser does to a weight whose gradient is not zero, and of
# momentum and weight decay.) The next check tries it.


# %% exercise="MaskedConv2d" points=4 minutes=6 lines=3
class MaskedConv2d(nn.Conv2d):
    """A convolution that keeps the size of its input and sees its window only where the mask is 1.

    Args:
        in_channels: Channels of the input.
        out_channels: Channels of the output.
        mask: Zeros and ones, shape (rows, columns), or (out_channels, in_channels, rows, columns) for a mask per pair of
            channels. Rows and columns are odd, and need not be equal.
    """

    def __init__(self, in_channels: int, out_channels: int, mask: Tensor):
        """Make a convolution of the mask's size and remember the mask."""
        rows, columns = mask.shape[-2:]
        ### BEGIN SOLUTION
        super().__init__(in_channels, out_channels, (rows, columns), padding=(rows // 2, columns // 2))
        self.register_buffer("mask", mask.to(self.weight.dtype))
        ### END SOLUTION

    def forward(self, x: Tensor) -> Tensor:
        """Map (B, in_channels, H, W) to (B, out_channels, H, W)."""
        ### BEGIN SOLUTION
        return F.conv2d(x, self.weight * self.mask, self.bias, padding=self.padding)
        ### END SOLUTION


# %% [markdown] hints="MaskedConv2d"
# - `nn.Conv2d` does everything but the mask. Which two methods must know about it?
# - Call `super().__init__` with the kernel's size and a padding of half of it; keep the mask as a buffer, so that it
#   moves to the GPU with the layer; use the masked weights in `forward`.
# - `register_buffer` takes a name and a tensor, and `F.conv2d(x, ..., self.bias, padding=self.padding)` takes any
#   weight you hand it: which one?

# %% check="MaskedConv2d"
checks.pixelcnn.MaskedConv2d(MaskedConv2d)

# %% [markdown]
# ### Colours take turns
#
# At one pixel of a colour image, R is drawn first, then G given R, then B given R and G. Inside the network every
# feature channel is therefore reserved for one colour. We let
# **channel $k$ carry colour $k \bmod 3$**, so that channels go R, G, B, R, G, B, and so on. *At its own pixel*, an
# output channel may see
#
# | its colour | type A | type B |
# |---|---|---|
# | R | nothing | R |
# | G | R | R, G |
# | B | R, G | R, G, B |
#
# For example, with 3 output and 3 input channels the type A table is $\begin{pmatrix} 0&0&0\\1&0&0\\1&1&0
# \end{pmatrix}$, output channels down, input channels across.


# %% exercise="colour_mask" points=4 minutes=7 lines=3
def colour_mask(out_channels: int, in_channels: int, mask_type: str, colours: int = 3) -> Tensor:
    """Say which input channels an output channel sees at its own pixel (van den Oord et al. 2016a, Sec. 3.4).

    Args:
        out_channels: Channels of the output; channel k carries colour k mod `colours`.
        in_channels: Channels of the input, likewise.
        mask_type: "A" (earlier colours only) or "B" (earlier colours and its own).
        colours: Number of colours: 3, or 1 for grey images.

    Returns:
        Zeros and ones, shape (out_channels, in_channels).
    """
    ### BEGIN SOLUTION
    out_colour = torch.arange(out_channels)[:, None] % colours
    in_colour = torch.arange(in_channels)[None, :] % colours
    return (in_colour < out_colour if mask_type == "A" else in_colour <= out_colour).float()
    ### END SOLUTION


# %% [markdown] hints="colour_mask"
# - Compare two colour numbers for every pair of channels: which is drawn earlier?
# - Make a column of output colours and a row of input colours with `torch.arange` and `%`; comparing them broadcasts
#   to a table.
# - Index an `arange` by `[:, None]` to make it a column, and take it `% colours`; type A asks for `<`, type B for
#   `<=`, seen from the input.

# %% check="colour_mask"
checks.pixelcnn.colour_mask(colour_mask)

# %% [markdown]
# Both masks together make the convolution that the whole network is built from: off the centre, all channels follow
# the spatial mask; at the centre, pairs of channels follow the colour table. On grey images
# this is just your `causal_mask`. We write this factory for you.


# %% tags=["setup"]
def masked_conv(in_channels: int, out_channels: int, kernel_size: int, mask_type: str, colours: int = 1) -> nn.Module:
    """Make a causal convolution with a square kernel; 1 x 1 kernels mix the channels of a pixel, in the colours' order."""
    mask = causal_mask((kernel_size, kernel_size), "A").expand(out_channels, in_channels, -1, -1).clone()
    mask[:, :, kernel_size // 2, kernel_size // 2] = colour_mask(out_channels, in_channels, mask_type, colours)
    return MaskedConv2d(in_channels, out_channels, mask)


# %% [markdown]
# ## 3. The network
#
# A first layer of type A meets the image. Residual blocks of type B follow, each adding a correction to the features
# $h$:
#
# $$h \leftarrow h + \mathrm{conv}_{1 \times 1}\big(\mathrm{relu}(\mathrm{conv}_{3 \times 3}(\mathrm{relu}(\mathrm{conv}_{1 \times 1}(\mathrm{relu}(h)))))\big) \qquad\text{(van den Oord et al. 2016a, Fig. 5)}$$
#
# The first 1 x 1 convolution halves the number of channels, the last one restores it, so that the expensive 3 x 3
# convolution works on few channels. All three are of type B.


# %% exercise="ResidualBlock" points=3 minutes=4 lines=2
class ResidualBlock(nn.Module):
    """h plus a correction from three causal convolutions.

    Args:
        width: Channels of h.
        conv: Makes a causal convolution: `conv(in_channels, out_channels, kernel_size, mask_type, colours)`.
        colours: Colours of the image.
    """

    def __init__(self, width: int, conv=masked_conv, colours: int = 1):
        """Make the three convolutions."""
        super().__init__()
        self.reduce = conv(width, width // 2, 1, "B", colours)
        self.mix = conv(width // 2, width // 2, 3, "B", colours)
        self.expand = conv(width // 2, width, 1, "B", colours)

    def forward(self, h: Tensor) -> Tensor:
        """Map (B, width, H, W) to the same shape."""
        ### BEGIN SOLUTION
        correction = self.mix(F.relu(self.reduce(F.relu(h))))
        return h + self.expand(F.relu(correction))
        ### END SOLUTION


# %% [markdown] hints="ResidualBlock"
# - Read the formula from the inside out; every convolution is preceded by a ReLU.
# - `reduce`, then `mix`, then `expand`, and the input added at the end, with nothing applied to the sum.
# - The innermost part is `self.reduce(F.relu(h))`.

# %% check="ResidualBlock"
checks.pixelcnn.ResidualBlock(ResidualBlock)

# %% [markdown]
# Now the whole stack. Levels $0 \dots K-1$ are first mapped to $[-1, 1]$. After the last block, two 1 x 1
# convolutions turn the features at a pixel into $K$ logits for each of its $C$ values.
#
# A **class-conditional** model estimates $p(x \mid y)$. The chain rule does not change; every factor just gets to see
# the label: a learned vector per class is added to the features after the first layer,
# at every pixel alike.


# %% exercise="PixelCNN" points=6 minutes=9 lines=9
class PixelCNN(nn.Module):
    """Logits of every value of an image, given the values before it.

    The tools further down look for the parts by their names: `first`, `blocks`, `head`, and `label` when there are classes.

    Args:
        levels: Number of levels K of a value.
        channels: Values per pixel C.
        width: Features per pixel; a multiple of 2 C.
        blocks: Number of residual blocks.
        conv: Makes a causal convolution: `conv(in_channels, out_channels, kernel_size, mask_type, colours)`.
        block: Makes a residual block: `block(width, conv, colours)`.
        classes: Number of classes, or 0 for a model without labels.
    """

    def __init__(
        self,
        levels: int,
        channels: int,
        width: int,
        blocks: int,
        conv=masked_conv,
        block=ResidualBlock,
        classes: int = 0,
    ):
        """Make the layers: a 7 x 7 convolution `first`, the `blocks`, and a `head`: twice a ReLU, then a 1 x 1 convolution."""
        super().__init__()
        self.levels, self.channels = levels, channels
        if classes:
            self.label = nn.Embedding(classes, width)
        ### BEGIN SOLUTION
        self.first = conv(channels, width, 7, "A", channels)
        self.blocks = nn.ModuleList(block(width, conv, channels) for _ in range(blocks))
        self.head = nn.Sequential(
            nn.ReLU(),
            conv(width, width, 1, "B", channels),
            nn.ReLU(),
            conv(width, levels * channels, 1, "B", channels),
        )
        ### END SOLUTION

    def forward(self, x: Tensor, y: Tensor | None = None) -> Tensor:
        """Map levels (B, C, H, W), and labels (B,) if there are classes, to logits (B, K, C, H, W)."""
        x = 2 * x.to(self.head[-1].weight.dtype) / (self.levels - 1) - 1
        ### BEGIN SOLUTION
        h = self.first(x)
        if y is not None:
            h = h + self.label(y)[:, :, None, None]
        for block in self.blocks:
            h = block(h)
        logits = self.head(h)
        return logits.unflatten(1, (self.levels, self.channels))
        ### END SOLUTION


# %% [markdown] hints="PixelCNN"
# - Which layer meets the pixels themselves? That one alone is of type A. Everything else is of type B, the 1 x 1
#   convolutions of the head as well: on colour images they have an order to keep.
# - Build `self.first`, `self.blocks` (an `nn.ModuleList`) and `self.head` (an `nn.Sequential` with a ReLU before each
#   convolution, whose last layer is a convolution). In `forward`, a label's vector needs two more dimensions before
#   it can be added to (B, width, H, W).
# - The head ends with `levels * channels` channels; channel $k$ carries colour $k \bmod C$, so unflattening dimension
#   1 into (levels, colours), in this order, gives every level all its colours.

# %% check="PixelCNN"
checks.pixelcnn.PixelCNN(PixelCNN)

# %% [markdown]
# **See it add up.** All 16 black-and-white images of 2 x 2 pixels, and the probability that an untrained network
# gives to each. The weights are random; the sum is not. (This is the statement that you proved above.)

# %% tags=["plot"]
with torch.no_grad():
    tiny = PixelCNN(levels=2, channels=1, width=8, blocks=1).double()
    every_image = torch.cartesian_prod(*[torch.arange(2)] * 4).reshape(16, 1, 2, 2)
    total = log_likelihood(tiny(every_image), every_image).exp().sum()
print(f"sum of p(x) over all 16 images: {total:.12f}")

# %% [markdown]
# ## 4. Training
#
# Maximum likelihood: make the average of $-\log p(x)$ over the training images small. During training all factors of
# an image are computed in *one* pass of the network, because all values are
# known. This is what masked convolutions buy.
#
# Once in each family of models you write the training loop yourself. After this exercise we use the workbook's loop,
# which adds what a long run needs: progress, checkpoints that survive an interrupted run, mixed precision.


# %% exercise="train_epoch" points=4 minutes=6 lines=8
def train_epoch(model: nn.Module, loss, optimizer: torch.optim.Optimizer, batches) -> float:
    """Go through the batches once, with one optimiser step per batch.

    Args:
        model: The network to train.
        loss: `loss(model, x, y)` returns the loss of a batch, a scalar tensor.
        optimizer: Holds the network's parameters.
        batches: An iterable of pairs (x, y).

    Returns:
        The mean of the batches' losses, a float.
    """
    ### BEGIN SOLUTION
    losses = []
    for x, y in batches:
        batch_loss = loss(model, x, y)
        optimizer.zero_grad()
        batch_loss.backward()
        optimizer.step()
        losses.append(batch_loss.detach())
    return torch.stack(losses).mean().item()
    ### END SOLUTION


# %% [markdown] hints="train_epoch"
# - For each batch: compute the loss, compute its gradients, make a step. One more call is needed, or the gradients of
#   all batches pile up.
# - `optimizer.zero_grad()`, `backward()` on the loss, `optimizer.step()`; keep the losses in a list.
# - `losses.append(batch_loss.detach())` does not wait for the GPU; the mean of `torch.stack(losses)` at the end does,
#   once.

# %% check="train_epoch"
checks.pixelcnn.train_epoch(train_epoch)


# %% tags=["setup"]
def negative_log_likelihood(model: nn.Module, x: Tensor, y: Tensor) -> Tensor:
    """Mean of -log p(x) over a batch, in nats per image."""
    return -log_likelihood(model(x), x).mean()


def conditional_negative_log_likelihood(model: nn.Module, x: Tensor, y: Tensor) -> Tensor:
    """Mean of -log p(x | y) over a batch, in nats per image."""
    return -log_likelihood(model(x, y), x).mean()


def nats_on(split: data.Split, model: nn.Module, loss=negative_log_likelihood) -> float:
    """Mean negative log-likelihood over a part of the data in nats per image, in float32."""
    batches = data.Batches(split, batch_size=32, seed=0, shuffle=False)  # small ones stay in the cache
    return training.evaluate(model, loss, batches, device=run.device)


def bits(nats: float) -> float:
    """Nats per image as bits per dimension."""
    return nats / (C * H * W * math.log(2))


# %% [markdown]
# **Your loop first**, on the first few hundred images: one epoch costs seconds and shows whether the loss falls.

# %% tags=["train"]
torch.manual_seed(run.seed)
small = PixelCNN(levels=K, channels=C, width=8 * C, blocks=1).to(run.device)
first_batches = list(itertools.islice(data.Batches(dataset.train, batch_size=32, seed=run.seed), 16))
optimizer = torch.optim.Adam(small.parameters(), lr=3e-3)
for epoch in range(3):
    nats = train_epoch(small, negative_log_likelihood, optimizer, first_batches)
    print(f"epoch {epoch + 1}: {nats:.1f} nats per image, {bits(nats):.3f} bits per dimension")

# %% [markdown]
# **Now the real one.** `data.Batches` keeps the whole set on the device, shuffles it there, and draws binarised
# pixels afresh for every batch. `training.fit` shows its progress. You may interrupt it
# (the square button): what was trained is kept, and running the cell again goes on from there.
#
# A network that goes through few images many times learns them by heart: its training loss falls on and on, while the
# loss on images that it has not seen rises. So the loop is watched. After each epoch it scores *validation* images,
# which are neither trained on nor tested on; `early_stopping.Best` keeps the weights of the best epoch, and ends the
# training when that one is long ago. On MNIST the laptop preset sees every image once, and nothing is learnt by heart;
# on the embedded digits the watch decides.


# %% tags=["train"]
def train(
    model: nn.Module, loss, name: str, steps: int, batch_size: int, images: data.Split = dataset.train
) -> training.History:
    """Train in whole epochs that come nearest to the steps, and end with the weights of the best epoch."""
    batches = data.Batches(images, batch_size=batch_size, seed=run.seed, drop_last=True)
    best = early_stopping.Best(model, run, name, patience=8)
    history = training.fit(
        model,
        loss,
        batches,
        optimizer=training.adam(model, lr=run.choose(smoke=1e-2, laptop=3e-3, full=1e-3)),
        scheduler=training.warmup_cosine,
        epochs=max(1, round(steps / len(batches))),
        validate=lambda: nats_on(dataset.validation.first(1_000), model, loss),
        on_epoch=best,
        name=name,
        run=run,
        config={"data": dataset.checksum},
    )
    epoch = best.restore(history)
    print(f"{name}: the weights are those of epoch {epoch} of {len(history.epochs)}")
    return history


width = run.choose(smoke=8, laptop=64, full=128) * C
depth = run.choose(smoke=2, laptop=5, full=12)
torch.manual_seed(run.seed)
plain = PixelCNN(levels=K, channels=C, width=width, blocks=depth).to(run.device)
plain_history = train(
    plain,
    negative_log_likelihood,
    "plain",
    steps=run.choose(smoke=300, laptop=1700, full=60_000),
    batch_size=run.choose(smoke=32, laptop=32, full=128),
)

# %% tags=["plot"] expected="loss"
plain_nats = nats_on(dataset.test, plain)
run.record(plain_test_nats=plain_nats, plain_test_bits_per_dim=bits(plain_nats), plain_seconds=plain_history.seconds)
uniform = C * H * W * math.log(K)
plots.curves(
    {"training (dots: validation after each epoch)": plain_history.curve()},
    points={"training (dots: validation after each epoch)": plain_history.epoch_curve("validation")},
    x_label="step",
    y_label="nats per image",
    levels={"test, best epoch": plain_nats},
    settled=True,
    title=f"PixelCNN on {dataset.name}: {plain_nats:.2f} nats per test image",
    alt="The training loss falls steeply at first and then slowly; the test loss is a dashed line near its end",
)
print(f"a model that knows nothing: {uniform:.1f} nats; yours: {plain_nats:.2f} nats")
references.beside(run, dataset.name, plain_test_nats=plain_nats)

# %% [markdown]
# The dashed line is the average over the whole test set, which training never saw. Binarised test images are one
# Bernoulli draw with a recorded seed, so that numbers can be compared; other papers binarise
# differently (by a threshold, or by one fixed published draw), and their figures live on another scale.

# %% [markdown]
# ## 5. Sampling: one value at a time
#
# To draw from $p(x_i \mid x_{<i})$ with a single uniform number $u$, cut the interval $[0, 1)$ into pieces of lengths
# $p_0, p_1, \dots, p_{K-1}$ and take the level whose piece contains $u$. With probabilities
# .2, .5, .3 and $u = .45$: the pieces are $[0, .2)$, $[.2, .7)$, $[.7, 1)$, so the level is 1.
#
# Why not call `torch.multinomial`? Because then nobody could repeat your sample. Here **all randomness is in $u$**:
# the same $u$ gives the same picture, which lets us compare samplers exactly.


# %% exercise="draw_levels" points=3 minutes=5 lines=3
def draw_levels(logits: Tensor, u: Tensor) -> Tensor:
    """Draw levels by the inverse of the cumulative distribution: piece k holds its lower end, not its upper end.

    Args:
        logits: Unnormalised log-probabilities, shape (B, K, ...).
        u: Uniform numbers in [0, 1), shape (B, ...).

    Returns:
        Levels 0..K-1, an int64 tensor of the shape of u.
    """
    ### BEGIN SOLUTION
    cumulative = logits.softmax(dim=1).cumsum(dim=1)
    levels = (cumulative <= u.unsqueeze(1)).sum(dim=1)
    return levels.clamp(max=logits.shape[1] - 1)
    ### END SOLUTION


# %% [markdown] hints="draw_levels"
# - Count how many whole pieces lie to the left of $u$.
# - Softmax over dimension 1, cumulative sum over dimension 1, compare with $u$ (which needs that dimension too), and
#   count.
# - `u.unsqueeze(1)` gives u the missing dimension; a sum over a comparison counts; rounding may leave the last
#   cumulative sum just below 1, so clamp to the largest level.

# %% check="draw_levels"
checks.pixelcnn.draw_levels(draw_levels)

# %% [markdown]
# An image is drawn value by value. The network always computes logits for *all* values; only those of the next one
# are used, for all others either are done or still wait for pixels that do not exist yet.


# %% exercise="sample" points=5 minutes=7 lines=7
@torch.no_grad()
def sample(model: nn.Module, u: Tensor, pick=draw_levels, y: Tensor | None = None) -> Tensor:
    """Draw images by ancestral sampling: rows from the top, columns from the left, colours in order.

    Args:
        model: `model(x, y)` returns logits (B, K, C, H, W).
        u: Uniform numbers that decide the draws, shape (B, C, H, W).
        pick: `pick(logits, u)` turns logits (B, K) and numbers (B,) into levels (B,).
        y: Labels (B,) for a model with classes, else None.

    Returns:
        Levels, an int64 tensor of the shape of u.
    """
    ### BEGIN SOLUTION
    x = torch.zeros_like(u, dtype=torch.long)
    _, channels, height, width = u.shape
    for row in range(height):
        for column in range(width):
            for channel in range(channels):
                place = (..., channel, row, column)
                x[place] = pick(model(x, y)[place], u[place])
    return x
    ### END SOLUTION


# %% [markdown] hints="sample"
# - Begin with an image of zeros. After which value may the next one be drawn?
# - Loop over rows, columns and colours; run the model on the image as it is; pick the level of this one value for the
#   whole batch; write it into the image.
# - `model(x, y)[..., channel, row, column]` are the logits (B, K) of one value, and `u[..., channel, row, column]`
#   its noise (B,).

# %% check="sample"
checks.pixelcnn.sample(sample)

# %% [markdown]
# **Predict first.** Evaluating $\log p(x)$ of 16 images takes one pass of the network. How much longer will it take
# to *draw* 16 images?

# %% [markdown] tags=["notes"]
# *My prediction:*

# %% tags=["plot"] expected="samples"
u = torch.rand(16, C, H, W, generator=torch.Generator().manual_seed(run.seed)).to(run.device)
plain.eval()
start = time.perf_counter()
samples = sample(plain, u)
sampling_seconds = time.perf_counter() - start
start = time.perf_counter()
with torch.no_grad():
    log_likelihood(plain(samples), samples).sum().item()
scoring_seconds = time.perf_counter() - start
run.record(sampling_seconds=sampling_seconds, sampling_over_scoring=sampling_seconds / scoring_seconds)
plots.image_grid(samples, K, columns=8, title="Samples of your model", alt="Sixteen images drawn by the model")
print(f"scoring 16 images: {scoring_seconds:.3f} s; drawing them: {sampling_seconds:.2f} s")

# %% [markdown] answer="exact_but_slow" points=4 minutes=5
# **Strengths and weaknesses, from your own run.** Compare the two times above, and the samples with real images. (a)
# Why does drawing take so much longer, and how does the ratio grow with the size of the image?
# (b) What can you do with this model that you could not do with one that only draws samples? (c) What do the samples
# get right, and what not? Where does that show in the likelihood, and where not? (At most 200 words.)
#
# ### BEGIN SOLUTION
# **Model answer.** (a) Scoring needs one pass, because all values are known; drawing needs one pass per value, $D = C
# H W$ of them, one after the other. So the ratio is about $D$ (784 for MNIST; somewhat less when a single small pass
# does
# not fill the machine), and it grows with the area of the image, while each pass grows with the area too. (b) The
# likelihood is exact: one can compare models by one number on held-out data, compress losslessly, score how unusual
# an image is, choose a class by Bayes' rule,
# fill in missing pixels in order. (c) Strokes are locally sharp and of the right thickness; the whole is often no
# digit, since far pixels must agree and small errors are fed back as input. The likelihood is an average over pixels,
# most of which are easy
# (background, inside of strokes), so a model may have a good likelihood and poor global form.
#
# **Rubric (4 points).** (1) One pass against $D$ passes, with the ratio measured. (1) At least two uses of an exact
# likelihood. (1) Local against global quality, seen in their samples. (1) Likelihood and visual quality need not
# agree, with a reason. Half: "sampling is slow because the network is big".
# ### END SOLUTION

# %% [markdown]
# ### Filling in what is hidden
#
# The same loop completes a picture: keep the known pixels, draw the others. Note what this is and what it is not:
# each unknown value is drawn from $p(x_i \mid x_{<i})$, given everything *before* it. Known pixels *after* it have no
# say.


# %% exercise="complete" points=3 minutes=4 lines=8
@torch.no_grad()
def complete(
    model: nn.Module, x: Tensor, known: Tensor, u: Tensor, pick=draw_levels, y: Tensor | None = None
) -> Tensor:
    """Draw the unknown values of images, in raster order, given the values before them.

    Args:
        model: `model(x, y)` returns logits (B, K, C, H, W).
        x: Images, levels of any integer type, shape (B, C, H, W); they stay as they are, and what they hold where `known`
            is False does not matter.
        known: True where a value is to be kept, shape (B, C, H, W).
        u: Uniform numbers that decide the draws, shape (B, C, H, W).
        pick: `pick(logits, u)` turns logits (B, K) and numbers (B,) into levels (B,).
        y: Labels (B,) for a model with classes, else None.

    Returns:
        Levels, an int64 tensor of the shape of x.
    """
    ### BEGIN SOLUTION
    x = torch.where(known, x.long(), 0)
    _, channels, height, width = x.shape
    for row in range(height):
        for column in range(width):
            for channel in range(channels):
                place = (..., channel, row, column)
                if not known[place].all():
                    x[place] = torch.where(known[place], x[place], pick(model(x, y)[place], u[place]))
    return x
    ### END SOLUTION


# %% [markdown] hints="complete"
# - It is `sample` with one more question at every value.
# - Start from a copy of the image in which unknown values are zero; at each place draw for the whole batch, and write
#   the draw only where the value is not known.
# - `torch.where(known[place], x[place], drawn)` keeps or replaces, image by image.

# %% check="complete"
checks.pixelcnn.complete(complete)

# %% tags=["plot"] expected="completions"
whole = dataset.test.images[:8].long()
known = torch.zeros_like(whole, dtype=torch.bool)
known[:, :, : H // 2] = True
completed = complete(plain, whole, known, u[:8])
plots.image_grid(
    torch.cat([whole, torch.where(known, whole, K // 2), completed]),
    K,
    columns=8,
    title="Test images; their upper halves; completed by your model",
    alt="Three rows of eight images: originals, the same with the lower half hidden, and the model's completions",
)

# %% [markdown]
# ### Asking for a class
#
# A conditional model is trained with labels and sampled with them. The network is the one you wrote; only the loss
# passes `y` on.

# %% tags=["train"]
torch.manual_seed(run.seed)
conditional = PixelCNN(levels=K, channels=C, width=width, blocks=depth, classes=len(dataset.classes)).to(run.device)
conditional_history = train(
    conditional,
    conditional_negative_log_likelihood,
    "conditional",
    steps=run.choose(smoke=300, laptop=900, full=60_000),
    batch_size=run.choose(smoke=32, laptop=32, full=128),
    images=dataset.train.first(run.choose(smoke=1_000, laptop=30_000, full=60_000)),
)

# %% tags=["plot"] expected="classes"
per_class = run.choose(smoke=2, laptop=2, full=8)
y = torch.arange(len(dataset.classes), device=run.device).repeat(per_class)
noise = torch.rand(len(y), C, H, W, generator=torch.Generator().manual_seed(run.seed)).to(run.device)
plots.image_grid(
    sample(conditional.eval(), noise, y=y),
    K,
    columns=len(dataset.classes),
    captions=[dataset.classes[label] for label in y.tolist()],
    title="Samples by class",
    alt="Samples of the conditional model, one column per class",
)
conditional_nats = nats_on(dataset.test, conditional, conditional_negative_log_likelihood)
run.record(conditional_test_nats=conditional_nats)
print(
    f"-log p(x | y): {conditional_nats:.2f} nats per test image, after fewer steps, on fewer images, than the plain model had"
)

# %% [markdown]
# ## 6. Optional: a sampler that does not repeat itself
#
# Your sampler runs the whole network for every value, and throws away all logits but one. Yet when pixel $i$ has been
# drawn, only the features *at pixel $i$* become computable: everything before is unchanged, everything after must
# wait.
# So keep every layer's features in a **cache**, and at each pixel compute one column of new features, layer by layer.
# A convolution at a single place is a dot product of its window with the kernel.
#
# The cache of a layer's input is padded with zeros and has the channels last, so that the window of pixel (row,
# column) of the image begins at `cache[:, row, column]`.


# %% exercise="conv_at" points=4 minutes=8 lines=3 optional=true
def conv_at(cache: Tensor, weight: Tensor, bias: Tensor, row: int, column: int) -> Tensor:
    """Compute a convolution's output at a single pixel.

    Args:
        cache: The layer's padded input, shape (B, H + rows - 1, W + columns - 1, I).
        weight: Kernel, shape (rows, columns, I, O).
        bias: Shape (O,).
        row: Row of the pixel in the image.
        column: Its column.

    Returns:
        The output there, shape (B, O).
    """
    ### BEGIN SOLUTION
    rows, columns, _, out_channels = weight.shape
    window = cache[:, row : row + rows, column : column + columns]
    return torch.addmm(bias, window.flatten(1), weight.view(-1, out_channels))
    ### END SOLUTION


# %% [markdown] hints="conv_at"
# - Cut the window out of the cache; then a weighted sum over its rows, columns and channels is left.
# - Flatten the window to (B, rows * columns * I) and the weight to (rows * columns * I, O); multiply; add the bias.
# - `torch.einsum("brci,rcio->bo", window, weight) + bias` says the same in one line.

# %% check="conv_at"
checks.pixelcnn.conv_at(conv_at)


# %% [markdown]
# **Several pixels at once.** A pixel need not wait for the whole row above it. The kernels reach 3 columns to the
# right, no further, so a row may begin as soon as the row above is 4 pixels ahead. The pixels along the slanted line
# $\text{column} + 4 \cdot \text{row} = t$ are drawn in one step $t$: on 28 x 28 pixels, 136 steps instead of 784.
#
# The given code below keeps the cache so that such a line is cheap to address: `windows` is a view in which every
# pixel of the line has its own window, and your `conv_at` works on all of them.


# %% tags=["setup"]
LEAD = 4  # columns that a row is ahead of the row below it: the reach of the 7 x 7 kernel to the right, and one


class Cached:
    """One convolution of a PixelCNN for grey images, its masked weights laid out for `conv_at`, and its input's cache.

    A step t stands for the pixels with column + LEAD * row = t; here they are those of the rows start to stop - 1.
    """

    def __init__(self, conv: nn.Conv2d, batch: int, height: int, width: int):
        """Start with an empty cache."""
        rows, columns = conv.kernel_size
        weight = (conv.weight * conv.mask).permute(2, 3, 1, 0)
        # type A and B kernels are zero below their own row, so those rows need not be computed
        self.weight, self.bias = weight[: rows // 2 + 1].contiguous(), conv.bias
        self.up, self.left = rows // 2, columns // 2
        sheared = width + 2 * self.left + LEAD * (height + self.up - 1)  # each row lies LEAD places further right
        self.cache = weight.new_zeros(batch, height + self.up, sheared, conv.in_channels)

    def windows(self, t: int, start: int, stop: int) -> Tensor:
        """Windows (B * pixels, rows, columns, in_channels) of the pixels of step t."""
        rows, columns, channels, _ = self.weight.shape
        image, row, column, channel = self.cache.stride()
        size = (len(self.cache), stop - start, rows, columns, channels)
        stride = (image, row, row + LEAD * column, column, channel)
        return self.cache.as_strided(size, stride, start * row + t * column).flatten(0, 1)

    def at(self, t: int, start: int, stop: int) -> Tensor:
        """Output (B * pixels, out_channels) at the pixels of step t, from what the cache holds."""
        return conv_at(self.windows(t, start, stop), self.weight, self.bias, 0, 0)

    def put(self, value: Tensor, t: int, start: int, stop: int) -> None:
        """Keep the input (B * pixels, in_channels) at the pixels of step t."""
        place = t + self.left + LEAD * self.up
        self.cache[:, start + self.up : stop + self.up, place] = value.unflatten(0, (-1, stop - start))


@torch.inference_mode()
def cached_sample(model: PixelCNN, u: Tensor, pick=draw_levels, y: Tensor | None = None) -> Tensor:
    """Draw what `sample` draws from the same u, computing each feature once; for grey images.

    Args:
        model: A PixelCNN whose convolutions are masked_conv's.
        u: Uniform numbers that decide the draws, shape (B, 1, H, W).
        pick: `pick(logits, u)` turns logits (B, K) and numbers (B,) into levels (B,).
        y: Labels (B,) for a model with classes, else None.

    Returns:
        Levels, an int64 tensor of the shape of u.
    """
    batch, _, height, width = u.shape
    first = Cached(model.first, batch, height, width)
    mixes = [Cached(block.mix, batch, height, width) for block in model.blocks]
    ones = [(matrix(block.reduce), matrix(block.expand)) for block in model.blocks]
    hidden, last = matrix(model.head[1]), matrix(model.head[3])
    label = None if y is None else model.label(y)
    x = torch.zeros(batch, height, width, dtype=torch.long, device=u.device)
    for t in range(width + LEAD * (height - 1)):
        start, stop = max(0, (t - width) // LEAD + 1), min(height, t // LEAD + 1)
        if start == stop:  # on images narrower than LEAD some lines hold no pixel
            continue
        rows = torch.arange(start, stop, device=u.device)
        columns = t - LEAD * rows
        h = first.at(t, start, stop)
        if label is not None:
            h = h + label.repeat_interleave(stop - start, dim=0)
        for mix, (reduce, expand) in zip(mixes, ones, strict=True):
            mix.put(torch.addmm(reduce[1], h.relu(), reduce[0]).relu_(), t, start, stop)
            h = torch.addmm(expand[1], mix.at(t, start, stop).relu_(), expand[0]).add_(h)
        logits = torch.addmm(last[1], torch.addmm(hidden[1], h.relu_(), hidden[0]).relu_(), last[0])
        levels = pick(logits, u[:, 0, rows, columns].flatten())
        x[:, rows, columns] = levels.unflatten(0, (batch, -1))
        first.put(levels[:, None] * (2 / (model.levels - 1)) - 1, t, start, stop)
    return x.unsqueeze(1)


def matrix(conv: nn.Conv2d) -> tuple[Tensor, Tensor]:
    """A masked 1 x 1 convolution as a matrix (in, out) and a bias."""
    return (conv.weight * conv.mask)[:, :, 0, 0].T.contiguous(), conv.bias


# %% tags=["plot"]
if C == 1:
    many = torch.rand(1000, C, H, W, generator=torch.Generator().manual_seed(run.seed + 1)).to(run.device)
    try:
        start = time.perf_counter()
        quick = cached_sample(plain, u)
        quick_seconds = time.perf_counter() - start
        drawn = cached_sample(plain, many)
    except NotImplementedError:
        print("`conv_at` is left out, and with it the faster sampler and its samples for 10_evaluation.")
    else:
        agree = (quick == samples).double().mean().item()
        speedup = sampling_seconds / quick_seconds
        run.record(cached_speedup=speedup)
        print(f"plain {sampling_seconds:.2f} s, cached {quick_seconds:.2f} s: {speedup:.0f} times")
        print(f"{agree:.2%} of the values are equal (rounding can tip a draw whose u lies on the edge of a piece)")
        run.keep_samples(drawn, levels=K, dataset=dataset, model="PixelCNN")  # for 10_evaluation

# %% [markdown]
# ## 7. The blind spot
#
# A mask decides what *one* layer sees. What does a pixel see through the whole stack? Ask the gradient: pixel $j$
# matters for the logits at pixel $i$ exactly if $\partial \ell_i / \partial x_j$ is not zero (for some image).


# %% exercise="receptive_field" points=4 minutes=6 lines=5
def receptive_field(model: nn.Module, x: Tensor, row: int, column: int) -> Tensor:
    r"""Measure how strongly each pixel moves the logits of one pixel.

    Take the gradient of the sum of all logits at (row, column) with respect to the images; then the absolute value, the
    sum over colours, and the mean over the batch.

    Args:
        model: `model(x)` returns logits (B, K, C, H, W); it takes floating-point images, too.
        x: Images, shape (B, C, H, W), floating point.
        row: Row of the pixel whose logits are looked at.
        column: Its column.

    Returns:
        A map of non-negative numbers, shape (H, W); zero where a pixel has no influence.
    """
    ### BEGIN SOLUTION
    x = x.clone().requires_grad_()
    logits = model(x)[..., row, column]
    (gradient,) = torch.autograd.grad(logits.sum(), x)
    return gradient.abs().sum(dim=1).mean(dim=0)
    ### END SOLUTION


# %% [markdown] hints="receptive_field"
# - Which tensor must ask for a gradient, and which number is differentiated?
# - `requires_grad_()` on a copy of the images; sum the logits at the pixel over levels, colours and images;
#   `torch.autograd.grad`.
# - The order of the last three steps matters: absolute values first, or signs cancel.

# %% check="receptive_field"
checks.pixelcnn.receptive_field(receptive_field)

# %% [markdown]
# **Predict first.** Masked 3 x 3 convolutions, six on top of one another, seen from a pixel in the middle: sketch the
# region of pixels that reach it. Then look.

# %% [markdown] tags=["notes"]
# *My prediction:*


# %% tags=["setup"]
def fresh_field(model: nn.Module, row: int, column: int, size: int = 15) -> Tensor:
    """Receptive field on random images of `size` x `size` pixels, which hides no dependence by chance as one image may."""
    generator = torch.Generator().manual_seed(0)
    images = torch.rand(8, C, size, size, generator=generator) * (K - 1)
    return receptive_field(model, images.to(run.device), row, column).detach().cpu()


# %% tags=["plot"] expected="receptive_field"
torch.manual_seed(0)
stack = nn.Sequential(
    masked_conv(1, 8, 3, "A"), *[masked_conv(8, 8, 3, "B") for _ in range(5)], nn.Unflatten(1, (8, 1))
)
images = torch.rand(1, 1, 15, 15)
plots.fields(
    {
        "1 layer": receptive_field(stack[0:1].append(nn.Unflatten(1, (8, 1))), images, 9, 7),
        "3 layers": receptive_field(nn.Sequential(*stack[:3], nn.Unflatten(1, (8, 1))), images, 9, 7),
        "6 layers": receptive_field(stack, images, 9, 7),
    },
    mark=(9, 7),
    title="What the outlined pixel sees (white: nothing at all)",
    alt="The region seen grows with the layers, but a wedge to the upper right of the pixel stays white: the blind spot",
)

# %% [markdown]
# With each layer the view widens, but to the **right** it only ever widens by going *up* first: from row $r - n$ the
# pixel can be reached from at most $n$ columns to the right with 3 x 3 kernels. A wedge of pixels to the upper right,
# all of them
# already drawn, stays invisible however many layers you add. This is the blind spot, and it is in the model you have
# just trained:


# %% tags=["plot"] expected="blind_spot"
def explain_field(row: int, column: int) -> None:
    """Draw what a pixel of your trained model sees, and what it should see."""
    side = min(H, W)
    field = fresh_field(plain, row, column, size=side)
    places = torch.arange(side * side).reshape(side, side)
    before = places < row * side + column
    blind = before & (field == 0)
    plots.fields(
        {"your model sees": field, "drawn before": before.double(), "drawn before, yet unseen": blind.double()},
        mark=(row, column),
        title=f"Pixel at row {row}, column {column}: {int(blind.sum())} of {int(before.sum())} earlier pixels have no influence",
        alt="Three maps: the pixels that influence the outlined one, all pixels before it, and those of them without influence",
    )


side = min(H, W)
widgets.explore(explain_field, row=(0, side - 1, side // 2), column=(0, side - 1, side // 2 - 1))

# %% [markdown] answer="blind_spot" points=4 minutes=5
# **The blind spot.** (a) Which part of the unseen region is the blind spot proper, and which part is only out of
# reach because the network is shallow? How could you tell them apart by an experiment?
# (b) Explain from the type B mask why adding layers does not cure it. (c) Does the blind spot make $p(x)$ wrong (not
# normalised, or not causal), or what else does it spoil? (At most 200 words.)
#
# ### BEGIN SOLUTION
# **Model answer.** (a) Rows further up than the summed reach of the kernels are merely out of reach: more layers (or
# larger kernels) bring them in. The wedge to the right, bounded by the slanted line that leaves the pixel to the
# upper right, is the blind spot: it stays for any number of layers. Experiment: build the
# network with more blocks and look at which pixels remain at zero. (b) In one layer a pixel sees, in its own row,
# only what lies to the left. To get information from the right it must step to a row above, and each such step of a 3
# x 3 kernel brings at most one column to the right. So from $n$ rows above at
# most $n$ columns to the right can be reached, by any composition of layers. (c) $p(x)$ is still a proper
# distribution and causal: every factor uses a *subset* of $x_{<i}$. What is lost is information, so the best
# achievable likelihood is worse, and samples can lose coherence along rising diagonals.
#
# **Rubric (4 points).** (1) Separates out-of-reach from blind, with an experiment. (1) The own row is seen to the
# left only. (1) One column per row and layer, so the slope stays. (1) Normalisation and causality hold; information
# is lost. Half: "the mask has zeros on the right" without the argument on composition.
# ### END SOLUTION

# %% [markdown]
# ### The repair: two stacks
#
# The Gated PixelCNN (van den Oord et al. 2016b, Sec. 2.1 and 2.2) carries two feature maps:
#
# * a **vertical** stack $v$ that sees *all* columns of the rows above, with nothing shut on the right;
# * a **horizontal** stack $h$ that sees the own row, to the left, and listens to $v$ at its own pixel.
#
# $h$ listens to $v$, never the other way round. No masks are needed: shift the image **down by one row** before the
# vertical stack, so that "my row" already means "the row above me"; shift it **right by one column** before the
# horizontal stack.
# Afterwards every layer may use its own place, and kernels are simply cut: they end at their own row, or at their own
# column. Cut kernels also save the work that masks throw away.


# %% exercise="shift" points=2 minutes=3 lines=2
def shift(x: Tensor, down: int = 0, right: int = 0) -> Tensor:
    """Move images down and to the right; zeros move in, what leaves is lost, the size stays.

    Args:
        x: Images or features, shape (B, C, H, W).
        down: Rows to move by, 0 <= down < H.
        right: Columns to move by, 0 <= right < W.

    Returns:
        The moved images, shape (B, C, H, W).
    """
    ### BEGIN SOLUTION
    height, width = x.shape[-2:]
    return F.pad(x, (right, 0, down, 0))[..., :height, :width]
    ### END SOLUTION


# %% [markdown] hints="shift"
# - Add rows of zeros at the top, then cut as many rows off at the bottom.
# - `F.pad(x, (left, right, top, bottom))` pads columns first, then rows.
# - Cut with `[..., :height, :width]`, which also works for a shift by 0.

# %% check="shift"
checks.pixelcnn.shift(shift)

# %% [markdown]
# Instead of a ReLU, every layer ends in a **gate**: half of the features carry a signal, the other half decide how
# much of it passes,
#
# $$\mathrm{gate}(a) = \tanh(a_1) \odot \sigma(a_2) \qquad\text{(van den Oord et al. 2016b, Eq. 2)}$$
#
# with $a_1$ the first and $a_2$ the second half of the channels. A signal of 2 behind a door of 0 passes as $\tanh(2)
# \cdot \tfrac12 = 0.48$.


# %% exercise="gate" points=2 minutes=2 lines=2
def gate(a: Tensor) -> Tensor:
    r"""Let a signal through a door: $\tanh(a_1) \odot \sigma(a_2)$.

    Args:
        a: Signal and door, one after the other in dimension 1, shape (B, 2 F, H, W).

    Returns:
        Features, shape (B, F, H, W).
    """
    ### BEGIN SOLUTION
    signal, door = a.chunk(2, dim=1)
    return signal.tanh() * door.sigmoid()
    ### END SOLUTION


# %% [markdown] hints="gate"
# - Cut the channels in the middle.
# - `a.chunk(2, dim=1)` returns both halves.
# - One half goes through `tanh`, the other through `sigmoid`, and the two are multiplied.

# %% check="gate"
checks.pixelcnn.gate(gate)

# %% [markdown]
# One layer of the two stacks, for kernels of size $n \times n$ (3 x 3, say):
#
# $$a = \mathrm{conv}_v(v), \qquad v' = \mathrm{gate}(a), \qquad h' = h + \mathrm{conv}_{\text{out}}\big(\mathrm{gate}(\mathrm{conv}_h(h) + \mathrm{conv}_{\text{link}}(a))\big)$$
#
# * $\mathrm{conv}_v$ has 2 rows and 3 columns: **its last row is the own row**. Pad 1 row at the top, 1 column on
#   either side, nothing at the bottom.
# * $\mathrm{conv}_h$ has 1 row and 2 columns: **its last column is the own column**. Pad 1 column on the left,
#   nothing on the right.


# %% exercise="GatedBlock" points=5 minutes=8 lines=4
class GatedBlock(nn.Module):
    """One layer of the vertical and the horizontal stack.

    Args:
        width: Features of each stack.
        kernel_size: Size n of the window, odd.
        gate: Halves the number of channels: (B, 2 width, H, W) -> (B, width, H, W).
    """

    def __init__(self, width: int, kernel_size: int = 3, gate=gate):
        """Make the four convolutions; none of them pads."""
        super().__init__()
        self.gate, self.reach = gate, kernel_size // 2
        self.vertical = nn.Conv2d(width, 2 * width, (self.reach + 1, kernel_size))
        self.horizontal = nn.Conv2d(width, 2 * width, (1, self.reach + 1))
        self.link = nn.Conv2d(2 * width, 2 * width, 1)
        self.out = nn.Conv2d(width, width, 1)

    def forward(self, v: Tensor, h: Tensor) -> tuple[Tensor, Tensor]:
        """Map v and h, each (B, width, H, W), to the new v and h."""
        n = self.reach
        ### BEGIN SOLUTION
        above = self.vertical(F.pad(v, (n, n, n, 0)))
        left = self.horizontal(F.pad(h, (n, 0)))
        h = h + self.out(self.gate(left + self.link(above)))
        return self.gate(above), h
        ### END SOLUTION


# %% [markdown] hints="GatedBlock"
# - Four lines, one per convolution. The padding decides who sees what.
# - `F.pad` takes (left, right, top, bottom). The vertical stack needs room on the left, the right and the top; the
#   horizontal one on the left only.
# - Pad v by `(n, n, n, 0)`. What `vertical` makes of it is used twice: through the gate as the new v, and through
#   `link` inside the gate of h.

# %% check="GatedBlock"
checks.pixelcnn.GatedBlock(GatedBlock)

# %% [markdown]
# The rest is assembly: shift, first convolutions, blocks, head. For grey images (colours would need group masks in
# $h$ again, which we leave out).


# %% tags=["setup"]
class GatedPixelCNN(nn.Module):
    """Two-stack PixelCNN for images with one value per pixel (van den Oord et al. 2016b).

    Args:
        levels: Number of levels K of a value.
        width: Features of each stack.
        blocks: Number of gated blocks.
        kernel_size: Window of a block, odd.
    """

    def __init__(self, levels: int, width: int, blocks: int, kernel_size: int = 3):
        """Make the first convolutions (4 x 7 above, 1 x 3 to the left), the blocks, and the head."""
        super().__init__()
        self.levels = levels
        self.first_vertical = nn.Conv2d(1, width, (4, 7))
        self.first_horizontal = nn.Conv2d(1, width, (1, 3))
        self.blocks = nn.ModuleList(GatedBlock(width, kernel_size) for _ in range(blocks))
        self.head = nn.Sequential(nn.ReLU(), nn.Conv2d(width, 2 * width, 1), nn.ReLU(), nn.Conv2d(2 * width, levels, 1))

    def forward(self, x: Tensor, y: Tensor | None = None) -> Tensor:
        """Map levels (B, 1, H, W) to logits (B, K, 1, H, W)."""
        x = 2 * x.to(self.head[-1].weight.dtype) / (self.levels - 1) - 1
        v = self.first_vertical(F.pad(shift(x, down=1), (3, 3, 3, 0)))
        h = self.first_horizontal(F.pad(shift(x, right=1), (2, 0)))
        for block in self.blocks:
            v, h = block(v, h)
        return self.head(h).unsqueeze(2)


# %% tags=["train"]
torch.manual_seed(run.seed)
gated = GatedPixelCNN(
    levels=K,
    width=run.choose(smoke=8, laptop=32, full=128),
    blocks=run.choose(smoke=2, laptop=5, full=12),
).to(run.device)
gated_history = train(
    gated,
    negative_log_likelihood,
    "gated",
    steps=run.choose(smoke=300, laptop=3400, full=60_000),
    batch_size=run.choose(smoke=32, laptop=16, full=128),
)

# %% tags=["plot"] expected="repaired"
gated_nats = nats_on(dataset.test, gated)
run.record(gated_test_nats=gated_nats, gated_test_bits_per_dim=bits(gated_nats), gated_seconds=gated_history.seconds)
row, column = side // 2, side // 2 - 1
plots.fields(
    {"PixelCNN": fresh_field(plain, row, column, side), "Gated PixelCNN": fresh_field(gated, row, column, side)},
    mark=(row, column),
    title="What the outlined pixel sees in your two models",
    alt="Left: a wedge to the upper right is white. Right: the rows above are seen on both sides",
)
plots.curves(
    {
        "PixelCNN": plain_history.curve(),
        "Gated PixelCNN": gated_history.curve(),
    },
    points={
        "PixelCNN": plain_history.epoch_curve("validation"),
        "Gated PixelCNN": gated_history.epoch_curve("validation"),
    },
    x_label="step",
    y_label="nats per image",
    title="Loss of both models: training (lines), validation after each epoch (dots)",
    settled=True,
    alt="Two falling curves, with dots for the validation images",
)
print(f"test nats per image: PixelCNN {plain_nats:.2f}, Gated PixelCNN {gated_nats:.2f}")
references.beside(run, dataset.name, plain_test_nats=plain_nats, gated_test_nats=gated_nats)

# %% [markdown] answer="later_work" points=4 minutes=5
# **Why the work went on.** For each of *Gated PixelCNN*, *PixelCNN++* (Salimans et al. 2017) and models with
# *self-attention* (such as PixelSNAIL, Chen et al. 2018), name one weakness of the model before it, and how it is
# mended. Then: which weakness do
# all of them share with the model of this notebook? (At most 200 words.)
#
# ### BEGIN SOLUTION
# **Model answer.** *Gated PixelCNN*: the blind spot is removed by two stacks; multiplicative gates replace ReLUs,
# which had left PixelCNN behind the recurrent PixelRNN. *PixelCNN++*: a 256-way softmax treats levels 127 and 128 as
# unrelated and costs memory and slow learning; a discretised mixture of logistics knows that levels
# are ordered and needs few parameters. It also conditions whole RGB pixels with simple linear dependence between
# colours, and uses down- and upsampling with short cuts to see far at low cost, and dropout against overfitting.
# *Self-attention*: the receptive field of convolutions grows only with depth, and far pixels reach a value through
# many layers; masked attention
# connects any earlier pixel in one step. *Shared weakness*: sampling is sequential, one pass (or one cached step) per
# value; also, no latent code that summarises an image.
#
# **Rubric (4 points).** One point each: Gated (blind spot or gates), PixelCNN++ (softmax over levels, or
# multi-scale), attention (long range in one step), the shared sequential sampling. Half: names without the weakness
# that they mend.
# ### END SOLUTION

# %% [markdown]
# ## 8. Among its relatives
#
# | model | exact likelihood | scoring | sampling | today |
# |---|---|---|---|---|
# | **PixelCNN and its heirs** | yes | one pass | one step per value | the same idea, on words, is every large language model; on image tokens it draws pictures |
# | VAE (03, 04) | a lower bound | one pass, many for a tight bound | one pass | codes for other models |
# | normalizing flow (05, 06) | yes | one pass | one pass, or one per value for MAF | densities, physics, variational inference |
# | GAN (07, 08) | none | none | one pass | fast synthesis, image translation |
#
# **What to take with you.** A likelihood needs no trick if the model is a product of conditionals, and a mask (or a
# shift) is all it takes to turn a convolution into one. What a network *may* see and what it *does* see are different
# questions, and a gradient answers the second.
#
# **Going further.** (1) Train on 8-bit images (`BINARISE = False`) and compare with 0.808 bits per dimension,
# published for a Gated PixelCNN of 852,160 parameters on 8-bit MNIST. (2) Give `GatedPixelCNN` labels. (3) Classify
# with your conditional model by Bayes' rule, $p(y \mid x) \propto p(x \mid y)\,p(y)$: how accurate is it?
