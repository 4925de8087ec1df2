"""Signing in and out."""

from flask import Blueprint, redirect, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.wrappers import Response

from kb.accounts.devices import device_words
from kb.accounts.models import User
from kb.accounts.queries import user_by_login
from kb.accounts.queries import viewer as viewer_of
from kb.accounts.rules import ANYONE, Viewer
from kb.accounts.sign_ins import Begun, begin_sign_in, end_sign_in
from kb.accounts.throttling import Attempt, forgive
from kb.activity.actions import record
from kb.db import transaction
from kb.web.access import Access, access
from kb.web.carried import from_elsewhere, handed_on
from kb.web.current import now, parts, session, viewer
from kb.web.errors import STALE, error_page
from kb.web.input import form_text, local_path, text
from kb.web.known_browsers import known_as, remember
from kb.web.password_check import TooEarly, attempted, password_fits
from kb.web.resend import resend_page
from kb.web.sign_in import enter, leave, sign_in_id
from kb.web.sign_in_form import sign_in_form

blueprint = Blueprint("sessions", __name__, url_prefix="/session")
TRY_AGAIN = "画面を開いてから時間がたったため、確認できませんでした。もう一度ログインしてください。"
WRONG = "職員IDかパスワードが違います。もう一度入力してください。"
CHOSEN = "パスワードを決めました。職員IDと新しいパスワードでログインしてください。"
WELCOME_BACK = "ログインしました。先ほどの内容は、まだ送っていません。"


@blueprint.get("/new")
@access(Access.ANYONE)
def new() -> Response | str:
    """The sign-in form; whoever is signed in already goes on to where it would lead."""
    next_path = local_path(text("next", 2_000))
    if viewer().signed_in:
        return redirect(next_path or url_for("home.show"), 303)
    return sign_in_form(next_path=next_path or "", done=CHOSEN if "chosen" in request.args else None)


@blueprint.get("")
@access(Access.ANYONE)
def show() -> Response:
    """The address of a refused sign-in, opened again: back to the form."""
    return redirect(url_for("sessions.new"), 303)


@blueprint.post("")
@access(Access.ANYONE, writes=False)
def create() -> Response | tuple[str, int] | tuple[str, int, dict[str, str]]:
    """Sign in; the same answer and the same time for an unknown name and a wrong password.

    Writes in short transactions of its own, before and after the slow look at the password.
    """
    login, password = form_text("login", 100).strip(), request.form.get("password", "")
    if not login or not password:
        return _again(login, WRONG), 422
    user = user_by_login(session(), login)
    tried = attempted(login, known_as(login))
    try:
        fits = password_fits(tried, user.password_hash if user else None, password)
    except TooEarly as early:
        return _again(login, early.message), 429, {"Retry-After": str(early.seconds)}
    known = viewer_of(session(), user.id, now()) if user and fits else None
    if user is None or known is None:
        _refuse(user)
        return _again(login, WRONG), 422
    enter(_begin(known, tried))
    answer = _onward()
    remember(answer, login)
    return answer


@blueprint.post("/delete")
@access(Access.ANYONE)
def delete() -> Response:
    """Sign out."""
    known, number = viewer(), sign_in_id()
    if known.user_id is not None and number is not None:
        end_sign_in(session(), number, of=known.user_id, at=now())
        record(session(), "sign_in.ended", who=known, at=now(), town=known.municipality_code)
    leave()
    return redirect(url_for("home.show"), 303)


@blueprint.errorhandler(CSRFError)
def _stale(_error: CSRFError) -> tuple[str, int]:
    """A sign-in form without a valid token comes back with what was typed, and with a new token."""
    if request.endpoint != "sessions.create":
        return error_page(400, STALE), 400
    return _again(form_text("login", 100), TRY_AGAIN), 400


def _begin(known: Viewer, tried: Attempt) -> Begun:
    device, earlier = device_words(request.user_agent.string), sign_in_id()
    with transaction(parts().engine) as writing:
        forgive(writing, tried)
        if earlier is not None and viewer().user_id is not None:
            end_sign_in(writing, earlier, of=viewer().user_id or 0, at=now())
        record(writing, "sign_in.begun", who=known, at=now(), town=known.municipality_code, detail=device)
        return begin_sign_in(writing, known.user_id or 0, device=device, at=now())


def _refuse(user: User | None) -> None:
    """Record a refusal; for an unknown name too, without it, so that both take as long."""
    with transaction(parts().engine) as writing:
        record(
            writing,
            "sign_in.refused",
            who=ANYONE,
            at=now(),
            town=user.municipality_code if user else None,
            object_id=user.id if user else None,
            object_name=user.name if user else "",
            detail=device_words(request.user_agent.string),
            refused=True,
        )


def _onward() -> Response:
    """To where the person wanted, or to what they had typed, which they send again themselves."""
    carried = None if from_elsewhere() else handed_on()
    if carried is not None:
        return Response(resend_page(carried, WELCOME_BACK), mimetype="text/html")
    return redirect(local_path(form_text("next", 2_000)) or url_for("home.show"), 303)


def _again(login: str, error: str) -> str:
    next_path = local_path(form_text("next", 2_000)) or ""
    carried = None if from_elsewhere() else handed_on()
    return sign_in_form(login=login, next_path=next_path, error=error, carried=carried)
