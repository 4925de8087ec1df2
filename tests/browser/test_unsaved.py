"""What is typed and not saved yet is not lost: to another window, a broken connection, a closed tab, an ended sign-in."""

from playwright.sync_api import Page, expect

from tests.browser.editor import given_an_author, then_the_draft_is_kept, title, when_they_start_from_nothing
from tests.browser.steps import given_staff_of_aoba
from tests.browser.watch import Watch


def test_an_older_window_is_told_and_decides(page: Page, live_server: str, watch: Watch) -> None:
    given_an_author(page, live_server)
    when_they_start_from_nothing(page, live_server)
    second = page.context.new_page()
    second.goto(page.url)
    second.get_by_label("所管課").fill("市民課")
    second.keyboard.press("Control+s")
    then_the_draft_is_kept(second)
    title(page).fill("古い窓の題")
    page.keyboard.press("Control+s")
    expect(page.locator("#trouble")).to_contain_text("別の画面で書き替えられています")
    expect(title(page)).to_have_value("古い窓の題")
    page.get_by_role("button", name="この画面の内容で上書きする").click()
    then_the_draft_is_kept(page)
    second.reload()
    expect(title(second)).to_have_value("古い窓の題")
    watch.forgive("status of 409|Error Code 409")  # the console calls it an error; here it is the answer that is wanted


def test_without_a_connection_it_says_so_and_goes_on_by_itself(page: Page, live_server: str, watch: Watch) -> None:
    given_an_author(page, live_server)
    when_they_start_from_nothing(page, live_server)
    page.context.set_offline(True)
    title(page).fill("つながらない間の題")
    page.keyboard.press("Control+s")
    expect(page.locator("#trouble")).to_contain_text("まだ保存できていません")
    page.context.set_offline(False)
    then_the_draft_is_kept(page)
    expect(page.locator("#trouble")).to_be_empty()
    assert watch.forgive("ERR_INTERNET_DISCONNECTED|htmx:(sendError|afterRequest)")


def test_whoever_leaves_with_something_unsaved_is_asked(page: Page, live_server: str, watch: Watch) -> None:
    given_an_author(page, live_server)
    when_they_start_from_nothing(page, live_server)
    page.context.set_offline(True)
    title(page).press_sequentially("まだどこにも残っていない題")
    with page.expect_event("dialog") as asked:
        page.close(run_before_unload=True)
    assert asked.value.type == "beforeunload"
    asked.value.dismiss()
    expect(title(page)).to_have_value("まだどこにも残っていない題")
    page.context.set_offline(False)
    then_the_draft_is_kept(page)
    with page.expect_event("close"):
        page.close(run_before_unload=True)
    watch.forgive("ERR_INTERNET_DISCONNECTED|htmx:(sendError|afterRequest)")


def test_after_the_sign_in_has_ended_the_typing_goes_on_in_the_same_page(
    page: Page, live_server: str, watch: Watch
) -> None:
    given_an_author(page, live_server)
    when_they_start_from_nothing(page, live_server)
    page.context.clear_cookies()
    title(page).fill("切れたあとの題")
    page.keyboard.press("Control+s")
    expect(page.locator("#trouble")).to_contain_text("ログインの有効時間が過ぎました")
    given_staff_of_aoba(page.context.new_page(), live_server, "akari")
    page.keyboard.press("Control+s")
    then_the_draft_is_kept(page)
    page.reload()
    expect(title(page)).to_have_value("切れたあとの題")
    watch.forgive("status of 40[01]|Response Status Error Code 40[01]")
