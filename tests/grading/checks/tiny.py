"""The checks of the tiny problems, which a real course has in helpers/checks."""

from helpers.checks.core import check, essential


def _near(found, wanted):
    return abs(found - wanted) < 1e-9


@check
def mean(student, draw):
    """The sum, divided by how many there are."""
    numbers = [float(number) for number in draw.normal(3)]
    yield "three numbers", lambda: _near(student(numbers), sum(numbers) / 3), "Divide by how many there are."
    yield "equal numbers", lambda: _near(student([5.0, 5.0]), 5), "Their mean should be that number."
    yield "one number", lambda: _near(student(numbers[:1]), numbers[0]), "It should be its own mean."
    yield "opposite numbers", lambda: _near(student([numbers[0], -numbers[0]]), 0), "They should cancel."


@check
def Counter(student, draw):
    """It grows by what is added."""
    counter = student()
    counter.method("add", 2.0)
    yield essential("the total", lambda: counter.method("__getattribute__", "total") == 2, "It should grow.")


@check
def average(student, draw):
    """A mean under another name, for a second problem."""
    yield from mean.function(student, draw)


@check
def Tally(student, draw):
    """A counter under another name."""
    yield from Counter.function(student, draw)
