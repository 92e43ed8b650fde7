#!/usr/bin/python3
"""The HTTP server through real sockets, with the toy app (toy.c). One behaviour a test."""

import gzip
import os
import re
import signal
import socket
import subprocess
import threading
import urllib.request

import pytest
from wire import PATIENCE_S, Answer, assert_secure, request

TOY = os.environ["CRIER_TOY"]


class Toy:
    """A server of its own; `settings` as toy.c reads them."""

    def __init__(self, descriptors=None, **settings):
        arguments = [TOY] + ["%s=%s" % pair for pair in settings.items()]
        if descriptors:
            arguments = ["prlimit", "--nofile=%d:%d" % (descriptors, descriptors)] + arguments
        self.process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.port, self.metrics_port = (int(word) for word in self.process.stdout.readline().split())
        self.log = None

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_S)

    def ask(self, text, body=True):
        with self.connect() as connection:
            connection.sendall(text.encode("latin-1"))
            return Answer.read(connection.makefile("rb"), body)

    def get(self, path, **fields):
        return self.ask(request(path, **fields))

    def metrics(self):
        with urllib.request.urlopen("http://127.0.0.1:%d/metrics" % self.metrics_port, timeout=PATIENCE_S) as answer:
            return answer.read().decode()

    def metric(self, name):
        found = re.search(r"^%s (\d+)$" % re.escape(name), self.metrics(), re.M)
        return int(found.group(1)) if found else 0

    def wait_for_metric(self, name, least):
        poll = threading.Event()
        for _ in range(PATIENCE_S * 100):
            if self.metric(name) >= least:
                return
            poll.wait(0.01)
        raise AssertionError("%s stayed below %d" % (name, least))

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        _, self.log = self.process.communicate(timeout=PATIENCE_S)
        return self.process.returncode


@pytest.fixture
def toy(request):
    server = Toy(**getattr(request, "param", {}))
    yield server
    code = server.stop()
    assert code == 0, server.log
    assert "ERROR" not in server.log and "Sanitizer" not in server.log, server.log


def warm(toy, path):
    for _ in range(2):
        toy.get(path)


# ---- connections ----


def test_keep_alive(toy):
    with toy.connect() as connection:
        stream = connection.makefile("rb")
        for _ in range(20):
            connection.sendall(request("/size/1000/").encode())
            answer = Answer.read(stream)
            assert answer.status == 200 and len(answer.body) == 1000
    assert toy.metric("crier_connections_total") == 1


def test_pipelining_keeps_the_order(toy):
    sizes = [10, 2000, 300, 40000, 5, 600]
    with toy.connect() as connection:
        connection.sendall("".join(request("/size/%d/" % size) for size in sizes).encode())
        stream = connection.makefile("rb")
        assert [len(Answer.read(stream).body) for _ in sizes] == sizes


def test_http_1_0_closes(toy):
    with toy.connect() as connection:
        connection.sendall(b"GET /size/10/ HTTP/1.0\r\n\r\n")
        stream = connection.makefile("rb")
        assert Answer.read(stream).status == 200
        assert stream.read() == b""


def test_connection_close_is_obeyed(toy):
    with toy.connect() as connection:
        connection.sendall(request("/size/10/", Connection="close").encode())
        stream = connection.makefile("rb")
        answer = Answer.read(stream)
        assert answer.status == 200 and answer.field("connection") == "close"
        assert stream.read() == b""


def test_head_split_into_bytes(toy):
    with toy.connect() as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in request("/size/100/", Accept_Encoding="gzip").encode():
            connection.sendall(bytes([byte]))
        assert Answer.read(connection.makefile("rb")).status == 200


def test_client_that_leaves_is_forgotten(toy):
    for _ in range(20):
        connection = toy.connect()
        connection.sendall(request("/size/1000000/").encode())
        connection.close()
    assert toy.get("/size/10/").status == 200


# ---- answers ----


def test_head_is_get_without_body(toy):
    for _ in range(3):
        get, head = toy.get("/size/5000/"), toy.ask(request("/size/5000/", method="HEAD"), body=False)
        volatile = ("date", "cache-control")
        assert [f for f in get.fields if f[0] not in volatile] == [f for f in head.fields if f[0] not in volatile]
        assert head.field("content-length") == "5000"


def test_head_keeps_the_connection_in_step(toy):
    with toy.connect() as connection:
        connection.sendall((request("/size/500/", method="HEAD") + request("/size/7/")).encode())
        stream = connection.makefile("rb")
        assert Answer.read(stream, body=False).field("content-length") == "500"
        assert len(Answer.read(stream).body) == 7


