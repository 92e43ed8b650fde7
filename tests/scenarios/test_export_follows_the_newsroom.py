"""`crier export site` into the same folder again: what changed, what went, what is somebody else's, what a kill left."""
import fcntl
import os
import re
import shutil
import signal
import subprocess
import time
import urllib.parse
import urllib.error
import urllib.request

import pytest

from mirror import Mirror
from newsroom import CRIER, free_port, wxr

NOW = int(time.time())


def posts(count, **more):
    return [{"id": i, "slug": f"story-{i}", "title": f"Story {i}", "time": NOW - 86400 * i, **more} for i in range(1, count + 1)]


def take(room, items):
    path = room.folder.parent / "export.xml"
    path.write_text(wxr(items))
    room.run("import wordpress", path)


def export(room, *options, check=True):
    return room.run("export site", room.folder.parent / "out", *options, check=check)


def out_of(room):
    return room.folder.parent / "out"


def rendered(done):
    return int(re.search(r"(\d+) rendered", done.stdout).group(1))


def test_a_change_writes_what_it_touches(empty):
    take(empty, posts(60))
    export(empty)
    mirror = Mirror(empty.folder.parent / "out")
    assert mirror.broken() == []
    pages = {str(p.relative_to(mirror.folder)): p.stat() for p in mirror.pages()}
    story = [n for n in pages if n.endswith("story-3/index.html")][0]
    far = [n for n in pages if n.endswith("story-50/index.html")][0]
    empty.run("withdraw", "/" + story.removesuffix("index.html"), "--note", "Taken back.")
    done = export(empty)
    assert not (mirror.folder / story).exists() and not (mirror.folder / (story + ".gz")).exists()
    assert not (mirror.folder / story).parent.exists()
    assert "story-3/" not in (mirror.folder / "index.html").read_text()
    feed = (mirror.folder / "feed.atom").read_text()
    assert "Taken back." in feed and "Story 3<" not in feed
    assert "story-3/" not in (mirror.folder / "sitemap-1.xml").read_text()
    assert mirror.broken() == []
    left = (mirror.folder / far).stat()
    assert (left.st_ino, left.st_mtime_ns) == (pages[far].st_ino, pages[far].st_mtime_ns)
    assert int(re.search(r"(\d+) removed", done.stdout).group(1)) >= 1


def test_a_list_that_shrinks_loses_its_pages(empty):
    take(empty, posts(21))  # of 20 to a page
    export(empty)
    out = empty.folder.parent / "out"
    assert (out / "page" / "2" / "index.html").is_file()
    path = [p for p in out.rglob("story-9/index.html")][0]
    empty.run("withdraw", "/" + str(path.parent.relative_to(out)) + "/")
    export(empty)
    assert not (out / "page").exists() and (out / "index.html").is_file()


def test_nothing_hidden_is_written(empty):
    take(empty, posts(3) + [
        {"id": 90, "slug": "tomorrow", "title": "Embargoed-word", "time": NOW + 86400, "status": "future"},
        {"id": 91, "slug": "draft", "title": "Draft-word", "status": "draft"}])
    export(empty)
    for path in (empty.folder.parent / "out").rglob("*"):
        assert "tomorrow" not in str(path) and "draft" not in str(path)
        if path.is_file() and path.suffix not in (".gz", ".br"):
            text = path.read_bytes()
            assert b"Embargoed-word" not in text and b"Draft-word" not in text and b"tomorrow" not in text, path


def test_beside_a_running_server(empty):
    take(empty, posts(5))
    empty.start()
    assert export(empty).returncode == 0
    mirror = Mirror(empty.folder.parent / "out")
    story = [p for p in mirror.pages() if p.parent.name == "story-2"][0]
    path = "/" + str(story.parent.relative_to(mirror.folder)) + "/"
    assert empty.get(path).text.count("Story 2") > 0
    empty.run("withdraw", path)
    empty.wait_for(path, 410)
    export(empty)
    assert not story.exists() and empty.get("/").status == 200 and mirror.broken() == []


