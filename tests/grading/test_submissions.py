"""Whatever an instructor has becomes submissions: the right student, the right problem, the latest of each."""

import io
import os
import pickle
import stat
import struct
import time
import tracemalloc
import unicodedata
import zipfile
import zlib
from pathlib import Path

import pytest

from helpers.errors import WorkbookError
from helpers.grading import submissions
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


def usable(found):
    return [one for one in found if isinstance(one, Submission)]


class TestNbgrader:
    LAYOUT = {
        "ali/02_pixelcnn/02_pixelcnn.ipynb": b"ali 2",
        "ali/02_pixelcnn/timestamp.txt": b"2024-05-01 12:00:00 UTC",
        "ali/03_vae/03_vae.ipynb": b"ali 3",
        "ali/03_vae/.ipynb_checkpoints/03_vae-checkpoint.ipynb": b"older",
        "sara/02_pixelcnn/02_pixelcnn.ipynb": b"sara 2",
    }

    def test_the_whole_folder(self, tmp_path, find):
        found = find(make_folder(tmp_path / "submitted", self.LAYOUT))
        assert summary(found) == [
            ("ali", "02_pixelcnn", b"ali 2"),
            ("ali", "03_vae", b"ali 3"),
            ("sara", "02_pixelcnn", b"sara 2"),
        ]
        assert [one.file for one in found] == [
            "submitted/ali/02_pixelcnn/02_pixelcnn.ipynb",
            "submitted/ali/03_vae/03_vae.ipynb",
            "submitted/sara/02_pixelcnn/02_pixelcnn.ipynb",
        ]
        assert {one.beside for one in found} == {()}
        assert found[0].name == "02_pixelcnn.ipynb"
        assert found[0].submitted == (tmp_path / "submitted/ali/02_pixelcnn/02_pixelcnn.ipynb").stat().st_mtime

    def test_one_students_folder_of_it(self, tmp_path, find):
        make_folder(tmp_path / "submitted", self.LAYOUT)
        assert summary(find(tmp_path / "submitted" / "sara")) == [("sara", "02_pixelcnn", b"sara 2")]
        assert summary(find(tmp_path / "submitted" / "ali")) == [
            ("ali", "02_pixelcnn", b"ali 2"),
            ("ali", "03_vae", b"ali 3"),
        ]

    def test_one_problem_of_one_student(self, tmp_path, find):
        make_folder(tmp_path / "submitted", self.LAYOUT)
        folder = tmp_path / "submitted" / "sara" / "02_pixelcnn"
        assert summary(find(folder)) == [("sara", "02_pixelcnn", b"sara 2")]
        assert summary(find(folder / "02_pixelcnn.ipynb")) == [("sara", "02_pixelcnn", b"sara 2")]

    def test_a_single_student_is_still_a_pile(self, tmp_path, find):
        root = make_folder(tmp_path / "submitted", {"ali/02_pixelcnn/02_pixelcnn.ipynb": b"2"})
        assert summary(find(root)) == [("ali", "02_pixelcnn", b"2")]
        assert summary(find(root, known=())) == [("ali", None, b"2")]

    def test_two_such_folders(self, tmp_path, find):
        first = make_folder(tmp_path / "a" / "submitted", {"ali/02_pixelcnn/02_pixelcnn.ipynb": b"2"})
        second = make_folder(tmp_path / "b" / "submitted", {"ali/03_vae/03_vae.ipynb": b"3"})
        assert summary(find(first, second)) == [("ali", "02_pixelcnn", b"2"), ("ali", "03_vae", b"3")]

    def test_zipped(self, tmp_path, find):
        members = {f"submitted/{name}": content for name, content in self.LAYOUT.items()}
        found = find(make_zip(tmp_path / "course.zip", members))
        assert [(one.student, one.problem) for one in found] == [
            ("ali", "02_pixelcnn"),
            ("ali", "03_vae"),
            ("sara", "02_pixelcnn"),
        ]
        assert found[0].file == "course.zip/submitted/ali/02_pixelcnn/02_pixelcnn.ipynb"

    def test_the_notebook_of_the_problems_name_counts(self, tmp_path, find):
        root = make_folder(
            tmp_path / "submitted",
            {"ali/02_pixelcnn/02_pixelcnn.ipynb": b"this", "ali/02_pixelcnn/scratch.ipynb": b"not this"},
        )
        os.utime(root / "ali/02_pixelcnn/02_pixelcnn.ipynb", (1, 1))
        (found,) = find(root)
        assert found.read() == b"this"
        assert found.beside == ("scratch.ipynb",)

    def test_stray_modules_stand_beside_the_notebook_they_came_with(self, tmp_path, find):
        root = make_folder(
            tmp_path / "submitted", {**self.LAYOUT, "ali/02_pixelcnn/torch.py": b"", "ali/02_pixelcnn/data/x.csv": b""}
        )
        assert [one.beside for one in find(root)] == [("torch.py", "x.csv"), (), ()]

    def test_what_was_handed_in_for_another_problem_is_no_notebook(self, tmp_path, find):
        root = make_folder(
            tmp_path / "submitted",
            {"ali/02_pixelcnn/02_pixelcnn.ipynb": b"2", "ali/03_vae/report.pdf": b"", "ali/01_foundations/": b""},
        )
        first, second, third = find(root)
        assert (first.student, first.problem) == ("ali", "01_foundations")
        assert reason(first) == "01_foundations is empty; ask for the .ipynb file."
        assert (second.problem, second.read(), second.beside) == ("02_pixelcnn", b"2", ())
        assert third.problem == "03_vae"
        assert reason(third) == "There is no notebook, only report.pdf; ask for the .ipynb file."


