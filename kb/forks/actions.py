"""Verbs on forks: take a manual over into a draft, and bring it home when the draft becomes a manual."""

import re
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from kb.accounts.rules import Acting, Viewer
from kb.activity.actions import record
from kb.common_format.content import ManualContent
from kb.common_format.envelope import Provenance
from kb.common_format.raw import raw_of
from kb.common_format.redact import REDACTION_VERSION, has_internal
from kb.errors import Conflict, Invalid, NotAllowed, NotFound
from kb.forks.models import Fork
from kb.forks.queries import Source, fork_with_key, open_drafts, source_of
from kb.forks.rules import Asked, may_fork, mistakes, why_not
from kb.forks.taking import added_to, provenance_of, with_steps
from kb.manuals.actions import begin_draft, edit_manual, write_draft
from kb.manuals.drafting import draft_raw, raw_content
from kb.manuals.models import Draft, Manual, Revision
from kb.manuals.queries import content_of, draft_with_key, newest_revision
from kb.manuals.rules import may_open_draft
from kb.publishing.models import Publication
from kb.publishing.queries import Listed, live_manual

_KEY = re.compile(r"[A-Za-z0-9_-]{16,40}")
_OPEN_AGAIN = "取り入れる画面を開き直して、もう一度お試しください。"


class NewerEdition(Conflict):
    """The form showed an edition that is not the live one any more."""

    def __init__(self, live: Listed) -> None:
        super().__init__(
            f"画面を開いているあいだに、第{live.edition}版が公開されました。新しい版を確かめて、もう一度「取り入れる」を押してください。"
        )


@dataclass(frozen=True)
class Taken:
    """Where it was taken to, and what the person should know of it."""

    draft: Draft
    again: bool = False
    """The same form had been carried out before; nothing happened now."""
    renamed: int = 0
    """Steps whose uid was there already: they have a new one."""
    kept_words: tuple[str, ...] = ()
    """Keys of parameters that the draft had in another wording, which stays."""


def make_fork(session: Session, listed: Listed, asked: Asked, *, by: Viewer, at: datetime) -> Taken:
    """Copy the live edition of another town, or some of its steps, into a draft of `by`, and keep where it came from.

    A form that comes twice takes over once. Raises NotFound when nothing is live there for `by`, NotAllowed as
    `may_fork`, NewerEdition when another edition is live than the form showed, Invalid with the first mistake, Conflict
    when the form was carried out and its draft is gone.
    """
    live = live_manual(session, by, at, listed.town_code, listed.slug)
    if live is None:
        raise NotFound
    acting = may_fork(by, live.town_code)
    if acting is None:
        raise NotAllowed(why_not(by, live.town_code))
    made = fork_with_key(session, asked.key)
    if made is not None:
        return _taken_before(session, made, by)
    if asked.edition is None or not _KEY.fullmatch(asked.key) or draft_with_key(session, asked.key) is not None:
        raise Invalid(_OPEN_AGAIN)
    if asked.edition != live.edition:
        raise NewerEdition(live)
    source = source_of(session, live)
    _refuse_mistakes(session, source, asked, by)
    part = source.content if asked.whole else with_steps(source.content, asked.step_uids)
    into = _begun if asked.draft_id is None else _added
    taken = into(session, source, part, asked, by=by, at=at)
    _keep(session, source, part, asked, taken.draft, acting, by=by, at=at)
    return taken


def take_home(session: Session, draft: Draft, manual: Manual) -> None:
    """What was taken into a draft belongs to the manual that the draft was saved as. Done again, it changes nothing.

    What was taken in after the newest revision waits for the next one.
    """
    newest = newest_revision(session, manual.id)
    if newest is None:
        return
    waiting = select(Fork).where(
        Fork.draft_key == draft.key, col(Fork.manual_id).is_(None), col(Fork.forked_at) <= newest.saved_at
    )
    for fork in session.exec(waiting).all():
        fork.manual_id = manual.id
        session.add(fork)
    session.flush()


