"""Hypothesis strategies for values of the common format: every field, with text that tries to break forms and pages.

`contents()` and `files()` follow the declared types, so that a new field is generated from the day it is declared.
"""

from datetime import date
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from kb.common_format.content import ManualContent
from kb.common_format.envelope import Envelope, ManualFile
from kb.common_format.fields import Line, ParameterKey, Prose, Slug, Uid, Url, Value, WorkAreaCode
from kb.common_format.step import END

NASTY_WORDS = [
    *[
        "転入",
        "届出",
        "「重要」",
        "**太字**",
        "髙﨑",
        "𠮷",
        "🙂",
        "👨‍👩‍👧",
        "が",
        "e\u0301",
        "　",
        "\u200b",
        "\ufeff",
        "\xa0",
    ],
    *["# ", "## ", "### ", "#", "##手順", "\\", "\\## ", "\\\\### ", "#### ", "---", "...", "- ", "* ", "1. ", "> "],
    *[": ", ":", " #", "'", '"', "''", "&a", "*a", "!t", "%", "@", "`", "|", ">-", "? ", "~", "null", "no", "yes", "0"],
    *["1e3", "2026-04-01", "{", "}", "[", "]", ",", "{{窓口名}}", "{#uid}", "{#", "{}", "=", "<<", "<script>", "</b>"],
    *["```", "```yaml", "```yaml\t", "~~~", "[a](javascript:x)", "&lt;", "&amp;", "\x80", "\U0010ffff", "(", ")", " "],
]
NASTY_LINES = [
    *NASTY_WORDS,
    "",
    "",
    " ",
    "  字下げ",
    "\t",
    "```yaml",
    "```",
    "## 手順",
    "### 1. あ {#abc}",
    "- {uid: abc}",
]

_words = st.one_of(st.sampled_from(NASTY_WORDS), st.text(max_size=4))


def _accepted(kind: Any, raw: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """The values of `raw` that the type `kind` accepts, as it keeps them."""
    adapter = TypeAdapter(kind)

    def keep(value: Any) -> list[Any]:
        try:
            return [adapter.validate_python(value)]
        except ValidationError:
            return []

    return raw.map(keep).filter(bool).map(lambda kept: kept[0])


def nasty_text(max_size: int = 12) -> st.SearchStrategy[str]:
    """Any text of several lines, valid or not: words that mean something to Markdown, YAML, HTML or our own form."""
    lines = st.lists(
        st.one_of(st.sampled_from(NASTY_LINES), st.lists(_words, max_size=4).map("".join)), max_size=max_size
    )
    return lines.map("\n".join)


lines = _accepted(Line, st.lists(_words, max_size=5).map("".join))
prose = _accepted(Prose, nasty_text())
slugs = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,4}){0,2}", fullmatch=True)
uids = st.from_regex(r"[a-z][a-z0-9]{2,6}(-[a-z0-9]{1,3})?", fullmatch=True).filter(lambda uid: uid != END)
keys = _accepted(
    ParameterKey,
    st.one_of(st.sampled_from(["窓口名", "no", "-", "?", ":", "[", "!", "*", ",", "null"]), st.text(max_size=5)),
)
urls = st.sampled_from(["", "https://laws.e-gov.go.jp/law/342AC0000000081", "http://a.example/?q=1&r=%20: #x"])
areas = st.from_regex(r"[A-Z]([0-9]{2})?", fullmatch=True)

_TEXTS = {Line: lines, Prose: prose, Slug: slugs, Uid: uids, Url: urls, WorkAreaCode: areas, ParameterKey: keys}


def _of(annotation: Any, metadata: tuple[Any, ...] = ()) -> st.SearchStrategy[Any]:
    """Values of a declared type. `metadata` is what pydantic took out of the outermost `Annotated`."""
    origin = get_origin(annotation)
    if origin is tuple:
        return st.lists(_of(get_args(annotation)[0]), max_size=3).map(tuple)
    if origin is dict:
        key, value = get_args(annotation)
        return st.dictionaries(_of(key), _of(value), max_size=3)
    if origin in {Union, UnionType}:
        return st.one_of(*(_of(part) for part in get_args(annotation)))
    if annotation is NoneType:
        return st.none()
    return _scalar(annotation, metadata)


def _scalar(annotation: Any, metadata: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    kind, metadata = _parts(annotation, metadata)
    for known, strategy in _TEXTS.items():
        if kind is str and metadata and metadata[0] == get_args(known)[1]:
            return _accepted(_typed(kind, metadata), strategy)
    if kind is str:
        return st.from_regex(r"[0-9]{6}", fullmatch=True)  # the only other text of the format is a town's code
    if issubclass(kind, Value):
        return values(kind)
    if issubclass(kind, Enum):
        return st.sampled_from(list(kind))
    raw = {
        bool: st.booleans(),
        int: st.one_of(st.integers(0, 12), st.integers(0, 10**8)),
        float: st.one_of(st.sampled_from([0.0, 0.1, 1e-05, 1e-300, 1.0]), st.floats(0, 1), st.floats(0, 1e5)),
        date: st.dates(),
    }[kind]
    return _accepted(_typed(kind, metadata), raw)


def _parts(annotation: Any, metadata: tuple[Any, ...]) -> tuple[Any, tuple[Any, ...]]:
    if hasattr(annotation, "__metadata__"):
        return annotation.__origin__, (*annotation.__metadata__, *metadata)
    return annotation, metadata


def _typed(kind: Any, metadata: tuple[Any, ...]) -> Any:
    return Annotated[(kind, *metadata)] if metadata else kind


@st.composite
def values(draw: st.DrawFn, kind: type[Value], filled: int = 6) -> Any:
    """A `kind` with its required fields and at most `filled` others away from their default."""
    fields = kind.model_fields
    optional = [name for name, info in fields.items() if not info.is_required()]
    chosen = draw(st.lists(st.sampled_from(optional), max_size=filled, unique=True)) if optional else []
    names = [name for name, info in fields.items() if info.is_required() or name in chosen]
    return kind.model_construct(
        **{name: draw(_of(fields[name].annotation, tuple(fields[name].metadata))) for name in names}
    )


@st.composite
def contents(draw: st.DrawFn) -> ManualContent:
    """A valid `ManualContent`: uids are unique and branches lead to steps or the end."""
    made = _with_own_names(draw(values(ManualContent)), set())
    goals = st.sampled_from([END, *(step.uid for step in made.steps)])
    steps = tuple(
        step.model_copy(
            update={"branches": tuple(one.model_copy(update={"goto": draw(goals)}) for one in step.branches)}
        )
        for step in made.steps
    )
    return ManualContent.model_validate(dict(made.model_copy(update={"steps": steps})))


def _with_own_names(value: Any, taken: set[str]) -> Any:
    """`value` with every uid and parameter key that stands there a second time replaced by a fresh one."""
    if isinstance(value, tuple):
        return tuple(_with_own_names(item, taken) for item in value)
    if not isinstance(value, Value):
        return value
    changed = {name: _with_own_names(found, taken) for name, found in value}
    for name in {"uid", "key"} & changed.keys():
        if changed[name] in taken:
            changed[name] = f"u{len(taken)}-x"
        taken.add(changed[name])
    return value.model_copy(update=changed)


@st.composite
def files(draw: st.DrawFn) -> ManualFile:
    """A valid `ManualFile`."""
    return ManualFile(envelope=draw(values(Envelope)), content=draw(contents()))
