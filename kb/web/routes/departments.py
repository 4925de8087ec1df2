"""A town's departments, with their posts and who holds them."""

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from kb.accounts.models import Department
from kb.errors import NotFound
from kb.staffing.offices import close_department, open_department, rename_department
from kb.staffing.queries import department_of, departments
from kb.web.access import Access, access
from kb.web.administration import REFUSALS, Form, administered, answer_code, frame, refused, typed
from kb.web.current import now, session, viewer
from kb.web.notices import notify

blueprint = Blueprint("departments", __name__, url_prefix="/towns/<code:code>/departments")


@blueprint.get("")
@access(Access.OWN_TOWN)
def index(code: str) -> str:
    """Every open department with its posts; an empty post is 空席."""
    values = frame(code, "所属と職")
    return render_template("departments/index.html", **values, departments=departments(session(), code, now()))


@blueprint.get("/new")
@access(Access.OWN_TOWN)
def new(code: str) -> str:
    """The form for a new department."""
    return _new(code, Form())


@blueprint.post("")
@access(Access.OWN_TOWN)
def create(code: str) -> Response | tuple[str, int]:
    """A new department."""
    administered(code)
    values = typed("name")
    try:
        department = open_department(session(), code, values["name"], by=viewer(), at=now())
    except REFUSALS as error:
        form = refused(values, error)
        return _new(code, form), answer_code(form)
    notify(f"所属「{department.name}」を作りました。続けて、その中の職を作ってください。")
    return redirect(url_for("departments.index", code=code, _anchor=f"department-{department.id}"), 303)


@blueprint.get("/<number:department>/edit")
@access(Access.OWN_TOWN)
def edit(code: str, department: int) -> str:
    """Renaming and closing."""
    administered(code)
    found = _department_or_404(code, department)
    return _edit(code, found, Form({"name": found.name}))


@blueprint.post("/<number:department>")
@access(Access.OWN_TOWN)
def update(code: str, department: int) -> Response | tuple[str, int]:
    """Rename."""
    administered(code)
    found, values = _department_or_404(code, department), typed("name")
    try:
        rename_department(session(), found, values["name"], by=viewer(), at=now())
    except REFUSALS as error:
        form = refused(values, error)
        return _edit(code, found, form), answer_code(form)
    notify(f"所属の名前を「{found.name}」にしました。")
    return redirect(url_for("departments.index", code=code), 303)


@blueprint.post("/<number:department>/delete")
@access(Access.OWN_TOWN)
def delete(code: str, department: int) -> Response | tuple[str, int]:
    """Close."""
    administered(code)
    found = _department_or_404(code, department)
    try:
        close_department(session(), found, by=viewer(), at=now())
    except REFUSALS as error:
        form = refused({"name": found.name}, error)
        return _edit(code, found, form), answer_code(form)
    notify(f"所属「{found.name}」を廃止しました。")
    return redirect(url_for("departments.index", code=code), 303)


def _department_or_404(code: str, department: int) -> Department:
    found = department_of(session(), code, department)
    if found is None or found.closed_at is not None:
        raise NotFound
    return found


def _new(code: str, form: Form) -> str:
    return render_template("departments/new.html", **frame(code, "所属を作る", _above(code)), form=form)


def _edit(code: str, department: Department, form: Form) -> str:
    values = frame(code, f"所属「{department.name}」を変える", _above(code))
    return render_template("departments/edit.html", **values, form=form, department=department)


def _above(code: str) -> tuple[str, str]:
    return "所属と職", url_for("departments.index", code=code)
