import signal
import threading
import time


def test_sigterm_finishes_what_it_began(own_sample):
    room = own_sample.start()
    wrong, stop = [], threading.Event()

    def ask():
        while not stop.is_set():
            try:
                if room.get("/victories/").status != 200:
                    wrong.append("status")
            except ConnectionRefusedError:
                return  # it no longer listens: right
            except OSError as error:
                wrong.append(repr(error))
                return

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    time.sleep(0.3)
    code = room.stop()
    stop.set()
    for thread in threads:
        thread.join()
    assert code == 0
    assert [w for w in wrong if "Reset" not in w] == []


def test_sighup_takes_a_changed_theme(own_sample):
    room = own_sample
    room.start()
    before = room.get("/no-such/").text
    from newsroom import ROOT
    source = next(p for p in (ROOT / "theme" / "notice.mustache", ROOT / "theme" / "foot.mustache") if p.exists())
    own = room.folder / "theme" / source.name
    own.write_text(source.read_text() + "\n<!-- of our own -->\n")
    room.process.send_signal(signal.SIGHUP)
    until = time.monotonic() + 20
    while "of our own" not in room.get("/no-such-%d/" % int(time.monotonic() * 1000)).text:
        assert time.monotonic() < until, room.log_text()[-2000:]
        time.sleep(0.02)
    own.write_text(source.read_text() + "{{no_such_field}}")
    room.process.send_signal(signal.SIGHUP)
    until = time.monotonic() + 20
    while "no_such_field" not in room.log_text():
        assert time.monotonic() < until
        time.sleep(0.02)
    assert "of our own" in room.get("/no-such-x/").text
    assert "of our own" not in before


def test_metrics_and_health(own_sample):
    from newsroom import free_port
    room = own_sample
    port = free_port()
    room.set("listen", "metrics_port", str(port))
    room.start()
    for _ in range(3):
        room.get("/")
    import urllib.request
    text = urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10).read().decode()
    assert "# TYPE" in text and "# HELP" in text
    assert room.get("/metrics/").status == 404
    health = room.get("/health")
    assert health.status == 200 and health.header("Cache-Control") == "no-store"


def test_the_log_holds_no_reader(own_sample):
    room = own_sample.start()
    room.request("GET", "/search?q=harbour", {"User-Agent": "Agent-Of-Reader", "X-Forwarded-For": "203.0.113.9", "Referer": "https://ref.example/secret"})
    room.stop()
    text = room.log_text()
    for word in ("127.0.0.1", "203.0.113.9", "Agent-Of-Reader", "ref.example"):
        lines = [line for line in text.splitlines() if word in line and "listen" not in line and "start" not in line and "serv" not in line]
        assert not lines, lines[:3]
