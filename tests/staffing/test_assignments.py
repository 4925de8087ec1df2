"""Assignments over time: whatever an administrator does, nobody holds the same post twice in one role at one moment, and
the town is never without an administrator."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlmodel import Session, select

from kb.accounts.models import Assignment, Post, Role, User
from kb.accounts.queries import viewer
from kb.accounts.rules import Viewer
from kb.db import abandon, open_session
from kb.errors import Conflict, DomainError, NotAllowed, NotFound
from kb.staffing.actions import disable_account, enable_account
from kb.staffing.administrator import administrations
from kb.staffing.assignments import begin_assignment, end_assignment
from kb.staffing.entries import Unfit
from kb.staffing.queries import departments
from kb.staffing.tenure import Tenure
from tests.conftest import NOW
from tests.staffing.conftest import account
from tests.world import AOBA, build_template, database_from, person

DAY = timedelta(days=1)


def test_somebody_holds_two_posts(session: Session, daigo: Viewer, akari: User, counter: Post, now: datetime) -> None:
    begin_assignment(session, akari, counter, Role.READER, Tenure(now), by=daigo, at=now)
    acting = person(session, "akari", now).acting
    assert [(one.office, one.role) for one in acting] == [
        ("市民課 住民記録係", Role.AUTHOR),
        ("市民課 交付係", Role.READER),
    ]


def test_the_same_post_in_the_same_role_twice_is_refused(
    session: Session, daigo: Viewer, akari: User, counter: Post, now: datetime
) -> None:
    begin_assignment(session, akari, counter, Role.READER, Tenure(now, now + 10 * DAY), by=daigo, at=now)
    with pytest.raises(Conflict, match=r"同じ職と役割\(閲覧者\)の配置が、期間の重なる形で既にあります"):
        begin_assignment(session, akari, counter, Role.READER, Tenure(now + 9 * DAY), by=daigo, at=now)
    begin_assignment(session, akari, counter, Role.READER, Tenure(now + 10 * DAY), by=daigo, at=now)
    begin_assignment(session, akari, counter, Role.AUTHOR, Tenure(now), by=daigo, at=now)


def test_an_end_is_not_moved_into_the_next_assignment(
    session: Session, daigo: Viewer, akari: User, counter: Post, now: datetime
) -> None:
    first = begin_assignment(session, akari, counter, Role.READER, Tenure(now, now + DAY), by=daigo, at=now)
    begin_assignment(session, akari, counter, Role.READER, Tenure(now + 2 * DAY), by=daigo, at=now)
    with pytest.raises(Conflict):
        end_assignment(session, first, now + 3 * DAY, by=daigo, at=now)
    end_assignment(session, first, now + 2 * DAY, by=daigo, at=now)


def test_one_to_come_is_shown_as_such_and_can_be_called_off(
    session: Session, daigo: Viewer, akari: User, counter: Post, now: datetime
) -> None:
    coming = begin_assignment(session, akari, counter, Role.READER, Tenure(now + DAY), by=daigo, at=now)
    assert _counter(session, now).coming[0].person == "見本 あかり"
    assert _counter(session, now).held == ()
    assert _counter(session, now + DAY).held[0].person == "見本 あかり"
    end_assignment(session, coming, coming.since, by=daigo, at=now)
    assert (_counter(session, now).coming, _counter(session, now + DAY).held) == ((), ())
    assert all(one.post_title != "交付係" for one in person(session, "akari", now + 2 * DAY).acting)


def _counter(session: Session, now: datetime):
    [post] = [post for one in departments(session, AOBA, now) for post in one.posts if post.title == "交付係"]
    return post


def test_what_cannot_be(
    session: Session, daigo: Viewer, akari: User, counter: Post, elsewhere: Post, now: datetime
) -> None:
    with pytest.raises(NotFound):
        begin_assignment(session, akari, elsewhere, Role.READER, Tenure(now), by=daigo, at=now)
    with pytest.raises(NotAllowed):
        begin_assignment(session, account(session, "chika"), elsewhere, Role.READER, Tenure(now), by=daigo, at=now)
    with pytest.raises(Unfit):
        begin_assignment(session, akari, counter, Role.OPERATOR, Tenure(now), by=daigo, at=now)
    with pytest.raises(Unfit):
        begin_assignment(session, akari, counter, Role.READER, Tenure(now, now - DAY), by=daigo, at=now)
    held = begin_assignment(session, akari, counter, Role.READER, Tenure(now, now + DAY), by=daigo, at=now)
    with pytest.raises(Unfit):
        end_assignment(session, held, now - DAY, by=daigo, at=now)
    with pytest.raises(Conflict, match="既に終わっています"):
        end_assignment(session, held, now + 9 * DAY, by=daigo, at=now + 5 * DAY)
    disable_account(session, akari, "休業", by=daigo, at=now)
    with pytest.raises(Conflict, match="利用停止中"):
        begin_assignment(session, akari, counter, Role.AUTHOR, Tenure(now), by=daigo, at=now)


class Staffing(RuleBasedStateMachine):
    """Administrators of one town do anything in any order; time goes on."""

    folder: Path

    @initialize()
    def begin(self) -> None:
        self.engine = database_from(self.folder / "template.sqlite", self.folder)
        self.session = open_session(self.engine, write=True)
        self.now = NOW

    def teardown(self) -> None:
        if hasattr(self, "session"):
            abandon(self.session)
            self.engine.dispose()

    def acting(self) -> Viewer:
        """Somebody who administers the town at this moment; there always is one."""
        user_id = next(one.user_id for one in administrations(self.session, AOBA) if one.tenure.holds_at(self.now))
        found = viewer(self.session, user_id, self.now)
        assert found is not None
        return found

    def tries(self, attempt) -> None:
        """What is refused changes nothing."""
        try:
            attempt()
        except DomainError:
            self.session.expire_all()

    people = st.sampled_from(["akari", "bunta", "daigo", "eri"])
    days = st.integers(-3, 12)

    @rule(
        login=people,
        post=st.integers(1, 4),
        role=st.sampled_from([Role.ADMINISTRATOR, Role.ADMINISTRATOR, Role.READER]),
        since=days,
        length=st.none() | st.integers(0, 8),
    )
    def puts(self, login: str, post: int, role: Role, since: int, length: int | None) -> None:
        begins = self.now + since * DAY
        tenure = Tenure(begins, None if length is None else begins + length * DAY)
        user, there = account(self.session, login), self.session.get_one(Post, post)
        self.tries(lambda: begin_assignment(self.session, user, there, role, tenure, by=self.acting(), at=self.now))

    @rule(pick=st.integers(0, 30), until=days)
    def ends(self, pick: int, until: int) -> None:
        own = self.session.exec(
            select(Assignment).join(User).where(User.municipality_code == AOBA, Assignment.role == Role.ADMINISTRATOR)
        ).all()
        chosen = own[pick % len(own)]
        self.tries(lambda: end_assignment(self.session, chosen, self.now + until * DAY, by=self.acting(), at=self.now))

    @rule(login=people)
    def stops(self, login: str) -> None:
        user = account(self.session, login)
        self.tries(lambda: disable_account(self.session, user, "休業", by=self.acting(), at=self.now))

    @rule(login=people)
    def resumes(self, login: str) -> None:
        user = account(self.session, login)
        self.tries(lambda: enable_account(self.session, user, by=self.acting(), at=self.now))

    @rule(days=st.integers(1, 5))
    def time_goes_on(self, days: int) -> None:
        self.now += days * DAY

    @invariant()
    def there_is_an_administrator_on_every_day_to_come(self) -> None:
        if hasattr(self, "session"):
            held = administrations(self.session, AOBA)
            for day in range(60):
                assert any(one.tenure.holds_at(self.now + day * DAY) for one in held), day

    @invariant()
    def nobody_holds_the_same_twice(self) -> None:
        if not hasattr(self, "session"):
            return
        rows = self.session.exec(select(Assignment)).all()
        for place, one in enumerate(rows):
            for other in rows[:place]:
                if (one.user_id, one.post_id, one.role) == (other.user_id, other.post_id, other.role):
                    assert not Tenure(one.since, one.until).overlaps(Tenure(other.since, other.until))


def test_never_twice_and_never_without_an_administrator(tmp_path: Path) -> None:
    from hypothesis.stateful import run_state_machine_as_test

    Staffing.folder = tmp_path
    build_template(tmp_path)
    run_state_machine_as_test(Staffing, settings=settings(max_examples=12, stateful_step_count=20, deadline=None))
