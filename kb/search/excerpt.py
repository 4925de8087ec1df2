"""What a hit shows: its best passage, and which characters of title and text are marked.

Works on the sheet that was made when the document was put, so a match in a normalised form (引越し for 引っ越し) is marked
where it stands; the same for every engine.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import reduce
from itertools import accumulate
from operator import and_, or_
from typing import NamedTuple

from kb.japanese.kana import sound_key
from kb.search.index import Group, Hit, Passage, Snippet
from kb.search.plan import WORD, Need, Plan, Way
from kb.search.sheet import TITLE, Sheet, Span

LENGTH = 120
"""Characters of a snippet."""
LEAD = 30
"""Most characters before the first mark, when the sentence began further back."""


class Lens:
    """How one query looks at documents: made once, used for every hit of a page."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        loose = [way for way in plan.ways if not way.literal]
        self.marked = {term for way in loose for term, _ in way.scored if term.startswith(WORD)}
        self.scored = {term for way in plan.ways for term, _ in way.scored if term.startswith(WORD)}
        self.terms = self.scored | {term for need in self._needs(plan.ways) for terms in need.words for term in terms}
        literals = {way.literal for way in plan.ways if way.literal}
        self.letters = {need.surface for need in self._needs(loose) if need.grams} | literals
        self.surfaces = {need.surface for need in self._needs(plan.ways) if need.grams} | literals
        self.sounds = [way.sound for way in plan.ways if way.sound]

    @staticmethod
    def _needs(ways: Iterable[Way]) -> list[Need]:
        return [need for way in ways for need in way.needs]


class _Spots(NamedTuple):
    """Where something stands in a document, as bits. Spot 0 is title and keywords, spot i the i-th passage: two pieces each."""

    whole: int
    """Anywhere in the spot."""
    heads: int
    """In the title of the spot."""

    def __and__(self, other: "_Spots") -> "_Spots":
        return _Spots(self.whole & other.whole, self.heads & other.heads)

    def __or__(self, other: "_Spots") -> "_Spots":
        return _Spots(self.whole | other.whole, self.heads | other.heads)


_NOWHERE, _EVERYWHERE = _Spots(0, 0), _Spots(-1, -1)


def _spots(pieces: Iterable[int]) -> _Spots:
    whole = heads = 0
    for piece in pieces:
        bit = 1 << piece // 2
        whole |= bit
        heads |= 0 if piece % 2 else bit
    return _Spots(whole, heads)


