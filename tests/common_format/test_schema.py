"""The published JSON Schema says of the JSON form what the model says."""

import copy
import json
import re

import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator

from kb.common_format.content import ManualContent
from kb.common_format.envelope import Envelope, ManualFile
from kb.common_format.json_form import write_json
from kb.common_format.schema import SCHEMA_ID, manual_schema
from tests.common_format.strategies import files

SCHEMA = manual_schema()
VALIDATOR = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)
FILE = json.loads(
    write_json(
        ManualFile(envelope=Envelope(municipality="990019", slug="tennyu"), content=ManualContent(title="転入届"))
    )
)


def test_it_is_a_schema_of_2020_12_at_its_address():
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$id"] == SCHEMA_ID == "/schemas/manual-v1.json"
    json.dumps(SCHEMA)


@given(files())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_written_manual_fits_the_schema(file):
    assert list(VALIDATOR.iter_errors(json.loads(write_json(file)))) == []


@pytest.mark.parametrize(
    ("half", "name", "value"),
    [
        ("envelope", "municipality", "99001"),
        ("envelope", "slug", "Tennyu"),
        ("envelope", "format_version", 2),
        ("envelope", "published_on", "4月1日"),
        ("content", "title", ""),
        ("content", "shoes", 1),
        ("content", "trigger", "気分"),
        ("content", "faq", [{"q": "uidがない"}]),
        ("content", "review_months", 0),
    ],
)
def test_what_the_model_refuses_does_not_fit(half, name, value):
    wrong = copy.deepcopy(FILE)
    wrong[half][name] = value
    assert not VALIDATOR.is_valid(wrong)


def test_a_file_must_say_its_version():
    wrong = copy.deepcopy(FILE)
    del wrong["envelope"]["format_version"]
    assert not VALIDATOR.is_valid(wrong)


def test_every_property_has_a_japanese_title_and_nothing_explains_in_english():
    for name, part in {**SCHEMA["$defs"], "": SCHEMA}.items():
        assert "description" not in part
        for field, told in part.get("properties", {}).items():
            assert re.search("[ぁ-んァ-ヶ一-龠]", told["title"]), f"{name}.{field}"
