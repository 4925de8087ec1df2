"""Slowing down who guesses passwords, without locking anybody out (OWASP ASVS 5.0, 6.3.1).

Failures are counted three ways: for one login from one source, for one login from anywhere, for one source. Each has
some free tries; after those the next try has to wait, longer each time up to a bound. A browser that has signed in to
the account before is counted by itself and by nothing else, so that whoever hammers a login name does not stop its
owner at their own PC. Names and addresses are kept as keyed hashes, and forgotten after an hour.

A try is written down before the password is looked at: many tries at once are counted like many in a row.
"""

import hashlib
import hmac
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from sqlalchemy import ColumnElement, delete, func
from sqlmodel import Session, col, select

from kb.accounts.models import SignInFailure

REMEMBERED = timedelta(hours=1)
"""Failures older than this are forgotten."""
FIRST_WAIT = timedelta(seconds=30)


@dataclass(frozen=True)
class Limit:
    """How many failures are free, and how long the longest wait after them is."""

    free: int
    longest: timedelta

    def next_try(self, failures: int, last: datetime | None) -> datetime | None:
        """When the next try is allowed after so many failures; None for at once. The wait doubles up to `longest`."""
        if failures < self.free or last is None:
            return None
        doublings = min(failures - self.free, 10)  # beyond that the wait is the longest anyway
        return last + min(self.longest, FIRST_WAIT * (1 << doublings))


PAIR = Limit(free=8, longest=timedelta(minutes=15))
"""One login from one source, or from one known browser: a person who has forgotten, or a guesser."""
LOGIN = Limit(free=30, longest=timedelta(minutes=1))
"""One login from anywhere: at most 100 guesses an hour, and a new PC of the owner waits a minute at most."""
SOURCE = Limit(free=100, longest=timedelta(minutes=1))
"""One source: a whole town hall may stand behind one address."""


@dataclass(frozen=True)
class Attempt:
    """Whose account is tried from where, as keyed hashes."""

    login_hash: str
    source_hash: str
    known: bool
    """From a browser that has signed in to this account before."""

    def limits(self) -> list[tuple[Limit, ColumnElement[bool]]]:
        """Each limit that holds for this attempt, with the failures that count."""
        login = col(SignInFailure.login_hash) == self.login_hash
        source = col(SignInFailure.source_hash) == self.source_hash
        return [(PAIR, login & source)] if self.known else [(PAIR, login & source), (LOGIN, login), (SOURCE, source)]


@dataclass(frozen=True)
class Refused:
    """Too early: `until` is when the next try is allowed."""

    until: datetime


def keyed_hash(key: str, *words: str) -> str:
    """HMAC-SHA-256 of words under the installation's secret: nobody can find the words by trying."""
    message = "\0".join(words).encode("utf-8", "replace")
    return hmac.new(key.encode(), message, hashlib.sha256).hexdigest()


def login_name(login: str) -> str:
    """A login name as it is counted: however it was typed, it is one name."""
    return unicodedata.normalize("NFKC", login).strip().casefold()


def attempt(key: str, login: str, address: str, *, browser: str | None) -> Attempt:
    """An attempt on `login` from a network address; `browser` names the browser when it has signed in to it before."""
    name = login_name(login)
    if browser is not None:  # names of its own: what strangers do is not counted with it, nor the other way round
        return Attempt(
            keyed_hash(key, "known login", browser, name), keyed_hash(key, "known browser", browser), known=True
        )
    return Attempt(keyed_hash(key, "login", name), keyed_hash(key, "source", _network(address)), known=False)


def begin_attempt(session: Session, tried: Attempt, *, at: datetime) -> int | Refused:
    """Write an attempt down as a failure, which it is until `forgive`; the number of it, or Refused when it is too early.

    A refused attempt is not counted: nobody can prolong the wait of somebody else by trying on.
    """
    session.execute(delete(SignInFailure).where(col(SignInFailure.failed_at) <= at - REMEMBERED))
    until = max(filter(None, (_next_try(session, *limit) for limit in tried.limits())), default=None)
    if until is not None and until > at:
        return Refused(until)
    failure = SignInFailure(login_hash=tried.login_hash, source_hash=tried.source_hash, failed_at=at)
    session.add(failure)
    session.flush()
    return failure.id


def forgive(session: Session, tried: Attempt) -> None:
    """The password was right: forget what failed for this login from here. What failed elsewhere stays counted."""
    own = (SignInFailure.login_hash == tried.login_hash, SignInFailure.source_hash == tried.source_hash)
    session.execute(delete(SignInFailure).where(*own))  # type: ignore[arg-type]  # SQLModel's columns are typed as their values


def _next_try(session: Session, limit: Limit, counted: ColumnElement[bool]) -> datetime | None:
    found = select(func.count(col(SignInFailure.id)), func.max(SignInFailure.failed_at)).where(counted)
    failures, last = session.exec(found).one()
    return limit.next_try(failures, last)


def _network(address: str) -> str:
    """What one subscriber holds: an IPv4 address, or the /64 of an IPv6 one."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return "unknown"
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    return str(parsed.ipv4_mapped or ip_network((parsed, 64), strict=False))
