"""``manage.py pictures``: the renditions that pages ask for made, those of before removed."""

from django.core.management.base import BaseCommand

from articles import media, publishing
from articles.models import Image


class Command(BaseCommand):
    help = "Make the renditions of all pictures that are missing, and remove those of old settings."

    def handle(self, **options):
        pictures = Image.objects.order_by("pk")
        count, made, removed, failed = pictures.count(), 0, 0, 0
        for number, image in enumerate(pictures.iterator(chunk_size=500), start=1):
            try:
                if media.refresh(image):
                    publishing.change(image)
                made += len(media.make_renditions(image))
                removed += media.remove_old(image)
            except (FileNotFoundError, media.PictureRefused) as error:
                failed += 1
                self.stderr.write(f"{image} ({image.file.name}): {error}")
            if number % 20 == 0 or number == count:
                self.stdout.write(f"{number:,} of {count:,} pictures")
        self.stdout.write(f"{made:,} files made, {removed:,} removed, {failed:,} pictures failed")