def test_files_of_others_stay(empty):
    take(empty, posts(3))
    out = empty.folder.parent / "out"
    (out / "archive").mkdir(parents=True)
    (out / "keep.txt").write_text("mine")
    (out / "index.html").write_text("mine")
    (out / "archive" / "index.html").mkdir()
    done = export(empty, check=False)
    assert done.returncode == 1
    assert "index.html: left out: something stands there that this export did not write" in done.stderr
    assert "archive/index.html: left out" in done.stderr
    assert (out / "index.html").read_text() == "mine" and (out / "keep.txt").read_text() == "mine"
    assert (out / "feed.rss").is_file()  # the rest is there
    (out / "index.html").unlink()
    (out / "archive" / "index.html").rmdir()
    assert export(empty).returncode == 0
    assert (out / "keep.txt").read_text() == "mine" and Mirror(out).broken() == []


def test_what_somebody_changed_or_removed_is_mended(empty):
    take(empty, posts(3))
    export(empty)
    out = empty.folder.parent / "out"
    before = (out / "index.html").read_bytes()
    (out / "index.html").write_text("changed")
    (out / "feed.rss").unlink()
    (out / "feed.atom.gz").unlink()
    shutil.rmtree(out / "theme")
    done = export(empty)
    assert (out / "index.html").read_bytes() == before
    assert (out / "feed.rss").is_file() and (out / "feed.atom.gz").is_file() and Mirror(out).broken() == []
    assert " 0 changed" not in done.stdout and " 0 removed" in done.stdout


def test_only_what_is_out_of_date_is_rendered(empty):
    take(empty, posts(60))
    first = rendered(export(empty))
    assert rendered(export(empty)) == 0
    take(empty, posts(60) + [{"id": 61, "slug": "story-61", "title": "Story 61", "time": NOW - 3600}])
    done = export(empty)
    assert 0 < rendered(done) < first and "every page" not in done.stdout
    assert "Story 61" in (out_of(empty) / "index.html").read_text()
    assert rendered(export(empty, "--all")) > first
    empty.set("site", "name", '"Another Watch"')
    done = export(empty)
    assert "every page was rendered: words, names, menus, settings, theme or program" in done.stdout
    assert "Another Watch" in (out_of(empty) / "index.html").read_text()


@pytest.mark.one_engine("it reads public.db, and writes files")
@pytest.mark.parametrize("spoil, why", [
    (lambda state: state.write_bytes(state.read_bytes()[:-9]), "is damaged"),
    (lambda state: state.write_bytes(b"crier of another day" * 20), "is of another version"),
    (lambda state: shutil.copy(state.parents[2] / "other" / ".crier" / "state", state), "does not belong to .crier/manifest"),
])
def test_what_the_last_run_knew_cannot_be_read(empty, spoil, why):
    take(empty, posts(3))
    empty.run("export site", out_of(empty).parent / "other")
    first = rendered(export(empty))
    spoil(out_of(empty) / ".crier" / "state")
    done = export(empty)
    assert rendered(done) == first and " 0 changed" in done.stdout
    assert f"every page was rendered: .crier/state {why}" in done.stdout
    assert rendered(export(empty)) == 0  # and then it knows again


def test_two_at_once(empty):
    take(empty, posts(1))
    export(empty)
    with open(empty.folder.parent / "out" / ".crier" / "lock") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = export(empty, check=False)
    assert done.returncode == 1 and "another export writes to" in done.stderr


def test_without_compressed_forms(empty):
    take(empty, posts(3))
    export(empty)
    mirror = Mirror(empty.folder.parent / "out")
    plain = {p: p.stat().st_mtime_ns for p in mirror.files() if p.suffix not in (".gz", ".br")}
    assert mirror.files("*.gz") and mirror.files("*.br")
    export(empty, "--no-compress")
    assert not mirror.files("*.gz") and not mirror.files("*.br")
    assert {p: p.stat().st_mtime_ns for p in mirror.files()} == plain
    export(empty)
    assert mirror.files("*.gz") and {p: p.stat().st_mtime_ns for p in plain} == plain


def test_not_over_the_newsroom(empty):
    done = empty.run("export site", empty.folder, check=False)
    assert done.returncode == 1 and "holds the newsroom" in done.stderr
    done = empty.run("export site", empty.folder.parent, check=False)
    assert done.returncode == 1 and "holds the newsroom" in done.stderr


