"""Names that Moodle and Canvas give to what they export, which say whose it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from helpers.grading.submissions.names import UNNAMED, storable


@dataclass(frozen=True)
class Owner:
    """Whose something is: a name and, where a platform exported it, the platform's number for that person.

    Attributes:
        name: The student's name.
        number: The platform's number; "" where there is none.
        scope: Within what the number means one person: Moodle numbers anew in every export, Canvas never does.
    """

    name: str
    number: str = ""
    scope: str = ""


@dataclass(frozen=True)
class Exported:
    """What a platform's name says of something.

    Attributes:
        owner: Whose it is.
        name: Its own name.
        revision: Which resubmission it is.
        counts: Whether it is a file; False for typed text.
        late: Whether the platform says that it was late; None where it says nothing of that.
    """

    owner: Owner
    name: str = ""
    revision: int = 0
    counts: bool = True
    late: bool | None = None


# Moodle: "<full name>_<number>_assignsubmission_<kind>_", then the file's name or a folder of files. Typed text has a
# kind of its own; a group without members has no number.
_MOODLE = re.compile(r"(?P<name>.+?)(?:_(?P<number>\d+))?_assignsubmission_(?P<kind>[a-z]+)(?:_(?P<file>.*))?", re.S)

# Canvas: "<name>[_LATE]_<user>_<attachment>_<file>[-<resubmission>].<ending>". The attachment's number is long, which
# tells "ali_97123456_02_pixelcnn.ipynb" apart. Typed text has no attachment, a nameless hand-in no user.
_CANVAS = re.compile(
    r"(?:(?P<late>LATE_)?(?P<nameless>anon_[0-9A-Za-z]+)|(?P<name>.+?)(?P<later>_LATE)?_(?P<number>[1-9]\d*))"
    r"_(?:[1-9]\d{2,}_(?P<file>.+)|(?P<typed>text\.html|link\.html))",
    re.S | re.I,
)
_REVISION = re.compile(r"-(\d{1,6})(?=\.\w+$)")


def exported(name: str, scope: str = "") -> Exported | None:
    """Read a name that Moodle or Canvas gave; None where it is not of their making."""
    if "_assignsubmission_" in name and (moodle := _MOODLE.fullmatch(name)):
        owner = Owner(storable(moodle["name"].replace("_", " ")) or UNNAMED, moodle["number"] or "", scope)
        return Exported(owner, moodle["file"] or "", counts=moodle["kind"] == "file")
    if canvas := _CANVAS.fullmatch(name):
        owner = Owner(storable(canvas["name"] or canvas["nameless"]) or UNNAMED, canvas["number"] or "")
        file = canvas["file"] or ""
        revision = _REVISION.search(file)
        late = bool(canvas["late"] or canvas["later"])
        return Exported(owner, file, int(revision[1]) if revision else 0, canvas["typed"] is None, late)
    return None


def exports(trail: tuple[str, ...]) -> Iterator[Exported]:
    """What the names that lead to a file say that a platform gave; the first, the path's own, may be anything."""
    return filter(None, map(exported, trail[1:] or trail))


def without_revision(name: str) -> str:
    """The name that all of a file's resubmissions on Canvas share."""
    return _REVISION.sub("", name)
