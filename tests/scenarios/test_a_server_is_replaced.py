"""SIGUSR2: a new process takes the place of the old one, and nobody who asks notices."""
import http.client
import os
import pathlib
import re
import shutil
import signal
import threading
import time

import pytest

import newsroom
from newsroom import CRIER, Newsroom, free_port

WITHIN_S = 60


def wait_until(told, what, room):
    until = time.monotonic() + WITHIN_S
    while not told():
        assert time.monotonic() < until, f"{what}:\n" + room.log_text()[-3000:]
        time.sleep(0.01)


def successors(room):
    return [int(pid) for pid in re.findall(r"event=handover\.(?:done|waits).*? pid=(\d+)", room.log_text())]


def is_there(pid):
    """A process that has ended stays as a zombie where nobody waits for it."""
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


class Successor:
    """What Newsroom asks of a process, for one that is no child of this one."""

    def __init__(self, pid):
        self.pid, self.returncode = pid, 0

    def poll(self):
        return None if is_there(self.pid) else 0

    def send_signal(self, number):
        os.kill(self.pid, number)

    def kill(self):
        if is_there(self.pid):
            os.kill(self.pid, signal.SIGKILL)

    def wait(self, timeout=WITHIN_S):
        until = time.monotonic() + timeout
        while is_there(self.pid):
            assert time.monotonic() < until, f"{self.pid} does not end"
            time.sleep(0.01)


def replace(room):
    """The old process ends with 0; the new one stands in its place."""
    before, old = len(successors(room)), room.process
    old.send_signal(signal.SIGUSR2)
    wait_until(lambda: len(successors(room)) > before, "nobody took over", room)
    room.process = Successor(successors(room)[-1])
    code = old.wait(WITHIN_S)
    assert code in (0, None)
    wait_until(lambda: room.get("/health").status == 200, "the new one does not answer", room)


def is_lost(link, target):
    """A connection that was kept may have been closed before the request: then it is asked once more, as RFC 9112 9.3.1
    has it. What counts as lost is anything else than a whole answer."""
    for _ in range(2):
        kept = link.sock is not None
        try:
            link.request("GET", target)
            answer = link.getresponse()
            body = answer.read()
            return None if answer.status == 200 and body else f"status {answer.status}"
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError) as error:
            link.close()
            if not kept:
                return repr(error)
        except (OSError, http.client.HTTPException) as error:
            link.close()
            return repr(error)
    return "closed twice"


class Readers:
    """Half keep their connections, half make one for each request. Counts what was answered and what was lost."""

    def __init__(self, room, count=6):
        self.room, self.stop, self.lost, self.answered = room, threading.Event(), [], 0
        self.lock = threading.Lock()
        self.threads = [threading.Thread(target=self.ask, args=(number,)) for number in range(count)]
        for thread in self.threads:
            thread.start()

    def ask(self, number):
        targets = ["/", "/victories/", "/feed.rss", "/search?q=harbour", "/archive/"]
        link = http.client.HTTPConnection("127.0.0.1", self.room.port, timeout=WITHIN_S)
        asked = 0
        while not self.stop.is_set():
            lost = is_lost(link, targets[asked % len(targets)])
            asked += 1
            if number % 2:
                link.close()
            with self.lock:
                self.answered += 1
                if lost:
                    self.lost.append(lost)
        link.close()

    def end(self):
        self.stop.set()
        for thread in self.threads:
            thread.join()


def test_no_request_is_lost(own_sample):
    room = own_sample.start("--quiet")
    readers = Readers(room)
    try:
        for _ in range(4):
            asked = readers.answered
            wait_until(lambda: readers.answered > asked + 50, "nobody is answered", room)
            replace(room)
    finally:
        readers.end()
    assert readers.lost == []
    assert room.stop() == 0
    assert "server.drained" in room.log_text()


def test_one_process_writes_and_it_goes_on(own_sample):
    room = own_sample.start()
    replace(room)
    room.wait_for("/2026/10/borrowed-light/")
    room.run("withdraw", "/2026/10/borrowed-light/", "--note", "Taken back.")
    room.wait_for("/2026/10/borrowed-light/", 410)
    replace(room)
    assert room.get("/2026/10/borrowed-light/").status == 410
    assert room.run("serve", "--port", "0", check=False, timeout=60).returncode == 1  # the lock went along
    assert room.stop() == 0
    assert room.wrong() == []


