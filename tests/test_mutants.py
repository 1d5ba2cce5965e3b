"""Mutants: each kind of slip is made, in the solution only, once each and in a fixed order."""

import ast

import pytest

from helpers.grading import source
from helpers.grading.mutants import mutants


def cell(*lines: str, head: str = "def f(a: Tensor, b: Tensor, n: int):") -> str:
    """An exercise's cell with these lines as its solution."""
    return "\n".join([head, '    """Do it."""', "    ### BEGIN SOLUTION", *(f"    {line}" for line in lines)]) + (
        "\n    ### END SOLUTION\n"
    )


def changes(*lines: str) -> list[str]:
    return [mutant.change for mutant in mutants(cell(*lines), imported={"F", "torch"})]


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("return a < b", "return a <= b"),
        ("return a < b", "return a >= b"),
        ("return a == b", "return a != b"),
        ("return a + b", "return a - b"),
        ("return a + b", "return a"),
        ("return a + b", "return b"),
        ("return a * b", "return a / b"),
        ("return a - b", "return b - a"),
        ("return a @ b", "return b @ a"),
        ("return -a", "return a"),
        ("return a.exp()", "return -a.exp()"),
        ("return a.sum(1)", "return a.mean(1)"),
        ("return a.mean(1)", "return a.sum(1)"),
        ("return a.sum(1)", "return a.sum(0)"),
        ("return a.sum(1)", "return a.sum(2)"),
        ("return a.softmax(dim=1)", "return a.softmax(dim=0)"),
        ("return a.softmax(dim=1)", "return a.log_softmax(dim=1)"),
        ("return a.max()", "return a.min()"),
        ("return min(a, b)", "return max(a, b)"),
        ("return a.detach()", "return a"),
        ("return F.relu(a)", "return a"),
        ("return self.conv(a)", "return a"),
        ("return a.tanh()", "return a"),
        ("return f(n, b)", "return f(b, n)"),
        ("return f(x=n, y=b)", "return f(x=b, y=n)"),
        ("return F.loss(a, reduction='none')", "return F.loss(a)"),
        ("return F.loss(a, reduction='none')", "return F.loss(a, reduction='sum')"),
        ("return f(n, 'A')", "return f(n, 'B')"),
        ("return f(n, True)", "return f(n, False)"),
        ("return 0.5 * n", "return 1.0 * n"),
        ("return a[n:]", "return a[:]"),
        ("return a.f()", "return b.f()"),
        ("return (a, b)", "return (b, a)"),
        ("return a if n else b", "return b if n else a"),
        ("return a and n", "return a or n"),
        ("return not n", "return n"),
        ("return list(range(n))", "return list(range(n - 1))"),
        ("return [x for x in a if x > n]", "return [x for x in a]"),
        ("a += b", "a -= b"),
    ],
)
def test_a_slip_of_the_pen_is_made(line, wrong):
    assert f"{line} -> {wrong}" in changes(line)


@pytest.mark.parametrize(
    "line", ["optimizer.zero_grad()", "a[0] = 1", "self.total = n", "a += b", "for x in a:", "a = b", "break"]
)
def test_a_statement_is_forgotten(line):
    if line == "break":
        assert "break -> (left out)" in changes("while n:", "    break")
    elif line.endswith(":"):
        assert f"{line} -> (left out)" in changes(line, "    n += x")
    else:
        assert f"{line} -> (left out)" in changes(line)


def test_what_would_only_crash_is_not_made():
    """A first assignment or a `return` left out fails at once and would flatter every check."""
    assert not [change for change in changes("total = a.f()", "return total") if "(left out)" in change]
    assert "total = total.f() -> (left out)" in changes("total = a.f()", "total = total.f()", "return total")


def test_conditions_are_negated_and_taken_for_granted():
    found = changes("if n > 0:", "    a = b", "return a")
    assert "if n > 0: -> if not n > 0:" in found
    assert "if n > 0: -> a = b" in found
    assert "if n > 0: -> (left out)" in found
    assert "while n > 0: -> while not n > 0:" in changes("while n > 0:", "    n -= 1")


def test_no_grad_is_dropped_and_its_body_kept():
    mutant = next(m for m in mutants(cell("with torch.no_grad():", "    a = b", "return a")) if "with" in m.change)
    assert "no_grad" not in mutant.code
    assert "    a = b\n    return a" in mutant.code


def test_parameters_of_one_type_are_confused_and_others_are_not():
    found = changes("return a.f(n)")
    assert "return a.f(n) -> return b.f(n)" in found
    assert not any("f(a)" in change or "f(b)" in change for change in found)


def test_a_method_that_only_copies_memory_is_kept():
    assert "return a.contiguous() -> return a" not in changes("return a.contiguous()")


def test_only_the_solution_is_changed():
    region = "    ### BEGIN SOLUTION\n    a = a + n\n    ### END SOLUTION\n"
    code = f"def f(a, n=1 + 2):\n    n = n + 7\n{region}    return a + 9\n"
    found = mutants(code)
    assert found
    for mutant in found:
        assert "n=1 + 2" in mutant.code
        assert "n = n + 7" in mutant.code
        assert "return a + 9" in mutant.code


def test_mutants_parse_differ_and_come_in_the_same_order():
    code = cell("for x in range(n):", "    if x:", "        continue", "    a = -a + b * x", "return a.sum(0)")
    first, second = mutants(code), mutants(code)
    assert first == second
    texts = [mutant.code for mutant in first]
    assert len(set(texts)) == len(texts)
    assert ast.unparse(ast.parse(code)) not in texts
    for text in texts:
        compile(text, "<mutant>", "exec")


def test_a_mutant_that_python_refuses_is_not_made():
    """Dropping the loop around a `break` alone would leave a syntax error."""
    found = changes("with a:", "    for x in b:", "        break", "return a")
    assert "with a: -> for x in b:" in found
    assert found


def computes(code):
    """Whether a solution does anything but return words or numbers that are written there."""
    body = ast.parse(code).body[-1].body[1:]  # behind the docstring
    try:
        return not all(isinstance(ast.literal_eval(statement.value), object) for statement in body)
    except (AttributeError, ValueError):
        return True


def test_a_solution_of_words_computes_nothing():
    assert not computes('def f():\n    """Say it."""\n    return "p(A)", {"B": 1}')
    assert computes('def f(x):\n    """Twice."""\n    return 2 * x')


@pytest.mark.parametrize("problem", source.problems())
def test_every_exercise_that_computes_has_mutants(problem):
    counts = {
        name: len(mutants(exercise.code, {"F", "nn", "torch"}))
        for name, exercise in source.load(problem).exercises.items()
        if computes(exercise.code)
    }
    assert min(counts.values()) >= 3, counts  # a formula of two symbols has few
    assert sum(counts.values()) >= 10 * len(counts)
