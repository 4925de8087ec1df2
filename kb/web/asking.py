"""Tells what was searched for, and what was opened of it, to the counting; what looks at headers only asks nothing."""

from flask import request, url_for

from kb.asked.rules import normal
from kb.web.asked import Asked
from kb.web.asked_counts import Answered
from kb.web.current import now, parts, viewer


def answered(wanted: Asked, *, found: bool) -> None:
    """A page of results was made; `found`: something on it has all that was asked for. It is counted when it is the first one of a search without conditions.

    That of a known person now; one that is kept for everybody is known from now on, and counted as often as it is sent.
    """
    if not _counts(wanted):
        return
    said = Answered(normal(wanted.text), found)
    if not viewer().signed_in:
        parts().asked.remember(request.environ.get("QUERY_STRING", ""), said)
    elif request.method == "GET":
        parts().asked.asked(said, now(), request.remote_addr or "", viewer().user_id)


def sent() -> None:
    """A page of results that is kept for everybody was sent."""
    if request.method == "GET":
        parts().asked.asked_again(request.environ.get("QUERY_STRING", ""), now(), request.remote_addr or "")


def opened() -> None:
    """The page of a manual was sent: perhaps from a page of results."""
    parts().asked.opened_from(request.referrer or "", url_for("search.index"), now())


def _counts(wanted: Asked) -> bool:
    """Whether the address says a text and nothing else: with a condition, an order or a page the same is looked at again."""
    return bool(wanted.text) and request.args.keys() == {"q"}
