"""Checks of the draw of a code, and of the two networks with the draw between them."""

from __future__ import annotations

import torch
from torch import Tensor

from helpers.checks import gaussians, importance
from helpers.checks.compare import Verdict, close, same, tensor
from helpers.checks.core import Properties, check, essential
from helpers.checks.inputs import Draw
from helpers.checks.learning import all_weights_learn, that_count
from helpers.checks.subject import Broken, Part, kind

P, HIDDEN, D = 6, 8, 3
TRIES = 48  # draws of weights; each shows two kinks with probability 1/4 where there are two ReLUs
FAR = 1e4


@check
def sample_gaussian(student: Part, draw: Draw) -> Properties:
    """z = mu + sigma eps, for one draw or many, with gradients to mu and log_var."""
    place, still = draw.normal(5, 3), torch.zeros(5, 3).double()
    yield essential(
        "it moves with the mean",
        lambda: bool((tensor(student(place + 9, still, still), (5, 3)) > tensor(student(place, still, still))).all()),
        "Where the mean is larger, so is the code.",
    )
    yield from gaussians.sampling(student, draw)
    mu, log_var, eps = draw.normal(5, 3), draw.normal(5, 3), draw.normal(2, 5, 3)
    yield (
        "several codes per image",
        lambda: same(student(mu, log_var, eps), mu + (log_var / 2).exp() * eps),
        "eps may have a dimension in front, (m, B, D): every code gets its own noise, and all of an image share mu and log_var.",
    )


def _parts(value: object, shapes: list[tuple[int, ...]], names: str) -> list[Tensor]:
    """The tensors that a method returns.

    Raises:
        Broken: There are others, or of other shapes.
    """
    if not isinstance(value, (tuple, list)) or len(value) != len(shapes):
        what = f"{len(value)} values" if isinstance(value, (tuple, list)) else kind(value)
        raise Broken(f"It should return {names}, and returned {what}.")
    return [tensor(part, shape) for part, shape in zip(value, shapes, strict=True)]


class _Answer:
    """A model of the student's with its methods' results taken apart."""

    def __init__(self, student: Part, hidden: int = HIDDEN):
        """Make the model, with a draw that no other code makes."""
        self.part = student(P, hidden, D, sample=importance.odd_codes)

    def encode(self, x: Tensor) -> list[Tensor]:
        """mu and log_var."""
        return _parts(self.part.method("encode", x), 2 * [(len(x), D)], "mu and log_var from encode")

    def decode(self, z: Tensor) -> Tensor:
        """Logits."""
        return tensor(self.part.method("decode", z), (*z.shape[:-1], P))

    def forward(self, x: Tensor, eps: Tensor) -> list[Tensor]:
        """Logits, z, mu, log_var."""
        ahead = tuple(eps.shape[:-1])
        shapes = [(*ahead, P), (*ahead, D), (len(x), D), (len(x), D)]
        return _parts(self.part(x, eps), shapes, "logits, z, mu and log_var")


