"""What happened in a town: newest first, narrowed as asked, with the names of one's own staff alone."""

import re
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session

from kb.accounts.rules import ANYONE, Viewer
from kb.activity.actions import record
from kb.activity.labels import LABELS, detail_label, label
from kb.activity.queries import Filters, count, feed, kinds
from kb.config import ROOT
from tests.world import AOBA, WAKAMATSU, person

DAY = timedelta(days=1)


@pytest.fixture
def akari(session: Session, now: datetime) -> Viewer:
    """An author of 青葉市."""
    return person(session, "akari", now)


@pytest.fixture
def _a_week(session: Session, akari: Viewer, now: datetime) -> None:
    """Things that happened in 青葉市, one on each of some days, and one in 若松町."""
    fumio = person(session, "fumio", now)
    happened = [
        ("manual.begun", akari, AOBA, -3, False),
        ("report.made", fumio, AOBA, -2, False),
        ("access.refused", akari, AOBA, -1, True),
        ("town.joined", ANYONE, AOBA, 0, False),
        ("manual.begun", fumio, WAKAMATSU, 0, False),
    ]
    for kind, who, town, day, refused in happened:
        acting = next(iter(who.acting), None)
        record(session, kind, who=who, at=now + day * DAY, town=town, acting=acting, object_name=kind, refused=refused)
    session.flush()


def told(session: Session, **filters: object) -> list[str]:
    """Kinds in a feed of 青葉市."""
    return [entry.kind for entry in feed(session, AOBA, Filters(**filters), limit=50)]


@pytest.mark.usefixtures("_a_week")
def test_newest_first_and_of_the_own_town(session: Session) -> None:
    assert told(session) == ["town.joined", "access.refused", "report.made", "manual.begun"]
    assert count(session, AOBA, Filters()) == 4
    assert [one.kind for one in feed(session, AOBA, Filters(), limit=2, offset=1)] == ["access.refused", "report.made"]
    assert list(kinds(session, AOBA)) == ["access.refused", "manual.begun", "report.made", "town.joined"]


@pytest.mark.usefixtures("_a_week")
def test_of_other_towns_staff_the_town_alone_is_told(session: Session) -> None:
    assert [(one.person, one.acting) for one in feed(session, AOBA, Filters(), limit=9)] == [
        ("", ""),
        ("見本 あかり", "市民課 住民記録係"),
        ("若松町の職員", "町民課 町民課長"),
        ("見本 あかり", "市民課 住民記録係"),
    ]


@pytest.mark.usefixtures("_a_week")
def test_it_is_narrowed(session: Session, akari: Viewer) -> None:
    assert told(session, kind="report.made") == ["report.made"]
    assert told(session, person_id=akari.user_id) == ["access.refused", "manual.begun"]
    assert told(session, refused=True) == ["access.refused"]
    assert told(session, first_day=date(2026, 11, 21)) == ["town.joined", "access.refused"]
    assert told(session, last_day=date(2026, 11, 20)) == ["report.made", "manual.begun"]
    assert told(session, first_day=date(2026, 11, 20), last_day=date(2026, 11, 20)) == ["report.made"]


def test_every_kind_that_is_recorded_has_words() -> None:
    pattern = re.compile(r"\b(?:record|_tell|_record)\(\s*(?:session(?:\(\))?|writing),\s*\"([a-z_]+\.[a-z_]+)\"")
    recorded = {
        kind for path in Path(ROOT / "kb").rglob("*.py") for kind in pattern.findall(path.read_text(encoding="utf-8"))
    }
    assert {"person.invited", "publication.begun"} <= recorded
    assert recorded - set(LABELS) == set()


def test_a_kind_without_words_is_shown_as_it_is() -> None:
    assert label("comet.sighted") == "comet.sighted"
    assert detail_label("invitation.made", "reset") == "パスワードを忘れたとき"
    assert detail_label("comet.sighted", "reset") == "reset"
