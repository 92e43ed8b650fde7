"""Nodes: newsrooms in folders of their own with one PostgreSQL behind them, and what is asked of them."""
import contextlib
import json
import time
import urllib.request

from newsroom import Newsroom, crier, free_port, wxr

PATIENCE_S = 60


def node(folder, url):
    """A folder that is not served yet; the database may be new, and is there."""
    crier("init", folder, "--languages", "en,fr", "--store", url)
    room = Newsroom(folder)
    room.database = url
    room.metrics_port = free_port()
    room.set("listen", "metrics_port", str(room.metrics_port))
    return room


@contextlib.contextmanager
def nodes(folder, url, count=1):
    """So many, each with its own public.db; whichever run at the end are stopped."""
    rooms = [node(folder / f"node{number}", url) for number in range(count)]
    try:
        yield rooms
    finally:
        for room in rooms:
            if room.process:
                room.stop()


def post(number):
    return {"id": number, "slug": f"item-{number}", "title": f"Item {number}", "body": f"<p>Words of item {number}.</p>"}


def path_of(number):
    return f"/2023/11/item-{number}/"


def bring(room, numbers, **options):
    """Imports these posts from a file of their own."""
    numbers = list(numbers)
    export = room.folder / f"export-{numbers[0]}-{numbers[-1]}.xml"
    export.write_text(wxr([post(number) for number in numbers]))
    return room.run("import wordpress", export, **options)


def health(room):
    return json.loads(room.get("/health").text)


def metric(room, name):
    text = urllib.request.urlopen(f"http://127.0.0.1:{room.metrics_port}/metrics", timeout=10).read().decode()
    return float(next(line for line in text.splitlines() if line.startswith(name + " ")).split()[1])


def wait_until(what, *arguments):
    """What answers something true in the end; that is handed back."""
    until = time.monotonic() + PATIENCE_S
    while True:
        answer = what(*arguments)
        if answer:
            return answer
        assert time.monotonic() < until, f"{what} {arguments}: {answer}"
        time.sleep(0.02)


def writable(room):
    return health(room)["writable"]


def unwritable(room):
    return not writable(room)
