"""Names that searches know, as values: of procedures, common terms and towns. All of them are public."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ProcedureNames:
    """What a procedure is called, and what it is about."""

    key: str
    name: str
    summary: str
    called: str
    """Every name and reading of it, space-separated."""
    aliases: tuple[str, ...] = ()
    readings: tuple[str, ...] = ()
    """Kana of the name, and of some everyday names."""


@dataclass(frozen=True)
class TermNames:
    """A common term: the preferred word with its readings, and the others, each with its reading or "" where none is known."""

    name: str
    readings: tuple[str, ...]
    variants: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class TownNames:
    """What tells a town from others."""

    code: str
    name: str
    reading: str
    prefecture: str
    takes_part: bool
    """Whether it takes part; of the others only the name is known."""
