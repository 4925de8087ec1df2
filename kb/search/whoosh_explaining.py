"""Why the embedded engine puts a document where it is."""

from collections.abc import Mapping

import numpy as np

from kb.search import scoring
from kb.search.explaining import reasons
from kb.search.explanation import Explanation
from kb.search.plan import Way
from kb.search.signals import NONE, Signals, boost_of
from kb.search.whoosh_evaluation import Evaluation
from kb.search.whoosh_snapshot import Snapshot


def explained(
    snapshot: Snapshot, evaluation: Evaluation, id_: str, signals: Mapping[str, Signals]
) -> Explanation | None:
    """The way to the score of the document `id_`; None when it was not found."""
    passing = evaluation.passing
    numbers = [number for number, _ in snapshot.held([id_]).values()]
    places = np.flatnonzero(np.isin(passing, numbers)).tolist()
    if not places:
        return None
    scores = evaluation.scores(passing)
    order = evaluation.order(scores, len(passing))
    known, number = signals.get(id_, NONE), int(passing[places[0]])
    return Explanation(
        score=float(scores[places[0]]),
        reasons=reasons(evaluation.plan, _Document(snapshot, evaluation, number)),
        signals=known,
        boost=boost_of(known),
        rank=int(np.flatnonzero(order == places[0])[0]) + 1,
        total=len(passing),
        loose=evaluation.is_loose(number),
    )


class _Document:
    """`explaining.Seen` of a document by number."""

    def __init__(self, snapshot: Snapshot, evaluation: Evaluation, number: int) -> None:
        self._snapshot = snapshot
        self._evaluation = evaluation
        self._number = number

    def met(self, way: Way) -> bool:
        return bool(self._evaluation.met(way)[self._number])

    def evidence(self, field: str, term: str) -> float:
        view = self._evaluation.view
        for base, (documents, counts) in self._snapshot.postings(field, term):
            found = np.flatnonzero(documents == self._number - base)
            if len(found):
                length = self._snapshot.lengths[field][self._number]
                return float(scoring.occurrences(field, counts[found[0]], length, view.means[field]))
        return 0.0

    def rarity(self, term: str) -> float:
        view = self._evaluation.view
        return scoring.rarity(view.count, len(self._snapshot.evidence(view, term).documents))

    def heard(self, sound: str) -> float:
        return sum(float(self._evaluation.heard(sound, whole)[self._number]) for whole in (False, True))
