"""``manage.py audit``: what Lighthouse says of the site that is served at SITE_URL."""

from contextlib import suppress
from urllib.error import URLError
from urllib.request import urlopen

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db.models import Count
from django.urls import NoReverseMatch, reverse

from articles.models import Edition, Tag
from newsroom.audit import Missing, audit


class Command(BaseCommand):
    help = (
        "Run Lighthouse, as a phone on a slow line, over the front page, the story that leads it, "
        "the most used tag and the search of a site that is being served (make run). It needs "
        "Node, lighthouse and Chromium and installs nothing."
    )

    def add_arguments(self, parser):
        parser.add_argument("paths", nargs="*", help="other pages, like /about/")

    def handle(self, *, paths, **options):
        try:
            urlopen(settings.SITE_URL, timeout=10).close()  # noqa: S310  our own address
        except URLError as error:
            raise CommandError(
                f"Nothing answers at {settings.SITE_URL} ({error.reason}). Serve the site first, "
                "with the same HOST, PORT and DATA_DIR: make run"
            )
        poor = 0
        try:
            for report in audit(settings.SITE_URL, paths or kinds_of_page()):
                poor += not report.is_good
                self.stdout.write("\n".join([str(report), *(f"      – {f}" for f in report.found)]))
                self.stdout.flush()
        except Missing as error:
            raise CommandError(error)
        if poor:
            raise CommandError(f"Of these, {poor} fall short.")


def kinds_of_page() -> list[str]:
    """The front page, a story with a picture, the most used tag and, where there is one, search."""
    live = Edition.objects.live()
    paths = ["/"]
    paths += (
        live.filter(lead_image__isnull=False)
        .order_by("-published_at")
        .values_list("path", flat=True)[:1]
    )
    tags = Tag.objects.filter(edition_rows__edition__in=live)
    paths += [
        tag.get_absolute_url() for tag in tags.annotate(n=Count("edition_rows")).order_by("-n")[:1]
    ]
    with suppress(NoReverseMatch):
        paths.append(reverse("articles:search"))  # answers are for no index, and lose a mark for it
    return paths
