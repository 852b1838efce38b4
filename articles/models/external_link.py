from django.db import models


class ExternalLink(models.Model):
    """An address outside the site that a story links to, and what it answered when it was asked."""

    LONGEST = 2000  # characters; longer addresses are not checked

    url = models.CharField(max_length=LONGEST, unique=True)  # ASCII, without a fragment
    host = models.CharField(max_length=255, db_index=True)
    status = models.PositiveSmallIntegerField(null=True)  # of HTTP; None if nothing was answered
    problem = models.CharField(max_length=200, blank=True)  # in words for the desk
    failures = models.PositiveSmallIntegerField(default=0)  # in a row
    failed_since = models.DateTimeField(null=True)  # the first of them
    broken_since = models.DateTimeField(null=True)  # once it failed often enough to be called so
    moved_to = models.CharField(max_length=LONGEST, blank=True)  # by permanent redirects
    is_reported = models.BooleanField(default=False)  # it is broken, or has moved
    checked_at = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)  # when a worker last took it up
    next_check_at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["id"], condition=models.Q(is_reported=True), name="external_link_reported"
            ),
            models.Index(
                fields=["claimed_at"],
                condition=models.Q(claimed_at__isnull=False),
                name="external_link_claimed",
            ),
        ]

    def __str__(self):
        return self.url


class ExternalReference(models.Model):
    """A live story links to this address."""

    article = models.ForeignKey(
        "articles.Article", on_delete=models.CASCADE, related_name="external", db_index=False
    )
    link = models.ForeignKey(ExternalLink, on_delete=models.CASCADE, related_name="references")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["article", "link"], name="external_reference_once"),
        ]

    def __str__(self):
        return f"{self.article} → {self.link}"
