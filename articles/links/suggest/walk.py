"""Who could be meant: short walks along the index of tags, and what search finds alike."""

from collections import namedtuple
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

from django.db import connection
from django.db.models import Exists, F, Func, IntegerField, OuterRef, Q, Subquery

from articles.body import plain_text
from articles.models import Article, Edition, EditionTag, FormerTag, InterestingLink, Tag
from articles.prepared import prepared
from articles.search import similar
from articles.slugs import slug_for

MOST_TAGS = 12
PER_TAG = 300  # editions of each tag, the newest
ROWS = 600  # of all tags together: with more than two, each is walked less far
SHORTLIST = 50  # stories whose details are asked for
BY_AGE = 15  # of them, those that are the newest and not the most alike
MOST_ALIKE = 25  # more of them for their text
COUNTED = 5  # lines to a story, beyond which nobody counts
TEXT_LENGTH = 4000  # characters; what a story is about stands in its beginning
_ANY = -1  # stands for the tag in the SQL of one walk

Row = namedtuple(
    "Row", "article edition headline path language section published_at original lines_in"
)


@dataclass
class Walked:
    """What the walks met: no word on whether it is live."""

    tags_by_edition: dict[int, tuple[int, ...]] = field(default_factory=dict)
    articles: dict[int, int] = field(default_factory=dict)  # by edition
    days: dict[int, int] = field(default_factory=dict)  # of publication, by edition
    documents: dict[int, float] = field(default_factory=dict)  # stories of each tag


def tags_of(names: Iterable[str]) -> tuple[dict[int, str], int]:
    """The tags of these names by id, in their order, and how many stories there are.

    One query, and one more if a name is that of no tag, for it may have been merged. The highest
    id stands for the number of stories: counting them costs more than it tells.
    """
    names = list(dict.fromkeys(name for name in names if name.strip()))[:MOST_TAGS]
    slugs = {name: slug_for(name) for name in names}
    rows = _tags(names=names, slugs=list(slugs.values()))
    known = {slug: (pk, name) for pk, name, slug, _ in rows}
    known |= {name: (pk, name) for pk, name, _, _ in rows}
    unknown = [n for n, slug in slugs.items() if n not in known and slug not in known]
    for name, slug, pk, heir in _former(names=unknown, slugs=[slugs[n] for n in unknown]):
        known |= {name: (pk, heir), slug: (pk, heir)}
    found = (known.get(name) or known.get(slug) for name, slug in slugs.items())
    found = dict(filter(None, found))
    total = max((total for *_, total in rows if total), default=0)
    if found and not total:  # every tag was merged away
        total = max(Article.objects.order_by("-pk").values_list("pk", flat=True)[:1], default=0)
    return found, total


@prepared
def _tags(*, names, slugs):
    last = Article.objects.order_by("-pk").values("pk")[:1]
    tags = Tag.objects.filter(Q(name__in=names) | Q(slug__in=slugs)).order_by("pk")
    return tags.values_list("pk", "name", "slug", Subquery(last))


@prepared
def _former(*, names, slugs):
    former = FormerTag.objects.filter(Q(name__in=names) | Q(slug__in=slugs))
    return former.values_list("name", "slug", "tag_id", "tag__name")


