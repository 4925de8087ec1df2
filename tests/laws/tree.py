"""The project's own files, as the tests about the code see them."""

import ast
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_DERIVED = {"var", "search_index", "test-results", "node_modules", "__pycache__", ".git", ".venv", ".hypothesis"}


@dataclass(frozen=True)
class Source:
    """One text file. `path` is relative to the root, with slashes."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """The parsed Python module."""
        return ast.parse(self.text, self.path)

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Everything in the module: walked once, for all laws."""
        return tuple(ast.walk(self.tree))

    @property
    def name(self) -> str:
        """File name, such as `actions.py`."""
        return self.path.rpartition("/")[2]

    @property
    def room(self) -> str:
        """The room of `kb/` that the file lies in (`kb/app.py` lies in `app`), or ""."""
        parts = self.path.removesuffix(".py").split("/")
        return parts[1] if parts[0] == "kb" and len(parts) > 1 else ""

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        """Every function and method, nested ones too."""
        for node in self.nodes:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node

    def imports(self) -> Iterator[tuple[int, str]]:
        """(line, dotted name) of everything imported; `from a import b` gives `a.b`."""
        for node in self.nodes:
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


@cache
def all_files() -> tuple[Source, ...]:
    """Every text file that belongs to the project (derived folders and caches left out)."""
    found = []
    for folder, subfolders, names in os.walk(ROOT):
        subfolders[:] = sorted(s for s in subfolders if s not in _DERIVED and not s.endswith("_cache"))
        for name in sorted(names):
            path = Path(folder, name)
            try:
                found.append(Source(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")))
            except (UnicodeDecodeError, FileNotFoundError):
                continue  # a picture or a font; or a file that was just renamed
    return tuple(found)


def under(*folders: str, ends: tuple[str, ...] = (".py",)) -> Callable[[], list[Source]]:
    """A way to get the files in `folders` whose names end like one of `ends`."""

    def files() -> list[Source]:
        starts = tuple(f"{folder}/" for folder in folders)
        return [s for s in all_files() if s.path.startswith(starts) and s.path.endswith(ends)]

    return files


Check = Callable[[Source], Iterator[str]]
"""Looks at one file and yields a sentence for each place that breaks the law: where, what, and what to do."""


@dataclass(frozen=True)
class Law:
    """A rule about the code. `broken` and `kept` are samples that it must refuse and accept."""

    check: Check
    over: Callable[[], list[Source]]
    broken: tuple[Source, ...]
    kept: Source
