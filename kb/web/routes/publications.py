"""Publishing a manual and ending its publication: how it stands, the page that publishes, and the one that ends."""

from collections.abc import Sequence

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from kb.common_format.envelope import Audience
from kb.common_format.fields import new_uid
from kb.errors import Conflict, Invalid, NotAllowed, NotFound
from kb.manuals.models import Manual, Revision
from kb.manuals.queries import revision_at
from kb.publishing.actions import NOT_YOURS, cancel, publish, withdraw
from kb.publishing.models import Publication
from kb.publishing.rules import may_archive, may_publish, needs_note
from kb.publishing.standing import Standing, standing
from kb.web.access import Access, access
from kb.web.current import now, session, viewer
from kb.web.field_links import begin_url
from kb.web.input import choice, form_number, query_number
from kb.web.notices import notify
from kb.web.own_manuals import keeping_trail, own_manual, place
from kb.web.publication_form import (
    LONGEST,
    MAJOR,
    Mistake,
    Wish,
    earliest_moment,
    fresh_wish,
    mistakes,
    sent_line,
    sent_wish,
)
from kb.web.publication_page import COLLEAGUE, OUTSIDER, publication_page
from kb.web.trail import manual_trail

blueprint = Blueprint("publications", __name__, url_prefix="/towns/<code:code>/manuals/<slug:slug>/publication")


@blueprint.get("")
@access(Access.OWN_TOWN)
def show(code: str, slug: str) -> str:
    """How a manual stands: live, scheduled, ended or out of use, and what can be done about it."""
    manual, newest = own_manual(code, slug)
    return render_template(
        "publications/show.html",
        manual=manual,
        title=newest.title,
        newest=newest,
        standing=standing(session(), manual.id, now()),
        may_publish=may_publish(viewer(), code),
        may_archive=may_archive(viewer(), code),
        trail=manual_trail("公開状態", code, viewer().municipality_name),
    )


@blueprint.get("/new")
@access(Access.OWN_TOWN)
def new(code: str, slug: str) -> str:
    """The page that publishes; whoever may not publish sees what is missing, and whom to ask."""
    manual, newest = own_manual(code, slug)
    number = query_number("revision")
    revision = newest if number is None else revision_at(session(), manual.id, number)
    if revision is None:
        raise NotFound
    return _page(manual, revision, newest)


@blueprint.post("")
@access(Access.OWN_TOWN)
def create(code: str, slug: str) -> Response | tuple[str, int]:
    """Publish. What was typed comes back when something is wrong; whoever was overtaken is told by what."""
    manual, newest = own_manual(code, slug)
    if may_publish(viewer(), code) is None:
        raise NotAllowed(NOT_YOURS)
    wish = sent_wish()
    found = list(mistakes(wish, now()))
    if found:
        return _page(manual, newest, newest, wish, found), 422
    revision = revision_at(session(), manual.id, wish.revision_number or 0)
    if revision is None:
        raise NotFound
    try:
        made = _publish(manual, revision, wish)
    except Invalid as refused:
        return _page(manual, revision, newest, wish, [Mistake("confirm", refused.message)]), 422
    except Conflict as refused:
        return _overtaken(manual, newest, wish, refused), 409
    return _published(manual, made)


@blueprint.get("/end")
@access(Access.OWN_TOWN)
def edit(code: str, slug: str) -> str:
    """The form that ends the live publication, or calls off a scheduled one."""
    manual, newest = own_manual(code, slug)
    if may_publish(viewer(), code) is None:
        raise NotAllowed(NOT_YOURS)
    return _end_page(manual, newest, query_number("edition"))


