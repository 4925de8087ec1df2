"""Outsiders read only what `redact` gives: valid, without any word of the 庁内限り parts, and stable."""

from hypothesis import given, settings

from kb.common_format.content import Faq, ManualContent
from kb.common_format.fields import specs
from kb.common_format.header import Parameter
from kb.common_format.redact import has_internal, redact
from kb.common_format.step import END
from tests.common_format.build_manual import a_manual, a_step, manuals


@settings(max_examples=30, deadline=None)
@given(manuals(secret="庁内秘"))
def test_no_word_of_an_internal_part_remains(content: ManualContent) -> None:
    shown = redact(content).model_dump_json()
    assert "庁内秘" not in shown


@settings(max_examples=30, deadline=None)
@given(manuals())
def test_the_result_is_valid_and_redacting_again_changes_nothing(content: ManualContent) -> None:
    shown = redact(content)
    assert ManualContent.model_validate_json(shown.model_dump_json()) == shown
    assert redact(shown) == shown
    assert not has_internal(shown)


@settings(max_examples=30, deadline=None)
@given(manuals())
def test_what_is_not_internal_stays_in_order(content: ManualContent) -> None:
    assert [step.uid for step in redact(content).steps] == [step.uid for step in content.steps if not step.internal]
    if not has_internal(content):
        assert redact(content) == content


def test_every_field_declared_internal_goes_back_to_its_default() -> None:
    internal = {name for name, spec in specs(ManualContent) if spec.internal}
    assert internal == {"handover_note"}, "a new internal field needs a value in this test"
    assert redact(a_manual(handover_note="鍵は金庫")).handover_note == ""


def test_a_branch_into_a_removed_step_leads_to_the_next_one_that_remains() -> None:
    content = a_manual(
        a_step("te-a", goes_to=("te-b", "te-e")),
        a_step("te-b", internal=True),
        a_step("te-c", internal=True),
        a_step("te-d"),
        a_step("te-e", internal=True),
    )
    assert [branch.goto for branch in redact(content).steps[0].branches] == ["te-d", END]


def test_a_parameter_goes_when_only_removed_parts_referred_to_it() -> None:
    content = a_manual(
        a_step("te-a", action="{{窓口名}}で受け取る"),
        a_step("te-b", action="{{窓口名}}の{{金庫}}を開ける", internal=True),
        parameters=(Parameter(key="窓口名"), Parameter(key="金庫", default="地下2階"), Parameter(key="未使用")),
    )
    assert [parameter.key for parameter in redact(content).parameters] == ["窓口名", "未使用"]


def test_internal_parts_are_noticed_wherever_they_stand() -> None:
    assert not has_internal(a_manual())
    assert has_internal(a_manual(handover_note="鍵は金庫"))
    assert has_internal(a_manual(a_step("te-a", internal=True)))
    assert has_internal(a_manual(faq=(Faq(uid="fa-a", q="鍵は", internal=True),)))
