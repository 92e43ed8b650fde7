"""Varnish in front keeps pages for an hour here, so what changes on it changes because it was told to let go: at once, from each of two
servers, also where it was down for a while. A page that a change does not touch is not fetched anew."""
import contextlib
import http.client
import http.server
import os
import pathlib
import shutil
import socket
import sqlite3
import subprocess
import threading

import pytest

from newsroom import ROOT, Answer, free_port
from nodes import bring, health, metric, nodes, path_of, wait_until
from postgres import postgres
from test_proxies_in_front import put_in

pytestmark = pytest.mark.one_engine("of the way from a server to the caches in front of it")

# Longer than any test: nothing here goes by growing old. And who looks is told whether it was kept.
AN_HOUR = """
sub vcl_backend_response {
	set beresp.ttl = 1h;
}
sub vcl_deliver {
	set resp.http.X-Hits = obj.hits;
}
"""


class Varnish:
    """deploy/varnish-purge.vcl and deploy/varnish.vcl as they stand, with the port of a newsroom, before AN_HOUR."""

    def __init__(self, folder, port, behind):
        folder.mkdir()
        self.folder, self.port, self.process = folder, port, None
        vcl = (ROOT / "deploy" / "varnish.vcl").read_text()
        (folder / "varnish.vcl").write_text(put_in(vcl, {'.port = "8080"': f'.port = "{behind}"'}))
        (folder / "varnish-purge.vcl").write_text((ROOT / "deploy" / "varnish-purge.vcl").read_text() + AN_HOUR)
        self.options = next(line for line in vcl.splitlines() if "http_gzip_support" in line).lstrip("# ").split()

    def start(self):
        log = open(self.folder / "varnish.log", "wb")
        self.process = subprocess.Popen(["varnishd", "-F", "-j", "none", "-n", str(self.folder / "work"), "-a", f"127.0.0.1:{self.port}",
                                         "-p", f"vcl_path={self.folder}", "-f", str(self.folder / "varnish-purge.vcl"), "-s", "malloc,32m",
                                         *self.options], stdout=log, stderr=subprocess.STDOUT)
        wait_until(self.is_up)

    def is_up(self):
        assert self.process.poll() is None, (self.folder / "varnish.log").read_text(errors="replace")
        try:
            return self.ask("/health").status == 200
        except OSError:
            return False

    def ask(self, path, method="GET", source="127.0.0.1", **fields):
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60, source_address=(source, 0))
        try:
            link.request(method, path, headers=fields)
            answer = link.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            link.close()

    def keep(self, path, status=200):
        """Fetches it if need be; from then on it comes from here. How often it did."""
        self.ask(path)
        answer = self.ask(path)
        assert answer.status == status and int(answer.header("X-Hits")) > 0, (path, answer.status, answer.header("X-Hits"))
        return int(answer.header("X-Hits"))

    def shows(self, path, status, text=""):
        answer = self.ask(path)
        return answer.status == status and text in answer.text

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait(20)
        self.process = None


class Gate:
    """What the server takes for the cache: shut, it refuses, and the cache behind it goes on as it was."""

    def __init__(self, behind):
        self.port, self.behind = free_port(), behind
        self.listener, self.open_lines = None, []

    def open(self):
        self.listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self.take, args=(self.listener,), daemon=True).start()

    def take(self, listener):
        with contextlib.suppress(OSError):
            while True:
                self.join(listener.accept()[0])

    def join(self, line):
        try:
            onward = socket.create_connection(("127.0.0.1", self.behind))
        except OSError:  # nothing behind it yet
            line.close()
            return
        self.open_lines += [line, onward]
        for ends in ((line, onward), (onward, line)):
            threading.Thread(target=self.hand_on, args=ends, daemon=True).start()

    @staticmethod
    def hand_on(source, sink):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def shut(self):
        for each in (self.listener, *self.open_lines):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        self.open_lines = []


def behind_varnish(room, folder):
    """A newsroom and a Varnish that know of each other; neither runs."""
    room.port = free_port()
    front = Varnish(folder, free_port(), room.port)
    room.set("purge", "urls", f'("http://127.0.0.1:{front.port}/")')
    return front


