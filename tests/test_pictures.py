"""Which pictures readers may see, when; and what stands beside a story where it is shared."""

import json
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from importlib import import_module
from io import BytesIO
from pathlib import Path
from unittest import mock

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image as Pillow

from articles import media, publishing
from articles.media import drawing, lettering
from articles.media.specs import renditions
from articles.models import Article, Edition, Image, PictureUse, Publication, Spoil
from newsroom import serving
from newsroom.pagestore import Name

from .builders import (
    change_article,
    interesting,
    make_article,
    make_author,
    make_live,
    make_page,
    make_section,
    make_series,
)
from .keeping import spoiled_by
from .surfaces import address_of

ROOT = Path(__file__).parent.parent
HOUR = timedelta(hours=1)

pytestmark = pytest.mark.django_db


def make_picture(colour="navy", *, size=(900, 600)):
    out = BytesIO()
    Pillow.new("RGB", size, colour).save(out, "JPEG")
    return media.take_in(ContentFile(out.getvalue()), alt="A quay")


@pytest.fixture
def quay(db):
    return make_picture()


def address(image, spec="card", form="webp"):
    """Of its smallest rendition."""
    first = next(r for r in renditions(image, spec) if r.format == form)
    return f"/media/{image.pk}/{first.name}"


def status(client, path):
    answer = client.get(path)
    answer.getvalue()  # at the end of which the file is closed
    return answer.status_code


def showing(image, place):
    """What a story says that shows ``image`` there."""
    if place == "head":
        return {"lead_image": image}
    return {"body": f'<p>One.</p><figure data-image="{image.pk}"></figure><p>Two.</p>'}


def draft(shown):
    make_article(**shown)


def embargoed(shown):
    publishing.publish(make_article(**shown), at=timezone.now() + HOUR)


def live(shown):
    make_live(**shown)


def withdrawn(shown):
    publishing.withdraw(make_live(**shown))


def expired(shown):
    now = timezone.now()
    publishing.publish(make_article(**shown), at=now - 2 * HOUR)
    Edition.objects.update(live_until=now - HOUR)


def dropped(shown):
    """Readers see an edition without it; they saw it in the one before."""
    article = make_live(**shown)
    publishing.publish(change_article(article, lead_image=None, body="<p>Other words.</p>"))


def added(shown):
    """Readers see an edition without it; the working copy has it."""
    change_article(make_live(), **shown)


# What readers may see


@pytest.mark.parametrize("place", ["head", "text"])
@pytest.mark.parametrize(
    ("state", "is_shown"),
    [
        (draft, False),
        (embargoed, False),
        (live, True),
        (withdrawn, False),
        (expired, False),
        (dropped, False),
        (added, False),
    ],
)
def test_a_picture_is_shown_while_a_story_that_shows_it_is_live(
    client, quay, state, is_shown, place
):
    state(showing(quay, place))

    answer = client.get(address(quay))
    answer.getvalue()

    assert answer.status_code == (200 if is_shown else 404)
    assert ("max-age=86400" if is_shown else "no-store") in answer["Cache-Control"]


def test_a_picture_that_nothing_shows_is_not_found(client, quay):
    assert status(client, address(quay)) == 404


def test_a_picture_of_two_stories_stays_when_one_of_them_goes(client, quay):
    make_live(headline="The other", lead_image=quay)
    publishing.withdraw(make_live(**showing(quay, "text")))

    assert status(client, address(quay)) == 200


def test_portraits_the_logo_and_pictures_of_pages_are_shown(client, db):
    portrait, logo, about = (make_picture(colour) for colour in ("red", "green", "blue"))
    ada = make_author()
    ada.portrait = portrait
    publishing.change(ada)
    publication = Publication(logo=logo)
    publishing.change(publication)
    page = make_page(body=f'<p>Us.</p><figure data-image="{about.pk}"></figure>')

    assert [status(client, address(image)) for image in (portrait, logo, about)] == [200] * 3

    ada.portrait = publication.logo = None
    publishing.change(ada)
    publishing.change(publication)
    page.is_live = False
    publishing.change_page(page, base_version=page.version)
    assert [status(client, address(image)) for image in (portrait, logo, about)] == [404] * 3


