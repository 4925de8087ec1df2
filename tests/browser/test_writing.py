"""Writing a manual: from nothing to a saved revision, with scripts, without them and by the keyboard; two authors who collide."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.axe import then_it_is_accessible
from tests.browser.editor import (
    given_an_author,
    steps,
    then_the_draft_is_kept,
    title,
    title_of,
    titles,
    when_they_edit,
    when_they_start_from_nothing,
    when_they_write_a_step,
)
from tests.browser.watch import Watch

MANUAL = "/towns/990019/manuals/inkan-toroku"


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def somebody(request: pytest.FixtureRequest, new_context: Callable[..., BrowserContext]) -> Callable[[], Page]:
    """Opens a browser of one's own, with scripts, and once more without."""
    return lambda: new_context(java_script_enabled=request.param).new_page()


def test_an_author_writes_from_nothing_and_saves(somebody: Callable[[], Page], live_server: str) -> None:
    page = given_an_author(somebody(), live_server)
    when_they_start_from_nothing(page, live_server)
    title(page).fill("窓口の朝の準備")
    page.get_by_label("所管課").fill("市民課")
    page.get_by_label("何をするか").fill("開庁までに窓口を整える")
    page.get_by_label("根拠法令なし").check()
    when_they_write_a_step(steps(page).first, "機器を起動する", "窓口", "番号札の機械と端末を起動する。")
    page.get_by_role("button", name="手順を追加", exact=True).click()
    expect(steps(page)).to_have_count(2)
    when_they_write_a_step(steps(page).nth(1), "釣銭を数える", "窓口", "金庫から出して2人で数える。")
    page.get_by_role("button", name="手順2を上へ").click()
    expect(title_of(steps(page).first)).to_have_value("釣銭を数える")
    assert titles(page) == ["釣銭を数える", "機器を起動する"]
    expect(title(page)).to_have_value("窓口の朝の準備")

    page.get_by_role("button", name="プレビュー").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("窓口の朝の準備")
    expect(page.locator(".flow svg")).to_be_visible()
    page.get_by_role("link", name="編集へ戻る").click()
    page.get_by_label("変更の理由").fill("はじめて書いた")
    page.get_by_role("button", name="保存(控えを残す)").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("「窓口の朝の準備」の控えと版")
    row = page.get_by_role("table", name="控えの一覧").get_by_role("row").nth(1)
    expect(row).to_contain_text("はじめて書いた")
    expect(row).to_contain_text("市民課 住民記録係")


def test_what_is_missing_leads_to_its_field(somebody: Callable[[], Page], live_server: str) -> None:
    page = given_an_author(somebody(), live_server)
    when_they_start_from_nothing(page, live_server)
    page.get_by_role("button", name="保存(控えを残す)").first.click()
    expect(page.get_by_text("まだ控えを保存できません")).to_be_visible()
    page.locator("#findings").get_by_role("link", name="表題").first.click()
    assert page.url.endswith("#title")
    expect(title(page)).to_be_in_viewport()


def test_rows_copied_from_a_spreadsheet_become_steps(somebody: Callable[[], Page], live_server: str) -> None:
    page = given_an_author(somebody(), live_server)
    when_they_start_from_nothing(page, live_server)
    page.get_by_text("まとめて貼り付ける").click()
    page.get_by_label("手順の行").fill(
        "手順名\t担当\t行うこと\n受け付ける\t窓口\t届書を受け取る\n照合する\t審査\t台帳と照合する"
    )
    page.get_by_role("button", name="手順にする").click()
    expect(steps(page)).to_have_count(2)
    assert titles(page) == ["受け付ける", "照合する"]
    expect(steps(page).first.get_by_label("担当の種類")).to_have_value("窓口")


def test_the_details_of_a_long_manual_come_when_asked(somebody: Callable[[], Page], live_server: str) -> None:
    page = given_an_author(somebody(), live_server)
    when_they_edit(page, f"{live_server}/towns/990019/manuals/tennyu-todoke")
    title(page).fill("転入届の窓口")
    third = steps(page).nth(2)
    expect(third.get_by_label("時期・きっかけ")).to_have_count(0)
    third.get_by_role("button", name="くわしく").click()
    third.get_by_label("時期・きっかけ").fill("番号を呼んだとき")
    third.get_by_role("button", name="使う様式を追加").click()
    expect(third.get_by_label("様式名").last).to_be_visible()
    expect(third.get_by_label("時期・きっかけ")).to_have_value("番号を呼んだとき")
    expect(title(page)).to_have_value("転入届の窓口")


