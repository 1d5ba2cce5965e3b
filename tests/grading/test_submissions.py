"""Whatever an instructor has becomes submissions: the right student, the right problem, the latest of each."""

import os
import pickle
import time
import tracemalloc

import pytest

from tests.grading import making_piles
from tests.grading.making_piles import MAKERS, NIMA, ZAHRA, make_folder, make_zip, reason, refusal, summary, zipped

scratch, find = making_piles.scratch, making_piles.find


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
        assert found[0].submitted == 1714564800  # what nbgrader noted beside it
        assert found[1].submitted == (tmp_path / "submitted/ali/03_vae/03_vae.ipynb").stat().st_mtime

    @pytest.mark.parametrize(
        ("noted", "time"),
        [(b"2024-05-01 12:00:00.5 UTC\n", 1714564800.5), (b"2024-05-01T15:30:00+03:30", 1714564800), (b"\xff", None)],
    )
    def test_the_time_that_nbgrader_noted(self, tmp_path, find, noted, time):
        root = make_folder(tmp_path / "submitted", self.LAYOUT)
        (root / "ali/02_pixelcnn/timestamp.txt").write_bytes(noted)
        path = root / "ali/02_pixelcnn/02_pixelcnn.ipynb"
        assert find(root)[0].submitted == (time or path.stat().st_mtime)

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
        assert time.process_time() - start < 10
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
