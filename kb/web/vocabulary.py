"""Words of the yardstick that every search needs, kept for a minute: synonyms, names of facet values, procedures.

They change when somebody loads `content/` or a town is renamed, and a search that is a minute behind does no harm.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from sqlmodel import Session

from kb.accounts.queries import participating, town_names
from kb.accounts.sizes import SIZE_BANDS
from kb.search.index import Synonyms
from kb.search.misspelt import Spellings
from kb.search.sheet import squeezed
from kb.standards.models import Procedure, Term
from kb.standards.queries import procedures, synonym_groups, terms, work_area_names
from kb.web.known_names import ProcedureNames, TermNames, TownNames
from kb.web.names_in_queries import NamesInQueries
from kb.web.suggesting import Suggestible

KEPT = timedelta(minutes=1)


@dataclass(frozen=True)
class Words:
    """What a search page says things with."""

    synonyms: Synonyms
    known_towns: tuple[TownNames, ...]
    areas: Mapping[str, str]
    procedures: Mapping[str, ProcedureNames]
    """By key, in the order of the work areas."""
    terms: tuple[TermNames, ...] = ()

    @cached_property
    def towns(self) -> Mapping[str, str]:
        """Code to name."""
        return {town.code: town.name for town in self.known_towns}

    @cached_property
    def suggestible(self) -> Suggestible:
        """The names that are suggested while somebody types."""
        return Suggestible(self.procedures.values(), self.known_towns, self.terms)

    @cached_property
    def names_in_queries(self) -> NamesInQueries:
        """The names that are looked for in what is searched."""
        return NamesInQueries(self.known_towns, self.areas, self.procedures.values())

    @cached_property
    def spellings(self) -> Spellings:
        """The names that misspelt words are compared with; of procedures before those of terms."""
        named = [(one.name, ()) for one in self.procedures.values()]
        named += [(alias, ()) for one in self.procedures.values() for alias in one.aliases]
        spoken = [(one.name, one.readings) for one in self.terms]
        spoken += [(word, (said,) if said else ()) for one in self.terms for word, said in one.variants]
        return Spellings([*named, *spoken])

    def prepare(self) -> None:
        """Make now what somebody's first letter or question would wait for: some tenths of a second."""
        _ = self.suggestible, self.names_in_queries, self.spellings

    def names(self, facet: str) -> Mapping[str, str] | None:
        """Value to name for a facet, None when values are their own names."""
        sizes = {band.key: band.label for band in SIZE_BANDS}
        known: dict[str, Mapping[str, str]] = {"town": self.towns, "area": self.areas, "size": sizes}
        return self.procedure_names if facet == "procedure" else known.get(facet)

    @cached_property
    def preferred(self) -> Mapping[str, str]:
        """Every word of the common terms, squeezed, to the preferred one; a preferred word is nobody's variant."""
        variants = {squeezed(word): one.name for one in self.terms for word, _ in one.variants}
        return variants | {squeezed(one.name): one.name for one in self.terms}

    @cached_property
    def procedure_names(self) -> Mapping[str, str]:
        """Key to name."""
        return {key: one.name for key, one in self.procedures.items()}


class Vocabulary:
    """The words of one process. Threads may read them twice at the same time, which costs little and gives the same."""

    def __init__(self) -> None:
        self._kept: tuple[datetime, Words] | None = None

    def words(self, session: Session, now: datetime) -> Words:
        """The words as the database said them at most a minute before `now`."""
        kept = self._kept
        if kept is None or not kept[0] <= now < kept[0] + KEPT:
            read = _read(session, now)
            self._kept = kept = (now, kept[1] if kept and kept[1] == read else read)  # what is made of words stays made
        return kept[1]


def _read(session: Session, now: datetime) -> Words:
    common = terms(session)
    return Words(
        Synonyms(synonym_groups(common)),
        _towns(session, now),
        work_area_names(session),
        {one.key: _procedure(one) for one in procedures(session)},
        tuple(_term(one) for one in common),
    )


def _towns(session: Session, now: datetime) -> tuple[TownNames, ...]:
    taking_part = {town.code for town in participating(session, now)}
    return tuple(TownNames(*row, takes_part=row[0] in taking_part) for row in town_names(session))


def _procedure(one: Procedure) -> ProcedureNames:
    called = " ".join([one.name, *one.aliases, *one.readings])
    return ProcedureNames(one.key, one.name, one.summary, called, tuple(one.aliases), tuple(one.readings))


def _term(one: Term) -> TermNames:
    variants = tuple((variant["word"], variant.get("reading", "")) for variant in one.variants)
    return TermNames(one.preferred, tuple(one.readings), variants)
