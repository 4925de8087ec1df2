"""ほしい手順書: who may wish, when two wishes are one, who writes, and when a wish has come true."""

from datetime import timedelta

import pytest
from sqlmodel import select

from kb.accounts.rules import ANYONE
from kb.activity.models import Activity
from kb.common_format.envelope import Audience
from kb.errors import Conflict, Invalid, NotAllowed, NotFound
from kb.publishing.actions import withdraw
from kb.staffing.founding import create_operator
from kb.standards.models import Procedure
from kb.wishes.actions import give_back, make_wish, put_away, remove, take_back, undertake, vote
from kb.wishes.queries import news, wish_seen, wishes
from kb.wishes.rules import MOST_VOTES, MOST_WISHES, NEWS_LASTS, mistakes
from tests.world import AOBA, WAKAMATSU, a_publication, person

FLYING = "空飛ぶ税"
OF_WAKAMATSU = ("chika", "fumio")


@pytest.fixture
def eri(session, now):
    """A reader of 青葉市."""
    return person(session, "eri", now)


@pytest.fixture
def chika(session, now):
    """An author of 若松町."""
    return person(session, "chika", now)


@pytest.fixture
def wish(session, eri, now):
    return make_wish(session, FLYING, sure=False, by=eri, at=now)


def seen(session, wish, now, viewer=ANYONE):
    return wish_seen(session, viewer, now, wish.id)


class TestWishing:
    """What is wished for."""

    def test_a_wish_is_its_words_and_the_vote_of_a_town(self, session, wish, now):
        [one] = wishes(session, ANYONE, now)
        assert (one.words, one.towns, one.writer_town, one.came_true) == (FLYING, 1, None, None)

    def test_the_same_in_another_writing_is_a_vote(self, session, wish, chika, now):
        again = make_wish(session, "  空飛ぶ\u3000税 ", sure=False, by=chika, at=now)
        assert again.id == wish.id
        assert seen(session, wish, now).towns == 2

    def test_another_person_of_the_town_changes_nothing(self, session, wish, now):
        make_wish(session, FLYING, sure=False, by=person(session, "akari", now), at=now)
        assert seen(session, wish, now).towns == 1

    def test_words_that_name_a_procedure_are_a_wish_for_it_whatever_it_is_called(self, session, eri, chika, now):
        first = make_wish(session, "転入届", sure=False, by=eri, at=now)
        assert first.procedure_key == "tennyu-todoke"
        called = session.get_one(Procedure, "tennyu-todoke").aliases
        assert called
        assert make_wish(session, called[0], sure=False, by=chika, at=now).id == first.id

    @pytest.mark.parametrize("login", ["haruko"])
    def test_only_staff_of_towns_that_take_part_act(self, session, wish, chika, now, login):
        from tests.web.stage import _end_participation

        _end_participation(session, now)
        gone = person(session, login, now)
        for deed in (
            lambda: make_wish(session, "別のもの", sure=False, by=gone, at=now),
            lambda: vote(session, wish.id, by=gone, at=now),
            lambda: undertake(session, wish.id, "", by=gone, at=now),
            lambda: put_away(session, wish.id, by=gone, at=now),
            lambda: vote(session, wish.id, by=ANYONE, at=now),
        ):
            with pytest.raises(NotAllowed):
                deed()
        assert seen(session, wish, now).towns == 1

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            ("", "2文字以上"),
            ("\u3000税 ", "2文字以上"),
            ("税" * 61, "60文字以内"),
            ("㍿" * 20, "60文字以内"),
            ("090-1234-5678 の件", "電話番号"),
            ("hana@example.jp", "メールアドレス"),
            ("山田太郎の件", "人の名前"),
        ],
    )
    def test_what_everybody_would_read_is_refused(self, session, eri, now, words, said):
        with pytest.raises(Invalid, match=said):
            make_wish(session, words, sure=False, by=eri, at=now)
        assert wishes(session, ANYONE, now) == []

    def test_a_name_that_is_none_may_stand_and_a_number_never(self):
        assert mistakes("山田太郎記念館", sure=True) == []
        assert mistakes("090-1234-5678", sure=True) != []

    def test_one_person_makes_so_many_on_a_day(self, session, eri, now):
        for number in range(MOST_WISHES):
            make_wish(session, f"手続き{number}", sure=False, by=eri, at=now)
        with pytest.raises(Conflict, match="続きは明日"):
            make_wish(session, "もう1つ", sure=False, by=eri, at=now)
        make_wish(session, "もう1つ", sure=False, by=eri, at=now + timedelta(days=1))

    def test_one_person_votes_so_often_on_a_day(self, session, wish, chika, now):
        for _ in range(MOST_VOTES):
            vote(session, wish.id, by=chika, at=now)
            take_back(session, wish.id, by=chika, at=now)
        with pytest.raises(Conflict, match="続きは明日"):
            vote(session, wish.id, by=chika, at=now)

    def test_what_nobody_wishes_for_any_more_is_not_listed(self, session, wish, eri, now):
        take_back(session, wish.id, by=person(session, "akari", now), at=now)
        assert wishes(session, ANYONE, now) == []
        make_wish(session, FLYING, sure=False, by=eri, at=now)
        assert [one.number for one in wishes(session, ANYONE, now)] == [wish.id]