@blueprint.post("/delete")
@access(Access.OWN_TOWN)
def delete(code: str, slug: str) -> Response | tuple[str, int]:
    """End the live publication, or call off a scheduled one: what is said of which edition."""
    manual, newest = own_manual(code, slug)
    if may_publish(viewer(), code) is None:
        raise NotAllowed(NOT_YOURS)
    edition, reason = form_number("edition"), sent_line("reason")
    if edition is None:
        raise Invalid("どの版の公開を終えるのかがわかりません。公開状態の画面からやり直してください。")
    known = standing(session(), manual.id, now())
    planned = edition in [one.edition for one in known.scheduled]
    try:
        if planned:
            cancel(session(), manual, by=viewer(), at=now(), edition=edition, reason=reason)
        elif not _ended_already(known, edition):
            withdraw(session(), manual, by=viewer(), at=now(), edition=edition, reason=reason)
    except Invalid as refused:
        return _end_page(manual, newest, edition, reason, refused.message), 422
    notify("予約を取り消しました。" if planned else f"第{edition}版の公開を終えました。")
    return redirect(url_for("publications.show", **place(manual)), 303)


def _publish(manual: Manual, revision: Revision, wish: Wish) -> Publication:
    return publish(
        session(),
        manual,
        revision,
        by=viewer(),
        at=now(),
        audience=Audience(wish.audience),
        live_from=wish.live_from,
        change_note=wish.change_note,
        major=wish.extent == MAJOR,
        last_seen=wish.last_edition,
    )


def _published(manual: Manual, made: Publication) -> Response:
    if made.live_from > now():
        notify(f"第{made.edition}版の公開を予約しました。始まるまでは取り消せます。")
        return redirect(url_for("publications.show", **place(manual)), 303)
    notify(f"第{made.edition}版を公開しました({made.audience.label})。")
    return redirect(url_for("manuals.show", **place(manual)), 303)


def _ended_already(known: Standing, edition: int) -> bool:
    """The same form was sent a second time."""
    past = [*([known.ended] if known.ended else []), *known.cancelled]
    return any(one.edition == edition and one.withdrawn_at is not None for one in past)


def _page(
    manual: Manual, revision: Revision, newest: Revision, wish: Wish | None = None, found: Sequence[Mistake] = ()
) -> str:
    seen_by = choice("as", (OUTSIDER, COLLEAGUE)) or OUTSIDER
    page = publication_page(manual, revision, newest, seen_by=seen_by)
    return render_template(
        "publications/new.html",
        manual=manual,
        page=page,
        wish=wish or fresh_wish(revision.number, page.standing),
        mistakes=found,
        wrong={mistake.field: mistake.message for mistake in found},
        audiences=list(Audience),
        note_needed=needs_note(page.standing.last_edition),
        longest=LONGEST,
        earliest=earliest_moment(now()),
        begin_url=begin_url(manual),
        new_key=new_uid() + new_uid(),
        trail=keeping_trail("公開する", manual, page.title),
    )


def _overtaken(manual: Manual, newest: Revision, wish: Wish, refused: Conflict) -> str:
    return render_template(
        "publications/overtaken.html",
        manual=manual,
        title=newest.title,
        newest=newest,
        wish=wish,
        message=refused.message,
        standing=standing(session(), manual.id, now()),
        trail=keeping_trail("公開できませんでした", manual, newest.title),
    )


def _end_page(manual: Manual, newest: Revision, edition: int | None, reason: str = "", wrong: str = "") -> str:
    known = standing(session(), manual.id, now())
    candidates = [*([known.live] if known.live else []), *known.scheduled]
    publication = next((one for one in candidates if edition in (None, one.edition)), None)
    if publication is None:
        raise Conflict("この版は、いま公開も予約もされていません。公開状態の画面で確かめてください。")
    planned = publication.live_from > now()
    return render_template(
        "publications/edit.html",
        manual=manual,
        title=newest.title,
        publication=publication,
        planned=planned,
        follows=[one for one in known.scheduled if one.edition != publication.edition],
        reason=reason,
        wrong=wrong,
        longest=LONGEST,
        trail=keeping_trail("予約を取り消す" if planned else "公開を終える", manual, newest.title),
    )
