"""What a town uses of other towns: what it took over and what it adopted, as records and back as rows.

A record names the other town's edition by its address, for numbers of rows mean nothing elsewhere. Likes stay behind: a
like is one person's word, and nobody but that person knows whose it is; a town's folder is read by its administrators.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlmodel import Session, col, select

from kb.adoptions.models import Adoption, Degree
from kb.common_format.envelope import Provenance
from kb.errors import Conflict
from kb.exchange.town_records import AdoptionRecord, ForkRecord
from kb.forks.actions import know_origin
from kb.forks.models import Fork
from kb.manuals.models import Manual
from kb.publishing.indexing import note_change
from kb.publishing.models import Publication
from kb.relocation.arrivals import Arrived
from kb.relocation.staff_records import Staff


def adoption_records(session: Session, code: str, staff: Staff) -> tuple[AdoptionRecord, ...]:
    """Everything that a town has adopted, also what it has ended, in the order in which it was declared.

    Raises Conflict for words that no file can hold.
    """
    deeds, records = staff.deeds(), []
    rows = session.exec(select(Adoption).where(Adoption.municipality_code == code).order_by(col(Adoption.id))).all()
    for row in rows:
        considered = session.get_one(Publication, row.considered_id).edition
        values = {**row.model_dump(), **_named(session, row.publication_id), **deeds.get(row.assignment_id or 0, {})}
        values |= {"considered": considered, "values": row.parameter_values, "degree": row.degree.value}
        try:
            records.append(AdoptionRecord.model_validate(_known(AdoptionRecord, values)))
        except ValidationError as error:
            field = ".".join(map(str, error.errors()[0]["loc"]))
            told = (
                f"{values['municipality']}の「{values['slug']}」の採用に、ファイルに書き出せない値があります({field})。"
            )
            raise Conflict(told) from error
    return tuple(records)


def fork_records(session: Session, manual: Manual, staff: Staff) -> tuple[ForkRecord, ...]:
    """What was taken over into a manual, in order. What waits in a draft is no part of it yet."""
    deeds = staff.deeds()
    rows = session.exec(select(Fork).where(Fork.manual_id == manual.id).order_by(col(Fork.id))).all()
    return tuple(
        ForkRecord.model_validate(
            _known(
                ForkRecord,
                {
                    **row.model_dump(),
                    **_named(session, row.publication_id),
                    **deeds.get(row.assignment_id or 0, {}),
                    "steps": tuple(row.step_uids),
                },
            )
        )
        for row in rows
    )


def bring_adoptions(
    session: Session, code: str, records: Iterable[AdoptionRecord], arrived: Arrived
) -> list[AdoptionRecord]:
    """Make a town's adoptions. Returns those whose edition is not here: they are left out.

    Raises Conflict when the town has declared something here already: two tellings of one use cannot both be true.
    """
    here = select(Adoption.id).where(Adoption.municipality_code == code).limit(1)
    if session.exec(here).first() is not None:
        raise Conflict(
            "この団体には既に採用の記録があります。採用の記録のない団体にだけ取り込めます。何も変えていません。"
        )
    missing: list[AdoptionRecord] = []
    manuals: dict[int, datetime] = {}
    for one in records:
        used, considered = _edition(session, one, one.edition), _edition(session, one, one.considered)
        if used is None or considered is None:
            missing.append(one)
            continue
        row = Adoption(
            municipality_code=code,
            manual_id=used.manual_id,
            publication_id=used.id,
            considered_id=considered.id,
            degree=Degree(one.degree),
            parameter_values=dict(one.values),
            assignment_id=arrived.assignments[one.by] if one.by else None,
            **one.model_dump(include={"note", "since", "declared_at", "until", "end_reason"}),
        )
        session.add(row)
        session.flush()
        manuals[row.manual_id] = row.declared_at
    for manual_id, at in manuals.items():
        note_change(session, [manual_id], at)
    return missing


def bring_forks(
    session: Session, manual: Manual, records: Iterable[ForkRecord], origin: Provenance | None, arrived: Arrived
) -> list[ForkRecord]:
    """Make what was taken over into a manual. Returns those whose edition is not here: they are left out.

    A manual without a record, as in folders of earlier versions, hangs where its text says that it came from (`origin`).
    """
    wanted, missing = list(records), list[ForkRecord]()
    if not wanted and origin is not None:
        know_origin(session, manual, origin, at=manual.created_at)
    for one in wanted:
        original = _edition(session, one, one.edition)
        if original is None:
            missing.append(one)
            continue
        row = Fork(
            draft_key="",
            manual_id=manual.id,
            municipality_code=manual.municipality_code,
            publication_id=original.id,
            redaction=one.redaction,
            step_uids=list(one.steps),
            forked_at=one.forked_at,
            assignment_id=arrived.assignments[one.by] if one.by else None,
        )
        session.add(row)
        session.flush()
    return missing


def _known(model: Any, values: dict[str, Any]) -> dict[str, Any]:
    return {name: values[name] for name in model.model_fields if name in values}


def _named(session: Session, publication_id: int) -> dict[str, Any]:
    """The address of an edition: town, manual, number."""
    publication = session.get_one(Publication, publication_id)
    manual = session.get_one(Manual, publication.manual_id)
    return {"municipality": manual.municipality_code, "slug": manual.slug, "edition": publication.edition}


def _edition(session: Session, one: AdoptionRecord | ForkRecord, edition: int) -> Publication | None:
    asked = select(Publication).join(Manual, col(Manual.id) == col(Publication.manual_id))
    return session.exec(
        asked.where(
            Manual.municipality_code == one.municipality, Manual.slug == one.slug, Publication.edition == edition
        )
    ).first()
