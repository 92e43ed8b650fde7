#!/usr/bin/python3
"""Writes sample/newsroom.xml, a WordPress export (WXR 1.2, languages as Polylang writes them), from the
texts beside this file. Run it after changing a text; the result is committed.

    build.py > ../newsroom.xml
"""
import datetime
import pathlib
import sys
from urllib.parse import quote
from xml.sax.saxutils import escape

HERE = pathlib.Path(__file__).parent
SITE = "https://lamplight.example"
LANGUAGES = {"en": ("English", "en_GB", 0), "fr": ("Français", "fr_FR", 0), "es": ("Español", "es_ES", 0),
             "ar": ("العربية", "ar", 1)}
KINDS = {"breaking-news": "Breaking news", "news": "News", "press-release": "Press releases", "report": "Reports",
         "statement": "Statements", "letter": "Letters", "campaign-update": "Campaign updates", "victory": "Victories",
         "urgent-action": "Urgent actions"}
TOPICS = {
    "housing": ("Housing and eviction", "Logement et expulsions", "Vivienda y desalojos", "السكن والإخلاء"),
    "defenders": ("Those who speak up", "Celles et ceux qui parlent", "Quienes alzan la voz", "من يرفعون أصواتهم"),
    "surveillance": ("Surveillance", "Surveillance", "Vigilancia", "المراقبة"),
    "press-freedom": ("Press freedom", "Liberté de la presse", "Libertad de prensa", "حرية الصحافة"),
    "courts": ("Courts and laws", "Tribunaux et lois", "Tribunales y leyes", "المحاكم والقوانين"),
    "detention": ("Detention", "Détention", "Detención", "الاحتجاز"),
    "health": ("Health", "Santé", "Salud", "الصحة"),
    "work": ("Work", "Travail", "Trabajo", "العمل"),
    "climate": ("Climate", "Climat", "Clima", "المناخ"),
    "children": ("Children", "Enfants", "Infancia", "الأطفال"),
    "land": ("Land and water", "Terre et eau", "Tierra y agua", "الأرض والماء"),
}
CAMPAIGNS = {
    "a-door-that-locks": ("A door that locks", "Une porte qui ferme", "Una puerta que cierra", "باب يُقفل"),
    "unwatched": ("Unwatched", "Sans regard", "Sin mirada ajena", "بلا رقيب"),
}
COUNTRIES = {"PT": "Portugal", "KE": "Kenya", "NO": "Norway", "UY": "Uruguay", "JP": "Japan", "CA": "Canada",
             "JO": "Jordan", "IS": "Iceland", "ES": "Spain"}
