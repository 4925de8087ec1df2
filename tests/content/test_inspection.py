"""`content/inspection.md`: somebody who did not write it has read each manual, or the record says that nobody has yet."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from kb.common_format.text import parse

CONTENT = Path(__file__).parents[2] / "content"
MANUALS = {f"{path.parent.name}/{path.name}" for path in (CONTENT / "manuals").glob("*/*.md")}
PROCEDURES_OF_ALL_TOWNS = {
    "tennyu-todoke",
    "juminhyo-kofu",
    "jido-teate-nintei",
    "inkan-toroku",
    "yokaigo-nintei",
    "kokuho-shikaku-shutoku",
    "risai-shomei",
    "zei-shomei",
    "shugaku-enjo",
    "hoiku-riyo-moshikomi",
    "hojokin-kofu",
    "sodaigomi-shushu",
}
MARKS = {"○", "直した", "要確認"}
WHAT_WAS_READ = ("見た条文", "合っていたこと", "直したところ", "残したこと")
FILE = r"`([0-9]{6}/[a-z0-9-]+(?:@[0-9]+)?\.md)`"


@dataclass(frozen=True)
class Row:
    """One manual's line: who looked (a post, never a name), when, a mark for each point, what was found."""

    file: str
    view: str
    day: str
    marks: tuple[str, ...]
    found: str


@cache
def sections() -> dict[str, str]:
    text = (CONTENT / "inspection.md").read_text(encoding="utf-8")
    return {part.splitlines()[0]: part for part in re.split(r"^## ", text, flags=re.MULTILINE)[1:]}


@cache
def rows() -> tuple[Row, ...]:
    found = []
    for line in sections()["点検した手順書"].splitlines():
        if not line.startswith("| `"):
            continue
        name, view, day, *marks, note = (cell.strip() for cell in line.strip("|").split("|"))
        found.append(Row(name.strip("`"), view, day, tuple(marks), note))
    return tuple(found)


@cache
def waiting() -> tuple[str, ...]:
    return tuple(re.findall(rf"^- {FILE}$", sections()["未点検"], flags=re.MULTILINE))


def points_of_the_check_list() -> list[str]:
    text = (CONTENT / "README.md").read_text(encoding="utf-8")
    return re.findall(r"^\| ([0-9]+) \|", text.split("## 手順書の点検表")[1], flags=re.MULTILINE)


def test_every_shipped_manual_is_inspected_or_said_to_wait() -> None:
    assert {row.file for row in rows()} | set(waiting()) == MANUALS


def test_every_current_manual_is_inspected_and_only_older_editions_wait() -> None:
    assert {row.file for row in rows()} >= {name for name in MANUALS if "@" not in name}
    assert [name for name in waiting() if "@" not in name] == []


def test_no_manual_stands_twice() -> None:
    listed = Counter([row.file for row in rows()] + list(waiting()))
    assert [name for name, times in listed.items() if times > 1] == []


def test_the_procedures_of_all_towns_are_inspected_in_every_town() -> None:
    current = [CONTENT / "manuals" / name for name in MANUALS if "@" not in name]
    written = {
        f"{path.parent.name}/{path.name}"
        for path in current
        if parse(path.read_text(encoding="utf-8"), str(path)).content.procedure in PROCEDURES_OF_ALL_TOWNS
    }
    assert len(written) >= 3 * len(PROCEDURES_OF_ALL_TOWNS)
    assert written <= {row.file for row in rows()}


def test_the_table_is_sorted_by_town_and_slug() -> None:
    assert [row.file for row in rows()] == sorted(row.file for row in rows())
    assert list(waiting()) == sorted(waiting())


def test_each_row_answers_every_point_of_the_check_list() -> None:
    points = points_of_the_check_list()
    head = next(line for line in sections()["点検した手順書"].splitlines() if line.startswith("| ファイル"))
    assert [cell.strip() for cell in head.strip("|").split("|")][3:-1] == points
    for row in rows():
        assert len(row.marks) == len(points), row.file
        assert set(row.marks) <= MARKS, row.file


def test_what_was_corrected_or_left_open_is_told() -> None:
    for row in rows():
        assert bool(row.found) == (set(row.marks) != {"○"}), row.file


def test_rows_say_from_which_post_and_on_which_day() -> None:
    for row in rows():
        assert re.fullmatch(r"\S+担当の見立て", row.view), row.file
        assert date.fromisoformat(row.day) >= date(2026, 11, 22), row.file


def test_at_least_five_manuals_were_read_word_for_word_against_the_law() -> None:
    read_aloud = re.findall(rf"^### {FILE}$", sections()["条文と突き合わせて読んだ手順書"], flags=re.MULTILINE)
    assert len(set(read_aloud)) >= 5
    assert set(read_aloud) <= {row.file for row in rows()}


def test_the_readme_tells_of_five_manuals_of_different_work_what_was_corrected_and_what_stays_open() -> None:
    text = (CONTENT / "README.md").read_text(encoding="utf-8")
    told = text.split("## 条文と突き合わせて読んだ手順書")[1]
    read = re.split(rf"^### (?={FILE})", told, flags=re.MULTILINE)
    about = {found.group(1): part for part in read if (found := re.match(FILE, part))}
    assert len(about) >= 5
    assert set(about) <= {row.file for row in rows()}
    contents = [parse((CONTENT / "manuals" / name).read_text(encoding="utf-8"), name).content for name in about]
    assert len({content.work_areas[0][0] for content in contents}) >= 5
    for name, part in about.items():
        assert all(re.search(rf"^- {line}: .+", part, flags=re.MULTILINE) for line in WHAT_WAS_READ), name


def test_the_readme_leads_to_the_record() -> None:
    assert "(inspection.md)" in (CONTENT / "README.md").read_text(encoding="utf-8")
