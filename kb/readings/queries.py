"""Reads of a person's own readings, narrowed to the manuals that the person may still read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, inspect
from sqlmodel import Session, col, select

from kb.accounts.models import SignIn
from kb.accounts.rules import Viewer
from kb.manuals.models import Manual
from kb.publishing import listing
from kb.publishing.history import Edition, editions
from kb.publishing.models import Publication
from kb.publishing.queries import Listed, live_by_manual, live_manuals
from kb.readings.models import Reading

_USER: BindParameter[int] = bindparam("user")


@dataclass(frozen=True)
class Read:
    """A manual that the person has read and may still read: its live edition, and the one that was read."""

    listed: Listed
    edition: int
    read_at: datetime


@dataclass(frozen=True)
class Changed:
    """A manual that has had new editions since the person read it; `editions` newest first, as the person may read them."""

    read: Read
    editions: Sequence[Edition]


def reading_of(session: Session, viewer: Viewer, manual_id: int) -> Reading | None:
    """The viewer's reading of a manual; None when there is none, and for nobody."""
    return session.exec(
        select(Reading).where(Reading.user_id == viewer.user_id, Reading.manual_id == manual_id)
    ).first()


def recent(session: Session, viewer: Viewer, now: datetime, limit: int = 8) -> list[Read]:
    """What the viewer read last and may still read, latest first; each once, as it is live now."""
    return _reads(session, viewer, now, limit, overtaken=False)


def changed_since_read(session: Session, viewer: Viewer, now: datetime, limit: int = 8) -> list[Changed]:
    """Readings whose manual has a newer live edition than the one that was read, newest edition first."""
    reads = _reads(session, viewer, now, limit, overtaken=True)
    newest = sorted(reads, key=lambda read: read.listed.published_at, reverse=True)
    return [Changed(read, _after(session, viewer, now, read)) for read in newest]


def previous_visit(session: Session, viewer: Viewer) -> datetime | None:
    """When the viewer was last there before the present sign-in; None when this is the first that is known."""
    found = session.exec(
        select(SignIn)
        .where(SignIn.user_id == viewer.user_id)
        .order_by(col(SignIn.began_at).desc(), col(SignIn.id).desc())
        .offset(1)
        .limit(1)
    ).first()
    return None if found is None else found.ended_at or found.seen_at


def new_in_town(session: Session, viewer: Viewer, now: datetime, since: datetime, limit: int = 8) -> list[Listed]:
    """Live editions of the viewer's own town that began after `since` and that the viewer has not opened, newest first."""
    if viewer.own_town is None:
        return []
    newest = live_manuals(session, viewer, now, town=viewer.own_town, limit=limit)
    opened = session.exec(
        select(Reading.manual_id, Reading.edition).where(
            Reading.user_id == viewer.user_id, col(Reading.manual_id).in_([listed.manual_id for listed in newest])
        )
    ).all()
    return [
        listed for listed in newest if listed.published_at > since and (listed.manual_id, listed.edition) not in opened
    ]


def _reads(session: Session, viewer: Viewer, now: datetime, limit: int, *, overtaken: bool) -> list[Read]:
    if viewer.user_id is None:
        return []
    values = listing.parameters(viewer, now, user=viewer.user_id, limit=limit)
    rows = session.connection().execute(_readable(overtaken), values).all()
    live = live_by_manual(session, viewer, now, [row.manual_id for row in rows])
    return [Read(live[row.manual_id], row.edition, row.read_at) for row in rows if row.manual_id in live]


@cache
def _readable(overtaken: bool) -> Select[Any]:
    """Manual, edition and moment of the readings of `user` whose manual is live for the viewer, latest first."""
    reading, publication, manual = (inspect(table).local_table for table in (Reading, Publication, Manual))
    place = reading.join(publication, publication.c.manual_id == reading.c.manual_id)
    chosen = (
        select(reading.c.manual_id, reading.c.edition, reading.c.read_at)
        .select_from(place.join(manual, manual.c.id == reading.c.manual_id))
        .where(reading.c.user_id == _USER, listing.CONDITIONS["live"])
    )
    if overtaken:
        chosen = chosen.where(publication.c.edition > reading.c.edition)
    return chosen.order_by(reading.c.read_at.desc(), reading.c.manual_id).limit(bindparam("limit"))


def _after(session: Session, viewer: Viewer, now: datetime, read: Read) -> list[Edition]:
    found = editions(session, viewer, now, read.listed.manual_id, read.listed.town_code)
    return [edition for edition in found if edition.edition > read.edition]
