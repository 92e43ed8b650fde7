"""The limit of connections, on the server as it is shipped. docs/security.md names the test of each other limit."""
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "http"))
from wire import Answer, assert_secure, connect, request  # noqa: E402

pytestmark = pytest.mark.one_engine("of connections")
MOST = 10
ASKED = request("/health").encode()


def ask(connection):
    connection.sendall(ASKED)
    return Answer.read(connection.makefile("rb"))


def test_one_connection_too_many(own_sample):
    own_sample.set("limits", "connections", str(MOST))
    own_sample.start()
    kept = []
    while (answer := ask(connection := connect(own_sample.port))).status == 200:
        kept.append(connection)
        assert len(kept) <= MOST
    assert answer.status == 503 and answer.field("connection") == "close" and int(answer.field("retry-after")) > 0
    assert_secure(answer)
    connection.close()
    for other in kept:  # nobody who was there before loses anything
        assert ask(other).status == 200
        other.close()
