"""Objects of another process: whatever its replies are, a check sees a value, `Broken`, or the end.

Honest objects agree with objects of this process, gradient by gradient.
"""

import contextlib
import gc
import math
import random
import socket
import threading

import pytest
import torch
from torch import nn

from helpers.checks import doubles
from helpers.checks.compare import gradients, tensor
from helpers.checks.subject import Broken, Elsewhere, Local, NotWritten, Part
from helpers.grading.inside import wire
from helpers.grading.inside.runtime import Runtime
from helpers.grading.standin import Ended, Remote
from tests.grading.beside import in_a_child
from tests.patience import PATIENCE


def read(content):
    header, blob = wire.LENGTHS.unpack(content[: wire.LENGTHS.size])
    assert len(content) == wire.LENGTHS.size + header + blob
    return content[wire.LENGTHS.size :][:header], content[wire.LENGTHS.size + header :]


class Scripted:
    """A channel whose other end gives the replies of a script."""

    def __init__(self, answer):
        """`answer(request)` gives a reply without its number, or one that has one."""
        self.answer, self.requests, self.reply = answer, 0, None

    def send(self, content, deadline):
        self.requests += 1
        request = wire.unpack(*read(content), lambda part: part, wire.named)
        self.reply = wire.pack({"id": request["id"], **self.answer(request)})

    def receive(self, deadline):
        return read(self.reply)


MODULE = Elsewhere(1, ("w",), "a module")
HONEST = {
    "run": {"error": "", "syntax": False},
    "seed": {},
    "fetch": {"value": MODULE},
    "call": {"value": torch.ones(3), "call": 5, "tracked": [True]},
    "vjp": {"tensors": [torch.ones(3)], "modules": [{"w": torch.ones(2)}]},
    "parameters": {"value": {"w": torch.ones(2)}, "frozen": []},
    "gradients": {"value": {"w": torch.ones(2)}},
    "load": {"value": {"w": torch.zeros(2)}, "frozen": []},
}


def honestly(request):
    return {"kind": "value", **HONEST[request["do"]]}


def call_and_differentiate(side):
    module = Part(side, MODULE)
    learning = [p for p in module.parameters().values() if p.requires_grad]
    x = torch.zeros(3, requires_grad=True)
    return gradients(tensor(module(x)), [x, *learning])


USES = {
    "run": lambda side: side.run("x = 1", "cell"),
    "seed": lambda side: side.seed(3),
    "fetch": lambda side: side.fetch("student"),
    "call": lambda side: Part(side, MODULE)(torch.zeros(3)),
    "vjp": call_and_differentiate,
    "parameters": lambda side: Part(side, MODULE).parameters(),
    "gradients": lambda side: Part(side, MODULE).gradients(),
    "load": lambda side: Part(side, MODULE).load({"w": torch.zeros(2)}),
}


def facing(do, reply):
    """A side whose other end is honest until it is asked to do something; then it gives this reply."""
    channel = Scripted(lambda request: reply if request["do"] == do else honestly(request))
    side = Remote(channel)
    side.allow(10)
    return side, channel


def ends(side, channel, use):
    """Whether a use ends the side, for good and at once."""
    with pytest.raises(Ended) as ended:
        use(side)
    assert side.over is ended.value
    assert ended.value.state == "crash"
    asked = channel.requests
    for other in USES.values():
        with pytest.raises(Ended):
            other(side)
    return channel.requests == asked


@pytest.mark.parametrize("do", USES)
def test_an_honest_reply(do):
    side, _ = facing(do, {"kind": "value", **HONEST[do]})
    USES[do](side)
    assert side.over is None


@pytest.mark.parametrize("do", USES)
@pytest.mark.parametrize(
    "number", [0, 999, -1, 1.0, True, None, "1", torch.tensor(1), torch.ones(2), [1], {}, Elsewhere(1), 2**70]
)
def test_a_reply_of_another_number(do, number):
    side, channel = facing(do, {"id": number, "kind": "value", **HONEST[do]})
    assert ends(side, channel, USES[do])


