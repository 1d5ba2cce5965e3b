"""A source is read as it was meant, and what would reach students broken or solved is refused in one sentence."""

import pytest

from helpers.errors import WorkbookError
from helpers.grading import leaks, source
from helpers.grading.source import SourceError

MEAN_CHECK = '# %% check="mean"\nchecks.tiny.mean(mean)\n'
MEAN_HINTS = "# - There is a built-in function for the sum, and one for the length.\n"
MEAN_REGION = "    ### BEGIN SOLUTION\n    return sum(numbers) / len(numbers)\n    ### END SOLUTION\n"
MEAN_BODY = "    return sum(numbers) / len(numbers)\n"
MEAN_CELL = (
    'def mean(numbers: list[float]) -> float:\n    """The arithmetic mean.\n\n'
    '    Args:\n        numbers: At least one number.\n    """\n' + MEAN_REGION
)
ANSWER_REGION = (
    "# ### BEGIN SOLUTION\n# There is nothing to divide by: the count of an empty list is zero.\n#\n"
    "# Rubric: 3 points for naming the division by zero.\n# ### END SOLUTION\n"
)
PROSE = "# The mean of $n$ numbers $x_i$ is $\\frac 1 n \\sum_i x_i$. ∑ and نام stay as they are.\n"
CURVE = 'tags=["plot"] expected="curve"\n'
SETUP = "import sys\n"


def test_the_tiny_source_is_read_as_it_was_meant(course):
    tiny = source.load("01_tiny", course)
    assert (tiny.problem, tiny.title, tiny.reading, tiny.machine) == ("01_tiny", "Tiny", 2, 1)
    assert (tiny.points, tiny.optional_points, tiny.minutes) == (9, 2, 12)
    roles = " ".join(cell.role for cell in tiny.cells)
    assert roles == "title parameters prose setup exercise hints check exercise check train plot answer notes"
    mean, counter = tiny.exercises.values()
    assert (mean.name, mean.points, mean.minutes, mean.lines, mean.optional) == ("mean", 4, 3, 1, False)
    assert (counter.name, counter.optional, counter.check_code) == ("Counter", True, "checks.tiny.Counter(Counter)")
    assert "return sum(numbers) / len(numbers)" in mean.code
    why = tiny.questions["why"]
    assert (why.points, why.minutes, why.text) == (
        3,
        4,
        "Why is the mean of an empty list not defined?\n\nGive one reason.",
    )


def test_every_cell_knows_its_lines_in_the_file(course, tiny):
    lines = tiny.splitlines()
    for cell in source.load("01_tiny", course).cells:
        assert lines[cell.header - 1].startswith("# %%")
        shown = lines[cell.line - 1 : cell.line - 1 + len(cell.source.split("\n"))]
        plain = [line.removeprefix("#").removeprefix(" ") for line in shown] if cell.kind == "markdown" else shown
        assert "\n".join(plain) == cell.source


def test_blank_lines_and_crlf_before_a_cell_do_not_shift_its_lines(course, tiny):
    path = course.solutions / "01_tiny.py"
    before = source.load("01_tiny", course)
    text = tiny.replace('# %% check="mean"\n', '# %% check="mean"\n\n\n')
    path.write_bytes(text.replace("\n", "\r\n").encode("utf-8"))
    after = source.load("01_tiny", course)
    assert [cell.source for cell in after.cells] == [cell.source for cell in before.cells]
    check = next(cell for cell in after.cells if cell.role == "check")
    assert check.line == check.header + 3


def test_jupytexts_header_is_no_cell_and_counts_as_lines(course, tiny):
    before = source.load("01_tiny", course)
    header = "# ---\n# jupyter:\n#   jupytext:\n#     text_representation:\n#       extension: .py\n# ---\n\n"
    (course.solutions / "01_tiny.py").write_text(header + tiny, encoding="utf-8")
    after = source.load("01_tiny", course)
    assert [cell.source for cell in after.cells] == [cell.source for cell in before.cells]
    assert [cell.line for cell in after.cells] == [cell.line + 7 for cell in before.cells]


def test_a_region_is_cut_at_its_own_indentation(course):
    cell = next(cell for cell in source.load("01_tiny", course).cells if cell.name == "Counter")
    assert cell.visible().count("        # YOUR CODE HERE\n        raise NotImplementedError()") == 2
    assert "total" in cell.source
    assert "self.total" not in cell.visible()
    assert [text.strip() for _, text in cell.hidden()] == [
        "self.total = 0",
        "self.total = self.total + abs(amount) * 1",
        "return self",
    ]