def test_forms(toy):
    plain = toy.get("/size/20000/")
    for _ in range(3):
        packed = toy.get("/size/20000/", Accept_Encoding="gzip")
        assert packed.field("content-encoding") == "gzip" and packed.field("vary") == "Accept-Encoding"
        assert gzip.decompress(packed.body) == plain.body
        assert packed.field("etag") != plain.field("etag")
        assert toy.get("/size/20000/", Accept_Encoding="br;q=1, gzip;q=0.1").field("content-encoding") == "br"
        assert toy.get("/size/20000/", Accept_Encoding="gzip;q=0").field("content-encoding") is None


def test_not_modified(toy):
    warm(toy, "/size/3000/")
    for fields in ({}, {"Accept_Encoding": "gzip"}):
        first = toy.get("/size/3000/", **fields)
        for _ in range(2):
            again = toy.get("/size/3000/", If_None_Match=first.field("etag"), **fields)
            assert again.status == 304 and again.field("etag") == first.field("etag")
            # none (RFC 9110 section 8.6): zero would be wrong, and for the right one some clients would wait
            assert again.field("content-length") is None
    assert toy.get("/size/3000/", If_Modified_Since="Fri, 14 Jul 2017 02:40:00 GMT").status == 304
    assert toy.get("/size/3000/", If_Modified_Since="Fri, 14 Jul 2017 02:39:59 GMT").status == 200


def test_not_modified_keeps_the_connection_in_step(toy):
    warm(toy, "/size/3000/")
    etag = toy.get("/size/3000/").field("etag")
    with toy.connect() as connection:
        connection.sendall((request("/size/3000/", If_None_Match=etag) + request("/size/8/")).encode())
        stream = connection.makefile("rb")
        assert Answer.read(stream).status == 304
        assert len(Answer.read(stream).body) == 8


def test_better_forms_come_for_what_is_asked_often(toy):
    warm(toy, "/size/20000/")
    first = toy.get("/size/20000/", Accept_Encoding="gzip")
    with toy.connect() as connection:
        stream = connection.makefile("rb")
        for _ in range(2000):
            connection.sendall(request("/size/20000/", Accept_Encoding="gzip").encode())
            answer = Answer.read(stream)
            if answer.field("etag") != first.field("etag"):
                break
    assert answer.field("etag").endswith('-g12"')
    assert len(answer.body) <= len(first.body)
    assert gzip.decompress(answer.body) == gzip.decompress(first.body)
    # who has the first form is told that nothing changed
    again = toy.get("/size/20000/", Accept_Encoding="gzip", If_None_Match=first.field("etag"))
    assert again.status == 304 and again.field("etag") == first.field("etag")


@pytest.mark.parametrize("path,total", [("/size/1000/", 1000), ("/file/", 100000)])
def test_ranges(toy, path, total):
    whole = toy.get(path).body
    assert len(whole) == total
    for spec, first, last in (("0-9", 0, 9), ("10-", 10, total - 1), ("-5", total - 5, total - 1)):
        part = toy.get(path, Range="bytes=" + spec)
        assert part.status == 206
        assert part.field("content-range") == "bytes %d-%d/%d" % (first, last, total)
        assert part.body == whole[first:last + 1]
    beyond = toy.get(path, Range="bytes=%d-" % total)
    assert beyond.status == 416 and beyond.field("content-range") == "bytes */%d" % total
    assert toy.get(path, Range="bytes=0-1,5-6").body == whole


def test_the_security_fields_stand_on_every_answer(toy):
    warm(toy, "/size/1000/")
    etag = toy.get("/size/1000/").field("etag")
    answers = [toy.get(path) for path in ("/size/1000/", "/nothing/", "/fail/", "/away/", "/file/", "/health", "/%00",
                                          "/size/1000", "/private/")]
    answers.append(toy.get("/size/1000/", If_None_Match=etag))
    answers.append(toy.ask(request("/size/1000/", method="POST", Content_Length="0")))
    answers.append(toy.ask("GET / HTTP/1.1\r\n\r\n"))
    assert [answer.status for answer in answers] == [200, 404, 500, 503, 200, 200, 400, 301, 200, 304, 405, 400]
    for answer in answers:
        assert_secure(answer)


def test_redirects(toy):
    answer = toy.get("/en/size/10?x=1")
    assert answer.status == 301 and answer.field("location") == "/size/10/"


def test_what_fails_says_so_and_is_not_kept(toy):
    for _ in range(3):
        answer = toy.get("/fail/")
        assert answer.status == 500 and answer.field("cache-control") == "no-store"
        assert b"half a page" not in answer.body
        away = toy.get("/away/")
        assert away.status == 503 and int(away.field("retry-after")) > 0


