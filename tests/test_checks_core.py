"""The checks' machinery: reports, guards, comparisons, and what a check must never disturb."""

import random
import subprocess
import sys
import warnings

import numpy as np
import pytest
import torch
from torch import nn

from helpers.checks.compare import dependence, gradients, same, tensor, varies
from helpers.checks.core import Check, check, checks_of, essential, remark
from helpers.checks.inputs import Draw, seed_of
from helpers.checks.learning import all_weights_learn, few_steps, that_count
from helpers.checks.report import Item, Report
from helpers.checks.subject import Broken, Local, Part


@check
def double_it(student, draw):
    """Twice the input."""
    x = draw.normal(3)
    yield essential(
        "depends on x", lambda: bool((tensor(student(x), (3,)) != student(x + 1)).all()), "It should follow x."
    )
    yield "twice x", lambda: same(student(x), 2 * x, {"This is the square.": x**2}), "It should be twice x."
    yield "has a slope of 2", lambda: _slope(student, x), "Its gradient should be 2."


def _slope(student, x):
    leaf = x.clone().requires_grad_()
    return same(gradients(tensor(student(leaf)), leaf)[0], torch.full((3,), 2.0))


def failing(report):
    return [item.name for item in report.failed]


def test_a_right_answer_earns_all_points():
    report = double_it(lambda x: 2 * x, points=4)
    assert report == 4
    assert report.passed
    assert repr(report) == "4"


def test_a_half_right_answer_earns_part_and_is_told_why():
    report = double_it(lambda x: (2 * x).detach(), points=3)
    assert repr(report) == "2"
    assert failing(report) == ["has a slope of 2"]
    assert "Its gradient should be 2." in report.text()
    assert "Its gradient should be 2." in report._repr_html_()


def test_a_known_slip_gets_its_own_advice():
    report = double_it(lambda x: x**2)
    assert report.failed[0].advice == "This is the square."


@pytest.mark.parametrize(
    ("student", "words"),
    [
        (None, "None"),
        (..., "ellipsis"),
        (lambda x: None, "`return` missing"),
        (lambda x: "two", "type str"),
        (lambda x: x.numpy(), "type ndarray"),
        (lambda x: x[:2] * 2, "shape (2,)"),
        (lambda x: x * torch.nan, "NaN"),
        (lambda x: x / 0, "infinity"),
        (lambda x: x.missing, "no attribute 'missing'"),
        (lambda x: sys.exit(0), "SystemExit"),
        (lambda: 1, "takes 0 positional arguments"),
        (lambda x: (2 * x).to("meta"), "meta"),
        (7, "not callable"),
        (nn.Linear(1, 1), "mat1 and mat2"),
    ],
)
def test_every_broken_object_earns_nothing_and_gets_one_helpful_line(student, words):
    report = double_it(student, points=2)
    assert report == 0
    reason = report.failed[0].reason
    assert words in reason
    assert "\n" not in reason


def test_an_unwritten_exercise_is_one_failing_item():
    def stub(x):
        raise NotImplementedError

    report = double_it(stub)
    assert report == 0
    assert len(report.items) == 1
    assert "not written yet" in report.items[0].reason


def test_an_exception_names_the_students_own_line(tmp_path):
    path = tmp_path / "answer.py"
    path.write_text("import torch\ndef student(x):\n    y = x.reshape(2, 5)\n    return y\n")
    space = {}
    exec(compile(path.read_text(), str(path), "exec"), space)
    assert "at your line `y = x.reshape(2, 5)`" in double_it(space["student"]).failed[0].reason


def test_a_result_that_no_comparison_can_use_fails_closed():
    @check
    def careless(student, draw):
        yield (
            "a property that forgets to look at the type first",
            lambda: bool(student().mean() > 0),
            "Return a tensor.",
        )

    report = careless(lambda: "no tensor")
    assert report == 0
    assert "AttributeError" in report.failed[0].reason


def test_an_essential_property_outweighs_all_others():
    items = (Item("a", True), Item("b", True), Item("c", False, essential=True))
    assert Report("r", items, 9) == 0
    assert Report("r", (*items[:2], Item("c", False)), 9) == 6
    assert Report("r", (), 9) == 0


def test_nbgrader_reads_the_same_points(tmp_path):
    report = Report("r", (Item("a", True), Item("b", False), Item("c", False)), 1)
    assert float(repr(report)) == pytest.approx(1 / 3, abs=1e-4)
    assert float(repr(report)) <= report.points


