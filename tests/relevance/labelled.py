"""The labelled queries of `queries.tsv`: what somebody types, and how good each manual is for it. See README.md."""

import csv
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import count
from pathlib import Path

FILE = Path(__file__).parent / "queries.tsv"
GRADES = (3, 2, 1)
GOOD = 2
"""Least grade of a manual that answers: recall and the reciprocal rank count these."""
HEADER = ["kind", "query", "3 exactly this", "2 good", "1 related"]


class Half(StrEnum):
    """What a query is for: tuning looks at one half, the other one is only reported."""

    TUNING = "tuning"
    REPORTED = "reported"


class Kind(StrEnum):
    """How a query says what it wants."""

    SHORT = "short"
    NAME = "name"
    KANA = "kana"
    ROMAJI = "romaji"
    ABBREVIATION = "abbreviation"
    EVERYDAY = "everyday"
    QUESTION = "question"
    SYMPTOM = "symptom"
    MISSPELLING = "misspelling"
    LAW = "law"
    PLACE = "place"
    WORDS = "words"


@dataclass(frozen=True)
class Labelled:
    """A query with its judgements: grade by address of the manual (`青葉市/tennyu-todoke`), unnamed ones have none."""

    kind: Kind
    text: str
    half: Half
    grades: Mapping[str, int]


class Mislabelled(Exception):
    """A line of the file that cannot be meant so; says which."""


def labelled(manuals: Collection[str], file: Path = FILE) -> list[Labelled]:
    """The queries of `file`, judged over `manuals` (addresses).

    The first query of a kind is for tuning, the second is reported, and so on in turns. Raises Mislabelled for an unknown kind
    or manual, a query that stands there twice or has no good manual, and a manual that one line grades twice.
    """
    with file.open(encoding="utf-8", newline="") as lines:
        header, *rows = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    if header != HEADER:
        raise Mislabelled(f"{file.name}: the first line has to be {HEADER}.")
    turns = {kind: count() for kind in Kind}
    found: dict[str, Labelled] = {}
    for number, row in enumerate(rows, 2):
        try:
            one = _read(row, manuals, turns)
            if one.text in found:
                raise Mislabelled("this query stands there twice.")
        except Mislabelled as error:
            raise Mislabelled(f"{file.name} line {number}: {error}") from error
        found[one.text] = one
    return list(found.values())


def _read(row: list[str], manuals: Collection[str], turns: Mapping[Kind, "count[int]"]) -> Labelled:
    if len(row) != len(HEADER):
        raise Mislabelled(f"it has {len(row)} columns, not {len(HEADER)}.")
    name, text, *cells = row
    if name not in list(Kind):
        raise Mislabelled(f"there is no kind {name!r}.")
    grades = _grades(cells, manuals)
    if not text.strip() or max(grades.values(), default=0) < GOOD:
        raise Mislabelled("it needs a query, and a manual of grade 3 or 2.")
    kind = Kind(name)
    return Labelled(kind, text, Half.REPORTED if next(turns[kind]) % 2 else Half.TUNING, grades)


def _grades(cells: list[str], manuals: Collection[str]) -> dict[str, int]:
    """Grade by address. A slug means the manuals of all towns; what names the town stands above it."""
    every: dict[str, int] = {}
    named: dict[str, int] = {}
    for grade, cell in zip(GRADES, cells, strict=True):
        for judged in cell.split():
            into = named if "/" in judged else every
            for address in _meant(judged, manuals):
                if address in into:
                    raise Mislabelled(f"{address} is graded twice.")
                into[address] = grade
    return every | named


def _meant(judged: str, manuals: Collection[str]) -> list[str]:
    meant = [address for address in manuals if judged in (address, address.partition("/")[2])]
    if not meant:
        raise Mislabelled(f"there is no manual {judged!r}.")
    return meant
