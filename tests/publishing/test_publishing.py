"""Publish, schedule, withdraw: what becomes live when, and what is refused."""

from datetime import timedelta

import pytest
from sqlmodel import select

from kb.accounts.rules import ANYONE
from kb.common_format.envelope import Audience
from kb.errors import Conflict, Invalid, NotAllowed
from kb.manuals.actions import save_revision
from kb.publishing.actions import publish, withdraw
from kb.publishing.models import Fragment, OutboxEntry, Publication
from kb.publishing.queries import live_manual
from tests.world import AOBA, WAKAMATSU, a_content, a_manual, a_publication, a_step, person

HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


@pytest.fixture
def written(session, now):
    """A manual of 青葉市 with one revision, not published."""
    return a_manual(session, person(session, "akari", now), now)


@pytest.fixture
def bunta(session, now):
    """An approver of 青葉市."""
    return person(session, "bunta", now)


def seen(session, moment, viewer=ANYONE):
    """The live edition at the manual's address, None when there is none for this viewer."""
    found = live_manual(session, viewer, moment, AOBA, "tennyu")
    return found and found.edition


def revised(session, manual, at, **changes):
    return save_revision(session, manual, a_content(**changes), by=person(session, "akari", at), at=at)


def test_publishing_makes_the_first_edition_live_at_once(session, now, written, bunta):
    manual, revision = written
    made = publish(session, manual, revision, by=bunta, at=now, change_note="初版", major=False)
    assert (made.edition, made.audience, made.live_from, made.live_until) == (1, Audience.PUBLIC, now, None)
    assert (made.change_note, made.major, made.published_at) == ("初版", False, now)
    assert made.assignment_id == bunta.acting[0].assignment_id
    assert (seen(session, now - SECOND), seen(session, now)) == (None, 1)


def test_every_publication_advances_the_edition_and_ends_its_predecessor(session, now, written, bunta):
    manual, revision = written
    first = publish(session, manual, revision, by=bunta, at=now)
    second = publish(session, manual, revised(session, manual, now + HOUR), by=bunta, at=now + HOUR, major=False)
    assert (first.live_until, second.edition, second.live_until) == (now + HOUR, 2, None)
    assert first.withdrawn_at is None
    assert [seen(session, now + HOUR - SECOND), seen(session, now + HOUR)] == [1, 2]


def test_the_same_revision_may_be_published_again_for_others(session, now, written, bunta):
    manual, revision = written
    publish(session, manual, revision, by=bunta, at=now, audience=Audience.MUNICIPALITY)
    publish(session, manual, revision, by=bunta, at=now + HOUR, audience=Audience.PUBLIC)
    assert [seen(session, now), seen(session, now + HOUR)] == [None, 2]


def test_a_schedule_becomes_live_at_its_moment_and_not_before(session, now, written, bunta):
    manual, revision = written
    publish(session, manual, revision, by=bunta, at=now)
    later = revised(session, manual, now)
    made = publish(session, manual, later, by=bunta, at=now, live_from=now + HOUR)
    assert made.published_at == now
    assert [seen(session, now), seen(session, now + HOUR - SECOND), seen(session, now + HOUR)] == [1, 1, 2]
    due = session.exec(select(OutboxEntry.due_at).order_by(OutboxEntry.id)).all()
    assert due == [now, now + HOUR]


def test_a_first_edition_may_be_scheduled(session, now, written, bunta):
    publish(session, *written, by=bunta, at=now, live_from=now + HOUR)
    assert [seen(session, now), seen(session, now + HOUR)] == [None, 1]


def test_nothing_is_published_before_what_is_scheduled(session, now, written, bunta):
    manual, revision = written
    publish(session, manual, revision, by=bunta, at=now, live_from=now + HOUR)
    with pytest.raises(Conflict, match="その日時より後を指定してください"):
        publish(session, manual, revision, by=bunta, at=now)
    assert [seen(session, now), seen(session, now + HOUR)] == [None, 1]


def test_two_editions_never_begin_at_the_same_moment(session, now, written, bunta):
    manual, revision = written
    publish(session, manual, revision, by=bunta, at=now, live_from=now + HOUR)
    with pytest.raises(Conflict, match="その日時より後を指定してください"):
        publish(session, manual, revision, by=bunta, at=now, live_from=now + HOUR)


def test_after_the_schedule_has_begun_publishing_goes_on(session, now, written, bunta):
    manual, revision = written
    publish(session, manual, revision, by=bunta, at=now, live_from=now + HOUR)
    publish(session, manual, revision, by=bunta, at=now + 2 * HOUR)
    assert [seen(session, now + HOUR), seen(session, now + 2 * HOUR)] == [1, 2]


