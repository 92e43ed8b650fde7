"""Ten thousand clients that say nothing and five hundred that take their time, with the deadlines as they are shipped. The short form is
tests/http/test_crowds.py."""
import pathlib
import re
import sys
import urllib.request

import pytest

from newsroom import free_port

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "http"))
import crowd  # noqa: E402

pytestmark = pytest.mark.one_engine("of connections")
IDLE, TRICKLING, DEAF = 10000, 400, 100
EXCHANGE_BYTES = 64 << 10  # at most, of a connection in the middle of a request
IDLE_BYTES = 1024


@pytest.mark.soak
def test_ten_thousand_and_five_hundred(own_sample, counted):
    port = free_port()
    # the server keeps a second descriptor free for each connection: a file may be sent on it
    room = (crowd.descriptors() - crowd.SPARE) // 2 - TRICKLING - DEAF
    idle = min(IDLE, room)
    own_sample.set("listen", "metrics_port", str(port))
    own_sample.set("limits", "connections", str(idle + TRICKLING + DEAF + 100))
    own_sample.start("--quiet")

    def metric(name):
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=60) as answer:
            return int(re.search(rf"^{name} (\d+)$", answer.read().decode(), re.M)[1])

    answers, grown = crowd.hold_out(own_sample.port, metric, "/", "/feed.rss", idle, TRICKLING, DEAF)
    counted(f"{idle} idle, {TRICKLING} trickling, {DEAF} that do not read: {answers} answers meanwhile, {grown} bytes more")
    assert answers > 1000
    assert grown < idle * IDLE_BYTES + (TRICKLING + DEAF) * EXCHANGE_BYTES + (4 << 20)