class TestPlain:
    @pytest.mark.parametrize("make", MAKERS)
    def test_notebooks_named_after_students(self, tmp_path, find, make):
        path = make(tmp_path, {"sara.ipynb": b"s", "ali.ipynb": b"a", f"{ZAHRA}.ipynb": b"z"})
        assert summary(find(path)) == [("ali", None, b"a"), ("sara", None, b"s"), (ZAHRA, None, b"z")]

    @pytest.mark.parametrize("make", MAKERS)
    def test_folders_named_after_students(self, tmp_path, find, make):
        path = make(tmp_path, {f"{NIMA}/work/hw.ipynb": b"n", "ali/02_pixelcnn.ipynb": b"a"})
        assert summary(find(path)) == [("ali", "02_pixelcnn", b"a"), (NIMA, None, b"n")]

    @pytest.mark.parametrize("make", MAKERS)
    def test_zips_named_after_students(self, tmp_path, find, make):
        litter = {
            "__MACOSX/hw/02_pixelcnn-1.ipynb": b"!",
            "__pycache__/x.pyc": b"",
            "hw/.ipynb_checkpoints/a-checkpoint.ipynb": b"!",
        }
        litter |= {"hw/.DS_Store": b"!", "Thumbs.db": b"!", "hw/desktop.ini": b"!"}
        path = make(
            tmp_path,
            {
                f"{ZAHRA}.zip": zipped({"hw/02_pixelcnn.ipynb": b"z", **litter}),
                "97123456.zip": zipped({"02_pixelcnn.ipynb": b"9", "more.zip": zipped({"03_vae.ipynb": b"3"})}),
                ".DS_Store": b"!",
            },
        )
        found = find(path)
        assert summary(found) == [
            ("97123456", "02_pixelcnn", b"9"),
            ("97123456", "03_vae", b"3"),
            (ZAHRA, "02_pixelcnn", b"z"),
        ]
        assert [one.file for one in found] == [
            f"{path.name}/97123456.zip/02_pixelcnn.ipynb",
            f"{path.name}/97123456.zip/more.zip/03_vae.ipynb",
            f"{path.name}/{ZAHRA}.zip/hw/02_pixelcnn.ipynb",
        ]
        assert {one.beside for one in found} == {()}

    def test_all_of_a_students_things_are_one_delivery(self, tmp_path, find):
        path = make_folder(
            tmp_path / "pile",
            {
                "ali.ipynb": b"a",
                "ali.pdf": b"",
                "ali/model.py": b"",
                "sara.ipynb": b"s",
                "README.md": b"",
                "x.csv": b"",
            },
        )
        found = find(path)
        assert summary(found) == [("ali", None, b"a"), ("sara", None, b"s")]
        assert [one.beside for one in found] == [("ali.pdf", "model.py"), ()]

    def test_a_single_notebook(self, tmp_path, find):
        make_folder(tmp_path / "ali", {"sara.ipynb": b"s", "02_pixelcnn.ipynb": b"2", "reza_03_vae.ipynb": b"3"})
        assert summary(find(tmp_path / "ali" / "sara.ipynb")) == [("sara", None, b"s")]
        assert summary(find(tmp_path / "ali" / "02_pixelcnn.ipynb")) == [("ali", "02_pixelcnn", b"2")]
        assert summary(find(tmp_path / "ali" / "reza_03_vae.ipynb")) == [("reza", "03_vae", b"3")]
        make_folder(tmp_path, {".nima.ipynb": b"n"})
        assert summary(find(tmp_path / ".nima.ipynb")) == [("nima", None, b"n")]

    def test_one_students_zip(self, tmp_path, find):
        path = make_zip(
            tmp_path / f"{ZAHRA}.zip", {"02_pixelcnn (1).ipynb": b"2", "03_vae/03_vae.ipynb": b"3", "m.py": b""}
        )
        found = find(path)
        assert summary(found) == [(ZAHRA, "02_pixelcnn", b"2"), (ZAHRA, "03_vae", b"3")]
        assert [one.beside for one in found] == [("m.py",), ("m.py",)]

    def test_a_pile_of_one(self, tmp_path, find):
        assert summary(find(make_zip(tmp_path / "a.zip", {"ali.ipynb": b"a"}))) == [("ali", None, b"a")]
        assert summary(find(make_zip(tmp_path / "b.zip", {"ali/x.ipynb": b"a"}))) == [("ali", None, b"a")]
        assert summary(find(make_zip(tmp_path / "c.zip", {"ali.zip": zipped({"x.ipynb": b"a"})}))) == [
            ("ali", None, b"a")
        ]

    def test_several_paths_are_several_students(self, tmp_path, find):
        paths = [make_zip(tmp_path / f"{name}.zip", {"hw/hw.ipynb": name.encode()}) for name in ("ali", ZAHRA)]
        paths += [make_folder(tmp_path / "sara", {"hw.ipynb": b"sara", "report.pdf": b""}), tmp_path / "reza.ipynb"]
        paths[-1].write_bytes(b"reza")
        found = find(*paths)
        assert summary(found) == [
            ("ali", None, b"ali"),
            ("reza", None, b"reza"),
            ("sara", None, b"sara"),
            (ZAHRA, None, ZAHRA.encode()),
        ]
        assert found[2].beside == ("report.pdf",)

    @pytest.mark.parametrize("around", ["pile", "everything", "pile/everything"])
    @pytest.mark.parametrize("make", MAKERS)
    def test_a_pile_within_a_folder(self, tmp_path, find, make, around):
        path = make(tmp_path, {f"{around}/ali.ipynb": b"a", f"{around}/sara.zip": zipped({"x.ipynb": b"s"})})
        assert summary(find(path)) == [("ali", None, b"a"), ("sara", None, b"s")]

    def test_a_folder_beside_somebodys_hand_in_is_no_wrapper(self, tmp_path, find):
        path = make_folder(tmp_path / "pile", {"ali/a.ipynb": b"1", "ali/b.ipynb": b"2", "sara.pdf": b""})
        assert summary(find(path)) == [("ali", None, b"1"), ("ali", None, b"2"), ("sara", None)]

    def test_the_releases_copy_does_not_claim_a_pile(self, tmp_path, find):
        path = make_folder(tmp_path / "pile", {"02_pixelcnn.ipynb": b"", "ali.ipynb": b"a", "sara/x.ipynb": b"s"})
        nobodys, ali, sara = find(path)
        assert "02_pixelcnn.ipynb does not say whose it is" in reason(nobodys)
        assert summary([ali, sara]) == [("ali", None, b"a"), ("sara", None, b"s")]

    @pytest.mark.parametrize("make", MAKERS)
    def test_folders_and_zips_of_problems(self, tmp_path, find, make):
        path = make(
            tmp_path,
            {
                "02_pixelcnn/ali.ipynb": b"2",
                "02_pixelcnn/sara/answer.ipynb": b"s",
                "03_vae.zip": zipped({"ali.ipynb": b"3", "sara.zip": zipped({"x.ipynb": b"t"})}),
                "01_foundations.zip": b"PK no zip",
            },
        )
        assert summary(find(path)) == [
            ("01_foundations", "01_foundations"),
            ("ali", "02_pixelcnn", b"2"),
            ("ali", "03_vae", b"3"),
            ("sara", "02_pixelcnn", b"s"),
            ("sara", "03_vae", b"t"),
        ]

    def test_problems_within_problems_end(self, tmp_path, find):
        path = make_zip(tmp_path / "pile.zip", {"02_pixelcnn/" * 2000 + "ali.ipynb": b"a", "sara.ipynb": b"s"})
        deep, sara = find(path)
        assert "lies too deep" in reason(deep)
        assert sara.read() == b"s"

    def test_the_same_path_twice_is_one(self, tmp_path, find):
        path = make_folder(tmp_path / "pile", {"ali.ipynb": b"a"})
        assert len(find(path, tmp_path / "scratch" / ".." / "pile")) == 1

    def test_a_path_that_is_a_link_is_the_instructors_choice(self, tmp_path, find):
        make_folder(tmp_path / "pile", {"ali.ipynb": b"a"})
        (tmp_path / "current").symlink_to("pile")
        (found,) = find(tmp_path / "current")
        assert (found.file, found.read()) == ("current/ali.ipynb", b"a")


