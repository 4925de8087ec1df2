"""「なぜこの順?」: the way to the place of a result, in the words of the page. Numbers are the engine's own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from kb.japanese.notation import local_date
from kb.search.explanation import SOUND, Explanation, Reason

PLACES: Mapping[str, str] = {"title": "題名", "keywords": "業務名・所管課・団体名", "body": "本文", SOUND: "読み"}


@dataclass(frozen=True)
class WordRow:
    """A word of the question: where it was found, and what that adds; `places` are (name, points)."""

    words: str
    other: bool
    places: tuple[tuple[str, float], ...]
    points: float


@dataclass(frozen=True)
class SignalRow:
    """A signal: what is known, and how many percent it adds."""

    name: str
    known: str
    percent: float


@dataclass(frozen=True)
class Why:
    """Everything that the page says of the place of a result."""

    rank: int
    total: int
    words: tuple[WordRow, ...]
    points_of_words: float
    signals: tuple[SignalRow, ...]
    confirmed_on: date | None
    """On which day it was confirmed last, as far as the search knows."""
    factor: float
    points: float
    loose: bool
    """It meets a part of the question only."""


def why(told: Explanation, now: datetime, *, by_likes: bool) -> Why:
    """The page's words for an explanation. Likes are left out where they put nothing in an order."""
    one, boost = told.signals, told.boost
    rows = [SignalRow("採用", f"{one.adoptions:,}団体", 100 * float(boost.adoptions))]
    rows += [SignalRow("いいね", f"{one.likes:,}団体", 100 * float(boost.likes))] if by_likes else []
    return Why(
        rank=told.rank,
        total=told.total,
        words=tuple(_row(reason) for reason in told.reasons),
        points_of_words=told.words_score,
        signals=(*rows, SignalRow("確認", "" if one.days >= 0 else "まだわかりません", 100 * float(boost.freshness))),
        confirmed_on=local_date(now) - timedelta(days=one.days) if one.days >= 0 else None,
        factor=float(boost.factor),
        points=told.score,
        loose=told.loose,
    )


def _row(reason: Reason) -> WordRow:
    places = tuple((PLACES[place], added) for place, added in reason.places)
    return WordRow("・".join(reason.words), reason.other, places, reason.score)