def restored(shown):
    article = make_live(**shown)
    publishing.publish(change_article(article, lead_image=None, body="<p>Other words.</p>"))
    article = Article.objects.get(pk=article.pk)
    first = article.revisions.get(version=1)
    publishing.publish(publishing.restore(article, revision=first, base_version=article.version))


def translated(shown):
    make_live(headline="دریا", language="ur", translation_of=make_live(headline="River"), **shown)


def in_a_series(shown):
    make_live(headline="Part", series=make_series(), part=2, **shown)


def corrected(shown):
    article = change_article(make_live(**shown), headline="The council met twice")
    publishing.correct(article, kind="correction", text="Twice.", with_changes=True)


def led_on(shown):
    """A quiet edition, which another story's lines brought about."""
    tides, ports = make_live(headline="Tides"), make_live(headline="Ports")
    line = {"body": interesting(tides) + shown.get("body", "<p>One.</p>")}
    make_live(headline="It leads on", **shown | line)
    publishing.move_lines(tides, to=ports)


def back_after_withdrawal(shown):
    article = make_live(**shown)
    publishing.withdraw(article)
    publishing.publish(Article.objects.get(pk=article.pk))


@pytest.mark.parametrize("place", ["head", "text"])
@pytest.mark.parametrize(
    "way", [restored, translated, in_a_series, corrected, led_on, back_after_withdrawal]
)
def test_whichever_way_a_story_comes_to_readers_its_picture_comes_too(client, quay, way, place):
    way(showing(quay, place))

    assert Edition.objects.live().filter(picture_uses__image=quay).exists()
    assert status(client, address(quay)) == 200


def test_pictures_of_galleries_are_shown(client, quay):
    pier = make_picture("teal")
    figures = "".join(f'<figure data-image="{image.pk}"></figure>' for image in (quay, pier))
    make_live(body=f'<p>One.</p><section data-gallery="Quays">{figures}</section><p>Two.</p>')

    assert [status(client, address(image)) for image in (quay, pier)] == [200, 200]


def test_pictures_of_standing_pages_are_kept_warm_as_those_of_stories_are(client, quay):
    make_page(body=f'<p>Us.</p><figure data-image="{quay.pk}"></figure>')

    assert Name(f"/media/{quay.pk}/") in set(serving.names_of_all())


class Clock:
    """Everybody's: the newsroom's, and that of the page store."""

    def __init__(self, moment):
        self.moment = moment

    def time(self):
        return self.moment.timestamp()


@pytest.fixture
def clock():
    clock = Clock(datetime(2026, 11, 25, 12, tzinfo=UTC))
    with mock.patch("django.utils.timezone.now", lambda: clock.moment):
        for module in ("articles.public.page", "articles.public.pictures"):
            assert import_module(module).timezone.now is timezone.now
        with mock.patch("time.time", clock.time):
            yield clock


def test_a_picture_begins_and_ends_with_its_story_to_the_microsecond(reader, clock, quay):
    article = make_article(lead_image=quay)
    begins, ends = clock.moment + HOUR, clock.moment + 2 * HOUR
    publishing.publish(article, at=begins, until=ends)
    reader.drain()
    instant, seen = timedelta(microseconds=1), []

    for moment in (clock.moment, begins - instant, begins, ends - instant, ends, ends + HOUR):
        clock.moment = moment
        seen.append(reader.get(address(quay)).status)

    assert seen == [404, 404, 200, 200, 404, 404]


def test_nobody_may_keep_a_picture_longer_than_its_story(reader, clock, quay):
    publishing.publish(make_article(lead_image=quay), until=clock.moment + timedelta(minutes=5))
    reader.drain()

    assert reader.get(address(quay))["Cache-Control"] == "public, max-age=300"


def test_a_withdrawn_picture_is_gone_at_once_and_stays_gone_without_a_database(
    reader,
    no_database,
    quay,
):
    pier = make_picture("maroon")
    article = make_live(lead_image=quay)
    make_live(headline="Another", lead_image=pier)
    reader.drain()
    assert [reader.get(address(image)).status for image in (quay, pier)] == [200, 200]

    publishing.withdraw(article)
    reader.drain()
    after = [reader.get(address(image)).status for image in (quay, pier)]
    no_database()

    assert after == [404, 200]
    assert [reader.get(address(image)).status for image in (quay, pier)] == [503, 200]
    assert reader.get(address(pier, "lead", "avif")).status == 200  # and is made, if need be


