"""Browsers that have signed in to an account before, by a signed long-lived cookie that only the sign-in receives.

Their wrong passwords are counted apart (`kb.accounts.throttling`). The cookie knows no name: accounts stand in it as
keyed hashes, the latest few, for a counter's PC is shared.
"""

import secrets
from datetime import timedelta

from flask import request, url_for
from itsdangerous import BadData, URLSafeSerializer
from pydantic import BaseModel, ValidationError
from werkzeug.wrappers import Response

from kb.accounts.throttling import keyed_hash, login_name
from kb.web.current import parts

COOKIE = "monosashi_known"
LASTS = timedelta(days=400)
MOST = 30
"""Accounts that one browser remembers."""


class _Known(BaseModel):
    browser: str
    accounts: list[str]


def known_as(login: str) -> str | None:
    """The name of this browser when it has signed in to the account `login` before, else None."""
    known = _read()
    return known.browser if known is not None and _account(login) in known.accounts else None


def remember(response: Response, login: str) -> None:
    """Let this browser know that it has signed in to the account `login`."""
    known = _read() or _Known(browser=secrets.token_urlsafe(16), accounts=[])
    accounts = [_account(login), *(one for one in known.accounts if one != _account(login))][:MOST]
    settings = parts().settings
    response.set_cookie(
        COOKIE,
        _signer().dumps(_Known(browser=known.browser, accounts=accounts).model_dump()),
        max_age=LASTS,
        path=url_for("sessions.create"),
        secure=settings.public_url.startswith("https://"),
        httponly=True,
        samesite="Lax",
    )


def _read() -> _Known | None:
    try:
        return _Known.model_validate(_signer().loads(request.cookies.get(COOKIE, "")))
    except (BadData, ValidationError):
        return None


def _account(login: str) -> str:
    return keyed_hash(parts().settings.secret_key, "account of a browser", login_name(login))[:24]


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(parts().settings.secret_key, salt="known browsers")
