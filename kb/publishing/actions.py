"""Verbs of publishing: publish (now or from a later moment), withdraw, cancel, confirm, waive, archive, take up again."""

from datetime import datetime

from pydantic import TypeAdapter, ValidationError
from sqlmodel import Session, col, select

from kb.accounts.rules import Acting, Viewer
from kb.activity.actions import record
from kb.common_format.content import ManualContent
from kb.common_format.envelope import Audience
from kb.common_format.fields import Line
from kb.common_format.privacy import PersonalData
from kb.errors import Conflict, Invalid, NotAllowed, NotFound
from kb.japanese.notation import local_date, wareki
from kb.manuals.models import Archival, Manual, Revision
from kb.manuals.queries import content_of, newest_revision
from kb.publishing.concerns import concerns, joined, waived_in
from kb.publishing.fragments import keep_fragments
from kb.publishing.models import Confirmation, OutboxEntry, Publication, Waiver
from kb.publishing.overtaken import refuse_overtaken, sent_before
from kb.publishing.rules import may_archive, may_confirm, may_publish, may_waive, obstacles, waivable
from kb.publishing.standing import last_edition, live_at, open_archival, standing
from kb.standards.queries import vocabulary

NOT_YOURS = "この手順書を公開する役割がありません。所属の承認者に頼んでください。"
_LINE = TypeAdapter(Line)


def publish(
    session: Session,
    manual: Manual,
    revision: Revision,
    *,
    by: Viewer,
    at: datetime,
    audience: Audience = Audience.PUBLIC,
    live_from: datetime | None = None,
    change_note: str = "",
    major: bool = True,
    last_seen: int | None = None,
) -> Publication:
    """Make a revision the manual's next edition, live from `live_from` (now when None).

    `last_seen` is the newest edition that `by` knew of: then a revision that has been overtaken is refused, and the same
    wish sent twice gives the one publication. Raises NotAllowed; Conflict when overtaken, out of use, or before what is
    scheduled; Invalid for a past moment, a note that is no line, or with the first obstacle; ValueError when the
    revision is of another manual.
    """
    acting = _acting(may_publish(by, manual.municipality_code))
    if revision.manual_id != manual.id:
        raise ValueError(f"revision {revision.id} belongs to another manual than {manual.id}")
    wish = Publication(
        manual_id=manual.id,
        revision_id=revision.id,
        edition=last_edition(session, manual.id) + 1,
        audience=audience,
        live_from=live_from or at,
        major=major,
        change_note=_line(change_note, "改訂の内容"),
        assignment_id=acting.assignment_id,
        published_at=at,
    )
    if last_seen is not None:
        done = sent_before(session, wish, last_seen, scheduled=live_from is not None)
        if done is not None:
            return done
        refuse_overtaken(session, revision, wish, last_seen)
    return _begin(session, manual, revision, wish, by, acting)


def _begin(
    session: Session, manual: Manual, revision: Revision, wish: Publication, by: Viewer, acting: Acting
) -> Publication:
    if wish.live_from < wish.published_at:
        raise Invalid("公開を始める日時が過ぎています。いまより後の日時にするか、空にしてください。")
    if open_archival(session, manual.id) is not None:
        raise Conflict("この手順書は保管中です。公開する前に、使用を再開してください。")
    content = content_of(revision)
    _refuse_unready(session, manual, revision, content)
    _end_predecessor(session, wish)
    session.add(wish)
    session.add(OutboxEntry(manual_id=manual.id, due_at=wish.live_from))
    session.flush()
    keep_fragments(session, revision, content)
    when = "" if wish.live_from == wish.published_at else f"({wareki(wish.live_from)}から)"
    _record(session, "publication.begun", manual, by, acting, wish.published_at, revision.title, _edition(wish) + when)
    return wish


