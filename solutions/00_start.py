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

# %% [markdown] title="Start here: your first hour with the workbook" reading=12 machine=1 figures="test_accuracy test_nats"
# # Start here
#
# ![Three rows of ten small digits: the first row was written by people, the two others were drawn at the end of this notebook](expected/first_samples.png)
#
# The digits of the first row were written by people. The others were drawn by a model, a very small one, that you will
# meet at the end of this page. All that follows in this workbook is about one question:
#
# **How can a machine draw things that it has never seen, and how do we know how good it is at it?**
#
# You will not read about the answers, you will build them. This page shows you how: how the notebooks work, the five
# ideas of PyTorch that all of them use, and how to find a bug that raises no error.
#
# **What to know first.** Some Python: functions, lists, a class. No PyTorch; if you know it well, the exercises will take
# you a quarter of an hour, and they show how the checks talk.
# *Logarithm*: $\log (a b) = \log a + \log b$, and $\log 1 = 0$; here it is always the natural one.
# *Chain rule of derivatives*: where $L$ depends on $q$, and $q$ on $a$, the slope is a product,
# $\frac{dL}{da} = \frac{dL}{dq} \cdot \frac{dq}{da}$.
# *Expectation*: a mean in which each value counts by its probability.
#
# **In a hurry for a word?** The symbols of the whole course and a
# <span lang="fa" dir="rtl">واژه‌نامهٔ انگلیسی به فارسی</span> (English-Persian glossary) stand at the end of this page.

# %% [markdown]
# | symbol | in code | meaning |
# |---|---|---|
# | $B$ | | number of images in a batch |
# | $C$, $H$, $W$ | | channels (1 for grey, 3 for colours), rows and columns of an image |
# | $K$ | | number of classes |
# | $x$ | `x`, `images` | a batch of images, shape `(B, C, H, W)` |
# | $y$ | `y`, `labels` | class labels $0 \dots K-1$, shape `(B,)` |
# | $a$ | `logits` | unnormalised log-probabilities, shape `(B, K)` |
# | $q$, $p$ | `q`, `p` | a probability that a model gives, and the true one |

# %% [markdown] tags=["notes"]
# **My sources.** Name here whoever helped you, and every text, program or assistant that you used, with what you took
# from it. Whether working together is allowed is for your instructor to say; naming it always is.
#
# (This cell is yours to edit: double-click it. You may also add cells of your own wherever you like.)

# %% [markdown]
# ## 1. How these notebooks work
#
# A notebook is a column of **cells**. Click one and press **Shift + Enter** to run it; go through the page from top to
# bottom. The next cell holds the **parameters**. `PRESET` says how much time you have: `"smoke"` takes seconds,
# `"laptop"` minutes, and `"full"` wants a graphics card. You may change them, and run the notebook again from there.

# %% tags=["parameters"]
PRESET = "laptop"  # "smoke" (seconds), "laptop" (minutes) or "full" (a GPU)
DATASET = "digits"  # what data.load takes; the digits are built in, so that nothing is downloaded
SEED = 0

# %% tags=["setup"]
import math

import matplotlib.pyplot as plt
import sympy
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from helpers import checks, data, diagrams, gallery, plots, presets, references, widgets

run = presets.start(PRESET, DATASET, SEED, name="00_start")

# %% tags=["setup"]
dataset = data.load(run.dataset)  # on the CPU: all of this notebook is so small that no graphics card would help
run.record(data=dataset.name, checksum=dataset.checksum)
if dataset.note:
    print(dataset.note)
print(f"{dataset.name}: {len(dataset.train):,} training images of shape {dataset.shape}, {dataset.levels} grey levels")

# %% [markdown]
# You write the **exercises**. In each, replace the two lines `# YOUR CODE HERE` and `raise NotImplementedError()` by your own,
# and run the cell. Under it stand three **hints** that unfold one by one (opening them costs nothing), and a **check**.
# A cell that needs an exercise which is not written yet ends with `NotImplementedError`; it will work when you come back.
#
# The check does not compare your code with ours. It tries your
# function on small inputs and says which *properties* of a right answer hold, which do not, and what usually causes that.
#
# Here is how that looks. Somebody was to compute the brightness of each image, and wrote one short line:


# %% tags=["setup"]
def average_of_everything(images: Tensor) -> Tensor:
    """Somebody's answer to the first exercise. It is wrong."""
    return images.mean()


# %% tags=["plot"]
checks.start.brightness(average_of_everything)

# %% [markdown]
# The first property that fails comes first, with what was seen and with advice; what probably follows from it is folded
# below. Nothing is lost by a failing check: change the code, run its cell, run the check again, as often as you like.
#
# Now it is your turn. First write the very same wrong line, `return images.mean()`, into the exercise, and see the check
# fail for you too. Then follow its advice. An image of $C = 3$ channels, $H = 4$ rows and $W = 2$ columns holds 24 numbers;
# five such images are one tensor of shape `(5, 3, 4, 2)`, and the answer has shape `(5,)`.


# %% exercise="brightness" points=1 minutes=2 lines=1
def brightness(images: Tensor) -> Tensor:
    """Compute the mean of all values of each image.

    Args:
        images: A batch of images, shape (B, C, H, W).

    Returns:
        One number per image, shape (B,).
    """
    ### BEGIN SOLUTION
    return images.mean(dim=(1, 2, 3))
    ### END SOLUTION


# %% [markdown] hints="brightness"
# - Five images go in. How many numbers should come out, and how many does `images.mean()` give?
# - `mean` takes the dimensions that it should average away: `x.mean(dim=0)` removes the first one. The batch is dimension
#   0 and has to stay.
# - `images.mean(dim=...)` takes a tuple of dimensions; there are four of them, numbered from 0, and three must go.

# %% check="brightness"
checks.start.brightness(brightness)

# %% [markdown]
# When all properties hold, the edge is blue, and the points are yours. You have just used the most frequent idea of this course: **reduce
# over some dimensions and keep the others**.

# %% tags=["plot"]
light = brightness(dataset.test.scaled())
order = light.argsort()
ends = torch.cat([order[:8], order[-8:]])
plots.image_grid(
    dataset.test.images[ends],
    dataset.levels,
    columns=8,
    captions=[f"{value:.2f}" for value in light[ends].tolist()],
    title="The eight darkest test images, and the eight brightest",
    alt="Two rows of digits: thin strokes in the first, thick ones in the second",
)

# %% [markdown]
# ## 2. Tensors and shapes
#
# A **tensor** is a box of numbers with a shape and a type. Most bugs are bugs of shape, so we write the shape beside every
# tensor. Run the cell and read it line by line.

# %% tags=["plot"]
images = dataset.test.images[:4]  # integer grey levels, shape (4, C, H, W)
x = dataset.test.scaled()[:4]  # the same as numbers in [0, 1]
print("shape", tuple(images.shape), images.dtype, "from", images.min().item(), "to", images.max().item())
print("shape", tuple(x.shape), x.dtype, "from", x.min().item(), "to", x.max().item())
print("one image        x[0]           ", tuple(x[0].shape))
print("one column       x[:, :, :, 3]  ", tuple(x[:, :, :, 3].shape))
print("pixels in a row  x.flatten(1)   ", tuple(x.flatten(1).shape))
print("rows added up    x.sum(dim=2)   ", tuple(x.sum(dim=2).shape))
print("a new dimension  x[:, None]     ", tuple(x[:, None].shape))

# %% [markdown]
# **Broadcasting.** When two tensors meet, PyTorch aligns their shapes *from the right*, and a dimension of size 1 is
# repeated to fit. So `(3, 1)` meets `(4,)` as `(3, 1)` and `(1, 4)`, and the result has shape `(3, 4)`: all pairs.
# For example
#
# $$\begin{pmatrix} 10 \\ 20 \\ 30 \end{pmatrix} + \begin{pmatrix} 1 & 2 & 3 & 4 \end{pmatrix} = \begin{pmatrix} 11 & 12 & 13 & 14 \\ 21 & 22 & 23 & 24 \\ 31 & 32 & 33 & 34 \end{pmatrix}$$
#
# That is a gift where you want all pairs, as in the next exercise, and a trap where you do not (section 7). We ask for the
# squared distance between each row of $a$ and each row of $b$,
#
# $$d_{ij} = \sum_{k=1}^{D} (a_{ik} - b_{jk})^2 .$$


