"""What a reader may be about to type: headlines, tags and authors that hold the words so far."""

from dataclasses import dataclass
from datetime import datetime

from articles.models import Author, Edition, SearchName, SearchWord, Tag

from .engine import engine
from .expression import AnyOf, Expression
from .finding import SPARE
from .indexing import place_of
from .liveness import live_among
from .names import facet_of
from .query import LONGEST, MOST_WORDS
from .words import FACET, IN_HEADLINE, words

MOST = 8
COMPLETED = 12  # words that the last one may become
SHORTEST = 2  # letters, before which nothing is suggested


@dataclass(frozen=True)
class Suggestion:
    kind: str  # story, tag or author
    text: str
    address: str


def suggest(text: str, *, at: datetime) -> list[Suggestion]:
    """At most MOST things live at ``at`` whose names or headlines go on from ``text``.

    Names come first. Five queries at most, and one for each name.
    """
    asked = words(text[:LONGEST])[:MOST_WORDS]
    if not asked or (len(asked[-1]) < SHORTEST and asked[-1].isascii()):
        return []
    names = [_suggestion(thing) for thing in _things(asked, at)]
    return [*names, *(_suggestion(edition) for edition in _editions(asked, at))][:MOST]


def _suggestion(thing):
    kind = "story" if isinstance(thing, Edition) else thing._meta.model_name
    return Suggestion(kind, str(thing), thing.get_absolute_url())


def _editions(asked, at):
    *whole, begun = asked
    rows = SearchWord.objects.filter(**engine().beginning(begun), stories__gt=0)
    stories = dict(rows.order_by("-stories").values_list("word", "stories")[:COMPLETED])
    completed = dict.fromkeys([begun, *stories])
    wanted = [AnyOf.words(IN_HEADLINE + word) for word in dict.fromkeys(whole)]
    wanted.append(AnyOf.words(*(IN_HEADLINE + word for word in completed)))
    matches = engine().newest(
        Expression(tuple(wanted)),
        most=4 * MOST,
        after=0,
        until=place_of(at) + SPARE,
        rarest=sum(stories.values()),
    )
    editions = Edition.objects.filter(pk__in=live_among(matches, at=at)).newest_first()
    return editions.only("headline", "path")[:MOST]


def _things(asked, at):
    """Tags and authors that live stories bear, three at most."""
    *whole, begun = asked
    facets = SearchName.objects.filter(**engine().beginning(begun)).values_list("facet", flat=True)
    for word in dict.fromkeys(whole):
        with_word = SearchName.objects.filter(word=word).values("facet")
        facets = facets.filter(facet__in=with_word)
    facets = set(facets[:100])
    used = dict(SearchWord.objects.filter(word__in=facets).values_list("word", "stories"))
    best = sorted(facets, key=lambda facet: (-used.get(facet, 0), facet))[:6]
    live = Edition.objects.live(at=at)
    found = []
    for model, borne in (Tag, live.tagged), (Author, live.by):
        ids = [int(f[2:]) for f in best if f[: len(FACET) + 1] == facet_of(model(pk=0))[:2]]
        found += (thing for thing in model.objects.filter(pk__in=ids) if borne(thing).exists())
    return found[:3]
