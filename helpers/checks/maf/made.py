"""Checks of MADE: the degree rule, the layer that obeys a mask, and the network of shifts and log-scales."""

from __future__ import annotations

import torch
from torch import Tensor

from helpers.checks import conditioners, doubles
from helpers.checks.compare import Verdict, close, dependence, gives_shape, gradients, same, tensor
from helpers.checks.core import Properties, check, essential, remark
from helpers.checks.flows import jacobian
from helpers.checks.inputs import Draw
from helpers.checks.learning import all_weights_learn, few_steps, size_that_counts
from helpers.checks.subject import Broken, Part


@check
def degree_mask(student: Part, draw: Draw) -> Properties:
    """1 where an output's degree is at least the input's, or, in a strict layer, larger; outputs down, inputs across."""
    into, out = draw.integers(1, 7, 9), draw.integers(1, 7, 12)
    into[:2], out[:2] = torch.tensor([2, 5]), torch.tensor([5, 2])  # each of the three cases occurs
    masks = {strict: student(into, out, strict) for strict in (False, True)}
    gap = out[:, None] - into[None, :]

    def every(value: int, pairs: Tensor, stricts: tuple[bool, ...]) -> Verdict:
        """Whether the masks hold `value` at all pairs of an output and an input."""
        for strict in stricts:
            wrong = (pairs & (masks[strict] != value)).nonzero().tolist()
            if wrong:
                o, i = wrong[0]
                return Verdict(
                    False,
                    f"Seen with strict={strict} for an input of degree {into[i]} and an output of degree {out[o]}.",
                )
        return Verdict(True)

    usable = _zeros_and_ones(list(masks.values()), (12, 9))
    yield essential(
        "zeros and ones, outputs down, inputs across",
        usable,
        "The mask has one row per output and one column per input, as the weights of a linear layer do.",
    )
    if not usable:
        return
    both = (False, True)
    yield essential(
        "inputs of a higher degree are hidden",
        lambda: every(0, gap < 0, both),
        "A unit of degree m may know the values up to m, so nothing may come from a unit that knows more.",
    )
    yield essential(
        "inputs of a lower degree are seen",
        lambda: every(1, gap > 0, both),
        "What a unit of lower degree knows is allowed knowledge, in hidden layers and at the outputs.",
    )
    yield (
        "an equal degree is seen in a hidden layer",
        lambda: every(1, gap == 0, (False,)),
        "A hidden unit of degree m may know the value m itself, so it may listen to units of the same degree.",
    )
    yield (
        "an equal degree is hidden at an output",
        lambda: every(0, gap == 0, (True,)),
        "The outputs for value i must not know value i. What does `strict` change?",
    )


def _zeros_and_ones(masks: list[object], shape: tuple[int, ...]) -> Verdict:
    """Whether masks hold nothing but zeros and ones, each of the given shape."""
    for mask in masks:
        try:
            values = tensor(mask, shape)
        except Broken as error:
            return Verdict(False, str(error))
        if not bool(((values == 0) | (values == 1)).all()):
            return Verdict(False, "Some entry is neither 0 nor 1.")
    return Verdict(True)


