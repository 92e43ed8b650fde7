"""Three PostgreSQL servers under Patroni, with an etcd that says which of them leads: in a folder of their own, on loopback, as an
ordinary user. What a commit acknowledges is on the disks of two."""
import contextlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.request

import pytest

from newsroom import free_port
from postgres import BINARIES, SETTINGS, _beside

PATIENCE_S = 120
# A leader that says nothing for 20 s, the least that Patroni takes, has lost its place.
RULES = {"ttl": 20, "loop_wait": 2, "retry_timeout": 3, "synchronous_mode": True, "synchronous_mode_strict": True,
         "postgresql": {"use_pg_rewind": True, "parameters": {**SETTINGS, "wal_log_hints": "on"}}}
TRUSTED = ["host all all 127.0.0.1/32 trust", "host replication all 127.0.0.1/32 trust"]


def missing():
    found = shutil.which("patroni") and shutil.which("etcd") and BINARIES
    return None if found else "no Patroni, etcd or PostgreSQL here (./dev soak installs them)"


def until(what, told):
    deadline = time.monotonic() + PATIENCE_S
    while not (answer := what()):
        assert time.monotonic() < deadline, told()
        time.sleep(0.05)
    return answer


class Program:
    """One of them, in a session of its own; its words go to a file."""

    def __init__(self, cluster, name):
        self.cluster, self.name = cluster, name
        self.log, self.process = cluster.folder / f"{name}.log", None

    def run(self, *command):
        plain = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PG", "PATRONI", "ETCD"))}
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(_beside.as_user(self.cluster.user, [*map(str, command)]), cwd=self.cluster.folder, stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log, start_new_session=True, env=plain)

    def tail(self):
        return self.log.read_text(errors="replace")[-3000:]


class Member(Program):
    """A PostgreSQL and the Patroni that keeps it."""

    def __init__(self, cluster, name, etcd_port):
        super().__init__(cluster, name)
        self.port, self.rest = free_port(), free_port()
        self.data = cluster.folder / f"{name}.data"
        self.config = cluster.folder / f"{name}.yml"
        self.config.write_text(json.dumps({
            "scope": "crier", "name": name, "etcd3": {"hosts": [f"127.0.0.1:{etcd_port}"]},
            "restapi": {"listen": f"127.0.0.1:{self.rest}", "connect_address": f"127.0.0.1:{self.rest}"},
            "bootstrap": {"dcs": RULES, "initdb": [{"encoding": "UTF8"}, {"locale": "C.UTF-8"}, "no-sync"], "pg_hba": TRUSTED},
            "postgresql": {"listen": f"127.0.0.1:{self.port}", "connect_address": f"127.0.0.1:{self.port}", "data_dir": str(self.data),
                           "bin_dir": BINARIES, "pgpass": str(cluster.folder / f"{name}.pgpass"), "pg_hba": TRUSTED,
                           "remove_data_directory_on_rewind_failure": True,
                           "authentication": {"superuser": {"username": "crier"}, "replication": {"username": "copier"}}}}))

    def start(self):
        self.run("patroni", self.config)
        return self

    def answers(self, path):
        """Patroni's own word: 200 at /primary, /replica, /synchronous where it is one."""
        with contextlib.suppress(OSError):
            return urllib.request.urlopen(f"http://127.0.0.1:{self.rest}{path}", timeout=5).status == 200
        return False

    def postmaster(self):
        with contextlib.suppress(FileNotFoundError, IndexError, ValueError):
            return int((self.data / "postmaster.pid").read_text().splitlines()[0])
        return None

    def kill(self):
        """As when the machine's power goes: Patroni first, so that it starts nothing anew, then each process of the server."""
        self.process.kill()
        self.process.wait()
        self.process = None
        head = self.postmaster()
        if head:
            children = subprocess.run(["ps", "-o", "pid=", "--ppid", str(head)], capture_output=True, text=True, check=False).stdout.split()
            for pid in (head, *map(int, children)):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)


class Cluster:
    def __init__(self):
        self.user = _beside.ordinary_user()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="crier-cluster-"))
        if self.user:
            os.chown(self.folder, self.user.pw_uid, self.user.pw_gid)
        port, peers = free_port(), f"http://127.0.0.1:{free_port()}"
        self.etcd = Program(self, "etcd")
        self.etcd_command = ["etcd", "--name", "only", "--data-dir", self.folder / "etcd.data", "--listen-client-urls", f"http://127.0.0.1:{port}",
                             "--advertise-client-urls", f"http://127.0.0.1:{port}", "--listen-peer-urls", peers,
                             "--initial-advertise-peer-urls", peers, "--initial-cluster", f"only={peers}"]
        self.members = [Member(self, f"member{number}", port) for number in range(3)]

    def start(self):
        self.etcd.run(*self.etcd_command)
        for member in self.members:
            member.start()
        self.wait_until_whole()
        return self

    def told(self):
        return "\n".join(f"== {each.name}\n{each.tail()}" for each in (self.etcd, *self.members))

    def leader(self):
        return next((member for member in self.members if member.process and member.answers("/primary")), None)

    def wait_until_whole(self):
        """One leads, two follow, and one of those has all that is acknowledged."""
        until(lambda: self.leader() and sum(member.answers("/replica") for member in self.members) == 2
              and any(member.answers("/synchronous") for member in self.members), self.told)

    def url(self):
        hosts = ",".join(f"127.0.0.1:{member.port}" for member in self.members)
        return f"postgres://crier@{hosts}/postgres?target_session_attrs=read-write&connect_timeout=2"

    def writes(self):
        """Whether a commit is acknowledged now, wherever the leader is."""
        statement = "SET statement_timeout = '2s'; CREATE TABLE IF NOT EXISTS probe (at TIMESTAMPTZ); INSERT INTO probe VALUES (now())"
        return subprocess.run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", self.url(), "-c", statement], capture_output=True,
                              check=False).returncode == 0

    def remove(self):
        for member in self.members:
            if member.process:
                member.kill()
        if self.etcd.process:
            self.etcd.process.kill()
            self.etcd.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


@contextlib.contextmanager
def patroni():
    if missing():
        pytest.skip(missing())
    cluster = Cluster()
    try:
        yield cluster.start()
    finally:
        cluster.remove()
