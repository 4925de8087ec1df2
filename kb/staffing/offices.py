"""Verbs on departments and posts: open, rename, close. What is closed stays readable in old records; nothing is deleted."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, or_, select

from kb.accounts.models import Assignment, Department, Post, User
from kb.accounts.rules import Viewer
from kb.activity.actions import record
from kb.errors import Conflict
from kb.staffing.administrator import required
from kb.staffing.entries import Checking
from kb.staffing.rules import may_administer

MANY = 5
"""Holders that a refusal names; the others are counted."""


def open_department(session: Session, town: str, name: str, *, by: Viewer, at: datetime) -> Department:
    """A new department. Raises NotAllowed, Unfit, Conflict when an open one is called so."""
    acting = required(may_administer(by, town))
    name = _named("name", "所属名", name)
    _refuse_same_department(session, town, name)
    department = Department(municipality_code=town, name=name)
    session.add(department)
    session.flush()
    record(
        session, "department.opened", who=by, at=at, town=town, acting=acting, object_id=department.id, object_name=name
    )
    return department


def rename_department(session: Session, department: Department, name: str, *, by: Viewer, at: datetime) -> None:
    """Call a department otherwise; its manuals and posts stay. Raises as `open_department`, Conflict when it is closed."""
    town = department.municipality_code
    acting = required(may_administer(by, town))
    _refuse_closed(department)
    name, before = _named("name", "所属名", name), department.name
    if name == before:
        return
    _refuse_same_department(session, town, name)
    department.name = name
    session.add(department)
    record(
        session,
        "department.renamed",
        who=by,
        at=at,
        town=town,
        acting=acting,
        object_id=department.id,
        object_name=name,
        detail=f"前の名前: {before}",
    )


def close_department(session: Session, department: Department, *, by: Viewer, at: datetime) -> None:
    """Close a department with its posts. Raises NotAllowed, Conflict while somebody holds or will hold a post in it."""
    town = department.municipality_code
    acting = required(may_administer(by, town))
    _refuse_closed(department)
    posts = session.exec(select(Post).where(Post.department_id == department.id, col(Post.closed_at).is_(None))).all()
    _refuse_held(session, posts, at)
    for closing in (department, *posts):
        closing.closed_at = at
        session.add(closing)
    record(
        session,
        "department.closed",
        who=by,
        at=at,
        town=town,
        acting=acting,
        object_id=department.id,
        object_name=department.name,
    )


def open_post(session: Session, department: Department, title: str, *, by: Viewer, at: datetime) -> Post:
    """A new post, still empty. Raises NotAllowed, Unfit, Conflict when the department is closed or has such a post."""
    town = department.municipality_code
    acting = required(may_administer(by, town))
    _refuse_closed(department)
    title = _named("title", "職名", title)
    _refuse_same_post(session, department, title)
    post = Post(department_id=department.id, title=title)
    session.add(post)
    session.flush()
    record(
        session,
        "post.opened",
        who=by,
        at=at,
        town=town,
        acting=acting,
        object_id=post.id,
        object_name=f"{department.name} {title}",
    )
    return post


def rename_post(session: Session, post: Post, title: str, *, by: Viewer, at: datetime) -> None:
    """Call a post otherwise; its manuals and holders stay. Raises as `open_post`."""
    department = session.get_one(Department, post.department_id)
    acting = required(may_administer(by, department.municipality_code))
    _refuse_closed(post)
    title, before = _named("title", "職名", title), post.title
    if title == before:
        return
    _refuse_same_post(session, department, title)
    post.title = title
    session.add(post)
    record(
        session,
        "post.renamed",
        who=by,
        at=at,
        town=department.municipality_code,
        acting=acting,
        object_id=post.id,
        object_name=f"{department.name} {title}",
        detail=f"前の名前: {before}",
    )


def close_post(session: Session, post: Post, *, by: Viewer, at: datetime) -> None:
    """Close a post. Raises NotAllowed, Conflict while somebody holds or will hold it."""
    department = session.get_one(Department, post.department_id)
    acting = required(may_administer(by, department.municipality_code))
    _refuse_closed(post)
    _refuse_held(session, [post], at)
    post.closed_at = at
    session.add(post)
    record(
        session,
        "post.closed",
        who=by,
        at=at,
        town=department.municipality_code,
        acting=acting,
        object_id=post.id,
        object_name=f"{department.name} {post.title}",
    )


def _named(field: str, label: str, text: str) -> str:
    checking = Checking()
    name = checking.name(field, label, text)
    checking.finish()
    return name


def _refuse_closed(thing: Department | Post) -> None:
    if thing.closed_at is not None:
        raise Conflict("既に廃止されているので、変更できません。")


def _refuse_same_department(session: Session, town: str, name: str) -> None:
    same = select(Department.id).where(Department.municipality_code == town, Department.name == name)
    if session.exec(same.where(col(Department.closed_at).is_(None))).first() is not None:
        raise Conflict(f"「{name}」という所属が既にあります。")


def _refuse_same_post(session: Session, department: Department, title: str) -> None:
    same = select(Post.id).where(Post.department_id == department.id, Post.title == title)
    if session.exec(same.where(col(Post.closed_at).is_(None))).first() is not None:
        raise Conflict(f"「{department.name}」には「{title}」という職が既にあります。")


def _refuse_held(session: Session, posts: Sequence[Post], at: datetime) -> None:
    held = session.exec(
        select(User.name, Post.title)
        .join(Assignment, col(Assignment.user_id) == User.id)
        .join(Post, col(Post.id) == Assignment.post_id)
        .where(col(Post.id).in_([post.id for post in posts]))
        .where(or_(col(Assignment.until).is_(None), col(Assignment.until) > at))
        .where(or_(col(Assignment.until).is_(None), col(Assignment.until) > col(Assignment.since)))
        .order_by(col(Assignment.id))
    ).all()
    if held:
        names = "、".join(f"{title}の{name}" for name, title in held[:MANY])
        more = f"ほか{len(held) - MANY}人" if len(held) > MANY else ""
        raise Conflict(f"配置されている職員がいるので、廃止できません({names}{more})。先に配置を終えてください。")
