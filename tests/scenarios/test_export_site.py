"""`crier export site`: the whole public site as files, for hosts that know nothing but files."""
import gzip
import re
import shutil
import subprocess
import urllib.parse

import pytest

from mirror import Mirror


@pytest.fixture(scope="module")
def exported(sample_template, tmp_path_factory):
    """The sample newsroom as files; for tests that only read."""
    room = sample_template.copy(tmp_path_factory.mktemp("export") / "newsroom")
    out = room.folder.parent / "out"
    done = room.run("export site", out)
    assert done.stderr == ""
    return room, Mirror(out), done


def test_every_link_leads_to_a_file(exported):
    _, mirror, done = exported
    assert mirror.broken() == []
    assert len(mirror.pages()) > 500
    for name in ("index.html", "fr/index.html", "page/2/index.html", "archive/2026/index.html", "feed.rss", "feed.atom", "feed.json",
                 "sitemap.xml", "sitemap-1.xml", "robots.txt", "404.html", "fr/404.html", "topic/index.html", "topic/detention/feed.rss"):
        assert (mirror.folder / name).is_file(), name
    assert list(mirror.folder.glob("theme/*.css")) and list(mirror.folder.glob("media/*/*.jpg"))
    assert "lead nowhere" not in done.stdout


def test_a_file_is_what_the_server_answers(exported):
    """But for pages of lists and what needs a server, the bytes are the same."""
    room, mirror, _ = exported
    room.start()
    try:
        for page in mirror.files("*.html")[::25] + mirror.files("feed.atom")[::20]:
            name = str(page.relative_to(mirror.folder))
            path = "/" + name.removesuffix("index.html")
            text = page.read_text()
            if name.endswith("404.html") or 'http-equiv="refresh"' in text or re.search(r"/page/\d+/$", path):
                continue
            served = room.get(urllib.parse.quote(path))
            assert served.status == 200, path
            theirs = re.sub(r'<section class="filters".*?</section>\n', "", served.text, flags=re.S)
            theirs = re.sub(r'<form class="search.*?</form>\n', "", theirs, flags=re.S)
            theirs = re.sub(r'<link rel="search"[^>]*>', "", theirs)
            theirs = theirs.replace('class="list with-filters"', 'class="list"')
            theirs = re.sub(r"\?page=(\d+)", r"page/\1/", theirs)
            assert [l for l in theirs.splitlines() if l] == [l for l in text.splitlines() if l], path
    finally:
        room.stop()


def test_nothing_on_a_page_needs_a_server(exported):
    _, mirror, _ = exported
    for page in mirror.pages():
        text = page.read_text()
        assert "<form" not in text and "opensearch" not in text, page
        asked = set(re.findall(r'href="(?:http://localhost:8080)?(/[^"]*\?[^"]*)"', text))
        assert not asked or (page.parent.name == "look-around" and all(a.startswith("/search?") for a in asked)), (page, asked)


def test_the_server_knows_the_addresses_of_a_mirror(exported):
    room, mirror, _ = exported
    room.start()
    try:
        for page in [p for p in mirror.pages() if re.search(r"/page/\d+/index\.html$", str(p))][:20]:
            path = "/" + urllib.parse.quote(str(page.relative_to(mirror.folder)).removesuffix("index.html"))
            answer = room.get(path)
            front, number = re.fullmatch(r"(.*/)page/(\d+)/", path).groups()
            assert answer.status == 301 and answer.header("Location") == f"{front}?page={number}", path
            assert room.get(answer.header("Location")).status == 200
    finally:
        room.stop()


def test_compressed_forms_hold_the_same(exported):
    _, mirror, _ = exported
    compressed = mirror.files("*.gz")
    assert len(compressed) > 500
    for form in compressed[::10]:
        assert gzip.decompress(form.read_bytes()) == form.with_suffix("").read_bytes(), form
        assert form.stat().st_size < form.with_suffix("").stat().st_size
    if shutil.which("brotli"):
        for form in mirror.files("*.br")[::100]:
            plain = subprocess.run(["brotli", "-dc", form], capture_output=True, check=True).stdout
            assert plain == form.with_suffix("").read_bytes(), form
    assert not [p for p in mirror.files() if re.search(r"\.(jpg|webp|pdf)\.(gz|br)$", p.name)]


def test_a_second_run_touches_nothing(exported):
    room, mirror, _ = exported
    before = {p: (p.stat().st_ino, p.stat().st_mtime_ns) for p in mirror.files()}
    done = room.run("export site", mirror.folder)
    assert " 0 changed, 0 removed" in done.stdout
    assert {p: (p.stat().st_ino, p.stat().st_mtime_ns) for p in mirror.files()} == before


def test_old_addresses_lead_on(exported):
    _, mirror, _ = exported
    lines = (mirror.folder / ".crier" / "redirects.map").read_text().splitlines()
    assert len(lines) > 20 and all(re.fullmatch(r'"/[^" ]*" "[^" ]+";', line) for line in lines), lines[:5]
    leading = [p for p in mirror.pages() if 'http-equiv="refresh"' in p.read_text()]
    assert len(leading) > 20
    for page in leading:
        text = page.read_text()
        to = re.search(r'content="0; url=([^"]*)"', text).group(1)
        assert f'<link rel="canonical" href="http://localhost:8080{to}">' in text
        assert mirror.file_of(to), to
