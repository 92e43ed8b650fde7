"""Every page of a generated newsroom, parsed: links lead somewhere, markup is what the templates write, whatever
stands in the fields.

WRITE_SITE names the program that walks the newsroom of the tests and writes its answers.
"""
import json
import os
import pathlib
import re
import subprocess
from collections import namedtuple

import feedparser
import pytest
from lxml import etree, html

ROOT = pathlib.Path(__file__).resolve().parents[2]
ELEMENTS = set("""html head meta title link body a header div p form label input button nav ul ol li aside time main
    section h1 h2 h3 article span svg use img small figure figcaption strong footer details summary script bdi
    em blockquote cite table thead tbody tr th td""".split())
ATTRIBUTES = set("""lang dir charset name content rel href hreflang type title property class role action method for id
    value maxlength placeholder aria-label aria-labelledby aria-current aria-hidden datetime width height src srcset
    sizes alt loading decoding fetchpriority open scope""".split())

Answer = namedtuple("Answer", "status type target body")
Page = namedtuple("Page", "status target root")


def walk(folder, *arguments):
    subprocess.run([os.environ["WRITE_SITE"], str(folder), *arguments], check=True)
    answers = []
    for line in (folder / "list.tsv").read_text().splitlines():
        number, status, kind, target = line.split("\t")
        answers.append(Answer(int(status), kind, target, (folder / number).read_bytes()))
    return answers


@pytest.fixture(scope="module", params=["plain", "hostile"])
def site(request, tmp_path_factory):
    return walk(tmp_path_factory.mktemp(request.param), request.param)


@pytest.fixture(scope="module")
def pages(site):
    found = [Page(answer.status, answer.target, html.document_fromstring(answer.body.decode()))
             for answer in site if answer.type.startswith("text/html")]
    assert len(found) > 100
    return found


def test_the_hostile_string_is_everywhere(site, request):
    if request.node.callspec.params["site"] != "hostile":
        pytest.skip("the plain newsroom has none")
    assert sum(b"alert(1)" in answer.body for answer in site) > 0.9 * len(site) - 20
    assert all(b"<script>alert" not in answer.body for answer in site)


def test_every_link_answers(site):
    wrong = [(answer.status, answer.target) for answer in site
             if answer.status != 200 and answer.target not in ("/gone/", "/nothing/")]
    assert wrong == []
    assert len(site) > 150


def test_only_what_templates_write(pages):
    for page in pages:
        for node in page.root.iter(etree.Element):
            assert node.tag in ELEMENTS, (page.target, node.tag)
            assert set(node.attrib) <= ATTRIBUTES, (page.target, node.tag, node.attrib)


def test_nothing_runs_or_loads_from_elsewhere(pages):
    for page in pages:
        root = page.root
        for script in root.iter("script"):
            assert dict(script.attrib) == {"type": "application/ld+json"}
            data = json.loads(script.text)
            assert data["@type"] in ("NewsArticle", "Report")
            assert data["url"].startswith("https://news.example.org/")
        for node in root.iter("img", "use", "script", "link"):
            for address in (node.get("src"), node.get("href") if node.tag == "use" else None):
                assert address is None or address.startswith("/"), (page.target, address)
            if node.get("rel") == "stylesheet":
                assert node.get("href").startswith("/theme/")


