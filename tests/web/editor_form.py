"""A browser's view of the editor's form: what it would send, without running a browser."""

import re
from html import unescape

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

KEY = "k" * 24
SCRIPT = {"HX-Request": "true"}
_FIELD = re.compile(
    r"<input(?P<input>[^>]*)>|<textarea(?P<area>[^>]*)>\n(?P<text>.*?)</textarea>|<select(?P<select>[^>]*)>(?P<options>.*?)</select>",
    re.DOTALL,
)
_OPTION = re.compile(r'<option(?: value="(?P<value>[^"]*)")?(?P<selected> selected)?>(?P<label>[^<]*)')


def fields(page: str) -> dict[str, str]:
    """Names and values that the editor's form on `page` would send, buttons aside."""
    form = page[page.index('<form class="editor"') :]
    form = form[: form.index("</form>")]
    found = {}
    for field in _FIELD.finditer(form):
        tag = field["input"] or field["area"] or field["select"]
        name = re.search(r' name="([^"]*)"', tag)
        if name and not ('type="checkbox"' in tag and " checked" not in tag):
            found[unescape(name[1])] = unescape(_value(field, tag))
    return found


def _value(field: re.Match[str], tag: str) -> str:
    if field["area"] is not None:
        return field["text"]
    if field["select"] is None:
        value = re.search(r' value="([^"]*)"', tag)
        return value[1] if value else ""
    options = list(_OPTION.finditer(field["options"]))
    chosen = next((one for one in options if one["selected"]), options[0])
    return chosen["label"] if chosen["value"] is None else chosen["value"]


def begun(client: FlaskClient, **form: str) -> str:
    """Begin a draft by the start form; its address."""
    answer = client.post("/drafts", data={"from": "blank", "key": KEY, **form})
    assert answer.status_code == 303, answer.text
    return answer.location


def editing(client: FlaskClient, manual: str) -> str:
    """Begin editing a manual; the address of the draft."""
    answer = client.post(f"{manual}/drafts", data={"key": KEY})
    assert answer.status_code == 303, answer.text
    return answer.location


def send(client: FlaskClient, address: str, *, script: bool = False, **changes: str) -> TestResponse:
    """Send the whole form of the editor at `address` with `changes`; `__` in a name stands for a dot."""
    typed = fields(client.get(address.partition("?")[0]).text)
    typed |= {name.replace("__", "."): value for name, value in changes.items()}
    return client.post(address, data=typed, headers=SCRIPT if script else {})


def step_names(page: str) -> list[str]:
    """Names of the steps on a page, in their order."""
    return re.findall(r'<li class="ec ec-large" id="(steps\.[^"]+)"', page)


def said(page: str) -> str:
    """What a page says, without tags."""
    return unescape(re.sub(r"<[^>]+>", "", page))
