"""Searches that name a town, a work area or a procedure: what is searched instead of the name, and what the page offers.

A town that is written out in full narrows the search, when it has something for the rest of the query. A name that may be
another word (若松, わかまつまち) does so only when nothing is found otherwise. What was done is told, with a way out.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from flask import url_for

from kb.search.index import Hits
from kb.search.named import Named
from kb.search.query_text import clean
from kb.search.sheet import squeezed
from kb.web.asked import Asked
from kb.web.current import parts, words
from kb.web.result_order import query_of

Offer = tuple[str, str]
"""What a link says, and its address."""


@dataclass(frozen=True)
class ByName:
    """What was searched, what was found, and what is said about the names in the query."""

    wanted: Asked
    hits: Hits
    told: str
    offers: list[Offer]


def by_name(typed: Asked) -> ByName:
    """Search what an address asks for, with a town that it names taken as the town."""
    named = None if typed.exact else words().names_in_queries.towns.named(typed.text)
    if named is None:
        hits = _found(typed)
        return ByName(typed, hits, "", _others(typed, typed.text, hits))
    answer = _by_town(typed, named)
    return replace(answer, offers=[*answer.offers, *_others(answer.wanted, named.rest, answer.hits)])


def _by_town(typed: Asked, named: Named) -> ByName:
    of_town = replace(typed, text=named.rest, filters={**typed.filters, "town": named.codes})
    if (
        typed.filters.get("town", named.codes) != named.codes
    ):  # the conditions say another town: nothing is done unasked
        return ByName(typed, _found(typed), "", _only(of_town, named))
    if named.sure and _whole(narrowed := _found(of_town)):
        return _narrowed(typed, of_town, narrowed, named)
    as_typed = _found(typed)
    if _whole(as_typed):
        return ByName(typed, as_typed, "", _only(of_town, named) if _whole(_found(of_town)) else [])
    if not named.sure and _whole(narrowed := _found(of_town)):
        return _narrowed(typed, of_town, narrowed, named)
    return _elsewhere(typed, as_typed, of_town, named)


def _narrowed(typed: Asked, of_town: Asked, hits: Hits, named: Named) -> ByName:
    everywhere = replace(of_town, filters=_without_town(of_town))
    said = f"すべての団体の「{named.rest}」" if named.rest else "すべての団体の手順書"
    offers = [(said, everywhere.url())]
    literal = _quoted(typed.text, named)
    if literal:
        offers.append((f"{_listed(named.names)}という言葉のある手順書", replace(typed, text=literal).url()))
    told = f"{_called(named)}の手順書にしぼり込みました。"
    return ByName(of_town, hits, told, [*(_only(of_town, named) if _namesakes(named) else []), *offers])


def _elsewhere(typed: Asked, as_typed: Hits, of_town: Asked, named: Named) -> ByName:
    """The town has nothing: what others have for the rest."""
    elsewhere = replace(typed, text=named.rest, filters=_without_town(typed))
    if named.sure and named.rest and _whole(hits := _found(elsewhere)):
        told = f"{_called(named)}には「{named.rest}」の手順書がまだありません。すべての団体からさがしました。"
        return ByName(elsewhere, hits, told, [])
    if named.sure and (nearly := _found(of_town)).total:
        return _narrowed(typed, of_town, nearly, named)
    return ByName(typed, as_typed, "", [])


def _only(of_town: Asked, named: Named) -> list[Offer]:
    """Links that narrow to the town; to each one where several are called so."""
    if not _namesakes(named):
        return [(f"{_called(named)}の手順書だけにしぼる", of_town.url())]
    prefectures = words().names_in_queries.prefectures
    return [
        (
            f"「{words().towns[code]}({prefectures[code]})」の手順書だけにしぼる",
            replace(of_town, filters={**of_town.filters, "town": (code,)}).url(),
        )
        for code in named.codes
    ]


def _namesakes(named: Named) -> bool:
    return len(named.names) == 1 and len(named.codes) > 1


def _others(wanted: Asked, text: str, hits: Hits) -> list[Offer]:
    """Links for the work area and the procedure that a word of `text`, or all of it, names."""
    known = words().names_in_queries
    chunks = list(dict.fromkeys([text, *text.split()]))
    counts = dict(hits.facets.get("area", ()))
    offers: dict[str, str] = {}
    for chunk in chunks:
        code = known.areas.get(squeezed(clean(chunk)))
        if code and counts.get(code) and "area" not in wanted.filters:
            rest = " ".join(one for one in wanted.text.split() if one != chunk) or wanted.text
            narrowed = replace(wanted, text=rest, filters={**wanted.filters, "area": (code,)})
            offers[f"業務分類「{words().areas[code]}」だけにしぼる"] = narrowed.url()
        for one in known.procedures(chunk):
            offers[f"{one.name}の手順書を団体で比べる"] = url_for("procedures.show", key=one.key)
    return list(offers.items())


def _found(wanted: Asked) -> Hits:
    return parts().index.search(query_of(wanted), words().synonyms)


def _whole(hits: Hits) -> int:
    """How many have all that is asked."""
    return hits.total - hits.relaxed


def _without_town(asked: Asked) -> dict[str, tuple[str, ...]]:
    return {facet: values for facet, values in asked.filters.items() if facet != "town"}


def _quoted(text: str, named: Named) -> str:
    """The text with its names in quotes, which takes them to the letter; "" when they were typed in another width."""
    for name in named.names:
        if name not in text:
            return ""
        text = text.replace(name, f' "{name}" ')
    return " ".join(text.split())


def _called(named: Named) -> str:
    """The towns by their names, whatever was typed for them."""
    return _listed(dict.fromkeys(words().towns[code] for code in named.codes))


def _listed(names: Iterable[str]) -> str:
    return "".join(f"「{name}」" for name in names)
