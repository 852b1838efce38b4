"""Fixtures named by the state of a story, and builders for everything else."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import connection
from django.utils import timezone

from articles import publishing

from .builders import (
    change_article,
    make_article,
    make_author,
    make_live,
    make_section,
    make_series,
)
from .pages import at_once
from .places import place, prepared_place
from .reader import no_database, reader

__all__ = ["no_database", "place", "prepared_place", "reader"]  # fixtures

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")

collect_ignore = [] if connection.vendor == "postgresql" else ["test_postgresql.py"]


def pytest_collection_modifyitems(items):
    """Whatever needs the browser is marked so: its pages are the same on every database, and
    `.ci/run` asks for them once."""
    for item in items:
        if "chromium" in item.fixturenames:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(autouse=True)
def _plain_storage(settings, tmp_path, tmp_path_factory):
    """Uploads go to a folder of the test, static names need no manifest, passwords cost little."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # 0.6 s a user
    settings.PAGE_STORE_DIR = tmp_path / "pages"
    settings.STATIC_ROOT = tmp_path_factory.mktemp("static")
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, tmp_path_factory):
    """On SQLite the test database is a file, as it is in use. Of one in memory all threads of a
    live server share a connection, and two that ask the same at once get each other's rows."""
    if connection.vendor == "sqlite":
        path = tmp_path_factory.mktemp("database") / "newsroom.sqlite3"
        connection.settings_dict["TEST"]["NAME"] = str(path)


@pytest.fixture(scope="session")
def static_folder(django_db_setup):
    """What a live server needs before it starts: a folder for WhiteNoise, and the database."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@pytest.fixture(scope="session")
def live_server(static_folder, live_server):
    """pytest-django's, whichever test starts it."""
    return live_server


@pytest.fixture(scope="session")
def chromium():
    """One browser for all tests of a process."""
    sync_api = pytest.importorskip("playwright.sync_api")
    # Playwright's loop runs in this thread, where Django then refuses every query.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def editor(db):
    return get_user_model().objects.create_superuser("editor", password="correct horse")


@pytest.fixture
def desk(client, editor):
    """A browser of the editor, who may do everything."""
    client.force_login(editor)
    return client


@pytest.fixture
def as_user(client, django_user_model):
    """A browser of somebody who has these permissions of the desk, and no others."""

    def login(*permissions):
        user = django_user_model.objects.create_user("reporter", is_staff=True)
        ours = Permission.objects.filter(content_type__app_label="articles")
        user.user_permissions.set(ours.filter(codename__in=permissions))
        assert user.user_permissions.count() == len(permissions)
        client.force_login(user)
        return client

    return login


@pytest.fixture
def at_one_moment(transactional_db):
    """Does acts at one moment, by as many editors; returns what they returned."""

    def do(*acts):
        waiting = list(acts)

        def act():
            try:
                return waiting.pop()()
            finally:
                connection.close()

        return at_once(len(acts), act)

    return do


@pytest.fixture
def section(db):
    return make_section("World")


@pytest.fixture
def author(db):
    return make_author("Ada Quill")


@pytest.fixture
def draft(db):
    return make_article(headline="A ferry nobody has announced", series=make_series())


@pytest.fixture
def in_review(db):
    return make_article(
        headline="A harbour plan awaiting its editor", series=make_series(), is_in_review=True
    )


@pytest.fixture
def embargoed(db):
    article = make_article(headline="A verdict held back until morning", series=make_series())
    publishing.publish(article, at=timezone.now() + timedelta(hours=9))
    return article


@pytest.fixture
def live(db):
    article = make_article(headline="A bridge opened to the public", series=make_series())
    publishing.publish(article)
    return article


@pytest.fixture
def withdrawn(db):
    article = make_article(headline="A claim that did not hold", series=make_series())
    publishing.publish(article)
    publishing.withdraw(article, reason="The source took it back")
    return article


@pytest.fixture
def expired(db):
    article = make_article(headline="A market that was yesterday", series=make_series())
    now = timezone.now()
    publishing.publish(article, at=now - timedelta(days=2))
    edition = article.editions.get()
    edition.live_until = now - timedelta(days=1)
    edition.save()
    return article


@pytest.fixture
def changed(db):
    """Live, with unpublished changes."""
    article = make_live(headline="A bridge with two lanes", series=make_series())
    return change_article(article, headline="A bridge with two lanes and a secret")


@pytest.fixture
def superseded(db):
    """Live in a second edition."""
    article = make_live(headline="A bridge under its first name", series=make_series())
    change_article(article, headline="A bridge under its second name")
    publishing.publish(article)
    return article
