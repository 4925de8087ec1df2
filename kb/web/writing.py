"""Reading what the editor sends: a person's typing becomes what a draft holds. The form is hostile until checked here."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import request

from kb.common_format.raw import (
    ForgedForm,
    Operation,
    Outcome,
    Raw,
    carry_out,
    insert_steps,
    parse_operation,
    read_form,
    steps_from_lines,
)
from kb.errors import Invalid
from kb.manuals.drafting import LONGEST_SLUG, DraftRaw, draft_raw, raw_content
from kb.manuals.models import Draft
from kb.web.input import plain

PLUMBING = frozenset({"csrf_token", "version", "do", "note", "slug", "onto", "lines", "open"})
"""Fields of the form that are not of the manual."""
UNFOLD = "open:"
"""Before the name of a step in the value of a button: draw all its fields."""
MOST_UNFOLDED = 20
VALUES = "values."
"""Before the uid of a parameter: the town's value for it."""
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,200}")
LONGEST_VALUE = 300
LONGEST_PASTE = 200_000
_OPEN_AGAIN = "画面を開き直して、もう一度お試しください。"


class TooMuch(Invalid):
    """More than a manual can hold."""


@dataclass(frozen=True)
class Typed:
    """What a form said: what the draft is to hold, what to tell the person, and where to look next ("" for nowhere)."""

    raw: DraftRaw
    messages: tuple[str, ...] = ()
    focus: str = ""
    operation: Operation | None = None

    @property
    def unfolded(self) -> list[str]:
        """Names of the items whose fields are all drawn: those that were, and the one to look at next."""
        before = [name for name in request.form.getlist("open") if _NAME.fullmatch(name)]
        return [name for name in (*before[-MOST_UNFOLDED:], self.focus) if name]


def known_version() -> int:
    """The version of the draft that the page knew. Raises Invalid."""
    text = request.form.get("version", "")
    if not re.fullmatch("[1-9][0-9]{0,8}", text, re.ASCII):
        raise Invalid(_OPEN_AGAIN)
    return int(text)


def sent_fields() -> list[tuple[str, str]]:
    """The fields of the manual in the form, in its order."""
    return [(name, value) for name, value in request.form.items(multi=True) if _of_manual(name)]


def _of_manual(name: str) -> bool:
    return name not in PLUMBING and not name.startswith(VALUES)


def resent_fields() -> list[tuple[str, str]]:
    """What the form said of the manual, its address and the town's words, to be sent again."""
    apart = PLUMBING - {"slug"}
    return [(name, value) for name, value in request.form.items(multi=True) if name not in apart]


def typed_in(draft: Draft, *, act: bool = True) -> Typed:
    """What the form makes of a draft, with what its button asks for done unless told not to `act`.

    Raises ForgedForm for fields and buttons that the page never had, TooMuch when it cannot be kept.
    """
    reading = read_form(sent_fields(), raw_content(draft))
    if reading.too_large:
        raise TooMuch("文字が多すぎて、1つの手順書に入りきりません。手順書を分けてください。下書きは前のままです。")
    told = tuple(f"「{finding.label}」{finding.message}" for finding in reading.findings)
    operation = parse_operation(request.form.get("do", "")) if act else None
    done = _done(reading.raw, operation) if act else Outcome(reading.raw)
    raw = draft_raw(done.raw, _values(done.raw, draft.raw.get("values", {})), _slug(draft))
    return Typed(raw, told + done.messages, done.focus, operation)


def _done(raw: Raw, operation: Operation | None) -> Outcome:
    if operation is not None:
        return carry_out(raw, operation)
    asked, lines = request.form.get("do", ""), request.form.get("lines", "")
    if asked.startswith(UNFOLD):
        names = [f"steps.{step['uid']}" for step in raw["steps"] if UNFOLD + f"steps.{step['uid']}" == asked]
        if not names:
            raise ForgedForm(asked)
        return Outcome(raw, focus=names[0])
    if asked == "paste" and lines.strip():
        return insert_steps(raw, steps_from_lines(pasted(lines)))
    return Outcome(raw)


def pasted(lines: str) -> str:
    """Pasted text without odd characters. Raises TooMuch."""
    if len(lines) > LONGEST_PASTE:
        raise TooMuch(f"貼り付ける文章は{LONGEST_PASTE:,}文字以内に分けてください。")
    return re.sub("[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f\ud800-\udfff]", "", lines)


def _values(raw: Raw, before: Mapping[str, str]) -> dict[str, str]:
    """The town's words by the key that a parameter has now; a parameter whose key is not written yet goes by its uid."""
    found = {}
    for parameter in raw["parameters"]:
        key = value_key(parameter)
        sent = request.form.get(VALUES + parameter["uid"])
        found[key] = before.get(key, "") if sent is None else plain(sent.replace("\n", " "), LONGEST_VALUE)
    return found


def value_key(parameter: Raw) -> str:
    """What the town's value of a parameter is kept under."""
    return str(parameter["key"].strip() or parameter["uid"])


def _slug(draft: Draft) -> str:
    sent = request.form.get("slug")
    return str(draft.raw.get("slug", "")) if sent is None else plain(sent, LONGEST_SLUG)


def says_the_same(draft: Draft) -> bool:
    """Whether what the form carries is what the draft says already; nothing is lost then with an older form."""
    try:
        return typed_in(draft, act=False).raw == draft.raw
    except (ForgedForm, TooMuch):
        return False


@dataclass(frozen=True)
class Difference:
    """A field that reads otherwise on the page than in the draft."""

    name: str
    typed: str
    kept: str | None
    """None when the field is no more."""


def differences(draft: Draft) -> list[Difference]:
    """What the form carries that the draft, written from elsewhere in between, does not say."""
    raw = raw_content(draft)
    kept = dict(_flat(raw)) | {"slug": draft.raw.get("slug", "")}
    kept |= {VALUES + one["uid"]: draft.raw["values"].get(value_key(one), "") for one in raw["parameters"]}
    apart = PLUMBING - {"slug"}
    found = []
    for name in request.form:
        if name in apart:
            continue
        typed, there = request.form.getlist(name)[-1].replace("\r\n", "\n").strip(), kept.get(name)
        if typed != (there or ""):
            found.append(Difference(name, typed, there))
    return found


def _flat(raw: Any, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(raw, dict):
        for part, held in raw.items():
            if part != "uid":
                yield from _flat(held, f"{name}.{part}" if name else part)
    elif isinstance(raw, list):
        for item in raw:
            yield from _flat(item, f"{name}.{item['uid']}")
    else:
        yield name, ("1" if raw else "") if isinstance(raw, bool) else str(raw).strip()
