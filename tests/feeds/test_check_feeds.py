"""What the writers of src/feeds write, read by others' readers and checked against the formats' own schemas.

WRITE_FEEDS names the program that writes the samples. Schemas lie in shared/data/feeds beside the project; tests
that need them are skipped where they are absent.
"""
import json
import os
import pathlib
import subprocess

import feedparser
import jsonschema
import pytest
from lxml import etree

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHARED = pathlib.Path(os.environ.get("CRIER_SHARED_DATA", ROOT.parent / "shared" / "data")) / "feeds"
ATOM = "{http://www.w3.org/2005/Atom}"
# What the hostile string becomes: XML cannot carry the controls, the non-character and the broken byte.
HOSTILE = "\"><script>alert(1)</script>'&{{x}}]]>\ufffd\ufffd\ufffd\u202e\ufffd\ufffd"

ELEMENTS = {
    "rss": {"rss", "channel", "title", "link", "description", "language", "lastBuildDate", "generator", "docs", "item",
            "guid", "pubDate", "category", "{http://purl.org/dc/elements/1.1/}creator",
            "{http://purl.org/dc/elements/1.1/}language", "{http://purl.org/rss/1.0/modules/content/}encoded",
            ATOM + "link", ATOM + "updated", "{http://search.yahoo.com/mrss/}content",
            "{http://search.yahoo.com/mrss/}description", "{http://search.yahoo.com/mrss/}credit"},
    "atom": {ATOM + name for name in ("feed", "id", "title", "subtitle", "updated", "link", "author", "name", "icon",
                                      "generator", "entry", "published", "category", "summary", "content")},
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    where = tmp_path_factory.mktemp("feeds")
    subprocess.run([os.environ["WRITE_FEEDS"], str(where)], check=True)
    return where


def tree(path):
    return etree.fromstring(path.read_bytes(), etree.XMLParser(resolve_entities=False, recover=False))


def schema(name):
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"{path} is not here")
    return path


@pytest.mark.parametrize("kind", ["plain", "hostile", "empty"])
@pytest.mark.parametrize("form", ["rss", "atom"])
def test_only_our_elements(folder, kind, form):
    found = {node.tag for node in tree(folder / f"{kind}-feed.{form}").iter()}
    assert found <= ELEMENTS[form]


def texts(node):
    return [node.text or ""] + list(node.attrib.values())


@pytest.mark.parametrize("form", ["rss", "atom"])
def test_hostile_text_arrives_whole(folder, form):
    root = tree(folder / f"hostile-feed.{form}")
    found = [text for node in root.iter() for text in texts(node) if "alert" in text]
    assert len(found) >= 12
    for text in found:
        assert HOSTILE in text or "&lt;script&gt;" in text or "%3Cscript" in text


def test_rss_has_what_it_must(folder):
    channel = tree(folder / "plain-feed.rss").find("channel")
    assert [channel.findtext(name) for name in ("title", "link", "description")] == [
        "Italy – Lantern Watch", "https://news.example.org/place/italy/?kind=reports&year=2026",
        "Prisons, rescue at sea and the right to protest."]
    assert channel.find(ATOM + "link").get("rel") == "self"
    for item in channel.findall("item"):
        assert item.findtext("title") and item.findtext("link") and item.findtext("pubDate")
        assert item.find("guid").get("isPermaLink") == "false"


def test_rss_descriptions_are_html(folder):
    item = tree(folder / "plain-feed.rss").find("channel/item")
    assert item.findtext("description").endswith("no basis in law” &amp; set a deadline.")
    assert item.findtext("{http://purl.org/rss/1.0/modules/content/}encoded").startswith("<p>The appeals court <em>")


def test_atom_has_what_it_must(folder):
    for kind in ("plain", "empty"):
        feed = tree(folder / f"{kind}-feed.atom")
        for name in ("id", "title", "updated", "author"):
            assert len(feed.findall(ATOM + name)) == 1
        assert [link.get("rel") for link in feed.findall(ATOM + "link")] == ["self", "alternate"]
    for entry in tree(folder / "plain-feed.atom").findall(ATOM + "entry"):
        for name in ("id", "title", "updated"):
            assert entry.findtext(ATOM + name)
        alternates = [link for link in entry.findall(ATOM + "link") if link.get("rel") == "alternate"]
        assert len(alternates) == 1
        assert entry.find(ATOM + "content") is not None or entry.find(ATOM + "summary") is not None


