from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Subquery, Value, When
from django.utils import timezone
from taggit.managers import TaggableManager

from ..headlines import headline_key
from ..languages import validate_language
from .edition import Edition
from .series import MOST_PARTS
from .tag import TaggedArticle


class ArticleQuerySet(models.QuerySet):
    def with_state(self, *, at=None):
        """Each article with its ``state`` at ``at`` (aware, default now), read from its editions.

        Also ``live_version`` and ``live_path`` (of what readers see, or None) and ``live_next_at``
        (when the next edition begins, or None). No query of its own.
        """
        at = at or timezone.now()
        editions = Edition.objects.filter(article=OuterRef("pk"))
        live, seen = editions.live(at=at), editions.once_live(at=at)
        was_withdrawn_at = Subquery(seen.order_by("-live_from").values("withdrawn_at")[:1])
        return self.alias(was_withdrawn_at=was_withdrawn_at).annotate(
            live_version=Subquery(live.values("version")[:1]),
            live_path=Subquery(live.values("path")[:1]),
            live_next_at=Subquery(
                editions.upcoming(at=at).order_by("live_from").values("live_from")[:1]
            ),
            state=Case(
                When(live_version__lt=F("version"), then=Value(Article.State.CHANGED)),
                When(live_version__isnull=False, then=Value(Article.State.LIVE)),
                When(live_next_at__isnull=False, then=Value(Article.State.SCHEDULED)),
                When(was_withdrawn_at__isnull=False, then=Value(Article.State.WITHDRAWN)),
                When(Exists(seen), then=Value(Article.State.EXPIRED)),
                When(is_in_review=True, then=Value(Article.State.IN_REVIEW)),
                default=Value(Article.State.DRAFT),
                output_field=models.CharField(),
            ),
        )

    def headlined(self, headline):
        """Articles with this headline, whatever its quotes, dashes, spaces and capitals."""
        return self.filter(headline_key=headline_key(headline))

    def matching(self, text):
        """Articles whose headline contains ``text``, the newest first; for pickers."""
        return self.filter(headline_key__contains=headline_key(text)).order_by("-pk")


class Article(models.Model):
    """The working copy of a story. The desk edits it; no reader ever sees it."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        IN_REVIEW = "in_review", "In review"
        SCHEDULED = "scheduled", "Scheduled"
        LIVE = "live", "Live"
        CHANGED = "changed", "Live, with unpublished changes"
        WITHDRAWN = "withdrawn", "Withdrawn"
        EXPIRED = "expired", "Expired"

    headline = models.CharField(max_length=200)
    headline_key = models.CharField(max_length=200, editable=False, db_index=True)
    standfirst = models.CharField(
        max_length=400,
        blank=True,
        help_text="One or two sentences under the headline; also what search engines show.",
    )
    slug = models.CharField(
        max_length=130,
        blank=True,
        help_text="The last part of the address. Left empty, it is made from the headline. "
        "Changing it later is safe: the old address leads to the new one.",
    )
    language = models.CharField(
        max_length=12,
        default=settings.LANGUAGE_CODE,
        validators=[validate_language],
        help_text="Of this story: a code such as en, ur or ar. It decides fonts and direction.",
    )
    section = models.ForeignKey("articles.Section", on_delete=models.PROTECT, related_name="+")
    authors = models.ManyToManyField(
        "articles.Author", through="articles.Byline", related_name="+", blank=True
    )
    tags = TaggableManager(through=TaggedArticle, blank=True)
    lead_image = models.ForeignKey(
        "articles.Image", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    body = models.TextField(blank=True)
    note = models.CharField(
        "about this story",
        max_length=600,
        blank=True,
        help_text="Shown at the end: how it was reported, or what readers should know of those who "
        "wrote it.",
    )
    series = models.ForeignKey(
        "articles.Series", null=True, blank=True, on_delete=models.PROTECT, related_name="articles"
    )
    part = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_PARTS)],
        help_text="Its place in the series, 1 for the first. Left empty, it is the next one.",
    )
    translation_of = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="translations",
        help_text="The same story as it was written first. Readers of each are led to the others.",
    )
    is_in_review = models.BooleanField(
        "ready for review",
        default=False,
        help_text="Tells the editors that the story is written and waits for their eyes.",
    )
    version = models.PositiveIntegerField(default=0, editable=False)  # counts the saves
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["-updated_at"], name="article_by_updated")]
        constraints = [
            models.UniqueConstraint(fields=["series", "part"], name="series_has_part_once"),
        ]
        permissions = [("publish_article", "Can publish, correct and withdraw articles")]

    def __str__(self):
        return self.headline


class Byline(models.Model):
    """An author's place in the byline of a working copy."""

    article = models.ForeignKey(
        Article, on_delete=models.CASCADE, related_name="bylines", db_index=False
    )
    author = models.ForeignKey("articles.Author", on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["article", "author"], name="byline_names_author_once"),
        ]

    def __str__(self):
        return str(self.author)
