"""Near-identical answers, as a reason for a person to look and no more: similarity proves nothing.

Code is compared by its syntax tree, without comments, docstrings and annotations, with the student's own names numbered
in the order of their appearance; text by its words. Two answers are near-identical where they share most of their runs
of `RUN` tokens (the Jaccard index of the sets of runs). What says nothing is left out: what is hardly longer than what
was given, what is equal to the model answer, and what much of the class wrote.
"""

from __future__ import annotations

import ast
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

RUN = 4  # tokens of a run
CODE_ALIKE = 0.8  # the Jaccard index from which code is near-identical
TEXT_ALIKE = 0.5  # of text, in which one other word changes four runs
SHORTEST_CODE = 40  # tokens beyond the stub's
SHORTEST_TEXT = 25  # words beyond the question's
COMMON = 0.1  # of the class: what so many wrote is the usual answer
FEW = 4  # students who may share an answer before it is called usual
SMALL = 12  # students of a group in which two being together means something
LONGEST = 20_000  # letters; a longer answer is not compared
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Group:
    """Students whose answers to one question are near-identical.

    Attributes:
        question: The exercise or question.
        answers: Each of the texts, as it was handed in, with the students who wrote it.
        likeness: The least Jaccard index of two that brought them together; 1 where all are identical.
        code: Whether they are programs.
    """

    question: str
    answers: tuple[tuple[str, tuple[str, ...]], ...]
    likeness: float
    code: bool = True

    @property
    def students(self) -> tuple[str, ...]:
        """All of them."""
        return tuple(sorted(student for _, students in self.answers for student in students))


@dataclass(frozen=True)
class Likeness:
    """What a comparison found.

    Attributes:
        groups: The most alike first.
        usual: By question, how many students wrote what much of the class wrote.
        compared: By question, how many answers were compared.
    """

    groups: tuple[Group, ...] = ()
    usual: Mapping[str, int] = field(default_factory=dict)
    compared: Mapping[str, int] = field(default_factory=dict)


def compare(
    answers: Mapping[str, Mapping[str, str]], given: Mapping[str, Iterable[str]], code: Iterable[str]
) -> Likeness:
    """Group near-identical answers.

    Args:
        answers: By question, then by student, what was handed in.
        given: By question, texts that say nothing: the stub first, then model answers.
        code: The questions that ask for code; the others ask for text.
    """
    groups, usual, compared = [], {}, {}
    coded = set(code)
    for question, by_student in answers.items():
        tokens = code_tokens if question in coded else text_tokens
        alike, shortest = (CODE_ALIKE, SHORTEST_CODE) if question in coded else (TEXT_ALIKE, SHORTEST_TEXT)
        known = [tokens(text) or () for text in given.get(question, ())]
        stub = known[0] if known else ()
        cache = {text: tokens(text) for text in set(by_student.values())}
        forms: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for student, text in by_student.items():
            form = cache[text]
            if form is not None and len(form) >= len(stub) + shortest and form not in known:
                forms[form].append(student)
        compared[question] = sum(map(len, forms.values()))
        common = {form for form, students in forms.items() if len(students) > max(FEW, COMMON * len(by_student))}
        if common:
            usual[question] = sum(len(forms[form]) for form in common)
        rare = {form: students for form, students in forms.items() if form not in common}
        groups += [
            _group(question, question in coded, rare, by_student, *found) for found in _grouped(rare, stub, alike)
        ]
    groups.sort(key=lambda group: (-group.likeness, -len(group.students), group.question, group.students))
    return Likeness(tuple(groups), usual, compared)


def _group(
    question: str,
    code: bool,
    forms: Mapping[tuple[str, ...], list[str]],
    by_student: Mapping[str, str],
    members: list[tuple[str, ...]],
    likeness: float,
) -> Group:
    """A group with its texts; those that differ in nothing stand together."""
    texts: dict[str, list[str]] = defaultdict(list)
    for form in members:
        for student in forms[form]:
            texts[by_student[student].strip()].append(student)
    answers = tuple(sorted((text, tuple(sorted(students))) for text, students in texts.items()))
    return Group(question, answers, likeness, code)


def _grouped(
    forms: Mapping[tuple[str, ...], list[str]], stub: tuple[str, ...], alike: float
) -> Iterator[tuple[list[tuple[str, ...]], float]]:
    """Forms that are near-identical to one another, by single linkage, and the least likeness that links them."""
    names = list(forms)
    runs = [_bits(form) for form in _numbered(names, stub)]
    parent = list(range(len(names)))
    least = [1.0] * len(names)

    def root(place: int) -> int:
        while parent[place] != place:
            parent[place] = parent[parent[place]]
            place = parent[place]
        return place

    sizes = [held.bit_count() for held in runs]
    order = sorted(range(len(names)), key=sizes.__getitem__)
    for rank, one in enumerate(order):
        few = sizes[one]
        for other in order[rank + 1 :]:
            many = sizes[other]
            if few < alike * many:
                break  # those that follow are larger still
            shared = (runs[one] & runs[other]).bit_count()
            likeness = shared / (few + many - shared) if few + many else 1.0
            if likeness >= alike:
                first, second = root(one), root(other)
                weakest = min(least[first], least[second], likeness) if first != second else least[first]
                parent[second] = first
                least[first] = weakest
    members = defaultdict(list)
    for place in range(len(names)):
        members[root(place)].append(names[place])
    for head, group in members.items():
        if sum(len(forms[form]) for form in group) > 1:
            yield group, round(least[head], 3)


