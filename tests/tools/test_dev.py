"""./dev in a checkout of its own, with programs that stand for the compiler, the tests and the server: two calls at one
time do not write into the same build, nor serve the same newsroom."""

import fcntl
import os
import pathlib
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
WAITS = "print('at work', flush=True); input()"


@pytest.fixture
def checkout(tmp_path):
    """Everything is installed and built; the tests and the server say "at work" and end at a line of input."""
    for folder in ("tools", "build/release/src/main", "bin"):
        (tmp_path / folder).mkdir(parents=True)
    shutil.copy(ROOT / "dev", tmp_path / "dev")
    (tmp_path / "tools/packages.txt").write_text("")
    for group in ("run", "test"):
        (tmp_path / f"build/.packages-{group}").write_text("")
    (tmp_path / "tools/run_tests.py").write_text(WAITS)
    (tmp_path / "build/release/build.ninja").write_text("")
    program(tmp_path / "bin/ninja", "")
    program(tmp_path / "build/release/src/main/crier",
            "import os, sys\nif sys.argv[1] == 'init':\n    os.mkdir(sys.argv[2])\n"
            "    open(sys.argv[2] + '/crier.conf', 'w').write('  port = 8080;')\nelse:\n    " + WAITS)
    return tmp_path


def program(path, text):
    path.write_text("#!/usr/bin/python3\n" + text)
    path.chmod(0o755)


def call(checkout, *words, **environment):
    environment = {**os.environ, "PATH": f"{checkout}/bin:{os.environ['PATH']}", **environment}
    return subprocess.Popen([str(checkout / "dev"), *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True, env=environment)


def until_at_work(process):
    said = ""
    for line in process.stdout:
        said += line
        if line == "at work\n":
            return said
    raise AssertionError(said + process.stderr.read())


def end(process):
    out, err = process.communicate("\n")
    return process.returncode, out, err


@pytest.mark.parametrize("second", [["test"], ["test", "lint"], ["soak"]])
def test_one_run_of_the_tests_at_a_time(checkout, second):
    first = call(checkout, "test")
    until_at_work(first)
    code, out, err = end(call(checkout, *second))
    assert code == 1 and out == "", out
    assert "another run of the tests is at work in this checkout" in err and str(checkout) in err
    assert end(first)[0] == 0
    again = call(checkout, *second)
    until_at_work(again)
    assert end(again)[0] == 0


def test_one_server_for_a_newsroom(checkout):
    first = call(checkout, "run")
    assert "Crier serves newsroom at http://localhost:8080" in until_at_work(first)
    code, out, err = end(call(checkout, "run", "--port", "8081"))
    assert code == 1 and "Crier serves" not in out, out
    assert "another ./dev run serves newsroom" in err and "CRIER_NEWSROOM" in err
    other = call(checkout, "run", CRIER_NEWSROOM=str(checkout / "other"))
    until_at_work(other)
    assert end(first)[0] == end(other)[0] == 0
    again = call(checkout, "run")
    until_at_work(again)
    assert end(again)[0] == 0


def test_a_build_waits_for_the_one_before_it(checkout):
    with open(checkout / "build/.release.lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        waiting = call(checkout, "run")
        assert waiting.stdout.readline() == "Waiting for another ./dev that builds here\n"
        assert not (checkout / "newsroom").exists()
    until_at_work(waiting)
    assert end(waiting)[0] == 0
