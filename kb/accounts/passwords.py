"""Passwords (OWASP ASVS 5.0, 6.2): what may be one, and Argon2id through argon2-cffi.

Length counts, not a mixture of signs; nothing has to be changed regularly; what everybody tries first is refused.
Hashing is slow on purpose: never call it inside a write transaction.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, RECOMMENDED, LONGEST = 8, 15, 200
"""Characters of a password; a longer one is refused before it costs time."""
SHORTEST_NUMBER = 12
"""Digits of a password of digits alone: shorter ones are birthdays and telephone numbers."""
SHORTEST_WORD = 3
"""Characters of a word of the context (such as a login) that are looked for in a password."""
REST = 6
"""Letters and digits that have to be left in a password beside such words."""

TOO_SHORT = f"パスワードは{SHORTEST}文字以上にしてください({RECOMMENDED}文字以上をおすすめします)。"
TOO_LONG = f"パスワードは{LONGEST}文字以内にしてください。"
TOO_COMMON = "このパスワードは、よく使われる言葉や並びなので、すぐに見破られます。別のものにしてください。"
TOO_CLOSE = "職員ID・氏名・団体名・「ものさし」をもとにしたパスワードは使えません。別のものにしてください。"

_hasher = PasswordHasher()
_decoy = "$argon2id$v=19$m=65536,t=3,p=4$bW9ub3Nhc2hpLWRlY295$iWh06vD8Fy27wf9npn6FXWiCX4K6pW6Ue1Bnzz07Z8A"


def hash_password(password: str) -> str:
    """Hash for the account table. Takes about 0.05–0.4 s."""
    return _hasher.hash(password)


def verify_password(stored: str | None, password: str) -> bool:
    """Whether `password` fits `stored`. With no stored hash it takes as long and is False, so that timing tells nothing."""
    if len(password) > LONGEST:
        return False
    try:
        return _hasher.verify(stored or _decoy, password) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


PRODUCT = ("monosashi", "ものさし")
_COMMON = Path(__file__).with_name("common_passwords.txt")
_RUNS = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "1qaz2wsx3edc4rfv5tgb")
_LOOK_ALIKE = str.maketrans({"@": "a", "4": "a", "3": "e", "1": "i", "!": "i", "0": "o", "$": "s", "5": "s", "7": "t"})


def password_problems(password: str, *, context: Iterable[str]) -> list[str]:
    """Sentences that say why `password` cannot be one; empty when it can. `context`: login, name, town in any writing."""
    if len(password) > LONGEST:
        return [TOO_LONG]
    problems = [TOO_SHORT] if len(password) < SHORTEST else []
    folded = _fold(password)
    if password and _is_common(folded):
        problems.append(TOO_COMMON)
    elif password and _is_close_to(folded, [*context, *PRODUCT]):
        problems.append(TOO_CLOSE)
    return problems


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


@cache
def _common_words() -> frozenset[str]:
    lines = _COMMON.read_text(encoding="utf-8").splitlines()
    words = {line for line in lines if line and not line.startswith("#")}
    return frozenset(words | {word.translate(_LOOK_ALIKE) for word in words})


def _is_common(folded: str) -> bool:
    """A common word alone or with digits and signs around it, one short piece over and over, or a run of keys."""
    core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", folded)
    bare = re.sub(r"[\W_]", "", folded)
    shapes = {folded, core, bare, re.sub(r"^(.+?)\1+$", r"\1", bare)}
    if any(shape in _common_words() or shape.translate(_LOOK_ALIKE) in _common_words() for shape in shapes):
        return True
    return (
        re.fullmatch(r"(.{1,4})\1+.{0,3}", folded, re.DOTALL) is not None
        or _is_run(folded)
        or (folded.isdecimal() and len(folded) < SHORTEST_NUMBER)
    )


def _is_run(folded: str) -> bool:
    """Keys beside each other, in any direction and joined at will: 「qwertyuiop」「87654321」「asdfjkl」."""
    pairs = {a + b for run in _RUNS for keys in (run, run[::-1]) for a, b in pairwise(keys)}
    beside = sum(folded[at : at + 2] in pairs for at in range(len(folded) - 1))
    return len(folded) > 1 and beside >= 0.7 * (len(folded) - 1)


def _is_close_to(folded: str, context: Iterable[str]) -> bool:
    """Whether little is left of a password without the words that anybody here would try."""
    words = {part for text in context for part in (_fold(text), *re.split(r"\W+", _fold(text)))}
    rest = folded
    for word in sorted((word for word in words if len(word) >= SHORTEST_WORD), key=len, reverse=True):
        rest = rest.replace(word, "")
    return rest != folded and len(re.sub(r"[\W_]", "", rest)) < REST
