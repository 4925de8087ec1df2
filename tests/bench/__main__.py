"""`make bench`: pages through gunicorn as a share of a one-line Flask application, at 1,000 and 5,000 manuals.

Each figure is the median of rounds in which the applications take turns, so that a slow moment of the machine hits all.
`make bench ARGS="--small"` does the same with 100 and 300 manuals, to try the bench itself; generating 5,000 manuals takes
about half an hour, `ARGS="--keep FOLDER"` keeps them for the next run. `ARGS="--relevance"` measures something else: how well the
search ranks the shipped manuals for the labelled queries of `tests/relevance`. `ARGS="--search 100000"` measures the search alone, beside
tantivy where that is installed.
"""

import argparse
import shutil
import sqlite3
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

from tests.bench import relevance, searching, writing
from tests.bench.load import Measured, measure
from tests.bench.servers import kb, served

REQUESTS = 2_000
WARMING = 5
"""Times that all pages are asked for before measuring: connections fall to one of two workers, so once is not enough."""
ALSO = ("確認", "窓口", "受付", "申請", "記録")
"""What is searched for beside the name of a procedure, another word in each round: no such question was asked before."""
COMMON, RARE = ("転入", "申請", "住民票", "手数料"), ("様式第1号", "緑川村", "占用料", "簡易裁判所")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="100 and 300 manuals, fewer requests")
    parser.add_argument("--keep", type=Path, help="folder for the generated data, used again by the next run")
    parser.add_argument("--relevance", action="store_true", help="rankings of the shipped manuals instead of speed")
    parser.add_argument("--search", type=int, metavar="DOCUMENTS", help="the search alone, at this many documents")
    asked = parser.parse_args()
    if asked.search:
        with tempfile.TemporaryDirectory() as folder:
            print("| documents | what | p50 | p95 |\n|---|---|---|---|")
            for line in searching.lines(asked.search, (asked.keep or Path(folder)) / f"search-{asked.search}"):
                print(line, flush=True)
        return
    if asked.relevance:
        for line in relevance.lines():
            print(line, flush=True)
        return
    sizes, requests = ((100, 300), 300) if asked.small else ((1_000, 5_000), REQUESTS)
    with tempfile.TemporaryDirectory() as folder:
        print("| manuals | page | req/s | share of one-line Flask | p50 ms | p95 ms |\n|---|---|---|---|---|---|")
        for size, data in _generated(asked.keep or Path(folder), sizes):
            for line in _table(data, size, requests):
                print(line, flush=True)
        print(f"\n| work at {size:,} manuals | times | p50 ms | p95 ms | most ms |\n|---|---|---|---|---|")
        for line in writing.measured(data):
            print(line, flush=True)


def _generated(folder: Path, sizes: Sequence[int]) -> Iterator[tuple[int, Path]]:
    """A data folder for each size, made from the one before it unless it is there already."""
    before, have = None, 0
    for seed, size in enumerate(sizes, 1):
        data = folder / str(size)
        if not data.is_dir():
            making = folder / f"{size}.making"
            if before:
                shutil.copytree(before, making)
            kb(making, "prepare")
            kb(making, "generate", "--manuals", str(size - have), "--seed", str(seed))
            making.rename(data)
        kb(data, "prepare")  # renders anew what an older program rendered
        yield size, data
        before, have = data, size


def _table(data: Path, size: int, requests: int) -> list[str]:
    with (
        served("tests.bench.one_line:app", data, data / "one.log") as yardstick,
        served("wsgi:app", data, data / "kb.log") as port,
    ):
        pages = _addresses(data)
        for _ in range(WARMING):
            measure(port, pages, len(pages))
        names = _procedure_names(data)
        rounds: dict[str, list[Measured]] = {}
        for also in ALSO:
            kinds: dict[str, tuple[int, Sequence[str], int]] = {
                "one-line Flask": (yardstick, ["/"], requests),
                "anonymous manual page": (port, pages, requests),
                "results, common word": (port, _queries(COMMON), requests),
                "results, rare word": (port, _queries(RARE), requests),
                "results, never asked before": (port, _queries([f"{name} {also}" for name in names]), len(names)),
            }
            for name, (where, paths, count) in kinds.items():
                rounds.setdefault(name, []).append(measure(where, paths, count))
            unpacked = measure(port, pages, requests, accepted="identity")
            rounds.setdefault("anonymous manual page, client without gzip", []).append(unpacked)
    return _lines(size, rounds)


def _lines(size: int, rounds: dict[str, list[Measured]]) -> list[str]:
    yardstick = rounds["one-line Flask"]
    lines = []
    for name, measured in rounds.items():
        share = statistics.median(
            one.per_second / base.per_second for one, base in zip(measured, yardstick, strict=True)
        )
        per_second, p50, p95 = (
            statistics.median(getattr(one, part) for one in measured) for part in ("per_second", "p50_ms", "p95_ms")
        )
        lines.append(f"| {size:,} | {name} | {per_second:,.0f} | {share:.0%} | {p50:.1f} | {p95:.1f} |")
    return lines


def _addresses(data: Path) -> list[str]:
    """Addresses of every public manual, straight from the database."""
    with sqlite3.connect(data / "monosashi.sqlite") as database:
        rows = database.execute(
            "SELECT DISTINCT m.municipality_code, m.slug FROM manual m JOIN publication p ON p.manual_id = m.id"
            " WHERE p.live_until IS NULL AND p.audience = 'public' ORDER BY m.id"
        ).fetchall()
    return [f"/towns/{code}/manuals/{slug}" for code, slug in rows]


def _procedure_names(data: Path) -> list[str]:
    """Names of all procedures."""
    with sqlite3.connect(data / "monosashi.sqlite") as database:
        return [name for (name,) in database.execute("SELECT name FROM procedure ORDER BY key")]


def _queries(words: Sequence[str]) -> list[str]:
    return [f"/search?q={quote(word)}" for word in words]


if __name__ == "__main__":
    main()
