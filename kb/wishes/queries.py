"""Reads of wishes. Everybody sees words, numbers of towns and which town writes; nobody sees a person."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from sqlmodel import Session, and_, col, func, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from kb.accounts.models import Municipality
from kb.accounts.rules import Viewer
from kb.japanese.notation import JST, local_date
from kb.wishes.fulfilment import CameTrue, come_true
from kb.wishes.models import Undertaking, Wish, WishVote
from kb.wishes.rules import NEWS_LASTS

MOST = 500
"""Wishes that are looked at: those that most towns wish for."""


@dataclass(frozen=True)
class Wished:
    """A wish as one viewer sees it."""

    number: int
    words: str
    procedure_key: str | None
    asker_town: str
    asker_town_name: str
    wished_at: datetime
    towns: int
    """How many wish for it."""
    own_vote: bool
    """The viewer's town does."""
    writer_town: str | None
    writer_town_name: str
    taken_at: datetime | None
    linked_manual: int | None
    """The manual that the writing town points at."""
    came_true: CameTrue | None


@dataclass(frozen=True)
class News:
    """A wish of the viewer that has come true."""

    number: int
    words: str
    came_true: CameTrue


def wishes(session: Session, viewer: Viewer, now: datetime) -> list[Wished]:
    """What is wished for or undertaken, most towns first, then newest first."""
    votes = func.count(col(WishVote.id))
    open_votes = and_(col(WishVote.wish_id) == Wish.id, col(WishVote.ended_at).is_(None))
    taken = and_(col(Undertaking.wish_id) == Wish.id, col(Undertaking.ended_at).is_(None))
    found = session.exec(
        select(Wish)
        .outerjoin(WishVote, open_votes)
        .outerjoin(Undertaking, taken)
        .where(col(Wish.removed_at).is_(None))
        .group_by(col(Wish.id))
        .having(or_(votes > 0, func.count(col(Undertaking.id)) > 0))
        .order_by(votes.desc(), col(Wish.wished_at).desc(), col(Wish.id).desc())
        .limit(MOST)
    ).all()
    return _seen(session, viewer, now, found)


def wish_seen(session: Session, viewer: Viewer, now: datetime, number: int) -> Wished | None:
    """A wish by its number; None when there is none or it was removed."""
    wish = open_wish(session, number)
    return _seen(session, viewer, now, [wish])[0] if wish else None


def open_wish(session: Session, number: int) -> Wish | None:
    """A wish that was not removed."""
    return session.exec(select(Wish).where(Wish.id == number, col(Wish.removed_at).is_(None))).first()


def same_wish(session: Session, normal: str) -> Wish | None:
    """The wish with this normal form, if there is one."""
    return session.exec(select(Wish).where(Wish.normal == normal, col(Wish.removed_at).is_(None))).first()


def normals(session: Session) -> frozenset[str]:
    """The normal forms of all wishes."""
    return frozenset(session.exec(select(Wish.normal).where(col(Wish.removed_at).is_(None))))


def vote_of(session: Session, wish_id: int, town: str) -> WishVote | None:
    """The vote of a town for a wish, if it lives."""
    return session.exec(
        select(WishVote).where(
            WishVote.wish_id == wish_id, WishVote.municipality_code == town, col(WishVote.ended_at).is_(None)
        )
    ).first()


def undertaking_of(session: Session, wish_id: int) -> Undertaking | None:
    """What a town has undertaken about a wish, if one has."""
    return session.exec(
        select(Undertaking).where(Undertaking.wish_id == wish_id, col(Undertaking.ended_at).is_(None))
    ).first()


def wishes_today(session: Session, user_id: int, now: datetime) -> int:
    """How many wishes a person has made on this day in Japan, removed ones too."""
    return _today(session, select(func.count(col(Wish.id))).where(Wish.user_id == user_id), Wish.wished_at, now)


def votes_today(session: Session, user_id: int, now: datetime) -> int:
    """How many votes a person has given on this day in Japan, those taken back too."""
    given = select(func.count(col(WishVote.id))).where(WishVote.user_id == user_id)
    return _today(session, given, WishVote.voted_at, now)


def news(session: Session, viewer: Viewer, now: datetime) -> list[News]:
    """The wishes for which the viewer asked or voted and that have come true lately, newest first, until put away."""
    if not viewer.signed_in:
        return []
    voted = select(WishVote.wish_id).where(
        WishVote.user_id == viewer.user_id, col(WishVote.ended_at).is_(None), col(WishVote.seen_at).is_(None)
    )
    mine = session.exec(select(Wish).where(col(Wish.id).in_(voted), col(Wish.removed_at).is_(None))).all()
    true = _came_true(session, viewer, now, mine)
    found = [News(wish.id, wish.words, true[wish.id]) for wish in mine if wish.id in true]
    lately = [one for one in found if one.came_true.since > now - NEWS_LASTS]
    return sorted(lately, key=lambda one: (one.came_true.since, one.number), reverse=True)


def _today(session: Session, counted: SelectOfScalar[int], column: Any, now: datetime) -> int:
    return session.exec(counted.where(column >= datetime.combine(local_date(now), time(), JST))).one()


def _came_true(session: Session, viewer: Viewer, now: datetime, found: Iterable[Wish]) -> dict[int, CameTrue]:
    known = {wish.id: wish for wish in found}
    taken = _undertakings(session, known)
    return come_true(session, viewer, now, [(known[id_], one) for id_, one in taken.items()])


def _undertakings(session: Session, wish_ids: Collection[int]) -> dict[int, Undertaking]:
    rows = session.exec(
        select(Undertaking).where(col(Undertaking.wish_id).in_(list(wish_ids)), col(Undertaking.ended_at).is_(None))
    )
    return {one.wish_id: one for one in rows}


def _seen(session: Session, viewer: Viewer, now: datetime, found: Collection[Wish]) -> list[Wished]:
    ids = [wish.id for wish in found]
    towns: dict[int, list[str]] = {id_: [] for id_ in ids}
    votes = select(WishVote.wish_id, WishVote.municipality_code)
    for id_, town in session.exec(votes.where(col(WishVote.wish_id).in_(ids), col(WishVote.ended_at).is_(None))):
        towns[id_].append(town)
    taken, true = _undertakings(session, ids), _came_true(session, viewer, now, found)
    concerned = {wish.municipality_code for wish in found} | {one.municipality_code for one in taken.values()}
    named = select(Municipality.code, Municipality.name).where(col(Municipality.code).in_(concerned))
    names = dict(session.exec(named).all())
    return [_one(viewer, wish, towns[wish.id], taken.get(wish.id), true.get(wish.id), names) for wish in found]


def _one(
    viewer: Viewer,
    wish: Wish,
    towns: Collection[str],
    taken: Undertaking | None,
    came_true: CameTrue | None,
    names: dict[str, str],
) -> Wished:
    return Wished(
        number=wish.id,
        words=wish.words,
        procedure_key=wish.procedure_key,
        asker_town=wish.municipality_code,
        asker_town_name=names.get(wish.municipality_code, ""),
        wished_at=wish.wished_at,
        towns=len(towns),
        own_vote=viewer.own_town in towns,
        writer_town=taken.municipality_code if taken else None,
        writer_town_name=names.get(taken.municipality_code, "") if taken else "",
        taken_at=taken.taken_at if taken else None,
        linked_manual=taken.manual_id if taken else None,
        came_true=came_true,
    )
