"""A backup is made while the server runs and taken back: rehearsed, not believed."""
import json

import pytest

pytestmark = pytest.mark.one_engine("a PostgreSQL store is kept by pg_dump")


def test_rehearsal(own_sample, tmp_path):
    room = own_sample.start()
    made = json.loads(room.run("backup", "--json").stdout)
    assert made["files"] > 50
    path = "/2026/02/who-turned-off-the-lamps/"
    before = room.get(path).body
    room.run("withdraw", path)
    room.wait_for(path, 410)
    busy = room.run("restore", made["backup"], check=False)
    assert busy.returncode == 1 and "stop it first" in busy.stderr
    room.stop()
    done = room.run("restore", made["backup"])
    assert "is kept in" in done.stdout
    assert room.wrong() == []
    room.start()
    assert room.get(path).body == before
    picture = next(line for line in room.get("/").text.split('"') if line.startswith("/media/") and line.endswith(".jpg"))
    assert room.get(picture).status == 200


def test_a_changed_file_is_found(own_sample, tmp_path):
    room = own_sample
    made = json.loads(room.run("backup", "--json").stdout)
    folder = tmp_path / "elsewhere"
    import shutil
    shutil.copytree(made["backup"], folder)
    victim = next(p for p in sorted((folder / "blobs").rglob("*")) if p.is_file())
    content = victim.read_bytes()
    victim.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    before = sorted(p.name for p in room.folder.iterdir())
    done = room.run("restore", folder, check=False)
    assert done.returncode == 1 and victim.name in done.stderr and "as it was" in done.stderr
    assert sorted(p.name for p in room.folder.iterdir()) == before


def test_a_manifest_cannot_lead_outside(own_sample, tmp_path):
    made = json.loads(own_sample.run("backup", "--json").stdout)
    manifest = __import__("pathlib").Path(made["backup"]) / "MANIFEST"
    manifest.write_text(manifest.read_text() + "0" * 64 + " 1 ../evil\n")
    done = own_sample.run("restore", made["backup"], check=False)
    assert done.returncode == 1 and "../evil" in done.stderr
    assert not (own_sample.folder.parent / "evil").exists()


def test_into_a_new_folder(own_sample, tmp_path):
    from newsroom import Newsroom, crier
    made = json.loads(own_sample.run("backup", "--json").stdout)
    crier("restore", made["backup"], "-C", tmp_path / "second")
    other = Newsroom(tmp_path / "second").start()
    assert other.get("/2026/10/borrowed-light/").status == 200
    assert other.stop() == 0


def test_a_killed_backup_does_not_count(own_sample):
    import random
    import subprocess
    from newsroom import CRIER
    room = own_sample.start()
    rng = random.Random(11)
    killed = 0
    for _ in range(8):
        process = subprocess.Popen([str(CRIER), "backup", "-C", str(room.folder)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            process.wait(rng.random() * 0.15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            killed += 1
        for folder in (room.folder / "backups").iterdir():
            if folder.name.endswith(".partial"):
                done = room.run("restore", folder, "--check", check=False)
                assert done.returncode == 1 or (folder / "MANIFEST").exists()
            else:
                room.run("restore", folder, "--check")
    assert killed > 0
    made = [folder for folder in (room.folder / "backups").iterdir() if not folder.name.endswith(".partial")]
    backup = [f for f in room.findings() if f["subject"] == "backup"]
    assert ("none" in backup[0]["text"]) == (not made)
    room.run("backup", "--to", room.folder / "backups" / "last")
    assert not list((room.folder / "backups").glob("*.partial"))
    assert room.stop() == 0


def test_the_folder_is_checked_before_anything(own_sample, tmp_path):
    made = json.loads(own_sample.run("backup", "--json").stdout)
    home = tmp_path / "home"
    home.mkdir()
    (home / "letter").write_text("dear")
    from newsroom import crier
    done = crier("restore", made["backup"], cwd=home, check=False)
    assert done.returncode == 1 and "other things than a newsroom" in done.stderr
    assert [path.name for path in home.iterdir()] == ["letter"]


def test_while_an_import_runs(own_sample, tmp_path):
    """A restore would take away what the import writes; the import is let finish."""
    import fcntl
    import os
    made = json.loads(own_sample.run("backup", "--json").stdout)
    folder = os.open(own_sample.folder, os.O_RDONLY)
    fcntl.flock(folder, fcntl.LOCK_SH)  # as every command does
    done = own_sample.run("restore", made["backup"], check=False)
    assert done.returncode == 1 and "wait for its end" in done.stderr
    os.close(folder)
    own_sample.run("restore", made["backup"])
