"""Crier behind nginx, Caddy and Varnish, each as deploy/ has it: only names, ports and certificates are put in. What a reader asks goes
through and comes back whole, the reader's address arrives, and what should be refused is."""
import gzip
import os
import shutil
import socket
import ssl
import subprocess
import time

import pytest

from newsroom import ROOT, READY_WITHIN_S, Answer, free_port

pytestmark = pytest.mark.one_engine("of the way between readers and the server")
NAME = "news.example.org"
READER, OTHER = "127.0.0.2", "127.0.0.3"  # 127.0.0.1 is a trusted proxy
HIDDEN = ("x-varnish", "via", "xkey", "surrogate-key", "x-powered-by", "x-forwarded-for", "forwarded", "set-cookie")


def put_in(text, changes):
    for before, after in changes.items():
        assert before in text, f"{before} is not in it any more"
        text = text.replace(before, after)
    return text


def certificate(folder):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={NAME}", "-addext",
                    f"subjectAltName=DNS:{NAME}", "-keyout", "key.pem", "-out", "cert.pem"], cwd=folder, check=True, capture_output=True)


class Proxy:
    scheme, http2, server = "https", True, None

    def __init__(self, room, folder):
        self.room, self.folder, self.port = room, folder, free_port()
        self.process = None

    def deployed(self, name):
        return (ROOT / "deploy" / name).read_text()

    def start(self):
        log = open(self.folder / "proxy.log", "wb")
        environment = {**os.environ, "HOME": str(self.folder), "XDG_DATA_HOME": str(self.folder), "XDG_CONFIG_HOME": str(self.folder)}
        self.process = subprocess.Popen(self.command(), cwd=self.folder, stdout=log, stderr=subprocess.STDOUT, env=environment)
        until = time.monotonic() + READY_WITHIN_S
        while time.monotonic() < until and self.process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return self
            except OSError:
                time.sleep(0.05)
        raise AssertionError("it does not listen:\n" + (self.folder / "proxy.log").read_text(errors="replace"))

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def get(self, path, *options, source=READER):
        head, body = self.folder / "head", self.folder / "body"
        for file in (head, body):
            file.unlink(missing_ok=True)
        done = subprocess.run(["curl", "-sk", "--max-time", "60", "--interface", source, "--resolve", f"{NAME}:{self.port}:127.0.0.1",
                               "-D", head, "-o", body, "-w", "%{http_code} %{http_version}", *options,
                               f"{self.scheme}://{NAME}:{self.port}{path}"], capture_output=True, text=True)
        status, version = done.stdout.split()
        fields = {}
        for line in head.read_text(errors="replace").splitlines() if head.exists() else ():
            if line.startswith("HTTP/"):
                fields = {}
            elif ":" in line:
                name, value = line.split(":", 1)
                fields[name.lower()] = value.strip()
        answer = Answer(int(status), fields, body.read_bytes() if body.exists() else b"")
        answer.version = version
        return answer


