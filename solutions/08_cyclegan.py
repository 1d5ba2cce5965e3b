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

# %% [markdown] title="CycleGAN: unpaired image translation" reading=20 machine=9 figures="ssim_input ssim_to_b ssim_to_a psnr_to_b ssim_gain ssim_gain_least recognised_to_b train_seconds"
# # CycleGAN: unpaired image translation
#
# ![Plain shapes, their translations with stripes, and the way back](expected/translated.png)
#
# Top row: pictures of one kind. Below: what a network made of them, without ever having seen a single picture in both kinds.
# It had two piles, one of plain shapes and one of striped ones, and nobody told it which belongs to which. Then the truth,
# which is known because the shapes are drawn, and at the bottom the way back.
#
# **The question of this notebook:** how can a translation be learned without one example of a translation, what exactly does
# such training promise, and what does it not?
#
# **What to know first.**
# *Adversarial training*: a discriminator learns to tell real from made, a generator learns to fool it; each has its own
# optimiser. If you have done 07_gan you know more than you need.
# *Convolutions*: kernel size, stride and padding decide the size of the output,
# $\lfloor (H + 2p - k) / s \rfloor + 1$ ([Conv2d](https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv2d.html)); a
# transposed convolution of stride 2 doubles height and width.
# *Gradients in PyTorch*: `backward()` *adds* to `.grad` of every parameter on the way, whoever's it is.
#
# Nothing from an earlier notebook is needed. The papers: Zhu, Park, Isola, Efros, *Unpaired Image-to-Image Translation using
# Cycle-Consistent Adversarial Networks* (2017); Isola et al., *Image-to-Image Translation with Conditional Adversarial
# Networks* (2017, "pix2pix"); Mao et al., *Least Squares Generative Adversarial Networks* (2017); Chu, Zhmoginov, Sandler,
# *CycleGAN, a Master of Steganography* (2017).

# %% [markdown]
# | symbol | in code | meaning |
# |---|---|---|
# | $A$, $B$ | `domains` | the two domains: kinds of images |
# | $x$, $y$ | `x`, `y` | a batch of $A$ and a batch of $B$, values in $[-1, 1]$, shape `(B, 3, H, W)`; not pairs |
# | $G: A \to B$ | `to_b` | the generator that translates into $B$; $G(x)$ is `fake_b` |
# | $F: B \to A$ | `to_a` | the generator that translates back; $F(y)$ is `fake_a` |
# | $D_B$, $D_A$ | `judge_b`, `judge_a` | the discriminators: is this a real image of $B$ (of $A$)? |
# | $\lambda$ | `weight` | how much the cycle counts: 10 |
# | $\lambda_\text{id} / \lambda$ | `identity_share` | how much the identity loss counts, as a share of $\lambda$: 0.5 |
#
# All losses are means over batch, channels and pixels.

# %% [markdown] tags=["notes"]
# **My sources.** Name here whoever helped you, and every text, program or assistant that you used, with what you took
# from it. Whether working together is allowed is for your instructor to say; naming it always is.

# %% tags=["parameters"]
PRESET = "laptop"  # "smoke" (seconds), "laptop" (minutes) or "full" (a GPU)
DATASET = "textures"  # or "horse2zebra", "apple2orange", "celeba:Black_Hair+Blond_Hair", "folder:PATH" with images of your own
SEED = 0

# %% tags=["setup"]
import contextlib
import dataclasses
import itertools

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from helpers import checks, classifier, domains, plots, presets, references, similarity, training, widgets
from helpers.images import Split

run = presets.start(PRESET, DATASET, SEED, name="08_cyclegan", smoke_dataset="textures")
if run.preset != "full":  # bfloat16 has three digits, whose grain is seen in smooth backgrounds
    run = dataclasses.replace(run, precision="32-true")

# %% tags=["setup"]
size = run.choose(smoke=32, laptop=64, full=128)
pair = domains.load(run.dataset, size, device=run.device, count=run.choose(smoke=40, laptop=400, full=2000))
run.record(data=pair.name, checksum=pair.checksum)
if pair.note:
    print(pair.note)
print(
    f"{pair.name}: {len(pair.train_a):,} images of {pair.kinds[0]} and {len(pair.train_b):,} of {pair.kinds[1]}, {size} px"
)

# %% [markdown]
# ## 1. Two piles of images
#
# To learn a translation from *pairs* (a photograph and the same place as a map, a sketch and the shoe) is regression, or
# pix2pix. But nobody can photograph the very same horse as a zebra. What can always be had is two piles.
#
# The domains that this notebook starts with are drawn: the same kind of scene, with plain shapes in $A$ and striped ones in
# $B$. They were chosen because the true translation is *known*, so that you can measure what is usually only admired. It is
# known for test images only, and training never sees it.

# %% tags=["plot"]
plots.image_grid(
    torch.cat([pair.train_a[:8], pair.train_b[:8]]),
    pair.levels,
    columns=8,
    title=f"Above: {pair.kinds[0]} (A). Below: {pair.kinds[1]} (B). No image belongs to another",
    alt=f"Two rows of eight images each: {pair.kinds[0]} above, {pair.kinds[1]} below",
)

# %% [markdown]
# **Unpaired batches.** Each step of the training takes an image of $A$ and one of $B$. Which ones must be left to chance, *and
# separately for each domain*: with one shuffle for both, image 17 of $A$ would always meet image 17 of $B$. Randomness comes in
# as numbers, as everywhere in this workbook: one uniform number per image, and the order in which they rise is a shuffle.
#
# **By hand.** $u_A = (.9, .2, .5)$: the smallest is number 1, then 2, then 0, so the order is $(1, 2, 0)$. With
# $u_B = (.3, .1)$ the order of $B$ is $(1, 0)$. An epoch ends with the smaller domain: the pairs are $(1, 1)$ and $(2, 0)$.


# %% exercise="unpaired_order" points=2 minutes=3 lines=2
def unpaired_order(u_a: Tensor, u_b: Tensor) -> Tensor:
    """Put both domains in an order of their own, and match them place by place.

    Args:
        u_a: A uniform number for each image of A, shape (N_A,).
        u_b: A uniform number for each image of B, shape (N_B,).

    Returns:
        Indices, int64, shape (min(N_A, N_B), 2): row i holds the i-th image of A and the i-th of B, each in the order in
        which its domain's numbers rise.
    """
    ### BEGIN SOLUTION
    pairs = min(len(u_a), len(u_b))
    return torch.stack([u_a.argsort()[:pairs], u_b.argsort()[:pairs]], dim=1)
    ### END SOLUTION


# %% [markdown] hints="unpaired_order"
# - Two shuffles that know nothing of each other, cut to the same length.
# - `argsort` turns numbers into the order in which they rise; cut both orders, then put them side by side as columns.
# - `torch.stack([order_a, order_b], dim=1)`, with both orders cut to the smaller number of images.

# %% check="unpaired_order"
checks.cyclegan.unpaired_order(unpaired_order)

# %% [markdown] answer="unpaired" points=2 minutes=3
# **Why not pairs?** (a) Give two reasons why paired data is hard to get, with an example in which it cannot exist at all.
# (b) What can be learned from pairs that two piles cannot teach? (At most 120 words.)
#
# ### BEGIN SOLUTION
# **Model answer.** (a) Pairs need the same content in both domains, in the same pose and light, aligned pixel by pixel: costly
# (two recordings, registration, or an artist's work for each image), and often impossible: no horse exists as the same
# zebra, and no photograph shows what Monet painted. (b) Pairs say *which* image of $B$ belongs to an image of $A$. From
# piles only the two distributions can be learned; any map that carries one into the other fits them, so content may be
# exchanged unless something else holds it fast.
#
# **Rubric (2 points).** (1) Cost or alignment, and an example without any pair. (1) Piles fix distributions only, not the
# correspondence. Half: "it is expensive" alone.
# ### END SOLUTION

# %% [markdown]
# ## 2. The networks
#
# **Instance normalisation.** Batch normalisation takes its mean over the batch. CycleGAN trains with one image at a time,
# and a translation should not depend on who else is in the batch. So each map of each image is normalised by itself:
#
# $$\mathrm{IN}(x)_{b,c,i,j} = \frac{x_{b,c,i,j} - \mu_{b,c}}{\sqrt{\sigma^2_{b,c} + \varepsilon}}$$
#
# with $\mu_{b,c}$ and $\sigma^2_{b,c}$ the mean and the mean squared deviation over the $H W$ pixels of that map. There is nothing to remember for later: training and evaluation do the same.
#
# **By hand.** A map $(1, 3)$ has mean 2 and variance 1 (divide by 2, not by 1), so it becomes $(-1, 1)$; and so does
# $(10, 30)$. Contrast and brightness of a map are forgotten.


# %% exercise="instance_norm" points=2 minutes=3 lines=3
def instance_norm(x: Tensor, eps: float = 1e-5) -> Tensor:
    """Normalise each channel of each image over its own pixels.

    Args:
        x: Maps, shape (B, C, H, W).
        eps: Added to the variance, so that a map of equal values becomes 0.

    Returns:
        Shape (B, C, H, W); each map has mean 0 and, but for eps, variance 1.
    """
    ### BEGIN SOLUTION
    mean = x.mean(dim=(2, 3), keepdim=True)
    variance = x.var(dim=(2, 3), keepdim=True, unbiased=False)
    return (x - mean) / (variance + eps).sqrt()
    ### END SOLUTION


