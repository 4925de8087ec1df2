"""The sign-in page: for whoever wants in, and for whoever has to come in again to send what was typed."""

from dataclasses import dataclass

from flask import render_template

from kb.accounts.queries import municipalities
from kb.seeds.people import CAST, PASSWORD, Member
from kb.web.carried import Carried
from kb.web.current import parts, session


@dataclass(frozen=True)
class DemoAccount:
    """A line in the list of demo accounts."""

    login: str
    password: str
    name: str
    municipality_name: str
    role: str


def sign_in_form(
    *,
    login: str = "",
    next_path: str = "",
    error: str | None = None,
    done: str | None = None,
    carried: Carried | None = None,
) -> str:
    """The page. `next_path`: where signing in leads; `carried`: what is sent again after it; `done`: what went well before."""
    return render_template(
        "sessions/new.html",
        error=error,
        done=done,
        login=login,
        next=next_path,
        return_to=next_path or None,
        carried=carried,
        demo_accounts=_demo_accounts() if parts().settings.demo else [],
    )


def _demo_accounts() -> list[DemoAccount]:
    names = {town.code: town.name for town in municipalities(session(), {member.town for member in CAST})}
    return [_demo_account(member, names.get(member.town, "")) for member in CAST]


def _demo_account(member: Member, town: str) -> DemoAccount:
    role = f"{member.department} {member.post}・{member.role.label}"
    return DemoAccount(member.login, PASSWORD, member.name, town, role)