@check
def VAE(student: Part, draw: Draw) -> Properties:  # noqa: N802 - checks carry the name of their exercise
    """An encoder and a decoder of two hidden layers each, and a draw between them that lets gradients through."""
    x, z = draw.integers(0, 2, 5, P).double(), draw.normal(5, D)
    eps, many = draw.normal(5, D), draw.normal(4, 5, D)
    model = _Answer(student)

    def shapes() -> Verdict:
        model.encode(x), model.decode(z), model.forward(x, eps)
        return Verdict(True)

    yield essential(
        "all shapes",
        shapes,
        "encode gives mu and log_var (B, D), decode logits (B, P), forward all four tensors in the docstring's order.",
    )

    def stir() -> None:
        """Move every weight: an answer may begin with some at zero."""
        model.part.load({name: p.detach() + 0.3 * draw.normal(*p.shape) for name, p in model.part.parameters().items()})

    stir()
    yield essential(
        "images and codes count",
        lambda: (
            not close(model.encode(1 - x)[0], model.encode(x)[0]) and not close(model.decode(z + 1), model.decode(z))
        ),
        "Other images give other means, and other codes give other logits.",
    )
    yield (
        "mu and log_var are two",
        lambda: not close(*model.encode(x)),
        "Mean and log-variance are two sets of numbers: each needs its own half of the encoder's output.",
    )

    def drawn(noise: Tensor) -> Verdict:
        logits, code, mu, log_var = model.forward(x, noise)
        own = model.encode(x)
        usual = mu + (log_var / 2).exp() * noise
        right = [importance.odd_codes(mu, log_var, noise), usual]
        if not (close(mu, own[0]) and close(log_var, own[1])):
            return Verdict(
                False, advice="forward should return the very mu and log_var that encode gives for these images."
            )
        if not any(close(code, due) for due in right):
            advice = ""
            if close(code, right[0] - 3 * noise) or close(code, mu):
                advice = "The code does not change with the noise."
            elif noise.ndim == 3 and close(code, importance.odd_codes(mu, log_var, noise[:1]).expand_as(code)):
                advice = "All codes of an image share one draw of the noise: then more of them tell nothing new."
            elif close(code, importance.odd_codes(log_var, mu, noise)):
                advice = "mu and log_var have changed places on their way to `sample`."
            return Verdict(False, advice=advice)
        if not close(logits, model.decode(code)):
            return Verdict(False, advice="The logits are not those of the code that is returned: decode z itself.")
        return Verdict(True)

    yield (
        "forward encodes, draws, decodes",
        lambda: drawn(eps),
        "The code should be what `sample` makes of mu, log_var and eps, and the logits what decode makes of that code.",
    )
    yield (
        "several codes per image",
        lambda: drawn(many),
        "With noise (m, B, D) every image gets m codes of its own, and logits (m, B, P).",
    )
    yield (
        "images do not mix",
        lambda: (
            close(model.encode(x[:2])[0], model.encode(x)[0][:2]) and close(model.decode(z[:2]), model.decode(z)[:2])
        ),
        "What one image or code gives should not depend on the others in the batch.",
    )
    yield (
        "the encoder learns from the image alone",
        lambda: all_weights_learn(
            model.part,
            [(x, draw.normal(5, D)) for _ in range(6)],
            lambda batch: model.forward(*batch)[0],
            " from the logits",
        ),
        "A gradient should pass from the logits through the drawn code to every weight of both networks. Is something detached, or"
        " left out of forward?",
    )
    asked = 2 * (HIDDEN * P + HIDDEN * HIDDEN) + 3 * D * HIDDEN

    def sizes() -> Verdict:
        batches = [(x, draw.normal(5, D)) for _ in range(3)]
        weights = that_count(model.part, batches, lambda batch: torch.cat(model.forward(*batch)[::2], 1))
        size = sum(p.numel() for p in weights.values() if p.ndim > 1)
        return Verdict(size == asked, f"Its matrices hold {size} numbers in all.")

    yield (
        "layers of the sizes asked for",
        sizes,
        "Each network has two hidden layers of `hidden` units, and the encoder ends in 2 D numbers, the decoder in P.",
    )
    wide = _Answer(student)
    wide.part.load({name: 1.5 * draw.normal(*p.shape) for name, p in wide.part.parameters().items()})
    inputs, codes = 2 * draw.normal(300, P), 2 * draw.normal(300, D)

    def free(*outputs: Tensor) -> Verdict:
        for output in outputs:
            low, high = output.min().item(), output.max().item()
            if not (low < -2 and high > 2):
                return Verdict(False, f"Over many inputs and large weights it stays between {low:.3g} and {high:.3g}.")
        return Verdict(True)

    yield (
        "mu and log_var may be any numbers",
        lambda: free(*wide.encode(inputs)),
        "A mean or a logarithm may be negative and large: nothing should bend the encoder's last layer.",
    )
    yield (
        "logits may be any numbers",
        lambda: free(wide.decode(codes)),
        "The decoder returns log-odds, not probabilities: the likelihood applies the sigmoid itself.",
    )
    narrow = _Answer(student, hidden=1)
    kinks = _two_kinks(narrow, draw)
    advice = "There should be a ReLU after each of the two hidden layers: without it, two linear layers are no more than one."

    def relus(place: int) -> Verdict:
        below = -1 - 3 * draw.uniform(8, (P, D)[place])
        seen = wide.decode(below) if place else torch.cat(wide.encode(below), 1)
        if close(seen, seen[:1].expand_as(seen)):
            return Verdict(
                False, advice="All negative inputs give the same: a ReLU stands in front of the first layer."
            )
        if _bends(narrow, draw, place):
            return Verdict(False, advice="What it gives bends smoothly along a line, and a ReLU makes corners only.")
        return Verdict(kinks()[place])

    yield "a ReLU after both hidden layers of the encoder", lambda: relus(0), advice
    yield "a ReLU after both hidden layers of the decoder", lambda: relus(1), advice


def _bends(model: _Answer, draw: Draw, place: int) -> bool:
    """Whether encoder (0) or decoder (1) of one hidden unit per layer is curved: two ReLUs make two corners at most."""
    line = torch.linspace(-4, 4, 201).double()[:, None] * draw.normal((P, D)[place])
    for _ in range(8):
        model.part.load({name: draw.normal(*p.shape) for name, p in model.part.parameters().items()})
        with torch.no_grad():
            output = model.decode(line) if place else torch.cat(model.encode(line), dim=1)
        bent = output.diff(n=2, dim=0).abs().amax(1) > 1e-5 * output.abs().max()
        if bent.sum() > 4:  # each corner lies in two of the second differences
            return True
    return False


def _two_kinks(model: _Answer, draw: Draw):
    """Whether encoder and decoder of one hidden unit per layer can be flat on both sides, and not in between.

    Along a line one ReLU makes one kink, so that one side keeps sloping; only two in a row can flatten both.
    """
    ways = [draw.normal(P), draw.normal(D)]
    places = torch.tensor([-2 * FAR, -FAR, FAR, 2 * FAR]).double()[:, None]
    weights = [{name: draw.normal(*p.shape) for name, p in model.part.parameters().items()} for _ in range(TRIES)]
    found: list[tuple[bool, bool]] = []

    def flat(output: Tensor) -> bool:
        left, right = output[1] - output[0], output[3] - output[2]
        still = max(left.abs().max().item(), right.abs().max().item()) < 1e-6 * FAR
        return still and (output[2] - output[1]).abs().max().item() > 1e-3

    def look() -> tuple[bool, bool]:
        if not found:
            encoder = decoder = False
            with torch.no_grad():
                for values in weights:
                    model.part.load(values)
                    encoder = encoder or flat(torch.cat(model.encode(places * ways[0]), dim=1))
                    decoder = decoder or flat(model.decode(places * ways[1]))
                    if encoder and decoder:
                        break
            found.append((encoder, decoder))
        return found[0]

    return look
