"""Crier beside WordPress, WordPress behind nginx's page cache, and Hugo's files served by nginx: the same generated items.

Each answers in its own words: Crier's pages carry facets and counts, WordPress's its theme, Hugo's next to nothing, so KB stand beside the
rates. All were asked for each page before, so caches are warm. A peer whose packages are missing is left out, and told.
"""
import random
import statistics
import time

import corpus
import peer_hugo
import peer_wordpress
from peers import Absent
from servers import Crier, fetch, wrk

PATHS = 200  # item pages that are asked for in turn
SEARCHES = 6  # a round


def pages(items):
    """What is asked for, by who answers: each has its own addresses for some."""
    made = corpus.Corpus(items=items)
    drawn = [made.item(number) for number in range(1, items + 1)]
    english = [corpus.address_of(item) for item in drawn if item["language"] == "en" and item["status"] == "publish"]
    some = random.Random(1).sample(english, min(PATHS, len(english)))
    topic, deep = f"/topic/{corpus.TOPICS[0]}/", max(2, items // 48)
    return {
        "front page": {"": ["/"]},
        "item": {"": some},
        "topic's list": {"": [topic]},
        "topic and country": {"crier": [f"{topic}?place=portugal"], "wordpress": [f"{topic}?country=portugal"]},
        "deep page": {"crier": [f"/?page={deep // 2}"], "": [f"/page/{deep // 2}/"]},
        "feed": {"crier": ["/feed.rss"], "wordpress": ["/feed/"], "hugo": ["/index.xml"]},
    }


def script(place, paths):
    listed = ",".join(f'"{path}"' for path in paths)
    place.write_text(f'local paths, n = {{{listed}}}, 0\nfunction request() n = n % #paths + 1 return wrk.format("GET", paths[n]) end\n')
    return place


def compare(what, sides, options, work):
    """A row of medians. sides: for each name its port and its paths."""
    rates, bodies = {name: [] for name in sides}, {}
    for name, (port, paths) in sides.items():
        for path in (*paths, *paths):
            status, _, body = fetch(port, path)
            if status != 200:
                raise SystemExit(f"{what}: {name} answers {path} with {status}")
            bodies[name] = len(body)
    for _ in range(options.rounds):
        for name, (port, paths) in sides.items():
            rate, _, errors = wrk(port, paths[0], options.seconds, script=script(work / "peers.lua", paths))
            if errors:
                raise SystemExit(f"{what}: {name}: {errors}")
            rates[name].append(rate)
    medians = {name: statistics.median(found) for name, found in rates.items()}
    row = {"what": f"beside peers: {what}", "key": f"peers {what}"}
    row.update({f"{name}/s": round(found, 0 if found > 100 else 1) for name, found in medians.items()})
    row.update({f"÷ {name}": round(medians["crier"] / found, 2) for name, found in medians.items() if name != "crier"})
    row["KB"] = ", ".join(f"{size / 1000:.0f}" for size in bodies.values())
    return row


def searches(server, wordpress, options):
    """One reader, a word after the other that nobody asked for before."""
    words = corpus.Corpus().names.values[:SEARCHES * options.rounds]
    times = {"crier": [], "wordpress": []}
    for word in words:
        for name, port, path in (("crier", server.port, "/search?q="), ("wordpress", wordpress.plain, "/?s=")):
            begun = time.perf_counter()
            fetch(port, path + word)
            times[name].append(1000 * (time.perf_counter() - begun))
    ours, theirs = (statistics.median(found) for found in times.values())
    return {"what": "beside peers: search, one reader", "key": "peers search", "crier ms": round(ours, 2), "wordpress ms": round(theirs, 1),
            "ratio": round(theirs / ours, 1)}


def begin(make, told):
    try:
        return make()
    except Absent as absent:
        told.append({"what": str(absent), "key": ""})
        return None


def measure(options, work, newsrooms, wordpress, hugo):
    with Crier(newsrooms.folder(options.items)) as server:
        ports = {"crier": server.port}
        if wordpress:
            ports.update({"wordpress": wordpress.plain, "wordpress, cached": wordpress.cached})
        if hugo:
            ports["hugo"] = hugo.port
        for what, paths in pages(options.items).items():
            sides = {}
            for name, port in ports.items():
                found = paths.get(name.split(",")[0], paths.get(""))
                if found:
                    sides[name] = (port, found)
            yield compare(f"{what}, {options.items:,} items", sides, options, work)
        if wordpress:
            yield searches(server, wordpress, options)


def run(options, work, newsrooms):
    told = []
    newsrooms.folder(options.items)
    wordpress = begin(lambda: peer_wordpress.WordPress(work, options.items), told)
    try:
        site = begin(lambda: peer_hugo.Hugo(work, options.items), told)
        yield from told
        if not wordpress and not site:
            return
        if site:
            site.build()
            with site.serve(work) as hugo:
                yield from measure(options, work, newsrooms, wordpress, hugo)
        else:
            yield from measure(options, work, newsrooms, wordpress, None)
        if wordpress:
            ours = newsrooms.imports.get(options.items)
            row = {"what": "beside peers: items taken in", "key": "peers import", "wordpress items/s": round(wordpress.insert_rate)}
            yield {**row, "crier items/s": ours["items/s"]} if ours else row
            yield {"what": "beside peers: memory after that", "key": "", "wordpress MiB": wordpress.memory()}
    finally:
        if wordpress:
            wordpress.stop()
