"""The own account in a browser: passwords can be looked at while typing, and what was typed survives a sign-out."""

from playwright.sync_api import Page, expect

from tests.browser.axe import axe_violations
from tests.browser.steps import PASSWORD, given_staff_of_aoba, when_they_sign_in
from tests.browser.watch import Watch


def test_a_password_can_be_looked_at_while_typing(page: Page, live_server: str) -> None:
    given_staff_of_aoba(page, live_server)
    page.get_by_role("link", name="アカウント").click()
    field = page.get_by_label("新しいパスワード", exact=True)
    field.fill("えきまえのねこ")
    page.get_by_role("button", name="新しいパスワードを表示する").click()
    expect(field).to_have_attribute("type", "text")
    page.get_by_role("button", name="新しいパスワードを表示する").click()
    expect(field).to_have_attribute("type", "password")
    assert axe_violations(page) == []


def test_what_was_sent_after_a_sign_out_is_sent_again_by_the_person(page: Page, live_server: str, watch: Watch) -> None:
    page.goto(f"{live_server}/session/new")
    when_they_sign_in(page, "genta", PASSWORD)
    page.goto(f"{live_server}/account")
    page.context.clear_cookies()
    page.get_by_role("button", name="すべての端末からログアウト").click()
    expect(page.get_by_role("alert")).to_contain_text("ログインの有効時間が過ぎた")
    watch.forgive("401")
    assert axe_violations(page) == []
    when_they_sign_in(page, "genta", PASSWORD)
    expect(page.get_by_role("alert")).to_contain_text("まだ送っていません")
    assert axe_violations(page) == []
    expect(page.locator(".account-who")).to_contain_text("見本 げんた")
    page.get_by_role("button", name="もう一度送る").click()
    expect(page.get_by_role("link", name="ログイン", exact=True)).to_be_visible()
