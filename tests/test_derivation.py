"""Derivations are compared by value: every equivalent form passes, and known slips are named."""

import math

import pytest
import sympy

from helpers.checks import doubles
from helpers.checks.core import check
from helpers.checks.derivation import formula
from helpers.checks.subject import Local, Part

WHERE = {"mu": (-2, 2), "sigma": (0.3, 3)}
SLIPS = {
    "The half is missing.": lambda mu, sigma: mu**2 + sigma**2 - 1 - 2 * math.log(sigma),
    "This is sigma where the variance belongs.": lambda mu, sigma: (mu**2 + sigma - 1) / 2 - math.log(sigma),
}


def due(mu, sigma):
    return (mu**2 + sigma**2 - 1) / 2 - math.log(sigma)


@check
def gaussian_kl(student, draw):
    """KL(N(mu, sigma^2) || N(0, 1))."""
    yield "the formula", lambda: formula(student, draw, due, WHERE, SLIPS), "Integrate log q - log p under q."


def judge(answer):
    return gaussian_kl.judge(Part(Local(), answer), seed=3)


@pytest.mark.parametrize(
    "answer",
    [
        lambda mu, sigma: (mu**2 + sigma**2 - 1 - sympy.log(sigma**2)) / 2,
        lambda m, s: m * m / 2 + (s - 1) * (s + 1) / 2 + sympy.log(1 / s),
        lambda mu, sigma: sympy.expand((mu**2 + sigma**2 - 1) / 2) - sympy.log(sigma),
        lambda mu, sigma: sympy.integrate(sympy.Symbol("t"), (sympy.Symbol("t"), 0, mu)) + due_of_variance(sigma),
    ],
)
def test_every_equivalent_form_passes(answer):
    assert judge(answer).passed


def due_of_variance(sigma):
    return (sigma**2 - 1) / 2 - sympy.log(sigma)


@pytest.mark.parametrize(
    ("answer", "advice"),
    [
        (lambda mu, sigma: mu**2 + sigma**2 - 1 - sympy.log(sigma**2), "The half is missing."),
        (lambda mu, sigma: (mu**2 + sigma - 1) / 2 - sympy.log(sigma), "This is sigma where the variance belongs."),
        (lambda mu, sigma: mu + sigma, "Integrate log q - log p under q."),
    ],
)
def test_slips_are_named_and_other_mistakes_get_the_property_s_own_advice(answer, advice):
    report = judge(answer)
    assert report == 0
    assert report.failed[0].advice == advice
    assert report.failed[0].reason.startswith("At mu = ")


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda mu, sigma: sympy.Symbol("sigma_q"), "holds sigma_q, which it is not given"),
        (lambda mu, sigma: sympy.log(-1 - sigma), "no real number"),
        (lambda mu, sigma: sympy.sqrt(mu - 5) * 1.0, "no real number"),
        (lambda mu, sigma: mu / (sigma - sigma), "no real number"),
        (lambda mu, sigma: None, "returns no formula"),
        (lambda mu: mu, "TypeError"),
        (lambda mu, sigma: "mu + sigma", "returns no formula"),
    ],
)
def test_what_is_no_formula_is_said_in_a_line(answer, says):
    report = judge(answer)
    assert report == 0
    assert says in report.failed[0].reason


def test_infinite_answers_compare_as_such():
    @check
    def divergence(student, draw):
        yield "infinite", lambda: formula(student, draw, lambda theta: math.inf, {"theta": (0.1, 1)}), ""

    assert divergence.judge(Part(Local(), lambda theta: sympy.oo), 1).passed
    assert not divergence.judge(Part(Local(), lambda theta: -sympy.oo), 1).passed
    assert not divergence.judge(Part(Local(), lambda theta: theta), 1).passed


def test_a_number_is_a_formula_too():
    @check
    def constant(student, draw):
        yield "half", lambda: formula(student, draw, lambda theta: 0.5, {"theta": (0.1, 1)}), ""

    assert constant.judge(Part(Local(), lambda theta: sympy.Rational(1, 2)), 1).passed
    assert constant.judge(Part(Local(), lambda theta: 0.5), 1).passed


def several(mu, sigma):
    return sympy.Matrix([[0, mu], [sigma, 1]]), mu**2 / sigma


@check
def of_several(student, draw):
    """A matrix and a number."""
    entry = student.beside(doubles.part_of, student, 0, 1, 0)
    number = student.beside(doubles.part_of, student, 1)
    yield "entry", lambda: formula(entry, draw, lambda mu, sigma: sigma, WHERE), "The lower left entry."
    yield "number", lambda: formula(number, draw, lambda mu, sigma: mu**2 / sigma, WHERE), "The second result."


@pytest.mark.parametrize(
    ("answer", "held"),
    [
        (several, {"entry", "number"}),
        (lambda mu, sigma: [several(mu, sigma)[0].T, several(mu, sigma)[1]], {"number"}),
        (lambda mu, sigma: ([[0, 0], [sigma, 0]], mu), set()),  # nested lists have no entry by row and column
        (lambda mu, sigma: several(mu, sigma)[1], set()),
        (lambda mu, sigma: several(mu, sigma)[:1], {"entry"}),
    ],
)
def test_formulas_of_a_tuple_are_judged_one_by_one(answer, held):
    report = of_several.judge(Part(Local(), answer), seed=3)
    assert {item.name for item in report.items if item.passed} == held
