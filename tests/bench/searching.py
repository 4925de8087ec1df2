"""The search alone, at sizes that no town has yet: a page of results, warm and cold, publishing, starting, building anew.

Documents are put together from the passages of the shipped manuals (`tests/bench/made_up.py`), queries are the labelled ones of
`tests/relevance`. Where the package `tantivy` is installed (it is none of ours), the same tokens and questions go to it, in the same
process, in turns.
"""

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from kb.search.index import Face, Query
from kb.search.whoosh_index import WhooshIndex
from tests.bench.beside import beside
from tests.bench.made_up import DISTINCT, analyses, documents, kept
from tests.relevance.labelled import FILE

WARMED, STARTS, PUBLISHED = 2, 5, 20


def lines(size: int, folder: Path) -> Iterator[str]:
    """Lines of a table at `size` documents; the index is kept in `folder` for the next run."""
    seconds = _built(size, folder)
    if seconds:
        yield f"| {size:,} | building anew from kept analyses | {size / seconds:,.0f} documents/s | |"
    asked = _queries()
    index = WhooshIndex(folder)
    questions = [query for query in asked if len(query) >= 14]
    for name, queries in (("page of results", asked), ("page of results, question of 14 letters or more", questions)):
        yield _line(size, f"{name}, asked for the first time", _timed(_page(index), queries))
        for _ in range(WARMED):
            _timed(_page(index), queries)
        warm = _timed(_page(index), queries)
        yield _line(size, f"{name}, words asked before", warm)
        if other := beside(size, folder):
            for _ in range(WARMED):
                _timed(other, queries)
            yield _line(size, f"{name}, tantivy", _timed(other, queries))
    yield _line(size, "start: open and answer", [_started(folder) for _ in range(STARTS)])
    yield _line(size, "publish: put both faces and find them", _published(index, size))
    yield f"| {size:,} | memory of its own | {_private_memory():,.0f} MB | |"


def _built(size: int, folder: Path) -> float:
    """Seconds that building took, 0 when the index was there."""
    if (folder / "current").exists():
        return 0.0
    made = kept(min(size, DISTINCT), folder.parent / "analyses")
    begun = time.perf_counter()
    WhooshIndex(folder).rebuild(documents(made, size))
    return time.perf_counter() - begun


def _queries() -> list[str]:
    return [line.split("\t")[1] for line in FILE.read_text(encoding="utf-8").splitlines()[1:]]


def _page(index: WhooshIndex) -> Callable[[str], object]:
    """Twenty hits with excerpts, and counts of all facets; never from the answers that are kept."""

    def ask(text: str) -> object:
        index._answers = None
        return index.search(Query(text))

    return ask


def _timed(ask: Callable[[str], object], queries: Sequence[str]) -> list[float]:
    found = []
    for query in queries:
        begun = time.perf_counter()
        ask(query)
        found.append(time.perf_counter() - begun)
    return found


def _started(folder: Path) -> float:
    begun = time.perf_counter()
    WhooshIndex(folder).search(Query("転入届"))
    return time.perf_counter() - begun


def _published(index: WhooshIndex, size: int) -> list[float]:
    found = []
    (sample,) = documents(analyses(1), 1)
    for number in range(PUBLISHED):
        begun = time.perf_counter()
        one = replace(sample, id=f"manual-{size + number}", version=2)
        index.put([one, replace(one, face=Face.OWN)])
        assert index.search(Query("転入届")).total > 0
        found.append(time.perf_counter() - begun)
    return found


def _private_memory() -> float:
    """Megabytes of this process that are no window on a file."""
    lines_ = Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines()
    return sum(int(line.split()[1]) for line in lines_ if line.startswith("Private_Dirty")) / 1024


def _line(size: int, name: str, seconds: Sequence[float]) -> str:
    ordered = sorted(seconds)
    p95 = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
    return f"| {size:,} | {name} | {1000 * statistics.median(ordered):.1f} ms | {1000 * p95:.1f} ms |"