class _Look:
    """A document through a lens: where its terms and surfaces stand, and which needs are met where."""

    def __init__(self, sheet: Sheet, lens: Lens) -> None:
        self.sheet = sheet
        self.lens = lens
        self._pieces = {term: found for term in lens.terms if (found := sheet.pieces(term))}
        self._terms = {term: _spots(found) for term, found in self._pieces.items()}
        self._letters = {letters: _spots(sheet.holding(letters)) for letters in lens.surfaces}
        self._clauses = [[(way, self._met(way)) for way in clause] for clause in lens.plan.clauses]

    def marks(self, term: str, piece: int) -> list[Span]:
        """Where a term stands in a piece."""
        if piece not in self._pieces.get(term, ()):
            return []
        return [(place.start, place.end) for place in self.sheet.places(term) if place.piece == piece]

    def best(self) -> int | None:
        """The spot to open at, None when the title alone is what matched.

        Most clauses satisfied; then the largest shares of clauses; the same in the passage's own title; the words most
        often, three times each at most; first in the document.
        """
        union = _union(spots.whole for clause in self._clauses for _, met in clause for spots in met)
        spots = _numbers(union & ~1)
        if not spots:
            return None
        complete = _numbers(union & ~1 & self._satisfied(head=False))
        if not complete:
            shares = self._shares(spots, head=False)
            full, _ = best = max(shares)
            if not full and self._title_alone():
                return None
            complete = [spot for spot, share in zip(spots, shares, strict=True) if share == best]
        return self._most_telling(complete)

    def _most_telling(self, spots: list[int]) -> int:
        """Of spots with equal shares."""
        if len(spots) == 1:
            return spots[0]
        spots = _numbers(_bits(spots) & self._satisfied(head=True)) or _foremost(
            spots, [share for _, share in self._shares(spots, head=True)]
        )
        counts = [Counter(piece // 2 for piece in self._pieces.get(term, ())) for term in self.lens.scored]
        return _foremost(spots, [sum(min(count[spot], 3) for count in counts) for spot in spots])[0]

    def _satisfied(self, head: bool) -> int:
        """Spots in which every clause has a way that needs all of its needs, and has them: the usual case, quickly."""
        found = -1
        for clause in self._clauses:
            found &= _union(_all(met, head) for way, met in clause if way.literal or way.enough == len(met))
        return found

    def _shares(self, spots: list[int], head: bool) -> list[tuple[int, float]]:
        """Of each spot: clauses satisfied, and the sum of the shares of all."""
        full, total = dict.fromkeys(spots, 0), dict.fromkeys(spots, 0.0)
        for clause in self._clauses:
            share = dict.fromkeys(spots, 0.0)
            for way, met in clause:
                for spot, its in _shares(way, met, head).items():
                    share[spot] = max(share.get(spot, 0.0), its)
            for spot in spots:
                full[spot] += share[spot] == 1
                total[spot] += share[spot]
        return [(full[spot], round(total[spot], 6)) for spot in spots]

    def _met(self, way: Way) -> list[_Spots]:
        """Where each need is met; of a phrase, where it stands."""
        if way.literal:
            return [self._letters[way.literal]]
        return [self._need(need) for need in way.needs]

    def _need(self, need: Need) -> _Spots:
        met = self._letters[need.surface] if need.grams else _NOWHERE
        for terms in need.words:
            standing = _EVERYWHERE
            for term in terms:
                standing &= self._terms.get(term, _NOWHERE)
            met |= standing
        return met

    def _title_alone(self) -> bool:
        """Whether title and keywords satisfy the plan without the text."""
        return all(
            any(way.sound or _shares(way, met, head=False).get(0) == 1 for way, met in clause)
            for clause in self._clauses
        )


def _shares(way: Way, met: list[_Spots], head: bool) -> dict[int, float]:
    """Spot to 0…1: how much of a way stands there, or in its title; 1 where the way is satisfied, nothing where none of it is."""
    enough = 1 if way.literal else way.enough
    standing = Counter(spot for spots in met for spot in _numbers(spots.heads if head else spots.whole))
    return {spot: min(count / enough, 1.0) for spot, count in standing.items()} if enough else {}


def _union(masks: Iterable[int]) -> int:
    return reduce(or_, masks, 0)


def _all(met: list[_Spots], head: bool) -> int:
    return reduce(and_, (spots.heads if head else spots.whole for spots in met)) if met else 0


def _numbers(bits: int) -> list[int]:
    """The numbers whose bits are set, in order; their count matters, not the size of the largest."""
    found: list[int] = []
    while bits > 0:
        lowest = bits & -bits
        found.append(lowest.bit_length() - 1)
        bits ^= lowest
    return found


def _bits(numbers: Iterable[int]) -> int:
    return _union(1 << number for number in numbers)


def _foremost(spots: list[int], values: Sequence[float]) -> list[int]:
    """Those of which the value is largest, in order."""
    most = max(values)
    return [spot for spot, its in zip(spots, values, strict=True) if its == most]


def hit(sheet: Sheet, score: float, lens: Lens, group: Group | None = None) -> Hit:
    """The hit for a document that matched the lens' plan; `group` is what it stands for."""
    look = _Look(sheet, lens)
    passage, snippet = _passage(look, look.best())
    return Hit(sheet.id, score, _title(look), passage, snippet, sheet.stored, group)


def _passage(look: _Look, spot: int | None) -> tuple[Passage | None, Snippet]:
    sheet = look.sheet
    if spot is None:
        return None, _cut(sheet.passage(0).text, []) if sheet.passages else Snippet(())
    passage = sheet.passage(spot - 1)
    return passage, _cut(passage.text, _marks(look, 2 * spot + 1))


def _title(look: _Look) -> Snippet:
    title = look.sheet.title
    found = _marks(look, TITLE)
    for sound in look.lens.sounds:
        found += _heard(look.sheet, sound)
    return Snippet(_runs(title, _merged(found), 0, len(title)))


def _heard(sheet: Sheet, sound: str) -> list[Span]:
    """Where in the title the words stand that a query in kana names."""
    found: list[Span] = []
    spoken = sheet.title_sounds
    for i in range(len(spoken)):
        rest = spoken[i:]
        for heard, (_, _, end) in zip(accumulate(word[0] for word in rest), rest, strict=True):
            key = sound_key(heard)
            if key.startswith(sound):
                found.append((rest[0][1], end))
            if len(key) >= len(sound):
                break
    return found


def _marks(look: _Look, piece: int) -> list[Span]:
    """Where a piece matches: its marked words, and what stands there to the letter. In order, not overlapping."""
    found = [span for term in look.lens.marked for span in look.marks(term, piece)]
    for letters in look.lens.letters:
        found += look.sheet.spans(letters, piece)
    return _merged(found)


def _merged(found: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(found):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _cut(text: str, found: list[Span]) -> Snippet:
    """The stretch of `text` with most different marks, from the beginning of a sentence where one is near."""
    begins = {_beginning(text, start) for start, _ in found} or {0}
    best = max(begins, key=lambda begin: (len(_told(text, begin, found)), -begin))
    end = _end(text, best, found)
    inside = [(max(a, best), min(b, end)) for a, b in found if a < end and b > best]
    before = (("…", False),) if text[:best].rstrip("\n") == text[:best] != "" else ()
    after = (("…", False),) if end < len(text) and text[end] != "\n" else ()
    return Snippet(before + _runs(text, inside, best, end) + after)


def _told(text: str, begin: int, found: list[Span]) -> dict[str, int]:
    """The different marked words of the stretch from `begin`, each with the end of its first mark; 住民 is told with 住民票."""
    told: dict[str, int] = {}
    for start, end in found:
        if begin <= start and end <= begin + LENGTH:
            told.setdefault(text[start:end], end)
    return {word: end for word, end in told.items() if not any(word in other for other in told if other != word)}


def _end(text: str, begin: int, found: list[Span]) -> int:
    """Where the stretch ends: with the line (lines are fields or items of lists) in which the last new word is told."""
    limit = min(len(text), begin + LENGTH)
    told = max(_told(text, begin, found).values(), default=begin)
    line = text.find("\n", told, limit)
    return limit if line < 0 else line


def _beginning(text: str, mark: int) -> int:
    window = text[max(0, mark - LEAD) : mark]
    stop = max(window.rfind("。"), window.rfind("\n"))
    return mark - len(window) + stop + 1


def _runs(text: str, found: list[Span], begin: int, end: int) -> tuple[tuple[str, bool], ...]:
    runs: list[tuple[str, bool]] = []
    at = begin
    for start, stop in found:
        runs += [(text[at:start], False), (text[start:stop], True)]
        at = stop
    runs.append((text[at:end], False))
    return tuple(run for run in runs if run[0])
