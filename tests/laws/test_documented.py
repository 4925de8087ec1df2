"""The documents keep up with the code: words, settings, dependencies and commands each have their line."""

import re

import pytest

from tests.laws.test_tables import table_rooms
from tests.laws.tree import ROOT, all_files


def document(path: str) -> str:
    """Text of a document of the project."""
    return (ROOT / path).read_text(encoding="utf-8")


def first_cells(text: str) -> set[str]:
    """Words in the first column of all tables of a Markdown text: `| a, b | … |` gives a and b."""
    cells = [line.split("|")[1] for line in text.splitlines() if line.startswith("|") and line.count("|") > 2]
    return {word.strip(" `") for cell in cells for word in cell.split(",")}


def singular(word: str) -> str:
    """English singular of a route module: `manuals`, `searches`, `municipalities`."""
    for ending, instead in (("ies", "y"), ("ches", "ch"), ("shes", "sh"), ("ss", "ss"), ("s", "")):
        if word.endswith(ending):
            return word.removesuffix(ending) + instead
    return word


def missing(words: set[str], known: set[str], sentence: str) -> None:
    """Fail with the words that have no line."""
    if words - known:
        pytest.fail(f"{sentence}: {', '.join(sorted(words - known))}", pytrace=False)


def dependencies() -> set[str]:
    """Names in requirements/*.in."""
    lines = [line for name in ("run", "dev") for line in document(f"requirements/{name}.in").splitlines()]
    return {re.split(r"[ ;<>=\[]", line)[0] for line in lines if line and line[0] not in "#-"}


def settings() -> set[str]:
    """Every KB_… name that the program mentions."""
    program = [s.text for s in all_files() if s.path.startswith("kb/") and s.path.endswith(".py")]
    return set(re.findall(r"[\"'](KB_[A-Z_]+)[\"']", "\n".join(program)))


def targets() -> set[str]:
    """What can be made."""
    return set(re.findall(r"^\.PHONY: (.*)$", document("Makefile"), re.MULTILINE)[0].split())


def test_every_table_is_a_word_of_the_glossary() -> None:
    missing(
        set(table_rooms()),
        first_cells(document("docs/glossary.md")),
        "Add to docs/glossary.md, with 日本語 and meaning",
    )


def test_every_page_family_is_a_word_of_the_glossary() -> None:
    routes = [s.name.removesuffix(".py") for s in all_files() if re.fullmatch(r"kb/web/routes/[a-z]\w*\.py", s.path)]
    known = first_cells(document("docs/glossary.md"))
    missing(
        {singular(route) for route in routes},
        known,
        "Name the route module after a noun of docs/glossary.md, or add it",
    )


def test_every_setting_is_explained() -> None:
    missing(
        settings(), first_cells(document("docs/operations.md")), "Add to the table of settings in docs/operations.md"
    )


def test_every_dependency_has_its_reason() -> None:
    known = first_cells(document("docs/development.md"))
    missing(dependencies(), known, "Say in one line of docs/development.md why it is needed")


def test_every_command_is_described() -> None:
    known = {target for target in targets() if f"make {target}" in document("docs/development.md")}
    missing(targets(), known, "Describe in docs/development.md")
    described = set(re.findall(r"^([a-z]+):.*## \w", document("Makefile"), re.MULTILINE))
    missing(targets(), described, "Give a one-line ## description in the Makefile")


def test_a_word_without_a_line_is_refused() -> None:
    known = first_cells("| identifier | 日本語 | meaning |\n|---|---|---|\n| `post`, assignment | 職・配置 | who |\n")
    assert {"post", "assignment"} <= known
    assert [singular(word) for word in ("manuals", "searches", "municipalities", "access")] == [
        "manual",
        "search",
        "municipality",
        "access",
    ]
    with pytest.raises(pytest.fail.Exception, match="Add: role"):
        missing({"post", "role"}, known, "Add")


def test_the_lists_that_are_compared_are_found() -> None:
    assert {"flask", "gunicorn", "pytest", "ruff"} <= dependencies()
    assert {"KB_MODE", "KB_DATA_DIR"} <= settings()
    assert {"run", "test", "help"} <= targets()
