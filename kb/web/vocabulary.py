"""Words of the yardstick that every search needs, kept for a minute: synonyms, names of facet values, procedures.

They change when somebody loads `content/` or a town is renamed, and a search that is a minute behind does no harm.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from kb.accounts.queries import municipality_names
from kb.accounts.sizes import SIZE_BANDS
from kb.search.index import Synonyms
from kb.standards.queries import procedures, synonym_groups, work_area_names

KEPT = timedelta(minutes=1)


@dataclass(frozen=True)
class ProcedureNames:
    """What a procedure is called, and what it is about."""

    key: str
    name: str
    summary: str
    called: str
    """Every name and reading of it, space-separated."""


@dataclass(frozen=True)
class Words:
    """What a search page says things with."""

    synonyms: Synonyms
    towns: Mapping[str, str]
    areas: Mapping[str, str]
    procedures: Mapping[str, ProcedureNames]
    """By key, in the order of the work areas."""

    def names(self, facet: str) -> Mapping[str, str] | None:
        """Value to name for a facet, None when values are their own names."""
        sizes = {band.key: band.label for band in SIZE_BANDS}
        return {"town": self.towns, "area": self.areas, "size": sizes}.get(facet)


class Vocabulary:
    """The words of one process. Threads may read them twice at the same time, which costs little and gives the same."""

    def __init__(self) -> None:
        self._kept: tuple[datetime, Words] | None = None

    def words(self, session: Session, now: datetime) -> Words:
        """The words as the database said them at most a minute before `now`."""
        kept = self._kept
        if kept is None or not kept[0] <= now < kept[0] + KEPT:
            self._kept = kept = (now, _read(session))
        return kept[1]


def _read(session: Session) -> Words:
    return Words(
        Synonyms(synonym_groups(session)),
        municipality_names(session),
        work_area_names(session),
        {
            one.key: ProcedureNames(one.key, one.name, one.summary, " ".join([one.name, *one.aliases, *one.readings]))
            for one in procedures(session)
        },
    )
