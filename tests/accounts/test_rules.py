"""Who somebody is to the rules, and for which town they may act."""

import pytest

from kb.accounts.models import Role
from kb.accounts.rules import ANYONE, Acting, Viewer, may_act_for
from tests.world import AOBA, WAKAMATSU


def acting(role: Role, number: int = 1) -> Acting:
    return Acting(assignment_id=number, post_id=number, post_title="住民記録係", role=role)


def someone(*roles: Role, town: str = AOBA) -> Viewer:
    held = tuple(acting(role, number) for number, role in enumerate(roles, 1))
    return Viewer(user_id=1, municipality_code=town, member=True, acting=held)


def test_nobody_is_signed_in_as_anyone():
    assert not ANYONE.signed_in
    assert not ANYONE.member
    assert ANYONE.municipality_code is None
    assert someone().signed_in


@pytest.mark.parametrize("role", Role)
def test_an_operator_has_no_town_to_read_in_whatever_else_they_are(role):
    own = None if role is Role.OPERATOR else AOBA
    assert someone(role).own_town == own
    assert someone(role, Role.OPERATOR).own_town is None
    assert someone().own_town == AOBA
    assert ANYONE.own_town is None


@pytest.mark.parametrize("role", Role)
def test_somebody_acts_in_a_role_of_theirs_and_in_no_other(role):
    for other in Role:
        found = someone(role).acts_as(other)
        assert (found is not None) == (role is other)


def test_the_first_assignment_that_fits_is_the_one_acted_in():
    viewer = someone(Role.READER, Role.APPROVER, Role.AUTHOR)
    found = viewer.acts_as(Role.AUTHOR, Role.APPROVER)
    assert found is not None
    assert found.role is Role.APPROVER


def test_nobody_acts_without_an_assignment():
    assert ANYONE.acts_as(*Role) is None
    assert someone().acts_as(*Role) is None


@pytest.mark.parametrize("role", Role)
def test_a_role_counts_in_the_own_town_only(role):
    assert may_act_for(someone(role), AOBA, role) is not None
    assert may_act_for(someone(role), WAKAMATSU, role) is None
    assert may_act_for(ANYONE, AOBA, role) is None


def test_every_role_has_a_word_for_the_page():
    assert [role.label for role in Role] == ["閲覧者", "作成者", "承認者", "管理者", "運営者"]