def newest_tagged(tags: Collection[int], *, at: datetime) -> Walked:
    """The newest editions of each tag, and how many stories bear it. One query, on one index.

    Counting a tag's stories would cost as much as it has; so up to ``PER_TAG`` are counted on the
    way, and of more it is known how far back these reach and when the first was: a tag whose newest
    300 stories are of one year, and whose first is ten years old, has about 3,000.
    """
    walked = Walked()
    if not tags:
        return walked
    per_tag = min(PER_TAG, ROWS // len(tags))
    parts, params = [], []
    for newest in (True, False):
        sql, values = _walk(connection.vendor, per_tag if newest else 1, newest)
        for tag in tags:
            parts.append(f"SELECT * FROM ({sql}) AS part_{len(parts)}")  # noqa: S608  (Django's)
            params += [tag if value == _ANY else value for value in values]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), params)
        rows = cursor.fetchall()
    met, tags_by_edition = {tag: [] for tag in tags}, walked.tags_by_edition
    articles, days = walked.articles, walked.days
    first = {}
    for tag, article, edition, day, is_newest in rows:
        if not is_newest:
            first[tag] = day
            continue
        met[tag].append((article, day))
        articles[edition] = article
        days[edition] = day
        tags_by_edition[edition] = (*tags_by_edition.get(edition, ()), tag)
    for tag, found in met.items():
        stories = len({article for article, _ in found})
        if len(found) == per_tag:
            span = max(found[0][1] - found[-1][1], 1)
            stories *= max((found[0][1] - first[tag]) / span, 1)
        walked.documents[tag] = stories
    return walked


class _Day(Func):
    """The day of a moment since 1970, a whole number: to make a datetime of each costs more."""

    output_field = IntegerField()

    def as_sqlite(self, compiler, connection, **how):
        template = "CAST(julianday(%(expressions)s) - 2440587.5 AS INTEGER)"
        return self.as_sql(compiler, connection, template=template, **how)

    def as_postgresql(self, compiler, connection, **how):
        template = "CAST(FLOOR(EXTRACT(EPOCH FROM %(expressions)s) / 86400) AS INTEGER)"
        return self.as_sql(compiler, connection, template=template, **how)


class _One(Func):
    template = "%(value)s"
    arity = 0
    output_field = IntegerField()


@cache
def _walk(vendor, rows, newest):
    """SQL and values of one walk, through an index that has all of its columns."""
    order = "-" if newest else ""
    walk = EditionTag.objects.filter(tag=_ANY).order_by(
        f"{order}published_at", f"{order}article", f"{order}edition"
    )
    columns = "tag_id", "article_id", "edition_id", _Day(F("published_at"))
    return walk.values_list(*columns, _One(value=int(newest)))[:rows].query.sql_with_params()


def alike(story, *, at: datetime) -> Mapping[int, float]:
    """Article id → how alike its text is, from 0 to 1, as the search index has it."""
    text = plain_text(story.body)[:TEXT_LENGTH]
    text = "\n".join(filter(None, (story.headline, story.standfirst, text)))
    return similar(text, at=at) if text else {}


def shortlist(walked: Walked, weights: Mapping[int, float], alike: Mapping[int, float]) -> set[int]:
    """The ids of the articles that are worth a closer look."""
    days = walked.days
    by_weight = sorted(weights, key=lambda edition: (-weights[edition], -days[edition]))
    by_age = sorted(weights, key=lambda edition: -days[edition])
    found = {}
    for order, most in ((by_weight, SHORTLIST - BY_AGE), (by_age, SHORTLIST)):
        for edition in order:
            if len(found) >= most:
                break
            found[walked.articles[edition]] = None
    return {*found, *sorted(alike, key=lambda article: -alike[article])[:MOST_ALIKE]}


def details(articles: Collection[int], *, at: datetime) -> list[Row]:
    """What is live of these articles. One query."""
    rows = _details(at=at, articles=sorted(articles))
    return [Row(*row) for row in rows]


class _Few(Subquery):
    template = "(SELECT COUNT(*) FROM (%(subquery)s) few)"
    output_field = IntegerField()


@prepared
def _details(*, at, articles):
    lines = InterestingLink.objects.filter(target=OuterRef("article_id")).order_by()
    # Correlated: SQLite would first gather all that is live for ``edition__in``.
    seen = Edition.objects.live(at=at).filter(pk=OuterRef("edition_id"))
    lines = lines.filter(Exists(seen)).values("pk")[:COUNTED]
    return (
        Edition.objects.live(at=at)
        .filter(article__in=articles)
        .values_list(
            "article_id", "pk", "headline", "path", "language", "section_id", "published_at",
            "original_id", _Few(lines),
        )
    )  # fmt: skip
