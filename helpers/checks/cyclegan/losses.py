"""Checks of the four losses, by numbers that can be computed by hand and by gradients in the right places."""

from __future__ import annotations

import torch
from torch import Tensor

from helpers.checks import translators
from helpers.checks.compare import Verdict, close, same, tensor
from helpers.checks.core import Properties, check, essential
from helpers.checks.inputs import Draw
from helpers.checks.subject import Broken, Part


def _gap(a: Tensor, b: Tensor | float) -> Tensor:
    """Mean square of a difference."""
    return (a - b).pow(2).mean()


@check
def judge_loss(student: Part, draw: Draw) -> Properties:
    """Half the mean square of real - 1, plus half of that of fake."""
    real, fake = 1 + draw.normal(3, 1, 4, 4), draw.normal(2, 1, 4, 4)
    due = _gap(real, 1) / 2 + _gap(fake, 0) / 2
    slips = {
        "The half is missing.": 2 * due,
        "The targets are exchanged: real patches should be judged 1, made ones 0.": _gap(real, 0) / 2
        + _gap(fake, 1) / 2,
        "A sigmoid is applied first: least squares take the judgements as they are.": _gap(real.sigmoid(), 1) / 2
        + _gap(fake.sigmoid(), 0) / 2,
        "A sigmoid is applied first: least squares take the judgements as they are. ": _gap(real.sigmoid(), 1)
        + _gap(fake.sigmoid(), 0),
        "The half stands at one of the terms only.": _gap(real, 1) + _gap(fake, 0) / 2,
        "The half stands at one of the terms only. ": _gap(real, 1) / 2 + _gap(fake, 0),
        "Sums instead of means.": ((real - 1) ** 2).sum() / 2 + (fake**2).sum() / 2,
        "Made patches are to be judged 0, not -1.": _gap(real, 1) / 2 + _gap(fake, -1) / 2,
        "The absolute difference in place of its square.": (real - 1).abs().mean() / 2 + fake.abs().mean() / 2,
        "This is the loss with sigmoid and logarithm.": (
            torch.logaddexp(-real, torch.zeros_like(real)).mean() + torch.logaddexp(fake, torch.zeros_like(fake)).mean()
        ),
        "The term of the real patches is missing.": _gap(fake, 0) / 2,
        "The term of the made patches is missing.": _gap(real, 1) / 2,
        "The second term is taken away.": _gap(real, 1) / 2 - _gap(fake, 0) / 2,
        "All judgements are averaged together: each kind has a mean of its own.": (
            ((real - 1) ** 2).sum() + (fake**2).sum()
        )
        / (real.numel() + fake.numel()),
    }
    yield essential(
        "mean squares from 1 and from 0, half of each",
        lambda: same(student(real, fake), due, slips),
        "For judgements of real and of made patches the loss should be half the mean square distance from 1, plus half of that"
        " from 0.",
    )
    yield (
        "nothing to learn from perfect judgements",
        lambda: same(student(torch.ones(2, 3), torch.zeros(2, 3)), 0.0),
        "If all real patches are judged 1 and all made ones 0, the loss is 0.",
    )
    yield (
        "0.25 for one who knows nothing",
        lambda: same(student(torch.full((2, 3), 0.5), torch.full((2, 3), 0.5)), 0.25),
        "If every patch is judged one half, the loss is a quarter: half of .25 plus half of .25.",
    )
    yield (
        "a grid of patches and single numbers alike",
        lambda: same(student(torch.tensor([0.0]), torch.tensor([[[[2.0]]]])), 2.5),
        "It should work for judgements of any shape; both kinds may differ in number.",
    )

    def sloped() -> Verdict:
        ends = real.clone().requires_grad_(), fake.clone().requires_grad_()
        value = tensor(student(*ends), ())
        if not value.requires_grad:
            return Verdict(False, "The loss has no gradient at all.")
        found = torch.autograd.grad(value, ends, allow_unused=True)
        idle = [word for word, slope in zip(("real", "made"), found, strict=True) if slope is None or not slope.any()]
        if idle:
            return Verdict(False, f"No gradient reaches the judgements of {' and '.join(idle)} patches.")
        return Verdict(close(found[0], (real - 1) / real.numel()) and close(found[1], fake / fake.numel()))

    yield (
        "the slope pulls each judgement to its place",
        sloped,
        "The slope should reach the judgements of both kinds, in proportion to their distance from where they should be: is"
        " something detached, or turned into a plain number?",
    )