@check
def MaskedLinear(student: Part, draw: Draw) -> Properties:  # noqa: N802 - checks carry the name of their exercise
    """A linear layer with a bias that sees an input only where the mask is 1, also after training."""
    mask = (draw.uniform(4, 6) > 0.5).double()
    mask[:, 0], mask[0], mask[1] = torch.tensor([0, 1, 0, 1]).double(), mask[2], 1 - mask[2]
    mask[3] = 0  # an output that may see nothing
    x = draw.normal(5, 6)
    layer = student(mask)
    shaped = gives_shape(layer, (5, 4), x)
    yield essential(
        "maps the inputs to the outputs",
        shaped,
        "The mask is (outputs, inputs), as the weights are, while a linear layer is made by its inputs first.",
    )
    if not shaped:
        return

    def seen(subject: Part) -> Tensor:
        return dependence(subject, [draw.normal(6) for _ in range(2)]).double()

    yield essential(
        "sees what the mask shows",
        lambda: _looks(seen(layer), mask, hidden=False),
        "Some input where the mask is 1 has no influence. Are weights and mask multiplied place by place?",
    )
    yield (
        "does not see what the mask hides",
        lambda: _looks(seen(student(mask)), mask, hidden=True),  # a fresh layer: its first call must be masked already
        "Some input where the mask is 0 still has influence. What are the weights multiplied with, and which ones are used?",
    )
    yield (
        "outputs are sums",
        lambda: same(tensor(layer(x + 2 * x.flip(0))) + 2 * layer(0 * x), tensor(layer(x)) + 2 * layer(x.flip(0))),
        "A linear layer is linear up to its bias; apply no nonlinearity here.",
    )

    def learns() -> Verdict:
        leaf, fresh = x.clone().requires_grad_(), student(mask)
        if not bool(gradients(tensor(fresh(leaf)), leaf)[0].any()):
            return Verdict(False, "No gradient is passed on to the input, and so to the layers before.")
        return all_weights_learn(fresh, [x])

    yield (
        "a gradient reaches the weights",
        learns,
        "Training needs a gradient for the weights, the bias and the layers before. Is one of them detached, or not used at"
        " all?",
    )

    def after_training() -> Verdict:
        trained = student(mask)
        if not few_steps(trained, x):
            return Verdict(False, "Training it for a few steps changed nothing.")
        return _looks(seen(trained), mask, hidden=True) and _looks(seen(trained), mask, hidden=False)

    yield (
        "still masked after the weights have changed",
        after_training,
        "An optimiser changes every weight, the hidden ones as well. When, then, must the mask be applied?",
    )

    def evaluated() -> Verdict:
        trained = student(mask)
        trained.method("train")
        few_steps(trained, x)
        due = tensor(trained(x)).detach()
        trained.method("eval")
        looks = _looks(seen(trained), mask, hidden=True)
        return looks if not looks else same(trained(x), due)

    yield (
        "evaluation mode is no other layer",
        evaluated,
        "After `eval()` the layer gives something else than before. The mask, and the newest weights, count in both modes.",
    )

    def counts() -> Verdict:
        fresh = student(mask)
        learned = {name: p for name, p in fresh.parameters().items() if p.requires_grad}  # a frozen one may be the mask
        fresh.load({name: torch.ones_like(p) for name, p in learned.items()})
        return same(
            tensor(fresh(torch.ones(1, 6).double()))[0],
            mask.sum(1) + 1,
            {
                "The bias is missing: the layer is asked for with one.": mask.sum(1),
                "Weights count where the mask is 0: it must be applied at every call.": torch.full((4,), 7.0),
            },
        )

    yield (
        "weights of 1 count the open places",
        counts,
        "With all weights and biases 1, an input of ones should give the number of open places plus 1. Is something scaled?",
    )
    yield remark(
        "the mask moves with the layer",
        lambda: Verdict(student.beside(doubles.follows, student(mask), "meta", 6, ())),
        "When the layer is moved to another device, a GPU for instance, the mask stays behind. How does a module keep a tensor"
        " that is no parameter?",
    )


def _looks(seen: Tensor, mask: Tensor, hidden: bool) -> Verdict:
    """Whether no hidden place is seen (`hidden`), or whether all others are (not `hidden`)."""
    wrong = (seen > mask if hidden else seen < mask).nonzero()
    return Verdict(not len(wrong), f"Seen at output {wrong[0, 0]}, input {wrong[0, 1]}." if len(wrong) else "")