def withdraw(
    session: Session, manual: Manual, *, by: Viewer, at: datetime, reason: str, edition: int | None = None
) -> Publication:
    """End the manual's live publication; its editions stay readable for the own town. What is scheduled stays scheduled.

    Raises NotAllowed, Conflict when nothing is live (or another than `edition`, when given), Invalid without a reason.
    """
    acting = _acting(may_publish(by, manual.municipality_code))
    publication = live_at(session, manual.id, at)
    if publication is None:
        raise Conflict("この手順書は公開されていません。")
    if edition not in (None, publication.edition):
        raise Conflict(f"いま公開されているのは第{publication.edition}版です。確かめてから、やり直してください。")
    publication.withdrawal_reason = _reason(reason)
    publication.live_until = publication.withdrawn_at = at
    session.add(publication)
    session.add(OutboxEntry(manual_id=manual.id, due_at=at))
    session.flush()
    detail = f"{_edition(publication)} {publication.withdrawal_reason}"
    _record(session, "publication.withdrawn", manual, by, acting, at, _title(session, publication), detail)
    return publication


def cancel(session: Session, manual: Manual, *, by: Viewer, at: datetime, edition: int, reason: str) -> Publication:
    """Call off a scheduled publication before it begins; what it would have ended goes on. Its number is not used again.

    Raises NotAllowed, Conflict when that edition is not scheduled (any more), Invalid without a reason.
    """
    acting = _acting(may_publish(by, manual.municipality_code))
    known = standing(session, manual.id, at)
    publication = next((one for one in known.scheduled if one.edition == edition), None)
    if publication is None:
        raise Conflict("この予約は、もう取り消されたか、公開が始まっています。確かめてから、やり直してください。")
    publication.withdrawal_reason = _reason(reason)
    for before in (known.live, *known.scheduled):
        if before is not None and before.live_until == publication.live_from:
            before.live_until = publication.live_until
            session.add(before)
    publication.live_until, publication.withdrawn_at = publication.live_from, at
    session.add(publication)
    session.flush()
    detail = f"{_edition(publication)}の予約の取り消し {publication.withdrawal_reason}"
    _record(session, "publication.withdrawn", manual, by, acting, at, _title(session, publication), detail)
    return publication


def confirm(session: Session, manual: Manual, *, by: Viewer, at: datetime, edition: int) -> Confirmation:
    """Record that the live edition was looked through and still holds. Once a day for one post is enough.

    Raises NotAllowed, Conflict when another edition than `edition` is live, or none.
    """
    acting = _acting(may_confirm(by, manual.municipality_code), "作成者か承認者")
    publication = live_at(session, manual.id, at)
    if publication is None or publication.edition != edition:
        raise Conflict("ごらんになった版は、いまは公開されていません。公開中の版を確かめてから、やり直してください。")
    before = session.exec(
        select(Confirmation)
        .where(Confirmation.publication_id == publication.id, Confirmation.assignment_id == acting.assignment_id)
        .order_by(col(Confirmation.id).desc())
        .limit(1)
    ).first()
    if before is not None and local_date(before.confirmed_at) == local_date(at):
        return before
    made = Confirmation(publication_id=publication.id, confirmed_at=at, assignment_id=acting.assignment_id)
    session.add(made)
    session.flush()
    title = _title(session, publication)
    _record(session, "confirmation.made", manual, by, acting, at, title, _edition(publication))
    return made


def waive(
    session: Session,
    manual: Manual,
    *,
    by: Viewer,
    at: datetime,
    path: str,
    kind: PersonalData,
    reason: str,
) -> int:
    """Let stand what looks like personal data in a field of the newest revision, with the reason. Returns the waiver.

    Holds as long as the text there stays the same; said twice it is one. Raises NotAllowed, NotFound when there is no
    such find, Invalid for a 個人番号 or without a reason.
    """
    acting = _acting(may_waive(by, manual.municipality_code), "作成者か承認者")
    revision = newest_revision(session, manual.id)
    found = concerns(session, manual.id, content_of(revision), revision.parameter_values) if revision else []
    concern = next((one for one in found if (joined(one.path), one.kind) == (path, kind)), None)
    if revision is None or concern is None:
        raise NotFound
    if not waivable(kind):
        raise Invalid("個人番号は、理由があっても載せられません。手順書から消してください。")
    if concern.waived:
        return concern.waived.waiver_id
    made = Waiver(
        manual_id=manual.id,
        path=path,
        kind=kind,
        text_hash=concern.text_hash,
        reason=_reason(reason),
        waived_at=at,
        assignment_id=acting.assignment_id,
    )
    session.add(made)
    session.flush()
    detail = f"{concern.label}({kind.value}) {made.reason}"
    _record(session, "waiver.made", manual, by, acting, at, revision.title, detail)
    return made.id


