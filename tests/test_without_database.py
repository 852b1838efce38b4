"""While the database is away: every page of before is there, and nothing is said that is not so."""

import pytest
from django.utils import timezone

from articles import publishing
from articles.models import Publication
from newsroom import serving

from .builders import make_live, make_page, make_series
from .reader import addresses
from .test_pictures import address, make_picture, share_address

pytestmark = pytest.mark.django_db


def test_without_a_database_every_page_of_before_is_there(reader, live, no_database):
    paths = addresses(live)
    for path in paths.values():
        reader.get(path)
    publishing.change(Publication(name="The Post"))
    reader.drain()

    no_database()

    for surface, path in paths.items():
        reply = reader.get(path)
        assert (reply.status, reply.label) == (200, "STALE"), surface


def test_without_a_database_every_published_address_is_there(reader, no_database):
    picture = make_picture()
    live = make_live(headline="A quay", lead_image=picture, series=make_series())
    publishing.correct(live, kind="correction", text="It was Tuesday.", at=timezone.now())
    make_page("About")
    names = list(serving.names_of_all())
    for name in names:
        assert reader.application.pages.refresh(name).startswith("200"), name
    files = [address(picture), share_address(live)]
    assert [reader.get(path).status for path in files] == [200, 200]
    publishing.change(Publication(name="The Post"))
    reader.drain()

    no_database()

    kinds = ("history/", "/archive/2", "/media/", "/series/", "/about/", "sitemap-2", "feed/json/")
    assert all(any(kind in name.path for name in names) for kind in kinds)
    assert {reader.get(name.path).label for name in names} == {"STALE"}
    assert {reader.get(name.path).status for name in names} == {200}
    assert [reader.get(path).status for path in files] == [200, 200]


@pytest.mark.parametrize("is_noticed", [True, False])
def test_without_a_database_search_says_that_it_is_not_there(reader, no_database, is_noticed):
    no_database(is_noticed)

    reply = reader.get("/search/", "q=bridge")

    assert (reply.status, reply["Retry-After"], reply["Cache-Control"]) == (503, "10", "no-store")
    assert b"Search is not there just now" in reply.body


def test_without_a_database_what_was_withdrawn_stays_withdrawn(reader, live, no_database):
    paths = addresses(live)
    for path in paths.values():
        reader.get(path)
    publishing.withdraw(live)
    reader.drain()

    no_database()

    for surface, path in paths.items():
        reply = reader.get(path)
        assert reply.status == 503, surface
        assert live.headline.encode() not in reply.body


@pytest.mark.parametrize(
    ("path", "is_noticed"),
    [
        ("/2026/11/unknown/", True),
        ("/2026/11/unknown/", False),
        ("/tag/unknown/", True),
        ("/tag/unknown/", False),
        ("/unknown/", True),  # unnoticed it is a 404, for no route asks the database
    ],
)
def test_without_a_database_unknown_addresses_say_when_to_come_back(
    reader, no_database, path, is_noticed
):
    no_database(is_noticed)

    reply = reader.get(path)

    assert (reply.status, reply["Retry-After"]) == (503, "10")
    assert b"<h1" in reply.body
    assert reply["Cache-Control"] == "no-store"
    assert "default-src 'self'" in reply["Content-Security-Policy"]
    assert (reply["X-Frame-Options"], reply["X-Content-Type-Options"]) == ("DENY", "nosniff")


def test_a_process_that_rendered_nothing_yet_knows_whose_site_it_is(
    reader, no_database, monkeypatch
):
    monkeypatch.setattr(Publication, "last_name", "")
    publishing.change(Publication(name="The Post"))
    reader.site.look()

    no_database()

    assert b"The Post</a>" in reader.get("/2026/11/unknown/").body


@pytest.mark.parametrize("is_noticed", [True, False])
def test_without_a_database_the_desk_says_what_became_of_the_text(reader, no_database, is_noticed):
    no_database(is_noticed)

    reply = reader.get("/admin/articles/article/add/", method="POST", cookie="sessionid=x" * 32)

    if is_noticed:
        assert reply.status == 503
        assert b"was not saved" in reply.body and b"Go back" in reply.body
    else:
        assert reply.status in (403, 503)


def test_without_a_database_static_files_and_pictures_are_served(reader, no_database):
    no_database()

    assert reader.get("/media/9/nothing.webp").status in (404, 503)
    assert reader.get("/healthz").status == 200


def test_what_the_database_breaks_is_answered_by_the_page_of_before(reader, live, no_database):
    reader.get("/")
    publishing.change(Publication(name="The Post"))
    reader.drain()

    no_database(is_noticed=False)

    assert (reader.get("/").status, reader.get("/").label) == (200, "STALE")
