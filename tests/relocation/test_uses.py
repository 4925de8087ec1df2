"""What a town took over and adopted goes with it; what its people like stays theirs."""

from dataclasses import replace

import pytest
from sqlmodel import select

from kb.accounts.queries import municipality
from kb.accounts.rules import ANYONE
from kb.adoptions.actions import end, switch
from kb.adoptions.declared import adopted_by
from kb.adoptions.models import Adoption
from kb.adoptions.queries import adoption_counts
from kb.db import reading, transaction
from kb.errors import Conflict
from kb.exchange.town_folder import FolderError, from_texts, to_texts
from kb.exchange.town_records import AdoptionRecord
from kb.forks.lineage import lineage
from kb.forks.models import Fork
from kb.likes.actions import like
from kb.likes.models import Like
from kb.manuals.models import Manual
from kb.manuals.queries import manual_at, newest_revision
from kb.publishing.actions import publish
from kb.publishing.models import OutboxEntry
from kb.relocation.actions import Numbers, bring_in
from kb.relocation.takeout import read_town
from tests.adoptions.using import STEPS, WORDS, adopted, declared, listed_for, revise
from tests.forks.takers import A_DAY, asked, saved, taken
from tests.relocation.carrying import brought_in, bytes_of, taken_out
from tests.world import AOBA, WAKAMATSU, a_publication, person


@pytest.fixture
def used(engine, now):
    """若松町 has taken over one step of a manual of 青葉市 and published it, adopted it and gone over to its second edition,
    and stopped using another one. Chika likes the first."""
    with transaction(engine) as session:
        manual, _ = a_publication(session, now - 3 * A_DAY, steps=STEPS, parameters=WORDS)
        a_publication(session, now - 3 * A_DAY, "inkan", title="印鑑登録")
        chika, fumio = person(session, "chika", now), person(session, "fumio", now)
        ours = taken(session, "chika", now - 2 * A_DAY, asked(whole=False, step_uids=("step-1",)))
        home = saved(session, ours.draft, "chika", now - 2 * A_DAY)
        first = adopted(
            session, now - 2 * A_DAY, values={"窓口名": "町民課窓口"}, since="2026-11-20", note="二行の\n覚え書き"
        )
        other = adopted(session, now - 2 * A_DAY, slug="inkan", since="2026-11-19", degree="参考")
        end(session, declared(session, other, now - A_DAY), "別の様式にしたため", by=chika, at=now - A_DAY)
        revise(session, manual, now - A_DAY)
        switch(session, declared(session, first, now), 2, by=fumio, at=now)
        like(session, listed_for(session, "chika", now), None, by=chika, at=now)
        publish(session, home, newest_revision(session, home.id), by=fumio, at=now)
    return engine


def both(engine, elsewhere, tmp_path, now):
    """青葉市, then 若松町, out of one installation and into the other; the folder of 若松町."""
    folders = [taken_out(engine, tmp_path / code, code) for code in (AOBA, WAKAMATSU)]
    for folder in folders:
        brought_in(elsewhere, folder, now)
    return folders[1]


def test_what_a_town_uses_comes_in_as_it_went_out(used, elsewhere, tmp_path, now):
    folder = both(used, elsewhere, tmp_path, now)
    assert bytes_of(taken_out(elsewhere, tmp_path / "again", WAKAMATSU)) == bytes_of(folder)

    def told(engine):
        with reading(engine) as session:
            chika = person(session, "chika", now)
            original = manual_at(session, AOBA, "tennyu")
            uses = adopted_by(session, chika, now, WAKAMATSU)
            tree = lineage(session, ANYONE, now, original.id).forks
            return (
                [(one.title, one.edition, one.considered, one.since, one.adoption.parameter_values) for one in uses],
                [(one.listed.town_name, one.taking) for one in tree.nodes],
                list(adoption_counts(session).values()),
                [(one.degree, one.end_reason) for one in session.exec(select(Adoption).order_by(Adoption.id))],
            )

    assert told(elsewhere) == told(used)
    uses, tree, counted, records = told(elsewhere)
    assert [one[1:3] for one in uses] == [(2, 2)]
    assert [(town, taking.steps) for town, taking in tree] == [("若松町", 1)]
    assert (counted, len(records)) == ([1], 3)


def test_a_person_finds_it_in_the_folder(used, tmp_path):
    folder = taken_out(used, tmp_path / "out", WAKAMATSU)
    town, manual = (folder / "town.yml").read_text(), (folder / "manuals/tennyu/manual.yml").read_text()
    for words in ("degree: 採用", "窓口名: 町民課窓口", "別の様式にしたため", "post: 町民係"):
        assert words in town
    assert "steps: [step-1]" in manual
    assert str(Numbers.of(read_town(folder))).endswith("職員2人、採用3件")


