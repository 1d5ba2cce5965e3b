"""A roster names students by what their names mean, guesses at nobody, and tells who handed in nothing."""

import csv

import pytest

from helpers.errors import WorkbookError
from helpers.grading.roster import Roster
from helpers.grading.sheets import folded
from helpers.grading.submissions import collect
from tests.grading.making_piles import KNOWN, make_folder, make_zip, sentence

CLASS = """id,name,email,alias
97123456,زهرا محمدی,zahra@example.org,
97123457,نیما یوسفی‌راد,nima@example.org,
97123458,Ali Rezaei,ali@example.org,
97123459,Ali Rezaei,ali2@example.org,rezaei the younger; ar2
97123460,Zoë Ångström,zoe@example.org,
"""


@pytest.fixture
def roster(tmp_path):
    """Read a roster of this text, or these bytes."""

    def read(text=CLASS, name="class.csv"):
        (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        return Roster.read(tmp_path / name)

    return read


def names(people):
    return sorted(person.student for person in people)


def refusal(roster, text):
    with pytest.raises(WorkbookError) as error:
        roster(text)
    return sentence(str(error.value))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("علي كريمي", "علی کریمی"),
        ("یوسفی‌راد", "یوسفی راد"),
        ("یوسفی‌راد", "یوسفیراد"),
        ("۹۷۱۲۳۴۵۶", "97123456"),
        ("٩٧١٢٣٤٥٦", "97123456"),
        ("فاطمة", "فاطمه"),
        ("آرش", "ارش"),
        ("رئیسی", "رييسي"),
        ("مُحَمَّد", "محمد"),
        ("محـــمد", "محمد"),
        ("ﻣﺤﻤﺪ", "محمد"),
        ("ALI  Rezaei", "ali-rezaei"),
        ("Zoë", "ZOE"),
        ("\u202bali\u200f", "ali"),
        ("Ａli", "ali"),
    ],
)
def test_what_only_looks_different_is_the_same(one, other):
    assert folded(one) == folded(other) != ""


@pytest.mark.parametrize(("one", "other"), [("علی", "علا"), ("ali", "alı2"), ("محمدی", "احمدی"), ("971", "972")])
def test_what_is_different_is_not(one, other):
    assert folded(one) != folded(other)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("زهرا محمدي", ["97123456"]),
        ("زهرا‌محمدی", ["97123456"]),
        ("۹۷۱۲۳۴۵۶", ["97123456"]),
        ("97123456", ["97123456"]),
        ("97123456 زهرا محمدی", ["97123456"]),
        ("zahra_97123456", ["97123456"]),
        ("Zahra@Example.org", ["97123456"]),
        ("نيما يوسفي راد", ["97123457"]),
        ("Ali Rezaei", ["97123458", "97123459"]),
        ("ali_rezaei 97123459", ["97123459"]),
        ("Rezaei the younger", ["97123459"]),
        ("AR2", ["97123459"]),
        ("zoe angstrom", ["97123460"]),
        ("97123456 97123457", ["97123456", "97123457"]),
        ("97123456 Zoë Ångström", ["97123456", "97123460"]),
        ("sara", []),
        ("9712345", []),
        ("ali", []),
    ],
)
def test_whom_a_name_means(roster, name, found):
    assert names(roster().find(name)) == found


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_as_spreadsheets_save_it(roster, separator, encoding):
    text = CLASS.replace("; ", " / ").replace(",", separator).replace("\n", "\r\n")
    assert list(roster(text.encode(encoding)).students) == [f"9712345{n}" for n in range(6, 10)] + ["97123460"]


def test_persian_headings_and_digits(roster):
    text = "نام,نام خانوادگی,شماره دانشجویی\nزهرا,محمدی,۹۷۱۲۳۴۵۶\n"
    people = roster(text)
    assert people.students == {"97123456": "زهرا محمدی"}
    assert names(people.find("محمدي زهرا")) == ["97123456"]


def test_as_canvas_exports_it(roster):
    text = (
        "Student,ID,SIS User ID,SIS Login ID,Section,01_tiny (1)\n    Points Possible,,,,,9\n"
        '"Mohammadi, Zahra",1234,97123456,zmoh,A,\n"Rezaei, Ali",1235,97123457,arez,A,\n"Student, Test",1236,,x,A,\n'
    )
    people = roster(text)
    assert people.students == {"97123456": "Zahra Mohammadi", "97123457": "Ali Rezaei"}
    assert names(people.find("mohammadizahra")) == ["97123456"]
    assert names(people.find("whoever", "1235")) == ["97123457"]
    assert names(people.find("mohammadizahra", "1235")) == ["97123456", "97123457"]  # they say different things


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "has no rows"),
        ("id,name\n", "has no rows"),
        ("a,b\n1,2\n", "has none of the headings that it should have: a roster has headings such as id, name"),
        (b"id,name\n1,\xff\n", "is not UTF-8; save it"),
        ("id,name\n1,a\n۱,b\n", "Lines 2 and 3 of"),
        ("name\nAli\n ALI \n", "give each an id of their own"),
        ("id,section\n1,A\n,B\n", "Line 3 of"),
        ('id,name\n1,"' + "x" * 200_000, "is no CSV file"),
    ],
)
def test_what_is_no_roster(roster, text, said):
    assert said in refusal(roster, text)


