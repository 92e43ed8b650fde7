#!/usr/bin/python3
"""What one address may have: requests, pages that must be made, searches, connections. And who it is, behind a proxy.

Allowances refill as time goes by, so a test says what is given at least, and that an end comes.
"""

import socket
import threading

import pytest
from test_sockets import PATIENCE_S, Answer, assert_secure, request, toy  # noqa: F401 (toy is a fixture)

OTHER = "127.0.0.2"
MANY = 2000  # more than refills while a test runs


class Link:
    """A connection that stays open as long as the server leaves it open."""

    def __init__(self, toy, source=None):
        self.socket = socket.create_connection(("127.0.0.1", toy.port), PATIENCE_S, source and (source, 0))
        self.stream = self.socket.makefile("rb")

    def get(self, path, method="GET", **fields):
        self.socket.sendall(request(path, method, **fields).encode())
        return Answer.read(self.stream, method != "HEAD")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stream.close()
        self.socket.close()


def assert_too_many(answer):
    assert answer.status == 429 and int(answer.field("retry-after")) > 0
    assert answer.field("cache-control") == "no-store"
    assert_secure(answer)


def count_until_refused(ask):
    """How many were answered before the first 429; `ask` gets the number."""
    for number in range(MANY):
        answer = ask(number)
        if answer.status == 429:
            assert_too_many(answer)
            return number
        assert answer.status == 200
    raise AssertionError("no end came")


def limited(toy, kind):
    return toy.metric('crier_limited_total{by="%s"}' % kind)


def wait_for(condition):
    poll = threading.Event()
    for _ in range(PATIENCE_S * 100):
        if condition():
            return
        poll.wait(0.01)
    raise AssertionError("it did not come")


@pytest.mark.parametrize("toy", [{"pages": "1/5"}], indirect=True)
def test_pages_that_must_be_made(toy):
    with Link(toy) as link:
        for _ in range(2):
            assert link.get("/size/7/").status == 200  # let in the second time
        assert count_until_refused(lambda number: link.get("/size/%d/" % (1000 + number))) >= 3
        assert limited(toy, "pages") == 1
        # what is there is answered, on the same connection; nobody else is held up
        for _ in range(50):
            assert len(link.get("/size/7/").body) == 7
        with Link(toy, OTHER) as other:
            assert other.get("/size/123/").status == 200
        wait_for(lambda: link.get("/size/5001/").status == 200)


@pytest.mark.parametrize("toy", [{"pages": "1/2"}], indirect=True)
def test_a_refused_page_is_not_made(toy):
    with Link(toy) as link, Link(toy, OTHER) as other:
        count_until_refused(lambda number: link.get("/private/"))
        before = int(other.get("/renders/").body)
        refused = sum(link.get("/private/").status == 429 for _ in range(20))
        assert refused > 0
        assert int(other.get("/renders/").body) == before + 20 - refused


@pytest.mark.parametrize("toy", [{"pages": "1/2"}], indirect=True)
def test_head_and_post_are_pages_too(toy):
    with Link(toy) as link:
        count_until_refused(lambda number: link.get("/size/%d/" % (1000 + number), "HEAD"))
        answer = link.get("/size/9/", "HEAD")
        assert answer.status == 429
    with Link(toy) as link:
        link.socket.sendall((request("/echo/", "POST", Content_Length=5) + "hello").encode())
        answer = Answer.read(link.stream)
        assert answer.status == 429 and answer.field("connection") == "close"
        assert link.stream.read() == b""


@pytest.mark.parametrize("toy", [{"searches": "1/3"}], indirect=True)
def test_searches_have_less(toy):
    with Link(toy) as link:
        assert count_until_refused(lambda number: link.get("/list/?q=word%d" % number)) >= 3
        assert count_until_refused(lambda number: link.get("/list/?kind=k%d&topic=t&page=2" % number)) >= 0
        assert limited(toy, "searches") == 2
        # a filter, and leafing through what it gives, is what readers do
        for number in range(2, 30):
            assert link.get("/list/?kind=k&page=%d" % number).status == 200
            assert link.get("/list/?topic=t%d" % number).status == 200
    assert limited(toy, "searches") == 2


@pytest.mark.parametrize("toy", [{"requests": "1/5"}], indirect=True)
def test_all_requests(toy):
    with Link(toy) as link:
        assert count_until_refused(lambda number: link.get("/size/10/")) >= 5
        assert link.stream.read() == b""
    # a new connection helps nobody, until the time has come
    answers = [toy.get("/size/10/").status for _ in range(MANY)]
    assert 429 in answers and set(answers) <= {200, 429}
    assert limited(toy, "connections") > 0
    wait_for(lambda: toy.get("/size/10/").status == 200)


@pytest.mark.parametrize("toy", [{"requests": "1/160"}], indirect=True)
def test_a_larger_burst_is_counted_by_the_sixteen(toy):
    with Link(toy) as link:
        served = count_until_refused(lambda number: link.get("/size/10/"))
    assert served >= 160 - 16
    # from now on each one is looked at: what is left is given out exactly, and on any connection
    assert sum(toy.get("/size/10/").status == 200 for _ in range(MANY)) < MANY // 2


@pytest.mark.parametrize("toy", [{"requests": "1/5"}], indirect=True)
def test_each_connection_pays_for_its_request(toy):
    answers = [toy.get("/size/10/").status for _ in range(MANY)]
    assert answers[:5] == [200] * 5 and 429 in answers


