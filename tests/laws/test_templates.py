"""Every template compiles with the filters of the product and refers to templates that exist."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment, StrictUndefined, TemplateError, meta

from kb.app import create_app
from kb.config import settings_from


def product_environment(folder: Path) -> Environment:
    """Jinja as the product sets it up."""
    quiet = {"KB_MODE": "demo", "KB_DATA_DIR": str(folder), "KB_DRAIN_SECONDS": "0"}
    return create_app(settings_from(quiet)).jinja_env


def faults(environment: Environment) -> Iterator[str]:
    """A sentence for each template that does not compile or refers to one that is not there."""
    names = set(environment.list_templates())
    for name in sorted(names):
        try:
            environment.get_template(name)
            source, _path, _fresh = environment.loader.get_source(environment, name)
        except TemplateError as error:
            yield f"templates/{name}:{getattr(error, 'lineno', '')}: {error.message}; repair it."
            continue
        for other in meta.find_referenced_templates(environment.parse(source)):
            if other is not None and other not in names:
                yield f"templates/{name}: refers to {other}, which is not there; write it or remove the reference."


def test_every_template_compiles(tmp_path: Path) -> None:
    problems = list(faults(product_environment(tmp_path)))
    if problems:
        pytest.fail("\n".join(problems), pytrace=False)


def test_an_unknown_name_on_a_page_is_an_error(tmp_path: Path) -> None:
    assert product_environment(tmp_path).undefined is StrictUndefined


def test_a_template_with_a_fault_is_refused() -> None:
    templates = {
        "unknown.html": "{{ 1|no_such_filter }}",
        "open.html": "{% if 1 %}",
        "lost.html": "{% include 'nowhere.html' %}",
        "fine.html": "{% include 'fine.html' %}",
    }
    found = list(faults(Environment(loader=DictLoader(templates), autoescape=True)))
    assert [sentence.split(":")[0] for sentence in found] == [
        "templates/lost.html",
        "templates/open.html",
        "templates/unknown.html",
    ]
