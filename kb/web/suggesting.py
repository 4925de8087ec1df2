"""What is suggested while somebody types into a search box: procedures, towns, common terms, and titles of manuals."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from kb.japanese.words import reading
from kb.search.titles import names_of
from kb.web.known_names import ProcedureNames, TermNames, TownNames

MOST = 8
LONGEST = 60
"""Characters of a beginning that are looked up; no name is longer."""


class Kind(StrEnum):
    """What a suggestion is; the value is what the page calls it."""

    PROCEDURE = "業務"
    TOWN = "団体"
    TERM = "用語"
    MANUAL = "手順書"


FIRST = {Kind.PROCEDURE: 3, Kind.TOWN: 1, Kind.TERM: 2, Kind.MANUAL: 2}
"""In the order of the list: how many of a kind are shown before another kind gets more."""


@dataclass(frozen=True)
class Suggestion:
    """A name that may be meant."""

    kind: Kind
    text: str
    note: str = ""
    """The other name by which it was found, or the prefecture of a town."""
    key: str = ""
    """Of a procedure or a town, which have pages of their own; the others are searched for."""


_Row = tuple[str, Sequence[str], Suggestion]
"""A name, its readings, and what it suggests."""


class Suggestible:
    """The names of a vocabulary, prepared for prefixes; the same for everybody."""

    def __init__(
        self, procedures: Iterable[ProcedureNames], towns: Iterable[TownNames], terms: Iterable[TermNames]
    ) -> None:
        """Towns that do not take part are left out: there is nothing of theirs to read."""
        rows = {
            Kind.PROCEDURE: [row for one in procedures for row in _procedure(one)],
            Kind.TOWN: [_town(one) for one in towns if one.takes_part],
            Kind.TERM: [row for one in terms for row in _term(one)],
        }
        self._kinds = {
            kind: (names_of([(name, readings) for name, readings, _ in found]), [meant for *_, meant in found])
            for kind, found in rows.items()
        }

    def suggested(self, prefix: str) -> dict[Kind, list[Suggestion]]:
        """The best of each kind."""
        found: dict[Kind, list[Suggestion]] = {}
        for kind, (names, meant) in self._kinds.items():
            once: dict[tuple[str, str], Suggestion] = {}
            for place in names.places(prefix, 2 * MOST):
                once.setdefault((meant[place].text, meant[place].key), meant[place])
            found[kind] = list(once.values())
        return found


def mixed(found: Mapping[Kind, Sequence[Suggestion]]) -> list[Suggestion]:
    """At most `MOST` of all kinds, kind by kind. What is called the same is suggested once, as what comes first."""
    once = {one.text: one for kind in reversed(FIRST) for one in reversed(found.get(kind, ()))}
    kinds = {kind: [one for one in found.get(kind, ()) if once[one.text] is one] for kind in FIRST}
    room = MOST - sum(min(len(kinds[kind]), first) for kind, first in FIRST.items())
    chosen: list[Suggestion] = []
    for kind, first in FIRST.items():
        more = min(max(len(kinds[kind]) - first, 0), room)
        room -= more
        chosen += kinds[kind][: first + more]
    return chosen


def _procedure(one: ProcedureNames) -> Iterator[_Row]:
    yield one.name, (*one.readings, *_heard(one.name)), Suggestion(Kind.PROCEDURE, one.name, key=one.key)
    for alias in one.aliases:
        yield alias, _heard(alias), Suggestion(Kind.PROCEDURE, one.name, _note(alias, one.name), one.key)


def _town(one: TownNames) -> _Row:
    return one.name, (one.reading,), Suggestion(Kind.TOWN, one.name, one.prefecture, one.code)


def _term(one: TermNames) -> Iterator[_Row]:
    yield one.name, one.readings or _heard(one.name), Suggestion(Kind.TERM, one.name)
    for word, spoken in one.variants:
        yield word, (spoken,) if spoken else _heard(word), Suggestion(Kind.TERM, one.name, _note(word, one.name))


def _note(word: str, name: str) -> str:
    """The other name, where one does not see it in the name itself."""
    return "" if word in name else word


@lru_cache(maxsize=8_192)
def _heard(name: str) -> tuple[str, ...]:
    """How a name is read. Kept: names change rarely, and are read again with the words."""
    return (reading(name),)
