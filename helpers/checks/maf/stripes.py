"""Check of the masked layer that multiplies only what its stripes see."""

from __future__ import annotations

import torch
from torch import Tensor

from helpers.checks import conditioners
from helpers.checks.compare import Verdict, dependence, gives_shape, gradients, same, tensor
from helpers.checks.core import Properties, check, essential
from helpers.checks.inputs import Draw
from helpers.checks.learning import all_weights_learn
from helpers.checks.subject import Part


@check
def StripedLinear(student: Part, draw: Draw) -> Properties:  # noqa: N802 - checks carry the name of their exercise
    """A masked layer whose outputs are as before, made of a few layers that get only the inputs they see."""
    triangle = torch.ones(8, 8).tril()
    gaps = (draw.uniform(9, 8) > 0.4).float() * torch.ones(9, 8).tril()
    gaps[4] = 0  # an output that sees nothing, between others that do
    twice = torch.cat([torch.ones(8, 8).tril(-1)] * 2)  # as at the end of a MADE: shifts, then log-scales
    uneven = torch.ones(6, 10).tril()[:, :9] * torch.tensor([1, 1, 0, 1, 1, 1, 0, 1, 1])

    def made(mask: Tensor) -> Part:
        return student(mask, conditioners.Patch)

    layer, x = made(triangle), draw.normal(5, 8)
    shaped = gives_shape(layer, (5, 8), x)
    yield essential(
        "maps the inputs to the outputs",
        shaped,
        "Stripes lie one below the other: their outputs are joined along the second dimension. Which inputs does a stripe"
        " get, and for how many was it made?",
    )
    if not shaped:
        return

    def connected(hidden: bool) -> Verdict:
        """Whether nothing hidden is seen (`hidden`), or everything open is (not `hidden`)."""
        for mask in (triangle, gaps, twice, uneven):
            seen = dependence(made(mask), [draw.normal(mask.shape[1]) for _ in range(2)]).float()
            wrong = (seen > mask if hidden else seen < mask).nonzero().tolist()
            if wrong:
                o, i = wrong[0]
                return Verdict(False, f"Seen for a mask of shape {tuple(mask.shape)} at output {o + 1}, input {i + 1}.")
        return Verdict(True)

    yield essential(
        "sees what the mask shows",
        lambda: connected(hidden=False),
        "Some input where the mask is 1 has no influence. How far must a stripe's inputs reach, if a row has gaps? And do"
        " the outputs keep their order?",
    )
    yield essential(
        "does not see what the mask hides",
        lambda: connected(hidden=True),
        "Some input where the mask is 0 has influence. Which part of the mask does each stripe's layer get?",
    )

    def products() -> Verdict:
        for mask, due in ((triangle, 40), (triangle[:4, :4], 10), (twice, 66), (uneven, 22)):
            patches = student.witness(conditioners.Patches)
            of_witnesses, point = student(mask, patches), draw.normal(mask.shape[1])
            out = tensor(of_witnesses(point[None]), (1, len(mask))).detach()[0]
            done = sum(o * i for o, i in patches.method("run"))
            if done > due:
                shape = tuple(mask.shape)
                return Verdict(
                    False, f"For a mask of shape {shape} there are {done} products per image; {due} suffice."
                )
            moved = tensor(of_witnesses(point + torch.eye(mask.shape[1]).double())).detach() - out  # an input a row
            if not torch.equal(moved.T.abs() > 1e-9, mask > 0):
                return Verdict(False, "The outputs are not those of the layers that were run.")
        return Verdict(True)

    yield (
        "leaves out what no output of a stripe sees",
        products,
        "A stripe's layer gets inputs that none of its outputs sees, or outputs of different quarters share a layer.",
    )

    def few() -> Verdict:
        for mask, due in ((triangle, 4), (twice, 8), (uneven, 3), (torch.ones(12, 8), 1)):
            patches = student.witness(conditioners.Patches)
            student(mask, patches)
            found = patches.method("made")
            if found > due:
                shape = tuple(mask.shape)
                return Verdict(False, f"For a mask of shape {shape} there are {found} layers where {due} suffice.")
        return Verdict(True)

    yield (
        "no more layers than needed",
        few,
        "Each layer costs a call, so neighbours of the same quarter share one. When does a new stripe begin?",
    )

    def counts() -> Verdict:
        fresh = made(twice)
        fresh.load({name: torch.ones_like(p) for name, p in fresh.parameters().items()})
        return same(tensor(fresh(torch.ones(1, 8).double()))[0], twice.sum(1) + 1)

    yield (
        "outputs are those of the layers",
        counts,
        "With all weights and biases 1, an input of ones should give the number of open places plus 1, as one layer does.",
    )

    def learns() -> Verdict:
        leaf, fresh = x.clone().requires_grad_(), made(triangle)
        if not bool(gradients(tensor(fresh(leaf)), leaf)[0].any()):
            return Verdict(False, "No gradient is passed on to the input, and so to the layers before.")
        return all_weights_learn(fresh, [x])

    yield (
        "a gradient reaches the weights of every stripe",
        learns,
        "The module has to know its layers, or no optimiser finds their weights. In what do you keep them?",
    )
    yield (
        "the same at every call",
        lambda: same(tensor(layer(x)), tensor(layer(x)).detach()),
        "The second call gives something else than the first. Where are the layers made?",
    )
