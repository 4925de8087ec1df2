"""The form by which another town's manual is taken over: reading what it sends, and what it shows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import request, url_for

from kb.common_format.content import ManualContent
from kb.common_format.fields import new_uid
from kb.common_format.header import Parameter
from kb.common_format.raw import MOST_STEPS
from kb.common_format.step import Step
from kb.forks.queries import OpenDraft, Source, open_drafts, source_of
from kb.forks.rules import LONGEST_VALUE, Asked, Mistake
from kb.forks.taking import with_steps
from kb.forks.wording import Spoken, spoken
from kb.publishing.queries import Listed
from kb.web.current import session, viewer
from kb.web.input import form_number, form_text, plain
from kb.web.starting import twins_for
from kb.web.writing import VALUES

NEW = "new"
"""The value of the choice of a new manual instead of a draft at hand."""
NOWHERE = 0
"""No draft has this number: what was sent is none of the choices."""


@dataclass(frozen=True)
class ForkForm:
    """What the page shows: the steps to choose from, where to, the words, and what was typed so far."""

    url: str
    source: Source
    asked: Asked
    drafts: Sequence[OpenDraft]
    twins: Sequence[tuple[str, str]]
    """The viewer's town's own manuals for the same procedure: slug and title."""
    own_words: bool = False
    """The preview speaks the own words."""
    mistakes: Sequence[Mistake] = ()
    longest: int = LONGEST_VALUE

    @property
    def steps(self) -> Sequence[Step]:
        """The steps that can be chosen."""
        return self.source.content.steps

    @property
    def words(self) -> Sequence[Parameter]:
        """The parameters that the town can fill in."""
        return self.source.content.parameters

    @property
    def preview(self) -> list[Spoken]:
        """The lines with words in what is chosen."""
        return spoken(self._part(), self.asked.values if self.own_words else {})

    def wrong(self, field: str) -> str:
        """What is wrong with a field, "" when nothing."""
        return next((mistake.message for mistake in self.mistakes if mistake.field == field), "")

    def _part(self) -> ManualContent:
        content, chosen = self.source.content, self.asked.step_uids
        return with_steps(content, chosen) if self.asked.whole is False and chosen else content


def fork_form(listed: Listed, asked: Asked | None = None, **shown: Any) -> ForkForm:
    """The form on a live manual, empty or with what was sent; each has a key, so that sending it twice is harmless.

    Steps that the live edition does not have are no longer chosen.
    """
    source = source_of(session(), listed)
    asked = asked or Asked(key=new_uid() + new_uid(), edition=listed.edition)
    there = {step.uid for step in source.content.steps}
    kept = replace(asked, edition=listed.edition, step_uids=[uid for uid in asked.step_uids if uid in there])
    return ForkForm(
        url=url_for("forks.create", code=listed.town_code, slug=listed.slug),
        source=source,
        asked=kept,
        drafts=open_drafts(session(), viewer(), listed.town_code),
        twins=twins_for(listed.procedure_key) if listed.procedure_key else (),
        **shown,
    )


def sent(source: Source) -> Asked:
    """What the form asks for. Only what the page could have offered of `source` is read."""
    scope, into = form_text("scope", 10), form_text("into", 10)
    return Asked(
        key=form_text("key", 40),
        edition=form_number("edition"),
        whole={"whole": True, "steps": False}.get(scope),
        step_uids=[uid[:80] for uid in request.form.getlist("step")[:MOST_STEPS]],
        draft_id=None if into == NEW else form_number("into") or NOWHERE,
        values={one.key: _line(f"{VALUES}{one.key}") for one in source.content.parameters},
    )


def _line(name: str) -> str:
    return plain(request.form.get(name, "").replace("\n", " "), 2 * LONGEST_VALUE)
