"""Reads of what was searched for. A text that too few readers asked for is in no answer but the sum その他."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from kb.asked.models import AskedWord
from kb.asked.rules import OTHERS, READERS


class Told(StrEnum):
    """Which texts are asked for."""

    ASKED = "asked"
    """All, most frequent first."""
    MISSED = "missed"
    """Those for which nothing was found, most often so first."""
    ABANDONED = "abandoned"
    """Those for which something was found and nobody opened it."""


@dataclass(frozen=True)
class Sum:
    """How often in some days: a text, or everything that is not told apart."""

    text: str
    asked: int
    missed: int
    opened: int

    @property
    def found(self) -> int:
        """How often something was found."""
        return self.asked - self.missed


def words_since(session: Session, first: date, told: Told = Told.ASKED, limit: int = 50) -> list[Sum]:
    """The texts asked for from the day `first` on, as `told` says, most frequent first."""
    asked, missed, opened = _sums()
    narrowed: dict[Told, Sequence[ColumnElement[bool]]] = {
        Told.ASKED: (asked > 0,),
        Told.MISSED: (missed > 0,),
        Told.ABANDONED: (asked > missed, opened == 0),
    }
    by = {Told.ASKED: asked, Told.MISSED: missed, Told.ABANDONED: asked - missed}[told]
    rows = session.execute(
        select(col(AskedWord.text), asked, missed, opened)
        .where(col(AskedWord.day) >= first, col(AskedWord.text).in_(_shown()))
        .group_by(col(AskedWord.text))
        .having(*narrowed[told])
        .order_by(by.desc(), col(AskedWord.text))
        .limit(limit)
    ).all()
    return [Sum(text, int(a), int(m), int(o)) for text, a, m, o in rows]


def others_since(session: Session, first: date) -> Sum:
    """その他: what was asked for from the day `first` on under texts that are not shown."""
    since = col(AskedWord.day) >= first
    hidden = session.execute(select(*_sums()).where(since, col(AskedWord.text).not_in(_shown()))).one()
    return Sum(OTHERS, *(int(value or 0) for value in hidden))


def all_since(session: Session, first: date) -> Sum:
    """Everything together."""
    found = session.execute(select(*_sums()).where(col(AskedWord.day) >= first)).one()
    return Sum(OTHERS, *(int(value or 0) for value in found))


def _sums() -> tuple[ColumnElement[Any], ...]:
    return tuple(func.sum(col(column)) for column in (AskedWord.asked, AskedWord.missed, AskedWord.opened))


def _shown() -> SelectOfScalar[str]:
    """Texts that enough readers asked for, on whatever days: who asked is forgotten, that they were enough is not."""
    return (
        select(AskedWord.text)
        .where(col(AskedWord.text) != OTHERS)
        .group_by(col(AskedWord.text))
        .having(func.max(AskedWord.readers) >= READERS)
    )
