"""A made-up newsroom as a WordPress export: the same bytes for the same seed, of any length, in memory that does not grow with it.

Items lie over twenty years, more of them in the later ones, in four languages, each with a kind, one to three of 300 topics, up to two
countries and an author. Kinds, topics, countries and authors are as unequal as in life: the second is used half as often as the first, the
third a third as often. One word in five is of 20,000 made-up ones, unequal in the same way, so that a search finds everything, a little or
nothing. One item in ten translates the one before it; one in twenty is a draft. Bodies are used again after the first twenty thousand,
since making them is slow.
"""
import itertools
import random
import time

SITE = "https://bench.example"
BEGIN_S, END_S = 1132704000, 1793491200  # 2005-11-23, 2026-11-01
KINDS = ["news", "press-release", "statement", "campaign-update", "urgent-action", "report", "letter", "victory"]
SUBJECTS = ["housing", "detention", "court", "surveillance", "health", "labour", "climate", "child", "land", "press",
            "border", "police", "trade", "water", "school", "archive", "election", "prison", "eviction", "privacy"]
ASPECTS = ["rights", "law", "reform", "watch", "access", "funding", "records", "safety", "appeals", "workers", "families", "witnesses",
           "monitoring", "standards", "inquiries"]
TOPICS = [f"{subject}-{aspect}" for aspect, subject in itertools.product(ASPECTS, SUBJECTS)]
COUNTRIES = ["Portugal", "Kenya", "Norway", "Uruguay", "Japan", "Canada", "Jordan", "Iceland", "Spain", "Chile", "Ghana", "Nepal",
             "Peru", "Poland", "Tunisia", "Mexico", "Fiji", "Malta", "Italy", "Latvia", "Egypt", "France", "Germany", "India", "Brazil",
             "Colombia", "Morocco", "Senegal", "Zambia", "Malawi", "Finland", "Sweden", "Denmark", "Ireland", "Greece", "Cyprus",
             "Lebanon", "Yemen", "Oman", "Kuwait", "Pakistan", "Bangladesh", "Thailand", "Vietnam", "Cambodia", "Philippines",
             "Indonesia", "Malaysia", "Australia", "Argentina", "Bolivia", "Ecuador", "Paraguay", "Honduras", "Guatemala", "Panama",
             "Cuba", "Haiti", "Jamaica", "Nigeria", "Niger", "Mali", "Benin", "Togo", "Uganda", "Rwanda", "Angola", "Namibia",
             "Botswana", "Lesotho", "Albania", "Croatia", "Serbia", "Hungary", "Austria", "Belgium", "Estonia", "Lithuania"]
AUTHORS = 400
LANGUAGES = ["en", "fr", "es", "ar"]
LANGUAGE_WEIGHTS = [70, 15, 10, 5]
WORDS = {
    "en": ("the a of and to in for on with by from at was were has had not one two three house harbour river court letter lamp road "
           "school night morning judge family teacher paper door key map lake number answer question wall table window village week "
           "year month office station train ship crew wage contract law rule rights people children mother father brother sister "
           "asked answered wrote walked waited found opened closed signed refused promised counted measured printed read heard"),
    "fr": ("le la de et à dans pour sur avec par une deux trois maison port rivière tribunal lettre lampe route école nuit matin juge "
           "famille papier porte carte lac nombre réponse question mur fenêtre village semaine année bureau gare navire contrat loi "
           "droits enfants mère père a demandé répondu écrit marché attendu trouvé ouvert fermé signé refusé promis compté lu"),
    "es": ("el la de y en para con por una dos tres casa puerto río tribunal carta lámpara camino escuela noche mañana juez familia papel "
           "puerta mapa lago número respuesta pregunta pared ventana pueblo semana año oficina estación barco contrato ley derechos niños "
           "madre padre preguntó respondió escribió caminó esperó encontró abrió cerró firmó negó prometió contó leyó"),
    "ar": ("في من على إلى عن مع بيت ميناء نهر محكمة رسالة مصباح طريق مدرسة ليل صباح قاض عائلة معلم ورقة باب مفتاح خريطة بحيرة رقم جواب سؤال "
           "جدار نافذة قرية أسبوع سنة شهر مكتب محطة قطار سفينة عقد قانون حقوق ناس أطفال أم أب سأل كتب انتظر وجد فتح أغلق وقع رفض وعد قرأ"),
}
WORDS = {language: words.split() for language, words in WORDS.items()}
SYLLABLES = ["ba", "ko", "ri", "ten", "lu", "mar", "so", "vi", "dal", "ne", "pa", "gor", "shi", "um", "fe", "lan", "zo", "qui", "hed", "tas",
             "ur", "mo", "bel", "ky", "ran", "wi", "jo"]
