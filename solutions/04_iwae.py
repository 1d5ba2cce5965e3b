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

# %% [markdown] title="IWAE: how tight is the bound?" reading=20 machine=8 figures="negative_elbo negative_iwae_5 negative_iwae_50 negative_iwae_150"
# # IWAE: how tight is the bound?
#
# ![Forty small digits drawn by the model of this notebook, ten numbers each](expected/samples.png)
#
# Each of these digits was made from **ten numbers**. A network turned the ten numbers into 784 probabilities of ink.
# Such a model, a *variational autoencoder*, has a likelihood like any other, but nobody can compute it: it is an
# integral over all codes that might have produced the image. What can be computed is a number that is never too good.
#
# **The question of this notebook:** how far below the truth is that number, and what does it cost to come closer?
#
# **What to know first.**
# *Gaussian density*: $\mathcal N(z; \mu, \sigma^2)$, with mean $\mu$ and variance $\sigma^2$.
# *Expectation*: $\mathbb E_q[f(z)]$ is the average of $f(z)$ when $z$ is drawn from $q$; an average over many draws
# comes near it, with an error of about the standard deviation divided by $\sqrt{\text{number of draws}}$.
# *Jensen's inequality*: the logarithm is concave, so $\log \mathbb E[w] \ge \mathbb E[\log w]$, and they are equal only
# when $w$ does not vary.
# *Kullback-Leibler divergence*: $\mathrm{KL}(q \,\|\, p) = \mathbb E_q[\log q(z) - \log p(z)]$, never negative, and 0
# only for $q = p$.
#
# Nothing from an earlier notebook is needed. The papers: Kingma and Welling, *Auto-Encoding Variational Bayes* (2014),
# and Burda, Grosse and Salakhutdinov, *Importance Weighted Autoencoders* (2016).

# %% [markdown]
# | symbol | in code | meaning |
# |---|---|---|
# | $x$ | `x` | a batch of images as rows of zeros and ones, floating point, shape `(B, P)` |
# | $P$, $D$ | | number of pixels of an image, and of numbers in a code |
# | $z$ | `z` | codes, shape `(B, D)`, or `(m, B, D)` with $m$ codes for every image |
# | $\mu$, $\log \sigma^2$ | `mu`, `log_var` | means and log-variances of a Gaussian, shape `(B, D)` |
# | $\epsilon$ | `eps` | standard normal noise, shape `(B, D)` or `(m, B, D)` |
# | $\ell$ | `logits` | log-odds of ink, shape `(B, P)` or `(m, B, P)`; the probability of ink is $1 / (1 + e^{-\ell})$ |
# | $p(z)$ | | the prior of the codes: standard normal |
# | $p(x \mid z)$ | | the decoder's distribution of images |
# | $q(z \mid x)$ | | the encoder's guess of the codes that belong to an image: a Gaussian |
# | $w$ | `log_w` | importance weights, kept as logarithms, shape `(m, B)` |
# | $\mathcal L_m$ | | the bound from $m$ codes; $\mathcal L_1$ is also called the ELBO |
#
# All figures are in **nats** (natural logarithm) per image. Shapes are read from the right: a function that sums over
# the last dimension works for one code per image and for $m$ of them alike.

# %% [markdown] tags=["notes"]
# **My sources.** Name here whoever helped you, and every text, program or assistant that you used, with what you took
# from it. Whether working together is allowed is for your instructor to say; naming it always is.

# %% tags=["parameters"]
PRESET = "laptop"  # "smoke" (seconds), "laptop" (minutes) or "full" (a GPU)
DATASET = "mnist"  # what data.load takes; where it is missing the embedded digits are used
SEED = 0

# %% tags=["setup"]
import copy
import itertools
import math

import sympy
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from helpers import checks, data, plots, presets, references, training, widgets

run = presets.start(PRESET, DATASET, SEED, name="04_iwae")

# %% tags=["setup"]
dataset = data.load(run.dataset, device=run.device)
if dataset.levels > 2:
    dataset = dataset.binarised(seed=0)  # one draw of the test set for everybody, so that figures compare
SIDE, P, D = dataset.shape, math.prod(dataset.shape), 10
run.record(data=dataset.name, checksum=dataset.checksum)
if dataset.note:
    print(dataset.note)
print(f"{dataset.name}: {len(dataset.train):,} training images of {P} pixels, black or white")


def rows(images: Tensor) -> Tensor:
    """Images (B, C, H, W) as rows of zeros and ones (B, P)."""
    return images.flatten(1).float()


def pictures(x: Tensor) -> Tensor:
    """Rows (B, P) as images (B, C, H, W)."""
    return x.unflatten(1, SIDE)


# %% tags=["plot"]
plots.image_grid(dataset.test.images[:16], 2, columns=8, title="Sixteen images that the model will not be trained on")

# %% [markdown]
# Pixels are black or white here. Training draws them afresh for every batch, each by its grey level; the test images
# are *one* such draw with a recorded seed. Other papers binarise otherwise (by a threshold, or with one published set
# of files), and their figures live on another scale.
#
# ## 1. A model with hidden causes
#
# First draw a code $z$, then an image that fits it:
#
# $$p(x) = \int p(x \mid z)\, p(z)\, dz, \qquad p(z) = \mathcal N(z; 0, I), \qquad p(x \mid z) = \prod_{i=1}^{P} \mathrm{Bernoulli}(x_i; \mathrm{sigmoid}(\ell_i(z)))$$
#
# Two densities do all the work in this notebook. Their logarithms come first.
#
# **By hand.** The standard normal density at 0 is $1/\sqrt{2\pi} = 0.399$, its logarithm $-0.919$. One standard
# deviation away from the mean, wherever and however wide, half a nat is lost. A density that is twice as wide is half
# as high, which costs $\log 2 = 0.693$ nats.
#
# Write the logarithm of the density of $\mathcal N(\mu, \sigma^2)$ at $z$ as a formula. The arguments are
# [sympy](https://docs.sympy.org) symbols, so what you return is an expression: use `sympy.log`, `sympy.exp`,
# `sympy.pi`, and `sympy.Rational(1, 2)` or `/ 2`. Every equivalent form is right.


# %% exercise="gaussian_log_density" points=2 minutes=4 lines=1
def gaussian_log_density(z: sympy.Symbol, mu: sympy.Symbol, sigma: sympy.Symbol) -> sympy.Expr:
    r"""Give $\log \mathcal N(z; \mu, \sigma^2)$ for one dimension; sigma is the standard deviation."""
    ### BEGIN SOLUTION
    return -sympy.log(2 * sympy.pi) / 2 - sympy.log(sigma) - (z - mu) ** 2 / (2 * sigma**2)
    ### END SOLUTION


# %% [markdown] hints="gaussian_log_density"
# - Write down the density, a constant times an exponential, and take its logarithm factor by factor.
# - Three terms: one from $2\pi$, one from the width, one from the squared distance.
# - The last term is minus half of the square of (distance in standard deviations).

# %% check="gaussian_log_density"
checks.iwae.gaussian_log_density(gaussian_log_density)

# %% [markdown]
# Now in code, for whole batches. The encoder will give **log-variances**, since any real number is one. Dimensions of
# a code are independent, so their log-densities add up.


# %% exercise="log_normal" points=3 minutes=5 lines=2
def log_normal(z: Tensor, mu: Tensor, log_var: Tensor) -> Tensor:
    r"""Compute $\log \mathcal N(z; \mu, \operatorname{diag}(\sigma^2))$ in nats, summed over the last dimension.

    Args:
        z: Points, shape (..., B, D).
        mu: Means, shape (B, D), or any that broadcasts to z.
        log_var: Log-variances $\log \sigma^2$, likewise.

    Returns:
        Log-densities, shape (..., B).
    """
    ### BEGIN SOLUTION
    quadratic = (z - mu) ** 2 / log_var.exp()
    return -0.5 * (math.log(2 * math.pi) + log_var + quadratic).sum(-1)
    ### END SOLUTION


# %% [markdown] hints="log_normal"
# - Your formula of above, with $\log \sigma = \tfrac12 \log \sigma^2$: which power of sigma does `log_var` hold?
# - Compute one number per dimension, then sum over the last dimension. Never compute the density itself: far from the
#   mean it is 0 in floating point, and its logarithm is lost.
# - Everything stands in one bracket with a factor of minus one half before it; `log_var.exp()` is the variance.

# %% check="log_normal"
checks.iwae.log_normal(log_normal)

# %% [markdown]
# For a pixel with log-odds $\ell$, ink has the probability $\mathrm{sigmoid}(\ell)$ and paper
# $\mathrm{sigmoid}(-\ell)$. With $\ell = 2$: ink costs $-\log 0.881 = 0.127$ nats, paper $-\log 0.119 = 2.127$,
# exactly 2 more.
#
# A network that is sure of itself has logits of 50 or more. Then $\mathrm{sigmoid}(\ell)$ is 1 in floating point, and
# $\log(1 - 1)$ is minus infinity: the probability must never be computed on the way.


