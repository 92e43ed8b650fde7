"""crier check: what it finds, in which form, and with which exit code."""
import json
import os
import time

import pytest

from newsroom import copy_of, crier

KEYS = {"level", "subject", "text", "remedy"}
SUBJECTS = {"configuration", "permissions", "theme", "database", "versions", "imports", "entries", "files", "server", "caches", "disk", "clock", "backup"}


def levels(room, subject):
    return [(f["level"], f["text"]) for f in room.findings() if f["subject"] == subject]


def test_shape(own_sample):
    found = own_sample.findings()
    assert {f["subject"] for f in found} == SUBJECTS
    for finding in found:
        assert set(finding) == KEYS and finding["level"] in ("fine", "warning", "wrong")
        assert bool(finding["remedy"]) == (finding["level"] != "fine"), finding
    text = own_sample.run("check").stdout
    for finding in found:
        assert f"{finding['subject']}: {finding['text']}\n" in text and finding["remedy"] in " ".join(text.split())


def test_the_server_that_runs(own_sample):
    room = own_sample
    assert levels(room, "server")[0][0] == "warning"
    room.start()
    version = crier("--version").stdout.strip()
    assert levels(room, "server") == [("fine", f"it runs: {version}")]
    (room.folder / "serve.lock").write_text("0.0.7\n")  # as a server of another release signs it
    assert levels(room, "server") == [("warning", f"crier 0.0.7 runs, and this is {version}")]
    room.stop()
    assert "public.db was last written 0 hours ago" in levels(room, "server")[0][1]


def test_the_age_of_the_backup(own_sample):
    room = own_sample
    if room.database:  # what PostgreSQL's own tools do is not seen
        assert levels(room, "backup")[0][0] == "fine" and "PostgreSQL" in levels(room, "backup")[0][1]
        refused = room.run("backup", check=False)
        assert refused.returncode == 1 and "pg_dump" in refused.stderr
        return
    assert levels(room, "backup") == [("warning", "there is none in the folder backups")]
    room.run("backup")
    assert levels(room, "backup") == [("fine", "the newest is 0 hours old")]
    manifest = next((room.folder / "backups").glob("*/MANIFEST"))
    os.utime(manifest, (time.time() - 100 * 3600,) * 2)
    assert levels(room, "backup") == [("warning", "the newest is 100 hours old")]


def test_a_clock_that_went_backwards(own_sample):
    own_sample.sql("UPDATE outbox SET at_s = at_s + 400000000 WHERE number = (SELECT max(number) FROM outbox)")
    done = own_sample.run("check", check=False)
    assert done.returncode == 1 and "it went backwards" in done.stdout


def test_an_entry_that_cannot_be_shown(own_sample):
    room = own_sample
    assert levels(room, "entries") == [("fine", "none is left out")]
    entry, path = room.sql("SELECT id, path FROM item_language WHERE state = 'released' ORDER BY id LIMIT 1")[0]
    room.sql(f"INSERT INTO term (id, vocabulary) VALUES ({1 << 40}, 'tag')")
    room.sql(f"INSERT INTO item_term (entry_id, term_id, position) VALUES ({entry}, {1 << 40}, 99)")
    for file in room.folder.glob("public.db*"):
        file.unlink()
    room.start()
    assert room.get(path).status == 404 and room.get("/").status == 200
    (level, text), = levels(room, "entries")
    assert level == "wrong" and f"entry {entry} ({path}) cannot be shown" in text and "out of range" in text
    assert f"event=entry.left_out entry={entry} path={path} reason=" in room.log_text()
    assert room.run("check", check=False).returncode == 1
    room.run("withdraw", path)
    room.wait_for(path, 410)
    assert levels(room, "entries") == [("fine", "none is left out")]


def test_a_theme_that_does_not_compile(own_sample):
    (own_sample.folder / "theme" / "front.mustache").write_text("<p>\n{{no_such_field}}")
    done = own_sample.run("check", check=False)
    assert done.returncode == 1 and "front.mustache:2" in done.stdout and "no_such_field" in done.stdout


def test_doubtful_configuration(own_sample):
    room = own_sample
    room.set("listen", "address", '"0.0.0.0"')
    told = " ".join(text for level, text in levels(room, "configuration") if level == "warning")
    assert "localhost" in told and "0.0.0.0" in told
    room.set("site", "time_zone", '"Europe/Nowhere"')
    told = " ".join(text for level, text in levels(room, "configuration") if level == "wrong")
    assert "crier.conf:" in told and "Europe/Nowhere" in told
    served = room.run("serve", "--port", "0", check=False, timeout=60)
    assert served.returncode == 1 and told in served.stderr, served.stderr
    room.set("site", "time_zone", '"Europe/London"')
    room.set("site", "url", '"http://news.example.org"')
    assert any("seen and changed on the way" in text for _, text in levels(room, "configuration"))
    (room.folder / "crier.conf").chmod(0o666)
    assert levels(room, "configuration")[0][0] == "wrong"


def test_missing_files(own_sample):
    victim = next(path for path in sorted((own_sample.folder / "blobs").rglob("*")) if path.is_file())
    victim.unlink()
    done = own_sample.run("check", check=False)
    assert done.returncode == 1 and "files are missing" in done.stdout


@pytest.mark.one_engine("PostgreSQL has backups of its own")
def test_a_backup_without_them_says_so(own_sample):
    """It is made, for the rest is worth keeping; the timer that made it hears of it."""
    whole = json.loads(own_sample.run("backup", "--json").stdout)
    assert whole["missing"] == 0 and whole["first_missing"] == ""
    victims = [path for path in sorted((own_sample.folder / "blobs").rglob("*")) if path.is_file()][:2]
    for victim in victims:
        victim.unlink()
    told = own_sample.run("backup", "--to", own_sample.folder / "backups" / "told", check=False)
    assert told.returncode == 1 and "2 of " in told.stderr and "not in the folder blobs" in told.stderr, told.stderr
    assert "This takes it back" in told.stdout and (own_sample.folder / "backups" / "told" / "MANIFEST").exists()
    lacking = own_sample.run("backup", "--json", "--to", own_sample.folder / "backups" / "lacking", check=False)
    made = json.loads(lacking.stdout)
    assert lacking.returncode == 1 and made["missing"] == 2 and made["first_missing"] and made["files"] == whole["files"] - 2


@pytest.mark.one_engine("PostgreSQL keeps its own pages")
def test_a_damaged_database(own_sample):
    path = own_sample.folder / "store.db"
    content = bytearray(path.read_bytes())
    content[8192:16384] = b"\xa5" * 8192
    path.write_bytes(content)
    done = own_sample.run("check", check=False)
    assert done.returncode == 1 and "restore" in done.stdout


@pytest.mark.one_engine("of the file of the store")
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_files_of_somebody_else(own_sample):
    os.chown(own_sample.folder / "store.db", 1234, 1234)
    assert levels(own_sample, "permissions")[0][0] == "warning"


def test_it_changes_nothing(own_sample, tmp_path):
    before = {path: path.stat().st_mtime_ns for path in own_sample.folder.rglob("*") if path.is_file()}
    own_sample.run("check")
    after = {path: path.stat().st_mtime_ns for path in own_sample.folder.rglob("*") if path.is_file()}
    assert before == after


def test_an_interrupted_restore(own_sample):
    copy_of(own_sample.folder, own_sample.folder.with_name("newsroom.restoring"))
    assert any("interrupted restore" in text for level, text in levels(own_sample, "backup"))
