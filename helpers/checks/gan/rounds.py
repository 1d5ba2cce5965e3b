"""Checks of a round of the game and of the loop around it: by the parameters after a step, and by who was given what."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from helpers.checks import adversaries, doubles
from helpers.checks.compare import Verdict, close, same, tensor
from helpers.checks.core import Properties, check, essential, remark
from helpers.checks.inputs import Draw
from helpers.checks.subject import Broken, Part, kind

LATENT, CLASSES, SIZE = 2, 3, 4
RATES = (0.2, 0.1)  # of the generator, of the discriminator


class Game:
    """A game of two doubles: played by the student's step, and followed here step by step."""

    def __init__(self, student: Part, draw: Draw, rounds: int = 3):
        """Draw the rounds' images, labels and noise."""
        self.student = student
        self.batches = [
            (
                draw.normal(5, SIZE),
                torch.eye(CLASSES, dtype=torch.float64)[(torch.arange(5) + draw.integer(0, CLASSES)) % CLASSES],
                draw.normal(2, 5, LATENT),
            )
            for _ in range(rounds)
        ]

    def played(self, rounds: int) -> tuple[list, dict[str, Tensor], dict[str, Tensor]]:
        """What the student's step returns round by round, and both players' parameters at the end."""
        beside = self.student.beside
        generator = beside(adversaries.LinearGenerator, LATENT, CLASSES, (SIZE,), 1)
        discriminator = beside(adversaries.CurvedJudge, SIZE, CLASSES, 2)
        optimizers = [
            beside(doubles.sgd, net, rate) for net, rate in zip((generator, discriminator), RATES, strict=True)
        ]
        returned = [
            self.student(
                generator,
                discriminator,
                *optimizers,
                *batch,
                adversaries.lopsided_loss,
                adversaries.pulling_loss,
            )
            for batch in self.batches[:rounds]
        ]
        ends = [{k: p.detach().clone() for k, p in net.parameters().items()} for net in (generator, discriminator)]
        return returned, *ends

    def followed(self, rounds: int, variant: str = "") -> tuple[list[Tensor], dict[str, Tensor], dict[str, Tensor]]:
        """The same, played here; a variant makes one known mistake."""
        generator = adversaries.LinearGenerator(LATENT, CLASSES, (SIZE,), 1)
        judge = adversaries.CurvedJudge(SIZE, CLASSES, 2)
        losses = []
        left_g, left_d = _nothing(generator), _nothing(judge)  # what lies in `.grad` when a step begins
        for x, y, z in self.batches[:rounds]:
            first, second = {"noise swapped": (z[1], z[0]), "one noise": (z[0], z[0])}.get(variant, (z[0], z[1]))
            fake = generator(first, y)
            d_value = adversaries.lopsided_loss(judge(x, y), judge(fake, y))
            if variant == "no detach":
                left_g = _added(left_g, _slopes(d_value, generator))
            old_value = adversaries.pulling_loss(judge(generator(second, y), y))
            old_slopes = _slopes(old_value, generator)
            of_judge = _added(left_d, _slopes(d_value, judge))
            _move(judge, of_judge, RATES[1])
            g_value = adversaries.pulling_loss(judge(generator(second, y), y))
            of_generator, on_the_way = _slopes(g_value, generator), _slopes(g_value, judge)
            if variant == "old judge":
                of_generator, g_value = old_slopes, old_value
            of_generator = _added(left_g, of_generator)
            _move(generator, of_generator, RATES[0])
            if variant == "no clearing":
                left_g, left_d = of_generator, _added(of_judge, on_the_way)
            elif variant == "judge polluted":
                left_d = on_the_way
            losses.append(torch.stack([d_value.detach(), g_value.detach()]))
        return losses, *({k: p.detach() for k, p in net.named_parameters()} for net in (generator, judge))


def _nothing(net: nn.Module) -> list[Tensor]:
    """Zeros for each parameter."""
    return [torch.zeros_like(p) for p in net.parameters()]


def _slopes(loss: Tensor, net: nn.Module) -> list[Tensor]:
    """Gradients of a loss with respect to a player's parameters."""
    return list(torch.autograd.grad(loss, list(net.parameters()), retain_graph=True))


