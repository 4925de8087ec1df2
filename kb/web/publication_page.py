"""What the page that publishes shows: what stands in the way, what changes, how readers will see it."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for
from markupsafe import Markup

from kb.common_format.checks import Finding, warnings
from kb.common_format.content import ManualContent
from kb.common_format.redact import has_internal
from kb.manuals.models import Manual, Revision
from kb.manuals.queries import content_of
from kb.manuals.rules import may_write
from kb.publishing.approvers import approver_posts
from kb.publishing.changes import Change, changes
from kb.publishing.concerns import Concern, concerns, joined, waived_in
from kb.publishing.fragments import fragment_of
from kb.publishing.models import Publication
from kb.publishing.rules import may_publish, may_waive, obstacles
from kb.publishing.standing import Standing, standing
from kb.publishing.views import readable_content
from kb.standards.queries import vocabulary
from kb.web.current import now, session, viewer
from kb.web.field_links import FieldLinks
from kb.web.own_manuals import place

PERSONAL = "no_personal_data"
"""Code of the obstacle that is told together with its waiver, not in the list."""
OUTSIDER, COLLEAGUE = "outsider", "colleague"


@dataclass(frozen=True)
class Remark:
    """Something to put right or to look at, with the way to its field."""

    label: str
    message: str
    url: str


@dataclass(frozen=True)
class Doubt:
    """What looks like personal data in a field, with the way to the field and to the reason why it may stand."""

    concern: Concern
    url: str
    waive_url: str


@dataclass(frozen=True)
class Preview:
    """The article as one kind of reader will see it."""

    seen_by: str
    html: Markup
    has_internal: bool
    """Something is kept from outsiders, so that the two ways of seeing it differ."""


@dataclass(frozen=True)
class PublicationPage:
    """Everything that the page shows beside the form."""

    title: str
    revision: Revision
    newest: int
    """Number of the newest revision: only that one is published."""
    standing: Standing
    obstacles: Sequence[Remark]
    doubts: Sequence[Doubt]
    warnings: Sequence[Remark]
    changes: Sequence[Change] | None
    """None when there is nothing to compare with."""
    compared: Publication | None
    preview: Preview
    draft_url: str | None
    """The viewer's own draft."""
    may_write: bool
    may_publish: bool
    may_waive: bool
    approvers: Sequence[str]

    @property
    def is_newest(self) -> bool:
        """Whether this is the revision that may be published."""
        return self.revision.number == self.newest

    @property
    def unsettled(self) -> Sequence[Doubt]:
        """What looks like personal data and nobody has decided on."""
        return [doubt for doubt in self.doubts if not doubt.concern.waived]

    @property
    def ready(self) -> bool:
        """Whether nothing stands in the way."""
        return self.is_newest and not (self.obstacles or self.unsettled or self.standing.archived)


def publication_page(manual: Manual, revision: Revision, newest: Revision, *, seen_by: str) -> PublicationPage:
    """The page of a revision, for somebody of the own town."""
    content, values = content_of(revision), revision.parameter_values
    known = standing(session(), manual.id, now())
    found = concerns(session(), manual.id, content, values)
    words, links = vocabulary(session()), FieldLinks(manual)
    refused = obstacles(content, values, words, waived_in(found))
    compared = known.live or known.ended
    publishes = may_publish(viewer(), manual.municipality_code) is not None
    return PublicationPage(
        title=revision.title,
        revision=revision,
        newest=newest.number,
        standing=known,
        obstacles=[_remark(links, one) for one in refused if one.code != PERSONAL],
        doubts=[_doubt(manual, links, one) for one in found],
        warnings=[_remark(links, one) for one in warnings(content, words, values=values)],
        changes=_changes(compared, revision, content),
        compared=compared,
        preview=_preview(revision, content, seen_by),
        draft_url=links.draft_url,
        may_write=may_write(viewer(), manual.municipality_code) is not None,
        may_publish=publishes,
        may_waive=may_waive(viewer(), manual.municipality_code) is not None,
        approvers=[] if publishes else approver_posts(session(), manual, now()),
    )


def _remark(links: FieldLinks, finding: Finding) -> Remark:
    return Remark(finding.label, finding.message, links.to(finding.path))


def _doubt(manual: Manual, links: FieldLinks, concern: Concern) -> Doubt:
    asked = place(manual) | {"path": joined(concern.path), "kind": concern.kind.name.lower()}
    return Doubt(concern, links.to(concern.path), url_for("waivers.new", **asked))


def _changes(compared: Publication | None, revision: Revision, content: ManualContent) -> Sequence[Change] | None:
    if compared is None:
        return None
    before = session().get_one(Revision, compared.revision_id)
    if before.id == revision.id:
        return []
    return changes(_in_own_words(before, content_of(before)), _in_own_words(revision, content))


def _in_own_words(revision: Revision, content: ManualContent) -> ManualContent:
    return readable_content(content, revision.parameter_values, redacted=False)


def _preview(revision: Revision, content: ManualContent, seen_by: str) -> Preview:
    fragment = fragment_of(session(), revision, content, redacted=seen_by == OUTSIDER)
    html = Markup(fragment.article)  # noqa: S704  # made by render_article, sanitised by kb.markup
    return Preview(seen_by, html, has_internal(content))
