"""What is searched for, counted in memory and written as sums together with the readers of manuals (see `reader_counts`).

Who asks is looked at only to tell whether several people asked for the same: as a keyed hash that nobody can make again,
in the memory of this process alone, until enough of them have been seen. docs/decisions/0010 says why.
"""

import logging
import secrets
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import blake2b
from ipaddress import IPv6Address, ip_address
from threading import Lock
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from kb.asked.rules import OTHERS, READERS, normal
from kb.asked.sums import UNKNOWN_FOR, Times, Word, add_asked, fold_away
from kb.db import transaction
from kb.japanese.notation import local_date
from kb.search.kept import Kept
from kb.web.reader_counts import EVERY, PATIENCE

MOST_WAITING = 2_000
"""Different texts that wait to be written; more go to その他."""
MOST_A_MINUTE = 200
"""Of those, new ones in one minute: a flood of made-up texts leaves room for what people ask."""
MOST_KNOWN = 20_000
"""Texts whose readers are told apart."""
KNOWN_QUESTIONS = 1024 * 1024
"""Bytes for what kept pages of results answered: some thousand questions."""
_ENTRY = 300
_LONGEST_ADDRESS = 4_000
_MOST_FIELDS = 100
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Answered:
    """What a page of results was about: its normal text, and whether it had any."""

    text: str
    found: bool


@dataclass
class _Readers:
    """Hashes of different people and of different addresses; no more of each than are needed."""

    people: set[bytes] = field(default_factory=set)
    addresses: set[bytes] = field(default_factory=set)

    @property
    def least(self) -> int:
        """So many are different for certain: somebody who signs in is a person and an address."""
        return max(len(self.people), len(self.addresses))


class AskedCounts:
    """What one process has counted and not yet written. Safe for several threads."""

    def __init__(self) -> None:
        self._counted: dict[Word, Times] = {}
        self._minute: tuple[datetime, int] | None = None
        self._readers: OrderedDict[str, _Readers] = OrderedDict()
        self._salt, self._salted = secrets.token_bytes(32), date.min
        self._answered: Kept[str, Answered] = Kept(KNOWN_QUESTIONS)
        self._written: datetime | None = None
        self._lock = Lock()

    def remember(self, question: str, answered: Answered) -> None:
        """Remember what the kept page of results for a question says: it is going to be sent out without being read."""
        self._answered.keep(question, answered, 2 * (len(question) + len(answered.text)) + _ENTRY)

    def asked_again(self, question: str, at: datetime, address: str) -> None:
        """Count a question that a kept page answered; nothing when it is none that counts, or long forgotten."""
        answered = self._answered.held(question)
        if answered is not None:
            self.asked(answered, at, address)

    def asked(self, answered: Answered, at: datetime, address: str, person: int | None = None) -> None:
        """Count the first page of a search without conditions, by somebody at an address, who may be a known person."""
        with self._lock:
            readers = self._seen(answered.text, local_date(at), address, person)
            self._add(answered.text, Times(1, 0 if answered.found else 1, 0, readers), at)

    def opened_from(self, referrer: str, results: str, at: datetime) -> None:
        """Count that a result was opened, when the page before (its address, as browsers tell it) is `results` with a text."""
        text = _asked_on(referrer, results) if "?" in referrer[:_LONGEST_ADDRESS] else None
        if text is not None:
            with self._lock:
                self._add(text, Times(opened=1), at)

    def write_when_due(self, engine: Engine, now: datetime) -> None:
        """Write what was counted when that has not been done for `EVERY`; at the first time of a day, fold away."""
        if self._written is None:
            self._written = now
        if not self._written <= now < self._written + EVERY:  # a clock may also be set back
            self.write(engine, now)
            self._written = now

    def write(self, engine: Engine, now: datetime) -> None:
        """Write what was counted, in one short transaction; what cannot be written now is kept for the next time."""
        with self._lock:
            counted, self._counted = self._counted, {}
        if not counted:
            return
        try:
            with transaction(engine, patience=PATIENCE) as session:
                add_asked(session, counted)
                fold_away(session, local_date(now))
        except SQLAlchemyError:
            _log.warning("asked words were not written; it is tried again", exc_info=True)
            self._put_back(counted)

    def _seen(self, text: str, today: date, address: str, person: int | None) -> int:
        """How many different readers have asked for a text, this one among them."""
        if text == OTHERS:
            return 0
        if not self._salted <= today < self._salted + UNKNOWN_FOR:
            self._salt, self._salted = secrets.token_bytes(32), today
            self._readers.clear()
        readers = self._readers.setdefault(text, _Readers())
        self._readers.move_to_end(text)
        if len(self._readers) > MOST_KNOWN:
            self._readers.popitem(last=False)
        told, known = (readers.addresses, place(address)) if person is None else (readers.people, str(person))
        if readers.least < READERS:
            told.add(blake2b(known.encode(errors="replace"), key=self._salt, digest_size=8).digest())
        return readers.least

    def _add(self, text: str, times: Times, at: datetime) -> None:
        word = Word(local_date(at), text)
        if word not in self._counted and not self._room(at):
            word = Word(word.day, OTHERS)
        self._counted[word] = self._counted.get(word, Times()) + times

    def _room(self, at: datetime) -> bool:
        """Whether one more text may wait; asking takes the place."""
        minute = at.replace(second=0, microsecond=0)
        new = self._minute[1] if self._minute and self._minute[0] == minute else 0
        if len(self._counted) >= MOST_WAITING or new >= MOST_A_MINUTE:
            return False
        self._minute = (minute, new + 1)
        return True

    def _put_back(self, counted: Mapping[Word, Times]) -> None:
        with self._lock:
            for word, times in counted.items():
                kept = word if word in self._counted or len(self._counted) < MOST_WAITING else Word(word.day, OTHERS)
                self._counted[kept] = self._counted.get(kept, Times()) + times


def place(address: str) -> str:
    """What counts as one address: one of version 6 is one of the 2**64 that its household or office has (RFC 6177)."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    return str(int(known) >> 64) if isinstance(known, IPv6Address) else address


def _asked_on(referrer: str, results: str) -> str | None:
    """The normal text that a page of results was about; None for every other page and for results without a text."""
    try:
        before = urlsplit(referrer[:_LONGEST_ADDRESS])
        if before.path != results:
            return None
        typed = parse_qs(before.query, errors="replace", max_num_fields=_MOST_FIELDS).get("q", [""])[0]
    except ValueError:  # what no browser says
        return None
    return normal(typed) if typed.strip() else None
