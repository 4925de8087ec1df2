"""Reading what comes from outside: addresses, queries and forms are hostile until checked here."""

import re
from urllib.parse import quote, urlsplit

from flask import request
from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.routing import BaseConverter

_ODD = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_IN_QUERY = "!$&'()*+,;=:@/?%-._~"
"""Signs that stand in a query as they are; a browser has already escaped the others."""
LAST_PAGE = 500
"""Nobody leafs further; deeper pages only cost."""


class CodeConverter(BaseConverter):
    """Six digits of a 団体コード."""

    regex = r"[0-9]{6}"


class SlugConverter(BaseConverter):
    """A slug: lower-case words joined by hyphens, at most 80 characters."""

    regex = r"[a-z0-9]+(?:-[a-z0-9]+)*"
    part_isolating = True

    def to_python(self, value: str) -> str:
        """Refuse what is longer than any slug we keep."""
        if len(value) > 80:
            raise NotFound
        return value


class NumberConverter(BaseConverter):
    """A whole number from 1 to 999,999: never more than the database can hold."""

    regex = r"[1-9][0-9]{0,5}"

    def to_python(self, value: str) -> int:
        """The number."""
        return int(value)


class WorkAreaConverter(BaseConverter):
    """Code of a work area: a letter, or a letter and two digits."""

    regex = r"[A-Z](?:[0-9]{2})?"


class PrefectureConverter(BaseConverter):
    """Two digits of a prefecture: the first ones of its towns' codes."""

    regex = r"[0-9]{2}"


def text(name: str, longest: int = 200) -> str:
    """A query value without control characters and lone surrogates, cut at `longest` characters; "" when absent."""
    return plain(request.args.get(name, ""), longest)


def plain(value: str, longest: int) -> str:
    """A value without control characters and lone surrogates, cut at `longest` characters."""
    return _ODD.sub("", value)[:longest].strip()


def choice(name: str, allowed: tuple[str, ...]) -> str | None:
    """A query value that is one of `allowed`, else None."""
    value = request.args.get(name)
    return value if value in allowed else None


def page() -> int:
    """The page number asked for, from 1. Raises 404 for what no page can be."""
    value = request.args.get("page", "1")
    if not re.fullmatch(r"[1-9][0-9]{0,3}", value, re.ASCII) or int(value) > LAST_PAGE:
        raise NotFound
    return int(value)


def form_text(name: str, longest: int) -> str:
    """A form value. Raises 400 for odd characters or more than `longest` characters."""
    value = request.form.get(name, "")
    if _ODD.search(value) or len(value) > longest:
        raise BadRequest
    return value


def query_number(name: str) -> int | None:
    """A whole number from 1 to 999,999 in the query; None when absent or anything else."""
    return _number(request.args.get(name, ""))


def form_number(name: str) -> int | None:
    """A whole number from 1 to 999,999 in the form; None when absent or anything else."""
    return _number(request.form.get(name, ""))


def _number(value: str) -> int | None:
    return int(value) if re.fullmatch(NumberConverter.regex, value, re.ASCII) else None


def form_prose(name: str, longest: int) -> str:
    """A form value of several lines, without blanks around it; browsers end lines with CRLF. Raises 400 as `form_text`."""
    value = request.form.get(name, "").replace("\r\n", "\n")
    if _ODD.search(value) or len(value) > longest:
        raise BadRequest
    return value.strip()


def local_path(target: str) -> str | None:
    """`target` when it is a path on this site, else None: no other host, no scheme, no tricks with slashes or controls."""
    if not target.startswith("/") or target[1:2] in ("/", "\\") or "\\" in target:
        return None
    if any(ord(sign) < 33 or ord(sign) == 127 for sign in target) or len(target) > 2_000:
        return None
    parts = urlsplit(target)
    return None if parts.scheme or parts.netloc else target


def this_address(*, query: bool = True) -> str | None:
    """The local path of this request, sub-path included and with its query unless told otherwise; None when unusable."""
    asked = request.query_string if query else b""
    path = quote(request.script_root + request.path)
    return local_path(f"{path}?{quote(asked, safe=_IN_QUERY)}" if asked else path)
