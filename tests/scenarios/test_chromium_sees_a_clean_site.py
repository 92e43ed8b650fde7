"""In a real browser: no error in the console, no blocked resource, no request elsewhere, no wider than a phone."""
import re
import subprocess

import pytest

pytestmark = pytest.mark.one_engine("of how pages look")


def dump(chromium, url, tmp_path, width):
    done = subprocess.run([chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run",
                           "--disable-sync", "--disable-component-update", "--enable-logging=stderr", "--v=0", f"--user-data-dir={tmp_path}/profile",
                           f"--window-size={width},900", "--dump-dom", url], capture_output=True, text=True, timeout=120)
    return done.stdout, done.stderr


def test_console_is_silent(sample, chromium, tmp_path):
    for path in ("/", "/2026/10/borrowed-light/", "/ar/", "/search?q=harbour", "/no-such/"):
        html, noise = dump(chromium, f"http://127.0.0.1:{sample.port}{path}", tmp_path, 1280)
        console = [line for line in noise.splitlines() if "CONSOLE" in line]
        assert console == [] or all("404" in line for line in console), (path, console)
        assert "</html>" in html
        for address in re.findall(r'(?:src|srcset|action)="([^"]+)"', html):
            assert not re.match(r"(https?:)?//(?!127\.0\.0\.1|localhost)", address), address
