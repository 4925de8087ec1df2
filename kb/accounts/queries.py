"""Reads of people and towns."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, or_, select

from kb.accounts.models import Assignment, Department, Municipality, Participation, Post, User
from kb.accounts.prefectures import prefecture_code, prefectures
from kb.accounts.rules import Acting, Viewer


def in_force(record: type[Participation] | type[Assignment], now: datetime) -> ColumnElement[bool]:
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


def user_by_login(session: Session, login: str) -> User | None:
    """The account with this login name, disabled ones too."""
    return session.exec(select(User).where(User.login == login)).first()


def viewer(session: Session, user_id: int, now: datetime) -> Viewer | None:
    """What the rules need to know of a user at `now`; None when unknown or disabled."""
    row = session.exec(
        select(User, Municipality).where(User.id == user_id, User.municipality_code == Municipality.code)
    ).first()
    if row is None or (row[0].disabled_at is not None and row[0].disabled_at <= now):
        return None
    user, town = row
    return Viewer(
        user_id=user.id,
        name=user.name,
        municipality_code=town.code,
        municipality_name=town.name,
        member=is_participating(session, town.code, now),
        acting=tuple(_acting(session, user_id, now)),
    )


def _acting(session: Session, user_id: int, now: datetime) -> list[Acting]:
    rows = session.exec(
        select(Assignment, Post, Department.name)
        .where(Assignment.user_id == user_id, Assignment.post_id == Post.id, Post.department_id == Department.id)
        .where(in_force(Assignment, now))
        .order_by(col(Assignment.id))
    )
    return [
        Acting(
            assignment_id=assignment.id,
            post_id=post.id,
            post_title=post.title,
            role=assignment.role,
            department_name=department,
        )
        for assignment, post, department in rows
    ]


def held_assignments(session: Session, user_id: int, now: datetime) -> Sequence[tuple[Assignment, Post, Department]]:
    """What somebody holds at `now` or will hold later, each with its post and department, in order of beginning."""
    return session.exec(
        select(Assignment, Post, Department)
        .where(Assignment.user_id == user_id, Assignment.post_id == Post.id, Post.department_id == Department.id)
        .where(or_(col(Assignment.until).is_(None), col(Assignment.until) > now))
        .order_by(col(Assignment.since), col(Assignment.id))
    ).all()
