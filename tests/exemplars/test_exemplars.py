"""模範: an operator chooses a manual with a reason and for a time; nobody else does, and time ends it."""

from datetime import date, datetime, timedelta

import pytest
from sqlmodel import Session, select

from kb.accounts.models import Role
from kb.accounts.queries import user_by_login, viewer
from kb.accounts.rules import ANYONE, Acting, Viewer
from kb.activity.models import Activity
from kb.common_format.envelope import Audience
from kb.errors import Conflict, Invalid, NotAllowed, NotFound
from kb.exemplars.actions import choose, end
from kb.exemplars.models import Exemplar
from kb.exemplars.queries import exemplar_of, exemplars, exemplary, next_change
from kb.exemplars.rules import LASTS, mistakes
from kb.manuals.models import Manual
from kb.publishing.actions import withdraw
from kb.publishing.queries import Listed, live_by_manual
from kb.staffing.founding import create_operator
from tests.conftest import JST
from tests.world import AOBA, a_publication, person

REASON = "手順の分け方と時間の計り方が手本になる"
LAST = date(2026, 12, 31)
END = datetime(2027, 1, 1, tzinfo=JST)


@pytest.fixture
def operator(session: Session, now: datetime) -> Viewer:
    """Somebody who works for all towns alike."""
    create_operator(session, "op-sato", "見本 さとう", at=now)
    user = user_by_login(session, "op-sato")
    found = viewer(session, user.id, now) if user else None
    assert found is not None
    return found


@pytest.fixture
def listed(session: Session, operator: Viewer, now: datetime) -> Listed:
    """A public manual of 青葉市."""
    return shown(session, a_publication(session, now)[0], operator, now)


def shown(session: Session, manual: Manual, by: Viewer, now: datetime) -> Listed:
    return live_by_manual(session, by, now, [manual.id])[manual.id]


def choose_it(
    session: Session, listed: Listed, by: Viewer, at: datetime, reason: str = REASON, last_day=LAST
) -> Exemplar:
    return choose(session, listed, reason, last_day, by=by, at=at)


def test_it_holds_to_the_end_of_its_last_day_in_japan_and_then_ceases_by_itself(session, listed, operator, now):
    assert exemplary(session, now) == frozenset()
    choose_it(session, listed, operator, now)
    for moment in (now, END - timedelta(seconds=1)):
        assert exemplary(session, moment) == {listed.manual_id}
        assert [(one.listed.manual_id, one.reason) for one in exemplars(session, ANYONE, moment)] == [
            (listed.manual_id, REASON)
        ]
    assert exemplary(session, END) == frozenset()
    assert exemplar_of(session, listed.manual_id, END) is None
    assert exemplars(session, ANYONE, END) == []


def test_the_next_change_is_foreseen(session, listed, operator, now):
    assert next_change(session, now) is None
    one = choose_it(session, listed, operator, now)
    assert next_change(session, now) == END
    later = Exemplar(**one.model_dump(exclude={"id", "since"}), since=now + timedelta(days=1))
    session.add(later)
    session.flush()
    assert next_change(session, now) == now + timedelta(days=1)
    assert next_change(session, END) is None


def test_it_is_ended_early_by_the_same_role_and_twice_does_no_harm(session, listed, operator, now):
    made = choose_it(session, listed, operator, now)
    for hours in (1, 2):
        end(session, listed, by=operator, at=now + timedelta(hours=hours))
    assert made.ended_at == now + timedelta(hours=1)
    assert exemplary(session, now + timedelta(hours=1)) == frozenset()
    assert next_change(session, now) is None


def test_the_same_form_sent_twice_is_one_decision_and_another_one_waits_for_its_end(session, listed, operator, now):
    assert choose_it(session, listed, operator, now) is choose_it(session, listed, operator, now)
    with pytest.raises(Conflict):
        choose_it(session, listed, operator, now, reason="別の理由")
    end(session, listed, by=operator, at=now)
    choose_it(session, listed, operator, now, reason="別の理由")
    assert [one.reason for one in exemplars(session, ANYONE, now)] == ["別の理由"]


def test_the_town_learns_what_was_decided_by_whom(session, listed, operator, now):
    choose_it(session, listed, operator, now)
    end(session, listed, by=operator, at=now)
    rows = session.exec(select(Activity).where(Activity.object_name == listed.title)).all()
    kept = [row for row in rows if row.kind.startswith("exemplar.")]
    assert [(row.kind, row.municipality_code, row.acting) for row in kept] == [
        ("exemplar.chosen", AOBA, "運営 運営者"),
        ("exemplar.ended", AOBA, "運営 運営者"),
    ]
    assert REASON in kept[0].detail


@pytest.mark.parametrize("login", ["akari", "bunta", "daigo", "eri", "fumio", "genta"])
def test_no_town_chooses_for_itself_or_others(session, listed, now, login):
    by = person(session, login, now)
    for verb in (lambda: choose_it(session, listed, by, now), lambda: end(session, listed, by=by, at=now)):
        with pytest.raises(NotAllowed):
            verb()
    assert exemplary(session, now) == frozenset()


def test_what_an_operator_may_not_read_is_not_there(session, operator, now):
    for number, audience in enumerate((Audience.MUNICIPALITY, Audience.MEMBERS)):
        manual, _ = a_publication(session, now, f"hidden-{number}", audience=audience)
        with pytest.raises(NotFound):
            choose_it(session, shown(session, manual, person(session, "akari", now), now), operator, now)


def test_an_exemplar_that_a_viewer_may_not_read_is_not_listed(session, now):
    """The operator of a town that takes part reads what is for members."""
    manual, _ = a_publication(session, now, audience=Audience.MEMBERS)
    acting = person(session, "daigo", now).acting[0]
    member = Viewer(
        user_id=1,
        municipality_code=AOBA,
        member=True,
        acting=(Acting(acting.assignment_id, acting.post_id, acting.post_title, Role.OPERATOR),),
    )
    choose_it(session, shown(session, manual, member, now), member, now)
    assert exemplars(session, ANYONE, now) == []
    assert len(exemplars(session, person(session, "chika", now), now)) == 1
    withdraw(session, manual, by=person(session, "bunta", now), at=now, reason="誤り")
    assert exemplars(session, person(session, "chika", now), now) == []


TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("reason", "last_day", "fields"),
    [
        (REASON, TODAY, []),
        (REASON, TODAY + LASTS, []),
        ("あ" * 300, TODAY, []),
        ("", TODAY, ["reason"]),
        (" \n ", TODAY, ["reason"]),
        ("あ" * 301, TODAY, ["reason"]),
        ("090-1234-5678 に聞いた", TODAY, ["reason"]),
        (REASON, None, ["last_day"]),
        (REASON, TODAY - timedelta(days=1), ["last_day"]),
        (REASON, TODAY + LASTS + timedelta(days=1), ["last_day"]),
        ("", None, ["reason", "last_day"]),
    ],
)
def test_a_decision_needs_a_reason_and_a_day_not_too_far_away(session, listed, operator, now, reason, last_day, fields):
    assert [mistake.field for mistake in mistakes(reason, last_day, TODAY)] == fields
    if fields:
        with pytest.raises(Invalid):
            choose_it(session, listed, operator, now, reason, last_day)
        assert exemplary(session, now) == frozenset()
