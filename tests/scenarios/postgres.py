"""PostgreSQL servers for one test: started, stopped, killed and promoted, in a folder of their own, on loopback."""
import contextlib
import importlib.machinery
import importlib.util
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

import pytest

from newsroom import ROOT, free_port

_loader = importlib.machinery.SourceFileLoader("with_postgres", str(ROOT / "tools" / "with_postgres"))
_beside = importlib.util.module_from_spec(importlib.util.spec_from_loader("with_postgres", _loader))
_loader.exec_module(_beside)

BINARIES = _beside.newest_binaries()
PATIENCE_S = 60
SETTINGS = {"unix_socket_directories": "", "listen_addresses": "127.0.0.1", "fsync": "off", "max_connections": "60",
            "shared_buffers": "32MB", "timezone": "UTC", "lc_messages": "C"}


class Postgres:
    """One server. standby_of: its data are copied from there, and it follows."""

    def __init__(self, name="only", standby_of=None, **settings):
        if not BINARIES:
            pytest.skip("no PostgreSQL here")
        self.name = name
        self.port = free_port()
        self.settings = {**SETTINGS, **settings}
        self.user = _beside.ordinary_user()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="crier-postgres-"))
        self.data = self.folder / "data"
        self.process = None
        self.log = self.folder / "log"
        self.data.mkdir(0o700)
        if self.user:
            for path in (self.folder, self.data):
                os.chown(path, self.user.pw_uid, self.user.pw_gid)
        if standby_of:
            self._do("pg_basebackup", "-D", self.data, "-R", "-c", "fast", "-d",
                     f"host=127.0.0.1 port={standby_of.port} user=crier application_name={name}")
        else:
            self._do("initdb", "-D", self.data, "-U", "crier", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")

    def _do(self, program, *arguments):
        command = [os.path.join(BINARIES, program), *map(str, arguments)]
        subprocess.run(_beside.as_user(self.user, command), cwd=self.folder, check=True, capture_output=True, stdin=subprocess.DEVNULL)

    def start(self):
        command = [os.path.join(BINARIES, "postgres"), "-D", str(self.data), "-p", str(self.port)]
        for name, value in self.settings.items():
            command += ["-c", f"{name}={value}"]
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(_beside.as_user(self.user, command), cwd=self.folder, stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log, start_new_session=True)
        until = time.monotonic() + PATIENCE_S
        while True:
            with contextlib.suppress(subprocess.CalledProcessError):
                self.sql("SELECT 1")
                return self
            assert self.process.poll() is None and time.monotonic() < until, self.log.read_text(errors="replace")
            time.sleep(0.05)

    def sql(self, statement, database="postgres"):
        done = subprocess.run(["psql", "-X", "-q", "-A", "-t", "-h", "127.0.0.1", "-p", str(self.port), "-U", "crier", "-d",
                               database, "-c", statement], check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL)
        return done.stdout.strip()

    @contextlib.contextmanager
    def locked(self, table, database="postgres"):
        """Whoever reads the table meanwhile waits, as where a disk is slow."""
        command = ["psql", "-X", "-q", "-A", "-t", "-h", "127.0.0.1", "-p", str(self.port), "-U", "crier", "-d", database]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
            holder.stdin.write(f"BEGIN; LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE; SELECT 'held';\n")
            holder.stdin.flush()
            assert holder.stdout.readline() == "held\n"
            yield
            holder.stdin.close()  # its end ends the transaction
            holder.wait(PATIENCE_S)

    def url(self, *others, database="postgres", options=""):
        servers = (self, *others)
        return f"postgres://crier@{','.join(f'127.0.0.1:{server.port}' for server in servers)}/{database}{options}"

    def stop(self):
        """As an operator stops it: clients are sent away."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(PATIENCE_S)
        self.process = None

    def signal(self, number):
        """To each process of it."""
        family = [self.process.pid]
        children = subprocess.run(["ps", "-o", "pid=", "--ppid", str(self.process.pid)], capture_output=True, text=True, check=False)
        family += [int(pid) for pid in children.stdout.split()]
        for pid in family:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def freeze(self):
        """As when its disk hangs: it takes connections and requests, and says nothing."""
        self.signal(signal.SIGSTOP)

    def thaw(self):
        self.signal(signal.SIGCONT)

    def kill(self):
        """As when the machine's power goes: no process of it does anything more."""
        self.signal(signal.SIGKILL)
        self.process.wait()
        self.process = None

    def remove(self):
        if self.process and self.process.poll() is None:
            self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


@contextlib.contextmanager
def postgres(**settings):
    server = Postgres(**settings)
    try:
        yield server.start()
    finally:
        server.remove()


@contextlib.contextmanager
def primary_and_standby(**settings):
    """What the primary acknowledges, the standby has on its disk."""
    primary = Postgres("primary", **settings)
    standby = None
    try:
        primary.start()
        standby = Postgres("standby", standby_of=primary, **settings).start()
        primary.sql("ALTER SYSTEM SET synchronous_standby_names = 'FIRST 1 (standby)'")
        primary.sql("SELECT pg_reload_conf()")
        until = time.monotonic() + PATIENCE_S
        while primary.sql("SELECT sync_state FROM pg_stat_replication") != "sync":
            assert time.monotonic() < until, primary.log.read_text(errors="replace")
            time.sleep(0.05)
        yield primary, standby
    finally:
        for server in (primary, standby):
            if server:
                server.remove()