# %% exercise="log_bernoulli" points=3 minutes=4 lines=2
def log_bernoulli(x: Tensor, logits: Tensor) -> Tensor:
    r"""Compute $\log p(x \mid z)$ of black-and-white images in nats, summed over the pixels.

    Args:
        x: Zeros and ones, floating point, shape (B, P).
        logits: Log-odds of ink, shape (..., B, P); there may be several for each image.

    Returns:
        Log-likelihoods, shape (..., B).
    """
    ### BEGIN SOLUTION
    loss = F.binary_cross_entropy_with_logits(logits, x.expand_as(logits), reduction="none")
    return -loss.sum(-1)
    ### END SOLUTION


# %% [markdown] hints="log_bernoulli"
# - Each pixel contributes one number, whether it is black or white. Which loss of PyTorch's takes logits?
# - `F.binary_cross_entropy_with_logits(..., reduction="none")` gives *minus* the log-likelihood of every pixel; it
#   wants both arguments in one shape.
# - `x.expand_as(logits)` repeats the images for every code; then sum over the last dimension and mind the sign.

# %% check="log_bernoulli"
checks.iwae.log_bernoulli(log_bernoulli)

# %% [markdown]
# ## 2. Two networks
#
# The **decoder** maps a code to logits. The **encoder** maps an image to a Gaussian over codes, $q(z \mid x) =
# \mathcal N(z; \mu(x), \operatorname{diag}(\sigma^2(x)))$, its guess of which codes could have made this image.
# Between the two, a code is drawn as
#
# $$z = \mu + \sigma \odot \epsilon, \qquad \epsilon \sim \mathcal N(0, I) \qquad\text{(Kingma and Welling 2014, Sec. 2.4)}$$
#
# so that a gradient can pass from $z$ to $\mu$ and $\sigma$. **All randomness is in $\epsilon$**, which is an argument:
# the same noise gives the same codes. With $\mu = 1$, $\sigma^2 = 4$ and $\epsilon = -0.5$, the code is $z = 0$.


# %% exercise="sample_gaussian" points=3 minutes=3 lines=1
def sample_gaussian(mu: Tensor, log_var: Tensor, eps: Tensor) -> Tensor:
    r"""Draw $z \sim \mathcal N(\mu, \operatorname{diag}(\sigma^2))$ as a differentiable function of its parameters.

    Args:
        mu: Means, shape (B, D).
        log_var: Log-variances $\log \sigma^2$, shape (B, D).
        eps: Standard normal noise, shape (..., B, D).

    Returns:
        Codes, shape (..., B, D).
    """
    ### BEGIN SOLUTION
    return mu + (0.5 * log_var).exp() * eps
    ### END SOLUTION


# %% [markdown] hints="sample_gaussian"
# - Stretch the noise, then move it.
# - The standard deviation is the square root of the variance; what does a square root do to a logarithm?
# - `(0.5 * log_var).exp()` is the standard deviation.

# %% check="sample_gaussian"
checks.iwae.sample_gaussian(sample_gaussian)

# %% [markdown]
# Both networks are plain: two hidden layers of equal width with a ReLU after each, and a linear last layer. The
# encoder's last layer gives $2D$ numbers: the first half is `mu`, the second half `log_var`. Linear layers act on the
# last dimension only, so the decoder takes `(B, D)` and `(m, B, D)` alike.
#
# In `forward` the image is **encoded once**, however many codes are drawn for it.


# %% exercise="VAE" points=6 minutes=9 lines=10
class VAE(nn.Module):
    """A variational autoencoder of two networks with two hidden layers each, and a ReLU after every hidden layer.

    Args:
        pixels: Number of pixels P of an image.
        hidden: Units of each hidden layer.
        latent: Numbers D in a code.
        sample: Draws codes: `sample(mu, log_var, eps)` -> z.
    """

    def __init__(self, pixels: int, hidden: int, latent: int, sample=sample_gaussian):
        """Make the encoder (P -> hidden -> hidden -> 2 D) and the decoder (D -> hidden -> hidden -> P)."""
        super().__init__()
        self.sample = sample
        ### BEGIN SOLUTION
        self.encoder = nn.Sequential(
            nn.Linear(pixels, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, 2 * latent)
        )
        self.decoder = nn.Sequential(
            nn.Linear(latent, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, pixels)
        )
        ### END SOLUTION

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Map images (B, P) to mu and log_var, each (B, D)."""
        ### BEGIN SOLUTION
        mu, log_var = self.encoder(x).chunk(2, dim=-1)
        return mu, log_var
        ### END SOLUTION

    def decode(self, z: Tensor) -> Tensor:
        """Map codes (..., D) to logits (..., P)."""
        ### BEGIN SOLUTION
        return self.decoder(z)
        ### END SOLUTION

    def forward(self, x: Tensor, eps: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Map images (B, P) and noise (..., B, D) to logits (..., B, P), z (..., B, D), and mu and log_var (B, D)."""
        ### BEGIN SOLUTION
        mu, log_var = self.encode(x)
        z = self.sample(mu, log_var, eps)
        return self.decode(z), z, mu, log_var
        ### END SOLUTION


# %% [markdown] hints="VAE"
# - Each network is one `nn.Sequential` of five parts. Neither ends in a ReLU or a sigmoid: means, log-variances and
#   logits may be any real numbers.
# - `encode` cuts the encoder's output in two along the last dimension; `forward` encodes, draws with `self.sample`,
#   decodes, and returns four tensors.
# - `.chunk(2, dim=-1)` cuts in two.

# %% check="VAE"
checks.iwae.VAE(VAE)

# %% [markdown]
# ## 3. A number that is never too good
#
# The integral over all codes is out of reach: for nearly every $z$ the image is impossible, and random search would
# not meet the few good ones. The encoder knows where to look. Kingma and Welling (2014, Eq. 3) bound the likelihood by
#
# $$\log p(x) \;\ge\; \underbrace{\mathbb E_{q(z \mid x)}[\log p(x \mid z)]}_{-\text{rec}} \;-\; \underbrace{\mathrm{KL}(q(z \mid x) \,\|\, p(z))}_{\text{kl}} \;=\; \mathcal L(x)$$
#
# the *evidence lower bound*, ELBO for short. Sections 5 and 6 show why it is one. The KL term is known in closed form
# for two Gaussians (notebook 03 derives it):
#
# $$\mathrm{KL}(\mathcal N(\mu, \operatorname{diag}(\sigma^2)) \,\|\, \mathcal N(0, I)) = \tfrac12 \sum_{j=1}^{D} \left(\mu_j^2 + \sigma_j^2 - 1 - \log \sigma_j^2\right) \qquad\text{(Kingma and Welling 2014, App. B)}$$
#
# **By hand.** A code of ten dimensions, each with $\mu = 1$ and $\sigma^2 = 1$: every dimension costs $\tfrac12$, all
# ten cost 5 nats. One dimension with $\mu = 0$ and $\sigma^2 = 4$ costs $\tfrac12 (4 - 1 - \log 4) = 0.807$.


# %% exercise="kl_to_prior" points=3 minutes=4 lines=1
def kl_to_prior(mu: Tensor, log_var: Tensor) -> Tensor:
    r"""Compute $\mathrm{KL}(\mathcal N(\mu, \operatorname{diag}(\sigma^2)) \,\|\, \mathcal N(0, I))$ of each image in nats.

    Args:
        mu: Means, shape (B, D).
        log_var: Log-variances $\log \sigma^2$, shape (B, D).

    Returns:
        Divergences, shape (B,).
    """
    ### BEGIN SOLUTION
    return 0.5 * (mu**2 + log_var.exp() - 1 - log_var).sum(-1)
    ### END SOLUTION


# %% [markdown] hints="kl_to_prior"
# - The formula, term by term; which of its terms is `log_var` itself?
# - Sum over the dimensions of a code, not over images, and no mean.
# - $\sigma^2$ is `log_var.exp()`.

# %% check="kl_to_prior"
checks.iwae.kl_to_prior(kl_to_prior)

# %% [markdown]
# The expectation in `rec` is replaced by a single draw of $z$: unbiased, and the next batch draws again. We *minimise*
# the negative ELBO, kl + rec, with both parts in **nats per image**. Adding a sum over the numbers of a code to
# a mean over pixels is a common mistake; the trade-off between the two is then off by a factor of 784.


