"""A newsroom in a temporary folder, its server, and what tests ask of them."""
import contextlib
import http.client
import json
import os
import pathlib
import re
import secrets
import shutil
import signal
import socket
import sqlite3
import subprocess
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[2]
CRIER = pathlib.Path(os.environ.get("CRIER", ROOT / "build" / "test" / "src" / "main" / "crier"))
SHARED = pathlib.Path(os.environ.get("CRIER_SHARED_DATA", ROOT.parent / "shared" / "data"))
READY_WITHIN_S = 60
PORTS = range(20000, 32000)


def crier(*args, check=True, timeout=300, **options):
    done = subprocess.run([str(CRIER), *map(str, args)], capture_output=True, text=True, timeout=timeout, **options)
    if check and done.returncode != 0:
        raise AssertionError(f"crier {' '.join(map(str, args))}\nanswered {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done


def tell(text):
    """A line for who watches a long run (./dev soak); nothing otherwise."""
    if os.environ.get("CRIER_PROGRESS"):
        with open(os.environ["CRIER_PROGRESS"], "a", encoding="utf-8") as told:
            told.write(text + "\n")


def free_port():
    """Below those that the kernel gives to whoever connects: one of these could be somebody's by the time that a server wants it."""
    while True:
        port = secrets.choice(PORTS)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def text(self):
        return self.body.decode("utf-8")

    def header(self, name):
        return self.headers.get(name)


running = set()  # servers of this test run; what a failed test leaves is killed at its end


class Newsroom:
    """One folder. Give it a config dict of "group.key" → libconfig text to change lines of crier.conf."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.database = None  # address of the PostgreSQL database; None: the store is a file of the folder
        self.process = None
        self.port = None
        self.metrics_port = None
        self.log = None
        self.environment = None  # of whatever runs for it; None: ours

    def set(self, group, key, value):
        path = self.folder / "crier.conf"
        text = path.read_text()
        pattern = re.compile(rf"(^{group}\s*[:=]?\s*\{{.*?)(^\s*#?\s*{key}\s*=)[^\n;]*;", re.S | re.M)
        found = pattern.search(text)
        assert found, f"{group}.{key} is not in crier.conf"
        start = found.start(2)
        end = found.end()
        path.write_text(text[:start] + f"  {key} = {value};" + text[end:])

    def start(self, *options):
        self.port = self.port or free_port()
        self.log = open(self.folder / "serve.log", "ab")
        self.process = subprocess.Popen([str(CRIER), "serve", "-C", str(self.folder), "--port", str(self.port), *options],
                                        stdout=self.log, stderr=subprocess.STDOUT, env=self.environment)
        running.add(self.process)
        until = time.monotonic() + READY_WITHIN_S
        while time.monotonic() < until:
            if self.process.poll() is not None:
                raise AssertionError("the server ended at start:\n" + self.log_text())
            try:
                if self.get("/health").status == 200:
                    return self
            except OSError:
                time.sleep(0.02)
        raise AssertionError("the server did not answer in time:\n" + self.log_text())

    def log_text(self):
        return (self.folder / "serve.log").read_text(errors="replace")

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                raise AssertionError("the server did not drain within a minute:\n" + self.log_text())
        code = self.process.returncode if self.process else 0
        self.process = None
        if self.log:
            self.log.close()
        text = self.log_text() if (self.folder / "serve.log").exists() else ""
        assert "ERROR: AddressSanitizer" not in text and "runtime error:" not in text, text[-4000:]
        return code

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process = None
        self.log.close()

    def request(self, method, target, headers=None, body=None):
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            link.request(method, target, body=body, headers=headers or {})
            answer = link.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            link.close()

    def get(self, target, **headers):
        return self.request("GET", target, {name.replace("_", "-"): value for name, value in headers.items()})

    def wait_for(self, target, status=200, within_s=30):
        """Asks until the answer has the status: what another process wrote shows within a moment."""
        until = time.monotonic() + within_s
        while True:
            answer = self.get(target)
            if answer.status == status or time.monotonic() > until:
                assert answer.status == status, f"{target}: {answer.status}, not {status}"
                return answer
            time.sleep(0.02)

    def run(self, command, *args, **options):
        words = command.split()
        return crier(*words, "-C", self.folder, *args, **{"env": self.environment, **options})

    def sql(self, statement):
        """One statement on the store itself, for what no command does; its rows as tuples of text."""
        if self.database:
            done = subprocess.run(["psql", "-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1", self.database, "-c", statement],
                                  check=True, capture_output=True, text=True)
            return [tuple(line.split("\t")) for line in done.stdout.splitlines()]
        with contextlib.closing(sqlite3.connect(self.folder / "store.db", timeout=30)) as link, link:
            return [tuple(map(str, row)) for row in link.execute(statement)]

    def findings(self):
        done = self.run("check", "--json", check=False)
        return json.loads(done.stdout)

    def wrong(self):
        return [f for f in self.findings() if f["level"] == "wrong"]


def copy_of(template, folder):
    shutil.copytree(template, folder)
    return Newsroom(folder)


def links_of(html):
    for address in re.findall(r'(?:href|src)="([^"]*)"', html):
        yield address.replace("&amp;", "&")
    for candidates in re.findall(r'srcset="([^"]*)"', html):
        for candidate in candidates.split(","):
            yield candidate.strip().split(" ")[0].replace("&amp;", "&")


def resolve(base, address):
    return urllib.parse.quote(urllib.parse.urljoin(base, address), safe="/:?#[]@!$&'()*+,;=%~-._")


WXR_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>Test</title><link>{site}</link><language>en</language>
<wp:wxr_version>1.2</wp:wxr_version><wp:base_site_url>{site}</wp:base_site_url><wp:base_blog_url>{site}</wp:base_blog_url>
"""


def wxr(posts, site="https://old.example"):
    """An export with posts: dicts with id, title, slug, body, time (time.struct_time or seconds UTC), status."""
    out = [WXR_HEAD.format(site=site)]
    for post in posts:
        when = time.gmtime(post.get("time", 1700000000))
        stamp = time.strftime("%Y-%m-%d %H:%M:%S", when)
        link = f"{site}/{time.strftime('%Y/%m', when)}/{post['slug']}/"
        out.append(f"<item><title><![CDATA[{post.get('title', 'Title ' + str(post['id']))}]]></title><link>{link}</link>"
                   f"<dc:creator>writer</dc:creator><guid isPermaLink=\"false\">{site}/?p={post['id']}</guid>"
                   f"<content:encoded><![CDATA[{post.get('body', '<p>Body</p>')}]]></content:encoded>"
                   f"<excerpt:encoded><![CDATA[]]></excerpt:encoded><wp:post_id>{post['id']}</wp:post_id>"
                   f"<wp:post_date>{stamp}</wp:post_date><wp:post_date_gmt>{stamp}</wp:post_date_gmt>"
                   f"<wp:post_name>{post['slug']}</wp:post_name><wp:status>{post.get('status', 'publish')}</wp:status>"
                   f"<wp:post_parent>0</wp:post_parent><wp:menu_order>0</wp:menu_order><wp:post_type>{post.get('type', 'post')}</wp:post_type>"
                   f"<wp:post_password>{post.get('password', '')}</wp:post_password><wp:is_sticky>0</wp:is_sticky>"
                   f"{post.get('extra', '')}</item>\n")
    out.append("</channel></rss>\n")
    return "".join(out)