# %% [markdown] hints="instance_norm"
# - Over which of the four dimensions do the mean and the variance run?
# - Means over height and width with `keepdim=True`, so that they fit the maps again; the variance divides by $HW$.
# - `x.var(..., unbiased=False)` divides by the number of pixels; `eps` stands below the root.

# %% check="instance_norm"
checks.cyclegan.instance_norm(instance_norm)

# %% [markdown]
# From here on `nn.InstanceNorm2d` does this for us. The networks get the normalisation as an argument, a factory `norm(channels)`:
# without it, single pixels can be followed through a network.
#
# **A residual block** computes a change and adds it: $h \mapsto h + f(h)$. If nothing is to be changed, $f = 0$ is easily
# learned; that suits a translation, in which most things stay. Here $f$ is
#
# reflect 1, convolution 3 x 3, norm, ReLU, reflect 1, convolution 3 x 3, norm
#
# and *nothing* follows the sum: a ReLU there would forbid negative values on the way past the block, and the block could only
# ever add. **Reflection padding** continues the image beyond its border as in a mirror, so that no dark frame of zeros is seen
# as part of the scene: of $(1, 2, 3)$ it makes $(2, 1, 2, 3, 2)$.


# %% exercise="ResidualBlock" points=4 minutes=5 lines=9
class ResidualBlock(nn.Module):
    """A block h + f(h) of two 3 x 3 convolutions (Zhu et al. 2017, Sec. 7.2).

    Args:
        channels: Number of maps, which stays the same.
        norm: `norm(channels)` makes a normalisation layer.
    """

    def __init__(self, channels: int, norm=nn.InstanceNorm2d):
        """Make the layers of f."""
        super().__init__()
        ### BEGIN SOLUTION
        self.change = nn.Sequential(
            nn.ReflectionPad2d(1),
            nn.Conv2d(channels, channels, 3),
            norm(channels),
            nn.ReLU(),
            nn.ReflectionPad2d(1),
            nn.Conv2d(channels, channels, 3),
            norm(channels),
        )
        ### END SOLUTION

    def forward(self, h: Tensor) -> Tensor:
        """Map (B, channels, H, W) to the same shape."""
        ### BEGIN SOLUTION
        return h + self.change(h)
        ### END SOLUTION


# %% [markdown] hints="ResidualBlock"
# - The line above lists seven layers; which of them need the number of channels?
# - Put them into an `nn.Sequential` in `__init__`; `forward` adds what it returns to its own input.
# - `nn.ReflectionPad2d(1)` stands before each `nn.Conv2d(channels, channels, 3)`, which then needs no padding of its own.

# %% check="ResidualBlock"
checks.cyclegan.ResidualBlock(ResidualBlock)

# %% [markdown]
# **The generator** makes the image small, works on it there, and makes it large again (the paper's notation in brackets, `w` is
# the width, 64 in the paper):
#
# | | layer | maps | size |
# |---|---|---|---|
# | c7s1-w | reflect 3, convolution 7 x 7, norm, ReLU | w | H |
# | d2w | convolution 3 x 3, stride 2, zero padding 1, norm, ReLU | 2w | H/2 |
# | d4w | the same | 4w | H/4 |
# | R4w | residual blocks: 6 for 128 px, 9 for 256 px | 4w | H/4 |
# | u2w | transposed convolution 3 x 3, stride 2, padding 1, output padding 1, norm, ReLU | 2w | H/2 |
# | uw | the same | w | H |
# | c7s1-3 | reflect 3, convolution 7 x 7, **tanh**, no norm | 3 | H |
#
# At a quarter of the size there are 16 times fewer places, so four times as many maps cost no more than `w` of them at full
# size, and six blocks of 3 x 3 see a wide neighbourhood.


# %% exercise="ResnetGenerator" points=5 minutes=6 lines=12
class ResnetGenerator(nn.Module):
    """Translates images into images of the same size, with values in [-1, 1] (Zhu et al. 2017, Sec. 7.2).

    Args:
        channels: Colours of an image, 3.
        width: Maps at full size; there are twice and four times as many at half and a quarter of it.
        blocks: Number of residual blocks.
        block: `block(channels, norm)` makes a residual block.
        norm: `norm(channels)` makes a normalisation layer.
    """

    def __init__(self, channels: int, width: int, blocks: int, block=ResidualBlock, norm=nn.InstanceNorm2d):
        """Make the layers in the order of the table."""
        super().__init__()
        w = width
        ### BEGIN SOLUTION
        layers = [nn.ReflectionPad2d(3), nn.Conv2d(channels, w, 7), norm(w), nn.ReLU()]
        for few, many in ((w, 2 * w), (2 * w, 4 * w)):
            layers += [nn.Conv2d(few, many, 3, stride=2, padding=1), norm(many), nn.ReLU()]
        layers += [block(4 * w, norm) for _ in range(blocks)]
        for many, few in ((4 * w, 2 * w), (2 * w, w)):
            layers += [nn.ConvTranspose2d(many, few, 3, stride=2, padding=1, output_padding=1), norm(few), nn.ReLU()]
        layers += [nn.ReflectionPad2d(3), nn.Conv2d(w, channels, 7), nn.Tanh()]
        self.body = nn.Sequential(*layers)
        ### END SOLUTION

    def forward(self, x: Tensor) -> Tensor:
        """Map images (B, channels, H, W) to images of the same shape; H and W are multiples of 4."""
        ### BEGIN SOLUTION
        return self.body(x)
        ### END SOLUTION


# %% [markdown] hints="ResnetGenerator"
# - Go down the table row by row; collect the layers in a list and put it into one `nn.Sequential` at the end.
# - Two loops save writing: down through (w, 2w), (2w, 4w), and up the other way. The blocks between them all have 4w maps.
# - `nn.ConvTranspose2d(many, few, 3, stride=2, padding=1, output_padding=1)` doubles the size exactly; after the last
#   convolution only `nn.Tanh()` follows.

# %% check="ResnetGenerator"
checks.cyclegan.ResnetGenerator(ResnetGenerator)

# %% [markdown]
# **The discriminator judges patches.** Whether an image is a zebra's cannot be seen at one pixel, but it need not be seen from
# the whole image either: stripes are a matter of texture. A *PatchGAN* returns a grid of numbers, each of which sees a window
# of 70 x 70 pixels only. It has fewer weights than one that sees all, works on images of any size, and cannot demand a certain
# layout: shape and place are left to the cycle.
#
# | | layer (4 x 4, zero padding 1) | maps | at 128 px |
# |---|---|---|---|
# | C-w | stride 2, LeakyReLU 0.2; **no norm** | w | 64 |
# | C-2w | stride 2, norm, LeakyReLU 0.2 | 2w | 32 |
# | C-4w | stride 2, norm, LeakyReLU 0.2 | 4w | 16 |
# | C-8w | stride **1**, norm, LeakyReLU 0.2 | 8w | 15 |
# | last | stride 1, nothing behind it | 1 | 14 |


# %% exercise="PatchDiscriminator" points=4 minutes=6 lines=8
class PatchDiscriminator(nn.Module):
    """A judgement for each patch of an image (Isola et al. 2017; Zhu et al. 2017, Sec. 7.2).

    Args:
        channels: Colours of an image, 3.
        width: Maps after the first convolution, 64 in the paper.
        norm: `norm(channels)` makes a normalisation layer.
    """

    def __init__(self, channels: int, width: int, norm=nn.InstanceNorm2d):
        """Make the layers in the order of the table."""
        super().__init__()
        w = width
        ### BEGIN SOLUTION
        layers = [nn.Conv2d(channels, w, 4, stride=2, padding=1), nn.LeakyReLU(0.2)]
        for few, many, stride in ((w, 2 * w, 2), (2 * w, 4 * w, 2), (4 * w, 8 * w, 1)):
            layers += [nn.Conv2d(few, many, 4, stride=stride, padding=1), norm(many), nn.LeakyReLU(0.2)]
        layers += [nn.Conv2d(8 * w, 1, 4, padding=1)]
        self.body = nn.Sequential(*layers)
        ### END SOLUTION

    def forward(self, x: Tensor) -> Tensor:
        """Map images (B, channels, H, W) to judgements of patches, shape (B, 1, H / 8 - 2, W / 8 - 2), any real numbers."""
        ### BEGIN SOLUTION
        return self.body(x)
        ### END SOLUTION


# %% [markdown] hints="PatchDiscriminator"
# - Five convolutions of 4 x 4; only three of them halve the image, and only three are followed by a norm.
# - A loop over (maps in, maps out, stride) for the three in the middle; the first and the last are special.
# - `nn.Conv2d(few, many, 4, stride=stride, padding=1), norm(many), nn.LeakyReLU(0.2)`; no sigmoid at the end.

# %% check="PatchDiscriminator"
checks.cyclegan.PatchDiscriminator(PatchDiscriminator)

