"""What the checks of encoders and decoders share: one code per image, one image per code, two heads, and what learns.

`codes` maps a batch of images to mu and log_var side by side, (B, 2 d); `images` maps a batch of codes to images.
"""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor

from helpers.checks.compare import Verdict, close, tensor, varies
from helpers.checks.core import Properties, essential
from helpers.checks.subject import Broken


def heads(value: object, shape: tuple[int, ...]) -> tuple[Tensor, Tensor]:
    """mu and log_var, the two tensors that an encoder returns, each of this shape.

    Raises:
        Broken: It returned something else.
    """
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        raise Broken("It should return two tensors: mu and log_var.")
    return tensor(value[0], shape), tensor(value[1], shape)


def a_code_for_each_image(codes: Callable[[Tensor], Tensor], x: Tensor) -> Properties:
    """An image's code depends on that image, and on no other of its batch x."""
    yield essential(
        "each image by itself",
        lambda: Verdict(close(codes(x)[:1], codes(x[:1]))),
        "The code of an image depends on the other images of its batch: what averages or mixes over the batch?",
    )
    yield essential(
        "different images have different codes",
        lambda: varies(codes, (x,), (2 * x + 1,)),
        "All images have the same code.",
    )


def an_image_for_each_code(images: Callable[[Tensor], object], z: Tensor) -> Properties:
    """A code's image depends on that code, and on no other of its batch z."""
    yield essential(
        "each code by itself",
        lambda: Verdict(close(tensor(images(z))[:1], tensor(images(z[:1])))),
        "The image of a code depends on the other codes of its batch: what averages or mixes over the batch?",
    )
    yield essential(
        "different codes give different images",
        lambda: varies(images, (z,), (2 * z + 1,)),
        "All codes give the same image.",
    )


def both_heads_see_all(moved: Callable[[], Tensor], advice: str) -> Properties:
    """Each pixel moves some entry of mu and some of log_var.

    Args:
        moved: Which of both heads' entries, mu's first, move with which pixels: a boolean (2 d, pixels).
        advice: What the property says where it fails.
    """

    def holds() -> Verdict:
        for name, rows in zip(("mu", "log_var"), moved().chunk(2), strict=True):
            if not bool(rows.any(0).all()):
                return Verdict(False, f"Some pixel moves no {name}.")
        return Verdict(True)

    yield "every pixel moves mu and log_var", holds, advice


def heads_apart(both: Callable[[], tuple[Tensor, Tensor]]) -> Properties:
    """log_var is neither mu nor minus mu, up to a constant; `both` gives the two heads of a batch."""

    def holds() -> Verdict:
        mu, log_var = both()
        return Verdict(not any(close(seen, seen[:1].expand_as(seen)) for seen in (log_var - mu, log_var + mu)))

    yield (
        "mu and log_var are told apart",
        holds,
        "mu and log_var should be different functions of the image, each with weights of its own.",
    )


def every_layer_learns(learns: Callable[[], Verdict]) -> Properties:
    """A gradient reaches every weight, as `learning.all_weights_learn` finds out."""
    yield (
        "a gradient reaches every weight",
        learns,
        "Some layer learns nothing: is every one of them used, and none detached?",
    )