def test_no_such_file(tmp_path):
    with pytest.raises(WorkbookError, match="There is no file"):
        Roster.read(tmp_path / "class.csv")


# A pile


def test_students_of_several_platforms_are_one(tmp_path, roster):
    """Moodle writes Arabic letters, a friend's folder Persian ones, and the late zip is named after the number."""
    moodle = make_zip(tmp_path / "moodle.zip", {"زهرا محمدي_17_assignsubmission_file_/02_pixelcnn.ipynb": b"1"})
    folder = make_folder(
        tmp_path / "pile", {"۹۷۱۲۳۴۵۶/03_vae.ipynb": b"3", "نيما يوسفي راد.ipynb": b"n", "sara.ipynb": b"s"}
    )
    people = roster()
    found = collect([moodle, folder], tmp_path / "scratch", None, KNOWN, people.tell_apart)
    assert [(one.student, one.problem, one.read()) for one in found] == [
        ("97123456", "02_pixelcnn", b"1"),
        ("97123456", "03_vae", b"3"),
        ("97123457", None, b"n"),
        ("sara", None, b"s"),
    ]
    assert list(people.sentences()) == ["Not on the roster, and graded under their own names: sara."]
    assert people.former("97123456") == {"زهرا محمدي", "۹۷۱۲۳۴۵۶"}


def test_a_later_hand_in_under_another_name_replaces_the_earlier_one(tmp_path, roster):
    first = make_zip(tmp_path / "a.zip", {"زهرا محمدی/02_pixelcnn.ipynb": b"1", "x/02_pixelcnn.ipynb": b""})
    second = make_zip(
        tmp_path / "b.zip",
        {"97123456/02_pixelcnn.ipynb": b"2", "y/02_pixelcnn.ipynb": b""},
        date_time=(2024, 6, 1, 0, 0, 0),
    )
    found = collect([first, second], tmp_path / "scratch", None, KNOWN, roster().tell_apart)
    (zahra,) = (one for one in found if one.student == "97123456")
    assert zahra.read() == b"2"
    assert [one.file for one in zahra.earlier] == ["a.zip/زهرا محمدی/02_pixelcnn.ipynb"]


def test_nobody_is_guessed_at(tmp_path, roster):
    shape = "{}_assignsubmission_file_/02_pixelcnn.ipynb"
    members = {shape.format(name): b"" for name in ("Ali Rezaei_1", "Ali Rezaei_2", "Zoe Angstrom_3", "Zoë Ångström_4")}
    people = roster()
    found = collect([make_zip(tmp_path / "pile.zip", members)], tmp_path / "scratch", None, KNOWN, people.tell_apart)
    own = ["Ali Rezaei_1", "Ali Rezaei_2", "Zoe Angstrom", "Zoë Ångström"]
    assert [one.student for one in found] == own
    said = list(people.sentences())
    assert [text.partition(" may be ")[0] for text in said[:2]] == own[:2]
    assert "97123458 (Ali Rezaei) or 97123459 (Ali Rezaei); graded under its own name" in said[0]
    assert (
        said[2]
        == "Zoe Angstrom is one of several people who may be 97123460 (Zoë Ångström); graded under its own name."
    )


def test_somebody_unmatched_never_gets_a_members_name(tmp_path, roster):
    people = roster("id,name\n12345,Ali\n67890,12345\n")
    folder = make_folder(tmp_path / "pile", {"12345/02_pixelcnn.ipynb": b"", "y.ipynb": b""})
    found = collect([folder], tmp_path / "scratch", None, KNOWN, people.tell_apart)
    assert [one.student for one in found] == ["12345 (not matched)", "y"]


def test_no_name_of_a_spreadsheets_is_a_formula():
    from helpers.grading.tables import table_of

    rows = [
        ("=1+1", "@x"),
        ("a;=cmd|' /C calc'!A0", "＝1"),
        ("+98 912", "-"),
        ('he said "hi"', "two\nlines"),
        ("a", ""),
    ]
    text = table_of(("one", "two"), rows)
    found = list(csv.reader(text.splitlines(keepends=True)))
    assert found[1] == ["'=1+1", "'@x"]
    assert found[2] == ["a;=cmd|' /C calc'!A0", "'＝1"]
    assert found[3:] == [["'+98 912", "'-"], ['he said "hi"', "two\nlines"], ["a", ""]]
    semicolons = list(csv.reader(text.splitlines(keepends=True), delimiter=";"))
    assert not any(field.startswith(("=", "+", "-", "@")) for row in semicolons for field in row)
