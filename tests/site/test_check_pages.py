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


SITE = "https://news.example.org"
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$")


def local(address):
    return address[len(SITE):] if address.startswith(SITE) else address


def language_of(target):
    first = target.split("/")[1].split("?")[0] if target.startswith("/") else ""
    return first if first in ("fr", "ar") else "en"


@pytest.fixture(scope="module")
def found(site):
    return {answer.target: answer for answer in site}


def test_language_and_direction_are_the_address_s(pages):
    for page in pages:
        assert page.root.get("lang") == language_of(page.target), page.target
        assert page.root.get("dir") == ("rtl" if page.root.get("lang") == "ar" else "ltr"), page.target
        for node in page.root.xpath("//*[@lang][not(self::html)]"):
            assert node.get("dir") == ("rtl" if node.get("lang") == "ar" else "ltr"), (page.target, node.tag)


def canonical_of(page):
    return local(page.root.xpath("string(//link[@rel='canonical']/@href)"))


def cards_of(page):
    return page.root.xpath("//article//h3//a/@href | //article//h2//a/@href")


def test_a_list_names_the_one_address_it_is_kept_under(pages):
    """Search engines keep one page for what can be reached in several ways: itself, or one that shows the same."""
    shown = {page.target: page for page in pages if page.status == 200}
    elsewhere = 0
    for page in pages:
        if page.status != 200 or page.root.xpath("//meta[@name='robots']"):
            continue
        canonical = canonical_of(page)
        home = shown[canonical]
        assert canonical_of(home) == canonical, page.target
        assert not home.root.xpath("//meta[@name='robots']"), page.target
        assert page.root.xpath("string(//meta[@property='og:url']/@content)") == "https://news.example.org" + canonical
        if canonical == page.target:
            continue
        elsewhere += 1
        assert re.search(r"[?&](kind|topic|place|campaign|tag|person|year|month)=", page.target), page.target
        assert cards_of(home) == cards_of(page) and cards_of(page), page.target
    assert elsewhere > 20


def test_languages_name_each_other(pages):
    alternates = {}
    for page in pages:
        links = {link.get("hreflang"): local(link.get("href"))
                 for link in page.root.xpath("//link[@rel='alternate'][@hreflang]")}
        if page.root.xpath("//meta[@name='robots']"):
            assert not links, page.target
        elif links:
            assert links[page.root.get("lang")] == canonical_of(page), page.target
            alternates[canonical_of(page)] = links
    assert len(alternates) > 50
    for target, links in alternates.items():
        for other in links.values():
            assert other not in alternates or alternates[other] == links, (target, other)


def test_titles_tell_pages_apart(pages, request):
    titles = {}
    for page in pages:
        if page.status != 200 or page.root.xpath("//meta[@name='robots']"):
            continue
        title = page.root.findtext("head/title")
        assert title == " ".join(title.split()) or "hostile" in request.node.name, title
        titles.setdefault((page.root.get("lang"), title), []).append(page.target)
    # A list narrowed by one filter is named as what narrows it; none shares its name with a page of another kind.
    for (_, title), targets in titles.items():
        assert len(targets) <= 2, (title, targets)


def test_machines_are_told_times_that_are_times(pages):
    for page in pages:
        for node in page.root.xpath("//time"):
            assert TIME.match(node.get("datetime")), (page.target, node.get("datetime"))
            assert node.text_content().strip()
        for name in ("published_time", "modified_time"):
            for node in page.root.xpath(f"//meta[@property='article:{name}']"):
                assert TIME.match(node.get("content"))


def test_landmarks_have_names_and_the_skip_link_leads_to_main(pages):
    for page in pages:
        root = page.root
        skip = root.xpath("//body/*[1][self::a]/@href")
        assert skip == ["#main"] and root.xpath("//main/@id") == ["main"], page.target
        assert len(root.xpath("//body/header")) == 1 and len(root.xpath("//footer[@id='all']")) == 1
        for link in root.xpath("//a[starts-with(@href, '#')]/@href"):
            assert root.xpath("//*[@id=$id]", id=link[1:]), (page.target, link)
        names = {}
        for nav in root.xpath("//nav"):
            by = nav.get("aria-labelledby")
            name = nav.get("aria-label") or root.xpath("string(//*[@id=$id])", id=by)
            assert name.strip(), page.target
            # The same name twice only for the same links, or once at the head and once at the foot.
            links = nav.xpath(".//a/@href")
            assert names.setdefault((name, by is None), links) == links, (page.target, name)
        for field in root.xpath("//input"):
            assert root.xpath("//label[@for=$id]", id=field.get("id")), page.target


