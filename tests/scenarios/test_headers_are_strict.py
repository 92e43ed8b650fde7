import email.utils
import gzip

import pytest

PAGES = ("/", "/victories/", "/2026/10/borrowed-light/", "/feed.rss", "/feed.json", "/sitemap.xml", "/robots.txt", "/no-such-page/",
         "/2022/06/prison-library/", "/health")


@pytest.mark.parametrize("path", PAGES)
def test_security_headers(sample, path):
    answer = sample.get(path)
    policy = answer.header("Content-Security-Policy")
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy and "*" not in policy
    assert answer.header("X-Content-Type-Options") == "nosniff"
    assert answer.header("Referrer-Policy")
    assert answer.header("Permissions-Policy")
    assert answer.header("Server") is None


def test_conditional_and_coded(sample):
    first = sample.get("/", Accept_Encoding="gzip")
    assert first.header("Content-Encoding") == "gzip" and "Accept-Encoding" in first.header("Vary")
    plain = sample.get("/", Accept_Encoding="identity")
    assert gzip.decompress(first.body) == plain.body
    assert first.header("ETag") != plain.header("ETag")
    again = sample.get("/", If_None_Match=plain.header("ETag"), Accept_Encoding="identity")
    assert again.status == 304 and again.body == b"" and again.header("ETag") == plain.header("ETag")


def test_head_is_get_without_body(sample):
    for path in PAGES:
        get, head = sample.get(path), sample.request("HEAD", path)
        assert head.status == get.status and head.body == b""
        if path != "/health":
            assert head.header("ETag") == get.header("ETag")
            assert head.header("Content-Length") == get.header("Content-Length")


def test_ranges(sample):
    import re
    front = sample.get("/").text
    picture = re.search(r'"(/media/[^" ]+\.jpg)"', front).group(1)
    whole = sample.get(picture)
    part = sample.get(picture, Range="bytes=10-19")
    assert part.status == 206 and part.body == whole.body[10:20]
    assert part.header("Content-Range") == f"bytes 10-19/{len(whole.body)}"
    assert sample.get(picture, Range=f"bytes={len(whole.body)}-").status == 416


def test_if_modified_since(sample):
    item = sample.get("/2026/10/borrowed-light/")
    stamp = item.header("Last-Modified")
    assert email.utils.parsedate_to_datetime(stamp)
    assert sample.get("/2026/10/borrowed-light/", If_Modified_Since=stamp).status == 304


def test_cache_control_tells_nothing_of_the_future(sample):
    value = sample.get("/").header("Cache-Control")
    shared = [part for part in value.replace(" ", "").split(",") if part.startswith("s-maxage=")]
    assert not shared or int(shared[0].split("=")[1]) <= 60


def test_methods(sample):
    answer = sample.request("POST", "/", body=b"x=1")
    assert answer.status == 405 and "GET" in answer.header("Allow")
    assert sample.request("DELETE", "/2026/10/borrowed-light/").status in (405, 501)
