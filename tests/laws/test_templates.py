"""Every template compiles with the filters of the product and refers to templates that exist."""

from collections.abc import Iterator

import pytest
from flask import Flask
from jinja2 import DictLoader, Environment, StrictUndefined, TemplateError, meta

from kb.web import filters
from tests.laws.tree import ROOT


def product_environment() -> Environment:
    """Jinja as the pages have it: Flask's own, with our filters."""
    app = Flask("laws", root_path=str(ROOT), template_folder="templates")
    filters.init_app(app)
    app.jinja_env.undefined = StrictUndefined
    return app.jinja_env


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


def test_every_template_compiles() -> None:
    problems = list(faults(product_environment()))
    if problems:
        pytest.fail("\n".join(problems), pytrace=False)


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
