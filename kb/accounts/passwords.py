"""Passwords: Argon2id through argon2-cffi (OWASP ASVS 6.2). Slow on purpose: never call inside a write transaction."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

LONGEST = 200
"""Characters of a password that are looked at; a longer one is refused before it costs time."""

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
