"""Three nodes on one database, one of them a minute ahead and one a minute behind: nothing is lost or doubled, what is withdrawn is told as
withdrawn at once, each keeps an embargo by its own clock, and says that its clock is wrong."""
import contextlib
import email.utils
import http.server
import json
import os
import re
import sqlite3
import struct
import threading
import time

import pytest

from newsroom import CRIER, wxr
from nodes import bring, health, metric, nodes, path_of, wait_until
from postgres import postgres
from test_caches_in_front_let_go import settled

LIBRARY = CRIER.parents[2] / "tests" / "scenarios" / "libother_clock.so"
NOTE = "The note of a withdrawn item."
MINUTE_S = 60


class Clock:
    """Of all that runs for one node. It may be set at any time."""

    def __init__(self, room, wrong_s):
        self.path = room.folder / "clock"
        self.path.write_bytes(bytes(8))
        self.set(wrong_s)
        room.environment = {**os.environ, "LD_PRELOAD": str(LIBRARY), "CRIER_OTHER_CLOCK": str(self.path)}

    def set(self, wrong_s):
        with open(self.path, "r+b", buffering=0) as file:
            file.write(struct.pack("q", round(wrong_s * 1e6)))


class Sink:
    """A cache in front of one node, which only remembers what it is told."""

    def __init__(self, room):
        told = self.told = []

        class Heard(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"])))["keys"])
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Heard)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        room.set("purge", "urls", f'("http://127.0.0.1:{self.server.server_port}/")')
        room.set("purge", "method", '"POST"')

    def times(self, key):
        return sum(key in keys for keys in self.told)

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def three(tmp_path):
    """Their clocks are a minute ahead, right, and a minute behind."""
    if not LIBRARY.exists():
        pytest.skip("no other clock here (ninja scenarios)")
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(postgres())
        rooms = stack.enter_context(nodes(tmp_path, server.url(), 3))
        clocks = [Clock(room, wrong_s) for room, wrong_s in zip(rooms, (MINUTE_S, 0, -MINUTE_S))]
        yield rooms, clocks, stack


def own_time(answer):
    return email.utils.parsedate_to_datetime(answer.header("Date")).timestamp()


def keeps_to(room, path, from_s):
    """What is public from then on is never shown before, by the node's own clock as its answers tell it. Whether it shows what it should."""
    before = own_time(room.get("/health"))
    answer = room.get(path)
    assert answer.status == 404 or own_time(answer) >= from_s, (path, answer.status, own_time(answer) - from_s)
    return answer.status == (200 if before >= from_s else 404)


def shows(room, path, from_s):
    return keeps_to(room, path, from_s) and room.get(path).status == 200


def says_how_wrong(room, wrong_s):
    wait_until(lambda: abs(metric(room, "crier_clock_offset_seconds") - wrong_s) < 2)
    assert abs(health(room).get("clock_ahead", 0) - wrong_s) < 2
    told = [finding["text"] for finding in room.wrong() if finding["subject"] == "clock"]
    if not wrong_s:
        assert "clock_ahead" not in health(room) and "clock.differs" not in room.log_text() and told == []
        return
    assert len(told) == 1 and f"seconds {'ahead of' if wrong_s > 0 else 'behind'} that of the database" in told[0], told
    assert "level=error event=clock.differs ahead_ms=" in room.log_text() and "clock.agrees" not in room.log_text()


def all_settled(rooms):
    return all(settled(room) for room in rooms)


def applied(rooms):
    """Each has in its public.db all that was written."""
    last = rooms[0].sql("SELECT number FROM outbox_head")[0]
    return all(public(room, "SELECT CAST(number AS TEXT) FROM position") == [last] for room in rooms)


def public(room, statement):
    with contextlib.closing(sqlite3.connect(f"file:{room.folder / 'public.db'}?mode=ro", uri=True, timeout=30)) as link:
        return link.execute(statement).fetchall()


def test_publish_and_withdraw(three, counted):
    rooms, clocks, stack = three
    sinks = [Sink(room) for room in rooms]
    for sink in sinks:
        stack.callback(sink.close)
    for room in rooms:
        room.start()
    published = {number: rooms[number % 3] for number in range(1, 10)}
    for number, room in published.items():
        bring(room, [number])
    wait_until(applied, rooms)
    for number in published:
        flipped_s, = map(int, rooms[0].sql("SELECT b.flipped_s FROM batch b JOIN item_language e ON e.batch_id = b.id "
                                           f"WHERE e.path = '{path_of(number)}'")[0])
        for room in rooms:
            wait_until(keeps_to, room, path_of(number), flipped_s)

    wait_until(all_settled, rooms)
    withdrawn = {1: rooms[2], 2: rooms[0], 3: rooms[1]}  # by another than the one that published it
    keys = {}
    for number, room in withdrawn.items():
        keys[number] = f"e{room.sql(f'''SELECT id FROM item_language WHERE path = '{path_of(number)}' ''')[0][0]}"
    before = {(number, sink): sink.times(key) for number, key in keys.items() for sink in sinks}
    for number, room in withdrawn.items():
        room.run("withdraw", path_of(number), "--note", NOTE)
    wait_until(applied, rooms)
    for room in rooms:
        for number in withdrawn:
            assert NOTE in room.wait_for(path_of(number), 410).text
        feed = room.get("/feed.rss").text
        assert feed.count(NOTE) == len(withdrawn) and "Words of item 1." not in feed

    for room, wrong_s in zip(rooms, (MINUTE_S, 0, -MINUTE_S)):
        says_how_wrong(room, wrong_s)
    for clock in clocks:
        clock.set(0)
    left = sorted(path_of(number) for number in published if number not in withdrawn)
    for room in rooms:
        wait_until(lambda: sorted(set(re.findall(r'href="(/2023/11/item-\d+/)"', room.get("/archive/2023/").text))) == left)
        assert sorted(re.findall(r"<loc>[^<]*(/2023/11/item-\d+/)</loc>", room.get("/sitemap-1.xml").text)) == left
        for path in left:
            assert room.get(path).status == 200
        for number in withdrawn:
            assert room.get(path_of(number)).status == 410
    for room in (rooms[0], rooms[2]):
        wait_until(lambda: "event=clock.agrees" in room.log_text())
        assert "clock_ahead" not in health(room) and room.wrong() == []
    wait_until(all_settled, rooms)
    for (number, sink), times in before.items():
        assert sink.times(keys[number]) == times + 2, number  # once, and once more for what was under way
    counted(f"{len(published)} published, {len(withdrawn)} withdrawn and {len(before)} purges with clocks two minutes apart, 0 lost, 0 doubled")


def test_an_embargo(three):
    """Each node lifts it at its second by its own clock; none is early by more."""
    rooms, clocks, _ = three
    due_s = int(time.time()) + 3600
    path = time.strftime("/%Y/%m/later/", time.gmtime(due_s))
    export = rooms[0].folder / "later.xml"
    export.write_text(wxr([{"id": 1, "slug": "later", "title": "Later", "status": "future", "time": due_s}]))
    rooms[0].run("import wordpress", export)
    for room in rooms:
        room.start()
    wait_until(applied, rooms)
    for room, clock in zip(rooms, clocks):
        assert keeps_to(room, path, due_s) and room.get(path).status == 404 and "Later" not in room.get("/").text + room.get("/feed.rss").text
        clock.set(due_s - 2 - time.time())
        wait_until(shows, room, path, due_s)
        assert "Later" in room.get("/").text and "Later" in room.get("/feed.rss").text
