"""The form by which a reader reports on a manual: below the manual, and on a page of its own."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for

from kb.publishing.queries import Listed
from kb.reports.models import ReportKind
from kb.reports.rules import LONGEST, Mistake, Told, looks_personal
from kb.reports.steps_seen import StepSeen, steps_seen
from kb.web.current import session, viewer

KINDS = {
    ReportKind.OUTDATED: "法改正や窓口の変更などで、いまのやり方と合わない",
    ReportKind.WRONG: "書いてあることが正しくない、または足りない",
    ReportKind.UNCLEAR: "読んでも、どうすればよいかわからない",
}


@dataclass(frozen=True)
class ReportForm:
    """What the form shows: where it goes, what was typed, what is wrong with it."""

    url: str
    told: Told
    steps: Sequence[StepSeen]
    mistakes: Sequence[Mistake]
    ask_sure: bool
    """Something typed looks like personal data, so that the form asks whether it is."""
    kinds: Sequence[tuple[str, str]] = tuple((kind.value, meaning) for kind, meaning in KINDS.items())
    longest: int = LONGEST

    def wrong(self, field: str) -> str:
        """What is wrong with a field, "" when nothing."""
        return next((mistake.message for mistake in self.mistakes if mistake.field == field), "")


def report_form(listed: Listed, told: Told | None = None, mistakes: Sequence[Mistake] = ()) -> ReportForm:
    """The form on a live manual, empty or with what was typed; each form has a key, so that sending it twice is harmless."""
    told = told or Told(key=secrets.token_hex(16), kind="", reason="")
    return ReportForm(
        url=url_for("reports.create", code=listed.town_code, slug=listed.slug),
        told=told,
        steps=steps_seen(session(), viewer(), listed),
        mistakes=mistakes,
        ask_sure=looks_personal(told.reason),
    )
