"""The search with one of its parts taken away: what is lost then is what the part is worth.

Parts are taken out of the plan of a query or out of the figures of scoring while a block runs. The product has no switch for it.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from unittest.mock import patch

from kb.search import scoring, whoosh_index
from kb.search.index import Synonyms
from kb.search.plan import BIGRAM, WORD, Need, Plan, Way
from kb.search.plan import plan as whole_plan


@dataclass(frozen=True)
class Variant:
    """A way to search. `cut` takes something out of every way of a plan."""

    name: str
    cut: Callable[[Way], Way] | None = None
    flat: bool = False
    """All fields, and readings, weigh the same."""
    synonyms: bool = True

    @contextmanager
    def in_force(self) -> Iterator[None]:
        """Search like this for the block, in this process."""
        with ExitStack() as stack:
            if self.cut:
                stack.enter_context(patch.object(whoosh_index, "plan", _planning(self.cut)))
            if self.flat:
                stack.enter_context(patch.dict(scoring.FIELD_WEIGHTS, dict.fromkeys(scoring.FIELD_WEIGHTS, 1.0)))
                stack.enter_context(patch.object(scoring, "SOUND_EVIDENCE", 1.0))
            yield


def _planning(cut: Callable[[Way], Way]) -> Callable[[str, Synonyms, bool], Plan]:
    def planned(text: str, synonyms: Synonyms, exact: bool) -> Plan:
        whole = whole_plan(text, synonyms, exact)
        return replace(whole, clauses=tuple(tuple(cut(way) for way in clause) for clause in whole.clauses))

    return planned


Keeps = Callable[[str], bool]
"""Whether a term of the index stays."""


def _without(way: Way, word: Keeps, gram: Keeps) -> Way:
    """`way` with the words and grams that stay; a unit that can no longer be met is not asked for.

    A phrase is looked up in the text whatever leads to it, so it only scores less.
    """

    def stays(term: str) -> bool:
        return (word if term.startswith(WORD) else gram)(term)

    less = tuple(need for need in (_less(need, stays) for need in way.needs) if need.alternatives)
    needs = way.needs if way.literal else less
    scored = tuple((term, weight) for term, weight in way.scored if stays(term))
    return replace(way, needs=needs, enough=min(way.enough, len(needs)), scored=scored)


def _less(need: Need, stays: Keeps) -> Need:
    """`need` without the alternatives that ask for a term that does not stay."""
    words = tuple(terms for terms in need.words if all(map(stays, terms)))
    return replace(need, words=words, grams=need.grams if all(map(stays, need.grams)) else ())


def _always(_term: str) -> bool:
    return True


def _never(_term: str) -> bool:
    return False


def _no_bigram(term: str) -> bool:
    return not term.startswith(BIGRAM)


def _latin(term: str) -> bool:
    """Latin words have no bigrams: no analysis could do without them."""
    return term.isascii()


def _no_readings(way: Way) -> Way:
    return replace(way, sound="")


def _no_bigrams(way: Way) -> Way:
    return _without(way, _always, _no_bigram)


def _words_only(way: Way) -> Way:
    return _without(way, _always, _never)


def _bigrams_only(way: Way) -> Way:
    return _without(way, _latin, _always)


FULL = Variant("full search")
VARIANTS = (
    FULL,
    Variant("no synonyms", synonyms=False),
    Variant("no bigrams", cut=_no_bigrams),
    Variant("no field weights", flat=True),
    Variant("no readings", cut=_no_readings),
    Variant("words only", cut=_words_only),
    Variant("bigrams only", cut=_bigrams_only),
)
