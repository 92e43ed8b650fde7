"""A backup is made while the server runs and taken back: rehearsed, not believed."""
import json


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
