"""What stands about a town beside the text of its manuals: its people and posts, and what was done to each manual.

Values without tables. People and assignments have keys that mean something inside one folder only (`p3`, `a12`);
a `post` beside a `by` is the title of that assignment's post, written out for whoever reads the file.
"""

import re
import unicodedata
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BeforeValidator, Field, StringConstraints

from kb.accounts.models import Role
from kb.common_format.envelope import Audience
from kb.common_format.fields import Line, ParameterKey, Slug, Uid, Value
from kb.common_format.privacy import PersonalData

FORMAT_VERSION = 1

_MOMENT = re.compile(r"(19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:.]{5,15}([+-][0-9]{2}:[0-9]{2}|Z)", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)


def tidy(text: Any) -> Any:
    """A text without control characters other than line feeds, each replaced by a blank; anything else as it is."""
    if not isinstance(text, str):
        return text
    odd = ("Cc", "Cs", "Zl", "Zp")
    return "".join(" " if sign != "\n" and unicodedata.category(sign) in odd else sign for sign in text).strip()


def one_line(text: Any) -> Any:
    """`tidy` on one line."""
    return tidy(text.replace("\r\n", " ").replace("\n", " ")) if isinstance(text, str) else text


def _moment(value: Any) -> Any:
    if isinstance(value, datetime) or (isinstance(value, str) and _MOMENT.fullmatch(value)):
        return value
    raise ValueError("日時を 2026-04-01T09:00:00+09:00 の形で書いてください。")


def _number(value: Any) -> Any:
    if isinstance(value, str) and not _NUMBER.fullmatch(value):
        raise ValueError("整数で書いてください。")
    return value


def _version(value: Any) -> Any:
    if isinstance(value, str) and _NUMBER.fullmatch(value) and int(value) > FORMAT_VERSION:
        raise ValueError("新しいものさしで書き出されています。ものさしを新しくしてから取り込んでください。")
    return _number(value)


Key = Annotated[str, StringConstraints(pattern=r"^[a-z][0-9]{1,7}$")]
Code = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]
Name = Annotated[str, BeforeValidator(one_line), StringConstraints(min_length=1, max_length=80)]
Title = Annotated[str, BeforeValidator(one_line), StringConstraints(max_length=80)]
Note = Annotated[str, BeforeValidator(tidy), StringConstraints(max_length=300)]
LongNote = Annotated[str, BeforeValidator(tidy), StringConstraints(max_length=1_000)]
Moment = Annotated[AwareDatetime, BeforeValidator(_moment)]
Number = Annotated[int, BeforeValidator(_number), Field(ge=1, le=100_000)]
Version = Annotated[int, BeforeValidator(_number), Field(ge=0, le=100_000)]


class Span(Value):
    """Something holds from `since` until `until` (open when None)."""

    since: Moment
    until: Moment | None = None


class PostRecord(Value):
    """A post, inside its department."""

    key: Key
    title: Name
    closed_at: Moment | None = None


class DepartmentRecord(Value):
    """A department with its posts."""

    name: Name
    closed_at: Moment | None = None
    posts: tuple[PostRecord, ...] = ()


class PersonRecord(Value):
    """A person's account, without its password."""

    key: Key
    login: Name
    name: Name
    disabled_at: Moment | None = None


class AssignmentRecord(Span):
    """Who holds which post in which role."""

    key: Key
    person: Key
    post: Key
    role: Role


class Deed(Value):
    """Something that somebody did: `by` is the key of an assignment, `post` the title of its post."""

    by: Key | None = None
    post: Title = ""


class EditionUsed(Deed):
    """An edition of another town that this one uses, by its address."""

    municipality: Code
    slug: Slug
    edition: Number


class AdoptionRecord(Span, EditionUsed):
    """What the town declared about an edition that it uses, or has used until `until`."""

    considered: Number
    """The newest edition about which it has decided."""
    degree: Literal["参考", "一部採用", "採用"]
    values: dict[ParameterKey, Line] = Field(default_factory=dict)
    note: LongNote = ""
    declared_at: Moment
    end_reason: Note = ""


class TownRecord(Value):
    """A town: `town.yml`."""

    kind: Literal["monosashi-town"]
    format_version: Annotated[int, BeforeValidator(_version), Field(ge=1)]
    municipality: Code
    name: Name
    participation: tuple[Span, ...] = ()
    departments: tuple[DepartmentRecord, ...] = ()
    people: tuple[PersonRecord, ...] = ()
    assignments: tuple[AssignmentRecord, ...] = ()
    adoptions: tuple[AdoptionRecord, ...] = ()

    def deeds(self) -> dict[tuple[str, int], Deed]:
        """Everything here that somebody did, by the path where it stands."""
        return {("adoptions", number): deed for number, deed in enumerate(self.adoptions)}


class RevisionRecord(Deed):
    """A revision; its text stands in a file of its own."""

    number: Number
    saved_at: Moment
    note: Note = ""


class PublicationRecord(Deed):
    """A publication of a revision."""

    edition: Number
    revision: Number
    audience: Audience
    live_from: Moment
    live_until: Moment | None = None
    published_at: Moment
    major: bool = True
    change_note: Note = ""
    withdrawn_at: Moment | None = None
    withdrawal_reason: Note = ""


class ConfirmationRecord(Deed):
    """Somebody looked through an edition and found nothing to change."""

    edition: Number
    confirmed_at: Moment
    by: Key


class ArchivalRecord(Span, Deed):
    """The manual is out of use."""

    reason: Note = ""


class WaiverRecord(Deed):
    """What looks like personal data in a field may stand."""

    path: Note
    kind: PersonalData
    text_hash: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    reason: Note
    waived_at: Moment
    by: Key


class ForkRecord(EditionUsed):
    """An edition, or some of its steps, was taken over into the manual."""

    steps: tuple[Uid, ...] = ()
    """The chosen ones; empty for the whole."""
    redaction: Version = 0
    forked_at: Moment


class ManualRecord(Value):
    """What was done to one manual: `manual.yml`."""

    owner: Key | None = None
    """The post that it belongs to."""
    created_at: Moment
    revisions: tuple[RevisionRecord, ...] = ()
    publications: tuple[PublicationRecord, ...] = ()
    confirmations: tuple[ConfirmationRecord, ...] = ()
    archivals: tuple[ArchivalRecord, ...] = ()
    waivers: tuple[WaiverRecord, ...] = ()
    forks: tuple[ForkRecord, ...] = ()

    def deeds(self) -> dict[tuple[str, int], Deed]:
        """Everything that somebody did, by the path where it stands."""
        lists = ("revisions", "publications", "confirmations", "archivals", "waivers", "forks")
        return {(name, number): deed for name in lists for number, deed in enumerate(getattr(self, name))}