@pytest.mark.parametrize("do", USES)
@pytest.mark.parametrize("kind", [None, "", "Value", 3, True, ["value"], torch.ones(2), {"value": 1}, b"value"])
def test_a_reply_of_no_kind(do, kind):
    side, channel = facing(do, {**HONEST[do], "kind": kind})
    assert ends(side, channel, USES[do])


ANYTHING = [("call", "value"), ("fetch", "value")]  # which may be of any type
NEEDED = [(do, field) for do in USES for field in HONEST[do] if (do, field) not in ANYTHING]


@pytest.mark.parametrize(("do", "field"), NEEDED)
@pytest.mark.parametrize("value", [None, 1.5, (), "\ud800", torch.ones(2), Elsewhere(3)])
def test_a_field_of_another_type(do, field, value):
    if (do, field, value) == ("run", "error", "\ud800"):  # which is a string
        value = 3
    side, channel = facing(do, {"kind": "value", **HONEST[do], field: value})
    assert ends(side, channel, USES[do])


@pytest.mark.parametrize(("do", "field"), [(do, field) for do in USES for field in HONEST[do]])
def test_a_field_that_is_missing(do, field):
    left = {name: value for name, value in HONEST[do].items() if name != field}
    side, channel = facing(do, {"kind": "value", **left})
    assert ends(side, channel, USES[do])


@pytest.mark.parametrize("do", ["call", "vjp", "parameters", "gradients", "load"])
@pytest.mark.parametrize(("kind", "error"), [("not written", NotWritten), ("broken", Broken)])
def test_what_the_students_code_raises_is_no_end(do, kind, error):
    side, _ = facing(do, {"kind": kind, "message": "It raised\n\n ZeroDivisionError." + "x" * 10**5})
    with pytest.raises(error) as raised:
        USES[do](side)
    assert not isinstance(raised.value, Ended)
    assert side.over is None
    assert str(raised.value).startswith("It raised ZeroDivisionError.")
    assert len(str(raised.value)) < 3000


@pytest.mark.parametrize("message", [None, 3, torch.ones(2)])
def test_a_message_that_is_none(message):
    side, channel = facing("call", {"kind": "broken", "message": message})
    assert ends(side, channel, USES["call"])


@pytest.mark.parametrize(
    "tensors",
    [
        [],
        [torch.ones(3), torch.ones(3)],
        [torch.ones(4)],
        [torch.ones(3, 1)],
        [torch.tensor(1.0)],
        [torch.ones(3, dtype=torch.complex64)],
        [1.0],
        ["x"],
        [[torch.ones(3)]],
        [Elsewhere(1)],
    ],
)
def test_gradients_of_another_form(tensors):
    side, channel = facing("vjp", {"kind": "value", "tensors": tensors, "modules": [{"w": torch.ones(2)}]})
    assert ends(side, channel, USES["vjp"])


@pytest.mark.parametrize("modules", [[], [{"w": torch.ones(3)}], [{"w": 1}], [{"w": "x"}]])
def test_gradients_of_parameters_of_another_form(modules):
    side, channel = facing("vjp", {"kind": "value", "tensors": [torch.ones(3)], "modules": modules})
    assert ends(side, channel, USES["vjp"])


@pytest.mark.parametrize("tracked", [[], [True, True]])
def test_more_or_fewer_marks_than_tensors(tracked):
    side, channel = facing("call", {"kind": "value", **HONEST["call"], "tracked": tracked})
    assert ends(side, channel, USES["call"])


@pytest.mark.parametrize("mark", [None, 1, 0.5, "yes", torch.ones(3), [True], Elsewhere(1)])
def test_only_true_marks_a_gradient(mark):
    side, _ = facing("call", {"kind": "value", **HONEST["call"], "tracked": [mark]})
    assert not Part(side, MODULE)(torch.zeros(3, requires_grad=True)).requires_grad


