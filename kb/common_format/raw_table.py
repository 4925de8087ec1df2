"""Steps from rows that were copied from a spreadsheet: cells between tabs, cells with line ends in quotes."""

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import StringIO
from itertools import islice
from types import MappingProxyType

from kb.common_format.raw_numbers import number_of
from kb.common_format.raw_plan import Widget, by_name, fields_of
from kb.common_format.raw_values import Raw, blank_item, is_blank
from kb.common_format.step import ActorKind, Step

_SYNONYMS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("手順", "作業", "作業名", "作業手順", "項目", "タイトル", "件名"), "title"),
        **dict.fromkeys(("内容", "作業内容", "手順内容", "処理内容", "詳細", "説明", "やること", "実施内容"), "action"),
        **dict.fromkeys(("担当者", "担当課", "担当係", "主体", "実施者", "誰が", "役割"), "actor"),
        **dict.fromkeys(("時間", "分", "所要時間", "作業時間", "標準時間"), "minutes"),
        **dict.fromkeys(("段階", "フェーズ"), "phase"),
        **dict.fromkeys(("時期", "いつ", "タイミング", "きっかけ"), "timing"),
        **dict.fromkeys(("システム", "使用システム"), "system"),
        **dict.fromkeys(("注意点", "留意点", "注意事項", "留意事項"), "cautions"),
        **dict.fromkeys(("根拠", "根拠法令", "根拠条文"), "legal_article"),
        **dict.fromkeys(("理由", "なぜ"), "reason"),
        **dict.fromkeys(("no", "no.", "番号", "項番", "順番", "#", "順"), ""),
    }
)
"""Headings that offices use, beside the labels of the declarations; "" for a column that only counts the rows."""
_UNIT = re.compile(r"\(.*\)$")
_COUNT = re.compile(r"(?:No\.?)?\(?[0-9]{1,3}[.)]?|[・•‣●○◯■□◆◇▶▪*+-]", re.IGNORECASE)
_TYPED = (Widget.LINE, Widget.PROSE, Widget.LINES, Widget.NUMBER, Widget.CHOICE)
_LOOKED_AT = 200
"""Rows that decide whether a text is a table."""
Row = list[str]


def is_table(text: str) -> bool:
    """Whether `text` begins with a header row, or most rows have two cells or more beside one that only counts."""
    rows = _rows(text, _LOOKED_AT)
    if rows and len(rows[0]) > 1 and _headed(rows[0]):
        return True
    return 2 * sum(len(row) > (2 if _counts(row[0]) else 1) for row in rows) > len(rows)


def steps_of_table(text: str, most: int) -> Iterator[Raw]:
    """A new raw step per row of a table, at most `most`, without its header row. Rows without text are left out."""
    rows = _rows(text, most + 1)
    columns = _headed(rows[0])
    headings = [""] * len(rows[0])
    if columns:
        headings, rows = rows[0], rows[1:]
    else:
        columns = _by_place(rows)
    made = (_step(row, columns, headings) for row in rows[:most])
    yield from (step for step in made if not is_blank(step))


def _rows(text: str, most: int) -> list[Row]:
    """The first rows in which something is written, at most `most`."""
    try:
        return list(islice(_written(csv.reader(StringIO(text), delimiter="\t")), most))
    except csv.Error:  # a cell beyond what the reader takes: an open quotation mark, most often
        return list(islice(_written(line.split("\t") for line in text.split("\n")), most))


def _written(rows: Iterable[Row]) -> Iterator[Row]:
    stripped = ([cell.strip() for cell in row] for row in rows)
    return (row for row in stripped if any(row))


def _counts(cell: str) -> bool:
    return _COUNT.fullmatch(unicodedata.normalize("NFKC", cell[:20])) is not None


def _headed(row: Row) -> list[str | None] | None:
    """The field of each column when `row` is a header: two headings are known, or all. None in it for an unknown one."""
    known = _headings()
    found = [known.get(_folded(cell)) for cell in row]
    named = sum(field is not None for field in found)
    return found if named >= min(2, sum(map(bool, row))) and any(found) else None


def _headings() -> dict[str, str]:
    names = {_folded(field.label): field.name for field in fields_of(Step) if field.widget in _TYPED}
    return {**_SYNONYMS, **names, _folded(by_name(Step)["actor"].label): "actor"}


def _folded(heading: str) -> str:
    return _UNIT.sub("", unicodedata.normalize("NFKC", heading[:100]).strip().lower()).strip()


def _by_place(rows: Sequence[Row]) -> list[str | None]:
    """Without a header: title, action, then what joins the action; a first column that only counts is passed over."""
    width = max(map(len, rows))
    counted = width > 1 and all(not row[0] or _counts(row[0]) for row in rows)
    places: list[str | None] = [*([""] if counted else []), "title", "action"]
    return [*places, *[None] * width][: max(width, len(places))]


def _step(row: Row, columns: Sequence[str | None], headings: Row) -> Raw:
    step, actions = blank_item(Step), []
    for place, cell in enumerate(row):
        name = columns[place] if place < len(columns) else None
        if not cell or name == "":
            continue
        if name == "action":
            actions.append(cell)
        elif name is None or not _placed(step, name, cell):
            heading = headings[place] if place < len(headings) else ""
            actions.append(f"{heading}: {cell}" if heading else cell)
    return {**step, "action": "\n".join(actions)}


def _placed(step: Raw, name: str, cell: str) -> bool:
    """Write `cell` into the new `step`; False when the field is written already or cannot mean it."""
    if name == "actor":
        if any(step["actor"].values()):
            return False
        step["actor"] = actor_called(cell)
        return True
    field = by_name(Step)[name]
    fits = {
        Widget.NUMBER: number_of(cell, field.label) is not None,
        Widget.CHOICE: cell in field.choices,
        Widget.LINE: "\n" not in cell and len(cell) <= (field.longest or 0),
    }
    if step[name] or not fits.get(field.widget, True):
        return False
    step[name] = cell
    return True


def actor_called(word: str) -> Raw:
    """A raw actor called `word`. Its kind is guessed when the word contains one; the last counts: 「窓口システム」 is a system.

    A word such as 住民課 is an office and says nothing of residents, who count only at the end of a word.
    """
    ends = {kind.value: word.rfind(kind.value) + len(kind.value) for kind in ActorKind if kind.value in word}
    if not word.endswith(ActorKind.RESIDENT.value):
        ends.pop(ActorKind.RESIDENT.value, None)
    kind = max(ends, key=ends.__getitem__, default="")
    return {"kind": kind, "name": "" if word == kind else word}