class TestMoodle:
    FOLDERS = {
        f"{ZAHRA}_1234567_assignsubmission_file_/02_pixelcnn.ipynb": b"z",
        f"{ZAHRA}_1234567_assignsubmission_file_/helpers/model.py": b"",
        f"{ZAHRA}_1234567_assignsubmission_onlinetext_/onlinetext.html": b"hello",
        "Ali Rezaei_1234568_assignsubmission_file_/my work.ipynb": b"a",
        "Sara O'Neil-Smith_1234569_assignsubmission_file/hw.zip": zipped({"hw/02_pixelcnn.ipynb": b"s"}),
        "Nur Text_1234570_assignsubmission_onlinetext_/onlinetext.html": b"I could not",
        "Pdf Person_1234571_assignsubmission_file_/scan.pdf": b"",
    }

    @pytest.mark.parametrize("make", MAKERS)
    def test_with_folders(self, tmp_path, find, make):
        found = find(make(tmp_path, self.FOLDERS))
        assert summary(found) == [
            ("Ali Rezaei", None, b"a"),
            ("Pdf Person", None),
            ("Sara O'Neil-Smith", "02_pixelcnn", b"s"),
            (ZAHRA, "02_pixelcnn", b"z"),
        ]
        assert "only scan.pdf" in reason(found[1])
        assert found[3].file.endswith(f"/{ZAHRA}_1234567_assignsubmission_file_/02_pixelcnn.ipynb")
        assert found[3].beside == ("model.py",)

    @pytest.mark.parametrize("make", MAKERS)
    def test_without_folders(self, tmp_path, find, make):
        members = {name.replace("file_/", "file_"): content for name, content in self.FOLDERS.items()}
        members = {name.replace("text_/", "text_").replace("file/", "file_"): c for name, c in members.items()}
        members = {name.replace("/", "_"): content for name, content in members.items()}
        found = find(make(tmp_path, members))
        assert summary(found) == [
            ("Ali Rezaei", None, b"a"),
            ("Pdf Person", None),
            ("Sara O'Neil-Smith", "02_pixelcnn", b"s"),
            (ZAHRA, "02_pixelcnn", b"z"),
        ]
        assert found[0].name == "my work.ipynb"
        assert found[3].name == "02_pixelcnn.ipynb"

    def test_two_people_of_one_name(self, tmp_path, find):
        shape = "Ali Rezaei_{}_assignsubmission_file_/02_pixelcnn.ipynb"
        path = make_zip(tmp_path / "pile.zip", {shape.format(17): b"17", shape.format(4): b"4"})
        assert summary(find(path)) == [("Ali Rezaei_17", "02_pixelcnn", b"17"), ("Ali Rezaei_4", "02_pixelcnn", b"4")]

    def test_numbers_are_of_one_export_only(self, tmp_path, find):
        """Moodle gives a person another number in every assignment."""
        shape = "Ali Rezaei_{}_assignsubmission_file_/{}.ipynb"
        paths = []
        for number, problem in ((17, "02_pixelcnn"), (4, "03_vae")):
            folder = tmp_path / problem
            folder.mkdir()
            paths.append(make_zip(folder / "export.zip", {shape.format(number, problem): problem.encode()}))
        assert summary(find(*paths)) == [
            ("Ali Rezaei", "02_pixelcnn", b"02_pixelcnn"),
            ("Ali Rezaei", "03_vae", b"03_vae"),
        ]

    def test_a_group_and_underscores(self, tmp_path, find):
        names = [
            "Group A_12_assignsubmission_file_",
            "Default group_assignsubmission_file_",
            "Ali_Reza_5_assignsubmission_file_",
        ]
        path = make_zip(tmp_path / "pile.zip", {f"{name}/x.ipynb": b"" for name in names})
        assert [one.student for one in find(path)] == ["Ali Reza", "Default group", "Group A"]

    def test_one_students_part_of_an_export(self, tmp_path, find):
        path = make_folder(tmp_path / f"{ZAHRA}_1234567_assignsubmission_file_", {"x.ipynb": b"z", "y.py": b""})
        assert summary(find(path)) == [(ZAHRA, None, b"z")]
        flat = tmp_path / "Ali_7_assignsubmission_file_02_pixelcnn.ipynb"
        flat.write_bytes(b"a")
        assert summary(find(flat)) == [("Ali", "02_pixelcnn", b"a")]

    @pytest.mark.parametrize("name", ["onlinetext.html", "x.ipynb"])
    def test_nothing_but_typed_text_is_no_notebook(self, tmp_path, find, name):
        path = make_zip(tmp_path / "pile.zip", {f"Ali_1_assignsubmission_onlinetext_/{name}": b""})
        assert "holds no notebook" in refusal(find, path)

    @pytest.mark.parametrize("around", ["", "export/"])
    def test_an_export_of_one(self, tmp_path, find, around):
        path = make_zip(tmp_path / "pile.zip", {f"{around}Ali_1_assignsubmission_file_/scan.pdf": b""})
        assert summary(find(path)) == [("Ali", None)]
        path = make_zip(tmp_path / "pile.zip", {f"{around}Ali_1_assignsubmission_file_/x.ipynb": b"a"})
        assert summary(find(path)) == [("Ali", None, b"a")]

    def test_the_zips_name_may_say_the_problem(self, tmp_path, find):
        path = make_zip(tmp_path / "DGM 2024-02_pixelcnn-345.zip", {"Ali_1_assignsubmission_file_/x.ipynb": b"a"})
        assert summary(find(path)) == [("Ali", "02_pixelcnn", b"a")]


class TestCanvas:
    @pytest.mark.parametrize("make", MAKERS)
    def test_names(self, tmp_path, find, make):
        members = {
            "mohammadizahra_1234_567890_02_pixelcnn.ipynb": b"z",
            "mohammadizahra_1234_567891_model.py": b"",
            "rezaeiali_LATE_1235_567892_02-PixelCNN.ipynb": b"a",
            "محمدینیما_1236_567893_hw.zip": zipped({"hw/02_pixelcnn.ipynb": b"n"}),
            "typedonly_1237_text.html": b"",
            "linkonly_LATE_1238_link.html": b"",
            "pdfperson_1239_567894_scan.pdf": b"",
            "anon_x1y2z_567895_answer.ipynb": b"?",
            "LATE_anon_12345_567896_answer.ipynb": b"!",
        }
        found = find(make(tmp_path, members))
        assert summary(found) == [
            ("anon_12345", None, b"!"),
            ("anon_x1y2z", None, b"?"),
            ("mohammadizahra", "02_pixelcnn", b"z"),
            ("pdfperson", None),
            ("rezaeiali", "02_pixelcnn", b"a"),
            ("محمدینیما", "02_pixelcnn", b"n"),
        ]
        assert (found[2].name, found[2].beside) == ("02_pixelcnn.ipynb", ("model.py",))
        assert found[2].file.endswith("/mohammadizahra_1234_567890_02_pixelcnn.ipynb")

    def test_the_latest_resubmission_counts(self, tmp_path, find):
        names = ["02_pixelcnn-9", "02_pixelcnn-10", "02_pixelcnn", "02_pixelcnn-2"]
        members = {f"ali_12_{3450 + n}_{name}.ipynb": name.encode() for n, name in enumerate(names)}
        (found,) = find(make_zip(tmp_path / "pile.zip", members))
        assert found.read() == b"02_pixelcnn-10"
        assert found.beside == ("02_pixelcnn-2.ipynb", "02_pixelcnn-9.ipynb", "02_pixelcnn.ipynb")

    def test_a_resubmission_beats_a_later_time(self, tmp_path, find):
        path = make_folder(
            tmp_path / "pile", {"ali_12_3451_02_pixelcnn.ipynb": b"0", "ali_12_3450_02_pixelcnn-1.ipynb": b"1"}
        )
        os.utime(path / "ali_12_3450_02_pixelcnn-1.ipynb", (1, 1))
        assert summary(find(path)) == [("ali", "02_pixelcnn", b"1")]

    def test_a_zip_is_resubmitted_as_well(self, tmp_path, find):
        members = {
            "ali_12_3450_hw.zip": zipped({"02_pixelcnn.ipynb": b"0"}, date_time=(2024, 9, 9, 9, 9, 9)),
            "ali_12_3451_hw-1.zip": zipped({"02_pixelcnn.ipynb": b"1"}),
        }
        assert summary(find(make_zip(tmp_path / "pile.zip", members))) == [("ali", "02_pixelcnn", b"1")]

    def test_a_resubmission_replaces_a_notebook_of_an_unknown_problem(self, tmp_path, find):
        members = {"ali_12_3450_hw.ipynb": b"0", "ali_12_3451_hw-1.ipynb": b"1", "ali_12_3452_other.ipynb": b"2"}
        assert summary(find(make_zip(tmp_path / "pile.zip", members))) == [("ali", None, b"1"), ("ali", None, b"2")]

    def test_two_people_of_one_name(self, tmp_path, find):
        first = make_zip(tmp_path / "a.zip", {"ali_12_3450_02_pixelcnn.ipynb": b"12"})
        second = make_zip(tmp_path / "b.zip", {"ali_LATE_13_3451_02_pixelcnn.ipynb": b"13"})
        assert summary(find(first, second)) == [("ali_12", "02_pixelcnn", b"12"), ("ali_13", "02_pixelcnn", b"13")]
        third = make_zip(tmp_path / "c.zip", {"ali_12_3452_03_vae.ipynb": b"3"})
        assert [one.student for one in find(first, third)] == ["ali", "ali"]

    def test_a_students_number_and_a_problem_are_not_canvass_numbers(self, tmp_path, find):
        path = make_folder(tmp_path / "pile", {"ali_97123456_02_pixelcnn.ipynb": b"a", "sara.ipynb": b"s"})
        assert summary(find(path)) == [("ali_97123456", "02_pixelcnn", b"a"), ("sara", None, b"s")]

    def test_a_pile_may_be_named_like_a_hand_in(self, tmp_path, find):
        path = make_zip(tmp_path / "course_2024_1234_export.zip", {"ali.ipynb": b"a", "sara.ipynb": b"s"})
        assert summary(find(path)) == [("ali", None, b"a"), ("sara", None, b"s")]