def test_a_picture_that_was_shown_costs_no_query_and_django_no_database(
    reader,
    quay,
    django_assert_num_queries,
):
    make_live(lead_image=quay)
    reader.drain()
    reader.get(address(quay))

    with django_assert_num_queries(0):
        for form in ("avif", "webp", "jpg"):
            assert reader.get(address(quay, "lead", form)).status == 200


def test_a_picture_costs_two_queries_where_no_page_store_is(
    client, quay, django_assert_num_queries
):
    make_live(lead_image=quay)
    status(client, address(quay))

    with django_assert_num_queries(2):
        status(client, address(quay))


def test_a_cdn_is_told_when_a_picture_goes(client, quay):
    article = make_live(lead_image=quay)
    answer = client.get(address(quay))
    answer.getvalue()
    before = Spoil.objects.last().pk

    publishing.withdraw(article)

    keys = set(answer["Surrogate-Key"].split())
    assert keys & set(Spoil.objects.filter(pk__gt=before).values_list("key", flat=True))
    assert answer["CDN-Cache-Control"] == "max-age=604800"


def test_a_browser_that_has_a_picture_is_told_so(client, quay):
    make_live(lead_image=quay)
    answer = client.get(address(quay))
    answer.getvalue()

    again = client.get(address(quay), headers={"If-None-Match": answer["ETag"]})

    assert again.status_code == 304
    assert client.get(f"/media/{quay.pk}/", headers={"If-None-Match": "*"}).status_code == 304
    assert status(client, address(quay).replace("card-320", "card-321")) == 404


@pytest.mark.parametrize(
    "path",
    [
        "/media/{pk}/card-321-{cut}.webp",
        "/media/{pk}/card-320-{cut}.gif",
        "/media/{pk}/card-320-{cut}.webp/",
        "/media/{pk}/../{pk}/card-320-{cut}.webp",
        "/media/0{pk}/card-320-{cut}.webp",
        "/media/9{pk}/card-320-{cut}.webp",
        "/media/99999999999999999999/card-320-{cut}.webp",
        "/media/999999999999999999/",
        "/media/{file}",
        "/media/{pk}/{file}",
        "/media/",
    ],
)
def test_there_is_no_other_address_of_a_picture(client, quay, path):
    make_live(lead_image=quay)
    cut = re.search("-([0-9a-f]{8})", address(quay))[1]
    path = path.format(pk=quay.pk, cut=cut, file=quay.file.name)

    assert status(client, address(quay)) == 200
    assert status(client, path) == 404


@pytest.mark.parametrize(
    ("is_staff", "permission", "expected"),
    [
        (True, "view_image", 200),
        (True, "change_image", 200),
        (True, "view_article", 404),
        (False, "view_image", 404),
    ],
)
def test_those_at_the_desk_who_may_see_pictures_see_all_of_them(
    client, quay, is_staff, permission, expected
):
    make_article(lead_image=quay)
    user = get_user_model().objects.create_user("mina", is_staff=is_staff)
    user.user_permissions.add(Permission.objects.get(codename=permission))
    client.force_login(user)

    answer = client.get(address(quay))
    answer.getvalue()

    assert answer.status_code == expected
    assert "no-store" in answer["Cache-Control"]


def test_what_the_desk_sees_before_publication_no_reader_gets(reader, quay, client):
    make_article(lead_image=quay)
    user = get_user_model().objects.create_superuser("editor")
    client.force_login(user)
    cookie = f"sessionid={client.cookies['sessionid'].value}"

    seen = [reader.get(address(quay), cookie=c).status for c in ("", cookie, "", "sessionid=x")]

    assert seen == [404, 200, 404, 404]
    assert reader.store.names() == []


def test_every_picture_on_a_page_and_in_a_feed_is_there(client, quay):
    pier = make_picture("teal", size=(1000, 700))
    article = make_live(lead_image=quay, **showing(pier, "text"))
    ada = make_author()
    ada.portrait = quay
    publishing.change(ada)
    asked = set()

    for path in ("/", address_of(article), "/author/ada-quill/", "/feed/", "/section/world/"):
        asked |= set(re.findall(r"/media/[0-9]+/[^\s\"&]+", client.get(path).text))

    assert {re.search(r"/([a-z]+)-", path)[1] for path in asked} == {
        "card",
        "lead",
        "body",
        "portrait",
    }
    assert [path for path in asked if status(client, path) != 200] == []


