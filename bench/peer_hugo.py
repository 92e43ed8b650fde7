"""Hugo, Debian's package: the generated items as a site of files, with what Crier's has of lists and feeds; nginx serves them.

Bodies go in as the HTML that they are, so nothing is turned from Markdown. All languages stand in one list, as WordPress has them. A page shows
as little as a theme can: no facets, no menus, no translations.
"""
import json
import os
import shutil
import subprocess
import time

import corpus
from peers import need
from servers import Nginx

CONFIG = """baseURL: "https://bench.example/"
title: Bench
paginate: 24
timeout: 600s
permalinks: { news: "/:year/:month/:slug/" }
taxonomies: { kind: kind, topic: topic, place: place, author: author }
outputs: { home: [HTML, RSS], section: [HTML], taxonomy: [HTML], term: [HTML, RSS] }
rssLimit: 30
"""
CARD = ('<article><h2><a href="{{ .RelPermalink }}">{{ .Title }}</a></h2><p><time datetime="{{ .Date.Format "2006-01-02" }}">'
        '{{ .Date.Format "2 January 2006" }}</time> {{ range .Params.topic }}<a href="/topic/{{ . }}/">{{ . }}</a> {{ end }}</p>'
        "<p>{{ .Summary }}</p></article>\n")
PAGES = ('{{ define "main" }}<h1>{{ .Title }}</h1>{{ $at := .Paginate %s }}{{ range $at.Pages }}{{ partial "card.html" . }}{{ end }}<nav>'
         '{{ with $at.Prev }}<a href="{{ .URL }}">Newer</a>{{ end }} {{ $at.PageNumber }} of {{ $at.TotalPages }} '
         '{{ with $at.Next }}<a href="{{ .URL }}">Older</a>{{ end }}</nav>{{ end }}\n')
LAYOUTS = {
    "_default/baseof.html": ('<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{{ .Title }}</title>'
                             '<link rel="canonical" href="{{ .Permalink }}"><link rel="stylesheet" href="/style.css"></head><body><header>'
                             '<a href="/">{{ site.Title }}</a></header><main>{{ block "main" . }}{{ end }}</main></body></html>\n'),
    "partials/card.html": CARD,
    "index.html": PAGES % "site.RegularPages",
    "_default/list.html": PAGES % ".RegularPages",
    "news/list.html": '{{ define "main" }}<h1>{{ .Title }}</h1>{{ range first 24 .RegularPages }}{{ partial "card.html" . }}{{ end }}{{ end }}\n',
    "_default/terms.html": ('{{ define "main" }}<h1>{{ .Title }}</h1>{{ range .Data.Terms.Alphabetical }}<a href="{{ .Page.RelPermalink }}">'
                            "{{ .Page.Title }}</a> {{ .Count }} {{ end }}{{ end }}\n"),
    "_default/single.html": ('{{ define "main" }}<article><h1>{{ .Title }}</h1><p><time>{{ .Date.Format "2 January 2006" }}</time> '
                             '{{ range .Params.author }}<a href="/author/{{ . }}/">{{ . }}</a> {{ end }}{{ range .Params.topic }}'
                             '<a href="/topic/{{ . }}/">{{ . }}</a> {{ end }}{{ range .Params.place }}<a href="/place/{{ . }}/">{{ . }}</a> '
                             "{{ end }}</p>{{ .Content }}</article>{{ end }}\n"),
    "_default/rss.xml": ('<rss version="2.0"><channel><title>{{ .Title }}</title><link>{{ .Permalink }}</link>{{ $all := .RegularPages }}'
                         "{{ if .IsHome }}{{ $all = site.RegularPages }}{{ end }}{{ range first 30 $all }}<item><title>{{ .Title }}</title>"
                         "<link>{{ .Permalink }}</link><guid>{{ .Permalink }}</guid><description>{{ .Content | html }}</description></item>\n"
                         "{{ end }}</channel></rss>\n"),
}
PAGE_ENDINGS = (".html", ".xml", ".rss", ".atom", ".json")


def count_pages(folder):
    """The pages and feeds that a site of files has."""
    return sum(name.endswith(PAGE_ENDINGS) for place, _, names in os.walk(folder) for name in names if ".crier" not in place)


def spent(words, out):
    """Runs the program to its end: seconds, of the processors too, and MiB at its peak."""
    begun = time.monotonic()
    with open(out, "wb") as log:
        process = subprocess.Popen([str(word) for word in words], stdout=log, stderr=log)
    _, status, usage = os.wait4(process.pid, 0)
    whole = time.monotonic() - begun
    if status != 0:
        raise SystemExit(f"{words[0]} failed:\n{out.read_text(errors='replace')[-2000:]}")
    return whole, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


class Hugo:
    """A site's sources, ready to be built."""

    def __init__(self, work, items):
        need("Hugo", "bench", ("hugo",))
        self.place = work / "hugo"
        for name, text in LAYOUTS.items():
            file = self.place / "layouts" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        (self.place / "config.yaml").write_text(CONFIG)
        (self.place / "static").mkdir()
        (self.place / "static" / "style.css").write_text("body { max-width: 50em; margin: auto }\n")
        (self.place / "content" / "news").mkdir(parents=True)
        made = corpus.Corpus(items=items)
        for number in range(1, items + 1):
            self.write(made.item(number))
        self.public = self.place / "public"

    def write(self, item):
        head = {"title": item["title"], "date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(item["when_s"])), "slug": f"item-{item['number']}",
                "draft": item["status"] != "publish", "kind": [item["kind"]], "topic": item["topics"], "author": [f"writer{item['author']}"],
                "place": [country.lower() for country in item["countries"]]}
        file = self.place / "content" / "news" / f"item-{item['number']}.html"
        file.write_text(json.dumps(head) + "\n\n" + item["body"] + "\n", encoding="utf-8")

    def build(self):
        """From nothing: seconds, seconds of the processors, MiB at the peak, pages."""
        shutil.rmtree(self.public, ignore_errors=True)
        took = spent(["hugo", "--quiet", "--buildFuture", "--source", self.place, "--destination", self.public], self.place / "hugo.log")
        return *took, count_pages(self.public)

    def serve(self, work):
        return Nginx(work, self.public)
