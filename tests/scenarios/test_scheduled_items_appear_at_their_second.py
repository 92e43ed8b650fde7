import time

from newsroom import wxr


def test_appears_without_a_timer(empty, tmp_path):
    due = int(time.time()) + 6
    export = tmp_path / "export.xml"
    export.write_text(wxr([{"id": 1, "slug": "now", "title": "Already here"},
                           {"id": 2, "slug": "soon", "title": "Soon here", "status": "future", "time": due}]))
    empty.run("import wordpress", export)
    room = empty.start()
    path = time.strftime("/%Y/%m/soon/", time.gmtime(due))
    seen_before = 0
    while time.time() < due - 0.2:
        answer = room.get(path)
        front = room.get("/").text
        if time.time() < due:
            assert answer.status == 404 and "Soon here" not in front
            assert "Soon here" not in room.get("/feed.rss").text or time.time() >= due
            seen_before += 1
    assert seen_before > 3
    while time.time() < due:
        time.sleep(0.01)
    assert room.get(path).status == 200
    assert "Soon here" in room.get("/").text
    assert "Soon here" in room.get("/feed.rss").text
