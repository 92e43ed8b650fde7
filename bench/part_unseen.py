"""Pages that nobody asked for before: lists, combinations, deep pages, feeds, items, searches, at each size of newsroom.

Every request asks for another page, so that none is in the page cache. The time is the server's own, from the request line to the last byte
given to the kernel, as it stands in its log for each request; what the cache did stands there too, and every line must say "miss". The newsrooms take
turns, some requests of each sort a round.
"""
import random
import re
import time

import corpus
from servers import Crier, Link

LINE = re.compile(r"event=request .* status=(\d+) .* ms=([\d.]+) cache=(\w+)")
EACH_ROUND = 60
SORTS = {  # what is measured → the coding that is asked for
    "list": "identity", "list, compressed": "br", "two filters": "identity", "deep page": "identity", "feed": "identity",
    "item": "identity", "search": "identity",
}


def places(server):
    _, _, body = server.fetch("/place/")
    return sorted(set(re.findall(r'href="/place/([^/"]+)/"', body.decode())))


def last_page(server):
    numbers = [int(n) for n in re.findall(r"[?;&]page=(\d+)", server.fetch("/")[2].decode())]
    return max(numbers, default=1)


def item_paths(server, rng, count):
    parts = re.findall(r"<loc>https?://[^/]+(/sitemap-\d+\.xml)</loc>", server.fetch("/sitemap.xml")[2].decode())
    paths = []
    for part in rng.sample(parts, min(len(parts), 20)):
        paths += re.findall(r"<loc>https?://[^/]+(/[^<]*/item-\d+/)</loc>", server.fetch(part)[2].decode())
    return rng.sample(paths, min(len(paths), count))


def addresses(server, count, rng):
    """For each sort so many addresses, all different."""
    topics, narrow = corpus.TOPICS, places(server)
    lists = [f"/topic/{topic}/" for topic in topics] + [f"/place/{place}/" for place in narrow]
    lists += [f"/archive/{year}/" for year in range(2006, 2026)]
    more = [f"/topic/{topic}/?page={page}" for topic in topics[:12] for page in range(2, 32)]
    pairs = [f"/topic/{topic}/?{name}={value}" for topic in topics[:60] for name, values in (("place", narrow), ("kind", corpus.KINDS))
             for value in values]
    last = last_page(server)
    deep = range(500, last) if last > 1000 else range(last // 2, last)
    names = corpus.Corpus().names.values
    words = names[::2] + [f"{a}+{b}" for a, b in zip(names[:300], names[300:600])] + corpus.WORDS["en"]
    found = {"list": lists, "list, compressed": more, "two filters": pairs, "deep page": [f"/?page={page}" for page in deep],
             "feed": [f"{path}feed.{form}" for path in lists for form in ("rss", "atom", "json")],
             "item": item_paths(server, rng, count), "search": [f"/search?q={word}" for word in dict.fromkeys(words)]}
    return {sort: rng.sample(paths, min(len(paths), count)) for sort, paths in found.items()}


class Asked:
    """One newsroom's server, what it is asked for, and what each answer took."""

    def __init__(self, items, folder, rounds):
        self.items, self.server = items, Crier(folder, quiet=False)
        try:
            self.paths = addresses(self.server, rounds * EACH_ROUND, random.Random(items))
            self.log = open(self.server.log, encoding="utf-8")
            self.times = {sort: [] for sort in SORTS}
        except BaseException:
            self.server.stop()
            raise

    def lines(self, count):
        """The log's next lines of requests; the last is written a moment after its answer."""
        found = []
        until = time.monotonic() + 10
        while len(found) < count and time.monotonic() < until:
            line = self.log.readline()
            match = LINE.search(line)
            if match:
                found.append(match.groups())
            elif not line:
                time.sleep(0.002)
        return found

    def ask(self, sort, number):
        self.log.seek(0, 2)
        paths = self.paths[sort][number * EACH_ROUND:(number + 1) * EACH_ROUND]
        link = Link(self.server.port, SORTS[sort])
        answers = [link.get(path)[0] for path in paths]
        link.close()
        for path, answer, (status, took, cache) in zip(paths, answers, self.lines(len(paths)), strict=True):
            if int(status) != answer or cache != "miss":
                raise SystemExit(f"{path}: answered {answer}; the log says {status}, {cache}")
            if answer == 200:  # a combination may be empty: 404
                self.times[sort].append(float(took))


def share(times, part):
    return sorted(times)[min(int(len(times) * part), len(times) - 1)]


def run(options, _, newsrooms):
    asked = []
    try:
        for items in options.sizes:
            asked.append(Asked(items, newsrooms.folder(items), options.rounds))
        for number in range(options.rounds):
            for sort in SORTS:
                for one in asked:
                    one.ask(sort, number)
    finally:
        for one in asked:
            one.server.stop()
    for sort in SORTS:
        medians = []
        for one in asked:
            times = one.times[sort]
            if not times:
                raise SystemExit(f"no page of the sort “{sort}” was found among {one.items} items")
            medians.append(share(times, 0.5))
            yield {"what": f"never seen: {sort}, {one.items:,} items", "key": f"{sort} {one.items}", "p50 ms": round(share(times, 0.5), 2),
                   "p95 ms": round(share(times, 0.95), 2), "p99 ms": round(share(times, 0.99), 2), "pages": len(times)}
        if len(medians) > 1:
            yield {"what": f"never seen: {sort}, cost at {options.sizes[-1]:,} ÷ {options.sizes[0]:,}", "key": f"{sort} growth",
                   "ratio": round(medians[-1] / medians[0], 2)}
