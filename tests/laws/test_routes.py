"""Laws about the addresses and functions of the web floor."""

import ast
import re

import pytest
from flask import Flask

from kb.web.access import Access
from tests.laws.tree import all_files

FUNCTIONS = {"index", "show", "new", "create", "edit", "update", "delete"}
BY_NAME = {"health.alive": "what a watcher asks is no noun", "health.ready": "as above"}
"""Routes that need not be called like the others, with the reason."""
_PART = r"/(?:[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z]+)?|<[a-z]+(?::[a-z]+)?>)"
_ADDRESS = re.compile(rf"/|(?:{_PART})+")


def test_every_route_declares_who_may_open_it(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        if rule.endpoint != "static":
            level = getattr(app.view_functions[rule.endpoint], "access", None)
            assert isinstance(level, Access), f"{rule.rule}: declare @access(Access.…) below the route."


def test_addresses_are_lower_case_words_with_hyphens(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        assert _ADDRESS.fullmatch(rule.rule), f"{rule.rule}: write it as lower-case words joined by hyphens."
    assert not any(map(_ADDRESS.fullmatch, ("/workAreas", "/work_areas", "/Towns", "/towns//x", "towns", "/towns/")))


def test_route_functions_are_called_after_what_they_do(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        family, _, function = rule.endpoint.partition(".")
        if function and rule.endpoint not in BY_NAME:
            assert function in FUNCTIONS, (
                f"{family}.{function}: a new verb is a new noun; use one of {sorted(FUNCTIONS)}."
            )


def test_what_changes_something_is_a_post(app: Flask) -> None:
    """Forms know GET and POST only; a page works without scripts."""
    for rule in app.url_map.iter_rules():
        assert (rule.methods or set()) <= {"GET", "HEAD", "OPTIONS", "POST"}, rule.rule


def _used(name: str) -> bool:
    sources = [
        one for one in all_files() if one.path.startswith(("kb/", "templates/")) and one.path != f"templates/{name}"
    ]
    return any(f'"{name}"' in one.text or f"'{name}'" in one.text for one in sources)


def test_every_template_is_used() -> None:
    names = [one.path.removeprefix("templates/") for one in all_files() if one.path.startswith("templates/")]
    unused = [name for name in names if name.endswith(".html") and not _used(name)]
    if unused:
        pytest.fail(f"Used by no route and no template; delete them: {', '.join(unused)}", pytrace=False)
    assert not _used("nowhere/show.html")


def test_a_page_family_renders_templates_of_its_own() -> None:
    """`templates/<route module>/…`; sheets and prints are papers of a manual."""
    for one in all_files():
        if not re.fullmatch(r"kb/web/routes/[a-z]\w*\.py", one.path):
            continue
        family = one.name.removesuffix(".py")
        calls = [
            node
            for node in one.nodes
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "render_template"
        ]
        for call in calls:
            [template] = [arg.value for arg in call.args if isinstance(arg, ast.Constant)]
            folder = str(template).partition("/")[0]
            assert folder == family or (family in ("sheets", "prints") and folder == "manuals"), (
                f"{one.path}: {template}"
            )
