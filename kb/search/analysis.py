"""The one analysis chain that feeds every engine: text → tokens with offsets.

Text is folded first (NFKC, case), so documents and queries meet in one writing. Then
- words: normalised forms of Sudachi's short units that carry a topic, verbs as nouns (引っ越して → 引っ越し); runs of latin letters and digits as they are;
- compounds: Sudachi's long units (転入届), and latin parts joined (wi-fi → wifi);
- bigrams of kanji and kana runs, without hiragana-only ones: they find what Sudachi cuts differently;
- articles of laws in one normal form: 第二十二条 and 22条 are the word 「22条」, with its 項 and 号 as the compound; what Sudachi
  would make of the number is left out;
- characters: every kanji by itself, so that the one-character query 「税」 finds 納税 and 住民税 alike. Single kanji cost one short
  posting list each; a prefix over bigrams would miss a kanji at the end of a run and be slow for common ones.
Readings are indexed for titles and keywords only: from each word to the end of the phrase, so that a query in kana finds
a title from any of its words on, by prefix.

Nothing here merges words by meaning: synonyms come from our own terms, in `plan.py`.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import version
from itertools import pairwise
from typing import NamedTuple

from kb.japanese.articles import Article, articles
from kb.japanese.kana import is_kana, sound_key
from kb.japanese.width import fold, fold_with_map
from kb.japanese.words import Compound, Word, compounds

ANALYSIS_VERSION = "/".join(
    ("3", version("sudachipy"), version("sudachidict-core"), unicodedata.unidata_version),
)
"""Changes whenever the same text may give other tokens; an index made under another version is rebuilt."""

LONGEST_TERM = 100
"""Characters; longer runs (addresses, hashes) are cut."""
LONGEST_READING = 40
"""Kana of a reading that are kept; what is typed is shorter."""

_JAPANESE = "ぁ-ゖゝゞァ-ヺーヽヾ々〆〇\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(f"[{_JAPANESE}]+")
_RUN_OVER_LINES = re.compile(f"[{_JAPANESE}]+(?:\\s+[{_JAPANESE}]+)*")
_HIRAGANA = re.compile("[ぁ-ゖゝゞー]+")
_KANJI = re.compile("[々〆〇\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_LATIN = re.compile(f"[^\\W_{_JAPANESE}]+(?:[-.'][^\\W_{_JAPANESE}]+)*")
_DIGITS = re.compile("[0-9]+")
_LATIN_PART = re.compile("[^-.']+")


class Kind(StrEnum):
    """What a token is; decides how much it weighs."""

    WORD = "word"
    COMPOUND = "compound"
    BIGRAM = "bigram"
    CHARACTER = "character"
    READING = "reading"


class Token(NamedTuple):
    """A term at `start:end` of the text."""

    term: str
    start: int
    end: int
    kind: Kind


@dataclass(frozen=True)
class Unit:
    """What a reader takes as one word: a compound (when it has parts or a name of its own) and its short words."""

    surface: str
    start: int
    end: int
    compound: str
    """Term of the whole, "" when it is the same as its only word."""
    words: tuple[Token, ...]


class Sound(NamedTuple):
    """How the word at `start:end` is read, in katakana as Sudachi gives it."""

    reading: str
    start: int
    end: int


def analyse(text: str) -> list[Token]:
    """All tokens of `text` except readings, with offsets of the original. Any text is legal."""
    folded = fold_with_map(text)
    tokens = [token for unit in units(folded.text) for token in _unit_tokens(unit)]
    tokens.extend(number for article in articles(folded.text) for number in _numbers(folded.text, article))
    tokens.extend(grams(folded.text))
    return [Token(token.term, *folded.span(token.start, token.end), token.kind) for token in tokens]


def units(key: str) -> list[Unit]:
    """The content units of a folded text, in order; offsets are of the key."""
    cited = list(articles(key))
    rest = _without(key, cited)
    found = [unit for compound in compounds(rest) if (unit := _japanese_unit(compound))]
    found.extend(_latin_unit(match) for match in _LATIN.finditer(rest))
    found.extend(map(_article_unit, cited))
    return sorted(found, key=lambda unit: (unit.start, unit.end))


def without_articles(key: str) -> str:
    """A folded text with signs that say nothing in the place of the articles it names."""
    return _without(key, list(articles(key)))


def grams(key: str) -> Iterator[Token]:
    """Bigrams and single kanji of a folded text; offsets are of the key.

    A run goes on over spaces and newlines, so that a line break inside a word hides nothing.
    """
    for run in _RUN_OVER_LINES.finditer(key):
        places = [i for i in range(run.start(), run.end()) if not key[i].isspace()]
        for i in places:
            if _KANJI.match(key[i]):
                yield Token(key[i], i, i + 1, Kind.CHARACTER)
        for i, after in pairwise(places):
            pair = key[i] + key[after]
            if not _HIRAGANA.fullmatch(pair):
                yield Token(pair, i, after + 1, Kind.BIGRAM)


def sounds(text: str) -> list[Sound]:
    """How each word of `text` is read, for words whose reading is known; offsets are of the original."""
    folded = fold_with_map(text)
    spoken = [word for unit in compounds(folded.text) for word in unit.parts if is_kana(word.reading)]
    return [Sound(word.reading, *folded.span(word.start, word.end)) for word in spoken]


def readings(spoken: list[Sound], given: str) -> set[str]:
    """Sound keys to find a phrase by: from each of its words to its end, and each of the given readings."""
    found = {sound_key(piece)[:LONGEST_READING] for piece in given.split() if is_kana(fold(piece))}
    for i in range(len(spoken)):
        found.add(sound_key("".join(sound.reading for sound in spoken[i:]))[:LONGEST_READING])
    return found


def _unit_tokens(unit: Unit) -> Iterator[Token]:
    yield from unit.words
    if unit.compound:
        yield Token(unit.compound, unit.start, unit.end, Kind.COMPOUND)


def _japanese_unit(compound: Compound) -> Unit | None:
    terms = tuple(_word(part) for part in compound.parts if part.content and _RUN.search(part.surface))
    if not terms:
        return None
    whole = fold(compound.noun)[:LONGEST_TERM] if len(compound.parts) > 1 else ""
    return Unit(compound.surface, compound.start, compound.end, whole, terms)


def _word(part: Word) -> Token:
    return Token(fold(part.noun)[:LONGEST_TERM], part.start, part.end, Kind.WORD)


def _without(key: str, cited: list[Article]) -> str:
    for article in cited:
        key = key[: article.start] + "," * (article.end - article.start) + key[article.end :]
    return key


def _article_unit(article: Article) -> Unit:
    word = Token(article.name[:LONGEST_TERM], article.start, article.end, Kind.WORD)
    whole = article.whole[:LONGEST_TERM] if article.whole != article.name else ""
    return Unit(article.name, article.start, article.end, whole, (word,))


def _numbers(key: str, article: Article) -> Iterator[Token]:
    """The numbers in digits of an article, each by itself: somebody may look for 「22」."""
    for match in _DIGITS.finditer(key, article.start, article.end):
        yield Token(match.group(), match.start(), match.end(), Kind.WORD)


def _latin_unit(match: re.Match[str]) -> Unit:
    parts = tuple(
        Token(part.group()[:LONGEST_TERM], match.start() + part.start(), match.start() + part.end(), Kind.WORD)
        for part in _LATIN_PART.finditer(match.group())
    )
    joined = "".join(part.term for part in parts)[:LONGEST_TERM] if len(parts) > 1 else ""
    return Unit(match.group(), match.start(), match.end(), joined, parts)
