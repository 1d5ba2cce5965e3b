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

# %% [markdown] title="Evaluation: judging generative models" reading=22 machine=3 figures="judge_accuracy real_is real_fid real_precision real_recall real_density real_coverage fid_bias fid_infinity"
# # Evaluation: judging generative models
#
# ![A table of spoilt sets of images against six scores; each score is blind to some of the faults](expected/heat_map.png)
#
# Each row is a set of images that we have spoilt in a way that we know. Each column is a score that papers report. An orange
# cell says: this score notices this fault. A pale cell says: it does not. No column is orange all the way down.
#
# **The question of this notebook:** how good is a generative model, when all that we have is its samples, and which score
# sees which fault?
#
# **What to know first.**
# *Entropy*: $H(p) = -\sum_y p(y) \log p(y)$, in nats, is 0 for a certain outcome and $\log K$ for $K$ equally likely ones.
# *Symmetric matrices*: a covariance matrix is $V \Lambda V^\top$ with orthonormal columns in $V$ and eigenvalues
# $\lambda_i \ge 0$ on the diagonal of $\Lambda$; its trace is their sum, its determinant their product
# ([`torch.linalg.eigh`](https://docs.pytorch.org/docs/stable/generated/torch.linalg.eigh.html)).
# *Broadcasting*: comparing a column `(N, 1)` with a table `(N, M)` compares each row with its own number.
#
# Nothing from an earlier notebook is needed; samples that they left behind are compared in the last section. The papers:
# Salimans et al., *Improved Techniques for Training GANs* (2016); Heusel et al., *GANs Trained by a Two Time-Scale Update
# Rule* (2017); Kynkäänniemi et al., *Improved Precision and Recall Metric* (2019); Naeem et al., *Reliable Fidelity and
# Diversity Metrics* (2020); Chong and Forsyth, *Effectively Unbiased FID and Inception Score* (2020).

# %% [markdown]
# | symbol | in code | meaning |
# |---|---|---|
# | $x_i$, $i = 1 \dots N$ | `real` | features of real images, one row each, shape `(N, D)` |
# | $\tilde x_j$, $j = 1 \dots M$ | `fake` | features of drawn images, shape `(M, D)`; $M$ need not be $N$ |
# | $p(y \mid x)$ | `probabilities` | what a classifier says about an image, shape `(N, K)` |
# | $m,\ S$ | `mean`, `covariance` | of a set of features, shapes `(D,)` and `(D, D)` |
# | $k$ | `k` | how many neighbours reach to the rim of a ball |
# | $r_i$ | `radii` | distance of a point from its $k$-th nearest neighbour in its own set, shape `(N,)` |
# | $B(x_i, r_i)$ | `inside` | the ball around $x_i$: all points nearer than $r_i$ |
#
# All scores are computed in **float64**, whatever the features come in.

# %% [markdown] tags=["notes"]
# **My sources.** Name here whoever helped you, and every text, program or assistant that you used, with what you took
# from it. Whether working together is allowed is for your instructor to say; naming it always is.

# %% tags=["parameters"]
PRESET = "laptop"  # "smoke" (seconds), "laptop" (minutes) or "full" (a GPU)
DATASET = "fashion-mnist"  # what data.load takes; where it is missing the embedded digits are used
SEED = 0

# %% tags=["setup"]
import time

import sympy
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from helpers import checks, classifier, data, heatmaps, inception, plots, presets, references, samples

run = presets.start(PRESET, DATASET, SEED, name="10_evaluation")

# %% tags=["setup"]
dataset = data.load(run.dataset)  # on the CPU: float64 is needed, and these are small sums
K = len(dataset.classes)
run.record(data=dataset.name, checksum=dataset.checksum)
if dataset.note:
    print(dataset.note)
