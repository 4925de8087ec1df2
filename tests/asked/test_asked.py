"""さがされた語: sums that know nobody, and say nothing of what only one or two people asked for."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from kb.asked import sums
from kb.asked.models import AskedWord
from kb.asked.queries import Sum, Told, all_since, others_since, words_since
from kb.asked.rules import LONGEST, OTHERS, READERS, looks_personal, normal
from kb.asked.sums import Times, Word, add_asked, fold_away
from kb.web import asked_counts
from kb.web.asked_counts import Answered, AskedCounts, place

TODAY = date(2026, 11, 22)
OLD = TODAY - sums.UNKNOWN_FOR - timedelta(days=1)


def counted(session, text, times, day=TODAY):
    add_asked(session, {Word(day, text): times})


class TestTexts:
    """Which texts are told apart."""

    def test_writings_of_one_text_are_one(self):
        assert normal(" ＬＧＷＡＮ\u3000 転入 ") == normal("lgwan 転入") == "lgwan 転入"

    def test_a_story_is_not_told_apart(self):
        assert normal("あ" * LONGEST) == "あ" * LONGEST
        assert normal("あ" * (LONGEST + 1)) == OTHERS

    @pytest.mark.parametrize(
        "text",
        [
            "090-1234-5678",
            "hana@example.jp",
            "宛名 12345678",
            "1980/04/01",
            "山田太郎",
            "山田 太郎 住民票",
            "佐藤花子さんの転入",
            "田中様",
        ],
    )
    def test_what_says_something_about_a_person_is_not(self, text):
        assert looks_personal(normal(text))

    @pytest.mark.parametrize(
        "text", ["転入", "空飛ぶ税", "宮崎 県税", "小林 町民税", "第22条", "令和8年度", "仕様", "戸籍謄本 様式"]
    )
    def test_work_and_places_are(self, text):
        assert not looks_personal(normal(text))


class TestSums:
    """What is kept and shown."""

    def test_a_row_has_no_place_for_a_reader(self):
        assert set(AskedWord.model_fields) == {"day", "text", "asked", "missed", "opened", "readers"}

    def test_what_comes_later_is_added(self, session):
        counted(session, "転入", Times(2, 1, 0, READERS))
        counted(session, "転入", Times(3, 0, 4, 1))
        counted(session, "転入", Times(5, 5, 0, 1), TODAY - timedelta(days=1))
        assert words_since(session, TODAY) == [Sum("転入", 5, 1, 4)]
        assert words_since(session, TODAY - timedelta(days=1)) == [Sum("転入", 10, 6, 4)]

    def test_a_text_of_too_few_readers_is_in_the_sum_alone(self, session):
        counted(session, "ひみつ", Times(9, 9, 0, READERS - 1))
        counted(session, "転入", Times(1, 0, 1, READERS))
        assert [one.text for told in Told for one in words_since(session, TODAY, told)] == ["転入"]
        assert others_since(session, TODAY) == Sum(OTHERS, 9, 9, 0)
        assert all_since(session, TODAY) == Sum(OTHERS, 10, 9, 1)

    def test_personal_texts_are_never_written_down(self, session):
        counted(session, "山田太郎", Times(3, 3, 0, READERS))
        assert [row.text for row in session.exec(select(AskedWord))] == [OTHERS]
        assert words_since(session, TODAY) == []
        assert others_since(session, TODAY).asked == 3

    def test_the_lists_say_what_they_are_called(self, session):
        counted(session, "見つかる", Times(5, 0, 2, READERS))
        counted(session, "見つからない", Times(4, 4, 0, READERS))
        counted(session, "開かれない", Times(3, 1, 0, READERS))
        texts = {told: [one.text for one in words_since(session, TODAY, told)] for told in Told}
        assert texts == {
            Told.ASKED: ["見つかる", "見つからない", "開かれない"],
            Told.MISSED: ["見つからない", "開かれない"],
            Told.ABANDONED: ["開かれない"],
        }

    def test_a_day_tells_only_so_many_texts_apart(self, session, monkeypatch):
        monkeypatch.setattr(sums, "MOST_A_DAY", 3)
        for number in range(5):
            counted(session, f"語{number}", Times(1, 1, 0, READERS))
        assert len(session.exec(select(AskedWord)).all()) <= 4
        assert all_since(session, TODAY).asked == 5

    def test_what_stays_unknown_is_folded_away_and_what_is_old_forgotten(self, session):
        counted(session, "ひみつ", Times(2, 1, 0, 1), OLD)
        counted(session, "転入", Times(2, 0, 0, 1), OLD)
        counted(session, "転入", Times(1, 0, 0, READERS))
        counted(session, "さっき", Times(1, 0, 0, 1))
        counted(session, "大昔", Times(7, 0, 0, READERS), TODAY - sums.KEPT_FOR - timedelta(days=1))
        for _ in range(2):
            fold_away(session, TODAY)
        rows = {(row.day, row.text): row.asked for row in session.exec(select(AskedWord))}
        assert rows == {(OLD, OTHERS): 2, (OLD, "転入"): 2, (TODAY, "転入"): 1, (TODAY, "さっき"): 1}


ASKING = st.lists(
    st.tuples(st.sampled_from(["転入", "ひみつ"]), st.sampled_from(["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"]))
)


def written(counts):
    """What a process would write now."""
    return {word.text: times for word, times in counts._counted.items()}


class TestCounting:
    """What one process counts in memory."""

    @given(ASKING, ASKING)
    def test_readers_are_never_more_than_there_were(
        self,
        first,
        second,
    ):
        """However two processes count, the greater number of the two is no more than the different addresses."""
        from tests.conftest import NOW

        processes = AskedCounts(), AskedCounts()
        for counts, asking in zip(processes, (first, second), strict=True):
            for text, address in asking:
                counts.asked(Answered(text, found=True), NOW, address)
        for text in ("転入", "ひみつ"):
            there = {address for asked, address in first + second if asked == text}
            told = max(written(counts).get(text, Times()).readers for counts in processes)
            assert told <= len(there)
            assert sum(written(counts).get(text, Times()).asked for counts in processes) == sum(
                asked == text for asked, _ in first + second
            )

    def test_who_signs_in_is_not_two(self, now):
        counts = AskedCounts()
        counts.asked(Answered("転入", found=True), now, "10.0.0.1")
        counts.asked(Answered("転入", found=True), now, "10.0.0.1", 7)
        assert written(counts)["転入"].readers == 1

    def test_readers_of_other_days_count_and_are_forgotten_after_a_month(self, now):
        counts = AskedCounts()
        for days, address in enumerate(("10.0.0.1", "10.0.0.2", "10.0.0.3")):
            counts.asked(Answered("転入", found=True), now + timedelta(days=days), address)
        assert max(times.readers for times in counts._counted.values()) == READERS
        counts.asked(Answered("転入", found=True), now + sums.UNKNOWN_FOR, "10.0.0.4")
        [(_, last)] = [item for item in counts._counted.items() if item[0].day == TODAY + sums.UNKNOWN_FOR]
        assert last.readers == 1

    def test_no_address_stays_in_memory(self, now):
        counts = AskedCounts()
        counts.asked(Answered("転入", found=True), now, "192.0.2.77", 4711)
        kept = repr((counts._readers, counts._counted))
        assert "192.0.2.77" not in kept
        assert "4711" not in kept

    def test_a_flood_leaves_room_and_takes_none(self, now, monkeypatch):
        monkeypatch.setattr(asked_counts, "MOST_A_MINUTE", 5)
        monkeypatch.setattr(asked_counts, "MOST_WAITING", 8)
        monkeypatch.setattr(asked_counts, "MOST_KNOWN", 10)
        counts = AskedCounts()
        for number in range(100):
            counts.asked(Answered(f"made up {number}", found=False), now, "10.0.0.1")
        counts.asked(Answered("転入", found=True), now + timedelta(minutes=1), "10.0.0.2")
        texts = written(counts)
        assert len(texts) == 7
        assert texts[OTHERS].asked == 95
        assert texts["転入"].asked == 1
        assert len(counts._readers) <= 10
        for number in range(100):
            counts.asked(Answered(f"another {number}", found=False), now + timedelta(minutes=number), "10.0.0.1")
        assert len(counts._counted) <= 9

    @pytest.mark.parametrize(
        "referrer",
        [
            "",
            "http://localhost/",
            "http://localhost/search",
            "http://localhost/search?town=999993",
            "http://localhost/elsewhere?q=転入",
            "http://[/search?q=転入",
            "http://localhost/search?" + "a=1&" * 200 + "q=転入",
        ],
    )
    def test_only_a_page_of_results_was_clicked(self, now, referrer):
        counts = AskedCounts()
        counts.opened_from(referrer, "/search", now)
        assert written(counts) == {}

    def test_a_click_counts_for_its_text_below_a_sub_path_too(self, now):
        counts = AskedCounts()
        counts.opened_from("https://intra.example/kb/search?q=%E8%BB%A2%E5%85%A5&page=2", "/kb/search", now)
        assert written(counts) == {"転入": Times(opened=1)}

    def test_one_household_is_one_address(self):
        assert place("2001:db8:1:2::1") == place("2001:db8:1:2:ffff::9") != place("2001:db8:1:3::1")
        assert place("10.0.0.1") != place("10.0.0.2")
        assert place("not an address") == "not an address"