def test_pages_make_sense_read_aloud(pages):
    for page in pages:
        root = page.root
        assert len(root.xpath("//main")) == 1 and len(root.xpath("//h1")) == 1, page.target
        assert root.get("lang") and root.get("dir") in ("ltr", "rtl")
        assert root.findtext("head/title").strip()
        level = 0
        for heading in root.xpath("//h1 | //h2 | //h3 | //h4"):
            if heading.getparent().tag == "body" or heading.xpath("ancestor::footer[@class='foot']"):
                continue
            assert int(heading.tag[1]) <= level + 1 or level == 0, (page.target, heading.text_content())
            level = int(heading.tag[1])
            assert heading.text_content().strip()
        ids = [node.get("id") for node in root.xpath("//*[@id]")]
        assert len(ids) == len(set(ids)), page.target
        for node in root.xpath("//*[@aria-labelledby]"):
            assert node.get("aria-labelledby") in ids
        for link in root.xpath("//a"):
            assert (link.text_content().strip() or link.get("aria-label")), (page.target, link.get("href"))
        for picture in root.xpath("//img"):
            assert picture.get("alt") is not None
            caption = picture.xpath("ancestor::figure//*[@class='caption']")
            assert not caption or caption[0].text_content() != picture.get("alt")


def test_cards_begin_with_their_heading(pages):
    for page in pages:
        for card in page.root.xpath("//article[contains(@class, 'card')]"):
            assert card[0].tag == "h3"
            assert len(card.xpath(".//a")) == 1


def test_search_engines_learn_the_languages(pages):
    for page in pages:
        root = page.root
        canonical = root.xpath("//link[@rel='canonical']/@href")
        if page.status == 200:
            assert len(canonical) == 1 and canonical[0].startswith("https://news.example.org/"), page.target
        alternates = root.xpath("//link[@rel='alternate'][@hreflang]")
        if alternates:
            assert canonical[0] in [link.get("href") for link in alternates]


def test_feeds_are_read(site):
    feeds = [answer for answer in site if "/feed." in answer.target and answer.status == 200]
    assert len(feeds) > 60
    for answer in feeds:
        if answer.type.startswith("application/feed+json"):
            assert json.loads(answer.body)["version"] == "https://jsonfeed.org/version/1.1"
            continue
        feed = feedparser.parse(answer.body)
        assert not feed.bozo, (answer.target, feed.bozo_exception)
        assert feed.feed.title
        for entry in feed.entries:
            assert entry.id and entry.link.startswith("https://news.example.org/") and entry.updated_parsed


def test_xml_holds_only_ours(site):
    spaces = {"http://www.sitemaps.org/schemas/sitemap/0.9", "http://www.w3.org/1999/xhtml",
              "http://www.google.com/schemas/sitemap-news/0.9", "http://a9.com/-/spec/opensearch/1.1/",
              "http://www.w3.org/2005/Atom", "http://purl.org/dc/elements/1.1/", "http://search.yahoo.com/mrss/",
              "http://purl.org/rss/1.0/modules/content/", None}
    for answer in site:
        if "xml" not in answer.type or answer.type.startswith("image/"):
            continue
        for node in etree.fromstring(answer.body).iter(etree.Element):
            assert etree.QName(node).namespace in spaces
            assert etree.QName(node).localname not in ("script", "x")


def test_hidden_things_are_nowhere(site):
    for answer in site:
        assert b"Hidden" not in answer.body and b"hidden-" not in answer.body, answer.target
        assert "secret" not in answer.target


def test_no_cookie_no_third_party(pages):
    for page in pages:
        for address in page.root.xpath("//@src | //link[@rel!='alternate']/@href"):
            assert address.startswith("/") or address.startswith("https://news.example.org/")


def words(language):
    text = (ROOT / "theme" / "po" / f"{language}.po").read_text()
    return dict(re.findall(r'^msgid "(\w+)"\nmsgstr "(.+)"$', text, re.M))


def test_words_are_used_and_said_in_every_language():
    english = words("en")
    source = "".join(path.read_text() for folder, ending in (("theme", "mustache"), ("src/site", "c"))
                     for path in (ROOT / folder).glob(f"*.{ending}"))
    # Kinds of corrections are looked up by what the store says.
    unused = [key for key in english if f"t.{key}" + "}}" not in source and f'"{key}"' not in source
              and key not in ("correction", "clarification", "update")]
    assert unused == []
    for language in ("fr", "es", "ar"):
        assert words(language).keys() == english.keys()
