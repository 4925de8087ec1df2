"""Three levels of checking, as data: a draft may be incomplete, a preview warns, publishing refuses.

A new rule is one small function in the `RULES` of `checks_obstacles` or `checks_warnings`, and its test.
"""

from collections.abc import Collection, Mapping

from kb.common_format import checks_obstacles, checks_warnings
from kb.common_format.checks_draft import draft_findings
from kb.common_format.checks_finding import Finding, Level, Setting, Vocabulary, apply
from kb.common_format.content import ManualContent
from kb.common_format.privacy import PersonalData
from kb.common_format.walk import Path

__all__ = ["Finding", "Level", "Vocabulary", "draft_findings", "obstacles", "warnings"]


def obstacles(
    content: ManualContent,
    vocabulary: Vocabulary,
    *,
    values: Mapping[str, str] | None = None,
    waived: Collection[tuple[Path, PersonalData]] = (),
) -> list[Finding]:
    """What publishing refuses; an empty list means that `content` with the town's `values` may be published.

    `waived` names the personal data that somebody looked at and let pass: path and kind.
    """
    setting = Setting(vocabulary, values or {}, waived)
    return apply(checks_obstacles.RULES, Level.OBSTACLE, content, setting)


def warnings(
    content: ManualContent, vocabulary: Vocabulary, *, values: Mapping[str, str] | None = None
) -> list[Finding]:
    """What deserves a look before publishing."""
    return apply(checks_warnings.RULES, Level.WARNING, content, Setting(vocabulary, values or {}))