# %% exercise="squared_distances" points=2 minutes=3 lines=2
def squared_distances(a: Tensor, b: Tensor) -> Tensor:
    """Compute the squared Euclidean distance of each row of a to each row of b.

    Args:
        a: Rows of D numbers, shape (N, D).
        b: Rows of D numbers, shape (M, D).

    Returns:
        Squared distances, shape (N, M).
    """
    ### BEGIN SOLUTION
    gap = a[:, None, :] - b[None, :, :]
    return gap.square().sum(dim=2)
    ### END SOLUTION


# %% [markdown] hints="squared_distances"
# - Which shapes must meet, so that every row of a meets every row of b, coordinate by coordinate?
# - `(N, 1, D)` and `(1, M, D)` meet as `(N, M, D)`. Indexing by `None` makes a dimension of size 1. Then square, and sum
#   over one dimension.
# - The difference starts with `a[:, None]`; what does b need? The sum runs over the last dimension of the three.

# %% check="squared_distances"
checks.start.squared_distances(squared_distances)

# %% [markdown]
# **What it is good for.** The nearest neighbour of an image is the training image at the smallest distance. No loop, one
# table of a few thousand distances:

# %% tags=["plot"]
table = squared_distances(dataset.test.scaled()[:8].flatten(1), dataset.train.scaled().flatten(1))
nearest = table.argmin(dim=1)
pictured = torch.cat([dataset.test.labels[:8], dataset.train.labels[nearest]])
plots.image_grid(
    torch.cat([dataset.test.images[:8], dataset.train.images[nearest]]),
    dataset.levels,
    columns=8,
    captions=[dataset.classes[label] for label in pictured.tolist()],
    title="Test images, and below each its nearest training image",
    alt="Two rows of digits; almost every digit of the second row shows the same number as the one above it",
)

# %% [markdown]
# ## 3. One yardstick: nats
#
# How good is a model that gives probabilities? We ask what probability it gave to what really happened. The **surprise**
# at an event of probability $q$ is $-\log q$: 0 where $q = 1$, and large where the model thought the event impossible.
# With the natural logarithm its unit is the **nat**; with the logarithm to base 2 it is the **bit**, and
# 1 bit is $\log 2 = 0.693$ nats.
#
# | event | probability | nats | bits |
# |---|---|---|---|
# | it is certain | 1 | 0 | 0 |
# | heads, with a fair coin | 1/2 | 0.693 | 1 |
# | the right one of ten classes, guessing | 1/10 | 2.303 | 3.322 |
# | an 8 x 8 image of 17 grey levels, guessing | $17^{-64}$ | 181.3 | 261.6 |
#
# Probabilities of independent parts multiply, so their surprises add up. An image of $D$ values is therefore measured in
# **nats per image**, or, to compare images of different sizes, in **bits per dimension**: nats divided by $D \log 2$.
# The last line of the table is $261.6 / 64 = 4.09$ bits per dimension. Smaller is better. Every likelihood in this workbook
# is given on this one yardstick.
#
# **A classifier** turns an image into $K$ logits $a_1 \dots a_K$, any numbers. The **softmax** makes probabilities of
# them, $q_k = e^{a_k} / \sum_j e^{a_j}$, and the loss, called **cross-entropy**, is the mean surprise at the right labels:
#
# $$\mathcal L = -\frac 1B \sum_{b=1}^{B} \log q_{b, y_b} .$$
#
# **By hand.** Two images, two classes. The model gives the right labels the probabilities .5 and .8. The surprises are .693
# and .223 nats, and their mean is .458.


# %% exercise="cross_entropy" points=3 minutes=4 lines=3
def cross_entropy(logits: Tensor, labels: Tensor) -> Tensor:
    """Compute the mean surprise at the labels, in nats.

    Please write it yourself, without PyTorch's function of the same name. You will use that one ever after.

    Args:
        logits: Unnormalised log-probabilities, shape (B, K).
        labels: The right classes 0..K-1, an int64 tensor of shape (B,).

    Returns:
        The mean over the batch, shape ().
    """
    ### BEGIN SOLUTION
    log_prob = logits.log_softmax(dim=1)
    rows = torch.arange(len(logits))
    return -log_prob[rows, labels].mean()
    ### END SOLUTION


# %% [markdown] hints="cross_entropy"
# - For each image look up one number out of $K$. Then change the sign and average.
# - `logits.log_softmax(dim=...)` gives the logarithms of the probabilities without ever computing a huge exponential. Which
#   dimension holds the classes?
# - `table[rows, columns]` with two index tensors of the same length picks one entry per pair; `torch.arange(len(labels))`
#   numbers the rows.

# %% check="cross_entropy"
checks.start.cross_entropy(cross_entropy)

# %% [markdown]
# ### A derivation, entered as a formula
#
# Some exercises ask for paper and pencil first. You type the result as a `sympy` expression, a formula in symbols; the check
# evaluates it at many points, so that every equivalent form is right: `x + x`, `2 * x` and `x / 0.5` are the same answer.
#
# Take a coin that shows heads with probability $p$. A model with the single logit $a$ believes in
# $q = \sigma(a) = 1 / (1 + e^{-a})$. Its mean surprise is
#
# $$L(a) = -p \log q - (1 - p) \log (1 - q).$$
#
# **Derive $dL/da$, and simplify.** You will need the derivative of the sigmoid, $dq/da = q (1 - q)$. (Check that with
# $a = 0$: there $q = \tfrac12$, and the sigmoid has slope $\tfrac14$.)


# %% exercise="logit_slope" points=3 minutes=4 lines=1
def logit_slope(a: sympy.Symbol, p: sympy.Symbol) -> sympy.Expr:
    """Give the derivative dL/da of the mean surprise of a coin.

    Args:
        a: The logit.
        p: The true probability of heads.

    Returns:
        An expression in a and p.
    """
    q = 1 / (1 + sympy.exp(-a))  # the model's probability of heads
    ### BEGIN SOLUTION
    return q - p
    ### END SOLUTION


# %% [markdown] hints="logit_slope"
# - Use the chain rule: first how $L$ changes with $q$, then how $q$ changes with $a$.
# - $dL/dq = -p / q + (1 - p) / (1 - q)$. Multiply by $q (1 - q)$ and see what cancels.
# - After cancelling, $-p (1 - q) + (1 - p) q$ is left. Multiply out: two of the four terms cancel as well.

# %% check="logit_slope"
checks.start.logit_slope(logit_slope)

# %% [markdown]
# It is worth remembering: **the slope of a cross-entropy is what the model believes minus what is true**. No exponential, no
# logarithm, and it is zero exactly where the model is right.

# %% [markdown]
# ## 4. Autograd: derivatives without paper
#
# PyTorch remembers how every number was computed, and can walk back from a result to the derivative of each input.
# Three steps: tell a tensor that you will ask for its derivative, compute **one number** from it, ask.
#
# ```python
# x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
# total = (x ** 3).sum()                    # one number: 1 + 8 + 27
# (slope,) = torch.autograd.grad(total, x)  # 3 x^2: tensor([3., 12., 27.])
# ```
#
# Why a sum? Where $f$ works on every element by itself, the derivative of $\sum_i f(x_i)$ with respect to $x_j$ is
# $f'(x_j)$: all slopes in one go.


# %% exercise="gradient" points=2 minutes=2 lines=3
def gradient(f, x: Tensor) -> Tensor:
    """Compute the slope f'(x) at every element of x by autograd.

    Args:
        f: A function that works on every element by itself, such as torch.sin.
        x: Numbers, of any shape, for which nobody has asked for a derivative so far.

    Returns:
        The slopes, in the shape of x.
    """
    ### BEGIN SOLUTION
    leaf = x.clone().requires_grad_()
    (slopes,) = torch.autograd.grad(f(leaf).sum(), leaf)
    return slopes
    ### END SOLUTION


# %% [markdown] hints="gradient"
# - The example above has all the steps; only its $f$ and its $x$ are others.
# - Take a copy of x that asks for a derivative (`clone`, then `requires_grad_()`), apply f, make one number of the result,
#   and call `torch.autograd.grad`.
# - `torch.autograd.grad(number, leaf)` returns a tuple with one entry. Unpack it, or take `[0]`.

# %% check="gradient"
checks.start.gradient(gradient)

# %% [markdown]
# **Predict first.** For a coin with $p = 0.8$: at which logit $a$ is the loss smallest, and does its slope there change sign?
# (Which probability should the model believe in?)

