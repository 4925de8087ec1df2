"""The likes and adoptions of the demonstration: carried out by the verbs, on days when they were possible."""

import pytest
from sqlmodel import select

from kb.adoptions.declared import to_consider
from kb.adoptions.models import Adoption
from kb.adoptions.queries import adoption_counts
from kb.config import ROOT
from kb.errors import Invalid, NotAllowed
from kb.likes.models import Like
from kb.likes.queries import counts
from kb.manuals.queries import manual_at
from kb.publishing.models import Publication
from kb.seeds.manuals import load_manuals, read_manuals
from kb.seeds.people import writers
from kb.seeds.uses import FILE, SampleAdoption, SampleLike, SampleUses, load_uses, read_uses
from tests.seeds.conftest import a_file
from tests.world import AOBA, person

TENNYU = f"{AOBA}/tennyu"


def load(session, files, uses, now):
    load_manuals(session, files, lambda town, department: writers(session, town, department, now), at=now)
    load_uses(session, uses, at=now)


def test_the_shipped_uses_can_all_be_carried_out(session, now):
    uses = read_uses(ROOT / "content")
    named = {(row.person, row.manual) for row in uses.adoptions}
    assert uses.likes
    assert len(named) == len(uses.adoptions)
    wanted = {row.manual.partition("/")[::2] for row in (*uses.likes, *uses.adoptions)}
    files = [one for one in read_manuals(ROOT / "content") if (one.envelope.municipality, one.envelope.slug) in wanted]
    load(session, files, uses, now)
    assert len(session.exec(select(Adoption)).all()) == len(uses.adoptions)
    for like in session.exec(select(Like)):
        edition = session.get_one(Publication, like.publication_id)
        assert edition.live_from <= like.liked_at
        assert edition.live_until is None or like.liked_at < edition.live_until
    tennyu = manual_at(session, AOBA, "tennyu-todoke")
    shown = counts(session, [tennyu.id], now)[tennyu.id]
    assert (shown.people, shown.towns, shown.earlier_people) == (4, 2, 1)
    assert [one.title for one in to_consider(session, person(session, "fumio", now), now)] == ["人事異動に伴う事務引継"]


def test_a_like_belongs_to_the_edition_of_its_day(session, now):
    early = SampleLike(person="chika", manual=TENNYU, day="2025-04-01")
    late = SampleLike(person="genta", manual=TENNYU, day="2025-04-03", reasons=["すぐ使えた"])
    load(session, [a_file(), a_file(edition=2)], SampleUses(likes=[late, early]), now)
    manual = manual_at(session, AOBA, "tennyu")
    shown = counts(session, [manual.id], now)[manual.id]
    assert (shown.people, shown.earlier_people) == (1, 1)


def test_nothing_happens_in_days_to_come(session, now):
    later = SampleAdoption(person="fumio", manual=TENNYU, since="2030-01-01", degree="採用")
    load(session, [a_file()], SampleUses(adoptions=[later]), now)
    assert session.exec(select(Adoption)).one().since <= now
    assert adoption_counts(session) == {manual_at(session, AOBA, "tennyu").id: 1}


@pytest.mark.parametrize(
    ("row", "error"),
    [
        (SampleLike(person="nobody", manual=TENNYU, day="2025-04-01"), Invalid),
        (SampleLike(person="chika", manual=f"{AOBA}/nai", day="2025-04-01"), Invalid),
        (SampleLike(person="chika", manual=TENNYU, day="2025-03-31"), Invalid),
    ],
)
def test_a_like_that_cannot_have_been_is_refused(session, now, row, error):
    with pytest.raises(error):
        load(session, [a_file()], SampleUses(likes=[row]), now)


def test_no_town_adopts_its_own_manual(session, now):
    own = SampleAdoption(person="bunta", manual=TENNYU, since="2025-04-01", degree="採用")
    with pytest.raises(NotAllowed):
        load(session, [a_file()], SampleUses(adoptions=[own]), now)


def test_a_folder_without_the_file_has_no_uses(tmp_path):
    assert read_uses(tmp_path) == SampleUses()


@pytest.mark.parametrize(
    "text", ["likes: [{person: chika}]", "likes: {", "friends: []", "likes: [{person: a, manual: x, day: 2025-04-01}]"]
)
def test_a_broken_file_is_told(tmp_path, text):
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    with pytest.raises(Invalid, match=FILE):
        read_uses(tmp_path)
