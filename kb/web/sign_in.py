"""Flask-Login: of a person, the signed cookie knows the number alone.

Beside it stand Flask-Login's marks of the sign-in (`_id`, `_fresh`) and the token of the forms.
"""

from flask import Flask, Response
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_login import LoginManager, UserMixin

from kb.web.security import is_static


class SignedIn(UserMixin):  # type: ignore[misc]  # Flask-Login ships no types
    """The person of a session cookie; the viewer is looked up from it once per request."""

    def __init__(self, number: int) -> None:
        self.number = number

    def get_id(self) -> str:
        """What the cookie keeps."""
        return str(self.number)


class _Cookie(SecureCookieSessionInterface):
    """The signed cookie, which static files have nothing to do with: they are cached without regard to it."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write the cookie and `Vary: Cookie` into every answer but a static file."""
        if not is_static(response):
            super().save_session(app, session, response)


def init_app(app: Flask) -> None:
    """Read the cookie of each request."""
    app.session_interface = _Cookie()
    manager = LoginManager()
    manager.session_protection = None  # town networks share and change addresses; the cookie is signed
    manager.user_loader(_person)
    manager.init_app(app)


def _person(text: str) -> SignedIn | None:
    return SignedIn(int(text)) if text.isdecimal() and len(text) < 10 else None