AUTHORS = {"ines": ("Inês", "Valadar"), "tomas": ("Tomas", "Eikeland"), "leila": ("Leila", "Haddar"), "desk": ("Lamplight", "desk")}
# name: (alt text, caption, photographer or maker)
PICTURES = {
    "harbour": ("Coloured houses along a quay at dusk, small sailing boats in front", "Cais do Linho, seen from the new breakwater", "Inês Valadar"),
    "lake": ("Reeds at the edge of a lake in the morning, two boats further out", "The shore near Kisiwani, where the permits begin", "Volunteers of the shore watch"),
    "phone": ("A telephone stands where the pupil of a large eye would be, rings spread around it", "", "Lamplight graphics"),
    "courthouse": ("The front of a court building with six columns and a closed door", "The doors open at nine", "Lamplight graphics"),
    "door": ("A door stands open in a dark wall, light falls through it onto the floor", "", "Lamplight graphics"),
    "lamp": ("Four street lamps lit along a road that climbs at night", "The school road, with its lamps back on", "Leila Haddar"),
    "letters": ("Dozens of stamped envelopes lie over each other on a table", "Letters to the archive at Calle Larga, before sorting", "Inês Valadar"),
    "hospital": ("An empty bed with a drip beside a window through which moonlight falls", "The sick room at Hamanoi, drawn from the floor plan", "Lamplight graphics"),
    "boats": ("A red trawler lies in a fjord under circling gulls", "The “Sæunn” before the order that held her in port", "Lamplight"),
    "school": ("A row of desks before three bright windows, a thermometer on the middle one", "Row three, eleven in the morning", "Leila Haddar"),
    "road": ("A straight road with telegraph poles leads through a dry plain at sunset", "The road to the Tell Abyad quarries", "Leila Haddar"),
    "terraces": ("Green rice terraces with a brown scar where the slope has slid away", "Above Kirisawa, the morning after", "Lamplight"),
    "loom": ("Threads of many colours on a loom, a shuttle lies across them", "", "Lamplight graphics"),
    "forest": ("Burnt trunks in front of a red sky, small green shoots at their feet", "Vale Sereno, eight weeks after the fire", "Inês Valadar"),
    "river": ("A river bends through fields, houses on both banks, a pipe ends at the water", "Upstream of the meters", "Inês Valadar"),
}
# The same in the other languages; a translated attachment is one more attachment with the same file, as Polylang does it.
# The road has none, though an item in Arabic shows it: its words stay English and are marked so.
TRANSLATED = {
    "harbour": {"fr": ("Maisons colorées le long d’un quai au crépuscule, de petits voiliers devant", "Cais do Linho, vu du nouveau brise-lames", "Inês Valadar"),
                "es": ("Casas de colores a lo largo de un muelle al anochecer, veleros pequeños delante", "Cais do Linho, visto desde el nuevo rompeolas", "Inês Valadar"),
                "ar": ("بيوت ملوّنة على امتداد رصيف عند الغسق، وأمامها قوارب شراعية صغيرة", "كايش دو لينيو كما يُرى من حاجز الأمواج الجديد", "إينيس فالادار")},
    "lake": {"fr": ("Des roseaux au bord d’un lac le matin, deux barques plus loin", "La rive près de Kisiwani, là où commencent les permis", "Bénévoles de la veille du lac"),
             "es": ("Juncos a la orilla de un lago por la mañana, dos barcas más lejos", "La orilla cerca de Kisiwani, donde empiezan los permisos", "Voluntarios de la vigilancia del lago"),
             "ar": ("قصب على حافة بحيرة في الصباح، وقاربان في البعيد", "الضفة قرب كيسيواني، حيث تبدأ التصاريح", "متطوعو مراقبة الضفة")},
    "phone": {"fr": ("Un téléphone à la place de la pupille d’un grand œil, des cercles autour", "", "Atelier graphique de Lamplight"),
              "es": ("Un teléfono en el lugar de la pupila de un ojo grande, con anillos alrededor", "", "Gráficos de Lamplight"),
              "ar": ("هاتف في موضع البؤبؤ من عين كبيرة، وحوله حلقات تتسع", "", "رسوم لامبلايت")},
    "courthouse": {"fr": ("La façade d’un tribunal, six colonnes et une porte fermée", "Les portes ouvrent à neuf heures", "Atelier graphique de Lamplight"),
                   "es": ("La fachada de un tribunal con seis columnas y la puerta cerrada", "Las puertas abren a las nueve", "Gráficos de Lamplight")},
    "door": {"fr": ("Une porte ouverte dans un mur sombre, la lumière tombe sur le sol", "", "Atelier graphique de Lamplight"),
             "es": ("Una puerta abierta en un muro oscuro; la luz cae sobre el suelo", "", "Gráficos de Lamplight"),
             "ar": ("باب مفتوح في جدار معتم، والضوء يقع منه على الأرض", "", "رسوم لامبلايت")},
    "lamp": {"fr": ("Quatre réverbères allumés le long d’une route qui monte, la nuit", "La route de l’école, ses lampes rallumées", "Leila Haddar"),
             "es": ("Cuatro farolas encendidas en un camino que sube de noche", "El camino de la escuela, con sus farolas otra vez", "Leila Haddar"),
             "ar": ("أربعة مصابيح مضاءة على طريق صاعد في الليل", "طريق المدرسة بعد أن عادت مصابيحه", "ليلى حداد")},
    "letters": {"fr": ("Des dizaines d’enveloppes timbrées pêle-mêle sur une table", "Lettres aux archives de Calle Larga, avant le tri", "Inês Valadar"),
                "es": ("Decenas de sobres con sello, unos sobre otros en una mesa", "Cartas al archivo de Calle Larga, antes de ordenarlas", "Inês Valadar")},
    "school": {"fr": ("Une rangée de pupitres devant trois fenêtres claires, un thermomètre au milieu", "Troisième rang, onze heures du matin", "Leila Haddar"),
               "es": ("Una fila de pupitres ante tres ventanas claras, un termómetro en el del medio", "Tercera fila, once de la mañana", "Leila Haddar"),
               "ar": ("صف من المقاعد أمام ثلاث نوافذ مضيئة، وعلى أوسطها ميزان حرارة", "الصف الثالث، الحادية عشرة صباحًا", "ليلى حداد")},
    "river": {"es": ("Un río se curva entre campos, casas en ambas orillas, un tubo acaba en el agua", "Aguas arriba de los medidores", "Inês Valadar")},
}
PICTURE_ID = {name: 1001 + i for i, name in enumerate(PICTURES)}


