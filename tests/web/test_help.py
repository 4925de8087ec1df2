"""The help is there for everybody, every page leads to its part, and it speaks of what stands on the pages."""

import html
import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb.common_format.content import ManualContent
from kb.common_format.raw import FormField, fields_of
from kb.config import ROOT
from kb.web.helping import FOLDER, INDEXED, PAGES, PARTS, help_page, help_pages, names_said, part_for
from tests.web.addresses import pages
from tests.web.stage import Kind, Stage

NO_PAGES = {
    "static": "files of the product",
    "favicon": "leads to one of them",
    "health": "for the machines that watch",
    "schemas": "a definition in JSON",
    "feeds": "for programs that read feeds",
    "sitemap": "for search engines",
    "robots": "for search engines",
    "suggestions": "for the script of the search box",
    "files": "manuals to take away",
}
"""What answers with something else than a page of the product."""
PARTS_ASKED_FOR = {
    "readers": {"find", "read", "print", "report", "desk"},
    "authors": {
        "start",
        "paste",
        "steps",
        "keyboard",
        "drafts",
        "overlap",
        "prepare",
        "privacy",
        "internal",
        "words",
        "review",
    },
    "approvers": {"publish", "editions", "extent", "withdraw", "archive", "schedule"},
    "administrators": {"first-day", "offices", "people", "roster", "reissue", "suspension", "activity", "devices"},
}
_WAY = re.compile(r'<nav class="frame-help"[^>]*><a href="([^"]+)">使い方</a></nav>')


def anchors() -> set[str]:
    """Every `page#anchor` that exists."""
    return {f"{page.name}#{part.anchor}" for page in help_pages().values() for part in page.parts}


def test_everything_that_needs_explaining_has_its_part() -> None:
    for page, wanted in PARTS_ASKED_FOR.items():
        assert wanted <= {part.anchor for part in help_pages()[page].parts}


def test_anchors_are_unique_on_their_page() -> None:
    for page in help_pages().values():
        found = [part.anchor for part in page.parts]
        assert len(set(found)) == len(found), page.name


def test_a_text_without_parts_is_refused() -> None:
    with pytest.raises(ValueError, match="begin with"):
        help_page("x", "# 題だけ\n\n文。")
    with pytest.raises(ValueError, match="begin with"):
        help_page("x", "題なし\n\n## 章 {#a}\n文。")


def test_what_is_marked_looks_like_what_it_is_and_nothing_else_gets_through() -> None:
    (part,) = help_page("x", "# 題\n\n## 章 {#a}\n[[<保存>]]を `Alt+↑` で。`{{窓口名}}`<script>alert(1)</script>").parts
    assert '<span class="on-page">&lt;保存&gt;</span>' in part.html
    assert "<kbd>Alt+↑</kbd>" in part.html
    assert "<code>{{窓口名}}</code>" in part.html
    assert "<script" not in part.html


# Every page leads to its part


