"""A manual of the own town, published or not, as the pages find it that keep it."""

from dataclasses import dataclass
from typing import Any

from flask import url_for

from kb.common_format.fields import new_uid
from kb.errors import Conflict, NotFound
from kb.manuals.models import Manual, Revision
from kb.manuals.queries import manual_at, newest_revision
from kb.manuals.rules import may_write
from kb.publishing.queries import Listed
from kb.publishing.rules import may_confirm, may_publish
from kb.web.current import session, viewer
from kb.web.trail import Trail, manual_trail


def own_manual(code: str, slug: str) -> tuple[Manual, Revision]:
    """The manual at an address and its newest revision. For routes that only the own town opens.

    Raises NotFound, Conflict when nothing has been saved yet.
    """
    manual = manual_at(session(), code, slug)
    if manual is None:
        raise NotFound
    newest = newest_revision(session(), manual.id)
    if newest is None:
        raise Conflict("この手順書は、まだ一度も保存されていません。下書きを保存してから、もう一度お試しください。")
    return manual, newest


def place(manual: Manual) -> dict[str, Any]:
    """The arguments of addresses below a manual."""
    return {"code": manual.municipality_code, "slug": manual.slug}


@dataclass(frozen=True)
class Keeping:
    """What the own town can do on the page of a live manual; an address is None for whoever may not."""

    standing_url: str
    publish_url: str
    may_publish: bool
    confirm_url: str | None
    history_url: str
    edit_url: str | None
    key: str
    """Names the form that begins editing."""


def keeping(listed: Listed) -> Keeping | None:
    """For the manual's own town; None for everybody else."""
    code = listed.town_code
    if viewer().own_town != code:
        return None
    address: dict[str, Any] = {"code": code, "slug": listed.slug}
    return Keeping(
        standing_url=url_for("publications.show", **address),
        publish_url=url_for("publications.new", **address),
        may_publish=may_publish(viewer(), code) is not None,
        confirm_url=url_for("confirmations.create", **address) if may_confirm(viewer(), code) else None,
        history_url=url_for("revisions.index", **address),
        edit_url=url_for("drafts.create", **address) if may_write(viewer(), code) else None,
        key=new_uid() + new_uid(),
    )


def keeping_trail(here: str, manual: Manual, title: str, *above: tuple[str, str]) -> Trail:
    """The trail of a page that keeps a manual: town, how the manual stands, `above`, `here`."""
    stands = (f"「{title}」の公開状態", url_for("publications.show", **place(manual)))
    return manual_trail(here, manual.municipality_code, viewer().municipality_name, stands, *above)
