"""Where live manuals are: the least that a list of addresses needs, for tens of thousands of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from kb.accounts.rules import Viewer
from kb.manuals.models import Manual, Revision
from kb.publishing.listing import CONDITIONS, parameters
from kb.publishing.models import Publication


@dataclass(frozen=True)
class Address:
    """A live manual's place, what it is about, and since when this edition is live."""

    town_code: str
    slug: str
    procedure_key: str | None
    work_area_code: str | None
    live_from: datetime


def live_addresses(session: Session, viewer: Viewer, now: datetime) -> Sequence[Address]:
    """The addresses of all manuals that are live for the viewer, by town and slug."""
    rows = session.execute(
        select(
            col(Manual.municipality_code),
            col(Manual.slug),
            col(Revision.procedure_key),
            col(Revision.work_area_code),
            col(Publication.live_from),
        )
        .select_from(Publication)
        .join(Manual, col(Manual.id) == Publication.manual_id)
        .join(Revision, col(Revision.id) == Publication.revision_id)
        .where(CONDITIONS["live"])
        .order_by(col(Manual.municipality_code), col(Manual.slug)),
        parameters(viewer, now),
    )
    return [Address(*row) for row in rows]
