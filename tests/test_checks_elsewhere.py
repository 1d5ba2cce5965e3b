"""One specification, two tiers: the same checks on an object of this process and on one that lives in a child.

Every kind of object that the ten problems ask for is judged on both sides, right and wrong, with equal reports.
"""

import functools
import math

import numpy as np
import pytest
import sympy
import torch
from torch import nn

from helpers import checks
from helpers.checks import doubles
from helpers.checks.compare import gradients, same, tensor
from helpers.checks.core import check, checks_of
from helpers.checks.derivation import formula
from helpers.checks.subject import Local, Part
from helpers.grading import namespaces
from helpers.grading.source import problems
from tests.grading.beside import in_a_child

pytestmark = pytest.mark.skipif(
    "fork" not in torch.multiprocessing.get_all_start_methods(), reason="the child is forked"
)


def judge_on_both_sides(one_check, make_student, seed=5):
    """The local report, after asserting that the child's is the same."""
    here = one_check.judge(Part(Local(), make_student()), seed)
    with in_a_child(make_student) as side:
        there = one_check.judge(side.fetch("student"), seed)
    assert there.items == here.items
    return here


# A function with a gradient


@check
def square(student, draw):
    x = draw.normal(4)
    leaf = x.clone().requires_grad_()
    yield "value", lambda: same(student(x), x**2), ""
    yield "gradient", lambda: same(gradients(tensor(student(leaf)), leaf)[0], 2 * x), ""
    yield "jacobian", lambda: same(torch.autograd.functional.jacobian(student, x), (2 * x).diag()), ""


def test_a_function():
    assert judge_on_both_sides(square, lambda: lambda x: x * x).passed
    assert [i.name for i in judge_on_both_sides(square, lambda: lambda x: x.detach() * x).failed] == [
        "gradient",
        "jacobian",
    ]


# A module, made and called by handle, with gradients by parameter name


@check
def affine(student, draw):
    layer = student(3, 2)
    x = draw.normal(5, 3)
    yield "linear", lambda: same(tensor(layer(2 * x)) - layer(x), tensor(layer(x)) - layer(0 * x)), ""
    slopes = gradients(tensor(layer(x), (5, 2)), list(layer.parameters().values()))
    yield "bias gets the batch size", lambda: any(bool((g == 5).all()) for g in slopes), ""
    layer.load({name: torch.zeros_like(p) for name, p in layer.parameters().items()})
    yield "zero when loaded with zeros", lambda: same(layer(x), torch.zeros(5, 2)), ""


def test_a_module():
    assert judge_on_both_sides(affine, lambda: nn.Linear).passed
    assert not judge_on_both_sides(affine, lambda: lambda i, o: nn.Linear(i, o, bias=False)).passed


@check
def counted(student, draw):
    layer = student()
    yield "has weights", lambda: sum(p.numel() for p in layer.parameters().values()) == 8, ""


def test_a_lazy_layer_without_weights_is_told_what_to_do():
    report = judge_on_both_sides(counted, lambda: lambda: nn.LazyLinear(2))
    assert "pass one through it" in report.failed[0].reason

    def awake():
        layer = nn.LazyLinear(2)
        layer(torch.zeros(1, 3))
        return layer

    assert judge_on_both_sides(counted, lambda: awake).passed


@check
def count_and_share(student, draw):
    yield "an int and a float", lambda: [type(part) for part in student(draw.normal(4))] == [int, float], ""


def test_numbers_of_numpy_are_numbers():
    assert judge_on_both_sides(count_and_share, lambda: lambda x: (np.sum(x.numpy() > 0), np.float32(0.5))).passed


# A step with two optimisers


def two_steps(generator, critic, g_opt, c_opt, z, real):
    c_opt.zero_grad()
    (critic(generator(z).detach()) - critic(real)).mean().backward()
    c_opt.step()
    g_opt.zero_grad()
    (-critic(generator(z))).mean().backward()
    g_opt.step()
    return None


def two_steps_stray(generator, critic, g_opt, c_opt, z, real):
    (critic(generator(z)) - critic(real)).mean().backward()
    c_opt.step()
    c_opt.zero_grad()
    (-critic(generator(z))).mean().backward()
    g_opt.step()
    return None


@check
def adversarial_step(student, draw):
    start, z, real = draw.normal(3), draw.normal(4, 3), draw.normal(4, 3)
    generator, critic = student.beside(doubles.Scale, start), student.beside(doubles.Scale, 2 * start)
    student(
        generator,
        critic,
        student.beside(doubles.sgd, generator, 0.1),
        student.beside(doubles.sgd, critic, 0.1),
        z,
        real,
    )
    critic_due = 2 * start - 0.1 * (start * z - real).mean(0) / 3
    yield "critic", lambda: same(critic.parameters()["w"].detach(), critic_due), ""
    yield (
        "generator",
        lambda: same(generator.parameters()["w"].detach(), start + 0.1 * (critic_due * z).mean(0) / 3),
        "",
    )
    yield "gradients seen", lambda: same(generator.gradients()["w"], -(critic_due * z).mean(0) / 3), ""


def test_a_step_with_two_optimisers():
    assert judge_on_both_sides(adversarial_step, lambda: two_steps).passed
    assert [i.name for i in judge_on_both_sides(adversarial_step, lambda: two_steps_stray).failed] == [
        "generator",
        "gradients seen",
    ]


# An object with a state and methods