def test_a_tensor_without_gradients_is_not_believed_to_have_one():
    side, _ = facing("call", {"kind": "value", "value": torch.arange(3), "call": 1, "tracked": [True]})
    assert not Part(side, MODULE)(torch.zeros(3, requires_grad=True)).requires_grad


def test_undefined_gradients_arrive_as_such():
    reply = {"kind": "value", "tensors": [torch.full((3,), math.nan)], "modules": [{"w": torch.full((2,), math.inf)}]}
    side, _ = facing("vjp", reply)
    at_x, at_w = USES["vjp"](side)
    assert at_x.isnan().all()
    assert at_w.isinf().all()


ODD = [
    None,
    True,
    -1,
    10**4000,
    math.nan,
    "x",
    "\udfff",
    b"\0",
    1 + 1j,
    (),
    [[]],
    {"w": None},
    {1: torch.ones(2)},
    {(1, 2): {3}},
    {"w": torch.ones(3)},
    {"w": torch.ones(0, 3, dtype=torch.int64), "": torch.tensor(True)},
    {"w": torch.ones(2, dtype=torch.complex128)},
    frozenset({None}),
    Elsewhere(-(2**70), ("w",) * 3, "w" * 500),
    Elsewhere(7),
    torch.ones(3),
    torch.ones(2, 2, dtype=torch.complex64),
    torch.tensor(math.nan, dtype=torch.float16),
    torch.zeros(0),
    [torch.ones(3), None],
    [True, torch.ones(3)],
    [{"w": torch.ones(2)}, {"w": 3}],
    {torch.ones(2)},
]


def test_replies_of_odd_values_give_a_value_or_the_end():
    """Nothing else comes out of a check's question, whatever fields and values the replies have."""
    rng, outcomes = random.Random(5), {"value": 0, "broken": 0, "ended": 0}
    for _ in range(4000):
        wrong = rng.choice(list(HONEST))
        use = rng.choice([USES.get(wrong, call_and_differentiate), call_and_differentiate])
        fields = {name: rng.choice([value, *rng.sample(ODD, 3)]) for name, value in HONEST[wrong].items()}
        kind = rng.choice(["value"] * 8 + ["broken", "not written", None])
        reply = {"kind": kind, "message": rng.choice([*ODD, *["text"] * len(ODD)]), **fields}
        side, _ = facing(wrong, reply)
        side.asked = []
        with contextlib.suppress(Broken):
            use(side)
        try:
            use(side)
            outcomes["value"] += 1
        except Ended:
            outcomes["ended"] += 1
        except Broken:
            outcomes["broken"] += side.over is None
    assert min(outcomes.values()) > 50, outcomes


# Over a real channel


@contextlib.contextmanager
def talking(talk, seconds=PATIENCE):
    """A side and what its other end does with its socket."""
    ours, theirs = socket.socketpair()
    other = threading.Thread(target=_talk, args=(talk, theirs))
    other.start()
    descriptor = ours.detach()
    side = Remote(wire.Channel(descriptor, descriptor))
    side.allow(seconds)
    yield side
    side.channel.close()
    other.join()
    theirs.close()


def _talk(talk, theirs):
    with contextlib.suppress(OSError):
        talk(theirs)
        while theirs.recv(65536):
            continue


def reply(number=1, **fields):
    return wire.pack({"id": number, "kind": "value", **fields})


def late(theirs):
    theirs.recv(65536)


def closed(theirs):
    theirs.recv(65536)
    theirs.shutdown(socket.SHUT_RDWR)


def truncated(theirs):
    theirs.sendall(reply()[:-1])
    theirs.shutdown(socket.SHUT_WR)


def incomplete(theirs):
    theirs.sendall(reply()[:-1])


