"""What the editor draws comes from the declarations."""

from typing import Annotated

from pydantic import StringConstraints

from kb.common_format.content import ManualContent
from kb.common_format.fields import Count, Line, Prose, Uid, Value, declared, specs
from kb.common_format.raw import FormField, Widget, fields_of
from kb.common_format.step import END, Actor, Branch, Grade, Step


def field(model: type[Value], name: str) -> FormField:
    return next(one for one in fields_of(model) if one.name == name)


class Recipe(Value):
    """A model that no page has ever seen."""

    uid: Uid
    name: Line = declared("料理", ..., example="煮物", required=True)
    note: Prose = declared("作り方", "", hint="短く")
    grade: Grade | None = declared("難しさ", None)
    level: Grade = declared("手間", Grade.LOW)
    guests: Count = declared("人数", 4)
    weight: float | None = declared("重さ", None)
    secret: bool = declared("秘伝", False, internal=True)
    tastes: tuple[Line, ...] = declared("味", ())
    code: Annotated[str, StringConstraints(max_length=5)] | None = declared("番号", None)
    cook: Actor | None = declared("作る人", None)
    parts: tuple[Branch, ...] = declared("材料", ())


def test_a_new_field_is_drawn_from_the_day_it_is_declared() -> None:
    drawn = [(one.name, one.label, one.widget.value, one.default) for one in fields_of(Recipe)]
    assert drawn == [
        ("name", "料理", "line", ""),
        ("note", "作り方", "prose", ""),
        ("grade", "難しさ", "choice", ""),
        ("level", "手間", "choice", "低"),
        ("guests", "人数", "number", "4"),
        ("weight", "重さ", "number", ""),
        ("secret", "秘伝", "checkbox", ""),
        ("tastes", "味", "lines", ""),
        ("code", "番号", "line", ""),
        ("cook", "作る人", "group", ""),
        ("parts", "材料", "items", ""),
    ]


def test_a_field_explains_itself() -> None:
    name, note = field(Recipe, "name"), field(Recipe, "note")
    assert (name.required, name.essential, name.example, name.longest) == (True, True, "煮物", 300)
    assert (note.required, note.essential, note.hint, note.longest) == (False, False, "短く", 20_000)
    assert field(Recipe, "grade").choices == ("高", "中", "低")
    assert field(Recipe, "secret").internal
    assert [field(Recipe, name).whole for name in ("guests", "weight")] == [True, False]
    assert [one.name for one in field(Recipe, "cook").fields] == ["kind", "name"]
    assert field(Recipe, "cook").optional


def test_every_declared_field_of_a_manual_is_drawn_and_no_technical_name() -> None:
    for model in (ManualContent, Step, Branch):
        assert [one.name for one in fields_of(model)] == [name for name, _ in specs(model)]
    assert "uid" not in {one.name for one in fields_of(Step)}


def test_where_a_branch_leads_is_chosen_among_the_steps() -> None:
    goto = field(Branch, "goto")
    assert (goto.widget, goto.default) == (Widget.GOAL, END)


def test_the_first_screen_asks_what_publishing_needs() -> None:
    assert [one.name for one in fields_of() if one.essential] == [
        *("title", "procedure", "work_areas", "department", "purpose", "legal_bases", "no_legal_basis", "steps"),
    ]
    assert [one.name for one in field(ManualContent, "purpose").fields if one.essential] == ["what"]
    assert [one.name for one in fields_of(Step) if one.essential] == ["title", "actor", "action"]
    assert [one.name for one in fields_of(Actor) if one.essential] == ["kind"]