class TestNames:
    def test_utf_8_that_does_not_say_so(self, tmp_path, find):
        """As macOS and old tools write it: UTF-8 bytes without the flag, and decomposed."""
        names = [unicodedata.normalize("NFD", "Zoë Ångström.ipynb").encode(), f"{ZAHRA}.ipynb".encode()]
        stand_ins = [letter * len(name) for name, letter in zip(names, "xy", strict=True)]
        content = zipped(dict(zip(stand_ins, [b"e", b"z"], strict=True)))
        for name, stand_in in zip(names, stand_ins, strict=True):
            content = content.replace(stand_in.encode(), name)
        (tmp_path / "pile.zip").write_bytes(content)
        with zipfile.ZipFile(tmp_path / "pile.zip") as file:
            assert all(
                not entry.flag_bits & 0x800 and entry.filename.encode() not in names for entry in file.infolist()
            )
        found = find(tmp_path / "pile.zip")
        assert summary(found) == [("Zoë Ångström", None, b"e"), (ZAHRA, None, b"z")]
        assert [one.name for one in found] == ["Zoë Ångström.ipynb", f"{ZAHRA}.ipynb"]

    def test_a_name_that_says_it_is_utf_8_is_believed(self, tmp_path, find):
        path = make_zip(tmp_path / "pile.zip", {"├⌐.ipynb": b"", "a.ipynb": b""})
        assert [one.student for one in find(path)] == ["a", "├⌐"]

    def test_an_old_code_page_stays_as_it_is(self, tmp_path, find):
        path = make_zip(tmp_path / "pile.zip", {"Zo?.ipynb": b"e", "a.ipynb": b"a"})
        path.write_bytes(path.read_bytes().replace(b"Zo?", b"Zo\x89"))
        assert summary(find(path)) == [("Zoë", None, b"e"), ("a", None, b"a")]

    @pytest.mark.parametrize("make", MAKERS)
    def test_decomposed_names_are_composed(self, tmp_path, find, make):
        path = make(tmp_path, {unicodedata.normalize("NFD", "Zoë.ipynb"): b"e", "a/b.ipynb": b""})
        assert [one.student for one in find(path)] == ["Zoë", "a"]

    def test_letters_of_arabic_and_persian_are_kept(self, tmp_path, find):
        names = ["علي كريمي", "علی کریمی"]
        path = make_folder(tmp_path / "pile", {f"{name}.ipynb": name.encode() for name in names})
        assert summary(find(path)) == [(name, None, name.encode()) for name in sorted(names)]

    @pytest.mark.parametrize(
        ("name", "student"),
        [
            ("al\u202ei\x07\u200f", "ali"),
            ("  ali   rezaei ", "ali rezaei"),
            ("…ali", "…ali"),
            ("C:ali", "C:ali"),
            ("con", "con"),
            ("\u200e", "unnamed"),
            ("x" * 300, "x" * 150 + f" {zlib.crc32(b'x' * 300):08x}"),
            ("۹۷۱۲۳", "۹۷۱۲۳"),
        ],
    )
    def test_a_students_name_fits_a_gradebook(self, tmp_path, find, name, student):
        path = make_zip(tmp_path / "pile.zip", {f"{name}/x.ipynb": b"", "zoë/x.ipynb": b""})
        assert {one.student for one in find(path)} == {student, "zoë"}

    def test_a_name_that_is_no_text(self, tmp_path, find):
        for name in (b"\xe3\xe4.ipynb", b"\xe5\xe6.ipynb"):
            path = Path(os.fsdecode(os.fsencode(tmp_path / "pile") + b"/" + name))
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(b"x")
        found = find(tmp_path / "pile")
        assert [one.student for one in found] == ["%E3%E4", "%E5%E6"]
        assert [one.read() for one in found] == [b"x", b"x"]
        assert [one.file.encode() for one in found] == [b"pile/%E3%E4.ipynb", b"pile/%E5%E6.ipynb"]

    def test_older_tools_backslashes(self, tmp_path, find):
        path = make_zip(tmp_path / "pile.zip", {"ali\\02_pixelcnn\\02_pixelcnn.ipynb": b"a", "sara\\x.ipynb": b"s"})
        assert summary(find(path)) == [("ali", "02_pixelcnn", b"a"), ("sara", None, b"s")]

    def test_a_zips_folders_are_no_hand_ins(self, tmp_path, find):
        members = {
            "ali/": b"",
            "ali/02_pixelcnn/": b"",
            "ali/02_pixelcnn/03_vae.ipynb": b"3",
            "ali/data/": b"",
            "s/x.ipynb": b"",
        }
        found = find(make_zip(tmp_path / "pile.zip", members))
        assert summary(found)[0] == ("ali", "03_vae", b"3")
        assert [one.beside for one in found] == [(), ()]


class TestProblems:
    @pytest.mark.parametrize(
        "name",
        [
            "02_pixelcnn",
            "02-PixelCNN",
            "02 pixelcnn (3)",
            "02_pixelcnn-Copy1",
            "02_pixelcnn_final_v2",
            "[02_pixelcnn]",
            "ali_02_pixelcnn",
            "02_pixelcnn_ali",
            "hw02_pixelcnn",
        ],
    )
    def test_a_files_name_says_it(self, tmp_path, find, name):
        path = make_folder(tmp_path / "pile", {f"ali/x/{name}.ipynb": b"", "sara/x.ipynb": b""})
        assert [(one.student, one.problem) for one in find(path)] == [("ali", "02_pixelcnn"), ("sara", None)]

    @pytest.mark.parametrize("name", ["102_pixelcnn", "pixelcnn", "02", "02_pixel"])
    def test_another_name_does_not(self, tmp_path, find, name):
        path = make_folder(tmp_path / "pile", {f"ali/x/{name}.ipynb": b"", "sara/x.ipynb": b""})
        assert [one.problem for one in find(path)] == [None, None]

    def test_the_longer_of_two_names_is_meant(self, tmp_path, find):
        path = make_folder(tmp_path / "pile", {"ali/03_vae_conv.ipynb": b"", "sara/03_vae.ipynb": b""})
        assert [one.problem for one in find(path, known=("03_vae", "03_vae_conv"))] == ["03_vae_conv", "03_vae"]

    def test_a_student_is_not_called_after_a_problem(self, tmp_path, find):
        path = make_folder(
            tmp_path / "pile",
            {
                "ali_02_pixelcnn.ipynb": b"",
                "02_pixelcnn - sara.ipynb": b"",
                f"{ZAHRA} 02_pixelcnn final.zip": zipped({"x.ipynb": b""}),
            },
        )
        assert [(one.student, one.problem) for one in find(path)] == [
            ("ali", "02_pixelcnn"),
            ("sara", "02_pixelcnn"),
            (ZAHRA, "02_pixelcnn"),
        ]

    def test_the_caller_wins_except_over_another_problems_name(self, tmp_path, find):
        path = make_folder(
            tmp_path / "pile",
            {
                "ali/x.ipynb": b"x",
                "ali/03_vae.ipynb": b"3",
                "sara/03_vae/y.ipynb": b"y",
                "reza/02_pixelcnn.ipynb": b"2",
            },
        )
        assert summary(find(path, problem="02_pixelcnn")) == [
            ("ali", "02_pixelcnn", b"x"),
            ("ali", "03_vae", b"3"),
            ("reza", "02_pixelcnn", b"2"),
            ("sara", "02_pixelcnn", b"y"),
        ]

    def test_the_nearest_folder_says_it(self, tmp_path, find):
        path = make_folder(tmp_path / "03_vae", {"ali/02_pixelcnn/x.ipynb": b"", "sara/x.ipynb": b""})
        assert [one.problem for one in find(path)] == ["02_pixelcnn", "03_vae"]


