"""What buttons do to the repeated things of a raw form: add, remove, move, duplicate, split. Values in, values out."""

from dataclasses import dataclass

from kb.common_format.raw_values import Raw
from kb.common_format.walk import Path

MOST_STEPS = 500
MOST_ITEMS = 200
"""The most items in a list other than the steps."""


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


def parse_operation(text: str) -> Operation | None:
    """The operation that the value of a button says, None for what is none.

    `add:<list>` or `add:<list>:<uid to stand after>`, `remove:<item>`, `up:<item>`, `down:<item>`,
    `move:<item>:<place from 1>`, `duplicate:<item>`, `split:<step>`; a list is `steps` or `steps.<uid>.branches`, an
    item is its list and uid: `steps.<uid>`, `steps.<uid>.branches.<uid>`, `faq.<uid>`, `parameters.<uid>`.
    """
    raise NotImplementedError


def carry_out(raw: Raw, operation: Operation) -> Outcome:
    """`raw` after `operation`. Raises `ForgedForm` for a list or an item that is not there.

    Moving keeps uids; duplicating makes new ones inside too and stands right after. Removing a step leads the branches
    into it to the step after it, or the end; removing the last one leaves an empty one. Splitting cuts 「行うこと」 at the
    first line `---`, else at the first blank line, else at the first line end: the first part keeps the uid and all that
    belongs to it, the second is a new step of the same actor, phase and audience and takes the branches along.
    """
    raise NotImplementedError
