"""The database goes away: readers go on, also after a restart of the node; writers are told; all is well when it comes back."""
import errno
import subprocess

import pytest

from nodes import bring, health, metric, node, nodes, path_of, unwritable, wait_until, writable
from postgres import postgres

GONE = "The note of a withdrawn item."


def test_an_outage(tmp_path):
    with postgres() as server, nodes(tmp_path, server.url(options="?connect_timeout=2"), 2) as rooms:
        room, other = rooms
        bring(room, range(1, 6))
        for each in rooms:
            each.start()
        room.run("withdraw", path_of(1), "--note", GONE)
        for each in rooms:
            each.wait_for(path_of(1), 410)
            assert each.get(path_of(2)).status == 200 and metric(each, "crier_store_reachable") == 1
        assert "since" not in health(room)

        server.stop()
        for each in rooms:
            wait_until(unwritable, each)
            assert health(each)["ok"] and "since" in health(each) and metric(each, "crier_store_reachable") == 0
        seen = metric(room, "crier_store_seen_timestamp_seconds")
        readers_are_served(room)

        assert room.stop() == 0
        room.start()
        assert unwritable(room)
        readers_are_served(room)
        writers_are_told(room)

        server.start()
        process = room.process.pid, other.process.pid
        for each in rooms:
            wait_until(writable, each)
        room.run("withdraw", path_of(3), "--note", GONE)
        bring(room, [6])
        for each in rooms:
            each.wait_for(path_of(3), 410)
            each.wait_for(path_of(6), 200)
            assert each.get(path_of(1)).status == 410
            assert metric(each, "crier_store_reachable") == 1 and metric(each, "crier_store_seen_timestamp_seconds") >= seen
        assert process == (room.process.pid, other.process.pid)


def test_a_database_that_says_nothing(tmp_path):
    """It keeps its connections and answers none: readers go on, /health says it, and the server can be stopped."""
    with postgres() as server, nodes(tmp_path, server.url(options="?connect_timeout=2"), 2) as (room, other):
        bring(room, range(1, 6))
        room.run("withdraw", path_of(1), "--note", GONE)
        room.set("database", "answer_seconds", "1")
        for each in (room, other):  # the other one waits for half a minute
            each.start()
            each.wait_for(path_of(5))
        server.freeze()
        wait_until(unwritable, room)
        readers_are_served(room)
        readers_are_served(other)
        assert "event=projector.failed" in room.log_text() and "says nothing for 1 s" in room.log_text()
        assert other.stop() == 0 and room.stop() == 0  # it does not wait for the answer
        room.start()
        assert unwritable(room)
        readers_are_served(room)
        server.thaw()
        wait_until(writable, room)
        bring(room, [6])
        room.wait_for(path_of(6))


def test_a_slow_database(tmp_path):
    """It tells so while the answer is waited for and when it came; readers do not wait."""
    with postgres() as server, nodes(tmp_path, server.url()) as (room,):
        bring(room, range(1, 6))
        room.run("withdraw", path_of(1), "--note", GONE)
        room.start()
        room.wait_for(path_of(1), 410)
        wait_until(lambda: metric(room, "crier_store_answer_seconds") < 1)
        with server.locked("outbox"):
            wait_until(lambda: metric(room, "crier_store_answer_seconds") > 1)
            readers_are_served(room)
        wait_until(lambda: "level=warn event=store.slow ms=" in room.log_text())
        wait_until(lambda: "event=store.quick ms=" in room.log_text())
        wait_until(lambda: metric(room, "crier_store_answer_seconds") < 1)
        bring(room, [6])
        room.wait_for(path_of(6))


def tries_of(server):
    """How often somebody came to the database news and went."""
    return int(server.sql("SELECT sessions FROM pg_stat_database WHERE datname = 'news'"))


