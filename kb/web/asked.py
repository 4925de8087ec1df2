"""What a search address asks for, and the addresses that ask for a little more or less."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from urllib.parse import urlencode

from flask import request, url_for

from kb.search.index import Sort
from kb.web.current import viewer
from kb.web.input import choice, page, plain, text

FACETS = ("town", "area", "size", "phase", "procedure")
MOST_VALUES = 20
"""Values of one facet in an address that are looked at."""
_SECONDS = re.compile("[0-9]{1,10}", re.ASCII)


@dataclass(frozen=True)
class Asked:
    """A search as its address states it."""

    path: str
    """Of the result page, without a question."""
    text: str
    filters: Mapping[str, tuple[str, ...]]
    exact: bool
    sort: Sort
    page: int
    since: datetime | None = None
    """Results that began after this moment are marked as new; comes with a saved search."""
    own_first: bool = False
    """「自団体を先に」; only for people of a town."""
    grouped: bool = False
    """「業務でまとめる」."""

    def url(
        self,
        *,
        page: int = 1,
        exact: bool | None = None,
        sort: Sort | None = None,
        toggle: tuple[str, str] | None = None,
        since: datetime | None = None,
        own_first: bool | None = None,
        grouped: bool | None = None,
    ) -> str:
        """The address of this search with changes, on its first page unless told; `toggle` is (facet, value)."""
        changed = replace(
            self,
            page=page,
            exact=self.exact if exact is None else exact,
            sort=sort or self.sort,
            since=since or self.since,
            own_first=self.own_first if own_first is None else own_first,
            grouped=self.grouped if grouped is None else grouped,
            filters=self._toggled(*toggle) if toggle else self.filters,
        )
        return f"{self.path}?{changed.question}" if changed.question else self.path

    @property
    def question(self) -> str:
        """What stands behind the question mark of its address."""
        return "&".join(_pair(*pair) for pair in self._values())

    def _toggled(self, facet: str, value: str) -> dict[str, tuple[str, ...]]:
        held = self.filters.get(facet, ())
        kept = tuple(one for one in held if one != value) if value in held else (*held, value)
        return {
            **{name: values for name, values in self.filters.items() if name != facet},
            **({facet: kept} if kept else {}),
        }

    def kept(self) -> list[tuple[str, str]]:
        """What a new search from the box carries along: filters and order."""
        return [(facet, value) for facet, values in self.filters.items() for value in values] + self._order()

    def _order(self) -> list[tuple[str, str]]:
        values = [("sort", self.sort.value)] if self.sort is not Sort.RELEVANCE else []
        values += [("own_first", "1")] if self.own_first else []
        return values + ([("grouped", "1")] if self.grouped else [])

    def _values(self) -> list[tuple[str, str]]:
        values = [("q", self.text)] if self.text else []
        values += [(facet, value) for facet, held in self.filters.items() for value in held]
        values += [("exact", "1")] if self.exact else []
        values += self._order()
        values += [("since", str(int(self.since.timestamp())))] if self.since else []
        return values + ([("page", str(self.page))] if self.page > 1 else [])


@lru_cache(maxsize=2_048)
def _pair(name: str, value: str) -> str:
    """Kept because a page has dozens of addresses, made of the same few values."""
    return urlencode([(name, value)])


def asked() -> Asked:
    """The search of the current request."""
    filters = {
        facet: tuple(dict.fromkeys(plain(value, 40) for value in request.args.getlist(facet)[:MOST_VALUES]))
        for facet in FACETS
    }
    return Asked(
        path=url_for("search.index"),
        text=text("q"),
        filters={facet: kept for facet, values in filters.items() if (kept := tuple(filter(None, values)))},
        exact=request.args.get("exact") == "1",
        sort=Sort(choice("sort", tuple(Sort)) or Sort.RELEVANCE),
        page=page(),
        since=_since(),
        own_first=request.args.get("own_first") == "1" and viewer().own_town is not None,
        grouped=request.args.get("grouped") == "1",
    )


def _since() -> datetime | None:
    """The moment in the address, in POSIX seconds; only for people who are signed in, for nobody else saves searches."""
    seconds = request.args.get("since", "")
    if not _SECONDS.fullmatch(seconds) or not viewer().signed_in:
        return None
    return datetime.fromtimestamp(int(seconds), UTC)
