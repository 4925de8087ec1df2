"""Who may adopt, what a declaration must say, and from when on a town has used a manual."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from kb.accounts.models import Role
from kb.accounts.rules import ANYONE, Acting, Viewer
from kb.adoptions.rules import (
    LONGEST_NOTE,
    LONGEST_VALUE,
    Earliest,
    Told,
    begins_at,
    may_adopt,
    may_change,
    mistakes,
    used_since,
)
from kb.common_format.envelope import Audience
from kb.japanese.notation import JST, local_date
from tests.adoptions.using import STEPS, WORDS, told
from tests.conftest import NOW
from tests.world import AOBA, WAKAMATSU, a_content, person

CONTENT = a_content(steps=STEPS, parameters=WORDS)
BOUNDS = Earliest(edition_from=NOW - timedelta(days=30), ended=None, at=NOW)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))


def fields(one: Told, bounds: Earliest | None = None) -> list[str]:
    return [mistake.field for mistake in mistakes(one, CONTENT, bounds)]


class TestWhoMay:
    """`may_adopt` and `may_change`."""

    @pytest.mark.parametrize("login", ["chika", "fumio"])
    def test_author_and_approver_of_a_participating_town(self, session: Session, now: datetime, login: str) -> None:
        by = person(session, login, now)
        assert may_adopt(by, AOBA, Audience.PUBLIC)
        assert may_adopt(by, AOBA, Audience.MEMBERS)
        assert may_change(by, WAKAMATSU)
        assert not may_adopt(by, AOBA, Audience.MUNICIPALITY)
        assert not may_adopt(by, WAKAMATSU, Audience.PUBLIC), "one's own manual"
        assert not may_change(by, AOBA)

    def test_an_administrator_too_and_never_a_reader(self, session: Session, now: datetime) -> None:
        assert may_adopt(person(session, "daigo", now), WAKAMATSU, Audience.PUBLIC)
        assert not may_adopt(person(session, "eri", now), WAKAMATSU, Audience.PUBLIC)

    @settings(max_examples=40)
    @given(
        st.sampled_from(list(Role)),
        st.booleans(),
        st.sampled_from([AOBA, WAKAMATSU, None]),
        st.sampled_from([AOBA, WAKAMATSU]),
        st.sampled_from(list(Audience)),
    )
    def test_nobody_else(self, role: Role, member: bool, town: str | None, owner: str, audience: Audience) -> None:
        by = Viewer(user_id=1, municipality_code=town, member=member, acting=(Acting(1, 1, "係長", role),))
        able = role in (Role.AUTHOR, Role.APPROVER, Role.ADMINISTRATOR) and member and town not in (None, owner)
        assert (may_adopt(by, owner, audience) is not None) == (able and audience is not Audience.MUNICIPALITY)

    def test_nobody_who_is_not_signed_in(self) -> None:
        assert may_adopt(ANYONE, AOBA, Audience.PUBLIC) is None


class TestWhatADeclarationSays:
    """`mistakes`."""

    def test_one_that_may_stand(self) -> None:
        assert mistakes(told(values={"窓口名": "総合窓口", "内線": "0990-00-1234"}), CONTENT, BOUNDS) == []

    @pytest.mark.parametrize("degree", ["", "模範", "採用 "])
    def test_the_degree_is_one_of_three(self, degree: str) -> None:
        assert fields(told(degree=degree)) == ["degree"]

    @pytest.mark.parametrize("since", ["2026-11-22", "令和8年11月22日", "R8.10.23", "2026/11/1"])
    def test_the_day_is_written_as_people_write_it(self, since: str) -> None:
        assert fields(told(since=since), BOUNDS) == []

    @pytest.mark.parametrize("since", ["", "きょう", "2026-02-30", "令和8年11月23日", "2026-10-22", "0001-01-01"])
    def test_it_exists_is_not_to_come_and_not_before_the_edition(self, since: str) -> None:
        assert fields(told(since=since), BOUNDS) == ["since"]

    def test_it_is_not_before_the_end_of_the_last_use(self) -> None:
        bounds = replace(BOUNDS, ended=NOW - timedelta(days=2))
        assert fields(told(since="2026-11-19"), bounds) == ["since"]
        assert fields(told(since="2026-11-20"), bounds) == []

    def test_words_that_the_edition_does_not_have_are_refused(self) -> None:
        assert fields(told(values={"合言葉": "山"})) == ["values"]

    def test_nothing_is_too_long(self) -> None:
        assert fields(told(note="あ" * LONGEST_NOTE, values={"窓口名": "あ" * LONGEST_VALUE})) == []
        assert fields(told(note="あ" * (LONGEST_NOTE + 1))) == ["note"]
        assert fields(told(values={"窓口名": "あ" * (LONGEST_VALUE + 1)})) == ["value-1"]

    def test_what_looks_like_personal_data_is_asked_about(self) -> None:
        one = told(note="0990-00-1234", values={"窓口名": "a@example.jp"})
        assert [(mistake.field, mistake.doubtful) for mistake in mistakes(one, CONTENT)] == [
            ("note", True),
            ("value-1", True),
        ]
        assert fields(replace(one, sure=True)) == []

    def test_a_personal_number_is_refused_whatever_somebody_says(self) -> None:
        assert fields(told(note="123456789018", sure=True)) == ["note"]
        assert fields(told(values={"内線": "123456789018"}, sure=True)) == ["value-2"]


class TestSince:
    """`begins_at` and `used_since`."""

    @settings(max_examples=40)
    @given(st.dates(date(2026, 10, 23), date(2026, 11, 22)), st.none() | MOMENTS)
    def test_a_day_that_may_stand_begins_within_its_bounds(self, day: date, ended: datetime | None) -> None:
        bounds = replace(BOUNDS, ended=min(ended, NOW) if ended else None)
        if fields(told(since=day.isoformat()), bounds):
            return
        begins = begins_at(day, bounds)
        assert bounds.edition_from <= begins <= NOW
        assert bounds.ended is None or begins >= bounds.ended
        assert local_date(begins) == day

    @settings(max_examples=40)
    @given(st.lists(MOMENTS, min_size=2, max_size=6, unique=True), st.integers(0, 4))
    def test_changes_do_not_break_a_use_and_a_pause_does(self, moments: list[datetime], paused: int) -> None:
        moments.sort()
        unbroken = list(zip(moments, [*moments[1:], None], strict=True))
        assert used_since(unbroken) == moments[0]
        pause = min(paused, len(moments) - 2)
        begun, ended = unbroken[pause]
        assert ended is not None
        broken = [*unbroken[:pause], (begun, ended - timedelta(microseconds=1)), *unbroken[pause + 1 :]]
        assert used_since(broken) == moments[pause + 1]

    def test_midnight_is_japans(self) -> None:
        assert begins_at(date(2026, 11, 1), BOUNDS) == datetime(2026, 11, 1, tzinfo=JST)
