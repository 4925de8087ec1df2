"""What a draft may not be, what a preview warns of, what publishing refuses; each finding leads to its field."""

from typing import Any

import pytest
from hypothesis import given, settings

from kb.common_format import checks_obstacles, checks_warnings
from kb.common_format.checks import Finding, Level, Vocabulary, draft_findings, obstacles, warnings
from kb.common_format.content import ManualContent, RequiredDocument
from kb.common_format.header import Frequency, LegalBasis, Parameter, Volume
from kb.common_format.privacy import PersonalData
from kb.common_format.step import END, Branch
from tests.common_format.build_manual import a_manual, a_step, manuals

WORDS = Vocabulary(frozenset({"tennyu-todoke"}), frozenset({"B01"}), frozenset({"受付", "審査"}))


def refused(content: ManualContent, **more: Any) -> list[tuple[str, tuple[str, ...]]]:
    return [(finding.code, finding.path) for finding in obstacles(content, WORDS, **more)]


def warned(content: ManualContent, code: str, **more: Any) -> list[tuple[str, ...]]:
    return [finding.path for finding in warnings(content, WORDS, **more) if finding.code == code]


def always(uid: str, goto: str) -> tuple[Branch, ...]:
    return (Branch(uid=uid, goto=goto),)


# Draft


def test_a_whole_manual_has_no_draft_findings() -> None:
    assert draft_findings(a_manual().model_dump(mode="json")) == []


@pytest.mark.parametrize(
    ("raw", "path", "label", "message"),
    [
        ({}, ("title",), "表題", "書いてください。"),
        ({"title": ""}, ("title",), "表題", "書いてください。"),
        ({"title": "長" * 301}, ("title",), "表題", "300文字以内で書いてください。"),
        ({"title": "a\nb"}, ("title",), "表題", "改行やタブを入れずに1行で書いてください。"),
        ({"title": 3}, ("title",), "表題", "文字で書いてください。"),
        ({"title": "a", "months": [13]}, ("months", "0"), "行う月1", "12以下の数を書いてください。"),
        ({"title": "a", "review_months": "年"}, ("review_months",), "見直しの間隔(月)", "数字を書いてください。"),
        ({"title": "a", "memo": ""}, ("memo",), "memo", "共通書式にない項目です。名前を確かめてください。"),
        ({"title": "a", "steps": 1}, ("steps",), "手順", "一覧の形で書いてください。"),
        (
            {"title": "a", "affair_kind": "国"},
            ("affair_kind",),
            "事務の区分",
            "次のどれかを選んでください: '自治事務', '法定受託事務'",
        ),
        (
            {"title": "a", "steps": [{"uid": "te-a"}, {"uid": "te-b", "minutes": -1}]},
            ("steps", "te-b", "minutes"),
            "手順2 › 標準時間(分)",
            "0以上の数を書いてください。",
        ),
        (
            {"title": "a", "steps": [{"uid": "te-a", "branches": [{"uid": "br-a", "goto": "te-z"}]}]},
            (),
            "手順書",
            "手順「te-a」の分岐の行き先「te-z」がありません。",
        ),
        (
            {"title": "a", "steps": [{"uid": "te-a", "actor": {"kind": "猫"}}]},
            ("steps", "te-a", "actor", "kind"),
            "手順1 › 担当 › 担当の種類",
            None,
        ),
        ({"title": "a", "purpose": []}, ("purpose",), "目的", None),
        ({"title": "a", "steps": [[]]}, ("steps", "0"), "手順1", None),
    ],
)
def test_a_draft_finding_says_in_japanese_what_to_do_where(raw, path, label, message) -> None:
    (finding,) = draft_findings(raw)
    assert (finding.level, finding.path, finding.label) == (Level.DRAFT, path, label)
    assert message is None or finding.message == message


# Publishing


def test_a_manual_with_what_is_needed_may_be_published() -> None:
    assert obstacles(a_manual(), WORDS) == []


def test_an_almost_empty_manual_is_told_everything_at_once() -> None:
    assert refused(ManualContent(title="転入届")) == [
        ("required", ("department",)),
        ("required", ("purpose", "what")),
        ("required", ("steps",)),
        ("procedure_or_work_area", ("procedure",)),
        ("legal_basis", ("legal_bases",)),
    ]


def test_each_step_needs_title_actor_and_action() -> None:
    content = a_manual(a_step("te-a"), a_step("te-b", title="", actor=None, action=""))
    assert [path for _, path in refused(content)] == [("steps", "te-b", name) for name in ("title", "actor", "action")]
    assert obstacles(content, WORDS)[1] == Finding(
        Level.OBSTACLE, "required", ("steps", "te-b", "actor"), "手順2 › 担当", "「手順2 › 担当」を書いてください。"
    )


def test_a_required_field_is_required_wherever_it_stands() -> None:
    content = a_manual(required_documents=(RequiredDocument(uid="sho-a"),))
    assert refused(content) == [("required", ("required_documents", "sho-a", "name"))]


def test_a_work_area_does_where_no_procedure_fits() -> None:
    assert refused(a_manual(procedure=None)) == []
    assert refused(a_manual(work_areas=())) == []


def test_legal_bases_and_none_exclude_each_other() -> None:
    assert refused(a_manual(no_legal_basis=True)) == [("legal_basis", ("no_legal_basis",))]
    assert refused(a_manual(legal_bases=(), no_legal_basis=True)) == []


def test_words_outside_the_vocabulary_are_refused() -> None:
    assert refused(a_manual(procedure="neko")) == [("known_procedure", ("procedure",))]
    assert refused(a_manual(work_areas=("B01", "Z99"))) == [("known_work_areas", ("work_areas", "1"))]
    assert refused(a_manual(a_step("te-a", phase="昼寝"))) == [("known_phases", ("steps", "te-a", "phase"))]
    assert refused(a_manual(a_step("te-a", phase="受付"))) == []


