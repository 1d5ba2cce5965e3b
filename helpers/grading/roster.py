"""The class: who is in it, and which of its members a name in a pile means.

    id,name,email                              or first and last name in two columns, or Persian headings,
    97123456,زهرا محمدی,zahra@example.org       or the list that Moodle, Canvas or Quera exports

A name is compared after everything that only looks different is made the same (`sheets.folded`). A name that fits
nobody, or two people, is nobody's: its work is graded under its own name and reported. A further column `alias` says
under which other names somebody hands in, several between semicolons.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from helpers.errors import WorkbookError
from helpers.grading.sheets import folded, read_sheet, with_digits
from helpers.grading.submissions import Delivery, tell_apart
from helpers.grading.submissions.names import storable

_COLUMNS = {
    "id": ("id", "student id", "student number", "id number", "sis user id", "شماره دانشجویی", "شماره", "کد دانشجویی"),
    "username": ("username", "user", "login", "sis login id", "نام کاربری"),
    "name": ("name", "full name", "student", "student name", "نام و نام خانوادگی", "نام کامل", "دانشجو"),
    "first": ("first name", "given name", "first", "نام"),
    "last": ("last name", "surname", "family name", "last", "نام خانوادگی"),
    "email": ("email", "email address", "e-mail", "ایمیل", "رایانامه"),
    "alias": ("alias", "aliases", "also", "نام دیگر"),
}
# Canvas has an ID of its own, which is also in the names of files, beside the university's.
_CANVAS = {"number": ("id",), **{name: headings for name, headings in _COLUMNS.items() if name != "id"}}
_CANVAS["id"] = ("sis user id",)
_WHAT = "a roster has headings such as id, name, first name, last name, email and alias, and a row per student"
_NUMBER = re.compile(r"\d{5,}")  # what may be a student's number within a name


@dataclass(frozen=True)
class Member:
    """Somebody in the class.

    Attributes:
        student: How results and the gradebook name them: their id, else their user name, email or name.
        name: Their name; "" where the roster has none.
        number: Canvas's number; "" elsewhere.
    """

    student: str
    name: str = ""
    number: str = ""

    def __str__(self) -> str:
        return f"{self.student} ({self.name})" if self.name and self.name != self.student else self.student


class Roster:
    """Who is in the class, and what became of the names in a pile.

    Attributes:
        students: The name of each student, by what results call them, in the roster's order.
    """

    def __init__(self, members: Iterable[tuple[Member, Iterable[str]]]):
        """Know these people, each with everything that may stand for them."""
        self.students: dict[str, str] = {}
        self._by_key: dict[str, set[Member]] = defaultdict(set)
        self._by_number: dict[str, set[Member]] = defaultdict(set)
        for member, keys in members:
            self.students[member.student] = member.name
            for key in filter(None, map(folded, keys)):
                self._by_key[key].add(member)
            if member.number:
                self._by_number[member.number].add(member)
        self._former: dict[str, set[str]] = defaultdict(set)
        self._unknown: set[str] = set()
        self._ambiguous: dict[str, set[Member]] = {}

    @classmethod
    def read(cls, path: Path) -> Roster:
        """Read a CSV file.

        Raises:
            WorkbookError: It is no roster, or two of its rows are one student.
        """
        rows = read_sheet(path, _COLUMNS, _WHAT)
        if any("points possible" in row.get("name", "").lower() for _, row in rows[:2]):
            rows = read_sheet(path, _CANVAS, _WHAT)
            rows = [(line, row) for line, row in rows if not _no_student(row.get("name", ""))]
        lines: dict[str, int] = {}
        members = []
        for line, row in rows:
            member, keys = _member(row)
            if not member.student:
                raise WorkbookError(f"Line {line} of {path} names nobody: {_WHAT}.")
            if folded(member.student) in lines:
                first = lines[folded(member.student)]
                raise WorkbookError(
                    f"Lines {first} and {line} of {path} are both {member.student!r}; give each an id of their own."
                )
            lines[folded(member.student)] = line
            members.append((member, keys))
        return cls(members)

    def find(self, name: str, number: str = "") -> set[Member]:
        """Whom a name may mean: nobody, one, or several people.

        Args:
            name: A name, an id, a user name, an email, or a name and an id together.
            number: Canvas's number of the person, which is better than a name.
        """
        plain = with_digits(name)
        hits = [self._by_key.get(folded(name), set()), self._by_number.get(number, set())]
        if not hits[0]:
            numbers = [found for found in _NUMBER.findall(plain) if found in self._by_key]
            hits += [self._by_key[found] for found in numbers]
            if numbers:  # what stands beside it may be somebody else's name, and is nobody's in most cases
                hits.append(self._by_key.get(folded(_NUMBER.sub(" ", plain)), set()))
        hits = [found for found in hits if found]
        return (set.intersection(*hits) or set.union(*hits)) if hits else set()

    def tell_apart(self, deliveries: Iterable[Delivery]) -> None:
        """Name the student of each delivery as the roster does; one that fits nobody or several keeps its own name."""
        deliveries = list(deliveries)
        tell_apart(deliveries)
        found = {id(one): self.find(one.owner.name, "" if one.owner.scope else one.owner.number) for one in deliveries}
        numbers: dict[tuple[str, Member], set[str]] = defaultdict(set)
        for one in deliveries:
            for member in found[id(one)]:
                numbers[one.owner.scope, member].add(one.owner.number)
        for one in deliveries:
            own, people = one.student, found[id(one)]
            # A platform's two numbers are two people, even where the roster has only one of that name.
            if len(people) == 1 and len(numbers[one.owner.scope, *people] - {""}) <= 1:
                one.student = next(iter(people)).student
                if one.student != own:
                    self._former[one.student].add(own)
                continue
            if own in self.students:
                one.student = own = f"{own} (not matched)"
            if people:
                self._ambiguous[own] = people
            else:
                self._unknown.add(own)

    def former(self, student: str) -> set[str]:
        """Under which names a student's work was found, and may have been graded before there was a roster."""
        return self._former.get(student, set()) - self.students.keys()

    def sentences(self) -> Iterator[str]:
        """A sentence on whom the roster does not tell, by name."""
        if self._unknown:
            names = ", ".join(sorted(self._unknown))
            yield f"Not on the roster, and graded under their own names: {names}."
        for own, people in sorted(self._ambiguous.items()):
            whom = " or ".join(sorted(map(str, people)))
            if len(people) > 1:
                yield f"{own} may be {whom}; graded under its own name: say whose it is in the roster's column alias."
            else:
                yield f"{own} is one of several people who may be {whom}; graded under its own name."


def _no_student(name: str) -> bool:
    """Whether a row of Canvas's is about points, or about the student that it invents for tests."""
    return "points possible" in name.lower() or name.lower() in ("student, test", "test student")


def _member(row: dict[str, str]) -> tuple[Member, list[str]]:
    """A row's student, and everything that may stand for them."""
    first, last, name = row.get("first", ""), row.get("last", ""), row.get("name", "")
    if "," in name:  # "Mohammadi, Zahra"
        last, _, first = (part.strip() for part in name.partition(","))
        name = ""
    name = name or f"{first} {last}".strip()
    identity = row.get("id") or row.get("username") or row.get("email") or name
    number = with_digits(row.get("number", ""))
    keys = [identity, row.get("id", ""), row.get("username", ""), row.get("email", ""), name]
    keys += [f"{first} {last}", f"{last} {first}"] if first and last else []
    keys += row.get("alias", "").split(";")
    return Member(storable(with_digits(identity)), storable(name), number), keys