class Nginx(Proxy):
    program, server = "nginx", "nginx"  # it cannot leave its name out, only its version

    def command(self):
        certificate(self.folder)
        site = put_in(self.deployed("nginx.conf"), {
            "127.0.0.1:8080": f"127.0.0.1:{self.room.port}", "listen 443 ssl": f"listen 127.0.0.1:{self.port} ssl",
            "    listen [::]:443 ssl http2;\n": "", "listen 80;": f"listen 127.0.0.1:{free_port()};", "    listen [::]:80;\n": "",
            "/etc/ssl/news.pem": "cert.pem", "/etc/ssl/news.key": "key.pem", "/var/log/nginx/error.log": "error.log"})
        (self.folder / "site.conf").write_text(site)
        paths = "".join(f"{kind}_temp_path {kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        user = "user root;" if os.geteuid() == 0 else ""
        (self.folder / "nginx.conf").write_text(f"{user} pid nginx.pid; error_log error.log; daemon off; worker_processes 1;"
                                                f"events {{}} http {{ {paths} include site.conf; }}\n")
        return ["nginx", "-p", str(self.folder), "-c", str(self.folder / "nginx.conf"), "-e", str(self.folder / "error.log")]


class Caddy(Proxy):
    program = "caddy"

    def command(self):
        certificate(self.folder)
        (self.folder / "Caddyfile").write_text(put_in(self.deployed("Caddyfile"), {
            "127.0.0.1:8080": f"127.0.0.1:{self.room.port}", "admin off\n": f"admin off\n\thttps_port {self.port}\n\tauto_https off\n",
            NAME + " {\n": f"https://{NAME}:{self.port} {{\n\tbind 127.0.0.1\n\ttls cert.pem key.pem\n"}))
        return ["caddy", "run", "--config", "Caddyfile", "--adapter", "caddyfile"]


class Varnish(Proxy):
    program, scheme, http2 = "varnishd", "http", False

    def command(self):
        vcl = self.deployed("varnish.vcl")
        (self.folder / "site.vcl").write_text(put_in(vcl, {'.port = "8080"': f'.port = "{self.room.port}"'}))
        options = next(line for line in vcl.splitlines() if "http_gzip_support" in line).lstrip("# ").split()
        return ["varnishd", "-F", "-j", "none", "-n", str(self.folder / "varnish"), "-a", f"127.0.0.1:{self.port}", "-s", "malloc,32m",
                "-f", str(self.folder / "site.vcl"), *options]


@pytest.fixture(params=[Nginx, Caddy, Varnish], ids=["nginx", "caddy", "varnish"])
def proxy(request, own_sample, tmp_path):
    if not shutil.which(request.param.program, path=os.environ["PATH"] + ":/usr/sbin"):
        pytest.skip(f"{request.param.program} is not installed")
    own_sample.set("http", "reader_searches", "1")
    own_sample.set("http", "reader_searches_burst", "4")
    own_sample.start()
    folder = tmp_path / "proxy"
    folder.mkdir()
    made = request.param(own_sample, folder)
    yield made.start()
    made.stop()


def test_pages_go_through(proxy):
    for path in ("/", "/2026/10/borrowed-light/", "/feed.rss", "/no-such-page/"):
        direct, answer = proxy.room.get(path), proxy.get(path)
        assert (answer.status, answer.body) == (direct.status, direct.body)
        for name in ("Content-Type", "Content-Security-Policy", "X-Content-Type-Options", "Vary", "ETag"):
            assert answer.headers.get(name.lower()) == direct.header(name), name
        assert not set(HIDDEN) & set(answer.headers)
        assert answer.headers.get("server") == proxy.server
    assert proxy.get("/?utm_source=x").headers["location"] == "/"
    packed = proxy.get("/", "-H", "Accept-Encoding: gzip")
    assert packed.headers["content-encoding"] == "gzip" and gzip.decompress(packed.body) == proxy.room.get("/").body
    assert proxy.get("/", "-H", "Accept-Encoding: br;q=1.0, gzip;q=0.8").headers["content-encoding"] == "br"
    assert "content-encoding" not in proxy.get("/", "-H", "Accept-Encoding: gzip;q=0").headers
    assert proxy.get("/", "-I").status == 200


def test_what_the_reader_has_is_not_sent_again(proxy):
    first = proxy.get("/")
    again = proxy.get("/", "-H", f"If-None-Match: {first.headers['etag']}")
    assert again.status == 304 and again.body == b"" and again.headers["etag"] == first.headers["etag"]
    assert proxy.get("/", "-H", 'If-None-Match: "other"').status == 200


def test_the_language_of_http(proxy):
    assert proxy.get("/", "--http1.1").version == "1.1"
    assert proxy.get("/", "--http2").version == ("2" if proxy.http2 else "1.1")


def test_the_address_arrives(proxy):
    """What a reader wrote itself is not believed, and one does not use up what another has."""
    statuses = []
    for number in range(500):
        statuses.append(proxy.get(f"/search?q=w{number}", "-H", f"X-Forwarded-For: 198.51.100.{number % 250}",
                                  "-H", f"Forwarded: for=198.51.100.{number % 250}").status)
        if statuses[-1] == 429:
            break
    assert statuses[:4] == [200] * 4 and statuses[-1] == 429
    for number in range(4):
        assert proxy.get(f"/search?q=v{number}", source=OTHER).status == 200
    # nobody else is told 429 for it, nor is it told for a page that is there
    assert proxy.get("/").status == 200


def test_what_is_too_much_is_refused(proxy):
    """By the proxy or by Crier, and the next request is none the worse."""
    large = proxy.get("/", "--http1.1", "-H", "X-Large: " + "a" * 20000)
    assert large.status in (0, 400, 413, 414, 431)
    many = proxy.get("/", "--http1.1", *(word for n in range(150) for word in ("-H", f"X-{n}: {'b' * 150}")))
    assert many.status in (0, 400, 413, 431)
    assert proxy.get("/" + "c" * 9000).status in (0, 400, 414, 431)
    body = proxy.folder / "large"
    body.write_bytes(b"d" * (2 << 20))
    # Crier refuses by the head alone. 502: the proxy noticed while it was still sending the body; 100: and cut who sent it
    assert proxy.get("/", "--http1.1", "-X", "POST", "--data-binary", f"@{body}").status in (100, 405, 413, 502)
    assert proxy.get("/", "-X", "POST", "-d", "x").status == 405
    assert proxy.get("/", "-X", "PURGE").status in (405, 501)
    assert proxy.get("/").status == 200


def test_who_reads_is_not_written_down(proxy):
    """Neither with what is refused, nor when Crier is away. What Varnish keeps in shared memory for its tools is not looked at."""
    proxy.get("/", "--http1.1", "-H", "X-Large: " + "a" * 20000)
    proxy.get("/no-such-page/")
    proxy.room.stop()
    away = proxy.get("/2026/10/borrowed-light/?", "-H", "Cache-Control: no-cache")
    assert away.status in (502, 503)
    proxy.stop()
    for path in proxy.folder.rglob("*"):
        if path.is_file() and "varnish" not in path.relative_to(proxy.folder).parts:
            assert READER.encode() not in path.read_bytes(), path


SMUGGLED = [
    b"GET / HTTP/1.1\r\nHost: news.example.org\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: news.example.org\r\nContent-Length: 0\r\nContent-Length: 5\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: news.example.org\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: news.example.org\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
]


@pytest.mark.parametrize("raw", SMUGGLED, ids=["length and coding", "two lengths", "blank", "unknown coding"])
def test_nothing_is_smuggled_through(proxy, raw):
    """A request that is read in two ways reaches Crier in one reading or not at all: what stands behind it is no request there."""
    behind = b"GET /smuggled-behind/ HTTP/1.1\r\nHost: news.example.org\r\nConnection: close\r\n\r\n"
    with socket.create_connection(("127.0.0.1", proxy.port), 60) as plain:
        link = plain
        if proxy.scheme == "https":
            context = ssl.create_default_context(cafile=proxy.folder / "cert.pem")
            link = context.wrap_socket(plain, server_hostname=NAME)
        link.sendall(raw + behind)
        link.settimeout(60)
        received = b""
        try:
            while piece := link.recv(65536):
                received += piece
        except OSError:
            pass
    statuses = [int(part[:3]) for part in received.split(b"HTTP/1.1 ")[1:]]
    # two requests were sent: never more answers, and a page where the first was not refused
    assert len(statuses) <= 2 and (not statuses or statuses[0] >= 400 or statuses == [200, 404]), statuses
    assert proxy.get("/").status == 200