def _added(first: list[Tensor], second: list[Tensor]) -> list[Tensor]:
    return [a + b for a, b in zip(first, second, strict=True)]


def _move(net: nn.Module, slopes: list[Tensor], rate: float) -> None:
    """A step of gradient descent."""
    with torch.no_grad():
        for p, slope in zip(net.parameters(), slopes, strict=True):
            p -= rate * slope


def flat(parameters: dict[str, Tensor]) -> Tensor:
    """All parameters in one row, in the order of their names."""
    return torch.cat([parameters[name].flatten() for name in sorted(parameters)])


@check
def gan_step(student: Part, draw: Draw) -> Properties:
    """After a round, and after several, both players have the parameters that their own gradients give them."""
    game = Game(student, draw)
    start_g = flat(dict(adversaries.LinearGenerator(LATENT, CLASSES, (SIZE,), 1).named_parameters())).detach()
    start_d = flat(dict(adversaries.CurvedJudge(SIZE, CLASSES, 2).named_parameters())).detach()
    once = game.followed(1)
    returned, generator, discriminator = game.played(1)
    d_due, g_due = flat(once[2]), flat(once[1])
    swapped, same_noise = game.followed(1, "noise swapped"), game.followed(1, "one noise")
    uphill = 2 * start_d - d_due

    yield essential(
        "the discriminator makes one step down its loss",
        lambda: same(
            flat(discriminator),
            d_due,
            {
                "The discriminator did not move.": start_d,
                "The discriminator went uphill.": uphill,
                "The noise of its step is z[0], not z[1].": flat(swapped[2]),
            },
        ),
        "After one round the discriminator should have moved by one step along the gradient of `d_loss`, on the real images"
        " and on images drawn from z[0], all with the labels y. It does not move in the generator's step.",
    )
    slips_g = {
        "The generator did not move: is its image cut off from it in the second step, or is its optimiser never asked?": start_g,
        "The generator's step should use the noise z[1].": flat(same_noise[1]),
        "The two halves of the noise have changed places.": flat(swapped[1]),
        "The generator should be judged by the discriminator as it is after its step.": flat(
            game.followed(1, "old judge")[1]
        ),
        "Gradients of the discriminator's loss reach the generator's step: detach the drawn images there, or clear its"
        " gradients first.": flat(game.followed(1, "no detach")[1]),
        "The generator went uphill.": 2 * start_g - g_due,
    }
    yield essential(
        "the generator makes one step down its loss",
        lambda: same(flat(generator), g_due, slips_g),
        "After one round the generator should have moved by one step along the gradient of `g_loss`, for images drawn from"
        " z[1] with the labels y and judged by the discriminator just updated.",
    )

    def again() -> Verdict:
        _, generator_3, discriminator_3 = game.played(3)
        due = game.followed(3)
        by_judge = same(
            flat(discriminator_3),
            flat(due[2]),
            {
                "What the generator's step left in the discriminator's gradients is used by the next round: clear them right"
                " before `backward`.": flat(game.followed(3, "judge polluted")[2]),
                "Gradients pile up from round to round: PyTorch adds to `.grad` until it is told to clear it.": flat(
                    game.followed(3, "no clearing")[2]
                ),
            },
        )
        return by_judge if not by_judge else same(flat(generator_3), flat(due[1]))

    yield (
        "three rounds make three clean steps each",
        again,
        "After the first round something of it is left behind in the gradients of one of the players, and counts again in the"
        " next. The generator's backward pass runs through the discriminator, too.",
    )

    def pair() -> Verdict:
        value = returned[0]
        if not isinstance(value, (tuple, list)) or len(value) != 2:
            what = kind(value.handle if isinstance(value, Part) else value)
            return Verdict(False, f"It returned {what}.")
        return same(
            torch.stack([tensor(entry, ()).detach().double() for entry in value]),
            once[0][0],
            {
                "The two losses have changed places.": once[0][0].flip(0),
                "The generator's loss was measured before the discriminator's step.": game.followed(1, "old judge")[0][
                    0
                ],
            },
        )

    yield (
        "returns both losses",
        pair,
        "It should return a pair of numbers: the discriminator's loss, then the generator's, each from before its step.",
    )

    def cut() -> Verdict:
        attached = [isinstance(entry, Tensor) and entry.requires_grad for entry in returned[0]]
        return Verdict(not any(attached))

    yield remark(
        "the losses are detached",
        cut,
        "A loss that keeps its graph keeps all images of the round in memory as long as somebody keeps the loss.",
    )


