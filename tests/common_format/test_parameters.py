"""`{{key}}` becomes the town's value, else the default, else stays visible; no value brings formatting of its own."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from kb.common_format.content import ManualContent
from kb.common_format.header import Form, LegalBasis, Parameter
from kb.common_format.parameters import declared_values, expand, unknown_keys, used_keys
from kb.common_format.step import Actor, ActorKind
from tests.common_format.build_manual import a_manual, a_step, manuals

WINDOW = (Parameter(key="窓口名", default="市民課窓口"),)
printable = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z")) | st.sampled_from("*_`#-+.)[]<>!&|~=\\1 ")
)


def action(text: str, values: dict[str, str], parameters: tuple[Parameter, ...] = WINDOW) -> str:
    return expand(a_manual(a_step("te-a", action=text), parameters=parameters), values).steps[0].action


def test_the_towns_value_wins_over_the_default() -> None:
    assert action("{{窓口名}}で", {"窓口名": "3番窓口"}) == "3番窓口で"
    assert action("{{窓口名}}で", {}) == "市民課窓口で"
    assert action("{{窓口名}}で", {"窓口名": " "}) == "市民課窓口で"
    assert action("{{ 窓口名 }}で", {}) == "市民課窓口で"


def test_a_word_without_value_and_default_stays_visible() -> None:
    assert action("{{窓口名}}で", {}, (Parameter(key="窓口名"),)) == "{{窓口名}}で"
    assert action("{{知らない}}で", {}) == "{{知らない}}で"


def test_every_text_is_expanded_at_any_depth() -> None:
    step = a_step(
        "te-a",
        title="{{窓口名}}に出す",
        actor=Actor(kind=ActorKind.COUNTER, name="{{窓口名}}"),
        cautions=("{{窓口名}}は混む",),
        forms=(Form(uid="fo-a", name="{{窓口名}}用紙"),),
    )
    content = expand(a_manual(step, department="{{窓口名}}", parameters=WINDOW), {})
    assert "{{" not in content.model_dump_json()
    assert content.parameters == WINDOW


def test_an_address_stays_an_address() -> None:
    basis = LegalBasis(uid="hou-a", name="条例", url="https://reiki.example.jp/{{番号}}")
    content = a_manual(legal_bases=(basis,), parameters=(Parameter(key="番号"),))
    assert expand(content, {"番号": '1"> <x'}).legal_bases[0].url == "https://reiki.example.jp/1%22%3E%20%3Cx"
    assert expand(content, {"番号": "a" * 2_000}).legal_bases[0].url == basis.url


def test_values_are_not_expanded_again() -> None:
    both = (Parameter(key="甲"), Parameter(key="乙", default="二"))
    content = a_manual(a_step("te-a", title="{{甲}}"), parameters=both)
    assert expand(content, {"甲": "{{乙}}"}).steps[0].title == "{{乙}}"


@pytest.mark.parametrize(
    "value",
    [
        "**太字**",
        "[ここ](https://example.jp)",
        "<b>",
        "# 見出し",
        "- 項目",
        "1. 項目",
        "1) 項目",
        "> 引用",
        "---",
        "`印`",
        "===",
        "&lt;",
        "![絵](a.png)",
        "\\",
        "行1\n\n# 行2",
        "~~~",
        "| a |",
        "https://a/b_c_d",
        "0990-00-1234(内線 210)",
    ],
)
@pytest.mark.parametrize("text", ["{{窓口名}}", "前{{窓口名}}後", "段落\n{{窓口名}}", "段落\n\n{{窓口名}}。"])
def test_a_value_appears_in_markdown_as_the_text_it_is(text: str, value: str) -> None:
    plain = " ".join(value.split("\n"))
    html = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(action(text, {"窓口名": value}))
    expected = MarkdownIt("commonmark").render(text.replace("{{窓口名}}", "WORD"))
    escaped = plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    assert html == expected.replace("WORD", escaped.replace("行1  #", "行1 #"))


@settings(max_examples=150, deadline=None)
@given(printable.map(str.strip).filter(bool))
def test_no_value_injects_an_element(value: str) -> None:
    html = MarkdownIt("commonmark").render(action("{{窓口名}}", {"窓口名": value}))
    assert html.count("<") == 2
    assert html.startswith("<p>")


@settings(max_examples=30, deadline=None)
@given(manuals(), st.dictionaries(st.sampled_from(["窓口名", "係", "棟"]), st.text(max_size=25_000)))
def test_the_result_is_always_valid(content: ManualContent, values: dict[str, str]) -> None:
    expanded = expand(content, values)
    assert ManualContent.model_validate_json(expanded.model_dump_json()) == expanded


def test_an_overlong_line_ends_in_an_ellipsis() -> None:
    content = expand(a_manual(a_step("te-a", title="{{窓口名}}"), parameters=WINDOW), {"窓口名": "長" * 400})
    assert content.steps[0].title == "長" * 299 + "…"


def test_used_and_unknown_keys() -> None:
    content = a_manual(
        a_step("te-a", action="{{窓口名}}と{{係}}"), parameters=(Parameter(key="窓口名", default="{{棟}}"),)
    )
    assert used_keys(content) == {"窓口名", "係"}
    assert unknown_keys(content) == {"係"}


def test_only_values_of_declared_keys_go_out() -> None:
    assert declared_values(a_manual(parameters=WINDOW), {"窓口名": "3番", "金庫": "地下"}) == {"窓口名": "3番"}
