"""kill -9 at random moments, of the server and of the import: the database opens, check finds nothing wrong, what was
acknowledged is there, and the work goes on. Each dies 20 times in ./dev test and CRIER_KILLS (200) times in ./dev soak,
the import half of them on each engine."""
import os
import random
import re
import subprocess
import time

import pytest

from newsroom import CRIER, tell, wxr

KILLS = [20, pytest.param(int(os.environ.get("CRIER_KILLS", "200")), marks=pytest.mark.soak)]
POSTS = 1000  # of one export; when it is in, the next one comes
FIRST_S = 1600000000


def export_of(number, folder):
    """The export of that number: posts that no other has, each with its second."""
    first = number * POSTS
    path = folder / f"export-{number}.xml"
    path.write_text(wxr([{"id": n, "slug": f"post-{n}", "title": f"Post number {n}", "time": FIRST_S + n * 1000,
                          "body": "<p>Some words.</p>" * 60} for n in range(first + 1, first + POSTS + 1)]))
    return path


def address_of(n):
    return time.strftime("/%Y/%m/", time.gmtime(FIRST_S + n * 1000)) + f"post-{n}/"


def import_command(room, export):
    return [str(CRIER), "import", "wordpress", "-C", str(room.folder), str(export)]


@pytest.mark.parametrize("kills", KILLS)
def test_import(empty, tmp_path, kills, request, counted):
    """An import that ended was killed too late and does not count: the next export follows. One that is killed goes on
    at the next call, until it is in."""
    rng = random.Random(20261123)
    killed = done = begun = 0
    export = export_of(0, tmp_path)
    longest_s = 1.5
    while killed < kills // 2:
        begun += 1
        assert begun < kills * 10 + 20, f"imports end before they can be killed: {killed} of {begun}"
        started = time.monotonic()
        process = subprocess.Popen(import_command(empty, export), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        try:
            process.wait(rng.random() * longest_s)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            killed += 1
            tell(f"{request.node.name}: killed {killed} of {kills // 2}, {done} exports are in")
        else:
            assert process.returncode == 0, process.stderr.read()
            longest_s = max(0.05, min(longest_s, time.monotonic() - started))
            done += 1
            export = export_of(done, tmp_path)
        process.stderr.close()
        assert empty.wrong() == []
    last = subprocess.run(import_command(empty, export), capture_output=True, text=True, timeout=300)
    assert last.returncode == 0, last.stderr
    room = empty.start()
    for number in range(done + 1):
        for n in (1, POSTS // 2, POSTS):
            assert room.get(address_of(number * POSTS + n)).status == 200, (number, n)
    assert len(public_items(room)) == POSTS * (done + 1)
    counted(f"killed {killed} times, {POSTS * (done + 1)} posts came in, 0 lost")


def public_items(room):
    """The addresses of all posts that the sitemap names."""
    parts = re.findall(r"<loc>[^<]*(/sitemap-\d+\.xml)</loc>", room.get("/sitemap.xml").text)
    return {path for part in parts for path in re.findall(r"<loc>[^<]*(/\d{4}/\d\d/post-\d+/)</loc>", room.get(part).text)}


@pytest.mark.parametrize("kills", KILLS)
def test_server(own_sample, tmp_path, kills, request, counted):
    """The server is killed while another process withdraws items; each withdrawal that was acknowledged holds."""
    rng = random.Random(7)
    room = own_sample
    paths = ["/2026/04/iceland-trawler-crew-wages/", "/2026/03/uruguay-archive-opened/", "/2026/01/trawler-crew-unpaid/",
             "/2025/09/kenya-lake-map/", "/2025/06/canada-watch-list-name/", "/2024/08/forest-fire-inquiry/",
             "/2024/05/water-meters-uruguay/", "/2023/03/children-on-the-afternoon-shift/", "/2022/02/untitled-note/",
             "/2021/09/first-day/"]
    gone = []
    for number in range(kills):
        room.start()
        for path in gone:
            assert room.get(path).status == 410, path
        if number < len(paths):
            room.run("withdraw", paths[number])
            gone.append(paths[number])
        until = time.monotonic() + rng.random() * 0.3
        while time.monotonic() < until:
            room.get("/")
        room.kill()
        tell(f"{request.node.name}: killed {number + 1} of {kills}")
        if number % 5 == 0:
            assert room.wrong() == []
    room.start()
    for path in gone:
        assert room.get(path).status == 410, path
    for path in paths[len(gone):]:
        assert room.get(path).status == 200, path
    counted(f"killed {kills} times, {len(gone)} withdrawals acknowledged, 0 lost")
