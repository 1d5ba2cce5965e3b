"""Checks of the steps: by the parameters afterwards, and by who was called with what, and how often."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from helpers.checks import translators
from helpers.checks.compare import Verdict, close, gradients, same, tensor
from helpers.checks.core import Properties, check, essential, remark
from helpers.checks.inputs import Draw
from helpers.checks.subject import Broken, Part

RATE, WEIGHT, SHARE = 0.1, 3.0, 0.4
SEEDS = {"to_b": 1, "to_a": 2, "judge_b": 3, "judge_a": 4}
LOSSES = ("to_b", "to_a", "cycle", "identity")


def flat(parameters: dict[str, Tensor]) -> Tensor:
    """All parameters in one row, in the order of their names."""
    return torch.cat([parameters[name].detach().flatten() for name in sorted(parameters)])


def of_module(net: nn.Module) -> Tensor:
    """The same for a module of this process."""
    return flat(dict(net.named_parameters()))


def made_here() -> dict[str, nn.Module]:
    """The doubles of this process."""
    kinds = {"to": translators.Tint, "judge": translators.PatchJudge}
    return {name: kinds[name.split("_")[0]](seed) for name, seed in SEEDS.items()}


class Players:
    """The four doubles beside the student's code."""

    def __init__(self, student: Part, **generators: Part):
        """Make them, unless some are given, and an optimiser of both generators."""
        kinds = {"to": translators.Tint, "judge": translators.PatchJudge}
        self.student = student
        made = {
            name: student.beside(kinds[name.split("_")[0]], seed)
            for name, seed in SEEDS.items()
            if name not in generators
        }
        self.nets = {name: (generators | made)[name] for name in SEEDS}
        self.optimizer = student.beside(translators.descent, RATE, self.nets["to_b"], self.nets["to_a"])

    def arguments(self, x: Tensor, y: Tensor, **numbers: float) -> tuple:
        """What a generators' step is called with, by position."""
        numbers = {"weight": WEIGHT, "share": SHARE, **numbers}
        stand_ins = translators.pulling, translators.way_home, translators.at_home
        return (*self.nets.values(), self.optimizer, x, y, numbers["weight"], numbers["share"], *stand_ins)

    def step(self, x: Tensor, y: Tensor, leftovers: bool = False) -> tuple:
        """Let the student make a generators' step.

        Raises:
            Broken: It does not return three things.
        """
        if leftovers:
            both = [self.nets["to_b"], self.nets["to_a"]]
            result = self.student.beside(translators.with_leftovers, self.student, both, *self.arguments(x, y))
        else:
            result = self.student(*self.arguments(x, y))
        if not isinstance(result, (tuple, list)) or len(result) != 3 or not isinstance(result[0], dict):
            raise Broken("It should return a dict of losses and both translations.")
        return tuple(result)

    def at(self, *names: str) -> Tensor:
        """Where some networks are now, in one row."""
        return torch.cat([flat(self.nets[name].parameters()) for name in names])


def losses_of(nets: dict[str, nn.Module], x: Tensor, y: Tensor, variant: str = "") -> dict[str, Tensor]:
    """The four losses of the doubles of this process; a variant makes a known mistake."""
    there, here = nets["to_b"](x), nets["to_a"](y)
    given = (there.detach(), here.detach()) if variant == "cycle detached" else (there, here)
    judges = tuple(nets[f"judge_{domain}"] for domain in "ba")
    if variant == "judges exchanged":
        judges = judges[::-1]
    judged = [
        judge(images.detach() if variant == "judged detached" else images)
        for judge, images in zip(judges, (there, here), strict=True)
    ]
    domains = (y, x) if variant == "identity exchanged" else (x, y)
    values = [
        translators.pulling(judged[0]),
        translators.pulling(judged[1]),
        translators.way_home(nets["to_b"], nets["to_a"], x, y, *given),
        translators.at_home(nets["to_b"], nets["to_a"], *domains),
    ]
    return dict(zip(LOSSES, values, strict=True))


def after_a_step(
    x: Tensor,
    y: Tensor,
    weights: tuple[float, ...] = (1, 1, WEIGHT, WEIGHT * SHARE),
    variant: str = "",
    sign: float = 1,
) -> Tensor:
    """Where the generators are after one step along the weighted sum of the losses."""
    nets = made_here()
    parameters = [p for name in ("to_b", "to_a") for _, p in sorted(nets[name].named_parameters())]
    losses = losses_of(nets, x, y, variant)
    total = sum(weight * losses[name] for weight, name in zip(weights, LOSSES, strict=True))
    slopes = torch.autograd.grad(total, parameters, allow_unused=True)
    return torch.cat(
        [
            (p - sign * RATE * (torch.zeros_like(p) if s is None else s)).detach().flatten()
            for p, s in zip(parameters, slopes, strict=True)
        ]
    )


