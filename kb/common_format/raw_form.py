"""From the fields of a submitted form to a raw form. The form is hostile: it names only what was there before."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kb.common_format.checks_finding import Finding
from kb.common_format.raw_values import Raw
from kb.common_format.walk import Path

LONGEST = 2_000_000
"""The most characters in a raw form."""


class ForgedForm(ValueError):
    """A form, or a button, names what the page never offered. `name` is that name, cut at 200 characters."""

    def __init__(self, name: str) -> None:
        self.name = name[:200]
        super().__init__(self.name)


@dataclass(frozen=True)
class FormReading:
    """What a form said. `findings` tell what could not be taken as typed; with `too_large`, `raw` is as it was before."""

    raw: Raw
    findings: tuple[Finding, ...] = ()
    too_large: bool = False


def read_form(fields: Iterable[tuple[str, str]], before: Raw) -> FormReading:
    """`before` with the values of a form in place; what the form does not carry stays.

    `fields` are names and values in the order of the form (Werkzeug: `request.form.items(multi=True)`), without those
    that are not of the manual (token, version, buttons). The last value of a name counts; a box is ticked by any value
    but "". Line ends become LF. Characters that cannot be kept (controls, lone surrogates) are replaced or removed, with
    a finding. Raises `ForgedForm` for a name that `before` does not have: unknown fields, uids, lists and groups.
    """
    raise NotImplementedError


def field_name(raw: Mapping[str, Any], path: Path) -> str:
    """The name of the form field that a path of a finding leads to, for a link; "" for the manual as a whole.

    A plain list's index falls away (the list is one text area); a parameter's key or index becomes its uid in the form.
    For a repeated field or a group it is the name of that (draw it as an element's id).
    """
    raise NotImplementedError