# %% [markdown]
# ### Optional: why 70?
#
# Go backwards from one judgement. It sees a window of the layer below that is as wide as the kernel, 4. If a window at some
# layer is $r$ wide, and that layer was made with kernel $k$ and stride $s$, then in the layer below it is $(r - 1) s + k$
# wide: $r - 1$ steps of $s$, and one whole kernel.
#
# **By hand.** For the last two layers, both with $k = 4$ and $s = 1$: $1 \to (1 - 1) \cdot 1 + 4 = 4 \to 3 + 4 = 7$.


# %% exercise="receptive_field" points=2 minutes=3 lines=3 optional=true
def receptive_field(layers: list[tuple[int, int]]) -> int:
    """Compute how many pixels wide the window is that one value of the last layer sees.

    Args:
        layers: Kernel size and stride of each convolution, the first one (next to the image) first.

    Returns:
        The width of the window.
    """
    ### BEGIN SOLUTION
    width = 1
    for kernel, stride in reversed(layers):
        width = (width - 1) * stride + kernel
    return width
    ### END SOLUTION


# %% [markdown] hints="receptive_field"
# - Start at the end with a window of one value.
# - Walk through the layers from the last to the first, and apply the rule above to each.
# - `for kernel, stride in reversed(layers):` and one assignment.

# %% check="receptive_field"
checks.cyclegan.receptive_field(receptive_field)

# %% [markdown]
# **How weights begin.** Adversarial training is touchy at its start. The paper draws all convolution weights from
# $\mathcal N(0, 0.02^2)$ (0.02 is the standard deviation); biases begin at 0.


# %% exercise="init_weights" points=2 minutes=3 lines=5
def init_weights(net: nn.Module) -> nn.Module:
    """Begin anew: weights of all convolutions from N(0, 0.02), their biases 0.

    Args:
        net: Any module; `nn.Conv2d` and `nn.ConvTranspose2d` may stand at any depth in it, with or without bias.

    Returns:
        The same module, changed in place.
    """
    ### BEGIN SOLUTION
    for part in net.modules():
        if isinstance(part, nn.Conv2d | nn.ConvTranspose2d):
            nn.init.normal_(part.weight, 0.0, 0.02)
            if part.bias is not None:
                nn.init.zeros_(part.bias)
    return net
    ### END SOLUTION


# %% [markdown] hints="init_weights"
# - `net.modules()` walks through all parts at any depth; which kinds are to be changed?
# - For each convolution: `nn.init.normal_` on its weight, `nn.init.zeros_` on its bias if there is one.
# - The third argument of `nn.init.normal_` is the standard deviation, not the variance; transposed convolutions count, too.

# %% check="init_weights"
checks.cyclegan.init_weights(init_weights)

# %% tags=["setup"]
width = run.choose(smoke=8, laptop=16, full=64)
blocks = run.choose(smoke=1, laptop=3, full=6)


def new_nets(seed: int) -> dict[str, nn.Module]:
    """The four networks, at their beginning."""
    torch.manual_seed(seed)
    nets = {
        "to_b": ResnetGenerator(3, width, blocks),
        "to_a": ResnetGenerator(3, width, blocks),
        "judge_b": PatchDiscriminator(3, width),
        "judge_a": PatchDiscriminator(3, width),
    }
    layout = torch.channels_last  # the same numbers in another order in memory: faster for convolutions
    return {name: init_weights(net).to(run.device, memory_format=layout) for name, net in nets.items()}


# %% [markdown] answer="architectures" points=4 minutes=5
# **Why these networks?** (a) pix2pix uses a *U-Net* as its generator: a network that also gets small and large again, but
# whose layers on the way up see the maps of the same size from the way down (skip connections). CycleGAN uses a ResNet. What
# does each make easy, and what could go wrong with a U-Net when there are no pairs? (b) What does a PatchGAN see, and what
# can it not see? Name two advantages over one judgement for the whole image, and one fault that it would let pass. (At most
# 180 words.)
#
# ### BEGIN SOLUTION
# **Model answer.** (a) U-Net: skip connections hand fine detail (edges, positions) from input to output unchanged, good when
# both are aligned pixel by pixel, as with pairs. Without pairs the easy way past the bottleneck invites copying the input with
# little change (and hiding information for the cycle in it). ResNet: all blocks work at a quarter of the size and each adds a
# change to what it gets, so keeping content is the default and textures can be altered; the size of its maps limits how
# much fine detail passes. (b) Each number sees 70 x 70 pixels (the whole image only if that is small), so it judges texture
# and local structure. Advantages: fewer weights, so less data and time; images of any size; many judgements per image, so
# a denser gradient; no demands on layout. It would not see faults that need two far places at once: a zebra with two
# heads far apart, or one whose left half is striped otherwise than the right one.
#
# **Rubric (4 points).** (1) U-Net passes fine detail, good for aligned pairs; risk of copying. (1) ResNet: change added to
# what is there, at low resolution. (1) PatchGAN sees local texture; two advantages. (1) A global fault. Half: "U-Net is for
# segmentation".
# ### END SOLUTION

# %% [markdown]
# ## 3. Four losses
#
# **Least squares.** The judgements are plain numbers; the discriminator should say 1 for real and 0 for made, and squares
# measure how far it is off (Mao et al. 2017; Zhu et al. 2017, Sec. 4 and 7.1):
#
# $$\mathcal L_D = \tfrac12\, \mathbb E\big[(D(y) - 1)^2\big] + \tfrac12\, \mathbb E\big[D(G(x))^2\big], \qquad
# \mathcal L_\text{adv} = \mathbb E\big[(D(G(x)) - 1)^2\big]$$
#
# No sigmoid and no logarithm: a made image that the discriminator is sure about gets a *larger* slope here, not a vanishing
# one. The half slows the discriminator down, compared with the generator.
#
# **By hand.** Judgements of real patches $(1, .6)$, of made ones $(.2, 0)$: $\mathcal L_D = \tfrac12 \cdot .08 + \tfrac12
# \cdot .02 = .05$, and $\mathcal L_\text{adv} = \tfrac12(.64 + 1) = .82$.


# %% exercise="judge_loss" points=2 minutes=2 lines=1
def judge_loss(real: Tensor, fake: Tensor) -> Tensor:
    """Compute the least-squares loss of a discriminator, the half included.

    Args:
        real: Judgements of patches of real images, any shape.
        fake: Judgements of patches of made images, any shape.

    Returns:
        Half of the mean squared distance from 1 for real, plus half of that from 0 for made ones, shape ().
    """
    ### BEGIN SOLUTION
    return 0.5 * ((real - 1) ** 2).mean() + 0.5 * (fake**2).mean()
    ### END SOLUTION


# %% [markdown] hints="judge_loss"
# - Which number should a real patch get, which a made one? Both terms are mean squares.
# - A mean over all patches of each kind first; then the two, with half the weight each.
# - `((real - 1) ** 2).mean()` is the first of the two means.

# %% check="judge_loss"
checks.cyclegan.judge_loss(judge_loss)


# %% exercise="fooling_loss" points=2 minutes=2 lines=1
def fooling_loss(fake: Tensor) -> Tensor:
    """Compute the least-squares adversarial loss of a generator (no half).

    Args:
        fake: Judgements of patches of the generator's images, any shape.

    Returns:
        The mean squared distance from what the generator would like to hear, shape ().
    """
    ### BEGIN SOLUTION
    return ((fake - 1) ** 2).mean()
    ### END SOLUTION


# %% [markdown] hints="fooling_loss"
# - What does the generator want the discriminator to say?
# - The mean of squares again, and only the made images count.
# - The squared distance from 1, averaged over all patches.

# %% check="fooling_loss"
checks.cyclegan.fooling_loss(fooling_loss)

# %% [markdown]
# **The cycle.** The adversarial loss asks only that $G(x)$ look like *some* image of $B$: a generator that draws the same fine
# zebra for every horse satisfies it. So ask that the way back lead home, from both sides:
#
# $$\mathcal L_\text{cyc} = \mathbb E\big[\|F(G(x)) - x\|_1\big] + \mathbb E\big[\|G(F(y)) - y\|_1\big]
# \qquad\text{(Zhu et al. 2017, Eq. 2)}$$
#
# where $\|\cdot\|_1$ is here the *mean* absolute difference. $G(x)$ and $F(y)$ are computed once per step and handed on; the
# gradient must run through **both** generators, so nothing is detached.
#
# **By hand.** $G(v) = v + 1$ and $F(v) = v - .8$ on a batch $x = 0$, $y = 0$: $F(G(0)) = .2$ and $G(F(0)) = .2$, so
# $\mathcal L_\text{cyc} = .4$.


# %% exercise="cycle_loss" points=3 minutes=4 lines=2
def cycle_loss(to_b, to_a, x: Tensor, y: Tensor, fake_b: Tensor, fake_a: Tensor) -> Tensor:
    """Compute how far both ways there and back lead from home, in mean absolute difference.

    Args:
        to_b: The generator A -> B.
        to_a: The generator B -> A.
        x: Images of A, shape (B, C, H, W).
        y: Images of B.
        fake_b: `to_b(x)`, already computed.
        fake_a: `to_a(y)`, already computed.

    Returns:
        The sum of the two means, shape ().
    """
    ### BEGIN SOLUTION
    return (to_a(fake_b) - x).abs().mean() + (to_b(fake_a) - y).abs().mean()
    ### END SOLUTION