@check
def generator_step(student: Part, draw: Draw) -> Properties:
    """Both generators move along the gradient of the weighted sum; judges stay; nothing is translated twice."""
    x, y = draw.normal(2, 3, 4, 4), 0.4 + draw.normal(2, 3, 4, 4)
    players = Players(student)
    start, judges = players.at("to_b", "to_a"), players.at("judge_b", "judge_a")
    figures, fake_b, fake_a = players.step(x, y)
    ends = players.at("to_b", "to_a")
    half = len(start) // 2
    due = after_a_step(x, y)
    w, s = WEIGHT, SHARE
    slips = {
        "The generators did not move.": start,
        "Only the generator into B moved.": torch.cat([due[:half], start[half:]]),
        "Only the generator into A moved.": torch.cat([start[:half], due[half:]]),
        "They went uphill.": 2 * start - due,
        "The cycle loss has no weight.": after_a_step(x, y, (1, 1, 1, w * s)),
        "The cycle loss is missing.": after_a_step(x, y, (1, 1, 0, w * s)),
        "The identity loss is missing.": after_a_step(x, y, (1, 1, w, 0)),
        "The identity loss counts `identity_share` alone: it is a share of lambda.": after_a_step(x, y, (1, 1, w, s)),
        "The identity loss counts the whole of lambda.": after_a_step(x, y, (1, 1, w, w)),
        "The identity loss has no weight.": after_a_step(x, y, (1, 1, w, 1)),
        "The identity loss is multiplied by lambda twice.": after_a_step(x, y, (1, 1, w, w * w * s)),
        "The weight of the identity loss is added, not multiplied.": after_a_step(x, y, (1, 1, w, w + s)),
        "The weights of cycle and identity are exchanged.": after_a_step(x, y, (1, 1, w * s, w)),
        "The adversarial losses are weighted as well.": after_a_step(x, y, (w, w, w, w * s)),
        "The adversarial losses are missing.": after_a_step(x, y, (0, 0, w, w * s)),
        "The adversarial losses are averaged, where their sum is asked for.": after_a_step(x, y, (0.5, 0.5, w, w * s)),
        "One of the adversarial losses is missing (that of B).": after_a_step(x, y, (0, 1, w, w * s)),
        "One of the adversarial losses is missing (that of A).": after_a_step(x, y, (1, 0, w, w * s)),
        "Lambda multiplies only half of the cycle and identity losses.": after_a_step(x, y, (1, 1, w / 2, w * s / 2)),
        "Translations are detached before they are brought back: the first half of the cycle learns nothing.": after_a_step(
            x, y, variant="cycle detached"
        ),
        "Translations are detached before they are judged: nothing is learned from the discriminators.": after_a_step(
            x, y, variant="judged detached"
        ),
        "The discriminators are exchanged: translations into B are judged by that of B.": after_a_step(
            x, y, variant="judges exchanged"
        ),
        "The identity loss gets its domains exchanged: it is called with x, then y.": after_a_step(
            x, y, variant="identity exchanged"
        ),
    }
    yield essential(
        "both generators make one step down the weighted sum",
        lambda: same(ends, due, slips),
        "After the step both generators should have moved once along the gradient of: both adversarial losses, plus lambda times"
        " the cycle loss, plus lambda times the share times the identity loss. Are the losses the ones that are given as"
        " `fooling`, `cycle` and `identity`?",
    )
    yield essential(
        "the discriminators stay where they are",
        lambda: Verdict(torch.equal(players.at("judge_b", "judge_a"), judges)),
        "This step moves generators only. Whose parameters does the optimiser hold, and does anything else change them?",
    )

    def again() -> Verdict:
        other = Players(student)
        other.step(x, y, leftovers=True)
        polluted = after_a_step(x, y) - RATE
        verdict = same(
            other.at("to_b", "to_a"),
            due,
            {"Gradients that were there before count as well: clear them right before `backward`.": polluted},
        )
        return verdict

    yield (
        "gradients of earlier steps do not count",
        again,
        "PyTorch adds to `.grad`: what lies there when the step begins should be cleared, and not after `backward`.",
    )

    def known() -> Verdict:
        missing = [name for name in LOSSES if name not in figures]
        if missing:
            return Verdict(False, f"{', '.join(missing)} missing; it has {sorted(map(str, figures))}.")
        right = losses_of(made_here(), x, y)
        values = torch.stack([tensor(figures[name], ()).detach().double() for name in LOSSES])
        target = torch.stack([right[name].detach() for name in LOSSES])
        return same(
            values,
            target,
            {
                "The adversarial losses have changed places.": target[[1, 0, 2, 3]],
                "Cycle and identity loss are multiplied by their weights already.": target
                * torch.tensor([1, 1, w, w * s]),
            },
        )

    yield (
        "returns the four losses without their weights",
        known,
        'The dict should hold "to_b", "to_a", "cycle" and "identity" as they were before the step, each of shape ().',
    )
    right_b, right_a = translators.Tint(SEEDS["to_b"])(x).detach(), translators.Tint(SEEDS["to_a"])(y).detach()
    yield (
        "returns both translations, as they were before the step",
        lambda: Verdict(
            bool(same(fake_b, right_b, {"The two translations have changed places.": right_a}))
            and bool(same(fake_a, right_a))
        ),
        "Behind the losses come `to_b(x)` and `to_a(y)`, computed once, before the generators moved.",
    )

    def cut_off() -> Verdict:
        values = [*figures.values(), fake_b, fake_a]
        return Verdict(not any(isinstance(v, Tensor) and v.requires_grad for v in values))

    yield remark(
        "what is returned is detached",
        cut_off,
        "A loss or an image that keeps its graph keeps the whole step in memory, and lets a discriminator's step reach the"
        " generators.",
    )

    def once() -> Verdict:
        to_b, to_a = (student.witness(translators.Tint, draw.integer(5, 10**6)) for _ in range(2))
        due = to_b(x).detach(), to_a(y).detach()
        _, *fakes = Players(student, to_b=to_b, to_a=to_a).step(x, y)
        counts = [net.method("translated") - len(x) for net in (to_b, to_a)]
        if counts != [6, 6]:
            return Verdict(False, f"For 2 images of each domain, to_b translated {counts[0]} and to_a {counts[1]}.")
        used = all(bool(same(tensor(fake).detach(), images)) for fake, images in zip(fakes, due, strict=True))
        return Verdict(used, "Not all of these translations are used.")

    yield (
        "nothing is translated twice",
        once,
        "Each generator translates three batches: the images, the way back, and the identity images. The last two happen inside"
        " `cycle` and `identity`; what more there is, is done twice.",
    )

    def learnable() -> Verdict:
        other = Players(student)
        other.step(x, y)
        return Verdict(
            all(_learns(other.nets[name], own, x) for name, own in made_here().items()),
            "Some weights no longer ask for gradients.",
        )

    yield (
        "everybody can still learn afterwards",
        learnable,
        "Whoever switches the discriminators' gradients off for this step has to switch them on again.",
    )

    def defaults() -> Verdict:
        """The share and the weight are those of the paper where nothing is said."""
        other = Players(student)
        stand_ins = {"fooling": translators.pulling, "cycle": translators.way_home, "identity": translators.at_home}
        student(*other.nets.values(), other.optimizer, x, y, **stand_ins)
        return same(other.at("to_b", "to_a"), after_a_step(x, y, (1, 1, 10.0, 5.0)))

    yield (
        "by default the paper's weights",
        defaults,
        "Without further arguments lambda is 10 and the identity loss counts half of that: leave the defaults of the signature.",
    )


