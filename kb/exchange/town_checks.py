"""Whether the records of a town fit together: keys lead somewhere, numbers run on, one edition is live at a time."""

from collections.abc import Callable, Iterable, Iterator

from kb.accounts.models import Role
from kb.common_format.text import Problem
from kb.common_format.text_problems import Path
from kb.exchange.record_yaml import Lines, line_of
from kb.exchange.town_records import AdoptionRecord, ManualRecord, PublicationRecord, TownRecord
from kb.japanese.check_digits import is_municipality_code

Told = Callable[[str, Path], Problem]
Keys = list[tuple[Path, str]]


def town_problems(file: str, town: TownRecord, lines: Lines) -> list[Problem]:
    """What is wrong in the record of a town, each with its line in `file`."""
    told = _telling(file, lines)
    problems = []
    if not is_municipality_code(town.municipality):
        problems.append(told("団体コードの検査数字が合いません。", ("municipality",)))
    posts: Keys = [
        (("departments", d, "posts", p), post.key)
        for d, department in enumerate(town.departments)
        for p, post in enumerate(department.posts)
    ]
    people: Keys = [(("people", n), person.key) for n, person in enumerate(town.people)]
    logins: Keys = [(("people", n, "login"), person.login.lower()) for n, person in enumerate(town.people)]
    assignments: Keys = [(("assignments", n), one.key) for n, one in enumerate(town.assignments)]
    for keys in (posts, people, logins, assignments):
        problems += _twice(keys, told)
    for number, one in enumerate(town.assignments):
        if one.person not in {person.key for person in town.people}:
            problems.append(told(f"職員「{one.person}」がありません。", ("assignments", number)))
        if one.post not in titles(town):
            problems.append(told(f"職「{one.post}」がありません。", ("assignments", number)))
        if one.role is Role.OPERATOR:
            problems.append(
                told("運営者は団体の職員ではありません。この配置を削除してください。", ("assignments", number, "role"))
            )
    problems += _used_twice(town, told)
    problems += _of_deeds(town, town, told)
    return problems


def _used_twice(town: TownRecord, told: Told) -> Iterator[Problem]:
    """A town adopts manuals of others, and what it says of one follows what it said before."""
    before: dict[tuple[str, str], AdoptionRecord] = {}
    for number, one in enumerate(town.adoptions):
        if one.municipality == town.municipality:
            yield told("自団体の手順書は採用できません。", ("adoptions", number, "municipality"))
        if one.until is not None and one.until < one.since:
            yield told("採用が、始まる前に終わっています。", ("adoptions", number, "until"))
        last = before.get((one.municipality, one.slug))
        if last is not None and (last.until is None or one.since < last.until):
            yield told("同じ手順書の前の採用が終わらないうちに始まっています。", ("adoptions", number, "since"))
        before[one.municipality, one.slug] = one


def titles(town: TownRecord) -> dict[str, str]:
    """Key to title of every post."""
    return {post.key: post.title for department in town.departments for post in department.posts}


def manual_problems(file: str, record: ManualRecord, lines: Lines, town: TownRecord) -> list[Problem]:
    """What is wrong in the record of a manual, each with its line in `file`."""
    told = _telling(file, lines)
    problems = []
    if record.owner is not None and record.owner not in titles(town):
        problems.append(told(f"職「{record.owner}」が town.yml にありません。", ("owner",)))
    problems += _not_running_on("revisions", [one.number for one in record.revisions], told)
    problems += _not_running_on("publications", [one.edition for one in record.publications], told)
    for number, publication in enumerate(record.publications):
        if not 1 <= publication.revision <= len(record.revisions):
            problems.append(told(f"控え{publication.revision}がありません。", ("publications", number)))
    for number, confirmation in enumerate(record.confirmations):
        if not 1 <= confirmation.edition <= len(record.publications):
            problems.append(told(f"第{confirmation.edition}版がありません。", ("confirmations", number)))
    problems += _live_together(record.publications, told)
    problems += [
        told("自団体の手順書からの派生は取り込めません。", ("forks", number, "municipality"))
        for number, fork in enumerate(record.forks)
        if fork.municipality == town.municipality
    ]
    problems += _of_deeds(record, town, told)
    return problems


def _telling(file: str, lines: Lines) -> Told:
    return lambda message, path: Problem(message, line_of(lines, path), ".".join(map(str, path[:1])), file)


def _twice(keys: Keys, told: Told) -> Iterator[Problem]:
    seen: set[str] = set()
    for path, key in keys:
        if key in seen:
            yield told(f"「{key}」が2つあります。", path)
        seen.add(key)


def _not_running_on(name: str, numbers: list[int], told: Told) -> Iterator[Problem]:
    if numbers != list(range(1, len(numbers) + 1)):
        yield told("番号が1から順に揃っていません。", (name,))


def _live_together(publications: Iterable[PublicationRecord], told: Told) -> Iterator[Problem]:
    """Two editions must never be live at once. One that ended before it began was never live."""
    before: PublicationRecord | None = None
    for number, one in sorted(enumerate(publications), key=lambda pair: pair[1].live_from):
        if one.live_until is not None and one.live_until <= one.live_from:
            continue
        if before is not None and (before.live_until is None or one.live_from < before.live_until):
            yield told("ほかの版の公開が終わらないうちに始まっています。", ("publications", number, "live_from"))
        before = one


def _of_deeds(record: ManualRecord | TownRecord, town: TownRecord, told: Told) -> Iterator[Problem]:
    held = {one.key: titles(town).get(one.post, "") for one in town.assignments}
    for path, deed in record.deeds().items():
        if deed.by is None and deed.post:
            yield told(f"「{deed.post}」の配置(by)を書いてください。", path)
        elif deed.by is not None and deed.by not in held:
            yield told(f"配置「{deed.by}」が town.yml にありません。", path)
        elif deed.by is not None and deed.post != held[deed.by]:
            yield told(f"配置「{deed.by}」の職は「{held[deed.by]}」です。", (*path, "post"))
