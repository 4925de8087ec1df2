"""Sign-ins: the browser keeps a random token, the table only its hash, so that a copied database signs nobody in.

Ended by signing out, by a changed password, by a disabled account, or by nobody having been there for the idle time.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, bindparam, update
from sqlmodel import Session, col, select

from kb.accounts.models import SignIn, User
from kb.db import UtcDateTime

TOKEN_BYTES = 32
SEEN_EVERY = timedelta(minutes=5)
"""How far `seen_at` may lag behind: reading pages are to write as little as possible."""


@dataclass(frozen=True)
class Begun:
    """A new sign-in: whose, its number, and the token that the browser keeps."""

    user_id: int
    sign_in_id: int
    token: str


def hash_token(token: str) -> str:
    """What is kept of a random token: SHA-256 in hexadecimal (a token needs no salt, nobody can guess it)."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def begin_sign_in(session: Session, user_id: int, *, device: str, at: datetime) -> Begun:
    """Sign somebody in, in a browser described by `device`."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    sign_in = SignIn(user_id=user_id, token_hash=hash_token(token), device=device, began_at=at, seen_at=at)
    session.add(sign_in)
    session.flush()
    return Begun(user_id, sign_in.id, token)


# Asked with every request of somebody signed in: put together once, because that takes longer than asking.
_BY_TOKEN = (
    select(SignIn)
    .join(User)
    .where(col(SignIn.token_hash) == bindparam("token_hash"))
    .where(col(User.disabled_at).is_(None) | (col(User.disabled_at) > bindparam("now", type_=UtcDateTime)))
)


def live_sign_in(session: Session, token: str, now: datetime, idle: timedelta) -> SignIn | None:
    """The sign-in that a token stands for, unless it was ended or nobody was there for `idle`."""
    found = session.exec(_BY_TOKEN, params={"token_hash": hash_token(token), "now": now}).first()
    return found if found is not None and _is_live(found, now, idle) else None


def live_sign_ins(session: Session, user_id: int, now: datetime, idle: timedelta) -> Sequence[SignIn]:
    """Where somebody is signed in, last seen first."""
    return session.exec(
        select(SignIn)
        .where(SignIn.user_id == user_id, col(SignIn.ended_at).is_(None), SignIn.seen_at > now - idle)
        .order_by(col(SignIn.seen_at).desc(), col(SignIn.id).desc())
    ).all()


def is_to_be_seen(sign_in: SignIn, now: datetime, idle: timedelta) -> bool:
    """Whether `seen_at` lags so far behind that it is to be written; never later than a quarter of the idle time."""
    return now - sign_in.seen_at >= min(SEEN_EVERY, idle / 4)


def see(session: Session, sign_in_id: int, *, at: datetime) -> None:
    """Write down that somebody was there at `at`. An ended sign-in stays as it is, and time does not run backwards."""
    session.execute(
        update(SignIn)
        .where(col(SignIn.id) == sign_in_id, col(SignIn.ended_at).is_(None), col(SignIn.seen_at) < at)
        .values(seen_at=at)
    )


def end_sign_in(session: Session, sign_in_id: int, *, of: int, at: datetime) -> bool:
    """End one sign-in of the person `of`; False when they have no such one, or it has ended already."""
    mine = col(SignIn.id) == sign_in_id
    return _end(session, of, at, mine)


def end_sign_ins(session: Session, user_id: int, *, at: datetime, but: int | None = None) -> bool:
    """End every sign-in of a person, except the one numbered `but`. False when there was none to end."""
    others = col(SignIn.id) != but if but is not None else col(SignIn.id).is_not(None)
    return _end(session, user_id, at, others)


def _end(session: Session, user_id: int, at: datetime, which: ColumnElement[bool]) -> bool:
    ended = session.exec(select(SignIn).where(SignIn.user_id == user_id, col(SignIn.ended_at).is_(None), which)).all()
    for sign_in in ended:
        sign_in.ended_at = at
        session.add(sign_in)
    session.flush()
    return bool(ended)


def _is_live(sign_in: SignIn, now: datetime, idle: timedelta) -> bool:
    return sign_in.ended_at is None and now - sign_in.seen_at < idle
