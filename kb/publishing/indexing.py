"""The way from publications into the search index: outbox, drain, check, rebuild.

The database is the truth. An outbox row is written in the transaction that publishes; whoever gets the drain lock
carries due rows into the index and only then removes them, so a kill at any moment repeats work but loses none.
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import Engine
from sqlmodel import Session, col, delete, func, select

from kb.common_format.envelope import Audience
from kb.db import reading, transaction
from kb.publishing.analyses import analysed_documents, kept_of, remember
from kb.publishing.documents import document_id, gathered, live_with
from kb.publishing.listing import LIVE
from kb.publishing.models import Analysis, OutboxEntry, Publication
from kb.search.index import Document, Face, Index, IndexBusy, IndexUnusable, Progress

BATCH = 500
"""Outbox entries that are handled at a time: a database takes only so many values in one question."""
REMEMBERED = 100
"""Analyses that are kept at a time while an index is made anew: a kill loses no more."""
Users = Callable[[Session, Collection[int]], Mapping[int, Collection[str]]]
"""Gives, for manuals by id, the codes of other towns under which they are found too: a room above knows who uses what."""


def nobody(_session: Session, _manual_ids: Collection[int]) -> Mapping[int, Collection[str]]:
    """No manual is found under another town than its own."""
    return {}


def note_change(session: Session, manual_ids: Iterable[int], at: datetime) -> None:
    """Have the index learn again, once this transaction is committed, what it says of manuals (who uses them)."""
    session.add_all(OutboxEntry(manual_id=manual_id, due_at=at) for manual_id in manual_ids)
    session.flush()


def drain(engine: Engine, index: Index, lock_folder: Path, now: datetime, users: Users = nobody) -> int:
    """Carry due outbox entries into the index. Returns how many; 0 also when another process is at it."""
    try:
        with FileLock(lock_folder / "drain.lock", timeout=0):
            done = 0
            while carried := _carry(engine, index, now, users):
                done += carried
            return done
    except Timeout:
        return 0


def _carry(engine: Engine, index: Index, now: datetime, users: Users) -> int:
    """Carry the oldest due entries into the index. Returns how many."""
    with reading(engine) as session:
        due = _due(session, now, limit=BATCH)
        if not due:
            return 0
        manual_ids = sorted({entry.manual_id for entry in due})
        ids = [document_id(manual_id) for manual_id in manual_ids]
        held = index.versions(ids)  # an unusable index says so before anything is made for it
        fresh: list[Analysis] = []
        live = list(_live_documents(session, now, users, fresh, manual_ids))
    _bring_up_to_date(index, held, live)
    _remember(engine, fresh)
    _forget(engine, due)
    return len(due)


def _due(session: Session, now: datetime, limit: int | None = None) -> Sequence[OutboxEntry]:
    entries = select(OutboxEntry).where(col(OutboxEntry.due_at) <= now).order_by(col(OutboxEntry.id))
    return session.exec(entries.limit(limit)).all()


def _forget(engine: Engine, carried: Sequence[OutboxEntry]) -> None:
    ids = [entry.id for entry in carried]
    with transaction(engine) as session:
        for start in range(0, len(ids), BATCH):
            session.exec(delete(OutboxEntry).where(col(OutboxEntry.id).in_(ids[start : start + BATCH])))


def _bring_up_to_date(index: Index, held: Iterable[tuple[str, Face]], live: list[Document]) -> None:
    """`held`: what the index has of these manuals; `live`: what it should have."""
    faces = {(document.id, document.face) for document in live}
    gone = [id_ for id_, face in held if (id_, face) not in faces]
    if gone:
        index.delete(sorted(set(gone)))
    if live:
        index.put(live)


def rebuild(
    engine: Engine,
    index: Index,
    lock_folder: Path,
    now: datetime,
    progress: Progress | None = None,
    users: Users = nobody,
) -> int:
    """Build the index anew from the database; readers keep the old one until it is whole. Returns documents written.

    Due outbox entries that it has seen are done with then.
    """
    with FileLock(lock_folder / "drain.lock"):
        return _rebuild(engine, index, now, progress, users)


def mend(
    engine: Engine,
    index: Index,
    lock_folder: Path,
    now: datetime,
    broken: Hashable,
    progress: Progress,
    users: Users = nobody,
) -> int | None:
    """Build an index anew that could not be read in the state `broken`; None for one that could not even tell its state.

    Returns documents written, None when it can be read again already. Raises IndexBusy, without waiting, when another process
    is at it, and OSError when the disk takes no more. `progress` gets 0 when building begins.
    """
    try:
        with FileLock(lock_folder / "drain.lock", timeout=0):
            if _readable_state(index) not in (None, broken):
                return None
            progress(0)
            return _rebuild(engine, index, now, progress, users)
    except Timeout:
        raise IndexBusy("Another process is writing to the search index.") from None


def _readable_state(index: Index) -> Hashable:
    try:
        index.versions([])
        return index.state()
    except IndexUnusable:
        return None


def _rebuild(engine: Engine, index: Index, now: datetime, progress: Progress | None, users: Users) -> int:
    written, fresh = 0, list[Analysis]()
    with reading(engine) as session:
        due = _due(session, now)

        def counted() -> Iterator[Document]:
            nonlocal written
            for document in _live_documents(session, now, users, fresh):
                written += 1
                yield document
                if len(fresh) >= REMEMBERED:
                    _remember(engine, fresh)
                    fresh.clear()

        index.rebuild(counted(), progress)
    _remember(engine, fresh)
    _forget(engine, due)
    return written


def waiting_since(session: Session, now: datetime) -> datetime | None:
    """Since when the oldest change has been waiting to be carried into the index; None when nothing waits."""
    return session.exec(select(func.min(OutboxEntry.due_at)).where(col(OutboxEntry.due_at) <= now)).one()


def is_current(engine: Engine, index: Index, now: datetime) -> bool:
    """Whether the index holds exactly the faces of the live publications (entries still in the outbox excepted)."""
    with reading(engine) as session:
        waiting = {document_id(id_) for id_ in session.exec(select(OutboxEntry.manual_id))}
        expected = {key: version for key, version in _expected(session, now) if key[0] not in waiting}
    held = {key: version for key, version in index.versions().items() if key[0] not in waiting}
    return held == expected


def _expected(session: Session, now: datetime) -> Iterator[tuple[tuple[str, Face], int]]:
    for publication in session.exec(select(Publication).where(LIVE), params={"now": now}):
        id_ = document_id(publication.manual_id)
        yield (id_, Face.OWN), publication.id
        if publication.audience is not Audience.MUNICIPALITY:
            yield (id_, Face.PUBLIC), publication.id


def count_live(session: Session, now: datetime) -> int:
    """How many publications are live, for progress bars."""
    return session.exec(select(func.count()).select_from(Publication).where(LIVE), params={"now": now}).one()


def _remember(engine: Engine, fresh: Sequence[Analysis]) -> None:
    if fresh:
        with transaction(engine) as session:
            remember(session, fresh)


def _live_documents(
    session: Session, now: datetime, users: Users, fresh: list[Analysis], manual_ids: list[int] | None = None
) -> Iterator[Document]:
    """Documents of what is live, of these manuals or of all; what had to be analysed is added to `fresh`."""
    query = select(Publication).where(LIVE).order_by(col(Publication.id))
    if manual_ids is not None:
        query = query.where(col(Publication.manual_id).in_(manual_ids))
    for portion in session.exec(query, params={"now": now}).partitions(BATCH):
        known = users(session, [publication.manual_id for publication in portion])
        with gathered(session, portion):
            kept = kept_of(session, [publication.revision_id for publication in portion])
            for publication in portion:
                live = live_with(session, publication, known.get(publication.manual_id, ()))
                yield from analysed_documents(live, kept, fresh)
