"""What is copied when a manual is taken over: values in, values out. Everything starts from the redacted content."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from kb.common_format.content import Improvement, ManualContent, uids_in
from kb.common_format.envelope import Provenance
from kb.common_format.fields import new_uid
from kb.common_format.header import Contact, Parameter, Volume
from kb.common_format.parameters import used_keys
from kb.common_format.raw import Raw, insert_steps, raw_of
from kb.common_format.redact import goals, retargeted
from kb.common_format.step import Step
from kb.manuals.drafting import DraftRaw, draft_raw
from kb.publishing.queries import Listed

PARAMETER = "{{"
"""Begins a reference to a parameter: a text with one is common text, not one town's own."""


def for_another_town(content: ManualContent, upstream: str) -> ManualContent:
    """A redacted content without what is true of its own town alone: whom to ask, how many cases, what was improved there.

    Related manuals of its own town are from now on those of the town `upstream`.
    """
    own = {name: text if PARAMETER in text else "" for name, text in content.contact}
    related = tuple(
        one if one.municipality else one.model_copy(update={"municipality": upstream})
        for one in content.related_manuals
    )
    return _with_what_is_used(
        content,
        content.model_copy(
            update={
                "contact": Contact(**own),
                "annual_volume": Volume(),
                "improvement": Improvement(),
                "related_manuals": related,
            }
        ),
    )


def provenance_of(listed: Listed) -> Provenance:
    """What a manual says that was taken from this edition."""
    return Provenance(
        municipality=listed.town_code,
        municipality_name=listed.town_name,
        slug=listed.slug,
        title=listed.title,
        edition=listed.edition,
        license=listed.license,
    )


def with_steps(content: ManualContent, uids: Collection[str]) -> ManualContent:
    """`content` with the steps called `uids` alone.

    A branch into another one leads to the next chosen step after it, or to the end. A parameter that only the others
    used goes with them.
    """
    goal = goals(content.steps, lambda step: step.uid in uids)
    steps = tuple(retargeted(step, goal) for step in content.steps if step.uid in uids)
    return _with_what_is_used(content, content.model_copy(update={"steps": steps}))


def _with_what_is_used(before: ManualContent, after: ManualContent) -> ManualContent:
    """`after` without the parameters that `before` used and it does not; validated."""
    gone = used_keys(before) - used_keys(after)
    parameters = tuple(one for one in after.parameters if one.key not in gone)
    return ManualContent(
        **{**{name: getattr(after, name) for name in ManualContent.model_fields}, "parameters": parameters}
    )


@dataclass(frozen=True)
class Added:
    """A draft with steps added to it. `renamed` steps got a new uid; with `problem`, nothing was added."""

    raw: DraftRaw
    renamed: int = 0
    kept_words: tuple[str, ...] = ()
    """Keys of parameters that the draft had already, with another label or default: its own stay."""
    problem: str = ""


def added_to(held: DraftRaw, content: Raw, part: ManualContent, values: Mapping[str, str]) -> Added:
    """The draft that holds `held`, its content whole as `content`, with the steps and parameters of `part` at the end.

    A uid that is there already is given anew, inside the steps too, and branches follow. A word in `values` counts; where
    there is none the draft keeps its own.
    """
    steps, renamed = _named_apart(part.steps, set(_uids(content)))
    outcome = insert_steps(content, [raw_of(step) for step in steps])
    if not outcome.focus:
        return Added(held, problem="".join(outcome.messages))
    there = {one["key"].strip(): one for one in content["parameters"]}
    words = words_of_steps(part)
    missing = [{**raw_of(one), "uid": new_uid()} for one in words if one.key not in there]
    raw = {**outcome.raw, "parameters": [*content["parameters"], *missing]}
    spoken = {**held.get("values", {}), **{key: text for key, text in values.items() if text}}
    kept = tuple(one.key for one in words if one.key in there and _differs(one, there[one.key]))
    return Added(draft_raw(raw, spoken, held.get("slug", "")), renamed, kept)


def words_of_steps(content: ManualContent) -> list[Parameter]:
    """The parameters that the steps of `content` use."""
    used = used_keys(ManualContent(title="手順", steps=content.steps))
    return [one for one in content.parameters if one.key in used]


def _differs(parameter: Parameter, held: Raw) -> bool:
    return (parameter.label, parameter.default) != (held["label"].strip(), held["default"].strip())


def _named_apart(steps: tuple[Step, ...], taken: set[str]) -> tuple[tuple[Step, ...], int]:
    """The steps with new names for what is `taken`, and how many steps themselves got one."""
    names = {uid: new_uid() for uid in uids_in(steps) if uid in taken}
    renamed = tuple(Step.model_validate(_renamed(step.model_dump(mode="json"), names)) for step in steps)
    return renamed, sum(step.uid in names for step in steps)


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [_renamed(one, names) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        name: names.get(held, held) if name in ("uid", "goto") else _renamed(held, names)
        for name, held in value.items()
    }


def _uids(raw: Any) -> list[str]:
    """Every uid in a raw form."""
    if isinstance(raw, list):
        return [uid for one in raw for uid in _uids(one)]
    if not isinstance(raw, dict):
        return []
    inside = [uid for name, held in raw.items() if name != "uid" for uid in _uids(held)]
    return [*inside, raw["uid"]] if isinstance(raw.get("uid"), str) else inside
