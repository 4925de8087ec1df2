"""Journey E10, find the exemplar and judge it: a small town compares the towns' manuals of a procedure and says what helped."""

import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.axe import then_it_is_accessible

TOWNS = ("青葉市", "若松町", "緑川村")
ORIGINAL = "990019"
PROCEDURES = {True: "zei-shomei", False: "hojokin-kofu"}
"""With scripts and without, another procedure each: all three towns have a public manual of it, and nobody likes one yet."""
SIZE_OF_WAKAMATSU = "u30k"
MINUTES = re.compile(r"約(?:(\d+)時間)?(?:(\d+)分)?")


def rows(page: Page) -> Locator:
    """The manuals in the comparison, one line each."""
    return page.get_by_role("table").locator("tbody").get_by_role("row")


def row_of(page: Page, town: str) -> Locator:
    """The line of a town's manual."""
    return rows(page).filter(has=page.get_by_role("link", name=town, exact=True))


def minutes_in_order(page: Page) -> list[int]:
    """What the lines say of the time of one case, from top to bottom."""
    told = [MINUTES.search(text) for text in rows(page).all_inner_texts()]
    return [60 * int(one[1] or 0) + int(one[2] or 0) for one in told if one]


def likes(page: Page) -> Locator:
    """What a manual's page says of likes."""
    return page.get_by_role("region", name="いいね")


def when_they_narrow_to_towns_of_their_size(page: Page) -> None:
    """Only 若松町 is left of the three; then the condition goes again."""
    page.get_by_label("団体の規模").select_option(SIZE_OF_WAKAMATSU)
    page.get_by_role("button", name="しぼり込む").click()
    expect(rows(page)).to_have_count(1)
    expect(row_of(page, "若松町")).to_contain_text("自団体")
    page.get_by_role("link", name="条件を消す").click()
    expect(rows(page)).to_have_count(len(TOWNS))


def when_they_put_the_shortest_first(page: Page) -> None:
    """By the head of the column; pressed again, it turns the order."""
    head = page.get_by_role("columnheader", name=re.compile("^1件の時間"))
    head.get_by_role("link").click()
    expect(head).to_have_attribute("aria-sort", "ascending")
    shortest_first = minutes_in_order(page)
    assert len(shortest_first) == len(TOWNS)
    assert shortest_first == sorted(shortest_first)
    head.get_by_role("link").click()
    expect(head).to_have_attribute("aria-sort", "descending")
    assert minutes_in_order(page) == shortest_first[::-1]


def when_they_like_it_for_its_forms(page: Page) -> None:
    """いいね, with a reason."""
    likes(page).locator("summary").click()
    likes(page).get_by_role("checkbox", name="様式が良い").check()
    likes(page).get_by_role("button", name="いいねする").click()


def when_a_newer_edition_comes(page: Page, manual: str) -> None:
    """The approver of 青葉市 publishes once more."""
    page.goto(f"{manual}/publication/new")
    page.get_by_label(re.compile("^改訂の内容")).fill("言い回しを直した")
    page.get_by_role("radio", name=re.compile("^一般公開")).check()
    page.get_by_role("button", name="公開する", exact=True).click()
    expect(page.get_by_role("status").first).to_be_visible()


def when_they_open_the_comparison_and_ask_why(page: Page, comparison: str) -> None:
    """なぜこの順? says how the order of the lines is made, when it is opened."""
    page.goto(comparison)
    sentence = page.get_by_text("自分の団体が先で、次に同じ都道府県")
    expect(sentence).to_be_hidden()
    page.get_by_text("なぜこの順?", exact=True).click()
    expect(sentence).to_be_visible()


def then_the_lines_can_be_compared(page: Page) -> None:
    """Every town with its edition, time, medium and last confirmation, and what was measured of it."""
    for town in TOWNS:
        line = row_of(page, town)
        expect(line).to_contain_text(re.compile(r"第\d+版.*令和\d+", re.DOTALL))
        expect(line).to_contain_text(re.compile(r"\d+/\d+手順で計測済"))
        expect(line).to_contain_text(re.compile("紙|電子"))
        expect(line).to_contain_text(re.compile(r"\d+(日|か月|年)前|今日"))
    expect(row_of(page, "青葉市")).to_contain_text("同じ都道府県")


def then_it_was_the_earlier_edition_that_they_liked(page: Page) -> None:
    """旧版への評価 stands apart from the likes of the edition that is live now."""
    expect(likes(page)).to_contain_text("0人・0団体")
    expect(likes(page)).to_contain_text("旧版への評価 2人・1団体")
    expect(likes(page)).to_contain_text("第2版へのいいねです。いまは第3版です")


def then_a_stranger_sees_how_many_and_is_asked_to_sign_in(stranger: Page, manual: str) -> None:
    """The counts without a form."""
    stranger.goto(manual)
    expect(likes(stranger)).to_contain_text("1人・1団体")
    expect(likes(stranger).get_by_role("button")).to_have_count(0)
    likes(stranger).get_by_role("link", name="ログインしていいねする").click()
    expect(stranger.get_by_role("button", name="ログインする")).to_be_visible()


def test_a_town_compares_what_others_do_and_likes_the_best(
    scripts: bool, signed_in: Callable[[str], Page], new_context: Callable[..., BrowserContext], live_server: str
) -> None:
    key = PROCEDURES[scripts]
    comparison, manual = f"{live_server}/procedures/{key}", f"{live_server}/towns/{ORIGINAL}/manuals/{key}"
    chika = signed_in("chika")
    when_they_open_the_comparison_and_ask_why(chika, comparison)
    when_they_narrow_to_towns_of_their_size(chika)
    then_the_lines_can_be_compared(chika)
    when_they_put_the_shortest_first(chika)
    then_it_is_accessible(chika, scripts)

    row_of(chika, "青葉市").get_by_role("link").click()
    when_they_like_it_for_its_forms(chika)
    expect(likes(chika)).to_contain_text("1人・1団体")
    expect(likes(chika)).to_contain_text("様式が良い 1")
    expect(likes(chika)).to_contain_text("第2版にいいねしました")
    then_it_is_accessible(chika, scripts)

    bunta = signed_in("bunta")
    bunta.goto(manual)
    likes(bunta).get_by_role("button", name="いいねする").click()
    expect(likes(bunta)).to_contain_text("2人・1団体")
    expect(likes(bunta)).to_contain_text("青葉市は入りません")

    when_a_newer_edition_comes(bunta, manual)
    chika.goto(manual)
    then_it_was_the_earlier_edition_that_they_liked(chika)
    likes(chika).get_by_role("button", name="第3版にもいいねする").click()
    expect(likes(chika)).to_contain_text("1人・1団体")
    expect(likes(chika)).to_contain_text("旧版への評価 1人・0団体")
    chika.goto(f"{comparison}?sort=liked")
    expect(rows(chika).first).to_contain_text(re.compile(r"青葉市.*1人・1団体.*旧版に1人", re.DOTALL))
    then_a_stranger_sees_how_many_and_is_asked_to_sign_in(new_context(java_script_enabled=scripts).new_page(), manual)

    chika.goto(manual)
    likes(chika).get_by_role("button", name="いいねを取り消す").click()
    expect(likes(chika)).to_contain_text("0人・0団体")
    expect(likes(chika).get_by_role("button", name="取り消す")).to_have_count(0)
    expect(likes(chika).get_by_role("button", name="いいねする")).to_be_visible()
