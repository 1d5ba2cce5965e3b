"""Piles of submissions for tests, what is found in them, and the sentences about what is not."""

import io
import zipfile
from pathlib import Path

import pytest

from helpers.errors import WorkbookError
from helpers.grading.submissions import Submission, Unusable, collect

KNOWN = ("01_foundations", "02_pixelcnn", "03_vae")
ZAHRA = "زهرا محمدی"
NIMA = "نیما یوسفی‌راد"  # with a zero-width non-joiner, which is spelling


@pytest.fixture
def scratch(tmp_path):
    return tmp_path / "scratch"


@pytest.fixture
def find(scratch):
    """Collect with the course's problems."""

    def run(*paths, problem=None, known=KNOWN):
        return collect([Path(path) for path in paths], scratch, problem, known)

    return run


def make_zip(target, members, **changes):
    """A zip with these members; names ending in a slash are folders. Changes are attributes of every entry."""
    with zipfile.ZipFile(target, "w") as file:
        for name, content in members.items():
            entry = zipfile.ZipInfo(name, (2024, 5, 1, 12, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            for attribute, value in changes.items():
                setattr(entry, attribute, value)
            file.writestr(entry, content)
    return target


def zipped(members, **changes):
    return make_zip(io.BytesIO(), members, **changes).getvalue()


def make_folder(root, members):
    for name, content in members.items():
        path = root / name
        if name.endswith("/"):
            path.mkdir(parents=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    return root


MAKERS = [
    pytest.param(lambda root, members: make_folder(root / "pile", members), id="folder"),
    pytest.param(lambda root, members: make_zip(root / "pile.zip", members), id="zip"),
]


def summary(found):
    """Student, problem and content of each submission; student and problem of what cannot be used."""
    return [
        (one.student, one.problem, one.read()) if isinstance(one, Submission) else (one.student, one.problem)
        for one in found
    ]


def sentence(text):
    assert "\n" not in text
    assert text.endswith(".")
    assert text[0] != " "
    return text


def reason(one):
    assert isinstance(one, Unusable)
    return sentence(one.reason)


def refusal(find, *paths):
    with pytest.raises(WorkbookError) as error:
        find(*paths)
    return sentence(str(error.value))
