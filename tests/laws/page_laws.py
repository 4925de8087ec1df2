"""Laws about templates and static files: everything comes from our own origin, nothing is written inline."""

import re
from collections.abc import Iterator

from tests.laws.tree import Law, Source, under

_JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}", re.DOTALL)
_VALUE = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_TAG = re.compile(r"<([a-zA-Z][\w:-]*)((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>")
_OUTSIDE = r"[\"'(\s]*(?:(?:https?|wss?):)?//"
_FETCHED = re.compile(
    rf"(?:^|\s)(?:src|srcset|href|xlink:href|poster|data|formaction|action|hx-\w+)\s*=\s*{_OUTSIDE}", re.I
)
_FROM_STYLE = re.compile(rf"(?:@import\s*(?:url)?|url\(){_OUTSIDE}", re.I)
_FROM_SCRIPT = re.compile(
    rf"(?:\bfetch\(|\bimport\s*\(|\bfrom\s|\bimport\s|importScripts\(|new (?:WebSocket|EventSource|Worker)\(|\.open\([^,]*,)"
    rf"\s*(?=[\"'`]){_OUTSIDE}",
)
_HANDLER = re.compile(r"(?:^|\s)(?:on[a-z]+|hx-on[\w:-]*)\s*=", re.I)
_STYLE = re.compile(r"(?:^|\s)style\s*=", re.I)
_WIDTH = re.compile(r"@media[^{]*width[^{]*\{")
_COLOUR = re.compile(r"(?:^|[\s;{])(?:color|background(?:-color|-image)?|opacity|filter)\s*:")


def _tags(source: Source) -> Iterator[tuple[int, str, str]]:
    """(line, tag name, attributes) with Jinja taken out and lines kept."""
    text = _JINJA.sub(lambda found: "\n" * found.group().count("\n"), source.text)
    text = _VALUE.sub(lambda found: "value" + "\n" * found.group().count("\n"), text)
    for found in _TAG.finditer(text):
        yield text.count("\n", 0, found.start()) + 1, found.group(1).lower(), found.group(2)


def pages_fetch_from_here(source: Source) -> Iterator[str]:
    """No request leaves our own origin. A link that a person follows (`<a href>`) may."""
    for line, tag, attributes in _tags(source):
        if tag != "a" and _FETCHED.search(attributes):
            yield f"{source.path}:{line}: <{tag}> asks another origin; vendor the file under static/ and use url_for."


def styles_and_scripts_fetch_from_here(source: Source) -> Iterator[str]:
    """The same for style sheets and scripts."""
    pattern = _FROM_SCRIPT if source.path.endswith((".js", ".mjs")) else _FROM_STYLE
    for number, line in enumerate(source.text.splitlines(), 1):
        if pattern.search(line):
            yield f"{source.path}:{number}: asks another origin; vendor the file under static/."


def nothing_inline(source: Source) -> Iterator[str]:
    """The content security policy allows no inline script or style, so the browser would drop it."""
    for line, tag, attributes in _tags(source):
        where = f"{source.path}:{line}: <{tag}>"
        if (
            tag == "script"
            and "src=" not in attributes
            and not re.search(r"type=[\"']application/(\w+\+)?json", attributes)
        ):
            yield f"{where} inline; move the script to static/js."
        if tag == "style" or _STYLE.search(attributes):
            yield f"{where} styles inline; give it a class in static/css."
        if _HANDLER.search(attributes) or re.search(r"=\s*[\"']?\s*javascript:", attributes, re.I):
            yield f"{where} handles an event inline; listen in a script under static/js."


def colours_do_not_depend_on_width(source: Source) -> Iterator[str]:
    """Contrast is judged in one size of window, so no other size may have colours of its own (lines between things may)."""
    for query in _WIDTH.finditer(source.text):
        line = source.text.count("\n", 0, query.start()) + 1
        if _COLOUR.search(_block(source.text, query.end())):
            yield f"{source.path}:{line}: a colour for some widths only; give it outside of the query, to all of them."


def _block(text: str, start: int) -> str:
    """From behind a brace to its partner."""
    depth = 1
    for at in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        if depth == 0:
            return text[start:at]
    return text[start:]


_pages = under("templates", ends=(".html", ".svg", ".jinja"))
_T = "templates/a.html"
_FINE = (
    "<a href='https://laws.example/1'>法令</a><link href='{{ url_for('static', filename='a.css') }}' rel=stylesheet>"
    "{% if 1 > 0 %}<svg xmlns='http://www.w3.org/2000/svg'></svg>{% endif %}<script src='/a.js' defer></script>"
    "<script type='application/json' id=x>{}</script><p class='style' data-onset='1'>on=1 style=2</p>"
)
PAGE_LAWS = [
    Law(
        pages_fetch_from_here,
        _pages,
        (
            Source(_T, "<script src='https://cdn.example/x.js'></script>"),
            Source(_T, '<link rel=stylesheet\n href="//fonts.example/css">'),
            Source(_T, "<img alt='>' src=http://pictures.example/1.png>"),
        ),
        Source(_T, _FINE),
    ),
    Law(
        styles_and_scripts_fetch_from_here,
        under("static", ends=(".css", ".js", ".mjs", ".svg")),
        (
            Source("static/a.css", "@import 'https://fonts.example/css';"),
            Source("static/a.css", "p { background: url(//pictures.example/1.png) }"),
            Source("static/a.js", "fetch('https://count.example')"),
            Source("static/a.js", "import x from 'https://cdn.example/x.js'"),
        ),
        Source("static/a.js", "fetch(form.action); // see https://docs.example"),
    ),
    Law(
        colours_do_not_depend_on_width,
        under("static", ends=(".css",)),
        (
            Source("static/a.css", "@media screen and (max-width: 40rem) {\n  p {\n    color: red;\n  }\n}"),
            Source("static/a.css", "@media (min-width: 2rem) { p { margin: 0 } b { background: red } }"),
        ),
        Source(
            "static/a.css",
            "@media (max-width: 40rem) { p { border-bottom-color: red } } p { color: red } @media print { p { color: red } }",
        ),
    ),
    Law(
        nothing_inline,
        _pages,
        (
            Source(_T, "<script>alert(1)</script>"),
            Source(_T, "<style>p{}</style>"),
            Source(_T, "<p style='color: red'>"),
            Source(_T, "<button\n onclick='f()'>"),
            Source(_T, "<a href='javascript:f()'>"),
            Source(_T, "<div hx-on:click='f()'>"),
        ),
        Source(_T, _FINE),
    ),
]
