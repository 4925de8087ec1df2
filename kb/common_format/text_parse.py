"""Reading the text form back: lines → layout → raw values with the line of each → the validated value."""

import re
from typing import Any

from kb.common_format.content import ManualContent
from kb.common_format.envelope import Envelope, ManualFile
from kb.common_format.fields import Section, Value, specs
from kb.common_format.text_layout import Block, Item, Part, read_layout
from kb.common_format.text_problems import Path, Problem, TextFormError, shown, validated
from kb.common_format.text_yaml import Plain, YamlError, read_node
from kb.common_format.upgrades import Raw, VersionError, upgrade


def parse(text: str, name: str = "") -> ManualFile:
    """The value of a text form. `name` (a file name or path) only stands in the problems.

    Raises `TextFormError` with every problem of the lines and the YAML; when there is none, with every problem that
    the model finds. Never raises anything else, whatever `text` is.
    """
    layout = read_layout(text, name)
    source = _Source(layout.problems)
    envelope, content = source.front(layout.front)
    for part in layout.parts:
        content[part.name] = source.part(part)
    if not source.problems:
        content = source.upgraded(envelope, content)
    if source.problems:
        raise TextFormError(source.problems, name)
    return validated(envelope, content, source.lines, name)


class _Source:
    """Raw values of one file, gathered with the lines where they stand and what was wrong."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        self.lines: dict[Path, int] = {("envelope",): 1, ("content",): 1}

    def front(self, block: Block) -> tuple[Raw, Raw]:
        """Front matter → raw envelope and raw header of the content."""
        entries, lines = self._entries(block, ())
        ours: dict[str, Raw] = {"envelope": {}, "content": {}}
        header = {name for name, spec in specs(ManualContent) if spec.section is Section.HEADER}
        for name, value in entries.items():
            if name not in header and name not in Envelope.model_fields:
                message = f"見出し情報に「{name}」という項目はありません。名前を確かめるか、削除してください。"
                self.problems.append(Problem(message, lines.get((name,)), name))
                continue
            ours["content" if name in header else "envelope"][name] = value
        for path, line in lines.items():
            if path:
                self.lines[("content" if path[0] in header else "envelope", *path)] = line
        return ours["envelope"], ours["content"]

    def part(self, part: Part) -> Any:
        """One section → the raw value of its field."""
        path: Path = ("content", part.name)
        self.lines[path] = part.line
        if part.spec.section is Section.PROSE:
            return part.prose
        if part.spec.section is Section.ITEMS:
            model = item_model(ManualContent, part.name)
            return [self._item(item, model, (*path, n)) for n, item in enumerate(part.items)]
        if part.data is None:
            return ManualContent.model_fields[part.name].get_default()
        found, lines = self._value(part.data)
        self.lines.update({(*path, *inner): line for inner, line in lines.items()})
        return found

    def _item(self, item: Item, model: type[Value], path: Path) -> Raw:
        entries, lines = self._entries(item.data, path) if item.data else ({}, {})
        self.lines.update({(*path, *inner): line for inner, line in lines.items()})
        self.lines[path] = item.line
        roles = {spec.role: name for name, spec in specs(model) if spec.role}
        own = {"uid": item.uid, roles.get("heading", ""): item.title, roles.get("body", ""): item.body}
        if item.uid is None:
            message = (
                "uidがありません。見出しの終わりに「{#変わらない名前}」を付けてください(取り込みでは自動で付きます)。"
            )
            self.problems.append(Problem(message, item.line, shown((*path, "uid"))))
        for name in own:
            if name in entries:
                message = f"「{name}」は見出しと本文に書くものです。yamlのかこみから削除してください。"
                self.problems.append(Problem(message, lines.get((name,)), shown((*path, name))))
        return {**entries, **{name: value for name, value in own.items() if name}}

    def _entries(self, block: Block, path: Path) -> tuple[Raw, dict[Path, int]]:
        found, lines = self._value(block)
        if isinstance(found, dict):
            return found, lines
        if found:
            message = "「名前: 値」の組で書いてください。"
            self.problems.append(Problem(message, block.line, shown(path)))
        return {}, lines

    def _value(self, block: Block) -> tuple[Any, dict[Path, int]]:
        try:
            node = read_node(block.text, block.line)
        except YamlError as error:
            self.problems.append(error.problem)
            return {}, {}
        if node is None:
            return {}, {}
        plain = Plain(block.line)
        found = plain.value(node)
        self.problems.extend(plain.problems)
        return found, plain.lines

    def upgraded(self, envelope: Raw, content: Raw) -> Raw:
        """`content` in today's version; the version in `envelope` follows."""
        version = envelope.get("format_version")
        if isinstance(version, str) and re.fullmatch("[0-9]{1,6}", version):
            version = int(version)
        try:
            new = upgrade({**content, "format_version": version})
        except VersionError as error:
            line = self.lines.get(("envelope", "format_version"), 1)
            self.problems.append(Problem(error.message, line, "format_version"))
            return content
        envelope["format_version"] = new.pop("format_version")
        return new


def item_model(model: type[Value], name: str) -> type[Value]:
    """The class of the items in the field `name` of `model`, declared as `tuple[Item, ...]`."""
    found: type[Value] = model.model_fields[name].annotation.__args__[0]  # type: ignore[union-attr]  # a tuple by its section
    return found


def expected_name(envelope: Envelope, *, older: bool = False) -> str:
    """The file name of a manual: `<slug>.md`, or `<slug>@<edition>.md` for an edition that is no longer the newest."""
    return f"{envelope.slug}@{envelope.edition}.md" if older else f"{envelope.slug}.md"


def check_name(envelope: Envelope, path: str) -> None:
    """Raise `TextFormError` when the file name at the end of `path` is neither of the `expected_name`s."""
    names = [expected_name(envelope), expected_name(envelope, older=True)]
    if path.replace("\\", "/").rpartition("/")[2] not in names:
        message = f"ファイル名と中身が合いません。「{names[0]}」(古い版は「{names[1]}」)にしてください。"
        raise TextFormError([Problem(message, field="slug")], path)