class TestLatest:
    def test_the_later_time_counts(self, tmp_path, find):
        early = zipped({"02_pixelcnn.ipynb": b"early"}, date_time=(2024, 1, 1, 0, 0, 0))
        late = zipped({"02_pixelcnn.ipynb": b"late"}, date_time=(2024, 1, 2, 0, 0, 0))
        path = make_zip(tmp_path / "pile.zip", {"ali/a.zip": late, "ali/b.zip": early, "sara.zip": early})
        found = find(path)
        assert summary(found) == [("ali", "02_pixelcnn", b"late"), ("sara", "02_pixelcnn", b"early")]
        assert found[0].submitted - found[1].submitted == 86400

    def test_a_time_that_nobody_set_is_none(self, tmp_path, find):
        members = {"ali/02_pixelcnn.ipynb": b"", "sara/x.ipynb": b""}
        for date in ((1980, 1, 1, 0, 0, 0), (1980, 0, 0, 0, 0, 0), (2024, 13, 1, 0, 0, 0), (2024, 2, 31, 0, 0, 0)):
            assert [one.submitted for one in find(make_zip(tmp_path / "pile.zip", members, date_time=date))] == [
                None
            ] * 2

    def test_else_the_name(self, tmp_path, find):
        path = make_zip(
            tmp_path / "pile.zip", {"ali/02_pixelcnn_b.ipynb": b"b", "ali/02_pixelcnn_a.ipynb": b"a", "s.ipynb": b""}
        )
        assert summary(find(path))[0] == ("ali", "02_pixelcnn", b"b")

    def test_of_two_paths_the_later_counts_and_the_earlier_is_no_error(self, tmp_path, find):
        for week in ("1", "2"):
            make_folder(tmp_path / week, {f"{name}/02_pixelcnn.ipynb": week.encode() for name in ("ali", "sara")})
        os.utime(tmp_path / "2" / "ali" / "02_pixelcnn.ipynb", (1, 1))
        found = find(tmp_path / "1", tmp_path / "2")
        assert summary(found) == [("ali", "02_pixelcnn", b"1"), ("sara", "02_pixelcnn", b"2")]
        assert {one.beside for one in found} == {()}

    def test_unknown_problems_are_all_there(self, tmp_path, find):
        path = make_folder(tmp_path / "pile", {"ali/a/x.ipynb": b"1", "ali/b/x.ipynb": b"2", "sara.ipynb": b"s"})
        found = find(path)
        assert summary(found) == [("ali", None, b"1"), ("ali", None, b"2"), ("sara", None, b"s")]
        assert found[0].beside == ()

    def test_the_order_does_not_depend_on_the_pile(self, tmp_path, find):
        members = {f"{name}/{file}": b"" for name in ("b", "a", "c") for file in ("03_vae.ipynb", "02_pixelcnn.ipynb")}
        forth = find(make_zip(tmp_path / "pile.zip", members))
        back = find(make_zip(tmp_path / "pile.zip", dict(reversed(members.items()))))
        assert [(one.student, one.problem) for one in forth] == [
            (name, problem) for name in "abc" for problem in ("02_pixelcnn", "03_vae")
        ]
        assert forth == back


class TestLinks:
    def test_a_folders_links_are_not_followed(self, tmp_path, find):
        secret = make_folder(tmp_path / "solutions", {"02_pixelcnn.ipynb": b"secret"})
        pile = make_folder(tmp_path / "pile", {"sara/02_pixelcnn.ipynb": b"s", "ali/notes.txt": b""})
        (pile / "ali" / "02_pixelcnn.ipynb").symlink_to(secret / "02_pixelcnn.ipynb")
        (pile / "ali" / "more").symlink_to(pile / "sara")
        (pile / "reza").symlink_to(pile / "sara")
        (pile / "hassan.zip").symlink_to(make_zip(tmp_path / "x.zip", {"x.ipynb": b"secret"}))
        (pile / "nima.ipynb").symlink_to(tmp_path / "nowhere")
        found = find(pile)
        assert [(one.student, one.problem) for one in found] == [
            ("ali", None),
            ("ali", "02_pixelcnn"),
            ("hassan", None),
            ("nima", None),
            ("reza", None),
            ("sara", "02_pixelcnn"),
        ]
        assert all("is a link, and links are not followed" in reason(one) for one in found[:-1])
        assert [one.file for one in found[:2]] == ["pile/ali/more", "pile/ali/02_pixelcnn.ipynb"]

    def test_a_loop_of_links_ends(self, tmp_path, find):
        pile = make_folder(tmp_path / "pile", {"ali/x.ipynb": b"a", "sara/x.ipynb": b"s"})
        (pile / "ali" / "again").symlink_to(pile)
        assert summary(find(pile)) == [("ali", None), ("ali", None, b"a"), ("sara", None, b"s")]

    def test_a_link_made_later_is_not_followed_either(self, tmp_path, find):
        pile = make_folder(tmp_path / "pile", {"ali.ipynb": b"a", "sara.ipynb": b"s"})
        ali, _ = find(pile)
        (pile / "ali.ipynb").unlink()
        (pile / "ali.ipynb").symlink_to(pile / "sara.ipynb")
        with pytest.raises(WorkbookError) as error:
            ali.read()
        assert sentence(str(error.value)).startswith("pile/ali.ipynb cannot be read")

    @pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
    def test_a_zips_links_are_reported(self, tmp_path, find, kind):
        path = make_zip(
            tmp_path / "evil.zip", {"02_pixelcnn.ipynb": b"/etc/passwd"}, external_attr=(kind | 0o777) << 16
        )
        pile = make_folder(tmp_path / "pile", {"ali.zip": path.read_bytes(), "sara.ipynb": b"s"})
        link, sara = find(pile)
        assert (link.student, link.problem) == ("ali", "02_pixelcnn")
        assert "; ask for the file itself" in reason(link)
        assert sara.read() == b"s"

    def test_a_pipe_is_not_waited_for(self, tmp_path, find):
        pile = make_folder(tmp_path / "pile", {"sara.ipynb": b"s"})
        os.mkfifo(pile / "ali.ipynb")
        ali, _ = find(pile)
        assert "is no plain file" in reason(ali)
        os.mkfifo(tmp_path / "pipe")
        assert "is no plain file" in refusal(find, tmp_path / "pipe")


