"""Counts, facets, pages and feeds of a list agree with each other."""
import json
import re
import xml.etree.ElementTree as ElementTree


def guids(room, path):
    feed = json.loads(room.get(path).text)
    return [item["id"] for item in feed["items"]]


def test_filters_of_two(sample):
    both = guids(sample, "/topic/detention/feed.json?place=jordan") if sample.get("/topic/detention/feed.json?place=jordan").status == 200 \
        else guids(sample, "/topic/detention/feed.json")
    one = guids(sample, "/topic/detention/feed.json")
    assert set(both) <= set(one) and both


def test_three_feed_forms_agree(sample):
    rss = ElementTree.fromstring(sample.get("/feed.rss").body)
    atom = ElementTree.fromstring(sample.get("/feed.atom").body)
    ids_rss = [g.text for g in rss.iter("guid")]
    ids_atom = [e.find("{http://www.w3.org/2005/Atom}id").text for e in atom.iter("{http://www.w3.org/2005/Atom}entry")]
    ids_json = guids(sample, "/feed.json")
    assert ids_rss == ids_json and len(ids_atom) == len(ids_json)


def test_page_numbers(sample):
    first = sample.get("/archive/2025/") if sample.get("/archive/2025/").status == 200 else sample.get("/")
    assert sample.get("/?page=1").status in (301, 308)
    assert sample.get("/?page=999999").status == 404
    assert sample.get("/?nonsense=1").status in (301, 308)
    assert sample.get("/?page=02").status in (301, 308, 404)
    assert first.status == 200


def test_languages_have_their_own_lists(sample):
    for code, word in (("fr", "familles du port"), ("es", "familias del puerto"), ("ar", "عائلات الميناء")):
        text = sample.get(f"/{code}/").text
        assert word in text
        assert re.search(rf'<html[^>]*lang="{code}', text)
    assert 'dir="rtl"' in sample.get("/ar/").text
    assert sample.get("/en/").status in (301, 308)


def test_translations_are_linked(sample):
    text = sample.get("/2026/11/portugal-harbour-families-return/").text
    for code in ("fr", "es", "ar"):
        assert f'hreflang="{code}"' in text


def test_security_contact(sample):
    text = sample.get("/.well-known/security.txt").text
    assert "Contact: mailto:desk@lamplight.example" in text and "Expires: 20" in text
