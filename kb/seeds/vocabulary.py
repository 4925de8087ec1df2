"""Load the vocabulary of `content/`: municipalities, work areas, phases, procedures, terms."""

import csv
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from sqlmodel import Session

from kb.accounts.actions import MunicipalityRow, record_municipality
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

POPULATION_AS_OF = date(2025, 1, 1)
"""Day of the population column: Japanese residents, 総務省 住民基本台帳に基づく人口."""


def load_vocabulary(session: Session, content_dir: Path) -> None:
    """Add or replace all vocabulary. Raises Invalid naming the file and entry that is wrong."""
    for row in (*_municipalities(content_dir / "municipalities.csv", False), *sample_municipalities(content_dir)):
        record_municipality(session, row)
    load_standards(session, content_dir)


def sample_municipalities(content_dir: Path) -> list[MunicipalityRow]:
    """The fictitious towns of the demonstration."""
    return _municipalities(content_dir / "sample_municipalities.csv", True)


def load_standards(session: Session, content_dir: Path) -> None:
    """Add or replace work areas, phases, procedures and terms. Raises Invalid as above."""
    areas = _yaml(content_dir / "work_areas.yml")
    record_work_areas(session, [_checked(WorkAreaRow, row, "work_areas.yml") for row in areas])
    for kind in _yaml(content_dir / "phases.yml"):
        record_phases(session, kind["kind"], [_checked(PhaseRow, row, "phases.yml") for row in kind["phases"]])
    for row in _yaml(content_dir / "procedures.yml"):
        record_procedure(session, _checked(ProcedureRow, row, "procedures.yml"))
    for row in _yaml(content_dir / "terms.yml"):
        record_term(session, _checked(TermRow, row, "terms.yml"))
    session.flush()


def _municipalities(path: Path, sample: bool) -> list[MunicipalityRow]:
    return [
        _checked(MunicipalityRow, _municipality(line, sample), f"{path.name} {number}行目")
        for number, line in enumerate(_csv(path), 2)
    ]


def _municipality(line: dict[str, str], sample: bool) -> dict[str, Any]:
    population = line["jp_population_20250101"]
    return {
        "code": line["lgcode"],
        "prefecture": line["pref"],
        "name": line["name"],
        "kana": line["kana"],
        "kind": line["type"],
        "population": int(population) if population else None,
        "population_as_of": None if sample or not population else POPULATION_AS_OF,
        "url": line["url"],
        "sample": sample,
    }


def _csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def _yaml(path: Path) -> list[dict[str, Any]]:
    return list(yaml.safe_load(path.read_text(encoding="utf-8")))


def _checked(model: type[Checked], row: dict[str, Any], where: str) -> Checked:
    try:
        return model(**row)
    except ValidationError as error:
        raise Invalid(f"{where}: {row.get('key') or row.get('code') or row}: {error}") from error