@pytest.mark.parametrize("toy", [{"reader_connections": 3}], indirect=True)
def test_connections_at_once(toy):
    links = [Link(toy) for _ in range(3)]
    for link in links:
        assert link.get("/size/10/").status == 200
    for _ in range(5):
        with Link(toy) as link:
            answer = Answer.read(link.stream)
            assert_too_many(answer)
            assert answer.field("connection") == "close" and link.stream.read() == b""
    assert limited(toy, "connections") == 5
    with Link(toy, OTHER) as other:
        assert other.get("/size/10/").status == 200
    links.pop().__exit__()

    def enters():
        with Link(toy) as link:
            return link.get("/size/10/").status == 200

    wait_for(enters)
    for link in links:
        assert link.get("/size/10/").status == 200
        link.__exit__()


# ---- behind a proxy ----

PROXY = {"pages": "1/3", "reader_connections": 2, "trusted": "127.0.0.1"}


@pytest.mark.parametrize("toy", [PROXY], indirect=True)
def test_readers_behind_a_proxy(toy):
    with Link(toy) as link:
        assert count_until_refused(lambda number: link.get("/size/%d/" % (1 + number), X_Forwarded_For="192.0.2.7")) >= 3
        # on the same connection another reader is served; what a reader made up before its own address is not looked at
        for number in range(3):
            given = "192.0.2.7, 192.0.2.%d" % (10 + number)
            assert link.get("/size/%d/" % (5000 + number), X_Forwarded_For=given).status == 200
        for number in range(3):
            field = {"X-Forwarded-For": "2001:db8::%d" % number}
            assert link.get("/size/%d/" % (6000 + number), **field).status == 200
        assert count_until_refused(lambda number: link.get("/size/%d/" % (7000 + number), X_Forwarded_For="2001:db8::f")) < MANY
        assert count_until_refused(
            lambda number: link.get("/size/%d/" % (9000 + number), X_Forwarded_For="198.51.100.%d, 192.0.2.7" % (number % 250))) < 50


@pytest.mark.parametrize("toy", [{"requests": "1/160", "trusted": "127.0.0.1"}], indirect=True)
def test_a_proxy_that_connects_for_each_request(toy):
    def ask(number):
        with Link(toy) as link:
            return link.get("/size/10/", X_Forwarded_For="192.0.2.7")

    assert count_until_refused(ask) >= 160 - 16
    assert limited(toy, "requests") == 1


@pytest.mark.parametrize("toy", [PROXY], indirect=True)
def test_a_proxy_is_not_limited_itself(toy):
    links = [Link(toy) for _ in range(20)]
    for number, link in enumerate(links):
        assert link.get("/size/%d/" % (100 + number)).status == 200
    for link in links:
        link.__exit__()


@pytest.mark.parametrize("toy", [PROXY], indirect=True)
@pytest.mark.parametrize("value", ["unknown", "192.0.2.7,", "[", "999.1.1.1", "a" * 2000, ",".join(["127.0.0.1"] * 200)],
                         ids=["unknown", "empty", "bracket", "number", "long", "chain"])
def test_a_proxy_that_cannot_be_understood_is_counted(toy, value):
    with Link(toy) as link:
        assert count_until_refused(lambda number: link.get("/size/%d/" % (1 + number), X_Forwarded_For=value)) >= 3
        assert link.get("/size/5000/", X_Forwarded_For="192.0.2.7").status == 200


@pytest.mark.parametrize("toy", [{**PROXY, "rfc7239": 1}], indirect=True)
def test_the_standard_field(toy):
    with Link(toy) as link:
        wanted = 'for="[2001:db8::7]:4711";proto=https'
        assert count_until_refused(lambda number: link.get("/size/%d/" % (1 + number), Forwarded=wanted)) >= 3
        assert link.get("/size/5000/", Forwarded="for=192.0.2.1").status == 200
        # the other field is the reader's own business
        assert link.get("/size/5001/", Forwarded="for=192.0.2.1", X_Forwarded_For="2001:db8::7").status == 200


@pytest.mark.parametrize("toy", [{"pages": "1/3", "trusted": "192.0.2.0/24"}], indirect=True)
def test_who_is_not_trusted_is_not_believed(toy):
    with Link(toy) as link:
        served = count_until_refused(lambda number: link.get("/size/%d/" % (1 + number), X_Forwarded_For="203.0.113.%d" % (number % 250)))
        assert served < 50
    toy.stop()
    hints = [line for line in toy.log.splitlines() if "proxy.unknown" in line]
    assert len(hints) == 1 and "http.trusted_proxies" in hints[0]
    assert "203.0.113." not in toy.log and "127.0.0.1" not in toy.log


@pytest.mark.parametrize("toy", [{"pages": "1/3"}], indirect=True)
def test_without_a_proxy_there_is_no_hint(toy):
    with Link(toy) as link:
        count_until_refused(lambda number: link.get("/size/%d/" % (1 + number)))
    toy.stop()
    assert "proxy.unknown" not in toy.log


def test_without_limits_nobody_is_refused(toy):
    with Link(toy) as link:
        for number in range(300):
            assert link.get("/size/%d/" % (1 + number)).status == 200
    assert "crier_limited_total{by=\"pages\"} 0" in toy.metrics()
