"""Pasted lines and spreadsheet rows become steps, and nothing of them is lost."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.common_format.content import ManualContent
from kb.common_format.raw import (
    MOST_STEPS,
    ForgedForm,
    Raw,
    blank_raw,
    content_of_raw,
    insert_steps,
    raw_of,
    steps_from_lines,
)
from tests.common_format.build_manual import a_manual, a_step
from tests.common_format.strategies import nasty_text

EMPTY_ACTOR = {"kind": "", "name": ""}


def said(text: str) -> list[tuple[str, str]]:
    """Title and action of the steps made from `text`."""
    return [(step["title"], step["action"]) for step in steps_from_lines(text)]


@pytest.mark.parametrize(
    "text",
    [
        *["1. 届書を受け取る\n2. 審査する", "１．届書を受け取る\n２．審査する", "1)届書を受け取る\n2)審査する"],
        *[
            "１）届書を受け取る\n２）審査する",
            "(1) 届書を受け取る\n(2) 審査する",
            "（１）届書を受け取る\n（２）審査する",
        ],
        *["①届書を受け取る\n②審査する", "・届書を受け取る\n・審査する", "- 届書を受け取る\n- 審査する"],
        *["1　届書を受け取る\n2　審査する", "1 届書を受け取る\n2 審査する", "手順1: 届書を受け取る\n手順2: 審査する"],
        *["1、届書を受け取る\n2、審査する", "ア）届書を受け取る\nイ）審査する", "● 届書を受け取る\n● 審査する"],
        *[
            "1.\t届書を受け取る\r\n2.\t審査する\r\n",
            "届書を受け取る\n審査する",
            "  1. 届書を受け取る\n\n\n\n  2. 審査する",
        ],
        *[
            "届書を受け取る\n\n審査する\n",
            "1\t届書を受け取る\n2\t審査する",
            "No\t作業名\n1\t届書を受け取る\n2\t審査する",
        ],
    ],
)
def test_every_usual_way_to_number_lines_makes_steps(text: str) -> None:
    assert said(text) == [("届書を受け取る", ""), ("審査する", "")]


def test_further_lines_and_deeper_signs_belong_to_the_action() -> None:
    text = "1. 受け取る\n   氏名を確かめる\n   (1) 在留カード\n   (2) 旅券\n\n   - 原本に限る\n2. 審査する\n①台帳\n  3. 例外"
    assert said(text) == [
        ("受け取る", "氏名を確かめる\n(1) 在留カード\n(2) 旅券\n\n- 原本に限る"),
        ("審査する", "①台帳\n  3. 例外"),
    ]


def test_numbers_in_a_sentence_begin_no_step() -> None:
    assert said("1 受け取る\n14 日以内か\n2 審査する") == [("受け取る", "14 日以内か"), ("審査する", "")]
    assert said("1. 受け取る\n3.5分かかる\n2026.4.1から") == [("受け取る", "3.5分かかる\n2026.4.1から")]


def test_what_stands_before_the_first_number_is_a_step_of_its_own() -> None:
    assert said("転入届\n窓口で\n1. 受け取る") == [("転入届", "窓口で"), ("受け取る", "")]


def test_a_line_too_long_for_a_title_is_an_action() -> None:
    assert said("1. " + "あ" * 301 + "\nい") == [("", "あ" * 301 + "\nい")]


def test_rows_without_a_header_are_title_action_and_the_rest() -> None:
    assert said("受付\t届書を見る\t早めに\n審査\t台帳と比べる\t") == [
        ("受付", "届書を見る\n早めに"),
        ("審査", "台帳と比べる"),
    ]
    assert said("①\t受付\t届書を見る\n②\t審査\t台帳と比べる") == [("受付", "届書を見る"), ("審査", "台帳と比べる")]


def test_a_header_row_names_the_columns() -> None:
    rows = [
        "項番\t手順名\t担当\t行うこと\t標準時間（分）\t媒体\t工程\t備考",
        '1\t受付\t窓口\t"届書を見る\n氏名も\n""控え""も"\t３\t紙\t受付\t原本',
        "2\t審査\t審査係\t台帳と比べる\t10分程度\t伝書鳩\t\t",
    ]
    first, second = steps_from_lines("\n".join(rows))
    assert (first["title"], first["actor"], first["minutes"]) == ("受付", {"kind": "窓口", "name": ""}, "３")
    assert (first["medium"], first["phase"]) == ("紙", "受付")
    assert first["action"] == '届書を見る\n氏名も\n"控え"も\n備考: 原本'
    assert second["actor"] == {"kind": "審査", "name": "審査係"}
    assert (second["minutes"], second["medium"]) == ("", "")
    assert second["action"] == "台帳と比べる\n標準時間(分): 10分程度\n媒体: 伝書鳩".replace("(分)", "（分）")


@pytest.mark.parametrize(
    ("word", "kind", "name"),
    [
        *[
            ("窓口", "窓口", ""),
            ("窓口担当", "窓口", "窓口担当"),
            ("住民", "住民", ""),
            ("来庁した住民", "住民", "来庁した住民"),
        ],
        *[
            ("住民課", "", "住民課"),
            ("窓口システム", "システム", "窓口システム"),
            ("外部委託先", "委託先", "外部委託先"),
        ],
        *[("外部", "外部", ""), ("戸籍係", "", "戸籍係")],
    ],
)
def test_the_kind_of_actor_is_guessed_only_when_the_word_says_it(word: str, kind: str, name: str) -> None:
    [step] = steps_from_lines(f"手順名\t担当\n受付\t{word}")
    assert step["actor"] == {"kind": kind, "name": name}


def test_an_open_quotation_mark_is_no_end_of_the_table() -> None:
    text = '手順名\t行うこと\n受付\t"' + "あ" * 200_000 + "\n審査\tい"
    assert [title for title, _ in said(text)] == ["受付", "審査"]


@given(
    nasty_text(8) | st.lists(st.lists(st.text('あ1.\t"・① 　\n', max_size=5), max_size=4).map("\t".join)).map("\n".join)
)
@settings(max_examples=100)
def test_every_word_that_was_pasted_is_in_the_steps(text: str) -> None:
    made = steps_from_lines(text)
    written = "".join(str(value) for step in made for name, value in step.items() if name != "uid")
    for word in re.findall(r"[あ-んア-ン一-龯]+", text):
        assert word in written
    assert len({step["uid"] for step in made}) == len(made)
    assert all(any(value for name, value in step.items() if name != "uid" and value != EMPTY_ACTOR) for step in made)


@pytest.mark.parametrize("text", ["", "\n \n", "\t\t\n\t", "\x00", "手順名\t担当"])
def test_nothing_pasted_makes_nothing(text: str) -> None:
    assert steps_from_lines(text) == []


def test_pasted_steps_stand_where_they_are_wanted() -> None:
    raw = raw_of(a_manual(a_step("te-a"), a_step("te-b")))
    new = steps_from_lines("1. 一\n2. 二")
    assert titles(insert_steps(raw, new, "te-a").raw) == ["te-aを確認する", "一", "二", "te-bを確認する"]
    assert titles(insert_steps(raw, new).raw) == ["te-aを確認する", "te-bを確認する", "一", "二"]
    assert insert_steps(raw, new).focus == f"steps.{new[0]['uid']}"
    assert insert_steps(raw, []).raw == raw
    with pytest.raises(ForgedForm):
        insert_steps(raw, new, "te-x")


def test_an_empty_only_step_makes_room() -> None:
    raw = {**blank_raw(), "title": "転入届"}
    new = steps_from_lines("一\n二")
    for after in ("", raw["steps"][0]["uid"]):
        pasted = insert_steps(raw, new, after).raw
        assert titles(pasted) == ["一", "二"]
        assert isinstance(content_of_raw(pasted), ManualContent)
    assert insert_steps(raw, []).raw == raw


def test_ten_thousand_lines_are_refused_with_a_reason() -> None:
    raw = blank_raw()
    made = steps_from_lines("\n".join(f"{n}. 手順" for n in range(1, 10_001)))
    assert len(made) == MOST_STEPS + 1
    outcome = insert_steps(raw, made)
    assert outcome.raw == raw
    assert outcome.messages == ("「手順」は500個までです。要らないものを消すか、手順書を分けてください。",)


@pytest.mark.parametrize(
    "text", ["\n" * 2_000_000, "1. " * 700_000, "\t" * 2_000_000, " \n" * 1_000_000, '"' * 300_000, "あ\t\n" * 500_000]
)
def test_two_megabytes_of_anything_come_to_an_end(text: str) -> None:
    assert len(steps_from_lines(text)) <= MOST_STEPS + 1


def titles(raw: Raw) -> list[str]:
    return [step["title"] for step in raw["steps"]]