NAMES = ["".join(parts) for parts in itertools.islice(itertools.product(SYLLABLES, repeat=4), 0, 500000, 25)]
HEAD = f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>Bench</title><link>{SITE}</link>
<language>en</language><wp:wxr_version>1.2</wp:wxr_version><wp:base_site_url>{SITE}</wp:base_site_url><wp:base_blog_url>{SITE}</wp:base_blog_url>
"""
FOOT = "</channel></rss>\n"


def mapping():
    """What becomes what, for `crier import --mapping`."""
    kinds = ",\n".join(f'{{ key = "{kind.replace("-", "_")}"; label = "{kind}"; slug = "{kind}"; }}' for kind in KINDS)
    rules = "".join(f'{{ taxonomy = "category"; term = "{kind}"; becomes = "kind"; to = "{kind.replace("-", "_")}"; }},\n' for kind in KINDS)
    return (f'language = "en";\nkinds = (\n{kinds} );\nterms = (\n{rules}{{ taxonomy = "topic"; becomes = "topic"; }},\n'
            '{ taxonomy = "country"; becomes = "place"; } );\n'
            'fields = ( { field = "same_as"; becomes = "translations"; }, { field = "language"; becomes = "language"; } );\n')


class Zipf:
    """The nth of the values comes up 1/n as often as the first."""

    def __init__(self, values):
        self.values = list(values)
        self.weights = list(itertools.accumulate(1 / n for n in range(1, len(self.values) + 1)))

    def pick(self, rng, count=1):
        return list(dict.fromkeys(rng.choices(self.values, cum_weights=self.weights, k=count)))


class Corpus:
    """Items by number, from 1. They are drawn one after the other; what is drawn depends on the seed and on what was drawn before."""

    def __init__(self, seed=1, items=10000, body_bytes=5000, distinct=20000):
        self.rng = random.Random(seed)
        names = list(NAMES)
        random.Random(0).shuffle(names)
        self.names = Zipf(names)
        self.items, self.body_bytes, self.distinct = items, body_bytes, distinct
        self.kinds, self.topics, self.countries = Zipf(KINDS), Zipf(TOPICS), Zipf(COUNTRIES)
        self.authors = Zipf(range(AUTHORS))
        self.bodies = {language: [] for language in LANGUAGES}
        self.last = None

    def words(self, language, size):
        words = []
        length = 0
        while length < size:
            word = self.rng.choice(WORDS[language]) if self.rng.random() < 0.8 else self.names.pick(self.rng)[0]
            words.append(word)
            length += len(word) + 1
        return " ".join(words)

    def paragraph(self, language, size):
        text = self.words(language, size)
        if self.rng.random() < 0.3:
            text = text[: size // 2] + f' <a href="{SITE}/?p={self.rng.randrange(1, 1000)}">earlier</a> ' + text[size // 2:]
        if self.rng.random() < 0.2:
            text = "<strong>" + text[:40] + "</strong>" + text[40:]
        return text[0].upper() + text[1:] + "."

    def block(self, language):
        kind = self.rng.random()
        if kind < 0.08:
            return f"<!-- wp:heading -->\n<h2>{self.words(language, 40)}</h2>\n<!-- /wp:heading -->"
        if kind < 0.14:
            return ('<!-- wp:quote -->\n<blockquote class="wp-block-quote"><p>' + self.paragraph(language, 150) +
                    f"</p><cite>{self.words(language, 14)}</cite></blockquote>\n<!-- /wp:quote -->")
        if kind < 0.2:
            entries = "".join(f"<li>{self.paragraph(language, 50)}</li>" for _ in range(4))
            return f"<!-- wp:list -->\n<ul>{entries}</ul>\n<!-- /wp:list -->"
        return f"<!-- wp:paragraph -->\n<p>{self.paragraph(language, 420)}</p>\n<!-- /wp:paragraph -->"

    def body(self, language):
        """So many bytes or a little more, or one that was made before."""
        made = self.bodies[language]
        if len(made) >= self.distinct * LANGUAGE_WEIGHTS[LANGUAGES.index(language)] // 100:
            return self.rng.choice(made)
        blocks = []
        total = 0
        while total < self.body_bytes:
            blocks.append(self.block(language))
            total += len(blocks[-1].encode())
        made.append("\n\n".join(blocks))
        return made[-1]

    def when(self, number):
        """Four times as many items a year at the end as at the beginning."""
        share = min((number + self.rng.random()) / (self.items + 1), 1)
        years = ((1 + 15 * share) ** 0.5 - 1) / 3
        return int(BEGIN_S + (END_S - BEGIN_S) * years)

    def item(self, number, when_s=None):
        rng = self.rng
        translates = when_s is None and self.last and number % 10 == 0
        language = rng.choices(LANGUAGES, LANGUAGE_WEIGHTS)[0]
        if translates:
            language = LANGUAGES[(LANGUAGES.index(self.last["language"]) + 1) % len(LANGUAGES)]
            item = dict(self.last, number=number, language=language)
        else:
            item = {"number": number, "group": number, "language": language, "author": self.authors.pick(rng)[0],
                    "kind": self.kinds.pick(rng)[0], "topics": self.topics.pick(rng, rng.choice((1, 1, 2, 3))),
                    "countries": self.countries.pick(rng, rng.choice((0, 1, 1, 2))),
                    "status": "draft" if rng.random() < 0.05 else "publish"}
        item["when_s"] = when_s or self.when(number)
        item["title"] = f"{self.words(language, 50).capitalize()} {number}"
        item["body"] = self.body(language)
        self.last = item
        return item

    def export(self):
        """The export's text, piece by piece."""
        yield HEAD
        yield from authors()
        for number in range(1, self.items + 1):
            yield text_of(self.item(number))
        yield FOOT


