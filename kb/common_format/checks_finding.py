"""What a check says, and what it may look at beside the content."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kb.common_format.content import ManualContent
from kb.common_format.privacy import PersonalData
from kb.common_format.walk import Path


class Level(StrEnum):
    """How much a finding weighs."""

    DRAFT = "draft"
    """The draft cannot be read as a content yet."""
    WARNING = "warning"
    """Worth a look; publishing is possible."""
    OBSTACLE = "obstacle"
    """Publishing is refused."""

    @property
    def label(self) -> str:
        """The word on the page."""
        return {"draft": "書き方の誤り", "warning": "確認してください", "obstacle": "公開できません"}[self.value]


@dataclass(frozen=True)
class Finding:
    """One thing to put right. `path` leads to the field (see `walk`), `message` says in Japanese what to do there."""

    level: Level
    code: str
    path: Path
    label: str
    message: str


@dataclass(frozen=True)
class Vocabulary:
    """The words of the yardstick that a content may point at."""

    procedures: frozenset[str] = frozenset()
    work_areas: frozenset[str] = frozenset()
    phases: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Setting:
    """What a rule sees beside the content: the vocabulary, the town's values, and what was waived (path, kind)."""

    vocabulary: Vocabulary = Vocabulary()
    values: Mapping[str, str] = field(default_factory=dict)
    waived: Collection[tuple[Path, PersonalData]] = ()


@dataclass(frozen=True)
class Remark:
    """What a rule gives: a finding that does not know its level and code yet."""

    path: Path
    label: str
    message: str


Rule = Callable[[ManualContent, Setting], Iterable[Remark]]
"""One rule: its name is the code of its findings, its docstring says when it speaks."""


def apply(rules: Iterable[Rule], level: Level, content: ManualContent, setting: Setting) -> list[Finding]:
    """The findings of `rules`, in their order."""
    return [
        Finding(level, rule.__name__, remark.path, remark.label, remark.message)
        for rule in rules
        for remark in rule(content, setting)
    ]
