"""The stories that a query means: matched by the index, asked of ``live``, best first."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import batched

from articles.models import (
    Author,
    Edition,
    FormerFacet,
    SearchName,
    SearchWord,
    Section,
    Tag,
)
from articles.models.edition import FOR_THE_DESK
from articles.prepared import prepared

from .engine import engine
from .expression import AnyOf, Expression, Match, Phrase, Ranking
from .indexing import SLOTS, place_of
from .liveness import live_among
from .names import facet_of
from .query import Query, Term
from .spelling import candidates
from .words import FACET, IN_HEADLINE, facet

MOST = 200  # stories that a query leads to
PER_PAGE = 20
NAMES = 100  # that a word may stand for; words that more names have say little
ALL_NAMES = 2_000  # that are looked at for a question
SPARE = 4_096  # places by which a story may stand behind its second
HALF_AGE_DAYS = 90  # after which the date counts half


@dataclass(frozen=True)
class Filters:
    """Where to look. ``since`` and ``until`` are moments, the second not included."""

    section: Section | None = None
    tag: Tag | None = None
    author: Author | None = None
    language: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def __bool__(self):
        return any(vars(self).values())


@dataclass(frozen=True)
class Found:
    """``editions`` are of the page asked for, with body and ``byline``; ``count`` is of all that
    the query leads to, MOST at the most. ``terms`` are what was looked for in the end."""

    editions: list[Edition]
    count: int = 0
    has_more: bool = False  # than MOST
    terms: tuple[Term, ...] = ()
    corrected: tuple[tuple[Term, Term], ...] = ()  # as typed, as meant

    @property
    def pages(self) -> int:
        return -(-self.count // PER_PAGE)


def find(query: Query, filters: Filters, *, at: datetime, page: int = 1) -> Found:
    """What readers may see at ``at`` of what ``query`` means, the best first.

    Of all that matches, the newest one or two thousand (``RANKED``) are ranked: by where and how
    often the words stand, and by date. If nothing is found, each word that no live story has is
    taken for a typing error. Seven queries; nine and one for each word that is one; and five more
    for each that looked like one or like what was meant and was not.
    """
    terms, corrected, said = query.terms, (), _Vocabulary()
    editions = _best(terms, filters, at, said)
    if not editions and query.wanted:
        terms, editions = _best_meant(query, filters, at, said)
        pairs = zip(query.terms, terms, strict=True)
        corrected = tuple((typed, meant) for typed, meant in pairs if typed != meant)
    has_more, editions = len(editions) > MOST, editions[:MOST]
    shown = _loaded(editions[(page - 1) * PER_PAGE : page * PER_PAGE], at)
    return Found(shown, len(editions), has_more, terms, corrected)


def languages() -> list[str]:
    """The codes of the languages that stories are in, the most used first."""
    begin = facet("language", "")
    rows = SearchWord.objects.filter(**engine().beginning(begin), stories__gt=0)
    return [
        word.removeprefix(begin)
        for word in rows.order_by("-stories").values_list("word", flat=True)
    ]


class _Vocabulary:
    """What is known of words and names, asked once for each within one question."""

    def __init__(self):
        self._named, self._stories = {}, {}

    def named(self, phrases: Iterable[tuple[str, ...]]) -> dict[tuple[str, ...], list[str]]:
        """The facets of the tags and authors in whose names each of these stands."""
        if new := [phrase for phrase in phrases if phrase not in self._named]:
            self._named |= _named(new)
        return self._named

    def stories(self, wanted: Iterable[AnyOf]) -> dict[str, int]:
        """How many stories have each word of these, and ``FACET`` all together."""
        found = {w for each in wanted for phrase in each.phrases for w in phrase.words} | {FACET}
        if new := found - self._stories.keys():
            rows = SearchWord.objects.filter(word__in=new).values_list("word", "stories")
            self._stories |= dict.fromkeys(new, 0) | dict(rows)
        return self._stories


def _best(terms, filters, at, said):
    """The ids of live editions, the best first."""
    named = said.named([term.words for term in terms])
    wanted = [_any(term, named) for term in terms if not term.is_unwanted]
    among = _facets_of(filters)
    if not wanted and not among and not (filters.since or filters.until):
        return []
    expression = Expression(
        wanted=(*wanted, *among) or (AnyOf.words(*(facet("language", c) for c in languages())),),
        unwanted=tuple(_any(term, named) for term in terms if term.is_unwanted),
    )
    stories = said.stories(expression.wanted)
    rarest = min(_stories_with(each, stories) for each in expression.wanted)
    if not rarest:
        return []
    after = place_of(filters.since) - 1 if filters.since else 0
    until = place_of(at) + SPARE
    if filters.until:
        until = min(until, place_of(filters.until) - 1)
    matches = engine().newest(
        expression,
        most=engine().RANKED,
        after=after,
        until=until,
        rarest=rarest,
        ranking=_ranking(terms, wanted, stories),
    )
    return _live(sorted(matches, key=_score(at), reverse=True), at)


def _any(term, named):
    """The words themselves, or the tags and authors that are called so."""
    return AnyOf((Phrase(term.words), *(Phrase((facet,)) for facet in named[term.words])))


def _named(phrases: Sequence[tuple[str, ...]]) -> dict[tuple[str, ...], list[str]]:
    """The facets of the tags and authors in whose names each of these stands, NAMES at most.

    Two queries.
    """
    asked = {word for phrase in phrases for word in phrase}
    names = defaultdict(dict)
    rows = SearchName.objects.filter(word__in=asked).order_by("word", "facet", "position")
    for name, word, position in rows.values_list("facet", "word", "position")[:ALL_NAMES]:
        names[name][position] = word
    with_former = _with_former(names)
    found = {}
    for phrase in phrases:
        called = [name for name, held in names.items() if _has(held, phrase)][:NAMES]
        found[phrase] = [facet for name in called for facet in with_former[name]]
    return found


def _has(held, phrase):
    return any(all(held.get(p + n) == w for n, w in enumerate(phrase)) for p in held)


def _with_former(facets):
    """Each facet with what rows may still call it. One query, or none."""
    found = {facet: [facet] for facet in facets}
    if found:
        for row in FormerFacet.objects.filter(heir__in=found):
            found[row.heir].append(row.facet)
    return found


def _facets_of(filters):
    kinds = [facet_of(thing) for thing in (filters.tag, filters.author) if thing]
    found = [AnyOf.words(*names) for names in _with_former(kinds).values()]
    if filters.section:
        found.append(AnyOf.words(facet("section", filters.section.pk)))
    if filters.language:
        found.append(AnyOf.words(facet("language", filters.language)))
    return tuple(found)


def _stories_with(alternatives, stories):
    """At most so many stories have one of these."""
    return sum(
        min(stories.get(word, 0) for word in phrase.words) for phrase in alternatives.phrases
    )


def _ranking(terms, wanted, stories):
    if not wanted:
        return None
    common = max(stories.get(FACET, 0) / 5, 1_000)
    telling = tuple(each for each in wanted if _stories_with(each, stories) <= common)
    heads = [word for term in terms if not term.is_unwanted for word in term.words]
    return Ranking(
        telling=Expression(telling) if telling else None,
        headline=Expression(
            tuple(AnyOf.words(IN_HEADLINE + word) for word in dict.fromkeys(heads))
        ),
    )


def _score(at):
    now, a_day = place_of(at), SLOTS * 86_400

    def score(match: Match):
        days = max(0, now - match.place) / a_day
        return match.rank * (0.3 + 0.7 / (1 + days / HALF_AGE_DAYS)), match.place

    return score


def _live(matches, at):
    """Ids of the live editions among ``matches``, in their order, one more than MOST at most.

    One query, another if half of the best are not live any more, or not yet.
    """
    found = []
    for some in batched(matches, 2 * MOST):
        found += live_among(some, at=at)
        if len(found) > MOST:
            break
    return found[: MOST + 1]


def _loaded(ids, at):
    by_id = {edition.pk: edition for edition in _editions(at=at, ids=ids)}
    return [by_id[pk] for pk in ids if pk in by_id]


@prepared
def _editions(*, at, ids):
    editions = Edition.objects.live(at=at).for_listing().defer(None).defer(*FOR_THE_DESK)
    return editions.filter(pk__in=ids)


def _best_meant(query, filters, at, said):
    """The terms, each word of them that no live story has taken for a typing error, and the ids of
    what they lead to; as they were and nothing where that would be nothing.

    The likeliest word is tried before it is asked whether a live story has it: if all of them
    together lead to one, it has.
    """
    asked = {word: None for term in query.wanted for word in term.words}
    near = {word: candidates(word) for word in asked if not _is_known(word, at, said)}
    tried = {query.terms}
    for likeliest in (True, False):
        meant = {
            word: next((o for o in others if likeliest or _is_known(o, at, said)), word)
            for word, others in near.items()
        }
        terms = _meaning(query.terms, meant)
        if terms not in tried and (editions := _best(terms, filters, at, said)):
            return terms, editions
        tried.add(terms)
    return query.terms, []


def _meaning(terms, meant):
    return tuple(
        term
        if term.is_unwanted
        else term.meaning(tuple(meant.get(word, word) for word in term.words))
        for term in terms
    )


def _is_known(word, at, said):
    """Whether a story that is live has ``word``, or a tag or author of that name."""
    term = Term((word,), word)
    alternatives = _any(term, said.named([term.words]))
    rarest = _stories_with(alternatives, said.stories([alternatives]))
    if not rarest:
        return False
    until = place_of(at) + SPARE
    expression = Expression((alternatives,))
    return bool(
        _live(engine().newest(expression, most=50, after=0, until=until, rarest=rarest), at)
    )
