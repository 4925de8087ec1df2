"""Journey E11, fork, localise, publish: a small town takes chosen steps of a big one, in its own words, and says whose they are."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.axe import then_it_is_accessible
from tests.browser.watch import Watch

AOBA, WAKAMATSU = "990019", "990027"
MANUALS = {True: ("ninshin-todoke", "妊娠の届出"), False: ("shintai-techo", "身体障害者手帳")}
"""With scripts and without, another manual each: slug, and words of its title. 若松町 has neither."""
OWN_WORDS = "福祉課 3番の窓口"
NOTE = "若松町では、最初に総合案内で受付票を渡す。"


def when_they_choose_two_steps(page: Page) -> list[str]:
    """Part of the manual: its first and third step. Their titles."""
    steps = page.get_by_role("group", name="取り入れる手順")
    expect(steps).to_be_hidden()
    page.get_by_role("radio", name="一部の手順").check()
    boxes = steps.get_by_role("checkbox")
    for place in (0, 2):
        boxes.nth(place).check()
    return [steps.locator("b").nth(place).inner_text() for place in (0, 2)]


def when_they_speak_their_own_words(page: Page) -> None:
    """Fill in what the window is called here, and look at it in own and in common words."""
    preview = page.get_by_role("region", name="プレビューの文章")
    page.get_by_label("窓口名", exact=True).fill(OWN_WORDS)
    page.get_by_role("button", name="自団体の言葉で見る").click()
    expect(preview.locator("mark", has_text=OWN_WORDS).first).to_be_visible()
    page.get_by_role("button", name="共通の言葉で見る").click()
    expect(page.locator("#preview-now")).to_contain_text("共通の言葉")
    expect(preview.locator("mark", has_text=OWN_WORDS)).to_have_count(0)
    expect(page.get_by_label("窓口名", exact=True)).to_have_value(OWN_WORDS)


def when_they_write_a_note_and_save(page: Page, titles: list[str]) -> None:
    """The editor holds the two steps; the second gets a note of the town's own; then a revision is saved."""
    steps = page.locator("[id='list:steps']")
    actions = steps.get_by_label(re.compile("^行うこと"))
    expect(actions).to_have_count(2)
    names = steps.get_by_label(re.compile("^手順名"))
    assert [names.nth(place).input_value() for place in (0, 1)] == titles
    actions.nth(1).fill(f"{actions.nth(1).input_value()}\n\n{NOTE}")
    page.get_by_role("button", name="保存(控えを残す)").first.click()
    expect(page.get_by_role("status").first).to_contain_text("控え1を保存しました")


def then_the_origin_is_said_everywhere(page: Page, address: str, origin: str) -> None:
    """On the page, the sheet, the print, and in both files."""
    for face in ("", "/sheet", "/print"):
        page.goto(f"{address}{face}")
        expect(page.get_by_text(origin).first).to_be_visible()
    for form in ("md", "json"):
        text = page.request.get(f"{address}/files/{form}").text()
        assert "provenance" in text
        assert "青葉市" in text.partition("provenance")[2].partition("values")[0]


def test_a_town_takes_over_chosen_steps_and_says_whose_they_are(
    scripts: bool, signed_in: Callable[[str], Page], live_server: str
) -> None:
    slug, words = MANUALS[scripts]
    original, ours = (f"{live_server}/towns/{town}/manuals/{slug}" for town in (AOBA, WAKAMATSU))
    chika = signed_in("chika")
    chika.goto(original)
    edition = chika.locator(".manual-head .ribbon-edition").inner_text()
    title = chika.get_by_role("heading", level=1).inner_text()
    assert words in title
    chika.get_by_role("link", name="取り入れる", exact=True).click()
    then_it_is_accessible(chika, scripts)
    titles = when_they_choose_two_steps(chika)
    when_they_speak_their_own_words(chika)
    then_it_is_accessible(chika, scripts)
    chika.get_by_role("button", name="取り入れて編集する").click()

    origin = f"青葉市『{title}』({edition}、CC BY 4.0)を基に作成"
    expect(chika.get_by_text(origin)).to_be_visible()
    when_they_write_a_note_and_save(chika, titles)

    fumio = signed_in("fumio")
    fumio.goto(f"{ours}/publication/new")
    fumio.get_by_role("radio", name=re.compile("^一般公開")).check()
    fumio.get_by_role("button", name="公開する", exact=True).click()
    fumio.goto(ours)
    expect(fumio.get_by_text(NOTE)).to_be_visible()
    expect(fumio.locator("li.step", has_text=OWN_WORDS).first).to_be_visible()
    then_the_origin_is_said_everywhere(fumio, ours, origin)

    akari = signed_in("akari")
    akari.goto(original)
    akari.get_by_role("link", name="1団体が取り入れました").click()
    forks = akari.get_by_role("region", name="この手順書を取り入れた団体")
    expect(forks.get_by_role("link", name=re.compile("^若松町"))).to_be_visible()
    expect(forks).to_contain_text(f"もとの手順書の{edition}から2手順を取り入れ")
    then_it_is_accessible(akari, scripts)
    forks.get_by_role("link", name=re.compile("^若松町")).click()
    akari.get_by_role("link", name="系譜を見る").click()
    expect(akari.get_by_role("region", name="基になった手順書")).to_contain_text("青葉市")


def test_an_edition_that_comes_while_the_form_is_open_is_offered(
    scripts: bool, signed_in: Callable[[str], Page], live_server: str, watch: Watch
) -> None:
    """Nothing typed is lost."""
    original = f"{live_server}/towns/{AOBA}/manuals/{'shibo-todoke' if scripts else 'okuyami-annai'}"
    chika = signed_in("chika")
    chika.goto(f"{original}/forks/new")
    word = chika.locator("#value-0")
    word.fill(OWN_WORDS)
    bunta = signed_in("bunta")
    bunta.goto(f"{original}/publication/new")
    bunta.get_by_label(re.compile("^改訂の内容")).fill("言い回しを直した")
    bunta.get_by_role("radio", name=re.compile("^一般公開")).check()
    bunta.get_by_role("button", name="公開する", exact=True).click()
    expect(bunta.get_by_role("status").first).to_be_visible()
    chika.get_by_role("button", name="取り入れて編集する").click()
    expect(chika.get_by_role("alert")).to_contain_text("まだ取り入れていません")
    assert watch.forgive("status of 409") == 1
    expect(word).to_have_value(OWN_WORDS)
    chika.get_by_role("button", name="取り入れて編集する").click()
    expect(chika.get_by_role("status").first).to_contain_text("下書きに取り入れました")
