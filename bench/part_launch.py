"""Launch day: one new item; nine requests in ten are for it and the front page, the tenth for others; publications go on meanwhile.

nginx serves the same bytes from files that nobody changes. Crier publishes an item after the other for as long as it is measured, so the front page
and the lists are made again each time.
"""
import random
import subprocess
import threading
import time

import corpus
from part_http import compare
from part_publish import NUMBER, write_item
from part_unseen import addresses
from servers import CRIER, Crier, Nginx

OTHERS = 200
PAUSE_S = 1  # between publications


class Publishing:
    """Publishes an item after the other, until it is over."""

    def __init__(self, folder, mapping):
        self.folder, self.mapping = folder, mapping
        self.over, self.count, self.failed = threading.Event(), 0, ""
        self.thread = threading.Thread(target=self.go)

    def words(self, export):
        return [str(word) for word in (CRIER, "import", "wordpress", "-C", self.folder, "--mapping", self.mapping, export)]

    def go(self):
        number = NUMBER + 10000000 + int(time.time()) % 10000000 * 8
        while not self.over.wait(PAUSE_S) and not self.failed:
            export, _ = write_item(self.folder, number + self.count)
            done = subprocess.run(self.words(export), capture_output=True, text=True)
            self.failed = done.stderr if done.returncode else ""
            self.count += 1

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()
        if self.failed:
            raise SystemExit(f"an item could not be published:\n{self.failed}")


def script(place, item, others):
    """For wrk: of ten requests five for the item, four for the front page, one for another page."""
    listed = ",".join(f'"{path}"' for path in others)
    place.write_text(f"""local others = {{{listed}}}
local at, n = 0, 0
function request()
  at = at + 1
  if at % 10 == 0 then n = n % #others + 1 return wrk.format("GET", others[n]) end
  return wrk.format("GET", at % 2 == 0 and "{'/' if item.startswith('/2') else '/front.html'}" or "{item}")
end
""")
    return place


def run(options, work, newsrooms):
    items = options.sizes[0]
    folder = newsrooms.folder(items)
    mapping = folder.with_suffix(".one.mapping")
    mapping.write_text(corpus.mapping(), encoding="utf-8")
    export, item = write_item(folder, NUMBER + 10000000 - int(time.time()) % 10000000)
    subprocess.run([str(word) for word in (CRIER, "import", "wordpress", "-C", folder, "--mapping", mapping, export)], check=True,
                   stdout=subprocess.DEVNULL)
    with Crier(folder) as server, Nginx(work) as nginx:
        found = addresses(server, OTHERS, random.Random(1))
        others = [path for path in found["list"][:OTHERS // 2] + found["item"][:OTHERS // 2] if server.fetch(path)[0] == 200]
        files = [nginx.put(f"{n}.html", server.fetch(path)[2]) for n, path in enumerate(others)]
        scripts = (script(work / "launch-crier.lua", item, others),
                   script(work / "launch-nginx.lua", nginx.put("item.html", server.fetch(item)[2]), files))
        nginx.put("front.html", server.fetch("/")[2])
        with Publishing(folder, mapping) as publishing:
            row = compare(f"launch day, {items:,} items", "launch", ((server.port, "/"), (nginx.port, "/")), options, script=scripts)
        yield dict(row, published=publishing.count)
