"""Carrying out a roster: everybody in it is invited, and what departments and posts are missing are opened; all or nothing."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from kb.accounts.models import Department, Post, User
from kb.accounts.rules import Viewer
from kb.staffing.actions import invite_person
from kb.staffing.administrator import required
from kb.staffing.assignments import begin_assignment
from kb.staffing.entries import taken
from kb.staffing.offices import open_department, open_post
from kb.staffing.roster import LineProblem, Roster, RosterLine, UnfitRoster
from kb.staffing.rules import may_administer
from kb.staffing.tenure import Tenure


@dataclass(frozen=True)
class Invited:
    """Somebody of a carried-out roster, with the token of their link."""

    user_id: int
    login: str
    name: str
    office: str
    token: str


@dataclass(frozen=True)
class Missing:
    """What a roster names and the town does not have yet: it is opened with the roster."""

    departments: tuple[str, ...]
    posts: tuple[tuple[str, str], ...]


def against_town(session: Session, roster: Roster) -> Roster:
    """The roster with the problems that only the accounts know: logins that somebody has already."""
    logins = {line.entry.login.lower() for line in roster.lines}
    found = set(session.exec(select(func.lower(User.login)).where(func.lower(User.login).in_(logins))))
    problems = [
        LineProblem(line.number, taken(line.entry.login)) for line in roster.lines if line.entry.login.lower() in found
    ]
    return Roster(roster.lines, tuple(sorted([*roster.problems, *problems], key=lambda one: one.line)))


def missing(session: Session, town: str, roster: Roster) -> Missing:
    """Departments and posts of a roster that are not open in the town, in the order of the file."""
    offices = _open_posts(session, town)
    departments = _open_departments(session, town)
    wanted = dict.fromkeys((line.department, line.post) for line in roster.lines)
    return Missing(
        departments=tuple(dict.fromkeys(name for name, _ in wanted if name not in departments)),
        posts=tuple(pair for pair in wanted if pair not in offices),
    )


def enrol(session: Session, town: str, roster: Roster, *, by: Viewer, at: datetime) -> list[Invited]:
    """Invite everybody in a roster. Raises NotAllowed, and UnfitRoster before anything is written when it has problems."""
    required(may_administer(by, town))
    checked = against_town(session, roster)
    if checked.problems:
        raise UnfitRoster(checked.problems)
    _open_missing(session, town, missing(session, town, roster), by, at)
    offices = _open_posts(session, town)
    invited: dict[str, Invited] = {}
    for line in roster.lines:
        post, known = offices[line.department, line.post], invited.get(line.entry.login)
        if known is None:
            invited[line.entry.login] = _invite(session, town, line, post, by, at)
        else:
            user = session.get_one(User, known.user_id)
            begin_assignment(session, user, post, line.entry.role, Tenure(line.entry.since), by=by, at=at)
    return list(invited.values())


def _invite(session: Session, town: str, line: RosterLine, post: Post, by: Viewer, at: datetime) -> Invited:
    user, token = invite_person(session, town, line.entry, post, by=by, at=at)
    return Invited(user.id, user.login, user.name, f"{line.department} {line.post}", token)


def _open_missing(session: Session, town: str, lacking: Missing, by: Viewer, at: datetime) -> None:
    for name in lacking.departments:
        open_department(session, town, name, by=by, at=at)
    departments = _open_departments(session, town)
    for name, title in lacking.posts:
        open_post(session, departments[name], title, by=by, at=at)


def _open_departments(session: Session, town: str) -> dict[str, Department]:
    found = select(Department).where(Department.municipality_code == town, col(Department.closed_at).is_(None))
    return {one.name: one for one in session.exec(found.order_by(col(Department.id).desc()))}


def _open_posts(session: Session, town: str) -> dict[tuple[str, str], Post]:
    found = select(Department.name, Post).join(Post, col(Post.department_id) == Department.id)
    open_ones = found.where(
        Department.municipality_code == town, col(Department.closed_at).is_(None), col(Post.closed_at).is_(None)
    )
    return {(name, post.title): post for name, post in session.exec(open_ones.order_by(col(Post.id).desc()))}
