"""What anybody may ask for is without end; the pages that readers want stay in the cache all the same. Who floods here is on this
machine, which is a trusted proxy that names nobody: no allowance stops it."""
import http.client
import random
import re
import urllib.request

import pytest

from newsroom import free_port

pytestmark = pytest.mark.one_engine("of the page cache; what fills it comes from public.db")
HOT = ("/", "/2026/10/borrowed-light/", "/feed.rss", "/place/africa/")
NEGATIVE_SHARE = 32  # of the room, for all answers that say "not there" or "elsewhere"
REGIONS = ("africa", "americas", "asia", "europe")


class Link:
    """One connection that is kept, and what it got."""

    def __init__(self, room):
        self.link = http.client.HTTPConnection("127.0.0.1", room.port, timeout=60)

    def get(self, target, **fields):
        self.link.request("GET", target, headers={name.replace("_", "-"): value for name, value in fields.items()})
        answer = self.link.getresponse()
        answer.read()
        return answer


@pytest.fixture
def room(own_sample, request):
    own_sample.cache_bytes = getattr(request, "param", 8) << 20
    own_sample.metrics_port = free_port()
    own_sample.set("listen", "metrics_port", str(own_sample.metrics_port))
    own_sample.set("limits", "page_cache_mib", str(own_sample.cache_bytes >> 20))
    own_sample.start()
    link = Link(own_sample)
    for target in HOT * 3:  # let in at the second time
        assert link.get(target).status == 200
    return own_sample


def cache(room):
    """The numbers of crier_cache_… as they are now."""
    with urllib.request.urlopen(f"http://127.0.0.1:{room.metrics_port}/metrics", timeout=60) as answer:
        return {name: int(value) for name, value in re.findall(r"^crier_cache_(\w+?)(?:_total)? (\d+)$", answer.read().decode(), re.M)}


def hot_pages_are_there(room, link):
    before = cache(room)
    for target in HOT:
        assert link.get(target).status == 200
    after = cache(room)
    assert (after["misses"], after["hits"]) == (before["misses"], before["hits"] + len(HOT))


def flood(room, targets, times=2):
    """Each target several times, since what is asked once is not let in; readers ask meanwhile, far less often."""
    attacker, reader = Link(room), Link(room)
    for number, target in enumerate(targets):
        for _ in range(times):
            yield attacker.get(target)
        if number % 20 == 0:
            hot_pages_are_there(room, reader)
    hot_pages_are_there(room, reader)
    assert cache(room)["bytes"] <= room.cache_bytes


def test_unknown_parameters_are_led_away(room):
    before = cache(room)
    for number, answer in enumerate(flood(room, (f"{HOT[n % 4]}?x{n}={n}&utm_source={n}" for n in range(300)))):
        assert answer.status == 301 and answer.getheader("Location") == HOT[number // 2 % 4]
    after = cache(room)
    assert (after["pages"], after["admitted"], after["misses"]) == (before["pages"], before["admitted"], before["misses"])


@pytest.mark.parametrize("room", [32], indirect=True)  # in a smaller one such pages have no room at all
def test_what_is_not_there_has_a_small_room_of_its_own(room):
    dice = random.Random(1)
    before = cache(room)

    def targets():
        for _ in range(250):
            yield f"/?page={dice.randrange(900000, 1000000)}"
            yield f"/?kind=k{dice.random()}&topic=t{dice.random()}"
            yield f"/tag/{dice.random()}/"
            yield f"/no/such/{dice.random()}"

    for answer in flood(room, targets()):
        assert answer.status == 404
    after = cache(room)
    assert after["evicted"] > 500, "it was no flood"
    assert after["bytes"] - before["bytes"] <= room.cache_bytes // NEGATIVE_SHARE + len(HOT) * (1 << 18)


@pytest.mark.parametrize("times", [2, 5])  # let in; and asked for again, as if it was wanted
def test_words_and_combinations_do_not_push_out_what_is_wanted(room, times):
    dice = random.Random(2)

    def targets():
        for _ in range(1200):
            yield f"/search?q=word+{dice.random()}"
        for year in range(1990, 2027):
            for place in REGIONS:
                yield f"/?place={place}&year={year}"

    for answer in flood(room, targets(), times):
        assert answer.status in (200, 404)
    assert cache(room)["evicted"] > 500, "it was no flood"


def test_what_is_asked_once_is_not_let_in(room):
    link, before = Link(room), cache(room)
    for number in range(600):
        assert link.get(f"/search?q=once+{number}").status == 200
    after = cache(room)
    assert after["misses"] - before["misses"] == 600
    # a mark of 16 bits in a slot: nearly none is taken for another
    assert after["pages"] - before["pages"] <= 3
    hot_pages_are_there(room, link)


def test_spellings_of_what_a_browser_takes_are_one_page(room):
    dice = random.Random(3)
    codings = ["gzip", "br", "deflate", "zstd", "identity", "*", "compress"]
    link, before = Link(room), cache(room)
    plain = sum(len(room.get(target).body) for target in HOT)
    for number in range(600):
        accept = ", ".join(f"{coding};q={dice.random():.3f}" for coding in dice.sample(codings, dice.randrange(1, 7)))
        answer = link.get(HOT[number % 4], Accept_Encoding=accept, Accept_Language=f"x-{number}, ar;q={dice.random():.3f}",
                          Cookie=f"a={number}", User_Agent=f"b/{number}")
        assert answer.status == 200 and answer.getheader("Vary") == "Accept-Encoding"
    after = cache(room)
    assert (after["pages"], after["misses"]) == (before["pages"], before["misses"])
    # two codings, each in its first and its better form, none larger than the page, and heads of answers
    assert after["bytes"] - before["bytes"] <= 4 * plain + len(HOT) * 6 * 4096
