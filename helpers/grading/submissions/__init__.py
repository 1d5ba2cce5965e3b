"""From what an instructor has to submissions: whose, of which problem, and how to read them.

    submitted/<student>/<problem>/<problem>.ipynb      nbgrader's folder, or one student's folder of it
    زهرا محمدی.ipynb, 97123456.zip, 97123456/…          one notebook, zip or folder per student, in a folder or a zip
    Full Name_123_assignsubmission_file_/….ipynb       Moodle's export, with or without folders
    name_LATE_123_4567_file-2.ipynb                    Canvas's export, with its marks of lateness and resubmission

A path is a pile of several students' work, unless its notebooks are named after problems ("02_pixelcnn.ipynb"): then it
is the work of the student that it is named after. Several paths that hold a single thing each are one student's each.

Nothing is unpacked by its own name, and links are not followed: a notebook is read out of its zip when it is asked for,
and only a zip within a zip is copied, under a name of ours, to where it can be read. Sizes, numbers of files and depth
are limited, and one student's trouble is that student's alone.

Each module imports only from those below it:

    choosing    which of a student's notebooks count, and what is said where there is none
    piles       whose is what
    platforms   names that Moodle and Canvas give
    archives    what zips hold, and zips within zips
    files       what folders hold
    submission  what is found: a notebook, or something that cannot be used
    content     bytes, on a disk or in a zip
    limits      how much is read
    refusals    what is not read, in words
    names       people and problems in the names of files
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from helpers.grading.submissions.archives import Reader
from helpers.grading.submissions.choosing import latest, look_into
from helpers.grading.submissions.names import Names
from helpers.grading.submissions.piles import Delivery, Pile, tell_apart
from helpers.grading.submissions.submission import Earlier, Loaded, Submission, Unusable

__all__ = ["Delivery", "Earlier", "Loaded", "Submission", "Unusable", "collect", "tell_apart"]


def collect(
    paths: Sequence[Path],
    scratch: Path,
    problem: str | None = None,
    known: Sequence[str] = (),
    name: Callable[[Iterable[Delivery]], None] = tell_apart,
) -> list[Submission | Unusable]:
    """Find the submissions in some files and folders, the latest of each student and problem.

    Args:
        paths: nbgrader's folder of submissions, folders or zips of several students' work or of one's, notebooks.
        scratch: A private folder for zips within zips; it must live as long as the submissions are read.
        problem: The problem of everything whose file name does not say another one.
        known: The names of the course's problems, such as "02_pixelcnn".
        name: Names the students of all deliveries, as a roster does.

    Returns:
        Submissions and what cannot be used, by student and problem. Several notebooks of a student whose problems are
        not known are all there.

    Raises:
        WorkbookError: A path does not exist, cannot be read or holds no notebook.
    """
    names = Names(problem, known)
    reader = Reader(scratch)
    deliveries = []
    chosen = list(dict.fromkeys(Path(os.path.abspath(path)) for path in paths))
    for path in chosen:
        deliveries += Pile(path, names, reader).deliveries(alone=len(chosen) == 1)
    name(deliveries)
    candidates, unusable = [], []
    for delivery in deliveries:
        for one in look_into(delivery, names, reader):
            (unusable if isinstance(one, Unusable) else candidates).append(one)
    return sorted([*latest(candidates), *unusable], key=lambda one: (one.student, one.problem or "", one.file))