@pytest.mark.parametrize("login", ["akari", "eri", "daigo", "fumio"])
def test_only_an_approver_of_the_town_publishes_and_withdraws(session, now, written, bunta, login):
    manual, revision = written
    by = person(session, login, now)
    with pytest.raises(NotAllowed, match="所属の承認者に頼んでください"):
        publish(session, manual, revision, by=by, at=now)
    assert session.exec(select(Publication)).all() == session.exec(select(OutboxEntry)).all() == []
    publish(session, manual, revision, by=bunta, at=now)
    with pytest.raises(NotAllowed, match="承認者"):
        withdraw(session, manual, by=by, at=now + HOUR, reason="誤り")
    assert seen(session, now + HOUR) == 1


def test_obstacles_refuse_and_say_how_many(session, now, bunta):
    manual, revision = a_manual(
        session, person(session, "akari", now), now, department="", legal_bases=[], procedure="nothing"
    )
    with pytest.raises(Invalid) as caught:
        publish(session, manual, revision, by=bunta, at=now)
    assert caught.value.message == (
        "公開の前に直すところがあります。所管課: 「所管課」を書いてください。(ほか2件)"
    )  # fmt: skip
    assert session.exec(select(Publication)).all() == session.exec(select(Fragment)).all() == []


def test_one_obstacle_is_told_alone(session, now, bunta):
    manual, revision = a_manual(session, person(session, "akari", now), now, procedure="nothing")
    with pytest.raises(Invalid, match=r"一覧から選び直してください。$"):
        publish(session, manual, revision, by=bunta, at=now)


def test_a_revision_of_another_manual_is_refused(session, now, written, bunta):
    _, foreign = a_manual(session, person(session, "chika", now), now, steps=[a_step("step-x", title="若松町の手順")])
    with pytest.raises(ValueError, match="another manual"):
        publish(session, written[0], foreign, by=bunta, at=now)


def test_withdrawing_ends_what_is_live_and_keeps_the_record(session, now, written, bunta):
    manual, revision = written
    publish(session, manual, revision, by=bunta, at=now)
    ended = withdraw(session, manual, by=bunta, at=now + HOUR, reason="制度が変わるため")
    assert (ended.live_until, ended.withdrawn_at, ended.withdrawal_reason) == (
        now + HOUR,
        now + HOUR,
        "制度が変わるため",
    )
    assert [seen(session, now + HOUR - SECOND), seen(session, now + HOUR)] == [1, None]
    assert session.exec(select(OutboxEntry.due_at).order_by(OutboxEntry.id)).all() == [now, now + HOUR]


def test_what_is_not_live_cannot_be_withdrawn(session, now, written, bunta):
    manual, revision = written
    with pytest.raises(Conflict, match="公開されていません"):
        withdraw(session, manual, by=bunta, at=now, reason="誤り")
    publish(session, manual, revision, by=bunta, at=now)
    withdraw(session, manual, by=bunta, at=now + HOUR, reason="誤り")
    with pytest.raises(Conflict):
        withdraw(session, manual, by=bunta, at=now + HOUR, reason="誤り")


def test_after_a_withdrawal_the_next_edition_goes_on_counting(session, now, written, bunta):
    manual, revision = written
    publish(session, manual, revision, by=bunta, at=now)
    withdraw(session, manual, by=bunta, at=now + HOUR, reason="誤り")
    assert publish(session, manual, revision, by=bunta, at=now + 2 * HOUR).edition == 2
    assert [seen(session, now + HOUR), seen(session, now + 2 * HOUR)] == [None, 2]


def test_withdrawing_takes_what_is_live_although_its_successor_is_scheduled(session, now, written, bunta):
    manual, revision = written
    publish(session, manual, revision, by=bunta, at=now)
    publish(session, manual, revision, by=bunta, at=now, live_from=now + 2 * HOUR)
    ended = withdraw(session, manual, by=bunta, at=now + HOUR, reason="誤りがあったため")
    assert ended.edition == 1
    assert [seen(session, now + HOUR), seen(session, now + 2 * HOUR)] == [None, 2]


def test_editions_of_other_manuals_do_not_count(session, now, written, bunta):
    a_publication(session, now, "other")
    a_publication(session, now, "tennyu", writers=("chika", "fumio"))
    assert publish(session, *written, by=bunta, at=now).edition == 1
    assert live_manual(session, ANYONE, now, WAKAMATSU, "tennyu") is not None