# %% exercise="negative_elbo" points=4 minutes=5 lines=3
def negative_elbo(
    x: Tensor, logits: Tensor, mu: Tensor, log_var: Tensor, kl_to_prior=kl_to_prior, log_likelihood=log_bernoulli
) -> tuple[Tensor, Tensor, Tensor]:
    """Estimate the negative ELBO of each image, and its two parts, in nats.

    Args:
        x: Images, shape (B, P).
        logits: What the decoder made of one code per image, shape (B, P).
        mu: Means of q(z | x), shape (B, D).
        log_var: Log-variances of q(z | x), shape (B, D).
        kl_to_prior: `kl_to_prior(mu, log_var)` -> divergences (B,).
        log_likelihood: `log_likelihood(x, logits)` -> log p(x | z), shape (B,).

    Returns:
        nelbo, kl and rec, each of shape (B,).
    """
    ### BEGIN SOLUTION
    kl = kl_to_prior(mu, log_var)
    rec = -log_likelihood(x, logits)
    return kl + rec, kl, rec
    ### END SOLUTION


# %% [markdown] hints="negative_elbo"
# - Everything returned is a cost: smaller is better. Which of the two given functions is a cost already?
# - Two calls, one change of sign, one sum; the sum comes first in what is returned.
# - `rec` is minus the log-likelihood.

# %% check="negative_elbo"
checks.iwae.negative_elbo(negative_elbo)

# %% [markdown]
# ## 4. Training
#
# Once in each family of models you write the training loop yourself; here it is. It differs from a classifier's in
# one point: every batch comes with noise. The loss gives three numbers per image; the *mean over the images of a batch*
# of the first one is what a step makes smaller.


# %% exercise="train_epoch" points=4 minutes=6 lines=9
def train_epoch(model: nn.Module, loss, optimizer: torch.optim.Optimizer, batches) -> tuple[float, float, float]:
    """Go through the batches once, with one optimiser step per batch.

    Args:
        model: The network to train.
        loss: `loss(model, x, eps)` returns nelbo, kl and rec, each of shape (B,); the mean of nelbo is minimised.
        optimizer: Holds the network's parameters.
        batches: An iterable of pairs (x, eps): images and their noise. The last batch may be smaller.

    Returns:
        The means of nelbo, kl and rec over all *images* of the epoch, as three floats.
    """
    ### BEGIN SOLUTION
    seen = []
    for x, eps in batches:
        nelbo, kl, rec = loss(model, x, eps)
        optimizer.zero_grad()
        nelbo.mean().backward()
        optimizer.step()
        seen.append(torch.stack([nelbo, kl, rec]).detach())
    nelbo, kl, rec = torch.cat(seen, dim=1).mean(dim=1).tolist()
    return nelbo, kl, rec
    ### END SOLUTION


# %% [markdown] hints="train_epoch"
# - For each batch: loss, gradients, step. One more call is needed, or the gradients of all batches pile up.
# - `optimizer.zero_grad()`, `backward()` on the mean of nelbo, `optimizer.step()`. Keep the numbers of every image,
#   detached: a mean of the batches' means would count a small last batch too much.
# - `torch.stack([nelbo, kl, rec]).detach()` is of shape (3, B); put these next to each other with `torch.cat(...,
#   dim=1)` and take the mean over the images.

# %% check="train_epoch"
checks.iwae.train_epoch(train_epoch)


