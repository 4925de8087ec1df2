"""The embedded engine: Whoosh's files on disk, our own evaluation over its postings."""

import threading
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from itertools import islice
from pathlib import Path

from kb.search.answers import Answers
from kb.search.excerpt import Lens, hit
from kb.search.explanation import Explanation
from kb.search.index import Document, Face, Hits, IndexUnusable, Progress, Query, Synonyms
from kb.search.plan import plan
from kb.search.record import Record, record
from kb.search.signals import Signals
from kb.search.signals_file import SignalsFile
from kb.search.whoosh_columns import Codes, Columns, Part, Values
from kb.search.whoosh_evaluation import Evaluation
from kb.search.whoosh_explaining import explained
from kb.search.whoosh_generations import Generations
from kb.search.whoosh_merging import to_merge
from kb.search.whoosh_segment import Segment, of_records, of_segments
from kb.search.whoosh_snapshot import Snapshot
from kb.search.whoosh_storage import FlatSegment, add_segment, commit, latest_commit, segments_at

BATCH = 2_000
"""Documents of a rebuild that are written between commits."""
MEMORY = 128 * 1024 * 1024
"""Bytes of what terms say of documents that are kept for the next question, unless told otherwise."""
ATTEMPTS = 20
"""Times to look again when a commit or a rebuild takes a file away between listing and opening it."""

Key = tuple[str, Face]
State = tuple[Path, int]
"""Folder of a generation, and number of its last commit."""


