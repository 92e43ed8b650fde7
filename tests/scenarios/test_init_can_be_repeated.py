"""An init that failed or was killed leaves a folder in which init works."""
import os
import random
import shutil
import signal
import subprocess
import time

import pytest

from conftest import POSTGRES, fresh_database
from newsroom import CRIER, Newsroom, crier


def test_after_a_mistake(tmp_path):
    folder = tmp_path / "n"
    for option, told in (("--url=news", "--url"), ("--languages=english", "--languages"), ("--time-zone=Mars/Base", "Mars/Base")):
        done = crier("init", folder, option, check=False)
        assert done.returncode == 2 and told in done.stderr, done.stderr
        assert not folder.exists()
    crier("init", folder)
    assert Newsroom(folder).wrong() == []


def test_after_a_failure_in_the_middle(tmp_path):
    folder, data = tmp_path / "n", tmp_path / "data"
    (data / "sample").mkdir(parents=True)
    (data / "sample" / "site.conf").write_text("nonsense = 1;\n")
    done = crier("init", folder, "--sample", check=False, env={**os.environ, "CRIER_DATA_DIR": str(data)})
    assert done.returncode == 1 and "site.conf:1" in done.stderr
    assert not (folder / "crier.conf").exists() and not (folder / "store.db").exists()
    crier("init", folder, "--sample")
    room = Newsroom(folder).start()
    assert len(room.get("/").text) > 1000
    assert room.stop() == 0


def test_after_a_kill(tmp_path):
    rng = random.Random(5)
    folder = tmp_path / "n"
    killed = 0
    for _ in range(6):
        process = subprocess.Popen([str(CRIER), "init", str(folder), "--sample"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        try:
            process.wait(0.05 + rng.random() * 0.4)
            break
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            killed += 1
    assert killed > 0
    if not (folder / "crier.conf").exists():
        crier("init", folder, "--sample")
    room = Newsroom(folder)
    assert room.wrong() == []
    room.start()
    text = room.get("/").text
    assert text.count("<nav") >= 1 and room.get("/2022/06/prison-library/").status == 410
    menu = [line for line in text.splitlines() if 'href="/about/"' in line]
    assert len(menu) <= 2, "the menu was put in more than once"
    assert room.stop() == 0


def test_a_store_of_somebody_is_left_alone(tmp_path):
    folder = tmp_path / "n"
    crier("init", folder)
    (folder / "crier.conf").unlink()
    before = (folder / "store.db").read_bytes()
    done = crier("init", folder, check=False)
    assert done.returncode == 1 and "holds a store.db but no crier.conf" in done.stderr
    assert (folder / "store.db").read_bytes() == before


@pytest.mark.parametrize("place", ["/proc/newsroom", "FILE", "FILE/below"])
def test_where_no_folder_can_be(tmp_path, place):
    (tmp_path / "file").write_text("mine")
    done = crier("init", place.replace("FILE", str(tmp_path / "file")), check=False)
    assert done.returncode == 1 and done.stderr.startswith("crier: ")
    assert (tmp_path / "file").read_text() == "mine"


def test_permissions_of_what_it_makes(tmp_path):
    folder = tmp_path / "n"
    old = os.umask(0)
    try:
        crier("init", folder)
    finally:
        os.umask(old)
    for path in [folder, *folder.rglob("*")]:
        assert path.stat().st_mode & 0o027 == 0, path


def test_interrupted_by_a_signal(tmp_path):
    process = subprocess.Popen([str(CRIER), "init", str(tmp_path / "n"), "--sample"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    process.wait(60)
    if process.returncode != 0:
        crier("init", tmp_path / "n", "--sample")
    assert Newsroom(tmp_path / "n").wrong() == []


@pytest.mark.skipif(not POSTGRES, reason="no PostgreSQL here (CRIER_TEST_POSTGRES)")
def test_content_in_postgres(tmp_path):
    """The sample goes into an empty database only; a second folder on it is another node, and shows the same."""
    url = fresh_database()
    crier("init", tmp_path / "one", "--sample", "--store", url)
    assert not (tmp_path / "one" / "store.db").exists()
    again = crier("init", tmp_path / "two", "--sample", "--store", url, check=False)
    assert again.returncode == 1 and "holds a newsroom already" in again.stderr and not (tmp_path / "two").exists()
    crier("init", tmp_path / "two", "--languages", "en,fr,es,ar", "--store", url)
    shutil.copytree(tmp_path / "one" / "blobs", tmp_path / "two" / "blobs", dirs_exist_ok=True)  # as each node needs them
    for name in ("one", "two"):
        room = Newsroom(tmp_path / name)
        assert room.wrong() == []
        room.start()
        assert room.get("/2022/06/prison-library/").status == 410 and room.get("/2026/10/borrowed-light/").status == 200
        assert room.stop() == 0


@pytest.mark.parametrize("url", ["sqlite:x.db", "mysql://u:s3cret@h/x"])
def test_a_store_of_another_kind(tmp_path, url):
    done = crier("init", tmp_path / "n", "--store", url, check=False)
    assert done.returncode == 2 and "--store: found" in done.stderr and "postgres://USER@HOST/NAME" in done.stderr, done.stderr
    assert "s3cret" not in done.stderr and not (tmp_path / "n").exists()