def test_two_authors_collide_and_neither_loses_anything(somebody: Callable[[], Page], live_server: str) -> None:
    akari, bunta = (given_an_author(somebody(), live_server, login) for login in ("akari", "bunta"))
    manual = f"{live_server}{MANUAL}"
    when_they_edit(akari, manual)
    when_they_edit(bunta, manual)
    office, mine = bunta.get_by_label("所管課").input_value() + "分室", title(akari).input_value() + "と交付"
    bunta.get_by_label("所管課").fill(office)
    bunta.get_by_role("button", name="保存(控えを残す)").first.click()
    expect(bunta.get_by_text(re.compile("控え\\d+を保存しました"))).to_be_visible()
    title(akari).fill(mine)
    akari.get_by_role("button", name="保存(控えを残す)").first.click()

    expect(akari.get_by_role("heading", level=1)).to_have_text("変更が重なりました")
    table = akari.get_by_role("table", name="違うところ")
    expect(table).to_contain_text(mine)
    expect(table).to_contain_text(office)
    akari.get_by_role("button", name="自分の内容を、次の控えとして保存する").click()
    expect(akari.get_by_role("heading", level=1)).to_have_text(f"「{mine}」の控えと版")
    akari.get_by_role("table", name="控えの一覧").get_by_role("row").nth(2).get_by_role("link").click()
    expect(akari.get_by_text(office).first).to_be_visible()


@pytest.fixture(autouse=True)
def _conflicts_are_wanted(watch: Watch):
    """The console calls a 409 an error; in this file it is the answer that is wanted."""
    yield
    watch.forgive("status of 409|Error Code 409")


def test_the_draft_is_kept_while_typing_and_survives_a_reload(page: Page, live_server: str) -> None:
    given_an_author(page, live_server)
    when_they_start_from_nothing(page, live_server)
    title(page).press_sequentially("自動で残る題")
    expect(page.locator("#editor")).to_have_class(re.compile("is-dirty"))
    page.get_by_label("所管課").focus()
    then_the_draft_is_kept(page)
    page.reload()
    expect(title(page)).to_have_value("自動で残る題")


def test_the_bar_counts_along(page: Page, live_server: str) -> None:
    given_an_author(page, live_server)
    when_they_start_from_nothing(page, live_server)
    bar = page.locator("#standing")
    expect(bar).to_contain_text("担当 0")
    steps(page).first.get_by_label("担当の種類").select_option("窓口")
    expect(bar).to_contain_text("担当 1")
    page.get_by_role("button", name="手順を追加", exact=True).click()
    expect(bar).to_contain_text("手順 2")


def test_steps_move_by_the_keyboard_and_the_focus_goes_along(page: Page, live_server: str) -> None:
    given_an_author(page, live_server)
    when_they_start_from_nothing(page, live_server)
    page.get_by_role("button", name="手順を追加", exact=True).click()
    expect(steps(page)).to_have_count(2)
    title_of(steps(page).first).fill("甲")
    title_of(steps(page).nth(1)).fill("乙")
    page.keyboard.press("Alt+ArrowUp")
    expect(title_of(steps(page).first)).to_have_value("乙")
    expect(title_of(steps(page).first)).to_be_focused()
    page.keyboard.type("丙")
    page.keyboard.press("Alt+ArrowDown")
    expect(title_of(steps(page).nth(1))).to_have_value("乙丙")
    page.keyboard.press("Control+s")
    then_the_draft_is_kept(page)
    page.reload()
    assert titles(page) == ["甲", "乙丙"]


def test_keys_of_an_input_method_do_nothing_else(page: Page, live_server: str) -> None:
    given_an_author(page, live_server)
    when_they_start_from_nothing(page, live_server)
    page.get_by_role("button", name="手順を追加", exact=True).click()
    title_of(steps(page).nth(1)).fill("へんかん")
    prevented = title_of(steps(page).nth(1)).evaluate(
        """field => ["ArrowUp", "s"].map(key => !field.dispatchEvent(new KeyboardEvent("keydown",
           {key, altKey: key === "ArrowUp", ctrlKey: key === "s", isComposing: true, bubbles: true, cancelable: true})))"""
    )
    assert prevented == [False, False]
    assert titles(page) == ["", "へんかん"]


def test_the_pages_of_writing_are_accessible(page: Page, live_server: str) -> None:
    given_an_author(page, live_server)
    manual = "/towns/990019/manuals/juminhyo-kofu"
    for address in (
        "/drafts/new",
        "/drafts/new?procedure=tennyu-todoke",
        "/drafts",
        f"{manual}/revisions",
        f"{manual}/revisions/1",
    ):
        page.goto(f"{live_server}{address}")
        then_it_is_accessible(page)
    when_they_edit(page, f"{live_server}{manual}")
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    then_it_is_accessible(page)
    page.goto(page.url.partition("?")[0].partition("#")[0] + "/delete")
    then_it_is_accessible(page)
