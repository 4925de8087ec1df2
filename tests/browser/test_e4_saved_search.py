"""Journey E4, the part of saved searches: somebody keeps a search, an author publishes, and the news comes to the desk and the feed."""

import re
from collections.abc import Callable

import feedparser
import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import then_it_is_accessible
from tests.browser.steps import hits, when_they_search

AOBA = "990019"
NAME = "児童手当の動き"
TITLE = "児童手当の認定請求"
NOTE = "申請に使う様式を改めた"


def when_they_save_the_search(page: Page, site: str) -> None:
    """Search 児童手当, narrow it to one town, keep it under a name."""
    page.goto(f"{site}/search")
    when_they_search(page, "児童手当")
    page.get_by_role("complementary", name="しぼり込み").get_by_role("link", name=re.compile("^青葉市")).click()
    expect(page.locator(".chips")).to_contain_text("団体: 青葉市")
    page.get_by_role("link", name="条件を保存").click()
    expect(page.get_by_label(re.compile("^名前"))).to_have_value("児童手当・青葉市")
    then_it_is_accessible(page, True)
    page.get_by_label(re.compile("^名前")).fill(NAME)
    page.get_by_role("button", name="保存する").click()
    expect(page.get_by_role("status")).to_contain_text(f"「{NAME}」を保存しました")


def when_they_start_the_feed(page: Page) -> str:
    """Give the saved search a feed; its address."""
    page.get_by_role("link", name=re.compile("^名前と配信")).click()
    page.get_by_role("button", name="配信を始める").click()
    then_it_is_accessible(page, True)
    return page.get_by_label("配信のアドレス").input_value()


def when_an_edition_is_published(page: Page, site: str) -> int:
    """An approver of 青葉市 publishes the next edition; its number."""
    address = f"{site}/towns/{AOBA}/manuals/jido-teate-nintei"
    page.goto(f"{address}/publication/new")
    page.get_by_label(re.compile("^改訂の内容")).fill(NOTE)
    page.get_by_role("radio", name=re.compile("^一般公開")).check()
    page.get_by_role("button", name="公開する", exact=True).click()
    expect(page.get_by_role("status").first).to_be_visible()
    page.goto(address)
    said = re.search(r"第(\d+)版", page.locator(".manual-head .ribbon-edition").inner_text())
    assert said
    return int(said[1])


def then_it_is_news_on_the_desk(page: Page, site: str) -> None:
    """The desk tells of it, the results mark it, and then it is seen."""
    page.goto(f"{site}/desk")
    news = page.get_by_role("region", name=re.compile("^保存した条件の新着"))
    expect(news).to_contain_text("新着 1件")
    then_it_is_accessible(page, True)
    news.get_by_role("link", name=NAME).click()
    marked = hits(page).filter(has=page.get_by_text("新着", exact=True))
    expect(marked).to_have_count(1)
    expect(marked).to_contain_text(TITLE)
    expect(page.locator(".sorts [aria-current]").first).to_have_text("新しい順")
    then_it_is_accessible(page, True)
    page.goto(f"{site}/desk")
    expect(news).to_contain_text("新着はありません")


@pytest.mark.parametrize("scripts", [True], ids=["with scripts"])
def test_a_saved_search_tells_of_what_was_published_since(
    scripts: bool, signed_in: Callable[[str], Page], live_server: str
) -> None:
    chika = signed_in("chika")
    when_they_save_the_search(chika, live_server)
    feed = when_they_start_the_feed(chika)

    edition = when_an_edition_is_published(signed_in("bunta"), live_server)

    then_it_is_news_on_the_desk(chika, live_server)
    newest = feedparser.parse(chika.request.get(feed).body()).entries[0]
    assert newest.title == f"{TITLE}(第{edition}版)"
    assert NOTE in newest.summary

    chika.goto(f"{live_server}/search")
    recent = chika.get_by_role("region", name="最近さがした語")
    expect(recent.get_by_role("link", name="児童手当")).to_be_visible()
    then_it_is_accessible(chika, scripts)
    recent.get_by_role("button", name="「児童手当」を消す").click()
    expect(recent).to_have_count(0)
