"""Three nodes over PostgreSQL with a synchronous standby, beside one node with SQLite, and Varnish before the three: the same items.

Everything runs on one machine, so requests a second of more nodes tell what nodes cost each other there, not what they bring on machines of
their own. "after the command" as in part_publish.py; the command writes in the folder of the first node, "another node" is the third. PostgreSQL
writes as it does by default: what it acknowledged is on its disk and on the standby's.
"""
import concurrent.futures
import random
import re
import shutil
import statistics
import subprocess
import sys
import time

import corpus
from newsrooms import LANGUAGES
from part_launch import OTHERS, Publishing, script
from part_publish import NUMBER, visible_after, write_item
from part_unseen import addresses, share
from servers import CRIER, ROOT, Crier, Link, Server, crier, free_port, wrk

sys.path.insert(0, str(ROOT / "tests" / "scenarios"))
from newsroom import Newsroom  # noqa: E402
from postgres import primary_and_standby  # noqa: E402

NODES = 3
CHANGES = 100
CONNECTIONS = 64


class Varnish(Server):
    """As deploy/ has it, with the nodes in turn behind it."""

    def __init__(self, work, port, behind):
        work.mkdir()
        self.work = work
        vcl = (ROOT / "deploy" / "varnish.vcl").read_text()
        options = next(line for line in vcl.splitlines() if "http_gzip_support" in line).lstrip("# ").split()
        (work / "varnish.vcl").write_text(vcl.replace('.port = "8080"', f'.port = "{behind[0].port}"'))
        more = "".join(f'backend node{n} {{ .host = "127.0.0.1"; .port = "{node.port}"; }}\n' for n, node in enumerate(behind[1:]))
        add = "".join(f"nodes.add_backend(node{n}); " for n in range(len(behind) - 1))
        (work / "front.vcl").write_text((ROOT / "deploy" / "varnish-purge.vcl").read_text() + f"""
import directors;
{more}sub vcl_init {{ new nodes = directors.round_robin(); nodes.add_backend(crier); {add}}}
sub vcl_backend_fetch {{ set bereq.backend = nodes.backend(); }}
""")
        super().__init__(["varnishd", "-F", "-j", "none", "-n", work / "run", "-a", f"127.0.0.1:{port}", "-p", f"vcl_path={work}",
                          "-f", work / "front.vcl", "-s", "malloc,256m", *options], port, work / "varnish.log")

    def counts(self):
        """Answers that it had, and those that it fetched."""
        told = subprocess.run(["varnishstat", "-1", "-n", str(self.work / "run")], capture_output=True, text=True, check=True).stdout
        return [int(re.search(rf"^MAIN\.{name}\s+(\d+)", told, re.M).group(1)) for name in ("cache_hit", "cache_miss")]


def make_nodes(work, newsroom, url, front):
    """Folders of nodes with that newsroom in PostgreSQL, which tell the cache at that port what changed."""
    folders = [work / f"node{number}" for number in range(NODES)]
    shutil.copytree(newsroom, folders[0])
    crier("move", "-C", folders[0], "--to", url)
    for folder in folders[1:]:
        crier("init", folder, "--store", url, "--languages", LANGUAGES, "--url", corpus.SITE)
    for folder in folders:
        Newsroom(folder).set("purge", "urls", f'("http://127.0.0.1:{front}/")')
    return folders


def importing(folder, export):
    mapping = folder.with_suffix(".one.mapping")
    mapping.write_text(corpus.mapping(), encoding="utf-8")
    return [CRIER, "import", "wordpress", "-C", folder, "--mapping", mapping, export]


def timed(what, key, found):
    after, whole = ([1000 * pair[i] for pair in found] for i in (0, 1))
    return {"what": what, "key": key, "after the command p50 ms": round(share(after, 0.5), 1), "p99 ms": round(share(after, 0.99), 1),
            "whole p50 ms": round(share(whole, 0.5), 1)}


def changes(cases):
    """Rows of what it took to see changes. cases: for each name the folder that writes and the port that is watched."""
    times = {(what, name): [] for what in ("published", "withdrawn") for name in cases}
    first = NUMBER + 30000000 + int(time.time()) % 10000000
    for number in range(first, first + CHANGES):
        for place, (name, (folder, port)) in enumerate(cases.items()):
            export, path = write_item(folder, number + place * CHANGES)
            times["published", name].append(visible_after(port, path, 200, importing(folder, export)))
            times["withdrawn", name].append(visible_after(port, path, 410, [CRIER, "withdraw", "-C", folder, path, "--note", "Bench."]))
    for (what, name), found in times.items():
        yield timed(f"{what} until seen, {name}", f"{what} on {name}", found)


