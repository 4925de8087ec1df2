"""What the address of a comparison asks for, and the addresses that ask for a little more or less."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import request, url_for

from kb.accounts.sizes import SIZE_BANDS
from kb.common_format.step import Medium
from kb.web.compared import DESCENDING, FROM_A_TOWN, Compared, Rank
from kb.web.input import choice, page, text

MEDIA = (Medium.PAPER.value, Medium.DIGITAL.value, Medium.SPOKEN.value)
SORTS: tuple[tuple[Rank, str], ...] = (
    (Rank.NEAR, "近い順"),
    (Rank.PREFECTURE, "同じ都道府県が先"),
    (Rank.SIZE, "規模が近い順"),
    (Rank.ADOPTED, "採用が多い順"),
    (Rank.LIKED, "いいねが多い順"),
    (Rank.NEWEST, "新しい順"),
)
COLUMN_SORTS: tuple[tuple[Rank, str], ...] = (
    (Rank.MINUTES, "時間が短い順"),
    (Rank.STEPS, "手順が少ない順"),
    (Rank.CONFIRMED, "確認が新しい順"),
)
"""Orders that the heads of columns give; named once more where small screens show cards without heads."""
HEADERS: tuple[tuple[str, Rank | None], ...] = (
    ("団体と手順書", Rank.TOWN),
    ("版", Rank.NEWEST),
    ("1件の時間", Rank.MINUTES),
    ("手順", Rank.STEPS),
    ("職員必須", Rank.CORE),
    ("媒体", None),
    ("いいね", Rank.LIKED),
    ("採用", Rank.ADOPTED),
    ("最終確認", Rank.CONFIRMED),
)
IN_HEADERS = frozenset(rank for _label, rank in HEADERS if rank)


@dataclass(frozen=True)
class Comparison:
    """A comparison as its address states it. Empty text: not narrowed by that."""

    procedure: str
    prefecture: str
    size: str
    medium: str
    exemplar: bool
    rank: Rank
    turned: bool
    """The opposite of the order; only for those that a column has."""
    page: int
    allowed: frozenset[Rank]
    """The orders that there are for this viewer."""

    @property
    def usual(self) -> Rank:
        """The order that an address without one asks for: from the viewer's own town, else what most towns use."""
        return Rank.NEAR if Rank.NEAR in self.allowed else Rank.ADOPTED

    def url(self, **changes: Any) -> str:
        """The address of this comparison with changes, on its first page unless told."""
        asked = replace(self, **{"page": 1, **changes})
        values = {
            "prefecture": asked.prefecture,
            "size": asked.size,
            "medium": asked.medium,
            "exemplar": "1" if asked.exemplar else "",
            "sort": "" if asked.rank is asked.usual and not asked.turned else asked.rank.value,
            "turned": "1" if asked.turned else "",
            "page": str(asked.page) if asked.page > 1 else "",
        }
        said: dict[str, Any] = {name: value for name, value in values.items() if value}
        return url_for("procedures.show", key=self.procedure, **said)

    @property
    def narrowed(self) -> bool:
        """Whether some rows are left out."""
        return bool(self.prefecture or self.size or self.medium or self.exemplar)

    def keeps(self, one: Compared) -> bool:
        """Whether a row is one of those that are asked for."""
        return (
            self.prefecture in ("", one.prefecture)
            and self.size in ("", one.band.key if one.band else None)
            and (not self.medium or self.medium in one.media)
            and (one.manual.exemplar or not self.exemplar)
        )


def orders(*, from_a_town: bool, by_likes: bool) -> frozenset[Rank]:
    """The orders for a viewer: those from a town only with a town to begin at; by likes unless it is switched off."""
    without = (frozenset() if from_a_town else FROM_A_TOWN) | (frozenset() if by_likes else {Rank.LIKED})
    return frozenset(Rank) - without


def comparison(procedure: str, allowed: frozenset[Rank]) -> Comparison:
    """The comparison of the current request."""
    prefecture, rank = text("prefecture", 2), choice("sort", tuple(allowed))
    asked = Comparison(
        procedure=procedure,
        prefecture=prefecture if prefecture.isascii() and prefecture.isdigit() else "",
        size=choice("size", tuple(band.key for band in SIZE_BANDS)) or "",
        medium=choice("medium", MEDIA) or "",
        exemplar=request.args.get("exemplar") == "1",
        rank=Rank.ADOPTED,
        turned=request.args.get("turned") == "1" and rank in IN_HEADERS,
        page=page(),
        allowed=allowed,
    )
    return replace(asked, rank=Rank(rank) if rank else asked.usual)


@dataclass(frozen=True)
class Choice:
    """An entry of a list to choose from."""

    value: str
    label: str
    selected: bool


@dataclass(frozen=True)
class Choices:
    """What the rows can be narrowed by; each entry says how many rows there are of it."""

    prefectures: list[Choice]
    sizes: list[Choice]
    media: list[Choice]
    exemplars: int


def choices(asked: Comparison, rows: Sequence[Compared], names: Mapping[str, str]) -> Choices:
    """What these rows, none of them left out yet, can be narrowed by; `names` of prefectures by number."""
    prefectures = Counter(one.prefecture for one in rows)
    sizes = Counter(one.band.key for one in rows if one.band)
    media = Counter(medium for one in rows for medium in one.media)
    labels = {band.key: band.label for band in SIZE_BANDS}
    return Choices(
        prefectures=_choices(sorted(prefectures | Counter([asked.prefecture])), prefectures, names, asked.prefecture),
        sizes=_choices((band.key for band in SIZE_BANDS), sizes, labels, asked.size),
        media=_choices(MEDIA, media, {}, asked.medium),
        exemplars=sum(one.manual.exemplar for one in rows),
    )


def _choices(values: Iterable[str], counted: Mapping[str, int], names: Mapping[str, str], asked: str) -> list[Choice]:
    """Those that any row has, and the one that is asked for."""
    return [
        Choice(value, f"{names.get(value, value)}({counted.get(value, 0)}件)", value == asked)
        for value in values
        if value and (counted.get(value) or value == asked)
    ]


@dataclass(frozen=True)
class Header:
    """The head of a column; `order` is what aria-sort says of it, "" for a column that the rows are not ordered by."""

    label: str
    url: str | None
    order: str
    is_number: bool


def headers(asked: Comparison) -> list[Header]:
    """The heads of the columns; the one that rows are ordered by leads to the opposite order."""
    return [_header(asked, label, rank) for label, rank in HEADERS]


def _header(asked: Comparison, label: str, rank: Rank | None) -> Header:
    numbers = (Rank.STEPS, Rank.CORE)
    if rank is None or rank not in asked.allowed:
        return Header(label, None, "", False)
    if rank is not asked.rank:
        return Header(label, asked.url(rank=rank, turned=False), "", rank in numbers)
    falling = (rank in DESCENDING) != asked.turned
    url = asked.url(turned=not asked.turned)
    return Header(label, url, "descending" if falling else "ascending", rank in numbers)


def sorts(asked: Comparison, offered: tuple[tuple[Rank, str], ...] = SORTS) -> list[tuple[str, str, bool]]:
    """Those of the offered orders that this viewer has, as (label, address, in force)."""
    return [
        (label, asked.url(rank=rank, turned=False), rank is asked.rank and not asked.turned)
        for rank, label in offered
        if rank in asked.allowed
    ]
