"""Learning platforms', students' and problems' names say whose a notebook is and of which problem."""

import os
import unicodedata
import zipfile
import zlib
from pathlib import Path

import pytest

from tests.grading import making_piles
from tests.grading.making_piles import MAKERS, ZAHRA, make_folder, make_zip, reason, refusal, summary, zipped

scratch, find = making_piles.scratch, making_piles.find


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

    @pytest.mark.parametrize("make", MAKERS)
    def test_files_beside_typed_text_and_zips_within(self, tmp_path, find, make):
        """A student who typed a note, sent pictures in it, and a zip that holds the zip."""
        name = f"{ZAHRA}_1234567_assignsubmission"
        inner = zipped({"hw/02_pixelcnn.ipynb": b"z", "hw/README.md": b""})
        members = {
            f"{name}_onlinetext_/onlinetext.html": b"see the zip",
            f"{name}_onlinetext_/picture.png": b"",
            f"{name}_file_/hw.zip": zipped({"inner.zip": inner}),
            "Participant 77_77_assignsubmission_file_/02_pixelcnn.ipynb": b"p",
            "Ali Rezaei_1234568_assignsubmission_file_02_pixelcnn (1).ipynb": b"a",
        }
        found = find(make(tmp_path, members))
        assert summary(found) == [
            ("Ali Rezaei", "02_pixelcnn", b"a"),
            ("Participant 77", "02_pixelcnn", b"p"),
            (ZAHRA, "02_pixelcnn", b"z"),
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

    def test_what_canvas_says_of_lateness(self, tmp_path, find):
        members = {
            "a_late_12_3450_02_pixelcnn.ipynb": b"",
            "b_12_3451_02_pixelcnn.ipynb": b"",
            "c_LATE_13_3452_hw.zip": zipped({"02_pixelcnn.ipynb": b""}),
            "LATE_anon_x1_3453_02_pixelcnn.ipynb": b"",
        }
        found = find(make_zip(tmp_path / "pile.zip", members))
        assert {one.student: one.marked_late for one in found} == {"a": True, "anon_x1": True, "b": False, "c": True}
        (plain,) = find(make_zip(tmp_path / "other.zip", {"ali/02_pixelcnn.ipynb": b""}))
        assert plain.marked_late is None

    def test_earlier_hand_ins_are_named_the_latest_first(self, tmp_path, find):
        names = ["02_pixelcnn-9", "02_pixelcnn-10", "02_pixelcnn", "02_pixelcnn-2"]
        members = {f"ali_12_{3450 + n}_{name}.ipynb": name.encode() for n, name in enumerate(names)}
        (found,) = find(make_zip(tmp_path / "pile.zip", members))
        assert [one.file.rpartition("_pixelcnn")[2] for one in found.earlier] == ["-9.ipynb", "-2.ipynb", ".ipynb"]
        assert {one.submitted for one in found.earlier} == {found.submitted}


class TestQuera:
    """Students by their numbers; a folder for each user, or for each question, with Quera's own results beside."""

    @pytest.mark.parametrize("make", MAKERS)
    @pytest.mark.parametrize("digits", ["97123456", "۹۷۱۲۳۴۵۶"])
    def test_by_user(self, tmp_path, find, make, digits):
        members = {
            f"{digits}/02_pixelcnn/final.ipynb": b"2",
            f"{digits}/03_vae/answer.zip": zipped({"work/x.ipynb": b"3"}),
            f"{digits}/result.txt": b"100",
            "97123457/02_pixelcnn/main.py": b"",
            "97123457/result.txt": b"0",
        }
        assert sorted(summary(find(make(tmp_path, members))), key=str) == sorted(
            [(digits, "02_pixelcnn", b"2"), (digits, "03_vae", b"3"), ("97123457", "02_pixelcnn")], key=str
        )

    @pytest.mark.parametrize("make", MAKERS)
    def test_by_question(self, tmp_path, find, make):
        members = {
            "02_pixelcnn/97123456/final.ipynb": b"a",
            "02_pixelcnn/97123456/result.txt": b"100",
            "02_pixelcnn/97123457/final.zip": zipped({"x.ipynb": b"b"}),
            "03_vae/97123456/final.ipynb": b"c",
        }
        assert summary(find(make(tmp_path, members))) == [
            ("97123456", "02_pixelcnn", b"a"),
            ("97123456", "03_vae", b"c"),
            ("97123457", "02_pixelcnn", b"b"),
        ]

    def test_a_question_by_another_name_is_passed_by_itself(self, tmp_path, find):
        path = make_folder(tmp_path / "تمرین ۲", {"97123456/x.ipynb": b"a", "97123457/y.ipynb": b"b"})
        assert summary(find(path, problem="02_pixelcnn")) == [
            ("97123456", "02_pixelcnn", b"a"),
            ("97123457", "02_pixelcnn", b"b"),
        ]


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
