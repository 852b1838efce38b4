from datetime import UTC, datetime
from operator import itemgetter

from django.conf import settings
from django.db import connections, models
from django.db.models import F, Q
from django.db.models.expressions import RawSQL
from django.utils import timezone

from .author import Author
from .constraints import NoOverlap
from .section import Section
from .tag import Tag

FOREVER = datetime(9999, 1, 1, tzinfo=UTC)  # the ``live_until`` of an edition that has no end


# The beginning of the month after ``months.first``, as the database compares it.
_NEXT_MONTH = {
    "sqlite": "datetime(months.first, 'start of month', '+1 month')",
    "postgresql": "(date_trunc('month', months.first AT TIME ZONE 'UTC') + interval '1 month')"
    " AT TIME ZONE 'UTC'",
}

# What no reader is shown, so that lists need not load it.
FOR_THE_DESK = (
    "number",
    "version",
    "published_by",
    "announced_at",
    "withdrawn_at",
    "withdrawn_by",
    "withdrawal_reason",
)


class EditionQuerySet(models.QuerySet):
    def live(self, *, at=None):
        """Editions a reader may see at ``at`` (aware, default now): one per article at most.

        This is the only spelling of the rule that decides what readers see.
        """
        at = at or timezone.now()
        return self.filter(live_from__lte=at, live_until__gt=at)

    def upcoming(self, *, at=None):
        """Editions that begin after ``at``; those called off before they began are left out."""
        return self.filter(live_from__gt=at or timezone.now(), live_until__gt=F("live_from"))

    def not_ended(self, *, at=None):
        """Editions that are live at ``at`` or begin after it."""
        return self.filter(Q(live_until__gt=at or timezone.now()), live_until__gt=F("live_from"))

    def once_live(self, *, at=None):
        """Editions a reader could see at ``at`` or at some moment before it."""
        return self.filter(live_from__lte=at or timezone.now(), live_until__gt=F("live_from"))

    def due(self, *, at=None):
        """Editions that have begun by themselves, and of which nobody has told yet."""
        return self.once_live(at=at).filter(announced_at=None)

    def in_section(self, section):
        return self.filter(section=section)

    def tagged(self, tag):
        return self.filter(tag_rows__tag=tag)._listed_by("tag_rows")

    def by(self, author):
        return self.filter(author_rows__author=author)._listed_by("author_rows")

    def in_series(self, series):
        return self.filter(series=series)

    def _listed_by(self, rows):
        """Date and article are taken from these rows, whose index is in the order of the list."""
        return self.alias(
            listed_at=F(f"{rows}__published_at"), listed_article=F(f"{rows}__article_id")
        )

    def _listing_columns(self):
        if "listed_at" in self.query.annotations:
            return "listed_at", "listed_article"
        return "published_at", "article_id"

    def newest_first(self):
        """By first publication; within one list the order that its index has."""
        date, article = self._listing_columns()
        return self.order_by(f"-{date}", f"-{article}")

    def older_than(self, published_at, article_id):
        """Those that ``newest_first`` puts after the story of this date and article."""
        date, article = self._listing_columns()
        return self.filter(  # the first condition says where in the index to begin
            Q(**{f"{date}__lte": published_at}),
            Q(**{f"{date}__lt": published_at}) | Q(**{f"{article}__lt": article_id}),
        )

    def for_listing(self):
        """With lead picture and ``byline`` (authors in order), without the body and the section.

        Two queries in all. What was not loaded, as what only the desk asks, raises rather than
        costs one more.
        """
        authors = Author.objects.order_by("edition_rows__position")
        byline = models.Prefetch("authors", authors, to_attr="byline")
        return (
            self.defer("body", *FOR_THE_DESK)
            .select_related("lead_image")
            .prefetch_related(byline)
            .fetch_mode(models.FETCH_RAISE)
        )

    def for_front(self):
        """As ``for_listing``, but without the byline: few of the stories there are signed."""
        shown = ("article", "path", "headline", "standfirst", "language", "section", "lead_image")
        shown += ("published_at", "live_from", "live_until")
        return self.only(*shown).select_related("lead_image").fetch_mode(models.FETCH_RAISE)

    def with_text(self):
        """Beside ``for_listing``: the body, and the tags as ``tag_list``. One query more."""
        tags = Tag.objects.order_by("edition_rows__position")
        tags = models.Prefetch("tags", tags, to_attr="tag_list")
        return self.defer(None).defer(*FOR_THE_DESK).prefetch_related(tags)

    def months(self):
        """Of each month (of UTC) that has one of these, ascending: when the first was published,
        and its ``live_until``, up to which the month has one.

        One query, which steps from month to month through the index: months are few, stories not.
        """
        connection = connections[self.db]
        column = self.model._meta.get_field("published_at").cached_col
        moments = self.order_by("published_at").values_list("published_at")
        # That the oldest is later than any moment leads SQLite to the index by date.
        oldest = moments.filter(published_at__gte=datetime(1, 1, 1, tzinfo=UTC))
        next_month = RawSQL(_NEXT_MONTH[connection.vendor], ())  # noqa: S611  (of this file)
        later = moments.filter(published_at__gte=next_month)
        until = self.filter(published_at=RawSQL("months.first", ())).values_list("live_until")
        (first, params), (step, more), (end, rest) = (
            found[:1].query.sql_with_params() for found in (oldest, later, until.order_by())
        )
        with connection.cursor() as cursor:
            cursor.execute(  # nothing in it is from outside: it is what Django made of querysets
                f"WITH RECURSIVE months(first) AS (SELECT * FROM ({first}) AS oldest "  # noqa: S608
                f"UNION ALL SELECT ({step}) FROM months WHERE first IS NOT NULL) "
                f"SELECT first, ({end}) FROM months WHERE first IS NOT NULL",
                params + more + rest,
            )
            found = cursor.fetchall()
        for convert in connection.ops.get_db_converters(column):
            found = [tuple(convert(moment, column, connection) for moment in row) for row in found]
        return found

    def first_in_each(self, stretches):
        """The ``live_until`` of the first of these published in each of ``stretches``, or None.

        ``stretches`` are pairs of moments, the second of which belongs to it no more. One query,
        which looks each of them up in the index by date.
        """
        stretches = list(stretches)
        if not stretches:
            return []
        connection = connections[self.db]
        adapted = connection.ops.adapt_datetimefield_value
        column = self.model._meta.get_field("live_until").cached_col
        inner = self.filter(
            published_at__gte=RawSQL("stretches.begins", ()),
            published_at__lt=RawSQL("stretches.ends", ()),
        )
        sql, params = (
            inner.order_by("published_at").values("live_until")[:1].query.sql_with_params()
        )
        moment = "%s::timestamptz" if connection.vendor == "postgresql" else "%s"
        rows = ", ".join([f"(%s, {moment}, {moment})"] * len(stretches))
        values = [
            value
            for place, (begins, ends) in enumerate(stretches)
            for value in (place, adapted(begins), adapted(ends))
        ]
        with connection.cursor() as cursor:
            cursor.execute(  # nothing in it is from outside
                f"WITH stretches(place, begins, ends) AS (VALUES {rows}) "  # noqa: S608
                f"SELECT place, ({sql}) FROM stretches",
                (*values, *params),
            )
            found = [until for _, until in sorted(cursor.fetchall(), key=itemgetter(0))]
        for convert in connection.ops.get_db_converters(column):
            found = [until and convert(until, column, connection) for until in found]
        return found

    def sections(self):
        """The sections these editions stand in."""
        return Section.objects.filter(pk__in=self.order_by().values("section"))


