"""What result pages say of live manuals whatever was asked, rendered once and kept in memory for a quiet time."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from kb.accounts.rules import Viewer
from kb.search.kept import Kept
from kb.web.quiet import Quiet

BUDGET = 16 * 1024 * 1024
"""Bytes that a process keeps: a line takes about 2 KB, so that several thousand fit."""
_ENTRY = 400
"""About how many bytes a line takes beside its texts."""


@dataclass(frozen=True)
class Line:
    """The parts of a result that do not depend on the question."""

    url: str
    where: Markup
    """Town, procedure, work area and figures."""
    ribbon: Markup
    """Audience, edition and dates."""
    town_code: str = ""
    adopted: Markup = Markup()  # noqa: RUF009  # a constant, and never changed
    """That the viewer's own town uses the manual; empty when it does not."""

    @property
    def size(self) -> int:
        """About how many bytes it takes."""
        return 2 * sum(map(len, (self.url, self.where, self.ribbon, self.adopted))) + _ENTRY


Make = Callable[[Sequence[int]], Mapping[int, Line]]
_Key = tuple[str | None, bool, int]
"""Whose eyes: own town and membership, which decide what is live and how much is shown; and the manual."""


class KeptRows:
    """The kept lines of one process. Safe for several threads."""

    def __init__(self) -> None:
        self._held: tuple[Quiet, Kept[_Key, Line]] | None = None

    def lines(self, manual_ids: Iterable[int], viewer: Viewer, quiet: Quiet, make: Make) -> dict[int, Line]:
        """The lines of the manuals that are live for the viewer.

        `make` gives the lines of the manuals that it is asked for, from the database as it is in the quiet time.
        """
        held = self._held
        if held is None or held[0] is not quiet:
            self._held = held = (quiet, Kept(BUDGET))
        kept, eyes = held[1], (viewer.own_town, viewer.member)
        found = {id_: kept.held((*eyes, id_)) for id_ in manual_ids}
        missing = [id_ for id_, one in found.items() if one is None]
        made = make(missing) if missing else {}
        for id_, line in made.items():
            kept.keep((*eyes, id_), line, line.size)
        lines = {**found, **made}
        return {id_: line for id_, line in lines.items() if line is not None}
