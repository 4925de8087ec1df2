"""The raw form and the content: what is typed is kept, and taken at its word."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.common_format.checks_finding import Finding, Level
from kb.common_format.content import ManualContent, RequiredDocument
from kb.common_format.fields import Value
from kb.common_format.figures import figures
from kb.common_format.fill import fill_rate, is_set
from kb.common_format.flow import flow
from kb.common_format.header import Contact, Parameter
from kb.common_format.raw import (
    UNTITLED,
    Raw,
    blank_item,
    blank_raw,
    completed,
    content_of_raw,
    lenient_content,
    raw_of,
    title_of,
)
from kb.common_format.step import ActorKind, Branch, Step
from tests.common_format.build_manual import a_manual, a_step
from tests.common_format.raw_forms import raws
from tests.common_format.strategies import contents


def read(raw: Raw, **changes: Any) -> ManualContent:
    """The content of `raw` with `changes`; the findings as the error when there is none."""
    found = content_of_raw({**raw, **changes})
    assert isinstance(found, ManualContent), found
    return found


def complaints(raw: Raw, **changes: Any) -> list[tuple[str, str]]:
    """Path and message of what keeps `raw` with `changes` from being a content."""
    found = content_of_raw({**raw, **changes})
    assert isinstance(found, list)
    assert all(isinstance(one, Finding) and one.level is Level.DRAFT for one in found)
    return [(".".join(one.path), one.message) for one in found]


def with_step(**typed: Any) -> Raw:
    """The raw form of a manual whose one step has these fields typed."""
    raw = raw_of(a_manual(a_step("te-uketsuke")))
    return {**raw, "steps": [{**raw["steps"][0], **typed}]}


def written(value: Any) -> Any:
    """`value` without items and list entries in which no character is written; steps stay."""
    if isinstance(value, tuple):
        return tuple(written(one) for one in value if isinstance(one, Step | Branch) or _says_something(one))
    if isinstance(value, Value):
        return value.model_copy(update={name: written(held) for name, held in value})
    return value


def _says_something(one: Any) -> bool:
    if not isinstance(one, Value):
        return one != ""
    return any(is_set(held) for name, held in one if name != "uid")


@given(contents())
@settings(max_examples=50)
def test_a_content_comes_back_from_its_raw_form(content: ManualContent) -> None:
    raw = raw_of(content)
    assert content_of_raw(raw) == written(content)
    assert content_of_raw(json.loads(json.dumps(raw))) == written(content)
    assert raw_of(content) == raw


@given(contents())
@settings(max_examples=50)
def test_a_content_that_came_from_a_form_is_the_same_for_ever(content: ManualContent) -> None:
    once = read(raw_of(content))
    assert read(raw_of(once)) == once


def test_a_raw_form_is_the_content_as_one_would_type_it() -> None:
    raw = raw_of(
        a_manual(
            a_step("te-a", ("end",), minutes=3.0, cautions=("写しは不可", "期限"), internal=True),
            months=(3, 4),
            parameters=(Parameter(key="窓口名"),),
        )
    )
    step = raw["steps"][0]
    assert (raw["months"], raw["review_months"], raw["trigger"], raw["fee"]) == ("3\n4", "12", "", "")
    assert raw["purpose"]["what"] == "住所の異動を住民票に記録する"
    assert (step["uid"], step["minutes"], step["cautions"], step["internal"]) == ("te-a", "3", "写しは不可\n期限", True)
    assert step["actor"] == {"kind": "窓口", "name": ""}
    assert step["branches"] == [{"uid": "br-te-a-0", "condition": "条件0のとき", "goto": "end"}]
    assert raw["parameters"] == [{"uid": "p-1", "key": "窓口名", "label": "", "default": "", "kind": "文字"}]


def test_a_blank_form_asks_only_for_a_title() -> None:
    assert complaints(blank_raw()) == [("title", "書いてください。")]
    content = read(blank_raw(), title="転入届の受付")
    assert (content.license, content.review_months, len(content.steps)) == ("CC BY 4.0", 12, 1)
    assert content == ManualContent(title="転入届の受付", steps=(Step(uid=content.steps[0].uid),))


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [
        ("3", 3),
        ("３", 3),
        (" 3.5 ", 3.5),
        ("３．５", 3.5),
        ("５分", 5),
        ("1,200", 1200),
        ("1e-05", 0.00001),
        ("", None),
    ],
)
def test_minutes_are_read_as_people_type_them(typed: str, minutes: float | None) -> None:
    assert read(with_step(minutes=typed)).steps[0].minutes == minutes


@pytest.mark.parametrize("typed", ["三", "3日", "1時間", "10〜20", "1,20", "nan", "inf", "3 4", "9" * 5000, "\ud800"])
def test_what_is_no_number_is_said_at_its_field(typed: str) -> None:
    assert [path for path, _ in complaints(with_step(minutes=typed))] == ["steps.te-uketsuke.minutes"]


def test_only_numbers_are_made_narrow() -> None:
    content = read(with_step(title="ＡＢＣ１"), fee="３００円")
    assert (content.steps[0].title, content.fee) == ("ＡＢＣ１", "３００円")


def test_an_empty_choice_or_number_means_the_default() -> None:
    assert read(with_step(rate="")).steps[0].rate == 1
    assert read(raw_of(a_manual()), review_months="").review_months == 12
    assert read(raw_of(a_manual()), license="").license == ""


def test_lists_have_an_entry_per_line_and_blank_lines_are_passed_over() -> None:
    assert read(with_step(inputs="住民異動届\n\n 本人確認書類 \n")).steps[0].inputs == ("住民異動届", "本人確認書類")
    assert read(raw_of(a_manual()), months="３月、4\n5").months == (3, 4, 5)
    [(path, message)] = complaints(raw_of(a_manual()), systems="\n".join(["あ"] * 201))
    assert (path, message) == ("systems", "200行以内で書いてください。")
    assert complaints(with_step(inputs="\n".join(["あ"] * 201)))[0][0] == "steps.te-uketsuke.inputs"
    assert complaints(raw_of(a_manual()), months="3\n13")[0][0] == "months.1"


def test_items_in_which_nothing_is_written_are_passed_over() -> None:
    raw = raw_of(a_manual())
    blank = blank_item(RequiredDocument)
    named = {**blank_item(RequiredDocument), "name": "転出証明書"}
    assert [one.name for one in read(raw, required_documents=[blank, named, blank]).required_documents] == [
        "転出証明書"
    ]
    assert read(raw, schedule=[{"uid": "ye-a", "month": "", "what": " "}]).schedule == ()
    assert complaints(raw, schedule=[{"uid": "ye-a", "month": "", "what": "臨時窓口"}]) == [
        ("schedule.ye-a.month", "書いてください。")
    ]


def test_a_step_stays_while_nothing_is_written_in_it() -> None:
    assert len(read({**raw_of(a_manual()), "steps": [blank_item(Step), blank_item(Step)]}).steps) == 2


def test_an_actor_needs_a_kind_only_when_somebody_is_named() -> None:
    assert read(with_step(actor={"kind": "", "name": ""})).steps[0].actor is None
    assert complaints(with_step(actor={"kind": "", "name": "戸籍係"})) == [
        ("steps.te-uketsuke.actor.kind", "書いてください。")
    ]


def test_a_parameter_without_a_key_is_found_by_its_uid() -> None:
    parameters = [
        {"uid": "p-1", "key": "", "label": "", "default": "", "kind": ""},
        {"uid": "p-2", "key": "", "label": "窓口の呼び名", "default": "", "kind": ""},
        {"uid": "p-3", "key": "a b", "label": "", "default": "", "kind": ""},
    ]
    assert [path for path, _ in complaints(raw_of(a_manual()), parameters=parameters)] == [
        "parameters.p-2.key",
        "parameters.a b.key",
    ]


def test_what_belongs_together_is_checked_together() -> None:
    raw = with_step(branches=[{"uid": "br-a", "condition": "", "goto": "nowhere"}])
    [(path, message)] = complaints(raw)
    assert path == ""
    assert "行き先「nowhere」がありません" in message


@given(raws())
@settings(max_examples=50)
def test_any_form_is_read_or_complained_about_and_can_be_shown(raw: Raw) -> None:
    found = content_of_raw(raw)
    shown = lenient_content(raw)
    assert found == shown if isinstance(found, ManualContent) else found
    assert figures(shown).steps == len(flow(shown).steps) == len(shown.steps)
    assert 0 <= fill_rate(shown).rate <= 1


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["title", "steps", "uid", "actor", "branches", "goto", "parameters", "key", "x"]), inner
        )
    ),
    max_leaves=15,
)


@given(json_values)
@settings(max_examples=50)
def test_whatever_was_stored_becomes_a_whole_form(stored: Any) -> None:
    raw = completed(stored)
    assert raw.keys() == blank_raw().keys()
    assert completed(raw) == raw
    assert isinstance(lenient_content(stored if isinstance(stored, dict) else raw), ManualContent)


@given(raws())
@settings(max_examples=30)
def test_a_stored_form_comes_back_unchanged(raw: Raw) -> None:
    assert completed(raw) == raw


def test_what_cannot_be_read_is_left_out_of_what_is_shown_and_nothing_else() -> None:
    raw = with_step(
        minutes="たぶん5分",
        core="職員必須",
        actor={"kind": "", "name": "戸籍係"},
        inputs="届書\n" + "あ" * 301,
        branches=[{"uid": "br-a", "condition": "", "goto": "nowhere"}, {"uid": "br-b", "condition": "", "goto": "end"}],
    )
    shown = lenient_content({**raw, "title": "", "review_months": "0", "contact": {**raw["contact"], "phone": "1234"}})
    assert (shown.title, shown.review_months, shown.contact) == (UNTITLED, 12, Contact(phone="1234"))
    [step] = shown.steps
    assert (step.minutes, step.actor, step.inputs) == (None, None, ("届書",))
    assert step.core == "職員必須"
    assert [branch.uid for branch in step.branches] == ["br-b"]


def test_of_two_things_with_one_name_the_first_is_shown() -> None:
    raw = raw_of(a_manual(parameters=(Parameter(key="係", label="一"),)))
    twice = {
        **raw,
        "steps": raw["steps"] * 2,
        "parameters": [*raw["parameters"], {**raw["parameters"][0], "label": "二"}],
    }
    shown = lenient_content(twice)
    assert [step.uid for step in shown.steps] == ["te-uketsuke", "te-shinsa"]
    assert [one.label for one in shown.parameters] == ["一"]


def test_a_draft_is_called_by_its_title() -> None:
    assert title_of({**blank_raw(), "title": " 転入届の\t受付 "}) == "転入届の 受付"
    assert title_of(blank_raw()) == title_of({}) == title_of({"title": 3}) == "無題の下書き"


def test_lanes_and_flow_can_be_shown_of_an_unfinished_manual() -> None:
    shown = lenient_content({**with_step(rate="2"), "title": "\x00"})
    assert [lane.kind for lane in figures(shown).lanes] == [ActorKind.COUNTER]


def test_a_deep_or_a_very_long_form_is_read_too() -> None:
    deep: Any = []
    for _ in range(5_000):
        deep = [deep]
    assert lenient_content({"title": deep, "faq": [{"uid": "fa-a", "q": deep}], "contact": deep}).faq == ()
    many = {**blank_raw(), "title": "転入届", "steps": [blank_item(Step) for _ in range(2_000)]}
    assert len(read(many).steps) == 2_000
