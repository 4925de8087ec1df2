"""Steps from pasted text: numbered lines, or rows copied from a spreadsheet."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from textwrap import dedent

from kb.common_format.raw_form import keepable
from kb.common_format.raw_operations import MOST_STEPS, STEPS, Listed, Outcome, no_room, with_items
from kb.common_format.raw_plan import by_name
from kb.common_format.raw_table import is_table, steps_of_table
from kb.common_format.raw_values import Raw, blank_item, is_blank
from kb.common_format.step import Step

_DIGIT = "[0-9\uff10-\uff19]"
_OPEN, _CLOSE = "[(\uff08]", "[)\uff09]"
_MARKS = re.compile(
    r"(?P<indent>[ \t\u3000]*)(?:"
    rf"(?P<both>{_OPEN}{_DIGIT}{{1,3}}{_CLOSE})"
    rf"|(?P<paren>{_DIGIT}{{1,3}}{_CLOSE})"
    rf"|(?P<dot>(?:手順|第)?[ \u3000]?{_DIGIT}{{1,3}}[.\uff0e、:\uff1a](?!{_DIGIT}))"
    rf"|(?P<wide>{_DIGIT}{{1,3}}(?:\t|\u3000|[ ]{{2}}))"
    r"|(?P<circle>[\u2460-\u2473\u3251-\u325f\u32b1-\u32bf])"
    rf"|(?P<kana>{_OPEN}?[ア-ン\uff71-\uff9d]{_CLOSE})"
    r"|(?P<dash>[-*+][ \t\u3000]|[・•‣●○◯■□◆◇▶▪])"
    rf"|(?P<number>{_DIGIT}{{1,3}}) "
    r")[ \t\u3000]*(?=\S)"
)
"""Signs that begin an item. A number with nothing but one space counts only where the numbers go up by one."""
_DIGITS = re.compile(f"{_DIGIT}+")
_GAPS = re.compile(r"\n(?:[ \t\u3000]*\n){2,}")
_LONGEST_TITLE = by_name(Step)["title"].longest or 0


def steps_from_lines(text: str) -> list[Raw]:
    """New raw steps from pasted `text`, at most one more than a manual may have.

    Numbered or bulleted lines (「1.」「１）」「(1)」「①」「・」) begin a step, what follows until the next is its action. The
    first sign says which: others, and deeper ones, belong to the action. Without any sign each line is a step. Rows with
    tabs are a table: a header row (手順名, 担当, 行うこと, 時間 …) names the columns, else the first is the title and the
    second the action; what has no place of its own joins the action.
    """
    text = _GAPS.sub("\n\n", keepable(text.replace("\r\n", "\n").replace("\r", "\n")))
    lines = [line.rstrip() for line in text.split("\n")]
    made = steps_of_table(text, MOST_STEPS + 1) if is_table(text) else _steps(lines)
    return list(islice(made, MOST_STEPS + 1))


def insert_steps(raw: Raw, steps: Sequence[Raw], after_uid: str = "") -> Outcome:
    """`raw` with `steps` after the step `after_uid`, or at the end; a manual's only step goes when nothing is in it.

    Raises `ForgedForm` when `after_uid` is not there. Too many steps: nothing is inserted, and the message says so.
    """
    listed = Listed(STEPS, by_name()["steps"], raw["steps"])
    place = listed.place(after_uid) + 1 if after_uid else len(listed.items)
    if len(listed.items) == 1 and is_blank(listed.items[0]) and steps:
        listed, place = Listed(STEPS, listed.field, []), 0
    problem = no_room(raw, listed, list(steps))
    if problem:
        return Outcome(raw, (problem,))
    items = [*listed.items[:place], *steps, *listed.items[place:]]
    return Outcome(with_items(raw, STEPS, items), focus=listed.name(steps[0]) if steps else "")


def _steps(lines: Iterable[str]) -> Iterator[Raw]:
    for title, rest in _blocks(list(lines)):
        action = dedent("\n".join(rest)).strip("\n")
        if len(title) > _LONGEST_TITLE:
            title, action = "", f"{title}\n{action}".strip("\n")
        yield {**blank_item(Step), "title": title, "action": action}


def _blocks(lines: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """Title and further lines of each step. What stands before the first sign is a step of its own."""
    first = _Sign()
    signed = any(first.begins(line) for line in lines)
    sign = _Sign()
    block: tuple[str, list[str]] | None = None
    for line in lines:
        title = sign.begins(line) if signed else line.strip()
        if title:
            if block:
                yield block
            block = (title, [])
        elif block:
            block[1].append(line)
        elif line.strip():
            block = (line.strip(), [])
    if block:
        yield block


class _Sign:
    """The sign that begins steps in a text: the kind and depth of the first one."""

    def __init__(self) -> None:
        self.kind = ""
        self.depth = 0
        self.last = 0

    def begins(self, line: str) -> str:
        """The title of the step that `line` begins, "" when it begins none."""
        found = _MARKS.match(line)
        if found is None:
            return ""
        kind, depth = found.lastgroup or "", len(found["indent"].expandtabs(4))
        digits = _DIGITS.search(found[0])
        number = int(digits[0]) if digits else 0
        if kind == "number" and number != self.last + 1:
            return ""
        if self.kind and (kind != self.kind or depth > self.depth):
            return ""
        self.kind, self.depth, self.last = kind, min(depth, self.depth) if self.kind else depth, number
        return line[found.end() :].strip()
