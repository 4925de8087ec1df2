"""Reads of people and towns."""

from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import starmap

from sqlalchemy import BindParameter, ColumnElement, bindparam, exists
from sqlalchemy import select as columns
from sqlmodel import Session, col, or_, select

from kb.accounts.models import Assignment, Department, Municipality, Participation, Post, User
from kb.accounts.prefectures import prefecture_code, prefectures
from kb.accounts.rules import Acting, Viewer
from kb.db import UtcDateTime


def in_force(
    record: type[Participation] | type[Assignment], now: datetime | BindParameter[datetime]
) -> ColumnElement[bool]:
    """The condition that a record with since/until holds at `now`."""
    return (col(record.since) <= now) & or_(col(record.until).is_(None), col(record.until) > now)


def municipality(session: Session, code: str) -> Municipality | None:
    """One municipality by its six-digit code."""
    return session.get(Municipality, code)


def municipality_names(session: Session) -> dict[str, str]:
    """Code to name of every municipality."""
    return dict(session.exec(select(Municipality.code, Municipality.name)).all())


def town_names(session: Session) -> Sequence[tuple[str, str, str, str]]:
    """Code, name, reading and prefecture of every municipality, in the order of the codes."""
    named = select(Municipality.code, Municipality.name, Municipality.kana, Municipality.prefecture)
    return session.exec(named.order_by(Municipality.code)).all()


def prefecture_names(session: Session) -> dict[str, str]:
    """Number to name of every prefecture, and of the made-up ones of 見本 towns."""
    beyond = select(Municipality.code, Municipality.prefecture).where(col(Municipality.code) > max(prefectures()) + "~")
    made_up = {prefecture_code(code): name for code, name in session.exec(beyond)}
    return {**{one.code: one.name for one in prefectures().values()}, **made_up}


def participating(session: Session, now: datetime) -> Sequence[Municipality]:
    """Municipalities that take part at `now`, largest first."""
    taking_part = select(Participation.municipality_code).where(in_force(Participation, now))
    return session.exec(
        select(Municipality)
        .where(col(Municipality.code).in_(taking_part))
        .order_by(col(Municipality.population).desc(), col(Municipality.code))
    ).all()


def municipalities(session: Session, codes: Collection[str]) -> Sequence[Municipality]:
    """Municipalities by their codes, largest first, whether they take part or not."""
    return session.exec(
        select(Municipality)
        .where(col(Municipality.code).in_(codes))
        .order_by(col(Municipality.population).desc(), col(Municipality.code))
    ).all()


def is_participating(session: Session, code: str, now: datetime) -> bool:
    """Whether a municipality takes part at `now`."""
    found = select(Participation.id).where(Participation.municipality_code == code, in_force(Participation, now))
    return session.exec(found.limit(1)).first() is not None


_BY_LOGIN = select(User).where(col(User.login) == bindparam("login"))


def user_by_login(session: Session, login: str) -> User | None:
    """The account with this login name, disabled ones too."""
    return session.exec(_BY_LOGIN, params={"login": login}).first()


# Asked with every request of somebody signed in: put together once, because that takes longer than asking.
_USER_ID: BindParameter[int] = bindparam("user_id")
_NOW = bindparam("now", type_=UtcDateTime)
_PERSON = columns(
    col(User.id),
    col(User.name),
    col(Municipality.code),
    col(Municipality.name),
    exists().where(col(Participation.municipality_code) == Municipality.code, in_force(Participation, _NOW)),
).where(
    col(User.id) == _USER_ID,
    col(User.municipality_code) == Municipality.code,
    or_(col(User.disabled_at).is_(None), col(User.disabled_at) > _NOW),
)
_ACTING = (
    columns(col(Assignment.id), col(Post.id), col(Post.title), col(Assignment.role), col(Department.name))
    .where(col(Assignment.user_id) == _USER_ID, in_force(Assignment, _NOW))
    .where(col(Assignment.post_id) == Post.id, col(Post.department_id) == Department.id)
    .order_by(col(Assignment.id))
)


def viewer(session: Session, user_id: int, now: datetime) -> Viewer | None:
    """What the rules need to know of a user at `now`; None when unknown or disabled."""
    asked = {"user_id": user_id, "now": now}
    row = session.execute(_PERSON, asked).first()
    if row is None:
        return None
    number, name, code, town, member = row
    return Viewer(number, name, code, town, member, tuple(starmap(Acting, session.execute(_ACTING, asked))))


def held_assignments(session: Session, user_id: int, now: datetime) -> Sequence[tuple[Assignment, Post, Department]]:
    """What somebody holds at `now` or will hold later, each with its post and department, in order of beginning."""
    return session.exec(
        select(Assignment, Post, Department)
        .where(Assignment.user_id == user_id, Assignment.post_id == Post.id, Post.department_id == Department.id)
        .where(or_(col(Assignment.until).is_(None), col(Assignment.until) > now))
        .order_by(col(Assignment.since), col(Assignment.id))
    ).all()
