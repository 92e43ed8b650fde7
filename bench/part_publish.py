"""Publish to visible: how long after a change is written readers see it.

A command writes while the server runs: `crier import` of one new item (until its page answers 200) and `crier withdraw` of it (until 410).
"after the command": from its end, which is what an editor waits for; "whole": from its start. A reader asks without a pause
on a connection that stays. A negative time means that readers saw it before the command had ended.
"""
import subprocess
import threading
import time

import corpus
from part_unseen import share
from servers import CRIER, Crier, Link

CHANGES = 12
NUMBER = 90000000  # above those of any newsroom


def write_item(folder, number):
    """An export with one new item; where it will stand."""
    item = corpus.Corpus(number).item(number, int(time.time()) - 60)
    item.update(language="en", status="publish")
    export = folder.with_suffix(".one.xml")
    export.write_text(corpus.HEAD + corpus.text_of(item) + corpus.FOOT, encoding="utf-8")
    return export, corpus.address_of(item)


def visible_after(port, path, status, words, text=b""):
    """Seconds from the command's end, and from its start, until the page answers so, with that text in it."""
    ended = []

    def command():
        done = subprocess.run([str(word) for word in words], capture_output=True, text=True)
        ended.append((time.perf_counter(), done))

    link = Link(port)
    begun = time.perf_counter()
    thread = threading.Thread(target=command)
    thread.start()
    while link.get(path)[0] != status or text not in link.body:
        if time.perf_counter() - begun > 60:
            raise SystemExit(f"{path} does not answer {status} within a minute of: {words}")
    seen = time.perf_counter()
    thread.join()
    link.close()
    if ended[0][1].returncode != 0:
        raise SystemExit(f"{words} failed:\n{ended[0][1].stderr}")
    return seen - ended[0][0], seen - begun


def run(options, _, newsrooms):
    for items in options.sizes:
        folder = newsrooms.folder(items)
        mapping = folder.with_suffix(".one.mapping")
        mapping.write_text(corpus.mapping(), encoding="utf-8")
        times = {"published": [], "withdrawn": []}
        first = NUMBER + int(time.time()) % 10000000
        with Crier(folder) as server:
            for number in range(first, first + CHANGES):
                export, path = write_item(folder, number)
                times["published"].append(visible_after(server.port, path, 200, [CRIER, "import", "wordpress", "-C", folder, "--mapping",
                                                                                 mapping, export]))
                times["withdrawn"].append(visible_after(server.port, path, 410, [CRIER, "withdraw", "-C", folder, path, "--note", "Bench."]))
        for what, found in times.items():
            after, whole = ([1000 * pair[i] for pair in found] for i in (0, 1))
            yield {"what": f"{what} until seen, {items:,} items", "key": f"{what} {items}", "after the command p50 ms": round(share(after, 0.5), 1),
                   "worst ms": round(max(after), 1), "whole p50 ms": round(share(whole, 0.5), 1)}
