"""What the editor's page is made of: the plan of the format cut into parts, what was typed, and what stands out in it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from kb.common_format.checks import Finding, Level, Vocabulary, obstacles, warnings
from kb.common_format.checks_obstacles import no_personal_data
from kb.common_format.content import ManualContent
from kb.common_format.fields import Section
from kb.common_format.figures import Figures, figures
from kb.common_format.fill import fill_rate
from kb.common_format.privacy import PersonalData
from kb.common_format.raw import FormField, Raw, Widget, content_of_raw, field_name, fields_of, lenient_content
from kb.common_format.raw import title_of as title_in
from kb.common_format.walk import Path
from kb.manuals.drafting import DraftRaw, spoken_values
from kb.manuals.models import Draft
from kb.standards.models import Phase, Procedure, WorkArea
from kb.web.writing import VALUES, value_key

FEW = 8
"""Fields that a card shows at once."""
ALL_DRAWN = 12
"""Up to so many steps, the folded fields of all cards are drawn; beyond, those of a card when somebody asks for them."""
Options = tuple[tuple[str, str], ...]
"""What a select offers: value and label."""


@dataclass(frozen=True)
class Part:
    """A folded part of the editor: fields that belong together."""

    name: str
    label: str
    fields: tuple[FormField, ...]


@dataclass(frozen=True)
class Layout:
    """The plan of the whole format, cut for the page: what is asked first, the steps, and the rest in parts."""

    first: tuple[FormField, ...]
    steps: FormField
    parts: tuple[Part, ...]

    @property
    def all(self) -> tuple[FormField, ...]:
        """Every field of the content."""
        return (*self.first, self.steps, *(one for part in self.parts for one in part.fields))


@cache
def layout() -> Layout:
    """The layout of a manual; made from the declarations, so that a new field finds its place by itself."""
    fields = fields_of(ManualContent)
    (steps,) = (one for one in fields if one.essential and one.section is not Section.HEADER)
    header = [one for one in fields if one.section is Section.HEADER]
    rest = [one for one in header if not one.essential]
    told = tuple(one for one in rest if one.fill)
    listed = [one for one in rest if not one.fill and one.widget is Widget.ITEMS]
    other = tuple(one for one in rest if not one.fill and one.widget is not Widget.ITEMS)
    sections = [one for one in fields if one.section is not Section.HEADER and one is not steps]
    return Layout(
        first=tuple(one for one in header if one.essential),
        steps=steps,
        parts=(
            Part("told", "読む人の助けになる項目", told),
            *(Part(one.name, one.label, (one,)) for one in [*listed, *sections]),
            Part("other", "そのほかの項目", other),
        ),
    )


@dataclass(frozen=True)
class Shown:
    """A finding on the page: its words, and the name of the field that it links to ("" for the manual as a whole)."""

    level: Level
    name: str
    label: str
    message: str


@dataclass(frozen=True)
class Standing:
    """Where a draft stands: what the bar of the editor says, made anew with every save."""

    number: int
    version: int
    saved_at: datetime
    fill: float
    figures: Figures
    findings: tuple[Shown, ...]

    def at_level(self, level: str) -> list[Shown]:
        """The findings of one level: "draft", "obstacle" or "warning"."""
        return [one for one in self.findings if one.level == level]

    @property
    def marks(self) -> dict[str, list[str]]:
        """Messages that stand beside their field, by its name: what cannot be read, and what looks personal."""
        found: dict[str, list[str]] = {}
        for one in self.findings:
            if one.name and (one.level is Level.DRAFT or "のような記載があります" in one.message):
                found.setdefault(one.name, []).append(one.message)
        return found


Waived = Callable[[ManualContent, dict[str, str]], Collection[tuple[Path, PersonalData]]]
"""What in a content and the town's values looks personal and may stand."""


def standing(draft: Draft, raw: DraftRaw, vocabulary: Vocabulary, waived: Waived) -> Standing:
    """Figures and findings of what was typed. `waived` is asked only when something looks personal."""
    content, values = raw["content"], spoken_values(raw)
    read = content_of_raw(content)
    faults, seen = ([], read) if isinstance(read, ManualContent) else (read, lenient_content(content))
    stops = obstacles(seen, vocabulary, values=values)
    if any(one.code == no_personal_data.__name__ for one in stops):
        stops = obstacles(seen, vocabulary, values=values, waived=waived(seen, values))
    found = [*faults, *stops, *warnings(seen, vocabulary, values=values)]
    return Standing(
        draft.id,
        draft.version,
        draft.updated_at,
        fill_rate(seen).rate,
        figures(seen),
        tuple(_shown(content, one) for one in found),
    )