# %% [markdown] tags=["notes"]
# *My prediction:*

# %% tags=["plot"]
a = torch.linspace(-4, 6, 101, dtype=torch.float64)
found = gradient(lambda a: -0.8 * F.logsigmoid(a) - 0.2 * F.logsigmoid(-a), a)
symbol = sympy.Symbol("a", real=True)
formula = logit_slope(symbol, sympy.Float(0.8))
derived = torch.tensor([float(formula.subs(symbol, value)) for value in a.tolist()], dtype=torch.float64)
plots.curves(
    {
        "loss L(a)": (a.tolist(), (-0.8 * F.logsigmoid(a) - 0.2 * F.logsigmoid(-a)).tolist()),
        "its slope, by autograd": (a.tolist(), found.tolist()),
    },
    x_label="logit a",
    y_label="nats, and nats per unit of a",
    levels={"no slope": 0.0},
    title="A coin with p = 0.8: the loss and its slope",
    alt="The loss has its minimum where its slope crosses zero, at a = 1.39; far to the right the slope tends to 0.2",
)
print(f"largest difference between autograd and your formula: {(found - derived).abs().max():.1e}")
print(f"the loss is smallest near a = {a[found.abs().argmin()]:.1f}, and log(0.8 / 0.2) = {math.log(4):.2f}")

# %% [markdown]
# The loss is smallest where $\sigma(a) = 0.8$, that is at $a = \log(0.8 / 0.2)$, and even there it is not 0: it is the
# *entropy* of the coin, the surprise that nobody can avoid. What a model adds on top of it is its own fault, and has a name
# that you will meet in every notebook: the *Kullback-Leibler divergence*.
#
# ## 5. A network is a module
#
# A **module** holds parameters (tensors that are to be learned) and says in `forward` what it computes. Modules are built from
# modules: `nn.Linear(n, m)` maps $n$ numbers to $m$ by a matrix of weights $W$ and a bias $b$. With a bend between two of them,
#
# $$\mathrm{logits} = W_2\, \mathrm{relu}(W_1 x + b_1) + b_2 , \qquad \mathrm{relu}(t) = \max(t, 0),$$
#
# you have a network. Without the bend, two matrices would be no more than one.


# %% exercise="Classifier" points=3 minutes=3 lines=4
class Classifier(nn.Module):
    """Two linear layers with biases, and a ReLU between them.

    Args:
        pixels: Number of values of an image, C times H times W.
        hidden: Number of hidden units, the output of the first layer.
        classes: Number of classes K.
    """

    def __init__(self, pixels: int, hidden: int, classes: int):
        """Make the two layers, as attributes of the module."""
        super().__init__()
        ### BEGIN SOLUTION
        self.first = nn.Linear(pixels, hidden)
        self.last = nn.Linear(hidden, classes)
        ### END SOLUTION

    def forward(self, images: Tensor) -> Tensor:
        """Map images (B, C, H, W), of the same floating-point type as the weights, to logits (B, K)."""
        ### BEGIN SOLUTION
        h = F.relu(self.first(images.flatten(1)))
        return self.last(h)
        ### END SOLUTION


# %% [markdown] hints="Classifier"
# - The layers are made once, in `__init__`, and used in `forward`.
# - A linear layer works on the last dimension, so an image first has to become a row: `images.flatten(1)` keeps the batch and
#   puts all the rest into one dimension. Then layer, `F.relu`, layer.
# - Write `self.first = nn.Linear(...)` with the sizes of its input and output, and a second one like it; the result of the
#   second one is returned as it is.

# %% check="Classifier"
checks.start.Classifier(Classifier)

# %% tags=["plot"]
torch.manual_seed(run.seed)
untrained = Classifier(math.prod(dataset.shape), 64, len(dataset.classes))
for name, parameter in untrained.named_parameters():
    print(f"{name:14} {tuple(parameter.shape)}")
print(
    f"loss of the untrained network: {cross_entropy(untrained(dataset.test.scaled()), dataset.test.labels).item():.3f} nats"
)

# %% [markdown]
# ## 6. Training is a loop of four lines
#
# For each batch: compute the loss; clear the old gradients; walk back for the new ones; let the optimiser make a step. An
# **epoch** is one pass through all batches. Every training in this course, of whatever model, is this loop; in each
# family of models you will write it once by hand, and then use the workbook's own, which also shows progress and survives
# interruptions.
#
# **By hand.** One weight $w = 2$, the loss $w^2$, a learning rate of $0.1$. The gradient is $4$, the step leads to
# $2 - 0.1 \cdot 4 = 1.6$, the next one to $1.6 - 0.1 \cdot 3.2 = 1.28$: downhill, and slower as it gets flatter.


# %% exercise="train" points=4 minutes=5 lines=10
def train(model: nn.Module, loss, optimizer: torch.optim.Optimizer, batches, epochs: int) -> list[float]:
    """Train a model: one step of the optimiser per batch, as many times through the batches as there are epochs.

    Args:
        model: The network to train.
        loss: `loss(model, x, y)` returns the loss of a batch, a scalar tensor.
        optimizer: Holds the network's parameters.
        batches: An iterable of pairs (x, y); iterate over it once per epoch, as each time it may have another order.
        epochs: Number of epochs.

    Returns:
        For each epoch the mean of its batches' losses, as plain floats.
    """
    ### BEGIN SOLUTION
    history = []
    for _ in range(epochs):
        losses = []
        for x, y in batches:
            batch_loss = loss(model, x, y)
            optimizer.zero_grad()
            batch_loss.backward()
            optimizer.step()
            losses.append(batch_loss.item())
        history.append(sum(losses) / len(losses))
    return history
    ### END SOLUTION


# %% [markdown] hints="train"
# - Two loops, one inside the other: epochs, and batches. Four lines inside the inner one, each with one call.
# - The calls are `loss(model, x, y)`, `optimizer.zero_grad()`, `backward()` on the loss, and `optimizer.step()`. Begin a new
#   list of losses in every epoch.
# - `batch_loss.item()` is the plain number; after the inner loop append the mean of the epoch's list to a second list, and
#   return that one after the outer loop.

# %% check="train"
checks.start.train(train)


# %% tags=["setup"]
def classification_loss(model: nn.Module, levels: Tensor, labels: Tensor) -> Tensor:
    """Cross-entropy of a batch of grey levels, in nats per image."""
    return cross_entropy(model(data.scaled(levels, dataset.levels)), labels)


def learn(examples: int, epochs: int) -> tuple[nn.Module, list[float], list[float]]:
    """Train a classifier on the first images of the training set; its losses per epoch, on those and on the validation set."""
    torch.manual_seed(run.seed)
    model = Classifier(math.prod(dataset.shape), run.choose(smoke=32, laptop=64, full=256), len(dataset.classes))
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    batches = data.Batches(dataset.train.first(examples), batch_size=32, seed=run.seed)
    seen, unseen = [], []
    for _ in range(epochs):
        seen += train(model, classification_loss, optimizer, batches, epochs=1)
        with torch.no_grad():
            unseen.append(classification_loss(model, dataset.validation.images, dataset.validation.labels).item())
    return model, seen, unseen


# %% [markdown]
# **Predict first.** We train twice: once on all training images, and once on the first 100 alone. Four curves: the loss on
# the images that were trained on, and on validation images that were not. Which curve will end lowest, and which highest?

# %% [markdown] tags=["notes"]
# *My prediction:*

# %% tags=["train"]
epochs = run.choose(smoke=15, laptop=60, full=120)
classifier, seen, unseen = learn(len(dataset.train), epochs)
_, few_seen, few_unseen = learn(100, epochs)

# %% tags=["plot"] expected="learning"
with torch.no_grad():
    guesses = classifier(dataset.test.scaled()).argmax(dim=1)
    test_nats = classification_loss(classifier, dataset.test.images, dataset.test.labels).item()
test_accuracy = (guesses == dataset.test.labels).double().mean().item()
run.record(test_nats=test_nats, test_accuracy=test_accuracy, few_nats=few_seen[-1], few_validation_nats=few_unseen[-1])
numbers = range(1, epochs + 1)
plots.curves(
    {
        "all images: trained on": (numbers, seen),
        "all images: validation": (numbers, unseen),
        "100 images: trained on": (numbers, few_seen),
        "100 images: validation": (numbers, few_unseen),
    },
    x_label="epoch",
    y_label="nats per image",
    levels={"guessing": math.log(len(dataset.classes))},
    title=f"Your training loop: {100 * test_accuracy:.1f} % of the test images right",
    alt="Four curves that fall from about 2.3 nats. Both training losses go to zero; validation stays near 0.1 with all images,"
    " and near 0.7 with 100",
)
references.beside(run, dataset.name, test_nats=test_nats, test_accuracy=test_accuracy)

