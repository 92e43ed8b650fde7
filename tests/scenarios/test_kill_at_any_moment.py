"""kill -9 at random moments, of the server and of the import: the database opens, check finds nothing wrong, what was
acknowledged is there, and the work goes on. 20 times in ./dev test, CRIER_KILLS (200) times in ./dev soak."""
import os
import random
import subprocess
import time

import pytest

from newsroom import CRIER, wxr

KILLS = [20, pytest.param(int(os.environ.get("CRIER_KILLS", "200")), marks=pytest.mark.soak)]
POSTS = [{"id": n, "slug": f"post-{n}", "title": f"Post number {n}", "time": 1600000000 + n * 1000, "body": "<p>Some words.</p>" * 60}
         for n in range(1, 1501)]


@pytest.mark.parametrize("kills", KILLS)
def test_import(empty, tmp_path, kills):
    rng = random.Random(20261123)
    export = tmp_path / "export.xml"
    export.write_text(wxr(POSTS))
    command = [str(CRIER), "import", "wordpress", "-C", str(empty.folder), str(export)]
    begun = time.monotonic()
    killed = 0
    for _ in range(kills // 2):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        try:
            process.wait(rng.random() * 1.5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            killed += 1
        else:
            assert process.returncode == 0, process.stderr.read()
        assert empty.wrong() == []
    assert killed > 0, f"every import ended before it was killed ({time.monotonic() - begun:.1f} s)"
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    room = empty.start()
    for n in (1, 750, 1500):
        assert room.get(time.strftime("/%Y/%m/", time.gmtime(1600000000 + n * 1000)) + f"post-{n}/").status == 200
    assert "1,500" in room.get("/archive/").text or "1500" in room.get("/archive/").text or room.get("/?page=60").status == 200


@pytest.mark.parametrize("kills", KILLS)
def test_server(own_sample, tmp_path, kills):
    """The server is killed while another process withdraws items; each withdrawal that was acknowledged holds."""
    rng = random.Random(7)
    room = own_sample
    paths = ["/2026/04/iceland-trawler-crew-wages/", "/2026/03/uruguay-archive-opened/", "/2026/01/trawler-crew-unpaid/",
             "/2025/09/kenya-lake-map/", "/2025/06/canada-watch-list-name/", "/2024/08/forest-fire-inquiry/",
             "/2024/05/water-meters-uruguay/", "/2023/03/children-on-the-afternoon-shift/", "/2022/02/untitled-note/",
             "/2021/09/first-day/"]
    gone = []
    for number in range(kills // 2):
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
        if number % 5 == 0:
            assert room.wrong() == []
    room.start()
    for path in gone:
        assert room.get(path).status == 410, path
    for path in paths[len(gone):]:
        assert room.get(path).status == 200, path


