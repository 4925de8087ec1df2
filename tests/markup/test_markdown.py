"""Markdown as municipal staff write it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from kb.markup import MAX_MARKDOWN, TooLarge, safe_html
from kb.markup.links import may_link
from kb.markup.markdown import render
from kb.markup.sanitize import MAX_HTML, sanitize


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**「重要」**です", "<strong>「重要」</strong>です"),
        ("これは**「重要」**です", "これは<strong>「重要」</strong>です"),
        ("届書(**原本。**)を見る", "届書(<strong>原本。</strong>)を見る"),
        ("**100%**の人", "<strong>100%</strong>の人"),
        ("**(1)**届書", "<strong>(1)</strong>届書"),
        ("手順**`Enter`**を押す", "手順<strong><code>Enter</code></strong>を押す"),
        ("*「注」*に", "<em>「注」</em>に"),
        ("~~「旧」~~の", "<s>「旧」</s>の"),
        ("**[例規](/a)**による", '<strong><a href="/a">例規</a></strong>による'),
        ("**ｶﾅ。**を", "<strong>ｶﾅ。</strong>を"),
        ("5 * 3 * 2", "5 * 3 * 2"),
        ("** 空白 **です", "** 空白 **です"),
        ("窓口_名_です", "窓口_名_です"),
        ('a**"b"**c', "a**&quot;b&quot;**c"),
    ],
)
def test_emphasis_works_beside_japanese_brackets_and_stops(text, html):
    assert safe_html(text) == f"<p>{html}</p>\n"


@given(st.text(alphabet="ab *_~.(\"'\n1>", max_size=30))
@settings(max_examples=150, deadline=None)
def test_text_without_japanese_signs_is_plain_commonmark(text):
    plain = MarkdownIt("commonmark", {"html": False, "breaks": True, "xhtmlOut": False})
    plain.enable(["table", "strikethrough"])
    assert render(text) == plain.render(text)


@pytest.mark.parametrize(("marks", "level"), [("#", 4), ("##", 5), ("###", 6), ("####", 6), ("######", 6)])
def test_headings_nest_below_the_heading_of_a_step(marks, level):
    assert safe_html(f"{marks} 見出し") == f"<h{level}>見出し</h{level}>\n"


def test_a_line_break_is_a_line_break():
    assert safe_html("1行目\n2行目") == "<p>1行目<br>\n2行目</p>\n"


def test_a_table_keeps_its_alignment_without_a_style_attribute():
    html = safe_html("|名称|枚数|数|\n|:-|-:|:-:|\n|届書|1|2|")
    assert [f'<td class="align-{side}">' in html for side in ("left", "right", "center")] == [True] * 3
    assert "style" not in html


def test_a_list_may_begin_at_any_number():
    assert safe_html("3. 三") == '<ol start="3">\n<li>三</li>\n</ol>\n'


def test_an_external_link_tells_the_other_site_nothing():
    link = '<a href="https://laws.e-gov.go.jp/law/342AC0000000081" rel="noopener noreferrer">法</a>'
    assert safe_html("[法](https://laws.e-gov.go.jp/law/342AC0000000081)") == f"<p>{link}</p>\n"


@pytest.mark.parametrize(
    "href", ["/towns/990019/manuals/a", "#te-a", "../a", "tenshutsu-todoke", "?q=1", "mailto:a@b.example"]
)
def test_a_link_inside_the_site_or_to_a_mailbox_is_just_a_link(href):
    assert safe_html(f"[次]({href})") == f'<p><a href="{href}">次</a></p>\n'


def test_an_address_in_the_text_stays_text():
    assert "<a" not in safe_html("https://example.jp と www.example.jp")


def test_an_image_is_not_shown():
    assert "<img" not in safe_html("![図](https://example.jp/a.png) ![図](/a.png)")


def test_raw_html_is_shown_as_it_was_written():
    assert safe_html("<b>太字</b>") == "<p>&lt;b&gt;太字&lt;/b&gt;</p>\n"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "javascript:x",
        "//a.example",
        "/\\a.example",
        "\\\\a",
        "https:a",
        "http:///a",
        "data:,x",
        "a:b",
        "/ /a",
        "java\nscript:x",
        "javascript&colon;x",
        "mailto:",
    ],
)
def test_no_link_leads_to_a_scheme_or_a_host_in_disguise(address):
    assert not may_link(address)


def test_what_passed_once_passes_unchanged_again():
    html = safe_html('# あ\n**「い」** [う](https://a.example/?b=1&c=2 "え") `<お>`\n\n|か|\n|-:|\n|き|\n\n2. く')
    assert sanitize(html) == html


def test_a_text_at_the_limit_is_shown_and_one_over_it_is_refused():
    assert safe_html("あ" * MAX_MARKDOWN)
    with pytest.raises(TooLarge, match="20,000文字以内"):
        safe_html("あ" * (MAX_MARKDOWN + 1))


def test_html_that_grew_too_large_is_refused_before_it_is_sanitised(monkeypatch):
    assert sanitize("あ" * MAX_HTML)
    monkeypatch.setattr("bleach.clean", lambda *_args, **_options: pytest.fail("work was done"))
    with pytest.raises(TooLarge, match="長すぎて"):
        sanitize("あ" * (MAX_HTML + 1))


def test_a_short_text_that_renders_to_a_huge_table_is_refused():
    with pytest.raises(TooLarge):
        safe_html("|a" * 100 + "\n" + "|-" * 100 + "\n" + "|\n" * 200)
