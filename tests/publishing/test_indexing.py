"""From publications into the search index: the outbox, who carries it, and how one knows that it has arrived."""

from datetime import timedelta

import pytest
from filelock import FileLock
from sqlmodel import select

from kb.common_format.envelope import Audience
from kb.db import reading, transaction
from kb.manuals.models import Revision
from kb.publishing import indexing
from kb.publishing.actions import publish, withdraw
from kb.publishing.documents import document_id
from kb.publishing.indexing import count_live, drain, is_current, rebuild
from kb.publishing.models import OutboxEntry, Publication
from kb.search.engines import open_index
from kb.search.index import Face, IndexUnusable, Query
from kb.search.memory_index import MemoryIndex
from tests.world import AOBA, WAKAMATSU, a_manual, a_publication, person, waiting

HOUR = timedelta(hours=1)
EVERYTHING = Query("", town=AOBA, limit=100)


@pytest.fixture
def index():
    """An index without a disk."""
    return MemoryIndex()


@pytest.fixture
def published(engine, now):
    """A live manual of 青葉市."""
    with transaction(engine) as session:
        return a_publication(session, now)


def entries(engine):
    with reading(engine) as session:
        return session.exec(select(OutboxEntry).order_by(OutboxEntry.id)).all()


def change(engine, verb, manual, at, **arguments):
    """One verb by the approver of 青葉市, in a transaction of its own."""
    with transaction(engine) as session:
        return verb(session, manual, by=person(session, "bunta", at), at=at, **arguments)


def again(engine, manual, at, **arguments):
    """Publish the manual's only revision once more."""
    with transaction(engine) as session:
        before = session.exec(select(Publication).where(Publication.manual_id == manual.id)).first()
        revision = session.get_one(Revision, before.revision_id)
        return publish(session, manual, revision, by=person(session, "bunta", at), at=at, **arguments)


def test_the_note_to_the_index_is_written_with_the_publication(engine, published, now):
    manual, _ = published
    assert [(entry.manual_id, entry.due_at) for entry in entries(engine)] == [(manual.id, now)]


def test_a_publication_that_is_undone_leaves_no_note(engine, now):
    def half_way():
        with transaction(engine) as session:
            a_publication(session, now)
            raise RuntimeError("half way")

    with pytest.raises(RuntimeError):
        half_way()
    assert entries(engine) == []


def test_draining_brings_the_publication_into_the_index_and_removes_the_note(engine, published, index, tmp_path, now):
    manual, publication = published
    assert not is_current_without_notes(engine, index, now)
    assert drain(engine, index, tmp_path, now) == 1
    assert index.versions() == {(document_id(manual.id), face): publication.id for face in Face}
    assert entries(engine) == []
    assert is_current(engine, index, now)


def is_current_without_notes(engine, index, now):
    """Whether index and database agree, notes or not."""
    with reading(engine) as session:
        return index.versions() == dict(indexing._expected(session, now))


def test_draining_again_does_nothing(engine, published, index, tmp_path, now):
    drain(engine, index, tmp_path, now)
    before = index.versions()
    assert drain(engine, index, tmp_path, now) == 0
    assert index.versions() == before


def test_what_was_carried_but_not_noted_is_carried_again(engine, published, index, tmp_path, now):
    """A kill between index and database repeats work."""
    manual, _ = published
    drain(engine, index, tmp_path, now)
    before = index.versions()
    with transaction(engine) as session:
        session.add(OutboxEntry(manual_id=manual.id, due_at=now))
    assert drain(engine, index, tmp_path, now) == 1
    assert index.versions() == before


def test_many_notes_are_carried_in_portions_in_order(engine, index, tmp_path, now, monkeypatch):
    monkeypatch.setattr(indexing, "BATCH", 2)
    with transaction(engine) as session:
        ids = [a_publication(session, now, f"manual-{number}")[0].id for number in range(5)]
    put, carried = index.put, []
    monkeypatch.setattr(
        index, "put", lambda documents: (carried.append([one.stored["manual"] for one in documents]), put(documents))
    )
    assert drain(engine, index, tmp_path, now) == 5
    assert [list(dict.fromkeys(portion)) for portion in carried] == [
        [str(id_) for id_ in portion] for portion in (ids[:2], ids[2:4], ids[4:])
    ]
    assert is_current_without_notes(engine, index, now)


def test_several_changes_of_one_manual_end_at_the_last(engine, published, index, tmp_path, now):
    manual, _ = published
    newest = again(engine, manual, now + HOUR)
    assert drain(engine, index, tmp_path, now + HOUR) == 2
    assert set(index.versions().values()) == {newest.id}


def test_a_second_drainer_leaves_it_to_the_first(engine, published, index, tmp_path, now):
    with FileLock(tmp_path / "drain.lock"):
        assert drain(engine, index, tmp_path, now) == 0
    assert index.versions() == {}
    assert len(entries(engine)) == 1
    assert drain(engine, index, tmp_path, now) == 1


def test_a_scheduled_publication_waits_for_its_moment(engine, index, tmp_path, now):
    with transaction(engine) as session:
        manual, revision = a_manual(session, person(session, "akari", now), now)
        publish(session, manual, revision, by=person(session, "bunta", now), at=now, live_from=now + HOUR)
        assert waiting(session, now) == 0
        assert waiting(session, now + HOUR) == 1
    assert drain(engine, index, tmp_path, now) == 0
    assert is_current(engine, index, now)
    assert drain(engine, index, tmp_path, now + HOUR) == 1
    assert index.search(EVERYTHING).total == 1


