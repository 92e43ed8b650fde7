"""A folder that `crier export site` wrote, looked at the way a host of files does."""
import html
import pathlib
import re
import urllib.parse

from newsroom import links_of


class Mirror:
    def __init__(self, folder, site="http://localhost:8080"):
        self.folder, self.site = pathlib.Path(folder), site

    def files(self, pattern="*"):
        return sorted(p for p in self.folder.rglob(pattern) if p.is_file() and ".crier" not in p.relative_to(self.folder).parts)

    def names(self):
        return {str(p.relative_to(self.folder)) for p in self.files()}

    def pages(self):
        return [p for p in self.files("*.html")]

    def file_of(self, path):
        """What a host of files answers with for a path: that file, or the index.html of that folder; else None."""
        name = urllib.parse.unquote(path).lstrip("/")
        here = self.folder / name
        if here.is_dir():
            here = here / "index.html"
        return here if here.is_file() else None

    def own_path(self, page, address):
        """The path of an address that stands in a page, where it is of this site; else None."""
        base = self.site + "/" + urllib.parse.quote(str(page.relative_to(self.folder)))
        whole = urllib.parse.urlsplit(urllib.parse.urljoin(base, html.unescape(address)))
        if whole.scheme not in ("http", "https") or whole.netloc != urllib.parse.urlsplit(self.site).netloc:
            return None
        return whole.path or "/"

    def broken(self):
        """Addresses of this site, in pages, feeds and sitemaps, for which there is no file."""
        missing = set()
        for page in self.pages():
            text = page.read_text()
            for address in list(links_of(text)) + re.findall(r'(?:content|action)="((?:/|http)[^"]*)"', text):
                path = self.own_path(page, address)
                if path is not None and not self.file_of(path):
                    missing.add((str(page.relative_to(self.folder)), path))
        for kind, found in (("*.xml", r"<loc>([^<]*)</loc>"), ("*.xml", r'xhtml:link[^>]*href="([^"]*)"'), ("feed.rss", r"<link>([^<]*)</link>"),
                            ("feed.rss", r'(?:href|url)="([^"]*)"'), ("feed.atom", r'(?:href|src)="([^"]*)"'),
                            ("feed.json", r'"(?:url|home_page_url|feed_url|image)":\s*"([^"]*)"')):
            for listing in self.files(kind):
                for address in re.findall(found, listing.read_text()):
                    path = self.own_path(listing, address.replace("\\u0026", "&").replace("\\/", "/"))
                    if path is not None and not self.file_of(path):
                        missing.add((str(listing.relative_to(self.folder)), path))
        return sorted(missing)