@check
def fooling_loss(student: Part, draw: Draw) -> Properties:
    """The mean square distance of judgements from 1."""
    fake = 0.5 + draw.normal(3, 1, 4, 4)
    due = _gap(fake, 1)
    slips = {
        "Half of it: the generator's loss has no half here.": due / 2,
        "The distance from 0 is what the discriminator makes small.": _gap(fake, 0),
        "A sigmoid is applied first: least squares take the judgements as they are.": _gap(fake.sigmoid(), 1),
        "The generator should make the distance small, not large.": -due,
        "The discriminator's term with its sign changed: its slope vanishes where judgements are 0.": -_gap(fake, 0),
        "A sum instead of a mean.": ((fake - 1) ** 2).sum(),
        "The absolute difference in place of its square.": (fake - 1).abs().mean(),
        "The square of the mean distance; squares are taken patch by patch.": (fake.mean() - 1) ** 2,
        "This is the loss with sigmoid and logarithm.": torch.logaddexp(-fake, torch.zeros_like(fake)).mean(),
        "Minus the mean is the generator's loss of a Wasserstein GAN.": -fake.mean(),
        "The root of the mean square.": due.sqrt(),
    }
    yield essential(
        "the mean square distance from what it wants to hear",
        lambda: same(student(fake), due, slips),
        "The generator wants its patches to be judged as real ones; the loss is the mean square distance from that.",
    )
    yield (
        "0 for one who fools the judge everywhere",
        lambda: same(student(torch.ones(2, 1, 3, 3)), 0.0),
        "If all made patches are judged 1, nothing is left to gain.",
    )
    yield (
        "1 for one who is always found out",
        lambda: same(student(torch.zeros(2, 1, 3, 3)), 1.0),
        "If all made patches are judged 0, the loss is 1.",
    )

    def sloped() -> Verdict:
        z = fake.clone().requires_grad_()
        value = tensor(student(z), ())
        if not value.requires_grad:
            return Verdict(
                False, "The loss has no gradient at all.", "Something is detached, or turned into a plain number."
            )
        (found,) = torch.autograd.grad(value, z)
        return same(found, 2 * (fake - 1) / fake.numel())

    yield (
        "the slope pulls each judgement towards 1",
        sloped,
        "The slope with respect to each judgement should be proportional to its distance from 1: is the mean over all patches?",
    )


