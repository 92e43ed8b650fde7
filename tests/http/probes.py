"""What a server must make of bytes on a connection: one probe, one answer that the standards and docs/security.md give the reason for.

A probe is sent with a witness behind it, a request that is in order. Where the probe's end is beyond doubt, the witness is answered
and the connection stays; where it is not, the connection ends behind one answer and nobody has asked what the witness asks. So
no probe ever gets more answers than requests were made.

Two addresses stand for what servers have: /page/ can be read, /form/ takes a body by POST (the toy has one; the site of a newsroom
has none, and answers 405 instead, without reading on). `sent_to` puts the real ones in their place and says what must come back.
"""

from typing import NamedTuple

PAGE, FORM = "page", "form"  # answers of 200: to GET, and to POST whose body was taken

LINE = b"GET /page/ HTTP/1.1\r\n"
HOST = b"Host: news.example\r\n"
GET = LINE + HOST
POST = b"POST /form/ HTTP/1.1\r\n" + HOST
CHUNKS = POST + b"Transfer-Encoding: chunked\r\n\r\n"
END = b"0\r\n\r\n"  # of chunks
SMUGGLED = b"GET /smuggled/ HTTP/1.1\r\nHost: news.example\r\n\r\n"  # what must never be answered


class InBody(NamedTuple):
    """A refusal that the body is the reason for: who takes none does not get so far."""
    status: int


class Probe(NamedTuple):
    rule: str
    name: str
    raw: bytes
    answers: tuple  # to the probe, without the witness: PAGE, FORM, InBody or a status
    closes: bool
    body: bytes = None  # what a form must have got, where that is the point

    def sent_to(self, page, form):
        """(raw, statuses, closes) for a server with these addresses; form: None where no address takes a body."""
        raw = self.raw.replace(b" /page/ ", b" %s " % page).replace(b" /form/ ", b" %s " % (form or page))
        statuses, closes = [], self.closes
        for answer in self.answers:
            if not form and (answer == FORM or isinstance(answer, InBody)):
                return raw, statuses + [405], True
            statuses.append(200 if answer in (PAGE, FORM) else answer.status if isinstance(answer, InBody) else answer)
        return raw, statuses, closes


def refused(raw, status=400):
    return raw, (status,), True


def read(raw):
    return raw, (PAGE,), False


def taken(raw, body):
    return raw, (FORM,), False, body


def refused_in_body(raw, status=400):
    return raw, (InBody(status),), True


LINES = {
    "lines end with LF alone": refused(b"GET /page/ HTTP/1.1\nHost: news.example\n\n"),
    "the request line ends with LF alone": refused(b"GET /page/ HTTP/1.1\n" + HOST + b"\r\n"),
    "a field ends with LF alone": refused(LINE + b"Host: news.example\nA: b\r\n\r\n"),
    "the head ends with LF alone": refused(GET + b"\n"),
    "two LF in a value, a request behind them": refused(GET + b"A:\n\n" + SMUGGLED),
    "LF within a name": refused(GET + b"A\nb: c\r\n\r\n"),
    "CR within a name": refused(GET + b"A\rb: c\r\n\r\n"),
    "CR within a value": refused(GET + b"A: b\rc\r\n\r\n"),
    "CR where a field might begin behind it": refused(GET + b"A: b\rContent-Length: 5\r\n\r\n"),
    "CR before CR LF": refused(GET + b"A: b\r\r\n\r\n"),
    "CR and another byte where the head ends": refused(GET + b"\rX" + SMUGGLED),
    "CR within the target": refused(b"GET /pa\rge/ HTTP/1.1\r\n" + HOST + b"\r\n"),
    "CR alone behind the version": refused(b"GET /page/ HTTP/1.1\rHost: news.example\r\n\r\n"),
    "one empty line before": read(b"\r\n" + GET + b"\r\n"),
    "two empty lines before": refused(b"\r\n\r\n" + GET + b"\r\n"),
    "LF alone before": refused(b"\n" + GET + b"\r\n"),
    "CR alone before": refused(b"\r" + GET + b"\r\n"),
    "a blank before the first field": refused(LINE + b" " + HOST + b"\r\n"),
    "a tab before the first field": refused(LINE + b"\tContent-Length: 5\r\n" + HOST + b"\r\nhello"),
    "a line of blanks where the head ends": refused(GET + b"  \r\n" + SMUGGLED),
}

