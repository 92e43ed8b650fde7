"""The whole public site as files, beside Hugo's build of the same items in the same run: pages a second, and memory at the peak.

A page is a file of HTML or of a feed. Crier's is written without compressed forms, as Hugo's, and with them; and once more into the same folder, where
nothing has changed. The first rounds of each begin with an empty folder.
"""
import shutil
import statistics

import peer_hugo
from peers import Absent
from servers import CRIER

ROUNDS = 3


def export(folder, out, work, *words, fresh=True):
    if fresh:
        shutil.rmtree(out, ignore_errors=True)
    took = peer_hugo.spent([CRIER, "export", "site", "-C", folder, *words, out], work / "export.log")
    return *took, peer_hugo.count_pages(out)


def row_of(what, key, found, theirs):
    rate = statistics.median(pages / whole for whole, _, _, pages in found)
    row = {"what": what, "key": key, "pages": found[0][3], "s": round(statistics.median(one[0] for one in found), 1), "pages/s": round(rate),
           "processor ms a page": round(statistics.median(1000 * one[1] / one[3] for one in found), 2),
           "peak MiB": round(max(one[2] for one in found))}
    if theirs:
        row["÷ hugo"] = round(rate / statistics.median(pages / whole for whole, _, _, pages in theirs), 2)
    return row


def run(options, work, newsrooms):
    folder = newsrooms.folder(options.items)
    try:
        hugo = peer_hugo.Hugo(work, options.items)
    except Absent as absent:
        hugo = None
        yield {"what": str(absent), "key": ""}
    plain, packed, again, theirs = [], [], [], []
    for _ in range(min(options.rounds, ROUNDS)):
        plain.append(export(folder, work / "plain", work, "--no-compress"))
        packed.append(export(folder, work / "packed", work))
        again.append(export(folder, work / "packed", work, fresh=False))
        if hugo:
            theirs.append(hugo.build())
    if theirs:
        yield row_of(f"export: Hugo, {options.items:,} items", "export hugo", theirs, None)
    yield row_of(f"export, {options.items:,} items", "export plain", plain, theirs)
    yield row_of(f"export, .gz and .br too, {options.items:,} items", "export packed", packed, theirs)
    yield row_of(f"export, nothing changed, {options.items:,} items", "export again", again, theirs)
