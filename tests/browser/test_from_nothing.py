"""From nothing to a colleague's screen: an author writes, the approver publishes, somebody at the counter finds it."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.steps import given_the_top_page, when_they_search

TITLE = "住居表示台帳の写しの交付"


def when_they_write_it(page: Page, site: str) -> None:
    """The essential fields, one step, and save."""
    page.goto(f"{site}/drafts/new")
    page.get_by_role("button", name="空の手順書から始める").click()
    page.locator("#title").fill(TITLE)
    page.get_by_label("業務分類", exact=True).fill("B01")
    page.get_by_label("所管課").fill("市民課")
    page.get_by_label("何をするか").fill("台帳の写しを交付する")
    page.get_by_label("根拠法令なし").check()
    step = page.locator("[id='list:steps'] > ol > li").first
    step.get_by_label("手順名").fill("申出を受け付ける")
    step.get_by_label("担当の種類").select_option("窓口")
    step.get_by_label("行うこと").fill("申出書の記入を確かめ、台帳の写しを印刷する。")
    page.get_by_role("button", name="保存(控えを残す)").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"「{TITLE}」の控えと版")


def when_they_publish_what_waits(page: Page, site: str) -> None:
    """From the own desk to the published page."""
    page.goto(f"{site}/desk")
    page.get_by_role("region", name=re.compile("^公開を待つ控え")).get_by_role("link", name=TITLE).click()
    expect(page.get_by_text("直すところはありません")).to_be_visible()
    page.get_by_role("button", name="公開する", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(TITLE)


def test_an_author_writes_from_nothing_the_approver_publishes_and_a_colleague_finds_it(
    signed_in: Callable[[str], Page], live_server: str
) -> None:
    when_they_write_it(signed_in("akari"), live_server)
    when_they_publish_what_waits(signed_in("bunta"), live_server)
    colleague = signed_in("eri")
    given_the_top_page(colleague, live_server)
    when_they_search(colleague, "住居表示台帳")
    colleague.get_by_role("link", name=TITLE).first.click()
    expect(colleague.get_by_text("台帳の写しを印刷する").first).to_be_visible()