class TestRemoving:
    """Abuse."""

    def test_the_askers_administrator_removes_with_a_reason(self, session, wish, eri, chika, now):
        daigo = person(session, "daigo", now)
        with pytest.raises(Invalid):
            remove(session, wish.id, " ", by=daigo, at=now)
        remove(session, wish.id, "人の名前だった", by=daigo, at=now)
        assert wishes(session, ANYONE, now) == []
        for deed in (vote, take_back, give_back, put_away):
            with pytest.raises(NotFound):
                deed(session, wish.id, by=chika, at=now)
        [told] = session.exec(select(Activity).where(Activity.kind == "wish.removed")).all()
        assert (told.municipality_code, told.object_name, told.detail) == (AOBA, FLYING, "人の名前だった")
        assert make_wish(session, FLYING, sure=False, by=chika, at=now).id != wish.id

    @pytest.mark.parametrize("login", ["eri", "akari", "bunta", "chika", "fumio"])
    def test_nobody_else_does(self, session, wish, now, login):
        with pytest.raises(NotAllowed):
            remove(session, wish.id, "いやだ", by=person(session, login, now), at=now)

    def test_an_operator_removes(self, session, wish, now):
        create_operator(session, "op-sato", "見本 さとう", at=now)
        operator = person(session, "op-sato", now)
        remove(session, wish.id, "ふさわしくない", by=operator, at=now)
        assert wishes(session, ANYONE, now) == []
        with pytest.raises(NotAllowed):
            make_wish(session, "運営の願い", sure=False, by=operator, at=now)


