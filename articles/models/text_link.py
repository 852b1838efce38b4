from django.db import models


class TextLink(models.Model):
    """A link from within a text to another story of ours, once however often it stands there.

    As with Interesting lines, rows without an edition belong to the working copy and are written
    anew at each save; rows of an edition stand as long as it does.
    """

    source = models.ForeignKey(
        "articles.Article", on_delete=models.CASCADE, related_name="links_out", db_index=False
    )
    edition = models.ForeignKey(
        "articles.Edition", null=True, on_delete=models.CASCADE, related_name="text_links"
    )
    target = models.ForeignKey(
        "articles.Article", on_delete=models.CASCADE, related_name="links_in"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "edition", "target"], name="text_links_to_story_once"
            ),
        ]

    def __str__(self):
        return f"{self.source} → {self.target}"
