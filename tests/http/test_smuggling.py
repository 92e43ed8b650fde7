#!/usr/bin/python3
"""Two catalogues of others, neither part of the project (below `http/` of the shared data; skipped where they are absent), held against
probes.py: no entry without a probe that shows what becomes of it here, or the reason why it cannot concern a server that speaks
HTTP/1.1 itself. Who brings a newer catalogue is told which entries nobody has looked at.

The payloads of the first, ways in which servers and proxies were found to misread requests, are sent too: as they are, and
again with what might hide the point taken out of the way. The answers must be those that the probe has.
"""

import os
import pathlib
import re
import socket

import pytest
from probes import PAGE, PROBES, id_of
from test_sockets import toy  # noqa: F401 (a fixture)
from wire import Answer, assert_secure, connect, nothing_more, request, send_pieces

SHARED = pathlib.Path(os.environ.get("CRIER_SHARED_DATA", pathlib.Path(__file__).parents[3] / "shared" / "data")) / "http"
MISREADINGS = SHARED / "http-garden-TROPHIES.md"
OF_HTTP_2 = SHARED / "h2spec-cases.txt"
PRIVATE = request("/private/").encode()
BY_ID = {id_of(probe).split(" ", 2)[2]: probe for probe in PROBES}

# Section and number: our probes; the first has the answers that the payload must get.
SHOWN = {
    "server": {
        1: ["7.1: an underscore", "7.1: a prefix", "7.1: a plus", "7.1: a minus"],
        2: ["5.5: NUL within", "2.2: CR within a value", "2.2: two LF in a value, a request behind them"],
        3: ["5.1: a blank before the colon", "5.1: a tab before the colon"],
        4: ["2.2: a tab before the first field", "2.2: a blank before the first field"],
        5: ["2.3: two digits behind the dot"],
        6: ["3: a method that goes on behind GET"],
        7: ["3.2: a mark for an address", "3.2: no slash at the beginning"],
        8: ["5.1: a byte above ASCII at the beginning"],
        9: ["3: LF for a blank"],
        10: ["6.3: a plus", "6.3: a minus", "6.3: an underscore"],
        11: ["6.1: chunked twice in two", "6.1: chunked twice in one"],
        12: ["6.1: blanks of Latin-1 around"],
        13: ["2.2: CR within a value", "2.2: CR where a field might begin behind it"],
        14: ["5.1: control characters within", "5.1: marks that are of no token", "5.1: NUL within"],
        15: ["2.3: CR within the version", "2.3: nothing behind the slash"],
        16: ["6.3: empty", "6.3: blanks alone"],
        17: ["7.1: empty"],
        18: ["5.1: no name"],
        19: ["2.2: two LF in a value, a request behind them", "5.5: a vertical tab"],
        20: ["5.1: a next line of Latin-1 at the end", "5.1: a blank of Latin-1 at the end"],
        21: ["6.1: a comma before, and a length", "6.1: a comma before"],
        22: ["7.1: an underscore", "7.1: letters behind"],
        23: ["6.3: two that differ, the first more"],
        24: ["2.3: numbers that wrap around"],
        25: ["7.1: a minus and a prefix", "7.1: a prefix", "7.1: a plus", "7.1: a minus"],
        26: ["6.3: a minus"],
        27: ["5.1: neither name nor value"],
        28: ["5.1: a blank for the colon"],
        29: ["6.3: letters behind"],
        30: ["2.2: CR and another byte where the head ends"],
        31: ["7.1.1: CR before", "7.1: CR alone behind", "7.1.1: CR within, a chunk behind it"],
        32: ["6.3: a zero before, which might be octal", "6.3: hexadecimal", "6.3: a plus"],
        33: ["6.3: two that differ, the first less"],
        34: ["2.2: CR within a value"],
        35: ["5.5: NUL within"],
        36: ["7.1.1: CR within, a chunk behind it"],
        37: ["5.1: no colon, folded into the next line"],
        38: ["6.3: blanks alone", "6.3: empty"],
        39: ["7.1.2: a field that looks like a request", "7.1.2: two other bytes for the end"],
        40: ["3: NUL for a method", "2.3: numbers that wrap around", "2.3: dots alone"],
        41: ["5.5: above ASCII"],
        42: ["6.3: empty, then another"],
        43: ["5.5: NUL at the end"],
        44: ["6.1: unknown"],
        45: ["9.3: the last, then nonsense", "9.3: one in order, then nonsense"],
        46: ["7.2: a byte above ASCII around", "6.1: bytes above ASCII around"],
        47: ["7.1: no digit at all"],
        48: ["9.3: a body, then a method that its page does not take", "9.3: an empty body, then a body"],
    },
    "transducer": {
        1: ["6.3: hexadecimal"],
        2: ["7.1: no digit, of growing length"],
        3: ["7.1.1: CR before", "7.1.1: CR within its blanks"],
        4: ["7.1: CR, zero and LF behind"],
        5: ["6.3: blanks alone", "6.3: empty"],
        6: ["5.1: a next line of Latin-1 at the end", "5.1: a byte above ASCII at the beginning"],
        7: ["7.1: letters behind"],
        9: ["6.1: a comma before"],
        10: ["2.2: CR within a value"],
        11: ["6.3: empty, then another", "6.3: another, then empty"],
        12: ["7.2: NUL within", "5.5: NUL within"],
        13: ["7.1: LF alone behind what was in it", "7.1: LF alone behind"],
        14: ["2.2: LF within a name", "5.1: no colon"],
        15: ["6.1: a comma before, and a length", "6.1: before a length"],
        16: ["2.2: lines end with LF alone"],
        17: ["7.1: an empty line before the last"],
        18: ["6.1: a comma before, and a length"],
        19: ["7.1: a minus and a prefix", "7.1: a plus", "7.1: a prefix"],
        20: ["5.1: NUL at the end, without a colon", "2.2: LF within a name"],
        21: ["6.3: with GET", "6.3: with HEAD"],
        22: ["6.3: two that differ, the first less"],
        23: ["6.1: behind a length", "6.1: before a length"],
        24: ["7.1: blanks before"],
        25: ["6.1: chunked twice in two"],
    },
    "bonus": {
        1: ["6.3: zero", "6.3: none"],
        3: ["9.3: a body, then a byte"],
        4: ["6.1: chunked"],
    },
    "bonus bonus": {
        1: ["7.8: HTTP/2 without asking, a request in frames behind"],
        2: ["7.8: HTTP/2 without asking, a request in frames behind"],
    },
}