# %% [markdown] hints="cycle_loss"
# - `fake_b` has been translated into B; who brings it back, and what should come out?
# - Two reconstructions, each compared with the image that it started from; mean absolute differences, added.
# - `to_a(fake_b)` should be `x`; the other one is its mirror image.

# %% check="cycle_loss"
checks.cyclegan.cycle_loss(cycle_loss)

# %% [markdown]
# **The identity.** What if a generator is given an image that is in its target domain already? There is nothing to do:
#
# $$\mathcal L_\text{id} = \mathbb E\big[\|G(y) - y\|_1\big] + \mathbb E\big[\|F(x) - x\|_1\big] \qquad\text{(Zhu et al. 2017, Sec. 5.2)}$$
#
# Mind which generator gets which domain. This keeps colours: without it a pair of generators may well make day of evening and
# evening of day, which the cycle does not notice.


# %% exercise="identity_loss" points=2 minutes=3 lines=1
def identity_loss(to_b, to_a, x: Tensor, y: Tensor) -> Tensor:
    """Compute how much the generators change images that are in their target domain already.

    Args:
        to_b: The generator A -> B.
        to_a: The generator B -> A.
        x: Images of A, shape (B, C, H, W).
        y: Images of B.

    Returns:
        The sum of the two mean absolute differences, shape ().
    """
    ### BEGIN SOLUTION
    return (to_b(y) - y).abs().mean() + (to_a(x) - x).abs().mean()
    ### END SOLUTION


# %% [markdown] hints="identity_loss"
# - Which images need no change if the aim is B?
# - `to_b` gets images of B, `to_a` gets images of A; each is compared with what it was given.
# - The first mean is that of `(to_b(y) - y).abs()`.

# %% check="identity_loss"
checks.cyclegan.identity_loss(identity_loss)

# %% [markdown] answer="cycle" points=4 minutes=5
# **The cycle.** (a) Write down the cycle loss, and say in words what each of its terms asks for. (b) What may happen without
# it, although both discriminators are fooled? (c) What happens if $\lambda$ is far too large, and what if it is tiny? (d) Why
# the mean absolute difference rather than the mean square? (At most 180 words.)
#
# ### BEGIN SOLUTION
# **Model answer.** (a) $\mathbb E\|F(G(x)) - x\|_1 + \mathbb E\|G(F(y)) - y\|_1$: translated to $B$ and back, an image of $A$
# should be what it was (forward), and likewise from $B$ (backward). (b) $G(x)$ need only look like $B$: content may be lost or
# exchanged, all $x$ may become the same image (mode collapse), shapes may move. (c) Too large: not changing anything is the
# safest way home, $G \approx F \approx$ identity (or just enough to see); images stay in their domain and the discriminators
# win. Tiny: as in (b). (d) A mean square punishes large errors most and is best served by averages, which blurs; the absolute
# difference prefers most pixels exactly right and keeps edges sharp.
#
# **Rubric (4 points).** (1) Both terms, correctly composed. (1) Content lost, many to one. (1) $\lambda$ large: identity;
# small: no constraint. (1) L1 against L2: blur. Half: only one direction, or "worse images" without saying how.
# ### END SOLUTION

# %% [markdown]
# ### Optional: what the cycle cannot know
#
# Suppose that $G$ and $F$ are perfect. Now take any function $s$ on images that can be undone, $s^{-1}(s(y)) = y$, such as
# "exchange red and blue" or "turn upside down", and build a second pair from the first: translate, then apply $s$. What must
# its way back be, so that the cycle is perfect again?


# %% exercise="other_pair" points=3 minutes=4 lines=3 optional=true
def other_pair(to_b, to_a, change, undo):
    """Build another pair of generators with a perfect cycle: its images of B are changed ones.

    Args:
        to_b: A function A -> B.
        to_a: A function B -> A that undoes `to_b`.
        change: A function of images of B.
        undo: The function that undoes `change`.

    Returns:
        Two functions: A -> B, which translates as `to_b` does and then changes, and B -> A, which undoes it exactly.
    """

    ### BEGIN SOLUTION
    def other_to_b(x):
        return change(to_b(x))

    def other_to_a(y):
        return to_a(undo(y))

    return other_to_b, other_to_a
    ### END SOLUTION


# %% [markdown] hints="other_pair"
# - Socks, then shoes; on the way back, shoes first.
# - Two small functions inside yours (or lambdas): each calls two of the four that you were given.
# - On the way there, what `to_b` returns goes into `change`; the way back undoes the last step first.

# %% check="other_pair"
checks.cyclegan.other_pair(other_pair)

# %% tags=["plot"]
if pair.true_b is not None:
    real_a, real_b = domains.signed(pair.test_a[:32]), domains.signed(pair.true_b[:32])
    upside_down = lambda images: images.flip(2)  # noqa: E731 - undoes itself
    try:
        odd_b, odd_a = other_pair(lambda x: real_b, lambda y: real_a, upside_down, upside_down)
    except NotImplementedError:
        print("`other_pair` is left out, and with it what the cycle does not see.")
    else:
        home = (odd_a(odd_b(real_a)) - real_a).abs().mean()
        alike = similarity.ssim(odd_b(real_a), real_b, span=2).mean()
        print(
            f"the true translation, then upside down: cycle loss {float(home):.3f}, SSIM to the truth {float(alike):.3f}"
        )

# %% [markdown] answer="identity" points=3 minutes=4
# **Identity, and two generators.** (a) What does the identity loss prevent that the cycle allows? For which translations would
# you leave it out? (b) Could one generator do for both directions? Say what would be gained and lost, and why CycleGAN
# has two. (At most 130 words.)
#
# ### BEGIN SOLUTION
# **Model answer.** (a) The cycle allows any invertible change, such as a shift of colours or of brightness that the other
# generator undoes; if both colourings occur in the target domain the discriminator accepts it too. The identity loss fixes
# that colours common to both domains stay. Leave it out (or weaken it) where colour is what is to be translated, such as
# grey to colour, or where the domains differ so much that "already there" means little. (b) One network would have to know
# in which direction to go (a label as further input), and do two different, opposite jobs: adding stripes and removing them. It
# would save weights and share what the domains have in common (as StarGAN does for many domains). Two are simpler, each a
# specialist, and nothing forces one set of weights to be its own inverse.
#
# **Rubric (3 points).** (1) Colour changes that the cycle allows. (1) A case for leaving it out. (1) Two different functions,
# a direction must be told; gain and loss. Half: "it keeps colours" alone.
# ### END SOLUTION

# %% [markdown]
# ## 4. The training
#
# **A buffer of made images.** If a discriminator sees only the generator's newest images, it forgets old faults, the
# generator returns to them, and both go in circles. So each discriminator is shown images from a *history* (Shrivastava et
# al. 2017): a buffer of 50. While it is not full, an image that arrives is kept, and is also what is shown. Once it is full,
# each new image has two fates, with probability one half each: it is shown as it is and not kept; or it takes the place of a
# random older one, and the *older* one is shown.
#
# Chance comes as numbers again: `u[i, 0] < 0.5` means that an older image is shown, and its place is `u[i, 1]` times the size,
# rounded down. Images are kept without their graph (`detach`), else all past steps stay in memory.


# %% exercise="ImageBuffer" points=5 minutes=7 lines=11
class ImageBuffer:
    """A history of made images, from which a discriminator is shown old and new ones.

    Args:
        size: How many images are kept, at least 1.
    """

    def __init__(self, size: int = 50):
        """Begin empty."""
        self.size = size
        self.images: list[Tensor] = []  # each of shape (C, H, W), without a graph

    def __call__(self, images: Tensor, u: Tensor) -> Tensor:
        """Take new images in, one after the other, and return what is to be shown instead.

        Args:
            images: Newly made images, shape (B, C, H, W).
            u: Uniform numbers in [0, 1), shape (B, 2): whether an older image is shown, and which.

        Returns:
            Shape (B, C, H, W), without a graph; place i holds the i-th new image or an older one.
        """
        ### BEGIN SOLUTION
        shown = []
        for image, (fate, place) in zip(images.detach(), u.tolist(), strict=True):
            if len(self.images) < self.size:
                self.images.append(image.clone())
            elif fate < 0.5:
                older = int(place * self.size)
                self.images[older], image = image.clone(), self.images[older]
            shown.append(image)
        return torch.stack(shown)
        ### END SOLUTION

    def state_dict(self) -> dict:
        """What a checkpoint keeps, so that a training that was interrupted goes on with the same history."""
        return {"images": [image.clone() for image in self.images]}

    def load_state_dict(self, state: dict) -> None:
        """Go on with a history that was kept."""
        self.images = list(state["images"])


# %% [markdown] hints="ImageBuffer"
# - Go through the batch image by image. Three cases: not full; full and an older one is shown; full and the new one is shown.
# - Collect what is to be shown in a list and stack it at the end. In the second case take the older image out *before* the new
#   one takes its place.
# - `int(...)` of the second number times the size is the place. Python's double assignment `a, b = b, a` swaps two things:
#   here the kept image and the new one.

# %% check="ImageBuffer"
checks.cyclegan.ImageBuffer(ImageBuffer)

