"""The product below a sub-path, as a reverse proxy serves it: http://…/kb."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.server import copy_of, prepared_data, serving
from tests.browser.steps import first_hit, given_staff_of_aoba, then_the_page_stands_at_a_step, when_they_search


@pytest.fixture(scope="module")
def live_server(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[str]:
    """In this file, the product has been told that it lives below /kb."""
    own = tmp_path_factory.getbasetemp()
    data = copy_of(prepared_data(own if worker_id == "master" else own.parent), own / "below")
    with serving(data, KB_PUBLIC_URL="http://127.0.0.1:{port}/kb") as address:
        yield address


@pytest.fixture
def asked(page: Page) -> list[str]:
    """The addresses that the page has asked for so far."""
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))
    return addresses


def test_pages_files_search_and_sign_in_stay_below_the_path(page: Page, live_server: str, asked: list[str]) -> None:
    site = f"{live_server}/kb"
    given_staff_of_aoba(page, site)
    when_they_search(page, "転入")
    first_hit(page).click()
    then_the_page_stands_at_a_step(page)
    page.get_by_role("link", name="A4で1枚").click()
    expect(page.locator(".sheet-foot")).to_contain_text(f"{site}/towns/")
    page.get_by_role("link", name="手順書へ戻る").click()
    page.get_by_role("button", name="ログアウト").click()
    expect(page.get_by_role("link", name="ログイン")).to_be_visible()
    assert [address for address in asked if not address.startswith(f"{site}/")] == []


def test_styles_and_scripts_are_found(page: Page, live_server: str, asked: list[str]) -> None:
    refused: list[str] = []
    page.on("response", lambda response: refused.append(response.url) if response.status >= 400 else None)
    page.goto(f"{live_server}/kb/")
    assert page.evaluate("document.documentElement.classList.contains('js')")
    assert page.evaluate("getComputedStyle(document.querySelector('.hero')).backgroundColor") != "rgba(0, 0, 0, 0)"
    assert [Path(address.split("?")[0]).suffix for address in asked].count(".css") > 5
    assert refused == []


def test_the_cookie_stays_below_the_path(page: Page, live_server: str) -> None:
    given_staff_of_aoba(page, f"{live_server}/kb")
    paths = {cookie["path"] for cookie in page.context.cookies()}
    assert paths == {"/kb", "/kb/session"}, "one of the visit, and one by which the sign-in page knows the browser"
