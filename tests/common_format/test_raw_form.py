"""Reading a submitted form: what it carries is taken as typed, what it may not name is refused."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.common_format.checks import obstacles
from kb.common_format.checks_finding import Vocabulary
from kb.common_format.header import Parameter
from kb.common_format.raw import (
    LONGEST,
    ForgedForm,
    Raw,
    Widget,
    blank_raw,
    content_of_raw,
    field_name,
    lenient_content,
    raw_of,
    read_form,
)
from kb.common_format.raw_values import copied
from tests.common_format.build_manual import a_manual, a_step
from tests.common_format.raw_forms import raws, scalars

MANUAL = raw_of(
    a_manual(a_step("te-a", ("end",)), a_step("te-b"), parameters=(Parameter(key="窓口名", label="呼び名"),))
)


def after(*fields: tuple[str, str]) -> Raw:
    return read_form(fields, MANUAL).raw


def test_a_form_says_field_by_field_what_was_typed() -> None:
    raw = after(
        ("title", " 転入届 "),
        ("purpose.what", "記録する"),
        ("steps.te-b.title", "審査する"),
        ("steps.te-a.actor.kind", "審査"),
        ("steps.te-a.branches.br-te-a-0.goto", "te-b"),
        ("parameters.p-1.key", "窓口"),
        ("months", "３\r\n4"),
    )
    assert (raw["title"], raw["purpose"]["what"], raw["months"]) == (" 転入届 ", "記録する", "３\n4")
    assert [step["title"] for step in raw["steps"]] == ["te-aを確認する", "審査する"]
    assert raw["steps"][0]["actor"]["kind"] == "審査"
    assert raw["steps"][0]["branches"][0]["goto"] == "te-b"
    assert raw["parameters"][0]["key"] == "窓口"


def test_what_a_form_does_not_carry_stays() -> None:
    before = copied(MANUAL)
    assert after(("title", "転出届")) == {**MANUAL, "title": "転出届"}
    assert after() == MANUAL
    assert before == MANUAL


def test_a_hidden_field_before_a_box_tells_that_it_is_not_ticked() -> None:
    assert after(("steps.te-a.internal", ""), ("steps.te-a.internal", "1"))["steps"][0]["internal"] is True
    ticked = after(("no_legal_basis", "1"))
    assert read_form([("no_legal_basis", "")], ticked).raw["no_legal_basis"] is False
    assert read_form([("title", "あ")], ticked).raw["no_legal_basis"] is True


FORGED = [
    *["id", "status", "municipality_code", "user_id", "format_version", "__class__", "title.x", "purpose", "steps", ""],
    *[
        "steps.te-a",
        "steps.te-a.uid",
        "steps.te-x.title",
        "steps.0.title",
        "steps..title",
        ".title",
        "title.",
        "steps.",
    ],
    *["purpose.what.x", "steps.te-a.branches.br-x.goto", "steps.te-a.branches", "parameters.窓口名.key", "months.0"],
    *["steps.te-a.te-b.title", "steps.te-a.steps.te-b.title", "a" * 100_000, "steps." * 100_000, "\ud800", "\x00"],
]


@pytest.mark.parametrize("name", FORGED, ids=lambda name: ascii(name[:30]))
def test_a_form_that_names_what_the_page_never_offered_is_forged(name: str) -> None:
    with pytest.raises(ForgedForm) as refused:
        read_form([("title", "あ"), (name, "1")], MANUAL)
    assert refused.value.name == name[:200]


@given(raws(), st.text(max_size=8), st.data())
@settings(max_examples=40)
def test_no_name_reaches_anything_but_the_fields_of_the_form(raw: Raw, extra: str, data: st.DataObject) -> None:
    known = {name for name, _, _ in scalars(raw)}
    name = data.draw(st.sampled_from(sorted(known))) + data.draw(st.sampled_from(["", ".", ".uid", extra]))
    if name in known:
        assert read_form([(name, "")], raw).raw.keys() == raw.keys()
    else:
        with pytest.raises(ForgedForm):
            read_form([(name, "")], raw)


@given(raws())
@settings(max_examples=40)
def test_a_page_that_is_sent_back_untouched_changes_nothing(raw: Raw) -> None:
    wire = [
        (name, ("1" if holder[field.name] else "") if field.widget is Widget.CHECKBOX else holder[field.name])
        for name, field, holder in scalars(raw)
    ]
    once = read_form(((name, value.replace("\n", "\r\n")) for name, value in wire), raw)
    if not once.findings:
        assert [held[field.name] for _, field, held in scalars(once.raw)] == [
            value.replace("\r", "\n") if isinstance(value, str) else value
            for value in (held[field.name] for _, field, held in scalars(raw))
        ]
    assert read_form(wire, once.raw).raw == once.raw


@given(
    st.text(st.characters(categories=None) | st.sampled_from("\x00\x0b\x85\u2028\ud800\udfff\ufffe\r\n\t"), max_size=12)
)
@settings(max_examples=100)
def test_anything_typed_can_be_kept_and_only_odd_characters_go(text: str) -> None:
    reading = read_form([("reuse_tips", text), ("steps.te-b.title", text)], MANUAL)
    json.dumps(reading.raw, ensure_ascii=False).encode()
    shown = content_of_raw(reading.raw)
    assert "制御文字" not in str(shown)
    kept = reading.raw["reuse_tips"]
    if not reading.findings:
        assert kept == text.replace("\r\n", "\n").replace("\r", "\n")
    else:
        assert {one.path for one in reading.findings} == {("reuse_tips",), ("steps", "te-b", "title")}


def test_ten_thousand_invented_steps_are_forged() -> None:
    with pytest.raises(ForgedForm) as refused:
        read_form([(f"steps.te-{n}.title", "あ") for n in range(10_000)], MANUAL)
    assert refused.value.name == "steps.te-0.title"


def test_odd_characters_are_told_with_the_name_of_the_field() -> None:
    reading = read_form([("steps.te-b.action", "届書\x00を\ud800見る\x0b審査"), ("fee", "無料\u2028です")], MANUAL)
    assert reading.raw["steps"][1]["action"] == "届書を\ufffd見る\n審査"
    assert reading.raw["fee"] == "無料 です"
    assert [(one.code, one.label) for one in reading.findings] == [
        ("odd_characters", "手順2 › 行うこと"),
        ("odd_characters", "手数料"),
    ]


def test_two_megabytes_are_kept_and_more_is_refused_with_a_reason() -> None:
    room = LONGEST - sum(
        len(held[field.name]) for _, field, held in scalars(MANUAL) if field.widget is not Widget.CHECKBOX
    )
    room += len(MANUAL["reuse_tips"]) - 1_000
    assert not read_form([("reuse_tips", "あ" * room)], MANUAL).too_large
    for much in ([("reuse_tips", "あ" * (LONGEST + 1))], [("reuse_tips", "あ" * LONGEST)]):
        reading = read_form(much, MANUAL)
        assert (reading.too_large, reading.raw) == (True, MANUAL)
        assert "2,000,000文字" in reading.findings[0].message


def test_a_long_text_is_kept_as_a_draft_though_it_is_too_long_for_a_manual() -> None:
    raw = after(("reuse_tips", "あ" * 20_001))
    found = content_of_raw(raw)
    assert isinstance(found, list)
    assert [(one.path, one.message) for one in found] == [(("reuse_tips",), "20,000文字以内で書いてください。")]


def test_a_finding_leads_to_the_field_on_the_form() -> None:
    raw = {**MANUAL, "parameters": [*MANUAL["parameters"], {**MANUAL["parameters"][0], "uid": "new-one", "key": ""}]}
    cases: dict[tuple[str, ...], str] = {
        (): "",
        ("title",): "title",
        ("purpose", "what"): "purpose.what",
        ("steps",): "steps",
        ("steps", "te-a", "actor", "kind"): "steps.te-a.actor.kind",
        ("steps", "te-a", "actor"): "steps.te-a.actor",
        ("steps", "te-a", "cautions", "3"): "steps.te-a.cautions",
        ("steps", "te-a", "branches", "br-te-a-0", "condition"): "steps.te-a.branches.br-te-a-0.condition",
        ("steps", "gone", "title"): "steps",
        ("months", "0"): "months",
        ("parameters", "窓口名", "default"): "parameters.p-1.default",
        ("parameters", "new-one", "key"): "parameters.new-one.key",
        ("parameters", "1", "key"): "parameters.new-one.key",
        ("nothing", "of", "this"): "",
    }
    assert {path: field_name(raw, path) for path in cases} == cases


@given(raws())
@settings(max_examples=40)
def test_every_finding_leads_to_something_that_is_drawn(raw: Raw) -> None:
    drawn = {name for name, _, _ in scalars(raw)}
    drawn |= {".".join(name.split(".")[:n]) for name in drawn for n in range(name.count(".") + 1)} | {
        field for field in raw
    }
    found: Any = content_of_raw(raw)
    findings = found if isinstance(found, list) else []
    for finding in [*findings, *obstacles(lenient_content(raw), Vocabulary())]:
        assert field_name(raw, finding.path) in drawn


def test_a_form_may_begin_with_a_blank_page() -> None:
    assert read_form([("title", "転入届")], blank_raw()).raw["title"] == "転入届"
