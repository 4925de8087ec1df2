"""What somebody has typed, carried from a form that could not be accepted to one that can.

It travels in the page alone, as hidden fields: nothing is kept on the server, nothing is carried out by itself.
Passwords and tokens of forms are left behind; files cannot be carried by a page.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import request

from kb.web.current import parts
from kb.web.input import local_path, this_address

PREFIX = "carried:"
"""Before the names of fields that travel through the sign-in form, whose own fields have names of their own."""
TO = "carried-to"
LEFT = "carried-left"
_SECRET = "password"  # noqa: S105  # a part of names of fields
_TOKEN = "csrf_token"  # noqa: S105  # a name of a field


@dataclass(frozen=True)
class Carried:
    """The fields of a form and the local path that they were sent to."""

    to: str
    fields: tuple[tuple[str, str], ...]
    left_behind: bool
    """A password or a file was with them, which has to be given again."""

    @property
    def written(self) -> list[tuple[str, str]]:
        """The fields in which something stands, for reading."""
        return [(name, value) for name, value in self.fields if value.strip()]


def typed() -> Carried | None:
    """The form of this request; None when it cannot be sent again."""
    to = this_address()
    if to is None or request.method != "POST":
        return None
    names = list(request.form)
    left = bool(request.files) or any(_SECRET in name for name in names)
    return Carried(to, tuple(_harmless(request.form.items(multi=True))), left)


def handed_on() -> Carried | None:
    """The form that travels through the sign-in form of this request; None when there is none."""
    to = local_path(request.form.get(TO, ""))
    if to is None:
        return None
    fields = ((name.removeprefix(PREFIX), value) for name, value in request.form.items(multi=True) if _travels(name))
    return Carried(to, tuple(_harmless(fields)), bool(request.form.get(LEFT)))


def from_elsewhere() -> bool:
    """Whether a page of another site made the browser send this: what it sends is not the person's, and not carried."""
    origin = request.headers.get("Origin")
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        return True
    ours = {request.host, parts().settings.host} - {""}  # "null", the origin of nowhere, has no host either
    return origin is not None and origin.partition("://")[2] not in ours


def _travels(name: str) -> bool:
    return name.startswith(PREFIX)


def _harmless(fields: Iterable[tuple[str, str]]) -> Iterable[tuple[str, str]]:
    return ((name, value) for name, value in fields if _SECRET not in name and not name.endswith(_TOKEN))
