"""Verbs on a whole town. No actor: run on the command line by whoever owns the machine.

Records come in as they were, past moments and all; the rules of today judged them when they were made. So rows are
written here and not by the verbs that people use, which would record them as done now.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, select

from kb.accounts.queries import municipality
from kb.accounts.rules import ANYONE
from kb.activity.actions import record
from kb.common_format.content import FORMAT_VERSION
from kb.common_format.envelope import Provenance
from kb.common_format.parameters import expand
from kb.errors import Conflict, Invalid
from kb.exchange.town_folder import Text, TownFolder, TownManual
from kb.exchange.town_records import Deed, EditionUsed, RevisionRecord
from kb.manuals.models import Archival, Manual, Revision
from kb.publishing.models import Confirmation, OutboxEntry, Publication, Waiver
from kb.relocation.arrivals import Arrived, bring_staff
from kb.relocation.uses import bring_adoptions, bring_forks
from kb.staffing.founding import OPERATORS
from kb.standards.queries import vocabulary


@dataclass(frozen=True)
class Numbers:
    """How many of what a town has."""

    manuals: int
    editions: int
    revisions: int
    people: int
    adoptions: int = 0

    @classmethod
    def of(cls, folder: TownFolder) -> "Numbers":
        """The numbers of a folder."""
        return cls(
            manuals=len(folder.manuals),
            editions=sum(len(one.record.publications) for one in folder.manuals),
            revisions=sum(len(one.texts) for one in folder.manuals),
            people=len(folder.town.people),
            adoptions=len(folder.town.adoptions),
        )

    def __str__(self) -> str:
        """As it is told."""
        adoptions = f"、採用{self.adoptions}件" if self.adoptions else ""
        return (
            f"手順書{self.manuals}件(公開した版{self.editions}、控え{self.revisions})、職員{self.people}人{adoptions}"
        )


def tell_of_export(session: Session, folder: TownFolder, *, at: datetime) -> None:
    """Keep for the town's administrators that everything of theirs was taken out."""
    _tell(session, "town.exported", folder, at)


def bring_in(session: Session, folder: TownFolder, *, at: datetime) -> list[EditionUsed]:
    """Make a town's manuals, editions, people, posts and adoptions from a checked folder. People come as invited: without
    passwords. Returns what it took over or adopted of manuals that are not here: that is left out.

    Raises Invalid when this installation does not know the town, Conflict when the town has manuals or adoptions already, FolderError
    when somebody of another town has a login. Fragments are rendered later; the outbox knows of every manual.
    """
    code = folder.town.municipality
    if municipality(session, code) is None or code == OPERATORS.code:
        raise Invalid(f"団体コード「{code}」の自治体は、自治体の一覧にありません。先に prepare を実行してください。")
    if session.exec(select(Manual.id).where(Manual.municipality_code == code).limit(1)).first() is not None:
        raise Conflict(
            f"{folder.town.name}({code})には既に手順書があります。手順書のない団体にだけ取り込めます。何も変えていません。"
        )
    arrived = bring_staff(session, folder)
    known = vocabulary(session)
    missing: list[EditionUsed] = []
    for manual in folder.manuals:
        row = Manual(
            municipality_code=code,
            slug=manual.slug,
            post_id=arrived.posts[manual.record.owner] if manual.record.owner else None,
            created_at=manual.record.created_at,
        )
        session.add(row)
        session.flush()
        revisions = _bring_revisions(session, row, manual, arrived, known.procedures, known.work_areas)
        _bring_publications(session, row, manual, arrived, revisions, at)
        _bring_decisions(session, row, manual, arrived)
        missing += bring_forks(session, row, manual.record.forks, _origin(manual), arrived)
    missing += bring_adoptions(session, code, folder.town.adoptions, arrived)
    session.flush()
    _tell(session, "town.imported", folder, at)
    return missing


def _tell(session: Session, kind: str, folder: TownFolder, at: datetime) -> None:
    town = folder.town
    detail = str(Numbers.of(folder))
    record(session, kind, who=ANYONE, at=at, town=town.municipality, object_name=town.name, detail=detail)


def _origin(manual: TownManual) -> Provenance | None:
    """Where its newest text says that it was taken from."""
    return manual.texts[max(manual.texts)].provenance if manual.texts else None


def _bring_revisions(
    session: Session,
    manual: Manual,
    source: TownManual,
    arrived: Arrived,
    procedures: frozenset[str],
    work_areas: frozenset[str],
) -> Mapping[int, int]:
    """Number of each revision to its id here."""
    rows = []
    for one in source.record.revisions:
        text = source.texts[one.number]
        work_area = next(iter(text.content.work_areas), None)
        row = Revision(
            manual_id=manual.id,
            procedure_key=text.content.procedure if text.content.procedure in procedures else None,
            work_area_code=work_area if work_area in work_areas else None,
            **_revision_columns(one, text),
            **_by(one, arrived),
        )
        rows.append(row)
    session.add_all(rows)
    session.flush()
    return {row.number: row.id for row in rows}


def _revision_columns(one: RevisionRecord, text: Text) -> dict[str, Any]:
    return {
        "number": one.number,
        "title": expand(text.content, text.values).title,
        "format_version": FORMAT_VERSION,
        "content": text.content.model_dump(mode="json", exclude_defaults=True),
        "parameter_values": dict(text.values),
        "provenance": text.provenance.model_dump(mode="json") if text.provenance else None,
        "note": one.note,
        "saved_at": one.saved_at,
    }


def _bring_publications(
    session: Session,
    manual: Manual,
    source: TownManual,
    arrived: Arrived,
    revisions: Mapping[int, int],
    at: datetime,
) -> None:
    rows = [
        Publication(
            manual_id=manual.id,
            revision_id=revisions[one.revision],
            **one.model_dump(exclude={"revision", "by", "post"}),
            **_by(one, arrived),
        )
        for one in source.record.publications
    ]
    session.add_all(rows)
    session.flush()
    ids = {row.edition: row.id for row in rows}
    for one in source.record.confirmations:
        row = Confirmation(publication_id=ids[one.edition], confirmed_at=one.confirmed_at, **_by(one, arrived))
        session.add(row)
        session.flush()
    for due in {at, *(row.live_from for row in rows if row.live_from > at)} if rows else ():
        session.add(OutboxEntry(manual_id=manual.id, due_at=due))


def _bring_decisions(session: Session, manual: Manual, source: TownManual, arrived: Arrived) -> None:
    for table, records in ((Archival, source.record.archivals), (Waiver, source.record.waivers)):
        for one in records:
            session.add(table(manual_id=manual.id, **one.model_dump(exclude={"by", "post"}), **_by(one, arrived)))
            session.flush()


def _by(deed: Deed, arrived: Arrived) -> dict[str, Any]:
    return {"assignment_id": arrived.assignments[deed.by] if deed.by else None}
