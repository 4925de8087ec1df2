"""Journey E2, step 4: what nobody has written is wished for, another town writes it, and whoever asked is told."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import then_it_is_accessible
from tests.browser.steps import given_the_top_page, when_they_search

AOBA, WAKAMATSU = "990019", "990027"
TYPED = "空飛ぶ税"
WORDS, TITLE = "宇宙港の使用許可", "宇宙港の使用許可を出す"
"""What is wished for in the end, so that other journeys still find nothing for what was typed."""
BASE = "doro-senyo"
"""A manual of 青葉市 that 若松町 starts from."""


def when_they_wish_for_it(page: Page, site: str) -> None:
    """From the results straight to the list, with a look at the words on the way."""
    when_they_search(page, TYPED)
    page.get_by_role("link", name="この手順書がほしい").click()
    words = page.get_by_label(re.compile("^ほしい手順書"))
    expect(words).to_have_value(TYPED)
    expect(page.get_by_role("region", name="近い業務").get_by_role("link").first).to_be_visible()
    then_it_is_accessible(page)
    words.fill(WORDS)
    page.get_by_role("button", name="ほしいと伝える").click()
    expect(page.get_by_role("status").first).to_contain_text("載せました")
    page.goto(f"{site}/wanted")
    wish = page.get_by_role("listitem").filter(has=page.get_by_role("link", name=WORDS, exact=True))
    expect(wish).to_contain_text("1団体")
    then_it_is_accessible(page)


def when_they_write_it(author: Page, approver: Page, site: str) -> None:
    """若松町 undertakes it, starts from a manual of another town, gives it its own title and publishes it."""
    author.goto(f"{site}/wanted")
    author.get_by_role("link", name=WORDS, exact=True).click()
    author.get_by_role("button", name="うちで書きます").click()
    expect(author.locator("main")).to_contain_text("若松町が書きます")
    then_it_is_accessible(author)
    author.goto(f"{site}/towns/{AOBA}/manuals/{BASE}/forks/new")
    author.get_by_role("button", name="取り入れて編集する").click()
    author.get_by_label(re.compile("^表題")).first.fill(TITLE)
    author.get_by_role("button", name="保存(控えを残す)").first.click()
    expect(author.get_by_role("status").first).to_contain_text("控え1を保存しました")
    approver.goto(f"{site}/towns/{WAKAMATSU}/manuals/{BASE}/publication/new")
    approver.get_by_role("radio", name=re.compile("^一般公開")).check()
    approver.get_by_role("button", name="公開する", exact=True).click()
    expect(approver.get_by_role("status").first).to_be_visible()


@pytest.mark.parametrize("scripts", [True], ids=["with scripts"])
def test_what_was_wished_for_is_written_and_told(
    scripts: bool, signed_in: Callable[[str], Page], live_server: str
) -> None:
    eri = signed_in("eri")
    given_the_top_page(eri, live_server)
    when_they_wish_for_it(eri, live_server)
    when_they_write_it(signed_in("chika"), signed_in("fumio"), live_server)
    eri.goto(f"{live_server}/desk")
    news = eri.get_by_role("region", name="ほしいと言った手順書ができました")
    expect(news).to_contain_text("若松町")
    then_it_is_accessible(eri, scripts)
    news.get_by_role("link", name=TITLE).click()
    expect(eri.get_by_role("heading", level=1)).to_have_text(TITLE)
    eri.goto(f"{live_server}/desk")
    news.get_by_role("button", name="お知らせを片付ける").click()
    expect(news).to_have_count(0)