VERSIONS = {
    "HTTP/1.0": (b"GET /page/ HTTP/1.0\r\n\r\n", (PAGE,), True),
    "HTTP/1.0 that stays": read(b"GET /page/ HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"),
    "HTTP/0.9 without a version": refused(b"GET /page/\r\n"),
    "HTTP/0.9 by name": refused(b"GET /page/ HTTP/0.9\r\n" + HOST + b"\r\n", 505),
    "HTTP/1.2": refused(b"GET /page/ HTTP/1.2\r\n" + HOST + b"\r\n", 505),
    "HTTP/2.0": refused(b"GET /page/ HTTP/2.0\r\n" + HOST + b"\r\n", 505),
    "HTTP/9.9": refused(b"GET /page/ HTTP/9.9\r\n" + HOST + b"\r\n", 505),
    "two digits behind the dot": refused(b"GET /page/ HTTP/1.17\r\n" + HOST + b"\r\n"),
    "two digits before the dot": refused(b"GET /page/ HTTP/11.1\r\n" + HOST + b"\r\n"),
    "zeros before the digits": refused(b"GET /page/ HTTP/01.01\r\n" + HOST + b"\r\n"),
    "numbers that wrap around": refused(b"GET /page/ HTTP/18446744073709551617.257\r\n" + HOST + b"\r\n"),
    "nothing behind the slash": refused(b"GET /page/ HTTP/\r\n" + HOST + b"\r\n"),
    "nothing behind the dot": refused(b"GET /page/ HTTP/1.\r\n" + HOST + b"\r\n"),
    "dots alone": refused(b"GET /page/ HTTP/...\r\n" + HOST + b"\r\n"),
    "CR within the version": refused(b"GET /page/ HTTP/1\r.1\r\n" + HOST + b"\r\n"),
    "a sign": refused(b"GET /page/ HTTP/+1.1\r\n" + HOST + b"\r\n"),
    "small letters": refused(b"GET /page/ http/1.1\r\n" + HOST + b"\r\n"),
    "another protocol": refused(b"GET /page/ RTSP/1.0\r\n" + HOST + b"\r\n"),
}

REQUEST_LINES = {
    "two blanks behind the method": refused(b"GET  /page/ HTTP/1.1\r\n" + HOST + b"\r\n"),
    "two blanks behind the target": refused(b"GET /page/  HTTP/1.1\r\n" + HOST + b"\r\n"),
    "a blank behind the version": refused(b"GET /page/ HTTP/1.1 \r\n" + HOST + b"\r\n"),
    "a blank before the method": refused(b" " + GET + b"\r\n"),
    "a tab for a blank": refused(b"GET\t/page/ HTTP/1.1\r\n" + HOST + b"\r\n"),
    "a vertical tab for a blank": refused(b"GET /page/\x0bHTTP/1.1\r\n" + HOST + b"\r\n"),
    "LF for a blank": refused(b"GET /page/\nHTTP/1.1\r\n" + HOST + b"\r\n"),
    "CR LF for a blank": refused(b"GET\r\n/page/ HTTP/1.1\r\n" + HOST + b"\r\n"),
    "no method": refused(b"/page/ HTTP/1.1\r\n" + HOST + b"\r\n"),
    "no target": refused(b"GET  HTTP/1.1\r\n" + HOST + b"\r\n"),
    "a method alone": refused(b"GET\r\n" + HOST + b"\r\n"),
    "a word alone": refused(b"hello\r\n\r\n"),
    "four words": refused(b"GET /page/ /page/ HTTP/1.1\r\n" + HOST + b"\r\n"),
    "two methods": refused(b"GET POST /page/ HTTP/1.1\r\n" + HOST + b"\r\n"),
    "a method that goes on behind GET": refused(b"GET(a);{b}=\"c\" /page/ HTTP/1.1\r\n" + HOST + b"\r\n"),
    "NUL for a method": refused(b"\0 /page/ HTTP/1.1\r\n" + HOST + b"\r\n"),
    "a method above ASCII": refused(b"G\xc3\x8bT /page/ HTTP/1.1\r\n" + HOST + b"\r\n"),
    "a method longer than any": refused(b"G" * 25 + b" /page/ HTTP/1.1\r\n" + HOST + b"\r\n", 501),
    "a TLS greeting": refused(b"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03" + bytes(range(32))),
}

