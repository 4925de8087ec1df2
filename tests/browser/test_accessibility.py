"""Every kind of page, on a small desktop and on a phone: nothing that axe finds wrong, nothing wider than the screen.

That no page asks another origin and none has an error on its console is watched in every browser test.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.axe import SIZES, axe_violations, then_it_is_accessible, when_the_window_has
from tests.browser.signed_in import given_signed_in
from tests.browser.steps import when_they_sign_in
from tests.browser.watch import Watch

MANUAL = "/towns/990019/manuals/tennyu-todoke"
PAGES = {
    "home": "/",
    "results": "/search?q=転入",
    "results by procedure, and a term": "/search?q=国保&grouped=1",
    "why in this order": f"{MANUAL}/explanation?q=転入",
    "results of other words": "/search?q=引越し届&town=990019",
    "results of a town in the text": "/search?q=緑川村の転入届",
    "results of a misspelt word": "/search?q=じゅうみんひょお",
    "hits with a part of the words": "/search?q=空飛ぶ税",
    "nothing found": '/search?q="空飛ぶ税"',
    "work areas": "/work-areas",
    "a work area": "/work-areas/B",
    "procedures": "/procedures",
    "a procedure": "/procedures/tennyu-todoke",
    "a comparison that is narrowed and ordered": "/procedures/tennyu-todoke?medium=紙&sort=minutes&turned=1",
    "a comparison that leaves nothing": "/procedures/tennyu-todoke?prefecture=13",
    "prefectures": "/prefectures",
    "a prefecture": "/prefectures/99",
    "sizes": "/sizes",
    "a size": "/sizes/u5k",
    "towns": "/towns",
    "a town": "/towns/990019",
    "a manual": MANUAL,
    "the sheet": f"{MANUAL}/sheet",
    "the full print": f"{MANUAL}/print",
    "editions": f"{MANUAL}/editions",
    "an old edition": f"{MANUAL}/editions/1",
    "sign-in": "/session/new",
    "help": "/help",
    "a page of the help": "/help/authors",
}


@pytest.fixture(scope="module")
def tab(browser: Browser, browser_context_args: dict[str, Any]) -> Iterator[Page]:
    """One tab for all pages: a renderer that has judged one page judges the next in a quarter of the time."""
    context = browser.new_context(**browser_context_args)
    yield context.new_page()
    context.close()


@pytest.fixture
def page(tab: Page, watch: Watch) -> Iterator[Page]:
    """The tab, watched during this test; nobody is signed in and it has the size of a small virtual desktop."""
    tab.context.clear_cookies()
    tab.emulate_media(media="null")
    when_the_window_has(tab, SIZES[0])
    watch.over(tab.context)
    yield tab
    watch.leave(tab.context)


@pytest.mark.parametrize("address", PAGES.values(), ids=PAGES)
def test_a_page_is_accessible(page: Page, live_server: str, address: str) -> None:
    page.goto(f"{live_server}{address}")
    then_it_is_accessible(page)


def test_a_refused_sign_in_is_accessible(page: Page, live_server: str, watch: Watch) -> None:
    page.goto(f"{live_server}/session/new")
    when_they_sign_in(page, "eri", "not the password")
    assert page.get_by_role("alert").inner_text()
    then_it_is_accessible(page)
    watch.forgive("status of 422")


def test_a_page_that_is_not_there_is_accessible(page: Page, live_server: str, watch: Watch) -> None:
    page.goto(f"{live_server}/nowhere")
    then_it_is_accessible(page)
    assert watch.forgive("status of 404") == 1


def test_what_staff_see_is_accessible(page: Page, live_server: str) -> None:
    given_signed_in(page, live_server, "eri")
    for address in ("/search?q=転入", "/desk", MANUAL, "/desk", f"{MANUAL}/reports/new"):  # the desk before and after
        page.goto(f"{live_server}{address}")
        then_it_is_accessible(page)


def test_pages_have_no_colour_that_only_paper_bears(page: Page, live_server: str) -> None:
    page.goto(f"{live_server}{MANUAL}")
    page.emulate_media(media="print")
    assert [line for line in axe_violations(page) if line.startswith("color-contrast")] == []
