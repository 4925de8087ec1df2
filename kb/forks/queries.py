"""Reads of forks: how many towns took a manual over."""

from collections.abc import Collection

from sqlmodel import Session, col, func, select

from kb.forks.models import Fork
from kb.manuals.models import Manual
from kb.publishing.models import Publication


def fork_counts(session: Session, manual_ids: Collection[int]) -> dict[int, int]:
    """How many other towns have a manual that was taken from each of these, saved at least once; those without are left out.

    A town counts once, however often it took over; a draft that was never saved does not count.
    """
    taken = (
        select(Publication.manual_id, func.count(func.distinct(Fork.municipality_code)))
        .join(Fork, col(Fork.publication_id) == col(Publication.id))
        .join(Manual, col(Manual.id) == col(Publication.manual_id))
        .where(
            col(Publication.manual_id).in_(manual_ids),
            col(Fork.manual_id).is_not(None),
            col(Fork.municipality_code) != col(Manual.municipality_code),
        )
        .group_by(col(Publication.manual_id))
    )
    return {manual_id: towns for manual_id, towns in session.exec(taken)}