# %% [markdown]
# Compare with the picture that our solution made (it stands beside the notebook, as for every plot that matters):
#
# ![Four curves that fall from about 2.3 nats. Both training losses go to zero; validation stays near 0.1 with all images, and near 0.7 with 100](expected/learning.png)
#
# Your figures need not equal ours to the last digit. Here is your network at work; in JupyterLab, move the slider. (Where
# nobody can move it, a still picture takes its place.)


# %% tags=["plot"]
def explain_digit(number: int) -> None:
    """Draw a test image, and the probabilities that your network gives to its classes."""
    with torch.no_grad():
        probabilities = classifier(dataset.test.scaled()[number : number + 1]).softmax(dim=1)[0]
    label = dataset.test.labels[number].item()
    figure, (left, right) = plt.subplots(1, 2, figsize=(6.4, 2.3), width_ratios=(1, 2.4))
    left.imshow(dataset.test.images[number].permute(1, 2, 0), cmap="gray")
    left.set_axis_off()
    colours = [plots.BLUE if k == label else plots.GREY for k in range(len(dataset.classes))]
    right.bar(dataset.classes, probabilities.tolist(), color=colours)
    right.set(ylim=(0, 1), ylabel="probability", title=f"surprise at the label: {-probabilities[label].log():.3f} nats")
    figure.tight_layout()
    plots.show(
        figure, f"A digit {dataset.classes[label]}, to which the network gives probability {probabilities[label]:.3f}"
    )


widgets.explore(explain_digit, number=(0, len(dataset.test) - 1, 5))

# %% [markdown] answer="reading_curves" points=3 minutes=3
# **Read your curves.** (a) Before training, the loss is close to one particular number whatever the data. Which one, and
# why? (b) With 100 training images, one of the two curves goes to almost 0 and the other does not. What has the network learned
# there, and what not? (c) Which of the four curves tells how good a network is, and why is the *test* set not used for that
# until the very end? (At most 120 words, in any language.
# <span lang="fa" dir="rtl">می‌توانید به فارسی پاسخ دهید.</span>)
#
# ### BEGIN SOLUTION
# **Model answer.** (a) $\log 10 \approx 2.30$ nats: an untrained network gives all ten classes about the same probability,
# 1/10, and the surprise at an event of probability 1/10 is $\log 10$. (b) It has learned the 100 images by heart: the
# surprise at *their* labels is almost 0, but what it learned does not hold for images that it has not seen (overfitting).
# With all images the training loss goes to 0 as well, but what fits more than a thousand images fits new ones too: its
# validation loss stays near 0.1 nats, against 0.7. (c) A
# validation curve, since new images are what the network is for. Whoever chooses by the test set (an
# epoch, a size, a seed) fits to it too, and its figure would then be too good.
#
# **Rubric (3 points).** (1) log 10 with the reason. (1) Names learning by heart, that is, training loss near 0 while
# validation stays high. (1) Validation for choosing, and test only once, with the reason. Half a point for "overfitting"
# without saying which curves show it.
# ### END SOLUTION

# %% [markdown]
# ## 7. Three bugs that raise no error
#
# Programs that learn rarely crash when they are wrong. They learn something else. So look for **symptoms**: a loss that
# stalls, a picture that looks odd, a number that changes when nothing did. Here are three functions with one bug each.
# For each: see the symptom, find the line, and write the function again without the bug (copy it and mend it).
#
# ### Bug 1: the loss that stalls
#
# A straight line is fitted to points by gradient descent on the mean squared error
# $\frac 1B \sum_b (\mathrm{prediction}_b - \mathrm{target}_b)^2$. A linear layer returns shape `(B, 1)`, and the targets have
# shape `(B,)`.


# %% tags=["setup"]
def squared_error_that_stalls(prediction: Tensor, target: Tensor) -> Tensor:
    """Mean squared error, with a bug."""
    return ((prediction - target) ** 2).mean()


x_points = torch.linspace(-1, 1, 40)
y_points = 2 * x_points + 0.5 + 0.2 * torch.randn(40, generator=torch.Generator().manual_seed(0))


def fitted_line(error) -> list[float]:
    """Fit a line to the points with a loss `error(prediction, target)`; its heights there."""
    torch.manual_seed(0)
    line = nn.Linear(1, 1)
    descent = torch.optim.SGD(line.parameters(), lr=0.2)
    for _ in range(200):
        descent.zero_grad()
        error(line(x_points[:, None]), y_points).backward()
        descent.step()
    return line(x_points[:, None]).flatten().tolist()


# %% tags=["plot"]
plots.curves(
    {"the fitted line": (x_points.tolist(), fitted_line(squared_error_that_stalls))},
    points={"the fitted line": (x_points.tolist(), y_points.tolist())},
    x_label="x",
    y_label="y",
    title="Symptom: after 200 steps the line is still flat",
    alt="The points rise from the lower left to the upper right; the fitted line is flat, at their mean height",
)
print("what is averaged has shape", tuple((torch.zeros(40, 1) - torch.zeros(40)).shape))


# %% exercise="squared_error" points=2 minutes=2 lines=1
def squared_error(prediction: Tensor, target: Tensor) -> Tensor:
    """Compute the mean squared error, without the bug.

    Args:
        prediction: One number per example, shape (B, 1).
        target: What it should be, shape (B,).

    Returns:
        The mean over the batch, shape ().
    """
    ### BEGIN SOLUTION
    return ((prediction.flatten() - target) ** 2).mean()
    ### END SOLUTION


# %% [markdown] hints="squared_error"
# - Read the printed line below the picture: how many differences are averaged, and how many should there be?
# - Section 2 says what happens when `(B, 1)` meets `(B,)`. Make both shapes equal before you subtract.
# - `squeeze(1)` or `flatten()` takes the extra dimension from the prediction.

# %% check="squared_error"
checks.start.squared_error(squared_error)

# %% tags=["plot"]
plots.curves(
    {
        "repaired": (x_points.tolist(), fitted_line(squared_error)),
        "with the bug": (x_points.tolist(), fitted_line(squared_error_that_stalls)),
    },
    points={"repaired": (x_points.tolist(), y_points.tolist())},
    x_label="x",
    y_label="y",
    title="The same training with your loss",
    alt="The repaired line goes through the points; the one with the bug is flat",
)

# %% [markdown]
# With the bug, *every* prediction was pulled towards *every* target, and what is nearest to all of them is their mean.
#
# ### Bug 2: the scrambled picture
#
# Picture files store the colours of a pixel together: shape `(B, H, W, C)`. PyTorch's convolutions want the channels first:
# `(B, C, H, W)`. The shape that comes out here is right.


# %% tags=["setup"]
def channels_first_scrambled(images: Tensor) -> Tensor:
    """Bring the channels forward, with a bug."""
    B, H, W, C = images.shape
    return images.reshape(B, C, H, W)


