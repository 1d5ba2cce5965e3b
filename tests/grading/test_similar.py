"""Near-identical answers are found whatever their names and comments; what says nothing is left out."""

import pytest

from helpers.grading import similar
from helpers.grading.similar import code_tokens, compare, pairs, text_tokens

STUB = 'def spread(x: list[float], y: float) -> float:\n    """The spread."""\n    raise NotImplementedError()\n'
MODEL = """
def spread(x, y):
    m = sum(x) / len(x)
    differences = [abs(value - m) for value in x]
    return max(differences) * y if differences else float(y) + 0 * m
"""
ONE = '''
def spread(x: list[float], y: float) -> float:
    """The spread."""
    # first the mean
    total = 0.0
    for value in x:
        total += value
    mean = total / max(len(x), 1)
    largest = 0.0
    for value in x:
        if abs(value - mean) > largest:
            largest = abs(value - mean)
    return largest * y
'''
RENAMED = """
def spread(numbers, factor):
    s = 0.0
    for n in numbers:
        s += n
    m = s / max(len(numbers), 1)   # mittel
    best = 0.0
    for n in numbers:
        if abs(n - m) > best: best = abs(n - m)

    return best * factor
"""
EDITED = RENAMED.replace("return best * factor", "return factor * best")
OTHER = """
def spread(x, y):
    import statistics
    center = statistics.fmean(x) if x else 0.0
    lowest, highest = min(x, default=center), max(x, default=center)
    above, below = highest - center, center - lowest
    return y * (above if above > below else below)
"""
THIRD = """
def spread(x, y):
    values = sorted(x)
    if not values:
        return 0.0
    middle = sum(values) / len(values)
    left = middle - values[0]
    right = values[-1] - middle
    return y * max(left, right)
"""


def groups_of(answers, code=True, given=(STUB, MODEL)):
    found = compare({"spread": answers}, {"spread": given}, ["spread"] if code else [])
    return found, [(group.students, group.likeness) for group in found.groups]


def test_other_names_comments_docstrings_and_annotations_change_nothing():
    assert code_tokens(ONE) == code_tokens(RENAMED)
    assert code_tokens(ONE) != code_tokens(EDITED)
    assert code_tokens(ONE) != code_tokens(ONE.replace("max(len(x), 1)", "max(len(x), 2)"))
    assert code_tokens(ONE) != code_tokens(ONE.replace("abs(", "min("))


def test_the_names_of_libraries_and_given_attributes_stay():
    assert code_tokens("def f(x):\n return torch.exp(x)") != code_tokens("def f(x):\n return torch.log(x)")
    one = "class A:\n def f(self, x):\n  self.left = x\n  return self.left"
    assert code_tokens(one) == code_tokens(one.replace("left", "state"))


@pytest.mark.parametrize("broken", ["def f(", "x = \0", "(" * 5000, "x" * 30_000, "\ud800", "-" * 15_000 + "1"])
def test_what_is_no_program_is_not_compared(broken):
    assert code_tokens(broken) is None


def test_copies_are_grouped_with_their_likeness_and_others_are_not():
    _, found = groups_of({"ali": ONE, "sara": RENAMED, "omid": OTHER, "zahra": THIRD})
    assert found == [(("ali", "sara"), 1.0)]
    _, found = groups_of({"ali": ONE, "sara": EDITED, "omid": OTHER})
    assert [students for students, _ in found] == [("ali", "sara")]
    assert 0.8 <= found[0][1] < 1


def test_a_chain_of_edits_is_one_group_with_its_weakest_link():
    more = EDITED.replace("max(len(numbers), 1)", "(len(numbers) or 1)")
    _, found = groups_of({"ali": ONE, "sara": EDITED, "omid": more, "zahra": OTHER})
    assert [students for students, _ in found] == [("ali", "omid", "sara")]


def test_stubs_short_answers_and_model_answers_are_left_out():
    renamed_model = MODEL.replace("differences", "gaps").replace("value", "v")
    short = "def spread(a, b):\n    return max(a) - min(a)"
    answers = {"a": MODEL, "b": renamed_model, "c": STUB, "d": STUB, "e": short, "f": short, "g": "def", "h": "def"}
    found, groups = groups_of(answers)
    assert groups == []
    assert found.compared == {"spread": 0}


def test_what_much_of_the_class_wrote_is_the_usual_answer_and_said_to_be():
    answers = {f"student {number}": ONE for number in range(6)} | {"ali": THIRD, "sara": THIRD, "omid": OTHER}
    found, groups = groups_of(answers)
    assert groups == [(("ali", "sara"), 1.0)]
    assert found.usual == {"spread": 6}
    assert found.compared == {"spread": 9}


def test_what_was_given_to_everybody_makes_nobody_alike():
    given = "class Net:\n" + "".join(f"    def part{n}(self, a, b):\n        return a * {n} + b\n" for n in range(20))
    own = given + "    def spread(self, x):\n        return {}\n"
    one = own.format("sum(abs(v - x[0]) for v in x if v > 3) / (len(x) + 1) - min(x) * max(x[1:], default=2)")
    other = own.format("[x[i] - x[i - 1] if i % 2 else {i: x[i]} for i in range(len(x) + 4) if x[i] ** 2 < 9 or not i]")
    _, groups = groups_of({"ali": one, "sara": other}, given=(given,))
    assert groups == []


def test_written_answers_are_compared_by_their_words():
    one = (
        "The lower bound is loose because the approximate posterior cannot match the true one for every single input, "
    )
    one += "and the gap is exactly their divergence, which sampling more codes makes smaller."
    same = one.upper().replace(",", " ;").replace("SMALLER", "smaller indeed")
    other = (
        "Since codes are drawn from the encoder and weighted by how likely they are, averaging within the logarithm "
    )
    other += "gives a tighter value than averaging the logarithms, by Jensen's inequality for concave functions."
    found, groups = groups_of({"ali": one, "sara": same, "omid": other}, code=False, given=("",))
    assert [students for students, _ in groups] == [("ali", "sara")]
    assert not found.groups[0].code
    assert text_tokens("كتاب نمی\u200cرود") == text_tokens("کتاب نمی رود")


def test_pairs_count_in_how_many_groups_two_students_are_together():
    answers = {"ali": ONE, "sara": RENAMED, "omid": OTHER}
    found = compare({"a": answers, "b": answers, "c": {"ali": THIRD, "omid": THIRD}}, {}, "abc")
    assert pairs(found.groups) == [(("ali", "sara"), ["a", "b"])]


def test_groups_do_not_depend_on_the_order_of_students():
    answers = {"ali": ONE, "sara": EDITED, "omid": RENAMED, "zahra": OTHER, "nima": THIRD, "mina": THIRD}
    assert groups_of(answers)[1] == groups_of(dict(reversed(answers.items())))[1]
    assert similar.compare({}, {}, ()).groups == ()
