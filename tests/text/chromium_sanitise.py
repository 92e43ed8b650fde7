#!/usr/bin/python3
"""Opens what the serialiser made of every hostile case in Chromium and proves that nothing ran.

Run by pytest (python3-pytest) with HOSTILE_PAGE naming the built program hostile_page; without that or
without Chromium it skips. The control page holds three things that do run: if they are not seen,
the silence of the other page means nothing.
"""

import os
import re
import subprocess
import tempfile

import pytest

CHROMIUM = "/usr/bin/chromium"
PAGE = os.environ.get("HOSTILE_PAGE", "")

pytestmark = [
    pytest.mark.skipif(not os.access(PAGE, os.X_OK), reason="HOSTILE_PAGE does not name the program hostile_page"),
    pytest.mark.skipif(not os.access(CHROMIUM, os.X_OK), reason="Chromium is not installed"),
]


def verdict(*arguments):
    """What the page says of itself once Chromium has run it: a dict of numbers."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "page.html")
        with open(path, "wb") as page:
            subprocess.run([PAGE, *arguments], stdout=page, check=True, timeout=120)
        dom = subprocess.run(
            [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
             "--no-first-run", "--disable-sync", "--disable-component-update", "--disable-dev-shm-usage",
             "--host-resolver-rules=MAP * ~NOTFOUND", "--virtual-time-budget=20000",
             "--user-data-dir=" + os.path.join(folder, "profile"), "--dump-dom", "file://" + path],
            capture_output=True, check=True, timeout=300, text=True).stdout
    found = re.search(r'<output id="verdict">(.*?)</output>', dom)
    assert found, "the page did not finish: " + dom[-400:]
    return {name: int(number) for name, number in re.findall(r"(\w+)=(\d+)", found.group(1))}


def test_control_runs():
    assert verdict("--control")["ran"] >= 3


def test_nothing_runs():
    found = verdict()
    assert found["cases"] >= 1500
    assert found["elements"] > found["cases"]
    assert found["ran"] == 0
    assert found["bad"] == 0


if __name__ == "__main__":
    print("control:", verdict("--control"))
    print("outputs:", verdict())
