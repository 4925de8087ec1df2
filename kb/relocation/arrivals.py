"""The people of a town that comes in: departments, posts, accounts and assignments, met with what the town has already.

A town that has just been taken into participation has its first administrator: a department, a post or an account
that is there under the same name stays as it is and is used.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlmodel import Session, SQLModel, select

from kb.accounts.models import Assignment, Department, Participation, Post, User
from kb.common_format.text import Problem
from kb.exchange.record_yaml import line_of
from kb.exchange.town_folder import TOWN, FolderError, TownFolder
from kb.exchange.town_records import AssignmentRecord, DepartmentRecord, PersonRecord, PostRecord

Row = TypeVar("Row", bound=SQLModel)


@dataclass(frozen=True)
class Arrived:
    """The number here of each post and each assignment of a folder."""

    posts: Mapping[str, int]
    assignments: Mapping[str, int]


def bring_staff(session: Session, folder: TownFolder) -> Arrived:
    """Make a town's participation, departments, posts, accounts and assignments. Raises FolderError for taken logins."""
    _refuse_strangers_logins(session, folder)
    _bring_participation(session, folder)
    meeting, code, town = _Meeting(session), folder.town.municipality, folder.town
    posts: dict[str, int] = {}
    for department in town.departments:
        office = meeting.department(code, department)
        posts |= {post.key: meeting.post(office.id, post).id for post in department.posts}
    people = {person.key: meeting.account(code, person).id for person in town.people}
    assignments = {one.key: meeting.assignment(people[one.person], posts[one.post], one).id for one in town.assignments}
    return Arrived(posts, assignments)


class _Meeting:
    """What comes in meets what is there. Each row that is there is met once: a folder may well have two of one name, as
    when a department was closed and opened again, and they stay two."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._met: set[tuple[type[SQLModel], int]] = set()

    def department(self, code: str, wanted: DepartmentRecord) -> Department:
        """The department of that name that is as open or closed as the wanted one."""
        return self._meet(
            Department(municipality_code=code, name=wanted.name, closed_at=wanted.closed_at),
            ("municipality_code", "name", "closed_at"),
        )

    def post(self, department_id: int, wanted: PostRecord) -> Post:
        """The post of that title in a department."""
        return self._meet(
            Post(department_id=department_id, title=wanted.title, closed_at=wanted.closed_at),
            ("department_id", "title", "closed_at"),
        )

    def account(self, code: str, wanted: PersonRecord) -> User:
        """The account with that login; what it is called and whether it is disabled stays. A new one has no password."""
        new = User(
            municipality_code=code,
            login=wanted.login,
            name=wanted.name,
            password_hash="",
            disabled_at=wanted.disabled_at,
        )
        return self._meet(new, ("municipality_code", "login"))

    def assignment(self, user_id: int, post_id: int, wanted: AssignmentRecord) -> Assignment:
        """The same person in the same post and role from the same moment on."""
        return self._meet(
            Assignment(user_id=user_id, post_id=post_id, role=wanted.role, since=wanted.since, until=wanted.until),
            ("user_id", "post_id", "role", "since"),
        )

    def _meet(self, new: Row, same: tuple[str, ...]) -> Row:
        table = type(new)
        columns = table.__table__.c  # type: ignore[attr-defined]  # every table=True model has one
        alike = [columns[name] == getattr(new, name) for name in same]
        rows: list[Any] = [*self._session.exec(select(table).where(*alike).order_by(columns.id))]
        row: Any = next((there for there in rows if (table, there.id) not in self._met), new)
        self._session.add(row)
        self._session.flush()
        self._met.add((table, row.id))
        found: Row = row
        return found


def _refuse_strangers_logins(session: Session, folder: TownFolder) -> None:
    """Capitals do not tell two logins apart."""
    logins = {person.login.lower(): number for number, person in enumerate(folder.town.people)}
    held = session.exec(select(User.login).where(User.municipality_code != folder.town.municipality))
    problems = [
        Problem(
            f"職員ID「{login}」は、ほかの団体の職員が使っています。別のIDに直してください。",
            line_of(folder.lines, ("people", logins[login.lower()], "login")),
            "people",
            TOWN,
        )
        for login in held
        if login.lower() in logins
    ]
    if problems:
        raise FolderError(problems)


def _bring_participation(session: Session, folder: TownFolder) -> None:
    """What this installation knows of the town's participation stands."""
    code = folder.town.municipality
    if session.exec(select(Participation.id).where(Participation.municipality_code == code).limit(1)).first() is None:
        for span in folder.town.participation:
            session.add(Participation(municipality_code=code, since=span.since, until=span.until))
            session.flush()
