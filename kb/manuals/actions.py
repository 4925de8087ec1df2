"""Verbs on manuals: begin one, write a draft, save a revision, restore an old one."""

import re
from datetime import datetime
from typing import Any

from sqlmodel import Session

from kb.accounts.rules import Acting, Viewer
from kb.activity.actions import record
from kb.common_format.content import FORMAT_VERSION, ManualContent
from kb.common_format.envelope import Provenance
from kb.common_format.parameters import expanded_title
from kb.common_format.raw import content_of_raw
from kb.errors import Conflict, Invalid, NotAllowed, NotFound
from kb.manuals.drafting import ConcurrentRevision, DraftRaw, Overtaken, free_slug, spoken_values, started_from
from kb.manuals.models import Draft, Manual, Revision
from kb.manuals.queries import content_of, draft_on, draft_with_key, last_number, manual_at, newest_revision
from kb.manuals.rules import may_open_draft, may_write, may_write_draft
from kb.standards.models import Procedure, WorkArea

_KEY = re.compile(r"[A-Za-z0-9_-]{16,40}")
_NOT_YOURS = "この団体の手順書を作成する役割がありません。管理者に「作成者」の役割を頼んでください。"


def begin_manual(session: Session, municipality_code: str, slug: str, *, by: Viewer, at: datetime) -> Manual:
    """A new manual without content at `/towns/<code>/manuals/<slug>`.

    Raises NotAllowed when `by` may not write for the town, Conflict when the address is taken.
    """
    acting = may_write(by, municipality_code)
    if acting is None:
        raise NotAllowed(_NOT_YOURS)
    if manual_at(session, municipality_code, slug) is not None:
        raise Conflict(f"「{slug}」という名前の手順書が既にあります。別の名前を付けてください。")
    manual = Manual(municipality_code=municipality_code, slug=slug, post_id=acting.post_id, created_at=at)
    session.add(manual)
    session.flush()
    _tell(session, "manual.begun", manual, slug, by=by, at=at, acting=acting)
    return manual


def save_revision(
    session: Session,
    manual: Manual,
    content: ManualContent,
    *,
    by: Viewer,
    at: datetime,
    values: dict[str, str] | None = None,
    provenance: Provenance | None = None,
    note: str = "",
) -> Revision:
    """Keep content as the manual's next revision. Raises NotAllowed when `by` may not write for the town.

    A procedure or work area that the yardstick does not have is kept in the content, where publishing refuses it.
    """
    acting = may_write(by, manual.municipality_code)
    if acting is None:
        raise NotAllowed(_NOT_YOURS)
    revision = Revision(
        manual_id=manual.id,
        number=last_number(session, manual.id) + 1,
        title=expanded_title(content, values or {}),
        procedure_key=_known(session, Procedure, content.procedure),
        work_area_code=_known(session, WorkArea, next(iter(content.work_areas), None)),
        format_version=FORMAT_VERSION,
        content=_stored(content),
        parameter_values=dict(values or {}),
        provenance=provenance.model_dump(mode="json") if provenance else None,
        note=note,
        saved_at=at,
        assignment_id=acting.assignment_id,
    )
    session.add(revision)
    session.flush()
    _tell(session, "revision.saved", manual, f"{revision.title}(控え{revision.number})", by=by, at=at, acting=acting)
    return revision


def restore_revision(session: Session, manual: Manual, revision: Revision, *, by: Viewer, at: datetime) -> Revision:
    """The old content of `revision` as the manual's newest revision; nothing in between is lost.

    Asked twice, it is done once. Raises NotFound when the revision is of another manual, NotAllowed as `save_revision`.
    """
    if revision.manual_id != manual.id:
        raise NotFound
    newest = newest_revision(session, manual.id)
    if newest is not None and _says_the_same(newest, content_of(revision), revision.parameter_values):
        if may_write(by, manual.municipality_code) is None:
            raise NotAllowed(_NOT_YOURS)
        return newest
    return save_revision(
        session,
        manual,
        content_of(revision),
        by=by,
        at=at,
        values=revision.parameter_values,
        provenance=Provenance.model_validate(revision.provenance) if revision.provenance else None,
        note=f"控え{revision.number}の内容に戻しました",
    )


def begin_draft(
    session: Session, raw: DraftRaw, *, key: str, by: Viewer, at: datetime, provenance: Provenance | None = None
) -> Draft:
    """A draft of a manual that is not there yet, of the actor's own town; `key` names the form that asked for it.

    `provenance` is where it is taken from; its revisions will say so. The same form sent again gives the same draft.
    Raises Invalid for a key that no page made, NotAllowed when the actor may not write.
    """
    town = by.municipality_code or ""
    acting = may_write(by, town)
    if acting is None or by.user_id is None:
        raise NotAllowed(_NOT_YOURS)
    if not _KEY.fullmatch(key):
        raise Invalid("作成の画面を開き直して、もう一度お試しください。")
    there = draft_with_key(session, key)
    if there is not None:
        if not may_open_draft(by, there):
            raise Invalid("作成の画面を開き直して、もう一度お試しください。")
        return there
    return _begun(
        session,
        Draft(
            key=key,
            user_id=by.user_id,
            municipality_code=town,
            post_id=acting.post_id,
            raw=raw,
            provenance=provenance.model_dump(mode="json") if provenance else None,
            created_at=at,
            updated_at=at,
        ),
    )


