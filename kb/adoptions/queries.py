"""Reads of adoptions: which towns use a manual, and what a town uses. Towns are told, never people."""

from collections.abc import Collection

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from kb.accounts.models import Participation
from kb.adoptions.models import Adoption


def adoption_counts(session: Session, manual_ids: Collection[int] | None = None) -> dict[int, int]:
    """How many participating towns use each manual, of `manual_ids` or of all; manuals that nobody uses are left out."""
    counted = select(Adoption.manual_id, func.count()).where(counts()).group_by(col(Adoption.manual_id))
    if manual_ids is not None:
        counted = counted.where(col(Adoption.manual_id).in_(manual_ids))
    return dict(session.exec(counted).all())


def counts() -> ColumnElement[bool]:
    """The condition that an adoption counts: it has not been ended, and its town takes part."""
    taking_part = select(Participation.municipality_code).where(col(Participation.until).is_(None))
    return col(Adoption.until).is_(None) & col(Adoption.municipality_code).in_(taking_part)