def _learns(part: Part, own: nn.Module, x: Tensor) -> bool:
    """Whether a double still passes the right gradient to each of its parameters; `own` is the same double, here."""
    parameters = part.parameters()
    if not all(p.requires_grad for p in parameters.values()):
        return False
    own.load_state_dict({name: p.detach() for name, p in parameters.items()})
    found, due = gradients(tensor(part(x)), list(parameters.values())), gradients(own(x), list(own.parameters()))
    return all(bool(same(f, d)) for f, d in zip(found, due, strict=True))


@check
def judge_step(student: Part, draw: Draw) -> Properties:
    """One step down the loss, from clean gradients; the loss is returned without its graph."""
    real, fake = draw.normal(2, 3, 4, 4), 0.5 + draw.normal(2, 3, 4, 4)

    def here(first: Tensor = real, second: Tensor = fake, sign: float = 1.0, pollution: float = 0.0) -> Tensor:
        judge = translators.PatchJudge(5)
        parameters = [p for _, p in sorted(judge.named_parameters())]
        slopes = torch.autograd.grad(translators.lopsided(judge(first), judge(second)), parameters)
        return torch.cat(
            [(p - RATE * (sign * s + pollution)).detach().flatten() for p, s in zip(parameters, slopes, strict=True)]
        )

    def played(leftovers: bool, times: int = 1) -> tuple[Tensor, object]:
        judge = student.beside(translators.PatchJudge, 5)
        optimizer = student.beside(translators.descent, RATE, judge)
        arguments = judge, optimizer, real, fake, translators.lopsided
        for _ in range(times):
            if leftovers:
                value = student.beside(translators.with_leftovers, student, [judge], *arguments)
            else:
                value = student(*arguments)
        return flat(judge.parameters()), value

    end, value = played(False)
    start = of_module(translators.PatchJudge(5))
    yield essential(
        "one step down the loss",
        lambda: same(
            end,
            here(),
            {
                "The discriminator did not move: is its optimiser asked?": start,
                "It went uphill.": here(sign=-1.0),
                "Real and made images are exchanged.": here(fake, real),
                "Made images do not count.": here(real, real),
                "Real images do not count.": here(fake, fake),
                "It made two steps.": 2 * here() - start,
            },
        ),
        "The discriminator should have moved once along the gradient of `loss(judge(real), judge(fake))`, where `loss` is the one"
        " that is given.",
    )
    yield essential(
        "leftovers of the generators' step do not count",
        lambda: same(
            played(True)[0],
            here(),
            {
                "What the generators' step left in the gradients is used: clear it before `backward`.": here(
                    pollution=1.0
                ),
                "The discriminator did not move: its gradients are cleared after `backward`, or never computed.": start,
            },
        ),
        "The generators' step passes through the discriminator and leaves gradients there. They should be cleared before the"
        " discriminator's own `backward`.",
    )

    def twice() -> Verdict:
        judge = translators.PatchJudge(5)
        for _ in range(2):
            slopes = torch.autograd.grad(translators.lopsided(judge(real), judge(fake)), list(judge.parameters()))
            with torch.no_grad():
                for p, slope in zip(judge.parameters(), slopes, strict=True):
                    p -= RATE * slope
        return same(played(False, 2)[0], of_module(judge))

    yield (
        "two steps from clean gradients",
        twice,
        "A second step should start from cleared gradients as well: they pile up otherwise.",
    )
    judge = translators.PatchJudge(5)
    before = translators.lopsided(judge(real), judge(fake)).detach()
    yield (
        "returns the loss",
        lambda: same(
            tensor(value, ()), before, {"This is the loss after the step.": _after(judge, here(), real, fake)}
        ),
        "It should return the loss as it was before the step, shape ().",
    )
    yield remark(
        "the loss is detached",
        lambda: Verdict(not (isinstance(value, Tensor) and value.requires_grad)),
        "A loss that keeps its graph keeps the whole step in memory.",
    )