def test_every_page_has_a_part_or_goes_without_on_purpose(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    families = {endpoint.partition(".")[0] for endpoint in endpoints}
    for endpoint in endpoints:
        family = endpoint.partition(".")[0]
        assert part_for(endpoint) or family in INDEXED or family in NO_PAGES, f"{endpoint}: say in kb/web/helping.py"
    assert set(PARTS) <= endpoints | families, "parts for pages that are gone"
    assert families >= INDEXED | set(NO_PAGES)
    assert not (INDEXED | set(NO_PAGES)) & {name.partition(".")[0] for name in PARTS}


def test_every_part_that_a_page_leads_to_exists() -> None:
    assert set(PARTS.values()) <= anchors()


def test_one_route_may_have_another_part_than_its_family() -> None:
    assert part_for("drafts.edit") != part_for("drafts.index") == "authors#drafts"
    assert part_for(None) == part_for("nowhere.show") == ""


def test_every_page_shows_the_way(stage: Stage) -> None:
    looked = set()
    for endpoint, address in list(pages(stage.app)):  # all of it first: it holds a request open
        if endpoint in looked or endpoint.partition(".")[0] in NO_PAGES:
            continue
        for kind in (Kind.ANONYMOUS, Kind.AUTHOR, Kind.APPROVER, Kind.ADMINISTRATOR):
            with stage.as_(kind).get(address) as answer:
                if answer.status_code != 200 or answer.mimetype != "text/html":
                    continue
                found = _WAY.findall(answer.text)
            page, _, anchor = part_for(endpoint).partition("#")
            assert found == [f"/help/{page}#{anchor}" if page else "/help"], address
            looked.add(endpoint)
            break  # who is looking makes no difference to where help is
    assert {"home.show", "sheets.show", "drafts.edit", "publications.new", "people.index", "account.show"} <= looked


def test_a_page_that_does_not_exist_leads_to_the_contents(client: FlaskClient) -> None:
    assert _WAY.findall(client.get("/nowhere").text) == ["/help"]


# Reading it


def test_the_contents_list_every_part_once(client: FlaskClient) -> None:
    text = client.get("/help").text
    for place in anchors():
        assert text.count(f'href="/help/{place}"') == 1, place


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_every_part_in_its_contents_and_below(client: FlaskClient, name: str) -> None:
    text = client.get(f"/help/{name}").text
    for part in help_pages()[name].parts:
        assert text.count(f' id="{part.anchor}"') == 1
        assert f'<a href="#{part.anchor}">{part.title}</a>' in text
        assert part.html in text
    assert "[[" not in text


@pytest.mark.parametrize("address", ["/help", *(f"/help/{name}" for name in PAGES)])
def test_it_needs_no_cookie(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("name", ["nobody", "READERS", "readers.md", "..%2Fterms"])
def test_another_page_is_not_there(client: FlaskClient, name: str) -> None:
    assert client.get(f"/help/{name}").status_code == 404


# It speaks of what is there


def test_every_reference_leads_to_a_part() -> None:
    for name in PAGES:
        text = (FOLDER / f"{name}.md").read_text(encoding="utf-8")
        for address in re.findall(r"\]\(([^)]*)\)", text):
            assert (name + address if address.startswith("#") else address) in anchors(), f"{name}: {address}"


def test_every_text_of_the_folder_is_a_page() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {f"{name}.md" for name in PAGES}


_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
_CODE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_QUOTED = re.compile(r"\"([^\"\n]*)\"|'([^'\n]*)'")
_GAP = re.compile(r"<[^>]*>|\0")


def words_in_template(text: str) -> Iterator[str]:
    """What a template writes: each run of text between tags and code, and each string within code."""
    text = _COMMENT.sub("", text)
    for code in _CODE.findall(text):
        yield from (one or other for one, other in _QUOTED.findall(code))
    for run in _GAP.split(_CODE.sub("\0", text)):
        yield html.unescape(run).strip()


def words_in_fields(fields: tuple[FormField, ...]) -> Iterator[str]:
    """Labels of the common format, and the buttons that the editor makes of them."""
    for field in fields:
        yield from (field.label, f"{field.label}を追加")
        yield from words_in_fields(field.fields)


def words_on_pages() -> set[str]:
    """Everything that a page may say word for word."""
    found = set(words_in_fields(fields_of(ManualContent)))
    for path in (ROOT / "templates").rglob("*.html"):
        if path.parent.name != "help":
            found.update(words_in_template(path.read_text(encoding="utf-8")))
    for path in (ROOT / "static" / "js").glob("*.js"):
        found.update(one or other for one, other in _QUOTED.findall(path.read_text(encoding="utf-8")))
    return found - {""}


@pytest.mark.parametrize("name", PAGES)
def test_what_it_names_stands_on_a_page(name: str) -> None:
    said = names_said((FOLDER / f"{name}.md").read_text(encoding="utf-8"))
    assert said
    gone = sorted(set(said) - words_on_pages())
    assert gone == [], f"content/help/{name}.md names what is on no page any more"


def test_words_are_looked_for_whole_and_not_in_comments() -> None:
    template = "{# 秘密 #}<a title='見出し' href='{{ z }}'>{% if x %}編集{% endif %}</a><b>{{ y }}人を招待する</b>{{ button('公開する') }}"
    assert {"編集", "人を招待する", "公開する"} <= set(words_in_template(template))
    assert not {"秘密", "招待する", "見出し"} & set(words_in_template(template))
    assert {"手順を追加", "庁内限り", "下書き保存", "この画面の内容で上書きする"} <= words_on_pages()
    assert "ないボタン" not in words_on_pages()


def test_the_keys_it_names_are_those_that_the_editor_listens_for() -> None:
    script = (ROOT / "static" / "js" / "editor.js").read_text(encoding="utf-8")
    listened = set(re.findall(r'event\.key [!=]== "(\w+)"', script))
    assert listened == {"s", "Enter", "ArrowUp", "ArrowDown"}, "write new keys into content/help/authors.md"
    text = (FOLDER / "authors.md").read_text(encoding="utf-8")
    for key in ("Ctrl+S", "Enter", "Alt+↑", "Alt+↓"):
        assert f"`{key}`" in text
