"""The search port: what an engine takes and gives. Every engine passes `tests/search/test_contract_*.py`.

A manual reaches the index as up to two documents ("faces"): the *public face* (redacted content, read by outsiders)
and the *own face* (whole content, read by the own town only). A viewer's query is answered from the own faces of
the viewer's town and the public faces of all other towns, so what a viewer may not read is never matched, counted,
highlighted or suggested.
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from kb.search.explanation import Explanation
from kb.search.signals import Signals

GROUPED_BY = "procedure"
"""The facet that hits are grouped by; a document has at most one value of it, or stands alone."""


class Face(StrEnum):
    """Whose view of a manual a document holds."""

    PUBLIC = "public"
    OWN = "own"


@dataclass(frozen=True)
class Passage:
    """A part of a manual that a hit can open at. `anchor` is the fragment of its address (`step-<uid>`, `faq`)."""

    anchor: str
    title: str
    text: str


@dataclass(frozen=True)
class Document:
    """One face of one live manual. `version` grows with every change; an older one never replaces a newer one."""

    id: str
    face: Face
    version: int
    town: str
    members_only: bool
    title: str
    readings: str
    """Kana of title, procedure and everyday names, space-separated."""
    keywords: str
    """Procedure name, aliases, department, town: matched like the title at a lower weight."""
    passages: tuple[Passage, ...]
    facets: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Facet name ("town", "area", "size", "phase", "procedure") to values."""
    published_at: float = 0.0
    """POSIX seconds, for the newest-first order."""
    stored: dict[str, str] = field(default_factory=dict)
    """Carried through to the hit unchanged (address, town name, edition …)."""
    analysed: bytes = b""
    """What `record.pack` gave for the same texts under the same `analysis.ANALYSIS_VERSION`: they are not analysed again then."""


class Sort(StrEnum):
    """Order of hits; ties are broken by newest, then by id."""

    RELEVANCE = "relevance"
    NEWEST = "newest"


@dataclass(frozen=True)
class Query:
    """What somebody asked, and who may see what."""

    text: str
    town: str | None = None
    """The viewer's own town, None when signed out."""
    member: bool = False
    """May read documents for participating towns."""
    filters: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Facet name to accepted values (any of them)."""
    exact: bool = False
    """Leave synonyms out (「この語だけ」)."""
    sort: Sort = Sort.RELEVANCE
    own_first: bool = False
    """Everything of the viewer's own town before everything else, each in the order of `sort`."""
    grouped: bool = False
    """One hit for each value of `GROUPED_BY`, the best one; `offset` and `limit` count groups."""
    offset: int = 0
    limit: int = 20


@dataclass(frozen=True)
class Snippet:
    """A piece of text cut into (text, is_match) runs; the page escapes and marks them."""

    runs: tuple[tuple[str, bool], ...]


@dataclass(frozen=True)
class Group:
    """What a grouped hit stands for: everything found of one procedure."""

    key: str
    manuals: int
    towns: int


@dataclass(frozen=True)
class Hit:
    """One document that matched, with its best passage (None when only the title matched)."""

    id: str
    score: float
    title: Snippet
    passage: Passage | None
    snippet: Snippet
    stored: dict[str, str]
    group: Group | None = None
    """None when nothing is grouped, and for a document that stands alone."""


@dataclass(frozen=True)
class Hits:
    """A page of hits. `facets`: name to (value, count), most first; counts see all filters but their own facet's."""

    total: int
    """Documents found, grouped or not."""
    hits: tuple[Hit, ...]
    facets: dict[str, tuple[tuple[str, int], ...]]
    also_searched: tuple[str, ...] = ()
    """Synonyms that were added to the query, preferred form first."""
    groups: int | None = None
    """How many groups there are, those of one document too; None when nothing is grouped."""
    relaxed: int = 0
    """How many of `total` have only a part of what is asked; they stand after all others."""
    without: tuple[str, ...] = ()
    """What was left out because the query says so, folded."""


@dataclass(frozen=True)
class Synonyms:
    """Words that mean the same, from the common terms. Never merges legally different words."""

    groups: tuple[tuple[str, ...], ...] = ()
    """Each group: preferred word first, then variants."""


class IndexUnusable(Exception):
    """There is no index that can be read: missing, damaged, or made by another version. A rebuild makes it right."""


class IndexBusy(Exception):
    """Somebody else has been writing for too long; nothing was written. Try again later."""


Progress = Callable[[int], None]
"""Called with the number of documents written so far."""


class Index(Protocol):
    """A search engine. Safe to call from several threads; one process writes at a time (`lock` says whose turn).

    Every method but `rebuild` and `lock` may raise IndexUnusable, the writing ones also IndexBusy.
    """

    def lock(self, wait: bool = True) -> AbstractContextManager[bool]:
        """Take the turn to write for the block; the writing methods take it themselves, and may be called inside.

        Gives True, or False when `wait` is off and it is somebody else's turn.
        """

    def put(self, documents: Sequence[Document]) -> None:
        """Add or replace documents by (id, face); durable on return. An older `version` than the one held is ignored."""

    def delete(self, ids: Sequence[str]) -> None:
        """Remove both faces of each id; unknown ids are no error.

        Nothing remembers what was deleted: a later `put` of an older version brings it back. Callers recompute what is live and
        then delete and put within one lock, as draining the outbox does, so an older state never comes after a newer one.
        """

    def put_signals(self, values: Mapping[str, Signals]) -> None:
        """Keep these signals, by document id, and no others; durable on return. A rebuild keeps them; unknown ids are no error."""

    def versions(self, ids: Collection[str] | None = None) -> dict[tuple[str, Face], int]:
        """Version held for each (id, face), of these ids or of all."""

    def check(self) -> None:
        """Read everything that is kept, and raise IndexUnusable when anything is not as it was written."""

    def state(self) -> Hashable:
        """A value that stays equal as long as every answer stays the same. Cheap to ask for."""

    def search(self, query: Query, synonyms: Synonyms = Synonyms()) -> Hits:
        """Answer a query; any text is legal, the empty one matches everything the viewer may read."""

    def explain(self, query: Query, id_: str, synonyms: Synonyms = Synonyms()) -> Explanation | None:
        """Why a document is found where it is, whatever the filters; None when the viewer may not read it or it does not match."""

    def suggest(self, prefix: str, town: str | None = None, member: bool = False, limit: int = 8) -> list[str]:
        """Titles that begin with or contain `prefix` (kana readings too), of what the viewer may read.

        An empty prefix suggests nothing.
        """

    def rebuild(self, documents: Iterable[Document], progress: Progress | None = None) -> None:
        """Replace everything atomically: readers see the old index until the new one is whole."""