@pytest.fixture
def fronts(tmp_path):
    """Makes them; whichever run at the end are stopped."""
    if not shutil.which("varnishd", path=os.environ["PATH"] + ":/usr/sbin"):
        pytest.skip("no Varnish here")
    if not list(pathlib.Path("/usr/lib").glob("*/varnish/vmods/libvmod_xkey.so")):
        pytest.skip("no xkey here (varnish-modules)")
    made = []

    def make(room):
        made.append(behind_varnish(room, tmp_path / f"varnish{len(made)}"))
        return made[-1]
    yield make
    for front in made:
        front.stop()


def correct(room, path, words):
    """As an editor's desk would write it."""
    entry, = room.sql(f"SELECT id FROM item_language WHERE path = '{path}'")[0]
    room.sql(f"INSERT INTO correction (entry_id, seq, kind, text, at_s) VALUES ({entry}, 1, 'correction', '{words}', 1700000100)")
    room.sql("UPDATE outbox_head SET number = number + 1")
    room.sql("INSERT INTO outbox (number, id, at_s, kind, subject_id, detail) "
             f"SELECT number, 'corrected-by-test', 1700000100, 'entry', {entry}, '' FROM outbox_head")


def settled(room):
    """Everything was sent for the second time too: what is kept from now on is let go only by what comes."""
    with contextlib.closing(sqlite3.connect(f"file:{room.folder / 'public.db'}?mode=ro", uri=True, timeout=30)) as link:
        return link.execute("SELECT count(*) FROM purge").fetchone() == (0,)


def test_published_corrected_withdrawn(empty, fronts):
    room, front = empty, fronts(empty)
    bring(room, range(1, 4))
    room.start()
    front.start()
    wait_until(settled, room)
    assert room.get(path_of(1)).header("xkey").split()[0] == "every-page" and front.ask(path_of(1)).header("xkey") is None
    style = next(word for word in room.get("/").text.split('"') if word.endswith(".css"))
    front.keep(path_of(9), 404)
    for path in ("/", "/feed.rss", path_of(1), path_of(2)):
        front.keep(path)
    kept = front.keep(style)

    bring(room, [9])
    wait_until(front.shows, path_of(9), 200, "Words of item 9.")
    wait_until(front.shows, "/", 200, path_of(9))
    wait_until(front.shows, "/feed.rss", 200, path_of(9))

    wait_until(settled, room)
    before = front.keep(path_of(2))
    correct(room, path_of(1), "It was seven.")
    wait_until(front.shows, path_of(1), 200, "It was seven.")
    room.run("withdraw", path_of(1), "--note", "Taken back.")
    wait_until(front.shows, path_of(1), 410, "Taken back.")
    wait_until(lambda: path_of(1) not in front.ask("/").text)
    wait_until(lambda: "Words of item 1." not in front.ask("/feed.rss").text)
    assert int(front.ask(path_of(2)).header("X-Hits")) == before + 1  # fetched once, before all that
    assert int(front.ask(style).header("X-Hits")) == kept + 1


def test_who_may_purge(empty, fronts):
    room, front = empty, fronts(empty)
    bring(room, [1])
    room.start()
    front.start()
    wait_until(settled, room)
    kept = front.keep(path_of(1))
    for answer in (front.ask("/", "PURGE", source="127.0.0.2", xkey="every-page"),
                   front.ask("/", "PURGE", xkey="every-page", **{"X-Forwarded-For": "192.0.2.1"})):  # a reader's, through a proxy
        assert answer.status == 403
    assert front.ask("/", "PURGE").status == 400 and front.ask("/", "POST").status == 405
    assert int(front.ask(path_of(1)).header("X-Hits")) == kept + 1
    assert front.ask("/", "PURGE", xkey="every-page").status == 200
    assert front.ask(path_of(1)).header("X-Hits") == "0"


