"""A town's people: the list, one person, inviting somebody, correcting a name."""

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from kb.accounts.models import Post
from kb.staffing.actions import invite_person, rename_person
from kb.staffing.entries import Checking, PersonEntry, begins
from kb.staffing.models import InvitationReason
from kb.staffing.queries import count_people, people, post_of
from kb.staffing.queries import person as person_row
from kb.web.access import Access, access
from kb.web.administration import (
    REFUSALS,
    Form,
    administered,
    answer_code,
    frame,
    link_for,
    person_or_404,
    post_choices,
    refused,
    role_choices,
    today,
    typed,
)
from kb.web.current import now, session, viewer
from kb.web.input import page, query_number, text
from kb.web.notices import notify
from kb.web.paging import PER_PAGE, pages

blueprint = Blueprint("people", __name__, url_prefix="/towns/<code:code>/people")
FIELDS = ("name", "login", "post", "role", "since")


@blueprint.get("")
@access(Access.OWN_TOWN)
def index(code: str) -> str:
    """The town's people, those in use first."""
    values = frame(code, "職員")
    words, number = text("q", 80), page()
    count = count_people(session(), code, words)
    rows = people(session(), code, words, limit=PER_PAGE, offset=(number - 1) * PER_PAGE)
    return render_template(
        "people/index.html",
        **values,
        people=rows,
        count=count,
        q=words,
        now=now(),
        pages=pages(count, number, lambda n: url_for("people.index", code=code, q=words or None, page=n)),
    )


@blueprint.get("/new")
@access(Access.OWN_TOWN)
def new(code: str) -> str:
    """The form for inviting one person; `?post=` has chosen the post already."""
    post = query_number("post")
    values = {"since": today().isoformat(), "role": "author", "post": str(post) if post else ""}
    return _form(code, Form(values))


@blueprint.post("")
@access(Access.OWN_TOWN)
def create(code: str) -> str | tuple[str, int]:
    """Invite one person and show the link, which is not to be had again."""
    administered(code)
    values = typed(*FIELDS)
    try:
        entry, post = _entry(code, values)
        user, token = invite_person(session(), code, entry, post, by=viewer(), at=now())
    except REFUSALS as error:
        form = refused(values, error)
        return _form(code, form), answer_code(form)
    return render_template(
        "people/create.html",
        **frame(code, "招待しました", _above(code)),
        link=link_for(user, token, InvitationReason.JOINING),
        person_id=user.id,
    )


@blueprint.get("/<number:person>")
@access(Access.OWN_TOWN)
def show(code: str, person: int) -> str:
    """One person: account, posts now, before and to come."""
    administered(code)
    user = person_or_404(code, person)
    return render_template(
        "people/show.html",
        **frame(code, user.name, _above(code)),
        person=person_row(session(), user),
        now=now(),
    )


@blueprint.get("/<number:person>/edit")
@access(Access.OWN_TOWN)
def edit(code: str, person: int) -> str:
    """The form for correcting a name."""
    administered(code)
    user = person_or_404(code, person)
    return _edit(code, user.id, user.name, Form({"name": user.name}))


@blueprint.post("/<number:person>")
@access(Access.OWN_TOWN)
def update(code: str, person: int) -> Response | tuple[str, int]:
    """Correct a name."""
    administered(code)
    user, values = person_or_404(code, person), typed("name")
    before = user.name
    try:
        rename_person(session(), user, values["name"], by=viewer(), at=now())
    except REFUSALS as error:
        form = refused(values, error)
        return _edit(code, user.id, before, form), answer_code(form)
    notify(f"氏名を「{user.name}」に直しました。")
    return redirect(url_for("people.show", code=code, person=person), 303)


def _entry(code: str, values: dict[str, str]) -> tuple[PersonEntry, Post]:
    checking = Checking()
    name = checking.name("name", "氏名", values["name"])
    login = checking.login("login", values["login"])
    number = values["post"]
    post = (
        post_of(session(), code, int(number)) if number.isascii() and number.isdecimal() and len(number) < 7 else None
    )
    if post is None:
        checking.add("post", "「所属と職」を選んでください。")
    role = checking.role("role", values["role"])
    since = begins(checking.day("since", "開始日", values["since"]))
    checking.finish()
    assert post is not None  # noqa: S101  # finish() has raised otherwise
    return PersonEntry(login, name, role, since), post


def _form(code: str, form: Form) -> str:
    values: dict[str, Any] = frame(code, "職員を招待する", _above(code))
    return render_template("people/new.html", **values, form=form, posts=post_choices(code), roles=role_choices())


def _edit(code: str, person: int, name: str, form: Form) -> str:
    own = (name, url_for("people.show", code=code, person=person))
    return render_template(
        "people/edit.html", **frame(code, "氏名を直す", _above(code), own), form=form, person_id=person
    )


def _above(code: str) -> tuple[str, str]:
    return "職員", url_for("people.index", code=code)
