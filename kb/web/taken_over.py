"""What a town took over from others, as its page tells: its own manuals with the edition that each was made from."""

from collections.abc import Sequence
from dataclasses import dataclass

from kb.manuals.queries import manual_at
from kb.publishing.queries import Listed, live_by_manual
from kb.web.current import now, session, viewer
from kb.web.reading import provenance_text
from kb.web.rows import manual_url


@dataclass(frozen=True)
class Taken:
    """A manual that was made from another town's."""

    title: str
    url: str
    origin: str
    """「○○市『…』(第n版、…)を基に作成」."""
    origin_url: str | None
    """None when this viewer cannot open it."""


def taken_over(listed: Sequence[Listed]) -> list[Taken]:
    """Those of a town's live manuals that have an origin, by title."""
    places = {(one.provenance.municipality, one.provenance.slug) for one in listed if one.provenance}
    origins = {place: manual.id for place in places if (manual := manual_at(session(), *place))}
    live = live_by_manual(session(), viewer(), now(), list(origins.values()))
    readable = {place for place, manual_id in origins.items() if manual_id in live}
    return [
        Taken(
            title=one.title,
            url=manual_url(one.town_code, one.slug),
            origin=provenance_text(one.provenance) or "",
            origin_url=manual_url(*place) if (place := (origin.municipality, origin.slug)) in readable else None,
        )
        for one in sorted(listed, key=lambda one: one.title)
        if (origin := one.provenance)
    ]
