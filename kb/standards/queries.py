"""Reads of the yardstick."""

from collections.abc import Iterable, Sequence

from sqlmodel import Session, col, select

from kb.common_format.checks import Vocabulary
from kb.standards.models import Phase, Procedure, Term, WorkArea


def work_areas(session: Session) -> Sequence[WorkArea]:
    """All work areas, each large one before its medium ones."""
    return session.exec(select(WorkArea).order_by(col(WorkArea.code))).all()


def work_area(session: Session, code: str) -> WorkArea | None:
    """One work area by code."""
    return session.get(WorkArea, code)


def work_area_names(session: Session) -> dict[str, str]:
    """Code to name of every work area."""
    return dict(session.exec(select(WorkArea.code, WorkArea.name)).all())


def procedures(session: Session) -> Sequence[Procedure]:
    """All procedures in the order of the work areas."""
    return session.exec(select(Procedure).order_by(col(Procedure.work_area_code), col(Procedure.key))).all()


def procedure(session: Session, key: str) -> Procedure | None:
    """One procedure by key."""
    return session.get(Procedure, key)


def phases(session: Session) -> Sequence[Phase]:
    """All phases, kind by kind, each kind in canonical order."""
    return session.exec(select(Phase).order_by(col(Phase.id))).all()


def terms(session: Session) -> Sequence[Term]:
    """All common terms in the order of their readings."""
    found = session.exec(select(Term)).all()
    return sorted(found, key=lambda term: (term.readings[:1], term.preferred))


def term_called(session: Session, preferred: str) -> Term | None:
    """One common term by its preferred word."""
    return session.exec(select(Term).where(Term.preferred == preferred)).first()


def synonym_groups(known: Iterable[Term]) -> tuple[tuple[str, ...], ...]:
    """Words that mean the same, preferred first: one group per term that has variants."""
    return tuple((one.preferred, *(variant["word"] for variant in one.variants)) for one in known if one.variants)


def vocabulary(session: Session) -> Vocabulary:
    """What the checks hold procedure, work areas and phases of a manual against."""
    return Vocabulary(
        procedures=frozenset(session.exec(select(Procedure.key))),
        work_areas=frozenset(session.exec(select(WorkArea.code))),
        phases=frozenset(session.exec(select(Phase.name))),
    )