NOT_OURS = {
    ("bonus", 2): "a proxy's pool of connections to the servers behind it; there is none",
    ("bonus", 5): "the start-up of one program with one of its options; any request would do",
}

# Where a payload, with nothing in its way, gets other answers than the probe: those, how many pages were made, and why it is right.
OTHERWISE = {
    ("transducer", 21): ([200, 200], 1, "on a route that takes a body its length is in order with POST"),
}

FRAMES = "frames, streams and their windows are HTTP/2's own: its greeting ends the connection"
HPACK = "fields are not compressed in HTTP/1.1"
GREETING = ["7.8: HTTP/2 without asking", "7.8: to HTTP/2", "7.8: to HTTP/2, with a body", "7.8: to HTTP/2, with its frames behind"]

# Part and section: how many cases, and our probes of what HTTP/1.1 has in their place, or why it has nothing.
CASES = {
    ("Generic", "1"): (1, GREETING),
    ("Generic", "2"): (5, FRAMES),
    ("Generic", "3.1"): (3, FRAMES),
    ("Generic", "3.2"): (3, FRAMES),
    ("Generic", "3.3"): (5, FRAMES),
    ("Generic", "3.4"): (1, FRAMES),
    ("Generic", "3.5"): (1, FRAMES),
    ("Generic", "3.7"): (1, FRAMES),
    ("Generic", "3.8"): (1, FRAMES),
    ("Generic", "3.9"): (2, FRAMES),
    ("Generic", "3.10"): (2, FRAMES),
    ("Generic", "4"): (4, ["9.3: two", "9.3: a head alone, then more", "6.3: as told", "7.1.2: a field"]),
    ("Generic", "5"): (15, HPACK),
    ("Hypertext", "3.5"): (2, GREETING + ["7.8: a greeting of HTTP/2 that is wrong", "7.8: a greeting of nothing"]),
    ("Hypertext", "4.1"): (3, FRAMES),
    ("Hypertext", "4.2"): (3, FRAMES),
    ("Hypertext", "4.3"): (3, HPACK),
    ("Hypertext", "5.1"): (13, FRAMES),
    ("Hypertext", "5.1.1"): (2, FRAMES),
    ("Hypertext", "5.1.2"): (1, FRAMES),
    ("Hypertext", "5.3.1"): (2, FRAMES),
    ("Hypertext", "5.4.1"): (1, FRAMES),
    ("Hypertext", "5.5"): (2, FRAMES),
    ("Hypertext", "6.1"): (3, FRAMES),
    ("Hypertext", "6.2"): (4, FRAMES),
    ("Hypertext", "6.3"): (2, FRAMES),
    ("Hypertext", "6.4"): (3, FRAMES),
    ("Hypertext", "6.5"): (3, FRAMES),
    ("Hypertext", "6.5.2"): (5, FRAMES),
    ("Hypertext", "6.5.3"): (2, FRAMES),
    ("Hypertext", "6.7"): (4, FRAMES),
    ("Hypertext", "6.8"): (1, FRAMES),
    ("Hypertext", "6.9"): (3, FRAMES),
    ("Hypertext", "6.9.1"): (3, FRAMES),
    ("Hypertext", "6.9.2"): (3, FRAMES),
    ("Hypertext", "6.10"): (6, FRAMES),
    ("Hypertext", "7"): (2, FRAMES),
    ("Hypertext", "8.1"): (1, FRAMES),
    ("Hypertext", "8.1.2"): (1, ["5.1: any case"]),
    ("Hypertext", "8.1.2.1"): (4, ["5.1: a colon first, as of HTTP/2", "7.1.2: a colon first, as of HTTP/2"]),
    ("Hypertext", "8.1.2.2"): (2, ["5.1: any case", "7.1: nothing told, a TE field alone"]),
    ("Hypertext", "8.1.2.3"): (7, ["3: no target", "3: no method", "3: two methods", "3: four words",
                                   "3.2: an address with a scheme and a host", "3.2: a scheme without a host"]),
    ("Hypertext", "8.1.2.6"): (2, ["6.3: less than came", "7.1: more than was told", "7.1: less than was told"]),
    ("Hypertext", "8.2"): (1, FRAMES),
    ("HPACK", "2.3.3"): (2, HPACK),
    ("HPACK", "4.2"): (1, HPACK),
    ("HPACK", "5.2"): (3, HPACK),
    ("HPACK", "6.1"): (1, HPACK),
    ("HPACK", "6.3"): (1, HPACK),
}


