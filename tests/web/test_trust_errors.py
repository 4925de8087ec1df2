"""What goes wrong is said in Japanese with a number to quote; the log knows the number, and nothing that was typed."""

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from sqlalchemy import Engine

from kb.errors import Conflict, Invalid, NotAllowed
from kb.web.access import Access, access
from kb.web.logs import JsonFormatter
from tests.world import a_publication, sign_in

FAILURES: dict[str, tuple[int, Any]] = {
    "refused": (403, NotAllowed("この手順書は直せません。")),
    "overlap": (409, Conflict("ほかの人が先に直しました。")),
    "invalid": (422, Invalid("手順がありません。")),
    "broken": (500, RuntimeError("secret of the program")),
}


@pytest.fixture
def failing(app: Flask) -> FlaskClient:
    """The application with pages that fail, each in its own way."""

    @access(Access.ANYONE)
    def fail(how: str) -> str:
        if how.isdigit():
            abort(int(how))
        raise FAILURES[how][1]

    app.add_url_rule("/fail/<how>", "fail", fail)
    return app.test_client()


def assert_is_our_page(answer: Any, status: int) -> None:
    """An error page of ours: its status, Japanese, a number to quote, and ways on."""
    assert answer.status_code == status
    assert answer.mimetype == "text/html"
    assert '<html lang="ja">' in answer.text
    assert f'<p class="error-code number">{status}</p>' in answer.text
    assert f"この番号をお知らせください:<code>{answer.headers['X-Request-Id']}</code>" in answer.text
    assert "トップページへ" in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("how", FAILURES)
def test_a_failure_is_explained(failing: FlaskClient, how: str) -> None:
    status, error = FAILURES[how]
    answer = failing.get(f"/fail/{how}")
    assert_is_our_page(answer, status)
    assert (str(error) in answer.text) == (status != 500)


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 413, 422, 429, 500, 503, 418, 501])
def test_every_status_has_its_page(failing: FlaskClient, status: int) -> None:
    assert_is_our_page(failing.get(f"/fail/{status}"), status)


def test_the_wrong_method_is_told_the_right_ones(client: FlaskClient) -> None:
    answer = client.delete("/towns")
    assert_is_our_page(answer, 405)
    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_too_much_is_refused(client: FlaskClient, kind: str) -> None:
    assert_is_our_page(client.post("/session", data=b"login=" + b"x" * 4_300_000, content_type=kind), 413)


def _break(app: Flask, tmp_path: Path) -> None:
    app.extensions["kb"].engine.dispose()
    for rest in ("-wal", "-shm"):
        Path(f"{tmp_path}/monosashi.sqlite{rest}").unlink(missing_ok=True)
    (tmp_path / "monosashi.sqlite").write_bytes(b"this is no database" * 500)


def test_a_broken_database_is_said_to_everybody(app: Flask, engine: Engine, tmp_path: Path) -> None:
    staff = sign_in(app.test_client(), "eri")
    engine.dispose()
    _break(app, tmp_path)
    for client in (app.test_client(), staff):
        assert_is_our_page(client.get("/"), 500)
        assert_is_our_page(client.get("/nowhere"), 404)
        ready = client.get("/readyz")
        assert (ready.status_code, ready.text) == (503, "database: unusable\n")
        assert client.get("/healthz").status_code == 200


def test_a_lost_index_stops_nothing(app: Flask, engine: Engine, tmp_path: Path, now: Any) -> None:
    for found in sorted((tmp_path / "search_index").rglob("*"), reverse=True):
        found.rmdir() if found.is_dir() else found.unlink()
    client = app.test_client()
    assert client.get("/search?q=転入").status_code == 200
    assert client.get("/").status_code == 200
    ready = client.get("/readyz")
    assert (ready.status_code, ready.text) == (503, "search index: unusable; to be rebuilt\n")


@pytest.fixture
def lines() -> Iterator[list[dict[str, Any]]]:
    """Everything that is logged, as it is written."""
    written: list[dict[str, Any]] = []

    class Keep(logging.StreamHandler[io.StringIO]):
        def emit(self, record: logging.LogRecord) -> None:
            written.append(json.loads(self.format(record)))

    logger, handler = logging.getLogger("kb"), Keep(io.StringIO())
    handler.setFormatter(JsonFormatter())
    logger.addHandler(handler)
    before = logger.level
    yield written
    logger.removeHandler(handler)
    logger.setLevel(before)


def test_a_request_is_one_line_with_its_number(client: FlaskClient, lines: list[dict[str, Any]]) -> None:
    logging.getLogger("kb").setLevel("INFO")
    answer = client.get("/towns/990019?q=さがした言葉")
    [line] = lines
    assert line["request_id"] == answer.headers["X-Request-Id"]
    assert {
        "method": "GET",
        "route": "/towns/<code:code>",
        "path": "/towns/990019",
        "status": 200,
    }.items() <= line.items()
    assert {"at", "level", "logger", "message", "ms"} <= set(line)


def test_nothing_that_was_typed_is_logged(
    app: Flask, engine: Engine, lines: list[dict[str, Any]], tmp_path: Path
) -> None:
    logging.getLogger("kb").setLevel("DEBUG")
    client = sign_in(app.test_client(), "eri")
    client.get("/search?q=himitsu-no-kotoba", headers={"Referer": "http://localhost/himitsu-no-kotoba"})
    client.post("/session", data={"login": "himitsu-no-kotoba", "password": "himitsu-no-kotoba"})
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE user RENAME TO lost")
    assert client.post("/session", data={"login": "himitsu-no-kotoba", "password": "x"}).status_code == 500
    said = json.dumps(lines, ensure_ascii=False)
    assert "no such table" in said
    assert "himitsu-no-kotoba" not in said
    assert "見本 えり" not in said
    assert '"eri"' not in said


def test_a_failure_is_logged_under_its_number(failing: FlaskClient, lines: list[dict[str, Any]]) -> None:
    answer = failing.get("/fail/broken")
    [line] = [line for line in lines if "exception" in line]
    assert line["request_id"] == answer.headers["X-Request-Id"]
    assert "secret of the program" in line["exception"]


def test_a_page_with_a_newline_in_its_address_is_one_line(client: FlaskClient) -> None:
    record = logging.LogRecord("kb", logging.INFO, "", 0, "request", None, None)
    record.fields = {"path": "/a\nb\u2028c\ud800"}
    assert "\n" not in JsonFormatter().format(record)
    assert client.get("/a%0A%7B%22level%22%3A%22ERROR%22%7D").status_code == 404


def test_the_published_page_is_still_there_after_a_failure(failing: FlaskClient, engine: Engine, now: Any) -> None:
    from kb.db import transaction

    with transaction(engine) as session:
        a_publication(session, now)
    assert failing.get("/fail/broken").status_code == 500
    assert failing.get("/towns/990019/manuals/tennyu").status_code == 200
