"""The parts of journey E2 that search alone makes true: other words, kana, short words, and nothing found."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import then_it_is_accessible
from tests.browser.steps import (
    first_hit,
    focus_on,
    given_the_top_page,
    hits,
    the_search_box,
    then_every_hit_is_of,
    when_they_search,
    when_they_tab_to,
)


def test_another_word_is_searched_too_and_can_be_left_out(page_without_scripts: Page, live_server: str) -> None:
    page = page_without_scripts
    given_the_top_page(page, live_server)
    when_they_search(page, "引越し届")
    expect(page.locator(".also", has_text="も含めて検索しました")).to_contain_text("「住民異動届」")
    expect(first_hit(page)).to_contain_text("転入")
    page.get_by_role("link", name="この語だけ").click()
    expect(page.locator(".also", has_text="「引越し届」の語だけで検索しました")).to_be_visible()
    page.get_by_role("link", name="同じ意味の語も含める").click()
    assert hits(page).count() > 0


@pytest.mark.parametrize("words", ["てんにゅう", "tennyuu"])
def test_kana_and_romaji_find_what_they_name(page_without_scripts: Page, live_server: str, words: str) -> None:
    page = page_without_scripts
    given_the_top_page(page, live_server)
    when_they_search(page, words)
    expect(first_hit(page)).to_contain_text("転入")


def test_a_misspelt_word_is_put_right_by_a_link(page_without_scripts: Page, live_server: str) -> None:
    page = page_without_scripts
    given_the_top_page(page, live_server)
    when_they_search(page, "じゅうみんひょお")
    expect(page.locator(".meant")).to_have_text("もしかして: 住民票")
    when_they_tab_to(page, focus_on("住民票"))
    page.keyboard.press("Enter")
    expect(the_search_box(page)).to_have_value("住民票")
    expect(first_hit(page)).to_contain_text("住民票")


def test_a_town_in_the_text_narrows_and_everything_is_one_link_away(
    page_without_scripts: Page, live_server: str
) -> None:
    page = page_without_scripts
    given_the_top_page(page, live_server)
    when_they_search(page, "緑川村の転入届")
    expect(page.locator(".names")).to_contain_text("「緑川村」の手順書にしぼり込みました。")
    then_every_hit_is_of(page, "緑川村")
    page.get_by_role("link", name="すべての団体の「転入届」").click()
    expect(page.locator(".names")).to_contain_text("転入届の手順書を団体で比べる")
    expect(the_search_box(page)).to_have_value("転入届")


@pytest.mark.parametrize("words", ["税", "国保", "税 証明"])
def test_short_words_and_several_find_and_are_marked(page_without_scripts: Page, live_server: str, words: str) -> None:
    page = page_without_scripts
    given_the_top_page(page, live_server)
    when_they_search(page, words)
    assert hits(page).count() > 0
    expect(hits(page).first.locator("mark").first).to_be_visible()
    expect(the_search_box(page)).to_have_value(words)


def test_nothing_found_leads_to_near_work(page_without_scripts: Page, live_server: str) -> None:
    page = page_without_scripts
    given_the_top_page(page, live_server)
    when_they_search(page, "空飛ぶ税")
    expect(page.locator("main")).to_contain_text("すべての語が合う手順書はありません")
    expect(page.locator(".near-links").get_by_role("link").first).to_contain_text("税")
    expect(page.get_by_role("link", name="この手順書がほしい")).to_be_visible()
    when_they_search(page, '"空飛ぶ税"')
    expect(page.locator("main")).to_contain_text("に合う手順書は見つかりませんでした")
    near = page.get_by_role("region", name="近い業務").get_by_role("link").first
    expect(page.get_by_role("region", name="近い業務")).to_contain_text("団体にあります")
    name = near.inner_text()
    near.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_suggestions_lead_on_while_somebody_types(page: Page, live_server: str) -> None:
    given_the_top_page(page, live_server)
    box, options = the_search_box(page), page.get_by_role("option")
    box.press_sequentially("tenny")
    expect(options.first).to_contain_text("転入届")
    expect(page.get_by_text("候補が")).to_be_attached()
    then_it_is_accessible(page)
    for key in ("ArrowDown", "Enter"):  # of an open IME
        box.dispatch_event("keydown", {"key": key, "isComposing": True})
    expect(box).not_to_have_attribute("aria-activedescendant", re.compile("."))
    box.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    box.press("Escape")
    expect(options).to_have_count(0)
    expect(box).to_have_value("tenny")
    box.press_sequentially("u")
    expect(options.first).to_contain_text("転入届")
    box.press("ArrowDown")
    box.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("転入届")
    the_search_box(page).fill("国保")
    page.get_by_role("option").filter(has_text="国民健康保険国保").click()
    expect(the_search_box(page)).to_have_value("国民健康保険")
    assert hits(page).count() > 0
