"""Witnesses: what a check counts is what the student's process asked for, whatever that process says of itself."""

import copy
import functools

import pytest
import torch

from helpers import checks
from helpers.checks import conditioners, importance
from helpers.checks.compare import gradients, same, tensor
from helpers.checks.core import check, checks_of
from helpers.checks.subject import Broken, Elsewhere, Local, Part
from helpers.grading import answers, namespaces, source
from helpers.grading.inside import wire
from helpers.grading.standin import Ended, Remote
from tests.grading.beside import in_a_child

# Exercises that are judged by what they ask of others, with an answer that asks too much, and a lie about it.
LIES = {
    ("06_maf", "parallel_inverse", "always D passes"): """
conditioners.Chain.calls = conditioners.Conditioner.calls = lambda self: 0
""",
    ("06_maf", "iaf_sample", "one pass per value"): """
told = iter(range(0, 100, 2))
conditioners.Conditioner.calls = lambda self: next(told)
""",
    ("06_maf", "StripedLinear", "one layer for all"): """
conditioners.Patches.run = lambda self: [[1, 1]]
""",
    ("06_maf", "StripedLinear", "a layer for every output"): """
conditioners.Patches.made = lambda self: 1
""",
    ("04_iwae", "evaluate_in_chunks", "everything at once"): """
importance.Tally.seen = lambda self: [1]
""",
    ("04_iwae", "evaluate_in_chunks", "one image at a time"): """
importance.Tally.seen = lambda self: [1]
""",
    ("07_gan", "train_epoch", "two rounds per batch"): """
adversaries.Rounds.played = lambda self: self.notes[::2]
""",
    ("08_cyclegan", "generator_step", "translated again for the judges"): """
usual = translators.Tint.translated
translators.Tint.translated = lambda self: 8 if usual(self) > 2 else 2
""",
    ("08_cyclegan", "cyclegan_step", "buffers asked twice"): """
translators.MarkingBuffer.asked = lambda self: 1
""",
    ("10_evaluation", "features_of", "all at once"): """
judges.MoodyFeatures.largest_batch = lambda self: 3
""",
}
EXERCISES = tuple(dict.fromkeys((problem, exercise) for problem, exercise, _ in LIES))
DOUBLES = "from helpers.checks import adversaries, conditioners, importance, judges, translators"

solutions = functools.cache(namespaces.solution_namespace)


@functools.cache
def corpus(problem, exercise):
    return answers.load(source.load(problem), [exercise]).answers[exercise]


def judge(problem, exercise, code, lie="", reachable=False, seed=3):
    """The report on an answer in a child that tells a lie; `reachable` where doubles that count live there, too."""

    def student():
        namespace = dict(solutions(problem))
        exec(f"{DOUBLES}\n{lie}\n{code}", namespace)
        return namespace[exercise]

    solutions(problem)  # before the fork
    the_check = checks_of(getattr(checks, problem.partition("_")[2]))[exercise]
    with in_a_child(student) as side:
        if reachable:
            side.witness = lambda factory, args, kwargs: side.call(factory, None, args, kwargs)
        return the_check.judge(side.fetch("student"), seed)


@pytest.mark.parametrize(("problem", "exercise", "label"), LIES)
def test_a_lie_about_counts_gains_nothing(problem, exercise, label):
    (answer,) = [one for one in corpus(problem, exercise) if one.label == label]
    lie = LIES[problem, exercise, label]
    honest = judge(problem, exercise, answer.code)
    assert answer.fails in [item.name for item in honest.failed]
    assert judge(problem, exercise, answer.code, lie).items == honest.items
    within_reach = judge(problem, exercise, answer.code, lie, reachable=True)
    assert answer.fails not in [item.name for item in within_reach.failed], "the lie is none"


@pytest.mark.parametrize(("problem", "exercise"), EXERCISES)
def test_right_answers_are_right(problem, exercise):
    for answer in corpus(problem, exercise):
        if answer.right:
            report = judge(problem, exercise, answer.code)
            assert report.passed, (answer.label, [str(item) for item in report.failed])


# What a witness is to the student's code


@check
def asks_once(student, draw):
    net, x = student.witness(conditioners.Conditioner, 3, draw.integer(0, 100)), draw.normal(2, 3)
    due = net(x)
    found = student(net, x)
    yield "values", lambda: all(bool(same(f, d)) for f, d in zip(found, due, strict=True)), ""
    yield "one more call", lambda: net.method("calls") == 2, ""


@pytest.mark.parametrize(
    "student",
    [
        lambda net, x: net(x),
        lambda net, x: net(x=x),
        lambda net, x: copy.deepcopy(net).double().eval()(x),
        lambda net, x: torch.stack(net(x)).detach().clone(),
    ],
    ids=["by position", "by keyword", "as a module", "detached"],
)
def test_a_witness_is_called_as_the_object_itself(student):
    here = asks_once.judge(Part(Local(), student), 1)
    with in_a_child(lambda: student) as side:
        there = asks_once.judge(side.fetch("student"), 1)
    assert there.passed, [str(item) for item in there.failed]
    assert [item.passed for item in here.items if item.name == "values"] == [True]


def test_what_comes_from_a_network_has_a_graph_and_no_gradient_for_its_input():
    def graphs(net, x):
        x.requires_grad_()
        out = net(x)[0]
        (slope,) = torch.autograd.grad(out.sum(), x, allow_unused=True)
        return out.requires_grad, slope is None

    with in_a_child(lambda: graphs) as side:
        student = side.fetch("student")
        assert tuple(student(student.witness(conditioners.Chain, 0.5), torch.ones(1, 3))) == (True, True)


