"""The manual of the tests of forks, and how one of the cast takes it over."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, select

from kb.forks.actions import Taken, make_fork, take_home
from kb.forks.models import Fork
from kb.forks.rules import Asked
from kb.manuals.actions import save_draft
from kb.manuals.models import Draft, Manual
from kb.publishing.queries import Listed, live_manual
from tests.world import AOBA, a_step, person

A_DAY = timedelta(days=1)
SECRET = "金庫の番号"
STEPS = [
    a_step(
        "step-1", title="受け付ける", action="{{窓口名}}で受け付ける。", branches=[{"uid": "br-1", "goto": "step-2"}]
    ),
    a_step("step-2", title=SECRET, action=SECRET + "{{鍵箱}}", internal=True),
    a_step("step-3", title="審査する"),
    a_step("step-4", title="渡す", action="{{内線}}に知らせて渡す。"),
]
PARAMETERS = [
    {"key": "窓口名", "label": "受付する窓口", "default": "市民課窓口"},
    {"key": "内線", "label": "問い合わせの内線"},
    {"key": "鍵箱", "default": SECRET},
]


def listed_for(session: Session, login: str, at: datetime, town: str = AOBA, slug: str = "tennyu") -> Listed:
    """A live manual as one of the cast finds it."""
    found = live_manual(session, person(session, login, at), at, town, slug)
    assert found is not None
    return found


def asked(number: int = 0, **changes: Any) -> Asked:
    """The form for the whole manual; each number has a key of its own."""
    return replace(Asked(key=f"the-form-number-{number:03}", edition=1), **changes)


def taken(session: Session, login: str, at: datetime, form: Asked | None = None, **where: str) -> Taken:
    """One of the cast takes a manual over."""
    by = person(session, login, at)
    return make_fork(session, listed_for(session, login, at, **where), form or asked(), by=by, at=at)


def saved(session: Session, draft: Draft, login: str, at: datetime) -> Manual:
    """The draft saved as a revision, and home."""
    revision = save_draft(session, draft, by=person(session, login, at), at=at)
    manual = session.get_one(Manual, revision.manual_id)
    take_home(session, draft, manual)
    return manual


def forks(session: Session) -> list[Fork]:
    """Everything that was taken over, in order."""
    return list(session.exec(select(Fork).order_by(Fork.id)))