def picture_id(name, code):
    step = list(LANGUAGES).index(code) if code in TRANSLATED.get(name, {}) else 0
    return PICTURE_ID[name] + 100 * step


def records(name):
    text = (HERE / name).read_text(encoding="utf-8")
    for block in text.split("\n%%\n")[1:]:
        head, _, body = block.partition("\n\n")
        fields = {}
        for line in head.splitlines():
            key, _, value = line.partition(":")
            fields[key.strip()] = value.strip()
        fields["body"] = body.strip()
        yield fields


def split(value):
    return [part.strip() for part in value.split(",") if part.strip()]


def cdata(text):
    return "<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>") + "]]>"


def php(value):
    if isinstance(value, int):
        return f"i:{value};"
    if isinstance(value, str):
        return f's:{len(value.encode())}:"{value}";'
    return f"a:{len(value)}:{{" + "".join(php(k) + php(v) for k, v in value.items()) + "}"


class Export:
    def __init__(self):
        self.out = []
        self.next_term = 1
        self.next_post = 1

    def write(self, line):
        self.out.append(line)

    def term(self, taxonomy, slug, name, description="", parent=""):
        number = self.next_term
        self.next_term += 1
        self.write(f"<wp:term><wp:term_id>{number}</wp:term_id><wp:term_taxonomy>{cdata(taxonomy)}</wp:term_taxonomy>"
                   f"<wp:term_slug>{cdata(slug)}</wp:term_slug><wp:term_parent>{cdata(parent)}</wp:term_parent>"
                   f"<wp:term_name>{cdata(name)}</wp:term_name>"
                   f"<wp:term_description>{cdata(description)}</wp:term_description></wp:term>")
        return number

    def translated(self, taxonomy, slug, names):
        ids = {}
        for code, name in zip(LANGUAGES, names):
            ids[code] = self.term(taxonomy, slug if code == "en" else f"{slug}-{code}", name)
        self.term("term_translations", f"pll_{taxonomy}_{slug}", f"pll_{taxonomy}_{slug}", php(ids))

    def item(self, post, body="", meta=(), categories=()):
        number = post["id"]
        when = datetime.datetime.strptime(post["date"], "%Y-%m-%d %H:%M")
        stamp = when.strftime("%Y-%m-%d %H:%M:%S")
        self.write("<item>")
        self.write(f"<title>{cdata(post['title'])}</title><link>{escape(post['link'])}</link>")
        self.write(f"<pubDate>{when.strftime('%a, %d %b %Y %H:%M:%S')} +0000</pubDate>")
        self.write(f"<dc:creator>{cdata(post['author'])}</dc:creator>")
        self.write(f'<guid isPermaLink="false">{SITE}/?p={number}</guid><description></description>')
        self.write(f"<content:encoded>{cdata(body)}</content:encoded>")
        self.write(f"<excerpt:encoded>{cdata(post.get('excerpt', ''))}</excerpt:encoded>")
        self.write(f"<wp:post_id>{number}</wp:post_id><wp:post_date>{cdata(stamp)}</wp:post_date>"
                   f"<wp:post_date_gmt>{cdata(stamp)}</wp:post_date_gmt><wp:post_modified>{cdata(stamp)}</wp:post_modified>"
                   f"<wp:post_modified_gmt>{cdata(stamp)}</wp:post_modified_gmt>"
                   f"<wp:comment_status>closed</wp:comment_status><wp:ping_status>closed</wp:ping_status>"
                   f"<wp:post_name>{cdata(post['slug'])}</wp:post_name><wp:status>{post.get('status', 'publish')}</wp:status>"
                   f"<wp:post_parent>0</wp:post_parent><wp:menu_order>0</wp:menu_order>"
                   f"<wp:post_type>{post['type']}</wp:post_type><wp:post_password>{cdata(post.get('password', ''))}</wp:post_password>"
                   f"<wp:is_sticky>{1 if post.get('sticky') else 0}</wp:is_sticky>")
        if "attachment_url" in post:
            self.write(f"<wp:attachment_url>{escape(post['attachment_url'])}</wp:attachment_url>")
        for domain, nicename, name in categories:
            self.write(f'<category domain="{domain}" nicename="{escape(nicename)}">{cdata(name)}</category>')
        for key, value in meta:
            self.write(f"<wp:postmeta><wp:meta_key>{cdata(key)}</wp:meta_key><wp:meta_value>{cdata(value)}</wp:meta_value></wp:postmeta>")
        self.write("</item>")


