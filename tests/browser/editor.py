"""What people do in the editor and see of it, for the tests of writing."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.signed_in import given_signed_in

SAVED = re.compile(r"\d\d:\d\d 下書きを保存しました")


def given_an_author(page: Page, site: str, login: str = "akari") -> Page:
    """Somebody who writes manuals of 青葉市."""
    given_signed_in(page, site, login)
    return page


def when_they_start_from_nothing(page: Page, site: str) -> None:
    """Open the start page and take the empty manual."""
    page.goto(f"{site}/drafts/new")
    page.get_by_role("button", name="空の手順書から始める").click()
    then_the_editor_is_ready(page)


def when_they_edit(page: Page, address: str) -> None:
    """Press the button on the manual's own page."""
    page.goto(address)
    page.get_by_role("button", name="編集", exact=True).click()
    then_the_editor_is_ready(page)


def then_the_editor_is_ready(page: Page) -> None:
    """It is there, and its scripts run: keys that are pressed before that are the browser's own."""
    expect(page.locator("#editor")).to_be_visible()
    page.wait_for_load_state()


def title(page: Page) -> Locator:
    """Where the manual's title is typed."""
    return page.locator("#title")


def steps(page: Page) -> Locator:
    """The cards of the steps."""
    return page.locator("[id='list:steps'] > ol > li")


def title_of(step: Locator) -> Locator:
    """Where the title of a step is typed."""
    return step.get_by_label("手順名")


def when_they_write_a_step(step: Locator, title: str, kind: str, action: str) -> None:
    """The three things that every step needs."""
    title_of(step).fill(title)
    step.get_by_label("担当の種類").select_option(kind)
    step.get_by_label("行うこと").fill(action)


def titles(page: Page) -> list[str]:
    """The titles of all steps."""
    return [title_of(steps(page).nth(place)).input_value() for place in range(steps(page).count())]


def then_the_draft_is_kept(page: Page) -> None:
    """The bar says so and nothing waits to be sent."""
    expect(page.locator("#editor")).not_to_have_class(re.compile("is-dirty"))
    expect(page.locator(".editor-saved")).to_have_text(SAVED)
