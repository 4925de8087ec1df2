"""Ways to start a manual: what the form of the start page asks for, as what a draft holds."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from flask import request

from kb.common_format.content import ManualContent
from kb.common_format.envelope import Provenance
from kb.common_format.fields import new_uid
from kb.common_format.raw import blank_raw, insert_steps, raw_of, steps_from_lines
from kb.common_format.text import assign_uids
from kb.common_format.text_problems import TextFormError
from kb.errors import Invalid
from kb.exchange.formats import FORMATS
from kb.manuals.drafting import DraftRaw, copied, draft_raw, from_procedure
from kb.manuals.queries import content_of, manual_at, manuals_of_town, newest_revision
from kb.standards.queries import phases, procedure
from kb.web.current import session, viewer
from kb.web.origins import origin_in
from kb.web.writing import pasted

LONGEST_FILE = 1_000_000


@dataclass(frozen=True)
class Refused:
    """A start that needs another look; everything typed stands in the form again."""

    way: str
    message: str
    problems: tuple[str, ...] = ()
    twins: tuple[tuple[str, str], ...] = ()
    """Manuals that the town has for the same procedure: address slug and title."""
    text: str = ""
    form: str = "md"
    key: str = field(default_factory=lambda: new_uid() + new_uid())


@dataclass(frozen=True)
class Started:
    """What a draft begins with, and where it was taken from."""

    raw: DraftRaw
    origin: Provenance | None = None


def start() -> Started | Refused:
    """What the start form asks for. Raises Invalid for a way that is not offered."""
    way = request.form.get("from", "")
    if way not in _WAYS:
        raise Invalid("作り方を選んで、もう一度お試しください。")
    made = _WAYS[way]()
    return made if isinstance(made, Started | Refused) else Started(made)


def _blank() -> DraftRaw | Refused:
    return draft_raw(blank_raw())


def _procedure() -> DraftRaw | Refused:
    found = procedure(session(), request.form.get("procedure", "")[:80])
    if found is None:
        raise Invalid("標準業務を一覧から選んで、もう一度お試しください。")
    known = [one.name for one in phases(session()) if one.kind == found.kind]
    wished = set(request.form.getlist("phase"))
    return draft_raw(from_procedure(found, [name for name in known if name in wished]), slug=found.key)


def _copy() -> DraftRaw | Refused:
    manual = manual_at(session(), viewer().own_town or "", request.form.get("manual", "")[:80])
    newest = newest_revision(session(), manual.id) if manual else None
    if newest is None:
        raise Invalid("写す手順書を一覧から選んで、もう一度お試しください。")
    return draft_raw(raw_of(copied(content_of(newest))), newest.parameter_values)


def _lines() -> DraftRaw | Refused:
    text = pasted(request.form.get("lines", ""))
    steps = steps_from_lines(text)
    if not steps:
        return Refused("lines", "手順になる行がありません。1行に1つ、手順を貼り付けてください。", text=text)
    outcome = insert_steps(blank_raw(), steps)
    if outcome.raw["steps"] and len(outcome.raw["steps"]) < len(steps):
        return Refused("lines", "、".join(outcome.messages), text=text)
    return draft_raw(outcome.raw)


def _file() -> Started | Refused:
    sent = request.files.get("file")
    form = request.form.get("form", "md")
    text = pasted_file(request.form.get("text", "").encode("utf-8", "replace"))
    if sent is not None and sent.filename:
        form = "json" if sent.filename.lower().endswith(".json") else "md"
        text = pasted_file(sent.read(LONGEST_FILE + 1))
    if form not in FORMATS or not text.strip():
        return Refused("file", "ファイルを選ぶか、中身を貼り付けてください。", text=text)
    try:
        parsed = FORMATS[form].parse(_named(text) if form == "md" else text, "")
    except TextFormError as error:
        said = tuple(str(problem) for problem in error.problems)
        message = f"読み取れないところが{len(said)}か所あります。下の文章を直すか、ファイルを直して選び直してください。"
        return Refused("file", message, problems=said, text=text, form=form)
    twins = () if request.form.get("anyway") else twins_of(parsed.content)
    if twins:
        return Refused("file", "この業務の手順書が、既にあります。", twins=twins, text=text, form=form)
    raw = draft_raw(raw_of(parsed.content), parsed.envelope.values, parsed.envelope.slug)
    return Started(raw, origin_in(parsed.envelope))


def _named(text: str) -> str:
    """The text form with a uid for whatever has none; as it is when it cannot be taken apart, so that all problems are told."""
    try:
        return assign_uids(text)
    except TextFormError:
        return text


def pasted_file(data: bytes) -> str:
    """A file's bytes as text. Raises Invalid when it is no text, or too long for a manual."""
    if len(data) > LONGEST_FILE:
        raise Invalid("ファイルが大きすぎます。1つの手順書のファイルを選んでください(1MBまで)。")
    for encoding in ("utf-8-sig", "cp932"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not re.search("[\x00-\x08\x0e-\x1f]", text):
            return text
    raise Invalid("文字のファイルとして読めません。書き出したテキストか JSON のファイルを選んでください。")


def twins_of(content: ManualContent) -> tuple[tuple[str, str], ...]:
    """The manuals that the viewer's town has for the same procedure."""
    return twins_for(content.procedure) if content.procedure else ()


def twins_for(key: str) -> tuple[tuple[str, str], ...]:
    """The manuals that the viewer's town has for a procedure."""
    town = viewer().own_town
    return tuple((one.slug, one.title) for one in manuals_of_town(session(), town, procedure=key)) if town else ()


_WAYS: Mapping[str, Callable[[], DraftRaw | Started | Refused]] = {
    "blank": _blank,
    "procedure": _procedure,
    "copy": _copy,
    "lines": _lines,
    "file": _file,
}
