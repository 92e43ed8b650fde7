"""What machines read: log lines in both forms, /metrics as Prometheus reads it, /health as JSON."""
import json
import re
import urllib.request

from newsroom import free_port

PAIR = re.compile(r'([a-z_][a-z0-9_.]*)=("(?:[^"\\]|\\.)*"|[^ "]*)(?: |$)')
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def ask(room):
    assert room.get("/").status == 200
    assert room.get('/search?q=%22quoted%22%0Aline').status in (200, 301, 308, 400, 404)
    assert room.get("/no-such/").status == 404
    assert room.request("POST", "/", body=b"x").status == 405


def test_json(own_sample):
    room = own_sample
    room.set("log", "format", '"json"')
    room.start()
    ask(room)
    room.stop()
    lines = [json.loads(line) for line in room.log_text().splitlines()]
    events = [line["event"] for line in lines]
    assert "serve.ready" in events and events.count("request") >= 4, events
    for line in lines:
        assert STAMP.fullmatch(line["time"]) and line["level"] in ("debug", "info", "warn", "error")
    statuses = [int(line["status"]) for line in lines if line["event"] == "request"]
    assert {200, 404, 405} <= set(statuses)


def test_key_value(own_sample):
    room = own_sample.start()
    ask(room)
    room.stop()
    requests = 0
    for line in room.log_text().splitlines():
        rest, pairs = line, {}
        while rest:
            found = PAIR.match(rest)
            assert found, line
            pairs[found[1]] = found[2]
            rest = rest[found.end():]
        assert STAMP.fullmatch(pairs["time"]) and pairs["level"] and pairs["event"]
        requests += pairs["event"] == "request"
    assert requests >= 4


def test_quiet_and_levels(own_sample):
    room = own_sample
    room.start("--quiet")
    ask(room)
    room.stop()
    assert "event=request" not in room.log_text()
    (room.folder / "serve.log").unlink()
    room.set("log", "level", '"error"')
    room.start()
    ask(room)
    room.stop()
    assert room.log_text() == ""


NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
SAMPLE = re.compile(rf'({NAME})(?:\{{((?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\n"])*",?)*)\}})? (-?[0-9.eE+-]+|[+-]Inf|NaN)')


def counted(text, status):
    return sum(int(line.rsplit(" ", 1)[1]) for line in text.splitlines()
               if line.startswith("crier_requests_total") and f'status="{status}"' in line)


def scrape(port, least):
    """The metrics, once so many requests of each class of status are counted: an answer is with its reader a moment
    before it is counted."""
    for _ in range(3000):
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30) as answer:
            assert answer.headers["Content-Type"].startswith("text/plain")
            text = answer.read().decode()
        if all(counted(text, status) >= count for status, count in least.items()):
            return text
    raise AssertionError(f"{least} were never counted:\n{text}")


def test_prometheus(own_sample):
    room = own_sample
    port = free_port()
    room.set("listen", "metrics_port", str(port))
    room.start()
    ask(room)
    text = scrape(port, {"2xx": 1, "4xx": 2})
    assert text.endswith("\n")
    types, seen, values = {}, set(), {}
    for line in text.splitlines():
        if line.startswith("# HELP "):
            assert len(line.split(" ", 3)) == 4
            continue
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            assert name not in types and kind in ("counter", "gauge", "histogram")
            types[name] = kind
            continue
        found = SAMPLE.fullmatch(line)
        assert found, line
        assert (found[1], found[2]) not in seen, line
        seen.add((found[1], found[2]))
        base = re.sub(r"_(bucket|sum|count)$", "", found[1])
        assert found[1] in types or types.get(base) == "histogram", line
        values[found[1] + (found[2] or "")] = float(found[3])
    for (name, labels) in seen:
        if name.endswith("_bucket") and 'le="+Inf"' in labels:
            count = values[name[:-7] + "_count" + re.sub(r',?le="\+Inf"', "", labels)]
            assert values[name + labels] == count


def test_health(own_sample):
    room = own_sample.start()
    answer = room.get("/health")
    health = json.loads(answer.text)
    assert answer.status == 200 and answer.header("Content-Type").startswith("application/json") and health