# %% tags=["setup"]
def single_sample_loss(model: nn.Module, x: Tensor, eps: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Negative ELBO, KL and reconstruction of each image, from one code per image."""
    logits, _, mu, log_var = model(x, eps)
    return negative_elbo(x, logits, mu, log_var)


def noise_like(x: Tensor, *samples: int) -> Tensor:
    """Noise for the images x, shape (*samples, B, D)."""
    return torch.randn(*samples, len(x), D, device=x.device)


# %% [markdown]
# **Your loop first**, on a few thousand images with a small network: an epoch costs a second.

# %% tags=["train"]
torch.manual_seed(run.seed)
small = VAE(P, hidden=64, latent=D).to(run.device)
first_batches = [
    (x, noise_like(x))
    for x in (
        rows(images) for images, _ in itertools.islice(data.Batches(dataset.train, batch_size=64, seed=run.seed), 50)
    )
]
optimizer = torch.optim.Adam(small.parameters(), lr=3e-3)
for epoch in range(5):
    nelbo, kl, rec = train_epoch(small, single_sample_loss, optimizer, first_batches)
    print(f"epoch {epoch + 1}: {nelbo:.1f} nats per image = kl {kl:.1f} + rec {rec:.1f}")

# %% [markdown]
# **Predict first.** Before training, the codes say nothing about the image: kl is near 0, and every pixel costs about
# $\log 2$. Which of the two will fall first, and will the other one *rise*? Why should it be allowed to?

# %% [markdown] tags=["notes"]
# *My prediction:*

# %% [markdown]
# **Now the real one**: 500 units in each hidden layer and codes of 10 numbers, 100 epochs. `training.fit` is your
# loop with progress, checkpoints and mixed precision. You may interrupt it (the square button): what was trained is
# kept, and running the cell again goes on from there.


# %% tags=["train"]
def elbo_loss(model: nn.Module, images: Tensor, labels: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
    """Mean negative ELBO of a batch, with its two parts to follow."""
    x = rows(images)
    nelbo, kl, rec = single_sample_loss(model, x, noise_like(x))
    return nelbo.mean(), {"kl": kl.mean(), "rec": rec.mean()}


batch_size = 128 if len(dataset.train) > 10_000 else 32


def train(model: nn.Module, loss, name: str, epochs: int, lr: float) -> training.History:
    """Train with Adam and a learning rate that falls to zero."""
    codes = torch.randn(20, D, generator=torch.Generator().manual_seed(run.seed)).to(run.device)
    return training.fit(
        model,
        loss,
        data.Batches(dataset.train, batch_size=batch_size, seed=run.seed, drop_last=True),
        optimizer=training.adam(model, lr=lr),
        scheduler=training.warmup_cosine,
        epochs=epochs,
        preview=lambda: pictures(model.decode(codes).sigmoid()),
        name=name,
        run=run,
        config={"data": dataset.checksum},
    )


torch.manual_seed(run.seed)
vae = VAE(P, hidden=run.choose(smoke=100, laptop=500, full=500), latent=D).to(run.device)
history = train(
    vae,
    elbo_loss,
    "vae",
    epochs=run.choose(smoke=20, laptop=100, full=200),
    lr=run.choose(smoke=3e-3, laptop=2e-3, full=2e-3),
)

# %% tags=["plot"] expected="loss"
run.record(training_seconds=history.seconds, images_per_second=history.images_per_second)
plots.curves(
    {name: history.curve(name) for name in ("loss", "rec", "kl")},
    x_label="step",
    y_label="nats per image",
    title="Negative ELBO and its two parts during training",
    alt="The negative ELBO and the reconstruction fall, steeply at first; the KL rises from zero and levels off",
)

# %% [markdown]
# The KL rises because information costs: each nat of kl is a nat that the code tells about the image, and it is spent
# only where it saves more than a nat of rec.
#
# Samples need no encoder: draw codes from the prior, decode. What is shown is the *probability* of ink.

# %% tags=["plot"] expected="samples"
with torch.no_grad():
    codes = torch.randn(40, D, generator=torch.Generator().manual_seed(run.seed)).to(run.device)
    ink = vae.decode(codes).sigmoid()
plots.image_grid(
    pictures(ink),
    levels=2,
    columns=10,
    title="Drawn by your model: probability of ink",
    alt="Forty digits drawn by the model, most of them readable, some between two digits, with soft edges",
)
with torch.no_grad():  # for 10_evaluation: pixels that are drawn, as the model was trained on
    draw = torch.Generator().manual_seed(run.seed + 1)
    many = vae.decode(torch.randn(2000, D, generator=draw).to(run.device)).sigmoid().cpu()
    run.keep_samples(pictures(torch.bernoulli(many, generator=draw)), levels=2, dataset=dataset, model="VAE")

# %% tags=["plot"] expected="reconstructions"
with torch.no_grad():
    originals = rows(dataset.test.images[:10])
    mu, log_var = vae.encode(originals)
    redrawn = [vae.decode(sample_gaussian(mu, log_var, noise_like(originals))).sigmoid() for _ in range(2)]
plots.image_grid(
    pictures(torch.cat([originals, *redrawn])),
    levels=2,
    columns=10,
    title="Test images, and what the decoder makes of two codes drawn for each",
    alt="Three rows of ten digits: binarised originals with ragged edges, and two smooth reconstructions that differ little",
)

# %% [markdown]
# ## 5. How far below? A model where everything is known
#
# How loose the bound is can be computed where $p(x)$ is known. Take numbers instead of images: $z \sim \mathcal N(0,
# 1)$ and $x = w z + s\,\eta$ with $\eta \sim \mathcal N(0, 1)$, that is
#
# $$p(z) = \mathcal N(z; 0, 1), \qquad p(x \mid z) = \mathcal N(x; w z, s^2).$$
#
# A sum of independent Gaussians is Gaussian, means and variances add, so $p(x)$ can be written down without any
# integral. **By hand**: for $w = 0$ the code says nothing, and $p(x) = \mathcal N(x; 0, s^2)$. The two formulas of this
# section are optional; what the second one measures, the gap below, is worth reading in any case.


# %% exercise="log_evidence" points=3 minutes=5 lines=2 optional=true
def log_evidence(x: sympy.Symbol, w: sympy.Symbol, s: sympy.Symbol) -> sympy.Expr:
    r"""Give $\log p(x)$ of the model $z \sim \mathcal N(0, 1)$, $x \mid z \sim \mathcal N(w z, s^2)$."""
    ### BEGIN SOLUTION
    variance = w**2 + s**2
    return -(sympy.log(2 * sympy.pi * variance) + x**2 / variance) / 2
    ### END SOLUTION


# %% [markdown] hints="log_evidence"
# - What are the mean and the variance of $w z + s \eta$?
# - A factor of $w$ multiplies a standard deviation; variances of independent terms add.
# - Put the mean and the variance that you found into the Gaussian log-density.

# %% check="log_evidence"
checks.iwae.log_evidence(log_evidence)

# %% [markdown]
# Now the bound. Whatever $q$ is,
#
# $$\log p(x) - \mathcal L(x) = \mathbb E_q\!\left[\log p(x) - \log \frac{p(x, z)}{q(z \mid x)}\right] = \mathbb E_q\!\left[\log \frac{q(z \mid x)}{p(z \mid x)}\right] = \mathrm{KL}\big(q(z \mid x) \,\|\, p(z \mid x)\big)$$
#
# because $p(x, z) = p(x)\,p(z \mid x)$. **The gap is the divergence of the guess from the true posterior**: it is never
# negative, so the ELBO is a lower bound, and it is 0 only if the guess is right.
#
# In the model above the posterior $p(z \mid x)$ is Gaussian as well; call its mean $\nu$ and its standard deviation
# $\rho$. What is the gap of a guess $q = \mathcal N(\mu, \tau^2)$?


# %% exercise="elbo_gap" points=4 minutes=7 lines=2 optional=true
def elbo_gap(mu: sympy.Symbol, tau: sympy.Symbol, nu: sympy.Symbol, rho: sympy.Symbol) -> sympy.Expr:
    r"""Give $\mathrm{KL}(\mathcal N(\mu, \tau^2) \,\|\, \mathcal N(\nu, \rho^2))$; tau and rho are standard deviations."""
    ### BEGIN SOLUTION
    distance = tau**2 + (mu - nu) ** 2
    return sympy.log(rho / tau) + distance / (2 * rho**2) - sympy.Rational(1, 2)
    ### END SOLUTION


# %% [markdown] hints="elbo_gap"
# - The difference of two Gaussian log-densities, averaged over $z \sim \mathcal N(\mu, \tau^2)$. What are the
#   averages of $(z - \mu)^2$ and of $(z - \nu)^2$?
# - The first is $\tau^2$. For the second write $z - \nu = (z - \mu) + (\mu - \nu)$ and expand the square; the mixed
#   term averages to 0.
# - Three parts: the logarithm of the ratio of the widths, the average of $(z - \nu)^2$ over twice $\rho^2$, and a
#   constant that makes the result 0 when both Gaussians agree.

# %% check="elbo_gap"
checks.iwae.elbo_gap(elbo_gap)

# %% tags=["plot"] expected="gap"
values = {"x": 1.0, "w": 1.0, "s": 0.5}
x_, w_, s_ = values.values()
posterior_mean, posterior_std = w_ * x_ / (w_**2 + s_**2), s_ / math.sqrt(w_**2 + s_**2)
means = [posterior_mean + 0.02 * step for step in range(-75, 76)]
widths = {"width of q right": 1.0, "twice too wide": 2.0, "half as wide": 0.5}


def bound_of(mean: float, std: float) -> float:
    """The ELBO of the guess N(mean, std^2), from your two formulas."""
    numbers = map(sympy.Float, (mean, std, posterior_mean, posterior_std))
    return float(log_evidence(*map(sympy.Float, values.values()))) - float(elbo_gap(*numbers))


try:
    evidence = float(log_evidence(*map(sympy.Float, values.values())))
    bounds = {name: [bound_of(mean, width * posterior_std) for mean in means] for name, width in widths.items()}
except NotImplementedError:
    print("A formula is left out; expected/gap.png shows what both of them give.")
else:
    plots.curves(
        {name: (means, bounds[name]) for name in widths},
        levels={"log p(x)": evidence},
        x_label="mean of the guess q",
        y_label="ELBO in nats",
        title="The ELBO touches log p(x) where the guess is the posterior",
        alt="Three parabolas below a dashed line; the one of the right width touches it at the posterior's mean, the others stay below",
    )

# %% [markdown]
# For images the true posterior is no diagonal Gaussian, so the ELBO stays below $\log p(x)$ even with the best
# encoder, and by an unknown amount.
#
# ## 6. Many codes instead of one
#
# Burda, Grosse and Salakhutdinov (2016, Sec. 3) draw $m$ codes from the encoder and average *before* taking the
# logarithm:
#
# $$\mathcal L_m(x) = \mathbb E_{z_1, \dots, z_m \sim q(z \mid x)}\!\left[\log \frac1m \sum_{k=1}^{m} w_k\right], \qquad w_k = \frac{p(x, z_k)}{q(z_k \mid x)} = \frac{p(x \mid z_k)\,p(z_k)}{q(z_k \mid x)}$$
#
# The weights are unbiased: $\mathbb E_q[w] = \int q(z \mid x) \frac{p(x, z)}{q(z \mid x)} dz = p(x)$, for every $q$
# that is positive where $p(x, z)$ is. For $m = 1$ this is the ELBO.
#
# **By hand.** Let a weight be 1 or 3 with probability ½ each, so $p(x) = 2$ and $\log p(x) = 0.693$.
#
# | | averages of the weights | bound |
# |---|---|---|
# | $m = 1$ | 1 or 3 | $\tfrac12 \log 1 + \tfrac12 \log 3 = 0.549$ |
# | $m = 2$ | 1 (¼), 2 (½), 3 (¼) | $\tfrac14 \log 1 + \tfrac12 \log 2 + \tfrac14 \log 3 = 0.621$ |
#
# Where a weight takes few values, $\mathcal L_m$ can be computed exactly: go through all $K^m$ ways to draw $m$ values.


# %% exercise="exact_bound" points=3 minutes=5 lines=5
def exact_bound(values: Tensor, probabilities: Tensor, m: int) -> Tensor:
    r"""Compute $\mathcal L_m = \mathbb E[\log \frac1m \sum_k w_k]$ exactly for a weight that takes finitely many values.

    Args:
        values: The values that a weight can take, all positive, shape (K,).
        probabilities: Their probabilities, shape (K,).
        m: Number of independent draws.

    Returns:
        The bound in nats, shape ().
    """
    ### BEGIN SOLUTION
    total = torch.zeros((), dtype=values.dtype)
    for draw in itertools.product(range(len(values)), repeat=m):
        chosen = list(draw)
        total += probabilities[chosen].prod() * values[chosen].mean().log()
    return total
    ### END SOLUTION


# %% [markdown] hints="exact_bound"
# - Draws are independent and ordered: (1, 3) and (3, 1) are two ways, and (3, 3) is one as well.
# - `itertools.product(range(K), repeat=m)` lists all ways as tuples of places; each has a probability (a product) and
#   an average of its values.
# - `values[list(draw)].mean().log()` is one way's logarithm of the average; weigh it by
#   `probabilities[list(draw)].prod()`.

# %% check="exact_bound"
checks.iwae.exact_bound(exact_bound)

# %% [markdown]
# Two statements about $\mathcal L_m$ are now yours to prove. What they say, your function can already show (a
# table of numbers is no proof, but it catches a wrong claim):

# %% tags=["plot"] expected="exact_bounds"
toy_values, toy_probabilities = torch.tensor([1.0, 3.0, 20.0]).double(), torch.tensor([0.5, 0.3, 0.2]).double()
toy_truth = (toy_values * toy_probabilities).sum().log().item()
toy_bounds = [float(exact_bound(toy_values, toy_probabilities, m)) for m in range(1, 8)]
plots.curves(
    {"exact bound": (list(range(1, 8)), toy_bounds)},
    levels={"log p(x)": toy_truth},
    x_label="number of draws m",
    y_label="nats",
    title="A weight of 1, 3 or 20: the bound rises with every draw",
    alt="A rising curve that flattens below a dashed line",
)
steps = [later - earlier for earlier, later in itertools.pairwise(toy_bounds)]
print(
    f"smallest step from m to m + 1: {min(steps):.4f}; distance to log p(x) at m = 7: {toy_truth - toy_bounds[-1]:.4f}"
)

# %% [markdown] answer="jensen" points=4 minutes=7
# **The bound.** Prove that $\mathcal L_m(x) \le \log p(x)$ for every $m \ge 1$. Say where you use Jensen's
# inequality, in which direction and why, and when equality holds. What does the proof need of $q(z \mid x)$? (At most
# 150 words.)
#
# ### BEGIN SOLUTION
# **Model answer.** Let $A_m = \frac1m \sum_k w_k$ with $z_1, \dots, z_m$ drawn from $q$. By linearity $\mathbb E[A_m] =
# \mathbb E_q[w] = \int q \cdot \frac{p(x, z)}{q}\,dz = p(x)$, which needs $q(z \mid x) > 0$ wherever $p(x, z) > 0$;
# otherwise a part of the integral is missed (then $\mathbb E[A_m] < p(x)$, and the bound still holds but can never
# become tight). The logarithm is concave, so Jensen gives $\mathcal L_m = \mathbb E[\log A_m] \le \log \mathbb E[A_m] =
# \log p(x)$. As the logarithm is *strictly* concave, equality holds only if $A_m$ does not vary, that is if $w$ is
# constant: $p(x, z)/q(z \mid x) = p(x)$ for all $z$, so $q(z \mid x) = p(z \mid x)$. Then one draw suffices.
#
# **Rubric (4 points).** (1) The average weight has expectation $p(x)$, with the step shown. (1) Jensen for the
# concave logarithm, in the right direction. (1) Equality exactly for $q$ equal to the posterior. (1) The support
# condition. Half: "by Jensen" without saying what is averaged.
# ### END SOLUTION

# %% [markdown] answer="monotone" points=4 minutes=9
# **More is never worse.** Prove that $\mathcal L_m(x) \le \mathcal L_{m+1}(x)$. A start: the average of $m + 1$
# numbers is the average, over the $m + 1$ ways to leave one of them out, of the averages of the remaining $m$. Does
# the proof need the weights to be independent? Does it say that a *single* evaluation with more draws gives a higher
# value? (At most 200 words.)
#
# ### BEGIN SOLUTION
# **Model answer.** Let $A = \frac1{m+1} \sum_{k=1}^{m+1} w_k$ and $A_{-j} = \frac1m \sum_{k \ne j} w_k$. Each $w_k$
# is missing from exactly one $A_{-j}$, so $\frac1{m+1} \sum_j A_{-j} = \frac{1}{m+1} \cdot \frac{m}{m} \sum_k w_k =
# A$. The logarithm is concave, so for every outcome $\log A = \log\big(\frac1{m+1} \sum_j A_{-j}\big) \ge \frac1{m+1}
# \sum_j \log A_{-j}$. Take expectations: each $A_{-j}$ is an average of $m$ weights from $q$, distributed as $A_m$,
# so the right side is $\mathcal L_m$ and the left one $\mathcal L_{m+1}$. Independence is not used, only that every
# choice of $m$ of the weights has the same distribution (they are exchangeable). The statement is about expectations:
# $m + 1$ fresh draws can well give a lower value than $m$ others, and a single evaluation may even exceed $\log
# p(x)$.
#
# **Rubric (4 points).** (1) The average as an average of leave-one-out averages, with the count shown. (1) Jensen
# applied to that finite average. (1) The expectation, with equal distribution of the leave-one-out averages;
# independence not needed. (1) In expectation only, not for single draws. Half: "more samples, less variance, so
# tighter" without proof.
# ### END SOLUTION

# %% [markdown]
# ### In numbers that do not break
#
# Weights of images are about $e^{-90}$, and of large images they underflow: only $\log w$ can be kept. With $a_k = \log
# w_k$ and $c = \max_k a_k$,
#
# $$\log \frac1m \sum_k e^{a_k} = c + \log \sum_k e^{a_k - c} - \log m.$$
#
# The largest term of the sum is then exactly 1, whatever the size of the weights. **By hand**: $a = (-1000, -1000 +
# \log 3)$ gives $-1000 + \log 2$, although $e^{-1000}$ is 0 in floating point. Each image needs its own $c$.


# %% exercise="log_mean_exp" points=4 minutes=5 lines=3
def log_mean_exp(log_w: Tensor) -> Tensor:
    r"""Compute $\log \frac1m \sum_k w_k$ of each image, without leaving the range of floating point.

    Args:
        log_w: Logarithms of the weights, shape (m, B).

    Returns:
        Logarithms of the weights' means, shape (B,).
    """
    ### BEGIN SOLUTION
    largest = log_w.max(dim=0).values
    total = (log_w - largest).exp().sum(dim=0)
    return largest + total.log() - math.log(len(log_w))
    ### END SOLUTION


# %% [markdown] hints="log_mean_exp"
# - Take out the largest weight of each image, and put its logarithm back at the end.
# - `log_w.max(dim=0).values` has shape (B,) and can be subtracted from (m, B). Or: PyTorch has a function for the
#   stable logarithm of a *sum*; what turns a sum into a mean?
# - A mean is the sum divided by $m$: subtract `math.log(len(log_w))`.

# %% check="log_mean_exp"
checks.iwae.log_mean_exp(log_mean_exp)

# %% [markdown]
# The weights themselves: $\log w = \log p(x \mid z) + \log p(z) - \log q(z \mid x)$, **with the code that was drawn**
# in all three terms. The closed form of the KL has no place here: it is the *average* of $\log q - \log p$ over all
# codes, and a weight needs the value at its own code. With the average in its place the weights no longer have the
# expectation $p(x)$, and for $m > 1$ the result may lie *above* $\log p(x)$: it is a bound no more.


# %% exercise="log_weights" points=4 minutes=5 lines=4
def log_weights(
    x: Tensor,
    logits: Tensor,
    z: Tensor,
    mu: Tensor,
    log_var: Tensor,
    log_normal=log_normal,
    log_likelihood=log_bernoulli,
) -> Tensor:
    r"""Compute $\log w = \log p(x \mid z) + \log p(z) - \log q(z \mid x)$ of every code.

    Args:
        x: Images, shape (B, P).
        logits: What the decoder made of the codes, shape (m, B, P).
        z: Codes drawn from q(z | x), shape (m, B, D).
        mu: Means of q(z | x), shape (B, D).
        log_var: Log-variances of q(z | x), shape (B, D).
        log_normal: `log_normal(z, mu, log_var)` -> log-densities (m, B); all three are tensors.
        log_likelihood: `log_likelihood(x, logits)` -> log p(x | z), shape (m, B). Call it: section 7 hands over another.

    Returns:
        Logarithms of the weights, shape (m, B).
    """
    ### BEGIN SOLUTION
    log_prior = log_normal(z, torch.zeros_like(mu), torch.zeros_like(mu))
    log_q = log_normal(z, mu, log_var)
    return log_likelihood(x, logits) + log_prior - log_q
    ### END SOLUTION


# %% [markdown] hints="log_weights"
# - Three terms, three calls. Which Gaussian is the prior?
# - The prior has mean 0 and variance 1; what is its *log*-variance?
# - `torch.zeros_like(mu)` serves as both; then add two terms and subtract the third.

# %% check="log_weights"
checks.iwae.log_weights(log_weights)


# %% [markdown]
# The bound of any model is now one line. The image is encoded once; the $m$ codes of all images go through the
# decoder in one pass.


# %% tags=["setup"]
def iwae_bound(model: nn.Module, x: Tensor, eps: Tensor, log_likelihood=log_bernoulli) -> Tensor:
    """One estimate of L_m for each image x (B, P) from noise eps (m, B, D), shape (B,)."""
    return log_mean_exp(log_weights(x, *model(x, eps), log_likelihood=log_likelihood))


# %% [markdown]
# ## 7. The oracle
#
# Before trusting a bound on images, try it where the truth is known. The model of section 5 with several dimensions,
#
# $$z \sim \mathcal N(0, I_D), \qquad x \mid z \sim \mathcal N(W z + b, s^2 I_P) \qquad\Rightarrow\qquad p(x) = \mathcal N(x; b, W W^\top + s^2 I_P)$$
#
# is a *linear-Gaussian VAE* (probabilistic PCA; Tipping and Bishop 1999, Sec. 3). For one pixel and one code it is what
# you derived: the variance is $w^2 + s^2$.
#
# The log-density of $\mathcal N(b, C)$ at $x$ is $-\tfrac12 \big(P \log 2\pi + \log\det C + (x - b)^\top C^{-1} (x -
# b)\big)$. With 784 pixels $\det C$ itself may be $10^{-800}$: ask for its logarithm.


# %% exercise="linear_gaussian_log_prob" points=4 minutes=6 lines=4
def linear_gaussian_log_prob(x: Tensor, W: Tensor, b: Tensor, s: float) -> Tensor:
    r"""Compute $\log \mathcal N(x; b, W W^\top + s^2 I)$ in nats.

    Args:
        x: Data, shape (B, P).
        W: Loadings, shape (P, D).
        b: Offset, shape (P,).
        s: Standard deviation of the noise.

    Returns:
        Log-densities, shape (B,).
    """
    ### BEGIN SOLUTION
    covariance = W @ W.T + s**2 * torch.eye(len(b), dtype=W.dtype)
    gap = x - b
    square = (gap * torch.linalg.solve(covariance, gap.T).T).sum(1)
    return -0.5 * (len(b) * math.log(2 * math.pi) + torch.logdet(covariance) + square)
    ### END SOLUTION


# %% [markdown] hints="linear_gaussian_log_prob"
# - Make the covariance (P, P) first; then three terms, one of them a number per row of `x`.
# - `torch.linalg.solve(C, gap.T)` gives $C^{-1}(x - b)$ for all rows at once, as columns; `torch.logdet` the
#   log-determinant. Or look at `torch.distributions.MultivariateNormal`.
# - The quadratic term of row $i$ is the sum over pixels of `gap[i]` times the $i$-th solved column.

# %% check="linear_gaussian_log_prob"
checks.iwae.linear_gaussian_log_prob(linear_gaussian_log_prob)

# %% [markdown]
# The posterior is Gaussian too: multiply prior and likelihood and complete the square in $z$,
#
# $$p(z \mid x) = \mathcal N\big(z;\; \tfrac1{s^2} S\, W^\top (x - b),\; S\big), \qquad S = \big(I_D + \tfrac1{s^2} W^\top W\big)^{-1} \qquad\text{(Tipping and Bishop 1999, Sec. 3)}$$
#
# Precisions (inverse variances) add: 1 from the prior, $W^\top W / s^2$ from the data. **By hand**, with $W = 2$, $s =
# 1$, $b = 0$: $S = 1/5$, and $x = 5$ gives the mean 2. Without the prior it would be 2.5: the prior pulls towards 0.


# %% exercise="linear_gaussian_posterior" points=4 minutes=6 lines=4
def linear_gaussian_posterior(x: Tensor, W: Tensor, b: Tensor, s: float) -> tuple[Tensor, Tensor]:
    r"""Compute mean and covariance of $p(z \mid x)$ for $z \sim \mathcal N(0, I)$, $x \mid z \sim \mathcal N(W z + b, s^2 I)$.

    Args:
        x: Data, shape (B, P).
        W: Loadings, shape (P, D).
        b: Offset, shape (P,).
        s: Standard deviation of the noise.

    Returns:
        Means, shape (B, D), and the covariance that all rows share, shape (D, D).
    """
    ### BEGIN SOLUTION
    precision = torch.eye(W.shape[1], dtype=W.dtype) + W.T @ W / s**2
    covariance = torch.linalg.inv(precision)
    mean = (x - b) @ W @ covariance / s**2
    return mean, covariance
    ### END SOLUTION


# %% [markdown] hints="linear_gaussian_posterior"
# - The formula holds for a column $x - b$; your data are rows. What does transposing do to a product?
# - Precision, inverse, mean. `torch.linalg.inv` inverts; a row of means is $(x - b)^\top W S / s^2$.
# - `(x - b) @ W` has shape (B, D) and meets the covariance on the right.

# %% check="linear_gaussian_posterior"
checks.iwae.linear_gaussian_posterior(linear_gaussian_posterior)


# %% [markdown]
# The next cell builds such a model with 12 pixels and 3 codes (columns of $W$ at right angles, so that the posterior
# has a diagonal covariance) and two encoders: the true posterior, and a guess that is off by half a standard
# deviation and 30 % too wide. A density with $\ell$ as its *mean* takes the place of the Bernoulli; nothing else in
# your code changes.


# %% tags=["setup"]
class LinearGaussian(nn.Module):
    """A linear-Gaussian VAE whose encoder is the true posterior, moved and widened as asked for.

    Args:
        W: Loadings with orthogonal columns, shape (P, D).
        b: Offset, shape (P,).
        s: Standard deviation of the noise.
        off: By how many posterior standard deviations the encoder's mean is off.
        wide: By which factor its standard deviation is too large.
    """

    def __init__(self, W: Tensor, b: Tensor, s: float, off: float = 0.0, wide: float = 1.0):
        super().__init__()
        self.W, self.b, self.s, self.off, self.wide = W, b, s, off, wide

    def forward(self, x: Tensor, eps: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """As of VAE; the first tensor holds the means of p(x | z)."""
        mean, covariance = linear_gaussian_posterior(x, self.W, self.b, self.s)
        std = covariance.diagonal().sqrt()
        mu, log_var = mean + self.off * std, 2 * (self.wide * std).log().expand_as(mean)
        z = sample_gaussian(mu, log_var, eps)
        return z @ self.W.T + self.b, z, mu, log_var

    def log_likelihood(self, x: Tensor, mean: Tensor) -> Tensor:
        """log p(x | z) of a Gaussian with these means and standard deviation s."""
        return log_normal(x.expand_as(mean), mean, torch.full_like(mean, 2 * math.log(self.s)))


def mean_and_error(draws: Tensor) -> tuple[float, float]:
    """The mean of independent draws, and half the width of its 95 % interval."""
    return draws.mean().item(), 1.96 * draws.std().item() / math.sqrt(len(draws))


# %% [markdown]
# **Predict first.** (a) Of single evaluations with $m = 1$ and the wrong encoder, which share will lie *above* $\log
# p(x)$, though $\mathcal L_1$ is a lower bound: none, a few, about half? (b) How much do evaluations with the *true*
# posterior vary?

# %% [markdown] tags=["notes"]
# *My prediction:*

# %% tags=["plot"] expected="oracle"
oracle_noise = torch.Generator().manual_seed(run.seed)
basis = torch.linalg.qr(torch.randn(12, 3, generator=oracle_noise, dtype=torch.float64)).Q
W, b, s = basis * torch.tensor([2.0, 1.0, 0.5]).double(), torch.zeros(12).double(), 0.5
wrong, exact = LinearGaussian(W, b, s, off=0.5, wide=1.3), LinearGaussian(W, b, s)
point = torch.randn(1, 3, generator=oracle_noise, dtype=torch.float64) @ W.T + b
truth = linear_gaussian_log_prob(point, W, b, s).item()
DRAWS, COUNTS = 4000, (1, 2, 5, 10, 50, 150)
estimates = {}
for m in COUNTS:
    eps = torch.randn(m, DRAWS, 3, generator=oracle_noise, dtype=torch.float64)
    for name, model in {"wrong": wrong, "exact": exact}.items():
        estimates[name, m] = iwae_bound(model, point.expand(DRAWS, -1), eps, model.log_likelihood)
oracle = {m: mean_and_error(estimates["wrong", m]) for m in COUNTS}
above = {m: (estimates["wrong", m] > truth).double().mean().item() for m in (1, 150)}
run.record(
    oracle_log_prob=truth,
    oracle_gap_1=truth - oracle[1][0],
    oracle_gap_5=truth - oracle[5][0],
    oracle_gap_50=truth - oracle[50][0],
    oracle_error_50=oracle[50][1],
    oracle_exact_spread=estimates["exact", 1].std(),
)
plots.intervals(
    {
        "wrong encoder": (COUNTS, [oracle[m][0] for m in COUNTS], [oracle[m][1] for m in COUNTS]),
        "true posterior": (
            COUNTS,
            [mean_and_error(estimates["exact", m])[0] for m in COUNTS],
            [mean_and_error(estimates["exact", m])[1] for m in COUNTS],
        ),
    },
    levels={"log p(x)": truth},
    x_label="number of codes m",
    y_label="nats",
    logarithmic=True,
    title=f"Means of {DRAWS:,} evaluations with 95 % intervals",
    alt="Points that rise towards a dashed line as m grows; those of the true posterior lie on the line for every m",
)
for m in COUNTS:
    mean, error = oracle[m]
    print(f"m = {m:3}: {mean:.4f} ± {error:.4f}, below log p(x) by {truth - mean:.4f}")
print(f"share of single evaluations above log p(x): {above[1]:.0%} at m = 1, {above[150]:.0%} at m = 150")
print(f"true posterior, m = 1: standard deviation {estimates['exact', 1].std():.1e}")

# %% [markdown] answer="in_expectation" points=4 minutes=5
# **A bound in expectation.** (a) Your table shows a lower bound whose single evaluations are often above the truth.
# Why is that no contradiction, and what must be done before two bounds are compared? (b) Explain the spread that you
# see at the true posterior. (c) About how does the gap shrink from $m = 5$ to $m = 50$, and what would another factor
# of 10 in the number of codes buy? (At most 150 words.)
#
# ### BEGIN SOLUTION
# **Model answer.** (a) $\mathcal L_m$ is an *expectation* over the noise; one evaluation is a random number around
# it, and Jensen's inequality says nothing about single values. With a wrong encoder the spread at $m = 1$ is about
# twice the gap, so a large share lies above. Before comparing, average over many draws (or over many images)
# and give an interval; differences smaller than the interval mean nothing. (b) At the true posterior the weight is
# $p(x, z)/p(z \mid x) = p(x)$ for *every* $z$: all evaluations are equal, for every $m$, and only rounding (about
# $10^{-15}$) is left. So a zero spread is a test of the whole program. (c) The gap falls about like
# $\mathrm{Var}(w)/(2 m\, p(x)^2)$, so ten times the codes leave about a tenth of the gap. Going from 50 to 500 gains
# the last hundredth of a nat at ten times the cost.
#
# **Rubric (4 points).** (1) Expectation against single draws. (1) Many draws and an interval before comparing. (1)
# Constant weights at the posterior. (1) About $1/m$, read from their own figures. Half: "because of noise" alone.
# ### END SOLUTION

# %% [markdown]
# ## 8. Your model, on the whole test set
#
# With $m = 150$ codes for each of 10,000 images, the decoder makes 1.5 million images of 784 logits: 4.7 GB in one
# go. So go through the images in **chunks**, as many images at a time as $m$ codes each leave room for. If memory has
# room for `rows` decoded images, a chunk holds $\lfloor \text{rows} / m \rfloor$ images, and at least one.
#
# Keep one number per image. A mean of the chunks' means would count the images of a small last chunk too much, and
# without single numbers there are no error bars.


# %% exercise="evaluate_in_chunks" points=4 minutes=6 lines=5
@torch.no_grad()
def evaluate_in_chunks(bound, x: Tensor, m: int, rows: int, noise) -> Tensor:
    """Evaluate a bound with m codes for every image, in chunks that fit into memory.

    Args:
        bound: `bound(x, eps)` maps images (B, P) and noise (m, B, D) to one number per image, shape (B,).
        x: All images, shape (N, P).
        m: Number of codes per image.
        rows: How many decoded images there is room for at a time; a chunk takes as many images as that allows, at least 1.
        noise: `noise(m, n)` returns fresh noise for n images, shape (m, n, D).

    Returns:
        One number per image, in the images' order, shape (N,).
    """
    ### BEGIN SOLUTION
    size = max(1, rows // m)
    bounds = []
    for chunk in x.split(size):
        bounds.append(bound(chunk, noise(m, len(chunk))))
    return torch.cat(bounds)
    ### END SOLUTION


# %% [markdown] hints="evaluate_in_chunks"
# - How many images at once, if each needs $m$ rows? What if not even one fits?
# - `x.split(size)` cuts a tensor into chunks of `size` rows; the last one may be smaller and needs less noise.
# - Draw `noise(m, len(chunk))` for every chunk anew, collect the results, and put them together with `torch.cat`.

# %% check="evaluate_in_chunks"
checks.iwae.evaluate_in_chunks(evaluate_in_chunks)

# %% [markdown]
# **Predict first.** The course's own model had a negative ELBO of 99.42 nats, and $-\mathcal L_m$ of 97.75, 96.59 and 96.30
# for $m = 5$, 50 and 150. Which of the steps from 1 to 5, from 5 to 50, and from 50 to 150 will be the largest for
# your model?

# %% [markdown] tags=["notes"]
# *My prediction:*

# %% tags=["train"]
test_rows = rows(dataset.test.images)
room = run.choose(smoke=2_000, laptop=2_000, full=20_000)  # decoded images at a time; 2,000 are 6 MB and stay in cache


def test_bounds(model: nn.Module, m: int) -> Tensor:
    """One estimate of L_m for every test image, with noise that depends on m and the seed alone."""
    generator = torch.Generator(run.device).manual_seed(1000 * run.seed + m)

    def noise(m: int, n: int) -> Tensor:
        return torch.randn(m, n, D, generator=generator, device=run.device)

    return evaluate_in_chunks(lambda x, eps: iwae_bound(model, x, eps), test_rows, m, room, noise).cpu()


@torch.no_grad()
def test_negative_elbo(model: nn.Module) -> tuple[Tensor, Tensor, Tensor]:
    """Negative ELBO with the closed form of the KL, KL and reconstruction of every test image, from one code each."""
    torch.manual_seed(run.seed)
    parts = [single_sample_loss(model, x, noise_like(x)) for x in test_rows.split(room)]
    return tuple(torch.cat(part).cpu() for part in zip(*parts, strict=True))


bounds = {m: test_bounds(vae, m) for m in (1, 5, 50, 150)}
nelbo, kl, rec = test_negative_elbo(vae)

# %% tags=["plot"] expected="bounds"
figures = {"negative_elbo": nelbo.mean().item(), "kl": kl.mean().item(), "rec": rec.mean().item()}
figures |= {f"negative_iwae_{m}": -values.mean().item() for m, values in bounds.items()}
gains = {f"from {a} to {b} codes": bounds[b] - bounds[a] for a, b in itertools.pairwise(bounds)}
run.record(**figures)
run.record(**{f"gain {name}".replace(" ", "_"): gain.mean() for name, gain in gains.items()})
print(f"negative ELBO {figures['negative_elbo']:.2f} = kl {figures['kl']:.2f} + rec {figures['rec']:.2f}")
for m, values in bounds.items():
    mean, error = mean_and_error(-values)
    print(f"-L_{m}: {mean:.2f} ± {error:.2f} over {len(values):,} test images")
for name, gain in gains.items():
    mean, error = mean_and_error(gain)
    print(f"gain {name}: {mean:.3f} ± {error:.3f}, image by image")
plots.intervals(
    {"gain, image by image": ([1, 2, 3], *zip(*map(mean_and_error, gains.values()), strict=True))},
    levels={"no gain": 0.0},
    ticks=list(gains),
    x_label="",
    y_label="nats per image",
    title="What more codes gain, with 95 % intervals",
    alt="Three points above zero with short error bars, falling from left to right",
)
references.beside(run, dataset.name, **figures)

# %% [markdown]
# The interval of each bound is wide, because images differ: an eight costs more than a one. The interval of a *difference*,
# taken image by image, is narrow: what is hard about an image is hard with 5 codes and with 50. Compare paired
# numbers whenever you can.
#
# What do the weights of one image look like? Move the slider.


# %% tags=["plot"] expected="weights"
@torch.no_grad()
def explain_weights(image: int, codes: int) -> None:
    """Draw the shares of the weights of one test image, the largest first."""
    x = test_rows[image : image + 1]
    generator = torch.Generator(run.device).manual_seed(image)
    log_w = log_weights(x, *vae(x, torch.randn(codes, 1, D, generator=generator, device=run.device)))[:, 0].cpu()
    share = log_w.softmax(0).sort(descending=True).values
    plots.curves(
        {"your encoder": (range(1, codes + 1), share.cumsum(0).tolist()), "all equal": ([0, codes], [0.0, 1.0])},
        x_label="codes, the heaviest first",
        y_label="share of the sum of weights",
        title=f"Test image {image}: the heaviest of {codes} codes holds {share[0]:.0%} of the weight",
        alt="A curve that rises steeply to 1 above the straight line that equal weights would give",
    )


widgets.explore(explain_weights, image=(0, min(999, len(test_rows) - 1), 0), codes=(2, 300, 150))

# %% [markdown] answer="test_bounds" points=4 minutes=6
# **Reading your figures.** (a) Is your sequence of $-\mathcal L_m$ decreasing beyond doubt? Say which intervals you
# used, and why. (b) Negative ELBO and $-\mathcal L_1$ estimate the same number by different formulas. Do they agree,
# and what would a difference of 2 nats tell you? (c) Twice as many codes cost twice as much. From your gains and from
# the picture of the weights: what do 150 codes tell about the encoder? (d) Someone reports 97.0 with $m = 1000$ for
# another model. Is it better than yours? (At most 200 words.)
#
# ### BEGIN SOLUTION
# **Model answer.** (a) Yes: the gains, paired image by image, are positive with intervals far from 0 (for the
# reference about 2.1, 1.3 and 0.3 nats on MNIST, each known to within a tenth); the intervals of the single bounds
# are about half a nat wide each and would overlap for the last step. (b) Both are unbiased estimates of the ELBO, so
# they must agree within their errors (a few hundredths of a nat). A difference of 2 nats is a mistake in the program,
# such as a mean where a sum belongs or a wrong density of $q$. (c) The gains shrink, but the last is still about a
# sixth of the first, where $1/m$ would have left a sixtieth: the bound has not arrived, and thousands of codes would
# still gain some tenths of a nat. A few codes carry most of the weight: the encoder's Gaussian does not match the
# posterior, and most of its codes are wasted. (d) Not comparable as it stands: $-\mathcal L_{1000}$ of my own model
# would be lower than my $-\mathcal L_{150}$; the same $m$, binarisation and test set are needed, and then a paired or
# at least an interval comparison.
#
# **Rubric (4 points).** (1) Paired differences with intervals. (1) Agreement of both estimates, and what a difference
# would mean. (1) Shrinking gains and uneven weights, tied to the encoder's mismatch. (1) Same $m$ and same data
# before comparing. Half: (a) from the means alone.
# ### END SOLUTION

# %% [markdown]
# ## 9. Optional: train on the tighter bound
#
# So far $\mathcal L_m$ was only *measured*. It can be *trained* as well: that is the importance weighted autoencoder
# (Burda et al. 2016). First, two tools. With the normalised weights $\tilde w_k = w_k / \sum_j w_j$, the **effective
# sample size** is
#
# $$\mathrm{ESS} = \frac{1}{\sum_k \tilde w_k^2}.$$
#
# **By hand**: four equal weights have $\tilde w = \tfrac14$ and an ESS of 4. One weight that outweighs all others
# gives 1. Weights of 1, 1 and 2 give $1/(\tfrac1{16} + \tfrac1{16} + \tfrac14) = 2.67$.


# %% exercise="effective_sample_size" points=2 minutes=3 lines=2 optional=true
def effective_sample_size(log_w: Tensor) -> Tensor:
    r"""Compute $1 / \sum_k \tilde w_k^2$ of each image.

    Args:
        log_w: Logarithms of the weights, shape (m, B).

    Returns:
        Effective numbers of codes, between 1 and m, shape (B,).
    """
    ### BEGIN SOLUTION
    share = log_w.softmax(dim=0)
    return 1 / share.square().sum(dim=0)
    ### END SOLUTION


# %% [markdown] hints="effective_sample_size"
# - The normalised weights of an image sum to 1. Which function turns logarithms into numbers that do?
# - Softmax over the codes, squares, sum over the codes, one over that.
# - `log_w.softmax(dim=0)` are the normalised weights.

# %% check="effective_sample_size"
checks.iwae.effective_sample_size(effective_sample_size)

# %% [markdown]
# The gradient of the bound has a telling form (Burda et al. 2016, Sec. 3). Differentiate $\log \frac1m \sum_k e^{a_k}$:
#
# $$\nabla \mathcal L_m = \mathbb E\Big[\sum_{k=1}^{m} \tilde w_k\, \nabla \log w_k\Big].$$
#
# Each code pulls by its share of the weight; codes that explain the image badly hardly count. The same gradient comes
# from a **surrogate**: $\sum_k \tilde w_k \log w_k$ *with the shares held constant*. It has another value than the
# bound, and exactly its gradient. That is what to write now. (Losses that are right only in their gradient are
# common; reinforcement learning is full of them.)


# %% exercise="iwae_surrogate" points=3 minutes=5 lines=2 optional=true
def iwae_surrogate(log_w: Tensor) -> Tensor:
    r"""Compute $\sum_k \tilde w_k \log w_k$ of each image, with $\tilde w_k$ held constant under differentiation.

    Args:
        log_w: Logarithms of the weights, shape (m, B).

    Returns:
        Numbers whose gradient is that of the bound, shape (B,).
    """
    ### BEGIN SOLUTION
    share = log_w.softmax(dim=0).detach()
    return (share * log_w).sum(dim=0)
    ### END SOLUTION


# %% [markdown] hints="iwae_surrogate"
# - Which of the two factors must not pass a gradient on?
# - Normalise with a softmax over the codes, cut it off from the graph, multiply, sum over the codes.
# - `.detach()` belongs to the shares, and to them alone.

# %% check="iwae_surrogate"
checks.iwae.iwae_surrogate(iwae_surrogate)

# %% [markdown]
# Both ways give one gradient on your trained model, parameter by parameter:

# %% tags=["plot"]
x = test_rows[:20]
eps = torch.randn(5, 20, D, generator=torch.Generator().manual_seed(run.seed)).to(run.device)


def slopes_of(reduce) -> Tensor:
    """Gradient of a reduction of the weights with respect to all parameters of the model, in one row."""
    value = reduce(log_weights(x, *vae(x, eps))).mean()
    return torch.cat([slope.flatten() for slope in torch.autograd.grad(value, list(vae.parameters()))])


try:
    bound_slopes, surrogate_slopes = slopes_of(log_mean_exp), slopes_of(iwae_surrogate)
except NotImplementedError:
    print("`iwae_surrogate` is left out, and with it the comparison.")
else:
    difference = ((bound_slopes - surrogate_slopes).norm() / bound_slopes.norm()).item()
    print(f"relative difference of both gradients over {len(bound_slopes):,} parameters: {difference:.1e}")

# %% [markdown]
# **Predict first.** Two copies of your model are trained further for the same number of epochs, one on the ELBO, one
# on $\mathcal L_5$. Which will have the better $\mathcal L_{150}$? Which will have the better ELBO?

# %% [markdown] tags=["notes"]
# *My prediction:*


# %% tags=["train"]
def iwae_loss(model: nn.Module, images: Tensor, labels: Tensor) -> Tensor:
    """Mean of minus L_5 over a batch, from five codes per image."""
    x = rows(images)
    return -log_mean_exp(log_weights(x, *model(x, noise_like(x, 5)))).mean()


tuned = {}
for name, loss in {"elbo": elbo_loss, "iwae": iwae_loss}.items():
    tuned[name] = copy.deepcopy(vae)
    train(tuned[name], loss, f"further_{name}", epochs=run.choose(smoke=5, laptop=5, full=20), lr=5e-4)
tuned_bounds = {name: {m: test_bounds(model, m) for m in (1, 150)} for name, model in tuned.items()}

# %% tags=["plot"] expected="tuned"
labels = {"elbo": "trained on the ELBO", "iwae": "trained on the bound with m = 5"}
for name, values in tuned_bounds.items():
    run.record(**{f"further_{name}_negative_iwae_{m}": -bound.mean() for m, bound in values.items()})
    print(", ".join([labels[name], *(f"-L_{m} {-bound.mean():.2f}" for m, bound in values.items())]))
change = {m: tuned_bounds["iwae"][m] - tuned_bounds["elbo"][m] for m in (1, 150)}
plots.intervals(
    {"paired difference": ([1, 2], *zip(*map(mean_and_error, change.values()), strict=True))},
    levels={"no difference": 0.0},
    ticks=["m = 1 (ELBO)", "m = 150"],
    x_label="measured with",
    y_label="nats per image",
    title="Trained on the bound with m = 5, minus trained on the ELBO",
    alt="At m = 1 the model that was trained on the tighter bound is worse, at m = 150 it is better",
)

# %% [markdown] answer="what_changes" points=3 minutes=5 optional=true
# **What the tighter bound changes.** (a) Compare both models at $m = 1$ and at $m = 150$, and explain with the
# gradient above why the ELBO can get *worse* while the model gets better. (b) What does the encoder of the second
# model learn to do differently? (c) Would you expect training with $m = 5000$ to be best of all? Think of what is
# left for the encoder to learn. (At most 150 words.)
#
# ### BEGIN SOLUTION
# **Model answer.** (a) Under $\mathcal L_5$ a bad code hardly counts as long as a good one is among the five, since
# it pulls with its small share only; the ELBO counts every code fully. So the second model is worse at $m = 1$, where
# single codes are scored, and better or equal at $m = 150$, which is near $\log p(x)$. (b) It spreads its guesses
# more widely, so as to cover the whole posterior, also where that is no Gaussian; the decoder in turn may use
# posteriors that a Gaussian could not follow. (c) No: with very many codes the bound is close to $\log p(x)$ for *any*
# encoder, so the encoder's gradient vanishes relative to its noise (Rainforth et al. 2018: its signal-to-noise ratio
# falls like $1/\sqrt m$), while each step costs $m$ passes of the decoder.
#
# **Rubric (3 points).** (1) The two figures, explained by the shares in the gradient. (1) A wider encoder that
# covers. (1) Diminishing signal for the encoder, or the cost. Half: "the bound is tighter, so it is better".
# ### END SOLUTION

# %% [markdown]
# ## 10. Among its relatives
#
# | model | likelihood | scoring | sampling | today |
# |---|---|---|---|---|
# | PixelCNN (02) | exact | one pass | one step per value | language models, images as tokens |
# | VAE (03) | a lower bound | one pass | one pass | codes in which other models work, such as latent diffusion |
# | **IWAE (here)** | a lower bound that tightens with $m$ | $m$ passes of the decoder | one pass | measuring other VAEs; multi-sample bounds in inference |
# | normalizing flow (05, 06) | exact | one pass | one pass, or one per value for MAF | densities; richer encoders for VAEs |
# | GAN (07) | none | none | one pass | fast synthesis |
#
# **What to take with you.** An average inside a logarithm is a bound, and averaging more tightens it. The gap of the
# ELBO is the encoder's error, not the decoder's. And a program that estimates something unknown should first be run
# where the answer is known.
#
# **Going further.** (1) Raise $m$ to 1000 on a few hundred images: how much is left to gain? (2) Give the encoder a
# full covariance instead of a diagonal one; which bounds move? (3) Train a small VAE on $\mathcal L_{50}$ from the
# start and compare its active units with notebook 03's.
