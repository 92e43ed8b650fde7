"""Withdrawal while serving: 410 with the note, and gone from every list within a moment."""
import json

from newsroom import wxr


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


MAPPING = """kinds = ( {{ key = "report"; label = "Report"; plural = "Reports"; }},
          {{ key = "paper"; label = "Paper"; plural = "Papers"; }} );
terms = ( {{ taxonomy = "category"; term = "studies"; becomes = "kind"; to = "{}"; }} );
"""


def filed(number, slug, language, categories, together=""):
    """A post of an export, in a language and categories; translations of each other share a word."""
    words = [("category", name) for name in categories] + [("language", language)] + ([("post_translations", together)] if together else [])
    extra = "".join(f'<category domain="{domain}" nicename="{name}"><![CDATA[{name}]]></category>' for domain, name in words)
    return {"id": number, "slug": slug, "title": f"About {slug}", "extra": extra}


def test_lists_that_it_comes_to_afterwards_do_not_tell_of_it(empty, tmp_path):
    """A later export files it elsewhere, and its translation takes it to another kind: nobody saw it there."""
    export, mapping = tmp_path / "export.xml", tmp_path / "mapping.conf"
    stays = filed(3, "stays", "en", ["rivers"])
    export.write_text(wxr([filed(1, "goes", "en", ["lakes", "studies"], "g"), filed(2, "va", "fr", ["studies"], "g"), stays]))
    mapping.write_text(MAPPING.format("report"))
    empty.run("import wordpress", export, "--mapping", mapping)
    room = empty.start()
    assert "About goes" in room.get("/reports/feed.json").text
    room.run("withdraw", "/2023/11/goes/", "--note", "It was wrong.")
    room.wait_for("/2023/11/goes/", 410)
    export.write_text(wxr([filed(1, "goes", "en", ["swamps", "studies"], "g"), filed(2, "va", "fr", ["studies"], "g"), stays,
                           filed(4, "comes", "en", [])]))
    mapping.write_text(MAPPING.format("paper"))
    room.run("import wordpress", export, "--mapping", mapping)
    room.wait_for("/2023/11/comes/")
    for unseen in ("/topic/swamps/", "/papers/"):
        assert "It was wrong." not in room.get(unseen + "feed.json").text, unseen
    assert room.get("/topic/swamps/feed.json").status == room.get("/topic/never-was/feed.json").status == 404
    for seen in ("/", "/topic/lakes/", "/reports/"):
        told = [item for item in json.loads(room.get(seen + "feed.json").text)["items"] if item["id"].endswith("/?p=1")]
        assert len(told) == 1 and told[0]["content_text"] == "It was wrong.", seen
    assert room.wrong() == []