# %% [markdown]
# **The learning rate** stays as it is for the first half of the epochs and then falls to 0 along a line:
#
# $$\text{factor}(e) = \min\Big(1,\ \frac{E - e}{E - E_0}\Big), \qquad e = 0, 1, \dots, E - 1$$
#
# with $E$ epochs, of which the first $E_0$ are constant (Zhu et al. 2017, Sec. 7.1: $E = 200$, $E_0 = 100$). The rate changes
# from *epoch* to epoch. The workbook's training loop asks for the factor at every *step*, that is at every batch, so the epoch
# has to be worked out.
#
# **By hand.** $E = 4$, $E_0 = 2$, 10 steps per epoch: steps 0 to 29 have factor 1 (epoch 2 is the first that could fall, and
# $(4 - 2) / 2 = 1$), steps 30 to 39 have $\tfrac12$.


# %% exercise="rate_factor" points=2 minutes=3 lines=2
def rate_factor(step: int, steps_per_epoch: int, epochs: int, constant: int) -> float:
    """Compute what the learning rate is multiplied with at a step.

    Args:
        step: Number of steps done before, from 0.
        steps_per_epoch: Batches in an epoch.
        epochs: Number of epochs E.
        constant: How many epochs have the full rate at first, E_0 < E.

    Returns:
        The factor, the same for all steps of an epoch; 0 when all epochs are over.
    """
    ### BEGIN SOLUTION
    epoch = step // steps_per_epoch
    return min(1.0, (epochs - epoch) / (epochs - constant))
    ### END SOLUTION


# %% [markdown] hints="rate_factor"
# - In which epoch does step number `step` lie? Whole numbers only.
# - `//` divides and rounds down; then the formula.
# - `min(1.0, ...)` takes care of the first half.

# %% check="rate_factor"
checks.cyclegan.rate_factor(rate_factor)

# %% [markdown]
# **Who moves whom.** Three optimisers, all Adam with rate $2 \cdot 10^{-4}$ and $\beta_1 = 0.5$, $\beta_2 = 0.999$ (the paper's): one
# for *both* generators together, since the cycle is their common business, and one for each discriminator. One optimiser over
# everything would be a disaster: what the generators minimise, the discriminators would minimise, too, and help to be fooled.


# %% exercise="make_optimizers" points=2 minutes=3 lines=6
def make_optimizers(nets: dict, rate: float = 2e-4) -> dict:
    """Make the three optimisers of a CycleGAN: Adam with betas (0.5, 0.999).

    Args:
        nets: The modules "to_b", "to_a", "judge_b" and "judge_a".
        rate: Learning rate.

    Returns:
        Optimisers by the names "generators" (for both), "judge_b" and "judge_a".
    """
    ### BEGIN SOLUTION
    of_both = itertools.chain(nets["to_b"].parameters(), nets["to_a"].parameters())
    return {
        "generators": torch.optim.Adam(of_both, lr=rate, betas=(0.5, 0.999)),
        "judge_b": torch.optim.Adam(nets["judge_b"].parameters(), lr=rate, betas=(0.5, 0.999)),
        "judge_a": torch.optim.Adam(nets["judge_a"].parameters(), lr=rate, betas=(0.5, 0.999)),
    }
    ### END SOLUTION


# %% [markdown] hints="make_optimizers"
# - An optimiser moves exactly the parameters that it is given when it is made.
# - `torch.optim.Adam(parameters, lr=..., betas=...)`; the parameters of two modules can be put in one list.
# - `[*nets["to_b"].parameters(), *nets["to_a"].parameters()]` for the first.

# %% check="make_optimizers"
checks.cyclegan.make_optimizers(make_optimizers)

# %% [markdown]
# **The generators' step.** Everything so far comes together:
#
# $$\mathcal L = \mathcal L_\text{adv}(D_B(G(x))) + \mathcal L_\text{adv}(D_A(F(y))) + \lambda\, \mathcal L_\text{cyc} +
# 0.5\, \lambda\, \mathcal L_\text{id} \qquad\text{(Zhu et al. 2017, Eq. 3 and Sec. 5.2)}$$
#
# Both generators move at once, along the gradient of this sum. The discriminators pass gradients on and stay where they are.
# Each translation is expensive, so none is computed twice: a step needs $G(x)$, $F(y)$, their ways back, and two identity
# images, that is **three** passes of each generator.
#
# **Predict first.** At the start the generators draw grey. Which of the four parts of the loss will fall first?

# %% [markdown] tags=["notes"]
# *My prediction:*


# %% exercise="generator_step" points=6 minutes=7 lines=12
def generator_step(
    to_b,
    to_a,
    judge_b,
    judge_a,
    optimizer,
    x: Tensor,
    y: Tensor,
    weight: float = 10.0,
    identity_share: float = 0.5,
    fooling=fooling_loss,
    cycle=cycle_loss,
    identity=identity_loss,
) -> tuple[dict[str, Tensor], Tensor, Tensor]:
    """Make one step with both generators.

    Args:
        to_b: The generator A -> B.
        to_a: The generator B -> A.
        judge_b: The discriminator of B.
        judge_a: The discriminator of A.
        optimizer: Holds the parameters of both generators.
        x: Images of A, shape (B, C, H, W).
        y: Images of B.
        weight: What the cycle loss is multiplied with, lambda.
        identity_share: The identity loss counts this share of lambda.
        fooling: `fooling(judgements)` is the adversarial loss.
        cycle: `cycle(to_b, to_a, x, y, fake_b, fake_a)`, which translates back itself.
        identity: `identity(to_b, to_a, x, y)`, which translates itself.

    Returns:
        The four losses as they were before the step, without their weights, detached: "to_b", "to_a" (the adversarial
        ones of each generator), "cycle", "identity"; then both translations, `to_b(x)` and `to_a(y)`, detached.
    """
    ### BEGIN SOLUTION
    fake_b, fake_a = to_b(x), to_a(y)
    figures = {
        "to_b": fooling(judge_b(fake_b)),
        "to_a": fooling(judge_a(fake_a)),
        "cycle": cycle(to_b, to_a, x, y, fake_b, fake_a),
        "identity": identity(to_b, to_a, x, y),
    }
    adversarial = figures["to_b"] + figures["to_a"]
    loss = adversarial + weight * figures["cycle"] + weight * identity_share * figures["identity"]
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return {name: value.detach() for name, value in figures.items()}, fake_b.detach(), fake_a.detach()
    ### END SOLUTION


# %% [markdown] hints="generator_step"
# - Translate once, judge both, compute the four losses, add them with their weights; then the usual three lines.
# - Keep the four losses in a dict; the translations go on to `cycle` undetached. Detach only what you return.
# - The identity loss is multiplied by `weight * identity_share`; clear the gradients right before `backward`.

# %% check="generator_step"
checks.cyclegan.generator_step(generator_step)


# %% exercise="judge_step" points=3 minutes=4 lines=5
def judge_step(judge, optimizer, real: Tensor, fake: Tensor, loss=judge_loss) -> Tensor:
    """Make one step with a discriminator.

    Args:
        judge: The discriminator.
        optimizer: Holds its parameters. The generators' step has left gradients in them.
        real: Real images of its domain, shape (B, C, H, W).
        fake: Made images without a graph, from the buffer.
        loss: `loss(real_judgements, fake_judgements)`.

    Returns:
        The loss as it was before the step, detached.
    """
    ### BEGIN SOLUTION
    value = loss(judge(real), judge(fake))
    optimizer.zero_grad()
    value.backward()
    optimizer.step()
    return value.detach()
    ### END SOLUTION


# %% [markdown] hints="judge_step"
# - Judge both batches, compute the loss, clear, backward, step.
# - The discriminator's gradients hold leftovers when you begin: clear them before `backward`.
# - `judge(real)` and `judge(fake)` go into `loss`, in this order; then the three lines that every step has.

# %% check="judge_step"
checks.cyclegan.judge_step(judge_step)

# %% [markdown]
# **The full step.** First the generators, then each discriminator: with real images of *its own* domain, and with what *its
# own* buffer gives for the translations that the generators' step has returned. (Each domain has a buffer; with a common one,
# the judge of zebras would be shown made horses.) Nothing is translated again.
#
# One thing more saves time: in the generators' step the discriminators' weights need no gradients. `frozen` below switches
# them off meanwhile; gradients still pass *through* the discriminators.


# %% tags=["setup"]
@contextlib.contextmanager
def frozen(*modules: nn.Module):
    """Compute no gradients for the modules' weights inside the `with` block."""
    for module in modules:
        module.requires_grad_(False)
    try:
        yield
    finally:
        for module in modules:
            module.requires_grad_(True)