@check
def MADE(student: Part, draw: Draw) -> Properties:  # noqa: N802
    """Shifts and log-scales of value i that depend on all values before i and on no other, log-scales within [-5, 5]."""
    dims, width = 5, 20
    made = student(dims, width, 2, conditioners.Wires)
    x = draw.normal(3, dims)

    def heads(model: Part, batch: Tensor) -> tuple[Tensor, Tensor]:
        value = model(batch)
        if not isinstance(value, (tuple, list)) or len(value) != 2:
            raise Broken("It should return two tensors, the shifts and the log-scales.")
        return tensor(value[0], (len(batch), dims)), tensor(value[1], (len(batch), dims))

    def shaped() -> Verdict:
        try:
            heads(made, x)
        except Broken as error:
            return Verdict(False, str(error))
        return Verdict(True)

    usable = shaped()
    yield essential(
        "returns shifts and log-scales, each (B, D)",
        usable,
        "The last layer has two outputs per value: D shifts, then D log-scales.",
    )
    if not usable:
        return
    seen = [
        dependence(lambda batch, k=k: heads(made, batch)[k], [0.5 * draw.normal(dims) for _ in range(5)])
        for k in (0, 1)
    ]
    order = torch.arange(dims)
    before = order[:, None] > order[None, :]
    both = torch.stack(seen)

    def places(wrong: Tensor) -> str:
        if not bool(wrong.any()):
            return ""
        head, output, source = wrong.nonzero()[0].tolist()
        return f"Seen at {('the shift', 'the log-scale')[head]} of value {output + 1}, input {source + 1} (counted from 1)."

    yield essential(
        "no output sees its own value",
        lambda: Verdict(
            not bool(both.diagonal(dim1=1, dim2=2).any()), places(both & torch.eye(dims, dtype=torch.bool))
        ),
        "The shift or log-scale of a value depends on that value itself, so the map is no longer a flow. Which layer is strict?",
    )
    yield essential(
        "no output sees later values",
        lambda: Verdict(
            not bool((both & ~before & ~torch.eye(dims, dtype=torch.bool)).any()),
            places(both & (order[:, None] < order[None, :])),
        ),
        "Some output depends on a later value. Do the outputs have the degrees 1..D, for the shifts and again for the log-scales?",
    )
    for head, name in enumerate(("shifts", "log-scales")):
        yield essential(
            f"{name} see every value before",
            lambda head=head: Verdict(
                bool(seen[head][before].all()),
                places((before & ~both) & (torch.arange(2) == head)[:, None, None]),
            ),
            "Some value before has no influence. Which degrees do the hidden units have, and which layers are strict?",
        )

    def below_zero() -> Verdict:
        tries = [-2 - draw.uniform(dims) for _ in range(8)]
        found = dependence(lambda batch: torch.cat(heads(made, batch), 1), tries)
        return Verdict(bool(found.reshape(2, dims, dims)[:, before].any(1).all()))

    yield (
        "inputs below zero count",
        below_zero,
        "Where all inputs are negative nothing depends on them. Where does the activation stand, before or after a layer?",
    )

    def stretched(factor: float) -> tuple[Tensor, Tensor]:
        model = student(dims, width, 1, conditioners.Wires)
        model.load({name: factor * p.detach() for name, p in model.parameters().items()})
        return heads(model, 3 * draw.normal(200, dims))

    yield essential(
        "log-scales stay between -5 and 5",
        lambda: Verdict(
            bool((stretched(10)[1].abs() <= 5 + 1e-6).all()), "With large weights some log-scale is larger."
        ),
        "A log-scale beyond 5 ruins everything after it. What is clamped, and to which interval? Which half are the log-scales?",
    )
    yield (
        "log-scales reach -5 and 5",
        lambda: _reach(stretched(10)[1]),
        "With large weights log-scales should reach both ends of the interval. Is something squashed or clamped too early?",
    )
    yield (
        "shifts are free",
        lambda: Verdict(
            bool(stretched(10)[0].max() > 20) and bool(stretched(10)[0].min() < -20),
            "With large weights no shift goes beyond 20.",
        ),
        "Only log-scales are clamped. A shift may be any number, of either sign.",
    )
    yield (
        "inside the interval nothing is bent",
        lambda: _straight(student(dims, width, 1, conditioners.Wires), draw, heads, dims),
        "With ReLUs, outputs are made of straight pieces, and inside the interval the clamp changes nothing. Which function bends?",
    )
    yield (
        "hidden layers have an activation",
        lambda: _kinks(student(dims, width, 1, conditioners.Wires), draw, heads, dims),
        "Two linear maps in a row are one linear map. What stands between them?",
    )

    def deeper() -> Verdict:
        one, three = (student(dims, width, depth, conditioners.Wires) for depth in (1, 3))
        batches = [draw.normal(6, dims) for _ in range(2)]

        def size(net: Part) -> int:
            return size_that_counts(net, batches, lambda batch: torch.cat(heads(net, batch), 1))

        more = size(three) - size(one)
        degrees = torch.arange(width) % (dims - 1) + 1
        hidden = conditioners.Wires(degrees, degrees, False)
        due = 2 * sum(p.numel() for p in hidden.parameters())
        return Verdict(more > 0 and abs(more - due) <= due // 4, f"Two more hidden layers brought {more} more weights.")

    yield (
        "more hidden layers bring more weights",
        deeper,
        "`depth` counts the hidden layers. Is a new layer made each time, and does the module know all of them?",
    )

    def learns() -> Verdict:
        for head, name in enumerate(("shifts", "log-scales")):
            try:
                jacobian(lambda batch, head=head: heads(made, batch)[head], x[0], draw)
            except Broken:
                return Verdict(False, f"The {name} pass no gradient on, or a wrong one: are they detached?")
        return all_weights_learn(
            made, [draw.normal(6, dims) for _ in range(4)], lambda batch: torch.cat(heads(made, batch), 1)
        )

    yield (
        "a gradient reaches every weight",
        learns,
        "Some layer has no influence on the outputs, or passes no gradient on.",
    )
    yield (
        "rows of a batch do not mix",
        lambda: same(torch.cat(heads(made, x[:1]), 1), torch.cat(heads(made, x), 1)[:1].detach()),
        "The first row's outputs change with the second row. What is computed over the whole batch?",
    )
    yield remark(
        "no hidden unit is idle",
        lambda: Verdict(student.beside(conditioners.idle_units, made, dims) == 0),
        "Hidden units of degree D know all values, so no output may listen to them: they are computed for nothing.",
    )


def _reach(log_s: Tensor) -> Verdict:
    """Whether log-scales are at both ends of the interval."""
    low, high = map(float, log_s.detach().aminmax())
    return Verdict(abs(low + 5) < 1e-6 and abs(high - 5) < 1e-6, f"Yours lie between {low:.3g} and {high:.3g}.")


def _straight(model: Part, draw: Draw, heads, dims: int) -> Verdict:
    """Whether nearly all second differences over a tiny step are zero, where log-scales are inside their interval."""
    model.load({name: 2.5 * p.detach() for name, p in model.parameters().items()})
    x, step = draw.normal(300, dims), 1e-3 * draw.normal(1, dims)
    (t0, a0), (t1, a1), (t2, a2) = (heads(model, x + k * step) for k in (-1, 0, 1))
    inside = (a1.abs() < 4.9) & (torch.arange(dims) > 0)
    for what, bends in {"log-scales": (a0 - 2 * a1 + a2)[inside], "shifts": (t0 - 2 * t1 + t2)[:, 1:]}.items():
        if not bool((bends.double().abs() > 1e-7).double().mean() < 0.2):
            return Verdict(False, f"Most {what} bend within a tiny step.")
    return Verdict(True)


def _kinks(model: Part, draw: Draw, heads, dims: int) -> Verdict:
    """Whether the shifts are no affine function of x."""
    x, y = 2 * draw.normal(20, dims), 2 * draw.normal(20, dims)
    (a, _), (b, _), (c, _), (d, _) = (heads(model, q) for q in (x, y, x + y, 0 * x))
    return Verdict(not close(a + b, c + d))
