"""Assignments: putting somebody into a post from a day on, and ending that on a day."""

from datetime import datetime

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from kb.accounts.models import Assignment, Department, Post, Role, User
from kb.errors import NotFound
from kb.staffing.assignments import begin_assignment, end_assignment
from kb.staffing.entries import Checking, begins, ends_after
from kb.staffing.queries import PersonState, assignment_of, people, post_of, user_of
from kb.staffing.tenure import Tenure
from kb.web.access import Access, access
from kb.web.administration import (
    REFUSALS,
    Form,
    administered,
    answer_code,
    frame,
    post_choices,
    refused,
    role_choices,
    today,
    typed,
)
from kb.web.current import now, session, viewer
from kb.web.input import form_number, query_number
from kb.web.notices import notify

blueprint = Blueprint("assignments", __name__, url_prefix="/towns/<code:code>/assignments")
MOST = 5_000
"""People offered for a post: more than any town of ours has."""


@blueprint.get("/new")
@access(Access.OWN_TOWN)
def new(code: str) -> str:
    """The form; `?person=` or `?post=` have been chosen already."""
    person, post = query_number("person"), query_number("post")
    chosen = {"person": str(person) if person else "", "post": str(post) if post else ""}
    return _new(code, Form({**chosen, "role": "author", "since": today().isoformat()}))


@blueprint.post("")
@access(Access.OWN_TOWN)
def create(code: str) -> Response | tuple[str, int]:
    """Put somebody into a post."""
    administered(code)
    values = typed("person", "post", "role", "since", "until")
    try:
        user, post, role, tenure = _wanted(code, values)
        begin_assignment(session(), user, post, role, tenure, by=viewer(), at=now())
    except REFUSALS as error:
        form = refused(values, error)
        return _new(code, form), answer_code(form)
    notify(f"{user.name}さんを「{post.title}」に配置しました({role.label})。")
    return redirect(url_for("people.show", code=code, person=user.id), 303)


@blueprint.get("/<number:assignment>/edit")
@access(Access.OWN_TOWN)
def edit(code: str, assignment: int) -> str:
    """The form for the last day."""
    administered(code)
    return _edit(code, _assignment_or_404(code, assignment), Form({"until": today().isoformat()}))


@blueprint.post("/<number:assignment>")
@access(Access.OWN_TOWN)
def update(code: str, assignment: int) -> Response | tuple[str, int]:
    """End an assignment: with a last day, at once, or before it has begun."""
    administered(code)
    found, values = _assignment_or_404(code, assignment), typed("ending", "until")
    try:
        end_assignment(session(), found, _end(found, values), by=viewer(), at=now())
    except REFUSALS as error:
        form = refused(values, error)
        return _edit(code, found, form), answer_code(form)
    notify("配置の終わりを決めました。")
    return redirect(url_for("people.show", code=code, person=found.user_id), 303)


def _wanted(code: str, values: dict[str, str]) -> tuple[User, Post, Role, Tenure]:
    checking = Checking()
    user = user_of(session(), code, form_number("person") or 0)
    post = post_of(session(), code, form_number("post") or 0)
    if user is None:
        checking.add("person", "「職員」を選んでください。")
    if post is None:
        checking.add("post", "「所属と職」を選んでください。")
    role = checking.role("role", values["role"])
    since = begins(checking.day("since", "開始日", values["since"]))
    until = ends_after(checking.day("until", "終了日", values["until"])) if values["until"] else None
    checking.finish()
    assert user is not None  # noqa: S101  # finish() has raised otherwise
    assert post is not None  # noqa: S101  # as above
    return user, post, role, Tenure(since, until)


def _end(assignment: Assignment, values: dict[str, str]) -> datetime:
    """The moment that was chosen: now (an assignment to come is called off), or after the last day."""
    if values["ending"] == "now":
        return max(now(), assignment.since)
    checking = Checking()
    last = checking.day("until", "終了日", values["until"])
    checking.finish()
    return ends_after(last)


def _assignment_or_404(code: str, assignment: int) -> Assignment:
    found = assignment_of(session(), code, assignment)
    if found is None:
        raise NotFound
    return found


def _new(code: str, form: Form) -> str:
    values = frame(code, "配置する", ("職員", url_for("people.index", code=code)))
    listed = people(session(), code, limit=MOST)
    choices = [(str(one.id), f"{one.name}({one.login})") for one in listed if one.state is not PersonState.DISABLED]
    return render_template(
        "assignments/new.html", **values, form=form, people=choices, posts=post_choices(code), roles=role_choices()
    )


def _edit(code: str, assignment: Assignment, form: Form) -> str:
    user = session().get_one(User, assignment.user_id)
    post = session().get_one(Post, assignment.post_id)
    department = session().get_one(Department, post.department_id)
    own = (user.name, url_for("people.show", code=code, person=user.id))
    return render_template(
        "assignments/edit.html",
        **frame(code, "配置を終える", ("職員", url_for("people.index", code=code)), own),
        form=form,
        assignment=assignment,
        person=user.name,
        person_id=user.id,
        office=f"{department.name} {post.title}",
        coming=assignment.since > now(),
    )
