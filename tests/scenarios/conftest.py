import os
import shutil

import pytest

from newsroom import Newsroom, SHARED, copy_of, crier, running

POSTGRES = os.environ.get("CRIER_TEST_POSTGRES")


def pytest_configure(config):
    config.addinivalue_line("markers", "soak: long campaigns, left out of ./dev test")


def pytest_sessionfinish():
    for process in running:
        if process.poll() is None:
            process.kill()
            process.wait()


@pytest.fixture(scope="session")
def sample_template(tmp_path_factory):
    """The sample newsroom, made once; tests that write take a copy."""
    folder = tmp_path_factory.mktemp("sample") / "newsroom"
    crier("init", folder, "--sample")
    return folder


@pytest.fixture(scope="session")
def sample(sample_template, tmp_path_factory):
    """The sample newsroom, served for the whole session. For tests that only read."""
    room = copy_of(sample_template, tmp_path_factory.mktemp("served") / "newsroom").start()
    yield room
    assert room.stop() == 0


@pytest.fixture
def own_sample(sample_template, tmp_path):
    """A copy of the sample newsroom, not running."""
    room = copy_of(sample_template, tmp_path / "newsroom")
    yield room
    if room.process:
        room.stop()


@pytest.fixture(params=["sqlite", "postgres"])
def empty(request, tmp_path):
    """A new newsroom without content, on each engine."""
    crier("init", tmp_path / "newsroom", "--languages", "en,fr")
    room = Newsroom(tmp_path / "newsroom")
    if request.param == "postgres":
        if not POSTGRES:
            pytest.skip("no PostgreSQL here (CRIER_TEST_POSTGRES)")
        room.set("database", "url", f'"{fresh_database(request)}"')
        (room.folder / "store.db").unlink(missing_ok=True)
    yield room
    if room.process:
        room.stop()


def fresh_database(request):
    """A database of its own for one test; dropped with the whole cluster at the end."""
    import subprocess
    import uuid
    name = "t" + uuid.uuid4().hex[:12]
    subprocess.run(["psql", "-q", POSTGRES, "-c", f"CREATE DATABASE {name}"], check=True, capture_output=True)
    base, _, query = POSTGRES.partition("?")
    head, _, _ = base.rpartition("/")
    return f"{head}/{name}" + (f"?{query}" if query else "")


@pytest.fixture
def shared():
    if not SHARED.is_dir():
        pytest.skip("no shared test material here (CRIER_SHARED_DATA)")
    return SHARED


@pytest.fixture
def chromium():
    found = shutil.which("chromium")
    if not found:
        pytest.skip("no Chromium here")
    return found
