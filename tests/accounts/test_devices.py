"""A browser in plain words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.accounts.devices import device_words

EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0"
CHROME = "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 Chrome/130.0.0.0 Safari/537.36"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile Safari/604.1"
OLD = "Mozilla/5.0 (Windows NT 6.1; Trident/7.0; rv:11.0) like Gecko"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (EDGE, "Edge・Windows"),
        (CHROME, "Chrome・ChromeOS"),
        (FIREFOX, "Firefox・Linux"),
        (PHONE, "Safari・iPhone"),
        (OLD, "Internet Explorer・Windows"),
        ("curl/8.5.0", "そのほかのブラウザー"),
        ("", "そのほかのブラウザー"),
    ],
)
def test_a_browser_is_told_as_its_owner_calls_it(said: str, words: str) -> None:
    assert device_words(said) == words


@given(st.text())
@settings(max_examples=50)
def test_nothing_of_what_a_stranger_writes_gets_into_the_words(said: str) -> None:
    assert len(device_words(f"{said} <script> Windows")) <= 80
    assert "<" not in device_words(f"{said} <script> Windows")
