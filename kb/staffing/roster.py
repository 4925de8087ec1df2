"""名簿: a CSV file of people who are to be invited, one line for each post that somebody gets. Pure: text in, values out.

Excel writes UTF-8 with BOM or CP932; both are read. Every problem of the file is found in one go, with its line.
"""

import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kb.errors import Invalid
from kb.staffing.entries import Checking, PersonEntry, begins

HEADERS = ("職員ID", "氏名", "所属", "職", "役割", "開始日")
MOST = 1_000
"""Lines of one file; a larger town sends several."""
LONGEST = 2_000
"""Characters of a line that are looked at."""


@dataclass(frozen=True)
class RosterLine:
    """One checked line: who, and which post of which department."""

    number: int
    entry: PersonEntry
    department: str
    post: str


@dataclass(frozen=True)
class LineProblem:
    """What is wrong in one line of the file."""

    line: int
    message: str


@dataclass(frozen=True)
class Roster:
    """What a file says, and everything that is wrong with it. A roster with problems is not to be carried out."""

    lines: tuple[RosterLine, ...]
    problems: tuple[LineProblem, ...]


class UnfitRoster(Invalid):
    """A roster that cannot be carried out; `problems` says why, line by line."""

    def __init__(self, problems: tuple[LineProblem, ...]) -> None:
        super().__init__("".join(f"{problem.line}行目: {problem.message}" for problem in problems[:3]))
        self.problems = problems


def decode(data: bytes) -> str:
    """The text of a file: UTF-8 with or without BOM, else CP932. Raises Invalid when it is neither."""
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid("文字コードを読み取れません。Excelで「CSV UTF-8(コンマ区切り)」として保存し直してください。")


def read_roster(text: str) -> Roster:
    """Everything that a file says. Raises Invalid when it is no such table at all."""
    if "\0" in text:
        raise Invalid("CSVファイルではないようです(文字ではないデータが入っています)。")
    rows = _rows(text)
    _refuse_other_headers(next(rows, (1, []))[1])
    lines: list[RosterLine] = []
    problems: list[LineProblem] = []
    for number, cells in rows:
        checked = _line(number, cells)
        if isinstance(checked, RosterLine):
            lines.append(checked)
        else:
            problems.extend(checked)
    if not lines and not problems:
        raise Invalid("職員の行がありません。見出しの次の行から、1行に1人ずつ書いてください。")
    return Roster(tuple(lines), tuple(sorted([*problems, *_contradictions(lines)], key=lambda one: one.line)))


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """(line number, cells) of every line that is not empty; the number is that of the line on which a row ends."""
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    count = 0
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            count += 1
            if count > MOST + 1:
                raise Invalid(f"一度に読み込めるのは{MOST:,}行までです。ファイルを分けてください。")
            yield reader.line_num, cells
    except csv.Error:
        raise Invalid(
            f'{reader.line_num}行目をCSVとして読み取れません。引用符「"」の閉じ忘れがないか確かめてください。'
        ) from None


def _refuse_other_headers(cells: list[str]) -> None:
    found = tuple(unicodedata.normalize("NFKC", cell).strip() for cell in cells)
    while found and not found[-1]:
        found = found[:-1]
    if found != HEADERS:
        raise Invalid(f"1行目の見出しを「{','.join(HEADERS)}」の順にしてください。")


def _line(number: int, cells: list[str]) -> RosterLine | list[LineProblem]:
    if sum(map(len, cells)) > LONGEST:
        return [LineProblem(number, "行が長すぎます。")]
    if len([*_without_empty_tail(cells)]) > len(HEADERS):
        return [LineProblem(number, f"列が{len(HEADERS)}つより多くあります。")]
    login, name, department, post, role, since = [*cells, *[""] * len(HEADERS)][: len(HEADERS)]
    checking = Checking()
    line = RosterLine(
        number,
        PersonEntry(
            login=checking.login("login", login),
            name=checking.name("name", "氏名", name),
            role=checking.role("role", role),
            since=begins(checking.day("since", "開始日", since)),
        ),
        department=checking.name("department", "所属", department),
        post=checking.name("post", "職", post),
    )
    return [LineProblem(number, problem.message) for problem in checking.problems] or line


def _without_empty_tail(cells: list[str]) -> list[str]:
    while cells and not cells[-1].strip():
        cells = cells[:-1]
    return cells


def _contradictions(lines: Iterable[RosterLine]) -> Iterator[LineProblem]:
    """Somebody with two posts has two lines, with one name and with different posts or roles."""
    names: dict[str, RosterLine] = {}
    seen: dict[tuple[str, ...], RosterLine] = {}
    for line in lines:
        login = line.entry.login.lower()
        first = names.setdefault(login, line)
        if (first.entry.login, first.entry.name) != (line.entry.login, line.entry.name):
            yield LineProblem(
                line.number, f"職員ID「{line.entry.login}」が{first.number}行目の別の人と重なっています。"
            )
            continue
        same = seen.setdefault((login, line.department, line.post, line.entry.role.value), line)
        if same is not line:
            yield LineProblem(line.number, f"{same.number}行目と同じ職員・職・役割です。")