def test_only_what_gives_an_answer_away_is_essential(course, edit):
    edit(
        MEAN_BODY,
        "    for index in range(len(numbers)):\n        pass  # (comments + do * not) / count\n"
        "    total = sum(numbers)\n    numbers[0].copy()\n" + MEAN_BODY,
    )
    found = [text for _, text in leaks.essential(source.load("01_tiny", course).cells)]
    assert found[0] == "sum(numbers)/len(numbers)"
    assert found[1] == "self.total+abs(amount)*1"


REFUSALS = {
    "a check for no exercise": (
        MEAN_CHECK,
        '# %% check="median"\nchecks.tiny.median(median)\n',
        '# %% check="median"',
        "belongs to no exercise",
    ),
    "a check before its exercise": (
        PROSE,
        PROSE + '\n# %% check="Counter"\nchecks.tiny.Counter(Counter)\n',
        '# %% check="Counter"',
        "stands before its exercise",
    ),
    "an exercise without a check": (MEAN_CHECK, "", '# %% exercise="mean"', "has no check"),
    "two checks": (
        MEAN_CHECK,
        MEAN_CHECK + "\n" + MEAN_CHECK.replace("(mean)", "( mean)"),
        -1,
        "already has its check",
    ),
    "two exercises of one name": (
        'exercise="Counter" points=2',
        'exercise="mean" points=2',
        '# %% exercise="mean" points=2',
        "is taken by the exercise",
    ),
    "names that differ in case only": (
        'answer="why"',
        'answer="COUNTER"',
        '# %% [markdown] answer="COUNTER"',
        "is taken",
    ),
    "an answer named as an exercise": ('answer="why"', 'answer="mean"', '# %% [markdown] answer="mean"', "is taken"),
    "a name that the build needs": ('answer="why"', 'answer="start"', '# %% [markdown] answer="start"', "by the build"),
    "points missing": ('"mean" points=4', '"mean"', '# %% exercise="mean"', "lacks points"),
    "points of a question missing": ('"why" points=3', '"why"', '# %% [markdown] answer="why"', "lacks points"),
    "zero points": ('"mean" points=4', '"mean" points=0', '# %% exercise="mean"', "points must be a positive number"),
    "negative points": ('"mean" points=4', '"mean" points=-4', '# %% exercise="mean"', "points must be a positive"),
    "points in words": ('"mean" points=4', '"mean" points="four"', '# %% exercise="mean"', "points must be a positive"),
    "points that are true": (
        '"mean" points=4',
        '"mean" points=true',
        '# %% exercise="mean"',
        "points must be a positive",
    ),
    "minutes missing": ("points=4 minutes=3", "points=4", '# %% exercise="mean"', "lacks minutes"),
    "minutes of a question missing": ("points=3 minutes=4", "points=3", "answer=", "lacks minutes"),
    "lines missing": (" lines=1", "", '# %% exercise="mean"', "lacks lines"),
    "half a line": (" lines=1", " lines=0.5", '# %% exercise="mean"', "lines must be a positive whole number"),
    "optional perhaps": ("optional=true", 'optional="perhaps"', '"Counter" points=2', "must be true or false"),
    "a region unclosed": (
        MEAN_REGION,
        MEAN_REGION.replace("    ### END SOLUTION\n", ""),
        "    ### BEGIN SOLUTION",
        "unclosed",
    ),
    "a region nested": (
        MEAN_REGION,
        MEAN_REGION.replace(MEAN_BODY, "    ### BEGIN SOLUTION\n" + MEAN_BODY),
        "    ### BEGIN SOLUTION\n" + MEAN_BODY,
        "nested",
    ),
    "a region missing": (MEAN_REGION, "    return 1\n", "def mean", "has no solution region"),
    "a region empty": (MEAN_BODY, "\n", "    ### BEGIN SOLUTION", "is empty"),
    "a region that ends twice": (
        MEAN_REGION,
        MEAN_REGION + "    ### END SOLUTION\n",
        -1,
        "never began",
    ),
    "a question without a region": (ANSWER_REGION, "", "# Why is the mean", "has no solution region"),
    "a question with two regions": (ANSWER_REGION, ANSWER_REGION * 2, -1, "two regions"),
    "a question that asks nothing": (
        "# Why is the mean of an empty list not defined?\n#\n# Give one reason.\n#\n",
        "",
        "# ### BEGIN SOLUTION",
        "asks nothing",
    ),
    "text below an answer": (ANSWER_REGION, ANSWER_REGION + "# Think well.\n", "# Think well.", "below its region"),
    "a region in prose": (PROSE, PROSE + ANSWER_REGION, "# ### BEGIN SOLUTION", "prose cell"),
    "a region in setup": (
        SETUP,
        "### BEGIN SOLUTION\nimport sys\n### END SOLUTION\n",
        "### BEGIN SOLUTION",
        "setup cell",
    ),
    "a mark that only nbgrader would see": (
        MEAN_REGION,
        MEAN_REGION.replace("### BEGIN SOLUTION", "# BEGIN SOLUTION"),
        "    # BEGIN SOLUTION",
        "stand alone",
    ),
    "a mark with a remark": (
        MEAN_REGION,
        MEAN_REGION.replace("### END SOLUTION", "### END SOLUTION (short)"),
        "    ### END SOLUTION (short)",
        "stand alone",
    ),
    "a stub that is a syntax error": (
        MEAN_REGION,
        "    try:\n        ### BEGIN SOLUTION\n        return sum(numbers)\n    except ValueError:\n        return 0\n"
        "        ### END SOLUTION\n",
        "        ### BEGIN SOLUTION\n        return sum",
        "the stub of 'mean' is a syntax error",
    ),
    "a solution that is a syntax error": (
        MEAN_BODY,
        "    return sum(numbers /\n",
        "    return sum(numbers /",
        "syntax error",
    ),
    "an exercise that defines another name": ("def mean(", "def average(", "def average", "defines no function"),
    "a stub without the definition": (
        MEAN_CELL,
        "### BEGIN SOLUTION\n" + MEAN_CELL.replace("    ### BEGIN SOLUTION\n", "").replace("    ### END", "### END"),
        "### BEGIN SOLUTION\ndef mean",
        "the stub (the cell without the solution) defines no",
    ),
    "a region outside a function": (
        "    def __init__(self):\n        ### BEGIN SOLUTION\n",
        "    ### BEGIN SOLUTION\n    def __init__(self):\n",
        "    ### BEGIN SOLUTION\n    def __init__",
        "outside a function",
    ),
    "a check of two lines": (MEAN_CHECK, MEAN_CHECK + "print(mean)\n", "checks.tiny.mean(mean)", "and nothing else"),
    "a check with a comment": (MEAN_CHECK, MEAN_CHECK[:-1] + "  # now\n", "checks.tiny.mean(mean)", "and nothing else"),
    "a check with points": (
        MEAN_CHECK,
        MEAN_CHECK.replace("(mean)", "(mean, points=9)"),
        "checks.tiny.mean",
        "nothing else",
    ),
    "a check that is assigned": (
        MEAN_CHECK,
        MEAN_CHECK.replace("checks", "report = checks"),
        "report = checks",
        "nothing else",
    ),
    "a check of another exercise": (
        MEAN_CHECK,
        MEAN_CHECK.replace("(mean)", "(Counter)"),
        "checks.tiny.mean(",
        "nothing else",
    ),
    "a check by another name": (
        MEAN_CHECK,
        MEAN_CHECK.replace("tiny.mean", "tiny.other"),
        "checks.tiny.other",
        "nothing else",
    ),
    "a check that is no Python": (
        MEAN_CHECK,
        MEAN_CHECK.replace("(mean)", "(mean"),
        "checks.tiny.mean(mean",
        "no Python",
    ),
    "two hints": (MEAN_HINTS, "", "# - What does", "has 2 hints"),
    "four hints": (MEAN_HINTS, MEAN_HINTS + "# - Good luck.\n", "# - What does", "has 4 hints"),
    "hints that are no list": ("# - What does", "# Think.\n# - What does", "# Think.", "plain list"),
    "hints for no exercise": ('hints="mean"', 'hints="median"', "# %% [markdown] hints", "belongs to no exercise"),
    "a code cell without a role": ('# %% tags=["train"]', "# %%", "# %%\n", "needs a role"),
    "two roles": (
        '# %% tags=["train"]',
        '# %% tags=["train", "plot"]',
        '# %% tags=["train", "plot"]',
        "both train and plot",
    ),
    "an unknown tag": (
        '# %% tags=["train"]',
        '# %% tags=["trian"]',
        '# %% tags=["trian"]',
        "the tag 'trian' is unknown",
    ),
    "an unknown key": (
        'exercise="mean"',
        'excercise="mean"',
        '# %% excercise="mean"',
        "the key 'excercise' is unknown",
    ),
    "a key of another role": (
        MEAN_CHECK,
        MEAN_CHECK.replace('"mean"', '"mean" points=4'),
        '# %% check="mean"',
        "'points'",
    ),
    "a key on prose": ("# %% [markdown]\n", "# %% [markdown] anser=1\n", "# %% [markdown] anser", "the key 'anser'"),
    "a header that cannot be read": ('exercise="mean"', "exercise=mean", "# %% exercise=mean", "cannot be read"),
    "a name that is none": ('answer="why"', 'answer="why not?"', "answer=", "must be a name"),
    "tags that are a number": ('# %% tags=["train"]', "# %% tags=5", "# %% tags=5", "cannot be read"),
    "tags that are a word": ('# %% tags=["train"]', '# %% tags="train"', '# %% tags="train"', "cannot be read"),
    "tags within tags": ('# %% tags=["train"]', '# %% tags=[["a"]]', '# %% tags=[["a"]]', "cannot be read"),
    "a tag that is a number": ('# %% tags=["train"]', "# %% tags=[5]", "# %% tags=[5]", "cannot be read"),
    "a raw cell": ('# %% tags=["train"]', "# %% [raw]", "# %% [raw]", "raw cell"),
    "an empty cell": ("# Sources and help that you used:\n", "#\n", '# %% [markdown] tags=["notes"]', "is empty"),
    "text before the first cell": (
        '# %% [markdown] title="Tiny"',
        'import os\n\n# %% [markdown] title="Tiny"',
        1,
        "before the first",
    ),
    "no title": ('title="Tiny" ', "", 1, "lacks title"),
    "no reading time": ("reading=2 ", "", 1, "lacks reading"),
    "figures that are no names": ("reading=2", 'reading=2 figures="a, b"', 1, "figures must be names"),
    "no figures between the quotes": ("reading=2", 'reading=2 figures=" "', 1, "figures must be names"),
    "a reading time in words": ("reading=2", 'reading="long"', 1, "reading must be a number"),
    "code first": (
        '# %% [markdown] title="Tiny" reading=2 machine=1\n',
        '# %% tags=["plot"]\n2\n# %% [markdown]\n',
        1,
        "first cell",
    ),
    "no parameters": ('tags=["parameters"]', 'tags=["setup"]', 1, "and there are 0"),
    "two parameter cells": (
        '# %% tags=["train"]',
        '# %% tags=["parameters"]',
        '# %% tags=["parameters"]\ntime',
        "are 2",
    ),
    "a marker inside a string": (SETUP, 'import sys\nTEXT = """\n# %% not a cell\n"""\n', 1, "inside a string"),
    "setup that is a syntax error": (SETUP, "import sys\nimport\n", "import\n", "syntax error"),
    "setup that defines an exercise": (
        SETUP,
        "import sys\ndef mean(x):\n    return x\n",
        "def mean(x)",
        "is an exercise",
    ),
    "a grader imported": (SETUP, "import sys\nfrom helpers import data, grading\n", "from helpers", "helpers.grading"),
    "a solution imported": (SETUP, "import sys\nfrom solutions.tiny import mean\n", "from solutions", "do not get"),
    "a hidden test": (MEAN_CHECK, MEAN_CHECK + "### BEGIN HIDDEN TESTS\n", "### BEGIN HIDDEN", "is not used here"),
    "a mark scheme": (PROSE, PROSE + "# ### BEGIN MARK SCHEME\n", "# ### BEGIN MARK", "is not used here"),
    "an autotest": (SETUP, SETUP + "### AUTOTEST mean\n", "### AUTOTEST", "is not used here"),
    "a model answer outside a region": (
        "# Give one reason.\n",
        "# **Model answer:** nothing to divide by.\n",
        "# **Model answer",
        "outside a solution region",
    ),
    "a rubric outside a region": ("# Give one reason.\n", "# ## Rubric\n", "# ## Rubric", "outside a solution region"),
    "the solution in setup": (
        SETUP,
        "import sys\ndef middle(numbers):\n    value = sum(numbers)/len( numbers )\n    return value\n",
        MEAN_BODY,
        "the setup cell",
    ),
    "the solution in a plot": (
        CURVE,
        CURVE + "total = sum([1]) if sum(numbers) / len(numbers) else 0\n",
        MEAN_BODY,
        "plot cell",
    ),
    "the solution in prose": (PROSE, PROSE + "# It is `sum(numbers) / len(numbers)`.\n", MEAN_BODY, "the prose cell"),
    "the solution in a hint": (
        MEAN_HINTS,
        "# - Return `sum(numbers) / len(numbers)`.\n",
        MEAN_BODY,
        "the hints cell",
    ),
    "the solution in another stub": (
        '    """A running total."""\n',
        '    """A running total, unlike `sum(numbers) / len(numbers)`."""\n',
        MEAN_BODY,
        "the exercise cell",
    ),
    "the model answer in prose": (
        PROSE,
        PROSE + "# There is nothing to divide by: the count of an empty list is zero.\n",
        "# There is nothing to divide by: the count of an empty list is zero.\n#\n# Rubric",
        "the prose cell",
    ),
    "a plot that needs an optional exercise": (
        CURVE,
        CURVE + "print(Counter().add(2))\n",
        "print(Counter().add",
        "the optional exercise 'Counter' is used",
    ),
    "a stored picture": (PROSE, PROSE + "# ![A dot](data:image/png;base64,iVBORw0KGgo=)\n", "# ![A dot]", "is stored"),
    "a picture that nobody makes": ("expected/curve.png", "expected/curves.png", "# ![What", "is made by no plot cell"),
    "a picture without a text": ("![What a run makes]", "![ ]", "# ![ ]", "alternative text"),
    "two plots of one picture": (
        'tags=["train"]',
        'tags=["plot"] expected="curve"',
        CURVE + "print",
        "is made in line",
    ),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_a_bad_source_is_refused_in_one_sentence_with_file_and_line(case, course, edit):
    old, new, where, says = REFUSALS[case]
    text = edit(old, new)
    with pytest.raises(SourceError) as refusal:
        source.load("01_tiny", course)
    message = str(refusal.value)
    place, sentence = message.split(": ", 1)
    assert says in sentence
    assert "\n" not in message
    assert sentence.endswith(".")
    assert ". " not in sentence, "more than one sentence"
    line = int(place.removeprefix("solutions/01_tiny.py:"))
    if where == -1:
        where = len(text[: text.index(new) + len(new) - 1].splitlines())
        assert abs(line - where) <= len(new.splitlines()) // 2
    else:
        expected = where if isinstance(where, int) else text[: text.index(where)].count("\n") + 1
        assert line == expected, message


def test_a_source_without_cells_or_of_other_bytes_is_refused(course):
    path = course.solutions / "01_tiny.py"
    path.write_text("print(1)\n", encoding="utf-8")
    with pytest.raises(SourceError, match=r"^solutions/01_tiny.py:1: there is no cell"):
        source.load("01_tiny", course)
    path.write_bytes("# %% [markdown]\n# نام".encode("utf-16"))
    with pytest.raises(SourceError, match=r"^solutions/01_tiny.py:1: the file is not UTF-8"):
        source.load("01_tiny", course)


@pytest.mark.parametrize("broken", ["#     jupytext:\n#   kernelspec:\n#     name: x\n", "#   kernelspec:\n"])
def test_a_head_that_is_no_yaml_is_refused(course, tiny, broken):
    path = course.solutions / "01_tiny.py"
    path.write_text(f"# ---\n# jupyter:\n{broken}# ---\n\n{tiny}", encoding="utf-8")
    with pytest.raises(SourceError, match=r"^solutions/01_tiny.py:1: the lines between # --- cannot be read"):
        source.load("01_tiny", course)


def test_a_byte_order_mark_does_no_harm(course):
    path = course.solutions / "01_tiny.py"
    cells = source.load("01_tiny", course).cells
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert source.load("01_tiny", course).cells == cells


def test_a_folder_is_no_source(course):
    (course.solutions / "03_folder.py").mkdir()
    assert source.problems(course) == ["01_tiny"]


def test_an_unknown_problem_is_answered_with_the_known_ones(course):
    assert source.problems(course) == ["01_tiny"]
    with pytest.raises(WorkbookError, match=r"no problem '03_gone'; the problems are: 01_tiny\.$"):
        source.load("03_gone", course)


def test_a_source_may_be_named_by_its_path(course):
    assert source.load(course.solutions / "01_tiny.py", course) == source.load("01_tiny", course)


@pytest.mark.parametrize("problem", source.problems())
def test_every_source_of_the_course_is_accepted(problem):
    found = source.load(problem)
    assert found.exercises
    assert found.points > 0


@pytest.mark.parametrize("problem", source.problems())
def test_a_notebook_takes_two_hours_of_attention_at_most(problem):
    notebook = source.load(problem)
    assert notebook.reading + notebook.minutes - notebook.optional_minutes <= 120