def test_heads_kept_ready_are_counted_in_the_cache(toy):
    warm(toy, "/size/1000/")
    before = toy.metric("crier_cache_bytes")
    etag = toy.get("/size/1000/").field("etag")
    assert toy.get("/size/1000/", If_None_Match=etag).status == 304
    assert toy.get("/size/1000/").status == 200
    # one of 200 and one of 304, each with the policy for what a page may load
    assert toy.metric("crier_cache_bytes") - before > 2 * len(toy.get("/size/1000/").field("content-security-policy"))
    after = toy.metric("crier_cache_bytes")
    for _ in range(20):
        toy.get("/size/1000/")
    assert toy.metric("crier_cache_bytes") - after < 100, "counted anew each second"


def test_private_pages_are_rendered_each_time(toy):
    assert len({toy.get("/private/").body for _ in range(4)}) == 4


def test_health(toy):
    answer = toy.get("/health")
    assert answer.status == 200 and answer.field("cache-control") == "no-store"
    assert answer.body == b'{"ok":true,"version":"","sequence":0,"behind":0,"writable":true}\n'


def test_posts(toy):
    assert toy.ask(request("/echo/", method="POST", Content_Length="5") + "hello").body == b"hello"
    chunked = request("/echo/", method="POST", Transfer_Encoding="chunked") + "3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n"
    assert toy.ask(chunked).body == b"hello"
    answer = toy.ask(request("/size/1/", method="POST", Content_Length="5") + "hello")
    assert answer.status == 405 and answer.field("allow") == "GET, HEAD"


# ---- strictness ----

