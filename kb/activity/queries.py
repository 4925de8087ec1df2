"""Reads of what happened in a town, for its administrators."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from kb.accounts.models import Municipality, User
from kb.activity.models import Activity
from kb.japanese.notation import JST


@dataclass(frozen=True)
class Filters:
    """What a feed is narrowed to; every field that is empty narrows nothing."""

    kind: str = ""
    person_id: int | None = None
    first_day: date | None = None
    last_day: date | None = None
    refused: bool = False


@dataclass(frozen=True)
class Entry:
    """One thing that happened. `person` is the name of one's own staff; of other towns only the town is told."""

    id: int
    at: datetime
    kind: str
    person: str
    acting: str
    object_name: str
    detail: str
    refused: bool


def feed(session: Session, town: str, filters: Filters, *, limit: int, offset: int = 0) -> list[Entry]:
    """What happened to things of a town, newest first."""
    rows = session.exec(
        select(Activity, User, Municipality)
        .outerjoin(User, col(User.id) == Activity.user_id)
        .outerjoin(Municipality, col(Municipality.code) == User.municipality_code)
        .where(*_conditions(town, filters))
        .order_by(col(Activity.at).desc(), col(Activity.id).desc())
        .limit(limit)
        .offset(offset)
    )
    return [_entry(town, *row) for row in rows]


def count(session: Session, town: str, filters: Filters) -> int:
    """How many entries a feed has."""
    return session.exec(select(func.count()).select_from(Activity).where(*_conditions(town, filters))).one()


def kinds(session: Session, town: str) -> Sequence[str]:
    """The kinds of activity that a town's record holds."""
    found = select(Activity.kind).where(Activity.municipality_code == town).distinct()
    return session.exec(found.order_by(col(Activity.kind))).all()


def _conditions(town: str, filters: Filters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [col(Activity.municipality_code) == town]
    if filters.kind:
        found.append(col(Activity.kind) == filters.kind)
    if filters.person_id is not None:
        found.append(col(Activity.user_id) == filters.person_id)
    if filters.first_day is not None:
        found.append(col(Activity.at) >= _midnight(filters.first_day))
    if filters.last_day is not None:
        found.append(col(Activity.at) < _midnight(filters.last_day) + timedelta(days=1))
    if filters.refused:
        found.append(col(Activity.refused).is_(True))
    return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0, 0, tzinfo=JST))


def _entry(town: str, row: Activity, user: User | None, home: Municipality | None) -> Entry:
    if user is None:
        person = ""
    elif user.municipality_code == town or home is None:
        person = user.name
    else:
        person = f"{home.name}の職員"
    return Entry(row.id, row.at, row.kind, person, row.acting, row.object_name, row.detail, row.refused)
