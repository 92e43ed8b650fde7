"""What the peers share: programs that may be missing, processes of an ordinary user, folders that are his."""
import importlib.machinery
import importlib.util
import os
import pathlib
import shutil
import signal
import subprocess
import time

from servers import ROOT, memory_mib

_loader = importlib.machinery.SourceFileLoader("with_postgres", str(ROOT / "tools" / "with_postgres"))
beside = importlib.util.module_from_spec(importlib.util.spec_from_loader("with_postgres", _loader))
_loader.exec_module(beside)

USER = beside.ordinary_user()
PATIENCE_S = 120


class Absent(Exception):
    """A peer cannot take part; the text says what to install."""


def need(peer, group, files):
    """Raises Absent unless each of these programs (of the PATH) and files is there."""
    path = os.environ.get("PATH", os.defpath) + ":/usr/sbin:/sbin"
    missing = [name for name in files if not (pathlib.Path(name).exists() if name.startswith("/") else shutil.which(name, path=path))]
    if missing:
        lines = (ROOT / "tools" / "packages.txt").read_text().splitlines()
        packages = " ".join(line.partition(": ")[2] for line in lines if line.startswith(group + ": "))
        raise Absent(f"{peer} is left out: {', '.join(missing)} missing; apt-get install --no-install-recommends {packages}")


def own(folder):
    """Makes the folder, for the user whom the peers run as."""
    folder.mkdir(exist_ok=True)
    if USER:
        os.chown(folder, USER.pw_uid, USER.pw_gid)
    folder.chmod(0o755)
    return folder


def give(folder):
    """All that is in the folder, too."""
    for place, folders, files in os.walk(own(folder)):
        for name in (*folders, *files):
            if USER:
                os.chown(os.path.join(place, name), USER.pw_uid, USER.pw_gid, follow_symlinks=False)


def words_of(words):
    return beside.as_user(USER, [str(word) for word in words])


def environment(**more):
    path = os.environ.get("PATH", os.defpath) + ":/usr/sbin:/sbin"
    return {**os.environ, "PATH": path, **more}


def do(words, folder, what=None, **more):
    """Runs a program to its end as that user: what it printed."""
    done = subprocess.run(words_of(words), cwd=folder, env=environment(**more), stdin=what or subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, words))} failed:\n{done.stdout[-2000:]}")
    return done.stdout


class Daemon:
    """A process of that user, started until ready() answers true, ended with stop()."""

    def __init__(self, words, folder, ready):
        self.name, self.log = str(words[0]), folder / f"{pathlib.Path(str(words[0])).name}.log"
        with open(self.log, "wb") as out:
            self.process = subprocess.Popen(words_of(words), cwd=folder, env=environment(), stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        until = time.monotonic() + PATIENCE_S
        while not ready():
            if self.process.poll() is not None or time.monotonic() > until:
                self.stop()
                raise SystemExit(f"{self.name} does not start:\n{self.log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.05)

    def memory(self):
        """MiB of the process and those below it."""
        children = subprocess.run(["ps", "-o", "pid=", "--ppid", str(self.process.pid)], capture_output=True, text=True)
        return sum(memory_mib(int(pid))[0] for pid in (self.process.pid, *children.stdout.split()))

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
