"""An administrator sets up a town from zero: from the command line to a colleague who is signed in with a role.

On a real installation, not on the demonstration; with scripts and without.
"""

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import axe_violations
from tests.browser.server import KB, ROOT, serving
from tests.browser.watch import Watch
from tests.world import SECRET

CODE, TOWN = "132276", "羽村市"
PASSWORD, OTHERS = "多摩川の堰を渡る風の音", "玉川上水は秋の夕暮れ"


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a real installation in which nothing has happened yet."""
    data = tmp_path_factory.mktemp("town") / "data"
    run(data, "prepare")
    return data


@pytest.fixture(scope="module")
def site(installation: Path) -> Iterator[str]:
    """Address of the running installation."""
    settings = {"KB_MODE": "production", "KB_SECRET_KEY": SECRET, "KB_PUBLIC_URL": "http://127.0.0.1:{port}"}
    with serving(installation, **settings) as address:
        yield address


def run(data: Path, *words: str, site: str = "http://127.0.0.1:1") -> str:
    """What a command said."""
    settings = {"KB_MODE": "production", "KB_SECRET_KEY": SECRET, "KB_PUBLIC_URL": site, "KB_DATA_DIR": str(data)}
    environ = {**os.environ, **settings}
    done = subprocess.run([*KB, *words], cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def when_they_choose_a_password(page: Page, link: str, login: str, password: str) -> None:
    """Open a one-time link, choose a password, sign in with it."""
    page.goto(link)
    page.get_by_label("新しいパスワード", exact=True).fill(password)
    page.get_by_label("新しいパスワード(もう一度)", exact=True).fill(password)
    page.get_by_role("button", name="このパスワードに決める").click()
    page.get_by_label("職員ID").fill(login)
    page.get_by_label("パスワード").first.fill(password)
    page.get_by_role("button", name="ログインする").click()
    expect(page.locator(".account-who")).to_contain_text(TOWN)


def when_they_open_an_office(page: Page, department: str, post: str) -> None:
    """A department with one post, empty."""
    page.get_by_role("navigation", name="管理").get_by_role("link", name="所属と職").click()
    page.get_by_role("link", name="所属を作る").click()
    page.get_by_label("所属名").fill(department)
    page.get_by_role("button", name="作る").click()
    expect(page.get_by_role("status")).to_contain_text(f"所属「{department}」を作りました")
    page.get_by_role("region", name=department).get_by_role("link", name="職を作る").first.click()
    page.get_by_label("職名").fill(post)
    page.get_by_role("button", name="作る").click()
    row = page.get_by_role("region", name=department, exact=True).get_by_role("row", name=post)
    expect(row).to_contain_text("空席")
    row.get_by_role("link", name="配置する").wait_for()


def when_they_invite(page: Page, name: str, login: str, post: str) -> str:
    """Invite a colleague as an author; the link."""
    page.get_by_role("navigation", name="管理").get_by_role("link", name="職員").click()
    page.get_by_role("link", name="職員を招待する").click()
    page.get_by_label("氏名").fill(name)
    page.get_by_label("職員ID").fill(login)
    page.get_by_label("所属と職").select_option(label=post)
    page.get_by_role("radio", name=re.compile("^作成者")).check()
    page.get_by_role("button", name="招待する").click()
    return page.get_by_label("パスワードを決めるためのリンク").input_value()


def test_administrator_sets_up_a_town_from_zero(
    site: str, scripts: bool, installation: Path, new_context: Any, watch: Watch
) -> None:
    watch.own = site
    number = "1" if scripts else "2"
    if not scripts:
        run(installation, "town", "leave", CODE)
    said = run(
        installation, "town", "join", CODE, "--administrator-login", f"hana{number}", "--administrator-name", "羽村 花",
        "--department", "総務課", "--post", f"情報係長{number}", site=site,
    )  # fmt: skip
    [link] = re.findall(rf"{site}/invitations/[\w-]+", said)

    page = new_context(java_script_enabled=scripts).new_page()
    when_they_choose_a_password(page, link, f"hana{number}", PASSWORD)
    page.get_by_role("link", name="管理", exact=True).click()
    department, post = f"市民課{number}", "住民記録係"
    when_they_open_an_office(page, department, post)
    link = when_they_invite(page, "玉川 清", f"kiyoshi{number}", f"{department} {post}")
    assert link.startswith(f"{site}/invitations/")
    if scripts:
        assert axe_violations(page) == []

    colleague = new_context(java_script_enabled=scripts).new_page()
    when_they_choose_a_password(colleague, link, f"kiyoshi{number}", OTHERS)
    expect(colleague.get_by_role("link", name="管理", exact=True)).to_have_count(0)

    page.get_by_role("link", name="玉川 清さんを見る").click()
    expect(page.get_by_role("row", name=f"{department} {post}")).to_contain_text("作成者")
    expect(page.locator(".account-facts")).to_contain_text("利用中")
    page.get_by_role("navigation", name="管理").get_by_role("link", name="できごと").click()
    expect(page.get_by_role("row", name=re.compile("リンクからパスワードを決めた")).first).to_be_visible()
