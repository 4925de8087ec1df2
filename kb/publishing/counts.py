"""How many live manuals there are, for a viewer at a moment."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, func, select

from kb.accounts.rules import Viewer
from kb.manuals.models import Manual, Revision
from kb.publishing.listing import CONDITIONS, parameters
from kb.publishing.models import Publication


def counts_by_work_area(session: Session, viewer: Viewer, now: datetime) -> dict[str, int]:
    """Number of live manuals for each medium work area (primary one) that has any."""
    return _counts(session, viewer, now, col(Revision.work_area_code))


def towns_by_procedure(
    session: Session, viewer: Viewer, now: datetime, only: Collection[str] | None = None
) -> dict[str, int]:
    """Number of towns that have a live manual, for each procedure (of `only`, when given) that has any."""
    towns = func.count(col(Manual.municipality_code).distinct())
    return _counts(session, viewer, now, col(Revision.procedure_key), towns, only)


def counts_by_town(session: Session, viewer: Viewer, now: datetime) -> dict[str, int]:
    """Number of live manuals for each town that has any."""
    return _counts(session, viewer, now, col(Manual.municipality_code))


def counts_by_procedure(session: Session, viewer: Viewer, now: datetime) -> dict[str, int]:
    """Number of live manuals for each procedure that has any."""
    return _counts(session, viewer, now, col(Revision.procedure_key))


def counts_by_town_and_procedure(session: Session, viewer: Viewer, now: datetime) -> dict[tuple[str, str | None], int]:
    """Number of live manuals for each pair of town and procedure that has any; None for those of no procedure."""
    town, key = col(Manual.municipality_code), col(Revision.procedure_key)
    rows = session.execute(
        select(town, key, func.count())
        .select_from(Publication)
        .join(Manual, col(Manual.id) == Publication.manual_id)
        .join(Revision, col(Revision.id) == Publication.revision_id)
        .where(CONDITIONS["live"])
        .group_by(town, key),
        parameters(viewer, now),
    )
    return {(code, procedure): count for code, procedure, count in rows}


def _counts(
    session: Session,
    viewer: Viewer,
    now: datetime,
    key: Any,
    counted: Any = None,
    only: Collection[str] | None = None,
) -> dict[str, int]:
    wanted = key.is_not(None) if only is None else key.in_(list(only))
    rows = session.execute(
        select(key, func.count() if counted is None else counted)
        .select_from(Publication)
        .join(Manual, col(Manual.id) == Publication.manual_id)
        .join(Revision, col(Revision.id) == Publication.revision_id)
        .where(CONDITIONS["live"], wanted)
        .group_by(key),
        parameters(viewer, now),
    )
    return {found: count for found, count in rows}
