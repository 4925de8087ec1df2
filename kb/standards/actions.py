"""Verbs on the yardstick: loading master data. No actor: run by whoever owns the machine."""

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict
from sqlmodel import Session, select

from kb.standards.models import Phase, Procedure, Term, WorkArea


class WorkAreaRow(BaseModel):
    """A work area as the content file gives it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str
    name: str
    parent: str | None = None
    std20: int | None = None
    fiscal_kan: str = ""


class PhaseRow(BaseModel):
    """A phase as the content file gives it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    meaning: str = ""


class ProcedureRow(BaseModel):
    """A procedure as the content file gives it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str
    name: str
    work_area: str
    kind: str
    readings: list[str]
    aliases: list[str] = []
    legal_basis: str = ""
    summary: str = ""


class TermRow(BaseModel):
    """A term as the content file gives it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str
    preferred: str
    readings: list[str]
    variants: list[dict[str, str]] = []
    definition: str = ""
    source: str = ""
    not_to_confuse: list[str] = []
    work_area: str | None = None


def record_work_areas(session: Session, rows: Iterable[WorkAreaRow]) -> None:
    """Add or replace work areas; parents come before children."""
    for row in sorted(rows, key=lambda row: (row.parent is not None, row.code)):
        session.merge(WorkArea(parent_code=row.parent, **row.model_dump(exclude={"parent"})))
        session.flush()


def record_phases(session: Session, kind: str, rows: Iterable[PhaseRow]) -> None:
    """Replace the phases of a kind of work, in order."""
    for old in session.exec(select(Phase).where(Phase.kind == kind)):
        session.delete(old)
    session.add_all(Phase(kind=kind, position=n, name=row.name, meaning=row.meaning) for n, row in enumerate(rows, 1))


def record_procedure(session: Session, row: ProcedureRow) -> Procedure:
    """Add or replace a procedure."""
    return session.merge(Procedure(work_area_code=row.work_area, **row.model_dump(exclude={"work_area"})))


def record_term(session: Session, row: TermRow) -> Term:
    """Add or replace a term."""
    return session.merge(Term(work_area_code=row.work_area, **row.model_dump(exclude={"work_area"})))
