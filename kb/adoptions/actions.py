"""Verbs on adoptions: begin one, change what was declared, go over to a newer edition or stay, end it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from kb.accounts.rules import Acting, Viewer
from kb.activity.actions import record
from kb.adoptions.declared import Declared
from kb.adoptions.models import Adoption, Degree
from kb.adoptions.queries import last_ended, open_adoption
from kb.adoptions.rules import NOT_YOURS, Earliest, Told, begins_at, may_change, may_declare, mistakes, wrong_reason
from kb.common_format.content import ManualContent
from kb.common_format.redact import redact
from kb.errors import Conflict, Invalid, NotAllowed
from kb.japanese.days import parse_day
from kb.manuals.models import Revision
from kb.manuals.queries import content_of
from kb.publishing.indexing import note_change
from kb.publishing.queries import Listed

_CHANGED = "この採用は、ほかの人がすでに変えたか終えています。いまの内容を確かめてから、やり直してください。"
_GONE = "公開が終わったか、公開範囲が変わったため、この版はいま読めません。採用を終えるか、新しい版を待ってください。"


def common_text(session: Session, revision_id: int) -> ManualContent:
    """The text of an edition that another town uses: without its 庁内限り parts, its words not yet filled in."""
    return redact(content_of(session.get_one(Revision, revision_id)))


def bounds_of(session: Session, listed: Listed, town: str, at: datetime) -> Earliest:
    """Between which days a town can have begun to use an edition."""
    return Earliest(listed.published_at, last_ended(session, town, listed.manual_id), at)


def adopt(session: Session, listed: Listed, edition: int | None, told: Told, *, by: Viewer, at: datetime) -> Adoption:
    """Declare that the town of `by` uses the live edition `listed`; the same said twice is one.

    `edition` is the one that the form showed. Raises NotFound when the manual is not for the eyes of `by`, NotAllowed for
    one's own manual and without a role, Conflict when another edition is live by now or the town has adopted the manual
    already, Invalid with the first mistake.
    """
    acting = may_declare(by, listed.town_code, listed.audience)
    town = by.municipality_code or ""
    if edition != listed.edition:
        raise Conflict(
            f"いま公開されているのは第{listed.edition}版です。内容を確かめてから、もう一度採用してください。"
        )
    before = open_adoption(session, town, listed.manual_id)
    if before is not None:
        return _same_or_refused(before, listed, told)
    content, bounds = common_text(session, listed.revision_id), bounds_of(session, listed, town, at)
    found, day = mistakes(told, content, bounds), parse_day(told.since)
    if found or day is None:
        raise Invalid(found[0].message)
    made = _record_of(told, town, listed, acting, begins_at(day, bounds), at)
    _begin(session, made, listed.title, _detail(listed.town_name, listed.edition, made), by, acting)
    return made


def change(session: Session, declared: Declared, told: Told, *, by: Viewer, at: datetime) -> Adoption:
    """Declare otherwise how the edition is used: the record ends and another begins. The same again changes nothing.

    Raises NotAllowed, Conflict when somebody was faster or the edition is gone, Invalid with the first mistake.
    """
    done = _done_before(session, declared, declared.adoption.publication_id)
    if done is not None and may_change(by, done.municipality_code) and _says(done, told):
        return done
    acting, before = _changing(declared, by)
    content = common_text(session, declared.revision_id)
    found = mistakes(told, content)
    if found:
        raise Invalid(found[0].message)
    if _says(before, told):
        return before
    made = _following(before, acting, at, degree=Degree(told.degree), parameter_values=_filled(told), note=told.note)
    _close(session, before, "内容の変更", at)
    detail = _detail(declared.owner_name, declared.edition, made)
    _begin(session, made, declared.title, f"{detail}、内容の変更", by, acting)
    return made


def switch(session: Session, declared: Declared, edition: int | None, *, by: Viewer, at: datetime) -> Adoption:
    """Go over to the newer edition that the page showed; what was declared stays, for the words that are still there.

    Raises NotAllowed; Conflict when somebody was faster, or another edition is the newest one by now.
    """
    acting, newer = _may_change(by, declared), _shown(declared.live, edition)
    done = _done_before(session, declared, newer.publication_id)
    if done is not None:
        return done
    before = _still_open(declared)
    if newer.publication_id == before.publication_id:
        return before
    keys = {parameter.key for parameter in common_text(session, newer.revision_id).parameters}
    made = _following(
        before,
        acting,
        at,
        publication_id=newer.publication_id,
        considered_id=newer.publication_id,
        parameter_values={key: value for key, value in before.parameter_values.items() if key in keys},
    )
    _close(session, before, f"第{newer.edition}版への切り替え", at)
    detail = _detail(newer.town_name, newer.edition, made)
    _begin(session, made, newer.title, f"{detail}、第{declared.edition}版から", by, acting)
    return made


def stay(session: Session, declared: Declared, edition: int | None, *, by: Viewer) -> Adoption:
    """Decide to go on with the edition in use though there is a newer one, the one that the page showed.

    Raises NotAllowed; Conflict when somebody was faster, the edition in use is gone, or another one is the newest by now.
    """
    _acting, before = _changing(declared, by)
    newer = _shown(declared.live, edition)
    before.considered_id = newer.publication_id
    session.add(before)
    session.flush()
    return before


def end(session: Session, declared: Declared, reason: str, *, by: Viewer, at: datetime) -> Adoption:
    """End an adoption, also of what is gone; the same twice is one.

    Raises NotAllowed, Invalid without a reason or with one that is too long, Conflict when it has ended otherwise.
    """
    acting = _may_change(by, declared)
    found = wrong_reason(reason)
    if found:
        raise Invalid(found)
    adoption = declared.adoption
    if not declared.open and adoption.end_reason == reason:
        return adoption
    before = _still_open(declared)
    _close(session, before, reason, at)
    note_change(session, [before.manual_id], at)
    record(
        session,
        "adoption.ended",
        who=by,
        acting=acting,
        at=at,
        town=before.municipality_code,
        object_id=before.id,
        object_name=declared.title or f"{declared.owner_name}の手順書",
        detail=f"{declared.owner_name} 第{declared.edition}版 {reason}",
    )
    return before


def note_membership(session: Session, town: str, at: datetime) -> None:
    """Have the index learn again who uses what, because a town has joined or left."""
    note_change(session, _adopted_ids(session, town), at)


def _adopted_ids(session: Session, town: str) -> Iterable[int]:
    return set(session.exec(select(Adoption.manual_id).where(Adoption.municipality_code == town)))


def _may_change(by: Viewer, declared: Declared) -> Acting:
    acting = may_change(by, declared.adoption.municipality_code)
    if acting is None:
        raise NotAllowed(NOT_YOURS)
    return acting


def _still_open(declared: Declared) -> Adoption:
    if not declared.open:
        raise Conflict(_CHANGED)
    return declared.adoption


def _changing(declared: Declared, by: Viewer) -> tuple[Acting, Adoption]:
    acting, before = _may_change(by, declared), _still_open(declared)
    if not declared.readable:
        raise Conflict(_GONE)
    return acting, before


def _done_before(session: Session, declared: Declared, publication_id: int) -> Adoption | None:
    """What a form that was sent before has put in the place of an ended adoption, when it is of this edition."""
    if declared.open:
        return None
    found = open_adoption(session, declared.adoption.municipality_code, declared.adoption.manual_id)
    return found if found and found.publication_id == publication_id else None


def _shown(live: Listed | None, edition: int | None) -> Listed:
    if live is None:
        raise Conflict(_GONE)
    if live.edition != edition:
        raise Conflict(f"いま公開されているのは第{live.edition}版です。内容を確かめてから、もう一度選んでください。")
    return live


def _same_or_refused(before: Adoption, listed: Listed, told: Told) -> Adoption:
    if before.publication_id == listed.publication_id and _says(before, told):
        return before
    raise Conflict("あなたの団体は、この手順書をすでに採用しています。内容は、採用のページで変えられます。")


def _says(before: Adoption, told: Told) -> bool:
    return (before.degree, before.note, before.parameter_values) == (told.degree, told.note, _filled(told))


def _filled(told: Told) -> dict[str, str]:
    return {key: value for key, value in told.values.items() if value}


def _record_of(told: Told, town: str, listed: Listed, acting: Acting, since: datetime, at: datetime) -> Adoption:
    return Adoption(
        municipality_code=town,
        manual_id=listed.manual_id,
        publication_id=listed.publication_id,
        considered_id=listed.publication_id,
        degree=Degree(told.degree),
        parameter_values=_filled(told),
        note=told.note,
        since=since,
        declared_at=at,
        assignment_id=acting.assignment_id,
    )


def _following(before: Adoption, acting: Acting, at: datetime, **changed: Any) -> Adoption:
    """The record that goes on, from `at`, where another one ends."""
    kept = before.model_dump(exclude={"id", "until", "end_reason"})
    return Adoption(**{**kept, "since": at, "declared_at": at, "assignment_id": acting.assignment_id, **changed})


def _close(session: Session, before: Adoption, reason: str, at: datetime) -> None:
    before.until, before.end_reason = at, reason
    session.add(before)
    session.flush()


def _begin(session: Session, made: Adoption, title: str, detail: str, by: Viewer, acting: Acting) -> None:
    session.add(made)
    try:
        session.flush()
    except IntegrityError as error:  # where writers do not wait for each other: somebody was faster
        raise Conflict(_CHANGED) from error
    note_change(session, [made.manual_id], made.declared_at)
    record(
        session,
        "adoption.begun",
        who=by,
        acting=acting,
        at=made.declared_at,
        town=made.municipality_code,
        object_id=made.id,
        object_name=title,
        detail=detail,
    )


def _detail(owner: str, edition: int, made: Adoption) -> str:
    return f"{owner} 第{edition}版({made.degree.value})"
