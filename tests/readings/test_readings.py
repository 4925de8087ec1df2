"""What a person read: kept for that person alone, and shown only as long as the manual may be read."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, select

from kb.accounts.models import Participation, SignIn
from kb.accounts.rules import ANYONE, Viewer
from kb.common_format.envelope import Audience
from kb.db import transaction
from kb.errors import NotFound
from kb.manuals.models import Manual, Revision
from kb.publishing.actions import publish, withdraw
from kb.publishing.queries import Listed, live_manual
from kb.readings.actions import record_reading
from kb.readings.models import Reading
from kb.readings.queries import changed_since_read, new_in_town, previous_visit, recent
from kb.readings.rules import PAUSE
from tests.world import AOBA, WAKAMATSU, a_publication, person

A_DAY = timedelta(days=1)


def read(session: Session, by: Viewer, at: datetime, slug: str = "tennyu") -> Listed:
    """`by` opens the live edition of a manual of 青葉市."""
    listed = live_manual(session, by, at, AOBA, slug)
    assert listed is not None
    record_reading(session, listed, by=by, at=at)
    return listed


def revise(session: Session, manual: Manual, at: datetime, **changes: object) -> None:
    """The next edition of a manual, with the same content."""
    revision = session.exec(select(Revision).where(Revision.manual_id == manual.id)).one()
    publish(session, manual, revision, by=person(session, "bunta", at), at=at, **changes)


def titles(session: Session, viewer: Viewer, now: datetime) -> list[str]:
    """What the viewer is told to have read."""
    return [one.listed.title for one in recent(session, viewer, now)]


def test_what_was_read_last_stands_first(session: Session, now: datetime) -> None:
    a_publication(session, now, "tennyu", title="転入届")
    a_publication(session, now, "tenshutsu", title="転出届")
    eri = person(session, "eri", now)
    read(session, eri, now, "tennyu")
    read(session, eri, now + A_DAY, "tenshutsu")
    assert titles(session, eri, now + A_DAY) == ["転出届", "転入届"]
    read(session, eri, now + 2 * A_DAY, "tennyu")
    assert titles(session, eri, now + 2 * A_DAY) == ["転入届", "転出届"]
    assert len(recent(session, eri, now + 2 * A_DAY, limit=1)) == 1


def test_readings_are_nobody_elses(session: Session, now: datetime) -> None:
    a_publication(session, now)
    read(session, person(session, "eri", now), now)
    assert recent(session, person(session, "akari", now), now) == []
    assert recent(session, ANYONE, now) == []


def test_opening_it_again_within_minutes_writes_nothing(session: Session, now: datetime) -> None:
    a_publication(session, now)
    eri = person(session, "eri", now)
    for moment in (now, now + PAUSE / 2, now + PAUSE - timedelta(seconds=1)):
        read(session, eri, moment)
    assert session.exec(select(Reading.read_at)).all() == [now]
    read(session, eri, now + PAUSE)
    assert session.exec(select(Reading.read_at)).all() == [now + PAUSE]


def test_a_new_edition_is_kept_at_once(session: Session, now: datetime) -> None:
    manual, _ = a_publication(session, now)
    eri = person(session, "eri", now)
    read(session, eri, now)
    soon = now + timedelta(seconds=1)
    revise(session, manual, soon)
    read(session, eri, soon)
    assert session.exec(select(Reading.edition)).all() == [2]


def test_nobody_and_strangers_leave_no_reading(session: Session, now: datetime) -> None:
    a_publication(session, now, audience=Audience.MUNICIPALITY)
    listed = live_manual(session, person(session, "eri", now), now, AOBA, "tennyu")
    assert listed is not None
    for stranger in (ANYONE, person(session, "chika", now)):
        with pytest.raises(NotFound):
            record_reading(session, listed, by=stranger, at=now)


def test_what_has_changed_since_is_told_with_the_notes_of_every_edition(session: Session, now: datetime) -> None:
    manual, _ = a_publication(session, now)
    chika = person(session, "chika", now)
    read(session, chika, now)
    assert changed_since_read(session, chika, now) == []
    revise(session, manual, now + A_DAY, change_note="様式を改めた")
    revise(session, manual, now + 2 * A_DAY, change_note="誤字を直した", major=False)
    [changed] = changed_since_read(session, chika, now + 2 * A_DAY)
    assert (changed.read.edition, changed.read.listed.edition) == (1, 3)
    assert [edition.change_note for edition in changed.editions] == ["誤字を直した", "様式を改めた"]
    read(session, chika, now + 2 * A_DAY)
    assert changed_since_read(session, chika, now + 2 * A_DAY) == []


def test_an_edition_that_was_not_for_the_reader_is_not_told_of(session: Session, now: datetime) -> None:
    manual, _ = a_publication(session, now)
    chika = person(session, "chika", now)
    read(session, chika, now)
    revise(session, manual, now + A_DAY, change_note="庁内だけのこと", audience=Audience.MUNICIPALITY)
    revise(session, manual, now + 2 * A_DAY, change_note="また誰にでも")
    [changed] = changed_since_read(session, chika, now + 2 * A_DAY)
    assert [edition.change_note for edition in changed.editions] == ["また誰にでも"]


def test_a_manual_that_was_narrowed_is_gone_for_outsiders_only(session: Session, now: datetime) -> None:
    manual, _ = a_publication(session, now)
    eri, chika = person(session, "eri", now), person(session, "chika", now)
    read(session, eri, now)
    read(session, chika, now)
    later = now + A_DAY
    revise(session, manual, later, audience=Audience.MUNICIPALITY)
    assert len(recent(session, eri, later)) == len(changed_since_read(session, eri, later)) == 1
    assert recent(session, chika, later) == changed_since_read(session, chika, later) == []


def test_a_manual_that_was_withdrawn_is_gone(session: Session, now: datetime) -> None:
    manual, _ = a_publication(session, now)
    eri = person(session, "eri", now)
    read(session, eri, now)
    withdraw(session, manual, by=person(session, "bunta", now), at=now + A_DAY, reason="作り直すため")
    assert recent(session, eri, now + A_DAY) == []


def test_a_member_who_has_left_no_longer_sees_what_members_read(session: Session, now: datetime) -> None:
    a_publication(session, now, audience=Audience.MEMBERS)
    read(session, person(session, "chika", now), now)
    for record in session.exec(select(Participation).where(Participation.municipality_code == WAKAMATSU)):
        record.until = now + A_DAY
        session.add(record)
    later = now + 2 * A_DAY
    assert recent(session, person(session, "chika", later), later) == []


def test_news_of_the_town_are_editions_since_then_that_were_not_opened(session: Session, now: datetime) -> None:
    a_publication(session, now - 3 * A_DAY, "furui", title="古いもの")
    a_publication(session, now - A_DAY, "yonda", title="読んだもの")
    a_publication(session, now - A_DAY, "tennyu", title="新しいもの", audience=Audience.MUNICIPALITY)
    a_publication(session, now - A_DAY, "yoso", title="よそのもの", writers=("chika", "fumio"))
    eri = person(session, "eri", now)
    read(session, eri, now, "yonda")
    assert [one.title for one in new_in_town(session, eri, now, now - 2 * A_DAY)] == ["新しいもの"]
    assert new_in_town(session, ANYONE, now, now - 2 * A_DAY) == []


def test_the_previous_visit_is_the_sign_in_before_the_present_one(session: Session, now: datetime) -> None:
    eri = person(session, "eri", now)
    assert previous_visit(session, eri) is None

    def sign_in(token: str, began: datetime, seen: datetime, ended: datetime | None = None) -> None:
        session.add(SignIn(user_id=eri.user_id, token_hash=token, began_at=began, seen_at=seen, ended_at=ended))
        session.flush()

    sign_in("a", now - 9 * A_DAY, now - 8 * A_DAY)
    assert previous_visit(session, eri) is None
    sign_in("b", now - 5 * A_DAY, now - 4 * A_DAY, ended=now - 3 * A_DAY)
    assert previous_visit(session, eri) == now - 8 * A_DAY
    sign_in("c", now, now)
    assert previous_visit(session, eri) == now - 3 * A_DAY
    assert previous_visit(session, person(session, "akari", now)) is None


def test_what_can_be_left_undone_does_not_wait_for_a_writer(engine: Engine) -> None:
    impatient = timedelta(milliseconds=1)
    with transaction(engine) as writing:
        writing.exec(select(Reading)).all()  # takes the write lock
        with pytest.raises(OperationalError), transaction(engine, patience=impatient) as hurried:
            hurried.exec(select(Reading)).all()
    with transaction(engine, patience=impatient) as free:
        assert free.exec(select(Reading)).all() == []
