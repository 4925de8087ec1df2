"""Signing in and out."""

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from flask import session as cookie
from flask_login import login_user, logout_user
from flask_wtf.csrf import CSRFError
from werkzeug.wrappers import Response

from kb.accounts.models import User
from kb.accounts.passwords import verify_password
from kb.accounts.queries import municipality, user_by_login
from kb.accounts.queries import viewer as viewer_of
from kb.seeds.people import CAST, PASSWORD, Member
from kb.web.access import Access, access
from kb.web.current import now, parts, session, viewer
from kb.web.errors import STALE, error_page
from kb.web.input import form_text, local_path, text
from kb.web.sign_in import SignedIn

blueprint = Blueprint("sessions", __name__, url_prefix="/session")
TRY_AGAIN = "画面を開いてから時間がたったため、確認できませんでした。もう一度ログインしてください。"
WRONG = "職員IDかパスワードが違います。もう一度入力してください。"


@dataclass(frozen=True)
class DemoAccount:
    """A line in the list of demo accounts."""

    login: str
    password: str
    name: str
    municipality_name: str
    role: str


@blueprint.get("/new")
@access(Access.ANYONE)
def new() -> Response | str:
    """The sign-in form; whoever is signed in already goes on to where it would lead."""
    next_path = local_path(text("next", 2_000))
    if viewer().signed_in:
        return redirect(next_path or url_for("home.show"), 303)
    return _form(login="", next_path=next_path or "")


@blueprint.get("")
@access(Access.ANYONE)
def show() -> Response:
    """The address of a refused sign-in, opened again: back to the form."""
    return redirect(url_for("sessions.new"), 303)


@blueprint.post("")
@access(Access.ANYONE, writes=False)
def create() -> Response | tuple[str, int]:
    """Sign in; the same answer and the same time for an unknown name and a wrong password."""
    login, password = form_text("login", 100).strip(), request.form.get("password", "")
    next_path = local_path(form_text("next", 2_000))
    user = user_by_login(session(), login)
    if not verify_password(user.password_hash if user else None, password) or user is None or not _active(user):
        return _form(login=login, next_path=next_path or "", error=WRONG), 422
    cookie.clear()  # a new session for a new person: nothing planted before survives
    login_user(SignedIn(user.id))
    return redirect(next_path or url_for("home.show"), 303)


@blueprint.post("/delete")
@access(Access.ANYONE, writes=False)
def delete() -> Response:
    """Sign out."""
    logout_user()
    cookie.clear()
    return redirect(url_for("home.show"), 303)


@blueprint.errorhandler(CSRFError)
def _stale(_error: CSRFError) -> tuple[str, int]:
    """A sign-in form without a valid token comes back with what was typed, and with a new token."""
    if request.endpoint != "sessions.create":
        return error_page(400, STALE), 400
    next_path = local_path(form_text("next", 2_000)) or ""
    return _form(login=form_text("login", 100), next_path=next_path, error=TRY_AGAIN), 400


def _active(user: User) -> bool:
    return viewer_of(session(), user.id, now()) is not None


def _form(*, login: str, next_path: str, error: str | None = None) -> str:
    demo = parts().settings.demo
    return render_template(
        "sessions/new.html",
        error=error,
        login=login,
        next=next_path,
        return_to=next_path or None,
        demo_accounts=[_demo_account(member) for member in CAST] if demo else [],
    )


def _demo_account(member: Member) -> DemoAccount:
    town = municipality(session(), member.town)
    role = f"{member.department} {member.post}・{member.role.label}"
    return DemoAccount(member.login, PASSWORD, member.name, town.name if town else "", role)