def test_a_report_survives_pickling():
    import pickle

    report = double_it(lambda x: x**2, points=3)
    copy = pickle.loads(pickle.dumps(report))
    assert (copy, copy.items, copy.points, copy.name) == (report, report.items, 3, "double_it")


def test_the_table_escapes_what_students_write():
    def rude(x):
        print("<script>alert(1)</script>")
        raise ValueError("<b>bold</b>")

    html = double_it(rude)._repr_html_()
    assert "<script>" not in html
    assert "<b>" not in html
    assert "&lt;script&gt;" in html


def test_code_in_a_sentence_is_set_as_code_after_escaping_and_stays_as_written_in_text():
    item = Item("`fit` returns <x>", False, "Did `x < 0` lose its `.grad`? A lone ` stays.", "`<b>rude</b>`")
    report = Report("fit", (item, Item("takes `eps`", True)))
    html = report._repr_html_()
    assert "<strong><code>fit</code> returns &lt;x&gt;</strong>" in html
    assert "Did <code>x &lt; 0</code> lose its <code>.grad</code>? A lone ` stays." in html
    assert "<code>&lt;b&gt;rude&lt;/b&gt;</code>" in html
    assert "takes <code>eps</code>" in html
    assert "Did `x < 0` lose its `.grad`?" in report.text()


def test_later_failures_are_folded_below_the_first():
    html = double_it(lambda x: x**2)._repr_html_()
    assert html.index("This is the square.") < html.index("<details>") < html.index("Its gradient should be 2.")


def test_nothing_reaches_stderr_and_the_answer_is_still_right(capfd):
    def chatty(x):
        import os

        warnings.warn("careful", stacklevel=1)
        print("hello")
        print("oops", file=sys.stderr)
        os.write(2, b"from native code\n")
        return 2 * x

    report = double_it.judge(Part(Local(), chatty), 0)
    assert report.passed
    assert capfd.readouterr().err == ""
    for word in ("careful", "hello", "oops", "from native code"):
        assert word in report.spoken


def test_no_global_state_is_changed():
    def wild(x):
        torch.manual_seed(3)
        np.random.seed(3)
        random.seed(3)
        torch.set_default_dtype(torch.float64)
        torch.rand(5)
        return 2 * x

    torch.manual_seed(11)
    np.random.seed(11)
    random.seed(11)
    with torch.no_grad():
        assert double_it(wild).passed
        assert not torch.is_grad_enabled()
    after = torch.rand(1).item(), np.random.rand(), random.random()
    torch.manual_seed(11)
    np.random.seed(11)
    random.seed(11)
    assert after == (torch.rand(1).item(), np.random.rand(), random.random())
    assert torch.get_default_dtype() == torch.float32


def test_the_same_seed_gives_the_same_report_and_other_seeds_other_inputs():
    seen = []

    def spy(x):
        seen.append(x.clone())
        return 2 * x + 0 * torch.rand(3)

    first, again, other = (double_it.judge(Part(Local(), spy), seed) for seed in (1, 1, 2))
    assert first.items == again.items == other.items
    calls = len(seen) // 3
    assert torch.equal(seen[0], seen[calls])
    assert not torch.equal(seen[0], seen[2 * calls])


def test_a_student_may_edit_the_inputs_in_place():
    def in_place(x):
        x *= 2
        return x

    assert double_it(in_place).passed


def test_float32_answers_are_right_answers():
    assert double_it(lambda x: 2 * x.float()).passed


