"""Analyses that are kept in the database: an index is made anew from them in a fraction of the time that analysing takes."""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from sqlalchemy.orm import aliased
from sqlmodel import Session, col, delete, select

from kb.manuals.models import Revision
from kb.publishing.code_digest import digest_of
from kb.publishing.documents import CONTENT_FACETS, Live, called, document, faces, known_document
from kb.publishing.models import Analysis
from kb.search.analysis import ANALYSIS_VERSION
from kb.search.index import Document, Face
from kb.search.record import pack, record

_SOURCES = (
    "kb/common_format/*.py",
    "kb/japanese/*.py",
    "kb/publishing/documents.py",
    "kb/publishing/passages.py",
    "kb/publishing/views.py",
    "kb/search/record.py",
    "kb/search/sheet.py",
)
"""The code between a revision and what is kept of it."""

Kept = Mapping[tuple[int, Face], Analysis]


def kept_of(session: Session, revision_ids: Collection[int]) -> Kept:
    """What is kept of these revisions, by revision and face."""
    rows = session.exec(select(Analysis).where(col(Analysis.revision_id).in_(revision_ids)))
    return {(row.revision_id, row.face): row for row in rows}


def analysed_documents(live: Live, kept: Kept, fresh: list[Analysis]) -> Iterator[Document]:
    """The documents of a publication, analysed; what had to be analysed now is added to `fresh`, for `remember`."""
    made_with = _made_with(live)
    for face in faces(live):
        held = kept.get((live.revision.id, face))
        if held is not None and held.made_with == made_with:
            yield known_document(live, face, held.facets, held.data)
            continue
        made = document(live, face)
        data = pack(record(made))
        of_content = {name: list(made.facets[name]) for name in CONTENT_FACETS}
        fresh.append(
            Analysis(revision_id=live.revision.id, face=face, made_with=made_with, facets=of_content, data=data)
        )
        yield replace(made, analysed=data)


def remember(session: Session, fresh: Sequence[Analysis]) -> None:
    """Keep these, and forget those of other revisions of the same manuals."""
    ids = sorted({one.revision_id for one in fresh})
    same: type[Revision] = aliased(Revision)
    others = (
        select(Revision.id)
        .join(same, col(same.manual_id) == col(Revision.manual_id))
        .where(col(same.id).in_(ids), col(Revision.id).not_in(ids))
    )
    session.exec(delete(Analysis).where(col(Analysis.revision_id).in_(others)))
    for one in fresh:
        session.merge(one)
    session.flush()


def _made_with(live: Live) -> str:
    """Digest of everything that an analysis depends on beside its revision."""
    procedure = live.procedure
    words = (called(live), procedure.readings if procedure else [])
    return hashlib.sha256(f"{ANALYSIS_VERSION} {digest_of(_SOURCES)} {words}".encode()).hexdigest()
