"""Whatever else is asked for leads to the one address by a permanent redirect, or is not there."""
import pytest

CASES = [
    ("/?utm_source=x", "/"),
    ("/victories/?utm_source=x&page=1", "/victories/"),
    ("/victories", "/victories/"),
    ("/2026/10/borrowed-light/?fbclid=1", "/2026/10/borrowed-light/"),
    ("/en/", "/"),
    ("/?page=1", "/"),
    ("//victories/", "/victories/"),
    ("/fr", "/fr/"),
]


@pytest.mark.parametrize("asked, right", CASES)
def test_redirects(sample, asked, right):
    answer = sample.get(asked)
    for _ in range(3):  # a doubly wrong address may need more than one step
        if answer.status not in (301, 308):
            break
        target = answer.header("Location")
        target = target.split("//", 1)[-1].partition("/")[2] if target.startswith("http") else target[1:]
        if "/" + target == right:
            break
        answer = sample.get("/" + target)
    assert answer.status in (301, 308), (asked, answer.status)
    assert "/" + target == right


def test_filters_have_one_order(sample):
    first = sample.get("/topic/detention/?year=2025")
    assert first.status in (200, 301, 308, 404)
    a, b = sample.get("/news/?topic=detention&year=2025"), sample.get("/news/?year=2025&topic=detention")
    assert (a.status == 200) != (b.status == 200) or a.status == b.status == 404, (a.status, b.status)


def test_every_page_names_its_own_address(sample):
    import re
    for path in ("/", "/victories/", "/2026/10/borrowed-light/", "/fr/", "/archive/2025/"):
        found = re.findall(r'<link rel="canonical" href="([^"]+)"', sample.get(path).text)
        assert len(found) == 1 and found[0].endswith(path), (path, found)
