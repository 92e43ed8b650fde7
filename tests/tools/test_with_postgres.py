"""The helper gives a database, hands on exit codes, and leaves nothing behind."""

import os
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

import run_tests

TOOL = run_tests.ROOT / "tools" / "with_postgres"
pytestmark = pytest.mark.skipif(not list(Path("/usr/lib").glob("postgresql/*/bin/postgres")),
                                reason="PostgreSQL is not installed")


def wait_until(condition, seconds=30):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.02)


def test_a_database_for_the_command():
    script = 'psql -Atq "$CRIER_TEST_POSTGRES" -c "create table t (a int); select count(*) from t"; exit 7'
    with tempfile.TemporaryDirectory(prefix="crier-test-") as folder:
        os.chmod(folder, 0o755)  # the database's user must be able to enter
        done = subprocess.run([TOOL, "sh", "-c", script], env={**os.environ, "TMPDIR": folder}, text=True,
                              capture_output=True, check=False)
        assert (done.stdout.strip(), done.returncode) == ("0", 7), done.stderr
        assert os.listdir(folder) == []


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").split(")")[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_the_server_ends_with_the_helper(number, tmp_path):
    note = tmp_path / "note"
    script = f'echo "$CRIER_TEST_POSTGRES" > {note}.new; mv {note}.new {note}; exec sleep 600'
    helper = subprocess.Popen([TOOL, "sh", "-c", script], start_new_session=True)
    try:
        wait_until(note.exists)
        folder = Path(note.read_text(encoding="utf-8").split("host=")[1].split("&")[0])
        server = int((folder / "data" / "postmaster.pid").read_text(encoding="utf-8").split("\n")[0])
        assert alive(server)
        helper.send_signal(number)
        helper.wait(30)
        wait_until(lambda: not alive(server))
        assert number == signal.SIGKILL or not folder.exists()
    finally:
        try:
            os.killpg(helper.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
