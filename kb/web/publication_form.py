"""The form that publishes: what was typed, what it means, and what is wrong with it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from kb.common_format.envelope import Audience
from kb.japanese.notation import JST
from kb.publishing.rules import needs_note
from kb.publishing.standing import Standing
from kb.web.input import form_prose, form_text

LONGEST = 300
"""Characters of a change note or a reason."""
_MOMENT = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2})?", re.ASCII)
_ENDS = re.compile(r"[\n\t]+")
_NUMBER = re.compile(r"[0-9]{1,6}", re.ASCII)
_TYPED = 2_000
"""Characters that a field may bring: more than is allowed, so that what is too long comes back to be cut, not lost."""
MAJOR, MINOR = "major", "minor"


@dataclass(frozen=True)
class Mistake:
    """A field of the form and what to do there."""

    field: str
    message: str


@dataclass(frozen=True)
class Wish:
    """What somebody typed, as they typed it."""

    revision: str
    last_seen: str
    """Number of the newest edition that the page showed."""
    change_note: str
    extent: str
    audience: str
    begins: str
    """A moment in Japan as `datetime-local` writes it; empty for at once."""

    @property
    def revision_number(self) -> int | None:
        """The revision, None when it is no number."""
        return int(self.revision) if _NUMBER.fullmatch(self.revision) else None

    @property
    def last_edition(self) -> int | None:
        """The newest edition that was seen, None when it is no number."""
        return int(self.last_seen) if _NUMBER.fullmatch(self.last_seen) else None

    @property
    def live_from(self) -> datetime | None:
        """The moment, None for at once or when it is none."""
        if not _MOMENT.fullmatch(self.begins):
            return None
        try:
            return datetime.fromisoformat(self.begins).replace(tzinfo=JST)
        except ValueError:
            return None


def sent_line(name: str) -> str:
    """A line of a form; line ends count as blanks. Raises 400 for what is no text."""
    return _ENDS.sub(" ", form_prose(name, _TYPED))


def fresh_wish(revision: int, known: Standing) -> Wish:
    """The form as it opens: for the readers of the live edition, a greater change, at once."""
    before = known.live or known.ended
    return Wish(
        revision=str(revision),
        last_seen=str(known.last_edition),
        change_note="",
        extent=MAJOR,
        audience=(before.audience if before else Audience.PUBLIC).value,
        begins="",
    )


def earliest_moment(now: datetime) -> str:
    """The next whole minute in Japan, as `datetime-local` writes it."""
    return (now.astimezone(JST) + timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M")


def sent_wish() -> Wish:
    """The form of this request."""
    return Wish(
        revision=form_text("revision", _TYPED),
        last_seen=form_text("last_seen", _TYPED),
        change_note=sent_line("change_note"),
        extent=form_text("extent", _TYPED),
        audience=form_text("audience", _TYPED),
        begins=form_text("begins", _TYPED),
    )


def mistakes(wish: Wish, now: datetime) -> Iterator[Mistake]:
    """What stands in the way of reading a form as a wish to publish, in the order of the page."""
    if wish.revision_number is None or wish.last_edition is None:
        yield Mistake(
            "confirm", "画面の情報が欠けています。この画面の内容を確かめて、もう一度「公開する」を押してください。"
        )
    if not wish.change_note and needs_note(wish.last_edition or 0):
        yield Mistake("change_note", "「改訂の内容」を書いてください。読む人が、何が変わったかを知るために使います。")
    if len(wish.change_note) > LONGEST:
        yield Mistake(
            "change_note", f"「改訂の内容」を{LONGEST}文字までにしてください(いま{len(wish.change_note)}文字)。"
        )
    if wish.extent not in (MAJOR, MINOR):
        yield Mistake("extent", "「改訂の大きさ」を選んでください。")
    if wish.audience not in list(Audience):
        yield Mistake("audience", "「公開範囲」を選んでください。")
    if wish.begins and wish.live_from is None:
        yield Mistake("begins", "「公開を始める日時」を、日付と時刻で入れてください。すぐに公開するときは空にします。")
    if wish.live_from is not None and wish.live_from <= now:
        yield Mistake("begins", "「公開を始める日時」が過ぎています。いまより後の日時にするか、空にしてください。")