class WhooshIndex:
    """`Index` in a folder. Every method but `rebuild` and `lock` raises IndexUnusable when there is no readable index."""

    def __init__(self, folder: Path, memory: int = MEMORY) -> None:
        self._memory = memory
        self._generations = Generations(folder)
        self._signals = SignalsFile(folder)
        self._opening = threading.Lock()
        self._codes = Codes()
        self._columns: dict[tuple[Path, str], Columns] = {}
        self._latest: tuple[State, Snapshot] | None = None
        self._answers: tuple[Values, Answers] | None = None

    def lock(self, wait: bool = True) -> AbstractContextManager[bool]:
        """See `Index.lock`."""
        return self._generations.turn(wait)

    def put(self, documents: Sequence[Document]) -> None:
        """See `Index.put`."""
        with self._generations.turn(wait=True):
            self._write(self._generations.current(), documents)

    def delete(self, ids: Sequence[str]) -> None:
        """See `Index.delete`."""
        with self._generations.turn(wait=True):
            folder = self._generations.current()
            at, snapshot = self._latest_in(folder)
            gone = [number for number, _ in snapshot.held(ids).values()]
            if gone:
                self._commit(folder, at, snapshot, gone, [])

    def put_signals(self, values: Mapping[str, Signals]) -> None:
        """See `Index.put_signals`."""
        with self._generations.turn(wait=True):
            self._signals.write(values)

    def versions(self, ids: Collection[str] | None = None) -> dict[Key, int]:
        """See `Index.versions`."""
        snapshot = self._snapshot()
        if ids is None:
            return snapshot.versions()
        return {key: version for key, (_, version) in snapshot.held(ids).items()}

    def check(self) -> None:
        """See `Index.check`."""
        for part in self._snapshot().parts:
            part.columns.segment.check()

    def state(self) -> Hashable:
        """See `Index.state`. One listing of a small folder, and a look at a file."""
        return self._state(), self._signals.stamp()

    def search(self, query: Query, synonyms: Synonyms = Synonyms()) -> Hits:  # noqa: B008  # a frozen value
        """See `Index.search`."""
        snapshot = self._snapshot()
        lifts = self._signals.lifts(snapshot, snapshot.parts)
        return self._answers_of(lifts, synonyms).of(query, lambda: _found(snapshot, lifts, query, synonyms))

    def _answers_of(self, lifts: Values, synonyms: Synonyms) -> Answers:
        """Those of a snapshot and its signals: `lifts` are made anew with each."""
        held = self._answers
        if held is None or held[0] is not lifts or not held[1].are_with(synonyms):
            self._answers = held = (lifts, Answers(synonyms))
        return held[1]

    def explain(self, query: Query, id_: str, synonyms: Synonyms = Synonyms()) -> Explanation | None:  # noqa: B008  # as above
        """See `Index.explain`."""
        snapshot = self._snapshot()
        asked = plan(query.text, synonyms, query.exact)
        evaluation = Evaluation(snapshot, asked, query, self._signals.lifts(snapshot, snapshot.parts))
        return explained(snapshot, evaluation, id_, self._signals.values())

    def suggest(self, prefix: str, town: str | None = None, member: bool = False, limit: int = 8) -> list[str]:
        """See `Index.suggest`."""
        snapshot = self._snapshot()
        return snapshot.suggested(prefix, limit, snapshot.view(town, member))

    def rebuild(self, documents: Iterable[Document], progress: Progress | None = None) -> None:
        """See `Index.rebuild`."""
        with self._generations.turn(wait=True):
            fresh = self._generations.begin()
            try:
                self._fill(fresh, documents, progress)
            except BaseException:
                self._generations.drop(fresh)
                raise
            self._generations.switch(fresh)

    def _fill(self, folder: Path, documents: Iterable[Document], progress: Progress | None) -> None:
        source, written = iter(documents), 0
        while batch := list(islice(source, BATCH)):
            self._write(folder, batch, _from(written, progress))
            written += len(batch)

    def _write(self, folder: Path, documents: Sequence[Document], progress: Progress | None = None) -> None:
        """Add or replace, leaving out what is older than what is there."""
        at, snapshot = self._latest_in(folder)
        places = snapshot.held({document.id for document in documents})
        newest: dict[Key, Document] = {}
        for document in documents:
            key = (document.id, document.face)
            held = newest[key].version if key in newest else places.get(key, (0, document.version))[1]
            if held <= document.version:
                newest[key] = document
        records = []
        for count, document in enumerate(newest.values(), start=1):
            records.append(record(document))
            if progress:
                progress(count)
        if records:
            self._commit(folder, at, snapshot, [places[key][0] for key in newest if key in places], records)

    def _latest_in(self, folder: Path) -> tuple[int, Snapshot]:
        """Number and content of the last commit, for whoever has the turn to write."""
        at = latest_commit(folder)
        try:
            return at, self._open(folder, at)
        except FileNotFoundError as error:  # nobody else writes now, so nobody else took it away
            raise IndexUnusable("Files of the search index are missing.") from error

    def _commit(
        self, folder: Path, at: int, snapshot: Snapshot, gone: Sequence[int], records: Sequence[Record]
    ) -> None:
        """Take documents away, by number, and add others; small segments become larger ones on the way."""
        named = [
            segment.without(numbers)
            for segment, numbers in zip(segments_at(folder, at), snapshot.by_part(gone), strict=True)
        ]
        if records:
            named.append(add_segment(folder, len(records), of_records(records)))
        named = [segment for segment in named if segment.doc_count()]
        commit(folder, at, self._merged(folder, named))

    def _merged(self, folder: Path, named: list[FlatSegment]) -> list[FlatSegment]:
        places = to_merge([(segment.doc_count(), segment.doc_count_all()) for segment in named])
        if not places:
            return named
        chosen = [named[place] for place in places]
        kept = [segment.kept() for segment in chosen]
        arrays = of_segments([Segment(one.path(folder), str(one.segment_id())) for one in chosen], kept)
        made = add_segment(folder, sum(segment.doc_count() for segment in chosen), arrays)
        return [*(segment for segment in named if segment not in chosen), made]

    def _snapshot(self) -> Snapshot:
        """The newest commit. One listing of a small folder when nothing changed."""
        for _ in range(ATTEMPTS):
            state = self._state()
            latest = self._latest
            if latest and latest[0] == state:
                return latest[1]
            try:
                snapshot = self._open(*state)
            except FileNotFoundError as error:
                missing = error
                continue
            self._latest = (state, snapshot)
            self._forget_all_but(state[0])
            return snapshot
        raise IndexUnusable("Files of the search index are missing.") from missing

    def _state(self) -> State:
        folder = self._generations.current()
        return folder, latest_commit(folder)

    def _forget_all_but(self, folder: Path) -> None:
        with self._opening:
            self._columns = {key: held for key, held in self._columns.items() if key[0] == folder}

    def _open(self, folder: Path, at: int) -> Snapshot:
        """The index at a commit. FileNotFoundError when a later one took its files away."""
        with self._opening:
            parts: list[Part] = []
            opened: dict[tuple[Path, str], Columns] = {}
            for named in segments_at(folder, at):
                key = (folder, str(named.segment_id()))
                opened[key] = self._columns.get(key) or Columns(Segment(named.path(folder), key[1]), self._codes)
                parts.append(Part(opened[key], sum(part.columns.segment.size for part in parts), named.kept()))
            self._columns = {key: held for key, held in self._columns.items() if key[0] != folder} | opened
            return Snapshot(parts, self._codes, self._memory)


def _found(snapshot: Snapshot, lifts: Values, query: Query, synonyms: Synonyms) -> Hits:
    asked = plan(query.text, synonyms, query.exact)
    evaluation = Evaluation(snapshot, asked, query, lifts)
    lens = Lens(evaluation.plan)
    hits = tuple(hit(snapshot.sheet(number), score, lens, group) for number, score, group in evaluation.page())
    total, relaxed = len(evaluation.passing), evaluation.relaxed
    return Hits(total, hits, evaluation.facets(), asked.also_searched, evaluation.groups, relaxed, asked.without)


def _from(written: int, progress: Progress | None) -> Progress | None:
    """Count on from what earlier batches wrote."""
    return (lambda count: progress(written + count)) if progress else None
