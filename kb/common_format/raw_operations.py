"""What buttons do to the repeated things of a raw form: add, remove, move, duplicate, split. Values in, values out."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from kb.common_format.content import ManualContent
from kb.common_format.fields import Value
from kb.common_format.raw_duplicate import duplicated
from kb.common_format.raw_form import ForgedForm
from kb.common_format.raw_plan import FormField, Widget, by_name
from kb.common_format.raw_split import split_step
from kb.common_format.raw_values import LONGEST, Raw, blank_item, characters
from kb.common_format.step import END, Step
from kb.common_format.walk import Path

MOST_STEPS = 500
MOST_ITEMS = 200
"""The most items in a list other than the steps."""
STEPS = ("steps",)
_NAME = re.compile(r"[A-Za-z0-9_-]{1,60}", re.ASCII)
_LONGEST_BUTTON = 500


@dataclass(frozen=True)
class Operation:
    """One thing to do. `path` leads to an item, for `add` to a list (`("steps", uid, "branches")`).

    `argument` is for `add` the uid of the item to stand after ("" = at the end), for `move` the place counted from 1.
    """

    verb: str
    path: Path
    argument: str = ""


@dataclass(frozen=True)
class Outcome:
    """The raw form after an operation. `messages` tell in Japanese what else happened, or why nothing did.

    `focus` names the item to look at next (`steps.<uid>`), "" for none.
    """

    raw: Raw
    messages: tuple[str, ...] = ()
    focus: str = ""


@dataclass(frozen=True)
class Listed:
    """A list in a raw form: where it is, how it is declared, what stands in it."""

    path: Path
    field: FormField
    items: list[Raw]

    @property
    def most(self) -> int:
        """The most items that it takes."""
        return MOST_STEPS if self.path == STEPS else MOST_ITEMS

    def place(self, uid: str) -> int:
        """The index of the item called `uid`. Raises `ForgedForm` when there is none."""
        for place, item in enumerate(self.items):
            if item["uid"] == uid:
                return place
        raise ForgedForm(".".join((*self.path, uid)))

    def name(self, item: Raw) -> str:
        """The dotted name of an item."""
        return ".".join((*self.path, item["uid"]))


def parse_operation(text: str) -> Operation | None:
    """The operation that the value of a button says, None for what is none.

    `add:<list>` or `add:<list>:<uid to stand after>`, `remove:<item>`, `up:<item>`, `down:<item>`,
    `move:<item>:<place from 1>`, `duplicate:<item>`, `split:<step>`; a list is `steps` or `steps.<uid>.branches`, an
    item is its list and uid: `steps.<uid>`, `steps.<uid>.branches.<uid>`, `faq.<uid>`, `parameters.<uid>`.
    """
    if len(text) > _LONGEST_BUTTON:
        return None
    verb, _, rest = text.partition(":")
    name, _, argument = rest.partition(":")
    path = tuple(name.split("."))
    if verb not in _VERBS or not all(_NAME.fullmatch(part) for part in path):
        return None
    if verb == "move":
        argument = unicodedata.normalize("NFKC", argument).strip()
    return Operation(verb, path, argument) if _fits(verb, argument) else None


def carry_out(raw: Raw, operation: Operation) -> Outcome:
    """`raw` after `operation`. Raises `ForgedForm` for a list or an item that is not there.

    Moving keeps uids; duplicating makes new ones inside too and stands right after. Removing a step leads the branches
    into it to the step after it, or the end; removing the last one leaves an empty one. Splitting cuts 「行うこと」 at the
    first line `---`, else at the first blank line, else at the first line end: the first part keeps the uid and all that
    belongs to it, the second is a new step of the same actor, phase and audience and takes the branches along.
    """
    path = operation.path if operation.verb == "add" else operation.path[:-1]
    listed = Listed(path, *_located(raw, path))
    return _VERBS[operation.verb](raw, listed, operation)


def with_items(raw: Raw, path: Path, items: list[Raw]) -> Raw:
    """`raw` with `items` in place of the list at `path`, which is there."""
    name, *rest = path
    if not rest:
        return {**raw, name: items}
    held = raw[name]
    if isinstance(held, dict):
        return {**raw, name: with_items(held, tuple(rest), items)}
    uid, *deeper = rest
    changed = [with_items(item, tuple(deeper), items) if item["uid"] == uid else item for item in held]
    return {**raw, name: changed}


def no_room(raw: Raw, listed: Listed, more: list[Raw]) -> str | None:
    """Why `more` items do not fit, in Japanese; None when they do."""
    if len(listed.items) + len(more) > listed.most:
        return f"「{listed.field.label}」は{listed.most}個までです。要らないものを消すか、手順書を分けてください。"
    if characters(raw) + characters(more) > LONGEST:
        return f"全体で{LONGEST:,}文字を超えるため、追加していません。手順書を分けてください。"
    return None


def _fits(verb: str, argument: str) -> bool:
    if verb == "add":
        return argument == "" or _NAME.fullmatch(argument) is not None
    if verb == "move":
        return argument.isascii() and argument.isdigit() and len(argument) <= 6
    return argument == ""


def _located(raw: Raw, path: Path) -> tuple[FormField, list[Raw]]:
    model: type[Value] = ManualContent
    waiting = list(path)
    while waiting:
        field = by_name(model).get(waiting.pop(0))
        if field is None or field.inner is None:
            break
        model, held = field.inner, raw[field.name]
        if field.widget is Widget.GROUP:
            raw = held
        elif not waiting:
            return field, held
        else:
            raw = held[Listed(path, field, held).place(waiting.pop(0))]
    raise ForgedForm(".".join(path))


def _add(raw: Raw, listed: Listed, operation: Operation) -> Outcome:
    place = listed.place(operation.argument) + 1 if operation.argument else len(listed.items)
    return _inserted(raw, listed, place, blank_item(listed.field.inner or Step))


def _inserted(raw: Raw, listed: Listed, place: int, item: Raw) -> Outcome:
    problem = no_room(raw, listed, [item])
    if problem:
        return Outcome(raw, (problem,))
    items = [*listed.items[:place], item, *listed.items[place:]]
    return Outcome(with_items(raw, listed.path, items), focus=listed.name(item))


def _remove(raw: Raw, listed: Listed, operation: Operation) -> Outcome:
    place = listed.place(operation.path[-1])
    items = [*listed.items[:place], *listed.items[place + 1 :]]
    messages: tuple[str, ...] = ()
    if listed.path == STEPS:
        items, messages = _without_step(items, operation.path[-1], place)
    beside = items[min(place, len(items) - 1)] if items else None
    return Outcome(with_items(raw, listed.path, items), messages, listed.name(beside) if beside else "")


def _without_step(items: list[Raw], uid: str, place: int) -> tuple[list[Raw], tuple[str, ...]]:
    """The remaining steps, with branches that led to the removed one leading to what now stands in its place."""
    if not items:
        return [blank_item(Step)], ()
    following = items[place] if place < len(items) else None
    goal = following["uid"] if following else END
    turned = sum(branch["goto"].strip() == uid for step in items for branch in step["branches"])
    if not turned:
        return items, ()
    name = f"手順「{following['title'].strip() or place + 1}」" if following else "終わり"
    return [_turned(step, uid, goal) for step in items], (
        f"消した手順に進む分岐が{turned}個ありました。行き先を{name}に変えました。",
    )


def _turned(step: Raw, uid: str, goal: str) -> Raw:
    branches = [{**one, "goto": goal} if one["goto"].strip() == uid else one for one in step["branches"]]
    return {**step, "branches": branches}


def _moved(raw: Raw, listed: Listed, operation: Operation, place: int) -> Outcome:
    before = listed.place(operation.path[-1])
    items = [*listed.items[:before], *listed.items[before + 1 :]]
    items.insert(max(place, 0), listed.items[before])
    return Outcome(with_items(raw, listed.path, items), focus=".".join(operation.path))


def _up(raw: Raw, listed: Listed, operation: Operation) -> Outcome:
    return _moved(raw, listed, operation, listed.place(operation.path[-1]) - 1)


def _down(raw: Raw, listed: Listed, operation: Operation) -> Outcome:
    return _moved(raw, listed, operation, listed.place(operation.path[-1]) + 1)


def _move(raw: Raw, listed: Listed, operation: Operation) -> Outcome:
    return _moved(raw, listed, operation, int(operation.argument) - 1)


def _duplicate(raw: Raw, listed: Listed, operation: Operation) -> Outcome:
    place = listed.place(operation.path[-1])
    return _inserted(raw, listed, place + 1, duplicated(listed.items[place], listed.items))


def _split(raw: Raw, listed: Listed, operation: Operation) -> Outcome:
    if listed.path != STEPS:
        raise ForgedForm(".".join(operation.path))
    place = listed.place(operation.path[-1])
    parts = split_step(listed.items[place])
    if parts is None:
        return Outcome(raw, ("分けるところがありません。「行うこと」に空行か「---」だけの行を入れてください。",))
    problem = no_room(raw, listed, [blank_item(Step)])
    if problem:
        return Outcome(raw, (problem,))
    items = [*listed.items[:place], *parts, *listed.items[place + 1 :]]
    return Outcome(with_items(raw, STEPS, items), focus=listed.name(parts[1]))


_VERBS: Mapping[str, Callable[[Raw, Listed, Operation], Outcome]] = MappingProxyType(
    {
        "add": _add,
        "remove": _remove,
        "up": _up,
        "down": _down,
        "move": _move,
        "duplicate": _duplicate,
        "split": _split,
    }
)
