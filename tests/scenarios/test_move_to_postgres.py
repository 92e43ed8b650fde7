"""crier move: a newsroom goes from SQLite to PostgreSQL while it serves; readers see the same bytes before and after, and
work goes on there. Killed at random moments, the same call goes on: 5 times in ./dev test, CRIER_KILLS (200) in ./dev soak."""
import json
import os
import random
import re
import subprocess
import time

import pytest

from conftest import POSTGRES, fresh_database
from newsroom import CRIER, links_of, tell, wxr

pytestmark = pytest.mark.one_engine("it starts on SQLite and goes both ways")
KILLS = [5, pytest.param(int(os.environ.get("CRIER_KILLS", "200")), marks=pytest.mark.soak)]
POSTS = 400  # enough that a move takes longer than most of the waits before a kill
FIRST_S = 1600000000


@pytest.fixture
def target():
    if not POSTGRES:
        pytest.skip("no PostgreSQL here (CRIER_TEST_POSTGRES)")
    return fresh_database()


def addresses(room):
    """Every page that the sitemaps name and all that those link to: lists, feeds, pictures; and what is gone."""
    parts = re.findall(r"<loc>[^<]*(/sitemap-\d+\.xml)</loc>", room.get("/sitemap.xml").text)
    pages = {path for part in parts for path in re.findall(r"<loc>https?://[^/<]*(/[^<]*)</loc>", room.get(part).text)}
    linked = {link for path in pages for link in links_of(room.get(path).text) if re.match(r"/[^/?#]", link)}
    return sorted(pages | {link.split("#")[0] for link in linked} | {"/", "/sitemap.xml", "/2021/09/first-day/", *parts})


def pages_of(room):
    """What readers get, without the moment it was made."""
    got = {}
    for path in addresses(room):
        answer = room.get(path)
        got[path] = (answer.status, answer.header("Content-Type"), answer.header("ETag"), answer.body)
    return got


def export(folder, posts, first=1):
    path = folder / f"export-{first}.xml"
    path.write_text(wxr([{"id": n, "slug": f"post-{n}", "title": f"Post number {n}", "time": FIRST_S + n * 1000,
                          "body": f"<p>Words of {n}.</p>" * 20} for n in range(first, first + posts)]))
    return path


def test_all_pages_are_the_same(own_sample, target, tmp_path):
    room = own_sample.start()
    room.run("withdraw", "/2021/09/first-day/", "--note", "A mistake of ours.")
    room.wait_for("/2021/09/first-day/", 410)
    before = pages_of(room)
    assert len(before) > 100 and sum(status == 200 for status, *_ in before.values()) > 100

    done = room.run("move", "--to", target)
    assert "each table the same by number and hash" in done.stdout
    assert "start it again now" in done.stdout  # the server that runs reads the old store
    assert "pg_dump" in done.stdout
    conf = (room.folder / "crier.conf").read_text()
    assert f'url = "{target}";' in conf and "until crier move at" in conf
    assert pages_of(room) == before  # it goes on serving meanwhile

    assert room.stop() == 0
    room.start()
    assert pages_of(room) == before
    assert room.wrong() == []
    versions = [finding["text"] for finding in room.findings() if finding["subject"] == "versions"]
    assert len(versions) == 1 and "PostgreSQL at version" in versions[0]

    # From nothing as well, not only from the public.db of before.
    assert room.stop() == 0
    for path in room.folder.glob("public.db*"):
        path.unlink()
    room.start()
    assert {path: answer[3] for path, answer in pages_of(room).items()} == {path: answer[3] for path, answer in before.items()}

    room.run("withdraw", "/2022/02/untitled-note/")
    room.wait_for("/2022/02/untitled-note/", 410)
    room.run("import wordpress", export(tmp_path, 3))
    room.wait_for(time.strftime("/%Y/%m/", time.gmtime(FIRST_S + 2000)) + "post-2/")
    again = room.run("move", "--to", target, "--json")
    assert json.loads(again.stdout)["tables"] == []  # it is there already

    # And back, with what was written meanwhile.
    now = pages_of(room)
    room.run("move", "--to", "sqlite:back.db")
    assert room.stop() == 0
    room.start()
    assert pages_of(room) == now


def test_the_old_store_is_left_alone(own_sample, target):
    """With --keep-config nothing changes but the marks: the old store is no longer written to, nor served anew."""
    room = own_sample
    conf = (room.folder / "crier.conf").read_bytes()
    told = room.run("move", "--to", target, "--keep-config")
    assert "Set database.url" in told.stdout
    assert (room.folder / "crier.conf").read_bytes() == conf
    for command in ("withdraw /2021/09/first-day/", "serve --port 0"):
        word, *rest = command.split()
        refused = room.run(word, *rest, check=False)
        assert refused.returncode == 1 and "was moved to" in refused.stderr, refused.stderr
    wrong = room.wrong()
    assert any("set database.url" in finding["text"] for finding in wrong), wrong
    refused = room.run("move", "--abandon", check=False)
    assert refused.returncode == 1 and "moved to" in refused.stderr
    room.run("move", "--to", target)  # the same again, and crier.conf is changed now
    assert room.wrong() == []


def test_passwords_are_not_told(own_sample):
    room = own_sample
    for url in ("postgres://u:s3cret@127.0.0.1:1/x", "postgres://u:s3cret/@h/x", "postgres://u:%zs3cret@h/x",
                "postgres://u:s3cret?@h/x", "postgres://u:p@s3cret@h/x", "mysql://u:s3cret@h/x",
                "postgres://127.0.0.1:1/x?password=s3cret"):
        refused = room.run("move", "--to", url, "--json", check=False)
        assert refused.returncode == 1, url
        assert "s3cret" not in refused.stderr + refused.stdout, url
        assert json.loads(refused.stdout)["error"]
    assert room.run("withdraw", "/2021/09/first-day/").returncode == 0  # nothing was begun


def test_mistakes_of_the_command_line(own_sample):
    for arguments in ([], ["--to", "sqlite:x.db", "--abandon"]):
        assert own_sample.run("move", *arguments, check=False).returncode == 2
    refused = own_sample.run("move", "--abandon", check=False)
    assert refused.returncode == 1 and "no move of this store" in refused.stderr


@pytest.mark.parametrize("kills", KILLS)
def test_killed_at_any_moment(own_sample, request, tmp_path, kills, counted):
    """Each round moves to a database of its own, killed until it is through."""
    if not POSTGRES:
        pytest.skip("no PostgreSQL here (CRIER_TEST_POSTGRES)")
    room = own_sample
    room.run("import wordpress", export(tmp_path, POSTS))
    room.start()
    before = pages_of(room)
    assert room.stop() == 0
    rng = random.Random(20261123)
    killed = rounds = 0
    longest_s = 0.5
    while killed < kills:
        rounds += 1
        assert rounds < 10 * kills + 20, f"moves end before they can be killed: {killed} of {rounds}"
        url = fresh_database() if rounds % 2 else f"sqlite:round-{rounds}.db"
        while True:
            started = time.monotonic()
            process = subprocess.Popen([str(CRIER), "move", "-C", str(room.folder), "--to", f"{url}"],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            try:
                errors = process.communicate(timeout=rng.random() * longest_s if killed < kills else 300)[1]
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
                killed += 1
                tell(f"{request.node.name}: killed {killed} of {kills}")
                continue
            assert process.returncode == 0, errors
            longest_s = max(0.05, min(2.0, time.monotonic() - started))
            break
        assert room.wrong() == []
    room.start()
    assert pages_of(room) == before
    counted(f"killed {killed} times in {rounds} moves, every page the same")