def authors():
    for n in range(AUTHORS):
        yield (f"<wp:author><wp:author_login>writer{n}</wp:author_login><wp:author_display_name><![CDATA[Writer {n}]]>"
               "</wp:author_display_name></wp:author>\n")


def address_of(item):
    """Where the item stood in WordPress, and stands."""
    prefix = "" if item["language"] == "en" else f"/{item['language']}"
    return f"{prefix}{time.strftime('/%Y/%m', time.gmtime(item['when_s']))}/item-{item['number']}/"


def text_of(item):
    number, when = item["number"], time.gmtime(item["when_s"])
    stamp = time.strftime("%Y-%m-%d %H:%M:%S", when)
    terms = [("category", item["kind"], item["kind"])]
    terms += [("topic", topic, topic.replace("-", " ").capitalize()) for topic in item["topics"]]
    terms += [("country", country.lower(), country) for country in item["countries"]]
    fields = (("language", item["language"]), ("same_as", f"g{item['group']}"))
    return (f"""<item><title>{item['title']}</title><link>{SITE}{address_of(item)}</link>
<pubDate>{time.strftime('%a, %d %b %Y %H:%M:%S +0000', when)}</pubDate><dc:creator>writer{item['author']}</dc:creator>
<guid isPermaLink="false">{SITE}/?p={number}</guid><description></description>
<content:encoded><![CDATA[{item['body']}]]></content:encoded><excerpt:encoded><![CDATA[]]></excerpt:encoded>
<wp:post_id>{number}</wp:post_id><wp:post_date>{stamp}</wp:post_date><wp:post_date_gmt>{stamp}</wp:post_date_gmt>
<wp:post_modified>{stamp}</wp:post_modified><wp:post_modified_gmt>{stamp}</wp:post_modified_gmt>
<wp:comment_status>closed</wp:comment_status><wp:ping_status>closed</wp:ping_status><wp:post_name>item-{number}</wp:post_name>
<wp:status>{item['status']}</wp:status><wp:post_parent>0</wp:post_parent><wp:menu_order>0</wp:menu_order><wp:post_type>post</wp:post_type>
<wp:post_password></wp:post_password><wp:is_sticky>0</wp:is_sticky>
""" + "".join(f'<category domain="{domain}" nicename="{slug}"><![CDATA[{name}]]></category>\n' for domain, slug, name in terms) +
            "".join(f"<wp:postmeta><wp:meta_key>{key}</wp:meta_key><wp:meta_value><![CDATA[{value}]]></wp:meta_value></wp:postmeta>\n"
                    for key, value in fields) + "</item>\n")
