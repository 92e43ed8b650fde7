"""HTTP by hand: what is sent is bytes, what comes back is read strictly, one answer after the other."""

import email.utils
import socket

PATIENCE_S = 20  # the longest a test waits for something that must come


def request(path, method="GET", **fields):
    head = "%s %s HTTP/1.1\r\nHost: test\r\n" % (method, path)
    return head + "".join("%s: %s\r\n" % (name.replace("_", "-"), value) for name, value in fields.items()) + "\r\n"


class Answer:
    @staticmethod
    def read(stream, body=True):
        """The next answer; None where the connection ends instead."""
        line = stream.readline()
        if not line:
            return None
        answer = Answer()
        answer.status = int(line.split()[1])
        answer.fields = []
        while (line := stream.readline()) not in (b"\r\n", b""):
            name, value = line.decode("latin-1").split(":", 1)
            answer.fields.append((name.lower(), value.strip()))
        length = int(answer.field("content-length") or 0)
        answer.body = stream.read(length) if body and answer.status != 304 else b""
        return answer

    def field(self, name):
        return dict(self.fields).get(name)


def assert_secure(answer):
    assert answer.field("content-security-policy").startswith("default-src 'none'")
    assert "frame-ancestors 'none'" in answer.field("content-security-policy")
    assert answer.field("x-content-type-options") == "nosniff"
    assert answer.field("referrer-policy") == "strict-origin-when-cross-origin"
    assert answer.field("permissions-policy") and answer.field("cross-origin-opener-policy")
    assert answer.field("set-cookie") is None and answer.field("server") is None
    assert email.utils.parsedate_to_datetime(answer.field("date"))
    names = [name for name, _ in answer.fields]
    assert len(names) == len(set(names)), names


def connect(port):
    connection = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def send_pieces(connection, pieces):
    """Who was refused may be cut off while it still sends."""
    try:
        for piece in pieces:
            connection.sendall(piece)
    except OSError:
        pass


def nothing_more(stream):
    """The server ended the connection, and said nothing before."""
    try:
        return stream.read() == b""
    except ConnectionResetError:
        return True


def whole(raw):
    return [raw]


def byte_by_byte(raw):
    return [raw[at:at + 1] for at in range(len(raw))]


def between_cr_and_lf(raw):
    """Cut at the ends of lines, each of them in two."""
    pieces = raw.split(b"\r")
    return [piece + b"\r" for piece in pieces[:-1]] + [pieces[-1]]


CUTS = (whole, byte_by_byte, between_cr_and_lf)


def converse(port, raw, witness, closes, count, cut=whole):
    """Sends raw and, behind it, the witness, a whole request. Returns the `count` answers to raw and what the witness got; where
    the connection must close, nothing may come behind the answers; where it stays, the witness is asked a second time and
    nothing is left over in the end."""
    with connect(port) as connection:
        stream = connection.makefile("rb")
        send_pieces(connection, cut(raw + witness))
        answers = [Answer.read(stream, body=not (first and raw.startswith(b"HEAD "))) for first in [True] + [False] * (count - 1)]
        if closes:
            assert nothing_more(stream), "an answer that nobody is owed"
            return answers, []
        heard = [Answer.read(stream)]
        send_pieces(connection, [witness])
        heard.append(Answer.read(stream))
        connection.shutdown(socket.SHUT_WR)
        assert nothing_more(stream), "an answer that nobody is owed"
        return answers, heard


def judge(port, probe, page, form, witness, cut):
    """Sends a probe and holds the answers to what is due. Returns what the witness got."""
    raw, statuses, closes = probe.sent_to(page, form)
    answers, heard = converse(port, raw, witness, closes, len(statuses), cut)
    assert [answer and answer.status for answer in answers] == statuses
    for answer in answers + heard:
        assert_secure(answer)
    assert (answers[-1].field("connection") == "close") == closes
    assert all(answer.status == 200 and answer.field("connection") is None for answer in heard[1:])
    if probe.body is not None and form:
        assert [answer.body for answer in answers if answer.status == 200][-1] == probe.body
    return heard
