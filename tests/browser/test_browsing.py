"""Finding a manual without searching: from the work areas to a comparison, a town, an old edition and back."""

from playwright.sync_api import Page, expect

from tests.browser.steps import TOWN, given_staff_of_aoba, given_the_top_page


def test_from_the_work_areas_to_an_old_edition_and_back(page_without_scripts: Page, live_server: str) -> None:
    page = page_without_scripts
    given_the_top_page(page, live_server)
    page.get_by_role("navigation", name="主なページ").get_by_role("link", name="業務分類").click()
    page.get_by_role("link", name="住民・戸籍・窓口").click()
    page.get_by_role("link", name="転入届", exact=False).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("転入届")

    rows = page.get_by_role("table", name="転入届の比較").get_by_role("row")
    expect(rows).to_have_count(1 + 3)
    for town in (TOWN, "若松町", "緑川村"):
        expect(rows.filter(has_text=town)).to_contain_text("手順で計測済")
    rows.filter(has_text=TOWN).get_by_role("link").click()
    live = page.url

    page.get_by_role("navigation", name="現在の位置").get_by_role("link", name=TOWN).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(TOWN)
    page.get_by_role("link", name="転入届の受付").click()
    assert page.url == live

    page.get_by_role("link", name="すべての版を見る").click()
    page.get_by_role("link", name="第1版").click()
    expect(page.locator(".alert-warning")).to_contain_text("これは旧版です(第1版)")
    page.locator(".alert-warning").get_by_role("link", name="版を開く").click()
    assert page.url == live
    expect(page.get_by_text("これは旧版です")).to_have_count(0)


def test_only_the_own_town_reads_its_internal_steps(page: Page, live_server: str) -> None:
    address = f"{live_server}/towns/990019/manuals/tennyu-todoke"
    page.goto(address)
    expect(page.get_by_text("庁内限り")).to_have_count(0)
    given_staff_of_aoba(page, live_server)
    page.goto(address)
    expect(page.locator(".step-internal").first).to_contain_text("庁内限り")
    page.get_by_role("button", name="ログアウト").click()
    page.goto(address)
    expect(page.get_by_text("庁内限り")).to_have_count(0)


def test_the_sheet_heads_notes_only_where_a_line_has_room(page: Page, live_server: str) -> None:
    page.goto(f"{live_server}/towns/990019/manuals/tennyu-todoke/sheet")
    memo = page.locator(".sheet-memo")
    for room, shown in (("10mm", False), ("40mm", True)):
        memo.evaluate("(memo, room) => { memo.style.flex = `0 0 ${room}` }", room)
        expect(memo.get_by_text("メモ")).to_be_visible(visible=shown)