def test_the_first_picture_of_a_page_comes_at_once_and_all_others_later(client, quay):
    pier = make_picture("teal")
    worded = make_live(headline="Words", **showing(pier, "text"))
    make_live(headline="With", lead_image=quay, **showing(pier, "text"))
    make_live(headline="None")
    paths = ["/", "/section/world/", "/tag/floods/", "/author/ada-quill/", address_of(worded)]

    for path in paths:
        first, *others = re.findall("<img [^>]*>", client.get(path).text)
        assert 'fetchpriority="high"' in first and "loading" not in first, path
        assert all('loading="lazy"' in other and "priority" not in other for other in others), path


def test_a_front_page_with_pictures_in_its_sections_alone_shows_the_first_at_once(client, quay):
    now = timezone.now()
    for n in range(20):
        make_live(headline=f"Words {n}", at=now - timedelta(minutes=n))
    for n, name in enumerate(("World", "Sport")):
        made = {"section": make_section(name), "lead_image": quay}
        make_live(headline=f"Older {n}", at=now - timedelta(days=1 + n), **made)

    first, second = re.findall("<img [^>]*>", client.get("/").text)

    assert 'fetchpriority="high"' in first and "loading" not in first
    assert 'loading="lazy"' in second and "priority" not in second


def test_what_stories_showed_before_this_version_is_written_down(quay):
    pier = make_picture("teal")
    article = make_live(lead_image=quay, **showing(pier, "text"))
    publishing.publish(change_article(article, lead_image=None))
    rows = set(PictureUse.objects.values_list("article", "edition", "image"))
    PictureUse.objects.all().delete()

    migration = import_module("articles.migrations.0003_pictures")
    migration.write_down_what_stories_show(apps, None)

    assert len(rows) == 4
    assert set(PictureUse.objects.values_list("article", "edition", "image")) == rows


# What a change spoils


def test_a_cut_spoils_what_shows_the_picture_and_nothing_else(quay):
    make_live(lead_image=quay)
    quay.focal_x = 0.1

    assert spoiled_by(lambda: publishing.change(quay)) == {f"image-{quay.pk}"}


def test_an_edition_that_keeps_its_picture_leaves_it_as_it_was(quay):
    article = make_live(lead_image=quay)
    keys = spoiled_by(
        lambda: publishing.publish(change_article(article, headline="A better headline"))
    )

    assert f"article-{article.pk}" in keys
    assert not {key for key in keys if key.startswith("image-")}


@pytest.mark.parametrize("place", ["head", "text"])
def test_publishing_and_withdrawing_spoil_what_is_said_of_the_picture(quay, place):
    article = make_article(**showing(quay, place))
    key = f"image-{quay.pk}-list"

    assert key in spoiled_by(lambda: publishing.publish(article))
    assert key in spoiled_by(lambda: publishing.withdraw(article))
    assert Spoil.objects.filter(key=key).last().is_final


def test_a_picture_that_is_taken_down_from_elsewhere_is_spoiled_too(quay):
    keys = {f"image-{quay.pk}-list"}
    ada, text = make_author(), f'<p>Us.</p><figure data-image="{quay.pk}"></figure>'
    publication, page = Publication(), make_page(body="<p>Us.</p>")

    def change(thing, column, value):
        setattr(thing, column, value)
        return spoiled_by(lambda: publishing.change(thing))

    def rewrite(**columns):
        vars(page).update(columns)
        return spoiled_by(lambda: publishing.change_page(page, base_version=page.version))

    assert keys < change(ada, "portrait", quay)
    assert not keys & change(ada, "role", "Editor")
    assert keys < change(ada, "portrait", None)
    assert keys < change(publication, "logo", quay)
    assert keys < change(publication, "logo", None)
    assert keys < rewrite(body=text)
    assert not keys & rewrite(title="About us")
    assert keys < rewrite(is_live=False)
    assert not keys & rewrite(body="<p>Nothing.</p>")
    rewrite(body=text, is_live=True)
    assert keys < spoiled_by(lambda: publishing.remove_page(page))


# At the desk