def test_pictures_say_what_they_show(pages):
    for page in pages:
        for picture in page.root.xpath("//img"):
            assert picture.get("width") and picture.get("height"), page.target
            widths = [int(part.split()[1][:-1]) for part in picture.get("srcset", "").split(", ") if part]
            assert widths == sorted(set(widths))
            caption = "Relatives wait outside the court."
            assert caption not in picture.get("alt"), page.target


def test_feeds_are_found_from_their_pages(pages, found):
    kinds = {"application/rss+xml", "application/atom+xml", "application/feed+json"}
    for page in pages:
        links = page.root.xpath("//link[@rel='alternate'][@type]")
        assert {link.get("type") for link in links} == kinds, page.target
        for link in links:
            answer = found.get(link.get("href"))
            if answer is None:  # narrowed further than the walk goes
                continue
            assert answer.status == 200 and answer.type.startswith(link.get("type")), link.get("href")
            assert link.get("title").strip()


def test_feeds_name_their_pages(found):
    for answer in found.values():
        if not answer.type.startswith("application/feed+json"):
            continue
        feed = json.loads(answer.body)
        assert local(feed["feed_url"]) == answer.target
        assert local(feed["home_page_url"]) in found
        assert feed["language"] == language_of(answer.target)
        for item in feed["items"]:
            assert found[local(item["url"])].status == 200
            assert TIME.match(item["date_published"]) and item["date_modified"] >= item["date_published"]
            body = item.get("content_html", "")
            for address in re.findall(r'(?:href|src)="([^"]*)"', body):
                assert re.match(r"https?://", address), (answer.target, address)


def test_pages_of_lists_are_linked_both_ways(pages):
    by_target = {page.target: page for page in pages}
    steps = 0
    for page in pages:
        following = page.root.xpath("//link[@rel='next']/@href")
        before = page.root.xpath("//link[@rel='prev']/@href")
        assert len(following) <= 1 and len(before) <= 1
        assert page.root.xpath("//a[@rel='next']/@href") in (following, []), page.target
        assert page.root.xpath("//a[@rel='prev']/@href") in (before, []), page.target
        for address in following:
            if address in by_target:
                steps += 1
                assert by_target[address].root.xpath("string(//link[@rel='prev']/@href)") == page.target
        here = page.root.xpath("//nav[@class='pager']//*[@aria-current='page']")
        assert len(here) == (1 if following or before else 0), page.target
    assert steps > 10


def test_structured_data_says_what_the_page_says(pages):
    items = 0
    for page in pages:
        for script in page.root.xpath("//script"):
            data = json.loads(script.text)
            items += 1
            meta = {node.get("property"): node.get("content") for node in page.root.xpath("//meta[@property]")}
            assert data["headline"] == page.root.xpath("//h1")[0].text_content() == meta["og:title"], page.target
            assert data["inLanguage"] == page.root.get("lang")
            assert data["url"] == data["mainEntityOfPage"] == meta["og:url"] == SITE + page.target
            assert data["datePublished"] == meta["article:published_time"]
            assert data["dateModified"] == meta["article:modified_time"] >= data["datePublished"]
            assert meta["og:type"] == "article"
            assert ("image" in data) == ("og:image" in meta)
            if "image" in data:
                assert data["image"]["url"] == meta["og:image"] and meta["og:image"].startswith(SITE + "/media/")
            shown = [node.text_content() for node in page.root.xpath("//div[@class='byline']//a/bdi")]
            authors = data["author"] if isinstance(data["author"], list) else []
            assert [author["name"] for author in authors] == shown, page.target
            assert data["publisher"]["name"] == meta["og:site_name"]
    assert items > 40


def test_counts_beside_links_are_those_of_the_lists(pages, found):
    checked = 0
    for page in pages:
        if page.root.get("lang") != "en":
            continue
        for link in page.root.xpath("//section[@class='filters']//a[span[@class='count']]"):
            other = found.get(link.get("href"))
            if other is None:
                continue
            root = html.document_fromstring(other.body.decode())
            tally = re.match(r"[\d,]+", root.xpath("string(//p[@class='tally'])"))
            count = link.xpath("string(span[@class='count'])")
            assert tally and tally.group() == count, (page.target, link.get("href"))
            checked += 1
    assert checked > 50


def test_sitemaps_hold_every_item_once(site, found):
    root = etree.fromstring(found["/sitemap-1.xml"].body)
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    listed = [local(node.text) for node in root.iter(space + "loc")]
    items = [answer.target for answer in site if answer.status == 200 and b'"og:type" content="article"' in answer.body]
    assert len(listed) == len(set(listed)) and sorted(listed) == sorted(items)
    for node in root.iter(space + "lastmod"):
        assert TIME.match(node.text)
