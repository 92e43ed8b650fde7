#!/usr/bin/python3
"""Several requests on one connection, in every mixture; heads at their limits; clients that leave; signals together."""

import os
import signal
import threading

import pytest
from test_sockets import Answer, Toy, request, toy, warm  # noqa: F401 (toy is a fixture)

# What is sent, and what is read: status, bytes of the body. Each leaves the connection in step.
PIECES = {
    "get": (request("/size/300/"), 200, 300),
    "head": (request("/size/300/", method="HEAD"), 200, None),
    "part": (request("/size/300/", Range="bytes=10-19"), 206, 10),
    "too far": (request("/size/300/", Range="bytes=900-"), 416, None),
    "moved": (request("//size/300/"), 301, None),
    "missing": (request("/nothing/"), 404, None),
    "post": (request("/echo/", method="POST", Content_Length=5) + "12345", 200, 5),
    "absolute": (request("http://elsewhere.example/size/300/"), 200, 300),
    "health": (request("/health"), 200, None),
    "file": (request("/file/", Range="bytes=0-99"), 206, 100),
}


def read(stream, name):
    _, status, length = PIECES[name]
    answer = Answer.read(stream, body=name != "head")
    assert answer is not None and answer.status == status, (name, answer and answer.status)
    if length is not None and name != "head":
        assert len(answer.body) == length, name
    return answer


@pytest.mark.parametrize("first", sorted(PIECES))
def test_any_answer_keeps_the_connection_in_step(toy, first):
    names = [name for second in sorted(PIECES) for name in (first, second)]
    with toy.connect() as connection:
        stream = connection.makefile("rb")
        for name in names:
            connection.sendall(PIECES[name][0].encode())
            read(stream, name)
    assert toy.metric("crier_connections_total") == 1


def test_mixed_requests_at_once_are_answered_in_order(toy):
    names = sorted(PIECES) * 8
    with toy.connect() as connection:
        sender = threading.Thread(
            target=lambda: connection.sendall("".join(PIECES[name][0] for name in names).encode()))
        sender.start()
        stream = connection.makefile("rb")
        for name in names:
            read(stream, name)
        sender.join()


def test_not_modified_then_more(toy):
    tag = toy.get("/size/300/").field("etag")
    with toy.connect() as connection:
        stream = connection.makefile("rb")
        for _ in range(3):
            connection.sendall(request("/size/300/", If_None_Match=tag).encode())
            answer = Answer.read(stream)
            assert answer.status == 304 and answer.field("etag") == tag
            connection.sendall(PIECES["get"][0].encode())
            read(stream, "get")