POST = "POST /echo/ HTTP/1.1\r\nHost: a\r\n"
CHUNKED = POST + "Transfer-Encoding: chunked\r\n\r\n"
REFUSED = {
    "two lengths": (POST + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", 400),
    "two equal lengths": (POST + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello", 400),
    "length and coding": (POST + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    "coding and length": (POST + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", 400),
    "unknown coding": (POST + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 400),
    "list of codings": (POST + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 400),
    "two hosts": ("GET /size/9/ HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
    "no host": ("GET /size/9/ HTTP/1.1\r\n\r\n", 400),
    "host with a path": ("GET /size/9/ HTTP/1.1\r\nHost: a/b\r\n\r\n", 400),
    "body with GET": ("GET /size/9/ HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello", 400),
    "chunks with GET": ("GET /size/9/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    "control in a value": ("GET /size/9/ HTTP/1.1\r\nHost: a\r\nX: a\x01b\r\n\r\n", 400),
    "space before the colon": ("GET /size/9/ HTTP/1.1\r\nHost: a\r\nX : b\r\n\r\n", 400),
    "encoded slash": ("GET /size%2f9/ HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    "overlong UTF-8": ("GET /%c0%ae/ HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    "too many fields": ("GET / HTTP/1.1\r\nHost: a\r\n" + "X: y\r\n" * 70 + "\r\n", 431),
    "too large fields": ("GET / HTTP/1.1\r\nHost: a\r\nX: " + "y" * 9000 + "\r\n\r\n", 431),
    "long target": ("GET /" + "a" * 6000 + " HTTP/1.1\r\nHost: a\r\n\r\n", 414),
    "odd expectation": (POST + "Content-Length: 5\r\nExpect: tea\r\n\r\nhello", 417),
    "nonsense": ("nonsense\r\n\r\n", 400),
    "TLS": ("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
    "HTTP/0.9": ("GET /size/9/\r\n", 400),
    "HTTP/1.2": ("GET /size/9/ HTTP/1.2\r\nHost: a\r\n\r\n", 505),
    "HTTP/2": ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
    "two blanks": ("GET  /size/9/ HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    "two empty lines before": ("\r\n\r\nGET /size/9/ HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    "bare line feeds": ("GET /size/9/ HTTP/1.1\nHost: a\n\n", 400),
    "a bare line feed": ("GET /size/9/ HTTP/1.1\r\nHost: a\nX: b\r\n\r\n", 400),
    "a bare carriage return": ("GET /size/9/ HTTP/1.1\r\nHost: a\rX: b\r\n\r\n", 400),
    "NUL in a value": ("GET /size/9/ HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n", 400),
    "NUL in the target": ("GET /size/9/\0 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    "a folded field": ("GET /size/9/ HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n", 400),
    "no colon": ("GET /size/9/ HTTP/1.1\r\nHost: a\r\nX\r\n\r\n", 400),
    "no name": ("GET /size/9/ HTTP/1.1\r\nHost: a\r\n: x\r\n\r\n", 400),
    "200 fields": ("GET / HTTP/1.1\r\nHost: a\r\n" + "X-Field: some value\r\n" * 200 + "\r\n", 431),
    "an endless line": ("GET / HTTP/1.1\r\nHost: a\r\nX: " + "y" * 100000, 431),
    "an endless target": ("GET /" + "a" * 100000, 414),
    "a long method": ("A" * 100 + " / HTTP/1.1\r\nHost: a\r\n\r\n", 501),
    "a length too large": (POST + "Content-Length: 99999999\r\n\r\n", 413),
    "a chunk size with a prefix": (CHUNKED + "0x5\r\nhello\r\n0\r\n\r\n", 400),
    "a chunk that is longer": (CHUNKED + "4\r\nhello\r\n0\r\n\r\n", 400),
    "a chunk too large": (CHUNKED + "fffffffff\r\n", 413),
    "bare line feeds between chunks": (CHUNKED + "5\nhello\n0\n\n", 400),
    "an endless trailer": (CHUNKED + "0\r\n" + "X: y\r\n" * 2000, 431),
    "a method that is not taken": ("DELETE /size/9/ HTTP/1.1\r\nHost: a\r\n\r\n", 405),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_and_closed(toy, name):
    text, status = REFUSED[name]
    smuggled = request("/private/")
    with toy.connect() as connection:
        connection.sendall((text + smuggled).encode("latin-1"))
        stream = connection.makefile("rb")
        answer = Answer.read(stream)
        assert answer.status == status
        assert_secure(answer)
        assert len(answer.body) == int(answer.field("content-length")) > 0
        # what is no address is answered as any other request: its end is known
        if name not in ("encoded slash", "overlong UTF-8"):
            assert answer.field("connection") == "close"
            assert stream.read() == b"", "what stood behind was answered too"
            assert toy.get("/renders/").body == b"0"


def test_heads_up_to_the_limit_are_taken(toy):
    fields = {"X": "y" * 8000, "Accept_Encoding": "gzip"}
    for _ in range(3):
        assert toy.get("/size/20000/", **fields).status == 200
    long_target = "/size/10/?x=" + "y" * 2000
    assert toy.get(long_target).status == 301
    assert toy.ask(request("/size/10/")[:-2] + "X: y\r\n" * 60 + "\r\n").status == 200


@pytest.mark.parametrize("toy", [{"body_bytes": 1000}], indirect=True)
@pytest.mark.parametrize("text", [
    request("/echo/", method="POST", Content_Length="1001") + "x" * 1001,
    request("/echo/", method="POST", Transfer_Encoding="chunked") + "3e9\r\n" + "x" * 1001 + "\r\n0\r\n\r\n",
])
def test_bodies_too_large(toy, text):
    assert toy.ask(text).status == 413
    assert toy.ask(request("/echo/", method="POST", Content_Length="1000") + "x" * 1000).body == b"x" * 1000


def test_an_enormous_head_is_answered_before_it_ends(toy):
    with toy.connect() as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n" + (b"X: " + b"y" * 1000 + b"\r\n") * 200)
        connection.shutdown(socket.SHUT_WR)
        assert Answer.read(connection.makefile("rb")).status == 431
    assert toy.get("/size/10/").status == 200


def test_a_query_of_nothing(toy):
    assert toy.get("/size/10/?" + "&" * 300).status == 301


def test_one_empty_line_before_a_request(toy):
    """RFC 9112 section 2.2: as some clients send it behind a body."""
    with toy.connect() as connection:
        connection.sendall(("\r\n" + request("/size/10/") + "\r\n" + request("/size/20/")).encode())
        stream = connection.makefile("rb")
        assert [len(Answer.read(stream).body) for _ in range(2)] == [10, 20]


# ---- bodies ----


@pytest.mark.parametrize("text", [
    request("/echo/", method="POST", Content_Length=5) + "hello",
    request("/echo/", method="POST", Transfer_Encoding="chunked") + "3;x=y\r\nhel\r\n2\r\nlo\r\n0\r\nX-Sum: 1\r\n\r\n",
])
def test_bodies_split_into_bytes(toy, text):
    with toy.connect() as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        stream = connection.makefile("rb")
        for _ in range(2):
            for byte in text.encode():
                connection.sendall(bytes([byte]))
            assert Answer.read(stream).body == b"hello"


def test_large_bodies(toy):
    body = "".join("%07d\n" % number for number in range(125000))
    with toy.connect() as connection:
        stream = connection.makefile("rb")
        connection.sendall((request("/echo/", method="POST", Content_Length=len(body)) + body).encode())
        assert Answer.read(stream).body == body.encode()
        chunks = "".join("%x\r\n%s\r\n" % (len(body[at:at + 9999]), body[at:at + 9999]) for at in range(0, len(body), 9999))
        connection.sendall((request("/echo/", method="POST", Transfer_Encoding="chunked") + chunks + "0\r\n\r\n").encode())
        assert Answer.read(stream).body == body.encode()
        connection.sendall(request("/size/10/").encode())
        assert Answer.read(stream).status == 200


def test_who_waits_is_told_to_go_on(toy):
    with toy.connect() as connection:
        stream = connection.makefile("rb")
        for _ in range(2):
            connection.sendall(request("/echo/", method="POST", Content_Length=4, Expect="100-continue").encode())
            assert stream.readline() == b"HTTP/1.1 100 Continue\r\n" and stream.readline() == b"\r\n"
            connection.sendall(b"body")
            assert Answer.read(stream).body == b"body"


def test_who_need_not_wait_is_not_told(toy):
    """The body is here already; the client is of HTTP/1.0; or there is no body."""
    for text, body in (
            (request("/echo/", method="POST", Content_Length=4, Expect="100-continue") + "body", b"body"),
            ("POST /echo/ HTTP/1.0\r\nContent-Length: 0\r\nExpect: 100-continue\r\n\r\n", b""),
            (request("/echo/", method="POST", Content_Length=0, Expect="100-continue"), b"")):
        answer = toy.ask(text)
        assert answer.status == 200 and answer.body == body


@pytest.mark.parametrize("toy", [{"body_bytes": 1000}], indirect=True)
@pytest.mark.parametrize("path,length,status", [("/size/1/", 4, 405), ("/echo/", 1001, 413)])
def test_who_waits_for_nothing_is_told_so(toy, path, length, status):
    answer = toy.ask(request(path, method="POST", Content_Length=length, Expect="100-continue"))
    assert answer.status == status and answer.field("connection") == "close"


@pytest.mark.parametrize("fields", [{"Transfer_Encoding": "chunked"}, {"Content_Length": 500000}])
def test_who_sends_on_hears_the_refusal(toy, fields):
    """A route that takes no body: all of it may be on its way, the answer is not lost to a reset."""
    with toy.connect() as connection:
        connection.sendall(request("/size/10/", method="POST", **fields).encode())
        connection.sendall(b"1000\r\n" + b"x" * 0x1000 + b"\r\n")
        for _ in range(100):
            connection.sendall(b"x" * 4096)
        stream = connection.makefile("rb")
        answer = Answer.read(stream)
        assert answer.status == 405 and answer.field("allow") == "GET, HEAD"
        assert stream.read() == b""
    assert toy.get("/renders/").body == b"0"


# ---- time ----


@pytest.mark.parametrize("toy", [{"header_ms": 200}], indirect=True)
@pytest.mark.parametrize("start", ["", "GE", "GET /size/10/ HTTP/1.1\r\nHost: a\r\nX: "])
def test_slow_heads_are_cut(toy, start):
    with toy.connect() as connection:
        connection.sendall(start.encode())
        stream = connection.makefile("rb")
        trickle, done = threading.Event(), threading.Event()

        def send():
            while not done.is_set():
                try:
                    connection.sendall(b"a" if start else b"")
                except OSError:
                    return
                trickle.wait(0.02)

        sender = threading.Thread(target=send)
        sender.start()
        answer = Answer.read(stream)
        done.set()
        sender.join()
        # who has said nothing is told nothing
        assert (answer and answer.status) == (408 if start else None)
        if answer:
            assert_secure(answer)
            assert answer.field("connection") == "close"
    assert toy.metric("crier_cut_total") == 1
    assert toy.get("/size/10/").status == 200


@pytest.mark.parametrize("toy", [{"header_ms": 200, "idle_s": 3 * PATIENCE_S}], indirect=True)
def test_slow_second_heads_are_cut_too(toy):
    with toy.connect() as connection:
        stream = connection.makefile("rb")
        connection.sendall(request("/size/10/").encode())
        assert Answer.read(stream).status == 200
        connection.sendall(request("/size/10/")[:-2].encode() + b"X: ")
        poll = threading.Event()
        for _ in range(PATIENCE_S * 20):
            if toy.metric("crier_cut_total"):
                break
            connection.sendall(b"y")
            poll.wait(0.02)
        assert Answer.read(stream).status == 408


@pytest.mark.parametrize("toy", [{"write_ms": 100, "slowest_bytes_s": 100000000, "header_ms": 400}], indirect=True)
def test_readers_that_do_not_read_are_cut(toy):
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(PATIENCE_S)
        connection.connect(("127.0.0.1", toy.port))
        connection.sendall(request("/size/8000000/").encode())
        toy.wait_for_metric("crier_cut_total", 1)
        assert toy.get("/size/10/").status == 200
    toy.wait_for_metric("crier_connections_total", 2)


@pytest.mark.parametrize("toy", [{"write_ms": 100, "slowest_bytes_s": 100000000, "header_ms": 400}], indirect=True)
def test_readers_that_trickle_are_cut(toy):
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(PATIENCE_S)
        connection.connect(("127.0.0.1", toy.port))
        connection.sendall(request("/size/8000000/").encode())
        for _ in range(100000):
            try:
                if not connection.recv(1):
                    raise AssertionError("an end within an answer")
            except ConnectionResetError:
                break
            if toy.metric("crier_cut_total"):
                break
    toy.wait_for_metric("crier_cut_total", 1)


@pytest.mark.parametrize("toy", [{"body_ms": 200}], indirect=True)
@pytest.mark.parametrize("text", [
    request("/echo/", method="POST", Content_Length=5) + "hell",
    request("/echo/", method="POST", Transfer_Encoding="chunked") + "5\r\nhell",
])
def test_bodies_that_do_not_end_are_cut(toy, text):
    answer = toy.ask(text)
    assert answer.status == 408 and answer.field("connection") == "close"
    assert_secure(answer)
    assert toy.metric("crier_cut_total") == 1


@pytest.mark.parametrize("toy", [{"idle_s": 1}], indirect=True)
def test_idle_connections_end_in_silence(toy):
    with toy.connect() as connection:
        stream = connection.makefile("rb")
        connection.sendall(request("/size/10/").encode())
        assert Answer.read(stream).status == 200
        assert stream.read() == b""
    assert toy.metric("crier_cut_total") == 0


# ---- misses ----


def in_threads(count, work):
    results = [None] * count

    def run(index):
        results[index] = work()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(count)]
    for thread in threads:
        thread.start()
    return threads, results


def test_a_stampede_renders_once(toy):
    threads, results = in_threads(50, lambda: toy.get("/slow/a/"))
    toy.wait_for_metric("crier_cache_waits_total", 49)
    assert toy.get("/size/10/").status == 200  # a suspended crowd holds nobody up
    toy.get("/release/yes/")
    for thread in threads:
        thread.join(PATIENCE_S)
    assert [answer.body for answer in results] == [b"slow page"] * 50
    assert toy.get("/renders/").body == b"2"  # the slow one and /size/10/
    assert toy.get("/slow/a/").status == 200 and toy.get("/renders/").body == b"2"


@pytest.mark.parametrize("toy", [{"workers": 1, "queue_most": 2}], indirect=True)
def test_a_full_queue_says_later(toy):
    threads, results = in_threads(1, lambda: toy.get("/slow/a/"))
    all_results = [results]
    toy.wait_for_metric("crier_cache_misses_total", 1)
    for depth, name in enumerate("bc", 1):
        more, results = in_threads(1, lambda name=name: toy.get("/slow/%s/" % name))
        threads += more
        all_results.append(results)
        toy.wait_for_metric("crier_cache_misses_total", depth + 1)
    toy.wait_for_metric("crier_queue_depth", 2)
    answer = toy.get("/slow/d/")
    assert answer.status == 503 and int(answer.field("retry-after")) > 0
    assert answer.field("cache-control") == "no-store"
    assert toy.get("/health").status == 200  # answered without a worker
    toy.process.send_signal(signal.SIGHUP)
    for thread in threads:
        thread.join(PATIENCE_S)
    assert [result.status for (result,) in all_results] == [200] * 3
    assert toy.get("/slow/d/").status == 200


def test_changed_while_rendering_is_not_kept(toy):
    threads, results = in_threads(1, lambda: toy.get("/held/5/"))
    toy.wait_for_metric("crier_cache_misses_total", 1)
    toy.get("/change/6/")
    late, late_results = in_threads(1, lambda: toy.get("/held/5/"))
    toy.wait_for_metric("crier_cache_waits_total", 1)
    toy.get("/release/yes/")
    for thread in threads + late:
        thread.join(PATIENCE_S)
    assert results[0].status == 200 and late_results[0].status == 200
    # who asked after the change had it rendered again; nothing was kept
    assert toy.get("/renders/").body == b"2"
    assert toy.metric("crier_cache_refused_total") >= 1
    assert toy.metric("crier_cache_admitted_total") == 0


def test_change_drops_what_is_kept(toy):
    toy.get("/release/yes/")
    warm(toy, "/held/5/")
    before = toy.get("/renders/").body
    toy.get("/held/5/")
    assert toy.get("/renders/").body == before
    toy.get("/change/6/")
    toy.get("/held/5/")
    assert toy.get("/renders/").body != before


# ---- signals ----


def test_stopping_loses_no_request():
    toy = Toy(workers=60)
    threads, results = in_threads(20, lambda: toy.get("/slow/a/"))
    more, others = in_threads(20, lambda: toy.get("/held/3/"))
    toy.wait_for_metric("crier_cache_waits_total", 38)
    # a request of which the first line has come
    begun = toy.connect()
    head = request("/release/yes/")
    half = head.index("Host")
    begun.sendall(head[:half].encode())
    assert toy.get("/size/10/").status == 200
    toy.process.send_signal(signal.SIGTERM)
    wait_until_refused(toy)
    begun.sendall(head[half:].encode())
    answer = Answer.read(begun.makefile("rb"))
    assert answer.status == 200 and answer.field("connection") == "close"
    for thread in threads + more:
        thread.join(PATIENCE_S)
    assert [result.status for result in results + others] == [200] * 40
    assert toy.stop() == 0


def test_stopping_waits_for_a_body():
    toy = Toy()
    with toy.connect() as connection:
        connection.sendall(request("/echo/", method="POST", Content_Length=10).encode() + b"01234")
        assert toy.get("/size/10/").status == 200
        toy.process.send_signal(signal.SIGTERM)
        wait_until_refused(toy)
        connection.sendall(b"56789")
        answer = Answer.read(connection.makefile("rb"))
        assert answer.body == b"0123456789" and answer.field("connection") == "close"
    assert toy.stop() == 0


@pytest.mark.parametrize("toy", [{"drain_ms": 1000 * 3 * PATIENCE_S, "idle_s": 3 * PATIENCE_S}], indirect=True)
def test_stopping_lets_an_answer_end(toy):
    """Its head said nothing of an end; the connection is idle then, and closed as such."""
    with toy.connect() as connection:
        stream = connection.makefile("rb")
        connection.sendall(request("/size/8000000/").encode())
        while (line := stream.readline()) != b"\r\n":
            assert b"close" not in line
        toy.process.send_signal(signal.SIGTERM)
        wait_until_refused(toy)
        assert len(stream.read(8000000)) == 8000000
        assert stream.read() == b""
    assert toy.stop() == 0


def test_stopping_bears_with_those_who_ask_ahead():
    """They hear of the end with an answer, when more is on its way: that must not take the answer from them."""
    toy = Toy(workers=2)
    with toy.connect() as ahead, toy.connect() as other:
        ahead.sendall(request("/slow/a/").encode())
        toy.wait_for_metric("crier_cache_misses_total", 1)
        other.sendall(request("/release/yes/")[:-2].encode())
        assert toy.get("/health").status == 200
        toy.process.send_signal(signal.SIGTERM)
        wait_until_refused(toy)
        other.sendall(b"\r\n")
        stream = ahead.makefile("rb")
        answer = Answer.read(stream)
        assert answer.body == b"slow page" and answer.field("connection") == "close"
        for _ in range(100):
            ahead.sendall(request("/size/10/").encode())
        assert stream.read() == b""
    assert toy.stop() == 0


@pytest.mark.parametrize("toy", [{"drain_ms": 1000 * 3 * PATIENCE_S, "idle_s": 3 * PATIENCE_S}], indirect=True)
def test_idle_connections_do_not_hold_up_a_stop(toy):
    fresh, used = toy.connect(), toy.connect()
    stream = used.makefile("rb")
    used.sendall(request("/size/10/").encode())
    assert Answer.read(stream).status == 200
    assert toy.stop() == 0
    assert stream.read() == b"" and fresh.recv(1) == b""


def wait_until_refused(toy):
    while True:
        try:
            toy.connect().close()
        except OSError:
            return


@pytest.mark.parametrize("toy", [{"drain_ms": 100, "workers": 1}], indirect=True)
def test_stopping_under_load_answers_all_that_were_accepted(toy):
    """Clients that ask as fast as they can: each connection ends between answers, never within one."""
    broken, counted = [], []

    def ask():
        try:
            connection = toy.connect()
        except OSError:
            return
        stream = connection.makefile("rb")
        while True:
            try:
                connection.sendall(request("/size/5000/").encode())
                answer = Answer.read(stream)
            except OSError:
                return
            if answer is None:
                return
            if len(answer.body) != 5000:
                broken.append(answer)
            counted.append(1)
            if answer.field("connection") == "close":
                return

    threads, _ = in_threads(8, ask)
    toy.wait_for_metric("crier_cache_hits_total", 200)
    toy.process.send_signal(signal.SIGTERM)
    for thread in threads:
        thread.join(PATIENCE_S)
        assert not thread.is_alive()
    assert not broken and len(counted) >= 200


def test_reload(toy):
    warm(toy, "/size/100/")
    toy.process.send_signal(signal.SIGHUP)
    poll = threading.Event()
    for _ in range(PATIENCE_S * 100):
        if toy.metric("crier_cache_pages") == 0:
            break
        poll.wait(0.01)
    assert toy.metric("crier_cache_pages") == 0
    assert toy.get("/size/100/").status == 200


def test_systemd_is_told():
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
        name = "\0crier-test-%d" % os.getpid()
        notify.bind(name)
        notify.settimeout(PATIENCE_S)
        environment = dict(os.environ, NOTIFY_SOCKET="@" + name[1:], WATCHDOG_USEC="200000")
        process = subprocess.Popen([TOY], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment)
        heard = notify.recv(1000)
        assert heard == b"READY=1"
        assert notify.recv(1000) == b"WATCHDOG=1"
        process.send_signal(signal.SIGHUP)
        while not (heard := notify.recv(1000)).startswith(b"RELOADING=1\nMONOTONIC_USEC="):
            assert heard == b"WATCHDOG=1"
        assert notify.recv(1000) == b"READY=1"
        process.send_signal(signal.SIGTERM)
        while (heard := notify.recv(1000)) != b"STOPPING=1":
            assert heard == b"WATCHDOG=1"
        assert process.wait(PATIENCE_S) == 0
        process.stdout.close()


# ---- what is told ----


@pytest.mark.parametrize("toy", [{"log_every": 1}], indirect=True)
def test_log_lines_have_no_addresses(toy):
    warm(toy, "/size/100/")
    toy.get("/size/100/?secret=1")
    toy.get("/size/100/")
    toy.process.send_signal(signal.SIGTERM)
    toy.stop()
    lines = [line for line in toy.log.splitlines() if " event=request " in line]
    assert sum("method=GET path=/size/100/ status=200 bytes=100 ms=" in line for line in lines) == 3
    assert sorted(line.split("cache=")[1] for line in lines if "status=200" in line) == ["hit", "miss", "miss"]
    assert sum("status=301" in line for line in lines) == 1 and len(lines) == 4
    assert "127.0.0.1" not in toy.log and "secret" not in toy.log


@pytest.mark.parametrize("toy", [{"log_every": 0}], indirect=True)
def test_failures_are_logged_though_requests_are_not(toy):
    toy.get("/size/100/")
    toy.get("/fail/")
    toy.stop()
    assert "event=request.failed" in toy.log and "broken on purpose" in toy.log
    assert "/size/100/" not in toy.log


def test_metrics_can_be_read(toy):
    warm(toy, "/size/100/")
    toy.get("/size/100/")
    toy.get("/nothing/")
    # a request is counted when its answer is through, which the client may see a moment before
    toy.wait_for_metric('crier_requests_total{route="size",status="2xx"}', 3)
    toy.wait_for_metric('crier_requests_total{route="none",status="4xx"}', 1)
    text = toy.metrics()
    assert 'crier_request_seconds_count{cache="hit"} 1' in text
    assert toy.metric("process_resident_memory_bytes") > 1000000
    seen = set()
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            seen.add(line.split()[2])
        elif not line.startswith("#"):
            assert re.fullmatch(r'[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? [0-9.e+-]+', line), line
            assert any(line.startswith(name) for name in seen), line
    counts = [int(count) for count in re.findall(r'^crier_request_seconds_bucket{cache="hit",.*} (\d+)$', text, re.M)]
    assert counts == sorted(counts) and counts[-1] == 1


def test_metrics_are_not_public(toy):
    assert toy.get("/metrics").status == 404


@pytest.mark.parametrize("text,status", [
    (request("/metrics"), 200),
    (request("/"), 404),
    (request("/metrics", method="POST", Content_Length=0), 405),
    ("nonsense\r\n\r\n", 400),
    ("GET /metrics HTTP/1.1\r\n\r\n", 400),
])
def test_the_port_of_the_metrics_is_as_strict(toy, text, status):
    with socket.create_connection(("127.0.0.1", toy.metrics_port), timeout=PATIENCE_S) as connection:
        connection.sendall(text.encode())
        answer = Answer.read(connection.makefile("rb"))
    assert answer.status == status and answer.field("cache-control") == "no-store"
    assert_secure(answer)
    assert toy.metric("crier_connections_total") == 0 and toy.metric("crier_refused_total") == 0


def test_metrics_by_head(toy):
    with socket.create_connection(("127.0.0.1", toy.metrics_port), timeout=PATIENCE_S) as connection:
        connection.sendall((request("/metrics", method="HEAD") + request("/metrics", Connection="close")).encode())
        stream = connection.makefile("rb")
        head = Answer.read(stream, body=False)
        assert head.status == 200 and int(head.field("content-length")) > 0
        assert Answer.read(stream).body.startswith(b"# HELP ")
        assert stream.read() == b""


def test_an_address_in_use_is_said(toy):
    arguments = [TOY, "port=%d" % toy.port]
    result = subprocess.run(arguments, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    assert result.returncode == 1
    assert "another program does" in result.stderr and str(toy.port) in result.stderr