def _shown(content: Raw, finding: Finding) -> Shown:
    if finding.path[:1] == ("values",):
        names = [VALUES + one["uid"] for one in content["parameters"] if value_key(one) == finding.path[1]]
        name = names[0] if names else ""
    else:
        name = field_name(content, finding.path)
    return Shown(finding.level, name, finding.label, finding.message)


@dataclass(frozen=True)
class Editor:
    """Everything that the templates of the editor draw."""

    draft: Draft
    raw: DraftRaw
    standing: Standing
    options: Mapping[str, Options]
    """What a field of this name offers from the yardstick."""
    note: str = ""
    open_items: frozenset[str] = frozenset()
    """Names of the items that are unfolded from the start."""
    marks: Mapping[str, list[str]] = field(init=False)
    goals: Options = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "marks", self.standing.marks)
        steps = enumerate(self.raw["content"]["steps"], start=1)
        object.__setattr__(
            self,
            "goals",
            tuple((step["uid"], f"{place} {step['title'].strip() or '(手順名なし)'}") for place, step in steps),
        )

    @property
    def layout(self) -> Layout:
        """Where the fields stand."""
        return layout()

    @property
    def title(self) -> str:
        """The title so far."""
        return title_in(self.raw["content"])

    def value_of(self, parameter: Raw) -> str:
        """The town's value of a parameter."""
        return str(self.raw["values"].get(value_key(parameter), ""))

    def cut(self, fields: tuple[FormField, ...]) -> tuple[tuple[FormField, ...], tuple[FormField, ...]]:
        """The fields of a card that are always seen, and those behind 「くわしく」; few fields are never folded."""
        if len(fields) <= FEW:
            return fields, ()
        return tuple(one for one in fields if one.essential), tuple(one for one in fields if not one.essential)

    def written(self, fields: tuple[FormField, ...], item: Mapping[str, Any]) -> int:
        """How many of the fields of an item hold something."""
        return sum(_says(item[one.name]) for one in fields)

    def place_of(self, uid: str) -> int:
        """The number of a step."""
        return [one for one, _ in self.goals].index(uid) + 1

    def is_shown(self, fields: tuple[FormField, ...]) -> bool:
        """Whether a part of the page is unfolded: something in it needs a look or was just worked on."""
        names = {one.name for one in fields}
        return any(name.partition(".")[0] in names for name in (*self.marks, *self.open_items))

    def is_open(self, name: str, folded: tuple[FormField, ...]) -> bool:
        """Whether the folded fields of an item are shown: it was asked for, or something in them needs a look."""
        if name in self.open_items or any(one.startswith(name + ".") for one in self.open_items):
            return True
        starts = {f"{name}.{one.name}" for one in folded} if self.marks else ()
        return any(mark == start or mark.startswith(start + ".") for mark in self.marks for start in starts)

    def is_drawn(self, name: str, folded: tuple[FormField, ...]) -> bool:
        """Whether the folded fields of an item are on the page at all; what the form does not carry stays as it is."""
        return len(self.goals) <= ALL_DRAWN or self.is_open(name, folded)

    def anchor(self, name: str) -> str:
        """Where a finding links to: its field, or the card of a step whose fields are not on the page."""
        parts = name.split(".")
        if len(parts) < 3 or parts[0] != self.layout.steps.name:
            return name
        seen, folded = self.cut(self.layout.steps.fields)
        card = ".".join(parts[:2])
        return name if parts[2] in {one.name for one in seen} or self.is_drawn(card, folded) else card


def _says(held: Any) -> bool:
    if isinstance(held, dict):
        return any(_says(one) for name, one in held.items() if name != "uid")
    return bool(held.strip() if isinstance(held, str) else held)


def offered(
    procedures: Sequence[Procedure], areas: Sequence[WorkArea], phases: Sequence[Phase], kind: str
) -> dict[str, Options]:
    """What selects offer from the yardstick, by the name of the field; phases of the procedure's kind of work come first."""
    names = dict.fromkeys([one.name for one in phases if one.kind == kind] + [one.name for one in phases])
    return {
        "procedure": tuple((one.key, f"{one.name}({one.work_area_code})") for one in procedures),
        "work_areas": tuple((one.code, one.name) for one in areas),
        "phase": tuple((name, name) for name in names),
    }
