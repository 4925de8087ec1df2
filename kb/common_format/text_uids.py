"""Giving uids to items that lack one, in the text itself: comments, order and layout stay as the author wrote them."""

from collections.abc import Callable, Iterator
from typing import Any, get_args

import yaml

from kb.common_format.content import ManualContent
from kb.common_format.fields import Section, Value, new_uid
from kb.common_format.text_layout import Block, Item, Part, read_layout
from kb.common_format.text_parse import item_model
from kb.common_format.text_problems import TextFormError
from kb.common_format.text_yaml import YamlError, is_unwritten, read_node

Insertion = tuple[int, int, str]
"""Line from 1, column from 0, text to insert there."""


def assign_uids(text: str, name: str = "", make: Callable[[], str] = new_uid) -> str:
    """`text` with a uid from `make` for each heading of an item and each item in YAML that has none.

    Nothing else changes but line ends (LF); what has a uid keeps it. `name` stands in the problems. Raises
    `TextFormError` when the file cannot be taken apart; values are not judged here.
    """
    layout = read_layout(text, name)
    problems = layout.problems
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    insertions: list[Insertion] = []
    blocks = [(layout.front, ManualContent), *(found for part in layout.parts for found in _blocks(part))]
    for block, annotation in blocks:
        try:
            insertions += _lacking_in_block(block, annotation, make)
        except YamlError as error:
            problems.append(error.problem)
    if problems:
        raise TextFormError(problems, name)
    for item in _headings(layout.parts):
        heading = lines[item.line - 1].rstrip().removesuffix("{#}").rstrip()
        lines[item.line - 1] = f"{heading} {{#{make()}}}"
    for line, column, added in sorted(insertions, reverse=True):
        old = lines[line - 1]
        lines[line - 1] = old[:column] + added + old[column:]
    return "\n".join(lines)


def _headings(parts: list[Part]) -> Iterator[Item]:
    return (item for part in parts for item in part.items if item.uid is None)


def _blocks(part: Part) -> Iterator[tuple[Block, Any]]:
    if part.data:
        yield part.data, ManualContent.model_fields[part.name].annotation
    if part.spec.section is Section.ITEMS:
        model = item_model(ManualContent, part.name)
        yield from ((item.data, model) for item in part.items if item.data)


def _lacking_in_block(block: Block, annotation: Any, make: Callable[[], str]) -> list[Insertion]:
    node = read_node(block.text, block.line)
    if node is None:
        return []
    if isinstance(annotation, type) and isinstance(node, yaml.MappingNode):
        return list(_lacking_inside(node, annotation, block.line, make))  # the block's own uid is its heading's
    return list(_lacking(node, annotation, block.line, make))


def _lacking(node: yaml.Node, annotation: Any, first: int, make: Callable[[], str]) -> Iterator[Insertion]:
    model = _model(annotation)
    if isinstance(node, yaml.SequenceNode):
        for child in node.value:
            yield from _lacking(child, annotation, first, make)
    elif isinstance(node, yaml.MappingNode) and model:
        if "uid" in model.model_fields:
            yield from _own(node, first, make)
        yield from _lacking_inside(node, model, first, make)


def _lacking_inside(
    node: yaml.MappingNode, model: type[Any], first: int, make: Callable[[], str]
) -> Iterator[Insertion]:
    for key, child in node.value:
        info = model.model_fields.get(key.value) if isinstance(key.value, str) else None
        if info:
            yield from _lacking(child, info.annotation, first, make)


def _own(node: yaml.MappingNode, first: int, make: Callable[[], str]) -> Iterator[Insertion]:
    """The uid that the mapping `node` itself lacks: none at all, or a `uid:` with nothing after it."""
    said = next((value for key, value in node.value if key.value == "uid"), None)
    mark = (said or node).start_mark
    line, column = first + mark.line, mark.column
    if said is not None:
        if is_unwritten(said) and not said.value:
            yield line, column, f" {make()}"
    elif node.flow_style:
        yield line, column + 1, f"uid: {make()}, " if node.value else f"uid: {make()}"
    else:
        yield line, column, f"uid: {make()}\n" + " " * column


def _model(annotation: Any) -> type[Value] | None:
    """The `Value` class in `Item`, `Item | None` or `tuple[Item, ...]`; None when there is none."""
    if isinstance(annotation, type) and issubclass(annotation, Value):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model(part))), None)