def junk(theirs):
    theirs.sendall(bytes(range(256)))


def too_long(theirs):
    theirs.sendall(wire.LENGTHS.pack(2**40, 2**40))


def flood(theirs):
    while True:
        theirs.sendall(bytes([255]) * 2**16)


def pickled(theirs):
    theirs.sendall(wire.LENGTHS.pack(20, 0) + b"\x80\x04\x95\x0f\0\0\0\0\0\0\0}\x94." + bytes(6))


@pytest.mark.parametrize(
    ("talk", "state"),
    [
        (late, "timeout"),
        (incomplete, "timeout"),
        (closed, "crash"),
        (truncated, "crash"),
        (junk, "crash"),
        (too_long, "crash"),
        (flood, "crash"),
        (pickled, "crash"),
    ],
)
def test_what_is_no_reply_ends_the_conversation(talk, state):
    with talking(talk, 0.5 if state == "timeout" else PATIENCE) as side:
        with pytest.raises(Ended) as ended:
            side.seed(3)
        assert ended.value.state == state
        assert side.over is ended.value
        with pytest.raises(Ended):
            side.fetch("student")


def test_a_second_reply_is_no_answer_to_the_next_question():
    def eager(theirs):
        theirs.sendall(reply(1) + reply(1, value=None))

    with talking(eager) as side:
        side.seed(3)
        with pytest.raises(Ended):
            side.fetch("student")


def test_a_reply_before_its_question_can_be_no_more_than_a_guess():
    """Numbers are no secret: who answers beforehand answers without knowing what was asked, which earns nothing."""

    def early(theirs):
        theirs.sendall(reply(1, error="", syntax=False))

    with talking(early) as side:
        assert side.run("x = 1", "cell") == ("", False)


def test_a_student_who_does_not_read_is_too_slow():
    over = threading.Event()

    def deaf(theirs):
        over.wait()

    with talking(deaf, 0.5) as side:
        with pytest.raises(Ended) as ended:
            Part(side, Elsewhere(1))(torch.zeros(2**22))
        assert ended.value.state == "timeout"
        over.set()


def test_a_cell_that_no_message_holds_is_an_error_of_the_cell():
    side, channel = facing("run", {"kind": "value", "error": "", "syntax": False})
    error, syntax = side.run("x = '" + "x" * wire.HEADER_LIMIT + "'", "cell")
    assert "too large" in error
    assert not syntax
    assert channel.requests == 0
    assert side.run("x = 1", "cell") == ("", False)


# Honest objects: the same on both sides


def on_both_sides(make_student, use):
    """What a use finds of an object of this process, after asserting that it finds the same in a child."""
    here = use(Part(Local(), make_student()))
    with in_a_child(make_student) as side:
        there = use(side.fetch("student"))
        assert side.over is None
    assert len(here) == len(there)
    for ours, theirs in zip(here, there, strict=True):
        assert type(ours) is type(theirs)
        if isinstance(ours, torch.Tensor):
            assert ours.dtype == theirs.dtype
            torch.testing.assert_close(theirs, ours, rtol=0, atol=0)
        else:
            assert ours == theirs
    return here


def leaf(*values):
    return torch.tensor(values, dtype=torch.float64, requires_grad=True)


def grad(output, *inputs, **options):
    return list(torch.autograd.grad(output.sum(), inputs, **options))


def test_tensors_by_keyword_and_in_containers():
    def weighted(x, *, weights, pair, scale=2.0):
        return x * weights["a"] + pair[0] * pair[1] * scale

    def use(student):
        x, a, p, q = leaf(1, 2), leaf(3, 4), leaf(5, 6), leaf(7, 8)
        return grad(student(x, pair=(p, q), weights={"a": a}, scale=3.0), x, a, p, q)

    assert on_both_sides(lambda: weighted, use)[2].tolist() == [21, 24]


