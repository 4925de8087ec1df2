"""Two texts of one manual side by side: which fields differ, who changed them, and which words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from kb.common_format.raw import FormField, Raw, Widget, fields_of
from kb.common_format.step import END
from kb.common_format.walk import BETWEEN

LONGEST = 4_000
"""Characters of a text whose words are compared; a longer one is shown whole."""
Piece = tuple[str, bool]
"""Some of a text, and whether the other side says it otherwise."""


@dataclass(frozen=True)
class Row:
    """A field that differs. None on a side means that the thing is not there at all."""

    label: str
    mine: list[Piece] | None
    theirs: list[Piece] | None
    changed_by: str
    """「自分」「相手」「両方」: seen from where both began."""


def side_by_side(mine: Raw, theirs: Raw, base: Raw) -> list[Row]:
    """The fields in which `mine` and `theirs` differ, in order of declaration; `base` is where both began."""
    own, other, old = (dict(_told(raw)) for raw in (mine, theirs, base))
    rows = []
    for name in dict.fromkeys([*own, *other]):
        here, there = own.get(name), other.get(name)
        if _text(here) == _text(there):
            continue
        label = (here or there or ("", ""))[0]
        pieces = _pieces(_text(here), _text(there))
        rows.append(
            Row(label, pieces[0] if here else None, pieces[1] if there else None, _who(here, there, old.get(name)))
        )
    return rows


Told = tuple[str, str]
"""Label and text of a field."""


def _told(raw: Raw) -> Iterator[tuple[str, Told]]:
    titles = {step["uid"]: step["title"].strip() or "(手順名なし)" for step in raw["steps"]} | {
        END: "終わり",
        "": "終わり",
    }
    yield (
        "order",
        ("手順の順番", "\n".join(f"{place} {titles[step['uid']]}" for place, step in enumerate(raw["steps"], 1))),
    )
    yield from _fields(fields_of(), raw, "", "", titles)


def _fields(
    fields: tuple[FormField, ...], held: Mapping[str, Any], name: str, label: str, goals: Mapping[str, str]
) -> Iterator[tuple[str, Told]]:
    for field in fields:
        value, here, words = held[field.name], f"{name}{field.name}", label + field.label
        if field.widget is Widget.GROUP:
            yield from _fields(field.fields, value, f"{here}.", words + BETWEEN, goals)
        elif field.widget is Widget.ITEMS:
            for place, item in enumerate(value, 1):
                yield from _fields(field.fields, item, f"{here}.{item['uid']}.", f"{words}{place}{BETWEEN}", goals)
        elif field.widget is Widget.CHECKBOX:
            yield here, (words, "はい" if value else "いいえ")
        elif field.widget is Widget.GOAL:
            yield here, (words, goals.get(value, value))
        else:
            yield here, (words, value.strip())


def _text(told: Told | None) -> str:
    return told[1] if told else ""


def _who(mine: Told | None, theirs: Told | None, base: Told | None) -> str:
    if _text(mine) == _text(base):
        return "相手"
    return "自分" if _text(theirs) == _text(base) else "両方"


def _pieces(mine: str, theirs: str) -> tuple[list[Piece], list[Piece]]:
    if not mine or not theirs or max(len(mine), len(theirs)) > LONGEST:
        return [(mine, bool(mine))], [(theirs, bool(theirs))]
    own, other = [], []
    for tag, a, b, c, d in SequenceMatcher(None, mine, theirs, autojunk=False).get_opcodes():
        own.append((mine[a:b], tag != "equal"))
        other.append((theirs[c:d], tag != "equal"))
    return [piece for piece in own if piece[0]], [piece for piece in other if piece[0]]
