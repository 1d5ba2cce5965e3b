# %% [markdown] title="Tiny" reading=2 machine=1
# # Tiny
#
# ![What a run makes](expected/curve.png)

# %% tags=["parameters"]
PRESET = "laptop"
DATASET = "digits"
SEED = 0

# %% [markdown]
# The mean of $n$ numbers $x_i$ is $\frac 1 n \sum_i x_i$. ∑ and نام stay as they are.

# %% tags=["setup"]
# ruff: noqa: E402
import contextlib
import io
import sys
import time
import warnings
from pathlib import Path
from types import SimpleNamespace


class Report(float):
    """A stand-in for the workbook's own Report: a float with an explanation."""

    def __new__(cls, score, advice):
        report = super().__new__(cls, score)
        report.advice = advice
        return report

    def __repr__(self):
        return f"{float(self):g}"

    def _repr_html_(self):
        return f"<p dir='auto'>{self.advice}</p>"


def check(properties):
    """Judge a function by `(test, advice)` pairs, silently."""

    def judge(student, points=1.0):
        with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
            failed = []
            for test, advice in properties:
                with warnings.catch_warnings(), contextlib.suppress(Exception):
                    warnings.simplefilter("always")
                    if test(student):
                        continue
                failed.append(advice)
        return Report(points * (1 - len(failed) / len(properties)), " ".join(failed) or "Right.")

    return judge


checks = SimpleNamespace(
    tiny=SimpleNamespace(
        mean=check(
            [
                (lambda mean: mean([1.0, 2.0, 6.0]) == 3, "Three numbers: divide by how many there are."),
                (lambda mean: mean([5.0, 5.0]) == 5, "Equal numbers: their mean should be that number."),
                (lambda mean: mean([5.0]) == 5, "One number: it should be its own mean."),
                (lambda mean: mean([-2.0, 2.0]) == 0, "Opposite numbers: they should cancel."),
            ]
        ),
        Counter=check([(lambda counter: counter().add(2).total == 2, "The total should grow by what is added.")]),
    )
)


# %% exercise="mean" points=4 minutes=3 lines=1
def mean(numbers: list[float]) -> float:
    """The arithmetic mean.

    Args:
        numbers: At least one number.
    """
    ### BEGIN SOLUTION
    return sum(numbers) / len(numbers)
    ### END SOLUTION


# %% [markdown] hints="mean"
# - What does *n* stand for?
# - Add up first,
#   then divide:
#
#   `total / count`
# - There is a built-in function for the sum, and one for the length.

# %% check="mean"
checks.tiny.mean(mean)


# %% exercise="Counter" points=2 minutes=5 lines=2 optional=true
class Counter:
    """A running total."""

    def __init__(self):
        ### BEGIN SOLUTION
        self.total = 0
        ### END SOLUTION

    def add(self, amount: float) -> "Counter":
        """Add to the total and return the counter."""
        ### BEGIN SOLUTION
        self.total = self.total + abs(amount) * 1
        return self
        ### END SOLUTION


# %% check="Counter"
checks.tiny.Counter(Counter)

# %% tags=["train"]
time.sleep(0.01)
print("trained", file=sys.stderr)

# %% tags=["plot"] expected="curve"
print(Path.cwd().name)

# %% [markdown] answer="why" points=3 minutes=4
# Why is the mean of an empty list not defined?
#
# Give one reason.
#
# ### BEGIN SOLUTION
# There is nothing to divide by: the count of an empty list is zero.
#
# Rubric: 3 points for naming the division by zero.
# ### END SOLUTION

# %% [markdown] tags=["notes"]
# Sources and help that you used:
