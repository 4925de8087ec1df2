"""Verbs on assignments: put a person into a post in a role from a day on, and end that on a day."""

from datetime import datetime, timedelta

from sqlmodel import Session, select

from kb.accounts.models import Assignment, Department, Post, Role, User
from kb.accounts.rules import Viewer
from kb.activity.actions import record
from kb.errors import Conflict, NotFound
from kb.japanese.notation import wareki
from kb.staffing.administrator import administrations, refuse_last, required
from kb.staffing.entries import ROLES, Problem, Unfit
from kb.staffing.rules import may_administer
from kb.staffing.tenure import Tenure


def begin_assignment(
    session: Session, user: User, post: Post, role: Role, tenure: Tenure, *, by: Viewer, at: datetime
) -> Assignment:
    """Put `user` into `post` for a time that may lie in the future; somebody may hold two posts.

    Raises NotAllowed, NotFound for a post of another town, Unfit for a role that is not the administrator's to give or an
    end before the beginning, Conflict for a disabled account, a closed post, or the same post in the same role twice.
    """
    acting = required(may_administer(by, user.municipality_code))
    department = session.get_one(Department, post.department_id)
    if department.municipality_code != user.municipality_code:
        raise NotFound
    if role not in ROLES:
        raise Unfit(Problem("role", "この役割は、団体の管理者からは付けられません。"))
    if tenure.empty:
        raise Unfit(Problem("until", "「終了日」は「開始日」より前にできません。"))
    if user.disabled_at is not None:
        raise Conflict(f"{user.name}さんは利用停止中です。配置する前に、利用を再開してください。")
    if post.closed_at is not None:
        raise Conflict(f"「{department.name} {post.title}」は廃止されているので、配置できません。")
    _refuse_twice(session, user.id, post.id, role, tenure)
    assignment = Assignment(user_id=user.id, post_id=post.id, role=role, since=tenure.since, until=tenure.until)
    session.add(assignment)
    session.flush()
    record(
        session,
        "assignment.begun",
        who=by,
        at=at,
        town=user.municipality_code,
        acting=acting,
        object_id=assignment.id,
        object_name=user.name,
        detail=f"{department.name} {post.title}・{role.label} {wareki(tenure.since)}から",
    )
    return assignment


def end_assignment(session: Session, assignment: Assignment, until: datetime, *, by: Viewer, at: datetime) -> None:
    """Let an assignment end at `until`, which may lie in the future; at its own beginning it is called off.

    Raises NotAllowed, Unfit for an end before the beginning, Conflict when it would leave the town without an
    administrator, when it has long ended, or when a longer one would overlap with the same post and role held again.
    """
    user = session.get_one(User, assignment.user_id)
    acting = required(may_administer(by, user.municipality_code))
    if until < assignment.since:
        raise Unfit(Problem("until", "「終了日」は「開始日」より前にできません。"))
    if assignment.until is not None and assignment.until <= at:
        raise Conflict("この配置は既に終わっています。もう一度配置するときは、新しく配置してください。")
    _refuse_twice(session, user.id, assignment.post_id, assignment.role, Tenure(assignment.since, until), assignment.id)
    if assignment.role is Role.ADMINISTRATOR:
        _refuse_last_without(session, user.municipality_code, assignment, until, at)
    assignment.until = until
    session.add(assignment)
    post = session.get_one(Post, assignment.post_id)
    department = session.get_one(Department, post.department_id)
    ending = "取り消し" if until == assignment.since else f"{wareki(until - timedelta(seconds=1))}まで"
    record(
        session,
        "assignment.ended",
        who=by,
        at=at,
        town=user.municipality_code,
        acting=acting,
        object_id=assignment.id,
        object_name=user.name,
        detail=f"{department.name} {post.title}・{assignment.role.label} {ending}",
    )


def _refuse_last_without(session: Session, town: str, ending: Assignment, until: datetime, at: datetime) -> None:
    """An assignment that does not make its holder an administrator yet (no password chosen) takes none away."""
    held = administrations(session, town)
    if all(one.assignment_id != ending.id for one in held):
        return
    others = [one for one in held if one.assignment_id != ending.id]
    shortened = [
        type(one)(one.assignment_id, one.user_id, Tenure(one.tenure.since, until))
        for one in held
        if one.assignment_id == ending.id
    ]
    refuse_last([*others, *shortened], at)


def _refuse_twice(
    session: Session, user_id: int, post_id: int, role: Role, tenure: Tenure, own_id: int | None = None
) -> None:
    same = session.exec(
        select(Assignment).where(Assignment.user_id == user_id, Assignment.post_id == post_id, Assignment.role == role)
    )
    for one in same:
        if one.id != own_id and tenure.overlaps(Tenure(one.since, one.until)):
            raise Conflict(
                f"同じ職と役割({role.label})の配置が、期間の重なる形で既にあります({wareki(one.since)}から)。"
                "期間を確かめてください。"
            )
