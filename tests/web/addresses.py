"""Every address of the application, made from its routes: a new route is walked without anybody remembering it."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from flask import Flask
from werkzeug.routing import Rule

from kb.exchange.formats import FORMATS
from tests.web.stage import Thing
from tests.world import AOBA, MIDORIKAWA, WAKAMATSU

QUIET = {"HEAD", "OPTIONS"}
"""Methods that come with others by themselves."""


@dataclass(frozen=True)
class Route:
    """A method and a rule, as the catalogue of permissions names it."""

    method: str
    rule: str
    endpoint: str

    @property
    def name(self) -> str:
        """Such as `GET /towns/<code:code>`."""
        return f"{self.method} {self.rule}"


def routes(app: Flask) -> list[Route]:
    """Every route of the application."""
    return [
        Route(method, rule.rule, rule.endpoint)
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - QUIET)
    ]


VALUES: dict[str, tuple[str, ...]] = {
    "static:filename": ("css/base.css", "js/page.js", "favicon.svg"),
    "towns.show:code": (AOBA, WAKAMATSU, MIDORIKAWA),
    "work_areas.show:code": ("B", "B01"),
    "procedures.show:key": ("tennyu-todoke", "juminhyo-kofu"),
    "code": (AOBA,),
    "feeds.show:key": ("tennyu-todoke",),
    "area": ("B", "B01"),
    "prefecture": ("99", "13"),
    "band": ("u500k", "u5k"),
    "part": ("1",),
    "slug": tuple(Thing),
    "edition": ("1", "2"),
    "revision": ("1", "2"),
    "number": ("1",),
    "report": ("1",),
    "person": ("1",),
    "department": ("1",),
    "post": ("1",),
    "assignment": ("1",),
    "form": tuple(FORMATS),
    "token": ("nobody-was-given-this",),
    "page": ("readers", "authors"),
}
"""What stands for an argument of a route, by endpoint and name or by name alone."""

QUERIES: dict[str, tuple[str, ...]] = {
    "procedures.show": (
        "",
        "?sort=newest&turned=1",
        "?sort=liked",
        "?prefecture=99",
        "?size=u500k",
        "?medium=紙",
        "?exemplar=1",
    ),
    "publications.new": ("", "?as=colleague", "?revision=1"),
    "explanations.show": ("", "?q=手順書"),
    "suggestions.index": ("?q=手順書", "?q=qz", "?q=t"),
    "search.index": (
        "",
        "?q=手順書",
        "?q=届書",
        "?sort=newest",
        f"?town={AOBA}",
        "?area=B01",
        "?phase=受付",
        "?q=ないよ",
        "?q=手順書&grouped=1&own_first=1",
    ),
}
"""Questions that are asked of a route besides its bare address."""


def values_of(rule: Rule) -> list[tuple[str, ...]]:
    """For each argument of a rule its values. A KeyError asks for a line in `VALUES`."""
    return [VALUES.get(f"{rule.endpoint}:{name}") or VALUES[name] for name in sorted(rule.arguments)]


def pages(app: Flask) -> Iterator[tuple[str, str]]:
    """(endpoint, address) of everything that can be fetched."""
    with app.test_request_context():
        adapter = app.create_url_adapter(None) or app.url_map.bind("localhost")
        for rule in app.url_map.iter_rules():
            if "GET" not in (rule.methods or set()):
                continue
            for values in product(*values_of(rule)):
                address = adapter.build(rule.endpoint, dict(zip(sorted(rule.arguments), values, strict=True)), "GET")
                for query in QUERIES.get(rule.endpoint, ("",)):
                    yield rule.endpoint, address + query
