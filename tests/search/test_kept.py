"""What is kept in memory stays within its budget; what is asked for stays longest."""

from kb.search.kept import Kept


def asked(kept: Kept[str, str], key: str) -> list[str]:
    """Ask for a key whose value is itself, four bytes large. Gives what had to be made."""
    made: list[str] = []

    def make() -> str:
        made.append(key)
        return key

    assert kept.get(key, make, lambda _: 4) == key
    return made


def test_a_value_is_made_once() -> None:
    kept: Kept[str, str] = Kept(budget=8)
    assert asked(kept, "a") == ["a"]
    assert asked(kept, "a") == []


def test_what_was_used_least_recently_is_forgotten_first() -> None:
    kept: Kept[str, str] = Kept(budget=8)
    for key in ("a", "b", "a", "c"):
        asked(kept, key)
    assert kept.size == 8
    assert (asked(kept, "a"), asked(kept, "c"), asked(kept, "b")) == ([], [], ["b"])


def test_what_is_larger_than_the_budget_is_made_each_time() -> None:
    kept: Kept[str, str] = Kept(budget=3)
    assert (asked(kept, "a"), asked(kept, "a"), kept.size) == (["a"], ["a"], 0)
