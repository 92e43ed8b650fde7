#!/usr/bin/python3
"""Clients that leave, and too many of them."""

import signal
import socket
import struct
import threading

import crowd
import pytest
from test_sockets import PATIENCE_S, Answer, Toy, assert_secure, request, toy  # noqa: F401 (toy is a fixture)


@pytest.mark.parametrize("toy", [{"idle_s": 3 * PATIENCE_S}], indirect=True)
def test_half_closed_clients_are_answered(toy):
    for path in ("/size/10/", "/file/", "/size/500000/"):
        with toy.connect() as connection:
            connection.sendall((request(path) * 2).encode())
            connection.shutdown(socket.SHUT_WR)
            stream = connection.makefile("rb")
            assert [Answer.read(stream).status for _ in range(2)] == [200, 200]
            assert stream.read() == b""


def test_half_closed_clients_may_wait(toy):
    with toy.connect() as connection:
        connection.sendall(request("/slow/a/").encode())
        connection.shutdown(socket.SHUT_WR)
        toy.wait_for_metric("crier_cache_misses_total", 1)
        toy.get("/release/yes/")
        assert Answer.read(connection.makefile("rb")).body == b"slow page"


RESET = struct.pack("ii", 1, 0)


@pytest.mark.parametrize("toy", [{"workers": 2}], indirect=True)
def test_clients_that_are_gone_when_their_page_comes(toy):
    """Of those who render, wait and stand in the queue; by a reset, which is heard at once."""
    leaving = [toy.connect() for _ in range(12)]
    for number, connection in enumerate(leaving):
        connection.sendall((request("/slow/%d/" % (number % 4)) + request("/size/10/")).encode())
    toy.wait_for_metric("crier_cache_waits_total", 8)
    for connection in leaving:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        connection.close()
    assert toy.get("/health").status == 200
    toy.process.send_signal(signal.SIGHUP)
    wait_for_no_connections(toy)
    assert toy.get("/size/10/").status == 200


def wait_for_no_connections(toy):
    poll = threading.Event()
    for _ in range(PATIENCE_S * 100):
        if toy.metric("crier_connections") == 0:
            return
        poll.wait(0.01)
    raise AssertionError("connections stayed")


@pytest.mark.parametrize("toy", [{"connections_most": 2}], indirect=True)
def test_too_many_connections_are_told(toy):
    first, second = toy.connect(), toy.connect()
    for connection in (first, second):
        connection.sendall(request("/size/10/").encode())
        assert Answer.read(connection.makefile("rb")).status == 200
    for _ in range(5):
        with toy.connect() as third:
            third.sendall(request("/size/10/").encode())
            stream = third.makefile("rb")
            answer = Answer.read(stream)
            assert answer.status == 503 and int(answer.field("retry-after")) > 0
            assert answer.field("connection") == "close" and stream.read() == b""
            assert_secure(answer)
    first.sendall(request("/size/20/").encode())
    assert len(Answer.read(first.makefile("rb")).body) == 20
    first.close()
    second.close()
    wait_for_no_connections(toy)
    assert toy.get("/size/10/").status == 200


def test_without_descriptors_the_others_are_served_and_the_rest_waits():
    toy = Toy(descriptors=60)
    with toy.connect() as kept:
        stream = kept.makefile("rb")
        kept.sendall(request("/size/10/").encode())
        assert Answer.read(stream).status == 200
        waiting = [toy.connect() for _ in range(80)]
        for connection in waiting:
            connection.sendall(request("/size/10/", Connection="close").encode())
        kept.sendall(request("/size/20/").encode())
        assert len(Answer.read(stream).body) == 20
        for connection in waiting:
            assert Answer.read(connection.makefile("rb")).status == 200
            connection.close()
    assert toy.stop() == 0


@pytest.mark.parametrize("path", [None, "/file/"], ids=["idle", "that do not read files"])
def test_descriptors_are_left_for_pages(path):
    """Connections do not take those that a worker needs, nor do the files that are sent on them."""
    toy = Toy(descriptors=60, threads=1)
    with toy.connect() as kept:
        stream = kept.makefile("rb")
        kept.sendall(request("/size/10/").encode())
        assert Answer.read(stream).status == 200
        waiting = [socket.socket() for _ in range(80)]
        for connection in waiting:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.connect(("127.0.0.1", toy.port))
            if path:
                connection.sendall((request(path) * 200).encode())
        toy.wait_for_metric("crier_connections", 10)
        for _ in range(20):
            kept.sendall(request("/file/").encode())
            answer = Answer.read(stream)
            assert answer.status == 200 and len(answer.body) == 100000
        for connection in waiting:
            connection.close()
    assert toy.stop() == 0


def test_bytes_that_nobody_took_are_not_counted_as_sent(toy):
    size = 30000000 // 4
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(PATIENCE_S)
        connection.connect(("127.0.0.1", toy.port))
        connection.sendall(request("/size/%d/" % size).encode())
        assert connection.recv(1)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    toy.wait_for_metric('crier_requests_total{route="size",status="2xx"}', 1)
    before = toy.metric("crier_sent_bytes_total")
    assert 0 < before < size
    toy.ask(request("/size/1000/", method="HEAD"), body=False)
    toy.get("/size/1000/", Range="bytes=2-5")
    toy.wait_for_metric('crier_requests_total{route="size",status="2xx"}', 3)
    assert toy.metric("crier_sent_bytes_total") - before == 4


@pytest.mark.parametrize("toy", [{"header_ms": 10000, "write_ms": 5000, "slowest_bytes_s": 100000000, "idle_s": 10,
                                  "connections_most": 2000}], indirect=True)
def test_a_crowd_that_takes_its_time(toy):
    """Its long form, with 10,000 and the real deadlines, is in tests/scenarios. Here too they leave a slow machine the time to bring
    the crowd together."""
    room = (crowd.descriptors() - crowd.SPARE) // 2
    idle, trickling, deaf = min(1000, room // 2), min(80, room // 20), 20
    answers, _ = crowd.hold_out(toy.port, toy.metric, "/size/10/", "/size/100000/", idle, trickling, deaf)
    assert answers > 300 and toy.metric("crier_connections_total") == 1 + idle + trickling + deaf