@check
def train_epoch(student: Part, draw: Draw) -> Properties:
    """One round per batch, in order, with its own labels and fresh noise of its size; the mean losses as floats."""
    sizes = (4, 4, 3)
    batches = [(draw.normal(n, 2), draw.normal(n, 3)) for n in sizes]
    losses = 1 + draw.uniform(3, 2)

    def run() -> tuple[object, list[tuple[Tensor, ...]]]:
        rounds = student.witness(adversaries.Rounds, losses)
        result = student(rounds, batches, student.beside(adversaries.CountedNoise, 2))
        return result, rounds.method("played")

    result, notes = run()
    yield essential(
        "one round per batch",
        Verdict(len(notes) == 3, f"For 3 batches it played {len(notes)} rounds."),
        "Every batch should be played once: no more and no fewer rounds than batches.",
    )
    if len(notes) != 3:
        return
    yield (
        "each round has its batch's images and labels",
        lambda: Verdict(
            all(
                tuple(n.shape) == tuple(d.shape) and close(n, d)
                for note, batch in zip(notes, batches, strict=True)
                for n, d in zip(note[:2], batch, strict=True)
            )
        ),
        "The rounds should be played with x and y of the batches, in their order. Are labels of one batch kept for all?",
    )

    def sized() -> Verdict:
        shapes = [tuple(z.shape) for _, _, z in notes]
        return Verdict(shapes == [(2, n, 2) for n in sizes], f"The noise had shapes {shapes}.")

    yield (
        "noise for as many images as the batch holds",
        sized,
        "The last batch may be smaller: ask `noise` for as much as the batch at hand needs.",
    )

    def fresh() -> Verdict:
        values = [float(z[0, 0, 0]) for _, _, z in notes]
        return Verdict(len({round(value, 6) for value in values}) == 3)

    yield (
        "fresh noise in every round",
        fresh,
        "Some rounds are played with the same noise. The generator would learn to draw these few images only.",
    )
    yield (
        "the noise is passed on as it was drawn",
        lambda: Verdict(
            all(z.ndim == 3 and len(z) == 2 and close(z[1] - z[0], torch.full_like(z[0], 0.1)) for _, _, z in notes)
        ),
        "Both halves of the noise should reach the round as they were drawn: one for each player.",
    )

    def plain() -> Verdict:
        if not isinstance(result, (tuple, list)) or len(result) != 2:
            raise Broken(f"It returned {kind(result.handle if isinstance(result, Part) else result)}.")
        return Verdict(all(isinstance(entry, (int, float)) for entry in result), "They are no plain Python numbers.")

    yield (
        "returns two plain numbers",
        plain,
        "The docstring promises two floats: `.item()` or `.tolist()`, once at the end.",
    )

    def means() -> Verdict:
        weights = torch.tensor(sizes, dtype=torch.float64)[:, None] / sum(sizes)
        return same(
            torch.stack([tensor(entry, ()).detach().double() for entry in result]),
            losses.mean(0),
            {
                "These are the losses of the last round.": losses[-1],
                "These are the losses of the first round.": losses[0],
                "These are sums over the batches.": losses.sum(0),
                "The two losses have changed places.": losses.mean(0).flip(0),
                "Here a larger batch counts more. The exercise asks for the plain mean over the batches.": (
                    weights * losses
                ).sum(0),
                "Both are the mean of all losses together.": losses.mean().expand(2),
            },
        )

    yield (
        "returns the mean losses",
        means,
        "The first number is the mean of the discriminator's losses over the batches, the second that of the generator's.",
    )
