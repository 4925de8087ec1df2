"""The lines of the text form: front matter, `##` sections, `###` items, blocks of YAML, prose and its escapes.

Structure is told by line beginnings alone; Markdown is not parsed, so a code fence in prose hides nothing. A line of
prose that looks like structure carries one backslash more than its value.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from kb.common_format.content import ManualContent
from kb.common_format.fields import FieldSpec, Section, specs
from kb.common_format.text_problems import Problem, TextFormError

MAX_BYTES = 1_000_000
"""A manual's text form in UTF-8; the largest real manuals are below a tenth of it."""

_RULE = "---"
_BLOCK_OPENS = "```yaml"
_HEADINGS = {Section.ITEMS: r"#{2,3}(?!#)", Section.PROSE: r"##(?!#)", Section.DATA: r"#{2,3}(?!#)"}
_STOPS = {kind: re.compile(pattern) for kind, pattern in _HEADINGS.items()}
_ESCAPABLE = {kind: re.compile(rf"\\*{pattern}") for kind, pattern in _HEADINGS.items()}
_ESCAPABLE_BLOCK = re.compile(r"\\*```yaml\s*")
_NUMBER = re.compile(r"[0-9]+\.(?:\s+|$)")


@dataclass(frozen=True)
class Block:
    """A block of YAML and the line of the file (from 1) where its text begins."""

    text: str
    line: int


@dataclass(frozen=True)
class Item:
    """One `###` item; `uid` is None when the heading has none."""

    title: str
    uid: str | None
    line: int
    data: Block | None
    body: str


@dataclass(frozen=True)
class Part:
    """One `##` section: `name` is the field it fills."""

    name: str
    spec: FieldSpec
    line: int
    items: tuple[Item, ...] = ()
    data: Block | None = None
    prose: str = ""


@dataclass
class Layout:
    """A file taken apart; `problems` are those of its lines."""

    front: Block
    parts: list[Part] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def escape(prose: str, kind: Section) -> str:
    """`prose` as it stands in a section of `kind`: lines that look like structure get one backslash."""
    return _each_line(prose, kind, lambda line: "\\" + line)


def unescape(prose: str, kind: Section) -> str:
    """The reverse of `escape`; lines without a backslash stay."""
    return _each_line(prose, kind, lambda line: line.removeprefix("\\"))


def _each_line(prose: str, kind: Section, change: Callable[[str], str]) -> str:
    lines = prose.split("\n")
    first = next((n for n, line in enumerate(lines) if line.strip()), 0)
    for n, line in enumerate(lines):
        opens_block = kind is Section.ITEMS and n == first and _ESCAPABLE_BLOCK.fullmatch(line)
        if opens_block or _ESCAPABLE[kind].match(line):
            lines[n] = change(line)
    return "\n".join(lines)


def read_layout(text: str, name: str) -> Layout:
    """Take `text` apart. Raises `TextFormError` when it is too large or has no front matter; what is wrong further
    down is listed in the result."""
    if len(text) > MAX_BYTES or len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        limit = f"{MAX_BYTES // 1_000_000}MB"
        raise TextFormError([Problem(f"大きすぎます。{limit}以内に分けてください。")], name)
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    end = next((n for n, line in enumerate(lines) if n and line.rstrip() == _RULE), None)
    if lines[0].rstrip() != _RULE or end is None:
        message = f"先頭に「{_RULE}」の行で囲んだ見出し情報(title など)を書いてください。"
        raise TextFormError([Problem(message, 1)], name)
    layout = Layout(Block("\n".join(lines[1:end]), 2))
    _read_body(_Cursor(lines, end + 1, layout.problems), layout)
    return layout


