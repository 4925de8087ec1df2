"""Which documents match a plan, told by looking at each of them; see `whoosh_matching`."""

from kb.search import scoring
from kb.search.plan import SHARE, Need, Plan, Way, as_written
from kb.search.record import Record
from kb.search.sheet import Sheet, squeezed


class Matching:
    """A plan over the documents that a viewer may see."""

    def __init__(self, plan: Plan, seen: list[Record]) -> None:
        self._seen = seen
        self.plan = as_written(plan, lambda term: any(holds(term, held) for held in seen))
        self._strict = {id(held) for held in seen if self._is_strict(held)}
        few = len(self._strict) < self.plan.few
        self._loose = {id(held) for held in seen if few and id(held) not in self._strict and self._is_loose(held)}

    def is_loose(self, held: Record) -> bool:
        """Whether a document meets only a part of what is asked."""
        return id(held) in self._loose

    def matches(self, held: Record) -> bool:
        """Strictly or loosely."""
        return id(held) in self._strict or self.is_loose(held)

    def counts(self, way: Way, held: Record) -> bool:
        """Whether a way adds to the score of a document that matches: one that it satisfies, or any loose one."""
        return self.is_loose(held) or _met(way, held)

    def _is_strict(self, held: Record) -> bool:
        if not self.plan.clauses and not self.plan.everything:
            return False
        return all(_any(clause, held) for clause in self.plan.clauses) and not _any(self.plan.left_out, held)

    def _is_loose(self, held: Record) -> bool:
        phrases = [clause for clause in self.plan.clauses if any(way.literal for way in clause)]
        if not all(_any(clause, held) for clause in phrases) or _any(self.plan.left_out, held):
            return False
        return self._share(held) >= SHARE

    def _share(self, held: Record) -> float:
        weights = [self._weight(clause[0]) for clause in self.plan.clauses]
        shares = [max(self._share_of(way, held) for way in clause) for clause in self.plan.clauses]
        whole, met = sum(weights), sum(weight * share for weight, share in zip(weights, shares, strict=True))
        return round(met / whole, scoring.DECIMALS) if whole else 0.0

    def _share_of(self, way: Way, held: Record) -> float:
        if way.sound and _is_heard(way, held):
            return 1.0
        whole = self._weight(way)
        return sum(self._rarity(need) / whole for need in way.needs if _has(need, held)) if whole else 0.0

    def _weight(self, way: Way) -> float:
        return sum(self._rarity(need) for need in way.needs)

    def _rarity(self, need: Need) -> float:
        holding = sum(_has(need, held) for held in self._seen)
        return scoring.rarity(len(self._seen), holding) if holding else 0.0


def holds(term: str, held: Record) -> bool:
    """Whether a term stands anywhere in a document."""
    return any(terms.times(term) for terms in held.terms.values())


def _any(ways: tuple[Way, ...], held: Record) -> bool:
    return any(_met(way, held) for way in ways)


def _met(way: Way, held: Record) -> bool:
    if way.sound and _is_heard(way, held):
        return True
    if way.enough == 0 or sum(_has(need, held) for need in way.needs) < way.enough:
        return False
    return not way.literal or any(way.literal in squeezed(text) for text in _texts(held.sheet))


def _is_heard(way: Way, held: Record) -> bool:
    return any(key.startswith(way.sound) for key in held.figures.sounds)


def _texts(sheet: Sheet) -> list[str]:
    """The texts of a document: a phrase must stand in one of them."""
    passages = [sheet.passage(number) for number in range(sheet.passages)]
    return [sheet.title, sheet.keywords, *(text for one in passages for text in (one.title, one.text))]


def _has(need: Need, held: Record) -> bool:
    return any(all(holds(term, held) for term in terms) for terms in need.alternatives)