def test_another_database_in_its_place(tmp_path):
    """An empty one that somebody made meanwhile is not taken for the newsroom: that would take every page away."""
    with postgres() as server:
        server.sql("CREATE DATABASE news")
        with nodes(tmp_path, server.url(database="news", options="?connect_timeout=2")) as (room,):
            bring(room, range(1, 6))
            room.run("withdraw", path_of(1), "--note", GONE)
            room.start()
            room.wait_for(path_of(1), 410)
            server.sql("ALTER DATABASE news ALLOW_CONNECTIONS false")
            server.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'news'")
            server.sql("ALTER DATABASE news RENAME TO kept")
            server.sql("CREATE DATABASE news")
            asked = tries_of(server)
            wait_until(lambda: tries_of(server) > asked + 1)  # it has met the other one
            assert unwritable(room)
            readers_are_served(room)
            server.sql("DROP DATABASE news WITH (FORCE)")
            server.sql("ALTER DATABASE kept RENAME TO news")
            server.sql("ALTER DATABASE news ALLOW_CONNECTIONS true")
            wait_until(writable, room)
            bring(room, [6])
            room.wait_for(path_of(6))
            readers_are_served(room)
            assert room.stop() == 0


def readers_are_served(room):
    """From public.db: pages asked for before and never before, lists, search; and what is withdrawn stays so."""
    for path in (path_of(2), path_of(5), "/", "/archive/", "/feed.rss", "/search?q=words", "/sitemap.xml"):
        assert room.get(path).status == 200, path
    gone = room.get(path_of(1))
    assert gone.status == 410 and GONE in gone.text and "Words of item 1" not in gone.text
    assert path_of(1) not in room.get("/").text and path_of(2) in room.get("/").text


def writers_are_told(room):
    refused = room.run("withdraw", path_of(2), check=False)
    assert refused.returncode == 1 and "nothing was done, since the database is away" in refused.stderr
    assert "database.url in crier.conf" in refused.stderr
    refused = bring(room, [7], check=False)
    assert refused.returncode == 1 and "nothing was done, since the database is away" in refused.stderr
    assert room.get(path_of(2)).status == 200 and room.get(path_of(7)).status == 404


def test_a_node_without_anything_needs_the_database(tmp_path):
    with postgres() as server, nodes(tmp_path, server.url(options="?connect_timeout=2")) as (room,):
        server.stop()
        refused = room.run("serve", "--port", "0", check=False)
        assert refused.returncode == 1 and "the store is needed" in refused.stderr


@pytest.fixture
def small_disk(tmp_path):
    folder = tmp_path / "disk"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(folder)], capture_output=True).returncode != 0:
        pytest.skip("a small disk cannot be mounted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(path):
    """To the last byte."""
    with open(path, "wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 4096)
        except OSError as error:
            assert error.errno == errno.ENOSPC


def test_a_full_disk_of_one_node(tmp_path, small_disk, counted):
    """It says that it cannot show what changes, and goes on with what it has; when there is room, it catches up."""
    with postgres() as server:
        room, other = node(small_disk / "room", server.url()), node(tmp_path / "other", server.url())
        try:
            bring(other, range(1, 6))
            other.run("withdraw", path_of(1), "--note", GONE)
            for each in (room, other):
                each.start("--quiet")
                each.wait_for(path_of(1), 410)
            assert "degraded" not in health(room) and metric(room, "crier_projection_stuck") == 0
            fill(small_disk / "filler")
            bring(other, range(6, 1006))
            wait_until(lambda: health(room).get("degraded"))
            assert health(room)["ok"] and health(room)["writable"] and "since" in health(room)
            assert metric(room, "crier_projection_stuck") == 1 and metric(room, "crier_store_reachable") == 1
            assert "degraded" not in health(other) and metric(other, "crier_projection_stuck") == 0
            readers_are_served(room)
            other.wait_for(path_of(1005))
            assert room.get(path_of(1005)).status == 404
            (small_disk / "filler").unlink()
            room.wait_for(path_of(1005))
            assert "degraded" not in health(room) and metric(room, "crier_projection_stuck") == 0
            shown = sum(room.get(path_of(number)).status == 200 for number in range(2, 1006))
            assert shown == 1004
            counted(f"{shown} items shown after a full disk, 0 missing")
        finally:
            for each in (room, other):
                if each.process:
                    each.stop()
