"""What a draft holds and where it starts from: values in, values out."""

import re
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from kb.common_format.content import ManualContent, uids_in
from kb.common_format.fields import new_uid
from kb.common_format.header import LegalBasis
from kb.common_format.raw import Raw, blank_item, blank_raw, completed, insert_steps, raw_of
from kb.common_format.step import Step
from kb.errors import Conflict
from kb.manuals.models import Draft, Revision
from kb.manuals.queries import content_of
from kb.standards.models import Procedure

DraftRaw: TypeAlias = dict[str, Any]
"""`{"content": Raw, "values": {key: text}, "slug": text}`: the manual as typed, the town's words, the wished address."""

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_BASIS = re.compile(r"(.*?)(第[0-9０-９一二三四五六七八九十百]+条.*)?")
LONGEST_SLUG = 80


class Overtaken(Conflict):
    """The draft was written from another window in between; `draft` is as it stands now."""

    def __init__(self, draft: Draft) -> None:
        super().__init__("この下書きは、別の画面で書き替えられています。")
        self.draft = draft


class ConcurrentRevision(Conflict):
    """Somebody saved a revision since the draft began: `draft` and `theirs` both stay."""

    def __init__(self, draft: Draft, theirs: Revision) -> None:
        super().__init__("ほかの人が、この手順書の新しい控えを保存しています。")
        self.draft = draft
        self.theirs = theirs


def draft_raw(content: Raw, values: dict[str, str] | None = None, slug: str = "") -> DraftRaw:
    """What a draft holds."""
    return {"content": content, "values": dict(values or {}), "slug": slug}


def raw_content(draft: Draft) -> Raw:
    """The content of a draft as typed, whole also when the format has gained fields since."""
    return completed(draft.raw.get("content"))


def started_from(revision: Revision | None) -> DraftRaw:
    """A draft that says what a revision says."""
    if revision is None:
        return draft_raw(blank_raw())
    return draft_raw(raw_of(content_of(revision)), revision.parameter_values)


def from_procedure(procedure: Procedure, phases: Sequence[str]) -> Raw:
    """A manual of one's own for a row of the yardstick: title, work area, legal basis, and an empty step in each phase."""
    raw = blank_raw()
    raw |= {"title": procedure.name, "procedure": procedure.key, "work_areas": procedure.work_area_code}
    raw["legal_bases"] = [{**blank_item(LegalBasis), **basis} for basis in _bases(procedure.legal_basis)]
    steps = [{**blank_item(Step), "phase": phase} for phase in phases]
    return insert_steps(raw, steps).raw if steps else raw


def _bases(text: str) -> list[dict[str, str]]:
    """Names and articles of legal bases written in one line: 「地方自治法第14条、第15条、戸籍法」."""
    found: list[dict[str, str]] = []
    for part in filter(None, (part.strip() for part in re.split("[、,]", text))):
        name, article = _BASIS.fullmatch(part).groups()  # type: ignore[union-attr]  # it takes any line that is not empty
        if not name and found:
            found[-1]["article"] += f"、{article}"
        else:
            found.append({"name": name.strip() or part, "article": (article or "") if name else ""})
    return found


def copied(content: ManualContent) -> ManualContent:
    """A new manual that says the same: every repeated thing gets a name of its own, and branches lead to the new names."""
    names = {uid: new_uid() for uid in uids_in(content)}

    def renamed(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: renamed(held, name) for name, held in value.items()}
        if isinstance(value, list):
            return [renamed(one) for one in value]
        return names.get(value, value) if key in ("uid", "goto") else value

    return ManualContent.model_validate(renamed(content.model_dump(mode="json")))


def spoken_values(raw: DraftRaw) -> dict[str, str]:
    """The town's words that are written, without the blanks around them."""
    return {key: value.strip() for key, value in raw.get("values", {}).items() if value.strip()}


def free_slug(wished: str, content: ManualContent, taken: Callable[[str], bool]) -> str:
    """An address for a new manual: as wished, else after its procedure; with a number when it is taken."""
    start = next((one for one in (wished, content.procedure or "") if is_slug(one)), "tejunsho")
    number, slug = 1, start
    while taken(slug):
        number += 1
        slug = f"{start[: LONGEST_SLUG - len(str(number)) - 1].rstrip('-')}-{number}"
    return slug


def is_slug(text: str) -> bool:
    """Whether `text` can stand in an address."""
    return len(text) <= LONGEST_SLUG and _SLUG.fullmatch(text) is not None