class TestSlip:
    @pytest.mark.parametrize(
        "evil",
        [
            "../../evil.ipynb",
            "/tmp/evil.ipynb",
            "..\\..\\evil.ipynb",
            "C:\\evil.ipynb",
            "C:evil.ipynb",
            "con/evil.ipynb",
        ],
    )
    @pytest.mark.parametrize("inner", [False, True])
    def test_nothing_is_written_by_its_own_name(self, tmp_path, scratch, find, evil, inner):
        content = zipped({evil.replace(".ipynb", ".zip"): zipped({evil: b"evil"}), "x.ipynb": b"x"})
        path = make_zip(
            tmp_path / "pile.zip", {"ali.zip" if inner else evil.replace(".ipynb", ".zip"): content, "s.ipynb": b""}
        )
        before = set(tmp_path.rglob("*"))
        found = find(path)
        assert {one.read() for one in found} == {b"evil", b"x", b""}
        made = set(tmp_path.rglob("*")) - before
        assert all(one == scratch or one.parent == scratch for one in made)
        assert not [one for one in made if "evil" in one.name or "ali" in one.name]
        assert not Path("/tmp/evil.ipynb").exists()
        for one in found:
            assert not set("/\\") & set(one.student)
            assert not one.student.startswith(".")
            assert ".." not in one.file.split("/")

    def test_an_entry_is_read_without_being_unpacked(self, tmp_path, scratch, find):
        (found, _) = find(make_zip(tmp_path / "pile.zip", {"ali.ipynb": b"a", "sara.ipynb": b"s"}))
        assert found.read() == b"a"
        assert not scratch.exists()


def patched(content: bytes, where: bytes, offset: int, value: bytes) -> bytes:
    """A zip with some bytes of every header of one kind replaced."""
    content, place = bytearray(content), 0
    while (place := content.find(where, place)) >= 0:
        content[place + offset : place + offset + len(value)] = value
        place += 4
    return bytes(content)


LOCAL, CENTRAL = b"PK\x03\x04", b"PK\x01\x02"


def encrypted(content):
    return patched(patched(content, LOCAL, 6, b"\x01"), CENTRAL, 8, b"\x01")


def by_method(content, method):
    return patched(patched(content, LOCAL, 8, bytes([method])), CENTRAL, 10, bytes([method]))


def declared(content, size):
    size = struct.pack("<I", size)
    return patched(patched(content, LOCAL, 22, size), CENTRAL, 24, size)


GOOD = zipped({"02_pixelcnn.ipynb": bytes(range(256)) * 20})


class TestDamage:
    """One bad file is one student's trouble."""

    def beside_a_good_one(self, tmp_path, find, content, name="ali.zip"):
        path = make_zip(tmp_path / "pile.zip", {name: content, "sara.ipynb": b"s"})
        ali, sara = find(path)
        assert sara.read() == b"s"
        assert ali.student == "ali"
        return ali

    @pytest.mark.parametrize(
        ("content", "part"),
        [
            (b"", "ali.zip is damaged or incomplete"),
            (b"<html>sign in</html>", "ali.zip is damaged or incomplete"),
            (b"Rar!\x1a\x07", "ali.zip is damaged or incomplete"),
            (GOOD[:100], "ali.zip is damaged or incomplete"),
            (GOOD[:-30], "ali.zip is damaged or incomplete"),
            (GOOD[:-10], "ali.zip is damaged or incomplete"),
            (zipped({}), "ali.zip is empty"),
            (zipped({"empty/": b""}), "empty is empty"),
            (zipped({"report.pdf": b"", "a.png": b""}), "There is no notebook, only a.png, report.pdf;"),
            (zipped({"__MACOSX/._x.ipynb": b""}), "ali.zip is empty"),
            (encrypted(GOOD), "02_pixelcnn.ipynb is locked with a password"),
            (by_method(GOOD, 12), "02_pixelcnn.ipynb is packed by a method"),
            (by_method(GOOD, 99), "02_pixelcnn.ipynb is packed by a method"),
            (patched(GOOD, CENTRAL, 6, b"\xff"), "ali.zip is damaged or incomplete"),  # a version from the future
            (declared(GOOD, 300_000_000), "02_pixelcnn.ipynb is larger than 256 MB"),
        ],
    )
    def test_at_listing(self, tmp_path, find, content, part):
        assert part in reason(self.beside_a_good_one(tmp_path, find, content))

    @pytest.mark.parametrize("spoil", [encrypted, lambda content: by_method(content, 14)])
    def test_a_pile_with_one_bad_entry(self, tmp_path, find, spoil):
        bad = spoil(zipped({"ali.zip": GOOD}))
        good = zipped({"sara.ipynb": b"s"})
        # Two zips one after the other: both lists of files are put together behind them.
        whole = self.joined(bad, good)
        (tmp_path / "pile.zip").write_bytes(whole)
        ali, sara = find(tmp_path / "pile.zip")
        assert "ali.zip is" in reason(ali)
        assert sara.read() == b"s"

    @staticmethod
    def joined(first, second):
        def taken_apart(content):
            start = content.index(CENTRAL)
            return content[:start], content[start : content.index(b"PK\x05\x06")]

        (a, listed_a), (b, listed_b) = taken_apart(first), taken_apart(second)
        listed_b = patched(listed_b, CENTRAL, 42, struct.pack("<I", len(a)))
        listed = listed_a + listed_b
        return a + b + listed + b"PK\x05\x06" + struct.pack("<4H2IH", 0, 0, 2, 2, len(listed), len(a + b), 0)

    @pytest.mark.parametrize(
        "spoil",
        [
            lambda content: content[:60] + bytes(len(content[60:90])) + content[90:],
            lambda content: patched(content, CENTRAL, 16, b"\0\0\0\0"),  # checksum
            lambda content: declared(content, 10),
            lambda content: declared(content, 1_000_000),
            lambda content: patched(content, LOCAL, 0, b"XX"),
            lambda content: patched(content, CENTRAL, 42, b"\xff\xff\xff\x7f"),  # place
            lambda content: patched(content, b"PK\x05\x06", 16, b"\xff\xff\0\0"),  # place of all
        ],
    )
    def test_at_reading(self, tmp_path, scratch, find, spoil):
        pile = make_folder(tmp_path / "pile", {"ali.zip": spoil(GOOD), "sara.ipynb": b"s"})
        ali, sara = find(pile)
        assert sara.read() == b"s"
        with pytest.raises(WorkbookError) as error:
            ali.read()
        assert sentence(str(error.value)).startswith("pile/ali.zip/02_pixelcnn.ipynb is damaged or incomplete;")
        # The same within a zip is found when the inner zip is copied.
        inner = self.beside_a_good_one(tmp_path, find, spoil(zipped({"hw.zip": GOOD})))
        assert "hw.zip is damaged or incomplete" in reason(inner)
        assert len(list(scratch.iterdir())) == 1  # ali.zip, and no part of hw.zip

    def test_any_damage_is_one_sentence(self, tmp_path, find):
        """Every byte of the lists and headers, one after the other, set to three values."""
        content = zipped({"02_pixelcnn.ipynb": b"x" * 50, "hw.zip": zipped({"03_vae.ipynb": b"y"})})
        path = tmp_path / "pile" / "ali.zip"
        make_folder(path.parent, {"sara.ipynb": b"s"})
        for place in range(len(content)):
            for value in (0, 0x7F, 0xFF):
                path.write_bytes(content[:place] + bytes([value]) + content[place + 1 :])
                found = find(path.parent)
                for one in found:
                    if isinstance(one, Unusable):
                        reason(one)
                        continue
                    try:
                        one.read()
                    except WorkbookError as error:
                        sentence(str(error))
                assert found[-1].read() == b"s"

    def test_a_file_that_vanishes_is_one_sentence(self, tmp_path, find):
        (found,) = find(make_folder(tmp_path / "pile", {"ali.ipynb": b"a"}))
        (tmp_path / "pile" / "ali.ipynb").unlink()
        with pytest.raises(WorkbookError) as error:
            found.read()
        assert sentence(str(error.value)) == "pile/ali.ipynb cannot be read (No such file or directory)."

    def test_a_folder_that_cannot_be_listed(self, tmp_path, find, monkeypatch):
        pile = make_folder(tmp_path / "pile", {"ali/x.ipynb": b"a", "sara/x.ipynb": b"s"})
        listed = os.scandir

        def denied(path):
            if os.fspath(path).endswith("ali"):
                raise PermissionError(13, "Permission denied")
            return listed(path)

        monkeypatch.setattr(submissions.os, "scandir", denied)
        ali, sara = find(pile)
        assert reason(ali) == "ali cannot be read (Permission denied)."
        assert sara.read() == b"s"
        assert refusal(find, pile / "ali").endswith("ali cannot be read (Permission denied).")

    def test_a_full_disk_is_not_the_students_fault(self, tmp_path, scratch, find):
        scratch.write_text("a file where a folder should be")
        path = make_zip(tmp_path / "pile.zip", {"ali.zip": GOOD, "sara.ipynb": b""})
        assert refusal(find, path).startswith(f"{scratch} cannot be written")

    def test_several_peoples_work_in_one_students_place_is_not_guessed_at(self, tmp_path, find):
        exports = {
            "export2.zip": zipped(
                {"Ali_1_assignsubmission_file_/x.ipynb": b"", "Sara_2_assignsubmission_file_/x.ipynb": b""}
            ),
            "reza.ipynb": b"r",
        }
        export, reza = find(make_folder(tmp_path / "pile", exports))
        assert reason(export) == "This is several students' work, as a platform exports it; grade it by itself."
        assert reza.read() == b"r"

    def test_nobody_hands_in_for_another(self, tmp_path, find):
        evil = zipped({"Sara_2_assignsubmission_file_/02_pixelcnn.ipynb": b"evil"})
        path = make_zip(tmp_path / "pile.zip", {"ali.zip": evil, "reza.ipynb": b"r"})
        assert summary(find(path)) == [("ali", "02_pixelcnn", b"evil"), ("reza", None, b"r")]


