"""Files of `content/` as they are, read once for all tests of a process."""

from functools import cache
from typing import Any

import yaml

from kb.config import ROOT

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Safe both ways; libyaml's is ten times as fast, where it is there."""


@cache
def content_yaml(name: str) -> Any:
    """What stands in a YAML file of `content/`. Shared: leave it as it is."""
    return yaml.load((ROOT / "content" / name).read_bytes(), _LOADER)  # both are safe loaders