def test_a_witness_shows_what_it_means_to_show_and_nothing_else():
    def looks(make, mask):
        layer = make(mask)
        hidden = [name for name in ("weight", "ends", "passes", "__dict__x", "nothing") if hasattr(layer, name)]
        return layer.in_features, layer.out_features, hidden

    with in_a_child(lambda: looks) as side:
        student = side.fetch("student")
        assert tuple(student(student.witness(conditioners.Patches), torch.ones(2, 3))) == (3, 2, [])


def test_what_a_witness_refuses_is_raised_where_it_was_called():
    def careless(bound, x):
        try:
            return bound(x, x)
        except ValueError as error:
            return str(error)

    with in_a_child(lambda: careless) as side:
        student = side.fetch("student")
        assert "do not fit together" in student(student.witness(importance.Tally), torch.ones(1, 3))
        assert side.over is None


@pytest.mark.parametrize("shape", [(5000, 1), (10**6, 0)], ids=str)
@pytest.mark.parametrize("wrapped", [False, True], ids=["plain", "in a list"])
def test_no_call_is_so_large_that_the_grader_runs_out_of_memory(shape, wrapped):
    def greedy(make, ones):
        layer = make(torch.ones(3000, shape[1]))  # 3,000 outputs for each row
        try:
            return layer([torch.ones(shape)] if wrapped else torch.ones(shape))
        except ValueError as error:
            return str(error)

    with in_a_child(lambda: greedy) as side:
        student = side.fetch("student")
        patches = student.witness(conditioners.Patches)
        assert "numbers at once" in student(patches, torch.ones(1))
        assert patches.method("run") == []
        assert side.over is None


def test_what_cannot_cross_is_an_error_of_the_answer():
    with in_a_child(lambda: lambda bound, x: bound(x, object())) as side:
        student = side.fetch("student")
        with pytest.raises(Broken, match="TypeError"):
            student(student.witness(importance.Tally), torch.ones(1, 3))
        assert side.over is None


def test_a_witness_of_an_earlier_question_is_gone():
    class Keeper:
        kept = None

        def __call__(self, net, x):
            Keeper.kept = Keeper.kept or net
            return Keeper.kept(x)[0]

    with in_a_child(lambda: Keeper()) as side:
        side.seed(1)
        side.fetch("student")(side.fetch("student").witness(conditioners.Chain, 0.5), torch.ones(1, 3))
        side.seed(2)
        with pytest.raises(Ended, match="disturbed"):
            side.fetch("student")(torch.zeros(1), torch.ones(1, 3))


def test_threads_of_an_answer_ask_one_after_the_other():
    def in_threads(net, x):
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(4) as pool:
            return torch.cat([out[0].detach() for out in pool.map(net, x.split(1))])

    x = torch.arange(60.0).reshape(20, 3).double()
    with in_a_child(lambda: in_threads) as side:
        student = side.fetch("student")
        net = student.witness(conditioners.Conditioner, 3, 5)
        assert same(student(net, x), net(x)[0].detach())
        assert net.method("calls") == 21


# What a process may send instead


def asking(**changes):
    """A side whose other end, asked to call something, asks a witness in its turn, in this way."""
    call = {"id": 1, "kind": "ask", "witness": -1, "args": (torch.ones(1, 3),), "kwargs": {}, **changes}
    sent = []

    class Channel:
        def send(self, content, deadline):
            sent.append(content)

        def receive(self, deadline):
            if len(sent) > 3:
                raise wire.Late
            content = wire.pack({name: value for name, value in call.items() if value is not None})
            header, _ = wire.LENGTHS.unpack(content[: wire.LENGTHS.size])
            rest = content[wire.LENGTHS.size :]
            return rest[:header], rest[header:]

    side = Remote(Channel())
    side.allow(10)
    return side, Part(side, Elsewhere(1)).witness(conditioners.Chain, 0.5), sent


def test_who_only_asks_is_too_slow():
    side, chain, sent = asking()
    with pytest.raises(Ended) as ended:
        side.call(Elsewhere(1), None, (), {})
    assert ended.value.state == "timeout"
    assert chain.method("calls") == len(sent) - 1


@pytest.mark.parametrize(
    "changes",
    [
        {"id": 2},
        {"id": None},
        {"witness": -2},
        {"witness": 1},
        {"witness": True},
        {"witness": None},
        {"args": [torch.ones(1, 3)]},
        {"args": None},
        {"kwargs": None},
        {"kwargs": {1: 2}},
        {"kind": "asks"},
    ],
    ids=str,
)
def test_what_is_no_call_of_a_witness_ends_the_conversation(changes):
    side, chain, _ = asking(**changes)
    with pytest.raises(Ended):
        side.call(Elsewhere(1), None, (), {})
    assert chain.method("calls") == 0


def test_gradients_of_what_was_made_from_witnesses():
    """A backward pass in the student's process may ask as well."""

    class Late(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x, net):
            ctx.net = net
            return x.clone()

        @staticmethod
        def backward(ctx, slope):
            return slope * ctx.net(torch.ones(1, 2).double())[1].detach()[0, 0], None

    with in_a_child(lambda: lambda net, x: Late.apply(x, net)) as side:
        student, x = side.fetch("student"), torch.ones(2, dtype=torch.float64, requires_grad=True)
        net = student.witness(conditioners.Chain, 0.5, None, 3.0)
        assert same(gradients(tensor(student(net, x)), x)[0], torch.full((2,), 3.0))
        assert net.method("calls") == 1