class TestBombs:
    def test_a_notebook_of_the_largest_size_is_read(self, tmp_path, find, monkeypatch):
        monkeypatch.setattr(submissions, "NOTEBOOK_BYTES", 1000)
        pile = make_folder(
            tmp_path / "pile",
            {"ali.ipynb": b"x" * 1000, "reza.ipynb": b"x" * 1001, "sara.zip": zipped({"a.ipynb": b"x" * 1001})},
        )
        ali, reza, sara = find(pile)
        assert len(ali.read()) == 1000
        assert "reza.ipynb is larger than 1 kB; ask for it without outputs." in reason(reza)
        assert "a.ipynb is larger than 1 kB" in reason(sara)

    @pytest.mark.parametrize("size", [0, 1, 65535, 65536, 65537, 65700, 65794, 131072 + 257, 131072 + 259, 1_000_000])
    def test_every_size_is_read_whole(self, tmp_path, find, size):
        path = make_zip(tmp_path / "pile.zip", {"ali.ipynb": bytes(size), "sara.ipynb": os.urandom(size)})
        assert [len(one.read()) for one in find(path)] == [size, size]
        path = make_zip(tmp_path / "stored.zip", {"ali.ipynb": bytes(size)}, compress_type=zipfile.ZIP_STORED)
        assert [len(one.read()) for one in find(path)] == [size]

    def test_the_limit_holds_at_reading_too(self, tmp_path, find, monkeypatch):
        (found,) = find(make_zip(tmp_path / "pile.zip", {"ali.ipynb": b"x" * 1001}))
        monkeypatch.setattr(submissions, "NOTEBOOK_BYTES", 1000)
        with pytest.raises(WorkbookError) as error:
            found.read()
        assert "pile.zip/ali.ipynb is larger than 1 kB" in sentence(str(error.value))

    def test_a_notebook_that_grew_is_refused_at_reading(self, tmp_path, find, monkeypatch):
        monkeypatch.setattr(submissions, "NOTEBOOK_BYTES", 1000)
        (found,) = find(make_folder(tmp_path / "pile", {"ali.ipynb": b"x"}))
        (tmp_path / "pile" / "ali.ipynb").write_bytes(b"x" * 1001)
        with pytest.raises(WorkbookError) as error:
            found.read()
        assert "pile/ali.ipynb is larger than 1 kB" in sentence(str(error.value))

    def test_what_a_zip_says_of_its_size_is_not_trusted(self, tmp_path, find):
        """100 MB that say they are 10 bytes: no more than a piece of it is ever unpacked."""
        content = declared(zipped({"02_pixelcnn.ipynb": bytes(100_000_000)}), 10)
        ali, _ = find(make_folder(tmp_path / "pile", {"ali.zip": content, "sara.ipynb": b""}))
        tracemalloc.start()
        with pytest.raises(WorkbookError):
            ali.read()
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 2_000_000

    def test_all_of_a_student_together(self, tmp_path, find, monkeypatch):
        monkeypatch.setattr(submissions, "STUDENT_BYTES", 3000)
        path = make_zip(
            tmp_path / "pile.zip",
            {
                "ali.zip": zipped({f"{n}.ipynb": bytes(1000) for n in range(4)}),
                "reza.zip": zipped({f"{n}.ipynb": bytes(1000) for n in range(2)}),
                "sara.zip": zipped({"big.zip": zipped({"x.ipynb": os.urandom(2000)}), "y.ipynb": b""}),
            },
        )
        ali, *reza, sara = find(path)
        assert reason(ali) == "This unpacks to more than 3 kB; ask for the notebook itself."
        assert [len(one.read()) for one in reza] == [1000, 1000]
        assert "more than 3 kB" in reason(sara)

    def test_a_large_zip_within_a_zip_is_not_copied(self, tmp_path, scratch, find, monkeypatch):
        monkeypatch.setattr(submissions, "ARCHIVE_BYTES", 1000)
        path = make_zip(tmp_path / "pile.zip", {"ali.zip": zipped({"x.ipynb": os.urandom(1000)}), "sara.ipynb": b"s"})
        ali, _ = find(path)
        assert "ali.zip is larger than 1 kB" in reason(ali)
        assert not scratch.exists()

    @pytest.mark.parametrize("make", MAKERS)
    def test_many_files(self, tmp_path, find, monkeypatch, make):
        monkeypatch.setattr(submissions, "STUDENT_FILES", 10)
        path = make(
            tmp_path,
            {
                "ali.zip": zipped({f"{n}.txt": b"" for n in range(10)} | {"x.ipynb": b""}),
                **{f"reza/{n}.txt": b"" for n in range(11)},
                "sara.zip": zipped({f"{n}.txt": b"" for n in range(8)} | {"x.ipynb": b""}),
            },
        )
        ali, reza, sara = find(path)
        assert "This holds too many files" in reason(ali)
        assert "This holds too many files" in reason(reza)
        assert len(sara.beside) == 8

    def test_many_zips(self, tmp_path, find, monkeypatch):
        monkeypatch.setattr(submissions, "STUDENT_ARCHIVES", 5)
        inner = zipped({"x.ipynb": b""})
        path = make_zip(
            tmp_path / "pile.zip", {"ali.zip": zipped({f"{n}.zip": inner for n in range(5)}), "s.ipynb": b""}
        )
        assert "too many files" in reason(find(path)[0])

    def test_a_long_list_of_files_is_not_held_in_memory(self, tmp_path, find, monkeypatch):
        monkeypatch.setattr(submissions, "STUDENT_DIRECTORY", 1000)
        many = zipped({f"{n}.txt": b"" for n in range(30)} | {"x.ipynb": b""})
        path = make_zip(tmp_path / "pile.zip", {"ali.zip": many, "sara.ipynb": b"s"})
        ali, sara = find(path)
        assert "ali.zip holds too many files" in reason(ali)
        assert sara.read() == b"s"
        monkeypatch.setattr(submissions, "PILE_DIRECTORY", 10)
        assert "holds too many files" in refusal(find, path)

    def test_a_folder_of_everything(self, tmp_path, find, monkeypatch):
        monkeypatch.setattr(submissions, "PILE_FILES", 5)
        path = make_folder(tmp_path / "home", {f"{n}.ipynb": b"" for n in range(6)})
        assert "holds more than 5 files" in refusal(find, path)

    def test_three_zips_deep_and_no_deeper(self, tmp_path, find):
        three = zipped({"02_pixelcnn.ipynb": b"3", "four.zip": zipped({"03_vae.ipynb": b"4"})})
        path = make_zip(tmp_path / "pile.zip", {"ali.zip": zipped({"three.zip": three}), "sara.ipynb": b"s"})
        refused, ali, _ = find(path)
        assert ali.read() == b"3"
        assert ali.file == "pile.zip/ali.zip/three.zip/02_pixelcnn.ipynb"
        assert reason(refused) == "four.zip is a zip within 3 other zips; ask for the notebook itself."

    @pytest.mark.parametrize(
        ("copies", "part"),
        [(1, "is a zip within 3 other zips"), (3, "is a zip within 3 other zips"), (20, "holds too many files")],
    )
    def test_a_zip_that_holds_itself_ends(self, tmp_path, scratch, find, monkeypatch, copies, part):
        """As a quine does: whatever zip is taken out of a zip, it is the same one again."""
        quine = zipped({f"{n}.zip": bytes(1000) for n in range(copies)})
        monkeypatch.setattr(submissions._InZip, "chunks", lambda self: iter([quine]))
        path = make_zip(tmp_path / "pile.zip", {"ali.zip": bytes(1000), "sara.pdf": b""})
        spent = time.process_time()
        *ali, sara = find(path)
        assert time.process_time() - spent < 2
        assert len(ali) in (1, copies**2)
        assert all(part in reason(one) for one in ali)
        assert sara.student == "sara"
        assert len(list(scratch.iterdir())) <= submissions.STUDENT_ARCHIVES

    @pytest.mark.parametrize(("copies", "part"), [(3, "is a zip within 3 other zips"), (20, "holds too many files")])
    def test_zips_in_zips_in_zips(self, tmp_path, find, copies, part):
        content = zipped({"02_pixelcnn.ipynb": b"x"})
        for _ in range(7):
            content = zipped({f"{n}.zip": content for n in range(copies)})
        *ali, sara = find(make_zip(tmp_path / "pile.zip", {"ali.zip": content, "sara.ipynb": b"s"}))
        assert ali
        assert all(part in reason(one) for one in ali)
        assert sara.read() == b"s"

    def test_many_names_for_the_same_bytes_are_counted_each(self, tmp_path, find, monkeypatch):
        monkeypatch.setattr(submissions, "STUDENT_BYTES", 1_000_000)
        content = zipped({"00.ipynb": bytes(100_000)})
        start, end = content.index(CENTRAL), content.index(b"PK\x05\x06")
        listed = b"".join(content[start:end].replace(b"00.ipynb", b"%02d.ipynb" % n) for n in range(20))
        overlapping = (
            content[:start] + listed + b"PK\x05\x06" + struct.pack("<4H2IH", 0, 0, 20, 20, len(listed), start, 0)
        )
        path = make_zip(tmp_path / "pile.zip", {"ali.zip": overlapping, "sara.ipynb": b"s"})
        ali, _ = find(path)
        assert reason(ali).startswith("This unpacks to more than 1 MB")

    def test_folders_without_end(self, tmp_path, find):
        members = {"a/" * 30_000 + "x.ipynb": b"deep", "sara.ipynb": b"s"}
        start = time.process_time()
        found = find(make_zip(tmp_path / "pile.zip", members))
        assert time.process_time() - start < 2
        assert summary(found) == [("a", None, b"deep"), ("sara", None, b"s")]


