"""What every test stands on: a frozen clock, no settings from outside, no connection out of this machine."""

import gc
import ipaddress
import os
import socket
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlmodel import Session
from xdist.scheduler import LoadFileScheduling

from kb.db import abandon, open_session
from tests import made_once, no_waiting
from tests.world import an_app, build_template, database_from

TOGETHER = {
    "browser": ("tests/browser/",),
    "all pages": ("tests/web/test_leaks.py", "tests/web/test_pages.py", "tests/web/test_trust_headers.py"),
}
"""What shares one server and one browser, and what shares one walk over all pages (`seen_by_reader`)."""
JST = timezone(timedelta(hours=9), "JST")
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=JST)
"""The moment at which all tests happen: a Sunday morning in 令和8年度."""

hypothesis.settings.register_profile("ci", derandomize=True, deadline=None)
hypothesis.settings.register_profile("dev", deadline=None, print_blob=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") == "true" else "dev")


def _company(nodeid: str) -> str:
    """The tests that share a process with this one: those with a browser, those of one walk over all pages, a file's."""
    path = nodeid.partition("::")[0]
    return next((name for name, start in TOGETHER.items() if path.startswith(start)), path)


class _Together(LoadFileScheduling):
    def _split_scope(self, nodeid: str) -> str:
        return _company(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling:
    """Tests that share what takes long to make stay in one process."""
    return _Together(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The largest companies begin first, so that no process is left alone with one at the end."""
    places = {company: place for place, company in enumerate(TOGETHER)}
    items.sort(key=lambda item: places.get(_company(item.nodeid), len(places)))


def pytest_collection_finish() -> None:
    """Thousands of collected tests stay to the end: the garbage collector need not go through them again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


for _name in [name for name in os.environ if name.startswith("KB_")]:
    del os.environ[_name]  # a developer's own data folder must never be what a test writes to


@pytest.fixture
def now() -> datetime:
    """The frozen clock: 2026-11-22 09:00 JST, aware."""
    return NOW


class LeavesThisMachine(Exception):
    """A test tried to reach another machine; the product must work without."""


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine."""
    try:
        return ipaddress.ip_address(host.split("%")[0]).is_loopback
    except ValueError:
        return host in ("localhost", "")


@pytest.fixture(scope="session", autouse=True)
def _no_way_out() -> Iterator[None]:
    """Connections and name look-ups that leave the machine raise LeavesThisMachine."""
    connect, connect_ex, getaddrinfo = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def refuse(host: Any) -> None:
        if host is not None and not is_loopback(host.decode() if isinstance(host, bytes) else str(host)):
            raise LeavesThisMachine(f"A test tried to reach {host}: give it the answer as a value instead.")

    def checked(method: Any) -> Any:
        def checked_connect(self: socket.socket, address: Any) -> Any:
            if self.family in (socket.AF_INET, socket.AF_INET6):
                refuse(address[0])
            return method(self, address)

        return checked_connect

    def checked_getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        refuse(host)
        return getaddrinfo(host, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", checked(connect))
        patch.setattr(socket.socket, "connect_ex", checked(connect_ex))
        patch.setattr(socket, "getaddrinfo", checked_getaddrinfo)
        yield


@pytest.fixture(scope="session", autouse=True)
def _quickly() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        made_once.share_templates(patch)
        made_once.share_routes(patch)
        made_once.share_statements(patch)
        made_once.share_articles(patch)
        made_once.share_words(patch)
        no_waiting.wait_for_no_disk(patch)
        yield


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database file that every test's own database is copied from."""
    return build_template(tmp_path_factory.mktemp("template"))


@pytest.fixture
def engine(template: Path, tmp_path: Path) -> Iterator[Engine]:
    """A database of one's own: vocabulary, 見本 towns and cast, no manuals."""
    made = database_from(template, tmp_path)
    yield made
    made.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A writing unit of work that is undone at the end."""
    opened = open_session(engine, write=True)
    yield opened
    abandon(opened)


@pytest.fixture
def app(engine: Engine, tmp_path: Path, now: datetime) -> Flask:
    """The application on this test's database, with an empty search index."""
    return an_app(tmp_path, now)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without scripts: nobody is signed in."""
    return app.test_client()