TARGETS = {
    "an address with a scheme and a host": read(b"GET http://news.example/health HTTP/1.1\r\n" + HOST + b"\r\n"),
    "its host is another than Host says": read(b"GET http://other.example:8080/health HTTP/1.1\r\n" + HOST + b"\r\n"),
    "a scheme without a host": refused(b"GET http:///health HTTP/1.1\r\n" + HOST + b"\r\n"),
    "a user before the host": refused(b"GET http://a:b@news.example/health HTTP/1.1\r\n" + HOST + b"\r\n"),
    "a scheme that is not of HTTP": refused(b"GET gopher://news.example/health HTTP/1.1\r\n" + HOST + b"\r\n"),
    "a mark for an address": refused(b"GET % HTTP/1.1\r\n" + HOST + b"\r\n"),
    "no slash at the beginning": refused(b"GET page/ HTTP/1.1\r\n" + HOST + b"\r\n"),
    "a query alone": refused(b"GET ?page HTTP/1.1\r\n" + HOST + b"\r\n"),
    "a host alone": refused(b"GET news.example:80 HTTP/1.1\r\n" + HOST + b"\r\n"),
    "an asterisk with GET": refused(b"GET * HTTP/1.1\r\n" + HOST + b"\r\n"),
    "an asterisk with OPTIONS": refused(b"OPTIONS * HTTP/1.1\r\n" + HOST + b"\r\n", 501),
    "a tunnel": refused(b"CONNECT news.example:443 HTTP/1.1\r\n" + HOST + b"\r\n", 501),
    "NUL within": refused(b"GET /pa\0ge/ HTTP/1.1\r\n" + HOST + b"\r\n"),
    "DEL within": refused(b"GET /pa\x7fge/ HTTP/1.1\r\n" + HOST + b"\r\n"),
    "a tab within": refused(b"GET /pa\tge/ HTTP/1.1\r\n" + HOST + b"\r\n"),
    # no addresses of ours, but nobody doubts where the request ends
    "NUL by an escape": (b"GET /%00 HTTP/1.1\r\n" + HOST + b"\r\n", (400,), False),
    "half an escape": (b"GET /%2 HTTP/1.1\r\n" + HOST + b"\r\n", (400,), False),
    "a fragment": (b"GET /#a HTTP/1.1\r\n" + HOST + b"\r\n", (400,), False),
    "a slash by an escape": (b"GET /a%2fb HTTP/1.1\r\n" + HOST + b"\r\n", (400,), False),
    "bytes that are no UTF-8": (b"GET /\xff HTTP/1.1\r\n" + HOST + b"\r\n", (400,), False),
}

