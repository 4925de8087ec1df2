"""What was typed survives an ended sign-in and an outdated form: it comes back, to be sent again by the person.

Whoever is not signed in is asked to sign in before anything is said about the token of the form. Scripts get a short
sentence instead of a page, and with an outdated token a fresh one in `X-CSRFToken`.
"""

from flask import Flask, make_response, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError, generate_csrf
from werkzeug.wrappers import Response

from kb.web.carried import Carried, from_elsewhere, typed
from kb.web.errors import STALE, error_page
from kb.web.input import this_address
from kb.web.sign_in_form import sign_in_form

ENDED = "ログインの有効時間が過ぎたか、ログインしていないため、送られた内容をまだ受け付けていません。"
ENDED_SHORT = (
    "ログインの有効時間が過ぎました。入力はこの画面に残っています。別のタブでログインしてから、もう一度お試しください。"
)
STALE_SHORT = "画面の有効期限が切れていました。入力はこの画面に残っています。もう一度お試しください。"
_CHALLENGE = "Session"
"""RFC 9110, 15.5.2 wants a challenge with 401; browsers ask nothing for a scheme that they do not know."""


def init_app(app: Flask) -> None:
    """Answer forms whose token is missing or outdated."""
    app.register_error_handler(CSRFError, _stale)


def ask_to_sign_in() -> Response:
    """The answer to somebody unknown on a page for signed-in people: a form typed into is kept."""
    if _is_script():
        return _challenged(make_response(_sentence(ENDED_SHORT), 401))
    if request.method in ("GET", "HEAD"):
        return redirect(url_for("sessions.new", next=this_address()), 303)
    if from_elsewhere():
        return make_response(error_page(400, STALE), 400)
    return _challenged(make_response(sign_in_form(error=ENDED, carried=typed()), 401))


def resend_page(carried: Carried, said: str) -> str:
    """What was typed, with one button that sends it again."""
    return render_template("errors/resend.html", carried=carried, said=said, return_to=None)


def _stale(_error: CSRFError) -> Response:
    if _is_script():
        answer = make_response(_sentence(STALE_SHORT), 400)
        answer.headers["X-CSRFToken"] = generate_csrf()
        return answer
    carried = None if from_elsewhere() else typed()
    page = error_page(400, STALE) if carried is None else resend_page(carried, STALE)
    return make_response(page, 400)


def _is_script() -> bool:
    return "HX-Request" in request.headers or "X-Requested-With" in request.headers


def _sentence(text: str) -> str:
    return f'<p role="alert">{text}</p>'


def _challenged(answer: Response) -> Response:
    answer.headers["WWW-Authenticate"] = _CHALLENGE
    return answer