def all_at_once(servers, seconds):
    """Requests a second of all together for their front pages."""
    with concurrent.futures.ThreadPoolExecutor(len(servers)) as pool:
        found = list(pool.map(lambda server: wrk(server.port, "/", seconds, connections=CONNECTIONS // len(servers)), servers))
    for _, _, errors in found:
        if errors:
            raise SystemExit(f"front pages of {len(servers)} nodes: {errors}")
    return sum(rate for rate, _, _ in found)


class Counted:
    """Transactions of PostgreSQL since it was made, all nodes together."""

    def __init__(self, primary):
        self.primary, self.begun, self.before = primary, time.monotonic(), self.now(primary)

    @staticmethod
    def now(primary):
        time.sleep(1.5)  # connections tell their numbers a second late
        return int(primary.sql("SELECT sum(xact_commit + xact_rollback) FROM pg_stat_database"))

    def a_second(self):
        return (self.now(self.primary) - self.before) / (time.monotonic() - self.begun)


def throughput(single, servers, primary, options):
    """Rows for 1, 2 and 3 nodes, and what of it reaches PostgreSQL."""
    sets = {"one node, SQLite": [single], **{f"{n} node{'s' * (n > 1)}, PostgreSQL": servers[:n] for n in range(1, NODES + 1)}}
    rates = {name: [] for name in sets}
    asked = Counted(primary)
    time.sleep(options.seconds * options.rounds)
    idle, busy = asked.a_second(), Counted(primary)
    for _ in range(options.rounds):
        for name, some in sets.items():
            rates[name].append(all_at_once(some, options.seconds))
    loaded = busy.a_second()
    alone = statistics.median(rates["one node, SQLite"])
    for name, found in rates.items():
        yield {"what": f"cached front page, {name}", "key": f"front of {name}", "requests/s": round(statistics.median(found)),
               "÷ one with SQLite": round(statistics.median(found) / alone, 2)}
    yield {"what": "transactions of PostgreSQL a second", "key": "transactions", "without readers": round(idle, 1),
           "with them": round(loaded, 1)}


def launch(work, single, front, folders, options):
    """The pattern of launch day, straight to the single node and through Varnish to the three; publications go on in both."""
    number = NUMBER + 10000000 - int(time.time()) % 10000000
    for folder in folders:
        export, item = write_item(folder, number)
        subprocess.run([str(word) for word in importing(folder, export)], check=True, stdout=subprocess.DEVNULL)
    found = addresses(single, OTHERS, random.Random(1))
    others = [path for path in found["list"][:OTHERS // 2] + found["item"][:OTHERS // 2] if single.fetch(path)[0] == 200]
    asking = script(work / "launch.lua", item, others)
    sides = {"straight to one node with SQLite": single.port, f"through Varnish to {NODES} nodes": front.port}
    rates = {name: [] for name in sides}
    before = front.counts()
    with Publishing(folders[0], folders[0].with_suffix(".one.mapping")) as first, Publishing(folders[1], folders[1].with_suffix(
            ".one.mapping")) as second:
        for _ in range(options.rounds):
            for name, port in sides.items():
                rate, _, errors = wrk(port, "/", options.seconds, script=asking)
                if errors:
                    raise SystemExit(f"launch day, {name}: {errors}")
                rates[name].append(rate)
    hits, misses = (now - then for now, then in zip(front.counts(), before))
    for name, each in rates.items():
        yield {"what": f"launch day, {name}", "key": f"launch {name}", "requests/s": round(statistics.median(each))}
    yield {"what": "launch day, what Varnish had itself", "key": "hit rate", "share": round(hits / (hits + misses), 5), "fetched": misses,
           "published": first.count + second.count}


def through(front, folder):
    """Rows of how long a cache goes on showing what changed behind it."""
    times = {"published": [], "withdrawn": []}
    first = NUMBER + 50000000 + int(time.time()) % 10000000
    for number in range(first, first + CHANGES):
        export, path = write_item(folder, number)
        times["published"].append(visible_after(front.port, "/", 200, importing(folder, export), path.encode()))
        link = Link(front.port)
        while link.get(path)[0] != 200:  # kept there before it is withdrawn
            pass
        link.close()
        times["withdrawn"].append(visible_after(front.port, path, 410, [CRIER, "withdraw", "-C", folder, path, "--note", "Bench."]))
    yield timed("published until Varnish's front page has it", "published behind Varnish", times["published"])
    yield timed("withdrawn until Varnish has let go of it", "withdrawn behind Varnish", times["withdrawn"])


def run(options, work, newsrooms):
    newsroom = newsrooms.folder(options.sizes[0])
    port = free_port()
    with primary_and_standby(fsync="on") as (primary, _):
        folders = make_nodes(work, newsroom, primary.url(), port)
        servers = []
        try:
            servers += [Crier(folder) for folder in folders]
            with Crier(newsroom) as single, Varnish(work / "front", port, servers) as front:
                yield from changes({"one node, SQLite": (newsroom, single.port), "the node that writes, PostgreSQL": (folders[0], servers[0].port),
                                    "another node": (folders[0], servers[-1].port)})
                yield from through(front, folders[0])
                yield from throughput(single, servers, primary, options)
                yield from launch(work, single, front, (newsroom, folders[0]), options)
        finally:
            for server in servers:
                server.stop()
