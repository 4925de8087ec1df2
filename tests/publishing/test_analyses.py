"""What the search took apart once is kept, used again as long as it is the same, and never missed when it is gone."""

from dataclasses import replace

import pytest
from sqlmodel import select

from kb.common_format.envelope import Audience
from kb.db import transaction
from kb.manuals.models import Revision
from kb.publishing import analyses, indexing
from kb.publishing.documents import documents, live_with
from kb.publishing.models import Analysis, Publication
from kb.search import record as analysing
from kb.search.index import Face, Query
from kb.search.memory_index import MemoryIndex
from kb.standards.models import Procedure
from tests.world import AOBA, a_publication


@pytest.fixture
def published(engine, now):
    """A live manual of 青葉市, with the index still to be told."""
    with transaction(engine) as session:
        _, publication = a_publication(session, now)
        return publication.id


@pytest.fixture
def rebuilt(engine, now, tmp_path):
    """An index made anew from the database, and how many texts were analysed for it."""

    def anew() -> tuple[MemoryIndex, int]:
        index, seen, analyse = MemoryIndex(), [], analysing.analyse
        analysing._read.cache_clear()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(analysing, "analyse", lambda text: seen.append(text) or analyse(text))
            indexing.rebuild(engine, index, tmp_path, now)
        return index, len(seen)

    return anew


def kept(engine) -> dict[tuple[int, Face], Analysis]:
    with transaction(engine) as session:
        rows = session.exec(select(Analysis)).all()
        session.expunge_all()
        return {(row.revision_id, row.face): row for row in rows}


def test_a_rebuild_analyses_nothing_twice_and_answers_the_same(published, engine, rebuilt):
    first, analysed = rebuilt()
    assert analysed > 0
    second, analysed_again = rebuilt()
    assert analysed_again == 0
    for asked in (Query("転入"), Query("窓口", town=AOBA, member=True), Query("てんにゅう"), Query("")):
        assert first.search(asked) == second.search(asked)
    assert first.versions() == second.versions()


def test_draining_keeps_what_it_analysed(published, engine, now, tmp_path, rebuilt):
    indexing.drain(engine, MemoryIndex(), tmp_path, now)
    assert {face for _, face in kept(engine)} == {Face.PUBLIC, Face.OWN}
    assert rebuilt()[1] == 0


def test_what_is_not_in_the_texts_is_never_taken_from_what_was_kept(published, engine, rebuilt):
    rebuilt()
    with transaction(engine) as session:
        session.get_one(Publication, published).audience = Audience.MEMBERS
    index, analysed = rebuilt()
    assert analysed == 0
    assert index.search(Query("転入")).total == 0
    assert index.search(Query("転入", member=True)).total == 1


def test_another_name_of_the_procedure_is_analysed(published, engine, rebuilt):
    rebuilt()
    with transaction(engine) as session:
        revision = session.get_one(Revision, session.get_one(Publication, published).revision_id)
        procedure = session.get_one(Procedure, revision.procedure_key)
        procedure.aliases = [*procedure.aliases, "引越の儀"]
    index, analysed = rebuilt()
    assert analysed > 0
    assert index.search(Query("引越の儀")).total == 1


def test_another_program_analyses_anew(published, engine, rebuilt, monkeypatch):
    rebuilt()
    monkeypatch.setattr(analyses, "digest_of", lambda _: "another program")
    assert rebuilt()[1] > 0
    assert rebuilt()[1] == 0


def test_only_the_newest_revision_of_a_manual_is_kept(engine, now):
    with transaction(engine) as session:
        _, publication = a_publication(session, now)
        first = session.get_one(Revision, publication.revision_id)
        _, other_publication = a_publication(session, now, "other")
        fresh = [Analysis(revision_id=first.id, face=Face.OWN, made_with="", facets={}, data=b"1")]
        fresh.append(
            Analysis(revision_id=other_publication.revision_id, face=Face.OWN, made_with="", facets={}, data=b"2")
        )
        analyses.remember(session, fresh)
        second = Revision(**first.model_dump(exclude={"id"}))
        second.number = first.number + 1
        session.add(second)
        session.flush()
        analyses.remember(session, [Analysis(revision_id=second.id, face=Face.OWN, made_with="", facets={}, data=b"3")])
        assert {row.data for row in session.exec(select(Analysis))} == {b"2", b"3"}


def test_an_analysed_document_is_the_document(published, engine):
    with transaction(engine) as session:
        for whole in documents(live_with(session, session.get_one(Publication, published))):
            packed = analysing.pack(analysing.record(whole))
            bare = replace(whole, title="", readings="", keywords="", passages=(), analysed=packed)
            made, again = analysing.record(whole), analysing.record(bare)
            assert (again.figures, again.terms) == (made.figures, made.terms)
            assert (again.sheet.folded, again.sheet.rest) == (made.sheet.folded, made.sheet.rest)


def test_bytes_that_nobody_packed_are_refused(published, engine):
    with transaction(engine) as session:
        (*_, whole) = documents(live_with(session, session.get_one(Publication, published)))
    with pytest.raises(ValueError, match="no analysed document"):
        analysing.record(replace(whole, analysed=b"nothing"))
