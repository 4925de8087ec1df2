"""Reads of what is live. Every function takes the viewer and the moment, and gives only what that viewer may read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row
from sqlmodel import Session, select

from kb.accounts.rules import Viewer
from kb.common_format.envelope import Audience, Provenance
from kb.common_format.figures import Figures
from kb.japanese.notation import local_date
from kb.manuals.models import Revision
from kb.manuals.queries import content_of
from kb.publishing import listing
from kb.publishing.fragments import figures_in, make_fragment, renderer
from kb.publishing.models import Fragment
from kb.publishing.rules import reads_redacted, review_day

SOON = timedelta(days=30)
"""How long before its day a review is announced."""


@dataclass(frozen=True)
class Listed:
    """A live manual as lists show it."""

    manual_id: int
    publication_id: int
    revision_id: int
    town_code: str
    town_name: str
    town_population: int | None
    slug: str
    title: str
    procedure_key: str | None
    procedure_name: str | None
    work_area_code: str | None
    work_area_name: str | None
    edition: int
    audience: Audience
    published_at: datetime
    confirmed_at: datetime
    """Of the newest confirmation, else of the publication."""
    confirmed_by: str
    """Post of whoever confirmed last."""
    change_note: str
    figures: Figures
    volume: int | None
    license: str
    related: tuple[tuple[str, str, str], ...]
    """Related manuals as (town code or "", slug, title)."""
    provenance: Provenance | None


@dataclass(frozen=True)
class Due:
    """A live manual whose review is due, or will be soon, with who answers for it."""

    manual_id: int
    town_code: str
    slug: str
    title: str
    edition: int
    post_id: int | None
    """The post that the manual belongs to."""
    post_title: str
    department_id: int | None
    department_name: str
    confirmed_at: datetime
    confirmed_by: str
    due_on: date
    overdue: bool
    """The day has come."""


def listed_from(session: Session, viewer: Viewer, row: Row[Any]) -> Listed:
    """A row of `listing.rows` as a value."""
    columns = dict(row._mapping)
    facts = columns.pop("facts")
    if facts is None:
        facts = _rendered_now(session, viewer, row.revision_id, row.town_code).facts
    columns["confirmed_by"] = columns["confirmed_by"] or ""
    return Listed(
        **columns,
        figures=figures_in(facts),
        volume=facts["volume"],
        license=facts["license"],
        related=tuple((code, slug, title) for code, slug, title in facts["related"]),
        provenance=Provenance.model_validate(facts["provenance"]) if facts["provenance"] else None,
    )


def _rendered_now(session: Session, viewer: Viewer, revision_id: int, municipality_code: str) -> Fragment:
    """For the time between an update of the program and the end of its rendering: right, only slower."""
    revision = session.get_one(Revision, revision_id)
    return make_fragment(revision, content_of(revision), redacted=reads_redacted(viewer, municipality_code))


def live_manuals(
    session: Session,
    viewer: Viewer,
    now: datetime,
    *,
    town: str | None = None,
    procedure: str | None = None,
    work_area: str | None = None,
    limit: int = 200,
    offset: int = 0,
) -> list[Listed]:
    """Live manuals, newest first, narrowed by town code, procedure key, work area (a large one holds its medium ones)."""
    asked = {"town": town, "procedure": procedure, "work_area": work_area}
    narrowed = {name: value for name, value in asked.items() if value is not None}
    values = listing.parameters(viewer, now, limit=limit, offset=offset, **narrowed)
    found = session.connection().execute(listing.rows("live", *narrowed), values)
    return [listed_from(session, viewer, row) for row in found]


def live_by_manual(session: Session, viewer: Viewer, now: datetime, manual_ids: Sequence[int]) -> dict[int, Listed]:
    """Live manuals by id; those that are not live for this viewer are left out."""
    values = listing.parameters(viewer, now, manuals=list(manual_ids), limit=len(manual_ids), offset=0)
    found = session.connection().execute(listing.rows("live", "manuals"), values)
    return {row.manual_id: listed_from(session, viewer, row) for row in found}


def live_manual(session: Session, viewer: Viewer, now: datetime, town: str, slug: str) -> Listed | None:
    """The live manual at an address, None when there is none for this viewer."""
    values = listing.parameters(viewer, now, town=town, slug=slug, limit=1, offset=0)
    row = session.connection().execute(listing.rows("town", "slug", "live"), values).first()
    return None if row is None else listed_from(session, viewer, row)


def live_publication(session: Session, viewer: Viewer, now: datetime, town: str, slug: str) -> int | None:
    """Number of the live publication at an address: the least that tells whether a kept page still holds."""
    values = listing.parameters(viewer, now, town=town, slug=slug)
    row = session.connection().execute(listing.live_publication(), values).first()
    return None if row is None else row.publication_id


def article_of(session: Session, viewer: Viewer, listed: Listed) -> str:
    """The rendered article of a publication, as this viewer may read it."""
    redacted = reads_redacted(viewer, listed.town_code)
    kept = session.exec(
        select(Fragment.article).where(
            Fragment.revision_id == listed.revision_id, Fragment.renderer == renderer(), Fragment.redacted == redacted
        )
    ).first()
    return kept if kept is not None else _rendered_now(session, viewer, listed.revision_id, listed.town_code).article


def due_for_review(session: Session, town: str, now: datetime) -> list[Due]:
    """Live manuals of a town whose last confirmation is `review_months` old, or will be within `SOON`; first due first.

    For the town's own people: it names manuals whatever their audience.
    """
    rows = session.connection().execute(listing.confirmations(), {"town": town, "now": now})
    today = local_date(now)
    due = [_due(row, town, today) for row in rows]
    return sorted((one for one in due if one.due_on <= today + SOON), key=lambda one: (one.due_on, one.manual_id))


def _due(row: Row[Any], town: str, today: date) -> Due:
    day = review_day(row.confirmed_at, row.review_months)
    return Due(
        manual_id=row.manual_id,
        town_code=town,
        slug=row.slug,
        title=row.title,
        edition=row.edition,
        post_id=row.post_id,
        post_title=row.post_title or "",
        department_id=row.department_id,
        department_name=row.department_name or "",
        confirmed_at=row.confirmed_at,
        confirmed_by=row.confirmed_by or "",
        due_on=day,
        overdue=day <= today,
    )
