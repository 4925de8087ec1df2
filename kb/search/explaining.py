"""Take the score of one document apart: the same formulas as for all documents, term by term and field by field."""

from dataclasses import dataclass
from typing import Protocol

from kb.search import scoring
from kb.search.explanation import SOUND, Reason
from kb.search.plan import Plan, Way


class Seen(Protocol):
    """What an engine knows of one document that was found, in the eyes of the viewer."""

    def met(self, way: Way) -> bool:
        """Whether the document satisfies a way."""

    def evidence(self, field: str, term: str) -> float:
        """The weighted occurrences of a term in a scored field, before they are saturated."""

    def rarity(self, term: str) -> float:
        """How much a term says of a document that holds it."""

    def heard(self, sound: str) -> float:
        """What it adds that a reading of the document begins with `sound`, or is it."""


def reasons(plan: Plan, seen: Seen) -> tuple[Reason, ...]:
    """How a document satisfies each clause of a plan, by the way that scores most; clauses that it has nothing of are left out."""
    return tuple(reason for clause in plan.clauses if (reason := _reason(clause, seen)).places)


def _reason(clause: tuple[Way, ...], seen: Seen) -> Reason:
    ways = [_Parts(number, way, _places(way, seen)) for number, way in enumerate(clause) if seen.met(way)]
    best = max(ways, key=lambda parts: (parts.score, -parts.number))
    surfaces = tuple(need.surface for need in best.way.needs)
    words = ("".join(surfaces) or best.way.sound,) if best.way.sound else surfaces
    places = sorted(best.places.items(), key=lambda pair: (-pair[1], pair[0]))
    return Reason(words, best.way.weight < 1, tuple((place, added) for place, added in places if added > 0))


@dataclass(frozen=True)
class _Parts:
    number: int
    way: Way
    places: dict[str, float]

    @property
    def score(self) -> float:
        return round(sum(self.places.values()), scoring.DECIMALS)


def _places(way: Way, seen: Seen) -> dict[str, float]:
    """What each field adds: fields are saturated together, so each has its share of what they say together."""
    added = dict.fromkeys((*scoring.FIELD_WEIGHTS, SOUND), 0.0)
    for term, weight in way.scored:
        evidence = {field: seen.evidence(field, term) for field in scoring.FIELD_WEIGHTS}
        together = sum(evidence.values())
        if together:
            said = way.weight * weight * seen.rarity(term) * float(scoring.saturated(together))
            for field, its in evidence.items():
                added[field] += said * its / together
    if way.sound:
        added[SOUND] = way.weight * seen.heard(way.sound)
    return added
