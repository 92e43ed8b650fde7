"""One node after the other gets a newer release, whose first start migrates the store: the others go on, also when they start again, and say
which version runs where. And a store in which nothing stands is not taken for the newsroom."""
import subprocess

from conftest import fresh_database
from newsroom import CRIER, crier, wxr
from nodes import bring, health, path_of, post, unwritable, wait_until, writable

# What tools/migrations.py lets a migration do, as one of a later release would.
LATER = ["ALTER TABLE item_language ADD COLUMN later_note TEXT", "ALTER TABLE revision ADD COLUMN later_rank TEXT NOT NULL DEFAULT 'none'",
         "ALTER TABLE outbox ADD COLUMN later_node TEXT", "ALTER TABLE import_map ADD COLUMN later_note TEXT",
         "CREATE TABLE later (id BIGINT PRIMARY KEY, entry_id BIGINT)", "CREATE INDEX later_entry ON later (entry_id)",
         "INSERT INTO migration (series, number, name, applied_s) VALUES ('store', 9001, '9001_later', 1)"]
ITEMS = 1500


def migrate(room):
    for statement in LATER:
        room.sql(statement)


def test_while_an_import_writes(empty, counted):
    """The process prepared its statements for the store as it was; each of them goes on."""
    room = empty
    bring(room, [1])
    room.start()
    export = room.folder / "many.xml"
    export.write_text(wxr([post(number) for number in range(2, ITEMS + 2)]))
    importing = subprocess.Popen([str(CRIER), "import", "wordpress", "-C", str(room.folder), str(export)], stdout=subprocess.PIPE,
                                 stderr=subprocess.STDOUT, text=True)
    wait_until(lambda: int(room.sql("SELECT count(*) FROM item")[0][0]) > 1)
    began = int(room.sql("SELECT count(*) FROM item")[0][0])
    migrate(room)
    told, _ = importing.communicate(timeout=120)
    assert importing.returncode == 0, told
    assert 1 < began < ITEMS + 1, "it was over before the migration came"
    room.wait_for(path_of(ITEMS + 1))
    assert all(room.get(path_of(number)).status == 200 for number in range(1, ITEMS + 2, 7))
    assert room.sql("SELECT count(*) FROM item_language WHERE later_note IS NULL") == [(str(ITEMS + 1),)]
    assert room.sql("SELECT count(*) FROM revision WHERE later_rank = 'none'") == [(str(ITEMS + 1),)]
    counted(f"{ITEMS - began + 1} of {ITEMS} items were written after the store was migrated, 0 lost")


def test_a_node_of_the_release_before(empty):
    """It serves and follows, also after it was started again; it writes nothing, and says why. Without pages it does not begin."""
    room = empty
    bring(room, range(1, 4))
    room.start()
    migrate(room)
    later_withdraws(room, 1)
    room.wait_for(path_of(1), 410)
    assert room.stop() == 0
    room.start()
    assert writable(room) and room.get(path_of(1)).status == 410
    later_withdraws(room, 2)
    room.wait_for(path_of(2), 410)
    assert room.get(path_of(3)).status == 200

    refused = room.run("withdraw", path_of(3), check=False)
    assert refused.returncode == 1 and "a newer crier wrote it" in refused.stderr
    told = {finding["text"] for finding in room.findings() if finding["level"] == "wrong"}
    assert any("the database has version 9001, this program knows none above" in text for text in told), told
    assert any(text.startswith("it runs: crier ") for text in (finding["text"] for finding in room.findings()))
    assert room.stop() == 0
    (room.folder / "public.db").unlink()
    refused = room.run("serve", "--port", "0", check=False)
    assert refused.returncode == 1 and "newer version" in refused.stderr


def later_withdraws(room, number):
    """As the newer release would, by the statements that it has in common with this one."""
    entry, = room.sql(f"SELECT id FROM item_language WHERE path = '{path_of(number)}'")[0]
    room.sql(f"UPDATE item_language SET state = 'withdrawn', withdrawn_s = 1800000000, stood_s = 1800000000, withdrawn_kind = 'takedown', "
             f"withdrawn_note = '', later_note = 'by later' WHERE id = {entry}")
    room.sql("UPDATE outbox_head SET number = number + 1")
    room.sql("INSERT INTO outbox (number, id, at_s, kind, subject_id, detail, later_node) "
             f"SELECT number, 'later-{number}', 1800000000, 'entry', {entry}, '', 'node' FROM outbox_head")


def test_a_store_in_which_nothing_stands(empty):
    """Restored from the wrong file, or made anew: neither a start nor a running server takes the pages away."""
    room = empty
    bring(room, range(1, 4))
    room.start()
    room.wait_for(path_of(3))
    assert room.stop() == 0
    whole = (room.folder / "store.db").read_bytes() if not room.database else room.database
    for without_tables in (True, False):
        put_another(room, without_tables)
        room.start()
        wait_until(unwritable, room)
        assert health(room)["ok"] and "since" in health(room)
        assert all(room.get(path_of(number)).status == 200 for number in range(1, 4)) and path_of(3) in room.get("/").text
        reason = "the database that came back holds no newsroom" if without_tables else "the store holds nothing, and readers have 3 items"
        wait_until(lambda: reason in room.log_text())
        assert room.stop() == 0
    put_back(room, whole)
    room.start()
    bring(room, [4])
    room.wait_for(path_of(4))
    assert writable(room)


def put_another(room, without_tables):
    if room.database:
        url = fresh_database()
        if not without_tables:
            crier("init", room.folder.parent / "another", "--languages", "en,fr", "--store", url)
        room.set("database", "url", f'"{url}"')
        return
    for ending in ("", "-wal", "-shm"):
        (room.folder / f"store.db{ending}").unlink(missing_ok=True)
    if without_tables:
        subprocess.run(["sqlite3", str(room.folder / "store.db"), "PRAGMA journal_mode = WAL; PRAGMA user_version = 1"], check=True)
        return
    crier("init", room.folder.parent / "another", "--languages", "en,fr")
    (room.folder / "store.db").write_bytes((room.folder.parent / "another" / "store.db").read_bytes())


def put_back(room, whole):
    if room.database:
        room.set("database", "url", f'"{whole}"')
        return
    for ending in ("-wal", "-shm"):
        (room.folder / f"store.db{ending}").unlink(missing_ok=True)
    (room.folder / "store.db").write_bytes(whole)
