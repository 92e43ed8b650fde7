#!/usr/bin/python3
"""Each probe of probes.py against the toy, which takes bodies: whole, byte by byte, and cut within each line's end."""

import pathlib
import re

import pytest
from probes import PROBES, RULES, id_of
from test_sockets import Toy
from wire import CUTS, judge, request

PRIVATE = request("/private/").encode()


@pytest.fixture(scope="module")
def toy():
    server = Toy()
    for _ in range(3):
        server.get("/size/9/")  # kept from now on
    yield server
    code = server.stop()
    assert code == 0, server.log
    assert "ERROR" not in server.log and "Sanitizer" not in server.log, server.log


@pytest.mark.parametrize("cut", CUTS, ids=lambda cut: cut.__name__)
@pytest.mark.parametrize("probe", PROBES, ids=id_of)
def test_it_is_read_in_one_way(toy, probe, cut):
    before = int(toy.get("/renders/").body)
    heard = judge(toy.port, probe, b"/size/9/", b"/echo/", PRIVATE, cut)
    assert [answer.body for answer in heard] == [b"private %d" % (before + 1 + at) for at in range(len(heard))]
    assert int(toy.get("/renders/").body) == before + len(heard), "somebody asked for more"


def test_no_probe_stands_twice():
    assert len({id_of(probe) for probe in PROBES}) == len({probe.raw for probe in PROBES}) == len(PROBES)
    assert all(RULES.values())


ROOT = pathlib.Path(__file__).parents[2]
SECURITY = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")


def test_what_is_refused_is_told_by_rule():
    assert re.findall(r"^\| (RFC \d+ [\d.]+) \|", SECURITY, re.M) == list(RULES)


def test_each_limit_has_the_tests_that_are_told():
    rows = re.findall(r"^\| (\d{3}) \|.*\| `(tests/[^`]*)` \|$", SECURITY, re.M)
    assert [int(status) for status, _ in rows] == [400, 408, 413, 414, 429, 431, 503]
    for status, named in rows:
        for name in named.split(", "):
            path, function = name.split("::")
            text = (ROOT / path).read_text(encoding="utf-8")
            assert "def %s(" % function in text and status in text, name