@check
def cycle_loss(student: Part, draw: Draw) -> Properties:
    """Two mean absolute differences of reconstructions, whose gradient reaches both generators and both translations."""
    to_b, to_a = student.beside(translators.Tint, 1), student.beside(translators.Tint, 2)
    g, f = translators.Tint(1), translators.Tint(2)
    x, y = draw.normal(2, 3, 4, 4), draw.normal(3, 3, 4, 4)
    fake_b, fake_a = g(x).detach(), f(y).detach()

    def l1(a: Tensor, b: Tensor) -> Tensor:
        return (a - b).abs().mean()

    forth, back = l1(f(fake_b), x), l1(g(fake_a), y)
    slips = {
        "Only one of the two ways there and back counts (from A).": forth,
        "Only one of the two ways there and back counts (from B).": back,
        "Squares in place of absolute differences.": _gap(f(fake_b), x) + _gap(g(fake_a), y),
        "Sums in place of means.": forth * x.numel() + back * y.numel(),
        "The mean of the two ways, where their sum is asked for.": (forth + back) / 2,
        "The reconstructions are compared with the translations, not with what they started from.": (
            l1(f(fake_b), fake_b) + l1(g(fake_a), fake_a)
        ),
        "A translation goes on in the wrong direction: an image of B is brought back by the generator into A.": (
            l1(g(fake_b), x) + l1(f(fake_a), y)
        ),
        "The originals are translated, not the translations (that is the identity loss).": l1(f(x), x) + l1(g(y), y),
        "The loss is already multiplied by lambda.": 10 * (forth + back),
        "The translations are compared with the originals; the way back is missing.": l1(fake_b, x) + l1(fake_a, y),
    }
    yield essential(
        "both ways there and back",
        lambda: same(student(to_b, to_a, x, y, fake_b, fake_a), (forth + back).detach(), slips),
        "Each translation is brought back by the other generator and compared, by the mean absolute difference, with the image"
        " that it started from; both means are added.",
    )
    add, take = student.beside(translators.Shift, 0.7), student.beside(translators.Shift, -0.7)
    yield (
        "0 for generators that undo each other",
        lambda: same(student(add, take, x, y, x + 0.7, y - 0.7), 0.0),
        "If each generator undoes the other, the cycle loss is 0, whatever the translations look like.",
    )

    def handed_on() -> Verdict:
        """The translations are taken as they are given: computing them again would be seen."""
        other = fake_b + 0.5, fake_a - 0.25
        due = l1(f(other[0]), x) + l1(g(other[1]), y)
        return same(
            student(to_b, to_a, x, y, *other),
            due.detach(),
            {"The translations are computed again: they are given as fake_b and fake_a.": (forth + back).detach()},
        )

    yield (
        "the translations that are given are used",
        handed_on,
        "`fake_b` and `fake_a` are computed already: each translation is expensive.",
    )

    def through() -> Verdict:
        ends = fake_b.clone().requires_grad_(), fake_a.clone().requires_grad_()
        value = tensor(student(to_b, to_a, x, y, *ends), ())
        if not value.requires_grad:
            return Verdict(False, "The loss has no gradient at all.", "Something is detached on the way.")
        found = torch.autograd.grad(value, ends, allow_unused=True, retain_graph=True)
        mine = fake_b.clone().requires_grad_(), fake_a.clone().requires_grad_()
        right = torch.autograd.grad(l1(f(mine[0]), x) + l1(g(mine[1]), y), mine)
        for slope, due in zip(found, right, strict=True):
            if slope is None or not close(slope, due):
                return Verdict(False, "What reaches a translation is not its slope.")
        return Verdict(True)

    yield essential(
        "the gradient passes through the way back into the translation",
        through,
        "The generator that made a translation learns from the cycle, too: its image must not be detached before it is brought"
        " back.",
    )

    def learned() -> Verdict:
        value = tensor(student(to_b, to_a, x, y, fake_b, fake_a), ())
        if not value.requires_grad:
            return Verdict(False, "The loss has no gradient at all.")
        due = l1(f(fake_b), x) + l1(g(fake_a), y)
        for part, double in ((to_b, g), (to_a, f)):
            names = sorted(part.parameters())
            found = torch.autograd.grad(
                value, [part.parameters()[n] for n in names], allow_unused=True, retain_graph=True
            )
            own = dict(double.named_parameters())
            right = torch.autograd.grad(due, [own[n] for n in names], retain_graph=True)
            if any(s is None or not close(s, r) for s, r in zip(found, right, strict=True)):
                return Verdict(False)
        return Verdict(True)

    yield (
        "the generator of the way back learns, too",
        learned,
        "The gradient should also reach the weights of the generator that brings an image back: is it called without a graph?",
    )