# %% exercise="cyclegan_step" points=4 minutes=6 lines=7
def cyclegan_step(
    nets: dict,
    optimizers: dict,
    buffers: dict,
    x: Tensor,
    y: Tensor,
    u: Tensor,
    of_generators=generator_step,
    of_judge=judge_step,
) -> dict[str, Tensor]:
    """Make one full step: both generators, then both discriminators.

    Args:
        nets: The modules "to_b", "to_a", "judge_b" and "judge_a".
        optimizers: "generators", "judge_b" and "judge_a".
        buffers: Of made images: "b" for those of B, "a" for those of A; `buffer(images, u)` gives what is to be shown.
        x: Images of A, shape (B, C, H, W).
        y: Images of B.
        u: Uniform numbers, shape (2, B, 2): `u[0]` for the buffer of B, `u[1]` for that of A.
        of_generators: `of_generators(to_b, to_a, judge_b, judge_a, optimizer, x, y)` makes the generators' step and
            returns a dict of losses, then the translations of x and of y.
        of_judge: `of_judge(judge, optimizer, real, fake)` makes a discriminator's step and returns its loss.

    Returns:
        The losses of the generators' step, and of the discriminators under the names "judge_b" and "judge_a".
    """
    ### BEGIN SOLUTION
    judges = nets["judge_b"], nets["judge_a"]
    with frozen(*judges):
        figures, fake_b, fake_a = of_generators(nets["to_b"], nets["to_a"], *judges, optimizers["generators"], x, y)
    loss_b = of_judge(judges[0], optimizers["judge_b"], y, buffers["b"](fake_b, u[0]))
    loss_a = of_judge(judges[1], optimizers["judge_a"], x, buffers["a"](fake_a, u[1]))
    return {**figures, "judge_b": loss_b, "judge_a": loss_a}
    ### END SOLUTION


# %% [markdown] hints="cyclegan_step"
# - Three calls: `of_generators` once, `of_judge` twice. What does each discriminator call real?
# - `y` holds real images of B, and the translations of x go through the buffer "b". The other discriminator gets the mirror
#   image of that.
# - `of_judge(nets["judge_b"], optimizers["judge_b"], y, buffers["b"](fake_b, u[0]))` is one of the two.

# %% check="cyclegan_step"
checks.cyclegan.cyclegan_step(cyclegan_step)

# %% [markdown]
# ## 5. Measuring what was learned
#
# With a known truth the question "is it any good?" has an answer in numbers. The **peak signal-to-noise ratio** compares pixel
# by pixel, in decibels; $L$ is the range of the values (2 for $[-1, 1]$):
#
# $$\mathrm{PSNR}(x, y) = 10 \log_{10} \frac{L^2}{\mathrm{mse}(x, y)} \quad\text{for each image}$$
#
# **By hand.** Every value off by .2: the mean square is .04, $10 \log_{10}(4 / .04) = 20$ dB. Ten times less noise power
# is 10 dB more.
#
# The second measure, the **structural similarity** SSIM, compares means, contrasts and patterns in small windows
# (`similarity.ssim`; its formula is in that module). It is 1 for equal images.


# %% exercise="psnr" points=2 minutes=3 lines=2
def psnr(images: Tensor, truth: Tensor, span: float = 2.0) -> Tensor:
    """Compute the peak signal-to-noise ratio of each image.

    Args:
        images: Shape (B, C, H, W).
        truth: What they should be, the same shape.
        span: The range L of the values.

    Returns:
        Decibels, shape (B,).
    """
    ### BEGIN SOLUTION
    mean_square = ((images - truth) ** 2).flatten(1).mean(dim=1)
    return 10 * (span**2 / mean_square).log10()
    ### END SOLUTION


# %% [markdown] hints="psnr"
# - One number per image: over which dimensions does the mean square run?
# - `flatten(1)` makes one row per image; mean of the squares, then the formula.
# - The logarithm is `.log10()`; it is taken of `span**2` over the mean square, image by image.

# %% check="psnr"
checks.cyclegan.psnr(psnr)

# %% [markdown]
# A number alone says little: background and outlines are right from the start, so even an *untranslated* image is similar to
# its true translation. What counts is the gain over doing nothing.


# %% exercise="gain_over_input" points=2 minutes=2 lines=1
def gain_over_input(translated: Tensor, inputs: Tensor, truth: Tensor, measure) -> Tensor:
    """Compute by how much translating beats doing nothing.

    Args:
        translated: What a generator made of the inputs, shape (B, C, H, W).
        inputs: The images before translation.
        truth: Their true translations.
        measure: `measure(images, truth)` returns a figure per image, shape (B,); more is better.

    Returns:
        The mean gain over the images, shape ().
    """
    ### BEGIN SOLUTION
    return (measure(translated, truth) - measure(inputs, truth)).mean()
    ### END SOLUTION


# %% [markdown] hints="gain_over_input"
# - Measure twice, against the same truth.
# - What the translation reaches, minus what the input reaches without any translation.
# - One difference of two calls of `measure`, averaged.

# %% check="gain_over_input"
checks.cyclegan.gain_over_input(gain_over_input)

# %% [markdown]
# ## 6. Training
#
# Everything is yours from here: the networks, the losses, the buffer, the step. The workbook's loop calls your step for each
# pair, shows the time left, and keeps checkpoints, the buffers among them; interrupt it whenever you like (the square
# button), and run the cell again to go on. On the laptop preset the images are small (64 px), the networks narrow, and an epoch
# is short; the full preset is the paper's size.
#
# **Predict first.** After 5 of 20 epochs: which will be better, the translations or the reconstructions?

# %% [markdown] tags=["notes"]
# *My prediction:*

