"""Readers cost PostgreSQL nothing: while pages are read, the server counts no statement but the node's own look at the outbox."""
from nodes import bring, nodes, path_of
from postgres import postgres

COUNTED = "SELECT COALESCE(SUM(calls), 0) FROM pg_stat_statements WHERE query !~* 'pg_stat_statements'"
LOOK = "SELECT number, id, at_s, kind, subject_id, detail FROM outbox"
ITEMS = 60


def test_statements_are_counted(tmp_path):
    with postgres(shared_preload_libraries="pg_stat_statements") as server, nodes(tmp_path, server.url()) as (room,):
        server.sql("CREATE EXTENSION pg_stat_statements")
        bring(room, range(1, ITEMS + 1))
        room.start()
        assert int(server.sql(COUNTED)) > ITEMS  # it does count
        server.sql("SELECT pg_stat_statements_reset()")
        asked = [(path, 200) for path in ("/", "/archive/", "/archive/2023/", "/archive/2023/11/", "/feed.rss", "/feed.json", "/sitemap.xml")]
        for number in range(1, ITEMS + 1):
            asked += [(path_of(number), 200), (f"/search?q=item+{number}", 200), (f"/no/such/{number}/", 404)]
        for path, status in asked:
            assert room.get(path).status == status, path
        looks = server.sql(f"SELECT COALESCE(SUM(calls), 0) FROM pg_stat_statements WHERE starts_with(query, '{LOOK}')")
        others = server.sql(f"{COUNTED} AND NOT starts_with(query, '{LOOK}')")
        assert int(others) == 0 and int(looks) < len(asked) / 4, (looks, others)

        server.sql("SELECT pg_stat_statements_reset()")
        room.run("withdraw", path_of(1))
        room.wait_for(path_of(1), 410)
        assert int(server.sql(f"{COUNTED} AND NOT starts_with(query, '{LOOK}')")) > 5  # a writer does cost it