class Edition(models.Model):
    """What readers see of an article, from ``live_from`` until ``live_until``. Kept for ever.

    An edition whose ``live_until`` equals its ``live_from`` was called off before it began. Foreign
    keys that begin a longer index have none of their own, here and in its rows.
    """

    article = models.ForeignKey(
        "articles.Article", on_delete=models.PROTECT, related_name="editions", db_index=False
    )
    number = models.PositiveIntegerField()  # 1 for an article's first edition
    version = models.PositiveIntegerField()  # of the revision it was made from
    path = models.CharField(max_length=160)  # /2018/08/slug/, not escaped
    live_from = models.DateTimeField()
    live_until = models.DateTimeField(default=FOREVER)
    published_at = models.DateTimeField()  # of the article's first edition that was seen
    revised_at = models.DateTimeField(null=True)  # of the last change shown to readers as one

    headline = models.CharField(max_length=200)
    standfirst = models.CharField(max_length=400, blank=True)
    language = models.CharField(max_length=12)
    section = models.ForeignKey(
        "articles.Section", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    lead_image = models.ForeignKey(
        "articles.Image", null=True, on_delete=models.PROTECT, related_name="+"
    )
    body = models.TextField()  # sanitised; references by identity
    note = models.CharField(max_length=600, blank=True)
    series = models.ForeignKey(
        "articles.Series", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    part = models.PositiveSmallIntegerField(null=True)  # its place in the series
    original = (
        models.ForeignKey(  # what the story's translations, itself among them, have in common
            "articles.Article",
            null=True,
            on_delete=models.PROTECT,
            related_name="+",
            db_index=False,
        )
    )
    word_count = models.PositiveIntegerField()
    has_corrections = models.BooleanField(default=False)  # most have none, and need not ask
    # Readers saw the story otherwise before, without a break: its history has something to say.
    has_history = models.BooleanField(default=False, db_default=False)
    telling_tag = models.ForeignKey(  # of which more stories stand at its foot
        Tag, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    authors = models.ManyToManyField(Author, through="articles.EditionAuthor", related_name="+")
    tags = models.ManyToManyField(Tag, through="articles.EditionTag", related_name="+")

    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    announced_at = models.DateTimeField(null=True)  # when followers were told that it is live
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    withdrawal_reason = models.CharField(max_length=300, blank=True)

    objects = EditionQuerySet.as_manager()

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["article", "number"], name="edition_number_once"),
            models.CheckConstraint(
                condition=Q(live_until__gte=F("live_from")), name="edition_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(published_at__lte=F("live_from")), name="edition_follows_the_first"
            ),
            NoOverlap(
                group="article", start="live_from", end="live_until", name="edition_no_overlap"
            ),
        ]
        indexes = [
            models.Index(fields=["path", "live_from"], name="edition_by_path"),
            models.Index(fields=["article", "live_from", "live_until"], name="edition_by_article"),
            models.Index(fields=["published_at", "article"], name="edition_by_date"),
            models.Index(fields=["section", "published_at", "article"], name="edition_by_section"),
            models.Index(fields=["live_from", "section"], name="edition_by_start"),
            models.Index(  # most stories stand in no series and have no translation
                fields=["series", "published_at", "article"],
                condition=Q(series__isnull=False),
                name="edition_by_series",
            ),
            models.Index(
                fields=["original"], condition=Q(original__isnull=False), name="edition_by_original"
            ),
            models.Index(
                fields=["live_from"], condition=Q(announced_at=None), name="edition_unannounced"
            ),
        ]

    def __str__(self):
        return self.headline

    def get_absolute_url(self):
        return self.path

    def is_live(self, *, at=None):
        """What ``EditionQuerySet.live`` asks, of an edition already loaded."""
        at = at or timezone.now()
        return self.live_from <= at < self.live_until