def test_the_new_one_reads_the_configuration_and_the_program_anew(own_sample, monkeypatch):
    program = CRIER.with_name(f"crier-{os.getpid()}")  # beside the real one, where its data are found
    newer = CRIER.with_name(f"crier-{os.getpid()}-newer")
    shutil.copy(CRIER, program)
    shutil.copy(CRIER, newer)
    monkeypatch.setattr(newsroom, "CRIER", program)
    room = own_sample
    try:
        room.start()
        os.replace(newer, program)
        (room.folder / "serve.lock").write_text("0.0.1\n")  # as an older program would have signed it
        room.set("site", "contact_email", '"newer@crier.example"')
        replace(room)
        assert os.readlink(f"/proc/{room.process.pid}/exe") == str(program.resolve())  # not "… (deleted)"
        assert "newer@crier.example" in room.get("/.well-known/security.txt").text
        version = room.get("/health").text.partition("\"version\":\"")[2].partition("\"")[0]
        assert (room.folder / "serve.lock").read_text() == version + "\n"
        assert room.stop() == 0
    finally:
        program.unlink()


def test_what_has_to_be_made_anew_is(own_sample):
    room = own_sample.start()
    room.set("site", "excerpt_characters", "40")  # other cards: public.db does not fit
    readers = Readers(room, 4)
    try:
        replace(room)
    finally:
        readers.end()
    assert readers.lost == []
    assert "handover.waits" in room.log_text()
    assert room.stop() == 0
    assert room.wrong() == []


@pytest.mark.parametrize("mistake", ["configuration", "theme"])
def test_where_the_new_one_cannot_serve_the_old_one_goes_on(own_sample, mistake):
    room = own_sample.start()
    conf = room.folder / "crier.conf"
    right = conf.read_text()
    own = room.folder / "theme" / "notice.mustache"
    if mistake == "configuration":
        conf.write_text(right + "\nno_such_key = 1;\n")
    else:
        own.write_text("{{no_such_field}}")
    room.process.send_signal(signal.SIGUSR2)
    wait_until(lambda: "handover.failed" in room.log_text(), "it was not told", room)
    assert ("no_such_key" if mistake == "configuration" else "no_such_field") in room.log_text()
    assert room.get("/").status == 200
    conf.write_text(right)
    own.unlink(missing_ok=True)
    room.run("withdraw", "/2026/10/borrowed-light/", "--note", "Taken back.")  # it writes again
    room.wait_for("/2026/10/borrowed-light/", 410)
    replace(room)
    assert room.stop() == 0


def children(pid):
    try:
        return [int(child) for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


def test_where_the_old_one_is_killed_the_new_one_goes_on(own_sample):
    room = own_sample.start()
    old = room.process
    old.send_signal(signal.SIGUSR2)
    wait_until(lambda: children(old.pid), "nobody was started", room)
    new = children(old.pid)[0]
    old.kill()
    old.wait()
    room.process = Successor(new)
    wait_until(lambda: room.log_text().count("event=serve.ready") == 2, "the new one does not serve", room)
    assert room.get("/").status == 200
    room.run("withdraw", "/2026/10/borrowed-light/", "--note", "Taken back.")
    room.wait_for("/2026/10/borrowed-light/", 410)
    assert room.stop() == 0
    assert room.wrong() == []


def test_metrics_that_are_no_longer_wanted_are_let_go(own_sample):
    room = own_sample
    port = free_port()
    room.set("listen", "metrics_port", str(port))
    room.start()
    room.set("listen", "metrics_port", "0")
    replace(room)
    with pytest.raises(ConnectionRefusedError):
        http.client.HTTPConnection("127.0.0.1", port, timeout=WITHIN_S).request("GET", "/metrics")
    assert room.stop() == 0


def test_the_new_one_has_what_it_was_given_and_no_more(own_sample):
    room = own_sample
    port = free_port()
    room.set("listen", "metrics_port", str(port))
    room.start()
    replace(room)
    first = len(os.listdir(f"/proc/{room.process.pid}/fd"))
    for _ in range(3):
        replace(room)
    assert len(os.listdir(f"/proc/{room.process.pid}/fd")) <= first + 2
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=WITHIN_S)
    link.request("GET", "/metrics")
    assert link.getresponse().status == 200
    link.close()
    assert room.stop() == 0


def test_a_variable_that_names_no_sockets_is_refused(own_sample):
    done = Newsroom(own_sample.folder).run("serve", check=False, env={**os.environ, "CRIER_HANDOVER": "3 4 5 6"}, timeout=60)
    assert done.returncode == 1
    assert "CRIER_HANDOVER" in done.stderr
