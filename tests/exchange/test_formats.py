"""Every registered form holds the same contract."""

import re

import pytest
from hypothesis import HealthCheck, given, settings

from kb.common_format.content import ManualContent
from kb.common_format.envelope import Envelope, ManualFile
from kb.common_format.text import TextFormError
from kb.exchange.formats import FORMATS
from tests.common_format.strategies import files

FILE = ManualFile(
    envelope=Envelope(municipality="990019", slug="tennyu-todoke", edition=2), content=ManualContent(title="転入届")
)
every_form = pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS)


@every_form
@given(file=files())
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_manual_comes_back_exactly(form, file):
    assert form.parse(form.write(file), "") == file


@every_form
@pytest.mark.parametrize("text", ["", "\0", "転入届", "---\n---\n", "{}", "[[[["])
def test_what_is_no_manual_is_refused_with_the_name_of_the_file(form, text):
    with pytest.raises(TextFormError) as caught:
        form.parse(text, f"上り.{form.extension}")
    assert {problem.file for problem in caught.value.problems} == {f"上り.{form.extension}"}


@every_form
def test_a_form_says_what_browsers_and_people_need(form):
    assert FORMATS[form.name] is form
    assert form.label
    assert re.fullmatch(r"(text|application)/[a-z]+(; charset=utf-8)?", form.media_type)
    assert form.file_name(FILE.envelope) == f"990019-tennyu-todoke@2.{form.extension}"


def test_no_two_forms_share_an_extension():
    assert len({form.extension for form in FORMATS.values()}) == len(FORMATS)
