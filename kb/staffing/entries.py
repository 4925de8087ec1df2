"""What an administrator types about people and offices, checked: every problem at once, each with its field."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from kb.accounts.models import Role
from kb.errors import Invalid
from kb.japanese.days import parse_day
from kb.japanese.notation import JST

LONGEST = 80
"""Characters of a name or login, as the tables hold them."""
ROLES = (Role.READER, Role.AUTHOR, Role.APPROVER, Role.ADMINISTRATOR)
"""What an administrator may give. Operators are made on the command line alone."""
EARLIEST, LATEST = date(1947, 5, 3), date(2100, 1, 1)
"""Days that an assignment may name: not before 地方自治法 came into force, not beyond what anybody plans."""

_LOGIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._@-]{0,78}[A-Za-z0-9])?")
_ODD = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_ROLES_BY_LABEL = {role.label: role for role in ROLES}


@dataclass(frozen=True)
class Problem:
    """What is wrong with one field."""

    field: str
    message: str


class Unfit(Invalid):
    """Values that cannot be taken; `problems` names each field once."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("".join(problem.message for problem in problems))
        self.problems = problems


@dataclass(frozen=True)
class PersonEntry:
    """Somebody who is to be invited, and the post that they get."""

    login: str
    name: str
    role: Role
    since: datetime


class Checking:
    """Checks fields one by one and remembers what is wrong; `finish` raises Unfit with all of it."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def add(self, field: str, message: str) -> None:
        """Remember a problem that was found elsewhere."""
        self.problems.append(Problem(field, message))

    def finish(self) -> None:
        """Raise Unfit when anything is wrong."""
        if self.problems:
            raise Unfit(*self.problems)

    def name(self, field: str, label: str, text: str) -> str:
        """A name: not empty, one line, at most `LONGEST` characters."""
        name = text.strip()
        if not name:
            self.add(field, f"「{label}」を入力してください。")
        elif len(name) > LONGEST:
            self.add(field, f"「{label}」は{LONGEST}文字までで入力してください。")
        elif _ODD.search(name):
            self.add(field, f"「{label}」に使えない文字(改行や制御文字)が入っています。")
        return name

    def login(self, field: str, text: str) -> str:
        """A login: ASCII letters, digits and . _ - @; full-width ones are taken as half-width."""
        login = unicodedata.normalize("NFKC", text).strip()
        if not login:
            self.add(field, "「職員ID」を入力してください。")
        elif not _LOGIN.fullmatch(login):
            self.add(
                field,
                f"「職員ID」は半角の英字・数字と「. _ - @」で、{LONGEST}文字までです。英字か数字で始め、英字か数字で終えてください。",
            )
        return login

    def role(self, field: str, text: str) -> Role:
        """A role that an administrator may give, by its key or its Japanese label."""
        role = _ROLES_BY_LABEL.get(text.strip()) or next((one for one in ROLES if one.value == text), None)
        if role is None:
            self.add(field, f"「役割」は{'・'.join(_ROLES_BY_LABEL)}のどれかです。")
        return role or Role.READER

    def day(self, field: str, label: str, text: str) -> date:
        """A day in any usual way of writing."""
        found = parse_day(text)
        if found is None:
            self.add(field, f"「{label}」を日付で入力してください。例: 2026-04-01、令和8年4月1日")
        elif not EARLIEST <= found <= LATEST:
            self.add(field, f"「{label}」の年を確かめてください。")
        return found or EARLIEST


def taken(login: str) -> str:
    """What to say of a login that somebody has."""
    return f"職員ID「{login}」は既に使われています。別のIDにしてください(例: 団体や部署の略称を前に付ける)。"


def begins(day: date) -> datetime:
    """The moment at which a day begins in Japan: an assignment from this day on."""
    return datetime.combine(day, time(0, 0, tzinfo=JST))


def ends_after(day: date) -> datetime:
    """The moment at which an assignment ends whose last day is `day`."""
    return begins(day + timedelta(days=1))
