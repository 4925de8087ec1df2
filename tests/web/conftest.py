"""What the tests of the web floor share: one stage that nobody changes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from kb.accounts import passwords
from tests.conftest import NOW
from tests.web.addresses import pages
from tests.web.stage import Kind, Stage, put_on_stage
from tests.world import database_from

_ONCE = re.compile(r'<code>[0-9a-f]{32}</code>|name="(?:csrf_token|key)" value="[^"]*"')


@pytest.fixture(scope="module", autouse=True)
def _cheap_refusals() -> Iterator[None]:
    """Refusing an unknown login costs as much as checking a password or making one: little, in tests."""
    with pytest.MonkeyPatch.context() as patch:
        cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        patch.setattr(passwords, "_decoy", cheap.hash("nobody's"))
        patch.setattr(passwords, "_hasher", cheap)
        yield


@pytest.fixture(scope="session")
def stage(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The stage. Read only: whoever changes something takes `app` and `engine` instead."""
    folder = tmp_path_factory.mktemp("stage")
    engine = database_from(template, folder)
    yield put_on_stage(engine, folder, NOW)
    engine.dispose()


@dataclass(frozen=True)
class Seen:
    """What an address answered."""

    address: str
    headers: str
    mimetype: str
    text: str


@pytest.fixture(scope="session")
def seen_by_reader(stage: Stage) -> list[Seen]:
    """What a reader of the own town gets from every address of the stage: fetched once for all tests that look at it."""
    client, seen = stage.as_(Kind.READER), []
    for _endpoint, address in pages(stage.app):
        with client.get(address) as answer:
            seen.append(Seen(address, str(answer.headers), answer.mimetype, answer.text))
    return seen


def lasting(page: str) -> str:
    """A page without what no two answers share: the request number, the token and the key of a form."""
    return _ONCE.sub("", page)
