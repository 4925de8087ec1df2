"""A content folder of our own with two small manuals, so that these tests read no more than they need."""

import shutil
from datetime import date

import pytest

from kb.common_format.envelope import Audience, Envelope, ManualFile
from kb.common_format.text import write
from kb.config import ROOT
from tests.world import AOBA, WAKAMATSU, a_content, a_step


def a_file(town=AOBA, slug="tennyu", edition=1, **changes):
    """A manual file that may be loaded."""
    envelope = Envelope(
        municipality=town, slug=slug, edition=edition, published_on=date(2025, 4, edition), change_note=f"第{edition}版"
    )
    return ManualFile(envelope=envelope.model_copy(update=changes), content=a_content(steps=[a_step("step-one")]))


def put(folder, *files):
    """Write manual files where the seeds look for them."""
    for file in files:
        place = folder / "manuals" / file.envelope.municipality
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{file.envelope.slug}@{file.envelope.edition}.md").write_text(write(file), encoding="utf-8")


HEADER = "lgcode,pref,name,kana,type,lat,lng,url,jp_population_20250101"
SAPPORO = "011002,北海道,札幌市,さっぽろし,市,43.0,141.3,https://www.city.sapporo.jp/,1935013"
VOCABULARY = {
    "municipalities.csv": f"{HEADER}\n{SAPPORO}\n",
    "work_areas.yml": "- {code: B, name: 住民}\n- {code: B01, parent: B, name: 住民記録}\n",
    "phases.yml": "- kind: 窓口\n  phases:\n  - {name: 受付}\n  - {name: 交付, meaning: 渡す}\n",
    "procedures.yml": """
- {key: tennyu-todoke, name: 転入届, work_area: B01, kind: 窓口, readings: [てんにゅうとどけ]}
- {key: tenshutsu-todoke, name: 転出届, work_area: B01, kind: 窓口, readings: [てんしゅつとどけ]}
""",
    "terms.yml": "- {key: jumin, preferred: 住民, readings: [じゅうみん], work_area: B01}\n",
}


@pytest.fixture
def content(tmp_path):
    """A small content folder that is right, with two manuals: one of two editions, one for members."""
    folder = tmp_path / "content"
    folder.mkdir()
    for name, text in VOCABULARY.items():
        (folder / name).write_text(text, encoding="utf-8")
    shutil.copy(ROOT / "content" / "sample_municipalities.csv", folder)
    put(folder, a_file(), a_file(edition=2), a_file(WAKAMATSU, audience=Audience.MEMBERS))
    return folder
