from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models


def original_path(image, filename):
    """Where an upload is kept: found by its content, so that the same picture is stored once."""
    suffix = filename.rpartition(".")[2].lower()
    return f"originals/{image.digest[:2]}/{image.digest}.{suffix}"


class Image(models.Model):
    """A picture, with all that must stand beside it."""

    file = models.ImageField(upload_to=original_path, max_length=200)
    digest = models.CharField(max_length=64, unique=True, editable=False)  # SHA-256 of the file
    # As shown, after the orientation that a camera wrote into the file; media.take_in knows it.
    width_px = models.PositiveIntegerField(editable=False, default=0)
    height_px = models.PositiveIntegerField(editable=False, default=0)
    frames = models.PositiveIntegerField(
        editable=False, default=1, db_default=1
    )  # more than one: it moves
    # What fills its place until it is there, as rrggbb; empty where it is transparent, or unknown.
    colour = models.CharField(max_length=6, editable=False, default="", db_default="", blank=True)
    alt = models.CharField(
        "alt text",
        max_length=300,
        blank=True,
        help_text="What the picture shows, for those who cannot see it. "
        "Empty if it only decorates.",
    )
    caption = models.CharField(max_length=500, blank=True)
    credit = models.CharField(max_length=200, blank=True, help_text="Who made it.")
    focal_x = models.FloatField(
        default=0.5,
        validators=[MinValueValidator(0), MaxValueValidator(1)],
        help_text="What a cut must keep, from the left edge (0) to the right (1).",
    )
    focal_y = models.FloatField(
        default=0.5,
        validators=[MinValueValidator(0), MaxValueValidator(1)],
        help_text="The same from the top (0) to the bottom (1).",
    )
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-added_at", "-pk"]

    def __str__(self):
        return self.caption or self.alt or self.file.name


class PictureUse(models.Model):
    """A picture that a story shows, at its head or in its text.

    Rows without an edition belong to the working copy and are written anew at each save; rows of
    an edition stand as long as it does.
    """

    image = models.ForeignKey(Image, on_delete=models.CASCADE, related_name="uses", db_index=False)
    article = models.ForeignKey(
        "articles.Article", on_delete=models.CASCADE, related_name="picture_uses", db_index=False
    )
    edition = models.ForeignKey(
        "articles.Edition", null=True, on_delete=models.CASCADE, related_name="picture_uses"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["article", "edition", "image"], name="picture_used_once"
            ),
        ]
        indexes = [models.Index(fields=["image", "edition"], name="picture_use_by_image")]

    def __str__(self):
        return f"{self.image_id} in {self.article_id}"
