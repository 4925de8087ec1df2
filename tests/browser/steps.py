"""What a person does and sees, in the words of the journeys; only pages are touched, never what lies behind them."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

PASSWORD = "monosashi-mihon"
TOWN = "青葉市"
MANY_KEYS = 120
"""More Tab presses than any page needs before its main links; reaching it means that the keyboard cannot get there."""


def given_the_top_page(page: Page, site: str) -> None:
    """Somebody opens the address that everybody knows."""
    page.goto(f"{site}/")


def given_staff_of_aoba(page: Page, site: str, login: str = "eri") -> None:
    """Somebody at a counter of 青葉市 has signed in."""
    page.goto(f"{site}/")
    page.get_by_role("link", name="ログイン").click()
    when_they_sign_in(page, login, PASSWORD)
    expect(page.locator(".account-who")).to_contain_text(TOWN)


def when_they_sign_in(page: Page, login: str, password: str) -> None:
    """Fill in the sign-in form and send it."""
    page.get_by_label("職員ID").fill(login)
    page.get_by_label("パスワード").fill(password)
    page.get_by_role("button", name="ログインする").click()


def when_they_search(page: Page, words: str) -> None:
    """Type into the search box of the page and press Enter."""
    box = the_search_box(page)
    box.fill(words)
    box.press("Enter")
    page.wait_for_url("**/search?**")


def the_search_box(page: Page) -> Locator:
    """The search box of the page: a searchbox, or with scripts a combobox."""
    return page.get_by_label("手順書をさがす")


def when_they_tab_to(page: Page, reached: Callable[[Page], bool], key: str = "Tab") -> None:
    """Press Tab (or another key) until the focus is where `reached` says."""
    for _ in range(MANY_KEYS):
        page.keyboard.press(key)
        if reached(page):
            return
    raise AssertionError(f"The focus did not get there with {MANY_KEYS} × {key}.")


def focus_on(words: str) -> Callable[[Page], bool]:
    """Whether the element with the focus says `words`."""
    return lambda page: page.evaluate("words => document.activeElement.textContent.includes(words)", words)


def focus_in(selector: str) -> Callable[[Page], bool]:
    """Whether the element with the focus is, or is inside, something that `selector` names."""
    return lambda page: page.evaluate("name => document.activeElement.closest(name) !== null", selector)


def hits(page: Page) -> Locator:
    """The hits on a results page, best first."""
    return page.get_by_role("region", name="検索結果").locator(".row")


def first_hit(page: Page) -> Locator:
    """The link of the best hit."""
    return hits(page).first.get_by_role("heading").get_by_role("link")


def then_every_hit_is_of(page: Page, town: str) -> None:
    """Only manuals of one town are left."""
    towns = hits(page).locator(".row-where b").all_inner_texts()
    assert towns, "no hits"
    assert set(towns) == {town}


def then_the_first_hit_tells_what_it_is(page: Page, word: str) -> None:
    """Title, town, status ribbon, date of the edition, last confirmation, a sentence with the word marked."""
    hit = hits(page).first
    expect(hit.get_by_role("heading")).to_contain_text(word)
    expect(hit.locator(".row-where")).to_contain_text(TOWN)
    ribbon = hit.locator(".ribbon")
    expect(ribbon).to_contain_text(re.compile(r"(一般公開|参加団体|庁内)"))
    expect(ribbon).to_contain_text(re.compile(r"第\d+版"))
    expect(ribbon).to_contain_text(re.compile(r"公開 令和\d+\.\d+\.\d+"))
    expect(ribbon).to_contain_text(re.compile(r"最終確認 (今日|\d+(日|か月|年)前)・住民記録係長"))
    expect(hit.locator(".row-text mark").first).to_have_text(word)


def then_facets_tell_how_many(page: Page) -> None:
    """Every kind of condition is offered, each value with a number."""
    facets = page.get_by_role("complementary", name="しぼり込み")
    for label in ("団体", "業務分類", "団体の規模", "工程"):
        expect(facets.get_by_role("heading", name=label, exact=True)).to_be_visible()
    values = facets.locator(".facet-link").all_inner_texts()
    assert values
    assert all(re.search(r"\d+$", value.strip()) for value in values), values


def then_the_page_stands_at_a_step(page: Page) -> None:
    """The address names a step and that step is in view."""
    found = re.search(r"#(step-[\w-]+)$", page.url)
    assert found, page.url
    then_in_view(page, page.locator(f"[id='{found[1]}']"))


def then_in_view(page: Page, place: Locator) -> None:
    """The upper edge of `place` is on the screen, or soon is: browsers scroll to a place when they know where it is."""
    height = page.viewport_size["height"] if page.viewport_size else 0
    for _ in range(100):
        box = place.bounding_box()
        if box is not None and -1 <= box["y"] < height:
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"{place} is at {box} of a screen {height} high.")


def then_the_summary_says_the_size_of_the_work(page: Page) -> None:
    """「この手順は約12分・3工程・窓口で完結」 or who has a part in it."""
    said = page.locator(".summary-line")
    expect(said).to_have_text(re.compile(r"^この手順は約\d+分・\d+工程・(窓口で完結|担当は\S+)$"))
