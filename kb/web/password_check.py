"""Checking a password: counted before it is looked at, and looked at outside any write transaction."""

from datetime import datetime
from math import ceil

from flask import request

from kb.accounts.passwords import verify_password
from kb.accounts.throttling import Attempt, Refused, attempt, begin_attempt
from kb.db import transaction
from kb.web.current import now, parts


class TooEarly(Exception):
    """Too many wrong passwords: the next try is allowed at `until`. Nothing was looked at."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.seconds = max(1, ceil((until - now()).total_seconds()))

    @property
    def message(self) -> str:
        """What is said to the person, the same for every login name."""
        minutes = ceil(self.seconds / 60)
        wait = f"約{minutes}分" if minutes > 1 else f"{self.seconds}秒"
        return (
            f"間違いが続いたため、確認を止めています。{wait}待ってから、もう一度入力してください。"
            "パスワードを忘れたときは、所属の管理者に再設定を頼んでください。"
        )


def attempted(login: str, browser: str | None) -> Attempt:
    """This request's attempt on a login name; `browser` names the browser when it is known to the account."""
    return attempt(parts().settings.secret_key, login, request.remote_addr or "", browser=browser)


def password_fits(tried: Attempt, stored: str | None, password: str) -> bool:
    """Whether the password is right; the caller forgives the attempt then. Raises TooEarly."""
    with transaction(parts().engine) as writing:
        begun = begin_attempt(writing, tried, at=now())
    if isinstance(begun, Refused):
        raise TooEarly(begun.until)
    return verify_password(stored, password)
