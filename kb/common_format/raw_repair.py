"""Leaving out what cannot be read, so that the rest of an unfinished manual can be shown."""

from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from kb.common_format.content import ManualContent
from kb.common_format.raw_values import UNTITLED, copied
from kb.common_format.step import END

_GONE = object()


def without_unreadable(plain: dict[str, Any]) -> ManualContent:
    """The content that the plain data of one say, without the values that its types refuse. Never raises.

    A value goes back to its default, an item that lacks what it must have goes; of two things with one name the first
    stays; a branch that leads nowhere goes. A manual without a title is called `UNTITLED`.
    """
    wanted = plain
    while True:
        wanted = {"title": UNTITLED, **wanted}
        try:
            return ManualContent.model_validate(wanted)
        except ValidationError as error:
            wrong = error.errors(include_url=False, include_context=False)
        smaller = _without(wanted, wrong) if all(details["loc"] for details in wrong) else _untangled(wanted)
        if smaller == wanted:  # nothing that we know to leave out: the rules of the whole have grown
            return ManualContent(title=UNTITLED)
        wanted = smaller


def _without(plain: dict[str, Any], wrong: Sequence[ErrorDetails]) -> dict[str, Any]:
    """`plain` without the values at the places of `wrong`; what lacks a needed value goes as a whole."""
    marked = copied(plain)
    for details in wrong:
        place = details["loc"][:-1] if details["type"] == "missing" else details["loc"]
        _mark(marked, place)
    swept: dict[str, Any] = _swept(marked)
    return swept


def _mark(plain: Any, place: tuple[int | str, ...]) -> None:
    for part in place[:-1]:
        plain = plain[part]
        if plain is _GONE:
            return
    if place:
        plain[place[-1]] = _GONE


def _swept(plain: Any) -> Any:
    if isinstance(plain, dict):
        return {name: _swept(value) for name, value in plain.items() if value is not _GONE}
    return [_swept(value) for value in plain if value is not _GONE] if isinstance(plain, list) else plain


def _untangled(plain: dict[str, Any]) -> dict[str, Any]:
    """`plain` with unique uids and keys, and with branches that lead somewhere."""
    single: dict[str, Any] = _single(plain, {END})
    parameters = list({one["key"]: one for one in reversed(single.get("parameters", ()))}.values())[::-1]
    steps = single.get("steps", [])
    goals = {END, *(step["uid"] for step in steps)}
    return {**single, "parameters": parameters, "steps": [_leading_somewhere(step, goals) for step in steps]}


def _leading_somewhere(step: dict[str, Any], goals: set[str]) -> dict[str, Any]:
    return {**step, "branches": [one for one in step.get("branches", ()) if one.get("goto", END) in goals]}


def _single(plain: Any, seen: set[str]) -> Any:
    """`plain` without items whose uid is in `seen` already, depth first."""
    if isinstance(plain, dict):
        return {name: _single(value, seen) for name, value in plain.items()}
    if not isinstance(plain, list):
        return plain
    kept = []
    for item in plain:
        uid = item.get("uid") if isinstance(item, dict) else None
        if uid is None or uid not in seen:
            seen.add(uid or "")
            kept.append(_single(item, seen))
    return kept