def test_http_1_0_may_stay(toy):
    """Without keep-alive it closes; either way the length is told and the answer whole."""
    with toy.connect() as connection:
        stream = connection.makefile("rb")
        for _ in range(3):
            connection.sendall(b"GET /size/3000/ HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            answer = Answer.read(stream)
            assert answer.status == 200 and len(answer.body) == 3000
            assert answer.field("transfer-encoding") is None and answer.field("connection") == "keep-alive"
        connection.sendall(b"GET /size/3000/ HTTP/1.0\r\n\r\n")
        assert Answer.read(stream).field("connection") == "close" and stream.read() == b""


def test_options_of_everything(toy):
    answer = toy.ask("OPTIONS * HTTP/1.1\r\nHost: test\r\n\r\n")
    assert answer.status == 501
    assert toy.get("/size/10/").status == 200


def test_many_at_once_are_answered_in_order(toy):
    """More than a thread's turn and a buffer hold."""
    sizes = [1 + number % 700 for number in range(3000)]
    with toy.connect() as connection:
        text = "".join(request("/size/%d/" % size, X="y" * (size % 90)) for size in sizes)
        sender = threading.Thread(target=lambda: connection.sendall(text.encode()))
        sender.start()
        stream = connection.makefile("rb")
        assert [len(Answer.read(stream).body) for _ in sizes] == sizes
        sender.join()


@pytest.mark.parametrize("length,status", [(2047, 404), (2048, 404), (2049, 414), (8000, 414)])
def test_long_addresses(toy, length, status):
    answer = toy.get("/" + "a" * (length - 1))
    assert answer.status == status
    assert len(answer.body) < 4000


def test_long_queries(toy):
    assert toy.get("/size/10/?" + "q" * 8000).status == 414
    assert toy.get("/size/10/?q=" + "q" * 500).status == 301
    assert toy.get("/size/10/?" + "&" * 100).status == 301


def test_a_method_that_is_not_taken_ends_the_connection(toy):
    """What follows might be its body: nobody reads it as a request."""
    with toy.connect() as connection:
        connection.sendall((request("/size/300/", method="DELETE") + request("/size/7/")).encode())
        stream = connection.makefile("rb")
        answer = Answer.read(stream)
        assert answer.status == 405 and answer.field("connection") == "close"
        assert answer.field("allow") == "GET, HEAD"
        assert stream.read() == b""


FIELDS_MOST = 64  # of which Host is one


@pytest.mark.parametrize("count,status", [(1, 200), (FIELDS_MOST - 1, 200), (FIELDS_MOST, 431)])
def test_fields_up_to_the_limit(toy, count, status):
    fields = {"X_Field_%d" % number: "v" for number in range(count)}
    assert toy.get("/size/10/", **fields).status == status


def connections(toy):
    return toy.metric("crier_connections")


def wait_until_none(toy):
    poll = threading.Event()
    for _ in range(2000):
        if connections(toy) == 0:
            return
        poll.wait(0.01)
    raise AssertionError("%d connections stayed" % connections(toy))


def test_clients_that_leave_in_the_middle_leave_nothing(toy):
    """What they were sent is dropped by the cache afterwards: a reference that stayed would show under a sanitiser."""
    warm(toy, "/size/3000000/")
    for _ in range(30):
        with toy.connect() as connection:
            connection.sendall((request("/size/3000000/") * 3).encode())
            connection.recv(1000)
    wait_until_none(toy)
    toy.process.send_signal(signal.SIGHUP)
    poll = threading.Event()
    for _ in range(2000):
        if toy.metric("crier_cache_pages") == 0:
            break
        poll.wait(0.01)
    assert toy.metric("crier_cache_pages") == 0 and toy.metric("crier_cache_bytes") == 0
    assert toy.get("/size/10/").status == 200


def test_half_a_request_is_nothing(toy):
    for part in ("", "GET", "GET /size/10/ HTTP/1.1", "GET /size/10/ HTTP/1.1\r\nHost: test\r\n"):
        with toy.connect() as connection:
            connection.sendall(part.encode())
    wait_until_none(toy)
    assert toy.get("/size/10/").status == 200


def test_reloads_at_once(toy):
    warm(toy, "/size/5000/")
    answers = []

    def keep_asking():
        with toy.connect() as connection:
            stream = connection.makefile("rb")
            for _ in range(100):
                connection.sendall(request("/size/5000/").encode())
                answers.append(Answer.read(stream).status)

    askers = [threading.Thread(target=keep_asking) for _ in range(3)]
    for asker in askers:
        asker.start()
    for _ in range(20):
        os.kill(toy.process.pid, signal.SIGHUP)
    for asker in askers:
        asker.join()
    assert answers == [200] * 300


def test_pages_in_the_making_do_not_hold_up_those_that_are_kept():
    server = Toy()
    warm(server, "/size/10/")
    waiting = [server.connect() for _ in range(3)]
    for number, connection in enumerate(waiting):
        connection.sendall(request("/slow/%d/" % number).encode())
    poll = threading.Event()
    for _ in range(2000):
        if server.metric("crier_connections") == 3:
            break
        poll.wait(0.01)
    with server.connect() as other:
        other.sendall(request("/size/10/").encode())
        assert Answer.read(other.makefile("rb")).status == 200
    os.kill(server.process.pid, signal.SIGHUP)  # releases them
    for connection in waiting:
        answer = Answer.read(connection.makefile("rb"))
        assert answer.status == 200 and answer.body == b"slow page"
        connection.close()
    assert server.stop() == 0, server.log