def test_another_file_takes_the_place_of_a_picture_in_every_story(client, editor, quay):
    client.force_login(editor)
    make_live(lead_image=quay)
    before, old_file = address(quay), quay.file.name
    out = BytesIO()
    Pillow.new("RGB", (1000, 700), "orange").save(out, "PNG")
    new = ContentFile(out.getvalue(), name="new.png")
    form = {"upload": new, "alt": "An orange quay", "focal_x": 0.5, "focal_y": 0.5}

    keys = spoiled_by(
        lambda: client.post(reverse("admin:articles_image_change", args=[quay.pk]), form)
    )

    quay.refresh_from_db()
    assert keys == {f"image-{quay.pk}"}
    assert (quay.width_px, quay.alt, quay.colour) == (1000, "An orange quay", "ffa500")
    assert quay.file.name != old_file
    client.logout()
    assert status(client, before) == 404
    assert status(client, address(quay)) == 200


def test_the_desk_says_why_a_file_cannot_take_the_place_of_another(client, editor, quay):
    client.force_login(editor)
    other = make_picture("teal")
    with other.file.open() as file:
        form = {"upload": file, "focal_x": 0.5, "focal_y": 0.5}
        answer = client.post(reverse("admin:articles_image_change", args=[quay.pk]), form)

    assert "is here already" in answer.text
    assert Image.objects.get(pk=quay.pk).digest == quay.digest


def test_the_desk_says_what_shows_a_picture_and_keeps_it_while_readers_see_it(client, editor, quay):
    client.force_login(editor)
    make_live(headline="Harbours", **showing(quay, "text"))
    make_article(headline="A draft of it", lead_image=quay)
    page = reverse("admin:articles_image_change", args=[quay.pk])

    text = client.get(page).text
    unused = client.get(reverse("admin:articles_image_change", args=[make_picture("teal").pk])).text

    assert "Harbours</a> (Live)" in text and "A draft of it</a> (Draft)" in text
    assert "Nothing yet" in unused
    answer = client.post(reverse("admin:articles_image_delete", args=[quay.pk]), follow=True)
    assert "cannot be deleted" in answer.text
    assert Image.objects.filter(pk=quay.pk).exists()


# Animations


def animation(frames=6, size=(600, 400), kind="GIF", **options):
    drawn = [Pillow.new("RGB", size, (40 * n % 256, 0, 0)) for n in range(frames)]
    out = BytesIO()
    options = {"duration": 120, "loop": 0} | options
    drawn[0].save(out, kind, save_all=True, append_images=drawn[1:], **options)
    return ContentFile(out.getvalue())


def opened(image, spec, form):
    last = [r for r in renditions(image, spec) if r.format == form][-1]
    with media.open_rendition(image, last.name) as file:
        return Pillow.open(BytesIO(file.read()))


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_an_animation_moves_in_a_story_and_stands_still_on_a_card(db, kind):
    image = media.take_in(animation(kind=kind))

    shown = media.shown(image, "body")
    moving, still = opened(image, "body", "webp"), opened(image, "card", "webp")

    assert (image.frames, moving.n_frames, getattr(still, "n_frames", 1)) == (6, 6, 1)
    assert moving.size == (480, 320)
    moving.load()
    assert (moving.info["duration"], moving.info["loop"]) == (120, 0)
    assert re.search('<source media="[^"]*reduce[^"]*" type="image/jpeg".*<img [^>]*webp', shown)
    assert getattr(opened(image, "body", "jpg"), "n_frames", 1) == 1
    assert "avif" in media.shown(image, "card")


def test_a_long_animation_is_made_small_and_a_longer_one_is_refused(db, monkeypatch):
    monkeypatch.setattr("articles.media.specs.MAX_MOVING_PIXELS", 400_000)
    image = media.take_in(animation(frames=40, size=(320, 240)))

    moving = opened(image, "body", "webp")

    assert moving.width * moving.height * image.frames < 1.01 * 400_000
    with pytest.raises(media.PictureRefused, match="too long"):
        media.take_in(animation(frames=301, size=(8, 8)))


# Made once