def edit_manual(session: Session, manual: Manual, *, key: str, by: Viewer, at: datetime) -> Draft:
    """The actor's draft on a manual: the one that is there, else one from the newest revision.

    A draft in which nothing is unsaved follows the newest revision. Raises NotAllowed when the actor may not write,
    Invalid for a key that no page made.
    """
    acting = may_write(by, manual.municipality_code)
    if acting is None or by.user_id is None:
        raise NotAllowed(_NOT_YOURS)
    if not _KEY.fullmatch(key):
        raise Invalid("手順書の画面を開き直して、もう一度お試しください。")
    newest = newest_revision(session, manual.id)
    there = draft_on(session, by.user_id, manual.id)
    if there is None:
        there = _begun(
            session,
            Draft(
                key=key,
                user_id=by.user_id,
                municipality_code=manual.municipality_code,
                manual_id=manual.id,
                post_id=acting.post_id,
                base_revision_id=newest.id if newest else None,
                raw=started_from(newest),
                created_at=at,
                updated_at=at,
            ),
        )
    elif newest is not None and there.base_revision_id != newest.id and _is_saved(session, there):
        there.base_revision_id = newest.id
        _write(session, there, started_from(newest), at)
    return there


def write_draft(session: Session, draft: Draft, raw: DraftRaw, *, version: int, by: Viewer, at: datetime) -> Draft:
    """Keep what was typed, valid or not; `version` is the one that the page knew.

    Writing the same again changes nothing. Raises Overtaken when the draft was written from elsewhere in between, NotFound
    when it is another's, NotAllowed when the actor no longer writes for the town.
    """
    _check_draft(by, draft)
    session.refresh(draft, with_for_update=True)
    if draft.raw == raw:
        return draft
    if draft.version != version:
        raise Overtaken(draft)
    _write(session, draft, raw, at)
    return draft


def discard_draft(session: Session, draft: Draft, *, by: Viewer) -> None:
    """Throw a draft away; revisions stay. Raises NotFound when it is another's."""
    if not may_open_draft(by, draft):
        raise NotFound
    session.delete(draft)
    session.flush()


def save_draft(
    session: Session, draft: Draft, *, by: Viewer, at: datetime, note: str = "", onto: int | None = None
) -> Revision:
    """The draft as the next revision, of a new manual when it has none; the draft goes on from there.

    `onto` is the number of a newer revision that the author has seen and saves on top of. Where the manual was taken
    from is handed on: by its newest revision, or by the draft when this is the first. Saving what is saved already
    gives that revision again. Raises Invalid while the format cannot read the draft, ConcurrentRevision when the newest
    revision is not the one that the draft started from, NotFound and NotAllowed as `write_draft`.
    """
    _check_draft(by, draft)
    session.refresh(draft, with_for_update=True)
    content = content_of_raw(draft.raw["content"])
    if not isinstance(content, ManualContent):
        raise Invalid("このままでは保存できないところがあります。印の付いた項目を直してください。")
    values = spoken_values(draft.raw)
    manual = _manual_of(session, draft, content, by=by, at=at)
    newest = newest_revision(session, manual.id)
    if newest is not None and _says_the_same(newest, content, values):
        revision = newest
    else:
        _refuse_concurrent(newest, draft, onto)
        origin = newest.provenance if newest else draft.provenance
        revision = save_revision(
            session,
            manual,
            content,
            by=by,
            at=at,
            values=values,
            provenance=Provenance.model_validate(origin) if origin else None,
            note=note,
        )
    draft.manual_id, draft.base_revision_id, draft.updated_at = manual.id, revision.id, revision.saved_at
    session.add(draft)
    session.flush()
    return revision


def _manual_of(session: Session, draft: Draft, content: ManualContent, *, by: Viewer, at: datetime) -> Manual:
    if draft.manual_id is not None:
        return session.get_one(Manual, draft.manual_id)
    town = draft.municipality_code
    slug = free_slug(draft.raw.get("slug", ""), content, lambda one: manual_at(session, town, one) is not None)
    return begin_manual(session, town, slug, by=by, at=at)


def _refuse_concurrent(newest: Revision | None, draft: Draft, onto: int | None) -> None:
    if newest is None or newest.id == draft.base_revision_id or newest.number == onto:
        return
    raise ConcurrentRevision(draft, newest)


def _begun(session: Session, draft: Draft) -> Draft:
    session.add(draft)
    session.flush()
    return draft


def _check_draft(by: Viewer, draft: Draft) -> None:
    if not may_open_draft(by, draft):
        raise NotFound
    if may_write_draft(by, draft) is None:
        raise NotAllowed(_NOT_YOURS)


def _write(session: Session, draft: Draft, raw: DraftRaw, at: datetime) -> None:
    draft.raw, draft.version, draft.updated_at = raw, draft.version + 1, at
    session.add(draft)
    session.flush()


def _is_saved(session: Session, draft: Draft) -> bool:
    """Nothing is lost with the draft: it was never written, or not since it was saved."""
    base = session.get(Revision, draft.base_revision_id) if draft.base_revision_id else None
    return base is not None and (draft.version == 1 or draft.updated_at <= base.saved_at)


def _stored(content: ManualContent) -> dict[str, Any]:
    """Content as a revision keeps it."""
    return content.model_dump(mode="json", exclude_defaults=True)


def _says_the_same(revision: Revision, content: ManualContent, values: dict[str, str]) -> bool:
    if revision.parameter_values != values:
        return False
    if revision.format_version == FORMAT_VERSION:  # without reading the whole content once more
        return revision.content == _stored(content)
    return content_of(revision) == content


def _tell(session: Session, kind: str, manual: Manual, name: str, *, by: Viewer, at: datetime, acting: Acting) -> None:
    town = manual.municipality_code
    record(session, kind, who=by, at=at, town=town, acting=acting, object_id=manual.id, object_name=name)


def _known(session: Session, table: type[Procedure] | type[WorkArea], key: str | None) -> str | None:
    return key if key and session.get(table, key) else None
