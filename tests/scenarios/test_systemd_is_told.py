"""Type=notify: ready when it answers, reloading and ready again at SIGHUP, stopping before it drains. And the units."""
import contextlib
import os
import shutil
import signal
import socket
import subprocess

import pytest

from newsroom import ROOT
from nodes import bring, nodes, path_of, wait_until
from postgres import postgres

pytestmark = pytest.mark.one_engine("of what the server tells systemd")


class Notices:
    """The socket that systemd would listen on."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(path))
        self.socket.settimeout(60)

    def next(self):
        return self.socket.recv(4096).decode().splitlines()

    def empty(self):
        """Forgets what was told so far."""
        self.socket.settimeout(0)
        with contextlib.suppress(BlockingIOError):
            while self.next():
                pass
        self.socket.settimeout(60)


@pytest.fixture
def notices(tmp_path_factory, monkeypatch):
    path = tmp_path_factory.mktemp("n") / "s"
    listener = Notices(path)
    monkeypatch.setenv("NOTIFY_SOCKET", str(path))
    yield listener
    listener.socket.close()


def test_ready_reloading_stopping(own_sample, notices):
    room = own_sample.start()
    assert notices.next() == ["READY=1"]
    assert room.get("/").status == 200
    room.process.send_signal(signal.SIGHUP)
    reloading = notices.next()
    assert reloading[0] == "RELOADING=1" and reloading[1].startswith("MONOTONIC_USEC=")
    assert notices.next() == ["READY=1"]
    assert room.stop() == 0
    assert notices.next() == ["STOPPING=1"]


def test_a_successor_is_named(own_sample, notices):
    room = own_sample.start()
    assert notices.next() == ["READY=1"]
    old = room.process
    old.send_signal(signal.SIGUSR2)
    told = [line for _ in range(2) for line in notices.next()]  # one from each of the two, in either order
    pid = next(int(line.partition("=")[2]) for line in told if line.startswith("MAINPID="))
    try:
        assert "READY=1" in told and pid != old.pid
        assert old.wait(60) == 0
        assert room.get("/").status == 200
    finally:
        os.kill(pid, signal.SIGTERM)
    assert notices.next() == ["STOPPING=1"]  # the successor's: the old one did not stop the service
    room.process = None


def test_the_watchdog_is_fed(own_sample, notices, monkeypatch):
    monkeypatch.setenv("WATCHDOG_USEC", "200000")
    own_sample.start()
    assert notices.next() == ["READY=1"]
    for _ in range(3):
        assert notices.next() == ["WATCHDOG=1"]


def test_the_watchdog_is_fed_while_public_db_is_built_anew(tmp_path, notices, monkeypatch):
    """However long that takes: here until the database lets go of the entries."""
    monkeypatch.setenv("WATCHDOG_USEC", "200000")
    with postgres() as server, nodes(tmp_path, server.url()) as (room,):
        bring(room, range(1, 4))
        room.start()
        assert notices.next() == ["READY=1"]
        room.wait_for(path_of(3))
        with server.locked("item_language"):
            server.sql("UPDATE outbox SET id = 'of another past'")  # as a database that was restored
            server.sql("NOTIFY crier_outbox")
            wait_until(lambda: server.sql("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'") == "1")
            notices.empty()
            for _ in range(10):
                assert notices.next() == ["WATCHDOG=1"]
            assert room.get(path_of(3)).status == 200
            assert server.sql("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'") == "1"
        bring(room, [4])
        room.wait_for(path_of(4))
        assert room.stop() == 0
        told = notices.next()
        while told == ["WATCHDOG=1"]:
            told = notices.next()
        assert told == ["STOPPING=1"]


def test_it_is_not_ready_when_it_cannot_start(own_sample, notices):
    (own_sample.folder / "theme" / "front.mustache").write_text("{{no_such_field}}")
    done = own_sample.run("serve", "--port", "0", check=False)
    assert done.returncode == 1 and "front.mustache:1" in done.stderr
    notices.socket.setblocking(False)
    with pytest.raises(BlockingIOError):
        notices.next()


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd-analyze here")
def test_units(tmp_path):
    """The units as they are installed, with a program that is there."""
    names = sorted(path.name for path in (ROOT / "deploy").iterdir() if path.suffix in (".service", ".timer"))
    assert {"crier.service", "crier-backup.service", "crier-backup.timer"} <= set(names)
    for name in names:
        text = (ROOT / "deploy" / name).read_text()
        (tmp_path / name).write_text(text.replace("/usr/bin/crier", "/bin/true").replace("User=crier", "User=root").replace("Group=crier", "Group=root"))
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", *[str(tmp_path / name) for name in names]], capture_output=True, text=True,
                          env={**os.environ, "SYSTEMD_UNIT_PATH": f"{tmp_path}:"})
    told = [line for line in (done.stdout + done.stderr).splitlines() if "crier" in line]
    assert told == [] and done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd-analyze here")
@pytest.mark.parametrize("name", sorted(path.name for path in (ROOT / "deploy").glob("*.service")))
def test_what_a_unit_may_touch(name):
    """systemd's own measure, from 0 to 10: "OK" ends at 2."""
    done = subprocess.run(["systemd-analyze", "security", "--offline=true", "--threshold=20", str(ROOT / "deploy" / name)], capture_output=True, text=True,
                          check=False)
    assert done.returncode == 0 and f"exposure level for {name}" in done.stdout, done.stdout[-300:] + done.stderr