@pytest.mark.parametrize("form", ["rss", "atom"])
def test_feedparser_reads(folder, form):
    feed = feedparser.parse((folder / f"plain-feed.{form}").read_bytes())
    assert not feed.bozo
    assert feed.feed.title == "Italy – Lantern Watch"
    first, second = feed.entries
    assert first.id == "urn:uuid:0b7c2c1e-5a0f-4c58-9f4e-0d8a3f6f1a11"
    assert first.link == "https://news.example.org/2026/06/court-orders-release/"
    assert first.published_parsed[:5] == (2026, 6, 14, 8, 10)
    assert first.updated_parsed[:5] == (2026, 6, 15, 8, 10)
    assert [author.name for author in first.authors if "name" in author][-1] == "Jon Petri & Söhne"
    assert [tag.term for tag in first.tags] == ["Victory", "Freedom of expression", "Italy"]
    assert "<em>ordered</em>" in first.content[0].value
    assert second.title == "Une note sans titre."
    assert second.id == "https://old.example.org/?p=12"


@pytest.mark.parametrize("form", ["rss", "atom"])
def test_feedparser_finds_nothing_to_run(folder, form):
    feed = feedparser.parse((folder / f"hostile-feed.{form}").read_bytes())
    assert not feed.bozo
    assert len(feed.entries) == 1


@pytest.mark.parametrize("kind", ["plain", "hostile", "empty"])
def test_json_feed_fits_its_schema(folder, kind):
    feed = json.loads((folder / f"{kind}-feed.json").read_text())
    if kind != "hostile":  # its addresses are no addresses
        newest, first = (json.loads(schema(f"jsonfeed/{name}.json").read_text()) for name in ("feed", "feed-1"))
        resolver = jsonschema.RefResolver.from_schema(newest, store={
            "https://json.schemastore.org/feed-1": first, "https://json.schemastore.org/feed.json": newest})
        jsonschema.Draft4Validator(newest, resolver=resolver).validate(feed)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    for item in feed["items"]:
        assert item["id"] and ("content_html" in item or "content_text" in item)


def test_json_feed_says_the_same(folder):
    feed = json.loads((folder / "plain-feed.json").read_text())
    assert feed["items"][0]["date_modified"] == "2026-06-15T08:10:00Z"
    assert feed["items"][0]["image"] == "https://news.example.org/media/k3v9/court-1280.jpg"
    assert feed["items"][1]["language"] == "fr"
    assert "title" not in feed["items"][1]


def sitemap_schema(name):
    """The sitemap schema wants schemas of what stands inside: xhtml:link, of which no schema is published."""
    main = schema(f"sitemap-xsd/{name}").as_uri()
    link = ('<schema xmlns="http://www.w3.org/2001/XMLSchema" targetNamespace="http://www.w3.org/1999/xhtml">'
            '<element name="link"><complexType><attribute name="rel" use="required"/><attribute name="hreflang" '
            'use="required"/><attribute name="href" type="anyURI" use="required"/></complexType></element></schema>')
    return main, link


@pytest.mark.parametrize("name,target,extra", [
    ("sitemap", "sitemap.xsd", None), ("index", "siteindex.xsd", None), ("news", "sitemap.xsd", "sitemap-news.xsd")])
def test_sitemaps_fit_their_schemas(folder, tmp_path, name, target, extra):
    main, link = sitemap_schema(target)
    (tmp_path / "xhtml.xsd").write_text(link)
    imports = '<import namespace="http://www.w3.org/1999/xhtml" schemaLocation="xhtml.xsd"/>'
    if extra:
        imports += ('<import namespace="http://www.google.com/schemas/sitemap-news/0.9" schemaLocation="%s"/>'
                    % schema(f"sitemap-xsd/{extra}").as_uri())
    (tmp_path / "all.xsd").write_text(
        '<schema xmlns="http://www.w3.org/2001/XMLSchema"><import namespace="http://www.sitemaps.org/schemas/sitemap/'
        '0.9" schemaLocation="%s"/>%s</schema>' % (main, imports))
    checker = etree.XMLSchema(etree.parse(str(tmp_path / "all.xsd")))
    checker.assertValid(tree(folder / f"plain-{name}.xml"))


@pytest.mark.parametrize("name", ["sitemap", "index", "news"])
def test_hostile_sitemaps_hold_only_our_elements(folder, name):
    plain, hostile = (tree(folder / f"{kind}-{name}.xml") for kind in ("plain", "hostile"))
    assert [node.tag for node in hostile.iter()] == [node.tag for node in plain.iter()]
    assert [sorted(node.attrib) for node in hostile.iter()] == [sorted(node.attrib) for node in plain.iter()]


@pytest.mark.parametrize("kind", ["plain", "hostile"])
def test_opensearch(folder, kind):
    root = tree(folder / f"{kind}-opensearch.xml")
    space = "{http://a9.com/-/spec/opensearch/1.1/}"
    assert [node.tag[len(space):] for node in root] == ["ShortName", "Description", "InputEncoding", "Language", "Image",
                                                        "Url"]
    assert len(root.findtext(space + "ShortName")) <= 16
    assert "{searchTerms}" in root.find(space + "Url").get("template")
