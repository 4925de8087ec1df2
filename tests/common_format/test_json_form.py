"""The JSON form: the same value for machines."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.common_format.content import ManualContent
from kb.common_format.envelope import Envelope, ManualFile
from kb.common_format.json_form import parse_json, write_json
from kb.common_format.text import MAX_BYTES, TextFormError
from tests.common_format.strategies import files

MANY = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
FILE = ManualFile(envelope=Envelope(municipality="990019", slug="tennyu"), content=ManualContent(title="転入届"))


def changed(**parts):
    raw = json.loads(write_json(FILE))
    for path, value in parts.items():
        half, name = path.split("__")
        raw[half][name] = value
    return json.dumps(raw)


def problems(text):
    with pytest.raises(TextFormError) as caught:
        parse_json(text, "a.json")
    return [(problem.line, problem.field, problem.message) for problem in caught.value.problems]


@given(files())
@MANY
def test_what_is_written_is_read_back_exactly(file):
    text = write_json(file)
    assert parse_json(text) == file
    assert write_json(parse_json(text)) == text


@given(
    st.one_of(
        st.text(),
        st.recursive(
            st.none() | st.booleans() | st.floats() | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["envelope", "content", "title"]), inner),
        ).map(json.dumps),
    )
)
@MANY
def test_any_text_at_all_is_refused_with_a_reason(text):
    assert problems(text)


@pytest.mark.parametrize(
    ("text", "line", "field", "words"),
    [
        ("", 1, "", "JSON"),
        ('{\n"envelope": }', 2, "", "JSON"),
        ("[" * 100_000, None, "", "JSON"),
        ("9" * 5_000, None, "", "JSON"),
        ('{"a": 1, "a": 2}', None, "", "2つ"),
        ("[NaN]", None, "", "NaN"),
        ("[]", None, "", "envelope"),
        ('{"envelope": {}}', None, "", "envelope"),
        ('{"envelope": [], "content": {}}', None, "", "envelope"),
        ('{"envelope": {}, "content": {}}', None, "format_version", "format_version: 1"),
        (changed(envelope__format_version=99), None, "format_version", "新しく"),
        (changed(envelope__format_version="1"), None, "format_version", "整数"),
        (changed(content__format_version=1), None, "format_version", "envelope"),
        (changed(content__title="\ud800"), None, "title", "読めない"),
        (changed(content__shoes=1), None, "shoes", "削除"),
        (changed(content__faq=[{"q": "あ"}]), None, "faq[0].uid", "uid"),
        ('"' + "あ" * MAX_BYTES + '"', None, "", "2MB"),
    ],
)
def test_a_problem_names_the_field_and_says_what_to_do(text, line, field, words):
    assert (line, field) in [(at, where) for at, where, message in problems(text) if words in message]
