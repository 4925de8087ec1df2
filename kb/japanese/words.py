"""Words of Japanese text: SudachiPy with its core dictionary.

A tokenizer belongs to one thread, so each thread keeps its own; the dictionary is shared. Sudachi refuses long input
(49,149 bytes of UTF-8, 65,535 after its own normalising), so text is cut at newlines and 「。」 first. Its synonym data is never used:
it equates 申請, 届出 and 申告, which differ in law.
"""

import re
import threading
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

from sudachipy import Dictionary, SplitMode

LONGEST = 49_149
"""Bytes of UTF-8 that Sudachi takes at once."""

_SENTENCE = re.compile("[^。\n]*[。\n]?")
_SURROGATE = re.compile("[\ud800-\udfff]")
_KANJI = re.compile("[々〆\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_CONTENT = {"名詞", "動詞", "形容詞", "形状詞", "副詞", "接頭辞", "接尾辞", "感動詞"}
_SIGNS = {"補助記号", "記号", "空白"}
_TOPICLESS = (
    "為る 居る 有る 成る 来る 行く 下さる 頂く 出来る 無い 良い 御座る 置く 仕舞う 事 物 時 為 様 御 第 の こと もの とき ため よう "
    "幾ら どう 何 誰 何故 教える 欲しい"
)
"""Normalised forms that carry no topic: they stand in every manual, or ask (幾ら, 誰)."""
_EMPTY = frozenset(_TOPICLESS.split())

_LAST = dict(zip("うくぐすつぬぶむる", "いきぎしちにびみり", strict=True))

MOST_KNOWN = 50_000
"""Words of the dictionary that are remembered; the manuals of a town use a few thousand."""

_ADDRESSES = frozenset(("様", "さま", "さん", "氏", "君", "くん", "ちゃん", "殿"))
"""What follows a name of whoever is spoken to or of."""

_thread = threading.local()
_compounds: dict[tuple[int, str], "Compound"] = {}
"""Word number and writing to the unit. Shared by threads, which at worst look twice."""


class Word(NamedTuple):
    """A short unit (Sudachi's mode A) at `start:end` of the text. `reading` is katakana where Sudachi knows one, "" of signs."""

    surface: str
    start: int
    end: int
    normal: str
    """Normalised form: 引越し and 引っ越し are both 引っ越し. Not folded."""
    noun: str
    """The normalised form, of a verb the noun made from it: 引っ越す → 引っ越し, 届ける → 届け."""
    reading: str
    content: bool
    """Carries a topic; particles, endings and signs do not."""


class Compound(NamedTuple):
    """A long unit (mode C) and the short units inside it; a simple word is a compound of one."""

    surface: str
    start: int
    end: int
    normal: str
    noun: str
    """As of a word."""
    parts: tuple[Word, ...]


def compounds(text: str) -> list[Compound]:
    """Long units of `text` in order, each with its short units; offsets are characters of `text`.

    Any text is legal; a lone surrogate is read as an unknown sign.
    """
    clean = _SURROGATE.sub("\ufffd", text)
    return [unit for offset, piece in _pieces(clean) for unit in _units(piece, offset)]


def words(text: str) -> list[Word]:
    """Short units of `text` in order."""
    return [word for unit in compounds(text) for word in unit.parts]


def reading(text: str) -> str:
    """How `text` is read, in katakana; signs are silent, other parts whose reading is unknown stay as they are."""
    return "".join(word.reading for word in words(text))


def names_a_person(text: str) -> bool:
    """Whether a family name is followed by a given name, or by a form of address: 山田太郎, 山田 太郎, 田中様.

    A family name alone is none: most are also names of places (宮崎, 小林, 泉).
    """
    clean = _SURROGATE.sub("\ufffd", text)
    kinds = [
        "" if part in _ADDRESSES else kind[3]
        for _, piece in _pieces(clean)
        for part, kind in ((found.surface(), found.part_of_speech()) for found in _tokenizer().tokenize(piece))
        if part.strip()
    ]
    return any(first == "姓" and second in ("名", "") for first, second in pairwise(kinds))


def _units(piece: str, offset: int) -> Iterator[Compound]:
    for morpheme in _tokenizer().tokenize(piece):
        begin, end = morpheme.begin(), morpheme.end()
        if begin < end:
            surface = morpheme.surface()
            start, known = offset + begin, _known(morpheme, surface)
            parts = tuple(
                [Word(part[0], start + part[1], start + part[2], *part[3:]) for part in known.parts]  # a list is faster
            )
            yield Compound(surface, start, offset + end, known.normal, known.noun, parts)


def _known(morpheme: Any, surface: str) -> Compound:
    """A long unit with offsets from its own beginning.

    A word of the dictionary is always cut and read alike where it is written alike, so it is looked at once.
    """
    if morpheme.is_oov():
        return _looked_at(morpheme, surface)
    key = (morpheme.word_id(), surface)
    known = _compounds.get(key)
    if known is None:
        if len(_compounds) >= MOST_KNOWN:
            _compounds.clear()
        known = _compounds[key] = _looked_at(morpheme, surface)
    return known


def _looked_at(morpheme: Any, surface: str) -> Compound:
    short = list(morpheme.split(SplitMode.A)) or [morpheme]  # add_single=True panics in SudachiPy 0.7.0
    begin = morpheme.begin()
    parts = tuple(_word(part, -begin) for part in short if part.begin() < part.end())
    return Compound(surface, 0, morpheme.end() - begin, morpheme.normalized_form(), _noun(morpheme), parts)


def _word(morpheme: Any, offset: int) -> Word:
    surface, normal = morpheme.surface(), morpheme.normalized_form()
    content = normal not in _EMPTY and (morpheme.part_of_speech()[0] in _CONTENT or _KANJI.search(surface) is not None)
    start, end = offset + morpheme.begin(), offset + morpheme.end()
    # Sudachi reads every sign キゴウ, as if somebody had said 記号.
    spoken = "" if morpheme.part_of_speech()[0] in _SIGNS else morpheme.reading_form()
    return Word(surface, start, end, normal, _noun(morpheme), spoken, content)


def _noun(morpheme: Any) -> str:
    """The normalised form, of a verb its 連用形, which is also the noun."""
    verb: str = morpheme.normalized_form()
    conjugation = morpheme.part_of_speech()[4]  # "*" of what is no verb and no adjective
    if conjugation.startswith(("上一段", "下一段")) and verb.endswith("る"):
        return verb[:-1]
    if conjugation.startswith("五段") and verb[-1:] in _LAST:
        return verb[:-1] + _LAST[verb[-1]]
    return verb


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """Cut `text` into (offset, piece) that Sudachi takes, at the last sentence end before the limit if there is one."""
    start = end = size = 0
    for sentence in _SENTENCE.findall(text):
        for part in _cut(sentence):
            cost = _size(part)
            if size + cost > LONGEST:
                yield start, text[start:end]
                start, size = end, 0
            end, size = end + len(part), size + cost
    if start < end:
        yield start, text[start:end]


def _cut(sentence: str) -> Iterator[str]:
    if _size(sentence) <= LONGEST:
        yield sentence
        return
    middle = len(sentence) // 2
    yield from _cut(sentence[:middle])
    yield from _cut(sentence[middle:])


def _size(text: str) -> int:
    """Bytes that Sudachi counts: before and after its own normalising, whichever is more."""
    return max(len(text.encode()), len(unicodedata.normalize("NFKC", text).lower().encode()))


@lru_cache(maxsize=1)
def _dictionary() -> Dictionary:
    return Dictionary()


def _tokenizer() -> Any:
    if not hasattr(_thread, "tokenizer"):
        _thread.tokenizer = _dictionary().tokenizer(mode=SplitMode.C)
    return _thread.tokenizer
