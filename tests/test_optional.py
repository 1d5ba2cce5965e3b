"""No cell waits for an optional exercise that is left out, and what would wait for one is refused."""

from dataclasses import replace

import pytest

from helpers.grading import source
from helpers.grading.cells import Refused
from helpers.grading.optional import refuse_dependence

GUARD = "except NotImplementedError:"
TRAIN = 'time.sleep(0.01)\nprint("trained", file=sys.stderr)\n'
PLOT = "print(Path.cwd().name)\n"

STOPS = {
    "a use": "total = Counter()",
    "a use without a call": "makers = {'a': Counter}",
    "a use in a branch": "if PRESET == 'laptop':\n    Counter()",
    "a use by a lambda": "make = lambda: Counter()",
    "a use by a function": "def count():\n    return Counter()\n\n\ncount()",
    "a use by a method": "class Sum:\n    def one(self):\n        return Counter().add(1)\n\n\nSum().one()",
    "a use by an inner function": "def out():\n    def inside():\n        Counter()\n    inside()\n\n\nout()",
    "a use by a default": "def count(make=Counter):\n    return make()\n\n\ncount()",
    "a class of its kind": "class Twice(Counter):\n    pass\n\n\nTwice()",
    "a use by what is defined below": "def one():\n    return two()\n\n\ndef two():\n    return Counter()\n\n\none()",
    "a guard around a definition only": f"try:\n    def count():\n        return Counter()\n{GUARD}\n    pass\ncount()",
    "a guard for something else": "try:\n    Counter()\nexcept ValueError:\n    pass",
    "a use beside the guard": f"try:\n    pass\n{GUARD}\n    pass\nelse:\n    Counter()",
    "a use in the handler": f"try:\n    pass\n{GUARD}\n    Counter()",
    "what the guard leaves unset": f"try:\n    total = Counter()\n{GUARD}\n    pass\nprint(total)",
    "what its else leaves unset": f"try:\n    Counter()\n{GUARD}\n    pass\nelse:\n    total = 1\nprint(total)",
}
RUNS_ON = {
    "no use": "print(mean([1.0]))",
    "a definition": "def count():\n    return Counter()",
    "a guarded use": f"try:\n    print(Counter())\n{GUARD}\n    print('left out')",
    "one of several kinds": "try:\n    Counter()\nexcept (ValueError, NotImplementedError):\n    pass",
    "a function with a guard": f"def count():\n    try:\n        Counter()\n    {GUARD}\n        return 0\n\n\ncount()",
    "a guarded use of a function": f"def count():\n    return Counter()\n\n\ntry:\n    count()\n{GUARD}\n    pass",
    "what the handler binds as well": f"try:\n    total = Counter()\n{GUARD}\n    total = None\nprint(total)",
    "what the else goes on with": f"try:\n    total = Counter()\n{GUARD}\n    pass\nelse:\n    print(total)",
    "what was bound before": f"total = 0\ntry:\n    total = Counter()\n{GUARD}\n    pass\nprint(total)",
    "what is bound again": f"try:\n    total = Counter()\n{GUARD}\n    pass\ntotal = 1\nprint(total)",
    "a turn that is passed over": (
        f"for i in range(2):\n    try:\n        total = Counter()\n    {GUARD}\n        continue\n    print(total)"
    ),
    "an argument of the same name": "def count(Counter):\n    return Counter()\n\n\ncount(int)",
    "a variable of the same name": "def count():\n    Counter = int\n    return Counter()\n\n\ncount()",
}


@pytest.mark.parametrize("case", STOPS)
def test_a_cell_that_stops_without_an_optional_exercise_is_refused(case, course, edit):
    edit(PLOT, STOPS[case] + "\n")
    with pytest.raises(source.SourceError, match=r"optional exercise 'Counter'.* get past this plot cell"):
        source.load("01_tiny", course)


@pytest.mark.parametrize("case", RUNS_ON)
def test_a_cell_that_runs_on_is_taken(case, course, edit):
    edit(PLOT, RUNS_ON[case] + "\n")
    source.load("01_tiny", course)


def test_the_same_cells_may_use_an_exercise_that_has_to_be_written(course, edit):
    edit(" optional=true", "")
    edit(PLOT, STOPS["a use"] + "\n")
    source.load("01_tiny", course)


def test_what_an_earlier_cell_leaves_unset_or_defines_is_refused_in_a_later_one(course, edit):
    edit(TRAIN, f"try:\n    total = Counter()\n{GUARD}\n    print('left out')\n")
    edit(PLOT, "print(total)\n")
    with pytest.raises(source.SourceError, match="'total' needs the optional exercise 'Counter'"):
        source.load("01_tiny", course)


@pytest.mark.parametrize("problem", source.problems())
def test_no_guard_of_this_workbook_can_be_left_out(problem):
    cells = source.load(problem).cells
    for place, cell in enumerate(cells):
        for part in range(1, cell.script.count(GUARD) + 1):
            pieces = cell.script.split(GUARD)
            text = GUARD.join(pieces[:part]) + "except KeyError:" + GUARD.join(pieces[part:])
            unguarded = (*cells[:place], replace(cell, script=text), *cells[place + 1 :])
            with pytest.raises(Refused):
                refuse_dependence(unguarded)
