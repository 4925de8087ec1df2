"""Load the vocabulary of `content/`: municipalities, work areas, phases, procedures, terms."""

import csv
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError
from sqlmodel import Session

from kb.accounts.actions import MunicipalityRow, record_municipalities
from kb.errors import Invalid
from kb.standards.actions import (
    PhaseRow,
    ProcedureRow,
    TermRow,
    WorkAreaRow,
    record_phases,
    record_procedure,
    record_term,
    record_work_areas,
)

Checked = TypeVar("Checked", bound=BaseModel)


class _Kind(BaseModel):
    """A kind of work with its phases, in order."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: str
    phases: list[PhaseRow]


_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The safe loader, ten times faster where PyYAML was built with its C library."""

POPULATION_AS_OF = date(2025, 1, 1)
"""Day of the population column: Japanese residents, 総務省 住民基本台帳に基づく人口."""


def load_vocabulary(session: Session, content_dir: Path) -> None:
    """Add or replace all vocabulary. Raises Invalid naming the file and entry that is wrong."""
    towns = _municipalities(content_dir / "municipalities.csv", False)
    record_municipalities(session, [*towns, *sample_municipalities(content_dir)])
    load_standards(session, content_dir)


def sample_municipalities(content_dir: Path) -> list[MunicipalityRow]:
    """The fictitious towns of the demonstration."""
    return _municipalities(content_dir / "sample_municipalities.csv", True)


def load_standards(session: Session, content_dir: Path) -> None:
    """Add or replace work areas, phases, procedures and terms. Raises Invalid as above."""
    areas = _rows(WorkAreaRow, content_dir / "work_areas.yml")
    record_work_areas(session, areas)
    for kind in _rows(_Kind, content_dir / "phases.yml"):
        record_phases(session, kind.kind, kind.phases)
    codes = {area.code for area in areas}
    procedures = _rows(ProcedureRow, content_dir / "procedures.yml")
    terms = _rows(TermRow, content_dir / "terms.yml")
    _refuse_unknown("procedures.yml", codes, [(row.key, row.work_area) for row in procedures])
    _refuse_unknown("terms.yml", codes, [(row.key, row.work_area) for row in terms if row.work_area])
    with session.no_autoflush:  # one look-up each, then everything written at once
        for procedure in procedures:
            record_procedure(session, procedure)
        for term in terms:
            record_term(session, term)
    session.flush()


def _refuse_unknown(file: str, codes: set[str], named: list[tuple[str, str]]) -> None:
    for key, code in named:
        if code not in codes:
            raise Invalid(f"{file}: {key}: 業務分類「{code}」は work_areas.yml にありません。")


def _municipalities(path: Path, sample: bool) -> list[MunicipalityRow]:
    return [_town(line, sample, f"{path.name} {number}行目") for number, line in enumerate(_csv(path), 2)]


def _town(line: dict[str, str], sample: bool, where: str) -> MunicipalityRow:
    try:
        return _checked(MunicipalityRow, _municipality(line, sample), where)
    except KeyError as error:
        raise Invalid(f"{where}: 列「{error.args[0]}」がありません。") from error


def _municipality(line: dict[str, str], sample: bool) -> dict[str, Any]:
    population = line["jp_population_20250101"]
    return {
        "code": line["lgcode"],
        "prefecture": line["pref"],
        "name": line["name"],
        "kana": line["kana"],
        "kind": line["type"],
        "population": population or None,
        "population_as_of": None if sample or not population else POPULATION_AS_OF,
        "url": line["url"],
        "sample": sample,
    }


def _csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def _rows(model: type[Checked], path: Path) -> list[Checked]:
    """The rows of a YAML list, each under a key (or code) of its own."""
    rows = [_checked(model, row, path.name) for row in _yaml(path)]
    names = Counter(_name(row.model_dump()) for row in rows)
    twice = [name for name, count in names.items() if count > 1]
    if twice:
        raise Invalid(f"{path.name}: 「{twice[0]}」が2回以上書かれています。1つにしてください。")
    return rows


def _yaml(path: Path) -> list[Any]:
    try:
        found = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506  # a safe loader, see there
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise Invalid(f"{path.name}: YAMLとして読めません: {error}") from error
    if not isinstance(found, list):
        raise Invalid(f"{path.name}: 一覧(「- 」で始まる行)になっていません。")
    return found


def _checked(model: type[Checked], row: Any, where: str) -> Checked:
    try:
        return model.model_validate(row)
    except ValidationError as error:
        raise Invalid(f"{where}: {_name(row)}: {error}") from error


def _name(row: Any) -> str:
    found = next((row[key] for key in ("key", "code", "kind") if row.get(key)), row) if isinstance(row, dict) else row
    return str(found)