class _Cursor:
    """A place in the lines of a file that only moves on."""

    def __init__(self, lines: list[str], at: int, problems: list[Problem]) -> None:
        self._lines = lines
        self.at = at
        self.problems = problems

    @property
    def line(self) -> str:
        return self._lines[self.at]

    @property
    def more(self) -> bool:
        return self.at < len(self._lines)

    def block(self) -> Block | None:
        """The YAML block that comes next, blank lines before it skipped; None when something else comes."""
        start = self.at
        while self.more and not self.line.strip():
            self.at += 1
        if not self.more or self.line.rstrip() != _BLOCK_OPENS:
            self.at = start
            return None
        opened = self.at + 1
        while self.at + 1 < len(self._lines):
            self.at += 1
            if self.line.rstrip() == "```":
                self.at += 1
                return Block("\n".join(self._lines[opened : self.at - 1]), opened + 1)
        self.at = len(self._lines)
        self.problems.append(Problem("yamlのかこみが閉じていません。「```」だけの行で閉じてください。", opened))
        return None

    def prose(self, kind: Section) -> str:
        """Everything up to the next heading that ends a section of `kind`."""
        start = self.at
        while self.more and not _STOPS[kind].match(self.line):
            self.at += 1
        return unescape("\n".join(self._lines[start : self.at]).strip("\n"), kind)

    def refuse_stray(self, kind: Section) -> None:
        """Note a problem when there is text before the next heading."""
        start = self.at
        if self.prose(kind).strip():
            while not self._lines[start].strip():
                start += 1
            message = "ここには文章を書けません。「## 」の区分や「### 」の項目の中に移してください。"
            self.problems.append(Problem(message, start + 1))


def _read_body(cursor: _Cursor, layout: Layout) -> None:
    labels = {spec.label: (name, spec) for name, spec in specs(ManualContent) if spec.section is not Section.HEADER}
    seen: set[str] = set()
    cursor.refuse_stray(Section.PROSE)
    while cursor.more:
        label, line = cursor.line.lstrip("#").strip(), cursor.at + 1
        cursor.at += 1
        if label not in labels or label in seen:
            known = "、".join(labels)
            what = (
                f"区分「{label}」が2つあります。"
                if label in seen
                else f"区分「{label}」はありません。{known}のどれかです。"
            )
            how = "文章の中の「##」は、行の先頭に「\\」を付けてください。"
            cursor.problems.append(Problem(what + how, line))
            cursor.prose(Section.PROSE)
            continue
        seen.add(label)
        name, spec = labels[label]
        layout.parts.append(_read_part(cursor, name, spec, line))


def _read_part(cursor: _Cursor, name: str, spec: FieldSpec, line: int) -> Part:
    if spec.section is Section.PROSE:
        return Part(name, spec, line, prose=cursor.prose(Section.PROSE))
    if spec.section is Section.DATA:
        data = cursor.block()
        cursor.refuse_stray(Section.PROSE)
        return Part(name, spec, line, data=data)
    cursor.refuse_stray(Section.ITEMS)
    items = []
    while cursor.more and cursor.line.startswith("###"):
        items.append(_read_item(cursor, spec))
    return Part(name, spec, line, items=tuple(items))


def _read_item(cursor: _Cursor, spec: FieldSpec) -> Item:
    (title, uid), line = split_heading(cursor.line[3:], spec), cursor.at + 1
    cursor.at += 1
    return Item(title, uid, line, cursor.block(), cursor.prose(Section.ITEMS))


def heading(title: str, uid: str, number: int, spec: FieldSpec) -> str:
    """The heading line of an item: `### 1. title {#uid}`."""
    parts = ["###", f"{number}." if spec.numbered else "", title, f"{{#{uid}}}"]
    return " ".join(part for part in parts if part)


def split_heading(text: str, spec: FieldSpec) -> tuple[str, str | None]:
    """Title and uid (None when there is none) of the text of a heading; a number of a numbered item is dropped."""
    title, opens, uid = text.rpartition("{#")
    if not opens or not uid.endswith("}"):
        title, uid = text, ""
    title = title.strip()
    if spec.numbered and (number := _NUMBER.match(title)):
        title = title[number.end() :]
    return title, uid.removesuffix("}") or None
