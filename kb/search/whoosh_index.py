"""The embedded engine: Whoosh's files on disk, our own evaluation over its postings."""

import threading
from collections.abc import Hashable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from itertools import islice
from pathlib import Path

from kb.search.answers import Answers
from kb.search.excerpt import Lens, hit
from kb.search.explanation import Explanation
from kb.search.index import Document, Face, Hits, IndexUnusable, Progress, Query, Synonyms
from kb.search.plan import plan
from kb.search.record import record
from kb.search.signals import Signals
from kb.search.signals_file import SignalsFile
from kb.search.titles import Names
from kb.search.whoosh_columns import Codes, Columns, Part, Values, columns
from kb.search.whoosh_evaluation import Evaluation
from kb.search.whoosh_explaining import explained
from kb.search.whoosh_generations import Generations
from kb.search.whoosh_snapshot import Memory, Snapshot
from kb.search.whoosh_storage import Segment, add, latest_commit, segments_at, writing

BATCH = 2_000
"""Documents of a rebuild that are written between commits."""
ATTEMPTS = 20
"""Times to look again when a commit or a rebuild takes a file away between listing and opening it."""

Key = tuple[str, Face]
State = tuple[Path, int]
"""Folder of a generation, and number of its last commit."""


class WhooshIndex:
    """`Index` in a folder. Every method but `rebuild` and `lock` raises IndexUnusable when there is no readable index."""

    def __init__(self, folder: Path) -> None:
        self._generations = Generations(folder)
        self._signals = SignalsFile(folder)
        self._opening = threading.Lock()
        self._codes = Codes()
        self._memory = Memory()
        self._columns: dict[tuple[Path, str], Columns] = {}
        self._latest: tuple[State, Snapshot] | None = None
        self._titles: tuple[Snapshot, Names] | None = None
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
            snapshot = self._snapshot()
            wanted = set(ids)
            numbers = [number for (id_, _), (number, _) in snapshot.places.items() if id_ in wanted]
            if numbers:
                with writing(self._generations.current()) as writer:
                    for number in numbers:
                        writer.delete_document(number)

    def put_signals(self, values: Mapping[str, Signals]) -> None:
        """See `Index.put_signals`."""
        with self._generations.turn(wait=True):
            self._signals.write(values)

    def versions(self) -> dict[Key, int]:
        """See `Index.versions`."""
        return {key: version for key, (_, version) in self._snapshot().places.items()}

    def state(self) -> Hashable:
        """See `Index.state`. One listing of a small folder, and a look at a file."""
        return self._state(), self._signals.stamp()

    def search(self, query: Query, synonyms: Synonyms = Synonyms()) -> Hits:  # noqa: B008  # a frozen value
        """See `Index.search`."""
        snapshot = self._snapshot()
        lifts = self._signals.lifts(snapshot, lambda: snapshot.ids)
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
        evaluation = Evaluation(snapshot, asked, query, self._signals.lifts(snapshot, lambda: snapshot.ids))
        return explained(snapshot, evaluation, id_, self._signals.values())

    def suggest(self, prefix: str, town: str | None = None, member: bool = False, limit: int = 8) -> list[str]:
        """See `Index.suggest`."""
        snapshot = self._snapshot()
        held = self._titles
        if held is None or held[0] is not snapshot:
            self._titles = held = (snapshot, Names(snapshot.titles(snapshot.alive)))
        return held[1].suggested(prefix, limit, snapshot.view(town, member).mask[snapshot.alive])

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
        try:
            places = self._open(folder, latest_commit(folder)).places
        except FileNotFoundError as error:  # nobody else writes now, so nobody else took it away
            raise IndexUnusable("Files of the search index are missing.") from error
        newest: dict[Key, Document] = {}
        for document in documents:
            key = (document.id, document.face)
            held = newest[key].version if key in newest else places.get(key, (0, document.version))[1]
            if held <= document.version:
                newest[key] = document
        if not newest:
            return
        with writing(folder) as writer:
            for count, (key, document) in enumerate(newest.items(), start=1):
                if key in places:
                    writer.delete_document(places[key][0])
                add(writer, record(document))
                if progress:
                    progress(count)

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

    def _open(self, folder: Path, commit: int) -> Snapshot:
        """The index at a commit. FileNotFoundError when a later one took its files away."""
        with self._opening:
            parts: list[Part] = []
            opened: dict[tuple[Path, str], Columns] = {}
            for segment in segments_at(folder, commit):
                key = (folder, str(segment.segment_id()))
                opened[key] = self._columns.get(key) or columns(Segment(folder, segment), self._codes)
                base = sum(len(part.columns.ids) for part in parts)
                parts.append(Part(opened[key], base, frozenset(segment.deleted_docs())))
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
