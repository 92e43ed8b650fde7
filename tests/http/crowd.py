"""Very many clients that take their time, against one server; for test_crowds.py here and for the long form in tests/scenarios."""

import resource
import socket
import threading

PATIENCE_S = 120
SPARE = 600  # descriptors for anything else
LEAST_BUFFER = 4096


def connect(port, buffer=None):
    client = socket.socket()
    client.settimeout(PATIENCE_S)
    if buffer:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    client.connect(("127.0.0.1", port))
    return client


def request(path):
    return b"GET %s HTTP/1.1\r\nHost: test\r\n\r\n" % path.encode()


def descriptors():
    """As many as this process, and the server that it starts, may have; the limit is raised as far as it goes."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return most


class Healthy:
    """Asks on one connection and gets its answers, whatever others do."""

    def __init__(self, port, path):
        self.socket, self.path, self.answers = connect(port), path, 0
        self.stream = self.socket.makefile("rb")

    def ask(self, times=1):
        for _ in range(times):
            self.socket.sendall(request(self.path))
            assert self.stream.readline().split()[1] == b"200"
            length = 0
            while (line := self.stream.readline()) != b"\r\n":
                name, value = line.split(b":", 1)
                length = int(value) if name.lower() == b"content-length" else length
            assert length and len(self.stream.read(length)) == length
            self.answers += 1

    def close(self):
        self.stream.close()
        self.socket.close()


class Crowd:
    """`idle`: every other one after a request, the rest never says a word. `trickling`: heads that come byte by byte. `deaf`: ask for
    much and never read it."""

    def __init__(self, port, healthy, idle, trickling, deaf, large):
        self.idle = []
        for number in range(idle):
            self.idle.append(connect(port))
            if number % 2:
                self.idle[-1].sendall(request(healthy.path))
            if number % 100 == 0:
                healthy.ask()
        self.trickling = [connect(port) for _ in range(trickling)]
        for client in self.trickling:
            client.sendall(request(healthy.path)[:-2] + b"X: ")
        self.deaf = [connect(port, LEAST_BUFFER) for _ in range(deaf)]
        for client in self.deaf:
            client.sendall(request(large) * 200)
        healthy.ask(100)

    def trickle(self):
        """One more byte from each that is still heard."""
        heard = []
        for client in self.trickling:
            try:
                client.send(b"y", socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL)
                heard.append(client)
            except OSError:
                client.close()
        self.trickling = heard

    def close(self):
        for client in self.idle + self.trickling + self.deaf:
            client.close()


def hold_out(port, metric, path, large, idle, trickling, deaf):
    """The whole of it. `metric` tells a number of /metrics. Gives answers to the healthy one, and by how many bytes the server grew."""
    healthy = Healthy(port, path)
    healthy.ask(100)
    before = metric("process_resident_memory_bytes")
    crowd = Crowd(port, healthy, idle, trickling, deaf, large)
    assert metric("crier_connections") >= idle + trickling + deaf
    grown = metric("process_resident_memory_bytes") - before
    # until each one that dawdles is cut, and those that wait are sent away; nobody else notices
    poll = threading.Event()
    while metric("crier_connections") > 1:
        crowd.trickle()
        healthy.ask(20)
        poll.wait(0.05)
    for _ in range(3):  # the first byte to who is gone is answered by a reset, the next one fails
        crowd.trickle()
        healthy.ask(20)
    assert not crowd.trickling
    assert metric("crier_cut_total") >= trickling + deaf
    healthy.ask(100)
    answers = healthy.answers
    crowd.close()
    healthy.close()
    return answers, grown