ASKING = """
import json, sys, threading, time
from pathlib import Path
import django
django.setup()
from articles import media
from articles.media import pixels
from articles.models import Image

columns, name, log, gate, own = json.loads(sys.argv[1]), sys.argv[2], sys.argv[3], *sys.argv[4:6]
encode = pixels.encoded

def counted(*of):
    with open(log, "a") as file:
        file.write("once\\n")
    return encode(*of)

pixels.encoded = counted
found, ready = [], threading.Barrier(11)

def ask():
    ready.wait()
    while not Path(gate).exists():
        time.sleep(0.001)
    with media.open_rendition(Image(**columns), name) as file:
        found.append(file.read())

readers = [threading.Thread(target=ask) for _ in range(10)]
for reader in readers:
    reader.start()
ready.wait()
Path(own).touch()
for reader in readers:
    reader.join()
print(len(found), len(set(found)), len(found[0]))
"""


@pytest.mark.parametrize("form", ["avif", "jpg"])
def test_twenty_readers_of_two_processes_cause_one_file(quay, settings, tmp_path, form):
    name = address(quay, "lead", form).rpartition("/")[2]
    columns = {n: getattr(quay, n) for n in ("digest", "width_px", "height_px", "frames")}
    columns |= {"focal_x": 0.5, "focal_y": 0.5, "file": quay.file.name}
    log, gate = tmp_path / "log", tmp_path / "gate"
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "media").symlink_to(settings.MEDIA_ROOT)
    marks = [tmp_path / "ready-1", tmp_path / "ready-2"]
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", ASKING, json.dumps(columns), name, log, gate, mark],
            cwd=ROOT,
            env={
                "DATA_DIR": str(folder),
                "DJANGO_SETTINGS_MODULE": "newsroom.settings",
                "PYTHONPATH": str(ROOT),
            },
            stdout=subprocess.PIPE,
            text=True,
        )
        for mark in marks
    ]
    while not all(mark.exists() for mark in marks):
        assert all(process.poll() is None for process in processes)

    gate.touch()
    said = [process.communicate(timeout=60)[0].split() for process in processes]

    assert [words[:2] for words in said] == [["10", "1"]] * 2
    assert said[0][2] == said[1][2]
    assert log.read_text() == "once\n"


# Share pictures


def share_address(article):
    edition = Edition.objects.live().select_related("lead_image").get(article=article)
    return media.share_picture(edition, Publication.current()).url


def test_a_share_picture_is_a_jpeg_of_the_size_that_is_said(
    client, quay, django_assert_num_queries
):
    article = make_live(headline="Harbours freeze", lead_image=quay)
    edition = Edition.objects.live().select_related("lead_image").get()
    publication = Publication.current()

    with django_assert_num_queries(0):
        shown = media.share_picture(edition, publication)
    answer = client.get(shown.url)
    picture = Pillow.open(BytesIO(answer.getvalue()))

    assert re.fullmatch(rf"/media/share/{article.pk}-[0-9a-f]{{16}}\.jpg", shown.url)
    assert (picture.format, picture.size) == ("JPEG", (shown.width_px, shown.height_px))
    assert (shown.width_px, shown.height_px, shown.alt) == (1200, 630, "Harbours freeze")
    assert "exif" not in picture.info


def test_a_changed_headline_has_another_share_picture_and_the_old_address_leads_there(client):
    article = make_live(headline="Harbours freeze")
    before = share_address(article)
    publishing.publish(change_article(article, headline="Harbours thaw"))

    moved = client.get(before)

    assert share_address(article) != before
    assert (moved.status_code, moved["Location"]) == (302, share_address(article))
    assert status(client, share_address(article)) == 200


def test_all_that_is_drawn_changes_the_address(quay):
    article = make_live(lead_image=quay)
    seen = {share_address(article)}
    for change in ({"focal_x": 0.1}, {"focal_y": 0.9}, {"digest": "1" * 64}):
        Image.objects.filter(pk=quay.pk).update(**change)
        seen.add(share_address(article))
    publishing.change(Publication(name="The Post"))
    seen.add(share_address(article))

    assert len(seen) == 5
    assert share_address(article) in seen


def test_the_share_picture_of_a_story_that_is_not_live_is_not_found(reader, quay):
    article = make_live(lead_image=quay)
    reader.drain()
    path = share_address(article)
    assert reader.get(path).status == 200

    publishing.withdraw(article)
    reader.drain()

    assert reader.get(path).status == 404
    publishing.publish(make_article(headline="Later"), at=timezone.now() + HOUR)
    assert reader.get(f"/media/share/{article.pk + 1}-{'0' * 16}.jpg").status == 404
    assert reader.get(f"/media/share/{article.pk + 1}/").status == 404