class TestRefusals:
    def test_no_such_path(self, tmp_path, find):
        text = refusal(find, tmp_path / "nowhere")
        assert text.startswith(f"There is no file or folder {tmp_path / 'nowhere'}: expected is nbgrader's submitted")
        (tmp_path / "loop").symlink_to("loop")
        assert "There is no file or folder" in refusal(find, tmp_path / "loop")

    @pytest.mark.parametrize("members", [{}, {".DS_Store": b""}, {"README.md": b"", "a/b.csv": b""}, {"ali.pdf": b""}])
    @pytest.mark.parametrize("make", MAKERS)
    def test_no_notebook(self, tmp_path, find, make, members):
        (tmp_path / "pile").mkdir()
        path = make(tmp_path, members)
        assert refusal(find, path).startswith(f"{path} holds no notebook: expected is nbgrader's submitted folder,")

    def test_one_path_without_a_notebook_among_several(self, tmp_path, find):
        good = make_folder(tmp_path / "good", {"ali.ipynb": b""})
        (tmp_path / "empty").mkdir()
        assert "empty holds no notebook" in refusal(find, good, tmp_path / "empty")

    def test_neither_notebook_nor_zip(self, tmp_path, find):
        (tmp_path / "grades.csv").write_text("a,b")
        assert "grades.csv is neither a notebook nor a zip" in refusal(find, tmp_path / "grades.csv")

    @pytest.mark.parametrize("content", [b"", b"<html>", zipped({"ali.ipynb": b"a" * 100})[:90]])
    def test_a_pile_of_which_nothing_can_be_read(self, tmp_path, find, content):
        (tmp_path / "pile.zip").write_bytes(content)
        assert refusal(find, tmp_path / "pile.zip").startswith(f"{tmp_path / 'pile.zip'} is damaged or incomplete;")

    def test_a_zip_by_another_name(self, tmp_path, find):
        path = make_zip(tmp_path / "download", {"ali.ipynb": b"a", "sara.ipynb": b""})
        assert summary(find(path))[0] == ("ali", None, b"a")


class TestScale:
    NOTEBOOK = b'{"cells": []}' * 1000

    @pytest.mark.parametrize("make", MAKERS)
    @pytest.mark.parametrize("zips", [False, True])
    def test_a_thousand_submissions(self, tmp_path, find, make, zips):
        work = zipped({"hw/02_pixelcnn.ipynb": self.NOTEBOOK, "hw/a.png": b""}) if zips else self.NOTEBOOK
        name = "Student {0}_{0}_assignsubmission_file_/{1}"
        file = "hw.zip" if zips else "02_pixelcnn.ipynb"
        path = make(tmp_path, {name.format(1000 + n, file): work for n in range(1000)})
        start = time.process_time()
        found = find(path)
        assert time.process_time() - start < 3
        assert len(found) == 1000
        assert {one.problem for one in found} == {"02_pixelcnn"}
        assert found[-1].read() == self.NOTEBOOK

    def test_memory_stays_flat(self, tmp_path, find):
        big = zipped({"02_pixelcnn.ipynb": bytes(20_000_000), "noise.bin": os.urandom(3_000_000)})
        path = make_zip(tmp_path / "pile.zip", {f"student{n}.zip": big for n in range(10)})
        tracemalloc.start()
        found = find(path)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert len(found) == 10
        assert peak < 3_000_000

    def test_a_submission_goes_to_another_process(self, tmp_path, find):
        found = find(make_zip(tmp_path / "pile.zip", {"ali.ipynb": b"a", "sara.zip": zipped({"x.ipynb": b"s"})}))
        there = pickle.loads(pickle.dumps(found))
        assert there == found
        assert [one.read() for one in there] == [b"a", b"s"]
