#!/usr/bin/python3
"""Writes a WordPress export with made-up posts to standard output: the same for the same seed, as large as wanted.

    gen_wxr.py --items N [--body-bytes 5000] [--seed 1] [--part K/OF]

Posts lie over twenty years, with kinds, topics, countries, authors, pictures; one in twenty is a draft. Memory does not grow with N.
"""
import argparse
import random
import sys
import time

KINDS = ["news", "press-release", "report", "statement", "campaign-update", "victory", "urgent-action", "letter"]
TOPICS = ["housing", "detention", "courts", "surveillance", "health", "work", "climate", "children", "land", "press-freedom",
          "borders", "police", "trade", "water", "schools", "archives", "elections", "prisons", "evictions", "privacy"]
COUNTRIES = ["Portugal", "Kenya", "Norway", "Uruguay", "Japan", "Canada", "Jordan", "Iceland", "Spain", "Chile", "Ghana", "Nepal",
             "Peru", "Poland", "Tunisia", "Mexico", "Fiji", "Malta", "Italy", "Latvia"]
WORDS = ("the a of and to in for on with by from at was were has had not one two three house harbour river court letter lamp road "
         "school night morning judge family teacher paper door key map lake number answer question wall table window village week "
         "year month office station train ship crew wage contract law rule rights people children mother father brother sister "
         "asked answered wrote walked waited found opened closed signed refused promised counted measured printed read heard").split()
SITE = "https://bench.example"


def words_of(rng, size):
    words = []
    length = 0
    while length < size:
        word = rng.choice(WORDS)
        words.append(word)
        length += len(word) + 1
    return " ".join(words)


def paragraph(rng, size):
    text = words_of(rng, size)
    if rng.random() < 0.3:
        text = text[: size // 2] + f' <a href="{SITE}/?p={rng.randrange(1, 1000)}">earlier</a> ' + text[size // 2:]
    if rng.random() < 0.2:
        text = "<strong>" + text[:40] + "</strong>" + text[40:]
    return text[0].upper() + text[1:] + "."


def body(rng, size):
    parts = []
    total = 0
    while total < size:
        kind = rng.random()
        if kind < 0.08:
            part = f"<!-- wp:heading -->\n<h2>{words_of(rng, 40)}</h2>\n<!-- /wp:heading -->"
        elif kind < 0.14:
            part = f"<!-- wp:quote -->\n<blockquote class=\"wp-block-quote\"><p>{paragraph(rng, 150)}</p><cite>{words_of(rng, 14)}</cite></blockquote>\n<!-- /wp:quote -->"
        elif kind < 0.2:
            part = "<!-- wp:list -->\n<ul>" + "".join(f"<li>{paragraph(rng, 50)}</li>" for _ in range(4)) + "</ul>\n<!-- /wp:list -->"
        else:
            part = f"<!-- wp:paragraph -->\n<p>{paragraph(rng, 420)}</p>\n<!-- /wp:paragraph -->"
        parts.append(part)
        total += len(part)
    return "\n\n".join(parts)


def item(rng, number, size):
    when = time.gmtime(1100000000 + number * 31 % 640000000)
    stamp = time.strftime("%Y-%m-%d %H:%M:%S", when)
    country = rng.choice(COUNTRIES)
    slug = f"{rng.choice(WORDS)}-{rng.choice(WORDS)}-{number}"
    status = "draft" if rng.random() < 0.05 else "publish"
    kind, topic = rng.choice(KINDS), rng.choice(TOPICS)
    return f"""<item><title>{country}: {words_of(rng, 50)}</title><link>{SITE}/{time.strftime('%Y/%m', when)}/{slug}/</link>
<pubDate>{time.strftime('%a, %d %b %Y %H:%M:%S +0000', when)}</pubDate><dc:creator>writer{number % 40}</dc:creator>
<guid isPermaLink="false">{SITE}/?p={number}</guid><description></description>
<content:encoded><![CDATA[{body(rng, size)}]]></content:encoded><excerpt:encoded><![CDATA[]]></excerpt:encoded>
<wp:post_id>{number}</wp:post_id><wp:post_date>{stamp}</wp:post_date><wp:post_date_gmt>{stamp}</wp:post_date_gmt>
<wp:post_modified>{stamp}</wp:post_modified><wp:post_modified_gmt>{stamp}</wp:post_modified_gmt>
<wp:comment_status>closed</wp:comment_status><wp:ping_status>closed</wp:ping_status><wp:post_name>{slug}</wp:post_name>
<wp:status>{status}</wp:status><wp:post_parent>0</wp:post_parent><wp:menu_order>0</wp:menu_order><wp:post_type>post</wp:post_type>
<wp:post_password></wp:post_password><wp:is_sticky>0</wp:is_sticky>
<category domain="category" nicename="{kind}"><![CDATA[{kind}]]></category>
<category domain="post_tag" nicename="{topic}"><![CDATA[{topic}]]></category>
<category domain="country" nicename="{country.lower()}"><![CDATA[{country}]]></category>
</item>
"""


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--items", type=int, required=True)
    parser.add_argument("--body-bytes", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--distinct", type=int, default=2000, help="after so many, bodies are used again: generating is slow")
    options = parser.parse_args()
    rng = random.Random(options.seed)
    out = sys.stdout
    out.write(f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>Bench</title><link>{SITE}</link>
<language>en</language><wp:wxr_version>1.2</wp:wxr_version><wp:base_site_url>{SITE}</wp:base_site_url><wp:base_blog_url>{SITE}</wp:base_blog_url>
""")
    for n in range(40):
        out.write(f"<wp:author><wp:author_login>writer{n}</wp:author_login><wp:author_display_name><![CDATA[Writer {n}]]></wp:author_display_name></wp:author>\n")
    bodies = []
    for number in range(1, options.items + 1):
        text = item(rng, number, 0 if len(bodies) >= options.distinct else options.body_bytes)
        at = text.index("<![CDATA[", text.index("<content:encoded>")) + 9
        end = text.index("]]></content:encoded>")
        if len(bodies) < options.distinct:
            bodies.append(text[at:end])
        else:
            text = text[:at] + bodies[number % options.distinct] + text[end:]
        out.write(text)
    out.write("</channel></rss>\n")


if __name__ == "__main__":
    main()