def test_what_is_named_exists():
    named = [name for numbers in SHOWN.values() for names in numbers.values() for name in names]
    named += [name for _, shown in CASES.values() if isinstance(shown, list) for name in shown]
    assert set(named) <= set(BY_ID), set(named) - set(BY_ID)
    assert all(numbers[number] for numbers in SHOWN.values() for number in numbers)
    assert not [entry for entry in NOT_OURS if entry[1] in SHOWN[entry[0]]]
    assert all(entry[1] in SHOWN[entry[0]] for entry in OTHERWISE)


# ---- the misreadings ----


def entries():
    """((section, number), [payload]): a payload in words is none."""
    found, section, number = [], "", 0
    for line in MISREADINGS.read_text(encoding="utf-8").splitlines() if MISREADINGS.exists() else []:
        if heading := re.match(r"#+ (.*?) ?bugs$", line.strip(), re.I):
            section = heading[1].lower()
        elif start := re.match(r"(\d+)\. ", line):
            number = int(start[1])
            found.append(((section, number), []))
        elif line.strip().startswith("- Payload: `"):
            text = "".join(re.findall(r"`([^`]*)`", line))
            found[-1][1].append(text.encode("latin-1", "replace").decode("unicode_escape").encode("latin-1"))
    return found


def plainer(raw):
    """The same point at a place where it matters: a Host where there is none; POST to a route that takes bodies where there is a
    length or a coding, an address that is there otherwise."""
    first, end, rest = raw.partition(b"\r\n")
    if not re.search(rb"(?im)^host:", raw) and not raw.startswith(b"PRI"):
        rest = b"Host: a\r\n" + rest
    if re.search(rb"(?i)content-length|encoding", rest):
        first = re.sub(rb"^(GET|POST) /\S* ", b"POST /echo/ ", first)
    first = re.sub(rb"^GET /\w+ ", b"GET /size/9/ ", first)
    first = re.sub(rb"^GET / ", b"GET /size/9/ ", first)
    return first + end + rest


