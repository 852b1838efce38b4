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
