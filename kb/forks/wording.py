"""Where a content's words stand: the lines in which a parameter is spoken, in common or in own words."""

from collections.abc import Mapping
from dataclasses import dataclass

from kb.common_format.content import ManualContent
from kb.common_format.parameters import keys_in
from kb.common_format.walk import texts

MOST_LINES = 200
"""Lines that a preview shows."""


@dataclass(frozen=True)
class Spoken:
    """A line with words in it. `pieces` are its texts, each with whether it is a word that towns differ in."""

    label: str
    pieces: tuple[tuple[str, bool], ...]


def spoken(content: ManualContent, values: Mapping[str, str]) -> list[Spoken]:
    """The lines of `content` that refer to a parameter, with the town's word, else the common one, else `{{key}}`.

    With no `values` that is the common text. At most `MOST_LINES`.
    """
    words = {one.key: values.get(one.key, "").strip() or one.default for one in content.parameters}
    bare = content.model_copy(update={"parameters": ()})
    found = [
        Spoken(text.label, _pieces(line, words))
        for text in texts(bare)
        if "{{" in text.text
        for line in text.text.splitlines()
        if keys_in(line)
    ]
    return found[:MOST_LINES]


def _pieces(line: str, words: Mapping[str, str]) -> tuple[tuple[str, bool], ...]:
    pieces: list[tuple[str, bool]] = []
    rest = line.strip()
    while rest:
        before, opened, after = rest.partition("{{")
        inside, closed, following = after.partition("}}")
        keys = keys_in(f"{{{{{inside}}}}}") if opened and closed else frozenset()
        if not keys:
            pieces.append((before + opened, False))
            rest = after
            continue
        (key,) = keys
        pieces += [(before, False), (words.get(key) or f"{{{{{key}}}}}", True)]
        rest = following
    return tuple((text, is_word) for text, is_word in pieces if text)