HOSTS = {
    "none": refused(LINE + b"\r\n"),
    "two that are equal": refused(GET + HOST + b"\r\n"),
    "two that differ": refused(GET + b"HOST: other.example\r\n\r\n"),
    "two in HTTP/1.0": refused(b"GET /page/ HTTP/1.0\r\n" + HOST + HOST + b"\r\n"),
    "two in one": refused(LINE + b"Host: news.example, other.example\r\n\r\n"),
    "two parted by a blank": refused(LINE + b"Host: news.example other.example\r\n\r\n"),
    "an empty one": read(LINE + b"Host:\r\n\r\n"),
    "with a port": read(LINE + b"Host: news.example:8080\r\n\r\n"),
    "of IPv6": read(LINE + b"Host: [2001:db8::1]:8080\r\n\r\n"),
    "a port that is no number": refused(LINE + b"Host: news.example:http\r\n\r\n"),
    "two ports": refused(LINE + b"Host: news.example:80:81\r\n\r\n"),
    "a bracket that stays open": refused(LINE + b"Host: [2001:db8::1\r\n\r\n"),
    "something behind the bracket": refused(LINE + b"Host: [2001:db8::1].example\r\n\r\n"),
    "a path behind": refused(LINE + b"Host: news.example/page\r\n\r\n"),
    "a backslash behind": refused(LINE + b"Host: news.example\\page\r\n\r\n"),
    "a user before": refused(LINE + b"Host: reader@news.example\r\n\r\n"),
    "a scheme before": refused(LINE + b"Host: http://news.example\r\n\r\n"),
    "half an escape": refused(LINE + b"Host: news%2.example\r\n\r\n"),
    "NUL within": refused(LINE + b"Host: news.example\0.other.example\r\n\r\n"),
    "a byte above ASCII around": refused(LINE + b"Host: \xffnews.example\xff\r\n\r\n"),
}

NAMES = {
    "any case": read(LINE + b"hOSt: news.example\r\nCONNECTION: Keep-Alive\r\n\r\n"),
    "a blank before the colon": refused(POST + b"Content-Length : %d\r\n\r\n" % len(SMUGGLED) + SMUGGLED),
    "a tab before the colon": refused(POST + b"Content-Length\t: 5\r\n\r\nhello"),
    "a blank for the colon": refused(POST + b"Content-Length 5\r\n\r\nhello"),
    "no colon": refused(GET + b"A\r\n\r\n"),
    "no colon, folded into the next line": refused(POST + b"Transfer-\r\nEncoding: chunked\r\n\r\n" + END),
    "no name": refused(GET + b": a\r\n\r\n"),
    "neither name nor value": refused(GET + b":\r\nA: b\r\n\r\n"),
    "a colon first, as of HTTP/2": refused(GET + b":path: /\r\n\r\n"),
    "a blank within": refused(GET + b"A b: c\r\n\r\n"),
    "NUL within": refused(GET + b"A\0b: c\r\n\r\n"),
    "NUL at the end, without a colon": refused(GET + b"A: b\r\nc\0\r\n\r\n"),
    "control characters within": refused(GET + b"A\x01\x08\x1b: b\r\n\r\n"),
    "marks that are of no token": refused(GET + b"A(b)[c]{d}/e@f: g\r\n\r\n"),
    "quotes around": refused(GET + b"\"A\": b\r\n\r\n"),
    "a next line of Latin-1 at the end": refused(POST + b"Content-Length\x85: 5\r\n\r\nhello"),
    "a blank of Latin-1 at the end": refused(POST + b"Content-Length\xa0: 5\r\n\r\nhello"),
    "a byte above ASCII at the beginning": refused(GET + b"\xfeA: b\r\n\r\n"),
    "an underscore is a letter like others": (POST + b"Transfer_Encoding: chunked\r\n\r\n" + END, (FORM, 400), True),
}

FOLDED = {
    "by a blank": refused(GET + b"A: b\r\n c\r\n\r\n"),
    "by a tab": refused(GET + b"A: b\r\n\tc\r\n\r\n"),
    "a coding": refused(POST + b"Transfer-Encoding:\r\n chunked\r\n\r\n" + END),
    "what looks like a field": refused(POST + b"A: b\r\n Content-Length: 5\r\n\r\nhello"),
    "into a line of blanks": refused(GET + b"A: b\r\n \r\n\r\n"),
}

VALUES = {
    "NUL within": refused(GET + b"A: b\0c\r\n\r\n"),
    "NUL at the end": refused(GET + b"A: b\0\r\n\r\n"),
    "a control character": refused(GET + b"A: b\x1bc\r\n\r\n"),
    "DEL": refused(GET + b"A: b\x7f\r\n\r\n"),
    "a vertical tab": refused(GET + b"A:\x0bb\r\n\r\n"),
    "empty": read(GET + b"A:\r\nB: \t \r\n\r\n"),
    "a tab within": read(GET + b"A: b\tc\r\n\r\n"),
    "above ASCII": read(GET + b"A: \x85b\xa0\xc3\xa9\xff\r\n\r\n"),
    "the same name several times": read(GET + b"Accept: a/b\r\nAccept: c/d\r\nA: b\r\nA: c\r\n\r\n"),
}

