"""Cached pages of three sizes, and answers that nothing changed, beside nginx with the same bytes."""
import statistics

from servers import Crier, Nginx, crier, wrk

SIZES = (1000, 20000, 60000)
CANDIDATES = ["/robots.txt", "/", "/fr/", "/archive/", "/feed.rss", "/feed.atom", "/feed.json", "/2026/10/borrowed-light/",
              "/2026/09/jordan-letter-visiting-hours/", "/victories/", "/sitemap.xml", "/opensearch.xml", "/bench-60/"]


def pages_by_size(server):
    """The pages whose sizes are nearest to those wanted."""
    sized = [(len(body), path) for path in CANDIDATES for status, _, body in [server.fetch(path)] if status == 200]
    return [min(sized, key=lambda s: abs(s[0] - want)) for want in SIZES]


def compare(what, key, targets, options, headers=((), ()), script=None):
    """Rounds of one and the other in turn: a row with the medians and their ratio. targets: (port, path) of Crier and of nginx."""
    rates = ([], [])
    waits = ([], [])
    for _ in range(options.rounds):
        for side, (port, path) in enumerate(targets):
            rate, wait, errors = wrk(port, path, options.seconds, headers[side], script[side] if script else None)
            if errors:
                raise SystemExit(f"{what}: {errors}")
            rates[side].append(rate)
            waits[side].append(wait)
    ours, theirs = statistics.median(rates[0]), statistics.median(rates[1])
    ratios = sorted(a / b for a, b in zip(*rates))
    return {"what": what, "key": key, "crier/s": round(ours), "nginx/s": round(theirs), "ratio": round(ours / theirs, 2),
            "of rounds": f"{ratios[0]:.2f} to {ratios[-1]:.2f}",
            "p99 ms": f"{statistics.median(waits[0]):.1f}, {statistics.median(waits[1]):.1f}"}


def run(options, work, _):
    folder = work / "newsroom"
    crier("init", folder, "--sample")
    export = work / "long.xml"
    export.write_text(long_post(52000))
    crier("import", "wordpress", "-C", folder, export)
    with Crier(folder) as server, Nginx(work) as nginx:
        for want, (size, path) in zip(SIZES, pages_by_size(server)):
            name = f"page-{size}.html"
            for _ in range(4):  # asked for the second time it is kept
                _, _, body = server.fetch(path)
            yield compare(f"cached page, {size / 1000:.1f} KB", f"cached {want // 1000}",
                          ((server.port, path), (nginx.port, nginx.put(name, body))), options)
        _, ours, _ = server.fetch(path)
        _, theirs, _ = nginx.fetch("/" + name)
        yield compare("304", "304", ((server.port, path), (nginx.port, "/" + name)), options,
                      ((f"If-None-Match: {ours['ETag']}",), (f"If-None-Match: {theirs['ETag']}",)))


def long_post(size):
    words = "<p>" + "The harbour, the lake and the road are words that fill a page. " * 12 + "</p>\n"
    body = words * (size // len(words))
    return ('<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
            'xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
            'xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>Bench</title><link>http://bench.example</link>'
            '<wp:wxr_version>1.2</wp:wxr_version><wp:base_site_url>http://bench.example</wp:base_site_url>'
            '<wp:base_blog_url>http://bench.example</wp:base_blog_url><item><title>Long</title><link>http://bench.example/bench-60/</link>'
            '<dc:creator>bench</dc:creator><guid isPermaLink="false">http://bench.example/?p=1</guid>'
            f'<content:encoded><![CDATA[{body}]]></content:encoded><excerpt:encoded></excerpt:encoded><wp:post_id>1</wp:post_id>'
            '<wp:post_date>2020-01-01 00:00:00</wp:post_date><wp:post_date_gmt>2020-01-01 00:00:00</wp:post_date_gmt>'
            '<wp:post_name>bench-60</wp:post_name><wp:status>publish</wp:status><wp:post_type>page</wp:post_type></item></channel></rss>')