def test_the_index_learns_who_uses_what(used, elsewhere, tmp_path, now):
    brought_in(elsewhere, taken_out(used, tmp_path / "aoba"), now)
    with transaction(elsewhere) as session:
        original = manual_at(session, AOBA, "tennyu").id
        for entry in session.exec(select(OutboxEntry)):
            session.delete(entry)
    brought_in(elsewhere, taken_out(used, tmp_path / "ours", WAKAMATSU), now)
    with reading(elsewhere) as session:
        assert original in session.exec(select(OutboxEntry.manual_id)).all()


def test_likes_stay_behind(used, elsewhere, tmp_path, now):
    folder = both(used, elsewhere, tmp_path, now)
    assert not [name for name, held in bytes_of(folder).items() if b"liked" in held or b"likes" in held]
    with reading(elsewhere) as session:
        assert session.exec(select(Like)).all() == []


def test_what_is_not_here_is_left_out_and_told(used, elsewhere, tmp_path, now):
    folder = read_town(taken_out(used, tmp_path / "ours", WAKAMATSU))
    with transaction(elsewhere) as session:
        missing = bring_in(session, folder, at=now)
    assert sorted((one.slug, one.edition) for one in missing) == [
        ("inkan", 1),
        ("tennyu", 1),
        ("tennyu", 1),
        ("tennyu", 2),
    ]
    with reading(elsewhere) as session:
        assert session.exec(select(Manual.slug)).all() == ["tennyu"]
        assert session.exec(select(Adoption)).all() == session.exec(select(Fork)).all() == []


def test_a_folder_of_before_tells_its_origin_by_its_texts(used, elsewhere, tmp_path, now):
    brought_in(elsewhere, taken_out(used, tmp_path / "aoba"), now)
    folder = read_town(taken_out(used, tmp_path / "ours", WAKAMATSU))
    [ours] = folder.manuals
    before = replace(ours, record=ours.record.model_copy(update={"forks": ()}))
    with transaction(elsewhere) as session:
        assert bring_in(session, replace(folder, manuals=(before,)), at=now) is not None
    with reading(elsewhere) as session:
        [fork] = session.exec(select(Fork)).all()
        assert (fork.municipality_code, fork.step_uids, fork.manual_id) == (
            WAKAMATSU,
            [],
            manual_at(session, WAKAMATSU, "tennyu").id,
        )


def test_a_town_that_has_adopted_here_is_refused(used, elsewhere, tmp_path, now):
    brought_in(elsewhere, taken_out(used, tmp_path / "aoba"), now)
    folder = read_town(taken_out(used, tmp_path / "ours", WAKAMATSU))
    with transaction(elsewhere) as session:
        bring_in(session, replace(folder, manuals=()), at=now)
    with pytest.raises(Conflict, match="既に採用の記録"), transaction(elsewhere) as session:
        bring_in(session, folder, at=now)
    with reading(elsewhere) as session:
        assert manual_at(session, WAKAMATSU, "tennyu") is None
        assert municipality(session, WAKAMATSU) is not None


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"municipality": WAKAMATSU}, "自団体の手順書は採用できません"),
        ({"until": None}, "前の採用が終わらないうちに始まっています"),
        ({"by": "a9"}, "配置「a9」が town.yml にありません"),
        ({"until": "2020-01-01T00:00:00Z"}, "始まる前に終わっています"),
    ],
)
def test_adoptions_that_cannot_be_are_told_by_line(used, tmp_path, changes, said):
    folder = read_town(taken_out(used, tmp_path / "ours", WAKAMATSU))
    first, *others = folder.town.adoptions
    wrong = AdoptionRecord.model_validate({**first.model_dump(), **changes})
    town = folder.town.model_copy(update={"adoptions": (wrong, *others)})
    with pytest.raises(FolderError, match=rf"town\.yml [0-9]+行目.*{said}"):
        from_texts(to_texts(replace(folder, town=town)))


def test_a_manual_is_not_taken_from_its_own_town(used, tmp_path):
    folder = read_town(taken_out(used, tmp_path / "ours", WAKAMATSU))
    [ours] = folder.manuals
    [fork] = ours.record.forks
    record = ours.record.model_copy(update={"forks": (fork.model_copy(update={"municipality": WAKAMATSU}),)})
    with pytest.raises(FolderError, match="自団体の手順書からの派生"):
        from_texts(to_texts(replace(folder, manuals=(replace(ours, record=record),))))