def test_nested_outputs():
    def nested(x):
        return {"sum": x.sum(), "both": (x**2, [x**3, "label", 3]), "none": None}

    def use(student):
        x = leaf(1, 2)
        told = student(x)
        (square, (cube, label, three)) = told["both"]
        assert (label, three, told["none"]) == ("label", 3, None)
        together = told["sum"] + square.sum() + cube.sum()
        return [*grad(cube, x, retain_graph=True), *grad(told["sum"], x, retain_graph=True), *grad(together, x)]

    assert on_both_sides(lambda: nested, use)[2].tolist() == [1 + 2 + 3, 1 + 4 + 12]


def test_outputs_that_are_inputs():
    def same(x, y):
        return x, y, x * y, x

    def use(student):
        x, y = leaf(1, 2), leaf(3, 4)
        first, second, product, again = student(x, y)
        return [*grad(first + 2 * second + product + again, x, y), first.detach(), again.detach()]

    assert on_both_sides(lambda: same, use)[0].tolist() == [1 + 3 + 1, 1 + 4 + 1]


def test_outputs_of_integers_and_truths():
    def counted(x):
        return x * 2, (x > 1), x.long(), x.detach()

    def use(student):
        x = leaf(0, 3)
        double, larger, whole, constant = student(x)
        assert [t.requires_grad for t in (double, larger, whole, constant)] == [True, False, False, False]
        return [*grad(double * whole + larger, x), larger, whole]

    on_both_sides(lambda: counted, use)


def test_an_output_that_nobody_uses():
    def several(x):
        return x**2, x**3

    def use(student):
        x = leaf(1, 2)
        return grad(student(x)[0], x)

    on_both_sides(lambda: several, use)


def test_an_input_that_is_not_used():
    def first(x, y):
        return x * 2

    def use(student):
        x, y = leaf(1, 2), leaf(3, 4)
        at_x, at_y = grad(student(x, y), x, y, allow_unused=True)
        assert at_y is None
        return [at_x]

    on_both_sides(lambda: first, use)


def test_complex_numbers():
    def turned(x):
        return torch.polar(torch.ones_like(x), x)

    def use(student):
        x = leaf(0.5, 2)
        z = student(x)
        assert z.dtype == torch.complex128
        return [z.detach(), *grad(z.real + 2 * z.imag, x)]

    on_both_sides(lambda: turned, use)


def test_lower_precision():
    def scaled(x):
        return x * 3

    def use(student):
        x = torch.ones(2, dtype=torch.bfloat16, requires_grad=True)
        return [student(x).detach(), *grad(student(x), x)]

    assert on_both_sides(lambda: scaled, use)[1].dtype == torch.bfloat16


def test_an_input_in_several_places():
    def product(x, y, z):
        return x * y * z

    def use(student):
        x = leaf(2, 3)
        return grad(student(x, x, x.detach()), x)

    assert on_both_sides(lambda: product, use)[0].tolist() == [8, 18]


def test_modules_of_the_same_names_get_their_own_gradients():
    def both(f, g, x):
        return f(x) + 10 * g(x) ** 2

    def use(student):
        x = leaf(2, 3)
        f, g = student.beside(doubles.Scale, leaf(1, 1).detach()), student.beside(doubles.Scale, leaf(4, 5).detach())
        ws = [f.parameters()["w"], g.parameters()["w"]]
        return [*grad(student(f, g, x), *ws, x), *grad(student(g, f, x), *ws), *grad(student(f, f, x), ws[0])]

    found = on_both_sides(lambda: both, use)
    assert not torch.equal(found[0], found[1])


def test_modules_nested_in_arguments():
    def ensemble(members, x, *, last):
        return last["critic"](sum(member(x) for member in members))

    def use(student):
        x = leaf(2, 3)
        made = [student.beside(doubles.Scale, leaf(i + 1, i + 2).detach()) for i in range(3)]
        ws = [module.parameters()["w"] for module in made]
        return grad(student([made[0], made[1]], x, last={"critic": made[2]}), *ws, x)

    on_both_sides(lambda: ensemble, use)


