"""The order of results: the question as the engine takes it, and what the page offers to change it."""

from dataclasses import replace
from typing import Any

from kb.search.index import Hits, Query, Sort
from kb.web.asked import Asked
from kb.web.current import viewer
from kb.web.paging import PER_PAGE, pages

_SORTS = ((Sort.RELEVANCE, "関連が高い順"), (Sort.NEWEST, "新しい順"))


def query_of(wanted: Asked) -> Query:
    """What an address asks the engine for, for the current viewer."""
    return Query(
        text=wanted.text,
        town=viewer().own_town,
        member=viewer().member,
        filters=dict(wanted.filters),
        exact=wanted.exact,
        sort=wanted.sort,
        own_first=wanted.own_first,
        grouped=wanted.grouped,
        offset=(wanted.page - 1) * PER_PAGE,
        limit=PER_PAGE,
    )


def in_order(wanted: Asked, hits: Hits) -> dict[str, Any]:
    """What the page says of the order, of groups, and of the pages of either."""
    count = hits.total if hits.groups is None else hits.groups
    return {
        "groups": hits.groups,
        "sorts": sorts(wanted),
        "toggles": toggles(wanted),
        "why": replace(wanted, since=None).question if wanted.text else "",
        "pages": pages(count, wanted.page, lambda page: wanted.url(page=page)),
    }


def sorts(wanted: Asked) -> list[tuple[str, str, bool]]:
    """The orders as (label, address, in force)."""
    return [(label, wanted.url(sort=sort), wanted.sort is sort) for sort, label in _SORTS]


def toggles(wanted: Asked) -> list[tuple[str, str, bool]]:
    """What can be put over an order, as (label, address that turns it on or off, in force): the own town for people of a town."""
    own = ("自団体を先に", wanted.url(own_first=not wanted.own_first), wanted.own_first)
    grouped = ("業務でまとめる", wanted.url(grouped=not wanted.grouped), wanted.grouped)
    return [own, grouped] if viewer().own_town else [grouped]
