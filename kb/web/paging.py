"""Pages of long lists."""

from collections.abc import Callable
from dataclasses import dataclass

from kb.web.input import LAST_PAGE

PER_PAGE = 20


@dataclass(frozen=True)
class Pages:
    """Links between the pages of a list; `links` are (label, address), the current page and gaps without address."""

    number: int
    total: int
    previous_url: str | None
    next_url: str | None
    links: tuple[tuple[str, str | None], ...]


def pages(count: int, number: int, url: Callable[[int], str]) -> Pages:
    """The links around page `number` of a list of `count` rows; `url` gives the address of a page."""
    total = max(1, min(LAST_PAGE, -(-count // PER_PAGE)))
    shown = sorted({1, total, *range(max(1, number - 2), min(total, number + 2) + 1)})
    links: list[tuple[str, str | None]] = []
    for before, here in zip([0, *shown], shown, strict=False):
        if here - before > 1:
            links.append(("…", None))
        links.append((str(here), None if here == number else url(here)))
    return Pages(
        number=number,
        total=total,
        previous_url=url(number - 1) if 1 < number <= total else None,
        next_url=url(number + 1) if number < total else None,
        links=tuple(links),
    )
