"""Laws about any text file: the project is the same on every machine."""

import re
from collections.abc import Iterator

from tests.laws.tree import Law, Source, all_files

# Brackets keep these patterns from finding themselves.
_MACHINE_PATH = re.compile(r"(?<![\w.}])/(?:home|root|Users|opt|tmp|work)[/]\w|[A-Z]:\\Users[\\]")
_REGISTRY = re.compile(
    r"pypi[.]org|pythonhosted[.]org|npmjs[.](?:org|com)|deb[.]debian[.]org|--(?:extra-)?index[-]url|--find[-]links",
    re.I,
)


def no_machine_paths(source: Source) -> Iterator[str]:
    """A path that exists on one machine only breaks on all others."""
    for number, line in enumerate(source.text.splitlines(), 1):
        if _MACHINE_PATH.search(line):
            yield f"{source.path}:{number}: names a folder of one machine; say it relative to the project or as a setting."


def no_registry_addresses(source: Source) -> Iterator[str]:
    """Where packages come from is the installer's own setting: an inner network has a mirror of its own."""
    for number, line in enumerate(source.text.splitlines(), 1):
        if _REGISTRY.search(line):
            yield f"{source.path}:{number}: names a package registry; leave the address out (see docs/decisions/0001)."


def _everything() -> list[Source]:
    return list(all_files())


ADDRESS_LAWS = [
    Law(
        no_machine_paths,
        _everything,
        (
            Source("a.md", "see /ho" + "me/akari/kb"),
            Source("a.md", "'/tm" + "p/kb'"),
            Source("a.md", "C:" + "\\Users\\akari"),
        ),
        Source("a.md", "/usr/bin/chromium, templates/home/index.html, ./var, /srv/monosashi"),
    ),
    Law(
        no_registry_addresses,
        _everything,
        (Source("a.txt", "https://files.pythonhosted" + ".org/x"), Source("a.txt", "--extra-index" + "-url x")),
        Source("a.txt", "uv pip compile --no-emit-index-url"),
    ),
]
