"""Verbs on people and towns. Set-up verbs have no actor: they are run from the command line by whoever owns the machine."""

from collections.abc import Iterable
from datetime import date, datetime

from pydantic import BaseModel, ConfigDict
from sqlmodel import Session, col, select

from kb.accounts.models import Assignment, Department, Municipality, MunicipalityKind, Participation, Post, Role, User
from kb.accounts.sign_ins import end_sign_ins
from kb.errors import Invalid
from kb.japanese.check_digits import is_municipality_code


class MunicipalityRow(BaseModel):
    """A line of a municipality list, checked by pydantic before it becomes a table row."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str
    prefecture: str
    name: str
    kana: str
    kind: MunicipalityKind
    population: int | None = None
    population_as_of: date | None = None
    url: str = ""
    sample: bool = False


def record_municipality(session: Session, row: MunicipalityRow) -> Municipality:
    """Add or replace a municipality. Raises Invalid when the check digit of its code is wrong."""
    return session.merge(_municipality(row))


def record_municipalities(session: Session, rows: Iterable[MunicipalityRow]) -> None:
    """`record_municipality` for a whole list at once: a look-up for each of 1,700 would take seconds. Raises Invalid."""
    recorded = {row.code: _municipality(row) for row in rows}
    known = set(session.exec(select(Municipality.code)))
    for code, municipality in recorded.items():
        if code in known:
            session.merge(municipality)
        else:
            session.add(municipality)
    session.flush()


def _municipality(row: MunicipalityRow) -> Municipality:
    if not is_municipality_code(row.code):
        raise Invalid(f"団体コード「{row.code}」({row.name})の検査数字が合いません。")
    return Municipality(**row.model_dump())


def begin_participation(session: Session, code: str, *, since: datetime) -> Participation:
    """Take a municipality into participation from `since` on."""
    record = Participation(municipality_code=code, since=since)
    session.add(record)
    session.flush()
    return record


def open_post(session: Session, code: str, department: str, title: str) -> Post:
    """The open post with this title in this department, made (with its department) when it is not there yet."""
    offices = select(Department).where(Department.municipality_code == code, Department.name == department)
    office = session.exec(offices.where(col(Department.closed_at).is_(None))).first()
    if office is None:
        office = Department(municipality_code=code, name=department)
        session.add(office)
        session.flush()
    posts = select(Post).where(Post.department_id == office.id, Post.title == title)
    post = session.exec(posts.where(col(Post.closed_at).is_(None))).first()
    if post is None:
        post = Post(department_id=office.id, title=title)
        session.add(post)
        session.flush()
    return post


def open_account(session: Session, code: str, *, login: str, name: str, password_hash: str) -> User:
    """Make an account in a town. The password comes hashed: hashing is slow and belongs outside transactions."""
    user = User(municipality_code=code, login=login, name=name, password_hash=password_hash)
    session.add(user)
    session.flush()
    return user


def assign(session: Session, user: User, post: Post, role: Role, *, since: datetime) -> Assignment:
    """Put a person into a post in a role from `since` on."""
    assignment = Assignment(user_id=user.id, post_id=post.id, role=role, since=since)
    session.add(assignment)
    session.flush()
    return assignment


def set_password(session: Session, user: User, password_hash: str, *, at: datetime, keep: int | None = None) -> None:
    """Give an account a new password and end its sign-ins, except the one numbered `keep` (where it was changed)."""
    user.password_hash = password_hash
    session.add(user)
    end_sign_ins(session, user.id, at=at, but=keep)
