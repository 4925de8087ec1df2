"""Which code made a shadow: what is kept is worth nothing once that code changes."""

import hashlib
from functools import cache

from kb.config import ROOT


@cache
def digest_of(patterns: tuple[str, ...]) -> str:
    """SHA-256 (hexadecimal) of the names and contents of the project's files that match `patterns`, read once."""
    digest = hashlib.sha256()
    for pattern in patterns:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()