def test_checks_outside_a_notebook_print_their_table():
    code = (
        "from helpers.checks.core import check\n"
        "@check\ndef one(student, draw):\n    yield 'is one', student() == 1, 'It should be 1.'\n"
        "one(lambda: 2)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert "It should be 1." in done.stdout
    assert done.stderr == ""


def test_checks_of_lists_the_checks_of_a_module():
    from helpers.checks import pixelcnn

    found = checks_of(pixelcnn)
    assert all(isinstance(entry, Check) and entry.__doc__ for entry in found.values())
    assert "causal_mask" in found


def test_dependence_finds_exactly_the_inputs_that_matter():
    matrix = torch.tensor([[1.0, 0, 0], [0, 0, 2], [0, 0, 0]]).double()
    draw = Draw(0)
    found = dependence(lambda x: torch.relu(x @ matrix.T), [draw.normal(3) for _ in range(20)])
    assert torch.equal(found, matrix != 0)


def test_dependence_is_not_fooled_by_a_detached_gradient():
    found = dependence(lambda x: x.detach().cumsum(1), [Draw(0).normal(4)])
    assert torch.equal(found, torch.ones(4, 4).tril().bool())


def test_a_constant_does_not_vary_with_its_arguments():
    x = torch.ones(3)
    assert varies(lambda x: 2 * x, (x,), (2 * x,))
    assert varies(lambda n: torch.ones(n), (2,), (3,))
    assert varies(lambda n: n, (2,), (2,), (3,))
    assert not varies(lambda x: 0 * x, (x,), (2 * x,))


def test_dependence_says_when_the_batch_is_lost():
    with pytest.raises(Broken, match="batch comes first"):
        dependence(lambda x: x.sum(0), [Draw(0).normal(4)])


def test_gradients_that_do_not_arrive_are_zero():
    x, y = torch.ones(2, requires_grad=True), torch.ones(2, requires_grad=True)
    found = gradients(3 * x, [x, y])
    assert [g.tolist() for g in found] == [[3, 3], [0, 0]]
    assert gradients((3 * x).detach(), x)[0].tolist() == [0, 0]


def test_a_difference_shows_the_students_value_and_never_the_one_that_was_due():
    verdict = same(torch.tensor([1.0, 123.0]), torch.tensor([1.0, 456.0]))
    assert "[1]" in verdict.reason
    assert "123" in verdict.reason
    assert "456" not in verdict.reason


def test_seeds_depend_on_every_word():
    assert len({seed_of("a", "b"), seed_of("b", "a"), seed_of("ab"), seed_of("a", "b", "")}) == 4


# What is only remarked upon


@check
def remarked(student, draw):
    yield "counts", student(1) == 2, "It should be 2."
    yield remark("is remarked upon", student(2) == 4, "It might be 4.")


def test_a_remark_is_said_and_costs_nothing():
    report = remarked.judge(Part(Local(), lambda n: 2), 0, points=3)
    assert report == 3
    assert [item.name for item in report.failed] == ["is remarked upon"]
    assert "It might be 4." in report.text()
    assert "This costs no points." in report.text()
    assert "This costs no points." in report._repr_html_()


def test_a_remark_earns_nothing():
    assert remarked.judge(Part(Local(), lambda n: 2 * n if n == 2 else 0), 0, points=3) == 0


# Learning, confirmed from outside


def test_a_gradient_counts_where_the_loss_moves_with_the_weight():
    layer = nn.Linear(3, 2).double()
    x = torch.randn(4, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    before = {name: p.detach().clone() for name, p in layer.named_parameters()}
    assert all_weights_learn(Part(Local(), layer), [x])
    assert all(torch.equal(p, before[name]) for name, p in layer.named_parameters())
    layer.weight.register_hook(lambda slope: torch.ones_like(slope))
    verdict = all_weights_learn(Part(Local(), layer), [x])
    assert not verdict
    assert "weight" in verdict.reason


def test_steps_that_change_nothing_are_noticed():
    layer = nn.Linear(3, 2).double()
    assert few_steps(Part(Local(), layer), torch.ones(4, 3).double())

    class Deaf(Local):
        def load(self, handle, values):
            pass

    assert not few_steps(Part(Deaf(), layer), torch.ones(4, 3).double())


def test_frozen_weights_do_not_learn_and_a_frozen_mask_need_not():
    layer, x = nn.Linear(3, 2).double(), torch.ones(4, 3).double()
    layer.weight.requires_grad_(False)
    assert not all_weights_learn(Part(Local(), layer), [x])
    assert not few_steps(Part(Local(), layer), x)
    layer.weight.data.fill_(1)
    assert all_weights_learn(Part(Local(), layer), [x])
    layer.table = nn.Parameter(torch.zeros(3), requires_grad=False)
    assert "table has no influence" in all_weights_learn(Part(Local(), layer), [x]).reason


class Told(nn.Linear):
    """A layer that says it has more parameters: one that does nothing, and its weight under another name."""

    def named_parameters(self, *args, **kwargs):
        yield "again", self.weight
        yield from super().named_parameters(*args, **kwargs)
        yield "idle", nn.Parameter(torch.zeros(5).double())


def test_parameters_count_that_have_an_influence_of_their_own():
    layer, x = Told(3, 2).double(), torch.ones(4, 3).double()
    before = layer.weight.detach().clone()
    found = that_count(Part(Local(), layer), [x])
    assert {name: tuple(p.shape) for name, p in found.items()} == {"weight": (2, 3), "bias": (2,)}
    assert torch.equal(layer.weight, before)