class TestWriting:
    """うちで書きます, and that it has come true."""

    def test_one_town_undertakes_until_it_gives_back(self, session, wish, chika, now):
        akari, fumio = person(session, "akari", now), person(session, "fumio", now)
        undertake(session, wish.id, "", by=chika, at=now)
        undertake(session, wish.id, "", by=fumio, at=now)
        assert seen(session, wish, now).writer_town == WAKAMATSU
        with pytest.raises(Conflict):
            undertake(session, wish.id, "", by=akari, at=now)
        give_back(session, wish.id, by=akari, at=now)
        assert seen(session, wish, now).writer_town == WAKAMATSU
        give_back(session, wish.id, by=fumio, at=now)
        undertake(session, wish.id, "", by=akari, at=now)
        assert seen(session, wish, now).writer_town == AOBA

    @pytest.mark.parametrize("login", ["eri", "daigo"])
    def test_readers_and_administrators_undertake_nothing(self, session, wish, now, login):
        with pytest.raises(NotAllowed):
            undertake(session, wish.id, "", by=person(session, login, now), at=now)

    @pytest.mark.parametrize(
        ("words", "title"),
        [(FLYING, "空飛ぶ 税の申告"), ("転入届", "引っ越してきた人の届出")],
        ids=["title", "procedure"],
    )
    def test_it_comes_true_when_the_town_publishes_it(self, session, eri, chika, now, words, title):
        wish = make_wish(session, words, sure=False, by=eri, at=now)
        a_publication(session, now, "aoba", title=title)
        undertake(session, wish.id, "", by=chika, at=now)
        assert seen(session, wish, now).came_true is None, "a manual of another town"
        later = now + timedelta(days=7)
        a_publication(session, later, "betsu", writers=OF_WAKAMATSU, title="ほかの仕事", procedure="inkan-toroku")
        assert seen(session, wish, later).came_true is None
        manual, _ = a_publication(session, later, "sora", writers=OF_WAKAMATSU, title=title)
        came = seen(session, wish, later).came_true
        assert (came.manual_id, came.town_code, came.slug, came.title) == (manual.id, WAKAMATSU, "sora", title)

    def test_the_writer_points_at_a_manual_of_another_name(self, session, wish, chika, now):
        a_publication(session, now, "betsu", writers=OF_WAKAMATSU, title="飛行物への課税")
        a_publication(session, now, "aoba", title="青葉市の別のもの")
        for slug in ("aoba", "nai"):
            with pytest.raises(Invalid):
                undertake(session, wish.id, slug, by=chika, at=now)
        undertake(session, wish.id, "betsu", by=chika, at=now)
        assert seen(session, wish, now).came_true.slug == "betsu"
        with pytest.raises(Conflict):
            vote(session, wish.id, by=chika, at=now)

    def test_only_who_may_read_it_is_told(self, session, wish, eri, chika, now):
        undertake(session, wish.id, "", by=chika, at=now)
        a_publication(session, now, "sora", Audience.MEMBERS, OF_WAKAMATSU, title=FLYING)
        assert seen(session, wish, now).came_true is None
        assert seen(session, wish, now, eri).came_true is not None

    def test_a_withdrawal_opens_it_again(self, session, wish, chika, now):
        undertake(session, wish.id, "", by=chika, at=now)
        manual, _ = a_publication(session, now, "sora", writers=OF_WAKAMATSU, title=FLYING)
        later = now + timedelta(days=1)
        withdraw(session, manual, by=person(session, "fumio", later), at=later, reason="誤り")
        assert seen(session, wish, later).came_true is None
        assert seen(session, wish, later).writer_town == WAKAMATSU


class TestNews:
    """On the desks of those who asked or voted."""

    @pytest.fixture
    def done(self, session, wish, chika, now):
        """When it has come true: a week later."""
        vote(session, wish.id, by=chika, at=now)
        undertake(session, wish.id, "", by=chika, at=now)
        later = now + timedelta(days=7)
        a_publication(session, later, "sora", writers=OF_WAKAMATSU, title=FLYING)
        return later

    def test_asker_and_voter_are_told_and_nobody_else(self, session, eri, chika, now, done):
        assert news(session, eri, now) == []
        told = {
            login: [one.came_true.slug for one in news(session, person(session, login, done), done)]
            for login in ("eri", "chika", "akari", "fumio", "daigo")
        }
        assert told == {"eri": ["sora"], "chika": ["sora"], "akari": [], "fumio": [], "daigo": []}
        assert news(session, ANYONE, done) == []

    def test_until_it_is_put_away(self, session, wish, eri, chika, done):
        put_away(session, wish.id, by=person(session, "akari", done), at=done)
        assert news(session, eri, done) != []
        put_away(session, wish.id, by=eri, at=done)
        assert news(session, eri, done) == []
        assert news(session, chika, done) != []

    def test_or_for_thirty_days(self, session, eri, done):
        assert news(session, eri, done + NEWS_LASTS - timedelta(seconds=1)) != []
        assert news(session, eri, done + NEWS_LASTS) == []