def colour_wheels(size: int = 40) -> Tensor:
    """Four images as files have them: levels 0 to 255, shape (4, H, W, 3), with more columns than rows."""
    rows, columns = torch.meshgrid(torch.linspace(-1, 1, size), torch.linspace(-1.2, 1.2, 6 * size // 5), indexing="ij")
    turn, inside = torch.atan2(rows, columns), rows**2 + columns**2 < 0.9
    wheels = [
        torch.stack([0.5 + 0.5 * torch.cos(turn - hue - start) for hue in (0.0, 2.094, 4.189)], dim=2)
        for start in (0.0, 1.571, 3.142, 4.712)
    ]
    return (255 * torch.stack(wheels) * inside[:, :, None]).to(torch.uint8)


# %% tags=["plot"]
plots.image_grid(
    channels_first_scrambled(colour_wheels()),
    256,
    columns=4,
    title="Symptom: four colour wheels?",
    alt="Four pictures of fine stripes, in which small grey copies of a disc can be guessed",
)


# %% exercise="channels_first" points=2 minutes=2 lines=1
def channels_first(images: Tensor) -> Tensor:
    """Bring the channels forward, without the bug.

    Args:
        images: Grey levels or colours as picture files have them, shape (B, H, W, C).

    Returns:
        The same values, shape (B, C, H, W).
    """
    ### BEGIN SOLUTION
    return images.permute(0, 3, 1, 2)
    ### END SOLUTION


# %% [markdown] hints="channels_first"
# - `reshape` never changes the order in which the numbers lie in memory. Does the order have to change here?
# - `permute` lists the old dimensions in their new order: `x.permute(1, 0)` turns a matrix over.
# - Number the old dimensions B = 0, H = 1, W = 2, C = 3, and read off their numbers in the order B, C, H, W.

# %% check="channels_first"
checks.start.channels_first(channels_first)

# %% tags=["plot"]
plots.image_grid(
    channels_first(colour_wheels()),
    256,
    columns=4,
    title="Repaired",
    alt="Four discs with all colours around their centres, each turned by a quarter",
)

# %% [markdown]
# **Look at your data** after each step that touches it. One picture finds in a second what no error message tells.
#
# ### Bug 3: the accuracy that wobbles
#
# Some layers behave differently while they train. **Dropout** erases numbers at random, so that a network does not rely on any
# one of them; **batch normalisation** learns the mean and spread of its inputs from each batch that passes. A module is
# in one of two modes: `model.train()` (how every module begins) or `model.eval()`; `model.training` says which.


# %% tags=["setup"]
def accuracy_that_wobbles(model: nn.Module, images: Tensor, labels: Tensor) -> float:
    """Fraction of images that are classified correctly, with a bug."""
    predicted = model(images).argmax(dim=1)
    return (predicted == labels).float().mean().item()


# %% tags=["plot"]
with_dropout = nn.Sequential(nn.Dropout(0.5), classifier)
for _ in range(3):
    print(f"accuracy: {accuracy_that_wobbles(with_dropout, dataset.test.scaled(), dataset.test.labels):.3f}")


# %% exercise="accuracy" points=3 minutes=3 lines=6
def accuracy(model: nn.Module, images: Tensor, labels: Tensor) -> float:
    """Compute the fraction of images that are classified correctly, without the bug.

    The model is judged as it is used, not as it is trained, and afterwards it is in the mode in which it came.

    Args:
        model: Maps images to logits (B, K).
        images: A batch of images.
        labels: The right classes 0..K-1, shape (B,).

    Returns:
        The fraction, a float between 0 and 1.
    """
    ### BEGIN SOLUTION
    was_training = model.training
    model.eval()
    with torch.no_grad():
        logits = model(images)
    model.train(was_training)
    hits = logits.argmax(dim=1) == labels
    return hits.float().mean().item()
    ### END SOLUTION


# %% [markdown] hints="accuracy"
# - The same network gives three different accuracies on the same images. Who throws dice here, and when should nobody?
# - Remember the mode, switch to the other one, compute, and put back what you remembered: a training that asks for the
#   accuracy now and then must not lose its dropout.
# - `model.training` is the mode as a truth value, and `model.train(mode)` takes one. `with torch.no_grad():` saves the memory
#   that autograd would use, since nobody asks for a derivative here.

# %% check="accuracy"
checks.start.accuracy(accuracy)

# %% tags=["plot"]
for _ in range(3):
    print(f"accuracy: {accuracy(with_dropout, dataset.test.scaled(), dataset.test.labels):.3f}")

# %% [markdown]
# ## 8. Your first generative model
#
# Everything so far maps pictures to numbers. A **generative model** goes the other way: it has a distribution of pictures, and
# draws from it. The simplest one: for each class, measure the mean image and the directions in which the images of
# that class vary most. To draw, start at the mean and go a random distance along each direction:
#
# $$x = \mu + \sum_{j} \epsilon_j\, s_j v_j , \qquad \epsilon_j \sim \mathcal N(0, 1),$$
#
# where $v_j$ are the directions and $s_j$ the standard deviations along them. Two lines of linear algebra find them (a singular value
# decomposition), and the randomness is all in $\epsilon$. That is a *Gaussian* with low rank.

# %% tags=["plot"] expected="first_samples"
eps = torch.randn(
    2, len(dataset.classes), 15, generator=torch.Generator().manual_seed(run.seed)
)  # two drawings per class
written, drawn = [], [[], []]
for k in range(len(dataset.classes)):
    of_class = dataset.train.images[dataset.train.labels == k]
    rows = data.scaled(of_class, dataset.levels).flatten(1)
    mu = rows.mean(dim=0)
    _, s, v = torch.linalg.svd(rows - mu, full_matrices=False)
    directions = s[:15, None] / math.sqrt(len(rows)) * v[:15]
    written.append(of_class[0])
    for row in range(2):
        x = (mu + eps[row, k] @ directions).clamp(0, 1)
        drawn[row].append((x * (dataset.levels - 1)).round().to(torch.uint8).reshape(dataset.shape))
plots.image_grid(
    torch.stack([*written, *drawn[0], *drawn[1]]),
    dataset.levels,
    columns=len(dataset.classes),
    captions=[*dataset.classes, *[""] * 2 * len(written)],
    title="First row: written by people. Below: drawn by a Gaussian per class",
    alt="Three rows of ten small digits; the drawn ones are readable, a little blurred, with grey stains",
)

# %% [markdown]
# Not bad for a mean and fifteen directions, and the flaws are as telling: grey stains where no pen would go, and strokes that are
# blurred or double. A sum of fixed pictures cannot bend a line or move it. It takes networks to do that, and there are several
# ways to make a network draw. They are the rest of this workbook.
#
# ## 9. The map
#
# | | notebook | the idea |
# |---|---|---|
# | 01 | foundations | estimating, what makes a determinant cheap, gradients through random numbers |
# | 11 | graphical models | which variables tell something about which |
# | 02 | PixelCNN | draw one pixel after the other, each given those before it |
# | 03 | convolutional VAE | a short code behind each picture, and a bound on the likelihood |
# | 04 | IWAE | a better bound from more codes |
# | 05 | coupling flow | bend noise into pictures by steps that can be undone |
# | 06 | MAF | the same with the order of 02; how unusual is a picture? |
# | 07 | GAN | a forger and a detective |
# | 08 | CycleGAN | from horses to zebras without a single pair |
# | 09 | $\beta$-VAE | codes whose numbers mean something |
# | 10 | evaluation | one yardstick for all of them |
#
# Every notebook stands alone. The arrows say where an idea comes from; after 01, follow any path that you like.

# %% tags=["plot"] expected="map"
boxes = {  # words, and where they stand
    "00": ("00\nstart here", (0, 1.5)),
    "01": ("01\nfoundations", (1.2, 1.5)),
    "11": ("11\ngraphical models", (1.2, 3)),
    "02": ("02 PixelCNN\nexact likelihood", (2.4, 3)),
    "05": ("05 coupling flow\nexact likelihood", (2.4, 2)),
    "03": ("03 VAE\na bound", (2.4, 1)),
    "07": ("07 GAN\nno likelihood", (2.4, 0)),
    "06": ("06 MAF\nand anomalies", (3.7, 2.5)),
    "04": ("04 IWAE\ntighter bound", (3.7, 1.4)),
    "09": ("09 β-VAE\nmeaningful codes", (3.7, 0.6)),
    "08": ("08 CycleGAN\ntranslation", (3.7, -0.3)),
    "10": ("10 evaluation\nwho is best?", (5, 1.5)),
}
arrows = "00-01 01-11 01-02 01-05 01-03 01-07 02-06 05-06 03-04 03-09 07-09 07-08 06-10 04-10 09-10 08-10"
diagrams.boxes(
    {name: place for name, (_, place) in boxes.items()},
    [tuple(arrow.split("-")) for arrow in arrows.split()],
    labels={name: words for name, (words, _) in boxes.items()},
    emphasised=["00"],
    title="Which idea leads where",
    alt="Arrows lead from 00 to 01, and from there to 11, 02, 05, 03 and 07; from 02 and 05 to 06; from 03 to 04 and 09;"
    " from 07 to 09 and 08; and from 06, 04, 09 and 08 to 10",
)

# %% [markdown]
# And this is what they draw (as far as the solutions are in your release):

# %% tags=["plot"]
gallery.show(
    {
        "02: pixel by pixel": ("02_pixelcnn", "samples"),
        "03: from a short code": ("03_conv_vae", "manifold"),
        "04: from ten numbers": ("04_iwae", "samples"),
        "05: bent noise": ("05_coupling_flow", "samples"),
        "06: bent noise, in order": ("06_maf", "samples"),
        "07: forged": ("07_gan", "samples"),
        "08: translated": ("08_cyclegan", "translated"),
        "09: along a direction": ("09_beta_vae", "traversals"),
    },
    title="Drawn by the models of this workbook",
)

# %% [markdown]
# ## 10. To look things up
#
# ### Working with the workbook
#
# | you want to | do this |
# |---|---|
# | open your copies | `workbook lab`, or `make lab`; `workbook start pixelcnn` copies one problem into `work/` |
# | try an exercise | run its cell, then its check; repeat as often as you like |
# | choose how long things take | `PRESET` in the parameters cell: `"smoke"`, `"laptop"` or `"full"`. Points never depend on it |
# | use a real data set | `workbook data list` shows names and sizes, `workbook data get mnist` fetches one. Until then a notebook takes the built-in digits, and says so |
# | interrupt a training | the square button. Run the cell again, and it goes on where it stopped |
# | start a training anew | delete the folder of its run (next line), or give `training.fit` one more argument, `fresh=True` |
# | find the results | `work/02_pixelcnn/runs/laptop-mnist/`: checkpoints, and the figures in `metrics.json` |
# | compare with ours | the picture in `expected/` beside the notebook, and the table under a plot: yours, and the reference with its budget |
# | move sliders | in JupyterLab or VS Code; elsewhere one still picture takes their place |
# | answer a written question | below the question, in the place of the words in capitals, in any language; the text runs from right to left where it begins so. Formulas go between dollar signs |
# | know whether all is there | save, then `workbook check work/02_pixelcnn/02_pixelcnn.ipynb`: is the file whole, and what do the checks say? |
# | find out why something is odd | in the menu *Kernel*, *Restart Kernel and Run All Cells*: most often a cell was changed and not run again, or cells ran in another order |
# | mend a damaged file | `workbook doctor FILE` writes a repaired copy beside it |
# | take a newer release | `workbook start --update pixelcnn` carries your answers over |
#
# Commands go into a terminal, in the workbook's folder (as `.venv/bin/workbook …` where the environment is not activated).
# **No command ever overwrites a file of yours.**
#
# ### Points, help, honesty
#
# Each property of a check is worth the same; some are *essential*, and without them an exercise earns nothing. The
# official grade runs the same checks with other inputs, so an answer that is made to fit the visible ones gains nothing.
# Exercises marked *optional* are extra.
#
# Many courses let students discuss ideas with each other, and ask that everybody writes code and answers alone; some allow
# pairs, some forbid assistants that write code. Which rule holds for you is for your instructor to say. In any case name in
# *My sources* everybody and everything that helped, and what you took from it: a source that is named is honest work.

# %% [markdown]
# ### The symbols of the whole course
#
# A notebook repeats those that it uses. Shapes stand in backticks.
#
# | symbol | in code | meaning |
# |---|---|---|
# | **images and batches** | | |
# | $B$, $C$, $H$, $W$ | | images in a batch, channels, rows, columns; in this order in every shape |
# | $x$, $x_i$ | `x`, `images` | data: images `(B, C, H, W)`, or rows `(B, D)`; one value of it |
# | $y$ | `y`, `labels` | class labels, `(B,)`; in 07 one-hot, `(B, K)`; in 08 images of the second kind |
# | $D$ | `dims` | number of values of an image or row; in 04 of a code, while $P$ counts the pixels |
# | $K$ | `levels`, `classes` | how many values something can take: grey levels, classes; in 01 also draws |
# | **likelihoods** | | |
# | $\log p(x)$ | `log_prob` | log-likelihood in nats, one per image, `(B,)` |
# | | `nats`, `bits_per_dim` | $-\log p(x)$ per image; the same divided by $D \log 2$ |
# | $a$, $\ell$ | `logits` | unnormalised log-probabilities, the classes or levels in dimension 1; of two classes the log-odds |
# | $\sigma(a)$ | `a.sigmoid()` | $1 / (1 + e^{-a})$ |
# | $H(p)$, $\mathrm{KL}(q \,\|\, p)$ | `entropy`, `kl` | mean surprise; $\mathbb E_q[\log q - \log p] \ge 0$ |
# | **estimation (01), graphs (11)** | | |
# | $\mu$, $\sigma^2$ | `mu`, `variance` | mean and variance; $\sigma$ is `sigma`, the standard deviation |
# | $\nu$, $\beta^2$ | `nu`, `prior_variance` | mean and variance of the prior of $\mu$ (in 09, $\beta$ is something else) |
# | $N$ | `n` | number of observations |
# | $A$, $\lambda_k$, $v_k$ | `A`, `values`, `vectors[:, k]` | a matrix, its eigenvalues and eigenvectors |
# | $\tau$ | `temperature` | how soft a relaxed choice is |
# | $\ell_k$, $g_k$ | `logits`, `g` | unnormalised log-probabilities of categories, and Gumbel noise |
# | $x \to y$, $x - y$ | `edges` | an arrow from parent to child, and a line; a graph is the set of them |
# | $x \perp y \mid z$ | `observed`, `given` | $x$ and $y$ are independent once $z$ is known |
# | **autoregressive models (02, 06)** | | |
# | $x_{<i}$ | | all values before $x_i$ |
# | $u$ | `u` | uniform random numbers: they decide a sample (02), or fill the gaps between grey levels (05, 06) |
# | $h$, $v$ | `h`, `v` | feature maps inside a network, `(B, F, H, W)` |
# | **latent variables (03, 04, 09)** | | |
# | $z$ | `z` | codes, `(B, d)` with $d$ numbers (`latent`) behind each image; with $m$ codes for each `(m, B, d)` |
# | $\epsilon$ | `eps` | standard normal noise: all randomness of a code |
# | $p(z)$, $p(x \mid z)$ | `prior`, `decode` | prior of the codes, and decoder |
# | $q(z \mid x)$ | `encode` | encoder: a Gaussian with $\mu$ (`mu`) and $\log \sigma^2$ (`log_var`) |
# | $\mathcal L$, $\mathcal L_m$ | `nelbo` (the negative) | the evidence lower bound (ELBO; in 03 $\mathcal F$), and the bound from $m$ codes |
# | | `rec`, `kl` | the two parts of the negative ELBO: $-\log p(x \mid z)$ and $\mathrm{KL}(q \,\|\, p)$ |
# | $w$ | `log_w` | importance weights, kept as logarithms |
# | $\beta$, $\varepsilon$ | `beta` | weight of the KL, which is the price of a limit $\varepsilon$ on it (09) |
# | $q(z)$, $\bar q(z)$ | `z`, `permuted` | all codes of the data together, and the same with independent variables (09) |
# | TC, $\gamma$ | `tc`, `gamma` | total correlation $\mathrm{KL}(q(z) \,\|\, \bar q(z))$ and its weight (09) |
# | $v_k$ | `factors` | known factors of an image, such as the smile (09) |
# | **flows (05, 06)** | | |
# | $z = f(x)$ | `z, log_det = flow(x)` | a flow maps data to noise, in this direction throughout |
# | $\log \lvert \det \partial z / \partial x \rvert$ | `log_det` | how much a flow stretches space at $x$, `(B,)`; added to $\log p(z)$ it gives $\log p(x)$ |
# | $b$ | `mask` | 1 where a value stays as it is, 0 where it is changed |
# | $s$, $t$ | `s`, `t`; `log_s` | log-scale and shift of a coupling layer (05); in 06 the log-scale is written $\log s$ |
# | $v$ | `v` | pixels as real numbers in $[0, 1)$ (05) |
# | $\alpha$ | `alpha` | margin of the logit transform; in 09 the step along a direction |
# | $m$, $v$ | `mean`, `var` | mean and variance that batch norm divides out (06) |
# | **adversarial models (07, 08)** | | |
# | $G$, $D$ | `generator`, `discriminator` | forger and detective; $D(x)$ is a probability, its logit comes from the network |
# | $p$, $q$ | `p`, `q` | two distributions: of the data, and of what $G$ draws (07) |
# | $V$ | `game_value` | the value of their game: $D$ makes it large, $G$ small (07) |
# | $A$, $B$ | `domains` | two kinds of images (08) |
# | $G: A \to B$, $F: B \to A$ | `to_b`, `to_a` | the two translators of CycleGAN, whose detectives are $D_B$, $D_A$ (`judge_b`, `judge_a`) |
# | $\lambda$ | `weight` | weight of a part of a loss: gradient penalty, cycle, identity |
# | $\theta$, $\phi$ | `model.parameters()` | parameters: of a decoder or generator, and of an encoder or discriminator |
# | **judging models (10)** | | |
# | $x_i$, $\tilde x_j$ | `real`, `fake` | features of real and of drawn images, `(N, D)` and `(M, D)` |
# | $m$, $S$ | `mean`, `covariance` | of a set of features, `(D,)` and `(D, D)` |
# | $p(y \mid x)$ | `probabilities` | what a classifier says about an image, `(N, K)` |
# | $k$, $r_i$ | `k`, `radii` | number of neighbours, and the distance of the $k$-th |
# | $B(x_i, r_i)$ | `inside` | the ball around $x_i$: all points nearer than $r_i$ |

# %% [markdown]
# ### <span lang="fa" dir="rtl">واژه‌نامهٔ انگلیسی به فارسی</span> · English-Persian glossary
#
# <p dir="rtl" lang="fa">این‌ها واژه‌های پرکاربرد این درس‌اند. بعضی از آن‌ها معادل‌های دیگری هم دارند؛ همان معادلی را به کار ببرید که در کلاس شما رایج است.
# پاسخ پرسش‌های تشریحی را می‌توانید به فارسی بنویسید؛ متن فارسی خودبه‌خود از راست به چپ نشان داده می‌شود.</p>
#
# <p dir="rtl" lang="fa">دو واژه را با هم اشتباه نگیرید: در بسیاری از متن‌ها accuracy را هم «دقت» می‌گویند؛ در این‌جا «دقت» معادل precision است.</p>
#
# <p dir="ltr" lang="en">100 terms, two to a row. Other translations of some of them are common as well; use those of your class.</p>

# %% [markdown]
# #### Probability and estimation · <span lang="fa" dir="rtl">احتمال و برآورد</span>
#
# <table>
# <tr><th lang="en" dir="ltr">English</th><th lang="fa" dir="rtl">فارسی</th><th lang="en" dir="ltr">English</th><th lang="fa" dir="rtl">فارسی</th></tr>
# <tr><td lang="en" dir="ltr">probability</td><td lang="fa" dir="rtl">احتمال</td><td lang="en" dir="ltr">covariance</td><td lang="fa" dir="rtl">کوواریانس</td></tr>
# <tr><td lang="en" dir="ltr">random variable</td><td lang="fa" dir="rtl">متغیر تصادفی</td><td lang="en" dir="ltr">sample; to sample</td><td lang="fa" dir="rtl">نمونه؛ نمونه‌گیری کردن</td></tr>
# <tr><td lang="en" dir="ltr">distribution</td><td lang="fa" dir="rtl">توزیع</td><td lang="en" dir="ltr">estimator</td><td lang="fa" dir="rtl">برآوردگر</td></tr>
# <tr><td lang="en" dir="ltr">density</td><td lang="fa" dir="rtl">چگالی (احتمال)</td><td lang="en" dir="ltr">bias (of an estimator)</td><td lang="fa" dir="rtl">اریبی</td></tr>
# <tr><td lang="en" dir="ltr">joint distribution</td><td lang="fa" dir="rtl">توزیع توأم</td><td lang="en" dir="ltr">likelihood</td><td lang="fa" dir="rtl">درست‌نمایی</td></tr>
# <tr><td lang="en" dir="ltr">marginal distribution</td><td lang="fa" dir="rtl">توزیع حاشیه‌ای</td><td lang="en" dir="ltr">maximum likelihood</td><td lang="fa" dir="rtl">بیشینهٔ درست‌نمایی</td></tr>
# <tr><td lang="en" dir="ltr">conditional probability</td><td lang="fa" dir="rtl">احتمال شرطی</td><td lang="en" dir="ltr">prior</td><td lang="fa" dir="rtl">توزیع پیشین</td></tr>
# <tr><td lang="en" dir="ltr">independence</td><td lang="fa" dir="rtl">استقلال</td><td lang="en" dir="ltr">posterior</td><td lang="fa" dir="rtl">توزیع پسین</td></tr>
# <tr><td lang="en" dir="ltr">conditional independence</td><td lang="fa" dir="rtl">استقلال شرطی</td><td lang="en" dir="ltr">maximum a posteriori (MAP)</td><td lang="fa" dir="rtl">بیشینهٔ احتمال پسین</td></tr>
# <tr><td lang="en" dir="ltr">chain rule</td><td lang="fa" dir="rtl">قاعدهٔ زنجیره‌ای</td><td lang="en" dir="ltr">entropy</td><td lang="fa" dir="rtl">آنتروپی</td></tr>
# <tr><td lang="en" dir="ltr">Bayes' rule</td><td lang="fa" dir="rtl">قاعدهٔ بیز</td><td lang="en" dir="ltr">cross-entropy</td><td lang="fa" dir="rtl">آنتروپی متقاطع</td></tr>
# <tr><td lang="en" dir="ltr">expectation</td><td lang="fa" dir="rtl">امید ریاضی</td><td lang="en" dir="ltr">Kullback-Leibler divergence</td><td lang="fa" dir="rtl">واگرایی کولبک-لایبلر (لیبلر)</td></tr>
# <tr><td lang="en" dir="ltr">mean</td><td lang="fa" dir="rtl">میانگین</td><td lang="en" dir="ltr">mutual information</td><td lang="fa" dir="rtl">اطلاعات متقابل</td></tr>
# <tr><td lang="en" dir="ltr">variance</td><td lang="fa" dir="rtl">واریانس</td><td lang="en" dir="ltr">total correlation</td><td lang="fa" dir="rtl">همبستگی کل</td></tr>
# <tr><td lang="en" dir="ltr">standard deviation</td><td lang="fa" dir="rtl">انحراف معیار</td><td lang="en" dir="ltr">confounding</td><td lang="fa" dir="rtl">مخدوش‌کنندگی</td></tr>
# </table>

# %% [markdown]
# #### Mathematics and graphs · <span lang="fa" dir="rtl">ریاضیات و گراف</span>
#
# <table>
# <tr><th lang="en" dir="ltr">English</th><th lang="fa" dir="rtl">فارسی</th><th lang="en" dir="ltr">English</th><th lang="fa" dir="rtl">فارسی</th></tr>
# <tr><td lang="en" dir="ltr">derivative</td><td lang="fa" dir="rtl">مشتق</td><td lang="en" dir="ltr">lower bound</td><td lang="fa" dir="rtl">کران پایین</td></tr>
# <tr><td lang="en" dir="ltr">gradient</td><td lang="fa" dir="rtl">گرادیان</td><td lang="en" dir="ltr">convex; concave</td><td lang="fa" dir="rtl">محدب؛ مقعر</td></tr>
# <tr><td lang="en" dir="ltr">eigenvalue</td><td lang="fa" dir="rtl">مقدار ویژه</td><td lang="en" dir="ltr">Lagrange multiplier</td><td lang="fa" dir="rtl">ضریب لاگرانژ</td></tr>
# <tr><td lang="en" dir="ltr">eigenvector</td><td lang="fa" dir="rtl">بردار ویژه</td><td lang="en" dir="ltr">derivation; proof</td><td lang="fa" dir="rtl">استخراج؛ اثبات</td></tr>
# <tr><td lang="en" dir="ltr">determinant</td><td lang="fa" dir="rtl">دترمینان</td><td lang="en" dir="ltr">directed graph</td><td lang="fa" dir="rtl">گراف جهت‌دار</td></tr>
# <tr><td lang="en" dir="ltr">trace</td><td lang="fa" dir="rtl">اثر (رد) ماتریس</td><td lang="en" dir="ltr">Bayesian network</td><td lang="fa" dir="rtl">شبکهٔ بیزی</td></tr>
# <tr><td lang="en" dir="ltr">Jacobian</td><td lang="fa" dir="rtl">ماتریس ژاکوبی (ژاکوبین)</td><td lang="en" dir="ltr">Markov random field</td><td lang="fa" dir="rtl">میدان تصادفی مارکوف</td></tr>
# <tr><td lang="en" dir="ltr">inverse</td><td lang="fa" dir="rtl">وارون (معکوس)</td><td lang="en" dir="ltr">Markov blanket</td><td lang="fa" dir="rtl">پوشش مارکوف</td></tr>
# <tr><td lang="en" dir="ltr">change of variables</td><td lang="fa" dir="rtl">تغییر متغیر</td><td lang="en" dir="ltr">chordal graph</td><td lang="fa" dir="rtl">گراف وتری</td></tr>
# </table>

# %% [markdown]
# #### Learning · <span lang="fa" dir="rtl">یادگیری</span>
#
# <table>
# <tr><th lang="en" dir="ltr">English</th><th lang="fa" dir="rtl">فارسی</th><th lang="en" dir="ltr">English</th><th lang="fa" dir="rtl">فارسی</th></tr>
# <tr><td lang="en" dir="ltr">machine learning</td><td lang="fa" dir="rtl">یادگیری ماشین</td><td lang="en" dir="ltr">convolution</td><td lang="fa" dir="rtl">پیچش (کانولوشن)</td></tr>
# <tr><td lang="en" dir="ltr">deep learning</td><td lang="fa" dir="rtl">یادگیری عمیق</td><td lang="en" dir="ltr">receptive field</td><td lang="fa" dir="rtl">میدان دریافت</td></tr>
# <tr><td lang="en" dir="ltr">neural network</td><td lang="fa" dir="rtl">شبکهٔ عصبی</td><td lang="en" dir="ltr">attention</td><td lang="fa" dir="rtl">توجه</td></tr>
# <tr><td lang="en" dir="ltr">layer</td><td lang="fa" dir="rtl">لایه</td><td lang="en" dir="ltr">training set</td><td lang="fa" dir="rtl">مجموعهٔ آموزش</td></tr>
# <tr><td lang="en" dir="ltr">hyperparameter</td><td lang="fa" dir="rtl">ابرپارامتر</td><td lang="en" dir="ltr">validation set</td><td lang="fa" dir="rtl">مجموعهٔ اعتبارسنجی</td></tr>
# <tr><td lang="en" dir="ltr">tensor</td><td lang="fa" dir="rtl">تانسور</td><td lang="en" dir="ltr">test set</td><td lang="fa" dir="rtl">مجموعهٔ آزمون</td></tr>
# <tr><td lang="en" dir="ltr">batch</td><td lang="fa" dir="rtl">دسته</td><td lang="en" dir="ltr">overfitting</td><td lang="fa" dir="rtl">بیش‌برازش</td></tr>
# <tr><td lang="en" dir="ltr">epoch</td><td lang="fa" dir="rtl">دوره</td><td lang="en" dir="ltr">regularisation</td><td lang="fa" dir="rtl">منظم‌سازی</td></tr>
# <tr><td lang="en" dir="ltr">loss function</td><td lang="fa" dir="rtl">تابع زیان</td><td lang="en" dir="ltr">batch normalisation</td><td lang="fa" dir="rtl">نرمال‌سازی دسته‌ای</td></tr>
# <tr><td lang="en" dir="ltr">gradient descent</td><td lang="fa" dir="rtl">گرادیان کاهشی</td><td lang="en" dir="ltr">classifier</td><td lang="fa" dir="rtl">رده‌بند (دسته‌بند)</td></tr>
# <tr><td lang="en" dir="ltr">learning rate</td><td lang="fa" dir="rtl">نرخ یادگیری</td><td lang="en" dir="ltr">accuracy</td><td lang="fa" dir="rtl">صحت (درستی)</td></tr>
# <tr><td lang="en" dir="ltr">backpropagation</td><td lang="fa" dir="rtl">پس‌انتشار</td><td lang="en" dir="ltr">precision</td><td lang="fa" dir="rtl">دقت</td></tr>
# <tr><td lang="en" dir="ltr">automatic differentiation</td><td lang="fa" dir="rtl">مشتق‌گیری خودکار</td><td lang="en" dir="ltr">recall</td><td lang="fa" dir="rtl">بازیابی (فراخوانی)</td></tr>
# <tr><td lang="en" dir="ltr">activation function</td><td lang="fa" dir="rtl">تابع فعال‌سازی</td><td lang="en" dir="ltr">noise</td><td lang="fa" dir="rtl">نوفه (نویز)</td></tr>
# </table>

# %% [markdown]
# #### Generative models · <span lang="fa" dir="rtl">مدل‌های مولد</span>
#
# <table>
# <tr><th lang="en" dir="ltr">English</th><th lang="fa" dir="rtl">فارسی</th><th lang="en" dir="ltr">English</th><th lang="fa" dir="rtl">فارسی</th></tr>
# <tr><td lang="en" dir="ltr">generative model</td><td lang="fa" dir="rtl">مدل مولد</td><td lang="en" dir="ltr">importance weight</td><td lang="fa" dir="rtl">وزن اهمیت</td></tr>
# <tr><td lang="en" dir="ltr">autoregressive model</td><td lang="fa" dir="rtl">مدل خودبازگشتی</td><td lang="en" dir="ltr">normalising flow</td><td lang="fa" dir="rtl">جریان نرمال‌ساز</td></tr>
# <tr><td lang="en" dir="ltr">mask</td><td lang="fa" dir="rtl">نقاب (ماسک)</td><td lang="en" dir="ltr">coupling layer</td><td lang="fa" dir="rtl">لایهٔ جفت‌شدگی</td></tr>
# <tr><td lang="en" dir="ltr">blind spot</td><td lang="fa" dir="rtl">نقطهٔ کور</td><td lang="en" dir="ltr">anomaly detection</td><td lang="fa" dir="rtl">تشخیص ناهنجاری</td></tr>
# <tr><td lang="en" dir="ltr">latent variable</td><td lang="fa" dir="rtl">متغیر پنهان (نهفته)</td><td lang="en" dir="ltr">generative adversarial network</td><td lang="fa" dir="rtl">شبکهٔ مولد تخاصمی</td></tr>
# <tr><td lang="en" dir="ltr">latent space</td><td lang="fa" dir="rtl">فضای پنهان (نهفته)</td><td lang="en" dir="ltr">generator; discriminator</td><td lang="fa" dir="rtl">مولد؛ متمایزگر (تمایزگر)</td></tr>
# <tr><td lang="en" dir="ltr">encoder; decoder</td><td lang="fa" dir="rtl">رمزگذار؛ رمزگشا</td><td lang="en" dir="ltr">mode collapse</td><td lang="fa" dir="rtl">فروپاشی مُد (نما)</td></tr>
# <tr><td lang="en" dir="ltr">variational autoencoder</td><td lang="fa" dir="rtl">خودرمزگذار وردشی (متغیر)</td><td lang="en" dir="ltr">image translation</td><td lang="fa" dir="rtl">ترجمهٔ تصویر به تصویر</td></tr>
# <tr><td lang="en" dir="ltr">reconstruction</td><td lang="fa" dir="rtl">بازسازی</td><td lang="en" dir="ltr">cycle consistency</td><td lang="fa" dir="rtl">سازگاری چرخه‌ای</td></tr>
# <tr><td lang="en" dir="ltr">evidence lower bound (ELBO)</td><td lang="fa" dir="rtl">کران پایین شواهد</td><td lang="en" dir="ltr">disentanglement</td><td lang="fa" dir="rtl">تفکیک عامل‌ها (رفع درهم‌تنیدگی)</td></tr>
# <tr><td lang="en" dir="ltr">reparameterisation</td><td lang="fa" dir="rtl">بازپارامتری‌سازی</td><td lang="en" dir="ltr">temperature</td><td lang="fa" dir="rtl">دما</td></tr>
# <tr><td lang="en" dir="ltr">posterior collapse</td><td lang="fa" dir="rtl">فروپاشی پسین</td><td lang="en" dir="ltr">interpolation</td><td lang="fa" dir="rtl">درون‌یابی</td></tr>
# </table>

# %% [markdown]
# ## What to take with you
#
# Reduce over the right dimensions. Write shapes beside tensors. Measure in nats. A slope is what the model believes minus what is true. Four lines
# train anything. And when something is wrong without an error, look for the symptom: print a shape, draw a picture, ask twice.
#
# **Where to go on.** [PyTorch's own tutorials](https://docs.pytorch.org/tutorials/beginner/basics/intro.html) say more about tensors, data and
# modules, at your own pace. Here, go on with **01 foundations**, or straight to **02 PixelCNN**: `workbook start pixelcnn`.
