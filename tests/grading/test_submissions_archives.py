"""Links, damage and bombs: nothing is followed or believed, and one student's trouble is that student's alone."""

import os
import resource
import stat
import struct
import time
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from helpers.errors import WorkbookError
from helpers.grading.submissions import Unusable, limits
from helpers.grading.submissions.content import InZip
from tests.grading import making_piles
from tests.grading.making_piles import MAKERS, make_folder, make_zip, reason, refusal, sentence, summary, zipped

scratch, find = making_piles.scratch, making_piles.find


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

        monkeypatch.setattr(os, "scandir", denied)
        ali, sara = find(pile)
        assert reason(ali) == "ali cannot be read (Permission denied)."
        assert sara.read() == b"s"
        assert refusal(find, pile / "ali").endswith("ali cannot be read (Permission denied).")

    def test_a_full_disk_is_not_the_students_fault(self, tmp_path, scratch, find):
        scratch.write_text("a file where a folder should be")
        path = make_zip(tmp_path / "pile.zip", {"ali.zip": GOOD, "sara.ipynb": b""})
        assert refusal(find, path).startswith(f"{scratch} cannot be written")

    @pytest.mark.parametrize("size", [1000, 100_000])
    def test_a_disk_that_fills_is_not_the_students_fault_either(self, tmp_path, scratch, find, size):
        content = zipped({"02_pixelcnn.ipynb": os.urandom(size)})
        path = make_zip(tmp_path / "pile.zip", {"ali.zip": content, "sara.ipynb": b""})
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (len(content) - 10, before[1]))
        try:
            text = refusal(find, path)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        assert text.startswith(f"{scratch} cannot be written")
        assert not list(scratch.iterdir())

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
        monkeypatch.setattr(limits, "NOTEBOOK_BYTES", 1000)
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
        monkeypatch.setattr(limits, "NOTEBOOK_BYTES", 1000)
        with pytest.raises(WorkbookError) as error:
            found.read()
        assert "pile.zip/ali.ipynb is larger than 1 kB" in sentence(str(error.value))

    def test_a_notebook_that_grew_is_refused_at_reading(self, tmp_path, find, monkeypatch):
        monkeypatch.setattr(limits, "NOTEBOOK_BYTES", 1000)
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
        monkeypatch.setattr(limits, "STUDENT_BYTES", 3000)
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
        monkeypatch.setattr(limits, "ARCHIVE_BYTES", 1000)
        path = make_zip(tmp_path / "pile.zip", {"ali.zip": zipped({"x.ipynb": os.urandom(1000)}), "sara.ipynb": b"s"})
        ali, _ = find(path)
        assert "ali.zip is larger than 1 kB" in reason(ali)
        assert not scratch.exists()

    @pytest.mark.parametrize("make", MAKERS)
    def test_many_files(self, tmp_path, find, monkeypatch, make):
        monkeypatch.setattr(limits, "STUDENT_FILES", 10)
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
        monkeypatch.setattr(limits, "STUDENT_ARCHIVES", 5)
        inner = zipped({"x.ipynb": b""})
        path = make_zip(
            tmp_path / "pile.zip", {"ali.zip": zipped({f"{n}.zip": inner for n in range(5)}), "s.ipynb": b""}
        )
        assert "too many files" in reason(find(path)[0])

    def test_a_long_list_of_files_is_not_held_in_memory(self, tmp_path, find, monkeypatch):
        monkeypatch.setattr(limits, "STUDENT_DIRECTORY", 1000)
        many = zipped({f"{n}.txt": b"" for n in range(30)} | {"x.ipynb": b""})
        path = make_zip(tmp_path / "pile.zip", {"ali.zip": many, "sara.ipynb": b"s"})
        ali, sara = find(path)
        assert "ali.zip holds too many files" in reason(ali)
        assert sara.read() == b"s"
        monkeypatch.setattr(limits, "PILE_DIRECTORY", 10)
        assert "holds too many files" in refusal(find, path)

    def test_a_folder_of_everything(self, tmp_path, find, monkeypatch):
        monkeypatch.setattr(limits, "PILE_FILES", 5)
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
        monkeypatch.setattr(InZip, "chunks", lambda self, limit: iter([quine]))
        path = make_zip(tmp_path / "pile.zip", {"ali.zip": bytes(1000), "sara.pdf": b""})
        spent = time.process_time()
        *ali, sara = find(path)
        assert time.process_time() - spent < 10
        assert len(ali) in (1, copies**2)
        assert all(part in reason(one) for one in ali)
        assert sara.student == "sara"
        assert len(list(scratch.iterdir())) <= limits.STUDENT_ARCHIVES

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
        monkeypatch.setattr(limits, "STUDENT_BYTES", 1_000_000)
        content = zipped({"00.ipynb": bytes(100_000)})
        start, end = content.index(CENTRAL), content.index(b"PK\x05\x06")
        listed = b"".join(content[start:end].replace(b"00.ipynb", b"%02d.ipynb" % n) for n in range(20))
        overlapping = (
            content[:start] + listed + b"PK\x05\x06" + struct.pack("<4H2IH", 0, 0, 20, 20, len(listed), start, 0)
        )
        path = make_zip(tmp_path / "pile.zip", {"ali.zip": overlapping, "sara.ipynb": b"s"})
        ali, _ = find(path)
        assert reason(ali).startswith("This unpacks to more than 1 MB")

    def test_very_many_notebooks_and_what_came_along(self, tmp_path, find):
        """Each of them names all that stands beside it, which is written down once."""
        members = {f"{n}.{ending}": b"" for n in range(5000) for ending in ("ipynb", "csv")}
        path = make_zip(tmp_path / "pile.zip", {"ali.zip": zipped(members), "sara.ipynb": b"s"})
        start = time.process_time()
        *ali, _ = find(path)
        assert time.process_time() - start < 10
        assert len(ali) == 5000
        assert {len(one.beside) for one in ali} == {5000}
        assert len({id(one.beside) for one in ali}) == 1

    def test_folders_without_end(self, tmp_path, find):
        members = {"a/" * 30_000 + "x.ipynb": b"deep", "sara.ipynb": b"s"}
        start = time.process_time()
        found = find(make_zip(tmp_path / "pile.zip", members))
        assert time.process_time() - start < 10
        assert summary(found) == [("a", None, b"deep"), ("sara", None, b"s")]
