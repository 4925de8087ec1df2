"""The fill rate follows the declarations: a counted field counts one, steps share theirs."""

import pytest
from hypothesis import given, settings

from kb.common_format.content import Faq, ManualContent
from kb.common_format.fields import specs
from kb.common_format.fill import fill_rate
from kb.common_format.header import Contact, Purpose
from kb.common_format.step import Step
from tests.common_format.build_manual import a_manual, a_step, manuals

HEADER = sum(spec.fill for _, spec in specs(ManualContent))
STEP = sum(spec.fill for _, spec in specs(Step))
ONE = 1 / (HEADER + STEP)


def test_an_empty_manual_is_zero_and_names_the_steps_once() -> None:
    found = fill_rate(ManualContent(title="転入届"))
    assert found.rate == 0
    assert [place for place in found.missing if place.path[0] == "steps"] == [(("steps",), "手順")]
    assert (("purpose", "aim"), "目的 › 何のために") in found.missing


def test_a_field_of_the_header_counts_one() -> None:
    before, after = (fill_rate(ManualContent(title="転入届", **more)).rate for more in ({}, {"fee": "無料"}))
    assert after - before == pytest.approx(ONE)


def test_zero_days_are_an_answer() -> None:
    missing = fill_rate(ManualContent(title="転入届", standard_processing_days=0)).missing
    assert ("standard_processing_days",) not in [place.path for place in missing]


def test_a_group_shares_its_one_among_its_own_counted_fields() -> None:
    found = fill_rate(ManualContent(title="転入届", purpose=Purpose(aim="公証のため")))
    assert found.rate == pytest.approx(ONE / 4)


def test_a_group_without_counted_fields_is_filled_by_any_of_them() -> None:
    found = fill_rate(ManualContent(title="転入届", contact=Contact(place="1階")))
    assert found.rate == pytest.approx(ONE)


def test_a_section_counts_when_it_has_an_item() -> None:
    found = fill_rate(ManualContent(title="転入届", faq=(Faq(uid="fa-a"),)))
    assert found.rate == pytest.approx(ONE)


def test_a_field_of_a_step_counts_its_share_of_the_steps() -> None:
    def rate(*phases: str) -> float:
        return fill_rate(a_manual(*(a_step(f"te-{n}", phase=phase) for n, phase in enumerate(phases)))).rate

    assert rate("受付", "", "", "") - rate("", "", "", "") == pytest.approx(ONE / 4)
    missing = fill_rate(a_manual(a_step("te-a"), a_step("te-b"))).missing
    assert (("steps", "te-b", "minutes"), "手順2 › 標準時間(分)") in missing


@settings(max_examples=30, deadline=None)
@given(manuals())
def test_laws(content: ManualContent) -> None:
    found = fill_rate(content)
    assert 0 <= found.rate <= 1
    assert (found.rate == 1) == (not found.missing)
    assert len({place.path for place in found.missing}) == len(found.missing)
