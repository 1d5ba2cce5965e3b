"""Collaborators for checks of adversarial training: players, losses and rounds that are known exactly.

As with the other doubles, none is an answer to an exercise; weights come from a seed of their own, in float64.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from helpers.checks.inputs import Draw


class LinearGenerator(nn.Module):
    """Draws z A + y B + c, shape (B, size), or (B, *shape)."""

    def __init__(self, latent: int, classes: int, shape: tuple[int, ...], seed: int = 0):
        """Draw the weights.

        Args:
            latent: Number of noise values.
            classes: Number of classes.
            shape: Of what is drawn.
            seed: Other weights for each.
        """
        super().__init__()
        draw, self.shape, size = Draw(seed), tuple(shape), torch.Size(shape).numel()
        self.of_noise = nn.Parameter(draw.normal(latent, size))
        self.of_label = nn.Parameter(draw.normal(classes, size))
        self.offset = nn.Parameter(draw.normal(size))

    def forward(self, z: Tensor, y: Tensor) -> Tensor:
        """Map noise (B, latent) and labels (B, classes) to (B, *shape)."""
        drawn = z.to(self.offset.dtype) @ self.of_noise + y.to(self.offset.dtype) @ self.of_label + self.offset
        return drawn.unflatten(1, self.shape)


class CurvedJudge(nn.Module):
    """Judges x (B, D) by w x + v x^2 + y u: the slope differs from point to point, and the label counts."""

    def __init__(self, size: int, classes: int, seed: int = 0):
        """Draw the weights."""
        super().__init__()
        draw = Draw(seed)
        self.slope, self.bend = nn.Parameter(draw.normal(size)), nn.Parameter(draw.normal(size))
        self.of_label = nn.Parameter(draw.normal(classes))

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        """Map (B, D) and labels (B, classes) to judgements (B,)."""
        return x @ self.slope + x**2 @ self.bend + y @ self.of_label


def lopsided_loss(real: Tensor, fake: Tensor) -> Tensor:
    """Stands for a discriminator's loss: real and fake count differently, and no common loss does so."""
    return 0.05 * (fake**2).mean() - 0.3 * real.mean() + 0.02 * ((real - 1) ** 2).mean()


def pulling_loss(fake: Tensor) -> Tensor:
    """Stands for a generator's loss: pulls judgements towards 2."""
    return 0.05 * ((fake - 2) ** 2).mean()


class ScaledSquare(nn.Module):
    """A critic f(x) = a |x|^2 / 2 + b, whose slope at x is a x."""

    def __init__(self, a: float = 1.0):
        """Begin with a factor a."""
        super().__init__()
        self.a = nn.Parameter(torch.tensor(a, dtype=torch.float64))
        self.b = nn.Parameter(torch.tensor(0.5, dtype=torch.float64))

    def forward(self, x: Tensor) -> Tensor:
        """Map (B, ...) to scores (B,)."""
        return self.a * (x**2).flatten(1).sum(1) / 2 + self.b


def slopes_of(function: Callable[..., Tensor], critic: nn.Module, *inputs: Tensor) -> list[Tensor]:
    """Derivatives of what `function(critic, *inputs)` returns with respect to each parameter of the critic.

    Second derivatives are asked for here, where the graph is; a parameter that it does not reach gets zeros.
    """
    parameters = list(critic.parameters())
    value = function(critic, *inputs)
    if not value.requires_grad:
        return [torch.zeros_like(p) for p in parameters]
    found = torch.autograd.grad(value, parameters, allow_unused=True)
    return [torch.zeros_like(p) if slope is None else slope for p, slope in zip(parameters, found, strict=True)]


def leftover_of(function: Callable[..., Tensor], critic: nn.Module, *inputs: Tensor) -> list[Tensor]:
    """What a call leaves in the `.grad` of each parameter of the critic; zeros where nothing."""
    critic.zero_grad()
    function(critic, *inputs)
    return [torch.zeros_like(p) if p.grad is None else p.grad for p in critic.parameters()]


class Rounds:
    """A round of a game that only takes notes; its losses are told beforehand, round by round."""

    def __init__(self, losses: Tensor):
        """Keep the losses, shape (rounds, 2)."""
        self.losses, self.notes = losses, []

    def __call__(self, x: Tensor, y: Tensor, z: Tensor) -> tuple[Tensor, Tensor]:
        """Note what the round is played with; return its two losses."""
        self.notes.append((x.clone(), y.clone(), z.clone()))
        discriminator, generator = self.losses[(len(self.notes) - 1) % len(self.losses)]
        return discriminator, generator

    def played(self) -> list[tuple[Tensor, Tensor, Tensor]]:
        """x, y and z of every round so far."""
        return self.notes


class CountedNoise:
    """Noise that tells how often it was drawn: the n-th draw holds n + 1 everywhere, plus a tenth for the second half."""

    def __init__(self, latent: int):
        """Begin to count."""
        self.latent, self.count = latent, 0

    def __call__(self, size: int) -> Tensor:
        """Draw, shape (2, size, latent)."""
        self.count += 1
        halves = torch.tensor([0.0, 0.1], dtype=torch.float64)[:, None, None]
        return (self.count + halves).expand(2, size, self.latent).clone()


def tilted_kl(p: Tensor, q: Tensor) -> Tensor:
    """Stands for a divergence, and is none: tells its two arguments apart, and where each is large."""
    weights = torch.arange(1, p.shape[-1] + 1, dtype=p.dtype)
    return ((p - 2 * q**2) * weights).sum(-1)


def planes_behind(x: Tensor, y: Tensor) -> Tensor:
    """Puts labels behind an image's channels, with a pattern that no plane of equal numbers has."""
    height, width = x.shape[2:]
    pattern = 1 + torch.arange(height * width, dtype=x.dtype).reshape(height, width) / (height * width)
    return torch.cat([x, y[:, :, None, None] * pattern], dim=1)


def flat_planes(x: Tensor, y: Tensor) -> Tensor:
    """Puts planes of -3 y behind an image's channels: other ones than anybody asks for."""
    height, width = x.shape[2:]
    return torch.cat([x, (-3 * y[:, :, None, None]).repeat(1, 1, height, width)], dim=1)


def softplus(x: Tensor) -> Tensor:
    """log(1 + e^x), also for large x."""
    return torch.logaddexp(x, torch.zeros_like(x))
