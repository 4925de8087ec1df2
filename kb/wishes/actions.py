"""Verbs on wishes: wish, vote, take a vote back, undertake, give back, remove, put the news away."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from kb.accounts.rules import Acting, Viewer
from kb.activity.actions import record
from kb.errors import Conflict, Invalid, NotAllowed, NotFound
from kb.manuals.queries import manual_at
from kb.publishing.queries import live_manual
from kb.standards.models import Procedure
from kb.standards.queries import procedures
from kb.wishes.models import Undertaking, Wish, WishVote
from kb.wishes.queries import (
    open_wish,
    same_wish,
    undertaking_of,
    vote_of,
    votes_today,
    wish_seen,
    wishes_today,
)
from kb.wishes.rules import (
    MOST_VOTES,
    MOST_WISHES,
    may_give_back,
    may_remove,
    may_undertake,
    may_wish,
    mistakes,
    mistakes_in_reason,
    normal,
    tidy,
)

NOT_A_MEMBER = "ほしい手順書を挙げられるのは、ものさしに参加している団体の職員です。"
NOT_A_WRITER = "「うちで書きます」を押せるのは、参加している団体の作成者・承認者です。"


def make_wish(session: Session, words: str, *, sure: bool, by: Viewer, at: datetime) -> Wish:
    """Wish for a manual called `words`; the town of `by` votes for it. What was wished for already gets the vote instead.

    Words that name a procedure, in whatever way, are a wish for that procedure. `sure`: they name no person.
    Raises NotAllowed for whoever is of no town that takes part, Invalid with the first mistake, Conflict after too many of a day.
    """
    town, user_id = _wisher(by)
    found = mistakes(words, sure=sure)
    if found:
        raise Invalid(found[0])
    kept, named = tidy(words), _named(session, normal(words))
    form = normal(named.name) if named else normal(kept)
    wish = same_wish(session, form)
    if wish is None:
        if wishes_today(session, user_id, at) >= MOST_WISHES:
            raise Conflict(f"1日に挙げられるのは{MOST_WISHES}件までです。続きは明日お願いします。")
        wish = Wish(
            words=named.name if named else kept,
            normal=form,
            procedure_key=named.key if named else None,
            municipality_code=town,
            user_id=user_id,
            wished_at=at,
        )
        session.add(wish)
        session.flush()
        _record(session, "wish.made", wish, by=by, acting=_any_post(by), at=at)
    _vote(session, wish, town, user_id, by=by, at=at)
    return wish


def vote(session: Session, number: int, *, by: Viewer, at: datetime) -> None:
    """The town of `by` wishes it too; nothing when it does already.

    Raises NotFound without such a wish, NotAllowed as `make_wish`, Conflict when it has come true or after too many of a day.
    """
    town, user_id = _wisher(by)
    wish = _open(session, number)
    seen = wish_seen(session, by, at, number)
    if seen is not None and seen.came_true is not None and not seen.own_vote:
        raise Conflict("この手順書は、もうできています。「ほしい手順書」のページから開けます。")
    _vote(session, wish, town, user_id, by=by, at=at)


def take_back(session: Session, number: int, *, by: Viewer, at: datetime) -> None:
    """End the vote of the town of `by`, whoever gave it; nothing when it has none. Raises as `vote`."""
    town, _ = _wisher(by)
    wish = _open(session, number)
    kept = vote_of(session, wish.id, town)
    if kept is not None:
        kept.ended_at = at
        session.add(kept)
        session.flush()
        _record(session, "wish_vote.ended", wish, by=by, acting=_any_post(by), at=at)


def undertake(session: Session, number: int, slug: str, *, by: Viewer, at: datetime) -> Undertaking:
    """The town of `by` is going to write it; with `slug`, it has: the wish comes true by that manual, as long as it is live.

    Raises NotFound without such a wish, NotAllowed for whoever does not write, Conflict when another town has undertaken it,
    Invalid when the town has no live manual of that name.
    """
    wish, acting, town = _open(session, number), may_undertake(by), by.own_town
    if acting is None or town is None:
        raise NotAllowed(NOT_A_WRITER)
    taken = undertaking_of(session, wish.id)
    if taken is not None and taken.municipality_code != town:
        raise Conflict("ほかの団体が先に引き受けました。「ほしい手順書」のページで確かめてください。")
    manual_id = _live_manual(session, town, slug, by, at) if slug else None
    if taken is None:
        taken = Undertaking(wish_id=wish.id, municipality_code=town, assignment_id=acting.assignment_id, taken_at=at)
        _record(session, "undertaking.begun", wish, by=by, acting=acting, at=at)
    if manual_id is not None and manual_id != taken.manual_id:
        taken.manual_id, taken.linked_at = manual_id, at
    session.add(taken)
    session.flush()
    return taken


def give_back(session: Session, number: int, *, by: Viewer, at: datetime) -> None:
    """The town of `by` does not write it after all; nothing when it has not undertaken it. Raises as `undertake`."""
    wish, acting = _open(session, number), may_give_back(by)
    if acting is None:
        raise NotAllowed(NOT_A_WRITER)
    taken = undertaking_of(session, wish.id)
    if taken is not None and taken.municipality_code == by.own_town:
        taken.ended_at = at
        session.add(taken)
        session.flush()
        _record(session, "undertaking.ended", wish, by=by, acting=acting, at=at)


def remove(session: Session, number: int, reason: str, *, by: Viewer, at: datetime) -> None:
    """Take a wish away, with its votes, from everybody's eyes.

    Raises NotFound without such a wish, NotAllowed for whoever may not, Invalid without a reason.
    """
    wish = _open(session, number)
    acting = may_remove(by, wish.municipality_code)
    if acting is None:
        raise NotAllowed("取り除けるのは、運営者と、最初に挙げた団体の管理者です。")
    found = mistakes_in_reason(reason)
    if found:
        raise Invalid(found[0])
    wish.removed_at, wish.removed_by, wish.removal_reason = at, acting.assignment_id, reason
    session.add(wish)
    session.flush()
    _record(session, "wish.removed", wish, by=by, acting=acting, at=at, detail=reason)


def put_away(session: Session, number: int, *, by: Viewer, at: datetime) -> None:
    """Do not tell `by` any more that this wish has come true; nothing when it was not theirs. Raises as `vote`."""
    if not may_wish(by):
        raise NotAllowed(NOT_A_MEMBER)
    wish = _open(session, number)
    kept = vote_of(session, wish.id, by.own_town or "")
    if kept is not None and kept.user_id == by.user_id:
        kept.seen_at = at
        session.add(kept)
        session.flush()


def _wisher(by: Viewer) -> tuple[str, int]:
    """Town and number of a person who may wish. Raises NotAllowed."""
    if not may_wish(by) or by.own_town is None or by.user_id is None:
        raise NotAllowed(NOT_A_MEMBER)
    return by.own_town, by.user_id


def _open(session: Session, number: int) -> Wish:
    wish = open_wish(session, number)
    if wish is None:
        raise NotFound
    return wish


def _vote(session: Session, wish: Wish, town: str, user_id: int, *, by: Viewer, at: datetime) -> None:
    if vote_of(session, wish.id, town) is not None:
        return
    if votes_today(session, user_id, at) >= MOST_VOTES:
        raise Conflict(f"1日に「うちもほしい」を押せるのは{MOST_VOTES}回までです。続きは明日お願いします。")
    session.add(WishVote(wish_id=wish.id, municipality_code=town, user_id=user_id, voted_at=at))
    session.flush()
    _record(session, "wish_vote.given", wish, by=by, acting=_any_post(by), at=at)


def _named(session: Session, form: str) -> Procedure | None:
    """The procedure that has this name; None when none has, or several."""
    found = [one for one in procedures(session) if form in _forms(one)]
    return found[0] if len(found) == 1 else None


def _forms(one: Procedure) -> Sequence[str]:
    return [normal(name) for name in (one.name, *one.aliases)]


def _live_manual(session: Session, town: str, slug: str, by: Viewer, at: datetime) -> int:
    manual = manual_at(session, town, slug)
    if manual is None or live_manual(session, by, at, town, slug) is None:
        raise Invalid("公開中の手順書から選んでください。")
    return manual.id


def _any_post(by: Viewer) -> Acting | None:
    return by.acting[0] if by.acting else None


def _record(
    session: Session, kind: str, wish: Wish, *, by: Viewer, acting: Acting | None, at: datetime, detail: str = ""
) -> None:
    """Kept for the town whose person acts: its administrators answer for what its people do. An operator's is the asker's."""
    town = by.own_town or wish.municipality_code
    record(
        session, kind, who=by, acting=acting, at=at, town=town, object_id=wish.id, object_name=wish.words, detail=detail
    )