def _after(judge: nn.Module, place: Tensor, real: Tensor, fake: Tensor) -> Tensor:
    """The loss where the judge has moved to a place."""
    moved, start = {}, 0
    for name, p in sorted(judge.named_parameters()):
        moved[name] = place[start : start + p.numel()].reshape(p.shape)
        start += p.numel()
    with torch.no_grad():
        return translators.lopsided(*(torch.func.functional_call(judge, moved, (images,)) for images in (real, fake)))


@check
def cyclegan_step(student: Part, draw: Draw) -> Properties:
    """The generators first; then each judge with real images of its domain and what its own buffer gives."""
    x, y = draw.normal(2, 3, 4, 4), draw.normal(2, 3, 4, 4)
    fake_b, fake_a, u = draw.normal(2, 3, 4, 4), draw.normal(2, 3, 4, 4), draw.uniform(2, 2, 2)
    numbers = {"to_b": 1.0, "to_a": 2.0, "judge_b": 3.0, "judge_a": 4.0}
    rates = {"generators": 0.5, "judge_b": 0.25, "judge_a": 0.125}
    marks = {"b": 100 + float(draw.uniform(1)), "a": 200 + float(draw.uniform(1))}
    beside = student.beside
    nets = {name: beside(translators.Tagged, number) for name, number in numbers.items()}
    optimizers = {
        name: beside(
            translators.descent, rate, *(nets[n] for n in (("to_b", "to_a") if name == "generators" else (name,)))
        )
        for name, rate in rates.items()
    }
    buffers = {name: student.witness(translators.MarkingBuffer, mark) for name, mark in marks.items()}
    notes = beside(translators.Notes, fake_b, fake_a)
    judge_notes = beside(translators.JudgeNotes, notes)
    returned = student(nets, optimizers, buffers, x, y, u, notes, judge_notes)
    told, judged = notes.method("told"), judge_notes.method("told")

    yield essential(
        "one step of the generators",
        Verdict(len(told) == 1, f"It made {len(told)}."),
        "`of_generators` should be called exactly once.",
    )
    if len(told) != 1:
        return
    tags, rate, seen_x, seen_y = told[0]
    yield essential(
        "with the right networks, optimiser and images",
        lambda: Verdict(
            list(tags) == [1.0, 2.0, 3.0, 4.0]
            and rate == rates["generators"]
            and close(seen_x, x)
            and close(seen_y, y),
            "The networks came in another order."
            if list(tags) != [1.0, 2.0, 3.0, 4.0]
            else "Another optimiser came."
            if rate != rates["generators"]
            else "Images came in the wrong place.",
        ),
        "`of_generators` takes to_b, to_a, judge_b, judge_a, the generators' optimiser, x and y, in that order.",
    )
    yield essential(
        "one step of each discriminator",
        Verdict(sorted(entry[0] for entry in judged) == [3.0, 4.0], f"It made {len(judged)}."),
        "`of_judge` should be called exactly twice: once for each discriminator.",
    )
    if sorted(entry[0] for entry in judged) != [3.0, 4.0]:
        return
    of = {"b": next(e for e in judged if e[0] == 3.0), "a": next(e for e in judged if e[0] == 4.0)}
    yield (
        "each with its own optimiser",
        lambda: Verdict(of["b"][1] == rates["judge_b"] and of["a"][1] == rates["judge_a"]),
        "Each discriminator is moved by the optimiser that holds its parameters.",
    )
    yield essential(
        "each with real images of its own domain",
        lambda: Verdict(
            tuple(of["b"][2].shape) == tuple(y.shape) and close(of["b"][2], y) and close(of["a"][2], x),
            "The judge of B was shown x as real." if close(of["b"][2], x) else "",
        ),
        "For the judge of B the images y are real, for that of A the images x.",
    )

    def due(fake: Tensor, mark: float, numbers_of: Tensor) -> Tensor:
        return fake + mark + (numbers_of[:, 0] + 10 * numbers_of[:, 1])[:, None, None, None]

    def shown(which: str) -> Verdict:
        own, other = (fake_b, fake_a) if which == "b" else (fake_a, fake_b)
        mine, theirs = (u[0], u[1]) if which == "b" else (u[1], u[0])
        mark, foreign = marks[which], marks["a" if which == "b" else "b"]
        return same(
            of[which][3],
            due(own, mark, mine),
            {
                "It is shown the newest images; the buffer is left out.": own,
                "It is shown what the other domain's buffer gives.": due(own, foreign, mine),
                "It is shown translations into the other domain.": due(other, mark, mine),
                "It is shown translations into the other domain, from that domain's buffer.": due(
                    other, foreign, theirs
                ),
                "Its buffer gets the other one's uniform numbers.": due(own, mark, theirs),
                "Both buffers are exchanged, numbers and all.": due(own, foreign, theirs),
                "It is shown real images as made ones.": y if which == "b" else x,
            },
        )

    for which in ("b", "a"):
        yield essential(
            f"the judge of {which.upper()} is shown what the buffer of {which.upper()} gives",
            lambda which=which: shown(which),
            f"For the judge of {which.upper()} the made images are the translations into {which.upper()}, by way of that domain's"
            f" buffer with u[{0 if which == 'b' else 1}].",
        )
    yield (
        "the generators come first",
        lambda: Verdict(all(entry[4] for entry in judged)),
        "Both discriminators are updated after the generators, with the translations of this step.",
    )
    yield (
        "the discriminators can learn in their own step",
        lambda: Verdict(all(entry[5] for entry in judged)),
        "If the discriminators are frozen in the generators' step, they have to be free again for their own.",
    )
    yield (
        "each buffer is asked once",
        lambda: Verdict([buffers[name].method("asked") for name in ("b", "a")] == [1, 1]),
        "A buffer that is asked twice takes the images in twice.",
    )

    def reported() -> Verdict:
        if not isinstance(returned, dict):
            return Verdict(False, "It returned no dict.")
        missing = [name for name in ("to_b", "cycle", "judge_b", "judge_a") if name not in returned]
        if missing:
            return Verdict(False, f"{', '.join(missing)} missing.")
        values = torch.stack([tensor(returned[name]).double() for name in ("to_b", "cycle", "judge_b", "judge_a")])
        target = torch.tensor([0.25, 0.5, 0.3, 0.4])
        return same(
            values, target, {"The discriminators' losses have changed places.": torch.tensor([0.25, 0.5, 0.4, 0.3])}
        )

    yield (
        "returns all losses by their names",
        reported,
        'The dict of the generators\' step, with the discriminators\' losses as "judge_b" and "judge_a" beside them.',
    )