class Frozen(nn.Module):
    def __init__(self):
        super().__init__()
        self.free = nn.Parameter(torch.ones(2, dtype=torch.float64))
        self.fixed = nn.Parameter(torch.full((2,), 3.0, dtype=torch.float64), requires_grad=False)
        self.counted = nn.Parameter(torch.tensor([1, 2]), requires_grad=False)

    def forward(self, x):
        return x * self.free * self.fixed + self.counted


def test_frozen_parameters():
    def use(student):
        module, x = student(), leaf(2, 3)
        parameters = module.parameters()
        assert [p.requires_grad for p in parameters.values()] == [True, False, False]
        return [*grad(module(x), parameters["free"], x), parameters["counted"].detach()]

    on_both_sides(lambda: Frozen, use)


def test_nothing_is_tracked_without_gradients():
    def use(student):
        x = leaf(2, 3)
        with torch.no_grad():
            y = student(x)
        assert not y.requires_grad
        return [y]

    on_both_sides(lambda: lambda x: x**2, use)


def test_a_graph_may_be_used_twice():
    def use(student):
        x = leaf(2, 3)
        y = student(x)
        return [*grad(y[0], x, retain_graph=True), *grad(y[1], x, retain_graph=True), *grad(y, x)]

    on_both_sides(lambda: lambda x: x**3, use)


def test_calls_chained():
    def use(student):
        x = leaf(0.2, 0.3)
        return grad(student(student(student(x)) * x), x)

    on_both_sides(lambda: torch.sin, use)


def test_gradients_accumulate_over_backward():
    def use(student):
        x, module = leaf(2, 3), student.beside(doubles.Scale, leaf(1, 2).detach())
        w = module.parameters()["w"]
        w.grad = None
        for _ in range(2):
            student(module, x).sum().backward()
        return [x.grad, w.grad]

    on_both_sides(lambda: lambda f, x: f(x) ** 2, use)


def test_what_goes_wrong_backward_is_broken_and_no_end():
    class Wrong(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x * 2

        @staticmethod
        def backward(ctx, slope):
            raise ZeroDivisionError("backward")

    with in_a_child(lambda: Wrong.apply) as side:
        x = leaf(1, 2)
        with pytest.raises(Broken, match="ZeroDivisionError") as raised:
            grad(side.fetch("student")(x), x)
        assert not isinstance(raised.value, Ended)
        assert side.over is None


# Graphs are let go


def calls_kept():
    """How many calls the runtime of this process keeps."""
    return sum(len(one.calls) for one in gc.get_objects() if isinstance(one, Runtime))


def student_who_counts(x=None):
    return calls_kept() if x is None else x**2


@pytest.mark.parametrize("way", ["differentiated", "only called", "without gradients"])
def test_graphs_are_let_go(way):
    with in_a_child(lambda: student_who_counts) as side:
        student = side.fetch("student")
        for _ in range(1000):
            x = leaf(1, 2) if way != "without gradients" else torch.ones(2)
            y = student(x)
            if way == "differentiated":
                grad(y, x)
        del y
        assert student() < 10


def test_a_graph_is_kept_while_it_may_be_asked_for():
    with in_a_child(lambda: student_who_counts) as side:
        student, x = side.fetch("student"), leaf(1, 2)
        kept = [student(x) for _ in range(50)]
        assert student() >= 50
        assert torch.equal(*grad(kept[0], x), 2 * x)
        kept.clear()
        student(x)
        assert student() < 10


def test_a_new_question_forgets_the_last():
    with in_a_child(lambda: student_who_counts) as side:
        student, x = side.fetch("student"), leaf(1, 2)
        kept = student(x)
        side.seed(3)
        with pytest.raises(Broken):
            grad(kept, x)
        side.allow(10)
