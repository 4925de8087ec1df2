"""The page behind a one-time link, where somebody chooses the password of their account.

The address is a secret: it is in no log line, no referrer, no cache, and a link that cannot be used says nothing else
than that, whatever the reason.
"""

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.wrappers import Response

from kb.accounts.models import User
from kb.accounts.passwords import hash_password, password_problems
from kb.accounts.queries import municipality
from kb.db import transaction
from kb.errors import NotFound
from kb.staffing.invitations import accept_invitation, find_invitation
from kb.staffing.models import Invitation
from kb.web.access import Access, access
from kb.web.current import now, parts, session
from kb.web.sign_in import leave, sign_in_id

blueprint = Blueprint("invitations", __name__, url_prefix="/invitations")
DIFFERENT = "上のパスワードと違います。同じものを入力してください。"
TRY_AGAIN = "画面を開いてから時間がたったため、確認できませんでした。もう一度入力してください。"
Problems = dict[str, list[str]]
"""Name of a field to what is wrong with it."""


@blueprint.get("/<token>")
@access(Access.ANYONE)
def show(token: str) -> Response:
    """The form, or that the link cannot be used."""
    invitation = find_invitation(session(), token, now())
    return _gone() if invitation is None else _form(token, invitation, {}, 200)


@blueprint.post("/<token>")
@access(Access.ANYONE, writes=False)
def create(token: str) -> Response:
    """Choose the password. Hashing happens before the short transaction in which the link is used up."""
    invitation = find_invitation(session(), token, now())
    if invitation is None:
        return _gone()
    user, password = session().get_one(User, invitation.user_id), request.form.get("new_password", "")
    problems = _problems(user, password)
    if problems:
        return _form(token, invitation, problems, 422)
    hashed = hash_password(password)
    try:
        with transaction(parts().engine) as writing:
            accept_invitation(writing, writing.get_one(Invitation, invitation.id), hashed, at=now())
    except NotFound:
        return _gone()
    if sign_in_id() is not None:
        leave()  # whoever was signed in here signs in anew, as the person that the link was for
    return _quietly(redirect(url_for("sessions.new", chosen=1), 303))


@blueprint.errorhandler(CSRFError)
def _stale(_error: CSRFError) -> Response:
    """An outdated form comes back with a new token; the passwords are typed again."""
    token = (request.view_args or {}).get("token", "")
    invitation = find_invitation(session(), token, now())
    return _gone() if invitation is None else _form(token, invitation, {"new_password": [TRY_AGAIN]}, 400)


def _problems(user: User, password: str) -> Problems:
    wrong = password_problems(password, context=(user.login, user.name, _town(user)))
    again = [] if wrong or request.form.get("new_password_again", "") == password else [DIFFERENT]
    found = {"new_password": wrong, "new_password_again": again}
    return {name: sentences for name, sentences in found.items() if sentences}


def _town(user: User) -> str:
    town = municipality(session(), user.municipality_code)
    return town.name if town else ""


def _form(token: str, invitation: Invitation, problems: Problems, status: int) -> Response:
    user = session().get_one(User, invitation.user_id)
    page = render_template(
        "invitations/show.html",
        token=token,
        user=user,
        town=_town(user),
        reason=invitation.reason.value,
        expires_at=invitation.expires_at,
        problems=problems,
        return_to=None,
    )
    return _quietly(make_response(page, status))


def _gone() -> Response:
    return _quietly(make_response(render_template("invitations/show.html", user=None, return_to=None), 404))


def _quietly(answer: Response) -> Response:
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
