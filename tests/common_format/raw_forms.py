"""Raw forms for tests: of contents, of nothing, and with anything typed anywhere."""

from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from kb.common_format.content import ManualContent
from kb.common_format.raw import Operation, Raw, Widget, blank_raw, fields_of, raw_of
from kb.common_format.raw_plan import FormField
from kb.common_format.raw_values import copied
from kb.common_format.step import Step
from tests.common_format.build_manual import manuals
from tests.common_format.strategies import contents, nasty_text

typed_text = st.one_of(
    st.sampled_from(
        ["", " ", "3", "３．５", "5分", "-1", "abc", "end", "te-0", "高", "窓口", "B01", "1\n2", "9" * 5000, "a" * 301]
    ),
    nasty_text(3),
    st.text(max_size=5),
)
"""What somebody may type into any field, meant for it or not."""


def scalars(
    raw: Raw, fields: tuple[FormField, ...] | None = None, path: tuple[str, ...] = ()
) -> Iterator[tuple[str, FormField, Raw]]:
    """The dotted name, the declaration and the holder of every scalar in `raw`."""
    for field in fields if fields is not None else fields_of():
        held, here = raw[field.name], (*path, field.name)
        if field.widget is Widget.GROUP:
            yield from scalars(held, field.fields, here)
        elif field.widget is Widget.ITEMS:
            for item in held:
                yield from scalars(item, field.fields, (*here, item["uid"]))
        else:
            yield ".".join(here), field, raw


def items_in(raw: Raw) -> list[tuple[str, ...]]:
    """The path of every item in `raw`, at any depth."""
    names = {tuple(name.split(".")) for name, _, _ in scalars(raw)}
    lists = {
        field.name for model in (ManualContent, Step) for field in fields_of(model) if field.widget is Widget.ITEMS
    }
    return sorted({name[: n + 2] for name in names for n in range(0, len(name) - 1, 2) if name[n] in lists})


@st.composite
def raws(draw: st.DrawFn, changes: int = 6) -> Raw:
    """A raw form with up to `changes` fields in which something was typed that need not fit."""
    raw = copied(draw(st.one_of(contents().map(raw_of), manuals().map(raw_of), st.builds(blank_raw))))
    places = list(scalars(raw))
    for place in draw(st.lists(st.integers(0, len(places) - 1), max_size=changes)):
        _, field, holder = places[place]
        holder[field.name] = draw(st.booleans() if field.widget is Widget.CHECKBOX else typed_text)
    return raw


def operations(raw: Raw) -> st.SearchStrategy[Operation]:
    """What a button on the page of `raw` may ask for."""
    items = items_in(raw)
    lists = [(field.name,) for field in fields_of() if field.widget is Widget.ITEMS]
    lists += [
        ("steps", step["uid"], field.name)
        for step in raw["steps"]
        for field in fields_of(Step)
        if field.widget is Widget.ITEMS
    ]
    asked = [st.builds(Operation, st.just("add"), st.sampled_from(lists))]
    if items:
        verbs = st.sampled_from(["remove", "up", "down", "duplicate"])
        asked.append(st.builds(Operation, verbs, st.sampled_from(items)))
        places = st.integers(0, 9).map(str)
        asked.append(st.builds(Operation, st.just("move"), st.sampled_from(items), places))
    if raw["steps"]:
        steps = [("steps", step["uid"]) for step in raw["steps"]]
        asked.append(st.builds(Operation, st.just("split"), st.sampled_from(steps)))
    return st.one_of(asked)


def uids_in(raw: Any) -> list[str]:
    """Every uid in a raw value."""
    if isinstance(raw, list):
        return [uid for item in raw for uid in uids_in(item)]
    if not isinstance(raw, dict):
        return []
    own = [raw["uid"]] if "uid" in raw else []
    return own + [uid for held in raw.values() for uid in uids_in(held)]
