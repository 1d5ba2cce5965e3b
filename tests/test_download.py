import dataclasses
import errno
import gzip
import hashlib
import http.server
import io
import os
import re
import socket
import stat
import tarfile
import threading
import zipfile
from pathlib import Path

import numpy as np
import pytest

from helpers import data, download, idx
from helpers.download import extract, fetch
from helpers.errors import WorkbookError
from tests.test_data import SMALL, write_small

CONTENT = np.random.default_rng(0).bytes(300_000)
SHA256 = hashlib.sha256(CONTENT).hexdigest()


class Server(http.server.ThreadingHTTPServer):
    """A file server on loopback that can misbehave, and remembers what it was asked."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.files: dict[str, bytes] = {}
        self.cuts: dict[str, list[int]] = {}  # path -> after how many bytes the next answers break off
        self.statuses: dict[str, int] = {}
        self.ranges = True
        self.sized = True
        self.asked: list[tuple[str, str | None]] = []

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_port}{path}"


class Handler(http.server.BaseHTTPRequestHandler):
    server: Server

    def do_GET(self):
        asked_for = self.headers.get("Range")
        self.server.asked.append((self.path, asked_for))
        status = self.server.statuses.get(self.path, 200 if self.path in self.server.files else 404)
        if status != 200:
            self.send_error(status)
            return
        content = self.server.files[self.path]
        start = 0
        if asked_for and self.server.ranges:
            start = int(re.fullmatch(r"bytes=(\d+)-", asked_for)[1])
            if start >= len(content):
                self.send_error(416)
                return
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        else:
            self.send_response(200)
        if self.server.sized:
            self.send_header("Content-Length", str(len(content) - start))
        if self.path.endswith(".gz"):
            self.send_header("Content-Encoding", "gzip")  # as some servers do: the file must arrive packed all the same
        self.end_headers()
        cuts = self.server.cuts.get(self.path)
        self.wfile.write(content[start : start + cuts.pop(0)] if cuts else content[start:])

    def log_message(self, *_):
        pass


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("WORKBOOK_MIRROR", raising=False)
    with Server() as running:
        running.files["/file"] = CONTENT
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


@pytest.fixture
def target(tmp_path):
    return tmp_path / "new" / "file"


def get(server, target, *paths, **changes):
    urls = [server.url(path) for path in paths or ("/file",)]
    return fetch(urls, target, **{"checksum": SHA256, "size": len(CONTENT), "progress": False, **changes})


def sentence(error: pytest.ExceptionInfo) -> str:
    text = str(error.value)
    assert "\n" not in text
    assert text.endswith(".")
    return text


def part_of(target: Path) -> Path:
    return target.with_name("file.part")


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class TestFetch:
    def test_the_file_arrives_whole(self, server, target):
        assert get(server, target) == target
        assert target.read_bytes() == CONTENT
        assert not part_of(target).exists()

    def test_progress_is_on_stdout_and_reaches_the_end(self, server, target, capfd):
        get(server, target, progress=True)
        out, err = capfd.readouterr()
        assert err == ""
        assert "file: 100%" in out
        assert "300k/300k" in out

    def test_a_file_of_unknown_size_with_an_md5_arrives_whole(self, server, target):
        assert get(server, target, checksum=hashlib.md5(CONTENT).hexdigest(), size=None) == target
        assert target.read_bytes() == CONTENT
        with pytest.raises(WorkbookError) as error:
            get(server, target.with_name("other"), checksum="0" * 32, size=None)
        assert "wrong checksum" in sentence(error)
        server.sized = False
        with pytest.raises(WorkbookError) as error:
            get(server, target.with_name("other"), size=None)
        assert "does not say how large" in sentence(error)

    def test_without_progress_nothing_is_printed(self, server, target, capfd):
        get(server, target)
        assert capfd.readouterr() == ("", "")

    def test_a_file_that_is_there_asks_nothing(self, server, target):
        get(server, target)
        server.asked.clear()
        get(server, target)
        assert server.asked == []

    def test_a_wrong_file_that_is_there_is_replaced(self, server, target):
        target.parent.mkdir()
        target.write_bytes(CONTENT[::-1])
        get(server, target)
        assert target.read_bytes() == CONTENT

    def test_a_packed_file_stays_packed(self, server, target):
        packed = gzip.compress(CONTENT)
        server.files["/file.gz"] = packed
        get(server, target, "/file.gz", checksum=hashlib.sha256(packed).hexdigest(), size=len(packed))
        assert target.read_bytes() == packed

    def test_two_at_once_fetch_once(self, server, target):
        threads = [threading.Thread(target=get, args=(server, target)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert target.read_bytes() == CONTENT
        assert len(server.asked) == 1


class TestResume:
    def test_after_a_cut_it_goes_on_where_it_stopped(self, server, target):
        server.cuts["/file"] = [100_000, 50_000]
        get(server, target)
        assert target.read_bytes() == CONTENT
        assert server.asked == [("/file", None), ("/file", "bytes=100000-"), ("/file", "bytes=150000-")]

    def test_a_later_call_goes_on_where_an_earlier_one_stopped(self, server, target, capfd):
        server.cuts["/file"] = [100_000, 0]
        with pytest.raises(WorkbookError):
            get(server, target)
        assert part_of(target).read_bytes() == CONTENT[:100_000]
        assert not target.exists()
        get(server, target, progress=True)
        assert target.read_bytes() == CONTENT
        assert server.asked[-1] == ("/file", "bytes=100000-")
        assert " 33%" in capfd.readouterr().out

    def test_another_mirror_goes_on_with_it(self, server, target):
        server.files["/copy"] = CONTENT
        server.cuts["/file"] = [100_000, 0]
        get(server, target, "/file", "/copy")
        assert target.read_bytes() == CONTENT
        assert server.asked[-1] == ("/copy", "bytes=100000-")

    def test_a_server_that_ignores_range_starts_anew(self, server, target):
        server.ranges = False
        server.cuts["/file"] = [100_000]
        get(server, target)
        assert target.read_bytes() == CONTENT
        assert len(server.asked) == 2

    def test_a_cut_is_seen_without_a_length(self, server, target):
        server.sized = False
        server.cuts["/file"] = [100_000]
        get(server, target)
        assert target.read_bytes() == CONTENT

    def test_a_part_that_fits_nothing_is_thrown_away(self, server, target):
        target.parent.mkdir()
        part_of(target).write_bytes(b"x" * 1000)
        get(server, target)
        assert target.read_bytes() == CONTENT
        assert [asked_for for _, asked_for in server.asked] == ["bytes=1000-", None]

    @pytest.mark.parametrize("length", [300_000, 400_000])
    def test_a_part_that_is_full_or_overfull_is_judged_first(self, server, target, length):
        target.parent.mkdir()
        part_of(target).write_bytes((CONTENT * 2)[:length])
        get(server, target)
        assert target.read_bytes() == CONTENT
        assert len(server.asked) == (0 if length == len(CONTENT) else 1)

    def test_a_server_that_breaks_off_for_ever_is_left(self, server, target):
        server.cuts["/file"] = [1000] * 100
        with pytest.raises(WorkbookError) as error:
            get(server, target)
        assert "breaks off again and again" in sentence(error)
        assert len(server.asked) == download.CUTS
        assert part_of(target).stat().st_size == 1000 * download.CUTS


class TestMirrors:
    def test_after_a_404_the_next_one_is_asked(self, server, target):
        get(server, target, "/absent", "/file")
        assert target.read_bytes() == CONTENT
        assert [path for path, _ in server.asked] == ["/absent", "/file"]

    @pytest.mark.parametrize("status", [403, 404, 410, 500, 503])
    def test_an_error_is_named_with_what_to_do(self, server, target, status):
        server.statuses["/file"] = status
        with pytest.raises(WorkbookError) as error:
            get(server, target)
        assert f"127.0.0.1:{server.server_port} answers {status}" in sentence(error)
        assert "WORKBOOK_MIRROR" in sentence(error)

    def test_a_wrong_checksum_is_said_and_the_file_removed(self, server, target):
        server.files["/file"] = CONTENT[::-1]
        with pytest.raises(WorkbookError) as error:
            get(server, target)
        assert "wrong checksum, which was removed" in sentence(error)
        assert not target.exists()
        assert not part_of(target).exists()

    def test_after_a_wrong_checksum_the_next_one_is_asked(self, server, target):
        server.files["/bad"] = CONTENT[::-1]
        get(server, target, "/bad", "/file")
        assert target.read_bytes() == CONTENT

    @pytest.mark.parametrize("sized", [True, False])
    @pytest.mark.parametrize("length", [100, 1_000_000])
    def test_a_sign_in_page_is_not_the_file(self, server, target, length, sized):
        server.sized = sized
        server.files["/portal"] = b"<html>" * (length // 6)
        get(server, target, "/portal", "/file")
        assert target.read_bytes() == CONTENT

    def test_a_shorter_file_on_the_way_is_not_trusted(self, server, target):
        server.files["/short"] = CONTENT[:1000]
        target.parent.mkdir()
        part_of(target).write_bytes(CONTENT[:1000])
        get(server, target, "/short", "/file")
        assert target.read_bytes() == CONTENT

    def test_no_network_is_one_sentence(self, server, target):
        port = closed_port()
        with pytest.raises(WorkbookError) as error:
            fetch([f"http://127.0.0.1:{port}/file"], target, SHA256, len(CONTENT), progress=False)
        assert f"127.0.0.1:{port} cannot be reached" in sentence(error)
        assert "check the network" in sentence(error)

    def test_after_no_answer_the_next_one_is_asked(self, server, target):
        urls = [f"http://127.0.0.1:{closed_port()}/file", "no address", server.url("/file")]
        fetch(urls, target, SHA256, len(CONTENT), progress=False)
        assert target.read_bytes() == CONTENT

    @pytest.mark.parametrize("address", ["http://[/file", "nonsense", "ftp://host/file", "http://"])
    def test_what_is_no_address_is_named(self, target, address):
        with pytest.raises(WorkbookError) as error:
            fetch([address], target, SHA256, len(CONTENT), progress=False)
        assert "is no usable address" in sentence(error)

    def test_silence_is_not_waited_for(self, target, monkeypatch):
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        monkeypatch.setattr(download, "TIMEOUT", (0.2, 0.2))
        with socket.create_server(("127.0.0.1", 0)) as silent:
            url = f"http://127.0.0.1:{silent.getsockname()[1]}/file"
            with pytest.raises(WorkbookError) as error:
                fetch([url], target, SHA256, len(CONTENT), progress=False)
        assert "does not answer in time" in sentence(error)

    def test_the_instructors_mirror_comes_first(self, monkeypatch):
        monkeypatch.setenv("WORKBOOK_MIRROR", "https://course.example/data/")
        assert download.mirrored("MNIST/raw/x.gz", ["https://a/x.gz"]) == [
            "https://course.example/data/MNIST/raw/x.gz",
            "https://a/x.gz",
        ]
        monkeypatch.setenv("WORKBOOK_MIRROR", "")
        assert download.mirrored("MNIST/raw/x.gz", ["https://a/x.gz"]) == ["https://a/x.gz"]


class FullDisk(io.BytesIO):
    """A file on a disk that takes 65 kB and no more."""

    def write(self, chunk):
        if self.tell() + len(chunk) > 1 << 16:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return super().write(chunk)


class TestDisk:
    def test_a_disk_that_fills_up_is_one_sentence(self, server, target, monkeypatch):
        monkeypatch.setattr(download, "_open_at", lambda part, offset: FullDisk())
        with pytest.raises(WorkbookError) as error:
            get(server, target)
        assert f"The disk of {target.parent} is full: file needs 300 kB" in sentence(error)
        assert len(server.asked) == 1

    def test_a_disk_without_room_is_not_filled(self, server, target, monkeypatch):
        usage = download.shutil.disk_usage(target.parent.parent)._replace(free=len(CONTENT) - 1)
        monkeypatch.setattr(download.shutil, "disk_usage", lambda folder: usage)
        with pytest.raises(WorkbookError) as error:
            get(server, target)
        assert "make room" in sentence(error)
        assert server.asked == []

    def test_no_more_than_the_size_is_written(self, server, target, monkeypatch):
        written = []

        class Counted(io.FileIO):
            def write(self, chunk):
                written.append(len(chunk))
                return super().write(chunk)

        monkeypatch.setattr(download, "_open_at", lambda part, offset: Counted(part, "ab" if offset else "wb"))
        server.sized = False
        server.files["/endless"] = bytes(20 * len(CONTENT))
        with pytest.raises(WorkbookError) as error:
            get(server, target, "/endless")
        assert "sends more than the file's size" in sentence(error)
        assert 0 < sum(written) <= len(CONTENT)

    def test_a_started_download_needs_room_for_the_rest_only(self, server, target, monkeypatch):
        target.parent.mkdir()
        part_of(target).write_bytes(CONTENT[:1000])
        usage = download.shutil.disk_usage(target.parent)._replace(free=len(CONTENT) - 1000)
        monkeypatch.setattr(download.shutil, "disk_usage", lambda folder: usage)
        assert get(server, target).read_bytes() == CONTENT

    def test_a_folder_that_cannot_be_made_is_named(self, server, tmp_path):
        (tmp_path / "taken").write_text("a file where a folder should be")
        with pytest.raises(WorkbookError) as error:
            get(server, tmp_path / "taken" / "file")
        assert "choose a folder that you may write to" in sentence(error)

    def test_sizes_are_readable(self):
        sizes = [(0, "0 kB"), (28_881, "29 kB"), (11_594_722, "12 MB"), (1_443_490_838, "1.4 GB")]
        assert [download.readable_size(size) for size, _ in sizes] == [text for _, text in sizes]


def make_zip(path: Path, members: dict[str, bytes], mode: int = 0) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            member = zipfile.ZipInfo(name)
            member.external_attr = mode << 16
            file.writestr(member, content, zipfile.ZIP_DEFLATED)
    return path


def make_tar(path: Path, members: dict[str, bytes], kind: bytes = tarfile.REGTYPE, link: str = "") -> Path:
    with tarfile.open(path, "w:gz") as file:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.type, member.linkname, member.size = kind, link, len(content)
            file.addfile(member, io.BytesIO(content))
    return path


MAKERS = [(make_zip, "archive.zip"), (make_tar, "archive.tar.gz")]


class TestExtract:
    @pytest.mark.parametrize(("make", "name"), MAKERS)
    def test_everything_arrives(self, tmp_path, make, name):
        archive = make(tmp_path / name, {"a.txt": b"one", "deep/er/b.txt": b"two"})
        folder = extract(archive, tmp_path / "out" / "folder", limit=6)
        found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        assert found == {"a.txt": b"one", "deep/er/b.txt": b"two"}
        assert [path.name for path in folder.parent.iterdir()] == ["folder"]

    def test_folders_arrive(self, tmp_path):
        with zipfile.ZipFile(tmp_path / "a.zip", "w") as file:
            file.mkdir("empty")
        assert (extract(tmp_path / "a.zip", tmp_path / "z", limit=0) / "empty").is_dir()
        archive = make_tar(tmp_path / "a.tar", {"empty": b""}, kind=tarfile.DIRTYPE)
        assert (extract(archive, tmp_path / "t", limit=0) / "empty").is_dir()

    @pytest.mark.parametrize(("make", "name"), MAKERS)
    @pytest.mark.parametrize(
        "evil",
        [
            "../evil",
            "deep/../../evil",
            "/tmp/evil",
            "..\\evil",
            "deep\\..\\..\\evil",
            "C:\\evil",
            "C:evil",
            "\\\\host\\share\\evil",
            "\\evil",
        ],
    )
    def test_nothing_leaves_the_folder(self, tmp_path, make, name, evil):
        archive = make(tmp_path / name, {"good": b"good", evil: b"evil"})
        if make is make_zip:  # zipfile replaces the system's separator on writing; the name must stand there as it is
            with zipfile.ZipFile(archive) as file:
                assert evil in file.namelist()
        with pytest.raises(WorkbookError) as error:
            extract(archive, tmp_path / "inner" / "folder", limit=100)
        assert "points outside its folder" in sentence(error)
        assert list((tmp_path / "inner").iterdir()) == []
        assert not list(tmp_path.rglob("*evil*"))
        assert not Path("/tmp/evil").exists()

    @pytest.mark.parametrize(
        "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE]
    )
    def test_a_tars_links_and_devices_are_refused(self, tmp_path, kind):
        archive = make_tar(tmp_path / "a.tar.gz", {"link": b""}, kind=kind, link="/etc/passwd")
        with pytest.raises(WorkbookError) as error:
            extract(archive, tmp_path / "folder", limit=100)
        assert "'link' in it is a link or a device" in sentence(error)
        assert not (tmp_path / "folder").exists()

    def test_a_zips_links_are_refused(self, tmp_path):
        archive = make_zip(tmp_path / "a.zip", {"link": b"/etc/passwd"}, mode=stat.S_IFLNK | 0o777)
        with pytest.raises(WorkbookError) as error:
            extract(archive, tmp_path / "folder", limit=100)
        assert "is a link or a device" in sentence(error)

    @pytest.mark.parametrize(("make", "name"), MAKERS)
    def test_a_bomb_is_stopped_at_the_limit(self, tmp_path, make, name, monkeypatch):
        archive = make(tmp_path / name, {"a": b"0" * 600_000, "b": b"0" * 600_000})
        assert archive.stat().st_size < 10_000
        with pytest.raises(WorkbookError) as error:
            extract(archive, tmp_path / "folder", limit=1_000_000)
        assert "more than it should" in sentence(error)
        assert [path.name for path in tmp_path.iterdir()] == [name]

    @pytest.mark.parametrize(("make", "name"), MAKERS)
    def test_a_damaged_archive_leaves_nothing(self, tmp_path, make, name):
        archive = make(tmp_path / name, {"a": CONTENT})
        whole = archive.read_bytes()
        for damaged in (
            b"",
            b"<html>",
            whole[:1000],
            whole[: len(whole) // 2],
            whole[:2000] + b"\xff" * 500 + whole[2500:],
        ):
            archive.write_bytes(damaged)
            with pytest.raises(WorkbookError) as error:
                extract(archive, tmp_path / "folder", limit=1_000_000)
            assert "damaged" in sentence(error)
            assert [path.name for path in tmp_path.iterdir()] == [name]

    def test_what_is_there_is_not_overwritten(self, tmp_path):
        archive = make_zip(tmp_path / "a.zip", {"a": b"new"})
        (tmp_path / "folder").mkdir()
        extract(archive, tmp_path / "folder", limit=3)
        with pytest.raises(WorkbookError) as error:
            extract(archive, tmp_path / "folder", limit=3)
        assert "is there already" in sentence(error)

    def test_a_full_disk_leaves_nothing(self, tmp_path, monkeypatch):
        archive = make_zip(tmp_path / "a.zip", {"a": b"new"})

        def full(*_, **__):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        monkeypatch.setattr(download, "_copy", full)
        with pytest.raises(WorkbookError) as error:
            extract(archive, tmp_path / "folder", limit=3)
        assert "is full" in sentence(error)
        assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]


@pytest.fixture
def published(server, monkeypatch, tmp_path):
    """A tiny `mnist` that the loopback server publishes, an empty cache and no WORKBOOK_DATA."""
    raw = write_small(tmp_path / "origin")
    files = []
    for file in SMALL.files:
        plain = (raw / file.name).read_bytes()
        packed = gzip.compress(plain)
        server.files[f"/mnist/{file.name}.gz"] = packed
        sha256, unpacked = (hashlib.sha256(content).hexdigest() for content in (packed, plain))
        files.append(idx.IdxFile(file.name, len(packed), sha256, unpacked))
    small = dataclasses.replace(SMALL, files=tuple(files), mirrors=(server.url("/gone/"), server.url("/mnist/")))
    monkeypatch.setitem(idx.PUBLISHED, "mnist", small)
    monkeypatch.setattr(idx, "cache_folder", lambda: tmp_path / "cache")
    monkeypatch.delenv("WORKBOOK_DATA", raising=False)
    return raw


class TestGet:
    def test_from_absent_to_loaded(self, published, tmp_path, monkeypatch, capfd):
        assert data.load("mnist").name == "digits"
        raw = data.get("mnist")
        out, err = capfd.readouterr()
        assert err == ""
        assert out.count("100%") >= 4
        assert raw == tmp_path / "cache" / "MNIST" / "raw"
        loaded = data.load("mnist")
        monkeypatch.setenv("WORKBOOK_DATA", str(tmp_path / "origin"))
        assert loaded.name == "mnist"
        assert loaded.checksum == data.load("mnist").checksum

    def test_a_set_that_is_there_asks_nothing(self, published, server, tmp_path, monkeypatch):
        data.get("mnist", progress=False)
        server.asked.clear()
        data.get("mnist", progress=False)
        monkeypatch.setenv("WORKBOOK_DATA", str(tmp_path / "origin"))
        assert data.get("mnist") == published
        assert server.asked == []

    def test_a_folder_of_ones_own(self, published, tmp_path):
        assert data.get("mnist", folder=tmp_path / "mine", progress=False) == tmp_path / "mine" / "MNIST" / "raw"

    def test_a_damaged_download_is_replaced(self, published):
        raw = data.get("mnist", progress=False)
        spoilt = raw / "t10k-labels-idx1-ubyte.gz"
        spoilt.write_bytes(spoilt.read_bytes()[:-4])
        with pytest.raises(WorkbookError):
            data.load("mnist")
        (damage,) = next(row.damage for row in data.available(verify=True) if row.name == "mnist")
        assert str(spoilt) in damage
        data.get("mnist", progress=False)
        assert data.load("mnist").name == "mnist"

    def test_a_damaged_unpacked_file_beside_it_is_named(self, published):
        raw = data.get("mnist", progress=False)
        (raw / "t10k-labels-idx1-ubyte").write_bytes(b"not what was published")
        with pytest.raises(WorkbookError) as error:
            data.get("mnist", progress=False)
        assert "t10k-labels-idx1-ubyte is damaged" in sentence(error)

    def test_an_instructors_mirror_serves_the_layout(self, published, server, monkeypatch):
        for file in SMALL.files:
            server.files[f"/course/MNIST/raw/{file.name}.gz"] = server.files.pop(f"/mnist/{file.name}.gz")
        monkeypatch.setenv("WORKBOOK_MIRROR", server.url("/course"))
        data.get("mnist", progress=False)
        assert all(path.startswith("/course/MNIST/raw/") for path, _ in server.asked)
        assert data.load("mnist").name == "mnist"

    def test_no_network_is_one_sentence(self, published, server):
        server.files.clear()
        with pytest.raises(WorkbookError) as error:
            data.get("mnist", progress=False)
        assert sentence(error).count("answers 404") == 2
