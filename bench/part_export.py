"""The whole public site as files, beside Hugo's build of the same items in the same run: pages a second, and memory at the peak.

A page is a file of HTML or of a feed. First runs begin with an empty folder: Crier's without compressed forms, as Hugo's, and with them. Then once
more into the folder with compressed forms: where nothing has changed, one item is new, and one item in a hundred has another title.

Pages a second are those of the whole site by the time until the folder is right again, for both: Hugo renders all of it each time, Crier what is out of
date ("rendered"). So the later rows say how soon a mirror follows its newsroom, not how fast a page is rendered; the first ones say that.
"""
import json
import shutil
import statistics
import time

import corpus
import peer_hugo
from part_publish import NUMBER
from peers import Absent
from servers import CRIER, crier

ROUNDS = 3
SHARE = 100  # one item in so many is revised


def export(folder, out, work, *words, fresh=False):
    if fresh:
        shutil.rmtree(out, ignore_errors=True)
    log = work / "export.log"
    took = peer_hugo.spent([CRIER, "export", "site", "-C", folder, "--json", *words, out], log)
    return *took, peer_hugo.count_pages(out), json.loads(log.read_text().splitlines()[-1])["rendered"]


def row_of(what, key, found, theirs):
    rate = statistics.median(one[3] / one[0] for one in found)
    row = {"what": what, "key": key, "pages": found[0][3], "s": round(statistics.median(one[0] for one in found), 2), "pages/s": round(rate),
           "processor ms a page": round(statistics.median(1000 * one[1] / one[3] for one in found), 2),
           "peak MiB": round(max(one[2] for one in found))}
    if len(found[0]) > 4:
        row["rendered"] = round(statistics.median(one[4] for one in found))
    if theirs:
        row["÷ hugo"] = round(rate / statistics.median(one[3] / one[0] for one in theirs), 2)
    return row


class Editor:
    """Changes a newsroom of the run's own, so that others find theirs as it was."""

    def __init__(self, work, folder, items):
        self.folder = work / "newsroom-export"
        shutil.copytree(folder, self.folder)
        self.mapping = self.folder.with_suffix(".mapping")
        self.mapping.write_text(corpus.mapping(), encoding="utf-8")
        made = corpus.Corpus(items=items)
        drawn = (made.item(number) for number in range(1, items + 1))
        self.chosen = [dict(item) for item in drawn if item["number"] % SHARE == 7 and item["status"] == "publish"]
        self.count = 0

    def take(self, items):
        """An export of just these, with all authors, as WordPress writes it: who is not in it would lose the name."""
        file = self.folder.with_suffix(".xml")
        file.write_text(corpus.HEAD + "".join(corpus.authors()) + "".join(map(corpus.text_of, items)) + corpus.FOOT, encoding="utf-8")
        crier("import", "wordpress", "-C", self.folder, "--mapping", self.mapping, file)

    def publish(self):
        self.count += 1
        number = NUMBER + self.count
        self.take([dict(corpus.Corpus(number).item(number, int(time.time()) - 60), language="en", status="publish")])

    def revise(self):
        self.count += 1
        self.take([dict(item, title=f"{item['title']}, revised {self.count}") for item in self.chosen])


def run(options, work, newsrooms):
    try:
        hugo = peer_hugo.Hugo(work, options.items)
    except Absent as absent:
        hugo = None
        yield {"what": str(absent), "key": ""}
    editor = Editor(work, newsrooms.folder(options.items), options.items)
    plain, packed, again, one, some, theirs = [], [], [], [], [], []
    for _ in range(min(options.rounds, ROUNDS)):
        plain.append(export(editor.folder, work / "plain", work, "--no-compress", fresh=True))
        packed.append(export(editor.folder, work / "packed", work, fresh=True))
        again.append(export(editor.folder, work / "packed", work))
        editor.publish()
        one.append(export(editor.folder, work / "packed", work))
        editor.revise()
        some.append(export(editor.folder, work / "packed", work))
        if hugo:
            theirs.append(hugo.build())
    items = f"{options.items:,} items"
    if theirs:
        yield row_of(f"export: Hugo, {items}", "export hugo", theirs, None)
    yield row_of(f"export, first run, {items}", "export plain", plain, theirs)
    yield row_of(f"export, first run, .gz and .br too, {items}", "export packed", packed, theirs)
    yield row_of(f"export again, nothing changed, {items}", "export again", again, theirs)
    yield row_of(f"export again, one item published, {items}", "export one", one, theirs)
    yield row_of(f"export again, 1 % of the items revised, {items}", "export some", some, theirs)
