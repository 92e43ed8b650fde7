"""What a newcomer must meet in the sample newsroom: kinds in the words of each language, breaking news, the texts of pictures,
corrections, and a page that leads to all of it."""
import re
import time
from urllib.parse import quote

import pytest

FRONTS = {"en": "/", "fr": "/fr/", "es": "/es/", "ar": "/ar/"}
BREAKING = {
    "en": "Kenya: Three lake observers released without charge",
    "fr": "Kenya : trois observateurs du lac libérés sans inculpation",
    "es": "Kenia: tres observadores del lago en libertad sin cargos",
    "ar": "كينيا: الإفراج عن ثلاثة من مراقبي البحيرة دون توجيه تهم",
}
VICTORY = {"en": ("Victory", "Victories"), "fr": ("Victoire", "Victoires"), "es": ("Victoria", "Victorias"), "ar": ("انتصار", "انتصارات")}
HARBOUR = {
    "en": ("Coloured houses along a quay", "seen from the new breakwater"),
    "fr": ("Maisons colorées le long d’un quai", "vu du nouveau brise-lames"),
    "es": ("Casas de colores a lo largo de un muelle", "visto desde el nuevo rompeolas"),
    "ar": ("بيوت ملوّنة على امتداد رصيف", "كما يُرى من حاجز الأمواج الجديد"),
}


def section(page, start, end):
    return page.split(start, 1)[1].split(end, 1)[0]


def leads_to(page, title):
    return re.search(r'<a href="([^"]+)"[^>]*>' + re.escape(title), page).group(1)


@pytest.mark.parametrize("language", FRONTS)
def test_breaking_news_stands_on_every_front(sample, language):
    bar = section(sample.get(FRONTS[language]).text, 'class="breaking"', "</aside>")
    assert BREAKING[language] in bar
    item = sample.get(leads_to(bar, BREAKING[language]))
    assert item.status == 200 and f'<html lang="{language}"' in item.text


def test_breaking_news_ends_by_itself(own_sample):
    until = [int(row[0]) for row in own_sample.sql(f"SELECT breaking_until_s FROM item WHERE breaking_until_s > {int(time.time()) + 60 * 3600}")]
    assert len(until) == 1 and until[0] <= time.time() + 72 * 3600


@pytest.mark.parametrize("language", FRONTS)
def test_a_card_has_one_and_a_list_has_many(sample, language):
    one, many = VICTORY[language]
    front = sample.get(FRONTS[language]).text
    assert f"</svg>{one}</span>" in front and f"</svg>{many}</span>" not in front
    listed = sample.get(leads_to(section(front, 'class="sections"', "</nav>"), many))
    assert listed.status == 200
    assert re.search(r"<h1[^>]*>.*" + many + "</h1>", listed.text)
    assert f"</svg>{one}</span>" in listed.text
    feed = sample.get(re.search(r'type="application/rss\+xml" title="[^"]*" href="([^"]+)"', listed.text).group(1))
    assert many in section(feed.text, "<title>", "</title>")


@pytest.mark.parametrize("language", FRONTS)
def test_pictures_speak_the_language_of_the_page(sample, language):
    alt, caption = HARBOUR[language]
    front = sample.get(FRONTS[language]).text
    card = section(front, 'class="lead', "</article>")
    assert f'alt="{alt}' in card
    figure = section(sample.get(re.search(r'<a href="([^"]+)"', card).group(1)).text, '<figure class="picture">', "</figure>")
    assert f'alt="{alt}' in figure and caption in figure and "lang=" not in figure


def test_a_text_from_another_language_is_marked(sample):
    page = sample.get("/ar/2025/10/" + quote("تأجيل-جلسة-غبار-المقالع") + "/")
    assert page.status == 200
    figure = section(page.text, '<figure class="picture">', "</figure>")
    assert re.search(r'<img [^>]*alt="A straight road[^"]*" lang="en" dir="ltr"', figure)
    assert '<span class="caption" lang="en" dir="ltr">The road to the Tell Abyad quarries</span>' in figure
    assert '<span class="credit" lang="en" dir="ltr">Leila Haddar</span>' in figure


def test_corrections_stand_with_the_text(sample):
    for path, text in (("/2025/09/kenya-lake-map/", "It has 1,900"), ("/fr/2026/10/lumiere-empruntee/", "trois services")):
        assert text in section(sample.get(path).text, 'class="corrections', "</section>")


def test_markup_of_every_sort(sample):
    report = section(sample.get("/2026/10/borrowed-light/").text, 'class="body prose', "</article>")
    for piece in ("<abbr title=", '<bdi dir="rtl" lang="ar">', '<i lang="nb">', "<table>", "<th scope=", 'class="caption"', 'role="doc-noteref"', 'id="note-1"', "<blockquote>"):
        assert piece in report, piece
    card = section(sample.get("/2025/09/kenya-lake-map/").text, 'class="body prose', "</article>")
    assert "embed-card" in card and "<iframe" not in card


def test_the_tour_tells_the_truth(sample):
    """Every link answers, and the addresses that are only named do what is said of them."""
    tour = section(sample.get("/look-around/").text, 'class="body prose', "</article>")
    for path in re.findall(r'<a href="([^"]+)"', tour):
        assert sample.get(path.replace("&amp;", "&")).status == 200, path
    gone, old, early = re.findall(r"<code>([^<]+)</code>", tour)
    assert sample.get(gone).status == 410
    moved = sample.get(old)
    assert moved.status == 301 and moved.header("Location").endswith("/2026/11/portugal-harbour-families-return/")
    assert sample.get(early).status == 404
    assert "/look-around/" in sample.get("/").text


def test_countries_stand_below_their_part_of_the_world(sample):
    index = section(sample.get("/place/").text, 'class="index"', "</main>")
    europe = section(index, "/place/europe/", "</section>")
    lines = re.findall(r'<li( class="inner")?><a href="/place/([a-z-]+)/', europe)
    assert lines == [("", "northern-europe"), (' class="inner"', "iceland"), (' class="inner"', "norway"),
                     ("", "southern-europe"), (' class="inner"', "portugal"), (' class="inner"', "spain")]