def address(code, when, slug):
    prefix = "" if code == "en" else f"/{code}"
    return f"{SITE}{prefix}/{when[:4]}/{when[5:7]}/{quote(slug)}/"


def topic_categories(code, original):
    at = list(LANGUAGES).index(code)
    suffix = "" if code == "en" else f"-{code}"
    rows = []
    if original["kind"] != "none":
        rows.append(("category", original["kind"], KINDS[original["kind"]]))
    for topic in split(original.get("topics", "")):
        rows.append(("topic", topic + suffix, TOPICS[topic][at]))
    for campaign in split(original.get("campaign", "")):
        rows.append(("campaign", campaign + suffix, CAMPAIGNS[campaign][at]))
    for country in split(original.get("country", "")):
        rows.append(("country", country.lower(), COUNTRIES[country]))
    return rows


def header(export):
    export.write('<?xml version="1.0" encoding="UTF-8"?>')
    export.write('<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" '
                 'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
                 'xmlns:wp="http://wordpress.org/export/1.2/">')
    export.write(f"<channel><title>Lamplight</title><link>{SITE}</link><description>We go and look.</description>"
                 f"<pubDate>Sun, 22 Nov 2026 18:00:00 +0000</pubDate><language>en-GB</language>"
                 f"<wp:wxr_version>1.2</wp:wxr_version><wp:base_site_url>{SITE}</wp:base_site_url>"
                 f"<wp:base_blog_url>{SITE}</wp:base_blog_url>")
    for number, (login, (first, last)) in enumerate(AUTHORS.items(), 1):
        export.write(f"<wp:author><wp:author_id>{number}</wp:author_id><wp:author_login>{login}</wp:author_login>"
                     f"<wp:author_email>{login}@lamplight.example</wp:author_email>"
                     f"<wp:author_display_name>{cdata(first + ' ' + last)}</wp:author_display_name>"
                     f"<wp:author_first_name>{cdata(first)}</wp:author_first_name>"
                     f"<wp:author_last_name>{cdata(last)}</wp:author_last_name></wp:author>")
    for slug, name in KINDS.items():
        export.write(f"<wp:category><wp:term_id>{export.next_term}</wp:term_id><wp:category_nicename>{slug}</wp:category_nicename>"
                     f"<wp:category_parent></wp:category_parent><wp:cat_name>{cdata(name)}</wp:cat_name></wp:category>")
        export.next_term += 1
    for code, (name, locale, rtl) in LANGUAGES.items():
        export.term("language", code, name, php({"locale": locale, "rtl": rtl, "flag_code": code}))
    for slug, names in TOPICS.items():
        export.translated("topic", slug, names)
    for slug, names in CAMPAIGNS.items():
        export.translated("campaign", slug, names)
    for code, name in COUNTRIES.items():
        export.term("country", code.lower(), name)


