"""How long a server takes from its start until it listens, and its memory: then, and after readers came."""
import random
import statistics

from part_unseen import addresses
from servers import Crier, Link, memory_mib

PAGES = 300


def run(options, _, newsrooms):
    for items in options.sizes:
        times = []
        for _ in range(options.rounds):
            with Crier(newsrooms.folder(items)) as server:
                times.append(server.start_s)
                whole, own = memory_mib(server.process.pid)
        yield {"what": f"start-up, {items:,} items", "key": f"start {items}", "s": round(statistics.median(times), 2)}
        with Crier(newsrooms.folder(items)) as server:
            link = Link(server.port, "br")
            for paths in addresses(server, PAGES, random.Random(items)).values():
                for path in [*paths, *paths]:  # twice: now they are kept
                    link.get(path)
            link.close()
            after, after_own = memory_mib(server.process.pid)
        yield {"what": f"memory, {items:,} items", "key": f"memory {items}", "MiB at start": whole, "own": own,
               "MiB after readers": after, "own then": after_own}
