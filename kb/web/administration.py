"""What the pages of an administrator share: who may open them, the form with its problems, the link that is shown once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from flask import Flask, request, url_for

from kb.accounts.models import User
from kb.accounts.queries import municipality
from kb.errors import Conflict, DomainError, NotFound
from kb.japanese.notation import JST, local_date, wareki
from kb.staffing.administrator import required
from kb.staffing.entries import LONGEST, ROLES, Problem, Unfit
from kb.staffing.invitations import LASTS
from kb.staffing.models import InvitationReason
from kb.staffing.queries import departments, user_of
from kb.staffing.rules import may_administer
from kb.web.current import now, session, viewer
from kb.web.input import plain
from kb.web.reading import absolute
from kb.web.trail import Trail, manual_trail


@dataclass(frozen=True)
class Form:
    """What somebody typed, and what is wrong with it: `problems` by field, `refusal` about the whole."""

    values: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    refusal: str = ""

    def value(self, name: str) -> str:
        """What stands in a field."""
        return self.values.get(name, "")

    def wrong(self, name: str) -> str:
        """What is wrong with a field, or ""."""
        return " ".join(problem.message for problem in self.problems if problem.field == name)


@dataclass(frozen=True)
class OneTimeLink:
    """A link as the page shows it, once."""

    login: str
    name: str
    url: str
    until: str


def init_app(app: Flask) -> None:
    """Let the header of every page ask whether to show the way to these pages."""
    app.jinja_env.globals["administers"] = administers


def administered(code: str) -> str:
    """The name of a town that the viewer administers. Raises NotAllowed for its other staff."""
    required(may_administer(viewer(), code))
    town = municipality(session(), code)
    if town is None:
        raise NotFound
    return town.name


def administers(code: str | None) -> bool:
    """Whether the viewer keeps the people of a town: the header shows the way there by the same rule."""
    return code is not None and may_administer(viewer(), code) is not None


def frame(code: str, here: str, *above: tuple[str, str]) -> dict[str, Any]:
    """What the frame of these pages needs. Raises as `administered`."""
    town = administered(code)
    return {"code": code, "town": town, "trail": _trail(here, code, town, above)}


def _trail(here: str, code: str, town: str, above: tuple[tuple[str, str], ...]) -> Trail:
    return manual_trail(here, code, town, *above)


def typed(*names: str) -> dict[str, str]:
    """The named values of the form as they were typed, without control characters; longer than any field can be is cut."""
    return {name: plain(request.form.get(name, ""), LONGEST * 4) for name in names}


def refused(values: Mapping[str, str], error: DomainError) -> Form:
    """A form that comes back: with its problems field by field, or with one sentence about all of it."""
    return Form(values, error.problems) if isinstance(error, Unfit) else Form(values, refusal=error.message)


def answer_code(form: Form) -> int:
    """Status of a form that comes back: 409 when something else stands in the way, 422 when the fields do."""
    return 409 if form.refusal else 422


REFUSALS = (Unfit, Conflict)
"""What brings a form back instead of an error page."""


def person_or_404(code: str, person: int) -> User:
    """An account of this town. Raises NotFound for every other number."""
    user = user_of(session(), code, person)
    if user is None:
        raise NotFound
    return user


def link_for(user: User, token: str, reason: InvitationReason) -> OneTimeLink:
    """The link with the day on which it runs out."""
    return OneTimeLink(user.login, user.name, link_url(token), moment_text(now() + LASTS[reason]))


def link_url(token: str) -> str:
    """The whole address of a link, to be handed over."""
    return absolute(url_for("invitations.show", token=token))


def moment_text(moment: datetime) -> str:
    """「令和8年11月29日 9:00」."""
    local = moment.astimezone(JST)
    return f"{wareki(moment)} {local.hour}:{local.minute:02}"


def today() -> date:
    """The day of this request in Japan."""
    return local_date(now())


def role_choices() -> list[tuple[str, str]]:
    """Roles that an administrator gives: key and label."""
    return [(role.value, role.label) for role in ROLES]


def post_choices(code: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Open posts by department: (department, [(number, title)]); departments without posts are left out."""
    rows = departments(session(), code, now())
    return [(row.name, [(str(post.id), post.title) for post in row.posts]) for row in rows if row.posts]