def test_on_a_busy_evening_readers_are_shown_what_there_is_or_told_to_come_again(
    client, monkeypatch, quay
):
    article = make_live(lead_image=quay)
    small, *_, large = renditions(quay, "card")
    media.open_rendition(quay, small.name).close()
    monkeypatch.setattr("articles.media.renditions.MOST_WAITED_FOR", 0)

    similar = client.get(f"/media/{quay.pk}/{large.name}")
    without = client.get(address(quay, "body"))
    shared = client.get(share_address(article))

    assert (similar.status_code, similar["Content-Type"]) == (200, f"image/{small.format}")
    similar.close()
    assert [(r.status_code, r["Retry-After"]) for r in (without, shared)] == [(503, "2")] * 2
    assert {r["Cache-Control"] for r in (similar, without, shared)} == {"no-store"}


def test_a_share_picture_is_drawn_once(client, monkeypatch):
    article = make_live()
    status(client, share_address(article))
    monkeypatch.setattr("articles.media.share.share_jpeg", lambda *of: pytest.fail("drawn again"))

    assert status(client, share_address(article)) == 200


SCRIPTS = st.sampled_from(
    [
        "Harbours freeze over",
        "پاکستان میں سیلاب کے بعد BBC کی رپورٹ",
        "المدينة التي لا تنام (2026)",
        "پل کا فیصلہ، پھر ملتوی؟",
        "Ещё одна зима",
        "पुल पर फैसला फिर टला",
        "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
        "橋の建設を決める",
        "🎉🎉 a party 🎉",
        "…—!?",
    ]
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    parts=st.lists(SCRIPTS, min_size=1, max_size=8), language=st.sampled_from("en ur ar".split())
)
def test_no_headline_is_ever_clipped(parts, language):
    headline = " ".join(parts)[:200]
    width, height = 1072, 400

    made = lettering.set_in(
        headline, language, width=width, height=height, most_lines=4, largest_px=80
    )

    if made is None:  # this machine has no font with all of its letters
        return
    assert len(made.lines) <= 4
    assert made.height <= height
    for piece, x, y in made.places(64, 64 + width, 100):
        left, top, right, bottom = piece.ink(made.size_px)
        assert x + left >= 0 and x + right <= 1200  # into the margin, as Nastaliq does, not beyond
        assert y + top >= 100 - 1 and y + bottom <= 100 + made.height + 1


def test_arabic_letters_are_joined_and_read_from_the_right():
    made = lettering.set_in(
        "سلام BBC عليكم", "ar", width=1000, height=300, most_lines=1, largest_px=60
    )

    places = list(made.places(0, 1000, 0))

    assert [piece.text for piece, _, _ in places] == ["عليكم", "BBC", "سلام"]
    word = next(piece for piece, _, _ in places if piece.text == "سلام")
    alone = sum(
        lettering.Piece(letter, word.path, 1, False, "ar").width(60) for letter in word.text
    )
    assert word.width(60) < 0.9 * alone


def test_a_word_that_no_font_has_is_left_out_rather_than_drawn_as_boxes(monkeypatch):
    monkeypatch.setattr(lettering, "font_for", lambda word, language: None)

    assert (
        lettering.set_in("Words", "en", width=500, height=80, most_lines=1, largest_px=60) is None
    )
    picture = Pillow.open(BytesIO(drawing.share_jpeg("Words", "en", "The Post", "en", None)))
    assert picture.size == drawing.SIZE


def test_the_head_of_a_story_says_what_its_share_picture_is(client, quay):
    article = make_live(headline='Harbours "freeze"', lead_image=quay)

    head = client.get(address_of(article)).text.partition("</head>")[0]

    assert (
        f'<meta property="og:image" content="http://127.0.0.1:8000{share_address(article)}">'
        in head
    )
    assert '<meta property="og:image:width" content="1200">' in head
    assert '<meta property="og:image:height" content="630">' in head
    assert '<meta property="og:image:alt" content="Harbours &#34;freeze&#34;">' in head
    assert '<meta name="twitter:card" content="summary_large_image">' in head
