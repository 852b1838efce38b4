"""A data folder with so many invented stories under ``DATA_DIR/bench``, made once and kept.

``python -m newsroom.bench.archives N`` makes one, in a process whose DATA_DIR is that folder.
"""

import hashlib
import shutil
import sys
from io import StringIO
from pathlib import Path

from django.conf import settings

from .processes import environment, python, said_by

SEED = 1
# Pages name static files by their hashes, so these are collected; compressing them takes 10 s.
STATIC_STORAGE = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"


def made(size: int) -> Path:
    """The data folder with ``size`` stories and nothing else; minutes if it is not there yet.

    Raises DidNotStart if it cannot be made.
    """
    folder = folder_of(size)
    kind = folder / "kind"
    if folder.exists() and (not kind.exists() or kind.read_text() != _kind()):
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    kind.write_text(_kind())
    fill(folder, size)
    return folder


def fill(folder: Path, size: int, **settings: str) -> None:
    """Write what is missing of the archive, with these settings beside the folder."""
    said_by(
        python("-m", "newsroom.bench.archives", str(size)),
        env=environment(DATA_DIR=str(folder), **settings),
    )


def folder_of(size: int) -> Path:
    return settings.DATA_DIR / "bench" / str(size)


def _kind():
    """What an archive is made with: tables and inventions of another kind make another."""
    digest = hashlib.sha256()
    for folder in ("migrations", "importers/archive"):
        for path in sorted((settings.BASE_DIR / "articles" / folder).glob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()


def make(size):
    import django

    settings.STORAGES["staticfiles"] = {"BACKEND": STATIC_STORAGE}
    django.setup()
    from django.core.management import call_command

    from articles.models import Publication

    call_command("migrate", verbosity=0, interactive=False, skip_checks=True, stdout=StringIO())
    Publication.objects.get_or_create(pk=1)
    call_command("collectstatic", verbosity=0, interactive=False)
    call_command(
        "generate_archive", articles=size, seed=SEED, without_search=True, stdout=StringIO()
    )


if __name__ == "__main__":
    make(int(sys.argv[1]))
