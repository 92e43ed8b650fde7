"""Ctrl-C, a full disk, a report that cannot be kept: what is told, what is public, and that the same call goes on."""
import json
import os
import resource
import signal
import subprocess
import time

import pytest

from newsroom import CRIER, Newsroom, crier, wxr

COUNT = 3000
BODY = "<p>" + "Some words of a long text. " * 40 + "</p>"


@pytest.fixture(scope="module")
def export(tmp_path_factory):
    path = tmp_path_factory.mktemp("export") / "export.xml"
    path.write_text(wxr([{"id": n, "slug": f"post-{n}", "title": f"Post number {n}", "time": 1600000000 + n * 1000, "body": BODY}
                         for n in range(1, COUNT + 1)]))
    return path


@pytest.fixture
def room(empty):
    empty.set("import", "chunk_items", "50")
    return empty


def all_are_public(room):
    room.start()
    for n in (1, COUNT // 2, COUNT):
        path = time.strftime("/%Y/%m/", time.gmtime(1600000000 + n * 1000)) + f"post-{n}/"
        assert room.get(path).status == 200, path


def chunks_written(room):
    """How many transactions the import has committed, as another process sees it."""
    return int(room.sql("SELECT count(*) FROM outbox WHERE kind = 'chunk'")[0][0])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_it_between_two_chunks(room, export, number):
    command = [str(CRIER), "import", "wordpress", "-C", str(room.folder), str(export)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    until = time.monotonic() + 120
    while chunks_written(room) < 5:
        assert process.poll() is None and time.monotonic() < until
        time.sleep(0.005)
    process.send_signal(number)
    _, told = process.communicate(timeout=120)
    assert process.returncode == 1
    assert "The import was stopped; the same command goes on where it was. Nothing of it is public yet." in told, told
    assert 5 <= chunks_written(room) < COUNT // 50
    unfinished = [f for f in room.findings() if f["subject"] == "imports"]
    assert unfinished[0]["level"] == "warning" and "interrupted" in unfinished[0]["text"]
    room.start()
    assert "Post number" not in room.get("/").text
    room.stop()
    report = json.loads(room.run("import wordpress", export, "--json").stdout)
    assert report["counts"]
    assert [f["level"] for f in room.findings() if f["subject"] == "imports"] == ["fine"]
    all_are_public(room)


def limited(bytes_most):
    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_most, bytes_most))
    return limit


@pytest.mark.one_engine("of the file of the store")
def test_a_file_that_may_not_grow(room, export):
    size = (room.folder / "store.db").stat().st_size
    done = subprocess.run([str(CRIER), "import", "wordpress", "-C", str(room.folder), str(export)], capture_output=True, text=True,
                          preexec_fn=limited(size + 400_000), timeout=120)
    assert done.returncode == 1 and "Nothing of the import is public" in done.stderr, done.stderr
    assert room.wrong() == []
    room.run("import wordpress", export)
    all_are_public(room)


@pytest.fixture
def small_disk(tmp_path):
    folder = tmp_path / "disk"
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(folder)], capture_output=True)
    if done.returncode != 0:
        pytest.skip("a small disk cannot be mounted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk(small_disk, export):
    crier("init", small_disk / "newsroom")
    room = Newsroom(small_disk / "newsroom")
    room.set("import", "chunk_items", "50")
    done = room.run("import wordpress", export, check=False)
    assert done.returncode == 1 and "full" in done.stderr and "Nothing of the import is public" in done.stderr, done.stderr
    assert room.wrong() == []
    assert [f["level"] for f in room.findings() if f["subject"] == "disk"] == ["warning"]
    done = room.run("backup", check=False)
    assert done.returncode == 1 and not any(path.name.endswith(".partial") for path in (room.folder / "backups").iterdir())
    subprocess.run(["mount", "-o", "remount,size=200m", str(small_disk)], check=True)
    room.run("import wordpress", export)
    all_are_public(room)
    assert room.stop() == 0


def test_the_report_is_kept(room, tmp_path):
    small = tmp_path / "small.xml"
    small.write_text(wxr([{"id": 1, "slug": "one"}]))
    told = room.run("import wordpress", small).stdout
    kept = sorted((room.folder / "imports").iterdir())
    assert len(kept) == 1 and f"This report is kept in {kept[0]}." in told
    assert told.startswith(kept[0].read_text())
    room.run("import wordpress", small)
    assert len(list((room.folder / "imports").iterdir())) == 2  # also within one second
    elsewhere = tmp_path / "report.json"
    shown = room.run("import wordpress", small, "--json", f"--report={elsewhere}").stdout
    assert json.loads(shown) == json.loads(elsewhere.read_text())
    assert len(list((room.folder / "imports").iterdir())) == 2
    room.run("import wordpress", small, "--dry-run")
    assert len(list((room.folder / "imports").iterdir())) == 2
    assert oct(kept[0].stat().st_mode & 0o777) == "0o640"


def test_a_report_that_cannot_be_kept_is_no_failed_import(room, tmp_path):
    small = tmp_path / "small.xml"
    small.write_text(wxr([{"id": 1, "slug": "one", "time": 1700000000}]))
    (tmp_path / "taken").mkdir()  # a folder stands where the report should
    done = room.run("import wordpress", small, "--report", tmp_path / "taken", check=False)
    assert done.returncode == 1 and "the import is done, but its report could not be kept" in done.stderr
    assert room.start().get("/2023/11/one/").status == 200


def test_a_report_without_a_folder_is_told_before_the_import(room, tmp_path):
    small = tmp_path / "small.xml"
    small.write_text(wxr([{"id": 1, "slug": "one", "time": 1700000000}]))
    done = room.run("import wordpress", small, "--report", tmp_path / "no" / "report.txt", check=False)
    assert done.returncode == 2 and f"there is no folder {tmp_path / 'no'}" in done.stderr
    assert room.start().get("/2023/11/one/").status == 404


def test_progress_is_for_terminals(room, export):
    done = room.run("import wordpress", export, "--dry-run")
    assert "\r" not in done.stderr + done.stdout and done.stderr == ""
    import pty
    master, slave = pty.openpty()
    process = subprocess.Popen([str(CRIER), "import", "wordpress", "-C", str(room.folder), str(export)], stdout=subprocess.DEVNULL, stderr=slave)
    os.close(slave)
    seen = b""
    while True:
        try:
            piece = os.read(master, 65536)
        except OSError:
            break
        if not piece:
            break
        seen += piece
    os.close(master)
    assert process.wait(60) == 0
    assert seen == b"" or (b"%" in seen and seen.endswith(b"\x1b[K"))  # nothing within the first second, else a line that is wiped
