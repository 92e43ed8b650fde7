"""Withdrawal while serving: 410 with the note, and gone from every list within a moment."""
import json


def test_withdraw(own_sample):
    room = own_sample.start()
    path = "/2026/04/iceland-trawler-crew-wages/"
    assert room.get(path).status == 200
    assert "Crew of the" in room.get("/news/").text
    room.run("withdraw", path, "--note", "Withdrawn because a name <b>was</b> wrong.")
    gone = room.wait_for(path, 410)
    assert "a name &lt;b&gt;was&lt;/b&gt; wrong" in gone.text
    assert "Crew of the" not in gone.text
    for surface in ("/", "/?page=2", "/news/", "/place/iceland/", "/feed.rss", "/news/feed.json", "/sitemap.xml", "/search?q=trawler", "/archive/2026/04/"):
        assert "iceland-trawler-crew-wages" not in room.get(surface).text, surface


def test_feeds_empty_its_entry(own_sample):
    room = own_sample.start()
    path = "/2026/04/iceland-trawler-crew-wages/"
    before = next(item for item in json.loads(room.get("/place/iceland/feed.json").text)["items"] if item["url"].endswith(path))
    room.run("withdraw", path, "--note", "Withdrawn because a name was wrong.")
    room.wait_for(path, 410)
    after = [item for item in json.loads(room.get("/place/iceland/feed.json").text)["items"] if item["id"] == before["id"]]
    assert len(after) == 1 and after[0]["content_text"] == "Withdrawn because a name was wrong."
    assert "content_html" not in after[0] and "url" not in after[0] and after[0]["title"] != before["title"]
    assert before["title"] not in room.get("/place/iceland/feed.atom").text + room.get("/place/iceland/feed.rss").text


def test_sample_has_one(sample):
    gone = sample.get("/2022/06/prison-library/")
    assert gone.status == 410
    assert "could be recognised" in gone.text


def test_an_address_that_is_not_there_is_an_error(own_sample):
    done = own_sample.run("withdraw", "/2026/04/no-such/", check=False)
    assert done.returncode == 1 and "/2026/04/no-such/" in done.stderr


def test_twice_says_so_and_a_missing_slash_is_forgiven(own_sample):
    own_sample.run("withdraw", "/2026/04/iceland-trawler-crew-wages", "--note", "Gone.")
    again = own_sample.run("withdraw", "/2026/04/iceland-trawler-crew-wages/", check=False)
    assert again.returncode == 1 and "withdrawn already" in again.stderr
