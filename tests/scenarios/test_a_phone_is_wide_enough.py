"""At 360 CSS pixels no page scrolls sideways, in any script and direction; asked by WebDriver (W3C) over plain HTTP."""
import http.client
import json
import shutil
import subprocess
import time

import pytest

from newsroom import free_port

pytestmark = pytest.mark.one_engine("of how pages look")
PATHS = ("/", "/news/", "/2026/10/borrowed-light/", "/archive/", "/search?q=harbour", "/ar/", "/fr/", "/no-such/", "/2022/06/prison-library/")
MEASURE = """return [window.innerWidth, document.documentElement.scrollWidth,
  [...document.querySelectorAll('body *')].filter(e => { const r = e.getBoundingClientRect();
    return r.width > 0 && r.height > 0 && (r.right > innerWidth + 1 || r.left < -1) && getComputedStyle(e).position !== 'absolute'; })
    .map(e => e.tagName + '.' + e.className).slice(0, 5)];"""


class Driver:
    def __init__(self, port):
        self.port = port

    def call(self, method, path, body=None):
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=90)
        link.request(method, path, json.dumps(body) if body is not None else None, {"Content-Type": "application/json"})
        answer = json.loads(link.getresponse().read())
        link.close()
        assert not (isinstance(answer["value"], dict) and "error" in answer["value"]), answer["value"].get("message")
        return answer["value"]


@pytest.fixture
def phone(tmp_path):
    program = shutil.which("chromedriver")
    if not program or not shutil.which("chromium"):
        pytest.skip("no chromedriver here")
    driver = Driver(free_port())
    process = subprocess.Popen([program, f"--port={driver.port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 30
        while True:
            try:
                driver.call("GET", "/status")
                break
            except OSError:
                assert time.monotonic() < until
                time.sleep(0.05)
        options = {"args": ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", f"--user-data-dir={tmp_path}/profile"],
                   "mobileEmulation": {"deviceMetrics": {"width": 360, "height": 740, "pixelRatio": 1.0, "mobile": True}}}
        session = driver.call("POST", "/session", {"capabilities": {"alwaysMatch": {"browserName": "chrome", "goog:chromeOptions": options}}})
        driver.session = f"/session/{session['sessionId']}"
        yield driver
        driver.call("DELETE", driver.session)
    finally:
        process.terminate()
        process.wait(30)


def test_nothing_scrolls_sideways(sample, phone):
    for path in PATHS:
        phone.call("POST", f"{phone.session}/url", {"url": f"http://127.0.0.1:{sample.port}{path}"})
        width, content, wide = phone.call("POST", f"{phone.session}/execute/sync", {"script": MEASURE, "args": []})
        assert width == 360 and content <= width, (path, width, content, wide)
