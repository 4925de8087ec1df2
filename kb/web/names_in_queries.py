"""The names of towns, work areas and procedures, prepared for being looked for in queries."""

from collections.abc import Iterable, Mapping, Sequence

from kb.japanese.typing_key import typing_key
from kb.search.named import Town, TownsByName
from kb.search.sheet import squeezed
from kb.web.known_names import ProcedureNames, TownNames

MOST_PROCEDURES = 3
"""A name that more procedures share says too little to offer all of them."""


class NamesInQueries:
    """The names of a vocabulary, prepared for many queries."""

    def __init__(
        self, towns: Iterable[TownNames], areas: Mapping[str, str], procedures: Iterable[ProcedureNames]
    ) -> None:
        known = list(towns)
        self.towns = TownsByName(Town(one.code, one.name, one.reading, one.prefecture) for one in known)
        self.prefectures = {one.code: one.prefecture for one in known}
        self.areas = {squeezed(name): code for code, name in areas.items()}
        self._procedures: dict[str, list[ProcedureNames]] = {}
        for one in procedures:
            spoken = [typing_key(reading) for reading in one.readings]
            for name in {*map(squeezed, (one.name, *one.aliases)), *filter(None, spoken)}:
                self._procedures.setdefault(name, []).append(one)

    def procedures(self, name: str) -> Sequence[ProcedureNames]:
        """Those that are called or read so."""
        found = self._procedures.get(squeezed(name)) or self._procedures.get(typing_key(name)) or []
        return found if len(found) <= MOST_PROCEDURES else []