def due(entry):
    """The statuses of the whole connection, the one of the request behind included where it is heard, and how many pages are made."""
    if entry in OTHERWISE:
        return OTHERWISE[entry][:2]
    probe = BY_ID[SHOWN[entry[0]][entry[1]][0]]
    _, statuses, closes = probe.sent_to(b"/size/9/", b"/echo/")
    pages = probe.answers.count(PAGE)
    return (statuses, pages) if closes else (statuses + [200], pages + 1)


def send(toy, raw, most):
    """So many answers at most, and then the end of the connection, which is ours to make where more requests might come."""
    with connect(toy.port) as connection:
        stream, heard = connection.makefile("rb"), []
        send_pieces(connection, [raw])
        while len(heard) < most and not (heard and heard[-1].field("connection") == "close"):
            heard.append(Answer.read(stream))
            assert_secure(heard[-1])
        if heard[-1].field("connection") != "close":
            connection.shutdown(socket.SHUT_WR)
        assert nothing_more(stream), "an answer that nobody is owed"
    return [answer.status for answer in heard]


PAYLOADS = [(entry, raw) for entry, payloads in entries() for raw in payloads if entry not in NOT_OURS]
absent = pytest.mark.skipif(not MISREADINGS.exists() or not OF_HTTP_2.exists(), reason="no catalogues beside the checkout")


@absent
@pytest.mark.parametrize("entry,raw", PAYLOADS, ids=["%s %d" % entry for entry, _ in PAYLOADS])
def test_a_payload_gets_what_its_probe_gets(toy, entry, raw):
    statuses, pages = due(entry)
    assert send(toy, plainer(raw) + PRIVATE, len(statuses)) == statuses
    assert toy.get("/renders/").body == b"%d" % pages, "somebody asked for what was smuggled"


# What a payload gets as it is where that is not one refusal.
AS_IT_IS = {
    ("server", 41): [404, 200],  # a request in order, for what the toy has not
}


@absent
@pytest.mark.parametrize("entry,raw", PAYLOADS, ids=["%s %d" % entry for entry, _ in PAYLOADS])
def test_a_payload_as_it_is(toy, entry, raw):
    expected = AS_IT_IS.get(entry)
    statuses = send(toy, raw + PRIVATE, len(expected or [0]))
    assert statuses == expected if expected else statuses[0] in (400, 405, 505)
    assert toy.get("/renders/").body == (b"1" if statuses[-1] == 200 else b"0"), "somebody asked for what was smuggled"


@absent
def test_every_misreading_was_looked_at():
    known = {(section, number) for section, numbers in SHOWN.items() for number in numbers} | set(NOT_OURS)
    listed = [entry for entry, _ in entries()]
    assert len(listed) == len(set(listed))
    assert set(listed) == known, "not looked at, or gone: %s" % sorted(set(listed) ^ known)
    # an entry without bytes is one of those that no request of its own belongs to
    assert {entry for entry, payloads in entries() if not payloads} <= set(NOT_OURS) | {("bonus", 1)}


# ---- the cases of HTTP/2 ----


@absent
def test_every_case_of_http_2_was_looked_at():
    counts, part, section = {}, "", ""
    for line in OF_HTTP_2.read_text(encoding="utf-8").splitlines():
        if re.match(r"\S", line):
            part = line.split()[0].rstrip(":")
        elif heading := re.match(r"\s+(\d+(?:\.\d+)*)\. ", line):
            section = heading[1]
        elif re.match(r"\s+\d+: ", line):
            counts[part, section] = counts.get((part, section), 0) + 1
    known = {place: count for place, (count, _) in CASES.items()}
    assert counts == known, "not looked at, or gone: %s" % sorted(set(counts.items()) ^ set(known.items()))
