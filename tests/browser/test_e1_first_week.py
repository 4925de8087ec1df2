"""Journey E1, first week at the counter: type 転入, open the manual at the matching step, print one A4."""

import re
from collections.abc import Callable

import pytest
import segno
from playwright.sync_api import BrowserContext, Page, ViewportSize, expect

from tests.browser.steps import (
    TOWN,
    first_hit,
    focus_in,
    focus_on,
    given_staff_of_aoba,
    given_the_top_page,
    hits,
    the_search_box,
    then_every_hit_is_of,
    then_facets_tell_how_many,
    then_in_view,
    then_the_first_hit_tells_what_it_is,
    then_the_page_stands_at_a_step,
    then_the_summary_says_the_size_of_the_work,
    when_they_search,
    when_they_tab_to,
)

A4_TEXT: ViewportSize = {"width": 695, "height": 1043}
"""What the margins of the sheet leave of A4, in CSS pixels: 184 mm by 276 mm."""


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def anybody(request: pytest.FixtureRequest, new_context: Callable[..., BrowserContext]) -> Page:
    """A page in a browser with scripts, and once more without."""
    return new_context(java_script_enabled=request.param).new_page()


def test_the_first_week_at_the_counter(anybody: Page, live_server: str) -> None:
    page = anybody
    given_staff_of_aoba(page, live_server)
    when_they_search(page, "転入")
    then_facets_tell_how_many(page)
    page.get_by_role("link", name=f"{TOWN}だけ").click()
    then_every_hit_is_of(page, TOWN)
    then_the_first_hit_tells_what_it_is(page, "転入")

    first_hit(page).click()
    then_the_page_stands_at_a_step(page)
    then_the_summary_says_the_size_of_the_work(page)
    expect(page.locator(".manual-head .ribbon")).to_contain_text(
        re.compile(r"最終確認 (今日|\d+(日|か月|年)前)・住民記録係長")
    )

    page.get_by_role("navigation", name="このページの目次").get_by_role("link", name="必要書類").click()
    then_in_view(page, page.get_by_role("heading", name="必要書類", exact=True))


def test_the_first_week_with_the_keyboard_alone(anybody: Page, live_server: str) -> None:
    page = anybody
    given_staff_of_aoba(page, live_server)
    when_they_tab_to(page, focus_in("input[type=search]"))
    page.keyboard.type("転入")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?**")
    when_they_tab_to(page, focus_on(f"{TOWN}だけ"))
    page.keyboard.press("Enter")
    page.wait_for_url("**town=**")
    when_they_tab_to(page, focus_in(".row-title"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/manuals/**")
    then_the_page_stands_at_a_step(page)
    when_they_tab_to(page, lambda here: focus_in(".toc")(here) and focus_on("必要書類")(here), "Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**#documents")
    then_in_view(page, page.get_by_role("heading", name="必要書類", exact=True))


def test_a_slash_goes_to_the_search_box(page: Page, live_server: str) -> None:
    page.goto(f"{live_server}/procedures")
    page.keyboard.press("/")
    expect(the_search_box(page)).to_be_focused()
    page.keyboard.type("転入")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?**")
    assert hits(page).count() > 0


def test_the_sheet_is_one_a4_page_whose_code_leads_to_the_manual(anybody: Page, live_server: str) -> None:
    page = anybody
    given_the_top_page(page, live_server)
    when_they_search(page, "転入")
    first_hit(page).click()
    manual = page.url.split("#")[0]
    page.get_by_role("link", name="A4で1枚").click()
    page.wait_for_url("**/sheet")
    assert pages_on_paper(page) == 1
    then_nothing_is_cut(page, ".sheet-actor")
    drawn = page.locator(".sheet-qr svg path").get_attribute("d")
    assert drawn == code_for(manual)
    assert drawn != code_for(f"{manual}/sheet")
    expect(page.locator(".sheet-foot")).to_contain_text(manual)


@pytest.mark.parametrize("town", ["青葉市", "若松町", "緑川村"])
def test_the_sheet_of_the_longest_manual_is_one_page(page: Page, live_server: str, town: str) -> None:
    page.goto(f"{live_server}/towns")
    page.get_by_role("link", name=town).click()
    rows = page.locator(".row").all()
    longest = max(rows, key=lambda row: steps_in(row.inner_text()))
    longest.get_by_role("heading").get_by_role("link").click()
    page.get_by_role("link", name="A4で1枚").click()
    page.wait_for_url("**/sheet")
    assert pages_on_paper(page) == 1


def steps_in(row: str) -> int:
    """How many steps a row of a list says that its manual has."""
    found = re.search(r"(\d+)手順", row)
    return int(found[1]) if found else 0


def test_the_full_print_names_town_edition_and_date(page: Page, live_server: str) -> None:
    given_the_top_page(page, live_server)
    when_they_search(page, "転入届")
    first_hit(page).click()
    page.get_by_role("link", name="全文を印刷").click()
    head = page.locator(".full-head")
    expect(head).to_contain_text(re.compile(r"第\d+版 公開 令和\d+年\d+月\d+日"))
    expect(head).to_contain_text(re.compile(r"令和\d+年\d+月\d+日 印刷"))
    expect(page.locator("svg.flow-diagram")).to_be_visible()
    assert pages_on_paper(page) > 1


def then_nothing_is_cut(page: Page, selector: str) -> None:
    """On paper, every element that `selector` names has room for all that it says."""
    page.emulate_media(media="print")
    page.set_viewport_size(A4_TEXT)
    heights = page.locator(selector).evaluate_all("found => found.map(one => [one.scrollHeight, one.clientHeight])")
    assert heights
    assert [pair for pair in heights if pair[0] > pair[1] + 1] == []


def pages_on_paper(page: Page) -> int:
    """Sheets of paper that the browser's own printing makes of the page."""
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", page.pdf(prefer_css_page_size=True)))


def code_for(address: str) -> str:
    """The modules of the QR code for an address (error correction M, border 2), as the outline that the sheet draws."""
    drawing = segno.make_qr(address, error="m").svg_inline(border=2)
    found = re.search(r' d="([^"]+)"', drawing)
    assert found
    return found[1]