@pytest.mark.one_engine("it reads public.db, and writes files")
@pytest.mark.parametrize("moment", range(12))
def test_killed_at_any_moment(own_sample, moment):
    """The next run gives the very folder that a run in peace gives."""
    out = own_sample.folder.parent / "out"
    process = subprocess.Popen([str(CRIER), "export", "site", "-C", str(own_sample.folder), str(out)], stdout=subprocess.DEVNULL)
    wanted = (1, 5, 20, 60, 150, 300, 600, 1000, 1500, 2500, 3500, 4500)[moment]
    while process.poll() is None and sum(len(f) for _, _, f in os.walk(out)) < wanted:
        pass
    process.send_signal(signal.SIGKILL)
    process.wait()
    done = own_sample.run("export site", out)
    assert done.stderr == ""
    mirror = Mirror(out)
    assert mirror.broken() == []
    assert not list((out / ".crier" / "tmp").iterdir()) and not (out / ".crier" / "journal").exists()
    own_sample.run("export site", out.parent / "peace")
    peace = Mirror(out.parent / "peace")
    assert mirror.names() == peace.names()
    for name in mirror.names():
        assert (out / name).read_bytes() == (peace.folder / name).read_bytes(), name


@pytest.fixture
def nginx(own_sample):
    found = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
    if not found:
        pytest.skip("no nginx here")
    work = own_sample.folder.parent
    own_sample.run("export site", work / "out")
    port = free_port()
    temporary = "".join(f"{kind}_temp_path {work}/t-{kind}; " for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    (work / "nginx.conf").write_text(f"""daemon off; pid {work}/nginx.pid; error_log {work}/error.log; worker_processes 1;
events {{ }}
http {{ access_log off; {temporary}
map_hash_max_size 65536; map_hash_bucket_size 1024;
map $request_uri $crier_to {{ include {work}/out/.crier/redirects.map; }}
server {{ listen 127.0.0.1:{port}; root {work}/out; gzip_static on; error_page 404 /404.html;
location /.crier/ {{ return 404; }}
if ($crier_to) {{ return 301 $crier_to; }}
types {{ text/html html; application/rss+xml rss; application/xml xml; text/css css; }} charset utf-8; }} }}
""")
    os.chmod(work, 0o755)
    for folder, names, files in os.walk(work / "out"):
        os.chmod(folder, 0o755)
        for name in files:
            os.chmod(os.path.join(folder, name), 0o644)
    for above in list(work.parents)[:3]:
        if os.geteuid() == 0 and str(above).startswith("/tmp/"):
            os.chmod(above, os.stat(above).st_mode | 0o011)
    process = subprocess.Popen([found, "-c", str(work / "nginx.conf"), "-p", str(work)], stderr=subprocess.PIPE)
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/robots.txt", timeout=5).read()
            break
        except urllib.error.HTTPError as answer:
            raise AssertionError(f"nginx answers {answer.code}")
        except OSError:
            assert process.poll() is None, process.stderr.read()
    yield Mirror(work / "out"), port
    process.terminate()
    process.wait()


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def ask(port, path, **headers):
    opener = urllib.request.build_opener(NoRedirect)
    try:
        return opener.open(urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers), timeout=30)
    except urllib.error.HTTPError as answer:
        return answer


def test_nginx_serves_it(nginx):
    mirror, port = nginx
    for page in mirror.pages()[::15]:
        path = "/" + urllib.parse.quote(str(page.relative_to(mirror.folder)).removesuffix("index.html"))
        answer = ask(port, path, **{"Accept-Encoding": "gzip"})
        moved = 'http-equiv="refresh"' in page.read_text()
        assert answer.status == (301 if moved else 200), path
        if not moved and page.with_name(page.name + ".gz").exists():
            assert answer.headers["Content-Encoding"] == "gzip"
            assert answer.read() == page.with_name(page.name + ".gz").read_bytes()
    missing = ask(port, "/no/such/page/")
    assert missing.status == 404 and missing.read() == (mirror.folder / "404.html").read_bytes()
    assert ask(port, "/.crier/manifest").status == 404
    lines = (mirror.folder / ".crier" / "redirects.map").read_text().splitlines()
    for line in lines[::10]:
        old, new = re.fullmatch(r'"(.*)" "(.*)";', line).groups()
        answer = ask(port, old)
        assert answer.status == 301 and answer.headers["Location"] == f"http://127.0.0.1:{port}{new}", line
        assert mirror.file_of(new.partition("?")[0]), line