@check
def identity_loss(student: Part, draw: Draw) -> Properties:
    """Each generator gets images of its target domain and should leave them alone."""
    to_b, to_a = student.beside(translators.Tint, 3), student.beside(translators.Tint, 4)
    g, f = translators.Tint(3), translators.Tint(4)
    x, y = draw.normal(2, 3, 4, 4), 0.5 + draw.normal(3, 3, 4, 4)

    def l1(a: Tensor, b: Tensor) -> Tensor:
        return (a - b).abs().mean()

    of_b, of_a = l1(g(y), y), l1(f(x), x)
    slips = {
        "Each generator gets the wrong domain: G: A -> B should leave images of B alone.": l1(g(x), x) + l1(f(y), y),
        "Only images of B count.": of_b,
        "Only images of A count.": of_a,
        "Squares in place of absolute differences.": _gap(g(y), y) + _gap(f(x), x),
        "The mean of the two, where their sum is asked for.": (of_b + of_a) / 2,
        "The loss is multiplied by its weight already.": 5 * (of_b + of_a),
        "The loss is multiplied by its weight already. ": (of_b + of_a) / 2 * 10,
        "The loss is multiplied by its weight already.  ": 10 * (of_b + of_a),
        "Sums in place of means.": of_b * y.numel() + of_a * x.numel(),
        "The images are brought back as well: that is the cycle.": l1(f(g(y)), y) + l1(g(f(x)), x),
    }
    yield essential(
        "each generator on its target domain",
        lambda: same(student(to_b, to_a, x, y), (of_b + of_a).detach(), slips),
        "`to_b` should leave y as it is, `to_a` should leave x; mean absolute differences, added.",
    )
    add, take = student.beside(translators.Shift, 0.3), student.beside(translators.Shift, -0.4)
    yield (
        "generators that add a number",
        lambda: same(student(add, take, x, y), 0.7),
        "Generators that add .3 and take .4 away change every image by that much: .7 together.",
    )
    still = student.beside(translators.Shift, 0.0)
    yield (
        "0 for generators that change nothing",
        lambda: same(student(still, still, x, y), 0.0),
        "Generators that leave everything alone have no identity loss.",
    )

    def learned() -> Verdict:
        value = tensor(student(to_b, to_a, x, y), ())
        if not value.requires_grad:
            return Verdict(False, "The loss has no gradient at all.")
        due = l1(g(y), y) + l1(f(x), x)
        for part, double in ((to_b, g), (to_a, f)):
            names = sorted(part.parameters())
            found = torch.autograd.grad(
                value, [part.parameters()[n] for n in names], allow_unused=True, retain_graph=True
            )
            own = dict(double.named_parameters())
            right = torch.autograd.grad(due, [own[n] for n in names], retain_graph=True)
            if any(s is None or not close(s, r) for s, r in zip(found, right, strict=True)):
                return Verdict(False)
        return Verdict(True)

    yield essential(
        "its gradient reaches both generators",
        learned,
        "Both generators should learn from it: is something detached, or computed without a graph?",
    )


@check
def other_pair(student: Part, draw: Draw) -> Properties:
    """The way there is the given one, then changed; the way back undoes both, in reverse order."""
    x, y = draw.normal(2, 3, 4, 4), draw.normal(2, 3, 4, 4)
    functions = translators.cubed, translators.rooted, translators.doubled, translators.halved
    returned = student(*functions)
    two = isinstance(returned, (tuple, list)) and len(returned) == 2
    yield essential("returns two functions", two, "It should return a pair of functions: there, and back.")
    if not two:
        return
    there, back = returned
    if not isinstance(there, Part) or not isinstance(back, Part):
        raise Broken("It should return functions that can be called, not their results.")
    yield essential(
        "there: translated, then changed",
        lambda: same(
            there(x),
            translators.doubled(translators.cubed(x)),
            {
                "The change comes before the translation; it is a change of images of B.": translators.cubed(
                    translators.doubled(x)
                ),
                "Nothing is changed.": translators.cubed(x),
                "The translation is missing.": translators.doubled(x),
                "The change is undone where it should be made.": translators.halved(translators.cubed(x)),
            },
        ),
        "The new way there translates as the old one does, and then changes what came out.",
    )
    yield essential(
        "back: undone, then translated back",
        lambda: same(
            back(y),
            translators.rooted(translators.halved(y)),
            {
                "The last step has to be undone first.": translators.halved(translators.rooted(y)),
                "The change is not undone.": translators.rooted(y),
                "The change is made again where it should be undone.": translators.rooted(translators.doubled(y)),
            },
        ),
        "The new way back undoes the change first and then translates back.",
    )
    yield (
        "there and back is home",
        lambda: Verdict(close(tensor(back(there(x))), x) and close(tensor(there(back(y))), y)),
        "From A to B and back, and from B to A and back, everything should be as it was.",
    )

    def others() -> Verdict:
        first, second = student(*functions[2:], *functions[:2])
        return Verdict(
            close(tensor(first(x)), translators.cubed(translators.doubled(x)))
            and close(tensor(second(y)), translators.halved(translators.rooted(y)))
        )

    yield (
        "any functions will do",
        others,
        "With other functions the pair should follow: are all four that are given used?",
    )
