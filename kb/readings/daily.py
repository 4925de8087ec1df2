"""閲覧数: how often manuals are opened, a sum per manual and day. Nothing about a reader is taken in or kept."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, func, select

from kb.manuals.queries import manual_at
from kb.readings.models import DailyReaders


@dataclass(frozen=True)
class Opened:
    """The page of a manual, opened on a day (in Japan)."""

    day: date
    town: str
    slug: str


def add_readers(session: Session, opened: Mapping[Opened, int]) -> None:
    """Add how often each page was opened to what is kept; a manual that is not there is passed over."""
    for one, times in opened.items():
        manual = manual_at(session, one.town, one.slug)
        if manual is None:
            continue
        kept = session.get(DailyReaders, (manual.id, one.day))
        kept = kept or DailyReaders(manual_id=manual.id, day=one.day, count=0)
        kept.count += times
        session.add(kept)
    session.flush()


def readers_since(session: Session, manual_ids: Collection[int], first: date) -> dict[int, int]:
    """How often each of these manuals was opened from the day `first` on; those that nobody opened are left out."""
    counted = (
        select(DailyReaders.manual_id, func.sum(col(DailyReaders.count)))
        .where(col(DailyReaders.manual_id).in_(list(manual_ids)), col(DailyReaders.day) >= first)
        .group_by(col(DailyReaders.manual_id))
    )
    return {manual_id: int(count) for manual_id, count in session.exec(counted)}
