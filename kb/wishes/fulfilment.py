"""Which wishes have come true: a question about what is live for a viewer now, so that a withdrawal opens a wish again.

A wish comes true by a manual of the town that undertook it: the one that the town points at, else the first that is live and about the
procedure, or with the words in its title or in a name of its procedure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import inspect, select
from sqlmodel import Session

from kb.accounts.rules import Viewer
from kb.manuals.models import Manual, Revision
from kb.publishing import listing
from kb.publishing.models import Publication
from kb.standards.models import Procedure
from kb.wishes.models import Undertaking, Wish
from kb.wishes.rules import comes_true_by


@dataclass(frozen=True)
class CameTrue:
    """The live manual by which a wish came true, and since when it has."""

    manual_id: int
    town_code: str
    slug: str
    title: str
    since: datetime


def come_true(
    session: Session, viewer: Viewer, now: datetime, undertaken: Sequence[tuple[Wish, Undertaking]]
) -> dict[int, CameTrue]:
    """For wishes (by number) with what was undertaken: the manual that the viewer may read, when there is one."""
    towns = {one.municipality_code for _, one in undertaken}
    live = _live(session, viewer, now, towns) if towns else []
    found = ((wish, one, _first(wish, one, live)) for wish, one in undertaken)
    return {wish.id: _told(row, one) for wish, one, row in found if row is not None}


def _first(wish: Wish, one: Undertaking, live: Sequence[Any]) -> Any | None:
    """Of several manuals the one that was begun first: a second one changes nothing."""
    own = [row for row in live if row.town_code == one.municipality_code]
    if one.manual_id is not None:
        return next((row for row in own if row.manual_id == one.manual_id), None)
    wished = (wish.normal, wish.procedure_key)
    return next((row for row in own if comes_true_by(wished, row.procedure_key, _names(row))), None)


def _names(row: Any) -> list[str]:
    return [row.title, *([row.procedure_name, *row.procedure_aliases] if row.procedure_name else [])]


def _told(row: Any, one: Undertaking) -> CameTrue:
    return CameTrue(
        row.manual_id, row.town_code, row.slug, row.title, max(row.since, one.taken_at, one.linked_at or one.taken_at)
    )


def _live(session: Session, viewer: Viewer, now: datetime, towns: set[str]) -> Sequence[Any]:
    """What is live for the viewer in these towns, in the order in which the manuals were begun."""
    publication, manual, revision, procedure = (
        inspect(table).local_table for table in (Publication, Manual, Revision, Procedure)
    )
    chosen = (
        select(
            manual.c.id.label("manual_id"),
            manual.c.municipality_code.label("town_code"),
            manual.c.slug,
            revision.c.title,
            revision.c.procedure_key,
            procedure.c.name.label("procedure_name"),
            procedure.c.aliases.label("procedure_aliases"),
            publication.c.live_from.label("since"),
        )
        .select_from(
            publication.join(manual, manual.c.id == publication.c.manual_id)
            .join(revision, revision.c.id == publication.c.revision_id)
            .outerjoin(procedure, procedure.c.key == revision.c.procedure_key)
        )
        .where(listing.LIVE, listing.READABLE, manual.c.municipality_code.in_(towns))
        .order_by(manual.c.id)
    )
    values = {"now": now, "viewer_town": viewer.own_town, "audiences": listing.parameters(viewer)["audiences"]}
    return session.connection().execute(chosen, values).all()
