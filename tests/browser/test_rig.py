"""The browser rig itself: it renders, it watches, it judges accessibility, even under a strict policy."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Page

from tests.browser.axe import axe_violations
from tests.browser.conftest import VIEWPORT
from tests.browser.watch import Watch

SOUND = (
    "<!doctype html><html lang=ja><title>見本</title><link rel=icon href='data:,'>"
    "<main><h1>転入届の受付</h1><p>届書を確認します。</p></main>"
)


class StrictPage(BaseHTTPRequestHandler):
    """One accessible page, served under the policy that the product has."""

    def do_GET(self) -> None:
        """Answer everything with the sound page."""
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Security-Policy", "default-src 'self'; script-src 'self'; img-src 'self' data:")
        self.end_headers()
        self.wfile.write(SOUND.encode())

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def live_server() -> Iterator[str]:
    """In this file, the strict page stands in for the product."""
    with ThreadingHTTPServer(("127.0.0.1", 0), StrictPage) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_a_page_is_japanese_and_of_the_size_of_a_virtual_desktop(page: Page) -> None:
    page.goto(f"data:text/html;charset=utf-8,{SOUND}")
    assert page.get_by_role("heading").inner_text() == "転入届の受付"
    assert page.evaluate("[navigator.language, innerWidth, innerHeight]") == ["ja-JP", *VIEWPORT.values()]


def test_scripts_can_be_off(page_without_scripts: Page) -> None:
    page_without_scripts.goto(
        "data:text/html;charset=utf-8,<script>document.write('x')</script><noscript>無効</noscript>"
    )
    assert page_without_scripts.inner_text("body") == "無効"


def test_a_sound_page_under_a_strict_policy_has_no_violation(page: Page, live_server: str) -> None:
    page.goto(live_server)
    assert axe_violations(page) == []


def test_an_unsound_page_has_violations(page: Page) -> None:
    page.set_content("<img src='data:,'><p style='color:#ccc;background:#fff'>薄い</p>")
    rules = {line.split(":")[0] for line in axe_violations(page)}
    assert {"image-alt", "html-has-lang", "color-contrast"} <= rules


def test_a_request_to_another_origin_is_seen(page: Page, live_server: str, watch: Watch) -> None:
    page.goto(live_server)
    assert watch.wrongs == []
    page.goto("data:text/html,<img src='http://127.0.0.1:9/picture'>")
    assert watch.forgive("asked another origin: http://127.0.0.1:9/picture") == 1
    watch.forgive("Failed to load resource")


def test_what_the_policy_refuses_is_seen(page: Page, live_server: str, watch: Watch) -> None:
    page.goto(live_server)
    page.evaluate("document.body.setAttribute('style', 'color: red')")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">')")
    assert watch.forgive("Content Security Policy") >= 1


def test_an_error_on_the_console_is_seen(page: Page, watch: Watch) -> None:
    page.goto("data:text/html,<script>console.error('broken'); throw new Error('thrown')</script>")
    assert watch.forgive("console error: broken") == 1
    assert watch.forgive("uncaught error: .*thrown") == 1


def test_what_happens_after_the_watch_has_left_is_not_seen(page: Page, watch: Watch) -> None:
    watch.leave(page.context)
    other = Watch(None)
    other.over(page.context)
    page.goto("data:text/html,<script>console.error('broken')</script>")
    assert watch.wrongs == []
    assert other.forgive("console error: broken") == 1


def test_a_page_that_misbehaves_fails_its_test(page: Page, watch: Watch) -> None:
    page.goto("data:text/html,<script>console.error('broken')</script>")
    with pytest.raises(AssertionError, match="misbehaved"):
        watch.judge()
    watch.forgive("broken")
