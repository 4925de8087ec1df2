"""Leaving the editor: the browser asks first while something typed is not kept yet, and never otherwise."""

import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Dialog, Page, Request, Route, expect

from tests.browser.signed_in import given_signed_in

WORDS = "まだ保存していない題名"


class Slow:
    """The way to the server while it takes its time: what the editor sends waits until it is let go."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._waiting: list[Route] = []
        page.route("**/drafts/*", self._hold)

    def _hold(self, route: Route, request: Request) -> None:
        if request.method == "POST":
            self._waiting.append(route)
        else:
            route.continue_()

    def let_go(self) -> None:
        """Everything gets through, from now on at once."""
        self._page.unroute("**/drafts/*", self._hold)
        for route in self._waiting:
            route.continue_()


def asked_on(page: Page) -> list[str]:
    """Every question of the browser, answered with 「留まる」."""
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    return asked


def given_a_new_manual_in_the_editor(page: Page, site: str) -> None:
    """An author has begun from nothing."""
    given_signed_in(page, site, "akari")
    page.goto(f"{site}/drafts/new")
    page.get_by_role("button", name="空の手順書から始める").click()
    expect(page.locator("#editor")).to_be_visible()
    page.wait_for_load_state()  # its scripts run


def when_they_leave(page: Page) -> None:
    """Press the name of the product, which leads to the first page."""
    page.get_by_role("banner").get_by_role("link", name="ものさし").first.click(no_wait_after=True)


def test_the_browser_asks_while_something_is_not_kept(
    new_context: Callable[..., BrowserContext], live_server: str
) -> None:
    page = new_context().new_page()
    given_a_new_manual_in_the_editor(page, live_server)
    asked, server, editor = asked_on(page), Slow(page), page.url
    page.locator("#title").click()
    page.keyboard.type(WORDS)
    with page.expect_event("dialog"):
        when_they_leave(page)
    assert asked == ["beforeunload"]
    assert page.url == editor
    expect(page.locator("#title")).to_have_value(WORDS)

    server.let_go()
    expect(page.locator("#editor")).not_to_have_class(re.compile("is-dirty"))
    when_they_leave(page)
    page.wait_for_url(f"{live_server}/")
    assert asked == ["beforeunload"], "what is kept needs no question"


def test_saving_is_not_leaving(new_context: Callable[..., BrowserContext], live_server: str) -> None:
    page = new_context().new_page()
    given_a_new_manual_in_the_editor(page, live_server)
    asked = asked_on(page)
    page.locator("#title").click()
    page.keyboard.type(WORDS)
    page.get_by_role("button", name="プレビュー").click()
    page.wait_for_url("**/preview")
    assert asked == []
