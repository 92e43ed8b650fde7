"""Fixtures. Whatever has a newsroom runs once on each engine, as its name tells: test_x[sqlite], test_x[postgres]. Where the engine
is of no account, or only one can do it, the mark one_engine("why") says so, and the test runs on SQLite alone."""
import contextlib
import os
import shutil
import subprocess
import uuid

import pytest

from newsroom import Newsroom, SHARED, copy_of, crier, running

POSTGRES = os.environ.get("CRIER_TEST_POSTGRES")
ENGINES = ("sqlite", "postgres")


def pytest_configure(config):
    config.addinivalue_line("markers", "soak: long campaigns, left out of ./dev test")
    config.addinivalue_line("markers", "one_engine(why): runs on SQLite alone")


def pytest_collection_modifyitems(config, items):
    """What is marked one_engine has no second run."""
    alone = []
    for item in items:
        mark = item.get_closest_marker("one_engine")
        assert not mark or (mark.args and isinstance(mark.args[0], str)), f"{item.nodeid}: one_engine wants its reason"
        if mark and hasattr(item, "callspec") and item.callspec.params.get("engine") == "postgres":
            alone.append(item)
    if alone:
        config.hook.pytest_deselected(items=alone)
        items[:] = [item for item in items if item not in alone]


def pytest_sessionfinish():
    for process in running:
        if process.poll() is None:
            process.kill()
            process.wait()


@pytest.fixture
def counted(record_property):
    """Tells what a test counted in the output of ./dev test."""
    return lambda text: record_property("counted", text)


@pytest.fixture(scope="session", params=ENGINES)
def engine(request):
    if request.param == "postgres" and not POSTGRES:
        pytest.skip("no PostgreSQL here (CRIER_TEST_POSTGRES)")
    return request.param


def in_database(name):
    """The address of another database of the server that the tests have."""
    base, _, query = POSTGRES.partition("?")
    head, _, _ = base.rpartition("/")
    return f"{head}/{name}" + (f"?{query}" if query else "")


def sql(statement):
    subprocess.run(["psql", "-X", "-q", POSTGRES, "-c", statement], check=True, capture_output=True)


def fresh_database(template="template1"):
    """A database of its own for one test, empty or as the template is; dropped with the whole cluster at the end."""
    name = "t" + uuid.uuid4().hex[:12]
    sql(f"CREATE DATABASE {name} TEMPLATE {template}")
    return in_database(name)


class Template:
    """A newsroom that was made once, of which tests take copies: its folder and, on PostgreSQL, its database."""

    def __init__(self, folder, database=None):
        self.folder, self.database = folder, database

    def copy(self, folder):
        room = copy_of(self.folder, folder)
        if self.database:
            room.database = fresh_database(self.database)
            room.set("database", "url", f'"{room.database}"')
        return room


@pytest.fixture(scope="session")
def sample_template(engine, tmp_path_factory):
    """The sample newsroom, made once an engine; tests that write take a copy."""
    folder = tmp_path_factory.mktemp("sample") / "newsroom"
    if engine == "sqlite":
        crier("init", folder, "--sample")
        return Template(folder)
    name = "sample" + uuid.uuid4().hex[:12]
    sql(f"CREATE DATABASE {name}")
    crier("init", folder, "--sample", "--store", in_database(name))
    return Template(folder, name)


@pytest.fixture(scope="session")
def sample(sample_template, tmp_path_factory):
    """The sample newsroom, served for the whole session. For tests that only read."""
    room = sample_template.copy(tmp_path_factory.mktemp("served") / "newsroom").start()
    yield room
    assert room.stop() == 0


@contextlib.contextmanager
def stopped_afterwards(room):
    yield room
    if room.process:
        room.stop()


@pytest.fixture
def own_sample(sample_template, tmp_path):
    """A copy of the sample newsroom, not running."""
    with stopped_afterwards(sample_template.copy(tmp_path / "newsroom")) as room:
        yield room


def new_newsroom(engine, folder, *options):
    """Without content."""
    if engine == "sqlite":
        crier("init", folder, *options)
        return Newsroom(folder)
    url = fresh_database()
    crier("init", folder, *options, "--store", url)
    room = Newsroom(folder)
    room.database = url
    return room


@pytest.fixture
def empty(engine, tmp_path):
    """A new newsroom without content."""
    with stopped_afterwards(new_newsroom(engine, tmp_path / "newsroom", "--languages", "en,fr")) as room:
        yield room


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
