"""さがされた語: sums per text and day. Nothing about who asked is taken in but how many there were, and no moment within the day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import Session, col, delete, func, select

from kb.asked.models import AskedWord
from kb.asked.rules import OTHERS, READERS, looks_personal

MOST_A_DAY = 5_000
"""Texts of one day that are told apart: whoever sends made-up ones all day fills no more than this."""
UNKNOWN_FOR = timedelta(days=30)
"""How long a text waits for its third reader."""
KEPT_FOR = timedelta(days=400)


@dataclass(frozen=True)
class Word:
    """A normal text, asked for on a day (in Japan)."""

    day: date
    text: str


@dataclass(frozen=True)
class Times:
    """How often: asked, of those in vain, results opened. `readers`: so many different ones at least, since any day before."""

    asked: int = 0
    missed: int = 0
    opened: int = 0
    readers: int = 0

    def __add__(self, other: "Times") -> "Times":
        """Both together; readers of two counts may be the same people."""
        return Times(
            self.asked + other.asked,
            self.missed + other.missed,
            self.opened + other.opened,
            max(self.readers, other.readers),
        )


def add_asked(session: Session, counted: Mapping[Word, Times]) -> None:
    """Add what was counted to what is kept; what looks personal, and what is too much for a day, goes to その他."""
    for day in sorted({word.day for word in counted}):
        _add_day(session, day, {word.text: times for word, times in counted.items() if word.day == day})
    session.flush()


def _add_day(session: Session, day: date, counted: Mapping[str, Times]) -> None:
    kept = {row.text: row for row in session.exec(select(AskedWord).where(AskedWord.day == day))}
    room = MOST_A_DAY - len(kept)
    for text, times in counted.items():
        place = text if text in kept or (room > 0 and not looks_personal(text)) else OTHERS
        if place not in kept:
            kept[place] = AskedWord(day=day, text=place, asked=0, missed=0, opened=0, readers=0)
            room -= 1
        _grow(kept[place], times)
        session.add(kept[place])


def _grow(row: AskedWord, times: Times) -> None:
    row.asked += times.asked
    row.missed += times.missed
    row.opened += times.opened
    row.readers = 0 if row.text == OTHERS else min(max(row.readers, times.readers), READERS)


def fold_away(session: Session, today: date) -> None:
    """Add to その他 what too few readers asked for within `UNKNOWN_FOR`, and forget what is older than `KEPT_FOR`."""
    session.exec(delete(AskedWord).where(col(AskedWord.day) < today - KEPT_FOR))
    known = select(AskedWord.text).group_by(col(AskedWord.text)).having(func.max(AskedWord.readers) >= READERS)
    unknown = (
        col(AskedWord.day) < today - UNKNOWN_FOR,
        col(AskedWord.text) != OTHERS,
        col(AskedWord.text).not_in(known),
    )
    sums = (func.sum(col(column)) for column in (AskedWord.asked, AskedWord.missed, AskedWord.opened))
    days = session.execute(select(col(AskedWord.day), *sums).where(*unknown).group_by(col(AskedWord.day))).all()
    session.exec(delete(AskedWord).where(*unknown))
    for day, asked, missed, opened in days:
        _add_day(session, day, {OTHERS: Times(int(asked), int(missed), int(opened))})
    session.flush()
