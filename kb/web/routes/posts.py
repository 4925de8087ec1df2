"""The posts of a town's departments."""

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from kb.accounts.models import Department, Post
from kb.errors import NotFound
from kb.staffing.entries import Problem, Unfit
from kb.staffing.offices import close_post, open_post, rename_post
from kb.staffing.queries import department_of, departments, post_of
from kb.web.access import Access, access
from kb.web.administration import REFUSALS, Form, administered, answer_code, frame, refused, typed
from kb.web.current import now, session, viewer
from kb.web.input import form_number, query_number
from kb.web.notices import notify

blueprint = Blueprint("posts", __name__, url_prefix="/towns/<code:code>/posts")


@blueprint.get("/new")
@access(Access.OWN_TOWN)
def new(code: str) -> str:
    """The form for a new post; `?department=` has chosen the department already."""
    department = query_number("department")
    return _new(code, Form({"department": str(department) if department else ""}))


@blueprint.post("")
@access(Access.OWN_TOWN)
def create(code: str) -> Response | tuple[str, int]:
    """A new post, still empty."""
    administered(code)
    values = typed("department", "title")
    try:
        department = department_of(session(), code, form_number("department") or 0)
        if department is None:
            raise Unfit(Problem("department", "「所属」を選んでください。"))
        post = open_post(session(), department, values["title"], by=viewer(), at=now())
    except REFUSALS as error:
        form = refused(values, error)
        return _new(code, form), answer_code(form)
    notify(f"「{department.name}」に職「{post.title}」を作りました。いまは空席です。")
    return redirect(url_for("departments.index", code=code, _anchor=f"department-{department.id}"), 303)


@blueprint.get("/<number:post>/edit")
@access(Access.OWN_TOWN)
def edit(code: str, post: int) -> str:
    """Renaming and closing."""
    administered(code)
    found = _post_or_404(code, post)
    return _edit(code, found, Form({"title": found.title}))


@blueprint.post("/<number:post>")
@access(Access.OWN_TOWN)
def update(code: str, post: int) -> Response | tuple[str, int]:
    """Rename."""
    administered(code)
    found, values = _post_or_404(code, post), typed("title")
    try:
        rename_post(session(), found, values["title"], by=viewer(), at=now())
    except REFUSALS as error:
        form = refused(values, error)
        return _edit(code, found, form), answer_code(form)
    notify(f"職の名前を「{found.title}」にしました。")
    return redirect(url_for("departments.index", code=code), 303)


@blueprint.post("/<number:post>/delete")
@access(Access.OWN_TOWN)
def delete(code: str, post: int) -> Response | tuple[str, int]:
    """Close."""
    administered(code)
    found = _post_or_404(code, post)
    try:
        close_post(session(), found, by=viewer(), at=now())
    except REFUSALS as error:
        form = refused({"title": found.title}, error)
        return _edit(code, found, form), answer_code(form)
    notify(f"職「{found.title}」を廃止しました。")
    return redirect(url_for("departments.index", code=code), 303)


def _post_or_404(code: str, post: int) -> Post:
    found = post_of(session(), code, post)
    if found is None or found.closed_at is not None:
        raise NotFound
    return found


def _new(code: str, form: Form) -> str:
    values = frame(code, "職を作る", _above(code))
    choices = [(str(one.id), one.name) for one in departments(session(), code, now())]
    return render_template("posts/new.html", **values, form=form, departments=choices)


def _edit(code: str, post: Post, form: Form) -> str:
    department = session().get_one(Department, post.department_id)
    values = frame(code, f"職「{post.title}」を変える", _above(code))
    return render_template("posts/edit.html", **values, form=form, post=post, department=department)


def _above(code: str) -> tuple[str, str]:
    return "所属と職", url_for("departments.index", code=code)
