"""Reads of a town's people and offices, for its administrators."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, or_, select

from kb.accounts.models import Assignment, Department, Post, Role, SignIn, User
from kb.japanese.notation import local_date
from kb.staffing.models import Invitation
from kb.staffing.tenure import Tenure


class PersonState(StrEnum):
    """Where an account stands."""

    INVITED = "招待中"
    ACTIVE = "利用中"
    DISABLED = "停止中"


@dataclass(frozen=True)
class Held:
    """One assignment with its words."""

    id: int
    user_id: int
    person: str
    post_id: int
    department: str
    post: str
    role: Role
    tenure: Tenure

    @property
    def last_day(self) -> date | None:
        """The last day of which any part is covered; None when it is open."""
        return None if self.tenure.until is None else local_date(self.tenure.until - timedelta(seconds=1))

    def state(self, now: datetime) -> str:
        """Whether it holds at `now`, will hold, or is over: "held", "coming", "over"."""
        if self.tenure.empty or (self.tenure.until is not None and self.tenure.until <= now):
            return "over"
        return "held" if self.tenure.since <= now else "coming"


@dataclass(frozen=True)
class Person:
    """A member of a town's staff, as its administrator sees them."""

    id: int
    login: str
    name: str
    state: PersonState
    held: tuple[Held, ...]
    """Assignments, oldest first; those that are over too."""
    last_sign_in: datetime | None
    link_expires: datetime | None
    """Until when the newest unused link works; None when there is none."""


@dataclass(frozen=True)
class PostRow:
    """A post with whoever holds it now or will hold it; nobody means 空席."""

    id: int
    title: str
    held: tuple[Held, ...]
    coming: tuple[Held, ...]


@dataclass(frozen=True)
class DepartmentRow:
    """An open department with its open posts."""

    id: int
    name: str
    posts: tuple[PostRow, ...]


def user_of(session: Session, town: str, user_id: int) -> User | None:
    """An account of this town."""
    return session.exec(select(User).where(User.id == user_id, User.municipality_code == town)).first()


def login_taken(session: Session, login: str) -> bool:
    """Whether somebody of any town has this login; capitals do not tell two logins apart."""
    same = select(User.id).where(func.lower(User.login) == login.lower())
    return session.exec(same).first() is not None


def department_of(session: Session, town: str, department_id: int) -> Department | None:
    """A department of this town, closed ones too."""
    found = select(Department).where(Department.id == department_id, Department.municipality_code == town)
    return session.exec(found).first()


def post_of(session: Session, town: str, post_id: int) -> Post | None:
    """A post of this town, closed ones too."""
    found = select(Post).join(Department).where(Post.id == post_id, Department.municipality_code == town)
    return session.exec(found).first()


def assignment_of(session: Session, town: str, assignment_id: int) -> Assignment | None:
    """An assignment of somebody of this town."""
    found = select(Assignment).join(User).where(Assignment.id == assignment_id, User.municipality_code == town)
    return session.exec(found).first()


def count_people(session: Session, town: str, words: str = "") -> int:
    """How many accounts a town has whose name or login contains `words`."""
    return session.exec(select(func.count()).select_from(User).where(_named(town, words))).one()


def people(session: Session, town: str, words: str = "", *, limit: int = 20, offset: int = 0) -> list[Person]:
    """Accounts of a town whose name or login contains `words`; those in use first, then by the time they joined."""
    users = session.exec(
        select(User)
        .where(_named(town, words))
        .order_by(col(User.disabled_at).is_not(None), col(User.id))
        .limit(limit)
        .offset(offset)
    ).all()
    return _people(session, users)


def person(session: Session, user: User) -> Person:
    """One account with everything about it."""
    return _people(session, [user])[0]


def departments(session: Session, town: str, now: datetime) -> list[DepartmentRow]:
    """Open departments of a town with their open posts and holders, in the order in which they were opened."""
    posts: dict[int, list[PostRow]] = defaultdict(list)
    held = _held(session, User.municipality_code == town)
    by_post: dict[int, list[Held]] = defaultdict(list)
    for one in held:
        by_post[one.post_id].append(one)
    open_posts = select(Post).join(Department).where(Department.municipality_code == town)
    for post in session.exec(open_posts.where(col(Post.closed_at).is_(None)).order_by(col(Post.id))):
        holders = [(one, one.state(now)) for one in by_post[post.id]]
        posts[post.department_id].append(
            PostRow(
                post.id,
                post.title,
                tuple(one for one, state in holders if state == "held"),
                tuple(one for one, state in holders if state == "coming"),
            )
        )
    open_ones = select(Department).where(Department.municipality_code == town, col(Department.closed_at).is_(None))
    return [
        DepartmentRow(one.id, one.name, tuple(posts[one.id]))
        for one in session.exec(open_ones.order_by(col(Department.id)))
    ]


def _named(town: str, words: str) -> ColumnElement[bool]:
    own = col(User.municipality_code) == town
    if not words:
        return own
    return own & or_(col(User.name).contains(words, autoescape=True), col(User.login).contains(words, autoescape=True))


def _people(session: Session, users: Sequence[User]) -> list[Person]:
    ids = [user.id for user in users]
    held: dict[int, list[Held]] = defaultdict(list)
    for one in _held(session, col(User.id).in_(ids)):
        held[one.user_id].append(one)
    seen = dict(
        session.exec(
            select(SignIn.user_id, func.max(SignIn.began_at))
            .where(col(SignIn.user_id).in_(ids))
            .group_by(col(SignIn.user_id))
        ).all()
    )
    links = dict(
        session.exec(
            select(Invitation.user_id, func.max(Invitation.expires_at))
            .where(col(Invitation.user_id).in_(ids))
            .where(col(Invitation.used_at).is_(None), col(Invitation.cancelled_at).is_(None))
            .group_by(col(Invitation.user_id))
        ).all()
    )
    return [
        Person(
            user.id, user.login, user.name, state_of(user), tuple(held[user.id]), seen.get(user.id), links.get(user.id)
        )
        for user in users
    ]


def state_of(user: User) -> PersonState:
    """Where an account stands."""
    if user.disabled_at is not None:
        return PersonState.DISABLED
    return PersonState.ACTIVE if user.password_hash else PersonState.INVITED


def _held(session: Session, condition: ColumnElement[bool] | bool) -> list[Held]:
    rows = session.exec(
        select(Assignment, User.name, Post.title, Department.name)
        .join(User, col(User.id) == Assignment.user_id)
        .join(Post, col(Post.id) == Assignment.post_id)
        .join(Department, col(Department.id) == Post.department_id)
        .where(condition)
        .order_by(col(Assignment.since), col(Assignment.id))
    )
    return [
        Held(one.id, one.user_id, name, one.post_id, department, post, one.role, Tenure(one.since, one.until))
        for one, name, post, department in rows
    ]