def know_origin(session: Session, manual: Manual, provenance: Provenance, *, at: datetime) -> None:
    """A manual that came as a file says where it was taken from: it hangs in the lineage when that edition is here.

    Done again, or for an edition that nobody here knows, it changes nothing.
    """
    original = session.exec(
        select(Publication)
        .join(Manual, col(Manual.id) == col(Publication.manual_id))
        .where(
            Manual.municipality_code == provenance.municipality,
            Manual.slug == provenance.slug,
            Publication.edition == provenance.edition,
        )
    ).first()
    if original is None or original.manual_id == manual.id:
        return
    known = select(Fork.id).where(Fork.manual_id == manual.id, Fork.publication_id == original.id)
    if session.exec(known).first() is not None:
        return
    content = content_of(session.get_one(Revision, original.revision_id))
    session.add(
        Fork(
            draft_key="",
            manual_id=manual.id,
            municipality_code=manual.municipality_code,
            publication_id=original.id,
            redaction=REDACTION_VERSION if has_internal(content) else 0,
            forked_at=at,
        )
    )
    session.flush()


def _taken_before(session: Session, made: Fork, by: Viewer) -> Taken:
    draft = draft_with_key(session, made.draft_key)
    if draft is None or not may_open_draft(by, draft):
        raise Conflict("この画面からは、もう取り入れています。続けるときは、手順書のページから開き直してください。")
    return Taken(draft, again=True)


def _refuse_mistakes(session: Session, source: Source, asked: Asked, by: Viewer) -> None:
    found = mistakes(
        asked,
        [step.uid for step in source.content.steps],
        [one.id for one in open_drafts(session, by, source.listed.town_code)],
        [one.key for one in source.content.parameters],
    )
    if found:
        raise Invalid(found[0].message)


def _begun(session: Session, source: Source, part: ManualContent, asked: Asked, *, by: Viewer, at: datetime) -> Taken:
    values = _spoken(part, asked)
    raw = draft_raw(raw_of(part), values, source.listed.slug)
    return Taken(begin_draft(session, raw, key=asked.key, by=by, at=at, provenance=provenance_of(source.listed)))


def _added(session: Session, source: Source, part: ManualContent, asked: Asked, *, by: Viewer, at: datetime) -> Taken:
    draft = session.get_one(Draft, asked.draft_id)
    if draft.manual_id is not None:  # where nothing is unsaved in it, it starts from the newest revision
        draft = edit_manual(session, session.get_one(Manual, draft.manual_id), key=asked.key, by=by, at=at)
    added = added_to(draft.raw, raw_content(draft), part, _spoken(part, asked))
    if added.problem:
        raise Invalid(added.problem)
    write_draft(session, draft, added.raw, version=draft.version, by=by, at=at)
    if draft.manual_id is None and draft.provenance is None:
        draft.provenance = provenance_of(source.listed).model_dump(mode="json")
        session.add(draft)
    return Taken(draft, renamed=added.renamed, kept_words=added.kept_words)


def _spoken(part: ManualContent, asked: Asked) -> dict[str, str]:
    said = {one.key: asked.values.get(one.key, "").strip() for one in part.parameters}
    return {key: text for key, text in said.items() if text}


def _keep(
    session: Session,
    source: Source,
    part: ManualContent,
    asked: Asked,
    draft: Draft,
    acting: Acting,
    *,
    by: Viewer,
    at: datetime,
) -> None:
    listed = source.listed
    whole = asked.whole and asked.draft_id is None
    fork = Fork(
        key=asked.key,
        draft_key=draft.key,
        municipality_code=draft.municipality_code,
        publication_id=listed.publication_id,
        redaction=source.redaction,
        step_uids=[] if whole else [step.uid for step in part.steps],
        forked_at=at,
        assignment_id=acting.assignment_id,
    )
    session.add(fork)
    session.flush()
    record(
        session,
        "fork.made",
        who=by,
        at=at,
        town=draft.municipality_code,
        acting=acting,
        object_id=fork.id,
        object_name=f"{listed.town_name}『{listed.title}』(第{listed.edition}版)",
        detail="全体" if whole else f"{len(part.steps)}手順",
    )
