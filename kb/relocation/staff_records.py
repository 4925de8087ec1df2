"""A town's people and posts as records. Rows get keys that mean something inside one folder only, in the order in which
the rows were made; so a town that was brought in gets the same keys again."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from kb.accounts.models import Assignment, Department, Municipality, Participation, Post, Role, User
from kb.exchange.town_records import (
    FORMAT_VERSION,
    AssignmentRecord,
    DepartmentRecord,
    PersonRecord,
    PostRecord,
    Span,
    TownRecord,
)


@dataclass(frozen=True)
class Staff:
    """The rows of a town's departments, posts, people and assignments, each in the order of its making."""

    departments: Sequence[Department]
    posts: Sequence[Post]
    people: Sequence[User]
    assignments: Sequence[Assignment]

    def post_key(self, post_id: int | None) -> str | None:
        """The key of a post, None for none."""
        return next((f"p{n}" for n, post in enumerate(self.posts, 1) if post.id == post_id), None)

    def deeds(self) -> dict[int, dict[str, str]]:
        """Who did something, as a record says it, by the number of the assignment."""
        titles = {post.id: post.title for post in self.posts}
        return {one.id: {"by": f"a{n}", "post": titles[one.post_id]} for n, one in enumerate(self.assignments, 1)}


def staff_of(session: Session, code: str) -> Staff:
    """Everybody of a town, whether still there or not; operators, who are no town's, are left out."""
    departments = session.exec(
        select(Department).where(Department.municipality_code == code).order_by(col(Department.id))
    ).all()
    order = {department.id: n for n, department in enumerate(departments)}
    posts = session.exec(select(Post).where(col(Post.department_id).in_(order)).order_by(col(Post.id))).all()
    people = session.exec(select(User).where(User.municipality_code == code).order_by(col(User.id))).all()
    assignments = session.exec(
        select(Assignment)
        .where(
            col(Assignment.user_id).in_([person.id for person in people]),
            col(Assignment.post_id).in_([post.id for post in posts]),
            col(Assignment.role) != Role.OPERATOR,
        )
        .order_by(col(Assignment.id))
    ).all()
    return Staff(departments, sorted(posts, key=lambda post: (order[post.department_id], post.id)), people, assignments)


def town_record(session: Session, town: Municipality, staff: Staff) -> TownRecord:
    """The record of a town with its staff. Passwords, visits and invitations are not in it."""
    participation = session.exec(
        select(Participation).where(Participation.municipality_code == town.code).order_by(col(Participation.id))
    )
    people = {person.id: f"u{n}" for n, person in enumerate(staff.people, 1)}
    posts = {post.id: f"p{n}" for n, post in enumerate(staff.posts, 1)}
    return TownRecord(
        kind="monosashi-town",
        format_version=FORMAT_VERSION,
        municipality=town.code,
        name=town.name,
        participation=tuple(Span(since=one.since, until=one.until) for one in participation),
        departments=tuple(_department(one, staff, posts) for one in staff.departments),
        people=tuple(
            PersonRecord(key=people[one.id], login=one.login, name=one.name, disabled_at=one.disabled_at)
            for one in staff.people
        ),
        assignments=tuple(
            AssignmentRecord(
                key=f"a{n}",
                person=people[one.user_id],
                post=posts[one.post_id],
                role=one.role,
                since=one.since,
                until=one.until,
            )
            for n, one in enumerate(staff.assignments, 1)
        ),
    )


def _department(department: Department, staff: Staff, posts: dict[int, Any]) -> DepartmentRecord:
    return DepartmentRecord(
        name=department.name,
        closed_at=department.closed_at,
        posts=tuple(
            PostRecord(key=posts[post.id], title=post.title, closed_at=post.closed_at)
            for post in staff.posts
            if post.department_id == department.id
        ),
    )
