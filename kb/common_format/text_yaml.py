"""The YAML of the text form: every scalar is text, nothing refers to anything else, and writing is stable.

A plain empty scalar, `~` or `null` says "not written"; a quoted one is text. Types are the model's business, so
`no`, dates and numbers mean what the field says.
"""

import unicodedata
from collections.abc import Iterator
from datetime import date
from enum import Enum
from typing import Any

import yaml

from kb.common_format.text_problems import Path, Problem, shown

MAX_DEPTH = 12
"""The common format needs 5 levels; deeper nesting is a mistake or an attack."""
FLOW_WIDTH = 100
"""Columns (a kanji takes two) up to which a mapping or list of plain values stands on one line."""

_LOADER: Any = yaml.CBaseLoader if yaml.__with_libyaml__ else yaml.BaseLoader
_HINT = "YAMLとして読めません。「: 」の後の空白、字下げ、かっこと引用符の閉じ忘れを確かめてください。"
_NO_REFERENCES = "YAMLの参照(&、*)と型の指定(!)は使えません。値をそのまま書いてください。"


class YamlError(Exception):
    """A block that is not plain YAML; holds the problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def read_node(text: str, first_line: int) -> yaml.Node | None:
    """The YAML node tree of `text`, None when it is empty. `first_line` is the line of the file where it begins.

    Raises `YamlError` on bad syntax, references (`&a`, `*a`: they blow up), tags, and nesting over `MAX_DEPTH`.
    """
    try:
        _refuse_tricks(text, first_line)
        node: yaml.Node | None = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise YamlError(Problem(_HINT, first_line + (mark.line if mark else 0))) from error
    except (yaml.YAMLError, UnicodeError) as error:
        raise YamlError(Problem("使えない文字が含まれています。削除してください。", first_line)) from error
    return node


def _refuse_tricks(text: str, first_line: int) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        line = first_line + (event.start_mark.line if event.start_mark else 0)
        if isinstance(event, yaml.AliasEvent):
            raise YamlError(Problem(_NO_REFERENCES, line))
        if isinstance(event, yaml.NodeEvent) and (event.anchor or getattr(event, "tag", None)):
            raise YamlError(Problem(_NO_REFERENCES, line))
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise YamlError(Problem(f"入れ子が深すぎます。{MAX_DEPTH}段までにしてください。", line))


class Plain:
    """Plain values (str, list, dict) out of a node tree, with the line of each path and what was wrong."""

    def __init__(self, first_line: int) -> None:
        self._first_line = first_line
        self.lines: dict[Path, int] = {}
        self.problems: list[Problem] = []

    def value(self, node: yaml.Node, path: Path = ()) -> Any:
        """`node` as str, list or dict; mapping entries that are not written are left out."""
        self.lines[path] = self._first_line + node.start_mark.line
        if isinstance(node, yaml.MappingNode):
            return dict(self._entries(node, path))
        if isinstance(node, yaml.SequenceNode):
            return [self.value(child, (*path, n)) for n, child in enumerate(node.value)]
        return "" if is_unwritten(node) else node.value

    def _entries(self, node: yaml.MappingNode, path: Path) -> Iterator[tuple[str, Any]]:
        seen: set[str] = set()
        for key, child in node.value:
            line = self._first_line + key.start_mark.line
            if not isinstance(key, yaml.ScalarNode):
                self.problems.append(Problem("項目の名前は1つの言葉で書いてください。", line, shown(path)))
                continue
            here = (*path, key.value)
            if key.value in seen:
                self.problems.append(Problem("同じ名前の項目が2つあります。1つにしてください。", line, shown(here)))
                continue
            seen.add(key.value)
            self.lines[here] = line
            if not is_unwritten(child):
                found = self.value(child, here)
                self.lines[here] = line
                yield key.value, found


def is_unwritten(node: yaml.Node) -> bool:
    """Whether `node` is a plain empty scalar, `~` or `null`: the field was left to its default."""
    plain = isinstance(node, yaml.ScalarNode) and not node.style  # "" from libyaml
    return plain and node.value in {"", "~", "null", "Null", "NULL"}


class _Dumper(yaml.SafeDumper):
    """Lists stand indented below their key, as people write them."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        del indentless  # PyYAML asks for it in block lists; we never want it
        super().increase_indent(flow, False)


def write_yaml(value: Any) -> str:
    """`value` (dict or list of str, numbers, dates, enums and the like) as block YAML that ends with a line feed.

    Small mappings and lists stand on one line; lines are never folded; text that looks like another type is quoted.
    """
    node = _node(value)
    if isinstance(node, yaml.CollectionNode):
        node.flow_style = False
    written: str = yaml.serialize(node, Dumper=_Dumper, allow_unicode=True, width=10**9)
    return written


def _node(value: Any) -> yaml.Node:
    if isinstance(value, dict):
        pairs = [(_node(key), _node(child)) for key, child in value.items()]
        return yaml.MappingNode("tag:yaml.org,2002:map", pairs, flow_style=_is_small(value))
    if isinstance(value, list):
        return yaml.SequenceNode(
            "tag:yaml.org,2002:seq", [_node(child) for child in value], flow_style=_is_small(value)
        )
    if isinstance(value, str):
        text = str(value.value) if isinstance(value, Enum) else value
        return yaml.ScalarNode("tag:yaml.org,2002:str", text, style=_style(text))
    return _other_scalar(value)


def _other_scalar(value: object) -> yaml.Node:
    if value is None:
        return yaml.ScalarNode("tag:yaml.org,2002:null", "null")
    if isinstance(value, bool):
        return yaml.ScalarNode("tag:yaml.org,2002:bool", "true" if value else "false")
    if isinstance(value, float) and not value.is_integer():
        text = repr(value)
        return yaml.ScalarNode("tag:yaml.org,2002:float", text if "." in text else text.replace("e", ".0e"))
    if isinstance(value, int | float):
        return yaml.ScalarNode("tag:yaml.org,2002:int", str(int(value)))
    if isinstance(value, date):
        return yaml.ScalarNode("tag:yaml.org,2002:timestamp", value.isoformat())
    raise TypeError(f"no YAML for {type(value).__name__}")


def _style(text: str) -> str | None:
    """Literal for several lines when YAML gives them back exactly, double quotes when not."""
    if "\n" not in text:
        return None
    exact = text[0] not in " \t\n" and not any(line != line.rstrip() for line in text.split("\n"))
    return "|" if exact else '"'


def _is_small(value: dict[str, Any] | list[Any]) -> bool:
    parts = [*value.keys(), *value.values()] if isinstance(value, dict) else value
    if any(isinstance(part, dict | list) or (isinstance(part, str) and "\n" in part) for part in parts):
        return False
    return sum(_columns(str(part)) + 2 for part in parts) <= FLOW_WIDTH


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
