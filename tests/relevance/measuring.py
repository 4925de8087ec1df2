"""Ask every labelled query in every way, and lay the figures out as tables."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from tests.relevance.ablations import FULL, VARIANTS, Variant
from tests.relevance.labelled import Half, Kind, Labelled
from tests.relevance.metrics import Figures, figures, mean
from tests.relevance.shipped import Shipped

Measured = Mapping[str, Figures]
"""Text of a query to what its ranking is worth."""


def measured(shipped: Shipped, queries: Iterable[Labelled], variant: Variant = FULL) -> Measured:
    """Ask the queries in one way."""
    fresh = shipped.opened_anew()
    with variant.in_force():
        return {one.text: figures(fresh.search(one.text, variant.synonyms), one.grades) for one in queries}


def over(
    found: Measured, queries: Iterable[Labelled], half: Half, also: Callable[[Labelled], bool] = bool
) -> tuple[int, Figures]:
    """How many queries of a half there are of those that `also` takes, and their mean."""
    taken = [found[one.text] for one in queries if one.half is half and also(one)]
    return len(taken), mean(taken)


def tables(shipped: Shipped, queries: Sequence[Labelled]) -> Iterator[str]:
    """Lines of three tables: the full search by kind, all variants over all kinds, nDCG@10 of all variants by kind."""
    found = {variant.name: measured(shipped, queries, variant) for variant in VARIANTS}
    yield from _by_kind(found[FULL.name], queries)
    yield from _by_variant(found, queries)
    yield from _by_both(found, queries)


def _by_kind(found: Measured, queries: Sequence[Labelled]) -> Iterator[str]:
    yield "| kind | queries | tuning nDCG@10 | Recall@10 | MRR | reported nDCG@10 | Recall@10 | MRR |"
    yield "|---|---|---|---|---|---|---|---|"
    for name, taken in _rows():
        halves = [over(found, queries, half, taken) for half in Half]
        yield _line(name, "+".join(str(count) for count, _ in halves), *(_cells(one) for _, one in halves))


def _by_variant(found: Mapping[str, Measured], queries: Sequence[Labelled]) -> Iterator[str]:
    yield "\n| search | tuning nDCG@10 | Recall@10 | MRR | reported nDCG@10 | Recall@10 | MRR |"
    yield "|---|---|---|---|---|---|---|"
    for name, ranking in found.items():
        yield _line(name, *(_cells(over(ranking, queries, half)[1]) for half in Half))


def _by_both(found: Mapping[str, Measured], queries: Sequence[Labelled]) -> Iterator[str]:
    yield f"\n| nDCG@10, tuning / reported | {' | '.join(found)} |"
    yield f"|---|{'---|' * len(found)}"
    for name, taken in _rows():
        pairs = ([over(ranking, queries, half, taken)[1].ndcg for half in Half] for ranking in found.values())
        yield _line(name, *(" / ".join(f"{value:.2f}" for value in pair) for pair in pairs))


def _rows() -> Iterator[tuple[str, Callable[[Labelled], bool]]]:
    for kind in Kind:
        yield kind, lambda one, kind=kind: one.kind is kind
    yield "all", bool


def _cells(one: Figures) -> str:
    return " | ".join(f"{value:.3f}" for value in one)


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
