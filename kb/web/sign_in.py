"""Flask-Login: of a person, the signed cookie knows the token of a sign-in alone.

Beside it stand Flask-Login's marks of the sign-in (`_id`, `_fresh`), the token of the forms and what is to be said on
the next page.
"""

import logging
from datetime import timedelta

from flask import Flask, Response, g
from flask import session as cookie
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from sqlalchemy.exc import SQLAlchemyError

from kb.accounts.sign_ins import Begun, is_to_be_seen, live_sign_in, see
from kb.db import transaction
from kb.web.current import now, parts, session
from kb.web.security import is_static

_LONGEST_TOKEN = 100
_log = logging.getLogger(__name__)


class SignedIn(UserMixin):  # type: ignore[misc]  # Flask-Login ships no types
    """The person of a session cookie; the viewer is looked up from it once per request."""

    def __init__(self, number: int, token: str, sign_in_id: int) -> None:
        self.number = number
        self.token = token
        self.sign_in_id = sign_in_id

    def get_id(self) -> str:
        """What the cookie keeps."""
        return self.token


class _Cookie(SecureCookieSessionInterface):
    """The signed cookie, which static files have nothing to do with: they are cached without regard to it."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write the cookie and `Vary: Cookie` into every answer but a static file."""
        if not is_static(response):
            super().save_session(app, session, response)


def init_app(app: Flask) -> None:
    """Read the cookie of each request, and note who was there."""
    app.session_interface = _Cookie()
    manager = LoginManager()
    manager.session_protection = None  # town networks share and change addresses; the cookie is signed
    manager.user_loader(_person)
    manager.init_app(app, add_context_processor=False)  # it would ask the database again for an error page
    app.after_request(_note_presence)


def idle_time() -> timedelta:
    """How long a sign-in lasts without anybody there."""
    return timedelta(minutes=parts().settings.idle_minutes)


def sign_in_id() -> int | None:
    """Number of the sign-in of this request."""
    number: int | None = current_user.sign_in_id if current_user.is_authenticated else None
    return number


def enter(begun: Begun) -> None:
    """Make this browser the one of a sign-in. Nothing planted in its cookie before survives."""
    leave()
    login_user(SignedIn(begun.user_id, begun.token, begun.sign_in_id))


def leave() -> None:
    """Make this browser nobody's."""
    logout_user()
    cookie.clear()
    g.pop("viewer", None)
    g.pop("csrf_token", None)  # a form in this very answer needs a token for the new cookie


def _person(token: str) -> SignedIn | None:
    if not isinstance(token, str) or len(token) > _LONGEST_TOKEN:
        return None
    found = live_sign_in(session(), token, now(), idle_time())
    if found is None:
        return None
    if is_to_be_seen(found, now(), idle_time()):
        g.unseen = found.id
    return SignedIn(found.user_id, token, found.id)


def _note_presence(response: Response) -> Response:
    """Write down that somebody was here, after the answer has gone out: no page waits for it or fails by it."""
    unseen: int | None = g.pop("unseen", None)
    if unseen is not None:
        engine, at = parts().engine, now()

        def note() -> None:
            try:
                with transaction(engine) as writing:
                    see(writing, unseen, at=at)
            except SQLAlchemyError:
                _log.warning("presence not noted", exc_info=True)

        response.call_on_close(note)
    return response