def test_a_scheduled_successor_replaces_at_its_moment(engine, published, index, tmp_path, now):
    manual, first = published
    second = again(engine, manual, now, live_from=now + HOUR)
    drain(engine, index, tmp_path, now)
    assert set(index.versions().values()) == {first.id}
    drain(engine, index, tmp_path, now + HOUR)
    assert set(index.versions().values()) == {second.id}


def test_a_withdrawn_manual_vanishes(engine, published, index, tmp_path, now):
    manual, _ = published
    drain(engine, index, tmp_path, now)
    change(engine, withdraw, manual, now + HOUR, reason="誤り")
    assert index.search(EVERYTHING).total == 1
    assert drain(engine, index, tmp_path, now + HOUR) == 1
    assert index.versions() == {}
    assert index.search(EVERYTHING).total == 0


def test_narrowing_takes_the_public_face_away(engine, published, index, tmp_path, now):
    manual, _ = published
    drain(engine, index, tmp_path, now)
    again(engine, manual, now + HOUR, audience=Audience.MUNICIPALITY)
    drain(engine, index, tmp_path, now + HOUR)
    assert set(index.versions()) == {(document_id(manual.id), Face.OWN)}
    assert index.search(Query("", town=WAKAMATSU, member=True)).total == 0
    assert index.search(EVERYTHING).total == 1


def test_widening_brings_it_back(engine, published, index, tmp_path, now):
    manual, _ = published
    for hours, audience in enumerate((Audience.MUNICIPALITY, Audience.MEMBERS, Audience.PUBLIC), 1):
        again(engine, manual, now + hours * HOUR, audience=audience)
        drain(engine, index, tmp_path, now + hours * HOUR)
        assert index.search(Query("", member=False)).total == (audience is Audience.PUBLIC)
        assert index.search(Query("", member=True)).total == (audience is not Audience.MUNICIPALITY)


@pytest.mark.parametrize(
    "harm",
    [
        lambda index: index.delete([next(iter(index.versions()))[0]]),
        lambda index: index.rebuild([]),
        lambda index: index._records.pop(next(key for key in index.versions() if key[1] is Face.PUBLIC)),
    ],
    ids=["a manual lost", "everything lost", "a face lost"],
)
def test_an_index_that_differs_is_noticed_and_rebuilt(engine, published, index, tmp_path, now, harm):
    drain(engine, index, tmp_path, now)
    good = index.versions()
    harm(index)
    assert not is_current(engine, index, now)
    assert rebuild(engine, index, tmp_path, now) == 2
    assert is_current(engine, index, now)
    assert index.versions() == good


def test_an_index_with_too_much_is_noticed(engine, published, index, tmp_path, now):
    manual, _ = published
    drain(engine, index, tmp_path, now)
    change(engine, withdraw, manual, now + HOUR, reason="誤り")
    with transaction(engine) as session:
        session.delete(session.exec(select(OutboxEntry)).one())  # as if the note had been lost
    assert not is_current(engine, index, now + HOUR)


def test_what_still_waits_is_no_difference(engine, published, index, now):
    assert is_current(engine, index, now)
    assert index.versions() == {}


def test_an_older_edition_is_noticed(engine, published, index, tmp_path, now):
    manual, _ = published
    drain(engine, index, tmp_path, now)
    again(engine, manual, now + HOUR)
    with transaction(engine) as session:
        session.delete(session.exec(select(OutboxEntry)).one())
    assert not is_current(engine, index, now + HOUR)


def test_a_rebuild_is_done_with_the_notes_it_has_seen(engine, published, index, tmp_path, now):
    manual, _ = published
    again(engine, manual, now, live_from=now + HOUR)
    counted = []
    assert rebuild(engine, index, tmp_path, now, counted.append) == 2
    assert counted == [1, 2]
    assert [entry.due_at for entry in entries(engine)] == [now + HOUR]
    assert drain(engine, index, tmp_path, now) == 0


def test_a_rebuild_that_fails_keeps_the_notes(engine, published, tmp_path, now):
    class Broken(MemoryIndex):
        def rebuild(self, documents, progress=None):
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        rebuild(engine, Broken(), tmp_path, now)
    assert len(entries(engine)) == 1


def test_an_unusable_index_keeps_the_notes(engine, published, tmp_path, now):
    with pytest.raises(IndexUnusable):
        drain(engine, open_index(tmp_path / "search_index"), tmp_path, now)
    assert len(entries(engine)) == 1


def test_live_publications_are_counted(engine, published, now):
    with reading(engine) as session:
        assert count_live(session, now) == 1
        assert count_live(session, now - HOUR) == 0


def test_a_rebuild_finds_the_same_as_carrying_change_by_change(engine, tmp_path, now):
    folder = tmp_path / "search_index"
    grown, built = open_index(folder), open_index(tmp_path / "other_index")
    grown.rebuild([])
    with transaction(engine) as session:
        gone, _ = a_publication(session, now, "gone")
        kept, _ = a_publication(session, now, "kept", faq=[{"uid": "faq-one", "q": "郵送", "a": "郵便でもよい"}])
        a_publication(session, now, "third", writers=("chika", "fumio"), title="転出届の受付")
    drain(engine, grown, folder, now)
    change(engine, withdraw, gone, now + HOUR, reason="誤り")
    drain(engine, grown, folder, now + HOUR)
    again(engine, kept, now + HOUR, audience=Audience.MEMBERS)
    drain(engine, grown, folder, now + HOUR)
    rebuild(engine, built, folder, now + HOUR)
    assert grown.versions() == built.versions()
    for text in ("", "転入", "転出届", "郵便", "税", "てんにゅう", '"届書の記入"'):
        for town, member in ((None, False), (WAKAMATSU, True), (AOBA, True)):
            query = Query(text, town=town, member=member)
            assert grown.search(query) == built.search(query), query
