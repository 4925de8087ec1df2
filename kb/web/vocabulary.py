"""Words of the yardstick that every search needs, kept for a minute: synonyms, and the names of facet values.

They change when somebody loads `content/` or a town is renamed, and a search that is a minute behind does no harm.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from kb.accounts.queries import municipality_names
from kb.accounts.sizes import SIZE_BANDS
from kb.search.index import Synonyms
from kb.standards.queries import synonym_groups, work_area_names

KEPT = timedelta(minutes=1)


@dataclass(frozen=True)
class Words:
    """What a search page says things with."""

    synonyms: Synonyms
    towns: Mapping[str, str]
    areas: Mapping[str, str]

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
            words = Words(Synonyms(synonym_groups(session)), municipality_names(session), work_area_names(session))
            self._kept = kept = (now, words)
        return kept[1]