CODINGS = {
    "chunked": taken(CHUNKS + b"5\r\nhello\r\n" + END, b"hello"),
    "in any case": taken(POST + b"transfer-encoding: ChunKed\r\n\r\n5\r\nhello\r\n" + END, b"hello"),
    "unknown": refused(POST + b"Transfer-Encoding: tea\r\n\r\n1\r\na\r\n" + END),
    "a word that ends with chunked": refused(POST + b"Transfer-Encoding: xchunked\r\n\r\n" + END),
    "identity": refused(POST + b"Transfer-Encoding: identity\r\nContent-Length: 5\r\n\r\nhello"),
    "before chunked": refused(POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n" + END),
    "behind chunked": refused(POST + b"Transfer-Encoding: chunked, gzip\r\n\r\n" + END),
    "chunked twice in one": refused(POST + b"Transfer-Encoding: chunked, chunked\r\n\r\n" + END),
    "chunked twice in two": refused(POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n" + END),
    "chunked and unknown in two": refused(POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: tea\r\n\r\n" + END),
    "a comma before": refused(POST + b"Transfer-Encoding: ,chunked\r\n\r\n" + END),
    "a comma before, and a length": refused(POST + b"Transfer-Encoding: ,chunked\r\nContent-Length: 5\r\n\r\n" + END),
    "a comma behind": refused(POST + b"Transfer-Encoding: chunked,\r\n\r\n" + END),
    "with a parameter": refused(POST + b"Transfer-Encoding: chunked;a=b\r\n\r\n" + END),
    "in quotes": refused(POST + b"Transfer-Encoding: \"chunked\"\r\n\r\n" + END),
    "empty": refused(POST + b"Transfer-Encoding:\r\n\r\n"),
    "a vertical tab before": refused(POST + b"Transfer-Encoding:\x0bchunked\r\n\r\n" + END),
    "blanks of Latin-1 around": refused(POST + b"Transfer-Encoding: \x85chunked\xa0\r\n\r\n" + END),
    "bytes above ASCII around": refused(POST + b"Transfer-Encoding: \xffchunked\xff\r\n\r\n1\r\na\r\n" + END),
    "behind a length": refused(POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n" + END),
    "before a length": refused(POST + b"Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n" + END),
    "in HTTP/1.0": refused(b"POST /form/ HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n" + END),
    "with GET": refused(GET + b"Transfer-Encoding: chunked\r\n\r\n" + END),
}

LENGTHS = {
    "as told": taken(POST + b"Content-Length: 5\r\n\r\nhello", b"hello"),
    "none": taken(POST + b"\r\n", b""),
    "zero": taken(POST + b"Content-Length: 0\r\n\r\n", b""),
    "a request within it": taken(POST + b"Content-Length: %d\r\n\r\n" % len(SMUGGLED) + SMUGGLED, SMUGGLED),
    "less than came": (POST + b"Content-Length: 4\r\n\r\nhello\r\n\r\n", (FORM, 400), True, b"hell"),
    "two that differ, the first less": refused(POST + b"Content-Length: 0\r\nContent-Length: %d\r\n\r\n" % len(SMUGGLED) + SMUGGLED),
    "two that differ, the first more": refused(POST + b"Content-Length: 5\r\nContent-Length: 0\r\n\r\nhello"),
    "two that are equal": refused(POST + b"Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello"),
    "two in one": refused(POST + b"Content-Length: 5, 5\r\n\r\nhello"),
    "empty": refused(POST + b"Content-Length:\r\n\r\n"),
    "blanks alone": refused(POST + b"Content-Length: \t \r\n\r\n" + SMUGGLED),
    "empty, then another": refused(POST + b"Content-Length:\r\nContent-Length: %d\r\n\r\n" % len(SMUGGLED) + SMUGGLED),
    "another, then empty": refused(POST + b"Content-Length: 5\r\nContent-Length:\r\n\r\nhello"),
    "a plus": refused(POST + b"Content-Length: +5\r\n\r\nhello"),
    "a minus": refused(POST + b"Content-Length: -5\r\n\r\nhello"),
    "an underscore": refused(POST + b"Content-Length: 0_5\r\n\r\nhello"),
    "hexadecimal": refused(POST + b"Content-Length: 0x5\r\n\r\nhello"),
    "letters behind": refused(POST + b"Content-Length: 5a\r\n\r\nhello"),
    "a zero before, which might be octal": refused(POST + b"Content-Length: 017\r\n\r\n" + b"a" * 17),
    "two zeros": refused(POST + b"Content-Length: 00\r\n\r\n"),
    "a point": refused(POST + b"Content-Length: 5.0\r\n\r\nhello"),
    "a blank within": refused(POST + b"Content-Length: 1 0\r\n\r\n0123456789"),
    "quotes": refused(POST + b"Content-Length: \"5\"\r\n\r\nhello"),
    "digits of another script": refused(POST + b"Content-Length: \xd9\xa5\r\n\r\nhello"),
    "NUL behind": refused(POST + b"Content-Length: 5\0\r\n\r\nhello"),
    "2 to the power of 64": refused(POST + b"Content-Length: 18446744073709551616\r\n\r\n"),
    "with GET": refused(GET + b"Content-Length: %d\r\n\r\n" % len(SMUGGLED) + SMUGGLED),
    "with HEAD": refused(b"HEAD /page/ HTTP/1.1\r\n" + HOST + b"Content-Length: 5\r\n\r\nhello"),
    "zero with GET": read(GET + b"Content-Length: 0\r\n\r\n"),
}

CHUNK_SIZES = {
    "in hexadecimal of either case": taken(CHUNKS + b"A\r\n0123456789\r\nb\r\n0123456789a\r\n" + END, b"01234567890123456789a"),
    "zeros before": taken(CHUNKS + b"0005\r\nhello\r\n000\r\n\r\n", b"hello"),
    "line ends within": taken(CHUNKS + b"7\r\n0\r\n\r\n\r\n\r\n" + END, b"0\r\n\r\n\r\n"),
    "a request within": taken(CHUNKS + b"%x\r\n%s\r\n" % (len(SMUGGLED), SMUGGLED) + END, SMUGGLED),
    "a prefix": refused_in_body(CHUNKS + b"0x5\r\nhello\r\n" + END),
    "a plus": refused_in_body(CHUNKS + b"+5\r\nhello\r\n" + END),
    "a minus": refused_in_body(CHUNKS + b"-0\r\n\r\n"),
    "a minus and a prefix": refused_in_body(CHUNKS + b"-0x0\r\n\r\n"),
    "an underscore": refused_in_body(CHUNKS + b"0_%x\r\n\r\n" % len(SMUGGLED) + SMUGGLED + END),
    "letters behind": refused_in_body(CHUNKS + b"1more-behind\r\na\r\n" + END),
    "no digit at all": refused_in_body(CHUNKS + b"hello\r\n" + SMUGGLED),
    "no digit, of growing length": refused_in_body(CHUNKS + b"G\r\nGG\r\nGGG\r\n\r\n"),
    "empty": refused_in_body(CHUNKS + b"\r\n\r\n"),
    "an empty line before the last": refused_in_body(
        CHUNKS + b"%x\r\n%s\r\n\r\n" % (len(SMUGGLED), SMUGGLED) + END),
    "blanks before": refused_in_body(CHUNKS + b"   5\r\nhello\r\n" + END),
    "a blank behind": refused_in_body(CHUNKS + b"5 \r\nhello\r\n" + END),
    "LF alone behind": refused_in_body(CHUNKS + b"5\nhello\r\n" + END),
    "CR alone behind": refused_in_body(CHUNKS + b"5\rhello\r\n" + END),
    "CR, zero and LF behind": refused_in_body(CHUNKS + b"1\r0\n" + END),
    "LF alone behind what was in it": refused_in_body(CHUNKS + b"5\r\nhello\n" + END),
    "CR alone behind what was in it": refused_in_body(CHUNKS + b"5\r\nhello\r" + END),
    "more than was told": refused_in_body(CHUNKS + b"4\r\nhello\r\n" + END),
    "less than was told": refused_in_body(CHUNKS + b"6\r\nhello\r\n" + END),
    "a number that wraps around": refused_in_body(CHUNKS + b"10000000000000005\r\nhello\r\n" + END, 413),
    "17 digits": refused_in_body(CHUNKS + b"00000000000000005\r\nhello\r\n" + END),
    "nothing told, a TE field alone": (POST + b"TE: chunked\r\n\r\n" + END, (FORM, 400), True),
}

CHUNK_EXTENSIONS = {
    "a name, a value, quotes": taken(CHUNKS + b"5;a;b=c;d=\"e;\\\" f\"\r\nhello\r\n0;a\r\n\r\n", b"hello"),
    "CR before": refused_in_body(CHUNKS + b"5\r\r;abcd\r\nhello\r\n" + END),
    "CR within, a chunk behind it": refused_in_body(CHUNKS + b"5;a=b\r\rhello\r\n" + END),
    "CR within its blanks": refused_in_body(CHUNKS + b"2;\r\r;a\r\n02\r\n41\r\n" + END + SMUGGLED),
    "LF alone behind": refused_in_body(CHUNKS + b"5;a\nhello\r\n" + END),
    "NUL within": refused_in_body(CHUNKS + b"5;a\0\r\nhello\r\n" + END),
    "a line that ends within quotes": refused_in_body(CHUNKS + b"5;a=\"b\r\nhello\r\n" + END),
    "longer than any": refused_in_body(CHUNKS + b"5;" + b"a" * 300 + b"\r\nhello\r\n" + END),
}

TRAILERS = {
    "a field": taken(CHUNKS + b"5\r\nhello\r\n0\r\nA: b\r\n\r\n", b"hello"),
    "a field that looks like a request": taken(CHUNKS + b"0\r\nA:POST /smuggled/ HTTP/1.1\r\n\r\n", b""),
    "a length, which means nothing there": taken(CHUNKS + b"0\r\nContent-Length: 500\r\n\r\n", b""),
    "a request in its place": refused_in_body(CHUNKS + b"0\r\n" + SMUGGLED),
    "a colon first, as of HTTP/2": refused_in_body(CHUNKS + b"0\r\n:method: GET\r\n\r\n"),
    "no colon": refused_in_body(CHUNKS + b"0\r\nA\r\n\r\n"),
    "folded": refused_in_body(CHUNKS + b"0\r\nA: b\r\n c\r\n\r\n"),
    "LF alone at the end": refused_in_body(CHUNKS + b"0\r\n\n"),
    "two other bytes for the end": refused_in_body(CHUNKS + b"0\r\n\0\0"),
    "CR and another byte at the end": refused_in_body(CHUNKS + b"0\r\n\rX"),
    "more than is read": refused_in_body(CHUNKS + b"0\r\n" + b"A: b\r\n" * 1000 + b"\r\n", 431),
}

SEQUENCES = {
    "two": (GET + b"\r\n" + GET + b"\r\n", (PAGE, PAGE), False),
    "a head alone, then more": (b"HEAD /page/ HTTP/1.1\r\n" + HOST + b"\r\n", (PAGE,), False),
    "an empty body, then a body": (POST + b"Content-Length: 0\r\n\r\n" + POST + b"Content-Length: 5\r\n\r\nhello", (FORM, FORM), False,
                                   b"hello"),
    "bodies of either kind": (CHUNKS + b"5\r\nhello\r\n" + END + POST + b"Content-Length: 5\r\n\r\nworld", (FORM, FORM), False, b"world"),
    "one in order, then nonsense": (GET + b"\r\nnonsense\r\n\r\n", (PAGE, 400), True),
    "a body, then a byte": (CHUNKS + END + b"\0", (FORM, 400), True),
    "the last, then nonsense": (GET + b"Connection: close\r\n\r\nnonsense\r\n\r\n", (PAGE,), True),
    "the last by a list of options": (GET + b"Connection: te, Close\r\n\r\n", (PAGE,), True),
    "the last of a body": (POST + b"Connection: close\r\nContent-Length: 5\r\n\r\nhello" + SMUGGLED, (FORM,), True, b"hello"),
    "a method that the page does not take": (b"DELETE /page/ HTTP/1.1\r\n" + HOST + b"\r\n", (405,), True),
    "a body on a page that takes none": (b"POST /page/ HTTP/1.1\r\n" + HOST + b"Content-Length: 5\r\n\r\nhello", (405,), True),
    "a body, then a method that its page does not take": (
        POST + b"Content-Length: 0\r\n\r\n" + b"POST /page/ HTTP/1.1\r\n" + HOST + b"Content-Length: 5\r\n\r\nhello", (FORM, 405), True),
    "a method in small letters": (b"get /page/ HTTP/1.1\r\n" + HOST + b"\r\n", (405,), True),
    "an expectation of nothing": refused(POST + b"Expect: tea\r\nContent-Length: 5\r\n\r\nhello", 417),
    "who expects, without a body": read(GET + b"Expect: 100-continue\r\n\r\n"),
}

UPGRADES = {
    "to HTTP/2": read(GET + b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n"),
    "to HTTP/2, with a body": taken(
        POST + b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\nContent-Length: 5\r\n\r\nhello",
        b"hello"),
    "to HTTP/2, with its frames behind": (
        GET + b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n"
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0", (PAGE, 505), True),
    "to a socket of the web": read(
        GET + b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"),
    "HTTP/2 without asking": refused(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0", 505),
    "HTTP/2 without asking, a request in frames behind": refused(
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0\0\0\x11\x01\x05\0\0\0\x01\x82\x84\x86\x41\x0cnews.example", 505),
    "a greeting of HTTP/2 that is wrong": refused(b"PRI * HTTP/2.0\r\n\r\nXY\r\n\r\n", 505),
    "a greeting of nothing": refused(b"HELLO HTTP/2 SERVER\r\n\r\n"),
}

SIZES = {
    "a target of 6,000 bytes": refused(b"GET /" + b"a" * 6000 + b" HTTP/1.1\r\n" + HOST + b"\r\n", 414),
    "100 fields": refused(GET + b"A: b\r\n" * 100 + b"\r\n", 431),
    "a field of 20,000 bytes": refused(GET + b"A: " + b"b" * 20000 + b"\r\n\r\n", 431),
    "a body of 100 MB by its length": refused(POST + b"Content-Length: 100000000\r\n\r\n", 413),
    "a body of 100 MB by its chunk": refused_in_body(CHUNKS + b"5f5e100\r\n", 413),
}

# The names are those of docs/security.md.
RULES = {
    "RFC 9112 2.2": LINES,
    "RFC 9112 2.3": VERSIONS,
    "RFC 9112 3": REQUEST_LINES,
    "RFC 9112 3.2": TARGETS,
    "RFC 9110 7.2": HOSTS,
    "RFC 9112 5.1": NAMES,
    "RFC 9112 5.2": FOLDED,
    "RFC 9110 5.5": VALUES,
    "RFC 9112 6.1": CODINGS,
    "RFC 9112 6.3": LENGTHS,
    "RFC 9112 7.1": CHUNK_SIZES,
    "RFC 9112 7.1.1": CHUNK_EXTENSIONS,
    "RFC 9112 7.1.2": TRAILERS,
    "RFC 9112 9.3": SEQUENCES,
    "RFC 9110 7.8": UPGRADES,
    "RFC 9110 15.5": SIZES,
}

PROBES = [Probe(rule, name, *probe) for rule, probes in RULES.items() for name, probe in probes.items()]


def id_of(probe):
    return "%s: %s" % (probe.rule, probe.name)