def _numbered(forms: list[tuple[str, ...]], stub: tuple[str, ...] = ()) -> Iterator[set[int]]:
    """The runs of each form as numbers, the same for the same run, without those of what was given to everybody."""
    numbers: dict[tuple[str, ...], int] = {}
    given = set(_runs(stub))
    for form in forms:
        yield {numbers.setdefault(run, len(numbers)) for run in _runs(form) if run not in given}


def _runs(form: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    return zip(*(form[offset:] for offset in range(RUN)), strict=False)


def _bits(numbers: set[int]) -> int:
    """A set of numbers as one integer, whose intersections cost nanoseconds."""
    size = max(numbers, default=0) // 8 + 1
    held = bytearray(size)
    for number in numbers:
        held[number // 8] |= 1 << (number % 8)
    return int.from_bytes(held, "little")


# Normal forms


def code_tokens(source: str) -> tuple[str, ...] | None:
    """A program as tokens of its syntax tree, own names numbered; None where it is none or too long to compare.

    Its own names are those that it gives itself: arguments, variables, functions, classes, imports, attributes.
    """
    if len(source) > LONGEST:
        return None
    walk = _Walk()
    try:
        walk.visit(ast.parse(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    numbers: dict[str, str] = {}
    own = walk.own
    return tuple(
        numbers.setdefault(token, f"v{len(numbers)}") if type(token) is _Name and token in own else token
        for token in walk.tokens
    )


class _Name(str):
    """A name among tokens."""

    __slots__ = ()


class _Walk:
    """Writes a tree down as tokens, and gathers the names that it gives itself."""

    def __init__(self):
        """Begin with nothing."""
        self.tokens: list[str] = []
        self.own: set[str] = set()

    def visit(self, node: ast.AST) -> None:
        """Write a node and what is below it."""
        kind = type(node)
        self.tokens.append(kind.__name__)
        if kind in _NAMING:
            name = getattr(node, _NAMING[kind])
            if not hasattr(node, "ctx") or type(node.ctx) is ast.Store:
                self.own.add(name)
        if kind is ast.alias:
            self.own.add(node.asname or node.name)
        for field_name in kind._fields:
            if field_name in _SILENT:
                continue
            value = getattr(node, field_name, None)
            if field_name == "name" and kind in _DEFINING:
                value = None  # a variable within may have the same name, and is another thing
            if field_name == "body" and isinstance(value, list):
                value = [entry for entry in value if not _is_docstring(entry)]
            self.write(field_name, value)

    def write(self, field_name: str, value: object) -> None:
        """Write what a field holds."""
        if isinstance(value, ast.AST):
            self.visit(value)
        elif isinstance(value, list):
            for entry in value:
                self.write(field_name, entry)
        elif value is not None:
            named = field_name in _NAMES and isinstance(value, str)
            self.tokens.append(_Name(value) if named else repr(value))


_NAMING = {ast.Name: "id", ast.arg: "arg", ast.Attribute: "attr", ast.FunctionDef: "name", ast.ClassDef: "name"}
_NAMING |= {ast.AsyncFunctionDef: "name"}
_DEFINING = frozenset((ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
_NAMES = frozenset(("id", "arg", "name", "asname", "attr", "names"))
_SILENT = frozenset(("ctx", "annotation", "returns", "type_comment", "type_ignores", "type_params", "kind"))


def _is_docstring(node: object) -> bool:
    """Whether a statement is a bare string, which does nothing."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def text_tokens(text: str) -> tuple[str, ...] | None:
    """A text as its words, without letter forms, case and marks; None where it is too long to compare."""
    if len(text) > LONGEST:
        return None
    plain = unicodedata.normalize("NFKC", text).casefold().translate({0x64A: "ی", 0x643: "ک", 0x200C: " ", 0x200D: ""})
    return tuple(_WORD.findall(plain))


# Over several questions


def pairs(groups: Iterable[Group]) -> list[tuple[tuple[str, str], list[str]]]:
    """Pairs of students who are together in more than one small group, with the questions, those with most first."""
    together: dict[tuple[str, str], list[str]] = defaultdict(list)
    for group in groups:
        students = group.students if len(group.students) <= SMALL else ()
        for place, one in enumerate(students):
            for other in students[place + 1 :]:
                together[one, other].append(group.question)
    several = [(pair, questions) for pair, questions in together.items() if len(questions) > 1]
    return sorted(several, key=lambda entry: (-len(entry[1]), entry[0]))
