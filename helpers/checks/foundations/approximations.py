"""Checks of what is done with a log-density: derivatives, Newton's search, Laplace's approximation, and quadrature."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from helpers.checks import integrands
from helpers.checks.compare import Verdict, gives_shape, same, tensor
from helpers.checks.core import Properties, check, essential, remark
from helpers.checks.inputs import Draw
from helpers.checks.subject import Broken, Part


def _pair(value: object, shape: tuple[int, ...]) -> tuple[Tensor, Tensor]:
    """Two tensors of one shape.

    Raises:
        Broken: There are no two.
    """
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        raise Broken("It should return two tensors.")
    return tensor(value[0], shape), tensor(value[1], shape)


@check
def slope_and_curvature(student: Part, draw: Draw) -> Properties:
    """First and second derivative of a function that works number by number."""
    z = draw.normal(5) / 2
    rise, bend = 2 - 2 * (2 * z).exp(), -4 * (2 * z).exp()

    def both(z: Tensor) -> tuple[Tensor, Tensor]:
        return _pair(student(integrands.gumbel_shape, z), tuple(z.shape))

    yield essential(
        "two numbers per place",
        lambda: Verdict(bool(both(z))),
        "Return the first and the second derivative, each in the shape of z.",
    )
    yield essential(
        "the first derivative",
        lambda: same(
            both(z)[0],
            rise,
            {
                "This is the second derivative: the order of the results is exchanged.": bend,
                "This is the value of the function.": integrands.gumbel_shape(z),
                "All places got the sum: differentiate for each place.": rise.sum().expand(5),
                "It is divided by the number of places: differentiate a sum, not a mean.": rise / 5,
                "The sign is turned.": -rise,
            },
        ),
        "The first result is the derivative of log_density at each place.",
    )
    yield essential(
        "the second derivative",
        lambda: same(
            both(z)[1],
            bend,
            {
                "This is the square of the first derivative, which is another thing.": rise**2,
                "This is minus the square of the first derivative.": -(rise**2),
                "It is divided by the number of places: differentiate a sum, not a mean.": bend / 5,
                "It is divided by its square: means were taken twice.": bend / 25,
                "The sign is turned: at a mode the second derivative is negative.": -bend,
                "This is the variance; here the curvature itself is asked for.": -1 / bend,
                "This is the first derivative once more.": rise,
                "No second derivative arrives: did the first one keep its graph?": torch.zeros(5),
                "This is the derivative of half the squared slope, the slope times the curvature.": rise * bend,
            },
        ),
        "The second result is the derivative of the first. Its graph must exist when it is asked for.",
    )
    yield (
        "another function, and one place only",
        lambda: same(
            torch.stack(_pair(student(integrands.parabola, torch.ones(1).double()), (1,))),
            torch.tensor([[1.25], [-2.5]]),
        ),
        "For 7 - 1.25 (z - 1.5)^2 at z = 1 the slope is 1.25 and the curvature -2.5.",
    )
    yield (
        "a large constant blurs nothing",
        lambda: same(torch.stack(_pair(student(integrands.lifted_wave, z), (5,))), torch.stack([z.cos(), -z.sin()])),
        "Tried with 10^12 + sin z: a log-density may hold a large constant. Differences of values drown in rounding beside it;"
        " let autograd differentiate.",
    )
    yield remark(
        "no graph is left",
        lambda: Verdict(not any(value.requires_grad for value in both(z.clone().requires_grad_()))),
        "Newton's steps would drag their graphs along: detach what you return.",
    )


@check
def newton_mode(student: Part, draw: Draw) -> Properties:
    """So many jumps to the tops of local parabolas."""
    z = draw.normal(5)
    z[0] -= 9.0  # a start far away, from which the first jump is a long one

    def jumped(steps: int) -> Tensor:
        place = z
        for _ in range(steps):
            slope, curvature = integrands.told_derivatives(None, place)
            place = place - slope / curvature
        return place

    def after(steps: int) -> Tensor:
        return tensor(student(integrands.parabola, z, steps, integrands.told_derivatives), (5,))

    slope, curvature = integrands.told_derivatives(None, z)
    yield essential(
        "one place per start",
        lambda: gives_shape(student, (5,), integrands.parabola, z, 2, integrands.told_derivatives),
        "The result has the shape of z.",
    )
    yield essential(
        "one jump",
        lambda: same(
            after(1),
            jumped(1),
            {
                "The jump goes the wrong way: look at its sign.": z + slope / curvature,
                "This is a step of gradient ascent: the slope is not divided by the curvature.": z + slope,
                "This is a step of gradient descent: the slope is not divided by the curvature.": z - slope,
                "Slope and curvature are exchanged.": z - curvature / slope,
                "The jump is multiplied where it should be divided.": z - slope * curvature,
                "Nobody jumped.": z,
                "Two jumps were made where one was asked for.": jumped(2),
                "This is the jump; it has to be added to where you stand.": -slope / curvature,
                "Half a jump.": z - slope / curvature / 2,
                "The jump is divided by the curvature's absolute value, and goes the wrong way.": z
                - slope / curvature.abs(),
            },
        ),
        "After one step the place should be z minus slope over curvature, as `derivatives` says them.",
    )
    yield essential(
        "every jump starts where the last one ended",
        lambda: same(
            after(3),
            jumped(3),
            {
                "Only one jump was made: return after the loop.": jumped(1),
                "Two jumps were made where three were asked for: look at the range.": jumped(2),
                "Four jumps were made where three were asked for.": jumped(4),
                "The derivatives are those of the start in every step.": z - 3 * slope / curvature,
                "Always twenty jumps, whatever is asked for.": jumped(20),
                "Always a hundred jumps, whatever is asked for.": jumped(100),
            },
        ),
        "In each of the steps, ask for the derivatives at the current place.",
    )
    near = 1 + 0.05 * draw.normal(5)  # the told slope is 0 at 1
    slope_near, curvature_near = integrands.told_derivatives(None, near)
    yield (
        "near the mode, a short jump",
        lambda: same(
            student(integrands.parabola, near, 1, integrands.told_derivatives),
            near - slope_near / curvature_near,
            {"Nobody jumped: is there a tolerance? The last jumps are short, and bring most of the digits.": near},
        ),
        "Make as many jumps as are asked for, however short they are.",
    )
    yield (
        "no jump, no change",
        lambda: same(after(0), z),
        "With steps = 0 the start should come back.",
    )


@check
def laplace(student: Part, draw: Draw) -> Properties:
    """The mode as mean, the negative inverse of the curvature there as variance."""
    z = draw.normal(5)
    mode = integrands.told_mode(None, z)
    slope, curvature = integrands.told_derivatives(None, mode)
    start_curvature = integrands.told_derivatives(None, z)[1]

    def both() -> tuple[Tensor, Tensor]:
        return _pair(student(integrands.parabola, z, integrands.told_mode, integrands.told_derivatives), (5,))

    yield essential(
        "two numbers per start",
        lambda: Verdict(bool(both())),
        "Return mean and variance, each in the shape of z.",
    )
    yield essential(
        "the mean is the mode",
        lambda: same(
            both()[0],
            mode,
            {
                "This is the start, not the mode.": z,
                "Mean and variance are exchanged.": -1 / curvature,
            },
        ),
        "The first result is what `find_mode` says.",
    )
    yield essential(
        "the variance is minus one over the curvature",
        lambda: same(
            both()[1],
            -1 / curvature,
            {
                "This is the second derivative itself: the sharper the peak, the smaller the variance.": curvature,
                "This is the precision; the variance is its inverse.": -curvature,
                "The sign: at a peak the second derivative is negative, and a variance is positive.": 1 / curvature,
                "The curvature was measured at the start, not at the mode.": -1 / start_curvature,
                "This is the standard deviation.": (-1 / curvature).sqrt(),
                "This uses the slope; which of the two derivatives says how sharp a peak is?": -1 / slope,
                "The square of the curvature stands below the line.": 1 / curvature**2,
                "A factor 2 too much: the half stands in the normal density already.": -2 / curvature,
                "Half of it: the half stands in the normal density already.": -1 / (2 * curvature),
                "Mean and variance are exchanged.": mode,
            },
        ),
        "The second derivative of the log-density of N(m, v) is -1 / v. Solve for v, with the curvature at the mode.",
    )


@check
def quadrature(student: Part, draw: Draw) -> Properties:
    """Mean, variance and integral of densities whose moments are known."""
    step = 0.02 + 0.01 * float(draw.uniform(1))
    grid = torch.arange(-1200, 1200).double() * step + 0.1 * float(draw.uniform(1))
    euler = 0.5772156649015329

    def result(function: object, place: int) -> Tensor:
        value = student(function, grid)
        if not isinstance(value, (tuple, list)) or len(value) != 3:
            raise Broken("It should return three numbers: mean, variance, and the logarithm of the integral.")
        return tensor(value[place], ())

    yield essential(
        "three numbers",
        lambda: Verdict(all(result(integrands.parabola, place).ndim == 0 for place in range(3))),
        "Return mean, variance and the logarithm of the integral, each a tensor without dimensions.",
    )
    lean = -euler / 2, math.pi**2 / 24
    yield essential(
        "the mean of a leaning density",
        lambda: same(
            result(integrands.gumbel_shape, 0),
            lean[0],
            {
                "This is the mode, or the middle of the grid: weigh each place by its density.": 0.0,
                "The weights do not add up to 1.": lean[0] * math.exp(4),
                "The weights do not add up to 1, since the step is missing.": lean[0] * math.exp(4) / step,
            },
        ),
        "The mean is a sum over the grid, each place weighed by its share of the whole density.",
    )
    yield (
        "its variance",
        lambda: same(
            result(integrands.gumbel_shape, 1),
            lean[1],
            {
                "This is the mean of the squares: the mean has to be subtracted first.": lean[1] + lean[0] ** 2,
                "This is the standard deviation.": math.sqrt(lean[1]),
                "The mean is subtracted, and not its square.": lean[1] + lean[0] ** 2 - lean[0],
                "This is a precision.": 1 / lean[1],
            },
        ),
        "The variance is the weighted sum of squared distances from the mean.",
    )
    yield (
        "the logarithm of the integral",
        lambda: same(
            result(integrands.gumbel_shape, 2),
            4.0,
            {
                "The step of the grid is missing: a sum is no integral yet.": 4.0 - math.log(step),
                "The step of the grid is divided by where it should be multiplied with.": 4.0 - 2 * math.log(step),
                "This is the integral; its logarithm is asked for.": math.exp(4),
                "The sign is turned.": -4.0,
                "The step is multiplied with a logarithm: add its own logarithm instead.": (4.0 - math.log(step))
                * step,
                "A step is added to a logarithm: it is its logarithm that belongs there.": 4.0 - math.log(step) + step,
                "This is the logarithm of a mean over the grid, not of an integral.": 4.0
                - math.log(step)
                - math.log(len(grid)),
            },
        ),
        "The integral is the sum of the density over the grid times the step; take its logarithm by parts.",
    )
    yield (
        "mean and variance of a normal density",
        lambda: same(
            torch.stack([result(integrands.parabola, 0), result(integrands.parabola, 1)]), torch.tensor([1.5, 0.4])
        ),
        "For a multiple of N(1.5, 0.4) the results should be 1.5 and 0.4, whatever the multiple.",
    )
    wide = torch.tensor([1 + 3 * lean[0], 9 * lean[1], 4 + math.log(3) - 1200]).double()
    yield (
        "a density that no float can hold",
        lambda: same(torch.stack([result(integrands.wide_gumbel_shape, place) for place in range(3)]), wide),
        "With a constant of -1200 every exponential underflows to 0. Put logarithms together before you leave them.",
    )
