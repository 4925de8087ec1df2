"""What a hit shows: its best passage, and which characters of title and text are marked.

Works on the words with offsets that were kept when the document was put, so a match in a normalised form (引越し for 引っ越し) is marked
where it stands; the same for every engine.
"""

from collections import Counter
from dataclasses import dataclass
from itertools import accumulate

from kb.japanese.kana import sound_key
from kb.japanese.width import fold_with_map
from kb.search.index import Hit, Passage, Snippet
from kb.search.plan import Need, Plan, Way
from kb.search.record import MarkedPassage, Marks, Shown, squeezed

LENGTH = 120
"""Characters of a snippet."""
LEAD = 30
"""Most characters before the first mark, when the sentence began further back."""

Span = tuple[int, int]


@dataclass(frozen=True)
class _Piece:
    """A text that is matched on its own: its index terms, and its folded form without spaces."""

    counts: Counter[str]
    tight: str

    def meets(self, need: Need) -> bool:
        by_words = any(all(term in self.counts for term in terms) for terms in need.words)
        return by_words or (bool(need.grams) and need.surface in self.tight)

    def share(self, way: Way) -> float:
        """0…1: how much of a way stands here; 1 when the way is satisfied."""
        if way.literal:
            return float(way.literal in self.tight)
        met = sum(self.meets(need) for need in way.needs)
        return min(met / way.enough, 1.0) if way.enough else 0.0

    def weight(self, plan: Plan) -> float:
        """How often the scored words stand here, each counted three times at most."""
        return sum(min(self.counts[term], 3) for term in {term for way in plan.ways for term, _ in way.scored})


def hit(shown: Shown, score: float, plan: Plan) -> Hit:
    """The hit for a document that matched `plan`."""
    passage, snippet = _best(shown, plan)
    return Hit(shown.id, score, _title(shown, plan), passage, snippet, dict(shown.stored))


def _best(shown: Shown, plan: Plan) -> tuple[Passage | None, Snippet]:
    ranked = [(_rank(marked, plan), -i) for i, marked in enumerate(shown.passages)]
    if not ranked:
        return None, Snippet(())
    (whole, share, _, _), place = max(ranked)
    marked = shown.passages[-place]
    found = whole > 0 or (share > 0 and not _title_alone(shown, plan))
    if not found:
        return None, _cut(shown.passages[0].passage.text, [])
    return marked.passage, _cut(marked.passage.text, spans(marked.passage.text, marked.text_marks, plan))


def _rank(marked: MarkedPassage, plan: Plan) -> tuple[int, float, float, float]:
    """Clauses satisfied; shares of clauses; the same in the passage's own title; how often."""
    whole = _piece([marked.title_marks, marked.text_marks], f"{marked.passage.title}\n{marked.passage.text}")
    head = _piece([marked.title_marks], marked.passage.title)
    shares = [max(whole.share(way) for way in clause) for clause in plan.clauses]
    heads = [max(head.share(way) for way in clause) for clause in plan.clauses]
    return sum(share == 1 for share in shares), round(sum(shares), 6), round(sum(heads), 6), whole.weight(plan)


def _title_alone(shown: Shown, plan: Plan) -> bool:
    """Whether title and keywords satisfy the plan without the text."""
    piece = _piece([shown.title_marks], f"{shown.title}\n{shown.keywords}")
    return all(any(piece.share(way) == 1 or way.sound for way in clause) for clause in plan.clauses)


def _piece(marks: list[Marks], text: str) -> _Piece:
    return _Piece(Counter(term for found in marks for term, _, _ in found), squeezed(text))


def _title(shown: Shown, plan: Plan) -> Snippet:
    found = spans(shown.title, shown.title_marks, plan)
    for way in plan.ways:
        found += _heard(shown, way.sound) if way.sound else []
    return Snippet(_runs(shown.title, _merged(found), 0, len(shown.title)))


def _heard(shown: Shown, sound: str) -> list[Span]:
    """Where in the title the words stand that a query in kana names."""
    found: list[Span] = []
    for i in range(len(shown.title_sounds)):
        rest = shown.title_sounds[i:]
        for heard, (_, _, end) in zip(accumulate(word[0] for word in rest), rest, strict=True):
            if sound_key(heard).startswith(sound):
                found.append((rest[0][1], end))
                break
    return found


def spans(text: str, marks: Marks, plan: Plan) -> list[Span]:
    """Where `text` matches: its marked words, and what stands there to the letter. In order, not overlapping."""
    wanted = {term for way in plan.ways if not way.literal for term, _ in way.scored}
    found = [(start, end) for term, start, end in marks if term in wanted]
    letters = {need.surface for way in plan.ways if not way.literal for need in way.needs if need.grams}
    letters |= {way.literal for way in plan.ways if way.literal}
    if letters:
        folded = fold_with_map(text)
        places = [i for i, char in enumerate(folded.text) if not char.isspace()]
        tight = "".join(folded.text[i] for i in places)
        cuts = [span for letter in letters for span in _finds(tight, letter)]
        found += [folded.span(places[start], places[end - 1] + 1) for start, end in cuts]
    return _merged(found)


def _finds(text: str, part: str) -> list[Span]:
    found: list[Span] = []
    at = text.find(part)
    while at >= 0:
        found.append((at, at + len(part)))
        at = text.find(part, at + len(part))
    return found


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
    begins = [_beginning(text, start) for start, _ in found] or [0]
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