# %% tags=["setup"]
EPOCHS = run.choose(smoke=4, laptop=20, full=40)
PAIRS = run.choose(smoke=6, laptop=80, full=1000)  # of an epoch
RATE = run.choose(smoke=1e-3, laptop=5e-4, full=2e-4)
LOOKS = sorted({max(1, EPOCHS * epoch // 20) for epoch in (5, 10, 20)})  # epochs after which images are kept
KNOWN = pair.true_b is not None
test_a, test_b = domains.signed(pair.test_a[:64]), domains.signed(pair.test_b[:64])
true_b, true_a = (domains.signed(truth[:64]) if KNOWN else None for truth in (pair.true_b, pair.true_a))


@torch.no_grad()
def translate(net: nn.Module, images: Tensor) -> Tensor:
    """Translate images a few at a time."""
    return torch.cat([net(part) for part in images.split(16)])


def ssim_figures(nets: dict, count: int = 64) -> dict[str, float]:
    """SSIM of translated test images to the truth, in both directions; nothing where no truth is known."""
    if not KNOWN:
        return {}
    made_b, made_a = translate(nets["to_b"], test_a[:count]), translate(nets["to_a"], test_b[:count])
    return {
        "ssim_to_b": float(similarity.ssim(made_b, true_b[:count], span=2).mean()),
        "ssim_to_a": float(similarity.ssim(made_a, true_a[:count], span=2).mean()),
    }


def sheet_of(nets: dict, count: int = 6) -> Tensor:
    """Rows: images of A, translated, reconstructed, left as they are by the other generator; then the same from B."""
    rows = []
    for images, there, back in ((test_a, "to_b", "to_a"), (test_b, "to_a", "to_b")):
        images = images[:count]
        made = translate(nets[there], images)
        rows += [images, made, translate(nets[back], made), translate(nets[back], images)]
    return torch.cat(rows).cpu()


SHEET = [word.format(kind) for kind in pair.kinds for word in ("real {}", "translated", "and back", "identity of {}")]


def show_sheet(sheet: Tensor, title: str) -> None:
    """Show what `sheet_of` returns."""
    plots.mosaic(
        (sheet + 1) / 2,
        levels=2,
        columns=len(sheet) // len(SHEET),
        y_ticks=SHEET,
        title=title,
        alt=f"{title}. Eight rows: real images of A, their translations, the way back, what the identity loss sees; then B",
    )


def as_it_is(images: Tensor, u: Tensor) -> Tensor:
    """In the place of a buffer: show the newest images only."""
    return images


def train_translation(name: str, seed: int, buffered: bool = True, looks: bool = False):
    """Train four networks; returns them and the course of the training, and keeps images at some epochs in files."""
    nets = new_nets(seed)
    optimizers = make_optimizers(nets, RATE)
    buffers = {domain: ImageBuffer(run.choose(smoke=5, laptop=50, full=50)) for domain in ("b", "a")}
    shown = buffers if buffered else {"b": as_it_is, "a": as_it_is}
    batches = domains.UnpairedBatches(pair.train_a, pair.train_b, 1, seed, unpaired_order, pairs=PAIRS)

    def factor(step: int) -> float:
        return rate_factor(step, len(batches), EPOCHS, EPOCHS // 2)

    def step(modules: dict, optimizers: dict, x: Tensor, y: Tensor) -> dict[str, Tensor]:
        u = torch.rand(2, len(x), 2)
        return cyclegan_step(modules, optimizers, shown, domains.signed(x), domains.signed(y), u)

    def look(epoch: int, history: training.History) -> None:
        if looks and epoch in LOOKS:
            run.folder.mkdir(parents=True, exist_ok=True)
            torch.save(sheet_of(nets), run.folder / f"{name}-epoch-{epoch}.pt")
            show_sheet(sheet_of(nets, 3), f"After {epoch} epoch{'s' * (epoch > 1)}")

    history = training.train(
        step,
        batches,
        modules=nets,
        optimizers=optimizers,
        schedulers=[torch.optim.lr_scheduler.LambdaLR(optimizer, factor) for optimizer in optimizers.values()],
        keep=buffers,
        epochs=EPOCHS,
        validate=lambda: ssim_figures(nets, 16),
        on_epoch=look,
        name=name,
        run=run,
        config={"data": pair.checksum, "buffered": buffered, "seed": seed},
    )
    return nets, history


# %% tags=["train"]
nets, history = train_translation("translation", run.seed, looks=True)
run.record(train_seconds=history.seconds, steps=history.steps)

# %% tags=["plot"] expected="losses"
plots.curves(
    {
        f"judge of {pair.kinds[1]} (B)": history.epoch_curve("judge_b"),
        f"judge of {pair.kinds[0]} (A)": history.epoch_curve("judge_a"),
        "generator into B": history.epoch_curve("to_b"),
        "generator into A": history.epoch_curve("to_a"),
    },
    x_label="step",
    y_label="loss, mean over an epoch",
    levels={"0.25: the judge knows nothing": 0.25},
    title=f"Adversarial losses, domain by domain, on {pair.name}",
    alt="Four curves: the discriminators' losses below 0.25, the generators' above; none falls steadily to a minimum",
)
plots.curves(
    {"cycle": history.epoch_curve("cycle"), "identity": history.epoch_curve("identity")},
    x_label="step",
    y_label="mean absolute difference, both ways together",
    title="Cycle and identity losses",
    alt="Both losses fall over the training",
)

# %% tags=["plot"] expected="epochs"
looked = [run.folder / f"translation-epoch-{epoch}.pt" for epoch in LOOKS]
kept = {epoch: torch.load(path) for epoch, path in zip(LOOKS, looked, strict=True) if path.exists()}
if kept:
    sheets = {
        epoch: sheet.unflatten(0, (2, 4, -1))[:, :, :4] for epoch, sheet in kept.items()
    }  # A and B; kinds; images
    beside_each_other = [next(iter(sheets.values()))[:, 0]] + [
        sheet[:, kind] for sheet in sheets.values() for kind in (1, 2, 3)
    ]
    plots.mosaic(
        (torch.cat([rows.flatten(0, 1) for rows in beside_each_other]) + 1) / 2,
        levels=2,
        columns=8,
        x_label=f"left: from {pair.kinds[0]} (A), right: from {pair.kinds[1]} (B)",
        y_ticks=["real"]
        + [f"{what}, epoch {epoch}" for epoch in sheets for what in ("translated", "and back", "identity")],
        title="What the same test images become as the training goes on",
        alt="The first row shows real images, four of each domain; below, for three epochs, their translations, the way back, and"
        " what the identity loss sees: from blurred patches to clear images",
    )

# %% tags=["plot"] expected="translated"
made_b, made_a = translate(nets["to_b"], test_a), translate(nets["to_a"], test_b)
rows = [test_a[:8], made_b[:8], *([true_b[:8]] if KNOWN else []), translate(nets["to_a"], made_b[:8])]
plots.mosaic(
    (torch.cat(rows) + 1) / 2,
    levels=2,
    columns=8,
    y_ticks=[f"real {pair.kinds[0]}", "translated", *(["the truth"] if KNOWN else []), "and back"],
    title=f"From {pair.kinds[0]} to {pair.kinds[1]} without one pair",
    alt=f"Rows of eight test images: {pair.kinds[0]}, their translations, "
    f"{'the true translations, ' if KNOWN else ''}and the way back",
)
if KNOWN:
    ssim_2 = lambda images, truth: similarity.ssim(images, truth, span=2)  # noqa: E731
    figures = {
        "ssim_input": float(ssim_2(test_a, true_b).mean()),
        **ssim_figures(nets),
        "psnr_input": float(psnr(test_a, true_b).mean()),
        "psnr_to_b": float(psnr(made_b, true_b).mean()),
        "psnr_to_a": float(psnr(made_a, true_a).mean()),
    }
    run.record(**figures)
    print(f"SSIM to the truth: untranslated {figures['ssim_input']:.3f}, A to B {figures['ssim_to_b']:.3f}", end="")
    print(f", B to A {figures['ssim_to_a']:.3f}")
    print(f"gain in SSIM, A to B: {float(gain_over_input(made_b, test_a, true_b, ssim_2)):+.3f}")
    print(f"gain in dB, A to B: {float(gain_over_input(made_b, test_a, true_b, psnr)):+.2f}")

# %% [markdown]
# ### A judge from outside
#
# For photographs no truth is known. What can be asked is whether a translation *looks like* the other domain, to a classifier
# that has nothing to do with the game: trained on both piles of real images, it tells them apart, and then says what it takes
# translated test images for. It does not ask whether anything of the original is left.


# %% tags=["train"]
def small(images: Tensor) -> Tensor:
    """Images in [-1, 1] as the classifier gets them: in [0, 1] and 32 px."""
    return F.adaptive_avg_pool2d((images.float().cpu() + 1) / 2, 32)


both = torch.cat([domains.signed(pair.train_a[:400]), domains.signed(pair.train_b[:400])])
kind_of = (torch.arange(len(both)) >= len(pair.train_a[:400])).long()
levels_of_both = (255 * small(both)).round().to(torch.uint8)
outsider = classifier.Judge(
    classifier.train(Split(levels_of_both, kind_of, 256), 2, steps=run.choose(smoke=30, laptop=150, full=300)), 0.0
)
a, b = torch.zeros(64, dtype=torch.int64), torch.ones(64, dtype=torch.int64)
real_right = (
    outsider.recognised(small(test_a), a[: len(test_a)]) + outsider.recognised(small(test_b), b[: len(test_b)])
) / 2
to_b_right = outsider.recognised(small(made_b), b[: len(made_b)])
to_a_right = outsider.recognised(small(made_a), a[: len(made_a)])
run.record(recognised_real=real_right, recognised_to_b=to_b_right, recognised_to_a=to_a_right)
print(f"a classifier is right about {real_right:.1%} of real test images; it takes {to_b_right:.1%} of the images")
print(f"translated into {pair.kinds[1]} for {pair.kinds[1]}, and {to_a_right:.1%} of the others for {pair.kinds[0]}")

# %% [markdown] answer="curves" points=3 minutes=5 optional=true
# **Reading the course of the training.** Use the loss curves and the images at epochs 5, 10 and 20 (on the smoke and full
# presets: at a quarter, half, and the end). (a) Which of the curves tell you that the translation gets better, and which do
# not? Do the two domains behave alike? (b) What do translated, reconstructed and identity images look like at the three
# times, and what is learned first? (c) Where do you see the learning rate fall? (At most 180 words.)
#
# ### BEGIN SOLUTION
# **Model answer.** (a) Cycle and identity losses fall steadily, but a generator that changes nothing would have the lowest
# of both. The adversarial losses hover: each is measured against an opponent that learns too; near 0.25 a judge knows nothing,
# mine are near it in the middle of the training and fall below it in the second half, so the judges get ahead, that of
# the plain domain most: the generator into A has the largest loss at the end. So the SSIM to the truth (or looking) is
# needed. (b) (From the run with seed 0.) At epoch 5 stripes have the right width and place already, but plain images have
# an orange shadow where there should be none; at 10 colours are right; at 20 edges are sharper, with a dark halo, and
# corners stay round. Identity and reconstructed images look alike and are right earlier than translations, since both
# are losses per pixel. (c) From epoch 10 on the images change less, and the judges' losses fall smoothly.
#
# **Rubric (3 points).** (1) Adversarial curves do not measure quality; why; a comparison of the domains. (1) Concrete
# observations at all three times, for all three kinds of image. (1) Order of learning or effect of the decay.
# ### END SOLUTION

# %% [markdown]
# ### Three seeds
#
# One run proves little. The same training again, twice, from other weights and in another order. (Only where the truth is
# known, since otherwise there is nothing to compare.)

# %% tags=["train"]
SEEDS = range(run.seed, run.seed + (run.choose(smoke=1, laptop=3, full=3) if KNOWN else 1))
of_seeds = {run.seed: ssim_figures(nets)}
for seed in list(SEEDS)[1:]:
    of_seeds[seed] = ssim_figures(train_translation(f"seed {seed}", seed)[0])
if KNOWN:
    untranslated = {"ssim_to_b": figures["ssim_input"], "ssim_to_a": float(ssim_2(test_b, true_a).mean())}
    gains = {
        seed: {way: found[way] - untranslated[way] for way in ("ssim_to_b", "ssim_to_a")}
        for seed, found in of_seeds.items()
    }
    for seed, gain in gains.items():
        print(
            f"seed {seed}: gain in SSIM over the untranslated input {gain['ssim_to_b']:+.3f} A to B, {gain['ssim_to_a']:+.3f} B to A"
        )
    to_b_gains = [gain["ssim_to_b"] for gain in gains.values()]
    to_a_gains = [gain["ssim_to_a"] for gain in gains.values()]
    run.record(
        ssim_gain=sum(to_b_gains) / len(to_b_gains),
        ssim_gain_least=min(to_b_gains),
        ssim_gain_back=sum(to_a_gains) / len(to_a_gains),
        ssim_gain_back_least=min(to_a_gains),
    )
    print(f"mean gain A to B {sum(to_b_gains) / len(to_b_gains):+.3f}, least {min(to_b_gains):+.3f}", end="; ")
    print(f"B to A {sum(to_a_gains) / len(to_a_gains):+.3f}, least {min(to_a_gains):+.3f}")
    print(
        references.beside(
            run,
            pair.name,
            ssim_input=figures["ssim_input"],
            ssim_to_b=figures["ssim_to_b"],
            ssim_to_a=figures["ssim_to_a"],
        )
    )

# %% [markdown]
# ### With and without the buffer
#
# **Predict first.** What will the discriminators' losses look like if they see only the newest image?

# %% [markdown] tags=["notes"]
# *My prediction:*

# %% tags=["train"]
bare_nets, bare_history = train_translation("without buffer", run.seed, buffered=False)

# %% tags=["plot"] expected="buffer"
lines = {"with, judge of B": history.epoch_curve("judge_b"), "without, judge of B": bare_history.epoch_curve("judge_b")}
plots.curves(
    lines,
    x_label="step",
    y_label="loss, mean over an epoch",
    levels={"0.25: the judge knows nothing": 0.25},
    title="The discriminator's loss with and without a buffer",
    alt="Two curves of the discriminator's loss, one with the buffer and one without, and the level of one that knows nothing",
)
if KNOWN:
    plots.curves(
        {"with": history.epoch_curve("ssim_to_b"), "without": bare_history.epoch_curve("ssim_to_b")},
        x_label="step",
        y_label="SSIM to the truth, A to B",
        levels={"untranslated": figures["ssim_input"]},
        title="Similarity to the true translation (16 test images)",
        alt="Two rising curves of the similarity to the truth, with and without the buffer, and the level of untranslated images",
    )
    bare = ssim_figures(bare_nets)
    run.record(ssim_to_b_without_buffer=bare["ssim_to_b"], ssim_to_a_without_buffer=bare["ssim_to_a"])
    print(f"with the buffer: {of_seeds[run.seed]}\nwithout: {bare}")

# %% [markdown] answer="buffer" points=3 minutes=4
# **The buffer.** (a) Why should a discriminator be shown old images? (b) Describe what your two runs show, numbers included.
# Is the difference larger than that between two seeds, and what do you conclude? (c) What would go wrong with a buffer that
# always returned old images, and with one shared by both domains? (At most 150 words.)
#
# ### BEGIN SOLUTION
# **Model answer.** (a) The generator changes at every step. A discriminator that sees only the newest images forgets the faults of
# earlier ones, so that the generator may return to them: both go in circles. Old images keep it right about all recent
# generators, and make its single-image batches more varied. (b) (As seen.) Both runs end far above the untranslated images
# (give both SSIM), and the difference between them is no larger than that between seeds: from one run each I cannot
# conclude that the buffer helps here. With it the judge of B ends with the lower loss (.16 against .22): old images are
# easier to tell. This task is easy and short; the benefit claimed is one of stability in long trainings. (c) Always old: the
# discriminator lags behind the generator and never learns the present faults. Shared: the judge of B would be shown made images
# of A, which are easy to reject, and learns nothing about the generator that it should teach.
#
# **Rubric (3 points).** (1) Forgetting and circles. (1) Own numbers, compared with the spread over seeds, no overclaim. (1)
# Both faults. Half: "the buffer stabilises training" alone.
# ### END SOLUTION

# %% [markdown]
# ## 7. What is hidden in a translation?
#
# The cycle loss asks that $F$ find its way back from $G(x)$. The intended way is that $G(x)$ shows everything that matters
# about $x$. Another way: $G$ *writes* what $F$ will need into the image, as a faint pattern that no eye sees and that the
# discriminator overlooks. Chu et al. (2017) found aerial photographs hidden in maps like this. Two tests:
#
# 1. Add weak noise to $G(x)$ before it is translated back. A picture of something does not mind; a hidden message is lost.
# 2. Let $F$ translate the *true* image of $B$, which bears no message, and compare.
#
# Read the numbers on the vertical axis before the shape of the curves: the axis need not begin at 0.

# %% tags=["plot"] expected="hidden"
draws = torch.Generator().manual_seed(run.seed)
noise = torch.randn(test_a.shape, generator=draws).to(run.device)
strengths = [0.0, 0.01, 0.02, 0.05, 0.1, 0.2]
ways = {
    "A to B to A": [
        float((translate(nets["to_a"], made_b + s * noise[: len(made_b)]) - test_a).abs().mean()) for s in strengths
    ],
    "B to A to B": [
        float((translate(nets["to_b"], made_a + s * noise[: len(made_a)]) - test_b).abs().mean()) for s in strengths
    ],
}
plots.curves(
    {way: (strengths, errors) for way, errors in ways.items()},
    x_label="standard deviation of the noise on the translated image (values reach from -1 to 1)",
    y_label="mean absolute difference from home",
    title="How well the way back bears noise",
    alt="Two curves that rise with the strength of the noise that is added before translating back",
)
if KNOWN:
    from_made = float((translate(nets["to_a"], made_b) - test_a).abs().mean())
    from_true = float((translate(nets["to_a"], true_b) - test_a).abs().mean())
    run.record(back_from_made=from_made, back_from_truth=from_true)
    print(f"back to A from your translation: off by {from_made:.4f}; from the true image of B: {from_true:.4f}")


# %% tags=["plot"]
def way_back(image: int, noise_strength: float) -> None:
    """Show one image, its translation with noise on it, and the way back."""
    x, made = test_a[image : image + 1], made_b[image : image + 1]
    spoilt = made + noise_strength * noise[image : image + 1]
    plots.mosaic(
        (torch.cat([x, spoilt, translate(nets["to_a"], spoilt)]).clamp(-1, 1) + 1) / 2,
        levels=2,
        columns=1,
        y_ticks=["x", "G(x) + noise", "F(G(x) + noise)"],
        title=f"Noise of strength {noise_strength:.2f}",
        alt="Three images: the original, its translation with noise, and the way back",
    )


widgets.explore(way_back, image=(0, len(made_b) - 1, 0), noise_strength=(0.0, 0.5, 0.1))

# %% [markdown] answer="limits" points=6 minutes=7
# **What CycleGAN cannot do.** (a) Why do cat-to-dog translations fail where horse-to-zebra succeeds? Name what in the setting
# favours changes of texture over changes of geometry. (b) Show that every pair of a bijection and its inverse has cycle
# loss 0, and that the adversarial losses do not decide between them if they carry one distribution into the other. What then
# makes training find a sensible one? (c) What is steganography here, why does the cycle loss invite it, and what do your two
# tests say about your networks? (At most 260 words.)
#
# ### BEGIN SOLUTION
# **Model answer.** (a) A dog's head has another shape than a cat's. Residual blocks add changes to what is there, at the same
# place; the patch discriminator sees texture; the cycle punishes moved outlines pixel by pixel, as they must be found again;
# the identity loss punishes change as such. So recolouring is cheap, moving is dear. (b) If $F = G^{-1}$ then $F(G(x)) = x$ and
# $G(F(y)) = y$ for all $x$, $y$: each term is 0, whatever $G$ is. If $s$ is a bijection of $B$ that leaves its distribution
# unchanged (mirror images; exchanging two equally frequent colours), $s \circ G$ with inverse $F \circ s^{-1}$ has the same
# adversarial losses as well. So the loss has many minima and nothing in it prefers the true translation. What decides is not in
# the loss: networks that change little and locally, their start near "change nothing", identity loss; and luck.
# (c) Hiding information about $x$ in $G(x)$ as an imperceptible signal. Where $B$ shows less than $A$ (a map has no trees), a
# perfect way back is impossible honestly, so the cycle rewards smuggling. My tests: (as seen) even noise of 0.1 hardly changes
# the way back (off by .074 instead of .073), and from the true image $F$ is off by about as much as from my translation:
# no sign of a hidden message. None is needed here, since each view follows from the other.
#
# **Rubric (6 points).** (1) Geometry: a failing example. (1) Two causes. (1) Bijection: both terms 0. (1) Distribution-
# preserving change; inductive bias decides. (1) Steganography, and why it is invited. (1) A reading of both tests. Half:
# "it only changes colours".
# ### END SOLUTION

# %% [markdown]
# ## 8. Among its relatives
#
# | model | needs | what holds the content fast |
# |---|---|---|
# | pix2pix | pairs | the pair: a loss per pixel to the truth |
# | **CycleGAN** | two piles | the way back |
# | UNIT, MUNIT | two piles | a common code; MUNIT: one content, many styles |
# | StarGAN | several piles with labels | the way back, one generator for all |
# | CUT (2020) | two piles | a patch must be more like its own origin than like other patches; no way back needed |
# | diffusion with a prompt or a reference | a large pretrained model | the noisy original, from which generation starts |
#
# **What to take with you.** Where there are no answers to learn from, constraints can stand in for them: be plausible there,
# and be recoverable. Such constraints say less than they seem to: a perfect score has many causes. Measure against a known
# truth where you can have one, and look for what the losses do not see where you cannot.
#
# **Going further.** (1) Your own two folders: `DATASET = "folder:PATH"`. (2) Faces by hair colour: `"celeba:Black_Hair+Blond_Hair"`;
# horses and zebras: `workbook data get horse2zebra`; apples and oranges: `workbook data get apple2orange`, with
# more epochs, up to 200. (3) Set the weight of the cycle to 0, and to 100. (4) Give the stripes
# random places in `helpers/textures.py`, so that $A$ no longer determines $B$, and repeat section 7: what is hidden now?
