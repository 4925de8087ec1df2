"""Reads of a whole town, for taking it out."""

from collections.abc import Iterable
from typing import Any, TypeVar

from pydantic import ValidationError
from sqlmodel import Session, SQLModel, col, select

from kb.accounts.queries import municipality
from kb.common_format.envelope import Provenance
from kb.errors import Conflict, Invalid
from kb.exchange.town_folder import Text, TownFolder, TownManual
from kb.exchange.town_records import (
    ArchivalRecord,
    ConfirmationRecord,
    ManualRecord,
    PublicationRecord,
    RevisionRecord,
    WaiverRecord,
)
from kb.manuals.models import Archival, Manual, Revision
from kb.manuals.queries import content_of
from kb.publishing.models import Confirmation, Publication, Waiver
from kb.relocation.staff_records import Staff, staff_of, town_record
from kb.relocation.uses import adoption_records, fork_records

Row = TypeVar("Row", bound=SQLModel)


def town_folder(session: Session, code: str) -> TownFolder:
    """Everything of a town with its 庁内限り parts. Raises Invalid for an unknown code, Conflict naming a manual that
    the file form cannot hold."""
    town = municipality(session, code)
    if town is None:
        raise Invalid(f"団体コード「{code}」の団体はありません。6桁の団体コードを確かめてください。")
    staff = staff_of(session, code)
    manuals = session.exec(select(Manual).where(Manual.municipality_code == code).order_by(col(Manual.slug))).all()
    record = town_record(session, town, staff).model_copy(update={"adoptions": adoption_records(session, code, staff)})
    return TownFolder(record, tuple(_manual(session, one, staff) for one in manuals))


def _manual(session: Session, manual: Manual, staff: Staff) -> TownManual:
    revisions = session.exec(
        select(Revision).where(Revision.manual_id == manual.id).order_by(col(Revision.number))
    ).all()
    try:
        return TownManual(
            slug=manual.slug,
            record=_record(session, manual, revisions, staff),
            texts={one.number: _text(one) for one in revisions},
        )
    except ValidationError as error:
        field = ".".join(map(str, error.errors()[0]["loc"]))
        raise Conflict(f"手順書「{manual.slug}」に、ファイルに書き出せない値があります({field})。") from error


def _text(revision: Revision) -> Text:
    provenance = Provenance.model_validate(revision.provenance) if revision.provenance else None
    return Text(content_of(revision), dict(revision.parameter_values), provenance)


def _record(session: Session, manual: Manual, revisions: Iterable[Revision], staff: Staff) -> ManualRecord:
    deeds = staff.deeds()
    numbers = {one.id: one.number for one in revisions}
    publications = _of(session, Publication, manual)
    editions = {one.id: one.edition for one in publications}
    confirmations = session.exec(
        select(Confirmation).where(col(Confirmation.publication_id).in_(editions)).order_by(col(Confirmation.id))
    )

    def done(row: Any, **more: Any) -> dict[str, Any]:
        return {**row.model_dump(), **deeds.get(row.assignment_id, {}), **more}

    return ManualRecord(
        owner=staff.post_key(manual.post_id),
        created_at=manual.created_at,
        revisions=tuple(_of_fields(RevisionRecord, done(one)) for one in revisions),
        publications=tuple(
            _of_fields(PublicationRecord, done(one, revision=numbers[one.revision_id]))
            for one in sorted(publications, key=lambda one: one.edition)
        ),
        confirmations=tuple(
            _of_fields(ConfirmationRecord, done(one, edition=editions[one.publication_id])) for one in confirmations
        ),
        archivals=tuple(_of_fields(ArchivalRecord, done(one)) for one in _of(session, Archival, manual)),
        waivers=tuple(_of_fields(WaiverRecord, done(one)) for one in _of(session, Waiver, manual)),
        forks=fork_records(session, manual, staff),
    )


def _of(session: Session, table: type[Row], manual: Manual) -> list[Row]:
    """The rows of a manual in the order of their making."""
    of_manual = table.__table__.c.manual_id == manual.id  # type: ignore[attr-defined]  # every table=True model has one
    return list(session.exec(select(table).where(of_manual).order_by("id")))


def _of_fields(model: Any, values: dict[str, Any]) -> Any:
    """A record from a row: what both call the same."""
    return model.model_validate({name: values[name] for name in model.model_fields if name in values})