def archive(session: Session, manual: Manual, *, by: Viewer, at: datetime, reason: str) -> Archival:
    """Take a manual out of use; done twice it is one record. Its editions stay readable for those who may.

    Raises NotAllowed, Conflict while it is live or scheduled, Invalid without a reason.
    """
    acting = _acting(may_archive(by, manual.municipality_code), "承認者か管理者")
    known = standing(session, manual.id, at)
    if known.archival is not None:
        return known.archival
    if not known.may_rest:
        raise Conflict("公開中か公開予約中の手順書は保管できません。先に、公開を終えるか予約を取り消してください。")
    made = Archival(manual_id=manual.id, since=at, reason=_reason(reason), assignment_id=acting.assignment_id)
    session.add(made)
    session.flush()
    revision = newest_revision(session, manual.id)
    _record(session, "archival.begun", manual, by, acting, at, revision.title if revision else manual.slug, made.reason)
    return made


def take_up(session: Session, manual: Manual, *, by: Viewer, at: datetime) -> Archival:
    """Take an archived manual into use again. Raises NotAllowed, Conflict when it is not archived."""
    acting = _acting(may_archive(by, manual.municipality_code), "承認者か管理者")
    found = open_archival(session, manual.id)
    if found is None:
        raise Conflict("この手順書は保管されていません。")
    found.until = at
    session.add(found)
    session.flush()
    revision = newest_revision(session, manual.id)
    _record(session, "archival.ended", manual, by, acting, at, revision.title if revision else manual.slug, "")
    return found


def _acting(found: Acting | None, who: str = "承認者") -> Acting:
    if found is None:
        raise NotAllowed(
            NOT_YOURS if who == "承認者" else f"この操作をする役割がありません。所属の{who}に頼んでください。"
        )
    return found


def _refuse_unready(session: Session, manual: Manual, revision: Revision, content: ManualContent) -> None:
    values = revision.parameter_values
    waived = waived_in(concerns(session, manual.id, content, values))
    found = obstacles(content, values, vocabulary(session), waived)
    if found:
        more = f"(ほか{len(found) - 1}件)" if len(found) > 1 else ""
        raise Invalid(f"公開の前に直すところがあります。{found[0].label}: {found[0].message}{more}")


def _end_predecessor(session: Session, wish: Publication) -> None:
    begins = wish.live_from
    planned = standing(session, wish.manual_id, wish.published_at).scheduled
    if any(one.live_from >= begins for one in planned):
        raise Conflict("この手順書には、同じか後の日時に予約された公開があります。その日時より後を指定してください。")
    predecessor = live_at(session, wish.manual_id, begins)
    if predecessor is not None:
        predecessor.live_until = begins
        session.add(predecessor)


def _line(text: str, label: str) -> str:
    try:
        return _LINE.validate_python(text)
    except ValidationError as error:
        raise Invalid(f"「{label}」は、改行を入れずに300文字までで書いてください。") from error


def _reason(text: str) -> str:
    found = _line(text, "理由")
    if not found:
        raise Invalid("理由を書いてください。あとから見る人が、いきさつを知るために使います。")
    return found


def _edition(publication: Publication) -> str:
    return f"第{publication.edition}版"


def _title(session: Session, publication: Publication) -> str:
    return session.get_one(Revision, publication.revision_id).title


def _record(
    session: Session, kind: str, manual: Manual, by: Viewer, acting: Acting, at: datetime, title: str, detail: str
) -> None:
    record(
        session,
        kind,
        who=by,
        at=at,
        town=manual.municipality_code,
        acting=acting,
        object_id=manual.id,
        object_name=title,
        detail=detail,
    )
