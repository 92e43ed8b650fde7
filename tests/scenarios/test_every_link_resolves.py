"""From the front page of each language, every address on this site answers 200 and is what it says."""
import urllib.parse

from newsroom import links_of, resolve

LIMIT = 3000


def crawl(room, start):
    seen, todo, broken = {}, [start], []
    while todo and len(seen) < LIMIT:
        path = todo.pop()
        if path in seen:
            continue
        answer = room.get(path)
        seen[path] = answer
        if answer.status != 200:
            broken.append((path, answer.status))
            continue
        if "text/html" not in (answer.header("Content-Type") or ""):
            continue
        for address in links_of(answer.text):
            whole = urllib.parse.urlsplit(resolve(f"http://127.0.0.1:{room.port}{path}", address))
            translated = whole.path.startswith(("/fr/", "/es/", "/ar/"))
            if whole.query.count("&") > 0 or (whole.query and (translated or "/feed." in whole.path and not whole.path.startswith("/topic/detention/")
                                                             or whole.path.startswith("/archive/"))):
                continue  # every combination of filters, in each language and feed form, would be thousands of pages
            if whole.scheme in ("http", "https") and whole.netloc in (f"127.0.0.1:{room.port}", "localhost:8080"):
                todo.append(whole.path + (f"?{whole.query}" if whole.query else ""))
    return seen, broken


def test_crawl(sample):
    seen, broken = crawl(sample, "/")
    assert not broken, broken[:20]
    assert len(seen) > 300
    assert any(path.startswith("/ar/") for path in seen) and any(path.startswith("/media/") for path in seen)
    assert len(seen) < LIMIT, "the site has addresses without end"


def test_pages_carry_no_cookie_and_no_third_party(sample):
    seen, _ = crawl(sample, "/fr/")
    for path, answer in seen.items():
        assert answer.header("Set-Cookie") is None, path
        if "text/html" in (answer.header("Content-Type") or ""):
            assert "<script" not in answer.text.replace('<script type="application/ld+json"', ""), path
            assert 'style="' not in answer.text, path