def test_each_of_two_servers_purges_its_own(tmp_path, fronts):
    with postgres() as server, nodes(tmp_path, server.url(), 2) as rooms:
        bring(rooms[0], range(1, 4))
        kept = [fronts(room) for room in rooms]
        for room, front in zip(rooms, kept):
            room.start()
            front.start()
            wait_until(settled, room)
            front.keep(path_of(1))
        others = [front.keep(path_of(3)) for front in kept]
        told = [metric(room, "crier_purges_total") for room in rooms]
        rooms[0].run("withdraw", path_of(1), "--note", "Taken back.")
        for room, front, before in zip(rooms, kept, told):
            wait_until(front.shows, path_of(1), 410, "Taken back.")
            wait_until(lambda: metric(room, "crier_purges_total") >= before + 2)  # the second is for what was under way
        for front, before in zip(kept, others):
            assert int(front.ask(path_of(3)).header("X-Hits")) == before + 1


def caches(room):
    return [(found["level"], found["text"]) for found in room.findings() if found["subject"] == "caches"]


def test_a_cache_that_was_away_gets_what_it_missed(empty, fronts):
    room, front = empty, fronts(empty)
    gate = Gate(front.port)
    room.set("purge", "urls", f'("http://127.0.0.1:{gate.port}/")')
    room.metrics_port = free_port()
    room.set("listen", "metrics_port", str(room.metrics_port))
    bring(room, range(1, 4))
    gate.open()
    room.start()
    front.start()
    wait_until(settled, room)
    assert caches(room) == [("fine", f"http://127.0.0.1:{gate.port}/ answers purges")]
    front.keep(path_of(1))
    other = front.keep(path_of(3))

    gate.shut()
    room.run("withdraw", path_of(1), "--note", "Taken back.")
    room.wait_for(path_of(1), 410)
    wait_until(lambda: "event=purge.failed" in room.log_text())
    assert health(room)["purges_waiting"] == 1 and metric(room, "crier_purges_waiting") == 1
    (level, text), = caches(room)
    assert level == "wrong" and str(gate.port) in text and "was not told of: 1" in text
    assert front.shows(path_of(1), 200)  # so it is really kept
    room.stop()
    room.start()  # what is owed is owed still
    assert front.shows(path_of(1), 200) and health(room)["purges_waiting"] == 1

    gate.open()
    wait_until(front.shows, path_of(1), 410, "Taken back.")
    wait_until(settled, room)
    assert "purges_waiting" not in health(room) and caches(room)[0][0] == "fine"
    assert int(front.ask(path_of(3)).header("X-Hits")) == other + 1  # what it missed, and not everything
    gate.shut()


def test_any_address_is_told(empty):
    """POST with the keys that the answers carry; nothing of it without purge in crier.conf."""
    told = []

    class Heard(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            told.append((self.headers, self.rfile.read(int(self.headers["Content-Length"])).decode()))
            self.send_response(503 if len(told) == 1 else 204)
            self.end_headers()

        def log_message(self, *_):
            pass

    room = empty
    bring(room, range(1, 3))
    room.start()
    assert not {"xkey", "surrogate-key"} & {name.lower() for name in room.get(path_of(1)).headers}
    assert "purges_waiting" not in health(room) and caches(room) == [("fine", "none in front is to be told of changes")]
    room.stop()
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Heard) as cache:
        threading.Thread(target=cache.serve_forever, daemon=True).start()
        for key, value in {"urls": f'("http://127.0.0.1:{cache.server_port}/purge")', "method": '"POST"', "header": '"Surrogate-Key"',
                           "secret": '"Authorization: Bearer word"'}.items():
            room.set("purge", key, value)
        room.start()
        wait_until(lambda: len(told) >= 2)
        assert [body for _, body in told[:2]] == ['{"keys":["every-page"]}'] * 2  # the beginning, refused and repeated
        keys = room.get(path_of(1)).header("Surrogate-Key").split()
        room.run("withdraw", path_of(1))
        own = next(key for key in keys if key[0] == "e" and key[1:].isdigit())
        fields, _ = wait_until(lambda: next((each for each in told if f'"{own}"' in each[1]), None))
        assert fields["Authorization"] == "Bearer word" and {own, "every-change"} <= set(fields["Surrogate-Key"].split())
        room.stop()
        cache.shutdown()
