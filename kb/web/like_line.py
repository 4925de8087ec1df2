"""いいね on a manual's page: how many there are, and the viewer's own."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for

from kb.likes.models import LikeReason
from kb.likes.queries import Count, OwnLike, counts, own_like, reason_counts
from kb.likes.rules import may_like
from kb.publishing.queries import Listed
from kb.web.current import now, session, viewer


@dataclass(frozen=True)
class LikeLine:
    """The likes of a live manual. Without the viewer's own state when nobody is signed in: that page is shared."""

    count: Count
    given: Sequence[tuple[LikeReason, int]]
    """Reasons that were given, and how often."""
    own: OwnLike | None
    may_like: bool
    create_url: str
    delete_url: str
    reasons: Sequence[LikeReason] = tuple(LikeReason)


def like_line(listed: Listed) -> LikeLine:
    """The line on the page of a live manual."""
    id_ = listed.manual_id
    address: dict[str, Any] = {"code": listed.town_code, "slug": listed.slug}
    return LikeLine(
        count=counts(session(), [id_], now())[id_],
        given=reason_counts(session(), [id_]).get(id_, []),
        own=own_like(session(), viewer(), id_, now()) if viewer().signed_in else None,
        may_like=may_like(viewer(), listed.town_code, listed.audience),
        create_url=url_for("likes.create", **address),
        delete_url=url_for("likes.delete", **address),
    )
