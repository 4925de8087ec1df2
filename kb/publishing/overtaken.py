"""What a wish to publish meets when it arrives: the same wish sent twice, or somebody who was faster."""

from sqlmodel import Session, select

from kb.errors import Conflict
from kb.manuals.models import Revision
from kb.manuals.queries import last_number
from kb.publishing.models import Publication


def sent_before(session: Session, wish: Publication, last_seen: int, *, scheduled: bool) -> Publication | None:
    """The publication that the same wish has made already: a form was sent twice. None when there is none.

    `last_seen` is the newest edition that the page showed; `scheduled` tells that the wish names its moment.
    """
    made = session.exec(
        select(Publication).where(Publication.manual_id == wish.manual_id, Publication.edition == last_seen + 1)
    ).first()
    if made is None or made.withdrawn_at is not None:
        return None
    compared = [
        "revision_id",
        "assignment_id",
        "audience",
        "major",
        "change_note",
        *(["live_from"] if scheduled else []),
    ]
    same = all(getattr(made, name) == getattr(wish, name) for name in compared)
    return made if same and (scheduled or made.live_from == made.published_at) else None


def refuse_overtaken(session: Session, revision: Revision, wish: Publication, last_seen: int) -> None:
    """Raises Conflict when there is a newer revision, or another edition than the page showed."""
    if last_number(session, revision.manual_id) != revision.number:
        raise Conflict("この画面を開いたあとで、新しい控えが保存されました。新しい内容を確かめてから公開してください。")
    if wish.edition != last_seen + 1:
        raise Conflict(
            f"この画面を開いたあとで、第{wish.edition - 1}版が公開または予約されました。"
            "その内容を確かめてから公開してください。"
        )