def number_posts(originals, translations, pages):
    groups = {}
    number = 1
    for record in originals:
        record.update(id=number, lang="en", type="post")
        groups[record["slug"]] = {"en": record}
        number += 1
    for code, records_of in translations.items():
        for record in records_of:
            base = groups[record["of"]]["en"]
            record.update(id=number, lang=code, type="post", date=base["date"], author=base["author"])
            groups[record["of"]][code] = record
            number += 1
    for record in pages:
        record.update(id=number, type="page", date="2026-01-05 09:00", author="desk")
        groups.setdefault("page-" + record.get("of", record["slug"]), {})[record["lang"]] = record
        number += 1
    return groups


def main():
    originals = list(records("en.txt"))
    groups = number_posts(originals, {code: list(records(f"{code}.txt")) for code in ("fr", "es", "ar")}, list(records("pages.txt")))
    export = Export()
    header(export)
    for key, group in groups.items():
        if len(group) > 1:
            export.term("post_translations", f"pll_{key}", f"pll_{key}", php({code: r["id"] for code, r in group.items()}))
    for name in TRANSLATED:
        ids = {code: picture_id(name, code) for code in ("en", *TRANSLATED[name])}
        export.term("post_translations", f"pll_picture_{name}", f"pll_picture_{name}", php(ids))
    for name, words in PICTURES.items():
        for code, (alt, caption, maker) in {"en": words, **TRANSLATED.get(name, {})}.items():
            slug = name if code == "en" else f"{name}-{code}"
            url = f"{SITE}/wp-content/uploads/2026/{name}.jpg"
            export.item({"id": picture_id(name, code), "title": name, "link": f"{SITE}/{slug}/", "author": "desk", "slug": slug,
                         "type": "attachment", "status": "inherit", "date": "2026-01-02 09:00", "excerpt": caption, "attachment_url": url},
                        meta=(("_wp_attached_file", f"2026/{name}.jpg"), ("_wp_attachment_image_alt", alt), ("picture_credit", maker),
                              ("_wp_attachment_metadata", php({"width": 1440, "height": 900, "file": f"2026/{name}.jpg"}))),
                        categories=(("language", code, LANGUAGES[code][0]),))
    for group in groups.values():
        for code, record in group.items():
            original = group.get("en", record)
            prefix = "" if code == "en" else f"/{code}"
            record["link"] = (address(code, record["date"], record["slug"]) if record["type"] == "post"
                              else f"{SITE}{prefix}/{record['slug']}/")
            meta = []
            for field in ("subtitle", "refno"):
                if record.get(field) or (field == "refno" and original.get(field)):
                    meta.append((field, record.get(field) or original[field]))
            if original.get("picture"):
                meta.append(("_thumbnail_id", str(picture_id(original["picture"], code))))
            if record.get("was"):
                meta.append(("_wp_old_slug", record["was"]))
            rows = topic_categories(code, original) if record["type"] == "post" else []
            rows.append(("language", code, LANGUAGES[code][0]))
            writers = split(record["author"])
            record = dict(record, author=writers[0], slug=quote(record["slug"]).lower())
            for other in writers if len(writers) > 1 else ():
                rows.append(("author", f"cap-{other}", " ".join(AUTHORS[other])))
            export.item(record, record["body"], meta, rows)
    export.write("</channel></rss>")
    sys.stdout.write("\n".join(export.out) + "\n")


if __name__ == "__main__":
    main()
