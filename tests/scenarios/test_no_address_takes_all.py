"""Limits for each address, and for the readers that a trusted proxy names. tests/http/test_limits.py has the single cases."""

import pytest

pytestmark = pytest.mark.one_engine("of connections and addresses")
MANY = 2000  # more than refills meanwhile


def refusals(newsroom, addresses, target):
    """What each address was answered, in turn, until one was refused or all asked often enough."""
    statuses = {address: [] for address in addresses}
    for number in range(MANY):
        for address in addresses:
            statuses[address].append(newsroom.get(target % number, X_Forwarded_For=address).status)
        if any(429 in answers for answers in statuses.values()):
            break
    return statuses


def test_searches_of_one_reader_behind_the_proxy(own_sample):
    own_sample.set("http", "reader_searches", "1")
    own_sample.set("http", "reader_searches_burst", "4")
    own_sample.start()
    found = refusals(own_sample, ["192.0.2.1"], "/search?q=word%d")
    assert found["192.0.2.1"][:4] == [200] * 4 and found["192.0.2.1"][-1] == 429
    refused = own_sample.get("/search?q=another", X_Forwarded_For="198.51.100.9, 192.0.2.1")
    if refused.status == 429:  # unless a second went by
        assert int(refused.header("Retry-After")) > 0 and refused.header("Content-Security-Policy")
    # others, lists and items are not touched, nor who says nothing
    assert own_sample.get("/search?q=another", X_Forwarded_For="192.0.2.2").status == 200
    assert own_sample.get("/search?q=third").status == 200
    for path in ("/", "/victories/", "/2026/10/borrowed-light/", "/feed.rss"):
        assert own_sample.get(path, X_Forwarded_For="192.0.2.1").status == 200
    assert own_sample.stop() == 0
    assert "192.0.2." not in own_sample.log_text() and "198.51.100." not in own_sample.log_text()


def test_a_proxy_that_is_not_named_is_told_of(own_sample):
    own_sample.set("http", "trusted_proxies", '("203.0.113.0/24")')
    own_sample.set("http", "reader_pages", "1")
    own_sample.set("http", "reader_pages_burst", "5")
    own_sample.start()
    addresses = ["192.0.2.1", "192.0.2.2"]
    found = refusals(own_sample, addresses, "/no-such-page-%d/")
    assert any(429 in answers for answers in found.values())
    assert own_sample.stop() == 0
    assert own_sample.log_text().count("http.trusted_proxies") == 1


def test_limits_can_be_off(own_sample):
    for key in ("connections", "requests", "pages", "searches"):
        own_sample.set("http", "reader_" + key, "0")
    own_sample.start()
    for number in range(300):
        assert own_sample.get(f"/search?q=w{number}", X_Forwarded_For="192.0.2.1").status == 200
    assert own_sample.stop() == 0


@pytest.mark.parametrize("value", ['("10.0.0.0/0")', '("proxy.example")', '("127.0.0.1", "10.0.0.1/8")', '("")'])
def test_what_is_no_network_is_told(own_sample, value):
    own_sample.set("http", "trusted_proxies", value)
    with pytest.raises(AssertionError) as told:
        own_sample.start()
    assert "http.trusted_proxies" in str(told.value)
    own_sample.process = None
    wrong = [finding for finding in own_sample.wrong() if finding["subject"] == "configuration"]
    assert len(wrong) == 1 and "http.trusted_proxies" in wrong[0]["text"] and "10.0.0.0/8" in wrong[0]["text"]