class Buffer:
    def __init__(self, size):
        self.size, self.kept = size, []

    def push(self, x):
        self.kept = [*self.kept, x][-self.size :]
        return len(self.kept)

    def oldest(self):
        return self.kept[0]


@check
def replay_buffer(student, draw):
    buffer = student(2)
    xs = draw.normal(3, 2)
    sizes = [buffer.method("push", x) for x in xs]
    yield "keeps two", sizes == [1, 2, 2], ""
    yield "drops the oldest", lambda: same(buffer.method("oldest"), xs[1]), ""


def test_a_replay_buffer():
    assert judge_on_both_sides(replay_buffer, lambda: Buffer).passed


# A callable argument, and a function of ours handed over by name


@check
def twice(student, draw):
    x = draw.normal(3)
    scale = student.beside(doubles.Scale, x)
    yield "applies it twice", lambda: same(tensor(student(scale, x)).detach(), x**3), ""
    yield "a function by name", lambda: same(student(torch.sin, x), x.sin().sin()), ""
    yield (
        "gradient of the collaborator",
        lambda: same(gradients(tensor(student(scale, x)), scale.parameters()["w"])[0], 2 * x * x),
        "",
    )


def test_a_callable_argument():
    assert judge_on_both_sides(twice, lambda: lambda f, x: f(f(x))).passed


# A double backward inside the student's code


def gradient_penalty(critic, x):
    x = x.clone().requires_grad_()
    (slope,) = torch.autograd.grad(critic(x).sum(), x, create_graph=True)
    return ((slope.norm(dim=1) - 1) ** 2).mean()


def penalty_without_graph(critic, x):
    x = x.clone().requires_grad_()
    (slope,) = torch.autograd.grad(critic(x).sum(), x)
    return ((slope.norm(dim=1) - 1) ** 2).mean()


@check
def penalty(student, draw):
    start, x = draw.normal(3), draw.normal(4, 3)
    critic = student.beside(doubles.Scale, start)
    due = (start.norm() - 1) ** 2
    yield "value", lambda: same(tensor(student(critic, x)).detach(), due), ""
    yield (
        "reaches the critic",
        lambda: same(
            gradients(tensor(student(critic, x)), critic.parameters()["w"])[0],
            2 * (start.norm() - 1) * start / start.norm(),
        ),
        "",
    )


def test_a_double_backward():
    assert judge_on_both_sides(penalty, lambda: gradient_penalty).passed
    assert [i.name for i in judge_on_both_sides(penalty, lambda: penalty_without_graph).failed] == [
        "reaches the critic"
    ]


# Noise as an argument in float64, and integer input


@check
def noisy(student, draw):
    eps, y = draw.normal(1000), draw.integers(0, 3, 1000)
    yield "moments", lambda: same(tensor(student(y, eps)).mean(), (y + 2 * eps).mean()), ""
    yield "float64", lambda: tensor(student(y, eps)).dtype == torch.float64, ""
    yield "integers stay integers", lambda: student(y, eps, True) == int(y.sum()), ""


def test_a_stochastic_function_and_integer_input():
    assert judge_on_both_sides(noisy, lambda: lambda y, eps, count=False: int(y.sum()) if count else y + 2 * eps).passed


# A graph with sets


@check
def blanket(student, draw):
    graph = {"A": {"T"}, "O": {"T"}, "T": {"M", "S"}, "M": set(), "S": set()}
    yield "markov blanket", lambda: student(graph, "A") == {"T", "O"}, ""


def markov_blanket(graph, node):
    parents = {p for p in graph if node in graph[p]}
    return parents | graph[node] | {p for p in graph for c in graph[node] if c in graph[p]} - {node}


def test_a_graph_with_sets():
    assert judge_on_both_sides(blanket, lambda: markov_blanket).passed
    assert not judge_on_both_sides(blanket, lambda: lambda graph, node: graph[node]).passed


# A sympy expression, evaluated where it lives at points that the check chooses


@check
def gaussian_kl(student, draw):
    where = {"mu": (-2, 2), "sigma": (0.3, 3)}

    def due(mu, sigma):
        return (mu**2 + sigma**2 - 1) / 2 - math.log(sigma)

    yield "value", lambda: formula(student, draw, due, where), ""


def test_a_sympy_expression():
    assert judge_on_both_sides(
        gaussian_kl, lambda: lambda mu, s: (mu**2 + s**2) / 2 - sympy.Rational(1, 2) - sympy.log(s)
    ).passed
    assert not judge_on_both_sides(gaussian_kl, lambda: lambda mu, s: mu**2 + s).passed
    assert not judge_on_both_sides(gaussian_kl, lambda: lambda mu, s: sympy.Symbol("nu")).passed


# What goes wrong there reads the same here


@pytest.mark.parametrize("student", [lambda x: 1 / 0, lambda x: None, lambda x: x[:1], lambda x: "no", 3])
def test_broken_objects(student):
    assert judge_on_both_sides(square, lambda: student) == 0


def test_an_unwritten_exercise():
    def stub(x):
        raise NotImplementedError

    assert judge_on_both_sides(square, lambda: stub) == 0


# The real thing


PROBLEMS = {problem: getattr(checks, problem.partition("_")[2]) for problem in problems()}
solutions = functools.cache(namespaces.solution_namespace)


@pytest.mark.parametrize(
    ("problem", "name"), [(problem, name) for problem, module in PROBLEMS.items() for name in checks_of(module)]
)
def test_the_checks_of_every_problem(problem, name):
    assert judge_on_both_sides(checks_of(PROBLEMS[problem])[name], lambda: solutions(problem)[name]).passed
