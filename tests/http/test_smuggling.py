#!/usr/bin/python3
"""Every payload of a catalogue of known ways in which HTTP servers misread a request (`http/http-garden-TROPHIES.md` below
the shared data; skipped where it is absent), sent to the toy.

Payloads are sent as they are and again with what might hide the point taken out of the way: a Host where there is none, and POST
to a route that takes bodies where there is a length or a coding. Whatever comes is one of two things: refused, by one answer
after which the connection ends; or taken, and then the payload stands in TAKEN with the reason why it is in order.
"""

import os
import pathlib
import re
import socket

import pytest
from test_sockets import Answer, assert_secure, request, toy  # noqa: F401 (toy is a fixture)

SHARED = pathlib.Path(os.environ.get("CRIER_SHARED_DATA", pathlib.Path(__file__).parents[3] / "shared" / "data"))
CATALOGUE = SHARED / "http" / "http-garden-TROPHIES.md"
REFUSALS = (400, 405, 413, 414, 417, 431, 501, 505)

# By section and number: the answers to the end of the connection, the last of them to a request that is sent behind, and
# why that is right.
TAKEN = {
    "server-7": ([400, 200], "no address of ours, but nobody doubts where the request ends"),
    "server-39": ([200, 200], "what stands behind the last chunk is a trailer field: its name is X"),
    "server-41": ([404, 200], "bytes above ASCII may stand in a value; blanks alone are trimmed"),
    "server-45": ([404], "it asks to close, so nothing behind it is read"),
    "server-48": ([200, 405], "two requests in order; the second is of a method that its route does not take"),
    "server-48b": ([404, 200], "a request in order"),
    "transducer-21": ([200, 200], "a request in order, on a route that takes a body"),
    "bonus-3": ([200, 400], "a request in order; what stands behind it is none"),
    "bonus-4": ([200, 200], "a request in order"),
}


def payloads():
    if not CATALOGUE.exists():
        return
    section, number = "", ""
    for line in CATALOGUE.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            section = line.strip("# ").split()[0].lower()
        elif found := re.match(r"(\d+)\. ", line):
            number = found[1]
        elif line.strip().startswith("- Payload: `"):
            for part, text in enumerate(re.findall(r"`([^`]*)`", line)):
                raw = text.encode("latin-1", "replace").decode("unicode_escape").encode("latin-1")
                yield "%s-%s%s" % (section, number, "abc"[part] if part else ""), raw


def plainer(raw):
    """The same point at a place where it matters."""
    first, end, rest = raw.partition(b"\r\n")
    if not end:
        return raw
    if not re.search(rb"(?im)^host:", raw):
        rest = b"Host: a\r\n" + rest
    if re.search(rb"(?i)content-length|encoding", rest):
        first = re.sub(rb"^(GET|POST) /\S* ", b"POST /echo/ ", first)
    return first + end + rest


def send(toy, raw):
    with toy.connect() as connection:
        connection.sendall(raw)
        connection.shutdown(socket.SHUT_WR)
        stream, answers = connection.makefile("rb"), []
        while (answer := Answer.read(stream)) is not None:
            assert_secure(answer)
            answers.append(answer)
        return answers


@pytest.mark.skipif(not CATALOGUE.exists(), reason="no catalogue beside the checkout")
@pytest.mark.parametrize("change", [lambda raw: raw, plainer], ids=["as it is", "plainer"])
@pytest.mark.parametrize("name,raw", list(payloads()))
def test_nothing_is_misread(toy, name, raw, change):
    statuses = [answer.status for answer in send(toy, change(raw) + request("/private/").encode())]
    refused = len(statuses) == 1 and statuses[0] in REFUSALS
    if not refused:
        assert statuses == TAKEN.get(name, [None])[0], change(raw)
    # what was smuggled behind it was asked by nobody
    assert toy.get("/renders/").body == (b"0" if refused or statuses[-1] != 200 else b"1")


@pytest.mark.skipif(not CATALOGUE.exists(), reason="no catalogue beside the checkout")
def test_the_catalogue_is_read():
    names = [name for name, _ in payloads()]
    assert len(names) > 60 and len(set(names)) == len(names)
    assert set(TAKEN) <= set(names)
