"""Crier and nginx as processes of a run: started on free ports of 127.0.0.1, asked, measured, ended."""
import http.client
import os
import pathlib
import re
import signal
import socket
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
CRIER = pathlib.Path(os.environ.get("CRIER", ROOT / "build" / "release" / "src" / "main" / "crier"))
READY_WITHIN_S = 1800  # the first start after a large import builds the public files


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def crier(*words):
    done = subprocess.run([str(CRIER), *map(str, words)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise SystemExit(f"crier {' '.join(map(str, words))} failed:\n{done.stderr}")


def fetch(port, path, headers=None):
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    link.request("GET", path, headers=headers or {})
    answer = link.getresponse()
    body = answer.read()
    link.close()
    return answer.status, answer.headers, body


def wait_for(port, process, log):
    """Until the process listens; where it does not, it is ended and its log is shown."""
    until = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.005)
    process.kill()
    process.wait()
    raise SystemExit(f"{process.args[0]} does not listen on port {port}:\n{log.read_text(errors='replace')}")


def memory_mib(pid):
    """Proportional set size: what the machine would have back if the process ended. And what of it is no file's."""
    text = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
    return [round(int(re.search(rf"^{name}:\s+(\d+)", text, re.M).group(1)) / 1024, 1) for name in ("Pss", "Pss_Anon")]


class Server:
    def __init__(self, words, port, log):
        self.port, self.log = port, log
        begun = time.monotonic()
        with open(log, "wb") as out:
            self.process = subprocess.Popen([str(word) for word in words], stdout=out, stderr=out)
        wait_for(port, self.process, log)
        self.start_s = time.monotonic() - begun

    def fetch(self, path, headers=None):
        return fetch(self.port, path, headers)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        if self.process.wait() != 0:
            raise SystemExit(f"{self.process.args[0]} ended with {self.process.returncode}:\n{self.log.read_text(errors='replace')}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class Nginx(Server):
    """Serves files, with one worker a core and no log."""

    def __init__(self, work, root=None):
        self.root = root or work / "nginx-root"
        self.root.mkdir(exist_ok=True)
        port, conf = free_port(), work / "nginx.conf"
        conf.write_text(f"""worker_processes auto; pid "{work}/nginx.pid"; error_log "{work}/nginx-error.log"; daemon off;
events {{ worker_connections 4096; }}
http {{ access_log off; sendfile on; tcp_nopush on; tcp_nodelay on; keepalive_requests 1000000000; keepalive_timeout 75;
 open_file_cache max=1000 inactive=60s; default_type text/html; etag on; index index.html index.xml;
 client_body_temp_path "{work}/t1"; proxy_temp_path "{work}/t2"; fastcgi_temp_path "{work}/t3"; uwsgi_temp_path "{work}/t4";
 scgi_temp_path "{work}/t5";
 server {{ listen 127.0.0.1:{port} reuseport; root "{self.root}"; }} }}
""")
        super().__init__(["nginx", "-c", conf, "-p", work], port, work / "nginx.log")

    def put(self, name, body):
        (self.root / name).write_bytes(body)
        return "/" + name


class Crier(Server):
    """Its log goes to a file beside the newsroom, and is shown only where it does not start or end well."""

    def __init__(self, folder, quiet=True):
        port = free_port()
        super().__init__([CRIER, "serve", "-C", folder, "--port", port, *(["--quiet"] if quiet else [])], port,
                         folder.with_suffix(".log"))


class Link:
    """A connection that stays, asking for one page after the other."""

    def __init__(self, port, coding="identity"):
        self.socket = socket.create_connection(("127.0.0.1", port), 60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.file = self.socket.makefile("rb", buffering=1 << 20)
        self.coding, self.body = coding, b""

    def get(self, path):
        """Its status and how many bytes its body has."""
        self.socket.sendall(f"GET {path} HTTP/1.1\r\nHost: bench.example\r\nAccept-Encoding: {self.coding}\r\n\r\n".encode())
        status = int(self.file.readline().split()[1])
        length = 0
        while (line := self.file.readline()) not in (b"\r\n", b""):
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        self.body = self.file.read(length) if status != 304 else b""
        if status != 304 and len(self.body) != length:
            raise SystemExit(f"the answer to {path} ended early")
        return status, length

    def close(self):
        self.file.close()
        self.socket.close()


def wrk(port, path, seconds, headers=(), script=None, connections=64):
    """Requests a second, the wait of the slowest in a hundred in ms, and what went wrong."""
    words = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "--timeout", "60s"]
    for header in headers:
        words += ["-H", header]
    words += ["-s", str(script)] if script else []
    done = subprocess.run(words + [f"http://127.0.0.1:{port}{path}"], capture_output=True, text=True, check=True)
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", done.stdout).group(1))
    amount, unit = re.search(r"^\s+99%\s+([\d.]+)(us|ms|s)", done.stdout, re.M).groups()
    errors = re.search(r"Non-2xx or 3xx responses: (\d+)|Socket errors: (.*)", done.stdout)
    return rate, float(amount) * {"us": 0.001, "ms": 1, "s": 1000}[unit], errors.group(0) if errors else ""
