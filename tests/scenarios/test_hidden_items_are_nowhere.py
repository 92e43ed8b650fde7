"""Drafts, scheduled, private and password-protected items: in no page, list, count, feed, sitemap or search."""
import re

HIDDEN = ("EMBARGOED", "DRAFT Night", "PRIVATE Notes", "PROTECTED Press", "price of cod", "rosters, second look")
SURFACES = ("/", "/?page=2", "/archive/", "/archive/2031/", "/archive/2026/", "/archive/2026/11/", "/topic/health/", "/topic/work/", "/place/iceland/",
            "/reports/", "/news/", "/feed.rss", "/feed.atom", "/feed.json", "/topic/health/feed.rss", "/reports/feed.json",
            "/sitemap.xml", "/news-sitemap.xml", "/search?q=cod", "/search?q=rosters", "/search?q=board", "/search?q=press+kit")
ADDRESSES = ("/2031/03/embargoed-report-next-spring/", "/2026/11/draft-on-the-desk/", "/2026/11/only-for-us/",
             "/2026/11/press-kit-behind-password/")


def test_no_surface_shows_them(sample):
    for surface in SURFACES:
        answer = sample.get(surface)
        assert answer.status in (200, 404), surface
        for word in HIDDEN:
            assert word not in answer.text, (surface, word)


def test_their_addresses_answer_like_nothing(sample):
    nothing = sample.get("/2026/11/there-is-no-such-thing/")
    for address in ADDRESSES:
        answer = sample.get(address)
        assert answer.status == 404
        assert {k.lower() for k in answer.headers} == {k.lower() for k in nothing.headers}
        shape = lambda text, path: text.replace(path, "PATH")
        assert shape(answer.text, address) == shape(nothing.text, "/2026/11/there-is-no-such-thing/")


def test_their_old_numbers_lead_nowhere(sample):
    """?p=ID of a hidden post must not redirect to what it would have been."""
    for number in range(1, 60):
        answer = sample.get(f"/?p={number}")
        target = answer.header("Location") or ""
        assert not any(address in target for address in ADDRESSES), (number, target)


def test_sitemap_parts_do_not_name_them(sample):
    index = sample.get("/sitemap.xml").text
    for part in re.findall(r"<loc>https?://[^/]+(/[^<]+)</loc>", index):
        text = sample.get(part).text
        for address in ADDRESSES:
            assert address not in text