COUNT = min(run.choose(smoke=150, laptop=2000, full=5000), len(dataset.validation) // 2, len(dataset.test) // 2)
print(f"{dataset.name}: sets of {COUNT:,} images are compared, {K} classes")

# %% [markdown]
# ## 1. A judge, and what it says about one set
#
# Pixels are a bad place to compare images: shifting a shoe by one pixel changes hundreds of values and nothing that matters.
# So all scores of this notebook look at images through a network that was trained to tell classes apart. The published
# scores use *Inception*, trained on a million photographs; ours is a small **judge** trained on this data set. **A score
# belongs to its network**: an FID in Inception's features and one in our judge's have nothing to do with each other, so
# the network is named beside every figure here.
#
# The **Inception score** asks the judge two things. Is each image clearly *something*? Then $p(y \mid x)$ is sharp. Are there
# *all kinds* of things? Then the average $p(y) = \frac1N \sum_i p(y \mid x_i)$ is flat. Both together
# (Salimans et al. 2016, Sec. 4):
#
# $$\mathrm{IS} = \exp\Big(\frac1N \sum_{i=1}^N \mathrm{KL}\big(p(y \mid x_i) \,\big\|\, p(y)\big)\Big), \qquad
# \mathrm{KL}(p \,\|\, q) = \sum_y p(y) \log\frac{p(y)}{q(y)}, \quad 0 \log 0 = 0$$
#
# **By hand.** Two images, two classes. If the judge says $(1, 0)$ and $(0, 1)$, then $p(y) = (\tfrac12, \tfrac12)$, both
# divergences are $\log 2$, and IS $= 2$: the number of classes. If it says $(\tfrac12, \tfrac12)$ twice, or $(1, 0)$ twice, IS
# $= \exp 0 = 1$.


# %% exercise="inception_score" points=4 minutes=4 lines=3
def inception_score(probabilities: Tensor) -> Tensor:
    r"""Compute the Inception score $\exp(\frac1N \sum_i \mathrm{KL}(p(y \mid x_i) \,\|\, p(y)))$ of one set of images.

    Args:
        probabilities: What a classifier says about each image, rows that add up to 1, shape (N, K); zeros are allowed.

    Returns:
        The score, a tensor of shape (), computed in float64.
    """
    ### BEGIN SOLUTION
    p = probabilities.double()
    terms = torch.xlogy(p, p) - torch.xlogy(p, p.mean(0))
    return terms.sum(1).mean().exp()
    ### END SOLUTION


# %% [markdown] hints="inception_score"
# - Which average is over images and which sum is over classes? What does `0 * log(0)` give in floating-point arithmetic?
# - The marginal is the mean of the rows. `torch.xlogy(a, b)` is a log b with the right value, 0, where a is 0.
# - `torch.xlogy(p, p) - torch.xlogy(p, marginal)`, summed over the classes, averaged over the images, then `exp`.

# %% check="inception_score"
checks.evaluation.inception_score(inception_score)

# %% [markdown]
# The exponent has a name: $\log \mathrm{IS} = H(Y) - H(Y \mid X)$, the **mutual information** of the image's number $X$ (drawn
# evenly from $1 \dots N$) and the class $Y$ that the judge would draw for it.

# %% tags=["plot"]
draws = torch.Generator().manual_seed(run.seed)
guesses = torch.randn(500, K, generator=draws, dtype=torch.float64).mul(2).softmax(1)
joint = guesses / len(guesses)  # p(x, y) with p(x) = 1 / N
independent = joint.sum(1, keepdim=True) * joint.sum(0)
information = (joint * (joint / independent).log()).sum()
print(f"log IS = {inception_score(guesses).log():.12f}\nI(X; Y) = {information:.12f}")

# %% [markdown] answer="information" points=3 minutes=5
# **Why the exponential of an information.** (a) Prove $\log \mathrm{IS} = I(X; Y)$ from the definition. (b) Derive from it that $1 \le
# \mathrm{IS} \le K$, and say when either bound is met. (c) The score is usually computed as the mean over ten parts of the
# set. Is the score of a small part of the same images larger or smaller than that of a large one, in expectation? Why? (At
# most 150 words and formulas.)
#
# ### BEGIN SOLUTION
# **Model answer.** (a) With $p(x) = 1/N$ and $p(x, y) = p(y \mid x) / N$: $\frac1N \sum_x \sum_y p(y|x) \log \frac{p(y|x)}{p(y)} = \sum_{x,y}
# p(x,y) \log \frac{p(x,y)}{p(x) p(y)} = I(X;Y)$. (b) $I \ge 0$, with equality when all rows are the same (the judge says the
# same of every image). $I = H(Y) - H(Y|X) \le H(Y) \le \log K$, with equality when each row is one-hot and the classes are equally
# frequent. (c) Smaller. The marginal of a part lies nearer to its own rows than the marginal of the whole does: the mean KL
# to the mean of the rows is the smallest mean KL to any distribution. A part of one image has IS 1. So the score is biased
# at finite $N$, downwards.
#
# **Rubric (3 points).** (1) The identity with $p(x) = 1/N$. (1) Both bounds with their cases; half without the cases. (1)
# Smaller, because the marginal fits its own few rows. Half: "noisier" without a direction.
# ### END SOLUTION

# %% [markdown] answer="is_flaws" points=3 minutes=4
# **What the Inception score cannot see.** Name three flaws. For each, describe a concrete set of images whose score is too high or
# too low. At least one of them should reach the highest possible score and still be useless. (At most 150 words.)
#
# ### BEGIN SOLUTION
# **Model answer.** It never looks at real images. (1) Collapse within classes: ten images, one per class, repeated a thousand
# times, get $K$, the maximum. (2) Memorising: copies of training images score as real ones do. (3) It knows only the judge's
# classes: a generator of faces judged by a network of fashion items, or any data set where the classes of the judge do not
# matter, gets a meaningless score; a perfect model of *one* class gets 1. (4) Images made to convince the judge
# (adversarial noise) have sharp $p(y|x)$ and look like nothing. (5) Real data with unequal classes score less than a model that
# evens them out.
#
# **Rubric (3 points).** One point for each flaw with an example that really has that score; half without the example. At
# most 2 points if none reaches the maximum.
# ### END SOLUTION

# %% [markdown]
# ### Optional: a judge who is never quite sure
#
# A generator draws $K$ classes equally often. Of each image the judge is sure but for a rest $e$: it gives $1 - e$ to the right
# class and spreads $e$ evenly over the $K - 1$ others. What is the Inception score? The answer is a **formula** in sympy: a
# function of two symbols that returns an expression. Any equivalent form passes.


# %% exercise="score_of_unsure_judge" points=3 minutes=5 lines=2 optional=true
def score_of_unsure_judge(K, e):
    r"""Write down the Inception score of K balanced classes, each image recognised with probability 1 - e.

    Args:
        K: A positive sympy symbol, the number of classes.
        e: A positive sympy symbol smaller than 1, what the judge spreads over the other classes.

    Returns:
        A sympy expression.
    """
    ### BEGIN SOLUTION
    entropy = -(1 - e) * sympy.log(1 - e) - e * sympy.log(e / (K - 1))
    return sympy.exp(sympy.log(K) - entropy)
    ### END SOLUTION


# %% [markdown] hints="score_of_unsure_judge"
# - By symmetry the marginal is uniform, and all images have the same divergence from it.
# - $\mathrm{KL}(p \,\|\, \text{uniform}) = \log K - H(p)$, and there are only two different probabilities in $p$.
# - $H = -(1 - e)\log(1 - e) - e \log\frac{e}{K - 1}$: $K - 1$ classes with $e / (K - 1)$ each.

# %% check="score_of_unsure_judge"
checks.evaluation.score_of_unsure_judge(score_of_unsure_judge)

# %% [markdown]
# ## 2. From images to features
#
# All further scores compare two sets of **features**: the values that enter the judge's last layer. Reading them out
# is a place for quiet mistakes. Layers such as batch norm and dropout behave differently in training mode: then the
# features of an image depend on the images that happen to share its batch, and the score on the batch size.


# %% exercise="features_of" points=4 minutes=5 lines=5
def features_of(network: nn.Module, images: Tensor, batch_size: int = 500) -> Tensor:
    """Read out the features of images, batch by batch, whatever mode the network is in.

    Args:
        network: Maps images (B, C, H, W) to features (B, D); it is left in the mode in which it came.
        images: All images, shape (N, C, H, W).
        batch_size: How many images go through the network at once; the result must not depend on it.

    Returns:
        Features in the order of the images, computed with gradients switched off, float64, shape (N, D).
    """
    ### BEGIN SOLUTION
    was_training = network.training
    network.eval()
    with torch.no_grad():
        rows = [network(batch).double() for batch in images.split(batch_size)]
    network.train(was_training)
    return torch.cat(rows)
    ### END SOLUTION


# %% [markdown] hints="features_of"
# - Which switch tells a network that it is not being trained? Which one tells PyTorch that nobody will ask for gradients?
# - `images.split(batch_size)` gives batches, the last one smaller where it must be; `torch.cat` puts the rows together.
# - `network.eval()` before, `with torch.no_grad():` around, `network.train(was_training)` after, where `was_training =
#   network.training` was read first.

# %% check="features_of"
checks.evaluation.features_of(features_of)

# %% tags=["train"]
judge = classifier.judge(dataset)
FEATURES = f"the judge of {dataset.name}, 64 features"
run.record(judge_accuracy=judge.accuracy)
print(f"features: {FEATURES}; it recognises {judge.accuracy:.1%} of the test images")

# %% [markdown]
# ## 3. The Fréchet distance
#
# Heusel et al. (2017, Eq. 6) summarise each set of features by its mean $m$ and covariance $S$ and take the distance of the
# two normal distributions with these moments (it is their Wasserstein-2 distance, squared):
#
# $$\mathrm{FID} = \lVert m_1 - m_2 \rVert^2 + \operatorname{tr}\big(S_1 + S_2 - 2\,(S_1 S_2)^{1/2}\big), \qquad
# S = \frac{1}{N - 1} \sum_{i=1}^N (x_i - m)(x_i - m)^\top$$
#
# **By hand.** In one dimension $S = \sigma^2$ and $\mathrm{FID} = (m_1 - m_2)^2 + (\sigma_1 - \sigma_2)^2$. The features
# $0, 2$ have $m = 1$, $\sigma^2 = 2$; the features $1, 5$ have $m = 3$, $\sigma^2 = 8$: $\mathrm{FID} = 4 + (2\sqrt2 -
# \sqrt2)^2 = 6$.


# %% exercise="mean_and_covariance" points=3 minutes=4 lines=3
def mean_and_covariance(features: Tensor) -> tuple[Tensor, Tensor]:
    """Compute the mean and the covariance of a set of features, in float64.

    Args:
        features: One row per image, float32 or float64, shape (N, D) with N at least 2.

    Returns:
        The mean, shape (D,), and the covariance with the divisor N - 1, shape (D, D), both float64.
    """
    ### BEGIN SOLUTION
    mean = features.double().mean(0)
    centred = features.double() - mean
    return mean, centred.T @ centred / (len(features) - 1)
    ### END SOLUTION


# %% [markdown] hints="mean_and_covariance"
# - Rows are images and columns are features: the covariance belongs to pairs of columns. When should the precision be raised?
# - Centre the rows first; subtracting two large sums of squares at the end loses digits.
# - `centred.T @ centred / (N - 1)`. (`torch.cov` wants one *row* per feature.)

# %% check="mean_and_covariance"
checks.evaluation.mean_and_covariance(mean_and_covariance)

# %% [markdown]
# A **matrix square root** $R$ of $S$ satisfies $R R = S$. It is not the square root of each entry. For a symmetric $S = V \Lambda
# V^\top$ it is $V \Lambda^{1/2} V^\top$. With fewer images than features, $S$ has eigenvalues that are 0, and rounding makes some of them
# $-10^{-16}$.
#
# **By hand.** $S = \begin{pmatrix} 5 & 4 \\ 4 & 5 \end{pmatrix}$ has eigenvalues 9 and 1 along $(1, 1)$ and $(1, -1)$. The root has 3
# and 1 there: $R = \begin{pmatrix} 2 & 1 \\ 1 & 2 \end{pmatrix}$.


# %% exercise="matrix_sqrt" points=3 minutes=4 lines=2
def matrix_sqrt(matrix: Tensor) -> Tensor:
    """Compute the symmetric square root of a symmetric matrix without negative eigenvalues (but for rounding).

    Args:
        matrix: float64, shape (D, D).

    Returns:
        The symmetric matrix R without negative eigenvalues for which R @ R is the given one, shape (D, D).
    """
    ### BEGIN SOLUTION
    values, vectors = torch.linalg.eigh(matrix)
    return vectors * values.clamp(min=0).sqrt() @ vectors.T
    ### END SOLUTION


# %% [markdown] hints="matrix_sqrt"
# - In which coordinates is the matrix diagonal, so that its root is easy?
# - `torch.linalg.eigh` gives eigenvalues and, as *columns*, eigenvectors. What does the root of a tiny negative number give?
# - `vectors * roots` scales the columns; multiply by `vectors.T` from the right. Clamp the eigenvalues at 0 before the root.

# %% check="matrix_sqrt"
checks.evaluation.matrix_sqrt(matrix_sqrt)

# %% [markdown]
# The product $S_1 S_2$ is not symmetric, so that root does not apply to it. But it has the same eigenvalues as the
# symmetric $S_1^{1/2} S_2 S_1^{1/2}$, and a trace is the sum of eigenvalues:
#
# $$\operatorname{tr}\,(S_1 S_2)^{1/2} = \operatorname{tr}\,\big(S_1^{1/2} S_2\, S_1^{1/2}\big)^{1/2}$$


# %% exercise="frechet_distance" points=4 minutes=5 lines=4
def frechet_distance(mean_1: Tensor, cov_1: Tensor, mean_2: Tensor, cov_2: Tensor, sqrt=matrix_sqrt) -> Tensor:
    """Compute the Fréchet distance (squared, as FID is) of two normal distributions.

    Args:
        mean_1: Mean of the first, float64, shape (D,).
        cov_1: Its covariance, float64, shape (D, D).
        mean_2: Mean of the second, shape (D,).
        cov_2: Its covariance, shape (D, D).
        sqrt: `sqrt(matrix)` returns the square root of a *symmetric* matrix.

    Returns:
        The distance, shape ().
    """
    ### BEGIN SOLUTION
    half = sqrt(cov_1)
    both = sqrt(half @ cov_2 @ half)
    gap = (mean_1 - mean_2).square().sum()
    return gap + cov_1.trace() + cov_2.trace() - 2 * both.trace()
    ### END SOLUTION


# %% [markdown] hints="frechet_distance"
# - Four terms. Which of them needs a matrix root, and of which symmetric matrix?
# - First the root of one covariance, then the root of what stands between two copies of it.
# - With `half = sqrt(cov_1)` it is the root of `half @ cov_2 @ half` whose trace counts, twice and negatively.

# %% check="frechet_distance"
checks.evaluation.frechet_distance(frechet_distance)

# %% [markdown]
# ### From features, and quickly
#
# With $D$ features the root costs about $D^3$ operations. Inception has $D = 2048$, and often there are fewer images than that.
# Then the large matrices hold little: with the centred rows divided by $\sqrt{N - 1}$ in $A$ (shape `(N, D)`) and likewise the fakes' in $B$
# (shape `(M, D)`), $S_1 = A^\top A$ and $S_2 = B^\top B$, and
#
# $$\operatorname{tr}\,(A^\top A\, B^\top B)^{1/2} = \text{the sum of the singular values of } A B^\top$$
#
# which is only $N \times M$. It is exact where the other way adds up roots of rounding errors: $\sqrt{10^{-16}} = 10^{-8}$, times
# the many eigenvalues that should be 0.


# %% exercise="fid" points=5 minutes=8 lines=8
def fid(real: Tensor, fake: Tensor, statistics=mean_and_covariance, distance=frechet_distance) -> Tensor:
    r"""Compute the Fréchet distance of two sets of features in the form that is small.

    Args:
        real: Features, shape (N, D).
        fake: Features, shape (M, D).
        statistics: `statistics(features)` returns mean and covariance; used when N or M is at least D.
        distance: `distance(mean_1, cov_1, mean_2, cov_2)` is the Fréchet distance; used when N or M is at least D.

    Returns:
        The distance, float64, shape (). When N and M are both less than D it comes from the singular values of an
        N x M matrix.
    """
    ### BEGIN SOLUTION
    if max(len(real), len(fake)) >= real.shape[1]:
        return distance(*statistics(real), *statistics(fake))
    real, fake = real.double(), fake.double()
    gap = (real.mean(0) - fake.mean(0)).square().sum()
    A = (real - real.mean(0)) / (len(real) - 1) ** 0.5
    B = (fake - fake.mean(0)) / (len(fake) - 1) ** 0.5
    both = torch.linalg.svdvals(A @ B.T).sum()
    return gap + A.square().sum() + B.square().sum() - 2 * both
    ### END SOLUTION


# %% [markdown] hints="fid"
# - Two cases. In the first everything is there already. In the second, which numbers does the formula need, and from what
#   can each be had without a $D \times D$ matrix?
# - $\operatorname{tr}(A^\top A)$ is the sum of the squares of all entries of $A$.
# - `torch.linalg.svdvals` of `A @ B.T`, summed, is the trace of the root; each set is divided by the root of its own number minus 1.

# %% check="fid"
checks.evaluation.fid(fid)

# %% tags=["plot"]
wide = torch.randn(2, 100, 512, generator=draws, dtype=torch.float64)
for name, way in {
    "by shape": fid,
    "D x D": lambda real, fake: frechet_distance(*mean_and_covariance(real), *mean_and_covariance(fake)),
}.items():
    start = time.perf_counter()
    value = way(*wide)
    seconds = time.perf_counter() - start
    print(
        f"100 images of 512 features, {name:>8}: {value:.6f} in {seconds:.3f} s; FID(X, X) = {way(wide[0], wide[0]):.1e}"
    )

# %% [markdown]
# ### What more images do to it
#
# **Predict first.** Take two *different* halves of the same real images. Their FID should be 0. What happens to it if you use 100
# images of each instead of 1000? And does a better model always get the lower FID when its rival is judged by more images?

# %% [markdown] tags=["notes"]
# *My prediction:*

# %% [markdown]
# FID is **biased**: moments of few images are off by chance, and a distance counts every error as positive. To leading order the
# bias falls like $1/N$. So Chong and Forsyth (2020) compute FID for several $N$, fit a straight line against $1/N$,
#
# $$\mathrm{FID}_N \approx \mathrm{FID}_\infty + \frac{a}{N},$$
#
# and report where it meets the axis. **By hand.** $\mathrm{FID} = 5$ at $N = 100$ and $3$ at $N = 200$: the slope is $a = (5 - 3) / (\tfrac1{100} -
# \tfrac1{200}) = 400$ and $\mathrm{FID}_\infty = 5 - 4 = 1$.


# %% exercise="extrapolated_fid" points=3 minutes=4 lines=3
def extrapolated_fid(sizes: Tensor, values: Tensor) -> Tensor:
    """Extrapolate FID to infinitely many images: the least-squares line of FID against 1/N, at 1/N = 0.

    Args:
        sizes: Numbers of images N, shape (P,), at least two of them different.
        values: FID for each, shape (P,).

    Returns:
        The value of the line at 1/N = 0, float64, shape ().
    """
    ### BEGIN SOLUTION
    x, y = 1 / sizes.double(), values.double()
    slope = ((x - x.mean()) * (y - y.mean())).sum() / (x - x.mean()).square().sum()
    return y.mean() - slope * x.mean()
    ### END SOLUTION


# %% [markdown] hints="extrapolated_fid"
# - What stands on the horizontal axis of the line?
# - The slope is the covariance of both coordinates over the variance of the horizontal one; the line goes through the means.
# - With `x = 1 / sizes.double()`: the mean of y minus the slope times the mean of x.

# %% check="extrapolated_fid"
checks.evaluation.extrapolated_fid(extrapolated_fid)

# %% tags=["setup"]
unseen = torch.cat([dataset.validation.scaled(), dataset.test.scaled()])  # the judge has learned from neither


def blurred(images: Tensor) -> Tensor:
    """Each pixel replaced by the mean of itself and its neighbours."""
    return F.avg_pool2d(images, 3, stride=1, padding=1, count_include_pad=False)


# %% tags=["train"]
pool = features_of(judge.network.body, unseen)
soft_pool = features_of(judge.network.body, 0.8 * unseen + 0.2 * blurred(unseen))
largest = min(run.choose(smoke=300, laptop=5000, full=10_000), len(pool) // 2)
parts = run.choose(smoke=(1, 2, 3, 4), laptop=(1, 3, 5, 7, 9, 12), full=(1, 3, 5, 7, 9, 12))
sizes = [largest // part for part in parts]  # evenly spread in 1/N
repeats = run.choose(smoke=3, laptop=5, full=10)


def fid_of_parts(first: Tensor, second: Tensor, size: int, seed: int) -> float:
    """FID of `size` rows of the first and as many other rows of the second."""
    order = torch.randperm(len(first), generator=torch.Generator().manual_seed(seed))
    return float(fid(first[order[:size]], second[order[-size:]]))


by_size = {
    label: torch.tensor([[fid_of_parts(pool, other, size, seed) for seed in range(repeats)] for size in sizes])
    for label, other in {"real images": pool, "slightly blurred images": soft_pool}.items()
}

# %% tags=["plot"] expected="bias"
ends = {label: float(extrapolated_fid(torch.tensor(sizes), values.mean(1))) for label, values in by_size.items()}
plots.intervals(
    {
        label: ([1000 / size for size in sizes], values.mean(1).tolist(), values.std(1).tolist())
        for label, values in by_size.items()
    },
    x_label="number of images N, drawn at 1000 / N",
    y_label="FID in the judge's features",
    ticks=[f"{size}" for size in sizes],
    extrapolated=ends,
    title="FID falls as more images are used, on both sides",
    alt="FID against 1000/N for real and for slightly blurred images: both rise in nearly straight lines with 1/N",
)
real_values = by_size["real images"].mean(1)
run.record(fid_bias=float(real_values[-1] / real_values[0]), fid_infinity=ends["real images"])
print(f"real against real: {real_values[-1]:.3g} with {sizes[-1]} images each, {real_values[0]:.3g} with {sizes[0]}")
print("extrapolated: " + ", ".join(f"{end:.3g} for {label}" for label, end in ends.items()))
references.beside(run, dataset.name, fid_bias=float(real_values[-1] / real_values[0]), fid_infinity=ends["real images"])

# %% [markdown]
# **What just happened.** The same images, the same judge: only the number of images changed. Real images judged by few get a
# worse FID than blurred ones judged by many. The extrapolated value may even fall a little below 0: the straight line is an approximation, and the
# values scatter. A figure without its $N$ says little; two figures compare only at the same $N$.

# %% [markdown] answer="fid_flaws" points=4 minutes=6
# **Flaws of FID.** (a) Give two sets of one-dimensional features, clearly different, with FID 0. (b) Why is FID biased at finite $N$,
# in which direction, and why does that make a comparison between papers risky? Use your picture. (c) Name two further flaws with
# an example each. (d) What does one number per model not tell you about *how* it fails? (At most 200 words.)
#
# ### BEGIN SOLUTION
# **Model answer.** (a) FID compares only means and covariances. Values $\pm 1$ with probability $\tfrac12$ each have mean 0 and variance 1, as
# the standard normal has: FID 0 for infinitely many. (b) Estimated moments scatter around the true ones, and the distance turns
# every scatter into something positive; so FID is too large, by about $a / N$ with an $a$ that depends on the model. My plot:
# two sets of real images have a FID of 6.8 with 416 images each and 0.43 with 5000, and slightly blurred ones with 5000 have 4.2. Papers that use 5,000 and 50,000 images cannot be compared, and
# even at equal $N$ the order may change because $a$ differs. (c) The network: Inception was trained on photographs of objects and knows
# little of medical images; it reacts to texture more than to shape. Preprocessing: resizing by another library, or JPEG,
# changes FID by more than papers' improvements. Memorising: the training set itself gets 0. (d) It mixes bad quality and missing
# variety: blurring all images and leaving out a class can have the same FID.
#
# **Rubric (4 points).** (1) Two sets of equal moments. (1) Positive bias with reason, and the consequence for comparing. (1) Two
# flaws with examples; half for one. (1) Quality and variety are mixed.
# ### END SOLUTION

# %% [markdown]
# ### Optional: an ellipse that turns
#
# Let $S_1 = \operatorname{diag}(1, s^2)$, and let $S_2$ be $S_1$ turned by the angle $\varphi$; the means are equal.
# The two covariances do not commute, yet the distance has a short formula. For a $2 \times 2$ matrix with eigenvalues
# $\lambda_1, \lambda_2 \ge 0$, use $(\sqrt{\lambda_1} + \sqrt{\lambda_2})^2 = \lambda_1 + \lambda_2 + 2 \sqrt{\lambda_1 \lambda_2}$, which needs
# only trace and determinant. The answer is a formula in sympy, in any equivalent form.


# %% exercise="turned_ellipse" points=4 minutes=6 lines=2 optional=true
def turned_ellipse(s, phi):
    r"""Write down the Fréchet distance of N(0, diag(1, s^2)) and the same distribution turned by the angle phi.

    Args:
        s: A positive sympy symbol, the standard deviation along the second axis.
        phi: A real sympy symbol, the angle in radians.

    Returns:
        A sympy expression.
    """
    ### BEGIN SOLUTION
    trace = (1 + s**4) * sympy.cos(phi) ** 2 + 2 * s**2 * sympy.sin(phi) ** 2
    return 2 * (1 + s**2) - 2 * sympy.sqrt(trace + 2 * s**2)
    ### END SOLUTION


# %% [markdown] hints="turned_ellipse"
# - Turning changes neither trace nor determinant of $S_2$. What is left is $\operatorname{tr}\,(S_1 S_2)^{1/2}$.
# - $\det(S_1 S_2) = s^4$. For the trace only the diagonal of $S_2$ counts: $\cos^2\varphi + s^2 \sin^2\varphi$ and $\sin^2\varphi + s^2
#   \cos^2\varphi$.
# - $\operatorname{tr}(S_1 S_2) = (1 + s^4)\cos^2\varphi + 2 s^2 \sin^2\varphi$; then $\operatorname{tr}\,(S_1 S_2)^{1/2} = \sqrt{\operatorname{tr}(S_1 S_2) + 2 s^2}$.

# %% check="turned_ellipse"
checks.evaluation.turned_ellipse(turned_ellipse)

# %% [markdown]
# ## 4. Two numbers: precision and recall
#
# A model can fail in two ways: it draws things that do not exist, or it leaves out things that do. To measure them apart we need to
# know where the real images *are*, not only their mean and spread. Kynkäänniemi et al. (2019) put a ball around each
# point, as wide as the distance $r_i$ to its $k$-th nearest neighbour **in its own set** (not counting itself). The union of
# the balls stands for the region where the set lives:
#
# - **precision**: the share of *fakes* that lie in a ball of at least one *real* image,
# - **recall**: the share of *real* images that lie in a ball of at least one *fake*.
#
# **By hand.** Real features $0, 1, 3, 7$ on a line and $k = 1$: the radii are $1, 1, 2, 4$. A fake at $5.5$ is nearer than 4 to $7$, so it
# counts; a fake at $-1.5$ is in no ball. Precision of the two: $\tfrac12$.
#
# A table of all distances between 10,000 and 10,000 points takes 800 MB. The given `squares_in_blocks` makes it in blocks of some rows, which stay in
# the processor's cache, by $\lVert a - b \rVert^2 = \lVert a \rVert^2 - 2\,a \cdot b + \lVert b \rVert^2$. You may use it, or
# `torch.cdist` for the whole table at once.


# %% tags=["setup"]
def squares_in_blocks(centres: Tensor, points: Tensor, size: int = 100):
    """Yield the squared distances (rows, M) of up to `size` centres at a time from all points, in float64.

    All blocks share one piece of memory: use each before asking for the next. Rounding can make a 0 slightly negative.
    """
    centres, points = centres.double(), points.double()
    memory = torch.empty(min(size, len(centres)), len(points), dtype=torch.float64)
    lengths = points.square().sum(1)
    for rows in centres.split(size):
        block = torch.addmm(lengths, rows, points.T, alpha=-2, out=memory[: len(rows)])
        yield block.add_(rows.square().sum(1, keepdim=True))


# %% exercise="kth_distance" points=4 minutes=6 lines=2
def kth_distance(x: Tensor, k: int) -> Tensor:
    """Compute each point's distance from its k-th nearest neighbour among the other points.

    Args:
        x: Points, shape (N, D), N greater than k.
        k: Which neighbour, at least 1. A point is not its own neighbour, but another point at the same place is.

    Returns:
        Euclidean distances in float64, shape (N,).
    """
    ### BEGIN SOLUTION
    nearest = [block.topk(k + 1, largest=False).values[:, k] for block in squares_in_blocks(x, x)]
    return torch.cat(nearest).clamp(min=0).sqrt()
    ### END SOLUTION


# %% [markdown] hints="kth_distance"
# - In a table of all distances, which entry of each row must not count?
# - Each row holds one 0 for the point itself, so the k-th neighbour is the (k + 1)-th smallest entry: `topk(..., largest=False)` or
#   `kthvalue`.
# - `torch.cdist(x, x).kthvalue(k + 1).values` in float64; or the same from each of `squares_in_blocks(x, x)`, put together by
#   `torch.cat`, with a root at the end.

# %% check="kth_distance"
checks.evaluation.kth_distance(kth_distance)


# %% exercise="inside" points=3 minutes=4 lines=4
def inside(centres: Tensor, radii: Tensor, points: Tensor) -> Tensor:
    """Find out which points lie strictly inside which balls.

    Args:
        centres: Centres of the balls, shape (N, D).
        radii: Their radii, shape (N,).
        points: Points, shape (M, D).

    Returns:
        A table of truth values, shape (N, M): entry (i, j) says whether point j is nearer to centre i than radii[i].
    """
    ### BEGIN SOLUTION
    table = torch.empty(len(centres), len(points), dtype=torch.bool)
    for block, r, rows in zip(squares_in_blocks(centres, points), radii.split(100), table.split(100), strict=True):
        torch.lt(block.clamp_(min=0).sqrt_(), r[:, None], out=rows)
    return table
    ### END SOLUTION


# %% [markdown] hints="inside"
# - One row per ball, one column per point: with which of the two does a radius go?
# - `torch.cdist(centres, points)` has shape (N, M); the radii must become a column of shape (N, 1).
# - One comparison of two float64 tables: the distances against `radii[:, None]`, and the rim does not count. (With
#   `squares_in_blocks` it is faster, block by block.)

# %% check="inside"
checks.evaluation.inside(inside)


# %% exercise="ball_tables" points=3 minutes=4 lines=2
def ball_tables(real: Tensor, fake: Tensor, k: int, radii=kth_distance, inside=inside) -> tuple[Tensor, Tensor]:
    """Tell which fakes lie in the balls of which real images, and which real images in the balls of which fakes.

    Args:
        real: Features, shape (N, D).
        fake: Features, shape (M, D).
        k: The neighbour that gives the radius.
        radii: `radii(x, k)` returns a radius for each point of a set.
        inside: `inside(centres, radii, points)` returns truth values (number of centres, number of points).

    Returns:
        The table of the real images' balls, shape (N, M), and the table of the fakes' balls, shape (M, N).
    """
    ### BEGIN SOLUTION
    real_balls = inside(real, radii(real, k), fake)
    return real_balls, inside(fake, radii(fake, k), real)
    ### END SOLUTION


# %% [markdown] hints="ball_tables"
# - Every ball is centred at a point of a set and gets its radius from the *same* set.
# - The second table is the first one with the two sets exchanged; it is not its transpose, since the radii differ.
# - `inside(real, r, fake)` with `r = radii(real, k)` is the first one.

# %% check="ball_tables"
checks.evaluation.ball_tables(ball_tables)


# %% exercise="precision_and_recall" points=3 minutes=3 lines=2
def precision_and_recall(real_balls: Tensor, fake_balls: Tensor) -> tuple[Tensor, Tensor]:
    """Compute precision and recall (Kynkäänniemi et al. 2019).

    Args:
        real_balls: Entry (i, j) says whether fake j lies in the ball of real image i, shape (N, M).
        fake_balls: Entry (j, i) says whether real image i lies in the ball of fake j, shape (M, N).

    Returns:
        Precision and recall, two tensors of shape (), float64.
    """
    ### BEGIN SOLUTION
    precision, recall = real_balls.any(dim=0), fake_balls.any(dim=0)
    return precision.double().mean(), recall.double().mean()
    ### END SOLUTION


# %% [markdown] hints="precision_and_recall"
# - Precision is a share of the fakes, recall a share of the real images. Along which axis of each table do they lie?
# - "In at least one ball" is `any` over the balls.
# - The mean of `real_balls.any(dim=0)` in float64 is one of the two.

# %% check="precision_and_recall"
checks.evaluation.precision_and_recall(precision_and_recall)

# %% [markdown] answer="precision_or_recall" points=3 minutes=4
# **Which one suffers?** (a) A GAN draws one perfect image again and again. Precision, recall? (b) A VAE with a noisy decoder draws every
# kind of image, each under a veil of noise. (c) A GAN's noise is drawn from a narrower distribution than in training
# ("truncation"). What happens to either, and why might one do it? (d) Why can neither of the two be read alone? (At most 120
# words.)
#
# ### BEGIN SOLUTION
# **Model answer.** (a) Precision 1, recall about 0: its balls have radius 0, and the only real images inside are none. (b) Precision low:
# the veil moves every fake out of the balls of real images. Recall may stay high, even too high, since scattered fakes have large balls.
# (c) Samples come from the middle of the distribution: precision rises, recall falls. One does it when a few good images are wanted and
# variety does not matter. (d) Each can be made perfect at the cost of the other: copying one real image for precision,
# scattering everywhere for recall.
#
# **Rubric (3 points).** (1) a and b right. (1) c with its purpose. (1) d with both ways of cheating; half for one.
# ### END SOLUTION

# %% [markdown]
# ## 5. Density and coverage
#
# A union of balls is generous: **one** real outlier, alone in the emptiness, has an enormous ball, and every fake in it counts as precise.
# Recall relies on the balls of the *fakes*, and a bad model has many outliers. Naeem et al. (2020) repair both:
#
# $$\text{density} = \frac{1}{kM} \sum_{j=1}^M \sum_{i=1}^N \mathbb 1\big[\tilde x_j \in B(x_i, r_i)\big], \qquad
# \text{coverage} = \frac1N \sum_{i=1}^N \mathbb 1\big[\text{some } \tilde x_j \in B(x_i, r_i)\big]$$
#
# **Density** counts *how many* real balls hold a fake, so an outlier's ball is one among many. It is 1 on average for a
# perfect model, and may exceed 1 where fakes crowd into the dense regions. **Coverage** asks of each *real* ball whether a fake has come: the fakes'
# own balls are not used at all.
#
# **By hand.** Real $0, 1, 3, 7$, $k = 1$, radii $1, 1, 2, 4$. Fakes at $0.5$ and $5.5$. The first lies in the balls of $0$ and $1$, and at
# $2.5 > 2$ outside that of $3$; the second in that of $7$. Density $= (2 + 1) / (1 \cdot 2) = 1.5$; coverage $= \tfrac34$.


# %% exercise="density_and_coverage" points=3 minutes=4 lines=2
def density_and_coverage(real_balls: Tensor, k: int) -> tuple[Tensor, Tensor]:
    """Compute density and coverage (Naeem et al. 2020).

    Args:
        real_balls: Entry (i, j) says whether fake j lies in the ball of real image i, shape (N, M).
        k: The neighbour that gave the balls' radii.

    Returns:
        Density and coverage, two tensors of shape (), float64.
    """
    ### BEGIN SOLUTION
    density = real_balls.count_nonzero().double() / (k * real_balls.shape[1])
    return density, real_balls.any(dim=1).double().mean()
    ### END SOLUTION


# %% [markdown] hints="density_and_coverage"
# - One of them counts all hits of the table. The other asks of each row whether there is any.
# - Density is divided by k and by the number of fakes; coverage is a share of the real images.
# - `real_balls.count_nonzero()` over k times `real_balls.shape[1]`; and the mean of `any(dim=1)`.

# %% check="density_and_coverage"
checks.evaluation.density_and_coverage(density_and_coverage)

# %% [markdown]
# **Predict first.** 500 real points fill a square around 0 in the plane, two units wide, and one more, an outlier, lies at $(9, 0)$. All 500 fakes lie around
# $(6, 0)$, where nothing real is. What are precision and density with the outlier, and without it?

# %% tags=["plot"] expected="outlier"
cloud = 2 * torch.rand(500, 2, generator=draws, dtype=torch.float64) - 1
astray = torch.tensor([6.0, 0.0]) + 0.5 * torch.randn(500, 2, generator=draws, dtype=torch.float64)
with_one = torch.cat([cloud, torch.tensor([[9.0, 0.0]], dtype=torch.float64)])
heights = {}
for name, real in {"without": cloud, "with the outlier": with_one}.items():
    tables = ball_tables(real, astray, 5)
    heights[f"precision,\n{name}"] = float(precision_and_recall(*tables)[0])
    heights[f"density,\n{name}"] = float(density_and_coverage(tables[0], 5)[0])
plots.bars(
    dict(sorted(heights.items(), reverse=True)),
    y_label="score of fakes where nothing real is",
    title="One real outlier among 501 points",
    alt="Bars: " + ", ".join(f"{' '.join(name.split())} {height:.2f}" for name, height in heights.items()),
)

# %% [markdown]
# **What just happened.** The outlier's fifth neighbour is far away, so its ball reaches from 9 to the square, and every fake lies in
# it. That one ball makes a fake precise. For density it is one hit of the five that would be usual.

# %% [markdown]
# **Derive it.** What coverage does a *perfect* model get? Let real images and fakes come from the same distribution, $N$ and $M = c N$ of them.
# Sort all other points, real and fake, by their distance from one real image. The ball is empty of fakes if the nearest
# $k$ are all real. For many images each of them is real with probability $N / (N + M)$, independently. The answer is a
# **formula** in sympy: a function of two symbols that returns an expression. Any equivalent form passes.


# %% exercise="expected_coverage" points=3 minutes=4 lines=1
def expected_coverage(k, c):
    """Write down the coverage that a perfect model gets in expectation, for many images.

    Args:
        k: A positive sympy symbol, the neighbour that gives the radius.
        c: A positive sympy symbol, fakes per real image.

    Returns:
        A sympy expression.
    """
    ### BEGIN SOLUTION
    return 1 - (1 / (1 + c)) ** k
    ### END SOLUTION


# %% [markdown] hints="expected_coverage"
# - What is the probability that a ball is *not* covered?
# - All $k$ nearest must be real, and each is so with probability $1 / (1 + c)$.
# - One minus that probability to the power $k$. For as many fakes as real images, $1 - 2^{-k}$.

# %% check="expected_coverage"
checks.evaluation.expected_coverage(expected_coverage)

# %% tags=["plot"] expected="coverage"
points = torch.randn(4, 1500, 8, generator=draws, dtype=torch.float64)
steps, shares = [1, 2, 3, 5, 7, 10], (0.5, 1.0)
measured = {
    share: [
        float(density_and_coverage(ball_tables(points[0], points[1, : round(1500 * share)], k)[0], k)[1]) for k in steps
    ]
    for share in shares
}
k_, c_ = sympy.symbols("k c", positive=True)
plots.curves(
    {
        name: (steps, values)
        for share in shares
        for name, values in {
            f"measured, {share:g} fakes per real": measured[share],
            f"formula, {share:g} fakes per real": [
                float(expected_coverage(k_, c_).subs({k_: k, c_: share})) for k in steps
            ],
        }.items()
    },
    x_label="k",
    y_label="coverage of a perfect model",
    title="Real and fake from the same normal distribution in 8 dimensions",
    alt="Coverage against k: measured values lie on the curves of the formula, for half as many and for equally many fakes",
)
print(f"half as many fakes, k = 5: measured {measured[0.5][3]:.3f}, formula {1 - (2 / 3) ** 5:.3f}")

# %% [markdown]
# The formula knows neither the dimension nor the distribution. That is what makes coverage easy to read: choose $k$ so that a perfect
# model gets, say, .97 ($k = 5$), and everything below that is missing variety. Precision and recall of a perfect model depend on
# both.

# %% [markdown] answer="repairs" points=4 minutes=6
# **What density and coverage repair.** (a) Draw or describe real points with one outlier, and fakes that get precision 1 but density far below 1.
# (b) Show in the same spirit how a *bad* model can get high recall and low coverage. Which balls does each of the two use? (c) Show that density is 1
# in expectation when real and fake have the same distribution. (d) What is not repaired: name a fault that both still miss. (At most 200
# words.)
#
# ### BEGIN SOLUTION
# **Model answer.** (a) Real points near 0 and one at 100: the outlier's ball has radius about 100, so fakes scattered between 10 and 190 are
# all "precise". Each lies in one ball of $N$: density $= M / (kM) = 1/k$, which is .2 for $k = 5$. (b) Fakes scattered far apart have large
# radii; a few of these balls hold all real points: recall 1 (the fakes' region is overestimated). Coverage uses the balls of the
# real points, which are small, and no fake has come into them: about 0. (c) A fake is exchangeable with the $N$ real points, so the probability that
# it is nearer to $x_i$ than the $k$-th of the other $N - 1$ is $k / N$. Summed over $N$ balls and $M$ fakes: $NM \cdot k/N = kM$, divided by
# $kM$: 1. (d) Memorising: copies of the real images get density and coverage 1. Or: faults that the features do not show. Or: several
# fakes in one ball, so proportions of modes.
#
# **Rubric (4 points).** One point each. (b) needs the words that recall uses the fakes' balls and coverage the real ones. (c) Half for "by symmetry"
# without the $k/N$.
# ### END SOLUTION

# %% [markdown]
# ## 6. Which score sees which fault?
#
# Now spoil real images on purpose, one fault at a time. Reference and spoilt images come from images that the judge has not
# learned from, so "no fault" is really none.
#
# | fault | what we do |
# |---|---|
# | mode dropping | half of the classes never appear |
# | mode collapse | twenty images, two of each class, again and again |
# | noise, blur | every image is a little worse |
# | outliers among fakes | 5 % of the images are pure noise |
# | memorised | the fakes are the reference images themselves |
#
# **Predict first.** For each fault: which of IS, FID, precision, recall, density, coverage get worse? Which fault makes no score worse?

# %% [markdown] tags=["notes"]
# *My prediction:*


# %% tags=["setup"]
NEIGHBOURS = 5
SCORES = ("IS", "FID", "precision", "recall", "density", "coverage")
BETTER = (1, -1, 1, 1, 1, 1)  # whether a higher score is better


def some(images: Tensor, count: int, seed: int) -> Tensor:
    """So many different images, or repeated ones where there are not enough."""
    order = torch.randperm(len(images), generator=torch.Generator().manual_seed(seed))
    return images[order.repeat(-(-count // len(images)))[:count]]


def with_outliers(images: Tensor, share: float, seed: int) -> Tensor:
    """A share of the images replaced by images whose pixels are drawn evenly from black to white."""
    outliers = torch.rand(images.shape, generator=torch.Generator().manual_seed(seed))
    spoilt = torch.arange(len(images)) % round(1 / share) == 1
    return torch.where(spoilt[:, None, None, None], outliers, images)


def noisy(images: Tensor, spread: float, seed: int) -> Tensor:
    """Normal noise on every pixel."""
    noise = torch.randn(images.shape, generator=torch.Generator().manual_seed(seed))
    return (images + spread * noise).clamp(0, 1)


def scores(reference: Tensor, images: Tensor, extractor=None) -> list[float]:
    """The six scores of images (M, C, H, W) against a reference (N, C, H, W), both in [0, 1], through the judge."""
    network = extractor or judge.network.body
    real, fake = features_of(network, reference), features_of(network, images)
    real_balls, fake_balls = ball_tables(real, fake, NEIGHBOURS)
    values = [inception_score(judge.probabilities(images)), fid(real, fake)]
    values += [*precision_and_recall(real_balls, fake_balls), *density_and_coverage(real_balls, NEIGHBOURS)]
    return [float(value) for value in values]


def deviations(values: list[float], usual: Tensor) -> list[float]:
    """How many standard deviations better (+) or worse (-) than what fresh real images get."""
    spread = usual.std(0).clamp(min=1e-3)
    return ((torch.tensor(values) - usual.mean(0)) / spread * torch.tensor(BETTER)).tolist()


# %% tags=["train"]
reference = some(dataset.test.scaled(), COUNT, seed=0)
fresh, labels = dataset.validation.scaled(), dataset.validation.labels
usual = torch.tensor(
    [scores(reference, some(fresh, COUNT, seed)) for seed in range(run.choose(smoke=6, laptop=10, full=20))]
)
clean = some(fresh, COUNT, seed=100)
faults = {
    "no fault": clean,
    "mode dropping": some(fresh[labels < K // 2], COUNT, seed=1),
    "mode collapse": some(torch.cat([fresh[labels == y][:2] for y in range(K)]), COUNT, seed=2),
    "noise": noisy(clean, 0.15, seed=3),
    "blur": blurred(clean),
    "outliers among fakes": with_outliers(clean, 0.05, seed=4),
    "memorised": reference,
}
measured = {name: scores(reference, images) for name, images in faults.items()}
run.record(**{f"real_{name.lower()}": float(value) for name, value in zip(SCORES, usual.mean(0), strict=True)})

# %% tags=["plot"] expected="faults"
plots.mosaic(
    F.pad(torch.cat([images[:10] for images in faults.values()]), (1, 1, 1, 1), value=1.0),
    levels=2,
    columns=10,
    y_ticks=list(faults),
    title="The same images, spoilt in ways that we know",
    alt="Ten images of each spoilt set: " + ", ".join(faults),
)

# %% tags=["plot"] expected="heat_map"
heatmaps.heat_map(
    measured,
    SCORES,
    {name: deviations(values, usual) for name, values in measured.items()},
    title=f"Scores of {COUNT} images by {FEATURES}",
    alt="Table of scores for each fault; "
    + "; ".join(
        f"{name}: " + ", ".join(f"{score} {value:.3g}" for score, value in zip(SCORES, values, strict=True))
        for name, values in measured.items()
    ),
)
references.beside(
    run,
    dataset.name,
    **{f"real_{name.lower()}": float(value) for name, value in zip(SCORES, usual.mean(0), strict=True)},
)

# %% [markdown]
# Colours count in standard deviations of what several fresh sets of real images get: pale is chance. Look along the rows "memorised"
# and "mode dropping", and down the column "precision".

# %% [markdown] answer="blind_spots" points=4 minutes=6
# **Reading the map.** (a) For mode dropping, mode collapse and noise: which scores see it, which do not, and why, from their definitions? (b) Which
# fault does no score punish, and what would you need in order to see it? (c) In the picture of section 5, what did one outlier do to precision, and why hardly to
# density? (d) Which two or three scores would you report for a new model, and what beside them? (At most 200 words. If your run differs from the expected
# picture, use either.)
#
# ### BEGIN SOLUTION
# **Model answer.** (a) Mode dropping: recall, coverage, FID and IS (only half of the classes in the marginal) see it; precision and density do not:
# every fake is still real. Collapse onto twenty images: recall falls to 0 (the balls of repeated fakes have radius 0), coverage to nearly 0, FID rises;
# precision does not move, density hardly, and IS only as far as the twenty are harder or easier to recognise than most. Noise: all see it: features
# move away from the real ones (precision, density), so fewer real balls hold a fake (coverage), the moments change (FID), and the judge is less sure (IS). (b) Memorising: the copies are perfect for all scores, better than fresh real images.
# One needs the training images and held-out ones: are the fakes nearer to what was learned from? (c) The outlier has a huge ball, and
# fakes that are near nothing fall into it: precision rises from 0 to 1. Density divides hits by $k$: one huge ball adds at most $1/k$ per fake. (d) FID
# because everybody does (with network and $N$), density and coverage to tell quality from variety, and a test for memorising; beside them the samples.
#
# **Rubric (4 points).** One point each; (a) needs reasons for at least four cells, (b) needs what would show it.
# ### END SOLUTION

# %% [markdown]
# ### Optional: catching a copyist
#
# All scores above compare with one set. Memorising shows only against two: what the model has learned from, and real images that it has not
# seen (Meehan et al., *A Non-Parametric Test to Detect Data-Copying in Generative Models*, 2020). If the fakes are honest, the nearest real image of a fake
# is as often in one set as in the other, for sets of equal size.


# %% exercise="nearer_to_train" points=3 minutes=5 lines=3 optional=true
def nearer_to_train(train: Tensor, held_out: Tensor, fake: Tensor) -> Tensor:
    """Compute the share of fakes that are nearer to a training image than to any held-out one; ties count one half.

    Args:
        train: Features of images that the model has learned from, shape (N, D).
        held_out: Features of as many others, shape (N, D).
        fake: Features, shape (M, D).

    Returns:
        The share, float64, shape (): about 1/2 for an honest model, 1 for copies.
    """
    ### BEGIN SOLUTION
    to_train = torch.cdist(fake.double(), train.double()).amin(1)
    to_others = torch.cdist(fake.double(), held_out.double()).amin(1)
    return ((to_train < to_others).double() + (to_train == to_others).double() / 2).mean()
    ### END SOLUTION


# %% [markdown] hints="nearer_to_train"
# - Two distances per fake: to the nearest image of either set.
# - `torch.cdist(fake, train).amin(1)` is one of them.
# - The mean of "smaller" plus half of "equal", as float64.

# %% check="nearer_to_train"
checks.evaluation.nearer_to_train(nearer_to_train)

# %% tags=["plot"]
seen, others = (
    features_of(judge.network.body, part)
    for part in (reference, some(dataset.test.scaled(), 2 * COUNT, seed=0)[COUNT:])
)
for name in ("no fault", "memorised"):
    try:
        share = nearer_to_train(seen, others, features_of(judge.network.body, faults[name]))
    except NotImplementedError:
        print("`nearer_to_train` is left out, and with it the search for copies.")
        break
    print(f"{name}: {share:.1%} are nearer to the reference")

# %% [markdown]
# ## 7. The workbook's models on one yardstick
#
# Models that you trained in the other notebooks may have left samples in their runs' folders (`run.keep_samples`). Those that
# learned from this data set are judged here, by the same judge, the same reference and the same number of images. Models of binarised images are
# compared with binarised images. For scale there are three that need no training: fresh real images, a blurred copy, and a
# normal distribution fitted to the pixels.


# %% tags=["setup"]
def normal_of_pixels(images: Tensor, count: int, seed: int) -> Tensor:
    """Draws from the normal distribution with the mean and the covariance of the images' pixels, cut to [0, 1]."""
    rows = images.flatten(1).double()
    root = torch.linalg.svd(rows - rows.mean(0), full_matrices=False)
    noise = torch.randn(count, len(root.S), generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    drawn = rows.mean(0) + noise * root.S / (len(rows) - 1) ** 0.5 @ root.Vh
    return drawn.clamp(0, 1).float().reshape(count, *images.shape[1:])


# %% tags=["plot"] expected="table"
learned_from = dataset.train.first(5000).scaled()
contestants = {
    "fresh real images": (clean, 0),
    "blurred real images": (blurred(clean), 0),
    "normal distribution of pixels": (normal_of_pixels(learned_from, COUNT, seed=0), 0),
}
found = [
    kept for kept in samples.kept(run) if kept.dataset == dataset.name and kept.images.shape[1:] == clean.shape[1:]
]
for kept in found:
    contestants[f"{kept.model} ({kept.problem[:2]}, {kept.preset})"] = (kept.images[:COUNT], kept.levels)
references_of = {0: reference}
rows, colours = {}, {}
for name, (images, levels) in contestants.items():
    if levels == 2 and 2 not in references_of:
        references_of[2] = some(dataset.binarised(seed=0).test.scaled(), COUNT, seed=0)
    rows[name] = scores(references_of.get(levels, reference)[: len(images)], images)
    colours[name] = deviations(rows[name], usual)
heatmaps.heat_map(
    rows,
    SCORES,
    colours,
    title=f"On {dataset.name}, by {FEATURES}",
    alt="Table of scores: "
    + "; ".join(
        f"{name}: " + ", ".join(f"{score} {value:.3g}" for score, value in zip(SCORES, values, strict=True))
        for name, values in rows.items()
    ),
)
if not found:
    print(f"No other notebook has left samples of {dataset.name} yet: only the yardsticks are shown.")
if others := sorted({kept.dataset for kept in samples.kept(run)} - {dataset.name}):
    print(f"There are samples of {', '.join(others)}: another DATASET compares them.")
for name, (images, levels) in contestants.items():
    if len(images) < COUNT or levels == 2:
        print(f"{name}: {len(images)} images{', against binarised real images' if levels == 2 else ''}")

# %% tags=["plot"]
published = inception.load()  # prints one line where it cannot be had
if published is not None:
    few = min(COUNT, run.choose(smoke=100, laptop=500, full=5000))
    real = published.features(reference[:few])
    for name, (images, _) in contestants.items():
        value = fid(real, published.features(images[:few]))
        print(f"{name}: FID {value:.1f} in Inception's 2048 features, {min(few, len(images))} images")

# %% [markdown] answer="choose_a_model" points=3 minutes=5
# **A verdict, and its limits.** From the table (yours, or the expected one): (a) Which of the models or yardsticks draws the best single images, which has the most variety, and by which
# column do you say so? (b) Does the order by FID agree? (c) Our judge was trained on the same data set that the models learned from. Name one way in which that helps
# and one in which it misleads, compared with Inception. (At most 150 words.)
#
# ### BEGIN SOLUTION
# **Model answer.** (a) Beside fresh images, blurred ones draw the better single images: precision .92 and density .63, against .82 and .45 for the normal distribution of
# pixels, each of whose images is a sum of patterns with no object. Variety by coverage: fresh .97, blurred .29, normal .17. Recall says the opposite of the last
# two (.10 and .28), because the scattered samples of the normal distribution have large balls: it overestimates where they live. (b) FID puts
# fresh (1.0) before blurred (72) before normal (122); it need not in general, since it mixes both. (c) The judge knows the details that matter on this data set, such as the difference of shirt and
# coat, for which Inception has no feature. But it was trained to *ignore* what does not help to tell classes apart: texture, exact shape, or
# noise that does not change the class may be invisible to it, and it never saw anything but such images, so its features for strange images mean little. Its figures cannot be compared with
# published ones.
#
# **Rubric (3 points).** (1) Quality by precision or density, variety by coverage, with figures. (1) FID's order with a reading. (1) A gain and a risk
# of the judge; half for one.
# ### END SOLUTION

# %% [markdown]
# ## 8. Among its relatives
#
# | score | needs | sees quality | sees variety | fooled by | today |
# |---|---|---|---|---|---|
# | likelihood (02, 05, 06) | a density | little | yes | details of pixels; improbable is not strange (06) | language models |
# | Inception score | labels of a judge | yes | between classes | one image per class | rarely alone |
# | **FID** | features, many images | mixed | mixed | few images, equal moments, copies | the standard; often with CLIP or DINOv2 features |
# | precision, recall | features, balls | yes | yes | outliers on either side | with FID |
# | **density, coverage** | features, balls | yes | yes | copies | with FID |
# | people | money, time | yes | hardly | fatigue | the last word |
#
# **What to take with you.** A score is a question. Before you trust a number, ask through which network it looks, how many images it has seen, and which faults
# leave it unmoved. Then look at the samples.
#
# **Going further.** (1) Replace the judge by an untrained network of the same shape: which rows of the heat map change? (2) Kernel Inception distance
# (Bińkowski et al. 2018) has no bias: implement it and repeat the picture of section 3. (3) Change $k$: which score depends on it most? (4) Copy half of the reference and
# blur the copies a little: does `nearer_to_train` still see it?
