from django.core.management.base import BaseCommand

from articles import demo
from articles.models import Article


class Command(BaseCommand):
    help = "Make a small demo newspaper; running it again adds what is missing."

    def add_arguments(self, parser):
        parser.add_argument(
            "--if-empty", action="store_true", help="do nothing when there are stories already"
        )

    def handle(self, *, if_empty, **options):
        if if_empty and not demo.is_wanted():
            self.stdout.write(f"The newsroom has {Article.objects.count()} stories already.")
            return
        total = 0
        for done, total, headline in demo.make():
            self.stderr.write(f"{done}/{total} {headline}")
        self.stdout.write(f"The demo newspaper is there, with {total} stories.")
