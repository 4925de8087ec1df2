"""Figures are derived; what nobody measured is unknown, never zero."""

import pytest
from hypothesis import given, settings

from kb.common_format.content import ManualContent
from kb.common_format.figures import Lane, figures
from kb.common_format.header import Volume
from kb.common_format.step import Actor, ActorKind, Core, Medium
from tests.common_format.build_manual import a_manual, a_step, manuals


def test_minutes_per_case_weigh_each_step_by_the_share_of_cases_that_pass() -> None:
    found = figures(a_manual(a_step("te-a", minutes=10), a_step("te-b", minutes=20, rate=0.25), a_step("te-c")))
    assert (found.steps, found.measured, found.minutes) == (3, 2, 15)


def test_what_is_unknown_is_not_zero() -> None:
    found = figures(a_manual(a_step("te-a"), annual_volume=Volume(total=9_600)))
    assert (found.minutes, found.yearly_hours, found.core_share) == (None, None, None)


def test_zero_minutes_are_a_measurement() -> None:
    found = figures(a_manual(a_step("te-a", minutes=0)))
    assert (found.measured, found.minutes) == (1, 0)


def test_yearly_hours_need_the_volume() -> None:
    step = a_step("te-a", minutes=18)
    assert figures(a_manual(step)).yearly_hours is None
    found = figures(a_manual(step, annual_volume=Volume(total=9_600)))
    assert found.yearly_hours == 2_880


def test_core_share_is_counted_among_the_judged_steps() -> None:
    cores = [Core.OFFICIAL, Core.ANYONE, Core.ANYONE, Core.ANYONE, Core.TO_JUDGE, None]
    found = figures(a_manual(*(a_step(f"te-{n}", core=core) for n, core in enumerate(cores))))
    assert (found.judged, found.core_share) == (4, 0.25)


def test_phases_lanes_and_media_in_order_of_first_appearance() -> None:
    counter, again = Actor(kind=ActorKind.COUNTER, name="1番"), Actor(kind=ActorKind.COUNTER, name="2番")
    resident = Actor(kind=ActorKind.RESIDENT)
    found = figures(
        a_manual(
            a_step("te-a", phase="受付", actor=counter, medium=Medium.DIGITAL),
            a_step("te-b", phase="審査", actor=resident, medium=Medium.PAPER),
            a_step("te-c", phase="受付", actor=again, medium=Medium.PAPER),
        )
    )
    assert found.phases == ("受付", "審査")
    assert found.lanes == (Lane(ActorKind.COUNTER, ("1番", "2番")), Lane(ActorKind.RESIDENT, ()))
    assert found.media == ((Medium.PAPER, 2), (Medium.DIGITAL, 1))


@settings(max_examples=30, deadline=None)
@given(manuals())
def test_laws(content: ManualContent) -> None:
    found = figures(content)
    assert 0 <= found.measured <= found.steps == len(content.steps)
    assert (found.minutes is None) == (found.measured == 0)
    assert found.minutes is None or found.minutes == pytest.approx(
        sum(step.minutes * step.rate for step in content.steps if step.minutes is not None), abs=0.01
    )
    assert found.core_share is None or 0 <= found.core_share <= 1
    assert sum(count for _, count in found.media) == sum(step.medium is not None for step in content.steps)
