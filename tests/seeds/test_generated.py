"""Generated manuals: the same for the same seed, and such as people could have published."""

from itertools import islice

import pytest

from kb.accounts.models import Role
from kb.accounts.rules import ANYONE
from kb.japanese.check_digits import is_municipality_code
from kb.publishing.counts import counts_by_town
from kb.publishing.queries import live_manuals
from kb.publishing.rules import obstacles
from kb.seeds.generated import TOWNS, generate_towns, load_generated, recombine
from kb.standards.queries import vocabulary
from tests.seeds.conftest import a_file
from tests.world import WAKAMATSU, a_step

FILES = [a_file(), a_file(WAKAMATSU, "tenshutsu")]


def without_uids(content):
    """A content with its permanent names taken out: those are new each time."""
    raw = content.model_dump()
    raw["steps"] = [{name: value for name, value in step.items() if name != "uid"} for step in raw["steps"]]
    return raw


def test_the_same_seed_gives_the_same_manuals():
    one, other, another = (list(recombine(FILES, 12, seed)) for seed in (7, 7, 8))
    assert [(town, without_uids(content)) for town, content in one] == [
        (town, without_uids(content)) for town, content in other
    ]
    assert [town for town, _ in one] != [town for town, _ in another]


def test_generated_manuals_may_be_published(session):
    known = vocabulary(session)
    made = list(recombine(FILES, 20, 1))
    assert len(made) == 20
    assert all(0 <= town < TOWNS for town, _ in made)
    assert [obstacles(content, {}, known) for _, content in made] == [[]] * 20
    assert len({content.title for _, content in made}) == 20


def test_generated_towns_are_samples_with_a_clerk_who_may_approve(session):
    clerks = generate_towns(session)
    codes = [clerk.municipality_code for clerk in clerks]
    assert len(set(codes)) == TOWNS
    assert all(is_municipality_code(code) for code in codes)
    assert all(clerk.member and clerk.acts_as(Role.APPROVER) for clerk in clerks)


def test_generated_towns_are_made_once(session):
    first = generate_towns(session)
    assert [clerk.user_id for clerk in generate_towns(session)] == [clerk.user_id for clerk in first]


def test_generated_manuals_are_published_under_running_numbers(session, now):
    clerks, contents = generate_towns(session), recombine(FILES, 5, 1)
    assert load_generated(session, clerks, islice(contents, 3), at=now, name="a") == 3
    assert load_generated(session, clerks, contents, at=now, name="b") == 2
    assert load_generated(session, clerks, contents, at=now, name="c") == 0
    assert sum(counts_by_town(session, ANYONE, now).values()) == 5
    slugs = {found.slug for found in live_manuals(session, ANYONE, now)}
    assert slugs == {"generated-a-1", "generated-a-2", "generated-a-3", "generated-b-1", "generated-b-2"}


def test_nothing_internal_and_no_town_word_is_carried_into_another_town():
    base = a_file()
    content = base.content.model_validate({
        **base.content.model_dump(),
        "parameters": [{"key": "窓口名", "label": "窓口", "default": "市民窓口"}],
        "steps": [a_step("step-one", action="{{窓口名}}へ"), a_step("step-own", title="庁内の手順", internal=True)],
    })  # fmt: skip
    for _, made in recombine([base.model_copy(update={"content": content})], 5, 1):
        assert made.parameters == ()
        assert {step.action for step in made.steps} == {"市民窓口へ"}


@pytest.mark.parametrize("count", [0, 1])
def test_as_many_are_made_as_were_asked_for(count):
    assert len(list(recombine(FILES, count, 1))) == count
