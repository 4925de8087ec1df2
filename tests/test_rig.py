"""The ground that tests stand on holds."""

import os
import socket
from datetime import datetime, timedelta

import pytest

from tests.conftest import LeavesThisMachine, is_loopback


def test_the_clock_stands_still(now: datetime) -> None:
    assert now.isoformat() == "2026-11-22T09:00:00+09:00"
    assert now.utcoffset() == timedelta(hours=9)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.10", "::1", "localhost"])
def test_this_machine_may_be_reached(host: str) -> None:
    assert is_loopback(host)


def test_no_test_leaves_this_machine() -> None:
    with socket.socket() as way_out, pytest.raises(LeavesThisMachine, match=r"192\.0\.2\.1"):
        way_out.connect(("192.0.2.1", 9))
    with pytest.raises(LeavesThisMachine, match=r"registry\.example"):
        socket.create_connection(("registry.example", 443))


def test_no_setting_comes_from_outside() -> None:
    assert [name for name in os.environ if name.startswith("KB_")] == []
