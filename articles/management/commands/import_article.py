import sys
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from articles import publishing
from articles.body import BodyRefused
from articles.importers import NotAnArticle, Outcome, keep, read_article
from articles.models import Author, Section


class Command(BaseCommand):
    help = "Import articles from plain-text files, or from all .txt files of a folder."

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="file or folder")
        parser.add_argument("--section", default="News", help="of new articles (default: News)")
        parser.add_argument("--tags", default="", help="of new articles, separated by commas")
        parser.add_argument("--author", help="of new articles; created if there is none")
        parser.add_argument("--publish", action="store_true", help="publish what is imported")
        parser.add_argument("--at", help="publish at this moment, such as 2018-08-12T10:00+05:00")
        parser.add_argument(
            "--overwrite",
            action="store_true",
            help="take a changed file's text although the article was edited at the desk",
        )

    def handle(self, *, files, section, tags, author, publish, at, overwrite, **options):
        options = {
            "section": _named(Section, section),
            "tags": tuple(tag.strip() for tag in tags.split(",") if tag.strip()),
            "author": _named(Author, author) if author else None,
            "publish": publish,
            "at": _moment(at, publish),
            "overwrite": overwrite,
        }
        files = list(self._files(files))
        counts, refused = dict.fromkeys(Outcome, 0), 0
        for number, file in enumerate(files, start=1):
            place = f"{number}/{len(files)} " if len(files) > 1 else ""
            try:
                outcome, article = keep(read_article(file), **options)
            except (NotAnArticle, BodyRefused, ValidationError, OSError, ValueError) as error:
                refused += 1
                self.stderr.write(f"{place}{file}: refused: {_reason(error)}")
                continue
            counts[outcome] += 1
            self.stdout.write(f"{place}{file}: {outcome.value}: {article.headline}")
        if len(files) != 1:
            parts = [f"{count} {outcome.name.lower()}" for outcome, count in counts.items()]
            self.stdout.write(f"{len(files)} files: {', '.join(parts)}, {refused} refused")
        if refused:
            sys.exit(1)

    def _files(self, paths):
        for path in paths:
            if path.is_dir():
                found = sorted(file for file in path.rglob("*.txt") if file.is_file())
                if not found:
                    self.stderr.write(f"{path}: no .txt files in this folder")
                yield from found
            else:
                yield path


def _named(model, name):
    """The section or author of this name; a new one if there is none."""
    found = model.objects.filter(name__iexact=name.strip()).first()
    return found or publishing.change(model(name=name.strip()))


def _moment(at, publish):
    if at is None:
        return None
    if not publish:
        raise CommandError("--at says when to publish, so it needs --publish.")
    try:
        moment = parse_datetime(at)
    except ValueError:
        moment = None
    if moment is None:
        raise CommandError(f"--at {at}: not a moment; write it like 2018-08-12T10:00+05:00.")
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


def _reason(error):
    if isinstance(error, ValidationError):
        return " ".join(error.messages)
    if isinstance(error, OSError):
        return error.strerror or str(error)
    return str(error)
