"""The command as an editor uses it."""
import json
import sqlite3

import pytest

from newsroom import Newsroom, crier, wxr

POSTS = [{"id": n, "slug": f"post-{n}", "title": f"Post number {n}", "time": 1700000000 + n * 1000} for n in range(1, 40)]


def write(tmp_path, posts, name="export.xml"):
    path = tmp_path / name
    path.write_text(wxr(posts))
    return path


def test_twice_changes_nothing(empty, tmp_path):
    export = write(tmp_path, POSTS)
    first = json.loads(empty.run("import wordpress", export, "--json").stdout)
    second = json.loads(empty.run("import wordpress", export, "--json").stdout)
    assert first != second
    room = empty.start()
    assert "Post number 39" in room.get("/").text
    feed = json.loads(room.get("/feed.json").text)
    assert len({item["id"] for item in feed["items"]}) == len(feed["items"]) > 20


def test_dry_run_writes_nothing(empty, tmp_path):
    export = write(tmp_path, POSTS)
    told = empty.run("import wordpress", export, "--dry-run").stdout
    assert told.startswith("Dry run: nothing was written; this is what an import would do.\n\nfiles\n"), told
    room = empty.start()
    assert "Post number" not in room.get("/").text


def test_while_serving_it_flips_at_once(empty, tmp_path):
    room = empty.start()
    assert "Post number" not in room.get("/").text
    room.run("import wordpress", write(tmp_path, POSTS))
    room.wait_for("/2023/11/post-39/")
    assert "Post number 39" in room.get("/").text


def test_an_update_updates(empty, tmp_path):
    empty.run("import wordpress", write(tmp_path, POSTS))
    changed = [dict(post) for post in POSTS]
    changed[10]["title"] = "A better title"
    empty.run("import wordpress", write(tmp_path, changed))
    room = empty.start()
    text = room.get("/2023/11/post-11/").text
    assert "A better title" in text and "Post number 11" not in text


PICTURE = {"id": 90, "slug": "harbour-picture", "type": "attachment", "status": "inherit",
           "extra": "<wp:attachment_url>https://old.example/wp-content/uploads/harbour.jpg</wp:attachment_url>"
                    "<wp:postmeta><wp:meta_key>_attachment_original_parent_id</wp:meta_key><wp:meta_value>7</wp:meta_value></wp:postmeta>"}


def test_old_numbers_redirect(empty, tmp_path):
    empty.run("import wordpress", write(tmp_path, POSTS + [PICTURE]))
    room = empty.start()
    for query in ("p=7", "attachment_id=90"):
        answer = room.get("/?" + query)
        assert answer.status in (301, 308) and answer.header("Location").endswith("/2023/11/post-7/"), query


def test_what_links_lead_to_is_told_once_it_is_public(empty, tmp_path):
    """A link by number to what is hidden says nothing of it, in the text and in the menu; released, the same number leads there."""
    line = ("<wp:postmeta><wp:meta_key>_menu_item_url</wp:meta_key><wp:meta_value>https://old.example/?p=80</wp:meta_value></wp:postmeta>"
            "<category domain=\"nav_menu\" nicename=\"main\"><![CDATA[main]]></category>")
    posts = [dict(id=1, slug="open", title="Open", body='<p><a href="https://old.example/?p=80">more</a></p>'),
             dict(id=80, slug="witness-name", title="Witness", status="private"),
             dict(id=91, slug="line", title="Our label", type="nav_menu_item", extra=line)]
    empty.run("import wordpress", write(tmp_path, posts))
    room = empty.start()
    page = room.get("/2023/11/open/").text
    assert "witness-name" not in page and 'href="/?p=80"' in page and "Our label" not in page
    assert room.get("/?p=80").status in (200, 404) and "witness" not in (room.get("/?p=80").header("Location") or "")
    posts[1]["status"] = "publish"
    room.run("import wordpress", write(tmp_path, posts))
    room.wait_for("/2023/11/witness-name/")
    assert room.get("/?p=80").header("Location").endswith("/2023/11/witness-name/")
    assert "Our label" in room.get("/2023/11/open/").text


@pytest.mark.parametrize("content, told", [
    ("<rss><channel><item></channel></rss>", "mismatched tag"),
    ("no xml at all", "byte"),
    ('<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><rss version="2.0"><channel>&b;</channel></rss>', "byte"),
    ("", "empty"),
])
def test_broken_files_leave_everything(empty, tmp_path, content, told):
    path = tmp_path / "broken.xml"
    path.write_text(content)
    done = empty.run("import wordpress", path, check=False)
    assert done.returncode == 1
    assert "broken.xml:" in done.stderr, done.stderr
    assert empty.wrong() == []
    room = empty.start()
    assert room.get("/").status == 200


def test_a_broken_second_file_stops_before_the_first_is_taken(empty, tmp_path):
    good = write(tmp_path, POSTS)
    bad = tmp_path / "bad.xml"
    bad.write_text(good.read_text()[:5000])
    done = empty.run("import wordpress", good, bad, check=False)
    assert done.returncode == 1 and "bad.xml:" in done.stderr
    room = empty.start()
    assert "Post number" not in room.get("/").text


def test_a_missing_file_is_no_interrupted_import(empty, tmp_path):
    done = empty.run("import wordpress", tmp_path / "none.xml", check=False)
    assert done.returncode == 1
    assert "none.xml" in done.stderr and "No such file" in done.stderr
    assert done.stderr.endswith("Nothing was imported; the newsroom is as it was.\n"), done.stderr
    assert empty.wrong() == []


def test_a_dry_run_does_not_bring_a_database_up_to_date(tmp_path):
    crier("init", tmp_path / "n")
    room = Newsroom(tmp_path / "n")
    database = room.folder / "store.db"
    database.unlink()
    with sqlite3.connect(database) as older:
        older.execute("VACUUM")  # a database, and nothing in it
    done = room.run("import wordpress", write(tmp_path, POSTS), "--dry-run", check=False)
    assert done.returncode == 1
    assert "the database has version 0" in done.stderr and "an import brings an older one up to date" in done.stderr
    assert b"CREATE TABLE" not in database.read_bytes()


@pytest.mark.parametrize("option", [["--dry-run"], ["--json"], ["--report", "r.txt"], ["--mapping", "m.conf"]])
def test_suggest_stands_alone(empty, tmp_path, option):
    done = empty.run("import wordpress", write(tmp_path, POSTS), "--suggest", *option, check=False)
    assert done.returncode == 2 and done.stdout == ""
    assert f"--suggest only reads and prints a proposal; leave {option[0]} away" in done.stderr


def test_suggest_proposes_a_mapping(own_sample):
    from newsroom import ROOT
    done = own_sample.run("import wordpress", ROOT / "sample" / "newsroom.xml", "--suggest")
    assert "press-release" in done.stdout and "country" in done.stdout