def test_every_use_of_an_undeclared_word_is_refused() -> None:
    step = a_step("te-a", action="{{係}}で{{窓口名}}へ", cautions=("{{係}}",))
    content = a_manual(step, parameters=(Parameter(key="窓口名", default="市民課"),))
    assert refused(content) == [
        ("declared_parameters", ("steps", "te-a", "cautions", "0")),
        ("declared_parameters", ("steps", "te-a", "action")),
    ]


def test_personal_data_is_refused_until_somebody_lets_it_pass() -> None:
    content = a_manual(a_step("te-a", action="090-1234-5678 へ"))
    path = ("steps", "te-a", "action")
    assert refused(content) == [("no_personal_data", path)]
    assert "1234" not in obstacles(content, WORDS)[0].message
    assert refused(content, waived=[(path, PersonalData.PHONE)]) == []
    assert refused(content, waived=[(path, PersonalData.EMAIL)]) == [("no_personal_data", path)]
    assert refused(a_manual(), values={"係": "090-1234-5678"}) == [("no_personal_data", ("values", "係"))]


# Warnings


def test_a_step_that_no_way_leads_to() -> None:
    content = a_manual(a_step("te-a", branches=always("br-a", "te-c")), a_step("te-b"), a_step("te-c"))
    assert warned(content, "reachable_steps") == [("steps", "te-b", "title")]
    assert warned(a_manual(), "reachable_steps") == []
    assert warned(a_manual(steps=()), "reachable_steps") == []


def test_a_loop_without_exit() -> None:
    back = a_step("te-b", branches=always("br-b", "te-a"))
    assert warned(a_manual(a_step("te-a"), back), "way_to_the_end") == [("steps", "te-b", "branches")]
    assert warned(a_manual(a_step("te-a", goes_to=(END,)), back), "way_to_the_end") == []
    assert warned(a_manual(a_step("te-a"), a_step("te-b", goes_to=("te-a",))), "way_to_the_end") == []


def test_a_step_behind_a_condition_is_not_passed_by_all() -> None:
    def manual(rate: float) -> ManualContent:
        return a_manual(
            a_step("te-a", goes_to=("te-c",)),
            a_step("te-b", branches=always("br-b", END)),
            a_step("te-c", rate=rate),
        )

    assert warned(manual(1), "rate_after_a_condition") == [("steps", "te-c", "rate")]
    assert warned(manual(0.2), "rate_after_a_condition") == []
    assert warned(a_manual(a_step("te-a", goes_to=("te-b",)), a_step("te-b")), "rate_after_a_condition") == []


def test_branches_that_cannot_be_meant() -> None:
    two = a_step("te-a", branches=(*always("br-a", END), *always("br-b", "te-b")))
    assert warned(a_manual(two, a_step("te-b")), "one_way_on") == [("steps", "te-a", "branches")]
    assert warned(a_manual(a_step("te-a", goes_to=("te-a",))), "branch_to_itself") == [("steps", "te-a", "branches")]


def test_minutes_and_titles_of_steps() -> None:
    content = a_manual(a_step("te-a", minutes=0, title="長" * 40), a_step("te-b", title="長" * 41))
    assert warned(content, "minutes_missing") == [("steps", "te-b", "minutes")]
    assert warned(content, "long_step_title") == [("steps", "te-b", "title")]


def test_fields_of_the_header_that_do_not_fit_together() -> None:
    assert warned(a_manual(peak="3月"), "peak_without_volume") == [("annual_volume", "peak")]
    assert warned(a_manual(peak="3月", annual_volume=Volume(peak=900)), "peak_without_volume") == []
    assert warned(a_manual(months=(3,), frequency=Frequency.ANY_TIME), "months_of_any_time") == [("months",)]
    assert warned(a_manual(months=(3,), frequency=Frequency.YEARLY), "months_of_any_time") == []


def test_links_without_encryption() -> None:
    bases = (LegalBasis(uid="hou-a", name="条例", url="http://a.example.jp"),)
    content = a_manual(a_step("te-a", action="[表](http://b.example.jp)"), legal_bases=bases)
    paths = [("legal_bases", "hou-a", "url"), ("steps", "te-a", "action")]
    assert warned(content, "plain_http_link") == paths
    assert warned(a_manual(a_step("te-a", action="[表](https://b.example.jp)")), "plain_http_link") == []


def test_parameters_that_do_nothing_or_have_nothing_to_say() -> None:
    words = (Parameter(key="棟"), Parameter(key="係"))
    content = a_manual(a_step("te-a", action="{{係}}へ"), parameters=words)
    assert warned(content, "unused_parameter") == [("parameters", "棟")]
    assert warned(content, "parameter_without_value") == [("parameters", "係", "default")]
    assert warned(content, "parameter_without_value", values={"係": "住民記録係"}) == []


# All rules


@pytest.mark.parametrize("rule", [*checks_obstacles.RULES, *checks_warnings.RULES], ids=lambda rule: rule.__name__)
def test_every_rule_says_what_it_is_about(rule) -> None:
    assert rule.__doc__


@settings(max_examples=30, deadline=None)
@given(manuals())
def test_any_content_can_be_checked_and_every_finding_starts_at_a_field(content: ManualContent) -> None:
    assert draft_findings(content.model_dump(mode="json")) == []
    for finding in [*obstacles(content, WORDS), *warnings(content, WORDS)]:
        assert finding.path[0] in ManualContent.model_fields
        assert finding.label
        assert finding.message.endswith("。")
